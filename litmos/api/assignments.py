"""The seed page: who is on what and how far, and the changes to it. Every change is idempotent in effect.

Source: Litmos documentation, "User Assignments Results Via API". Litmos answers 201 to an assignment whether or not it
took effect (unknown and already assigned ids are ignored), so nothing here proves a change: read back.
"""

from collections.abc import Iterable, Mapping, Sequence

from litmos.api.call import Batch, Call, Listing, Reply, body_of_ids, ident
from litmos.api.records import CourseOfUser, CourseResultRecord, LearningPathOfUser, UserWithCourses
from litmos.api.wire import many, nothing, single
from litmos.model import CourseAssignment, CourseResult, LearningPathAssignment

__all__ = [
    "assign_courses",
    "assign_learning_paths",
    "course_results",
    "courses_of",
    "courses_of_many",
    "learning_paths_of",
    "remove_course",
    "remove_learning_path",
    "reset",
]

MOST_USERS = 25  # POST /users/courses takes no more at once

Assignments = Mapping[str, tuple[CourseAssignment, ...]]


def courses_of(user: str) -> Listing[CourseAssignment]:
    """Everything a user is on, learning paths marked as such. GET /users/{id}/courses, paged."""
    return Listing(
        operation="courses_of",
        path=("users", ident(user, "person"), "courses"),
        parse=many(CourseOfUser, "Course"),
        key=lambda course: (course.id, course.is_learning_path),
        missing=_no_person(user),
    )


def learning_paths_of(user: str) -> Listing[LearningPathAssignment]:
    """The learning paths a user is on. GET /users/{id}/learningpaths, paged."""
    return Listing(
        operation="learning_paths_of",
        path=("users", ident(user, "person"), "learningpaths"),
        parse=many(LearningPathOfUser, "LearningPath"),
        key=lambda path: path.id,
        missing=_no_person(user),
    )


def courses_of_many(users: Iterable[str]) -> Batch[Assignments, Assignments]:
    """What any number of users are on, by user id: 25 a request. POST /users/courses, a read.

    A user whom Litmos leaves out of its answer is missing from the result.
    """
    once = list(dict.fromkeys(users))
    groups = [once[start : start + MOST_USERS] for start in range(0, len(once), MOST_USERS)]
    return Batch(tuple(_courses_of_group(group) for group in groups), _merged)


def _courses_of_group(users: list[str]) -> Call[Assignments]:
    return Call(
        operation="courses_of_many",
        method="POST",
        path=("users", "courses"),
        body=body_of_ids("Users", "User", users),
        parse=_courses_by_user,
        missing="Litmos does not know one of these people.",
    )


def course_results(user: str, course: str) -> Call[CourseResult]:
    """One user's results in one course, module by module. GET /users/{id}/courses/{id}."""
    return Call(
        operation="course_results",
        path=("users", ident(user, "person"), "courses", ident(course, "course")),
        parse=single(CourseResultRecord, "Course"),
        missing=_not_on(user, "course", course),
    )


def reset(user: str, course: str) -> Call[None]:
    """Back to incomplete and 0 %, whatever was done. PUT /users/{id}/courses/{id}/reset."""
    return Call(
        operation="reset",
        method="PUT",
        path=("users", ident(user, "person"), "courses", ident(course, "course"), "reset"),
        parse=nothing,
        changes=True,
        missing=_not_on(user, "course", course),
    )


def assign_courses(user: str, courses: Iterable[str], *, notify: bool = True) -> Call[None]:
    """Put a user on courses, all in one request. POST /users/{id}/courses.

    `notify=False` keeps Litmos from sending its e-mails (`sendmessage=false`); otherwise it sends one for each new
    course to people who have logged in before.
    """
    return Call(
        operation="assign_courses",
        method="POST",
        path=("users", ident(user, "person"), "courses"),
        query=_quiet(notify=notify),
        body=body_of_ids("Courses", "Course", courses),
        parse=nothing,
        changes=True,
        missing=_no_person(user),
    )


def remove_course(user: str, course: str) -> Call[None]:
    """Take a user off a course. DELETE /users/{id}/courses/{id}."""
    return Call(
        operation="remove_course",
        method="DELETE",
        path=("users", ident(user, "person"), "courses", ident(course, "course")),
        parse=nothing,
        changes=True,
        missing=_not_on(user, "course", course),
    )


def assign_learning_paths(user: str, paths: Iterable[str], *, notify: bool = True) -> Call[None]:
    """Put a user on learning paths, all in one request. POST /users/{id}/learningpaths.

    Litmos documents `sendmessage` for courses only; it is sent here too, since asking costs nothing.
    """
    return Call(
        operation="assign_learning_paths",
        method="POST",
        path=("users", ident(user, "person"), "learningpaths"),
        query=_quiet(notify=notify),
        body=body_of_ids("LearningPaths", "LearningPath", paths),
        parse=nothing,
        changes=True,
        missing=_no_person(user),
    )


def remove_learning_path(user: str, path: str) -> Call[None]:
    """Take a user off a learning path. DELETE /users/{id}/learningpaths/{id}."""
    return Call(
        operation="remove_learning_path",
        method="DELETE",
        path=("users", ident(user, "person"), "learningpaths", ident(path, "learning path")),
        parse=nothing,
        changes=True,
        missing=_not_on(user, "learning path", path),
    )


def _quiet(*, notify: bool) -> tuple[tuple[str, str], ...]:
    return () if notify else (("sendmessage", "false"),)


def _no_person(user: str) -> str:
    return f"Litmos has no person with the id {user!r}. Look the person up by name or e-mail address."


def _not_on(user: str, what: str, training: str) -> str:
    return f"Litmos has no person {user!r}, no {what} {training!r}, or the one is not on the other."


def _courses_by_user(reply: Reply) -> Assignments:
    return dict(many(UserWithCourses, "User")(reply))


def _merged(parts: Sequence[Assignments]) -> Assignments:
    return {user: courses for part in parts for user, courses in part.items()}
