"""Sets schedules with DBOS, and begins what they missed.

DBOS would make up for it only once a schedule has been begun in its time: a bot that is there in office hours, with a
digest at eight in the morning, would never send one. So each schedule carries since when it is as it is.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from dbos import DBOS, ScheduleInput

from litmos.jobs.durable import Schedule

__all__ = ["KEPT", "Now", "schedule"]

KEPT = timedelta(days=7)  # that what was begun is known: what would be begun for before that may have been

Now = Callable[[], datetime]


async def schedule(when: Schedule, queue: str, now: Now) -> None:
    """Let it be as `when` says from now on, on a queue that is registered.

    What it missed until now as it was before is begun first, if it may be late. Several processes may do this at once:
    what is begun for a moment has its name from it.
    """
    if when.cron is None:
        await DBOS.delete_schedule_async(when.name)
        return
    at, known = now(), await DBOS.get_schedule_async(when.name)
    since = at.isoformat()
    if known is not None:
        base = [datetime.fromisoformat(one) for one in (known["context"], known["last_fired_at"]) if one]
        if when.late and base:
            await asyncio.to_thread(DBOS.backfill_schedule, when.name, max(*base, at - KEPT), at)
        if (known["schedule"], known["cron_timezone"]) == (when.cron, when.zone):
            since = known["context"] or since
    applied: ScheduleInput = {
        "schedule_name": when.name,
        "workflow_fn": when.workflow,
        "schedule": when.cron,
        "cron_timezone": when.zone,
        "queue_name": queue,
        "context": since,
    }
    await DBOS.apply_schedules_async([applied])
