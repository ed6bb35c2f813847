"""`litmos jobs`: large changes that the servers do by themselves, seen and ended from a terminal."""

import sys
from collections.abc import Callable

import anyio

from litmos.commands.approve import approve, typed
from litmos.desk.jobs import Job
from litmos.settings import Settings
from litmos.wiring import open_watching_desk

__all__ = ["jobs"]

FACE = "cli"


def jobs(job: str, *, stop: bool, rest: bool, ask: Callable[[str], str] = typed) -> int:
    """List the jobs of the last days, or show one (by id), end it, or plan and ask for what it has left undone."""
    if not job and (stop or rest):
        sys.stderr.write("Name the job: litmos jobs ID --stop\n")
        return 2
    key = anyio.run(_jobs, job, stop, rest)
    return approve(key, ask) if key else 0


async def _jobs(job: str, stop: bool, rest: bool) -> str:  # noqa: FBT001 - anyio.run passes by position
    settings = Settings.read()
    async with open_watching_desk(settings) as desk:
        actor = await desk.operator(FACE, settings.operator)
        if rest:
            plan = await desk.plan(actor, await desk.rest_of_job(actor, job))
            return (await desk.propose(actor, plan)).key
        if stop:
            _tell(await desk.stop_job(actor, job))
        elif job:
            _tell(await desk.job(actor, job))
        else:
            for one in await desk.jobs(actor):
                _tell(one)
    return ""


def _tell(job: Job) -> None:
    failed = f", {job.failed} failed" if job.failed else ""
    print(f"{job.id}  {job.started:%Y-%m-%d %H:%M}  {job.operation}: {job.done} of {job.total}{failed}, {_state(job)}")
    for line in job.left:
        print(f"  {line}")


def _state(job: Job) -> str:
    if job.stopping and job.goes_on:
        return "ends after what is under way"
    if job.minutes_left is not None:
        return f"about {job.minutes_left} min left"
    return f"{job.state}: {job.summary}" if job.summary else job.state
