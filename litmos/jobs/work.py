"""A job as a durable workflow: begun once, chunk by chunk, ended once. Each step may run again after a crash.

What it records are ids and results; names are in the audit. A workflow's steps have to stay as they are while jobs are
under way: whoever changes their order raises `VERSION` in engine.
"""

from collections.abc import Sequence
from typing import Any

from dbos import DBOS

from litmos.desk.bulk import Begun, Bulk, Chunk, Ended, Part, Task, Told
from litmos.desk.outcome import Result
from litmos.errors import LitmosError, Throttled, Unavailable
from litmos.jobs.durable import Served

__all__ = ["NAME", "PROGRESS", "SERVED", "STOP", "change"]

NAME = "change"
PROGRESS = "progress"
STOP = "stop"
FIRST, LONGEST = 15.0, 300.0  # seconds between two tries while Litmos does not answer
TRIES = 30  # of one chunk: two hours
GOOD = {Result.DONE.value, Result.ALREADY.value}


SERVED = Served[Bulk]("changes")


@DBOS.workflow(name=NAME)
async def change(task: Task) -> dict[str, Any]:
    """A change that was approved; returns `Ended`, or `{"refused": why}` if it never began."""
    job = str(DBOS.workflow_id)
    begun = await _begun(job, task)
    if "refused" in begun:
        return begun
    receipt: int = begun["receipt"]
    told: Told = []
    stopped = ""
    await _tell(receipt, told)
    for number, pairs in enumerate(begun["chunks"]):
        if stop := await DBOS.recv_async(STOP, timeout_seconds=0):
            stopped = str(stop)
            break
        told += await _done(job, task, receipt, number, pairs)
        await _tell(receipt, told)
    return dict(await end(job, receipt, told, stopped))


async def _begun(job: str, task: Task) -> dict[str, Any]:
    wait = FIRST
    for _ in range(TRIES):
        begun: dict[str, Any] = await begin(job, task)
        if "down" not in begun:
            return begun
        await DBOS.sleep_async(max(wait, begun["down"]))
        wait = min(wait * 2, LONGEST)
    return {"refused": "Litmos did not answer for two hours, so nothing was begun."}


async def _done(job: str, task: Task, receipt: int, number: int, pairs: Chunk) -> Told:
    life = await mark(number)
    wait, part = FIRST, None
    for tried in range(TRIES):
        part = await chunk(job, task, receipt, pairs, life, tried)
        if part["down"] is None:
            break
        await DBOS.sleep_async(max(wait, part["down"]))
        wait = min(wait * 2, LONGEST)
    return part["told"] if part else []


async def _tell(receipt: int, told: Sequence[Sequence[str]]) -> None:
    good = sum(one[3] in GOOD for one in told)
    await DBOS.set_event_async(PROGRESS, {"receipt": receipt, "done": len(told), "failed": len(told) - good})


@DBOS.step()
async def begin(job: str, task: Task) -> dict[str, Any]:
    """`Begun`; or why not, in words; or for how long Litmos is down."""
    try:
        begun: Begun = await SERVED.by.begin(job, task)
    except (Unavailable, Throttled) as down:
        return {"down": down.after or 0.0}
    except LitmosError as no:
        return {"refused": str(no)}
    return dict(begun)


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
