"""Follows: who wants to be told how a team of Litmos gets on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select

from litmos.store.engine import only_one
from litmos.store.state import State
from litmos.store.tables import follows

__all__ = ["Follow", "Follows"]

_LOCK = 0x11711  # PostgreSQL's advisory lock for this; any number no other lock of ours has


@dataclass(frozen=True, slots=True)
class Follow:
    """A person and a team, both by their ids in Litmos."""

    person_id: str
    team_id: str
    since: datetime


class Follows:
    """The follows in `state`; `clock` gives seconds since 1970. Methods raise as those of `State`."""

    def __init__(self, state: State, *, clock: Callable[[], float] = time.time) -> None:
        self._state, self._clock = state, clock

    async def add(self, person_id: str, team_id: str) -> bool:
        """Follow; whether that is new."""
        values = {"person_id": person_id, "team_id": team_id, "since": int(self._clock() * 1000)}
        wanted = select(follows.c.since).where(*_only(person_id, team_id))

        def put(conn: Connection) -> bool:
            only_one(conn, _LOCK)  # or two of the same at once would fail each other
            if conn.execute(wanted).one_or_none() is not None:
                return False
            conn.execute(insert(follows).values(**values))
            return True

        return await self._state.write(put)

    async def remove(self, person_id: str, team_id: str) -> bool:
        """Follow no more; whether there was something to end. Of several who ask, one is told so."""
        query = delete(follows).where(*_only(person_id, team_id)).returning(follows.c.team_id)
        return await self._state.write(lambda conn: conn.execute(query).one_or_none() is not None)

    async def of_person(self, person_id: str) -> list[Follow]:
        """What somebody follows, oldest first."""
        return await self._found(follows.c.person_id == person_id)

    async def every(self) -> list[Follow]:
        """Everybody's, oldest first."""
        return await self._found()

    async def _found(self, *narrowed: ColumnElement[bool]) -> list[Follow]:
        query = select(follows).where(*narrowed).order_by(follows.c.since, follows.c.team_id, follows.c.person_id)
        return await self._state.read(lambda conn: [_follow(row) for row in conn.execute(query)])


def _only(person_id: str, team_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return follows.c.person_id == person_id, follows.c.team_id == team_id


def _follow(row: Row[Any]) -> Follow:
    return Follow(row.person_id, row.team_id, datetime.fromtimestamp(row.since / 1000, UTC))
