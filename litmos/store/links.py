"""Links: which Litmos person stands behind an identity of a face, where an administrator has said so."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from litmos.store.engine import only_one
from litmos.store.state import State
from litmos.store.tables import links

__all__ = ["Link", "Links"]

_LOCK = 0x1170A  # PostgreSQL's advisory lock for this; any number no other lock of ours has
_OF = select(links).where(links.c.identity == bindparam("identity"))  # made once: it is asked with every delivery


@dataclass(frozen=True, slots=True)
class Link:
    """`identity` is like `slack:T1/U1`. `person_email` is what the person had in Litmos when the link was made.

    `face_email` is the identity's own address when it was first used, empty before. When one of the two changes,
    somebody else may be behind it: the link is `suspended` until it is made again.
    """

    identity: str
    person_id: str
    person_email: str
    face_email: str
    made_by: str
    made_at: datetime
    suspended: bool


class Links:
    """The links in `state`; `clock` gives seconds since 1970. Methods raise as those of `State`."""

    def __init__(self, state: State, *, clock: Callable[[], float] = time.time) -> None:
        self._state, self._clock = state, clock

    async def get(self, identity: str) -> Link | None:
        """The link of an identity."""
        row = await self._state.read(lambda conn: conn.execute(_OF, {"identity": identity}).one_or_none())
        return _link(row) if row else None

    async def of_person(self, person_id: str) -> list[Link]:
        """The links to a person that are not suspended."""
        query = (
            select(links).where(links.c.person_id == person_id, links.c.suspended.is_(False)).order_by(links.c.identity)
        )
        return await self._state.read(lambda conn: [_link(row) for row in conn.execute(query)])

    async def every(self) -> list[Link]:
        """All links, by identity."""
        query = select(links).order_by(links.c.identity)
        return await self._state.read(lambda conn: [_link(row) for row in conn.execute(query)])

    async def put(self, identity: str, person_id: str, person_email: str, made_by: str) -> Link:
        """Link an identity to a person, in place of any earlier link of it."""
        values = {
            "identity": identity,
            "person_id": person_id,
            "person_email": person_email,
            "face_email": "",
            "made_by": made_by,
            "made_at": int(self._clock() * 1000),
            "suspended": False,
        }

        def replace(conn: Connection) -> Link:
            only_one(conn, _LOCK)  # or two new links of one identity would fail each other
            conn.execute(delete(links).where(links.c.identity == identity))
            return _link(conn.execute(insert(links).values(**values).returning(links)).one())

        return await self._state.write(replace)

    async def remove(self, identity: str) -> bool:
        """Forget a link; whether there was one."""
        query = delete(links).where(links.c.identity == identity).returning(links.c.identity)
        return await self._state.write(lambda conn: conn.execute(query).one_or_none() is not None)

    async def used(self, identity: str, face_email: str) -> None:
        """Keep the address with which an identity first came."""
        await self._set(identity, face_email=face_email)

    async def suspend(self, identity: str) -> None:
        """Let nobody in by it until it is made again."""
        await self._set(identity, suspended=True)

    async def _set(self, identity: str, **values: Any) -> None:
        query = update(links).where(links.c.identity == identity).values(**values)
        await self._state.write(lambda conn: conn.execute(query))


def _link(row: Row[Any]) -> Link:
    return Link(
        row.identity,
        row.person_id,
        row.person_email,
        row.face_email,
        row.made_by,
        datetime.fromtimestamp(row.made_at / 1000, UTC),
        row.suspended,
    )
