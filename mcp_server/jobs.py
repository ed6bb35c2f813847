"""Jobs as assistants see them: large changes that go on by themselves."""

import anyio
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult

from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from mcp_server.answers import answer
from mcp_server.app import App
from mcp_server.failures import Teller, told
from mcp_server.job_rows import JobRow, JobsResult
from mcp_server.tables import table

__all__ = ["cancel_job", "followed", "get_job"]

EVERY = 0.5  # seconds between two looks
PATIENCE = 25.0  # seconds that a call waits for the end of what it has begun; hosts wait about a minute


async def get_job(ctx: Context[App], job: str) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx):
        app = ctx.request_context.lifespan_context
        desk, actor = await app.desk(), await app.actor()
        jobs = [await desk.job(actor, job)] if job else await desk.jobs(actor)
        return _answer([JobRow.of(one, app.naming) for one in jobs])


async def cancel_job(ctx: Context[App], job: str) -> CallToolResult:
    """The tool of this name."""
    async with told(ctx):
        app = ctx.request_context.lifespan_context
        stopped = await (await app.desk()).stop_job(await app.actor(), job)
        return _answer([JobRow.of(stopped, app.naming)])


async def followed(desk: Desk, actor: Actor, job: Job, tell: Teller) -> Job:
    """A job that has just been started, when it has ended or the patience for it has."""
    with anyio.move_on_after(PATIENCE):
        while job.goes_on:
            tell.progress(job.done, job.total)
            await anyio.sleep(EVERY)
            job = await desk.job(actor, job.id)
    return job


def _answer(rows: list[JobRow]) -> CallToolResult:
    lines = [
        f"{row.job}\t{row.operation}\t{row.state}\t{row.done} of {row.total}\t{_more(row)}".rstrip() for row in rows
    ]
    head = "No jobs in the last days." if not rows else f"{len(rows)} job{'' if len(rows) == 1 else 's'}"
    left = [f"- {line}" for row in rows for line in row.left or ()]
    return answer("\n".join([table(head, "job|operation|state|handled|more", lines), *left]), JobsResult(jobs=rows))


def _more(row: JobRow) -> str:
    if row.stopping:
        return "stopping after what is under way"
    if row.minutes_left is not None:
        return f"about {row.minutes_left} min left"
    return row.summary or ""
