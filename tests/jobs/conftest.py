"""A demo Litmos over HTTP with many people, and servers that do jobs on it, here or in processes to be killed."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import stamina

from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running as served
from litmos.desk.desk import Desk
from litmos.jobs.engine import Where, running
from litmos.settings import Settings
from litmos.store.audit import Audit, Entry
from litmos.store.state import State
from litmos.wiring import open_desk

WORKER = Path(__file__).with_name("worker.py")
FIRE = "fBQ3pTcKjTw1"
PATIENCE = 60  # seconds


@dataclass
class Company:
    """A Litmos with a few hundred people besides those of the demo, and the state of our own processes."""

    sandbox: Sandbox
    address: str
    state_url: str

    @property
    def environ(self) -> dict[str, str]:
        return {
            "LITMOS_API_KEY": DEMO_KEY,
            "LITMOS_BASE_URL": self.address,
            "LITMOS_STATE_URL": self.state_url,
            "LITMOS_REQUESTS_PER_MINUTE": "0",
        }

    @property
    def where(self) -> Where:
        return Where(self.environ["LITMOS_STATE_URL"])

    def hire(self, count: int) -> tuple[str, ...]:
        """New people, by id."""
        world = self.sandbox.world
        return tuple(world.add_person("Person", f"Number{number}").id for number in range(count))

    def on(self, people: tuple[str, ...], course: str = FIRE) -> int:
        """How many are on a course."""
        return sum(course in self.sandbox.world.courses_of(person) for person in people)

    def writes(self) -> Counter[str]:
        """How often each changing request came."""
        return Counter(
            f"{one.method} {one.path}"
            for one in self.sandbox.requests
            if one.method != "GET" and not one.path.endswith("/users/courses")
        )

    async def audit(self) -> list[Entry]:
        state = State(self.environ["LITMOS_STATE_URL"])
        try:
            return await Audit(state).search()
        finally:
            state.close()


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once."""
    stamina.instrumentation.set_on_retry_hooks([])
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
async def company(state_url: str) -> AsyncIterator[Company]:
    sandbox = Sandbox(demo_world(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)), clock=real_clock, limit=0)
    async with served(sandbox.app) as address:
        yield Company(sandbox, address, state_url)


@pytest.fixture
async def desk(company: Company) -> AsyncIterator[Desk]:
    """A server's, in this process."""
    async with at_work(company) as desk:
        yield desk


@asynccontextmanager
async def at_work(company: Company) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(open_desk(Settings.read(company.environ)))
        desk.hire(await stack.enter_async_context(running(company.where, desk.bulk, adopt=0.3)))
        yield desk


@pytest.fixture
def reopened() -> Callable[[Company], Any]:
    return at_work


class Worker:
    """A server in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def says(self) -> Any:
        """The next line that it prints."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        assert line, "it ended"
        return json.loads(line)

    async def kill(self) -> None:
        """As a machine that loses its power."""
        self.process.kill()
        await self.process.wait()


@pytest.fixture
async def worker(company: Company) -> AsyncIterator[Callable[..., Any]]:
    """Starts one: `approve KEY`, or nothing to do but what others have left; or another `script` beside it."""
    started: list[Worker] = []

    async def start(*words: str, script: str = WORKER.name) -> Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(WORKER.with_name(script)),
            *words,
            env=company.environ,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        started.append(Worker(process))
        return started[-1]

    yield start
    for one in started:
        if one.process.returncode is None:
            await one.kill()


@pytest.fixture
def open_desk_only() -> Callable[[Company], Any]:
    return lambda company: open_desk(Settings.read(company.environ))
