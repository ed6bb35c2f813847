"""The account's calls a minute, shared by every process on the same state.

A call books its moment ahead in one short transaction: first come first served over processes, the wait is
known before waiting, nobody polls. Times are whole milliseconds: with floats (t + w) - t may be less than w.
"""

import math
import time
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import anyio
from sqlalchemy import Connection, delete, func, insert, select, text, update

from litmos.errors import LitmosError, Throttled
from litmos.log import logger
from litmos.store.engine import only_one
from litmos.store.state import State, landed
from litmos.store.tables import calls
from litmos.telemetry import Level, step, tell

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Budget", "earliest", "earliest_of_all"]

log = logger(__name__)

_LOCK = 0x11707  # PostgreSQL's advisory lock for this; any number no other lock of ours has
_BACK = 20  # windows: a row further ahead means that the clock went back (nobody books so far)
_CLOSED = 10  # windows: the longest that one refusal closes the account; well under _BACK


def earliest(taken: Sequence[int], now: int, limit: int, window: int) -> int:
    """The first moment from `now` on at which one more call keeps every window around it at `limit` or under.

    All times in milliseconds. `taken` is sorted and may lie in the future. A window holds its start, not its end.
    """
    at = now
    while True:
        place = bisect_right(taken, at)
        row = [*taken[:place], at, *taken[place:]]
        last = min(place, len(row) - limit - 1)
        full = [row[j] for j in range(max(0, place - limit), last + 1) if row[j + limit] - row[j] < window]
        if not full:
            return at
        at = full[-1] + window


def earliest_of_all(counted: Sequence[tuple[Sequence[int], int]], now: int, window: int) -> int:
    """As `earliest`, for several kinds of call at once: the first moment that suits each of them, with its limit."""
    at = now
    while True:
        sooner = at
        for taken, limit in counted:
            at = earliest(taken, at, limit, window)
        if at == sooner:
            return at


@dataclass(frozen=True)
class _Ticket:
    """A place among the calls; `id` is None if the wait was too long and nothing was booked."""

    id: int | None
    wait: float  # seconds


class Budget:
    """`per_minute` calls in any `window_ms`, of which a fifth is kept for people.

    Bulk has the other four fifths, whatever people take of theirs, and goes without where less than a tenth of the
    whole would stay free: who comes then finds a place, too.

    Args:
        state: where the calls are booked; all processes on it share the budget.
        per_minute: what Litmos allows, at least 1.
        window_ms: one second more than a minute, because a call leaves some milliseconds after its moment.
        clock: seconds since 1970. PostgreSQL's own instead of the default: one clock for all hosts.
        sleep: waits that many seconds.

    Raises:
        ValueError: `per_minute` or `window_ms` is under 1.
    """

    def __init__(
        self,
        state: State,
        per_minute: int = 100,
        *,
        window_ms: int = 61_000,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        if per_minute < 1 or window_ms < 1:
            raise ValueError("a budget allows at least one call, in a window of at least one millisecond")
        self._state = state
        self._limit = per_minute
        self._bulk_limit = per_minute - per_minute // 5
        self._beside_bulk = per_minute - per_minute // 10  # of all calls, where one of bulk is among them
        self._window = window_ms
        self._clock = clock
        self._sleep = sleep

    async def turn(
        self,
        *,
        bulk: bool = False,
        waiting: Callable[[float], None] | None = None,
        patience: float | None = None,
    ) -> None:
        """Returns when it is this caller's moment. Cancelled before that, the place goes to the next who asks.

        Args:
            bulk: work nobody waits for; it leaves a fifth of the budget to people, as the class says.
            waiting: told the exact wait in seconds, once, if there is one.
            patience: the longest acceptable wait in seconds; None: any.

        Raises:
            Throttled: the wait (`after`, in seconds) exceeds `patience`; nothing stays booked.
            Misconfigured, Unavailable: of the state database.
        """
        with step("litmos.budget.turn", {"litmos.bulk": bulk}):
            await self._turn(bulk=bulk, waiting=waiting, patience=patience)

    async def _turn(self, *, bulk: bool, waiting: Callable[[float], None] | None, patience: float | None) -> None:
        booking = self._state.post(lambda conn: self._book(conn, patience, bulk=bulk))
        try:
            ticket = await landed(booking)
            tell("litmos.budget.wait", {"litmos.bulk": bulk}, ticket.wait)
            if ticket.id is not None and ticket.wait > 0:
                if waiting is not None:
                    waiting(ticket.wait)
                await self._sleep(ticket.wait)
        except BaseException:
            await self._give_back(booking)
            raise
        if ticket.id is None:
            raise Throttled(
                f"Litmos allows {self._limit} requests a minute and they are used up. "
                f"Try again in {math.ceil(ticket.wait)} s.",
                after=ticket.wait,
            )

    async def exhausted(self, after: float | None = None) -> None:
        """Litmos refused for rate: somebody else spends the account too. Nobody gets a moment for a while.

        Args:
            after: seconds Litmos asks to wait, of which at most ten windows are kept; None: this window is full.

        Raises:
            Misconfigured, Unavailable: of the state database.
        """
        await self._state.write(lambda conn: self._fill(conn, after))

    async def levels(self) -> Sequence[Level]:
        """How things stand, for who watches. Raises as `exhausted`."""
        used = await self.in_use()
        return [
            Level("litmos.budget.limit", self._limit),
            Level("litmos.budget.used", used),
            Level("litmos.budget.left", max(self._limit - used, 0)),
        ]

    async def in_use(self) -> int:
        """How many calls were booked in the window that ends now. Raises as `exhausted`."""
        return await self._state.read(self._count)

    async def _give_back(self, booking: "Future[_Ticket]") -> None:
        """Awaited to the end if it can be; a second, native cancellation ends the waiting but not the deed."""
        if booking.cancel() or (booking.done() and booking.exception() is not None):
            return  # nothing was booked
        back = self._state.post(partial(_free, booking))
        with anyio.CancelScope(shield=True):
            try:
                await landed(back)
            except LitmosError:
                # What interrupted the caller matters more; the place is free again after one window.
                log.warning("litmos.budget.place_lost", exc_info=True)

    def _book(self, conn: Connection, patience: float | None, *, bulk: bool) -> _Ticket:
        now, taken = self._taken(conn)
        counted = [([at for at, _ in taken], self._beside_bulk if bulk else self._limit)]
        if bulk:
            counted.append(([at for at, also in taken if also], self._bulk_limit))
        at = earliest_of_all(counted, now, self._window)
        wait = (at - now) / 1000
        if patience is not None and wait > patience:
            return _Ticket(None, wait)
        taking = insert(calls).values(at=at, bulk=bulk).returning(calls.c.id)
        return _Ticket(conn.execute(taking).scalar_one(), wait)

    def _fill(self, conn: Connection, after: float | None) -> None:
        now, booked = self._taken(conn)
        taken = [at for at, _ in booked]
        if after is None:
            new = [now] * (self._limit - sum(now - self._window < at <= now for at in taken))
        else:
            until = now + min(math.ceil(after * 1000), _CLOSED * self._window)
            # A full burst one window before `until`, and one before that, back to now, leave no gap and no more.
            bursts = range(until - self._window, now - self._window, -self._window)
            new = [*bursts] * self._limit if earliest(taken, now, self._limit, self._window) < until else []
        if new:
            conn.execute(insert(calls), [{"at": at} for at in new])

    def _count(self, conn: Connection) -> int:
        now = self._now(conn)
        booked = select(func.count()).where(calls.c.at > now - self._window, calls.c.at <= now)
        return conn.execute(booked).scalar_one()

    def _taken(self, conn: Connection) -> tuple[int, list[tuple[int, bool]]]:
        """Now, and what is booked around and after it, bulk or not; what no window can see any more is deleted."""
        only_one(conn, _LOCK)
        now = self._now(conn)
        conn.execute(delete(calls).where(calls.c.at <= now - self._window))
        rows = conn.execute(select(calls.c.at, calls.c.bulk).order_by(calls.c.at))
        taken = [(row.at, row.bulk) for row in rows]
        if taken and taken[-1][0] > now + _BACK * self._window:
            # The clock went back: call it all just spent, or everybody would wait until it has caught up.
            conn.execute(update(calls).where(calls.c.at > now).values(at=now))
            taken = [(min(at, now), bulk) for at, bulk in taken]
        return now, taken

    def _now(self, conn: Connection) -> int:
        if conn.dialect.name == "postgresql" and self._clock is time.time:
            return int(conn.execute(text("SELECT extract(epoch FROM clock_timestamp()) * 1000")).scalar_one())
        return int(self._clock() * 1000)


def _free(booking: "Future[_Ticket]", conn: Connection) -> None:
    """Posted after the booking, so it finds it done, even if it was still under way at the cancellation."""
    if booking.exception() is None and (ticket := booking.result()).id is not None:
        conn.execute(delete(calls).where(calls.c.id == ticket.id))
