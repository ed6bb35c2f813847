"""The tools that only read, as an assistant sees them.

What they do is in `reading`, which the first call loads: with it comes all of the Desk, and listing has to be fast.
"""

from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from mcp_server.app import App
from mcp_server.arguments import Course, Cursor, Limit, Person
from mcp_server.group_rows import GroupResult
from mcp_server.job_rows import JobsResult
from mcp_server.results import (
    CoursesResult,
    LearningPathsResult,
    ModuleResultsResult,
    PeopleResult,
    TrainingResult,
    WhoAmIResult,
)

__all__ = ["READ_TOOLS"]


async def whoami(ctx: Context[App]) -> Annotated[CallToolResult, WhoAmIResult]:
    """Tell who the person you act for is in Litmos, and with which role: whom `me` means in the other tools.

    Changes nothing. Returns their name, role, id if known, and which Litmos account is asked.
    """
    from mcp_server import reading

    return await reading.whoami(ctx)


async def find_people(
    ctx: Context[App],
    query: Annotated[
        str, Field(description="Part of a name, e-mail address or user name", min_length=2, max_length=255)
    ],
    limit: Limit = 20,
) -> Annotated[CallToolResult, PeopleResult]:
    """Find people in Litmos by part of their name, e-mail address or user name.

    Use it to get a person's id when the full name or address is not known; the other tools take exact names
    themselves. Changes nothing. Returns id and name; the e-mail address where it was searched for or tells namesakes
    apart. No training.
    """
    from mcp_server import reading

    return await reading.find_people(ctx, query, limit)


async def find_training(
    ctx: Context[App],
    query: Annotated[
        str, Field(description="Part of a name, or a code or id; empty for all training", max_length=255)
    ] = "",
    kind: Annotated[Literal["any", "course", "learning_path"], Field(description="What to look for")] = "any",
    limit: Limit = 20,
) -> Annotated[CallToolResult, TrainingResult]:
    """Find courses and learning paths of the Litmos catalog by part of their name, or by code.

    Use it to get a training's id or exact name, or to see what there is; for the training somebody is on, use
    get_user_courses. Changes nothing. Returns id, name, kind and code.
    """
    from mcp_server import reading

    return await reading.find_training(ctx, query, kind, limit)


async def get_user_courses(
    ctx: Context[App],
    person: Person,
    status: Annotated[
        Literal["all", "open", "overdue", "completed"],
        Field(description="`open`: all that is not done or no longer counts, overdue included"),
    ] = "all",
    limit: Limit = 25,
    cursor: Cursor = "",
) -> Annotated[CallToolResult, CoursesResult]:
    """List the courses one person is on, most pressing first: what is overdue, due, in progress, to do, done.

    Use it for "what does this person still have to do?" (status open); for modules and scores of one course use
    get_module_results, for learning paths get_user_learning_paths. Changes nothing. Returns id, name, status,
    percent and dates of each course, and counts over all of them.
    """
    from mcp_server import reading

    return await reading.get_user_courses(ctx, person, status, limit, cursor)


async def get_user_learning_paths(
    ctx: Context[App], person: Person, limit: Limit = 25, cursor: Cursor = ""
) -> Annotated[CallToolResult, LearningPathsResult]:
    """List the learning paths one person is on, and how far they are.

    Their courses are in get_user_courses too. Changes nothing. Returns id, name, status, percent and dates of
    each path.
    """
    from mcp_server import reading

    return await reading.get_user_learning_paths(ctx, person, limit, cursor)


async def get_module_results(
    ctx: Context[App], person: Person, course: Course
) -> Annotated[CallToolResult, ModuleResultsResult]:
    """Show one person's results in one course, module by module: completed, score, pass mark, attempts, due date.

    Use it after get_user_courses, for details of one course. Changes nothing. Fails if the person is not on it.
    """
    from mcp_server import reading

    return await reading.get_module_results(ctx, person, course)


async def get_group_progress(
    ctx: Context[App],
    people: Annotated[list[str], Field(description="Instead of a team", max_length=1000)] = [],  # noqa: B006 - never changed
    team: Annotated[str, Field(description="Id or name, with its sub-teams; empty: all you lead", max_length=255)] = "",
    course: Annotated[str, Field(description="One course only; alone: everyone on it", max_length=255)] = "",
    limit: Limit = 25,
    cursor: Cursor = "",
) -> Annotated[CallToolResult, GroupResult]:
    """Show how many people get on, most pressing first: overdue, due soon, in progress, completed, not assigned.

    Use it for a team, several people or a whole course; for one person use get_user_courses. Changes nothing. Returns
    counts, and id, name, state and due date of each.
    """
    from litmos.desk.requests import GetGroupProgress
    from mcp_server import group

    return await group.get_group_progress(ctx, GetGroupProgress(tuple(people), team, course), limit, cursor)


async def get_job(
    ctx: Context[App],
    job: Annotated[str, Field(description="`job` of the change; empty for all of the last days", max_length=80)] = "",
) -> Annotated[CallToolResult, JobsResult]:
    """Show how far a large change is that goes on by itself: a job, begun by assign, unassign, reset or undo.

    Use it after one of those answered "started". Changes nothing. Returns state, counts, minutes left, and at the end
    what was not done.
    """
    from mcp_server import jobs

    return await jobs.get_job(ctx, job)


READ_TOOLS: dict[str, tuple[str, Any]] = {
    "whoami": ("Who am I", whoami),
    "find_people": ("Find people", find_people),
    "find_training": ("Find training", find_training),
    "get_user_courses": ("Courses of a person", get_user_courses),
    "get_user_learning_paths": ("Learning paths of a person", get_user_learning_paths),
    "get_module_results": ("Results in a course", get_module_results),
    "get_group_progress": ("Progress of a group", get_group_progress),
    "get_job": ("How a job goes on", get_job),
}
"""Title and function of each tool, by the operation's name."""
