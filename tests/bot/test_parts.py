"""The bot's small parts: settings, who is let in, jobs, text that fits, and what a web request has to look like."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import blocks, messages
from bot.__main__ import main
from bot.identity import Who, judge
from bot.serve import LARGEST, asgi
from bot.settings import SlackSettings
from bot.tasks import Tasks
from litmos.desk.messages import Kind, Message
from litmos.errors import Misconfigured, NotAllowed

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
MEMBER = {"id": "U1", "team_id": "T1", "profile": {"email": "Ada@Example.com"}}


def test_settings_are_read_with_their_defaults() -> None:
    found = SlackSettings.read(
        GOOD | {"SLACK_EMAIL_DOMAINS": "@Example.com, example.org", "SLACK_API_URL": "https://x/api"}
    )
    assert (found.command, found.port, found.api_url) == ("/litmos", 3000, "https://x/api/")
    assert found.email_domains == {"example.com", "example.org"}
    assert "xoxb" not in repr(found) and "xapp" not in repr(found)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SLACK_BOT_TOKEN": "secret"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "secret"}, "SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_COMMAND": "litmos secret"}, "SLACK_COMMAND"),
        ({"SLACK_EMAIL_DOMAINS": "secret"}, "SLACK_EMAIL_DOMAINS"),
        ({"SLACK_PORT": "secret"}, "SLACK_PORT"),
        ({"SLACK_API_URL": "http://secret.example.com/api/"}, "SLACK_API_URL"),
        ({"SLACK_API_URL": "https://user:secret@example.com/api/"}, "SLACK_API_URL"),
        ({"SLACK_API_URL": "http://127.0.0.1@secret.example.com/"}, "SLACK_API_URL"),
    ],
)
def test_what_is_wrong_is_named_without_its_value(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(Misconfigured) as told:
        SlackSettings.read(GOOD | wrong)
    assert named in str(told.value) and "secret" not in str(told.value)


def test_the_bot_tells_at_start_everything_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("LITMOS_API_KEY", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    told = capsys.readouterr().err
    assert all(name in told for name in ("LITMOS_API_KEY", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"))


async def test_check_says_line_by_line_what_works_and_what_does_not(
    slack: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {
        "SLACK_API_URL": f"{slack.address}/api/",
        "LITMOS_DEMO": "true",
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, ["--check"]) == 0
    told = capsys.readouterr().out
    assert "in the workspace Example, with every scope" in told and "Socket Mode works" in told and "It answers" in told
    slack.workspace.scopes -= {"users:read.email"}
    assert await asyncio.to_thread(main, ["--check"]) == 1
    assert "FAILURE  SLACK_BOT_TOKEN lacks users:read.email" in capsys.readouterr().out
    slack.workspace.bot_token = "xoxb-another"
    slack.app_token = "xapp-another"
    assert await asyncio.to_thread(main, ["--check"]) == 1
    told = capsys.readouterr().out
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in told and "Slack refuses SLACK_APP_TOKEN" in told


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"deleted": True}, "deactivated"),
        ({"is_bot": True}, "Bots"),
        ({"id": "USLACKBOT"}, "Bots"),
        ({"is_stranger": True}, "members of this workspace"),
        ({"team_id": "T2"}, "members of this workspace"),
        ({"is_restricted": True}, "Guests"),
        ({"is_ultra_restricted": True}, "Guests"),
        ({"is_invited_user": True}, "invitation"),
        ({"is_email_confirmed": False}, "Confirm"),
        ({"profile": {}}, "no e-mail address"),
        ({"profile": {"email": "ada@example.org"}}, "not of this company"),
        ({"profile": None}, "no e-mail address"),
    ],
)
def test_only_full_members_are_let_in(change: dict[str, Any], why: str) -> None:
    assert judge(MEMBER, "T1", frozenset({"example.com"})) == "ada@example.com"
    with pytest.raises(NotAllowed, match=why):
        judge(MEMBER | change, "T1", frozenset({"example.com"}))


def test_in_an_organisation_any_of_ones_workspaces_is_home() -> None:
    assert judge(MEMBER | {"team_id": "T9", "enterprise_user": {"teams": ["T1", "T9"]}}, "T1", frozenset())


@pytest.mark.parametrize(
    ("body", "who"),
    [
        ({"team_id": "T1", "user_id": "U1"}, Who("T1", "U1")),
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T9"}}, Who("T9", "U1")),
        ({"team": {"id": "T1"}, "user": {"id": "U1"}}, Who("T1", "U1")),
        ({"team_id": "T1", "event": {"user": "U1"}}, Who("T1", "U1")),
    ],
)
def test_who_somebody_is_comes_from_their_own_workspace(body: dict[str, Any], who: Who) -> None:
    assert Who.of(body) == who


async def test_a_job_that_fails_is_reported_once_and_nothing_else_fails() -> None:
    reported: list[Exception] = []

    async def report(error: Exception) -> None:
        reported.append(error)

    async def fail() -> None:
        raise LookupError

    tasks = Tasks(report)
    tasks.start(fail())
    await tasks.drain(5)
    assert [type(error) for error in reported] == [LookupError]


async def test_work_that_does_not_end_is_cancelled_when_the_bot_stops() -> None:
    ended = asyncio.Event()

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def report(error: Exception) -> None:
        raise AssertionError(error)

    tasks = Tasks(report)
    tasks.start(never())
    await tasks.drain(0.01)
    assert ended.is_set()


@given(st.text(), st.integers(min_value=10, max_value=80))
def test_text_is_cut_between_entities(text: str, most: int) -> None:
    found = blocks.cut(blocks.escape(text), most)
    assert len(found) <= most
    assert not [at for at, part in enumerate(found.split("&")[1:]) if not part.startswith(("amp;", "lt;", "gt;"))]


@pytest.mark.parametrize(
    ("percent", "bar"),
    [(0, "▱▱▱▱▱▱▱▱▱▱"), (1, "▰▱▱▱▱▱▱▱▱▱"), (99, "▰▰▰▰▰▰▰▰▰▱"), (100, "▰▰▰▰▰▰▰▰▰▰")],
)
def test_a_bar_is_empty_and_full_only_at_the_ends(percent: int, bar: str) -> None:
    assert blocks.progress_bar(percent) == bar


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"x=1", 401),
        ({"x-slack-request-timestamp": "soon"}, b"x=1", 401),
        ({"x-slack-request-timestamp": "1"}, b"x=1", 401),
        ({"x-slack-request-timestamp": "1"}, b"x" * (LARGEST + 1), 413),
        ({"x-slack-request-timestamp": "1"}, b"\xff\xfe", 413),
    ],
    ids=["no timestamp", "junk", "old", "too large", "no text"],
)
async def test_what_is_not_from_slack_is_refused(bot: Any, headers: dict[str, str], body: bytes, status: int) -> None:
    transport = httpx.ASGITransport(app=asgi(bot))
    async with httpx.AsyncClient(base_url="http://bot", transport=transport) as client:
        answer = await client.post("/slack/events", content=body, headers=headers)
    assert answer.status_code == status


@given(st.lists(st.text(max_size=400), max_size=12), st.lists(st.sampled_from(["", "https://x.example/course/1"])))
def test_lines_of_a_message_fit_and_lead_nowhere_but_where_their_links_do(lines: list[str], links: list[str]) -> None:
    told = Message(kind=Kind.NUDGE, heading="Hello", lines=lines, links=links)
    shown = [block for block in messages.message(told) if block["block_id"] == "lines"]
    for block in shown:
        text = block["text"]["text"]
        assert len(text) <= 3000
        if block["text"]["type"] == "mrkdwn":
            opened = text.count("<")
            assert opened == text.count("<https://x.example/course/1|") == text.count(">")
            assert opened == sum(bool(link) for link in links[: len(lines)])
