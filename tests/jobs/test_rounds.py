"""Rounds of nudges past crashes and quiet hours: nobody is written to twice or at night, and nobody is forgotten."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from litmos.desk.desk import Desk
from litmos.desk.messages import Message
from litmos.desk.requests import Nudge
from litmos.errors import Invalid, Misconfigured

FIRE = "fBQ3pTcKjTw1"
NUDGER = Path(__file__).with_name("nudger.py")
PATIENCE = 60  # seconds
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
MORNING, EVE = "2026-03-04T10:00:00+01:00", "2026-03-04T07:59:56+01:00"  # a Wednesday, in Berlin


class Face:
    """Finds everybody, for a plan."""

    async def tell(self, person: str, message: Message) -> bool:
        raise AssertionError(person)

    async def zone(self, person: str) -> str | None:
        return "Europe/Berlin"


@pytest.fixture
async def nudger(company: Any, worker: Any, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Starts a server that nudges."""
    started: list[Any] = []

    async def start(moment: str, *words: str) -> Any:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(NUDGER),
            str(tmp_path / "letters"),
            moment,
            *words,
            env=company.environ,
            stdout=asyncio.subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout is not None
        assert b"ready" in await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        return process

    yield start
    for one in started:
        if one.returncode is None:
            one.kill()
            await one.wait()


@pytest.fixture
def letters(tmp_path: Path) -> Callable[[], list[list[str]]]:
    """Who was written to, and when."""
    file = tmp_path / "letters"
    return lambda: [line.split() for line in file.read_text().splitlines()] if file.exists() else []


async def proposed(company: Any, open_desk_only: Any, count: int) -> tuple[str, tuple[str, ...]]:
    """The key of a nudge for so many who are overdue."""
    people = company.hire(count)
    for one in people:
        company.sandbox.world.assign_course(one, FIRE, at=LONG_AGO, due=LONG_AGO)
    async with open_desk_only(company) as desk:
        desk.reach_by(Face())
        owner = await desk.operator("tests", "")
        desk.hire(NoEngine())
        plan = await desk.plan_nudge(owner, Nudge(people))
        assert len(plan.changes) == count
        return (await desk.propose(owner, plan)).key, people


class NoEngine:
    """Plans take one; nothing is begun with it."""

    async def start(self, job: str, task: Any) -> None: ...

    async def find(self, job: str) -> None: ...

    async def every(self) -> list[Any]:
        return []

    async def stop(self, job: str, why: str) -> None: ...


def has(letters: Callable[[], list[list[str]]], count: int) -> bool:
    return len(letters()) >= count


async def until(true: Callable[[], bool]) -> None:
    async def wait() -> None:
        while not true():  # noqa: ASYNC110 - another process writes
            await asyncio.sleep(0.005)  # noqa: TID251 - as above

    await asyncio.wait_for(wait(), PATIENCE)


async def ended(company: Any) -> list[Any]:
    """The audit, once the round has its end."""

    async def wait() -> list[Any]:
        rows: list[Any] = []
        while len(rows) < 2:
            await asyncio.sleep(0.05)  # noqa: TID251 - as above
            rows = await company.audit()
        return rows

    return await asyncio.wait_for(wait(), PATIENCE)


async def test_killed_at_any_moment_nobody_is_written_to_twice_and_nobody_forgotten(
    company: Any, nudger: Any, letters: Any, open_desk_only: Any
) -> None:
    key, people = await proposed(company, open_desk_only, 40)
    process = await nudger(MORNING, "approve", key, "NUDGE")
    chance, reached = random.Random(5), 0  # noqa: S311 - moments, not secrets
    for _ in range(3):
        reached = min(reached + chance.randint(1, 12), 39)
        await until(partial(has, letters, reached))
        process.kill()
        await process.wait()
        reached = len(letters())
        process = await nudger(MORNING)
    rows = await ended(company)
    written = [person for person, _ in letters()]
    assert len(set(written)) == len(written)
    assert len(rows) == 2 and rows[0].event == "started"
    results = {line["person_id"]: line["outcome"] for line in rows[1].body["lines"]}
    assert results.keys() == set(people)
    assert {person for person, result in results.items() if result == "done"} <= set(written)
    assert set(people) - set(written) <= {person for person, result in results.items() if result == "unproven"}
    assert set(results.values()) <= {"done", "unproven"}


async def test_quiet_hours_are_waited_out_past_a_crash(
    company: Any, nudger: Any, letters: Any, open_desk_only: Any
) -> None:
    key, people = await proposed(company, open_desk_only, 2)
    process = await nudger(EVE, "approve", key, "")
    await asyncio.wait_for(process.stdout.readline(), PATIENCE)

    async def waits() -> None:
        while not await company.audit():  # noqa: ASYNC110 - another process writes
            await asyncio.sleep(0.01)  # noqa: TID251 - as above

    await asyncio.wait_for(waits(), PATIENCE)
    assert letters() == []
    process.kill()
    await process.wait()
    await nudger(EVE)
    await ended(company)
    written = letters()
    assert {person for person, _ in written} == set(people) and len(written) == 2
    assert all(
        datetime.fromisoformat(when) >= datetime.fromisoformat("2026-03-04T07:00:00+00:00") for _, when in written
    )


async def test_approved_twice_it_is_one_round(company: Any, nudger: Any, letters: Any, open_desk_only: Any) -> None:
    key, people = await proposed(company, open_desk_only, 1)
    await nudger(MORNING, "approve", key, "")
    await ended(company)
    async with open_desk_only(company) as desk:
        with pytest.raises(Invalid, match="used already"):
            await desk.approve(await desk.operator("tests", ""), key, by="tests")
    assert [person for person, _ in letters()] == list(people)


async def test_many_people_take_the_typed_word(company: Any, open_desk_only: Any) -> None:
    key, _ = await proposed(company, open_desk_only, 26)
    async with open_desk_only(company) as desk:
        with pytest.raises(Invalid, match="typed word NUDGE"):
            await desk.approve(await desk.operator("tests", ""), key, by="tests")


async def test_a_begin_and_an_end_that_are_done_again_are_recorded_once(
    company: Any, open_desk_only: Any, desk: Desk
) -> None:
    key, people = await proposed(company, open_desk_only, 2)
    owner = await desk.operator("tests", "")
    desk.reach_by(Face())
    asked = await desk.proposal(owner, key)
    from litmos.desk.bulk import task_of  # noqa: PLC0415 - the engine's side of the Desk
    from litmos.desk.records import Approval  # noqa: PLC0415 - as above

    task = task_of(owner, asked.request, Approval("f", "tests"), 2)
    begun = [await desk.rounds.begin("JOB-1", task) for _ in range(2)]
    assert begun[0] == begun[1] and begun[0]["people"] == list(people)
    told = {people[0]: ["done", ""]}
    ends = [await desk.rounds.end("JOB-1", begun[0]["receipt"], told, "stopped by Ada") for _ in range(2)]
    assert (
        ends[0]
        == ends[1]
        == {
            "receipt": 1,
            "event": "partly",
            "summary": "Nudge: 1 person written to, 1 not.",
        }
    )
    assert [row.event for row in await company.audit()] == ["started", "partly"]


async def test_where_no_engine_is_a_nudge_keeps_its_key(company: Any, open_desk_only: Any) -> None:
    key, _ = await proposed(company, open_desk_only, 1)
    async with open_desk_only(company) as desk:
        owner = await desk.operator("tests", "")
        with pytest.raises(Misconfigured, match="There are no jobs here"):
            await desk.approve(owner, key, by="tests")
        assert (await desk.proposal(owner, key)).heading == "Nudge 1 person?"
