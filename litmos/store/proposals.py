"""Proposals: what waits under a key for the yes of the one person who asked for it. Claimed at most once.

An answer that a person gave elsewhere is marked here, too, so that it counts once over all processes.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from litmos.errors import Invalid
from litmos.store.engine import only_one
from litmos.store.state import State
from litmos.store.tables import proposals

__all__ = ["Proposal", "ProposalRefused", "Proposals"]

SECONDS = 600.0  # that a proposal waits
_KEPT = 86_400_000  # milliseconds that one which is over is still known, to say so
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0, 1, I, L, O
_GROUP, _GROUPS = 4, 3  # 59 bits
_MARK = "answer:"  # no key that is typed can have a colon in it
_LOCK = 0x1170B  # PostgreSQL's advisory lock for marks; any number no other lock of ours has

Reason = Literal["unknown", "not_yours", "used", "expired"]

_WORDS: dict[Reason, str] = {
    "unknown": "There is no proposal {key}. Check the key, or ask for the change again.",
    "not_yours": "The proposal {key} is not yours: only who asked for it can approve it.",
    "used": "The proposal {key} has been used already. Ask for the change again if it is still wanted.",
    "expired": "The proposal {key} is too old: it had to be approved within ten minutes. Ask for the change again.",
}


class ProposalRefused(Invalid):
    """A key that cannot be used; `reason` says why, for programs."""

    def __init__(self, reason: Reason, key: str) -> None:
        super().__init__(_WORDS[reason].format(key=key))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Proposal:
    """`owner` is the actor's key, `content` whatever was kept with it."""

    key: str
    owner: str
    operation: str
    content: dict[str, Any]
    expires: datetime


def new_key() -> str:
    """A key that can be read aloud and cannot be guessed."""
    return _grouped("".join(secrets.choice(_LETTERS) for _ in range(_GROUP * _GROUPS)))


class Proposals:
    """The proposals in `state`; `clock` gives seconds since 1970. Methods raise as those of `State`, too."""

    def __init__(
        self, state: State, *, clock: Callable[[], float] = time.time, key: Callable[[], str] = new_key
    ) -> None:
        self._state, self._clock, self._new_key = state, clock, key

    async def keep(
        self, owner: str, operation: str, content: Mapping[str, Any], *, seconds: float = SECONDS, told: bool = True
    ) -> Proposal:
        """Keep something for its owner, for some seconds, under a new key. `told`: its owner has it before them."""
        now, key = self._now(), self._new_key()
        expires = now + int(seconds * 1000)
        text = json.dumps(dict(content), ensure_ascii=False)

        def put(conn: Connection) -> None:
            conn.execute(delete(proposals).where(proposals.c.expires < now - _KEPT))
            conn.execute(
                insert(proposals).values(
                    key=key, owner=owner, operation=operation, content=text, expires=expires, state="open", told=told
                )
            )

        await self._state.write(put)
        return Proposal(key, owner, operation, json.loads(text), _moment(expires))

    async def ready(self) -> None:
        """Raises if the state cannot be read."""
        await self._state.read(lambda conn: conn.execute(select(proposals.c.key).limit(1)).one_or_none())

    async def count_waiting(self) -> int:
        """How many are open and not too old."""
        query = select(func.count()).where(proposals.c.state == "open", proposals.c.expires > self._now())
        return await self._state.read(lambda conn: conn.execute(query).scalar_one())

    async def find(self, key: str, owner: str) -> Proposal:
        """What is kept under a key and still open; `ProposalRefused` otherwise."""
        return await self._state.read(lambda conn: self._open(conn, key, owner))

    async def claim(self, key: str, owner: str) -> Proposal:
        """Take it, so that nobody else can; of any number who try at once, one succeeds. `ProposalRefused`."""
        return await self._state.write(lambda conn: self._take(conn, key, owner, "claimed"))

    async def withdraw(self, key: str, owner: str) -> Proposal:
        """Take it back. `ProposalRefused`."""
        return await self._state.write(lambda conn: self._take(conn, key, owner, "withdrawn"))

    async def mark(self, owner: str, answer: str) -> bool:
        """Note that an answer (any text, each of them unlike all others) has been acted upon; False: it had been."""
        now, key = self._now(), _MARK + hashlib.sha256(answer.encode()).hexdigest()
        values = {"key": key, "owner": owner, "operation": "", "content": "{}", "state": "claimed", "told": True}

        def put(conn: Connection) -> bool:
            only_one(conn, _LOCK)  # or two processes would both find nothing
            conn.execute(delete(proposals).where(proposals.c.expires < now - _KEPT))
            if conn.execute(select(proposals.c.key).where(proposals.c.key == key)).one_or_none():
                return False
            conn.execute(insert(proposals).values(**values, expires=now))
            return True

        return await self._state.write(put)

    async def take_untold(self) -> list[Proposal]:
        """What still waits and whose owner has not been told: each is handed out once, to whoever asks first."""
        query = (
            update(proposals)
            .where(proposals.c.told.is_(False), proposals.c.state == "open", proposals.c.expires > self._now())
            .values(told=True)
            .returning(proposals)
        )
        return await self._state.write(lambda conn: [_proposal(row) for row in conn.execute(query)])

    async def untell(self, key: str) -> None:
        """Its owner has not been told after all."""
        query = update(proposals).where(proposals.c.key == key).values(told=False)
        await self._state.write(lambda conn: conn.execute(query))

    def _take(self, conn: Connection, key: str, owner: str, state: str) -> Proposal:
        found = self._open(conn, key, owner)
        taken = conn.execute(
            update(proposals)
            .where(proposals.c.key == found.key, proposals.c.state == "open")
            .values(state=state)
            .returning(proposals.c.key)
        )
        if taken.one_or_none() is None:  # between the two statements, on a database that allows it
            raise ProposalRefused("used", found.key)
        return found

    def _open(self, conn: Connection, typed: str, owner: str) -> Proposal:
        key = _normal(typed)
        row = conn.execute(select(proposals).where(proposals.c.key == key)).one_or_none()
        if row is None:
            raise ProposalRefused("unknown", key)
        if row.owner != owner:
            raise ProposalRefused("not_yours", key)
        if row.state != "open":
            raise ProposalRefused("used", key)
        if row.expires <= self._now():
            raise ProposalRefused("expired", key)
        return _proposal(row)

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(row.key, row.owner, row.operation, json.loads(row.content), _moment(row.expires))


def _normal(typed: str) -> str:
    """A key as people type it: small letters, blanks or no dashes; cut, since it is shown again."""
    return _grouped("".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())[:40])


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
