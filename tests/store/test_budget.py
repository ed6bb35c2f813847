"""Turns at the budget, on a real SQLite file with a clock of the test's own."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from sqlalchemy import insert, select

from litmos.errors import Throttled, Unavailable
from litmos.store.budget import Budget
from litmos.store.state import State
from litmos.store.tables import calls


@dataclass
class Time:
    """A clock, and a sleep that moves it."""

    now: float = 1_000_000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Asleep:
    """A sleep that only a cancellation ends."""

    def __init__(self) -> None:
        self.began = anyio.Event()

    async def __call__(self, seconds: float) -> None:
        self.began.set()
        await anyio.sleep_forever()


class Gate:
    """Holds a thread until the test lets it through."""

    def __init__(self) -> None:
        self._reached, self._open = threading.Event(), threading.Event()

    def pass_through(self) -> float:
        self._reached.set()
        assert self._open.wait(5)
        return 1_000_000.0

    async def reached(self) -> None:
        assert await anyio.to_thread.run_sync(self._reached.wait, 5)

    def open(self) -> None:
        self._open.set()


@asynccontextmanager
async def held(state: State) -> AsyncIterator[None]:
    """The state's writer is busy meanwhile."""
    gate = Gate()
    busy = state.post(lambda conn: gate.pass_through())
    await gate.reached()
    try:
        yield
    finally:
        gate.open()
        busy.result(5)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def budget(state: State, time: Time) -> Budget:
    return Budget(state, clock=time.clock, sleep=time.sleep)


async def take(budget: Budget, times: int, *, bulk: bool = False) -> None:
    for _ in range(times):
        await budget.turn(bulk=bulk)


async def booked(state: State) -> list[int]:
    return list(await state.read(lambda conn: conn.scalars(select(calls.c.at).order_by(calls.c.at)).all()))


async def test_250_turns_wait_exactly_two_windows(budget: Budget, time: Time) -> None:
    told = list[float]()
    for _ in range(250):
        await budget.turn(waiting=told.append)
    assert told == time.slept == [61.0, 61.0]


async def test_callers_at_once_are_told_their_waits_in_the_order_they_came(state: State, time: Time) -> None:
    """The clock stands still: a place in the future is seen by all."""
    told = list[float]()

    async def sleep(seconds: float) -> None:
        told.append(seconds)

    budget = Budget(state, 2, clock=time.clock, sleep=sleep)
    await take(budget, 6)
    assert told == [61.0, 61.0, 122.0, 122.0]


async def test_two_budgets_on_one_state_share_it(state: State, state_url: str, time: Time) -> None:
    other_state = State(state_url)
    one, other = (Budget(each, 2, clock=time.clock, sleep=time.sleep) for each in (state, other_state))
    await one.turn()
    await other.turn()
    assert time.slept == []
    await other.turn()
    assert time.slept == [61.0]
    other_state.close()


async def test_a_fifth_is_kept_for_people(budget: Budget, time: Time) -> None:
    await take(budget, 80, bulk=True)
    with pytest.raises(Throttled):
        await budget.turn(bulk=True, patience=0)
    await take(budget, 20)
    assert time.slept == []
    assert await budget.in_use() == 100
    with pytest.raises(Throttled):
        await budget.turn(patience=0)


async def test_what_people_take_of_their_fifth_is_not_taken_from_bulk(budget: Budget, time: Time) -> None:
    await take(budget, 10)
    await take(budget, 80, bulk=True)
    assert time.slept == []
    with pytest.raises(Throttled):
        await budget.turn(bulk=True, patience=0)
    await take(budget, 10)
    assert time.slept == []


async def test_bulk_leaves_a_tenth_free_however_much_people_take(budget: Budget, time: Time) -> None:
    await take(budget, 50)
    await take(budget, 40, bulk=True)
    with pytest.raises(Throttled):
        await budget.turn(bulk=True, patience=0)
    await take(budget, 10)
    assert time.slept == []


async def test_a_small_budget_keeps_no_place_and_bulk_still_gets_on(state: State, time: Time) -> None:
    budget = Budget(state, 1, clock=time.clock, sleep=time.sleep)
    await take(budget, 2, bulk=True)
    assert time.slept == [61.0]


async def test_a_wait_beyond_patience_is_refused_and_books_nothing(budget: Budget, state: State, time: Time) -> None:
    await take(budget, 100)
    time.now += 19.2
    with pytest.raises(Throttled) as refused:
        await budget.turn(patience=10)
    assert refused.value.after == 41.8
    assert str(refused.value) == "Litmos allows 100 requests a minute and they are used up. Try again in 42 s."
    assert len(await booked(state)) == 100


async def test_a_wait_within_patience_is_waited(budget: Budget, time: Time) -> None:
    await take(budget, 100)
    await budget.turn(patience=61)
    assert time.slept == [61.0]


@pytest.mark.parametrize("native", [False, True], ids=["anyio", "asyncio"])
async def test_a_cancelled_waiter_gives_its_place_to_the_next(state: State, time: Time, *, native: bool) -> None:
    asleep = Asleep()
    budget = Budget(state, 2, clock=time.clock, sleep=asleep)
    await take(budget, 2)
    before = asyncio.all_tasks()
    if native:
        waiter = asyncio.create_task(budget.turn())
        await asleep.began.wait()
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
    else:
        async with anyio.create_task_group() as group:
            group.start_soon(budget.turn)
            await asleep.began.wait()
            group.cancel_scope.cancel()
    assert asyncio.all_tasks() == before
    assert len(await booked(state)) == 2
    told = list[float]()
    await Budget(state, 2, clock=time.clock, sleep=time.sleep).turn(waiting=told.append)
    assert told == [61.0]


async def test_a_waiter_cancelled_twice_still_gives_its_place_back(state: State, time: Time) -> None:
    """The second cancellation ends its waiting for the give-back, not the give-back."""
    asleep = Asleep()
    budget = Budget(state, 1, clock=time.clock, sleep=asleep)
    await budget.turn()
    waiter = asyncio.create_task(budget.turn())
    await asleep.began.wait()
    async with held(state):
        waiter.cancel()
        await anyio.wait_all_tasks_blocked()
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
    await state.write(lambda conn: None)
    assert len(await booked(state)) == 1


async def test_a_caller_cancelled_before_its_booking_began_books_nothing(budget: Budget, state: State) -> None:
    await budget.in_use()
    async with held(state):
        caller = asyncio.create_task(budget.turn())
        await anyio.wait_all_tasks_blocked()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
    assert await booked(state) == []


async def test_a_caller_cancelled_in_the_midst_of_its_booking_gives_it_back(state: State) -> None:
    gate = Gate()
    caller = asyncio.create_task(Budget(state, clock=gate.pass_through).turn())
    await gate.reached()
    caller.cancel()
    await anyio.wait_all_tasks_blocked()
    gate.open()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert await booked(state) == []


async def test_a_caller_cancelled_in_the_midst_of_a_booking_that_fails_is_just_cancelled(state: State) -> None:
    gate = Gate()

    def clock() -> float:
        gate.pass_through()
        raise LookupError

    caller = asyncio.create_task(Budget(state, clock=clock).turn())
    await gate.reached()
    caller.cancel()
    await anyio.wait_all_tasks_blocked()
    gate.open()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert await booked(state) == []


async def test_a_give_back_that_fails_is_logged_and_what_interrupted_the_wait_is_raised(
    file: Path, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    state, other = State(f"sqlite:///{file}", patience=0.05), State(f"sqlite:///{file}")
    asleep = Asleep()
    budget = Budget(state, 1, clock=time.clock, sleep=asleep)
    await budget.turn()
    waiter = asyncio.create_task(budget.turn())
    await asleep.began.wait()
    async with held(other):
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
    assert [record.message for record in caplog.records] == ["litmos.budget.place_lost"]
    state.close()
    other.close()


async def test_a_telling_that_fails_gives_the_place_back(state: State, time: Time) -> None:
    budget = Budget(state, 1, clock=time.clock, sleep=time.sleep)
    await budget.turn()

    def fail(seconds: float) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await budget.turn(waiting=fail)
    assert len(await booked(state)) == 1


async def test_a_late_give_back_never_takes_the_place_of_another(state: State, time: Time) -> None:
    """The machine slept: the waiter's row is long gone, and a new caller must not get its id."""

    async def long_sleep(seconds: float) -> None:
        time.now += 10_000
        await Budget(state, 1, clock=time.clock, sleep=time.sleep).turn()
        raise LookupError

    budget = Budget(state, 1, clock=time.clock, sleep=long_sleep)
    await budget.turn()
    with pytest.raises(LookupError):
        await budget.turn()
    assert await budget.in_use() == 1


async def test_a_refusal_by_litmos_counts_the_window_as_full(budget: Budget, time: Time) -> None:
    await take(budget, 3)
    time.now += 10
    await budget.exhausted()
    assert await budget.in_use() == 100
    told = list[float]()
    await budget.turn(waiting=told.append)
    assert told == [51.0]  # the three calls known before still leave first


async def test_a_second_refusal_adds_nothing(budget: Budget, state: State) -> None:
    await budget.exhausted()
    await budget.exhausted(1.0)
    assert len(await booked(state)) == 100


@pytest.mark.parametrize("after", [0.5, 30.0, 61.0, 90.0, 122.0, 300.0])
@pytest.mark.parametrize("known", [0, 7, 100])
async def test_nobody_gets_a_moment_before_litmos_said(state: State, time: Time, *, after: float, known: int) -> None:
    budget = Budget(state, clock=time.clock, sleep=time.sleep)
    await take(budget, known)
    time.now += 50
    await budget.exhausted(after)
    opens = time.now + after
    while time.now < opens:
        with pytest.raises(Throttled) as refused:
            await budget.turn(patience=0)
        assert refused.value.after is not None
        assert opens - time.now <= refused.value.after <= max(after, 61.0)
        time.now += 7


async def test_a_refusal_closes_the_account_for_ten_windows_at_most(budget: Budget, time: Time) -> None:
    await budget.exhausted(1e9)
    with pytest.raises(Throttled) as refused:
        await budget.turn(patience=0)
    assert refused.value.after == 610.0


async def test_a_clock_that_goes_far_back_costs_one_window_at_most(budget: Budget, time: Time) -> None:
    await take(budget, 100)
    time.now -= 3600
    told = list[float]()
    await budget.turn(waiting=told.append)
    assert told == [61.0]


async def test_a_clock_that_goes_forward_forgets(budget: Budget, time: Time) -> None:
    await take(budget, 100)
    time.now += 7200
    await budget.turn(patience=0)
    assert await budget.in_use() == 1


async def test_calls_waiting_ahead_are_not_in_use_yet(budget: Budget, state: State, time: Time) -> None:
    await budget.turn()
    await state.write(lambda conn: conn.execute(insert(calls).values(at=int(time.now * 1000) + 5_000)))
    assert await budget.in_use() == 1


async def test_the_default_clock_and_sleep_are_the_real_ones(state: State) -> None:
    budget = Budget(state, 2, window_ms=30)
    with anyio.fail_after(5):
        await take(budget, 5)
    assert await budget.in_use() <= 2


@pytest.mark.parametrize(("per_minute", "window_ms"), [(0, 61_000), (100, 0)])
def test_a_budget_of_nothing_is_refused(state: State, *, per_minute: int, window_ms: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Budget(state, per_minute, window_ms=window_ms)


async def test_a_state_that_is_locked_says_so_and_nothing_is_given_back(file: Path, time: Time) -> None:
    state = State(f"sqlite:///{file}", patience=0.05)
    other = State(f"sqlite:///{file}")
    budget = Budget(state, clock=time.clock, sleep=time.sleep)
    await budget.turn()
    async with held(other):
        with pytest.raises(Unavailable, match="in use by another program"):
            await budget.turn()
    assert await budget.in_use() == 1
    state.close()
    other.close()
