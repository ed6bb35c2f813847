"""How many people get on: read in the fewest requests, told most pressing first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from litmos.api.assignments import courses_of_many
from litmos.api.courses import users_of
from litmos.desk.answers import GroupProgress, Mark, MemberProgress, Training
from litmos.desk.line import Line
from litmos.desk.standing import Standing, Status, course_standing, learner_standing
from litmos.errors import LitmosError
from litmos.model import AccessLevel, CourseAssignment, CourseLearner, Person

__all__ = ["DUE_DATES", "Group", "due_dates", "everyone_on", "read_course", "read_everything"]

SOON = 14  # days until something is due
WEEK = 7  # days
EXPIRES = timedelta(days=30)
MANY = 500  # people
DUE_DATES = 10  # courses whose due dates are read; for many people none, since each takes several requests
MARKS = {
    Status.OVERDUE: Mark.OVERDUE,
    Status.EXPIRED: Mark.EXPIRED,
    Status.IN_PROGRESS: Mark.IN_PROGRESS,
    Status.TO_DO: Mark.TO_DO,
    Status.ACCESS_ENDED: Mark.TO_DO,
    Status.CHANGED: Mark.COMPLETED,
    Status.COMPLETED: Mark.COMPLETED,
}
ORDER = list(Mark)


@dataclass(frozen=True, slots=True)
class Group:
    """People, and what they are called together. `people` None: everyone on the course that is asked about."""

    name: str
    people: Sequence[Person] | None


async def everyone_on(line: Line, course: str) -> list[Person]:
    """Everybody who is on a course (by id), as far as its list tells of them."""
    learners = await line.send(users_of(course))
    return _people(learners)


async def read_course(line: Line, group: Group, course: Training, now: datetime) -> GroupProgress:
    """How people get on in one course: one request for a thousand of them, due dates included."""
    learners = {one.id: one for one in await line.send(users_of(course.id))}
    people = _people(learners.values()) if group.people is None else group.people
    members = []
    for person in people:
        learner = learners.get(person.id)
        if learner is None:
            members.append(MemberProgress(person, Mark.NOT_ASSIGNED, {}))
        else:
            members.append(_member(person, [learner_standing(learner, now)], now))
    return _progress(group.name, members, course=course)


async def read_everything(line: Line, group: Group, now: datetime) -> GroupProgress:
    """How people get on in all of their courses: a request for 25 of them, and one for each course with due dates."""
    people = group.people or ()
    lists = await line.send(courses_of_many(person.id for person in people))
    open_courses = Counter(
        one.id for courses in lists.values() for one in courses if not (one.complete or one.is_learning_path)
    )
    first = [course for course, _ in open_courses.most_common(0 if len(people) > MANY else DUE_DATES)]
    due = await due_dates(line, first)
    members = [
        _member(person, _standings(person.id, lists[person.id], due, now), now)
        for person in people
        if person.id in lists
    ]
    unread = len(people) - len(members)
    return _progress(group.name, members, unread=unread, due_unread=len(open_courses.keys() - {one for _, one in due}))


async def due_dates(line: Line, courses: Sequence[str]) -> dict[tuple[str, str], datetime | None]:
    """By person and course, as far as they can be read."""
    answers = await line.send_each([users_of(course) for course in courses])
    return {
        (learner.id, course): learner.due
        for course, learners in zip(courses, answers, strict=True)
        if not isinstance(learners, LitmosError)
        for learner in learners
    }


def _standings(
    person: str,
    courses: Iterable[CourseAssignment],
    due: Mapping[tuple[str, str], datetime | None],
    now: datetime,
) -> list[Standing]:
    return [
        course_standing(course, now, due.get((person, course.id))) for course in courses if not course.is_learning_path
    ]


def _member(person: Person, standings: Sequence[Standing], now: datetime) -> MemberProgress:
    counts = Counter(_mark(one, now.date()) for one in standings)
    due = min((one.due for one in standings if one.due is not None and one.status.is_open), default=None)
    mark = min(counts, key=ORDER.index, default=Mark.NOT_ASSIGNED)
    finished = sum(one.completed is not None and (now.date() - one.completed).days < WEEK for one in standings)
    return MemberProgress(person, mark, dict(counts), due, (due - now.date()).days if due else None, finished)


def _mark(standing: Standing, today: date) -> Mark:
    if standing.status.is_open and standing.due_in_days is not None and 0 <= standing.due_in_days <= SOON:
        return Mark.DUE_SOON if standing.status is not Status.OVERDUE else Mark.OVERDUE
    till = standing.compliant_till
    if standing.status is Status.COMPLETED and till is not None and till - today <= EXPIRES:
        return Mark.EXPIRING
    return MARKS[standing.status]


def _progress(
    name: str,
    members: Iterable[MemberProgress],
    *,
    course: Training | None = None,
    unread: int = 0,
    due_unread: int = 0,
) -> GroupProgress:
    ranked = sorted(members, key=_urgency)
    counts = Counter(member.mark for member in ranked)
    return GroupProgress(
        name, tuple(ranked), {mark: counts[mark] for mark in Mark if counts[mark]}, course, unread, due_unread
    )


def _urgency(member: MemberProgress) -> tuple[int, date, int, str]:
    number = -member.counts.get(member.mark, 0)
    return (ORDER.index(member.mark), member.due or date.max, number, member.person.name.casefold())


def _people(learners: Iterable[CourseLearner]) -> list[Person]:
    return [_person(one) for one in learners]


def _person(learner: CourseLearner) -> Person:
    """As much as the list of a course tells."""
    return Person(
        learner.id,
        learner.user_name,
        learner.first_name,
        learner.last_name,
        "",
        active=True,
        access_level=AccessLevel.LEARNER,
    )
