"""What the Desk answers to those who look: frozen values, ready for any face to show."""

from dataclasses import dataclass
from datetime import date

from litmos.desk.actor import Role
from litmos.desk.standing import Standing, Status
from litmos.model import ModuleResult, Person, TrainingKind

__all__ = [
    "FoundPeople",
    "FoundTraining",
    "Identity",
    "ModuleResults",
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
    """One assignment. `active` False: the training itself has been switched off."""

    id: str
    name: str
    standing: Standing
    code: str = ""
    active: bool = True


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
    """A person's learning paths, most pressing first."""

    person: Person
    paths: tuple[TrainingRow, ...]


@dataclass(frozen=True, slots=True)
class ModuleResults:
    """A person's results in one course."""

    person: Person
    course: TrainingRow
    modules: tuple[ModuleResult, ...]
    assigned: date | None = None
