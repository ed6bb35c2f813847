"""How somebody stands with a training, in the words people use. Pure: the moment is an argument."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from litmos.model import CourseAssignment, CourseLearner, CourseResult, LearningPathAssignment

__all__ = [
    "Standing",
    "Status",
    "course_standing",
    "in_words",
    "learner_standing",
    "path_standing",
    "result_standing",
    "whole_percent",
]


class Status(StrEnum):
    """One word per assignment, most pressing first."""

    OVERDUE = "overdue"
    EXPIRED = "compliance expired"
    IN_PROGRESS = "in progress"
    TO_DO = "to do"
    ACCESS_ENDED = "access ended"
    CHANGED = "content changed since completion"
    COMPLETED = "completed"

    @property
    def is_open(self) -> bool:
        """Whether something is left to do, or no longer counts."""
        return self not in {Status.COMPLETED, Status.CHANGED}


@dataclass(frozen=True, slots=True)
class Standing:
    """`percent` 0 to 100; days count from today in UTC, negative when past."""

    status: Status
    percent: int
    due: date | None = None
    due_in_days: int | None = None
    completed: date | None = None
    compliant_till: date | None = None
    access_till: date | None = None

    @property
    def urgency(self) -> tuple[int, int]:
        """Sorts the most pressing first: overdue, then by due date, then by status."""
        far = 100_000
        days = far if self.due_in_days is None else self.due_in_days
        if self.status is Status.OVERDUE:
            return (0, days)
        if self.status.is_open and self.due_in_days is not None:
            return (1, days)
        return (2 + list(Status).index(self.status), days)


def course_standing(course: CourseAssignment, now: datetime, due: datetime | None = None) -> Standing:
    """Of a course among somebody's courses. `due` comes from elsewhere: Litmos' list of courses does not tell it."""
    ended = course.access_till is not None and course.access_till < now
    expired = course.compliant_till is not None and course.compliant_till < now
    if course.complete:
        status = Status.EXPIRED if expired else Status.COMPLETED if course.up_to_date else Status.CHANGED
    else:
        status = Status.ACCESS_ENDED if ended else _unfinished(course, now, due)
    return Standing(
        status=status,
        percent=whole_percent(course),
        due=due.date() if due and not course.complete else None,
        due_in_days=_days(due, now) if not course.complete else None,
        completed=_day(course.completed),
        compliant_till=_day(course.compliant_till),
        access_till=_day(course.access_till),
    )


def learner_standing(learner: CourseLearner, now: datetime) -> Standing:
    """Of somebody in a course's list of people, which tells due dates but not when they began."""
    ended = learner.access_till is not None and learner.access_till < now
    expired = learner.compliant_till is not None and learner.compliant_till < now
    if learner.complete:
        status = Status.EXPIRED if expired else Status.COMPLETED
    elif ended:
        status = Status.ACCESS_ENDED
    elif learner.due is not None and learner.due < now:
        status = Status.OVERDUE
    else:
        status = Status.IN_PROGRESS if learner.percent > 0 else Status.TO_DO
    return Standing(
        status=status,
        percent=whole_percent(learner),
        due=None if learner.complete else _day(learner.due),
        due_in_days=None if learner.complete else _days(learner.due, now),
        compliant_till=_day(learner.compliant_till),
        access_till=_day(learner.access_till),
    )


def path_standing(path: LearningPathAssignment, now: datetime) -> Standing:
    """Of a learning path."""
    if path.complete:
        status = Status.COMPLETED
    elif path.access_till is not None and path.access_till < now:
        status = Status.ACCESS_ENDED
    else:
        status = _begun(path)
    return Standing(status, whole_percent(path), completed=_day(path.completed), access_till=_day(path.access_till))


def result_standing(result: CourseResult, now: datetime) -> Standing:
    """Of a course's results, which tell when it is due but not how long compliance lasts."""
    if result.complete:
        status = Status.COMPLETED if result.up_to_date else Status.CHANGED
        return Standing(status, whole_percent(result), completed=_day(result.completed))
    status = _unfinished(result, now, result.due)
    return Standing(status, whole_percent(result), due=_day(result.due), due_in_days=_days(result.due, now))


def in_words(standing: Standing) -> str:
    """For people and models: "overdue by 12 days (2026-11-11), 50 %"."""
    words: list[str] = [_status_words(standing)]
    if standing.due_in_days is not None and standing.status is not Status.OVERDUE:
        words.append(f"{_due_words(standing.due_in_days)} ({standing.due})")
    if 0 < standing.percent < 100:  # noqa: PLR2004 - all of it
        words.append(f"{standing.percent} %")
    if standing.compliant_till and standing.status is not Status.EXPIRED:
        words.append(f"compliant till {standing.compliant_till}")
    return ", ".join(words)


def _status_words(standing: Standing) -> str:
    match standing.status:
        case Status.OVERDUE if standing.due_in_days is not None and standing.due_in_days < 0:
            return f"{_due_words(standing.due_in_days)} ({standing.due})"
        case Status.OVERDUE if standing.due:  # since this morning, or Litmos says so before the day has come
            return f"{standing.status}, due {standing.due}"
        case Status.EXPIRED:
            return f"{standing.status} {standing.compliant_till}"
        case Status.ACCESS_ENDED:
            return f"{standing.status} {standing.access_till}"
        case Status.COMPLETED if standing.completed:
            return f"{standing.status} {standing.completed}"
        case _:
            return standing.status


def _due_words(days: int) -> str:
    if days == 0:
        return "due today"
    count = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"due in {count}" if days > 0 else f"overdue by {count}"


def _unfinished(training: CourseAssignment | CourseResult, now: datetime, due: datetime | None) -> Status:
    return Status.OVERDUE if training.overdue or (due is not None and due < now) else _begun(training)


def _begun(training: CourseAssignment | CourseResult | LearningPathAssignment) -> Status:
    return Status.IN_PROGRESS if training.percent > 0 or training.started is not None else Status.TO_DO


def whole_percent(training: CourseAssignment | CourseResult | LearningPathAssignment | CourseLearner) -> int:
    """Whole; never 100 before all is done, nor 0 once something is."""
    if training.complete:
        return 100
    return 0 if training.percent <= 0 else min(max(int(training.percent), 1), 99)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _days(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else (moment.date() - now.date()).days
