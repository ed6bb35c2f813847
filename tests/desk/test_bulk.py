"""Large changes at the account's limit: as fast as it allows, never refused for rate; people do not wait for them."""

import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from pydantic import SecretStr

from litmos.api.client import Client, KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.desk.bulk import task_of
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.desk.records import Approval
from litmos.desk.requests import Assign, WhoAmI
from litmos.store.budget import Budget
from litmos.store.state import State
from litmos.wiring import InProcess

FIRE = "fBQ3pTcKjTw1"
PEOPLE, LIMIT, WINDOW = 500, 100, 61.0
BULK = LIMIT - LIMIT // 5


class Naps:
    """Time that passes at once: when nothing is under way any more, it is the moment at which the next one wakes."""

    def __init__(self, clock: MovableClock, state: State) -> None:
        self._clock, self._state = clock, state
        self._asleep: list[tuple[float, int, anyio.Event]] = []
        self._numbers = count()

    async def nap(self, seconds: float) -> None:
        woken = anyio.Event()
        heapq.heappush(self._asleep, (self._clock().timestamp() + seconds, next(self._numbers), woken))
        await woken.wait()

    @asynccontextmanager
    async def passing(self, sandbox: Sandbox) -> AsyncIterator[None]:
        """While the block runs."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._pass, sandbox)
            yield
            tasks.cancel_scope.cancel()

    async def _pass(self, sandbox: Sandbox) -> None:
        while True:
            before = (len(self._asleep), len(sandbox.requests))
            await self._state.write(lambda conn: None)  # whatever is being booked is booked before this
            for _ in range(100):
                await anyio.lowlevel.checkpoint()
            if before == (len(self._asleep), len(sandbox.requests)) and self._asleep:
                at, _, woken = heapq.heappop(self._asleep)
                self._clock.advance(max(at - self._clock().timestamp(), 0))
                woken.set()


@pytest.fixture(params=["rolling", "fixed"])
def busy(request: pytest.FixtureRequest, clock: MovableClock) -> Sandbox:
    """A Litmos that means it with its limit."""
    return Sandbox(demo_world(clock()), clock=clock, limit=LIMIT, counting=request.param)


@pytest.fixture
async def budgeted(busy: Sandbox, books: Books, state: State, clock: MovableClock) -> AsyncIterator[tuple[Desk, Naps]]:
    naps, key = Naps(clock, state), KeyAuth(SecretStr(DEMO_KEY))
    budget = Budget(state, LIMIT, clock=lambda: clock().timestamp(), sleep=naps.nap)
    async with httpx.AsyncClient(
        base_url="https://demo.invalid/v1.svc", auth=key, transport=InProcess(app=busy.app)
    ) as http:
        api = Client(http, key, source="tests", turns=budget)
        settings = DeskSettings("demo")
        yield Desk(api, settings, books, now=clock, clock=lambda: clock().timestamp(), sleep=naps.nap), naps


async def test_500_assignments_take_no_longer_than_the_budget_and_people_do_not_wait(
    budgeted: Any, busy: Sandbox, clock: MovableClock
) -> None:
    desk, naps = budgeted
    people = tuple(busy.world.add_person("Person", f"Number{number}").id for number in range(PEOPLE))
    async with naps.passing(busy):
        owner = await desk.operator("tests", "")
        plan = await desk.plan(owner, Assign(people, (FIRE,), notify=False))
        task = task_of(owner, plan.request, Approval(plan.fingerprint, "tests", plan.word), PEOPLE)
        await naps.nap(2 * WINDOW)
        begin, before = clock().timestamp(), len(busy.requests)
        waits: list[float] = []
        begun, told = await desk.bulk.begin("JOB-1", task), []
        for pairs in begun["chunks"]:
            told += (await desk.bulk.chunk("JOB-1", task, begun["receipt"], pairs, again=False))["told"]
            ada = await desk.operator("tests", "ada.marsh@example.com")
            await desk.look(ada, WhoAmI(), waiting=waits.append)
            await desk.look(ada, WhoAmI(), waiting=waits.append)
        took, asked = clock().timestamp() - begin, len(busy.requests) - before
        ended = await desk.bulk.end("JOB-1", begun["receipt"], told, "")
    assert ended["summary"] == f"Assign: {PEOPLE} done."
    assert all(FIRE in busy.world.courses_of(person) for person in people)
    assert [one for one in busy.requests if one.status in {429, 503}] == []
    assert waits == []
    # the plan again, each write, and each chunk before and after
    assert asked <= PEOPLE + 3 * PEOPLE // 25 + 10
    assert took <= 1.03 * ((asked - 1) // BULK * WINDOW)  # the last call of so many has to wait for so many windows
