"""Which fields an assignment shows in each answer about it, irregular where the seed page is."""

from datetime import datetime

from litmos.demo.answers import Fields, person_name
from litmos.demo.formats import Listing, Record
from litmos.demo.progress import PathProgress, course_percent, is_overdue, is_up_to_date
from litmos.demo.records import Course, CourseResult, LearningPath, Module, ModuleResult, PathResult, Person


def result_id(number: int) -> int | str:
    """A number for some results and a text for others, as the seed page shows both."""
    return number if number % 2 == 0 else str(number)


def course_progress(course: Course, result: CourseResult, now: datetime) -> Fields:
    """The fields that every answer about an assigned course begins with."""
    return (
        ("Id", course.id),
        ("Code", course.code),
        ("Name", course.name),
        ("Active", course.active),
        ("Complete", result.completed is not None),
        ("PercentageComplete", course_percent(result)),
        ("AssignedDate", result.assigned),
        ("StartDate", result.started),
        ("DateCompleted", result.completed),
        ("UpToDate", is_up_to_date(course, result)),
        ("Overdue", is_overdue(result, now)),
    )


def assigned_course(course: Course, result: CourseResult, now: datetime) -> Record:
    """A course of GET /users/{userid}/courses."""
    fields: Fields = (
        *course_progress(course, result, now),
        ("CompliantTill", result.compliant_till),
        ("IsLearningPath", False),
        ("CourseCreatedDate", course.created),
        ("CourseCreator", course.creator),
        ("OriginalId", course.original_id),
        ("ResultId", result_id(result.result_id)),
        ("AccessTillDate", result.access_till),
    )
    return Record("Course", fields)


def path_as_course(path: LearningPath, result: PathResult, done: PathProgress) -> Record:
    """The row a learning path has among the courses of a person."""
    fields: Fields = (
        ("Id", path.id),
        ("Code", path.code),
        ("Name", path.name),
        ("Active", path.active),
        ("Complete", done.completed is not None),
        ("PercentageComplete", done.percent),
        ("AssignedDate", result.assigned),
        ("StartDate", done.started),
        ("DateCompleted", done.completed),
        ("UpToDate", True),
        ("Overdue", False),
        ("CompliantTill", None),
        ("IsLearningPath", True),
        ("CourseCreatedDate", path.created),
        ("CourseCreator", None),
        ("OriginalId", path.original_id),
        ("ResultId", result_id(result.result_id)),
        ("AccessTillDate", result.access_till),
    )
    return Record("Course", fields)


def assigned_path(path: LearningPath, result: PathResult, done: PathProgress) -> Record:
    """A path of GET /users/{userid}/learningpaths."""
    fields: Fields = (
        ("Id", path.id),
        ("Name", path.name),
        ("Active", path.active),
        ("OriginalId", path.original_id),
        ("Complete", done.completed is not None),
        ("PercentageComplete", done.percent),
        ("AssignedDate", result.assigned),
        ("StartDate", done.started),
        ("DateCompleted", done.completed),
        ("ResultId", result_id(result.result_id)),
        ("AccessTillDate", result.access_till),
    )
    return Record("LearningPath", fields)


def of_many(row: Record, person_id: str, *, irregular: bool) -> Record:
    """A row of POST /users/courses, or its irregular twin: the third sample of the seed page."""
    if not irregular:
        return Record(row.name, (*row.fields, ("UserId", person_id)))
    misspelt = {"CompliantTill": "ComplaintTill", "CourseCreatedDate": "CourseCreateDate"}
    fields = [(misspelt.get(name, name), value) for name, value in row.fields]
    names = [name for name, _ in fields]
    fields.insert(names.index("ResultId"), fields[names.index("ResultId")])
    return Record(row.name, tuple(fields))


def course_with_modules(course: Course, result: CourseResult, now: datetime) -> Record:
    """The course of GET /users/{userid}/courses/{courseid}."""
    modules = tuple(module_result(part, result.modules[part.id]) for part in course.modules)
    fields: Fields = (
        *course_progress(course, result, now),
        ("Modules", Listing("Modules", modules)),
        ("CourseDueDate", result.due),
        ("OriginalId", course.original_id),
        ("ResultId", result_id(result.result_id)),
    )
    return Record("Course", fields)


def module_result(part: Module, result: ModuleResult) -> Record:
    """A module inside it, with the person's result."""
    fields: Fields = (
        ("Id", part.id),
        ("Code", part.code),
        ("Name", part.name),
        ("Passmark", part.pass_mark),
        ("Score", result.score),
        ("Completed", result.completed is not None),
        ("LastUpdated", result.updated),
        ("StartDate", result.started),
        ("DateCompleted", result.completed),
        ("Attempt", result.attempts),
        ("OriginalId", str(part.original_id)),  # text here, by the seed page
        ("ResultId", str(result.result_id)),
    )
    return Record("Module", fields)


def learner(person: Person, result: CourseResult) -> Record:
    """A person as /courses/{id}/users lists them: `Completed`, where other answers say `Complete`."""
    fields: Fields = (
        *person_name(person),
        ("Completed", result.completed is not None),
        ("PercentageComplete", course_percent(result)),
        ("CompliantTill", result.compliant_till),
        ("DueDate", result.due),
        ("AccessTillDate", result.access_till),
    )
    return Record("User", fields)


def path_learner(person: Person, result: PathResult, done: PathProgress) -> Record:
    """As `learner`, for a learning path."""
    fields: Fields = (
        *person_name(person),
        ("Completed", done.completed is not None),
        ("PercentageComplete", done.percent),
        ("CompliantTill", None),
        ("DueDate", None),
        ("AccessTillDate", result.access_till),
    )
    return Record("User", fields)
