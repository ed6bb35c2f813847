"""What the demo Litmos remembers: people, teams, training, and who is assigned what. All dates are aware UTC."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

AccessLevel = Literal["Learner", "Team_Leader", "Team_Admin", "Administrator", "Account_Owner"]


@dataclass(slots=True)
class Person:
    """A Litmos user. `last_login` is None for someone who never signed in."""

    id: str
    original_id: int
    first_name: str
    last_name: str
    user_name: str
    email: str
    created: datetime
    access_level: AccessLevel = "Learner"
    active: bool = True
    last_login: datetime | None = None
    job_title: str = ""


@dataclass(slots=True)
class Team:
    """A team; members, leaders and admins are ids of people, sub-teams point at it by `parent_id`."""

    id: str
    name: str
    code: str = ""
    parent_id: str | None = None
    description: str = ""
    members: list[str] = field(default_factory=list)
    leaders: list[str] = field(default_factory=list)
    admins: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Module:
    """One part of a course. `pass_mark` in percent, None where nothing is scored."""

    id: str
    original_id: int
    name: str
    code: str = ""
    description: str = ""
    pass_mark: int | None = None


@dataclass(slots=True)
class Course:
    """A course. `description` is HTML; `changed` is when its content last changed, None if never."""

    id: str
    original_id: int
    name: str
    code: str
    created: datetime
    modules: tuple[Module, ...] = ()
    description: str = ""
    active: bool = True
    creator: str | None = None
    changed: datetime | None = None


@dataclass(slots=True)
class LearningPath:
    """Courses that belong together, in order. `description` is HTML."""

    id: str
    original_id: int
    name: str
    code: str
    created: datetime
    course_ids: tuple[str, ...] = ()
    description: str = ""
    active: bool = True


@dataclass(slots=True)
class ModuleResult:
    """How one person stands with one module. `score` in percent, None if never scored."""

    result_id: int
    started: datetime | None = None
    completed: datetime | None = None
    updated: datetime | None = None
    score: int | None = None
    attempts: int = 0

    def clear(self) -> None:
        self.started = self.completed = self.updated = self.score = None
        self.attempts = 0


@dataclass(slots=True)
class CourseResult:
    """One person on one course. `direct`: assigned by itself; `via`: the ids of paths that brought it."""

    result_id: int
    person_id: str
    course_id: str
    assigned: datetime
    modules: dict[str, ModuleResult]
    due: datetime | None = None
    started: datetime | None = None
    completed: datetime | None = None
    compliant_till: datetime | None = None
    access_till: datetime | None = None
    direct: bool = True
    via: set[str] = field(default_factory=set)


@dataclass(slots=True)
class PathResult:
    """One person on one learning path; its progress is derived from its courses."""

    result_id: int
    person_id: str
    path_id: str
    assigned: datetime
    access_till: datetime | None = None


@dataclass(frozen=True, slots=True)
class Achievement:
    """A course completed once; it stays when the course is reset or removed."""

    id: int
    person_id: str
    course_id: str
    title: str
    at: datetime
    compliant_till: datetime | None
    score: int | None
