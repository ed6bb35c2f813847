"""Schedules whose moment passed while no process ran: it is made up for, once, where that is asked for."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dbos import DBOS, WorkflowStatus
from sqlalchemy import create_engine, make_url, text

from litmos.demo.clock import real_clock
from litmos.desk.desk import Desk
from litmos.desk.messages import Kind, Message
from litmos.jobs import digests
from litmos.jobs.durable import Schedule, Served, Work
from litmos.jobs.engine import Where, running
from litmos.jobs.telling import Tellers, telling

PATIENCE = 30  # seconds
SEEN = Served[list[datetime]]("moments")


@DBOS.workflow(name="moment")
async def moment(at: datetime, _context: Any) -> None:
    SEEN.by.append(at)


def ago(**past: float) -> datetime:
    """So long ago, at a full minute."""
    return (real_clock() - timedelta(**past)).astimezone(UTC).replace(second=0, microsecond=0)


def daily(at: datetime) -> str:
    """The cron of its time of day."""
    return f"{at.minute} {at.hour} * * *"


def then(at: datetime) -> Callable[[], datetime]:
    """A clock that shows a moment."""
    return lambda: at


def work(cron: str | None, *, late: bool = True, zone: str = "UTC") -> list[Work[Any]]:
    when = Schedule(name="daily", workflow=moment, cron=cron, zone=zone, late=late)
    return [Work(served=SEEN, by=[], queue="moments", schedules=[when])]


async def done(name: str, count: int = 1) -> list[WorkflowStatus]:
    """The workflows of a name, once so many have ended."""

    async def wait() -> list[WorkflowStatus]:
        while len(found := await DBOS.list_workflows_async(name=name, status="SUCCESS")) < count:  # noqa: ASYNC110 - DBOS works
            await asyncio.sleep(0.02)  # noqa: TID251 - as above
        return found

    return await asyncio.wait_for(wait(), PATIENCE)


async def begun(name: str) -> list[WorkflowStatus]:
    """The workflows of a name, whatever became of them. A start has made up for everything before it is over."""
    return await DBOS.list_workflows_async(name=name)


async def moments() -> list[datetime]:
    """Those for which something was begun, oldest first; once all is done."""
    found = await begun("moment")
    await done("moment", len(found))
    return sorted(datetime.fromisoformat(one.workflow_id.removeprefix("sched-daily-")) for one in found)


def fired(where: Where, at: datetime) -> None:
    """As if a process that was there had begun the schedule then."""
    # DBOS notes that in its own table, when the minute has come and not otherwise: a test cannot wait for it.
    url = make_url(where.url)
    is_file = url.get_backend_name() == "sqlite"
    engine = create_engine(url if is_file else url.set(drivername="postgresql+psycopg"))
    table = "workflow_schedules" if is_file else "dbos.workflow_schedules"
    with engine.begin() as connection:
        noted = connection.execute(text(f"UPDATE {table} SET last_fired_at = :at"), {"at": at.isoformat()})  # noqa: S608 - ours
        assert noted.rowcount == 1
    engine.dispose()


async def was_there(company: Any, desk: Desk, also: list[Work[Any]], at: datetime) -> None:
    """A process that set the schedules at that moment, and has gone."""
    async with running(company.where, desk.bulk, also=also, now=then(at)):
        pass


async def test_a_moment_missed_before_the_first_one_ever_is_made_up_for_once(company: Any, open_desk_only: Any) -> None:
    """A bot that runs in office hours is never there at eight in the morning."""
    missed = ago(hours=1)
    async with open_desk_only(company) as desk:
        also = work(daily(missed))
        async with running(company.where, desk.bulk, also=also, now=then(missed - timedelta(minutes=5))):
            assert await begun("moment") == []
        for _ in range(2):
            async with running(company.where, desk.bulk, also=also):
                assert await moments() == [missed]


async def test_what_was_begun_in_its_time_is_not_begun_again(company: Any, open_desk_only: Any) -> None:
    missed = ago(hours=1)
    async with open_desk_only(company) as desk:
        also = work(daily(missed))
        await was_there(company, desk, also, missed - timedelta(days=3, minutes=5))
        fired(company.where, missed - timedelta(days=1))
        async with running(company.where, desk.bulk, also=also):
            assert await moments() == [missed]


async def test_a_schedule_that_is_not_to_be_late_leaves_out_what_it_missed(company: Any, open_desk_only: Any) -> None:
    missed = ago(hours=1)
    async with open_desk_only(company) as desk:
        also = work(daily(missed), late=False)
        await was_there(company, desk, also, missed - timedelta(minutes=5))
        fired(company.where, missed - timedelta(days=1))
        async with running(company.where, desk.bulk, also=also):
            assert await begun("moment") == []


@pytest.mark.parametrize(("later", "zone"), [(1, "UTC"), (0, "Etc/GMT-1")])
async def test_a_schedule_that_is_set_anew_owes_nothing_for_what_was_before(
    company: Any, open_desk_only: Any, later: int, zone: str
) -> None:
    """Else whoever sets eight o'clock to nine, or to eight elsewhere, at ten would have two that day."""
    eight = ago(hours=2)
    anew = work(daily(eight + timedelta(hours=later)), zone=zone)
    async with open_desk_only(company) as desk:
        await was_there(company, desk, work(daily(eight)), eight - timedelta(hours=2))
        for _ in range(2):
            async with running(company.where, desk.bulk, also=anew):
                assert await moments() == [eight]


async def test_what_is_too_long_ago_to_be_known_is_not_begun(company: Any, open_desk_only: Any) -> None:
    """What was begun is known for seven days; before that, nobody could tell whether it was."""
    missed = ago(hours=1)
    async with open_desk_only(company) as desk:
        also = work(daily(missed))
        await was_there(company, desk, also, missed - timedelta(days=30))
        async with running(company.where, desk.bulk, also=also):
            assert await moments() == [missed - timedelta(days=days) for days in range(6, -1, -1)]


class Face:
    """Remembers whom it told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def tell(self, person: str, message: Message) -> bool:
        assert message.kind is Kind.DIGEST
        self.told.append(person)
        return True

    async def zone(self, _person: str) -> str | None:
        return None


def weekly(desk: Desk, at: datetime) -> list[Work[Any]]:
    """Digests at that time of that day of each week."""
    cron = f"{at.minute} {at.hour} * * {at.isoweekday() % 7}"
    tellers = Tellers(desk.post, {digests.ABOUT: digests.teller(desk.digests)})
    return [telling(tellers, here=True), digests.digesting(desk.digests, cron, "UTC", here=True)]


async def test_a_digest_whose_hour_was_missed_is_sent_once_by_whoever_comes_back(
    company: Any, open_desk_only: Any
) -> None:
    missed, face = ago(hours=1), Face()
    async with open_desk_only(company) as desk:
        desk.reach_by(face)
        lena = await desk.operator("tests", "lena.fischer@example.com")
        await desk.follow(lena, "Sales")
        also = weekly(desk, missed)
        await was_there(company, desk, also, missed - timedelta(hours=1))
        fired(company.where, missed - timedelta(days=7))
        for _ in range(3):
            async with running(company.where, desk.bulk, also=also):
                [sent] = await done("tell")
                assert sent.output == "told"
                assert len(await begun("digest")) == len(await begun("tell")) == 1
    assert face.told == [lena.key]


async def test_a_digest_that_was_missed_by_more_than_a_day_is_left_out(company: Any, open_desk_only: Any) -> None:
    missed, face = ago(hours=25), Face()
    async with open_desk_only(company) as desk:
        desk.reach_by(face)
        await desk.follow(await desk.operator("tests", "lena.fischer@example.com"), "Sales")
        also = weekly(desk, missed)
        await was_there(company, desk, also, missed - timedelta(hours=1))
        async with running(company.where, desk.bulk, also=also):
            await done("digest")
            assert await begun("tell") == []
    assert face.told == []
