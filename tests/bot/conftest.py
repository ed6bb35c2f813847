"""The bot on a demo Litmos and on the local Slack."""

import asyncio
import inspect
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import stamina
from pydantic import SecretStr

from bot.app import Bot, build, report
from bot.client import web_client
from bot.demo.delivery import HttpDoor, SocketDoor
from bot.demo.person import Person
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from bot.serve import asgi
from bot.settings import SlackSettings
from bot.tasks import Tasks
from bot.workspace import Workspaces
from litmos.api.client import Client, KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit
from litmos.store.follows import Follows
from litmos.store.links import Links
from litmos.store.nudges import Nudges
from litmos.store.proposals import Proposals
from litmos.store.state import State
from litmos.wiring import InProcess

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PATIENCE = 20  # seconds for the work after an ack


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    stamina.instrumentation.set_on_retry_hooks([])
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def sandbox(clock: MovableClock) -> Sandbox:
    return Sandbox(demo_world(NOW), clock=clock, limit=0)


@pytest.fixture
def books(tmp_path: Path, clock: MovableClock) -> Iterator[Books]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")

    def seconds() -> float:
        return clock().timestamp()

    yield Books(
        Audit(state, clock=seconds),
        Proposals(state, clock=seconds),
        Links(state, clock=seconds),
        Aliases(state),
        Follows(state),
        Nudges(state, clock=seconds),
    )
    state.close()


@pytest.fixture
async def desk(sandbox: Sandbox, books: Books, clock: MovableClock) -> AsyncIterator[Desk]:
    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    key = KeyAuth(SecretStr(DEMO_KEY))
    transport = InProcess(app=sandbox.app)
    async with httpx.AsyncClient(base_url="https://demo.invalid/v1.svc", auth=key, transport=transport) as http:
        api = Client(http, key, source="tests")
        yield Desk(
            api,
            DeskSettings("demo", web="https://example.litmos.com"),
            books,
            now=clock,
            clock=lambda: clock().timestamp(),
            sleep=sleep,
        )


@pytest.fixture
def sockets() -> SocketDoor:
    return SocketDoor()


@pytest.fixture
async def slack(clock: MovableClock, sockets: SocketDoor) -> AsyncIterator[LocalSlack]:
    local = LocalSlack(demo_workspace(), clock=lambda: clock().timestamp(), chance=random.Random(1))  # noqa: S311 - ids of a fake
    async with running(local, sockets):
        yield local
    assert local.violations == []


@pytest.fixture
def landed() -> asyncio.Event:
    """Set as soon as an ack has reached Slack: what comes after it waits for that, here as there."""
    return asyncio.Event()


@pytest.fixture
async def bot(desk: Desk, slack: LocalSlack, landed: asyncio.Event) -> AsyncIterator[Bot]:
    settings = SlackSettings(
        bot_token=SecretStr(slack.workspace.bot_token),
        signing_secret=SecretStr(slack.signing_secret),
        api_url=f"{slack.address}/api/",
    )

    async def sleep(_seconds: float) -> None:
        await landed.wait()

    async with aiohttp.ClientSession() as session:
        yield build(
            Workspaces(partial(web_client, settings, session), desk, settings, Tasks(report), sleep),
            team=slack.workspace.id,
            token=slack.workspace.bot_token,
        )


class Settled:
    """Somebody whose every step ends when the bot has done all that comes of it."""

    def __init__(self, person: Person, bot: Bot) -> None:
        self._person, self._bot = person, bot

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._person, name)
        return self._settled(found) if inspect.iscoroutinefunction(found) else found

    def _settled(self, step: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def stepped(*args: Any, **kwargs: Any) -> Any:
            found = await step(*args, **kwargs)
            for _ in range(9):  # Bolt acknowledges events before it hands them on
                await asyncio.sleep(0)  # noqa: TID251 - only gives way
            await self._bot.tasks.drain(PATIENCE)
            return found

        return stepped


class People:
    """Everybody in this Slack, by their id."""

    def __init__(self, bot: Bot, slack: LocalSlack, landed: asyncio.Event) -> None:
        self._bot, self._slack, self._landed = bot, slack, landed
        transport = httpx.ASGITransport(app=asgi(bot))
        self._http = httpx.AsyncClient(base_url="http://bot", transport=transport)
        self.door = HttpDoor(self._post, slack.signing_secret)

    def __getitem__(self, user: str) -> Settled:
        return Settled(Person(self._slack, self.door, user), self._bot)

    async def _post(self, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
        self._landed.clear()
        answer = await self._http.post("/slack/events", content=body, headers=dict(headers))
        self._landed.set()
        return answer.status_code, answer.text


@pytest.fixture
def people(bot: Bot, slack: LocalSlack, landed: asyncio.Event) -> People:
    return People(bot, slack, landed)


@pytest.fixture
def people_of(slack: LocalSlack, landed: asyncio.Event) -> Callable[[Bot], People]:
    """Everybody, before another bot."""
    return lambda bot: People(bot, slack, landed)
