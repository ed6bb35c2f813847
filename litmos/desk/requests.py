"""What an actor can ask the Desk for: frozen values, the same from every face, each with the type of its answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

from litmos.desk.answers import (
    FoundPeople,
    FoundTraining,
    GroupProgress,
    Identity,
    ModuleResults,
    TeamCourses,
    UserCourses,
    UserLearningPaths,
)
from litmos.model import TrainingKind

__all__ = [
    "Assign",
    "Change",
    "FindPeople",
    "FindTraining",
    "GetGroupProgress",
    "GetModuleResults",
    "GetTeamCourses",
    "GetUserCourses",
    "GetUserLearningPaths",
    "Look",
    "Nudge",
    "Pairs",
    "Reset",
    "Show",
    "Unassign",
    "Undo",
    "WhoAmI",
]

T = TypeVar("T")

Pairs = frozenset[tuple[str, str]]
"""Of a person and a training each, by id."""


class Show(StrEnum):
    """Which assignments are wanted."""

    ALL = "all"
    OPEN = "open"
    """Everything that is not done or no longer counts, overdue included."""
    OVERDUE = "overdue"
    COMPLETED = "completed"


class Look(Generic[T]):
    """A request that reads; T is its answer."""

    operation: ClassVar[str]


@dataclass(frozen=True, slots=True)
class WhoAmI(Look[Identity]):
    """Who the actor is."""

    operation = "whoami"


@dataclass(frozen=True, slots=True)
class FindPeople(Look[FoundPeople]):
    """People by part of a name, e-mail address or user name."""

    operation = "find_people"
    words: str
    most: int = 20


@dataclass(frozen=True, slots=True)
class FindTraining(Look[FoundTraining]):
    """Training by part of its name, or by code or id; everything for no words. `kind` None: courses and paths."""

    operation = "find_training"
    words: str = ""
    kind: TrainingKind | None = None
    most: int = 20


@dataclass(frozen=True, slots=True)
class GetUserCourses(Look[UserCourses]):
    """The courses of the person who is named by id, user name, e-mail, full name or `me`.

    `fresh`: as they are now; otherwise what was read in the last seconds will do.
    """

    operation = "get_user_courses"
    person: str = "me"
    show: Show = Show.ALL
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class GetUserLearningPaths(Look[UserLearningPaths]):
    """The learning paths of a person. `inside`: of how many open ones the courses are wanted too, each a request."""

    operation = "get_user_learning_paths"
    person: str = "me"
    inside: int = 0


@dataclass(frozen=True, slots=True)
class GetTeamCourses(Look[TeamCourses]):
    """The courses of everybody whom the actor leads, counted."""

    operation = "get_user_courses"


@dataclass(frozen=True, slots=True)
class GetGroupProgress(Look[GroupProgress]):
    """How people get on: those named, or a team with its sub-teams, or all whom the actor leads; `course` narrows it.

    For an administrator a course alone means everyone on it.
    """

    operation = "get_group_progress"
    people: tuple[str, ...] = ()
    team: str = ""
    course: str = ""


@dataclass(frozen=True, slots=True)
class GetModuleResults(Look[ModuleResults]):
    """A person's results in one course, which is named by id, code or name."""

    operation = "get_module_results"
    course: str
    person: str = "me"


@dataclass(frozen=True, slots=True)
class Change:
    """A request that changes who is on what: every one of `people` with every one of `training`.

    Both are named as people type them; in a plan they are ids. `only`, of ids, leaves out all other pairs; empty means
    none is left out.
    """

    operation: ClassVar[str]
    people: tuple[str, ...]
    training: tuple[str, ...]
    only: Pairs = frozenset()
    undo_of: int = 0
    """The receipt of the change that this takes back; 0 for others."""


@dataclass(frozen=True, slots=True)
class Assign(Change):
    """Put people on courses and learning paths. `notify`: Litmos may send its e-mails about it."""

    operation = "assign"
    notify: bool = True


@dataclass(frozen=True, slots=True)
class Unassign(Change):
    """Take people off courses and learning paths."""

    operation = "unassign"


@dataclass(frozen=True, slots=True)
class Reset(Change):
    """Set people back to the beginning of courses."""

    operation = "reset"


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back one of the actor's own changes of the last ten minutes: the one with this receipt, or (0) the last."""

    operation: ClassVar[str] = "undo"
    receipt: int = 0


@dataclass(frozen=True, slots=True)
class Nudge:
    """Write to those who are overdue. Whom it is about is named as in `GetGroupProgress`; `course` narrows it.

    In a plan, people and course are ids.
    """

    operation: ClassVar[str] = "nudge"
    people: tuple[str, ...] = ()
    team: str = ""
    course: str = ""
