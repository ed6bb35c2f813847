"""Large changes as jobs: approved once, done by themselves, seen and stopped by who may, recorded like any other."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from litmos.demo.faults import Fault
from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from litmos.desk.outcome import Outcome
from litmos.desk.requests import Assign, Change, Reset, Unassign, Undo
from litmos.errors import Invalid, LitmosError, Misconfigured, NotFound
from litmos.jobs.engine import Where, looking, running

FIRE, FORKLIFT, FIRST_AID = "fBQ3pTcKjTw1", "7qhuMk9zUGI1", "od6tHqlqMfj1"
PATIENCE = 60  # seconds


@pytest.fixture
async def owner(desk: Desk) -> Actor:
    return await desk.operator("tests", "")


async def approved(desk: Desk, actor: Actor, request: Change | Undo) -> Job:
    plan = await desk.plan(actor, request)
    made = await desk.approve(actor, (await desk.propose(actor, plan)).key, by="tests", word=plan.word)
    assert isinstance(made, Job)
    return made


async def ended(desk: Desk, actor: Actor, job: Job) -> Job:
    async def wait() -> Job:
        while (now := await desk.job(actor, job.id)).goes_on:  # noqa: ASYNC110 - as those do who follow one
            await asyncio.sleep(0.05)  # noqa: TID251 - the engine works at its own pace
        return now

    return await asyncio.wait_for(wait(), PATIENCE)


async def test_a_large_change_is_started_at_once_and_done_by_itself(company: Any, desk: Desk, owner: Actor) -> None:
    people = company.hire(60)
    job = await approved(desk, owner, Assign(people, (FIRE,), notify=False))
    assert job.goes_on and (job.total, job.operation) == (60, "assign")
    done = await ended(desk, owner, job)
    assert (done.state, done.done, done.failed, done.minutes_left) == ("done", 60, 0, None)
    assert done.summary == "Assign: 60 done."
    assert company.on(people) == 60 and not company.sandbox.mails
    start, end = await company.audit()
    assert (start.event, end.event, end.run, done.receipt) == ("started", "done", start.seq, start.seq)
    assert {line["person"] for line in end.body["lines"]} == {f"Person Number{number}" for number in range(60)}
    # 60 writes; three chunks are read twice; the plan is read again; and who is who, once
    assert len(company.writes()) == 60
    assert [one.id for one in await desk.jobs(owner)] == [job.id]


async def test_under_way_it_tells_its_rate_and_the_minutes_left(company: Any, desk: Desk, owner: Actor) -> None:
    job, seen = await approved(desk, owner, Assign(company.hire(200), (FIRE,))), list[Job]()

    async def watch() -> None:
        while not seen or seen[-1].goes_on:
            seen.append(await desk.job(owner, job.id))
            await asyncio.sleep(0.02)  # noqa: TID251 - as in `ended`

    await asyncio.wait_for(watch(), PATIENCE)
    under_way = [one for one in seen if one.goes_on and one.done]
    assert under_way
    for one in under_way:
        assert one.per_minute and one.minutes_left == pytest.approx((200 - one.done) / one.per_minute, abs=1)
    assert (seen[-1].per_minute, seen[-1].minutes_left) == (None, None)


async def test_a_small_change_is_done_at_once(company: Any, desk: Desk, owner: Actor) -> None:
    people = company.hire(25)
    plan = await desk.plan(owner, Assign(people, (FIRE,)))
    assert not desk.takes(plan)
    assert isinstance(await desk.approve(owner, (await desk.propose(owner, plan)).key, by="tests"), Outcome)


async def test_what_is_lost_is_copied_before_and_a_job_can_be_undone(company: Any, desk: Desk, owner: Actor) -> None:
    people = company.hire(30)
    for person in people:
        company.sandbox.world.assign_course(person, FORKLIFT, at=company.sandbox.clock(), percent=100)
    done = await ended(desk, owner, await approved(desk, owner, Unassign(people, (FORKLIFT,))))
    assert (done.state, company.on(people, FORKLIFT)) == ("done", 0)
    rows = await company.audit()
    assert [row.event for row in rows] == ["started", "copied", "copied", "done"]
    assert {copy["person_id"] for row in rows for copy in row.body.get("before", ())} == set(people)
    back = await ended(desk, owner, await approved(desk, owner, Undo(done.receipt)))
    assert (back.state, company.on(people, FORKLIFT)) == ("done", 30)


async def test_what_fails_is_told_and_can_be_tried_again(company: Any, desk: Desk, owner: Actor) -> None:
    people = company.hire(40)
    unlucky = people[7]
    company.sandbox.faults.add(Fault("ignored", path=f"/users/{unlucky}/courses", method="POST", times=9))
    job = await approved(desk, owner, Assign(people, (FIRE,)))
    done = await ended(desk, owner, job)
    assert (done.state, done.done, done.failed, company.on(people)) == ("partly", 40, 1, 39)
    rest = await desk.rest_of_job(owner, job.id)
    assert (rest.people, rest.training) == ((unlucky,), (FIRE,))
    company.sandbox.faults.clear()
    plan = await desk.plan(owner, rest)
    await desk.approve(owner, (await desk.propose(owner, plan)).key, by="tests")
    assert company.on(people) == 40
    whole = await ended(desk, owner, await approved(desk, owner, Unassign(people, (FIRE,))))
    with pytest.raises(Invalid, match="left nothing undone"):
        await desk.rest_of_job(owner, whole.id)


async def test_stopped_it_ends_after_what_is_under_way_and_tells_what_is_left(
    company: Any, desk: Desk, owner: Actor
) -> None:
    people = company.hire(200)
    job = await approved(desk, owner, Assign(people, (FIRE,)))
    with pytest.raises(Invalid, match="not ended yet"):
        await desk.rest_of_job(owner, job.id)
    assert (await desk.stop_job(owner, job.id)).stopping
    done = await ended(desk, owner, job)
    assert done.state in {"partly", "failed"} and "not tried" in done.summary
    assert company.on(people) == done.done < 200
    [_, end] = await company.audit()
    assert {line["why"] for line in end.body["lines"] if line["outcome"] == "not tried"} == {
        "stopped by the owner of the API key"
    }
    rest = await ended(desk, owner, await approved(desk, owner, await desk.rest_of_job(owner, job.id)))
    assert rest.state == "done" and company.on(people) == 200


async def test_a_job_is_seen_and_stopped_by_its_owner_and_by_administrators_alone(company: Any, desk: Desk) -> None:
    people = company.hire(60)
    omar = await desk.operator("tests", "omar.haddad@example.com")
    lena = await desk.operator("tests", "lena.fischer@example.com")
    job = await approved(desk, omar, Assign(people, (FIRE,)))
    assert await desk.jobs(lena) == []
    for forbidden in (desk.job(lena, job.id), desk.stop_job(lena, job.id), desk.rest_of_job(lena, job.id)):
        with pytest.raises(NotFound, match="You have no job"):
            await forbidden
    done = await ended(desk, await desk.operator("tests", ""), job)
    assert done.owner == omar.key and not done.stopping


async def test_who_loses_the_right_in_the_middle_stops(company: Any, desk: Desk) -> None:
    people = company.hire(60)
    omar = await desk.operator("tests", "omar.haddad@example.com")
    job = await approved(desk, omar, Assign(people, (FIRE,)))
    company.sandbox.world.people[omar.key].access_level = "Learner"
    done = await ended(desk, await desk.operator("tests", ""), job)
    assert (done.state, company.on(people)) == ("refused", 0)
    assert "may not assign" in done.summary
    assert [row.event for row in await company.audit()] == ["refused"]


async def test_while_litmos_is_down_it_waits_and_goes_on(
    company: Any, desk: Desk, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litmos.jobs.beginning.FIRST", 0.05)
    people = company.hire(50)
    job = await approved(desk, owner, Assign(people, (FIRE,)))
    company.sandbox.faults.add(Fault("504", method="POST", path="/users/courses", times=4))
    done = await ended(desk, owner, job)
    assert (done.state, company.on(people)) == ("done", 50), done.summary
    assert [row.event for row in await company.audit()] == ["started", "done"]


async def test_what_would_not_be_the_same_any_more_is_not_begun(company: Any, desk: Desk, owner: Actor) -> None:
    people = company.hire(40)
    plan = await desk.plan(owner, Reset((*people, "hUOuZAzHx4L1", "lNNtZx3cK8n1"), (FIRST_AID,)))
    asked = await desk.propose(owner, await desk.plan(owner, Assign(people, (FIRE,))))
    company.sandbox.world.assign_course(people[0], FIRE, at=company.sandbox.clock())
    made = await desk.approve(owner, asked.key, by="tests", word="ASSIGN")
    assert isinstance(made, Job) and not plan.needs_word
    done = await ended(desk, owner, made)
    assert done.state == "refused" and "no longer what was approved" in done.summary
    assert company.on(people) == 1


async def test_an_approval_has_one_job_however_often_it_is_sent(company: Any, desk: Desk, owner: Actor) -> None:
    people = company.hire(30)
    asked = await desk.propose(owner, await desk.plan(owner, Assign(people, (FIRE,))))
    answers = await asyncio.gather(
        *(desk.approve(owner, asked.key, by="tests", word="ASSIGN") for _ in range(5)), return_exceptions=True
    )
    jobs = [one for one in answers if isinstance(one, Job)]
    assert len(jobs) == 1 and sum(isinstance(one, LitmosError) for one in answers) == 4
    await ended(desk, owner, jobs[0])
    assert max(company.writes().values()) == 1


async def test_another_program_sees_and_stops_jobs_without_doing_any(company: Any, desk: Desk, owner: Actor) -> None:
    job = await approved(desk, owner, Assign(company.hire(150), (FIRE,)))
    async with looking(company.where) as engine:
        assert [one.job for one in await engine.every()] == [job.id]
        await engine.stop(job.id, "stopped elsewhere")
    assert (await ended(desk, owner, job)).summary.startswith("Assign:")


async def test_without_an_engine_there_are_no_jobs(company: Any, open_desk_only: Any) -> None:
    async with open_desk_only(company) as desk:
        owner = await desk.operator("tests", "")
        with pytest.raises(Misconfigured, match="There are no jobs here"):
            await desk.jobs(owner)
        plan = await desk.plan(owner, Assign(company.hire(30), (FIRE,)))
        assert not desk.takes(plan)
        made = await desk.approve(owner, (await desk.propose(owner, plan)).key, by="tests", word="ASSIGN")
        assert isinstance(made, Outcome)


async def test_a_process_does_the_jobs_of_one_state(company: Any, desk: Desk, tmp_path: Any) -> None:
    with pytest.raises(Misconfigured, match="another state"):
        async with running(Where(f"sqlite:///{tmp_path / 'other.sqlite'}"), desk.bulk):
            pass


async def test_what_jobs_leave_on_the_disk_is_for_its_owner_and_holds_no_names(
    company: Any, desk: Desk, owner: Actor, backend: str
) -> None:
    people = company.hire(30)
    await ended(desk, owner, await approved(desk, owner, Assign(people, (FIRE,))))
    if backend == "postgresql":
        return  # it has its own ways
    folder = Path(company.state_url.removeprefix("sqlite:///")).parent
    files = [file for file in folder.iterdir() if "jobs" in file.name]
    assert len(files) >= 2 and {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
    kept = b"".join(file.read_bytes() for file in files)
    assert people[3].encode() in kept
    assert b"Number3" not in kept and b"example.com" not in kept


def test_jobs_are_beside_the_state_however_its_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for url in ("sqlite:///~/state.sqlite", f"sqlite+pysqlite:///{tmp_path}/state.sqlite?timeout=3"):
        assert Where(url).url == f"sqlite:///{tmp_path}/state-jobs.sqlite"
    password = "postgresql+psycopg://user:p%40ss@host/database"
    assert Where(password).url == password.replace("+psycopg", "")
    with pytest.raises(Misconfigured, match="LITMOS_STATE_URL"):
        Where("sqlite://")
