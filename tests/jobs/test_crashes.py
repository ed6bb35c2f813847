"""Processes that die in the middle: every pair is handled, none twice in effect, with one start and one end."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from litmos.desk.requests import Assign, Change

FIRE = "fBQ3pTcKjTw1"
MANY = 100  # people
PATIENCE = 60  # seconds


async def proposed(desk: Desk, request: Change) -> str:
    owner = await desk.operator("tests", "")
    return (await desk.propose(owner, await desk.plan(owner, request))).key


async def until(reached: Callable[[], bool]) -> None:
    async def wait() -> None:
        while not reached():  # noqa: ASYNC110 - another process asks and writes
            await asyncio.sleep(0.002)  # noqa: TID251 - as above

    await asyncio.wait_for(wait(), PATIENCE)


async def ended(desk: Desk, owner: Actor, job: str) -> Job:
    async def wait() -> Job:
        while (now := await desk.job(owner, job)).goes_on:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)  # noqa: TID251 - as above
        return now

    return await asyncio.wait_for(wait(), PATIENCE)


async def proved(company: Any, people: tuple[str, ...]) -> None:
    """All are on it, each was done by us, and it is recorded once."""
    assert company.on(people) == len(people)
    rows = [row for row in await company.audit() if row.event != "refused"]
    assert [row.event for row in rows] == ["started", "done"]
    assert {line["outcome"] for line in rows[1].body["lines"]} == {"done"}
    assert len(rows[1].body["lines"]) == len(people)


@pytest.mark.parametrize("seed", range(3))
async def test_killed_at_any_moment_it_goes_on_where_it_is_started_again(
    company: Any, worker: Any, open_desk_only: Any, reopened: Any, seed: int
) -> None:
    """Two deaths, each after a number of requests to Litmos: while it plans again, reads, writes, or reads back."""
    people, chance, deaths = company.hire(MANY), random.Random(seed), 0  # noqa: S311 - moments, not secrets
    async with open_desk_only(company) as desk:
        key = await proposed(desk, Assign(people, (FIRE,), notify=False))
    seen = company.sandbox.requests
    living, job = await worker("approve", key, "ASSIGN"), ""
    while deaths < 2 and company.on(people) < MANY:
        dies_at = len(seen) + chance.randint(1, 45)
        assert await living.says() == "ready"
        job = job or await living.says()
        await until(lambda at=dies_at: len(seen) >= at or company.on(people) == MANY)  # type: ignore[misc]
        await living.kill()
        deaths, living = deaths + 1, await worker()
    assert await living.says() == "ready"
    await until(lambda: company.on(people) == MANY)
    await living.kill()
    async with reopened(company) as desk:
        done = await ended(desk, await desk.operator("tests", ""), job)
        assert (done.state, done.done, done.failed) == ("done", MANY, 0)
    await proved(company, people)
    # what was under way when it died may be sent once more, never refused or counted twice: 8 at a time
    assert sum(company.writes().values()) <= MANY + (deaths + 1) * 8
    assert not company.sandbox.mails


async def test_another_process_goes_on_with_what_a_dead_one_has_left(company: Any, worker: Any, desk: Desk) -> None:
    people = company.hire(120)
    key = await proposed(desk, Assign(people, (FIRE,)))
    other = await worker("approve", key, "ASSIGN")
    assert await other.says() == "ready"
    job = await other.says()
    await until(lambda: company.on(people) >= 30)
    await other.kill()
    done = await ended(desk, await desk.operator("tests", ""), job)
    assert done.state == "done"
    await proved(company, people)


async def test_two_processes_that_approve_at_once_start_one_job(company: Any, worker: Any, desk: Desk) -> None:
    people = company.hire(60)
    key = await proposed(desk, Assign(people, (FIRE,)))
    both = [await worker("wait", "approve", key, "ASSIGN") for _ in range(2)]
    for one in both:
        assert await one.says() == "ready"
    for one in both:
        one.process.stdin.write(b"go\n")
    said = [await one.says() for one in both]
    [job] = [one for one in said if one.startswith(key)]
    [no] = [one for one in said if one != job]
    assert "has been used already" in no
    await ended(desk, await desk.operator("tests", ""), job)
    await proved(company, people)
    assert max(company.writes().values()) == 1


@pytest.mark.parametrize("moment", ["begun", "written", "ended"])
async def test_a_step_that_is_done_again_changes_nothing(company: Any, desk: Desk, moment: str) -> None:
    people = company.hire(30)
    owner = await desk.operator("tests", "")
    plan = await desk.plan(owner, Assign(people, (FIRE,), notify=False))
    from litmos.desk.bulk import task_of  # noqa: PLC0415 - the engine's side of the Desk
    from litmos.desk.records import Approval  # noqa: PLC0415 - as above

    task = task_of(owner, plan.request, Approval(plan.fingerprint, "tests", plan.word), len(plan.changes))
    times = {name: 2 if name == moment else 1 for name in ("begun", "written", "ended")}
    begun = [await desk.bulk.begin("JOB-1", task) for _ in range(times["begun"])]
    assert begun[0] == begun[-1]
    receipt, told = begun[0]["receipt"], []
    for pairs in begun[0]["chunks"]:
        parts = [
            await desk.bulk.chunk("JOB-1", task, receipt, pairs, again=bool(again)) for again in range(times["written"])
        ]
        told += parts[-1]["told"]
    ends = [await desk.bulk.end("JOB-1", receipt, told, "") for _ in range(times["ended"])]
    assert ends[0] == ends[-1]
    await proved(company, people)
    assert max(company.writes().values()) == 1
