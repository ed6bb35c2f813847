"""Several workspaces: each installs the app by OAuth, is served by its own token, and can take it away again."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from bot.app import Bot
from bot.demo.delivery import Delivery, HttpDoor
from bot.demo.person import Person
from bot.demo.slack import LocalSlack
from bot.demo.workspace import User, Workspace
from bot.installing import installed_teams, opened_installations
from bot.serve import asgi, opened_bot
from bot.settings import SlackSettings
from litmos.errors import Misconfigured
from litmos.settings import Settings
from litmos.wiring import open_desk

KEY = Fernet.generate_key().decode()


def settings(slack: LocalSlack, **more: str) -> SlackSettings:
    given = {
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_TOKEN_KEYS": KEY,
        "SLACK_TEAMS": "T1, T2",
        "SLACK_API_URL": f"{slack.address}/api/",
    }
    return SlackSettings.read(given | more)


class Door:
    """The bot's web application, as browsers and Slack reach it."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.http = httpx.AsyncClient(base_url="https://bot.example.com", transport=httpx.ASGITransport(app=asgi(bot)))

    async def post(self, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
        answer = await self.http.post("/slack/events", content=body, headers=dict(headers))
        return answer.status_code, answer.text

    async def installs(self, team: str) -> httpx.Response:
        """Somebody who may, in their browser."""
        page = await self.http.get("/slack/install")
        link = page.text.partition('href="https://slack.com')[2].partition('"')[0].replace("&amp;", "&")
        state = parse_qs(urlsplit(link).query)["state"][0]
        return await self.http.get(f"/slack/oauth_redirect?code=code-{team}&state={state}")


@pytest.fixture
async def door(slack: LocalSlack, state_url: str) -> AsyncIterator[Door]:
    people = {"USVEN": User(id="USVEN", name="sven", real_name="Sven", email="noor.rahman@example.com")}
    slack.others.append(Workspace("T2", "Second", "xoxb-local-2", people, channels={"C2": "general"}))
    environ = {"LITMOS_DEMO": "true"}
    if state_url.startswith("sqlite"):
        Path(state_url.removeprefix("sqlite:///")).parent.mkdir()
    async with (
        open_desk(Settings.read(environ)) as desk,
        opened_bot(desk, state_url, settings(slack)) as bot,
    ):
        yield Door(bot)


async def says(door: Door, slack: LocalSlack, user: str, channel: str) -> str:
    person = Person(slack, HttpDoor(door.post, slack.signing_secret), user)
    await person.types("courses", channel)
    await door.bot.tasks.drain(20)
    bolts = "a reply says not both of response_type and replace_original: defaults differ"
    slack.violations[:] = [
        one for one in slack.violations if one != bolts
    ]  # Bolt's own reply where it is not installed
    return person.messages()[-1].text if person.messages() else slack.screen(user).trouble


async def test_each_workspace_installs_it_and_is_served_by_its_own_token(
    door: Door, slack: LocalSlack, state_url: str
) -> None:
    assert "install" in (await says(door, slack, "UADA", "C1")).casefold()
    for team in ("T1", "T2"):
        assert (await door.installs(team)).status_code == 200
    assert "Ada Marsh" in await says(door, slack, "UADA", "C1")
    assert "Noor Rahman" in await says(door, slack, "USVEN", "C2")
    both, installing = [("T1", "xoxb-local-1"), ("T2", "xoxb-local-2")], settings(slack).installing
    assert installing is not None
    assert await door.bot.teams() == await installed_teams(installing, state_url) == both
    engine = create_engine(state_url)
    with engine.connect() as connection:
        tokens = "select bot_token from slack_bots union select bot_token from slack_installations"
        assert [token for (token,) in connection.execute(text(tokens)) if "xoxb" in token] == []
    engine.dispose()
    if state_url.startswith("sqlite"):
        assert b"xoxb-local" not in Path(state_url.removeprefix("sqlite:///")).read_bytes()


async def test_a_workspace_that_nobody_has_named_is_not_served_though_it_installs_the_app(
    door: Door, slack: LocalSlack
) -> None:
    """Its owner could call themselves as they like."""
    people = {"UEVIL": User(id="UEVIL", name="eve", real_name="Eve", email="omar.haddad@example.com")}
    slack.others.append(Workspace("T666", "Eve's", "xoxb-local-666", people, channels={"C6": "general"}))
    await door.installs("T666")
    assert "not installed" in await says(door, slack, "UEVIL", "C6")
    assert await door.bot.teams() == []


async def test_a_state_counts_once_and_in_the_browser_that_asked(door: Door) -> None:
    done = await door.installs("T1")
    again = await door.http.get(str(done.request.url))
    assert again.status_code in {400, 401}
    door.http.cookies.clear()
    assert (await door.http.get(str(done.request.url))).status_code == 400
    wrong = await door.installs("T404")
    assert wrong.status_code == 401


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_a_workspace_that_takes_it_away_is_forgotten(door: Door, slack: LocalSlack, event: str) -> None:
    await door.installs("T1")
    await says(door, slack, "UADA", "C1")
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": event}}
    await HttpDoor(door.post, slack.signing_secret).deliver(Delivery("event", body))
    for _ in range(50):
        await door.bot.tasks.drain(20)
        if not await door.bot.teams():
            break
    assert await door.bot.teams() == []
    slack.messages.clear()
    assert "install" in (await says(door, slack, "UADA", "C1")).casefold()


async def test_keys_are_changed_by_putting_the_new_one_first(slack: LocalSlack, door: Door, state_url: str) -> None:
    await door.installs("T1")
    other = Fernet.generate_key().decode()
    both = settings(slack, SLACK_TOKEN_KEYS=f"{other}, {KEY}").installing
    assert both is not None
    async with opened_installations(both, state_url) as store:
        assert await store.teams() == [("T1", "xoxb-local-1")]
    lost = settings(slack, SLACK_TOKEN_KEYS=other).installing
    assert lost is not None
    async with opened_installations(lost, state_url) as store:
        with pytest.raises(Misconfigured, match="cannot be read with SLACK_TOKEN_KEYS"):
            await store.teams()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_TOKEN_KEYS": ""}, "SLACK_TOKEN_KEYS"),
        ({"SLACK_TOKEN_KEYS": f"{KEY},short"}, "SLACK_TOKEN_KEYS"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_TEAMS": ""}, "SLACK_TEAMS"),
        ({"SLACK_TEAMS": "everybody"}, "SLACK_TEAMS"),
    ],
)
def test_what_is_wrong_with_the_credentials_is_named(wrong: dict[str, str], named: str, clock: Any) -> None:
    with pytest.raises(Misconfigured, match=named) as told:
        settings(LocalSlack(Workspace("T1", "x", "x")), **wrong)
    assert KEY not in str(told.value)


def test_no_key_is_in_a_repr(clock: Any) -> None:
    slack = LocalSlack(Workspace("T1", "x", "x"))
    slack.address = "http://127.0.0.1:1"
    assert KEY not in repr(settings(slack))


async def test_the_file_of_installations_may_be_written_with_a_tilde(
    slack: LocalSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    installing = settings(slack).installing
    assert installing is not None
    async with opened_installations(installing, "sqlite:///~/state.sqlite"):
        assert (tmp_path / "state.sqlite").exists()
