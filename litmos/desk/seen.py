"""Everybody whom Litmos has told of: so that texts about them can be found to be about them."""

from litmos.desk.names import plain, quoted
from litmos.model import Person

__all__ = ["Seen"]


class Seen:
    """People by what they can be called, as far as this process has met them. It never forgets: names stay names."""

    def __init__(self) -> None:
        self._people: dict[str, Person] = {}
        self._unsorted: list[Person] = []
        self._named: dict[str, set[str]] = {}
        self._addressed: dict[str, set[str]] = {}

    def note(self, answer: object) -> None:
        """Remember the people in an answer of Litmos, if it is one about people."""
        for one in answer if isinstance(answer, tuple) else (answer,):
            if isinstance(one, Person) and self._people.get(one.id) != one:
                self._people[one.id] = one
                self._unsorted.append(one)

    def named(self, name: str) -> set[str]:
        """The ids of those with this full name, whatever its case and accents."""
        self._sort()
        return self._named.get(plain(name), set())

    def addressed(self, address: str) -> set[str]:
        """The ids of those with this e-mail address or user name."""
        self._sort()
        return self._addressed.get(address.casefold(), set())

    def _sort(self) -> None:
        """Only when somebody asks: most people are never looked for."""
        for one in self._unsorted:
            for name in {one.name, one.full_name, f"{one.last_name} {one.first_name}"}:
                for words in {plain(name), plain(quoted(name)[1:-1])} - {""}:  # also as texts of ours write it
                    self._named.setdefault(words, set()).add(one.id)
            for address in {one.email, one.user_name} - {""}:
                self._addressed.setdefault(address.casefold(), set()).add(one.id)
        self._unsorted.clear()
