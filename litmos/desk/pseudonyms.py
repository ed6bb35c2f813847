"""Pseudonyms of people: the same for the same person as long as the state is kept, and worth nothing without it."""

import base64
import hashlib
import hmac
import re

from litmos.errors import Misconfigured, NotFound
from litmos.store.aliases import Aliases

__all__ = ["PSEUDONYM", "Pseudonyms"]

PSEUDONYM = re.compile(r"person ([a-z2-7]{5})-([a-z2-7]{5})", re.IGNORECASE)
HALF = (
    5  # of ten letters: 50 bits, so that two of a hundred thousand people are called the same once in 200,000 accounts
)


class Pseudonyms:
    """Without `aliases` there is no state to keep them in, and so there are none."""

    def __init__(self, aliases: Aliases | None) -> None:
        self._aliases = aliases
        self._key = b""
        self._new: dict[str, str] = {}
        self._kept: set[str] = set()

    async def prepare(self) -> None:
        """To be awaited before `of`. Raises as the state's methods, and Misconfigured without a state."""
        if not self._key:
            self._key = await self._books.key()

    def of(self, person: str) -> str:
        """That of a person (by id), like `Person QX7TB-2MA5K`."""
        digest = hmac.digest(self._key, person.encode(), hashlib.sha256)
        letters = base64.b32encode(digest).decode()
        alias = f"Person {letters[:HALF]}-{letters[HALF : 2 * HALF]}"
        if alias not in self._kept:
            self._new[alias] = person
        return alias

    async def keep(self) -> None:
        """To be awaited before anybody sees one that was made: it could not be understood again."""
        if self._new:
            new = dict(self._new)
            await self._books.keep(new)
            self._kept |= new.keys()
            self._new = {alias: person for alias, person in self._new.items() if alias not in new}

    async def meant(self, typed: str) -> str:
        """The id behind a pseudonym; anything else is returned as it is. NotFound for one that is nobody's."""
        if self._aliases is None or not (words := PSEUDONYM.fullmatch(" ".join(typed.split()))):
            return typed
        alias = f"Person {words[1].upper()}-{words[2].upper()}"
        person = await self._aliases.person(alias)
        if person is None:
            raise NotFound(f"Nobody has the pseudonym {alias} here. Search for the person.")
        return person

    @property
    def _books(self) -> Aliases:
        if self._aliases is None:
            raise Misconfigured("Pseudonyms need a state database, and there is none here.")
        return self._aliases
