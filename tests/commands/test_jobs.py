"""`litmos jobs`: what a server does by itself, seen and ended from a terminal, beside it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import anyio.to_thread
import pytest

from litmos import cli
from litmos.commands import jobs as command
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.faults import Fault
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running as served
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from litmos.desk.requests import Assign
from litmos.settings import Settings
from litmos.wiring import open_working_desk

FIRE = "fBQ3pTcKjTw1"
PATIENCE = 30  # seconds


@pytest.fixture
async def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(demo_world(real_clock()), limit=0)
    async with served(sandbox.app) as address:
        monkeypatch.setenv("LITMOS_BASE_URL", address)
        monkeypatch.setenv("LITMOS_API_KEY", DEMO_KEY)
        monkeypatch.setenv("LITMOS_REQUESTS_PER_MINUTE", "0")
        monkeypatch.setenv("LITMOS_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
        yield sandbox


@pytest.fixture
async def server(sandbox: Sandbox) -> AsyncIterator[Desk]:
    async with open_working_desk(Settings.read()) as desk:
        yield desk


async def started(server: Desk, people: tuple[str, ...]) -> Job:
    owner = await server.operator("tests", "")
    plan = await server.plan(owner, Assign(people, (FIRE,)))
    job = await server.approve(owner, (await server.propose(owner, plan)).key, by="tests", word=plan.word)
    assert isinstance(job, Job)
    return job


async def ended(server: Desk, job: Job) -> None:
    owner = await server.operator("tests", "")
    async with asyncio.timeout(PATIENCE):
        while (await server.job(owner, job.id)).goes_on:  # noqa: ASYNC110 - the engine works at its own pace
            await asyncio.sleep(0.05)  # noqa: TID251 - as above


async def run(*words: str) -> int:
    return await anyio.to_thread.run_sync(cli.main, list(words))


async def test_jobs_are_listed_and_ended_beside_the_server(
    sandbox: Sandbox, server: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("jobs") == 0
    assert capsys.readouterr().out == ""
    people = tuple(sandbox.world.add_person("Person", f"Number{number}").id for number in range(200))
    job = await started(server, people)
    assert await run("jobs", job.id, "--stop") == 0
    await ended(server, job)
    capsys.readouterr()
    assert await run("jobs") == 0
    told = capsys.readouterr().out
    assert job.id in told and "assign:" in told and "not tried" in told
    assert await run("jobs", job.id) == 0
    assert "stopped by the owner of the API key" in capsys.readouterr().out


async def test_what_is_left_is_planned_and_asked(
    sandbox: Sandbox, server: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tuple(sandbox.world.add_person("Person", f"Number{number}").id for number in range(30))
    sandbox.faults.add(Fault("ignored", method="POST", path=f"/users/{people[5]}/courses", times=9))
    job = await started(server, people)
    await ended(server, job)
    sandbox.faults.clear()

    def left() -> int:
        return command.jobs(job.id, stop=False, rest=True, ask=lambda _: "yes")

    assert await anyio.to_thread.run_sync(left) == 0
    assert "“Person Number5”" in capsys.readouterr().out
    assert FIRE in sandbox.world.courses_of(people[5])


async def test_a_job_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert await run("jobs", "--stop") == 2
    assert "Name the job" in capsys.readouterr().err
