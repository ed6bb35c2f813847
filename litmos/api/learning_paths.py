"""Learning paths of the catalog: found by words, read by id, their courses and the people on them."""

from litmos.api.call import Call, Listing, ident
from litmos.api.records import CourseRecord, LearningPathRecord, UserOfCourse
from litmos.api.wire import many, single
from litmos.model import Course, CourseLearner, LearningPath

__all__ = ["courses_in", "get_learning_path", "search_learning_paths", "users_of_learning_path"]


def search_learning_paths(words: str = "", *, most: int | None = None) -> Listing[LearningPath]:
    """Learning paths whose name holds `words`; all of them for none. GET /learningpaths, paged."""
    return Listing(
        operation="search_learning_paths",
        path=("learningpaths",),
        query=(("search", words),) if words else (),
        parse=many(LearningPathRecord, "LearningPath"),
        key=lambda path: path.id,
        most=most,
    )


def get_learning_path(path: str) -> Call[LearningPath]:
    """One learning path. GET /learningpaths/{id}."""
    return Call(
        operation="get_learning_path",
        path=("learningpaths", ident(path, "learning path")),
        parse=single(LearningPathRecord, "LearningPath"),
        missing=_no_path(path),
    )


def courses_in(path: str) -> Listing[Course]:
    """The courses of a learning path, in its order. GET /learningpaths/{id}/courses, paged."""
    return Listing(
        operation="courses_in",
        path=("learningpaths", ident(path, "learning path"), "courses"),
        parse=many(CourseRecord, "Course"),
        key=lambda course: course.id,
        missing=_no_path(path),
    )


def users_of_learning_path(path: str) -> Listing[CourseLearner]:
    """The people on a learning path. GET /learningpaths/{id}/users, paged."""
    return Listing(
        operation="users_of_learning_path",
        path=("learningpaths", ident(path, "learning path"), "users"),
        parse=many(UserOfCourse, "User"),
        key=lambda learner: learner.id,
        missing=_no_path(path),
    )


def _no_path(path: str) -> str:
    return f"Litmos has no learning path with the id {path!r}. Look it up by name."
