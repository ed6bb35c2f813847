"""A job as a durable workflow: begun once, chunk by chunk, ended once. Each step may run again after a crash.

What it records are ids and results; names are in the audit. A workflow's steps have to stay as they are while jobs are
under way: whoever changes their order raises `VERSION` in engine.
"""

from collections.abc import Sequence
from typing import Any

from dbos import DBOS

from litmos.desk.bulk import Bulk, Chunk, Ended, Part, Task, Told
from litmos.desk.outcome import Result
from litmos.jobs.beginning import TRIES, begun, in_words, pause
from litmos.jobs.durable import Served
from litmos.jobs.watched import watched

__all__ = ["NAME", "PROGRESS", "SERVED", "STOP", "change"]

NAME = "change"
PROGRESS = "progress"
STOP = "stop"
GOOD = {Result.DONE.value, Result.ALREADY.value}


SERVED = Served[Bulk]("changes")


@DBOS.workflow(name=NAME)
async def change(task: Task) -> dict[str, Any]:
    """A change that was approved; returns `Ended`, or `{"refused": why}` if it never began."""
    job = str(DBOS.workflow_id)
    with watched(job, task) as about:
        done = await _changed(job, task)
        about["litmos.outcome"] = done.get("event", "refused")
        return done


async def _changed(job: str, task: Task) -> dict[str, Any]:
    beginning = await begun(begin, job, task)
    if "refused" in beginning:
        return beginning
    receipt: int = beginning["receipt"]
    told: Told = []
    stopped = ""
    await _tell(receipt, told)
    for number, pairs in enumerate(beginning["chunks"]):
        if stop := await DBOS.recv_async(STOP, timeout_seconds=0):
            stopped = str(stop)
            break
        told += await _done(job, task, receipt, number, pairs)
        await _tell(receipt, told)
    return dict(await end(job, receipt, told, stopped))


async def _done(job: str, task: Task, receipt: int, number: int, pairs: Chunk) -> Told:
    life = await mark(number)
    part = None
    for tried in range(TRIES):
        part = await chunk(job, task, receipt, pairs, life, tried)
        if part["down"] is None:
            break
        await DBOS.sleep_async(max(pause(tried + 1), part["down"]))
    return part["told"] if part else []


async def _tell(receipt: int, told: Sequence[Sequence[str]]) -> None:
    good = sum(one[3] in GOOD for one in told)
    await DBOS.set_event_async(PROGRESS, {"receipt": receipt, "done": len(told), "failed": len(told) - good})


@DBOS.step()
async def begin(job: str, task: Task) -> dict[str, Any]:
    """`Begun`, or as `in_words`."""
    return await in_words(SERVED.by.begin(job, task))


@DBOS.step()
async def mark(number: int) -> str:  # noqa: ARG001 - it is this chunk's
    """Which life of which process began a chunk: in another one, it is not known how far it came."""
    return SERVED.life


@DBOS.step()
async def chunk(job: str, task: Task, receipt: int, pairs: Chunk, life: str, tried: int) -> Part:
    """One chunk."""
    again = tried > 0 or life != SERVED.life
    return await SERVED.by.chunk(job, task, receipt, pairs, again=again)


@DBOS.step()
async def end(job: str, receipt: int, told: Told, stopped: str) -> Ended:
    """The end in the audit."""
    if not receipt:
        return {"receipt": 0, "event": "done", "summary": "There was nothing to change any more."}
    return await SERVED.by.end(job, receipt, told, stopped)
