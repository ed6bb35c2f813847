"""How far a person is with a course or a path: pure functions of what is remembered and of the present moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from litmos.demo.records import Course, CourseResult

NONE = Decimal("0.00")
ALL = Decimal("100.00")


def course_percent(result: CourseResult) -> Decimal:
    """The modules completed, in percent with two digits."""
    if result.completed is not None:
        return ALL
    if not result.modules:
        return NONE
    done = sum(1 for module in result.modules.values() if module.completed is not None)
    return (Decimal(100) * done / len(result.modules)).quantize(NONE)


def is_overdue(result: CourseResult, now: datetime) -> bool:
    """Due in the past and not completed."""
    return result.completed is None and result.due is not None and result.due < now


def is_up_to_date(course: Course, result: CourseResult) -> bool:
    """False when the course has changed since it was completed."""
    if result.completed is None or course.changed is None:
        return True
    return course.changed <= result.completed


@dataclass(frozen=True, slots=True)
class PathProgress:
    """A path as its courses make it."""

    percent: Decimal
    started: datetime | None
    completed: datetime | None


def path_progress(results: Sequence[CourseResult]) -> PathProgress:
    """The average of the courses; completed when all of them are, on the day of the last."""
    if not results:
        return PathProgress(NONE, None, None)
    percent = (sum((course_percent(result) for result in results), NONE) / len(results)).quantize(NONE)
    started = min((result.started for result in results if result.started), default=None)
    finished = [result.completed for result in results if result.completed]
    completed = max(finished) if len(finished) == len(results) else None
    return PathProgress(percent, started, completed)
