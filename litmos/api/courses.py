"""Courses of the catalog: found by words, read by id, their modules and the people on them."""

from litmos.api.call import Call, Listing, ident
from litmos.api.records import CourseRecord, ModuleRecord, UserOfCourse
from litmos.api.wire import many, single
from litmos.model import Course, CourseLearner, Module

__all__ = ["get_course", "modules_of", "search_courses", "users_of"]


def search_courses(words: str = "", *, most: int | None = None) -> Listing[Course]:
    """Courses whose name holds `words`; all of them for none, inactive ones included. GET /courses, paged."""
    return Listing(
        operation="search_courses",
        path=("courses",),
        query=(("search", words),) if words else (),
        parse=many(CourseRecord, "Course"),
        key=lambda course: course.id,
        most=most,
    )


def get_course(course: str) -> Call[Course]:
    """One course. GET /courses/{id}."""
    return Call(
        operation="get_course",
        path=("courses", ident(course, "course")),
        parse=single(CourseRecord, "Course"),
        missing=_no_course(course),
    )


def modules_of(course: str) -> Listing[Module]:
    """What a course is made of. GET /courses/{id}/modules, paged."""
    return Listing(
        operation="modules_of",
        path=("courses", ident(course, "course"), "modules"),
        parse=many(ModuleRecord, "Module"),
        key=lambda module: module.id,
        missing=_no_course(course),
    )


def users_of(course: str) -> Listing[CourseLearner]:
    """The people on a course, with how far they are and when it is due. GET /courses/{id}/users, paged."""
    return Listing(
        operation="users_of",
        path=("courses", ident(course, "course"), "users"),
        parse=many(UserOfCourse, "User"),
        key=lambda learner: learner.id,
        missing=_no_course(course),
    )


def _no_course(course: str) -> str:
    return f"Litmos has no course with the id {course!r}. Look it up by name or code."
