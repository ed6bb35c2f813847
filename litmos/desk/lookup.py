"""From what people type to exactly one person or training, or to an error that lists the candidates. Never a guess."""

from collections.abc import Callable, Iterable, Sequence

from litmos.api.courses import search_courses
from litmos.api.learning_paths import search_learning_paths
from litmos.api.users import get_user, search_users
from litmos.desk.answers import FoundPeople, FoundTraining, Training
from litmos.desk.cache import Cache
from litmos.desk.line import Line
from litmos.desk.names import contains, nearest, plain, quoted, shown
from litmos.errors import Ambiguous, Invalid, NotFound
from litmos.model import Person, TrainingKind

__all__ = ["Lookup", "people_among", "person_among"]

CANDIDATES = 5  # shown when a name is not exact; more helps nobody
DIRECTORY = 3000  # people read, at most, to find names that Litmos' own search does not: three requests
FEW = 3  # people, at most, who are looked up one by one
FRESH = 30.0  # seconds; a catalog this young is not read again for a name that is not in it


class Lookup:
    """Names people and training, and remembers both for ten minutes by `clock` (seconds)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._people: Cache[str, Person] = Cache(clock)
        self._everybody: Cache[str, tuple[Person, ...]] = Cache(clock, most=1)
        self._catalog: Cache[TrainingKind, tuple[Training, ...]] = Cache(clock, most=2)

    def forget_training(self) -> None:
        """The catalog has changed. One that was read just now is kept: nobody makes us read it all the time."""
        for kind in TrainingKind:
            if self._catalog.get(kind, younger_than=FRESH) is None:
                self._catalog.drop(kind)

    async def person(self, line: Line, typed: str, *, younger_than: float | None = None) -> Person:
        """The one person with this id, user name, e-mail or full name; `Ambiguous` or `NotFound` otherwise.

        `younger_than`: seconds, for those to whom ten minutes are too long.
        """
        typed = _typed(typed)
        if known := self._people.get(typed, younger_than=younger_than):
            return known
        matches = await self._exact_people(line, typed)
        if not matches:
            close = await self._near_people(line, typed)
            raise NotFound(f"Nobody in Litmos has {_any_name(typed)}.{_did_you_mean(close)}")
        person = _only(matches, typed)
        self._people.put(person.id, person)
        return self._people.put(typed, person)

    async def prime(self, line: Line, typed: Sequence[str]) -> None:
        """Look up many people with few requests, as far as that leads to exactly one of each."""
        unknown = [one for one in map(" ".join, map(str.split, typed)) if one and self._people.get(one) is None]
        if len(unknown) <= FEW:
            return
        everybody = await self._directory(line)
        whole = len(everybody) < DIRECTORY  # or there may be another of the same name
        for one in unknown:
            matches = [person for person in everybody if person.id == one or (whole and _is_called(person, one))]
            if len(matches) == 1:
                self._people.put(one, self._people.put(matches[0].id, matches[0]))

    async def people(self, line: Line, words: str, most: int) -> FoundPeople:
        """People by part of a name, e-mail or user name; the nearest names when there are none."""
        _check_length(words)
        found = await self._search(line, words)
        if not found:
            everybody = await self._directory(line)
            found = _holding(everybody, words)
        if found:
            return FoundPeople(found[:most], len(found))
        close = await self._near_people(line, words)
        return FoundPeople(tuple(close[:most]), len(close), close=True)

    async def training(self, line: Line, typed: str, kind: TrainingKind | None = None) -> Training:
        """The one training with this id, code or name; `Ambiguous` or `NotFound` otherwise."""
        what = "course" if kind is TrainingKind.COURSE else "learning path" if kind else "training"
        if not typed.strip():
            raise Invalid(f"Name a {what}: by id, code or name.")
        if kind is None and len(sure := _by_id_or_code(await self._trainings(line, TrainingKind.COURSE), typed)) == 1:
            return sure[0]  # learning paths need not be read: they may have its name, not its id or code
        matches = _exact_training(await self._trainings(line, kind), typed)
        if not matches:  # it may be new
            matches = _exact_training(await self._trainings(line, kind, younger_than=FRESH), typed)
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise _several(typed, {one.id: _training_label(one) for one in matches})
        close = [_training_label(one) for one in _near_training(await self._trainings(line, kind), typed)]
        hint = f" Did you mean: {'; '.join(close)}?" if close else " Search with fewer letters."
        raise NotFound(f"Litmos has no {what} {typed!r}.{hint}")

    async def trainings(self, line: Line, words: str, kind: TrainingKind | None, most: int) -> FoundTraining:
        """Training by part of its name, or by code or id; everything for no words."""
        everything = await self._trainings(line, kind)
        wanted, words = plain(words), words.strip()
        found = [
            one
            for one in everything
            if one.id == words or (contains(plain(f"{one.name} {one.code}"), wanted) and (wanted or not words))
        ]
        if found:
            return FoundTraining(tuple(found[:most]), len(found))
        close = _near_training(everything, words)
        return FoundTraining(tuple(close[:most]), len(close), close=True)

    async def _exact_people(self, line: Line, typed: str) -> list[Person]:
        matches: dict[str, Person] = {}
        if "@" not in typed and " " not in typed:
            try:
                known = await line.send(get_user(typed))
            except NotFound:
                pass
            else:
                if known.id == typed:  # ids are nobody's name
                    return [known]
                matches[known.id] = known
        found = await self._search(line, typed)
        if not any(_is_called(one, typed) for one in found) and "@" not in typed:
            found = await self._directory(line)  # accents, or first and last name in one
        return list((matches | {one.id: one for one in found if _is_called(one, typed)}).values())

    async def _search(self, line: Line, words: str) -> tuple[Person, ...]:
        found = await line.send(search_users(words.strip(), most=DIRECTORY))
        parts = plain(words).split()
        if not found and len(parts) > 1:  # Litmos looks into first and last names one by one
            longest = max(words.split(), key=len)
            found = tuple(
                one
                for one in await line.send(search_users(longest, most=DIRECTORY))
                if contains(_haystack(one), plain(words))
            )
        return found

    async def _near_people(self, line: Line, typed: str) -> list[Person]:
        return _nearest_people(await self._directory(line), typed)

    async def _directory(self, line: Line) -> tuple[Person, ...]:
        return self._everybody.get("") or self._everybody.put("", await line.send(search_users(most=DIRECTORY)))

    async def _trainings(
        self, line: Line, kind: TrainingKind | None, *, younger_than: float | None = None
    ) -> tuple[Training, ...]:
        kinds = (kind,) if kind else (TrainingKind.COURSE, TrainingKind.LEARNING_PATH)
        found: list[Training] = []
        for one in kinds:
            known = self._catalog.get(one, younger_than=younger_than)
            found += known if known is not None else self._catalog.put(one, await _read_catalog(line, one))
        return tuple(found)


def person_among(people: Sequence[Person], typed: str) -> Person:
    """As `Lookup.person`, for somebody to whom there are no other people than these."""
    typed = _typed(typed)
    matches = [one for one in people if one.id == typed] or [one for one in people if _is_called(one, typed)]
    if not matches:
        close = _nearest_people(people, typed)
        raise NotFound(f"Nobody whom you may see has {_any_name(typed)}.{_did_you_mean(close)}")
    return _only(matches, typed)


def people_among(people: Sequence[Person], words: str, most: int) -> FoundPeople:
    """As `Lookup.people`, for somebody to whom there are no other people than these."""
    _check_length(words)
    if found := _holding(people, words):
        return FoundPeople(found[:most], len(found))
    close = _nearest_people(people, words)
    return FoundPeople(tuple(close[:most]), len(close), close=True)


async def _read_catalog(line: Line, kind: TrainingKind) -> tuple[Training, ...]:
    if kind is TrainingKind.COURSE:
        courses = await line.send(search_courses())
        return tuple(Training(one.id, one.name, kind, one.code, one.active) for one in courses)
    paths = await line.send(search_learning_paths())
    return tuple(Training(one.id, one.name, kind, one.code, one.active) for one in paths)


def _typed(words: str) -> str:
    typed = " ".join(words.split())
    if not typed:
        raise Invalid("Name a person: by id, user name, e-mail address or full name.")
    return typed


def _check_length(words: str) -> None:
    if len(plain(words)) < 2:  # noqa: PLR2004 - one letter finds half the company
        raise Invalid("Search with at least two letters of a name, e-mail address or user name.")


def _any_name(typed: str) -> str:
    return f"the id, user name, e-mail address or full name {typed!r}"


def _only(matches: Sequence[Person], typed: str) -> Person:
    if len(matches) > 1:
        raise _several(typed, {one.id: _person_label(one) for one in matches})
    return matches[0]


def _holding(people: Iterable[Person], words: str) -> tuple[Person, ...]:
    return tuple(one for one in people if contains(_haystack(one), plain(words)) or _is_called(one, words))


def _nearest_people(people: Iterable[Person], typed: str) -> list[Person]:
    everybody = {one.id: one for one in people}
    inside = [one for one in everybody.values() if plain(typed) and contains(_haystack(one), plain(typed))]
    if inside:
        return inside[:CANDIDATES]
    names = {one.id: plain(one.name) for one in everybody.values()}
    return [everybody[key] for key in nearest(typed, names, CANDIDATES)]


def _is_called(person: Person, typed: str) -> bool:
    folded = typed.strip().casefold()
    if folded in {person.user_name.casefold(), person.email.casefold()}:
        return True
    words = plain(typed)
    names = {plain(person.name), plain(person.full_name), plain(f"{person.last_name} {person.first_name}")}
    if " " not in words:  # as Chinese names are written
        names |= {name.replace(" ", "") for name in names}
    return bool(words) and words in names


def _haystack(person: Person) -> str:
    return plain(f"{person.first_name} {person.last_name} {person.email} {person.user_name}")


def _by_id_or_code(everything: Iterable[Training], typed: str) -> list[Training]:
    wanted = typed.strip()
    every = list(everything)
    return [one for one in every if one.id == wanted] or [
        one for one in every if one.code and one.code.casefold() == wanted.casefold()
    ]


def _exact_training(everything: Iterable[Training], typed: str) -> list[Training]:
    wanted, words = typed.strip(), plain(typed)
    by_id = [one for one in everything if one.id == wanted]
    if by_id:
        return by_id
    return [
        one
        for one in everything
        if (one.code and one.code.casefold() == wanted.casefold()) or (words and plain(one.name) == words)
    ]


def _near_training(everything: Iterable[Training], typed: str) -> list[Training]:
    every = {(one.kind + one.id): one for one in everything}
    inside = [one for one in every.values() if plain(typed) and contains(plain(one.name), plain(typed))]
    names = {key: plain(one.name) for key, one in every.items()}
    return (inside or [every[key] for key in nearest(typed, names, CANDIDATES)])[:CANDIDATES]


def _person_label(person: Person) -> str:
    """A name with what tells it from its namesakes."""
    marks = [shown(person.email)] if person.email else []
    if person.email.casefold() != person.user_name.casefold():
        marks.append(f"user name {shown(person.user_name)}")
    return f"{quoted(person.name)} ({', '.join([*marks, f'id {person.id}'])}{'' if person.active else ', inactive'})"


def _training_label(training: Training) -> str:
    kind = "learning path" if training.kind is TrainingKind.LEARNING_PATH else "course"
    code = f", code {shown(training.code)}" if training.code else ""
    return f"{quoted(training.name)} ({kind}{code}, id {training.id}{'' if training.active else ', inactive'})"


def _several(typed: str, labels: dict[str, str]) -> Ambiguous:
    shown = dict(list(labels.items())[:CANDIDATES])
    more = f" and {len(labels) - CANDIDATES} more" if len(labels) > CANDIDATES else ""
    message = f"{typed!r} could be {len(labels)}: {'; '.join(shown.values())}{more}. Say which one, by id."
    return Ambiguous(message, typed, shown)


def _did_you_mean(close: list[Person]) -> str:
    labels = [_person_label(one) for one in close]
    return f" Did you mean: {'; '.join(labels)}?" if labels else " Search with fewer letters."
