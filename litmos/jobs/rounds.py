"""A round of nudges as a durable workflow: one step a person; quiet hours are waited out, whatever dies in between.

What it records are ids and results. As with work.py, its steps have to stay as they are while rounds are under way.
"""

from typing import Any

from dbos import DBOS

from litmos.desk.bulk import Ended, Task
from litmos.desk.outcome import Result
from litmos.desk.rounds import Nudged, Rounds
from litmos.jobs.beginning import TRIES, begun, in_words, pause
from litmos.jobs.durable import Served, Work
from litmos.jobs.watched import watched
from litmos.jobs.work import PROGRESS, STOP

__all__ = ["NAME", "QUEUE", "nudge", "nudges"]

NAME = "nudge"
QUEUE = "nudges"
AT_ONCE = 50  # rounds of a process; most of them wait for a morning
SERVED = Served[Rounds]("nudges")


def nudges(rounds: Rounds, *, here: bool) -> Work[Rounds]:
    """Nudges as work of an engine. `here`: this process has a face that brings them."""
    return Work(served=SERVED, by=rounds, queue=QUEUE, at_once=AT_ONCE, here=here)


@DBOS.workflow(name=NAME)
async def nudge(task: Task) -> dict[str, Any]:
    """A nudge that was approved; returns `Ended`, or `{"refused": why}` if it never began."""
    job = str(DBOS.workflow_id)
    with watched(job, task) as about:
        done = await _nudged(job, task)
        about["litmos.outcome"] = done.get("event", "refused")
        return done


async def _nudged(job: str, task: Task) -> dict[str, Any]:
    beginning = await begun(nudge_begin, job, task)
    if "refused" in beginning:
        return beginning
    receipt, left = beginning["receipt"], list(beginning["people"])
    told: dict[str, list[str]] = {}
    tried: dict[str, int] = {}
    stopped = ""
    await _show(receipt, told)
    while left and not stopped:
        waiting: dict[str, float] = {}
        for person in left:
            if stop := await DBOS.recv_async(STOP, timeout_seconds=0):
                stopped = str(stop)
                break
            one = await nudge_one(job, task, receipt, person)
            tried[person] = tried.get(person, 0) + one["down"]
            if one["wait"] is None or tried[person] > TRIES:
                told[person] = [one["result"], one["why"]]
                await _show(receipt, told)
            else:
                waiting[person] = max(one["wait"], pause(tried[person]) if one["down"] else 0.0)
        left = list(waiting)
        if left and not stopped:
            stopped = str(await DBOS.recv_async(STOP, timeout_seconds=min(waiting.values())) or "")
    return dict(await nudge_end(job, receipt, told, stopped))


async def _show(receipt: int, told: dict[str, list[str]]) -> None:
    good = sum(one[0] == Result.DONE for one in told.values())
    await DBOS.set_event_async(PROGRESS, {"receipt": receipt, "done": len(told), "failed": len(told) - good})


@DBOS.step(name="nudges.begin")
async def nudge_begin(job: str, task: Task) -> dict[str, Any]:
    """`Begun`, or as `in_words`."""
    return await in_words(SERVED.by.begin(job, task))


@DBOS.step(name="nudges.one")
async def nudge_one(job: str, task: Task, receipt: int, person: str) -> Nudged:
    """One person."""
    return await SERVED.by.tell(job, task, receipt, person)


@DBOS.step(name="nudges.end")
async def nudge_end(job: str, receipt: int, told: dict[str, list[str]], stopped: str) -> Ended:
    """The end in the audit."""
    return await SERVED.by.end(job, receipt, told, stopped)
