"""How people are named to an assistant: by name and id, or by pseudonyms alone.

An address is told only where it tells namesakes apart. The Desk's own words are for people, who know each other by
their addresses: `text` makes them fit for a model.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from litmos.desk.names import shown
from litmos.desk.pseudonyms import Pseudonyms
from litmos.desk.seen import Seen

__all__ = ["ByName", "ByPseudonym", "Naming"]

LABEL = re.compile(r"“([^“”]*)”(?: \(([^()]*)\))?")  # as `what_is_meant` and the lookup's errors write people
ADDRESS = re.compile(r"[^\s“”'\"(),;:<>]+@[^\s“”'\"(),;:<>]*[^\s“”'\"(),;:<>.?!]")
TYPED = re.compile(r"'([^']*)'")
USER_NAME = "user name "
SOMEBODY = "somebody"


class Naming(Protocol):
    """A way to name people."""

    @property
    def addresses(self) -> bool:
        """Whether e-mail addresses and user names may be told at all."""

    def name(self, person: str, name: str) -> str:
        """What a person (by id) with this name is called."""

    def text(self, words: str) -> str:
        """A text of the Desk, about anybody it has met."""

    def question(self, words: str) -> str:
        """A question of the Desk, which a person answers."""

    async def keep(self) -> None:
        """To be awaited before any of this is told."""


class ByName:
    """Names as they are. Questions keep their addresses: whoever answers has to know for sure who is meant."""

    addresses = True

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def name(self, person: str, name: str) -> str:  # noqa: ARG002 - a name is enough
        return name

    def text(self, words: str) -> str:
        return LABEL.sub(self._label, words)

    def question(self, words: str) -> str:
        return words

    async def keep(self) -> None:
        """Nothing is to be kept."""

    def _label(self, label: re.Match[str]) -> str:
        name, marks = label[1], _marks(label[2])
        people = self._seen.named(name)
        if len(people) != 1:
            return label[0]
        kept = [mark for mark in marks if not _is_address(mark, people, self._seen)]
        if marks and not kept:
            kept = [f"id {next(iter(people))}"]
        return _written(name, kept)


class ByPseudonym:
    """Pseudonyms, in questions too: the assistant's host shows them to a person, but the model reads them as well."""

    addresses = False

    def __init__(self, seen: Seen, pseudonyms: Pseudonyms) -> None:
        self._seen, self._pseudonyms = seen, pseudonyms

    def name(self, person: str, name: str) -> str:  # noqa: ARG002 - that is the point
        return self._pseudonyms.of(person)

    def text(self, words: str) -> str:
        return TYPED.sub(self._typed, ADDRESS.sub(self._address, LABEL.sub(self._label, words)))

    def question(self, words: str) -> str:
        return self.text(words)

    async def keep(self) -> None:
        await self._pseudonyms.keep()

    def _label(self, label: re.Match[str]) -> str:
        name, marks = label[1], _marks(label[2])
        people = self._seen.named(name)
        if not people:
            return label[0]
        meant = [one for one in people if any(_tells(mark, one, self._seen) for mark in marks)] or list(people)
        kept = [mark for mark in marks if not _is_address(mark, people, self._seen)]
        return _written(self._one(meant), kept)

    def _address(self, found: re.Match[str]) -> str:
        people = self._seen.addressed(found[0])
        return self._one(list(people)) if people else found[0]

    def _typed(self, found: re.Match[str]) -> str:
        people = self._seen.named(found[1]) | self._seen.addressed(found[1])
        return f"'{self._one(list(people))}'" if people else found[0]

    def _one(self, people: Sequence[str]) -> str:
        return self._pseudonyms.of(people[0]) if len(people) == 1 else SOMEBODY


def _marks(inside: str | None) -> list[str]:
    return inside.split(", ") if inside else []


def _is_address(mark: str, people: set[str], seen: Seen) -> bool:
    return bool(seen.addressed(mark.removeprefix(USER_NAME)) & people)


def _tells(mark: str, person: str, seen: Seen) -> bool:
    return mark.removeprefix("id ") == shown(person) or person in seen.addressed(mark.removeprefix(USER_NAME))


def _written(name: str, marks: Sequence[str]) -> str:
    return f"“{name}”" + (f" ({', '.join(marks)})" if marks else "")
