"""The state database, and what is in it that somebody should see: the budget, links, changes without an end, jobs."""

import asyncio
import importlib.util
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import anyio

from litmos.desk.plan import several
from litmos.errors import LitmosError, Misconfigured, Unavailable
from litmos.findings import Check, Finding, failure, ok, warning
from litmos.store.audit import Audit, Entry
from litmos.store.budget import Budget
from litmos.store.condition import Condition, condition_of, open_to_others
from litmos.store.links import Links
from litmos.store.place import place_of
from litmos.store.schema import HEAD
from litmos.store.state import State

__all__ = ["Ground", "state_checks"]

STATE = "state"
LONG_AGO = 900.0  # seconds; what was begun before that and has no end will not get one any more
LATELY = timedelta(days=30)  # older ones have been seen, one hopes
SHOWN = 5
NEARLY = 0.9  # of the budget


T = TypeVar("T")


class Ground:
    """The state at `url` once it is known to be good. `patience` in seconds; `clock` in seconds since 1970."""

    def __init__(self, url: str, patience: float, clock: Callable[[], float]) -> None:
        self.url, self.patience, self._clock = url, patience, clock
        self._known = anyio.Event()
        self._state: State | None = None

    async def look(self) -> Condition:
        """How it is. From now on `state` gives it, if it can be used as it is."""
        try:
            place = place_of(self.url)
            look = partial(condition_of, place, self.patience)
            found = await _aside(look)
            if found.is_current:
                self._state = State(self.url, patience=self.patience)
            return found
        finally:
            self._known.set()

    async def state(self) -> State | None:
        """Waits until it is known; None where it cannot be used as it is."""
        await self._known.wait()
        return self._state

    async def turns(self, per_minute: int) -> "_Turns | None":
        """The account's budget, where it is counted and can be."""
        with anyio.move_on_after(self.patience):
            if per_minute and (state := await self.state()):
                return _Turns(Budget(state, per_minute), self.patience)
        return None

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def close(self) -> None:
        """Blocking, for as long as the database hangs."""
        if self._state is not None:
            self._state.close()


class _Turns:
    """Books where that is possible: a state that cannot be used must not hide how Litmos is."""

    def __init__(self, budget: Budget, patience: float) -> None:
        self._budget, self._patience = budget, patience

    async def turn(self, *, bulk: bool, waiting: Callable[[float], None] | None, patience: float | None) -> None:
        try:
            await self._budget.turn(bulk=bulk, waiting=waiting, patience=min(patience or self._patience, 2.0))
        except (Misconfigured, Unavailable):
            return

    async def exhausted(self, after: float | None) -> None:
        try:
            await self._budget.exhausted(after)
        except LitmosError:
            return


def state_checks(ground: Ground, per_minute: int) -> Sequence[Check]:
    """The database, then what is in it, all side by side."""
    return (
        Check(STATE, "the state database", lambda: _database(ground)),
        Check(STATE, "the budget", lambda: _budget(ground, per_minute)),
        Check(STATE, "links", lambda: _links(ground)),
        Check(STATE, "changes without an end", lambda: _unfinished(ground)),
        Check(STATE, "jobs", lambda: _jobs(ground)),
    )


async def _database(ground: Ground) -> AsyncIterator[Finding]:
    found, place = await ground.look(), place_of(ground.url)
    if found.missing:
        yield ok(STATE, f"{place} is not there yet: the first start makes it.")
    elif found.is_newer:
        todo = "Install that version, or name another place in LITMOS_STATE_URL."
        yield failure(STATE, f"{place} was written by a newer version (schema {found.schema}, known: {HEAD}).", todo)
    elif not found.is_current:
        has = f"the schema {found.schema}" if found.schema else "no tables"
        told = f"{place} has {has}; this version needs {HEAD}."
        if place.file is None:
            yield failure(STATE, told, "Run: litmos migrate")
        else:
            yield warning(STATE, told, "The next start brings it up by itself; or run: litmos migrate")
    if place.file is not None and (open_ones := open_to_others(place.file)):
        names = ", ".join(one.name for one in open_ones[:SHOWN])
        todo = f"It holds people's names and what they learn. Run: chmod 600 {place.file.parent}/{place.file.stem}*"
        yield warning(STATE, f"Others on this machine may read {names} in {place.file.parent}.", todo)
    if state := await ground.state():
        await state.write(lambda _: None)
        yield ok(STATE, f"{place} can be written, with the schema {HEAD}.")


async def _budget(ground: Ground, per_minute: int) -> AsyncIterator[Finding]:
    state = await ground.state()
    if state is None or not per_minute:
        return
    used = await Budget(state, per_minute).in_use()
    told = f"{used} of {per_minute} requests a minute are in use."
    if used < NEARLY * per_minute:
        yield ok(STATE, told)
    else:
        yield warning(STATE, told, "Who asks now waits. `litmos jobs` shows what is under way.")


async def _links(ground: Ground) -> AsyncIterator[Finding]:
    state = await ground.state()
    if state is None:
        return
    every = await Links(state).every()
    suspended = [one.identity for one in every if one.suspended]
    if not suspended:
        yield ok(STATE, f"{several(len(every), 'link', 'links')}, none suspended.")
        return
    listed = ", ".join(suspended[:SHOWN]) + (", ..." if len(suspended) > SHOWN else "")
    told = f"{several(len(suspended), 'link is', 'links are')} suspended, as an e-mail address changed: {listed}."
    yield warning(STATE, told, "See that it is still the same person; then: litmos link IDENTITY PERSON")


async def _unfinished(ground: Ground) -> AsyncIterator[Finding]:
    state = await ground.state()
    if state is None:
        return
    cut = await Audit(state, clock=lambda: ground.now().timestamp()).unfinished(LONG_AGO)
    lately = [one for one in cut if one.at > ground.now() - LATELY]
    if lately:
        todo = "Look in Litmos what became of it; `litmos audit` has who and what."
        yield warning(STATE, f"Begun lately and never ended: {', '.join(map(_named, lately[-SHOWN:]))}.", todo)
    else:
        yield ok(STATE, "Every change of the last 30 days has an end.")


async def _aside(work: Callable[[], T]) -> T:
    """In a thread of its own that, unlike those of a pool, keeps nobody from leaving while it hangs."""
    done: Future[T] = Future()

    def run() -> None:
        done.set_running_or_notify_cancel()
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(done)


def _named(entry: Entry) -> str:
    return f"row {entry.seq} ({entry.operation}, {entry.at:%Y-%m-%d %H:%M})"


async def _jobs(ground: Ground) -> AsyncIterator[Finding]:
    if await ground.state() is None or importlib.util.find_spec("dbos") is None:
        return
    from litmos.jobs.engine import Where, waiting  # noqa: PLC0415 - half a second

    look = partial(waiting, Where(ground.url))
    jobs, servers = await _aside(look)
    who = several(servers, "process does", "processes do")
    told = f"{several(jobs, 'job has', 'jobs have')} not ended; {who} jobs."
    if jobs and not servers:
        yield warning(STATE, told, "Start litmos serve or litmos-bot: it goes on with them.")
    else:
        yield ok(STATE, told)
