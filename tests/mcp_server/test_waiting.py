"""Waiting for the account's budget is told as progress, before it is waited."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import anyio
import httpx
import pytest
from mcp import Client

from litmos.api.client import Client as Api
from litmos.api.client import KeyAuth
from litmos.desk.desk import Desk, DeskSettings
from litmos.store.budget import Budget
from litmos.store.state import State
from mcp_server.server import create_server

Mode = Literal["auto", "legacy"]
Refusal = Callable[..., Awaitable[str]]

START = 1_770_000_000.0  # seconds since 1970


class Time:
    """A clock that only sleeping moves; `told` is waited for, so that a word comes before its wait ends."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []
        self.told = anyio.Event()

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        with anyio.fail_after(5):
            await self.told.wait()
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield state
    state.close()


@pytest.fixture
async def slow(http: httpx.AsyncClient, key: KeyAuth, state: State, time: Time, mode: Mode) -> AsyncIterator[Client]:
    """Its account allows one request a minute."""
    budget = Budget(state, 1, clock=time.clock, sleep=time.sleep)

    @asynccontextmanager
    async def open_desk() -> AsyncIterator[Desk]:
        api = Api(http, key, source="tests", turns=budget, deadline=1000.0, clock=time.clock)
        yield Desk(api, DeskSettings("the demo Litmos"), clock=time.clock)

    async with Client(create_server(open_desk), mode=mode) as client:
        yield client


async def test_a_wait_is_told_while_it_lasts(slow: Client, time: Time) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))
        time.told.set()

    first = await slow.call_tool("find_people", {"query": "marsh"}, progress_callback=heard)
    assert (first.is_error, told, time.slept) == (False, [], [])
    second = await slow.call_tool("find_training", {"query": "first aid"}, progress_callback=heard)
    assert not second.is_error
    assert told[0] == (1.0, None, "waiting for Litmos, 61 s")
    assert [value for value, _, _ in told] == sorted({value for value, _, _ in told})  # it has to grow
    assert len(told) == len(time.slept)
    assert time.slept[0] == 61.0


async def test_whoever_does_not_ask_for_progress_is_answered_too(slow: Client, time: Time) -> None:
    time.told.set()
    for _ in range(2):
        result: Any = await slow.call_tool("find_training", {"query": "first aid", "kind": "course"})
        assert not result.is_error
    assert time.slept == []  # the catalog is remembered
    assert not (await slow.call_tool("find_people", {"query": "marsh"})).is_error
    assert time.slept == [61.0]
