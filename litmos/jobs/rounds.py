"""A round of nudges as a durable workflow: one step a person; quiet hours are waited out, whatever dies in between.

What it records are ids and results. As with work.py, its steps have to stay as they are while rounds are under way.
"""

from typing import Any

from dbos import DBOS

from litmos.desk.bulk import Ended, Task
from litmos.desk.outcome import Result
from litmos.desk.rounds import Begun, Nudged, Rounds
from litmos.errors import LitmosError, Throttled, Unavailable
from litmos.jobs.durable import Served, Work
from litmos.jobs.work import FIRST, LONGEST, PROGRESS, STOP, TRIES

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
    begun = await _begun(job, task)
    if "refused" in begun:
        return begun
    receipt, left = begun["receipt"], list(begun["people"])
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
            one = await tell(job, task, receipt, person)
            tried[person] = tried.get(person, 0) + one["down"]
            if one["wait"] is None or tried[person] > TRIES:
                told[person] = [one["result"], one["why"]]
                await _show(receipt, told)
            else:
                waiting[person] = max(one["wait"], _pause(tried[person]) if one["down"] else 0.0)
        left = list(waiting)
        if left and not stopped:
            stopped = str(await DBOS.recv_async(STOP, timeout_seconds=min(waiting.values())) or "")
    return dict(await close(job, receipt, told, stopped))


async def _begun(job: str, task: Task) -> dict[str, Any]:
    for tried in range(TRIES):
        begun: dict[str, Any] = await open_round(job, task)
        if "down" not in begun:
            return begun
        await DBOS.sleep_async(max(_pause(tried + 1), begun["down"]))
    return {"refused": "Litmos did not answer for two hours, so nobody was written to."}


def _pause(tried: int) -> float:
    """Seconds until the next try, after so many."""
    return float(min(FIRST * 2 ** (tried - 1), LONGEST))


async def _show(receipt: int, told: dict[str, list[str]]) -> None:
    good = sum(one[0] == Result.DONE for one in told.values())
    await DBOS.set_event_async(PROGRESS, {"receipt": receipt, "done": len(told), "failed": len(told) - good})


@DBOS.step()
async def open_round(job: str, task: Task) -> dict[str, Any]:
    """`Begun`; or why not, in words; or for how long Litmos is down."""
    try:
        begun: Begun = await SERVED.by.begin(job, task)
    except (Unavailable, Throttled) as down:
        return {"down": down.after or 0.0}
    except LitmosError as no:
        return {"refused": str(no)}
    return dict(begun)


@DBOS.step()
async def tell(job: str, task: Task, receipt: int, person: str) -> Nudged:
    """One person."""
    return await SERVED.by.tell(job, task, receipt, person)


@DBOS.step()
async def close(job: str, receipt: int, told: dict[str, list[str]], stopped: str) -> Ended:
    """The end in the audit."""
    return await SERVED.by.end(job, receipt, told, stopped)
