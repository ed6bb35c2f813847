"""Nudges: who was written to and when, and who wants none. One a week for each person, over all processes."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from litmos.store.engine import only_one
from litmos.store.state import State
from litmos.store.tables import nudge_wishes, nudges

__all__ = ["WEEK", "Claim", "Known", "Nudges"]

WEEK = timedelta(days=7)
_LOCK = 0x1170E  # PostgreSQL's advisory lock for this; any number no other lock of ours has
_AT_ONCE = 500  # ids of one query


class Claim(StrEnum):
    """What became of the wish to write to somebody."""

    FREE = "free"
    """It is the caller's to write now, and nobody else's for a week."""
    SENT = "sent"
    """This run has written to them already."""
    UNSURE = "unsure"
    """This run was about to write when it died: it may have been sent, so it is not sent again."""
    RECENT = "recent"
    """Another run has written to them within a week."""
    STOPPED = "stopped"
    """They want none, for a while or for good."""


@dataclass(frozen=True, slots=True)
class Known:
    """Of one person. `last`: the moment of the last nudge. `until`: they want none before it, if `stopped`."""

    last: datetime | None = None
    stopped: bool = False
    until: datetime | None = None
    """None where `stopped` means for good."""


class Nudges:
    """The nudges in `state`; `clock` gives seconds since 1970. Methods raise as those of `State`."""

    def __init__(self, state: State, *, clock: Callable[[], float] = time.time) -> None:
        self._state, self._clock = state, clock

    async def claim(self, person: str, run: str) -> Claim:
        """Take the right to write to somebody this week. `run`: what no other round of nudges is called."""
        now = self._now()
        return await self._state.write(lambda conn: _claim(conn, person, run, now))

    async def sent(self, person: str, run: str) -> None:
        """Note that what was claimed has been sent."""
        query = update(nudges).where(nudges.c.person_id == person, nudges.c.run == run).values(sent=True)
        await self._state.write(lambda conn: conn.execute(query))

    async def release(self, person: str, run: str) -> None:
        """Give a claim back: nothing was sent, for certain."""
        query = delete(nudges).where(nudges.c.person_id == person, nudges.c.run == run, nudges.c.sent.is_(False))
        await self._state.write(lambda conn: conn.execute(query))

    async def stop(self, person: str, seconds: float | None = None) -> None:
        """Somebody wants none any more; for some seconds, or (None) for good."""
        now = self._now()
        until = None if seconds is None else now + int(seconds * 1000)

        def put(conn: Connection) -> None:
            only_one(conn, _LOCK)
            conn.execute(delete(nudge_wishes).where(nudge_wishes.c.person_id == person))
            conn.execute(insert(nudge_wishes).values(person_id=person, until=until, made_at=now))

        await self._state.write(put)

    async def allow(self, person: str) -> bool:
        """Somebody wants them again; False if they had not said otherwise."""
        query = delete(nudge_wishes).where(nudge_wishes.c.person_id == person).returning(nudge_wishes.c.person_id)
        return await self._state.write(lambda conn: conn.execute(query).one_or_none() is not None)

    async def known(self, people: Iterable[str]) -> dict[str, Known]:
        """What is known of each, by id; of everybody who is asked about."""
        asked, now = list(dict.fromkeys(people)), self._now()
        parts = [asked[start : start + _AT_ONCE] for start in range(0, len(asked), _AT_ONCE)]

        def find(conn: Connection) -> dict[str, Known]:
            return {person: one for part in parts for person, one in _known(conn, part, now).items()}

        return await self._state.read(find)

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _claim(conn: Connection, person: str, run: str, now: int) -> Claim:
    only_one(conn, _LOCK)
    last = conn.execute(select(nudges).where(nudges.c.person_id == person)).one_or_none()
    if last is not None and last.run == run:
        return Claim.SENT if last.sent else Claim.UNSURE
    if _known(conn, [person], now)[person].stopped:
        return Claim.STOPPED
    if last is not None and last.at > now - WEEK // timedelta(milliseconds=1):
        return Claim.RECENT
    conn.execute(delete(nudges).where(nudges.c.person_id == person))
    conn.execute(insert(nudges).values(person_id=person, at=now, run=run, sent=False))
    return Claim.FREE


def _known(conn: Connection, people: list[str], now: int) -> dict[str, Known]:
    last = {row.person_id: row.at for row in conn.execute(select(nudges).where(nudges.c.person_id.in_(people)))}
    wishes = conn.execute(select(nudge_wishes).where(nudge_wishes.c.person_id.in_(people)))
    until = {row.person_id: row.until for row in wishes if row.until is None or row.until > now}
    return {person: Known(_moment(last.get(person)), person in until, _moment(until.get(person))) for person in people}


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
