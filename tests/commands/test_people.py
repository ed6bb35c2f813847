"""`litmos approve`, `link` and `unlink`: a person at a terminal, on a demo Litmos over HTTP."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from litmos import cli
from litmos.commands import approve as command
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.faults import Fault
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.desk.approving import Asked
from litmos.desk.requests import Assign, Change, Reset
from litmos.settings import Settings
from litmos.wiring import open_desk

ADA, NOOR, FIRE = "hUOuZAzHx4L1", "lNNtZx3cK8n1", "fBQ3pTcKjTw1"


@pytest.fixture
async def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(demo_world(real_clock()), limit=0)
    async with running(sandbox.app) as address:
        monkeypatch.setenv("LITMOS_BASE_URL", address)
        monkeypatch.setenv("LITMOS_API_KEY", DEMO_KEY)
        monkeypatch.setenv("LITMOS_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
        yield sandbox


async def proposed(request: Change) -> Asked:
    """As an assistant's server does it, in another process."""
    async with open_desk(Settings.read()) as desk:
        actor = await desk.operator("mcp", "")
        return await desk.propose(actor, await desk.plan(actor, request))


async def approve(key: str, answer: str | None) -> int:
    """At a terminal where somebody types this; None where nobody is."""

    def ask(question: str) -> str:
        if answer is None:
            raise EOFError
        return answer

    return await anyio.to_thread.run_sync(command.approve, key, ask)


async def run(*words: str) -> int:
    return await anyio.to_thread.run_sync(cli.main, list(words))


async def test_a_yes_carries_it_out(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    asked = await proposed(Assign((NOOR,), (FIRE,)))
    assert await approve(asked.key.lower().replace("-", ""), "yes") == 0
    told = capsys.readouterr().out
    assert (
        "“Noor Rahman” (noor.rahman@example.com), “Fire & Safety” (FIRE-01): not assigned -> will be assigned" in told
    )
    assert "Assign done" in told
    assert "Receipt 1. It can be undone until" in told
    assert FIRE in sandbox.world.courses_of(NOOR)


@pytest.mark.parametrize("answer", ["no", "", "y", "ja"])
async def test_anything_else_changes_nothing_and_ends_the_proposal(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    asked = await proposed(Assign((NOOR,), (FIRE,)))
    assert await approve(asked.key, answer) == 0
    assert "Nothing was changed" in capsys.readouterr().out
    assert FIRE not in sandbox.world.courses_of(NOOR)
    assert await run("approve", asked.key) == 1
    assert "has been used already" in capsys.readouterr().err


async def test_where_nobody_can_be_asked_nothing_happens(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    asked = await proposed(Assign((NOOR,), (FIRE,)))
    assert await approve(asked.key, None) == 1
    assert "nobody could be asked" in capsys.readouterr().err
    assert FIRE not in sandbox.world.courses_of(NOOR)
    assert await approve(asked.key, "yes") == 0


async def test_a_yes_from_a_pipe_is_nobodys(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """An assistant with a shell cannot approve what it proposed by `echo yes | litmos approve KEY`."""
    asked = await proposed(Assign((NOOR,), (FIRE,)))
    given = {name: os.environ[name] for name in ("LITMOS_BASE_URL", "LITMOS_API_KEY", "LITMOS_STATE_URL")}  # noqa: TID251 - for the child
    program = Path(sys.executable).with_name("litmos")
    with anyio.fail_after(60):
        child = await anyio.run_process([program, "approve", asked.key], input=b"yes\n", env=given, check=False)
    assert child.returncode == 1 and b"nobody could be asked" in child.stderr
    assert FIRE not in sandbox.world.courses_of(NOOR)
    assert await approve(asked.key, "yes") == 0


async def test_a_word_is_asked_for_where_a_yes_is_not_enough(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    world = sandbox.world
    course = next(
        one
        for one in world.courses
        if sum(r.completed is not None for p in world.people for r in [world.courses_of(p).get(one)] if r) > 1
    )
    done = [
        one
        for one in world.people
        if (r := world.courses_of(one).get(course)) and r.completed and world.people[one].active
    ]
    asked = await proposed(Reset(tuple(done[:2]), (course,)))
    assert asked.word == "RESET"
    assert await approve(asked.key, "yes") == 0
    assert "Nothing was changed" in capsys.readouterr().out
    again = await proposed(Reset(tuple(done[:2]), (course,)))
    assert await approve(again.key, "reset") == 0
    assert "Reset: 2 done." in capsys.readouterr().out


async def test_what_failed_is_told_and_is_a_failure(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    asked = await proposed(Assign((NOOR, "ivan.petrov@example.com"), (FIRE,)))
    sandbox.faults.add(Fault("500", "POST", f"/users/{NOOR}/courses", times=9))
    assert await approve(asked.key, "yes") == 1
    told = capsys.readouterr().out
    assert "failed: “Noor Rahman”" in told
    assert "not tried: “Ivan Petrov”" in told


async def test_what_was_begun_and_never_ended_is_told_first(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "LONG_AGO", 0.0)
    asked = await proposed(Assign((NOOR,), (FIRE,)))
    async with open_desk(Settings.read()) as desk:
        audit = desk._parts.changing.audit
        await audit.append("started", operation="assign", actor_id="key-owner", body={})
    assert await approve(asked.key, "no") == 0
    assert "Begun and never ended: 1" in capsys.readouterr().err


async def test_a_link_is_made_and_forgotten(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run("link", "slack:T1/U1", "Ada Marsh") == 0
    assert f"slack:T1/U1 is ada.marsh@example.com from now on (id {ADA})." in capsys.readouterr().out
    assert await run("unlink", "slack:T1/U1") == 0
    assert await run("unlink", "slack:T1/U1") == 1
    assert "There is no link of 'slack:T1/U1'." in capsys.readouterr().err
