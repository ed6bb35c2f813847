"""People, training and results as this program sees them: frozen values, all times in UTC."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from typing_extensions import override

__all__ = [
    "AccessLevel",
    "Course",
    "CourseAssignment",
    "CourseLearner",
    "CourseResult",
    "LearningPath",
    "LearningPathAssignment",
    "Module",
    "ModuleResult",
    "Person",
    "Team",
    "TrainingKind",
]


class AccessLevel(StrEnum):
    """What Litmos lets a person do; an unknown level grants no more than a learner's."""

    LEARNER = "Learner"
    TEAM_LEADER = "Team_Leader"
    TEAM_ADMIN = "Team_Admin"
    ADMINISTRATOR = "Administrator"
    ACCOUNT_OWNER = "Account_Owner"

    @classmethod
    @override
    def _missing_(cls, value: object) -> "AccessLevel":
        return cls.LEARNER


class TrainingKind(StrEnum):
    """Training is a course or a learning path."""

    COURSE = "course"
    LEARNING_PATH = "learning_path"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Litmos. Lists leave the fields from `full_name` on empty; the single record fills them."""

    id: str
    user_name: str
    first_name: str
    last_name: str
    email: str
    active: bool
    access_level: AccessLevel
    full_name: str = ""
    last_login: datetime | None = None
    created: datetime | None = None
    time_zone: str = ""
    job_title: str = ""

    @property
    def name(self) -> str:
        """First and last name; the user name for people without either."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.user_name


@dataclass(frozen=True, slots=True)
class Course:
    """A course of the catalog."""

    id: str
    name: str
    code: str = ""
    active: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class LearningPath:
    """A learning path of the catalog: courses in an order."""

    id: str
    name: str
    code: str = ""
    active: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a course."""

    id: str
    name: str
    code: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `parent_id` is empty at the top."""

    id: str
    name: str
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class CourseAssignment:
    """One person on one course. `percent`: modules completed, 0 to 100. A missing date did not happen or has no end.

    `number`: what Litmos' own web pages call the course.
    """

    id: str
    name: str
    code: str
    active: bool
    complete: bool
    percent: Decimal
    assigned: datetime | None = None
    started: datetime | None = None
    completed: datetime | None = None
    up_to_date: bool = True
    overdue: bool = False
    compliant_till: datetime | None = None
    is_learning_path: bool = False
    access_till: datetime | None = None
    result_id: str = ""
    person_id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class LearningPathAssignment:
    """One person on one learning path."""

    id: str
    name: str
    active: bool
    complete: bool
    percent: Decimal
    assigned: datetime | None = None
    started: datetime | None = None
    completed: datetime | None = None
    access_till: datetime | None = None
    result_id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class ModuleResult:
    """What one person did in one module. `score` and `pass_mark` in points of 100, None where there is none."""

    id: str
    name: str
    code: str
    completed: bool
    score: int | None = None
    pass_mark: int | None = None
    attempts: int = 0
    started: datetime | None = None
    date_completed: datetime | None = None
    last_updated: datetime | None = None
    result_id: str = ""


@dataclass(frozen=True, slots=True)
class CourseResult:
    """What one person did in one course, module by module; the only place that tells when it is due."""

    id: str
    name: str
    code: str
    active: bool
    complete: bool
    percent: Decimal
    modules: tuple[ModuleResult, ...] = ()
    assigned: datetime | None = None
    started: datetime | None = None
    completed: datetime | None = None
    up_to_date: bool = True
    overdue: bool = False
    due: datetime | None = None
    result_id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class CourseLearner:
    """A person as the course's list of people shows them."""

    id: str
    user_name: str
    first_name: str
    last_name: str
    complete: bool
    percent: Decimal
    compliant_till: datetime | None = None
    due: datetime | None = None
    access_till: datetime | None = None
