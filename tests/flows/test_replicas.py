"""Two bots on one PostgreSQL: one dies in the middle of a job, and the other ends it, in the same message."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.demo.delivery import HttpDoor, SocketDoor
from bot.demo.person import Person
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running as served
from litmos.store.audit import Audit
from litmos.store.state import State

PROGRAM = Path(sys.executable).with_name("litmos-bot")
FIRE = "fBQ3pTcKjTw1"
PEOPLE, LEFT = 200, 75
PATIENCE = 60  # seconds


class Replica:
    """One of the bots: a process of its own, reached over HTTP."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, session: aiohttp.ClientSession) -> None:
        self.process, self._url, self._session = process, f"http://127.0.0.1:{port}", session

    def person(self, slack: LocalSlack, user: str) -> Person:
        return Person(slack, HttpDoor(self._post, slack.signing_secret), user)

    async def ready(self) -> None:
        while True:
            try:
                async with self._session.get(f"{self._url}/readyz") as answer:
                    assert answer.status == 200
                    return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)  # noqa: TID251 - another process starts

    async def _post(self, body: str, headers: Mapping[str, str]) -> tuple[int, str]:
        async with self._session.post(f"{self._url}/slack/events", data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(demo_world(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)), clock=real_clock, limit=0)


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    slack = LocalSlack(demo_workspace())
    async with running(slack, SocketDoor()):
        yield slack
    assert slack.violations == []


@asynccontextmanager
async def bot(slack: LocalSlack, litmos: str, state_url: str) -> AsyncIterator[Replica]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if name.startswith(("COV", "PATH", "HOME"))}  # noqa: TID251 - for the child
    own = {
        "LITMOS_API_KEY": DEMO_KEY,
        "LITMOS_BASE_URL": litmos,
        "LITMOS_STATE_URL": state_url,
        "LITMOS_REQUESTS_PER_MINUTE": "0",
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": f"{slack.address}/api/",
        "SLACK_PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(PROGRAM, env=inherited | own, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with aiohttp.ClientSession() as session:
            replica = Replica(process, port, session)
            await asyncio.wait_for(replica.ready(), PATIENCE)
            yield replica
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_what_a_bot_that_dies_was_doing_and_telling_is_gone_on_with_by_the_other(
    sandbox: Sandbox, slack: LocalSlack, new_state_url: Callable[[], str]
) -> None:
    people = [sandbox.world.add_person("Person", f"Number{number}").id for number in range(PEOPLE)]

    def done() -> int:
        return sum(FIRE in sandbox.world.courses_of(person) for person in people)

    async with AsyncExitStack() as stack:
        litmos, state_url = await stack.enter_async_context(served(sandbox.app)), new_state_url()
        first, other = [await stack.enter_async_context(bot(slack, litmos, state_url)) for _ in range(2)]
        omar = first.person(slack, "UOMAR")
        await omar.types(f"assign FIRE-01 to {', '.join(people)} quiet")
        await asyncio.wait_for(slack.until(lambda: "submit" in omar.modal.payload), PATIENCE)
        omar.fills(word="ASSIGN")
        await omar.submits()
        await asyncio.wait_for(slack.until(lambda: bool(omar.direct)), PATIENCE)
        while done() < LEFT:  # noqa: ASYNC110 - another process writes
            await asyncio.sleep(0.005)  # noqa: TID251 - as above
        first.process.kill()
        await first.process.wait()
        assert done() < PEOPLE
        said = slack.until(lambda: f"Assign: {PEOPLE} done." in str(omar.direct[0].blocks))
        await asyncio.wait_for(said, PATIENCE)
        assert done() == PEOPLE
        assert len(omar.direct) == 1  # the same message, and no second one
        await other.person(slack, "UOMAR").presses("Undo", omar.direct[0])
        await asyncio.wait_for(slack.until(lambda: f"for {PEOPLE} people?" in omar.sees), PATIENCE)
    state = State(state_url)
    assert [row.event for row in await Audit(state).search()] == ["started", "done"]
    state.close()
