"""People wait: something is to be seen at once, what it waits for is said, and nothing else is held up."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from pydantic import SecretStr

from bot.app import Bot, build, report
from bot.client import web_client
from bot.demo.faults import Fault as SlackFault
from bot.demo.screen import read
from bot.demo.slack import LocalSlack
from bot.settings import SlackSettings
from bot.tasks import Tasks
from bot.workspace import Workspaces
from litmos.api.client import Client, KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.faults import Fault
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.store.budget import Budget
from litmos.store.state import State
from litmos.wiring import InProcess


class Gate:
    """Where a slow Litmos stands until it is let go; and what is to be seen meanwhile."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def wait(self, _seconds: float) -> None:
        await self.open.wait()


@pytest.fixture
def gate(sandbox: Sandbox) -> Gate:
    found = Gate()
    sandbox.sleep = found.wait
    return found


async def test_a_modal_is_open_before_litmos_has_answered_anything(
    people: Any, slack: LocalSlack, sandbox: Sandbox, gate: Gate
) -> None:
    sandbox.faults.add(Fault("slow", times=99, seconds=10))
    lena = people["ULENA"]
    typed = asyncio.create_task(lena.types("assign FIRE-01 to @noor"))
    await asyncio.wait_for(slack.until(lambda: bool(slack.screen("ULENA").modals)), 10)
    assert lena.sees == "Asking Litmos…"
    assert not typed.done()
    gate.open.set()
    await typed
    assert "will be assigned" in lena.sees


async def test_a_read_that_takes_its_time_says_so_and_is_answered_in_its_place(
    people: Any, slack: LocalSlack, bot: Bot, sandbox: Sandbox, gate: Gate
) -> None:
    bot.workspaces.at("T1", slack.workspace.bot_token).commands.patience = 0
    sandbox.faults.add(Fault("slow", times=99, seconds=10))
    ada = people["UADA"]
    typed = asyncio.create_task(ada.types(""))
    await asyncio.wait_for(slack.until(lambda: bool(ada.messages())), 10)
    assert ada.messages()[0].text == "Asking Litmos…"
    gate.open.set()
    await typed
    [answer] = ada.messages()
    assert "Fire & Safety" in answer.text


@pytest.fixture
async def spent(
    sandbox: Sandbox, books: Books, clock: MovableClock, slack: LocalSlack, landed: asyncio.Event, tmp_path: Path
) -> AsyncIterator[Bot]:
    """A bot whose account allows one request a minute."""
    state = State(f"sqlite:///{tmp_path / 'budget.sqlite'}")

    def seconds() -> float:
        return clock().timestamp()

    async def sleep(wait: float) -> None:
        shown = slack.screen("ULENA")
        await asyncio.wait_for(slack.until(lambda: bool(shown.modal and "Waiting" in read(shown.modal.blocks))), 10)
        clock.advance(wait)

    async def ack_first(_seconds: float) -> None:
        await landed.wait()

    key, settings = (
        KeyAuth(SecretStr(DEMO_KEY)),
        SlackSettings(
            bot_token=SecretStr(slack.workspace.bot_token),
            signing_secret=SecretStr(slack.signing_secret),
            api_url=f"{slack.address}/api/",
        ),
    )
    transport = InProcess(app=sandbox.app)
    async with (
        httpx.AsyncClient(base_url="https://demo.invalid/v1.svc", auth=key, transport=transport) as http,
        aiohttp.ClientSession() as session,
    ):
        turns = Budget(state, 1, clock=seconds, sleep=sleep)
        api = Client(http, key, source="tests", turns=turns, deadline=10_000.0, clock=seconds)
        desk = Desk(api, DeskSettings("demo"), books, now=clock, clock=seconds)
        workspaces = Workspaces(partial(web_client, settings, session), desk, settings, Tasks(report), ack_first)
        yield build(workspaces, team=slack.workspace.id, token=slack.workspace.bot_token)
    state.close()


async def test_when_the_budget_is_used_up_the_modal_says_how_long_it_waits(
    spent: Bot, slack: LocalSlack, landed: asyncio.Event, people_of: Any
) -> None:
    lena = people_of(spent)["ULENA"]
    await lena.types("assign FIRE-01 to Noor Rahman")
    told = [read(call.sent["view"]["blocks"]) for call in slack.calls if call.method == "views.update"]
    assert [one for one in told if one.startswith("Waiting for Litmos, 61 s…")]


@pytest.mark.parametrize("kind", ["forged", "old", "junk"])
async def test_what_is_not_signed_now_is_refused_and_logged_without_its_body(
    people: Any, slack: LocalSlack, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    slack.faults.add(SlackFault(kind, "command"))
    await people["UADA"].types("courses")
    assert "dispatch_failed" in slack.screen("UADA").trouble
    assert people["UADA"].messages() == [] and slack.calls == []
    assert "response_url" not in caplog.text and slack.signing_secret not in caplog.text


async def test_a_command_that_is_replayed_asks_again_and_changes_nothing(
    people: Any, slack: LocalSlack, sandbox: Sandbox, books: Books
) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    slack.faults.add(SlackFault("twice", "interaction"))
    await lena.submits()
    posts = [one for one in sandbox.requests if one.method == "POST" and one.path.endswith("lNNtZx3cK8n1/courses")]
    assert len(posts) == 1
    assert sorted(entry.event for entry in await books.audit.search()) == ["done", "refused", "started"]
