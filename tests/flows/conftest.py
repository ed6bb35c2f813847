"""Two faces of the same Desk: an assistant's client and a person in the local Slack, driven by the same few words."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import aiohttp
import httpx
import pytest
import stamina
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitResult, TextContent
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
from litmos.api.client import Client as Api
from litmos.api.client import KeyAuth
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
from mcp_server.server import create_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PATIENCE = 20  # seconds for the bot's work after an ack
EMAILS = {"ada": "ada.marsh@example.com", "lena": "lena.fischer@example.com", "omar": "omar.haddad@example.com"}
USERS = {"ada": "UADA", "lena": "ULENA", "omar": "UOMAR"}


class House:
    """A demo Litmos of its own, and a Desk on it with a state of its own."""

    def __init__(
        self, state: State, http: httpx.AsyncClient, key: KeyAuth, clock: MovableClock, *, pseudonyms: bool = False
    ) -> None:
        def seconds() -> float:
            return clock().timestamp()

        async def sleep(wait: float) -> None:
            clock.advance(wait)

        self.clock = clock
        self.books = Books(
            Audit(state, clock=seconds),
            Proposals(state, clock=seconds),
            Links(state, clock=seconds),
            Aliases(state),
            Follows(state),
            Nudges(state, clock=seconds),
        )
        api = Api(http, key, source="tests")
        self.desk = Desk(
            api, DeskSettings("demo", pseudonyms=pseudonyms), self.books, now=clock, clock=seconds, sleep=sleep
        )
        self.sandbox: Sandbox

    def on(self) -> dict[str, list[tuple[str, bool, int]]]:
        """Who is on what in Litmos: course, whether it is completed, modules done."""
        world = self.sandbox.world
        return {
            person: sorted(
                (
                    course,
                    result.completed is not None,
                    sum(one.completed is not None for one in result.modules.values()),
                )
                for course, result in world.courses_of(person).items()
            )
            for person in world.people
        }

    async def history(self) -> list[dict[str, Any]]:
        """The audit, without what tells one face from the other."""
        rows = []
        for entry in await self.books.audit.search():
            body = {name: value for name, value in entry.body.items() if name not in {"asked_by", "requests"}}
            body["actor"] = {name: value for name, value in body["actor"].items() if name != "face"}
            rows.append(
                {"event": entry.event, "operation": entry.operation, "by": entry.actor_id, "run": entry.run} | body
            )
        return rows


class Face(Protocol):
    """What a story needs: somebody looks, changes, and takes back. Answers are what they get to read."""

    house: House

    async def looks(self, who: str, person: str) -> str:
        """At somebody's courses."""

    async def changes(self, who: str, operation: str, training: str, people: list[str], *, agree: bool = True) -> str:
        """What is asked, and then what came of it."""

    async def takes_back(self, who: str) -> str:
        """Their last change."""


class Assistant:
    """Through MCP: the person is asked by their client."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def looks(self, who: str, person: str) -> str:
        return await self._call(who, "get_user_courses", {"person": person})

    async def changes(self, who: str, operation: str, training: str, people: list[str], *, agree: bool = True) -> str:
        named = "courses" if operation == "reset" else "training"
        return await self._call(who, operation, {"people": people, named: [training]}, agree=agree)

    async def takes_back(self, who: str) -> str:
        return await self._call(who, "undo", {})

    async def _call(self, who: str, tool: str, arguments: dict[str, Any], *, agree: bool = True) -> str:
        read: list[str] = []

        async def asked(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
            read.append(params.message)
            return ElicitResult(action="accept", content={"confirm": True}) if agree else ElicitResult(action="decline")

        @asynccontextmanager
        async def opened() -> AsyncIterator[Desk]:
            yield self.house.desk

        async with Client(create_server(opened, operator=EMAILS[who]), elicitation_callback=asked) as client:
            result = await client.call_tool(tool, arguments)
        return "\n".join([*read, *(block.text for block in result.content if isinstance(block, TextContent))])


class InSlack:
    """Through Slack: the person is asked in a modal."""

    def __init__(self, house: House, slack: LocalSlack, bot: Bot, landed: asyncio.Event) -> None:
        self.house, self._slack, self._bot, self._landed = house, slack, bot, landed
        self._http = httpx.AsyncClient(base_url="http://bot", transport=httpx.ASGITransport(app=asgi(bot)))
        self._door = HttpDoor(self._post, slack.signing_secret)

    async def looks(self, who: str, person: str) -> str:
        someone = self._person(who)
        await someone.types(f"courses {person}")
        await self._settled()
        return someone.messages()[-1].text

    async def changes(self, who: str, operation: str, training: str, people: list[str], *, agree: bool = True) -> str:
        someone = self._person(who)
        await someone.types(f"{operation} {training} to {', '.join(people)}")
        await self._settled()
        return await self._answered(someone, agree=agree)

    async def takes_back(self, who: str) -> str:
        someone = self._person(who)
        await someone.presses("Undo", someone.direct[0])
        await self._settled()
        return await self._answered(someone, agree=True)

    async def _answered(self, someone: Person, *, agree: bool) -> str:
        asked = someone.sees
        if "submit" in someone.modal.payload and agree:
            await someone.submits()
            await self._settled()
            asked += "\n" + someone.sees
        while self._slack.screen(someone.user).modals:
            await someone.closes()
        await self._settled()
        return asked

    def _person(self, who: str) -> Person:
        return Person(self._slack, self._door, USERS[who])

    async def _post(self, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
        self._landed.clear()
        answer = await self._http.post("/slack/events", content=body, headers=dict(headers))
        self._landed.set()
        return answer.status_code, answer.text

    async def _settled(self) -> None:
        await self._bot.tasks.drain(PATIENCE)


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    stamina.instrumentation.set_on_retry_hooks([])
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@asynccontextmanager
async def housed(url: str, *, pseudonyms: bool = False, sandbox: Sandbox | None = None) -> AsyncIterator[House]:
    clock, key = MovableClock(NOW), KeyAuth(SecretStr(DEMO_KEY))
    sandbox = sandbox or Sandbox(demo_world(NOW), clock=clock, limit=0)
    state = State(url)
    transport = InProcess(app=sandbox.app)
    async with httpx.AsyncClient(base_url="https://demo.invalid/v1.svc", auth=key, transport=transport) as http:
        house = House(state, http, key, clock, pseudonyms=pseudonyms)
        house.sandbox = sandbox
        yield house
    state.close()


@asynccontextmanager
async def in_slack(house: House) -> AsyncIterator[InSlack]:
    slack = LocalSlack(demo_workspace(), clock=lambda: house.clock().timestamp(), chance=random.Random(1))  # noqa: S311 - ids of a fake
    landed = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await landed.wait()

    async with running(slack, SocketDoor()) as address, aiohttp.ClientSession() as session:
        settings = SlackSettings(
            bot_token=SecretStr(slack.workspace.bot_token),
            signing_secret=SecretStr(slack.signing_secret),
            api_url=f"{address}/api/",
        )
        bot = build(
            Workspaces(partial(web_client, settings, session), house.desk, settings, Tasks(report), sleep),
            team=slack.workspace.id,
            token=slack.workspace.bot_token,
        )
        yield InSlack(house, slack, bot, landed)
    assert slack.violations == []


@pytest.fixture
async def faces(new_state_url: Callable[[], str]) -> AsyncIterator[dict[str, Face]]:
    """Both, each in a house of its own."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(housed(new_state_url()))
        second = await stack.enter_async_context(housed(new_state_url()))
        yield {"mcp": Assistant(first), "slack": await stack.enter_async_context(in_slack(second))}


@pytest.fixture
async def pseudonymous(state_url: str) -> AsyncIterator[House]:
    """A house whose assistants are told no names."""
    async with housed(state_url, pseudonyms=True) as house:
        yield house


@pytest.fixture
def another_desk(state_url: str) -> Callable[[House], Any]:
    """A Desk as another process has it: on the same Litmos and state, having met nobody."""

    @asynccontextmanager
    async def opened(house: House) -> AsyncIterator[Desk]:
        async with housed(state_url, pseudonyms=True, sandbox=house.sandbox) as other:
            yield other.desk

    return opened
