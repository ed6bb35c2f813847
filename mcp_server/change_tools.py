"""The tools that change something: planned, asked, and only then carried out by the Desk."""

from typing import Annotated, Any

from mcp.server.mcpserver import Context, ElicitationResult, Resolve
from mcp.types import CallToolResult
from pydantic import Field

from mcp_server.app import App
from mcp_server.arguments import People, Training
from mcp_server.changes import ChangeResult
from mcp_server.confirm import Planned, approval_of, plan_it
from mcp_server.job_rows import JobsResult

__all__ = ["CHANGE_TOOLS"]

Notify = Annotated[bool, Field(description="Let Litmos e-mail people about new assignments")]
Receipt = Annotated[int, Field(description="`receipt` of the change; 0 for the last one", ge=0)]


async def _assign(ctx: Context[App], people: People, training: Training, notify: Notify) -> Planned:
    from litmos.desk.requests import Assign

    return await plan_it(ctx, Assign(tuple(people), tuple(training), notify=notify))


async def _unassign(ctx: Context[App], people: People, training: Training) -> Planned:
    from litmos.desk.requests import Unassign

    return await plan_it(ctx, Unassign(tuple(people), tuple(training)))


async def _reset(ctx: Context[App], people: People, courses: Training) -> Planned:
    from litmos.desk.requests import Reset

    return await plan_it(ctx, Reset(tuple(people), tuple(courses)))


async def _undo(ctx: Context[App], receipt: Receipt) -> Planned:
    from litmos.desk.requests import Undo

    return await plan_it(ctx, Undo(receipt))


async def assign(
    ctx: Context[App],
    people: People,
    training: Training,
    planned: Annotated[Planned, Resolve(_assign)],
    answer: Annotated[ElicitationResult[Any], approval_of(_assign)],
    notify: Notify = True,
) -> Annotated[CallToolResult, ChangeResult]:
    """Put people on courses and learning paths, each person on each training.

    The person behind this assistant is shown what will change and asked first; nothing happens without their yes.
    Returns what was done for each pair, proved by reading back, with a receipt. Already assigned stays as it is.
    """
    from mcp_server.carry import carry_out

    return await carry_out(ctx, planned, answer)


async def unassign(
    ctx: Context[App],
    people: People,
    training: Training,
    planned: Annotated[Planned, Resolve(_unassign)],
    answer: Annotated[ElicitationResult[Any], approval_of(_unassign)],
) -> Annotated[CallToolResult, ChangeResult]:
    """Take people off courses and learning paths. What they did there is lost in Litmos.

    The person behind this assistant is shown what will change and asked first; nothing happens without their yes.
    Returns what was done for each pair, proved by reading back, with a receipt.
    """
    from mcp_server.carry import carry_out

    return await carry_out(ctx, planned, answer)


async def reset(
    ctx: Context[App],
    people: People,
    courses: Training,
    planned: Annotated[Planned, Resolve(_reset)],
    answer: Annotated[ElicitationResult[Any], approval_of(_reset)],
) -> Annotated[CallToolResult, ChangeResult]:
    """Set people back to the beginning of courses, so that they can do them again. Results are wiped for good.

    The person behind this assistant is shown what is lost and asked first; nothing happens without their yes. It
    cannot be undone. Learning paths cannot be reset. Returns what was done for each pair, proved by reading back.
    """
    from mcp_server.carry import carry_out

    return await carry_out(ctx, planned, answer)


async def undo(
    ctx: Context[App],
    planned: Annotated[Planned, Resolve(_undo)],
    answer: Annotated[ElicitationResult[Any], approval_of(_undo)],
    receipt: Receipt = 0,
) -> Annotated[CallToolResult, ChangeResult]:
    """Take back an assign or unassign of the last ten minutes: exactly what it changed. A reset cannot be undone.

    The person behind this assistant is shown what will change and asked first. Progress that was lost stays lost.
    """
    from mcp_server.carry import carry_out

    return await carry_out(ctx, planned, answer)


async def cancel_job(
    ctx: Context[App], job: Annotated[str, Field(description="As the change answered it", max_length=80)]
) -> Annotated[CallToolResult, JobsResult]:
    """End a job after the part of it that is under way. What is done stays done; what is left is not begun.

    Use it to stop a large change; to take back what it has done use undo with its receipt. Returns the job.
    """
    from mcp_server import jobs

    return await jobs.cancel_job(ctx, job)


CHANGE_TOOLS: dict[str, tuple[str, Any]] = {
    "assign": ("Assign training", assign),
    "unassign": ("Unassign training", unassign),
    "reset": ("Reset courses", reset),
    "undo": ("Undo a change", undo),
    "cancel_job": ("Cancel a job", cancel_job),
}
"""Title and function of each tool, by the operation's name."""
