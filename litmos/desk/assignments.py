"""Who is on what, and how far: read from Litmos, told in standings."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from litmos.api.assignments import course_results, courses_of, courses_of_many, learning_paths_of
from litmos.api.learning_paths import courses_in
from litmos.desk.answers import (
    ModuleResults,
    TeamCourses,
    TeamMember,
    Training,
    TrainingRow,
    UserCourses,
    UserLearningPaths,
)
from litmos.desk.cache import Cache
from litmos.desk.line import Line
from litmos.desk.pages import Pages
from litmos.desk.requests import GetUserCourses, Show
from litmos.desk.standing import Status, course_standing, path_standing, result_standing
from litmos.errors import LitmosError
from litmos.model import CourseAssignment, Person, TrainingKind

__all__ = [
    "Remembered",
    "read_courses",
    "read_learning_paths",
    "read_module_results",
    "read_team",
]

MOST_DUE_DATES = 10  # read for one question; each costs one of the account's hundred requests a minute
JUST_NOW = 10.0  # seconds


class Courses:
    """Somebody's courses as they were just now, by `clock`: for looking alone, and never after a change of ours.

    People turn pages, and an assistant asks for the open ones and then for the others: one request is enough.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._known: Cache[str, tuple[CourseAssignment, ...]] = Cache(clock, seconds=JUST_NOW, most=500)
        self._forgotten = 0

    async def read(self, line: Line, person: str, *, fresh: bool = False) -> tuple[CourseAssignment, ...]:
        """By the person's id; learning paths may stand among them."""
        if not fresh and (known := self._known.get(person)) is not None:
            return known
        before = self._forgotten
        courses = await line.send(courses_of(person))
        # What was under way when something changed may be of either side.
        return self._known.put(person, courses) if before == self._forgotten else courses

    def forget(self, people: Iterable[str]) -> None:
        """Something has changed, or may have, for these people (ids)."""
        self._forgotten += 1
        for person in people:
            self._known.drop(person)


class DueDates:
    """When open courses are due, which only a course's results tell; remembered for ten minutes by `clock`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._known: Cache[tuple[str, str], tuple[datetime | None]] = Cache(clock)

    async def read(self, line: Line, person: str, courses: Sequence[CourseAssignment]) -> dict[str, datetime | None]:
        """By course id, as far as they can be read: of the first ten, so that the next page has the same order."""
        first = [course.id for course in courses[:MOST_DUE_DATES]]
        asked = [course for course in first if self._known.get((person, course)) is None]
        results = await line.send_each([course_results(person, course) for course in asked])
        for course, result in zip(asked, results, strict=True):
            if not isinstance(result, LitmosError):
                self._known.put((person, course), (result.due,))
        known = ((course, self._known.get((person, course))) for course in first)
        return {course: due[0] for course, due in known if due is not None}

    def forget(self, pairs: Iterable[tuple[str, str]]) -> None:
        """By person and course (ids)."""
        for pair in pairs:
            self._known.drop(pair)


class PathCourses:
    """What learning paths are made of; remembered for ten minutes by `clock`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._known: Cache[str, tuple[Training, ...]] = Cache(clock)

    async def read(self, line: Line, paths: Sequence[str]) -> dict[str, tuple[Training, ...]]:
        """By path (id), as far as they can be read."""
        asked = [path for path in paths if self._known.get(path) is None]
        answers = await line.send_each([courses_in(path) for path in asked])
        for path, courses in zip(asked, answers, strict=True):
            if not isinstance(courses, LitmosError):
                listed = (Training(one.id, one.name, TrainingKind.COURSE, one.code, one.active) for one in courses)
                self._known.put(path, tuple(listed))
        return {path: known for path in paths if (known := self._known.get(path)) is not None}


class Remembered:
    """What is remembered of earlier looks, by `clock`. A change reads all of it again, and ends what it touched."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.courses, self.due_dates, self.path_courses = Courses(clock), DueDates(clock), PathCourses(clock)

    def forget(self, pairs: Iterable[tuple[str, str]]) -> None:
        """These, by person and training (ids), have changed, or may have."""
        touched = list(pairs)
        self.courses.forget(person for person, _ in touched)
        self.due_dates.forget(touched)


async def read_courses(
    line: Line, person: Person, request: GetUserCourses, now: datetime, remembered: Remembered, pages: Pages
) -> UserCourses:
    """Somebody's courses, most pressing first. Learning paths stand in the same list at Litmos; not here."""
    listed = await remembered.courses.read(line, person.id, fresh=request.fresh)
    courses = [course for course in listed if not course.is_learning_path]
    unfinished = [course for course in courses if _is_unfinished(course, now)]
    unfinished.sort(key=lambda course: course_standing(course, now).urgency)
    due = await remembered.due_dates.read(line, person.id, unfinished)
    rows = [
        TrainingRow(
            course.id,
            course.name,
            course_standing(course, now, due.get(course.id)),
            course.code,
            course.active,
            pages.course(course.number),
        )
        for course in courses
    ]
    rows.sort(key=lambda row: row.standing.urgency)
    return UserCourses(
        person,
        tuple(row for row in rows if _is_shown(row.standing.status, request.show)),
        Counter(row.standing.status for row in rows),
        due_unread=len(unfinished) - len(due),
    )


async def read_learning_paths(
    line: Line, person: Person, now: datetime, pages: Pages, courses: PathCourses, inside: int
) -> UserLearningPaths:
    """Somebody's learning paths, most pressing first; of the first `inside` open ones the courses too."""
    rows = [
        TrainingRow(
            path.id,
            path.name,
            path_standing(path, now),
            active=path.active,
            link=pages.learning_path(path.number),
        )
        for path in await line.send(learning_paths_of(person.id))
    ]
    rows.sort(key=lambda row: row.standing.urgency)
    wanted = [row.id for row in rows if row.standing.status.is_open][:inside]
    return UserLearningPaths(person, tuple(rows), await courses.read(line, wanted))


async def read_team(line: Line, people: Sequence[Person], now: datetime) -> TeamCourses:
    """How the courses of many people stand, 25 people a request; due dates are not read, only Litmos' own "overdue"."""
    lists = await line.send(courses_of_many(person.id for person in people))
    members = [
        TeamMember(person, Counter(course_standing(one, now).status for one in lists[person.id]))
        for person in people
        if person.id in lists
    ]
    members.sort(key=lambda member: (-member.counts.get(Status.OVERDUE, 0), member.person.name.casefold()))
    return TeamCourses(tuple(members), len(people) - len(members))


async def read_module_results(line: Line, person: Person, course: str, now: datetime, pages: Pages) -> ModuleResults:
    """Somebody's results in one course (by id)."""
    result = await line.send(course_results(person.id, course))
    link = pages.course(result.number)
    row = TrainingRow(result.id, result.name, result_standing(result, now), result.code, result.active, link)
    return ModuleResults(person, row, result.modules, result.assigned.date() if result.assigned else None)


def _is_unfinished(course: CourseAssignment, now: datetime) -> bool:
    return not course.complete and course_standing(course, now).status is not Status.ACCESS_ENDED


def _is_shown(status: Status, show: Show) -> bool:
    match show:
        case Show.ALL:
            return True
        case Show.OPEN:
            return status.is_open
        case Show.OVERDUE:
            return status is Status.OVERDUE
        case Show.COMPLETED:
            return not status.is_open
