"""What the Desk answers to those who look: frozen values, ready for any face to show."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from litmos.desk.actor import Role
from litmos.desk.standing import Standing, Status
from litmos.model import ModuleResult, Person, TrainingKind

__all__ = [
    "FoundPeople",
    "FoundTraining",
    "GroupProgress",
    "Happened",
    "Identity",
    "Mark",
    "MemberProgress",
    "ModuleResults",
    "TeamCourses",
    "TeamMember",
    "Training",
    "TrainingRow",
    "UserCourses",
    "UserLearningPaths",
]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, and as what."""

    name: str
    role: Role
    face: str
    read_only: bool
    account: str
    """The Litmos that is asked: its host, or the demo."""
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """A course or a learning path of the catalog."""

    id: str
    name: str
    kind: TrainingKind
    code: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """`total` matches, of which the first are here. `close`: nobody matches, these are the nearest names."""

    people: tuple[Person, ...]
    total: int
    close: bool = False


@dataclass(frozen=True, slots=True)
class FoundTraining:
    """`total` matches, of which the first are here. `close`: nothing matches, these are the nearest names."""

    training: tuple[Training, ...]
    total: int
    close: bool = False


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One assignment. `active` False: the training itself has been switched off. `link`: its page in Litmos."""

    id: str
    name: str
    standing: Standing
    code: str = ""
    active: bool = True
    link: str = ""


@dataclass(frozen=True, slots=True)
class UserCourses:
    """A person's courses, most pressing first, learning paths not among them. `counts` is over all of them.

    `due_unread`: open courses whose due dates were not read, to spare the account's requests or for an error.
    """

    person: Person
    courses: tuple[TrainingRow, ...]
    counts: dict[Status, int]
    due_unread: int = 0


@dataclass(frozen=True, slots=True)
class UserLearningPaths:
    """A person's learning paths, most pressing first. `inside`: the courses of those that were looked into, by path."""

    person: Person
    paths: tuple[TrainingRow, ...]
    inside: dict[str, tuple[Training, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody in a team, and how many of their courses stand how."""

    person: Person
    counts: dict[Status, int]


@dataclass(frozen=True, slots=True)
class TeamCourses:
    """The people whom a leader leads, those with most overdue first. `unread`: of whom Litmos did not tell."""

    members: tuple[TeamMember, ...]
    unread: int = 0


class Mark(StrEnum):
    """How somebody of a group gets on: the first of these that is so, over all of their courses or in one."""

    OVERDUE = "overdue"
    EXPIRED = "compliance expired"
    DUE_SOON = "due soon"
    EXPIRING = "compliance expires soon"
    IN_PROGRESS = "in progress"
    TO_DO = "to do"
    COMPLETED = "completed"
    NOT_ASSIGNED = "not assigned"


@dataclass(frozen=True, slots=True)
class MemberProgress:
    """Somebody of a group. `counts`: their courses by mark; `due`: the first day on which one is due, if known.

    `finished`: the courses they have completed in the last seven days; 0 in what is read of one course alone.
    """

    person: Person
    mark: Mark
    counts: dict[Mark, int]
    due: date | None = None
    due_in_days: int | None = None
    finished: int = 0


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """How the people of a group get on, most pressing first; each counts once in `counts`.

    `course` None: in all of their courses, of which `due_unread` have due dates that were not read, to spare the
    account's requests. `unread`: people of whom Litmos did not tell.
    """

    name: str
    members: tuple[MemberProgress, ...]
    counts: dict[Mark, int]
    course: Training | None = None
    unread: int = 0
    due_unread: int = 0


@dataclass(frozen=True, slots=True)
class ModuleResults:
    """A person's results in one course."""

    person: Person
    course: TrainingRow
    modules: tuple[ModuleResult, ...]
    assigned: date | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of the audit, for people. `event`: started, done, partly, failed, refused, linked and so on."""

    number: int
    at: datetime
    event: str
    operation: str
    who: str
    summary: str
