"""Further durable work: begun once by its name, done where its kind is done, by its schedules too."""

import asyncio
from datetime import datetime
from typing import Any

from dbos import DBOS

from litmos.jobs.durable import Schedule, Served, Work, begin
from litmos.jobs.engine import running

SEEN = Served["Seen"]("sightings")
PATIENCE = 30  # seconds


class Seen:
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self.more = asyncio.Event()

    def take(self, what: Any) -> None:
        self.all.append(what)
        self.more.set()

    async def next(self) -> Any:
        await asyncio.wait_for(self.more.wait(), PATIENCE)
        self.more.clear()
        return self.all[-1]


@DBOS.workflow(name="sight")
async def sight(what: str) -> None:
    SEEN.by.take(what)


@DBOS.workflow(name="timely")
async def timely(at: datetime, _context: Any) -> None:
    SEEN.by.take(at)


def work(seen: Seen, *, here: bool = True, cron: str | None = "0 8 * * 1") -> Work[Seen]:
    weekly = Schedule(name="weekly", workflow=timely, cron=cron, zone="Europe/Amsterdam")
    return Work(served=SEEN, by=seen, queue="sightings", here=here, schedules=[weekly])


async def test_a_process_that_does_not_do_it_leaves_it_to_one_that_does(company: Any, open_desk_only: Any) -> None:
    seen, other = Seen(), Seen()
    async with open_desk_only(company) as desk:
        async with running(company.where, desk.bulk, also=[work(seen, here=False)]):
            await begin("sightings", sight, "sight-1", "a ship")
            await begin("sightings", sight, "sight-1", "a ship")
            assert await DBOS.list_schedules_async() == []
        async with running(company.where, desk.bulk, also=[work(other)]):
            assert await other.next() == "a ship"
            await begin("sightings", sight, "sight-1", "a ship")
            await begin("sightings", sight, "sight-2", "another")
            assert await other.next() == "another"
    assert (seen.all, other.all) == ([], ["a ship", "another"])
    assert not SEEN.is_served


async def test_a_schedule_is_kept_as_it_is_set_now(company: Any, open_desk_only: Any) -> None:
    seen = Seen()
    async with open_desk_only(company) as desk:
        async with running(company.where, desk.bulk, also=[work(seen)]):
            [one] = await DBOS.list_schedules_async()
            assert (one["schedule"], one["cron_timezone"]) == ("0 8 * * 1", "Europe/Amsterdam")
            await asyncio.to_thread(DBOS.trigger_schedule, "weekly")
            assert isinstance(await seen.next(), datetime)
        async with running(company.where, desk.bulk, also=[work(seen, cron=None)]):
            assert await DBOS.list_schedules_async() == []
