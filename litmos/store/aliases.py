"""Pseudonyms that have been handed out, and the key that they are made with: both stay as long as the state does."""

import secrets
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from litmos.store.engine import only_one
from litmos.store.state import State
from litmos.store.tables import aliases, keys

__all__ = ["Aliases"]

_LOCK = 0x1170C  # PostgreSQL's advisory lock for this; any number no other lock of ours has
_KEY = "pseudonyms"
_BYTES = 32


class Aliases:
    """Kept in `state`. Methods raise as those of `State`."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def key(self) -> bytes:
        """The key, made by the first who asks for it."""
        query = select(keys.c.value).where(keys.c.name == _KEY)
        found: str | None = await self._state.read(lambda conn: conn.execute(query).scalar())
        return bytes.fromhex(await self._state.write(_make_key) if found is None else found)

    async def keep(self, people: Mapping[str, str]) -> None:
        """Keep who is behind each pseudonym, for those that are new."""

        def add(conn: Connection) -> None:
            only_one(conn, _LOCK)
            known = set(conn.scalars(select(aliases.c.alias).where(aliases.c.alias.in_(people))))
            new = [{"alias": one, "person_id": person} for one, person in people.items() if one not in known]
            if new:
                conn.execute(insert(aliases), new)

        await self._state.write(add)

    async def person(self, alias: str) -> str | None:
        """The id of whoever is behind it."""
        query = select(aliases.c.person_id).where(aliases.c.alias == alias)
        return await self._state.read(lambda conn: conn.execute(query).scalar())


def _make_key(conn: Connection) -> str:
    only_one(conn, _LOCK)
    found = conn.execute(select(keys.c.value).where(keys.c.name == _KEY)).scalar()
    if found is None:
        found = secrets.token_hex(_BYTES)
        conn.execute(insert(keys).values(name=_KEY, value=found))
    return str(found)
