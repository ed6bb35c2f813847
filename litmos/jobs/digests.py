"""The weekly digest as a schedule: whoever follows a team is told by telling.py, once for each moment and team."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS

from litmos.desk.digests import Digests
from litmos.jobs.durable import Schedule, Served, Work
from litmos.jobs.telling import Teller, tell
from litmos.log import logger

__all__ = ["ABOUT", "QUEUE", "digesting", "teller", "weekly_digest"]

QUEUE = "digests"
ABOUT = "digest"
NAME = "digest"
LATE = timedelta(hours=24)  # a digest that nobody could send by then is left out
LOG = logger("litmos.jobs")

SERVED = Served[Digests]("digests")


def digesting(digests: Digests, cron: str | None, zone: str, *, here: bool) -> Work[Digests]:
    """For the engine. `cron` None: there are no digests. `here`: whether this process has a face."""
    weekly = Schedule(name=NAME, workflow=weekly_digest, cron=cron, zone=zone, late=True)
    return Work(served=SERVED, by=digests, queue=QUEUE, at_once=1, here=here, schedules=[weekly])


def teller(digests: Digests) -> Teller:
    """How a digest is told."""

    async def told(what: Any, to: str) -> bool:
        return not _is_late(what["at"]) and await digests.tell(to, what["team"])

    return told


@DBOS.workflow(name="digest")
async def weekly_digest(at: datetime, _context: Any) -> None:
    """All of them for one moment."""
    for person, team in await due(at.isoformat()):
        await tell(f"{ABOUT}-{at.isoformat()}-{person}-{team}", ABOUT, {"team": team, "at": at.isoformat()}, person)


@DBOS.step(name="digests.due")
async def due(at: str) -> list[list[str]]:
    """Who is told of which team; nobody, if that moment is long past."""
    if _is_late(at):
        LOG.warning("litmos.digests.late", at=at)
        return []
    return [list(one) for one in await SERVED.by.due()]


def _is_late(at: str) -> bool:
    return datetime.now(UTC) - datetime.fromisoformat(at) > LATE  # noqa: TID251 - DBOS has no other clock
