"""Nudges where two workspaces have the app: everybody is reached in one where they are, once, and stops it there."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import httpx
import pytest
from cryptography.fernet import Fernet

from bot.app import Bot, build_for_all, report
from bot.client import web_client
from bot.demo.faults import Fault
from bot.demo.screen import read
from bot.demo.slack import LocalSlack
from bot.demo.workspace import User, Workspace
from bot.installing import opened_installations
from bot.reaching import Reaching
from bot.serve import asgi
from bot.settings import SlackSettings
from bot.tasks import Tasks
from bot.workspace import Workspaces
from litmos.demo.clock import MovableClock
from litmos.desk.desk import Books, Desk
from litmos.desk.messages import Kind, Message
from litmos.errors import Unavailable
from litmos.jobs.engine import Where, running
from litmos.jobs.rounds import nudges

ADA = "hUOuZAzHx4L1"
HELLO = Message(kind=Kind.NUDGE, heading="Hello")
PATIENCE = 30  # seconds
WEEK = 7 * 86400  # seconds


async def install(bot: Bot, team: str) -> None:
    """As somebody does it in their browser."""
    transport = httpx.ASGITransport(app=asgi(bot))
    async with httpx.AsyncClient(base_url="https://bot.example.com", transport=transport) as browser:
        page = (await browser.get("/slack/install")).text
        link = page.partition('href="https://slack.com')[2].partition('"')[0].replace("&amp;", "&")
        state = parse_qs(urlsplit(link).query)["state"][0]
        done = await browser.get(f"/slack/oauth_redirect?code=code-{team}&state={state}")
        assert done.status_code == 200


@pytest.fixture
async def bot(desk: Desk, slack: LocalSlack, landed: asyncio.Event, tmp_path: Path) -> AsyncIterator[Bot]:
    """Installed in both, and at work. Diego is in the second only, Ada and Omar in both, Lena in the first."""
    second = [
        User(id="UDIEGO", name="diego", real_name="Diego Alvarez", email="diego.alvarez@example.com"),
        User(id="UADA2", name="ada", real_name="Ada Marsh", email="ada.marsh@example.com"),
        User(id="UOMAR2", name="omar", real_name="Omar Haddad", email="omar.haddad@example.com"),
    ]
    there = {one.id: one for one in second}
    slack.others.append(Workspace("T2", "Second", "xoxb-local-2", there, channels={"C2": "general"}))
    given = {
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_TOKEN_KEYS": Fernet.generate_key().decode(),
        "SLACK_TEAMS": "T1, T2",
        "SLACK_API_URL": f"{slack.address}/api/",
    }
    settings, state_url = SlackSettings.read(given), f"sqlite:///{tmp_path / 'state.sqlite'}"
    assert settings.installing is not None

    async def sleep(_seconds: float) -> None:
        await landed.wait()

    async with (
        running(Where(state_url), desk.bulk, also=[nudges(desk.rounds, here=True)]) as engine,
        opened_installations(settings.installing, state_url) as store,
        aiohttp.ClientSession() as session,
    ):
        desk.hire(engine)
        workspaces = Workspaces(partial(web_client, settings, session), desk, settings, Tasks(report), sleep)
        bot = build_for_all(workspaces, store, store.flow(workspaces.connect(""), settings.installing))
        desk.reach_by(Reaching(workspaces, bot.teams))
        for team in ("T1", "T2"):
            await install(bot, team)
        yield bot


async def ended(people: Any, slack: LocalSlack, who: str) -> str:
    """What the message of a round says at its end."""
    someone = people[who]
    await asyncio.wait_for(slack.until(lambda: someone.direct and "written to" in someone.direct[-1].text), PATIENCE)
    return read(someone.direct[-1].blocks)


async def nudged(people: Any, slack: LocalSlack, who: str, typed: str, channel: str = "C1") -> str:
    await people[who].types(typed, channel)
    await people[who].submits()
    return await ended(people, slack, who)


async def test_everybody_of_a_group_is_reached_once_in_a_workspace_where_they_are(
    people: Any, slack: LocalSlack
) -> None:
    told = await nudged(people, slack, "ULENA", "nudge Sales")
    assert "3 people written to." in told
    assert all(name in told for name in ("Ada Marsh", "Sam Lee", "Diego Alvarez"))
    got = Counter(one.channel for one in slack.messages if "Hello" in one.text)
    assert got == {"DUADA": 1, "DUSAM": 1, "DUDIEGO": 1}
    assert "Hello Diego Alvarez, Lena Fischer asks me" in people["UDIEGO"].direct[0].text


async def test_two_who_ask_at_once_in_two_workspaces_write_once_to_who_is_in_both(
    people: Any, slack: LocalSlack
) -> None:
    for who, channel in (("ULENA", "C1"), ("UOMAR2", "C2")):
        await people[who].types("nudge @ada", channel)
        assert "Nudge 1 person?" in people[who].sees
    for who in ("ULENA", "UOMAR2"):
        await people[who].submits()
    told = [await ended(people, slack, who) for who in ("ULENA", "UOMAR2")]
    assert sorted("1 person written to" in one for one in told) == [False, True]
    assert len(people["UADA"].direct) + len(people["UADA2"].direct) == 1


async def test_who_stops_them_in_one_workspace_gets_none_from_the_other(
    people: Any, slack: LocalSlack, books: Books, clock: MovableClock
) -> None:
    await nudged(people, slack, "ULENA", "nudge diego.alvarez@example.com")
    diego = people["UDIEGO"]
    await diego.presses("Stop these reminders", diego.direct[0])
    assert "You get no reminders any more" in diego.direct[-1].text
    clock.advance(WEEK)
    await people["ULENA"].types("nudge diego.alvarez@example.com")
    assert "no message, they want no reminders" in people["ULENA"].sees
    await diego.presses("Turn them on again", diego.direct[-1])
    assert "1 person written to" in await nudged(people, slack, "ULENA", "nudge diego.alvarez@example.com")
    events = [row.event for row in await books.audit.search(operation="nudges")]
    assert events == ["stopped", "allowed"]
    assert sum("Hello" in one.text for one in diego.direct) == 2


async def test_what_somebody_wants_who_is_in_both_counts_in_both(people: Any, slack: LocalSlack) -> None:
    await people["UADA2"].types("nudges off", "C2")
    await people["ULENA"].types("nudge @ada")
    assert "no message, they want no reminders" in people["ULENA"].sees


async def test_who_takes_no_messages_in_one_workspace_gets_it_in_the_other(
    people: Any, slack: LocalSlack, desk: Desk
) -> None:
    slack.faults.add(Fault("error", "chat.postMessage", error="messages_tab_disabled"))
    assert await desk.post.tell(ADA, HELLO)
    assert not people["UADA"].direct and len(people["UADA2"].direct) == 1


async def test_what_may_have_arrived_in_one_workspace_is_not_sent_in_the_other(
    people: Any, slack: LocalSlack, desk: Desk
) -> None:
    slack.faults.add(Fault("broken", "chat.postMessage", 2))  # Slack's library asks once more by itself
    with pytest.raises(Unavailable) as failed:
        await desk.post.tell(ADA, HELLO)
    assert failed.value.perhaps_done
    assert not people["UADA"].direct and not people["UADA2"].direct


async def test_who_is_nowhere_else_is_looked_for_again_where_a_workspace_did_not_say(
    bot: Bot, slack: LocalSlack, desk: Desk
) -> None:
    slack.others[0].users.pop("UADA2")
    slack.faults.add(Fault("error", "users.lookupByEmail"))
    with pytest.raises(Unavailable):
        await desk.post.zone(ADA)
    assert await desk.post.zone(ADA) == "Europe/Amsterdam"


async def test_a_workspace_that_took_the_app_away_unheard_keeps_nobody_in_another_from_being_reached(
    people: Any, slack: LocalSlack
) -> None:
    """Slack tells it once, perhaps while no process is there: the token just opens nothing any more."""
    slack.workspace.bot_token = "xoxb-another"
    omar = people["UOMAR2"]
    await omar.types("nudge @diego @ada", "C2")
    assert omar.sees.count("-> a message now") == 2
    await omar.submits()
    assert "2 people written to." in await ended(people, slack, "UOMAR2")
    assert len(people["UDIEGO"].direct) == len(people["UADA2"].direct) == 1
