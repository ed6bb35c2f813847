"""Notices: where the message is that tells somebody of their job, and which process keeps it up to date for now.

A process that dies stops saying that it is there; another then goes on with the same message.
"""

import time
from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from litmos.store.engine import only_one
from litmos.store.state import State
from litmos.store.tables import notices

__all__ = ["Notices"]

SECONDS = 10.0  # that a process keeps one without saying again that it is there; clocks of hosts may differ by less
_KEPT = 8 * 86_400_000  # milliseconds that one is known: longer than its job
_LOCK = 0x1170F  # PostgreSQL's advisory lock for this; any number no other lock of ours has


class Notices:
    """The notices in `state`; `clock` gives seconds since 1970. Methods raise as those of `State`."""

    def __init__(self, state: State, *, clock: Callable[[], float] = time.time) -> None:
        self._state, self._clock = state, clock

    async def keep(self, job: str, keeper: str) -> str | None:
        """Be the one who keeps it for the next seconds; to be said again and again.

        Returns where the message is, empty if nobody has sent one; None: somebody else keeps it, or it has ended.
        """
        now = self._now()
        until = now + int(SECONDS * 1000)

        def take(conn: Connection) -> str | None:
            only_one(conn, _LOCK)  # or two processes would both find nothing
            row = conn.execute(select(notices).where(notices.c.job == job)).one_or_none()
            if row is None:
                conn.execute(delete(notices).where(notices.c.until < now - _KEPT))
                conn.execute(insert(notices).values(job=job, keeper=keeper, place="", until=until, ended=False))
                return ""
            if row.ended or (row.keeper != keeper and row.until > now):
                return None
            conn.execute(update(notices).where(notices.c.job == job).values(keeper=keeper, until=until))
            return str(row.place)

        return await self._state.write(take)

    async def put(self, job: str, place: str) -> None:
        """The message has been sent, and is there."""
        await self._set(notices.c.job == job, place=place)

    async def end(self, job: str) -> None:
        """It says all there is to say: nobody has to keep it any more."""
        await self._set(notices.c.job == job, ended=True)

    async def leave(self, keeper: str) -> None:
        """This one goes: others need not wait until it is missed."""
        await self._set(notices.c.keeper == keeper, until=self._now())

    async def left(self) -> list[str]:
        """The jobs whose message has not ended, and which nobody keeps any more."""
        query = select(notices.c.job).where(notices.c.ended.is_(False), notices.c.until <= self._now())
        return await self._state.read(lambda conn: list(conn.scalars(query)))

    async def _set(self, which: ColumnElement[bool], **values: object) -> None:
        query = update(notices).where(which).values(**values)
        await self._state.write(lambda conn: conn.execute(query))

    def _now(self) -> int:
        return int(self._clock() * 1000)
