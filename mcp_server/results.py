"""What tools answer, as schemas: no nulls, every row with the id that other tools take, lists with a total."""

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from litmos.desk.names import shown

if TYPE_CHECKING:
    from litmos.desk.answers import Training, TrainingRow
    from litmos.desk.naming import Naming
    from litmos.model import ModuleResult, Person

__all__ = [
    "AssignmentRow",
    "CoursesResult",
    "LearningPathsResult",
    "ModuleResultsResult",
    "ModuleRow",
    "PeopleResult",
    "PersonRow",
    "TrainingResult",
    "TrainingRowResult",
    "WhoAmIResult",
    "clean",
]

LONGEST = 500  # characters of a name; longer ones are no names


def clean(text: str) -> str:
    """Other people's text as one line, without letters that nobody sees but a model reads."""
    return shown(text, LONGEST)


StatusWord = Literal[
    "overdue",
    "compliance expired",
    "in progress",
    "to do",
    "access ended",
    "content changed since completion",
    "completed",
]


class PersonRow(BaseModel):
    """One person. Fields that say nothing new are left out, and addresses that nobody asked for."""

    id: str
    name: str
    email: str | None = None
    user_name: str | None = Field(None, description="Where it differs from the e-mail address")
    access_level: str | None = Field(None, description="Where it is more than Learner")
    inactive: bool | None = Field(None, description="True for people who can no longer sign in")

    @classmethod
    def of(cls, person: "Person", naming: "Naming", *, addressed: bool) -> "PersonRow":
        """`addressed`: with the addresses, because they were asked for or tell namesakes apart."""
        addressed = addressed and naming.addresses
        same = person.user_name.casefold() == person.email.casefold()
        return cls(
            id=person.id,
            name=clean(naming.name(person.id, person.name)),
            email=(clean(person.email) or None) if addressed else None,
            user_name=clean(person.user_name) if addressed and not same else None,
            access_level=None if person.access_level == "Learner" else person.access_level.value,
            inactive=None if person.active else True,
        )


class PersonName(BaseModel):
    """A person by name and id."""

    id: str
    name: str

    @classmethod
    def of(cls, person: "Person", naming: "Naming") -> "PersonName":
        return cls(id=person.id, name=clean(naming.name(person.id, person.name)))


class WhoAmIResult(BaseModel):
    """Who asks."""

    name: str
    role: Literal["learner", "leader", "admin"]
    account: str = Field(description="The Litmos that is asked")
    person: PersonRow | None = Field(None, description="Missing when the API key's owner asks")
    read_only: bool | None = Field(None, description="True where nothing can be changed")


class _Found(BaseModel):
    total: int = Field(description="How many there are; more than the rows if `limit` was smaller")
    close: bool | None = Field(None, description="True: nothing matches, these are the nearest names")


class PeopleResult(_Found):
    """People who match."""

    people: list[PersonRow]


class TrainingRowResult(BaseModel):
    """A course or a learning path."""

    id: str
    name: str
    kind: Literal["course", "learning_path"]
    code: str | None = None
    inactive: bool | None = Field(None, description="True for training that is switched off")

    @classmethod
    def of(cls, training: "Training") -> "TrainingRowResult":
        return cls(
            id=training.id,
            name=clean(training.name),
            kind=training.kind.value,
            code=clean(training.code) or None,
            inactive=None if training.active else True,
        )


class TrainingResult(_Found):
    """Training that matches."""

    training: list[TrainingRowResult]


class AssignmentRow(BaseModel):
    """One training of one person. Dates are ISO, in UTC."""

    id: str
    name: str
    status: StatusWord
    percent: int | None = Field(None, description="Modules completed, of 100; left out for 0 and when completed")
    due: date | None = None
    due_in_days: int | None = Field(None, description="From today; negative: overdue by so many")
    completed: date | None = None
    compliant_till: date | None = None
    access_till: date | None = None
    inactive: bool | None = Field(None, description="True for training that is switched off")

    @classmethod
    def of(cls, row: "TrainingRow") -> "AssignmentRow":
        standing = row.standing
        return cls(
            id=row.id,
            name=clean(row.name),
            status=standing.status.value,
            percent=standing.percent if 0 < standing.percent < 100 else None,  # noqa: PLR2004 - all of it
            due=standing.due,
            due_in_days=standing.due_in_days,
            completed=standing.completed,
            compliant_till=standing.compliant_till,
            access_till=standing.access_till,
            inactive=None if row.active else True,
        )


class _Page(BaseModel):
    person: PersonName
    total: int = Field(description="How many there are with this status, over all pages")
    next_cursor: str | None = Field(None, description="Pass as `cursor` for the next page; missing on the last")


class CoursesResult(_Page):
    """A page of somebody's courses, most pressing first."""

    counts: dict[StatusWord, int] = Field(description="Over all of the person's courses, whatever was asked for")
    courses: list[AssignmentRow]
    note: str | None = None


class LearningPathsResult(_Page):
    """A page of somebody's learning paths."""

    learning_paths: list[AssignmentRow]


class ModuleRow(BaseModel):
    """One module of a course, for one person."""

    id: str
    name: str
    completed: date | bool = Field(description="The day, true without one, or false")
    score: int | None = Field(None, description="Points of 100")
    pass_mark: int | None = None
    attempts: int | None = Field(None, description="Left out for none")

    @classmethod
    def of(cls, module: "ModuleResult") -> "ModuleRow":
        day = module.date_completed.date() if module.completed and module.date_completed else module.completed
        return cls(
            id=module.id,
            name=clean(module.name),
            completed=day,
            score=module.score,
            pass_mark=module.pass_mark,
            attempts=module.attempts or None,
        )


class ModuleResultsResult(BaseModel):
    """Somebody's results in one course."""

    person: PersonName
    course: AssignmentRow
    assigned: date | None = None
    modules: list[ModuleRow]
