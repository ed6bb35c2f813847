"""The wire's records, twin by twin: the model's field names, Litmos' spellings. Lenient in form, strict in kind.

Unknown fields are passed over, so a login link or a password never leaves the bytes it came in.
Sources: the seed page ("User Assignments Results Via API") and the recorded exchanges.
"""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from litmos import model
from litmos.api.scalars import Moment, No, Percent, Text, Whole, Words, Yes

__all__ = [
    "CourseOfUser",
    "CourseRecord",
    "CourseResultRecord",
    "LearningPathOfUser",
    "LearningPathRecord",
    "ModuleRecord",
    "TeamRecord",
    "UserOfCourse",
    "UserRecord",
    "UserWithCourses",
]


def _spelt(*names: str) -> Any:
    """A moment under a name of its own, which Litmos may spell in more than one way."""
    return Field(default=None, validation_alias=AliasChoices(*names))


def _several(value: Any) -> Any:
    """An empty container is an empty element in XML and may be null in JSON."""
    return [] if value in (None, "") else value


class _Record(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal, extra="ignore", frozen=True, hide_input_in_errors=True)

    id: Text


class UserRecord(_Record):
    """A user, as in lists and alone."""

    user_name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    active: Yes = True
    access_level: Text = ""
    full_name: Text = ""
    last_login: Moment = None
    created: Moment = _spelt("CreatedDate")
    time_zone: Text = ""
    job_title: Text = ""

    def to_model(self) -> model.Person:
        return model.Person(**vars(self) | {"access_level": model.AccessLevel(self.access_level)})


class _Catalog(_Record):
    name: Text = ""
    code: Text = ""
    active: Yes = True
    description: Words = ""


class CourseRecord(_Catalog):
    """A course of the catalog."""

    def to_model(self) -> model.Course:
        return model.Course(**vars(self))


class LearningPathRecord(_Catalog):
    """A learning path of the catalog."""

    def to_model(self) -> model.LearningPath:
        return model.LearningPath(**vars(self))


class ModuleRecord(_Record):
    """A module of a course."""

    name: Text = ""
    code: Text = ""
    description: Words = ""

    def to_model(self) -> model.Module:
        return model.Module(**vars(self))


class TeamRecord(_Record):
    """A team."""

    name: Text = ""
    parent_id: Text = Field(default="", alias="ParentTeamId")

    def to_model(self) -> model.Team:
        return model.Team(**vars(self))


class _Assigned(_Record):
    name: Text = ""
    active: Yes = True
    complete: No = False
    percent: Percent = Field(default=Decimal(0), alias="PercentageComplete")
    assigned: Moment = _spelt("AssignedDate")
    started: Moment = _spelt("StartDate")
    completed: Moment = _spelt("DateCompleted")
    result_id: Text = ""
    number: Text = Field(default="", alias="OriginalId")


class CourseOfUser(_Assigned):
    """A course among a user's courses, with the seed page's misspelling."""

    code: Text = ""
    up_to_date: Yes = True
    overdue: No = False
    compliant_till: Moment = _spelt("CompliantTill", "ComplaintTill")
    is_learning_path: No = False
    access_till: Moment = _spelt("AccessTillDate")
    person_id: Text = Field(default="", alias="UserId")

    def to_model(self) -> model.CourseAssignment:
        return model.CourseAssignment(**vars(self))


class LearningPathOfUser(_Assigned):
    """A learning path among a user's learning paths."""

    access_till: Moment = _spelt("AccessTillDate")

    def to_model(self) -> model.LearningPathAssignment:
        return model.LearningPathAssignment(**vars(self))


class UserWithCourses(_Record):
    """One user of the answer of `POST /users/courses`."""

    courses: Annotated[list[CourseOfUser], BeforeValidator(_several)] = []

    def to_model(self) -> tuple[str, tuple[model.CourseAssignment, ...]]:
        return self.id, tuple(course.to_model() for course in self.courses)


class _ModuleOfUser(_Record):
    name: Text = ""
    code: Text = ""
    completed: No = False
    score: Whole = None
    pass_mark: Whole = Field(default=None, alias="Passmark")
    attempts: Whole = Field(default=None, alias="Attempt")
    started: Moment = _spelt("StartDate")
    date_completed: Moment = None
    last_updated: Moment = None
    result_id: Text = ""

    def to_model(self) -> model.ModuleResult:
        return model.ModuleResult(**vars(self) | {"attempts": self.attempts or 0})


class CourseResultRecord(_Assigned):
    """Course and module results of one user."""

    code: Text = ""
    up_to_date: Yes = True
    overdue: No = False
    modules: Annotated[list[_ModuleOfUser], BeforeValidator(_several)] = []
    due: Moment = _spelt("CourseDueDate")

    def to_model(self) -> model.CourseResult:
        return model.CourseResult(**vars(self) | {"modules": tuple(module.to_model() for module in self.modules)})


class UserOfCourse(_Record):
    """A user among a course's users: `Completed` here, `Complete` elsewhere."""

    user_name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    complete: No = Field(default=False, validation_alias=AliasChoices("Completed", "Complete"))
    percent: Percent = Field(default=Decimal(0), alias="PercentageComplete")
    compliant_till: Moment = _spelt("CompliantTill", "ComplaintTill")
    due: Moment = _spelt("DueDate")
    access_till: Moment = _spelt("AccessTillDate")

    def to_model(self) -> model.CourseLearner:
        return model.CourseLearner(**vars(self))
