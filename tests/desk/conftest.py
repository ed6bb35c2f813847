"""A Desk on the demo Litmos, in process, at a moment that stands still."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import stamina
from pydantic import SecretStr

from litmos.api.client import Client, KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.desk.actor import Actor, Role
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.desk.line import Line
from litmos.desk.lookup import Lookup
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit
from litmos.store.follows import Follows
from litmos.store.links import Links
from litmos.store.nudges import Nudges
from litmos.store.proposals import Proposals
from litmos.store.state import State
from litmos.wiring import InProcess

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once."""
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
async def api(sandbox: Sandbox) -> AsyncIterator[Client]:
    key = KeyAuth(SecretStr(DEMO_KEY))
    async with httpx.AsyncClient(
        base_url="https://demo.invalid/v1.svc", auth=key, transport=InProcess(app=sandbox.app)
    ) as http:
        yield Client(http, key, source="tests")


@pytest.fixture
def line(api: Client) -> Line:
    return Line(api)


@pytest.fixture
def lookup(clock: MovableClock) -> Lookup:
    return Lookup(lambda: clock().timestamp())


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield state
    state.close()


@pytest.fixture
def books(state: State, clock: MovableClock) -> Books:
    def seconds() -> float:
        return clock().timestamp()

    return Books(
        Audit(state, clock=seconds),
        Proposals(state, clock=seconds),
        Links(state, clock=seconds),
        Aliases(state),
        Follows(state),
        Nudges(state, clock=seconds),
    )


@pytest.fixture
def desk(api: Client, clock: MovableClock, books: Books) -> Desk:
    settings = DeskSettings("the demo Litmos", admins=frozenset({"sam.lee@example.com"}))

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    return Desk(api, settings, books, now=clock, clock=lambda: clock().timestamp(), sleep=sleep)


@pytest.fixture
def owner() -> Actor:
    """Who asks when no operator is set."""
    return Actor("tests", Role.ADMIN)
