"""What is overdue: of many people in few requests, or of one person as it is now."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from litmos.api.assignments import courses_of, courses_of_many
from litmos.desk.answers import TrainingRow
from litmos.desk.assignments import DueDates
from litmos.desk.line import Line
from litmos.desk.pages import Pages
from litmos.desk.progress import DUE_DATES, due_dates
from litmos.desk.standing import Status, course_standing
from litmos.model import CourseAssignment

__all__ = ["Overdue"]


class Overdue:
    """Reads overdue courses, each with its due date and page; due dates of one person are remembered by `clock`."""

    def __init__(self, pages: Pages, clock: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._pages, self._now, self._due = pages, now, DueDates(clock)

    async def of_many(self, line: Line, people: Sequence[str], course: str = "") -> dict[str, tuple[TrainingRow, ...]]:
        """By person (all are ids), as far as Litmos tells. `course`: only that one.

        A request for 25 people, and one for each of the ten commonest courses.
        """
        lists = await line.send(courses_of_many(people))
        late = {person: self._late(courses, course) for person, courses in lists.items()}
        common = Counter(one.id for courses in late.values() for one in courses).most_common(DUE_DATES)
        due = await due_dates(line, [one for one, _ in common])
        return {
            person: self._rows(courses, {one.id: due.get((person, one.id)) for one in courses})
            for person, courses in late.items()
        }

    async def of_one(self, line: Line, person: str, course: str = "") -> tuple[TrainingRow, ...]:
        """As it is now: one request, and one for each due date that is not known."""
        courses = await line.send(courses_of(person))
        late = self._late(courses, course)
        return self._rows(late, await self._due.read(line, person, late))

    def _late(self, courses: Sequence[CourseAssignment], course: str) -> list[CourseAssignment]:
        now = self._now()
        return [
            one
            for one in courses
            if not one.is_learning_path
            and course in {"", one.id}
            and course_standing(one, now).status is Status.OVERDUE
        ]

    def _rows(self, courses: Sequence[CourseAssignment], due: dict[str, datetime | None]) -> tuple[TrainingRow, ...]:
        now = self._now()
        rows = [
            TrainingRow(
                one.id,
                one.name,
                course_standing(one, now, due.get(one.id)),
                one.code,
                one.active,
                self._pages.course(one.number),
            )
            for one in courses
        ]
        return tuple(sorted(rows, key=lambda row: row.standing.urgency))
