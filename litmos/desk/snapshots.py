"""Reads snapshots of Litmos, with the fewest requests. Always fresh, never remembered."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from litmos.api.assignments import course_results, courses_of, courses_of_many, learning_paths_of
from litmos.api.learning_paths import courses_in, users_of_learning_path
from litmos.desk.answers import Training
from litmos.desk.cache import Cache
from litmos.desk.line import Line
from litmos.desk.plan import Pair
from litmos.desk.snapshot import CourseOf, Held, Snapshot
from litmos.desk.standing import whole_percent
from litmos.errors import LitmosError, NotFound
from litmos.model import CourseAssignment, CourseLearner, CourseResult, LearningPathAssignment, Person, TrainingKind

__all__ = ["SnapshotReader"]

T = TypeVar("T")

COURSE, PATH = TrainingKind.COURSE, TrainingKind.LEARNING_PATH


class SnapshotReader:
    """Reads snapshots the cheap way. Remembers only what a learning path is made of, for ten minutes by `clock`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._made_of: Cache[str, frozenset[str]] = Cache(clock)

    async def read(
        self, line: Line, operation: str, people: Sequence[Person], training: Sequence[Training]
    ) -> Snapshot:
        """What an operation's plan, or the proof that it happened, has to know."""
        courses = [one.id for one in training if one.kind is COURSE]
        paths = [one for one in training if one.kind is PATH]
        held: dict[Pair, Held] = {}
        results: dict[CourseOf, CourseResult] = {}
        in_path: dict[CourseOf, str] = {}
        unread: frozenset[str] = frozenset()
        if operation == "reset" and len(people) == len(courses) == 1:
            results = await _read_results(line, [(people[0].id, courses[0])])  # tells all, in one request
            held = {
                Pair(person, COURSE, course): _of_assignment(result) for (person, course), result in results.items()
            }
        elif courses:
            lists = await _read_courses(line, people)
            unread = frozenset(person.id for person in people if person.id not in lists)
            held = _held_courses(lists, set(courses))
            if operation == "reset":
                results = await _read_results(
                    line, [(pair.person, pair.training) for pair, one in held.items() if one.begun]
                )
            if operation == "unassign":
                in_path = await self._in_paths(line, lists, held)
        if operation != "reset":
            held |= await _read_paths(line, people, paths)
        return Snapshot(
            people=tuple(people), training=tuple(training), held=held, unread=unread, results=results, in_path=in_path
        )

    async def _in_paths(
        self, line: Line, lists: Mapping[str, Sequence[CourseAssignment]], held: Mapping[Pair, Held]
    ) -> dict[CourseOf, str]:
        found: dict[CourseOf, str] = {}
        for person in {pair.person for pair in held}:
            for path in (row for row in lists[person] if row.is_learning_path):
                inside = await self._courses_in(line, path.id)
                found |= {
                    (person, pair.training): path.name
                    for pair in held
                    if pair.person == person and pair.training in inside
                }
        return found

    async def _courses_in(self, line: Line, path: str) -> frozenset[str]:
        known = self._made_of.get(path)
        if known is None:
            known = self._made_of.put(path, frozenset(course.id for course in await line.send(courses_in(path))))
        return known


async def _read_results(line: Line, wanted: Sequence[CourseOf]) -> dict[CourseOf, CourseResult]:
    """Results of people in courses; without those who are not on theirs. Raises for the first that cannot be read."""
    found: dict[CourseOf, CourseResult] = {}
    answers = await line.send_each([course_results(person, course) for person, course in wanted])
    for course, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, CourseResult):
            found[course] = answer
        elif not isinstance(answer, NotFound):
            raise answer
    return found


async def _read_courses(line: Line, people: Sequence[Person]) -> Mapping[str, Sequence[CourseAssignment]]:
    if len(people) == 1:
        return {people[0].id: await line.send(courses_of(people[0].id))}
    return await line.send(courses_of_many(person.id for person in people))


def _held_courses(lists: Mapping[str, Sequence[CourseAssignment]], courses: set[str]) -> dict[Pair, Held]:
    return {
        Pair(person, COURSE, row.id): _of_assignment(row)
        for person, rows in lists.items()
        for row in rows
        if row.id in courses and not row.is_learning_path
    }


async def _read_paths(line: Line, people: Sequence[Person], paths: Sequence[Training]) -> dict[Pair, Held]:
    """By person or by path, whichever takes fewer requests."""
    if len(people) <= len(paths):
        ids = {path.id for path in paths}
        by_person = await line.send_each([learning_paths_of(person.id) for person in people])
        return {
            Pair(person.id, PATH, row.id): _of_assignment(row)
            for person, rows in zip(people, by_person, strict=True)
            for row in _or_raise(rows)
            if row.id in ids
        }
    wanted = {person.id for person in people}
    by_path = await line.send_each([users_of_learning_path(path.id) for path in paths])
    return {
        Pair(row.id, PATH, path.id): _of_learner(row)
        for path, rows in zip(paths, by_path, strict=True)
        for row in _or_raise(rows)
        if row.id in wanted
    }


def _or_raise(answer: T | LitmosError) -> T:
    if isinstance(answer, LitmosError):
        raise answer
    return answer


def _of_assignment(row: CourseAssignment | LearningPathAssignment | CourseResult) -> Held:
    begun = row.complete or row.percent > 0 or row.started is not None
    return Held(row.complete, whole_percent(row), row.completed.date() if row.completed else None, begun)


def _of_learner(row: CourseLearner) -> Held:
    return Held(row.complete, whole_percent(row), begun=row.complete or row.percent > 0)
