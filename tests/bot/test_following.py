"""Jobs in Slack: a message that edits itself, and what its buttons do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from litmos.desk.requests import Assign
from litmos.jobs.engine import Where, running

FIRE = "fBQ3pTcKjTw1"
PATIENCE = 30  # seconds


@pytest.fixture
async def working(desk: Desk, tmp_path: Path) -> AsyncIterator[None]:
    """The Desk does large changes as jobs."""
    async with running(Where(f"sqlite:///{tmp_path / 'state.sqlite'}"), desk.bulk) as engine:
        desk.hire(engine)
        yield


@pytest.fixture
def crowd(sandbox: Sandbox) -> tuple[str, ...]:
    return tuple(sandbox.world.add_person("Person", f"Number{number}").id for number in range(60))


async def begun(people: Any, who: str, crowd: tuple[str, ...], verb: str = "assign FIRE-01 to") -> Any:
    someone = people[who]
    await someone.types(f"{verb} {', '.join(crowd)}")
    someone.fills(word="ASSIGN")
    await someone.submits()
    return someone


async def shows(slack: Any, someone: Any, words: str) -> None:
    """Waits until the job's message says so."""
    await asyncio.wait_for(slack.until(lambda: words in str(someone.direct[0].blocks)), PATIENCE)


async def test_a_large_change_goes_on_by_itself_and_a_message_tells_how_far_it_is(
    working: None, people: Any, slack: Any, sandbox: Sandbox, crowd: tuple[str, ...]
) -> None:
    omar = await begun(people, "UOMAR", crowd)
    assert "60 to assign: that takes a while" in omar.sees
    [message] = omar.direct
    assert "Assign: 0 of 60" in message.text and "Stop" in str(message.blocks)
    await shows(slack, omar, "Assign: 60 done.")
    assert len(omar.direct) == 1
    assert all(FIRE in sandbox.world.courses_of(person) for person in crowd)
    said = str(omar.direct[0].blocks)
    assert "Undo" in said and "receipt 1" in said and "Stop" not in said
    await omar.presses("Undo", omar.direct[0])
    assert "Unassign 1 training for 60 people?" in omar.sees


async def test_stopped_it_says_what_is_left_and_offers_the_rest(
    working: None, people: Any, slack: Any, sandbox: Sandbox, crowd: tuple[str, ...]
) -> None:
    omar = await begun(people, "UOMAR", crowd)
    await omar.presses("Stop", omar.direct[0])
    await shows(slack, omar, "Try the rest…")
    said = str(omar.direct[0].blocks)
    assert "not tried: stopped by Omar Haddad" in said
    done = sum(FIRE in sandbox.world.courses_of(person) for person in crowd)
    await omar.presses("Try the rest…", omar.direct[0])
    assert f"Assign 1 training for {60 - done} people?" in omar.sees


async def test_what_failed_is_named_with_its_reason(
    working: None, people: Any, slack: Any, sandbox: Sandbox, crowd: tuple[str, ...]
) -> None:
    sandbox.faults.add(Fault("ignored", method="POST", path=f"/users/{crowd[3]}/courses", times=9))
    omar = await begun(people, "UOMAR", crowd)
    await shows(slack, omar, "Try the rest…")
    assert "“Person Number3”" in str(omar.direct[0].blocks) and "reading back does not show it" in str(
        omar.direct[0].blocks
    )


async def test_a_job_that_an_assistant_has_begun_is_told_to_its_person_once(
    working: None, people: Any, slack: Any, bot: Any, desk: Desk, crowd: tuple[str, ...], landed: asyncio.Event
) -> None:
    landed.set()
    for who in ("omar.haddad@example.com", ""):  # the owner of the key is nobody in Slack
        actor = await desk.operator("mcp", who)
        plan = await desk.plan(actor, Assign(crowd[30:] if who else crowd[:30], (FIRE,), notify=False))
        asked = await desk.propose(actor, plan)
        assert isinstance(await desk.approve(actor, asked.key, by="elicitation", word=plan.word), Job)
    await bot.pick_up()
    await bot.pick_up()
    assert [message.channel for message in slack.messages] == ["DUOMAR"]
    await shows(slack, people["UOMAR"], "Assign: 30 done.")


async def test_nobody_stops_what_is_not_theirs(
    working: None, people: Any, slack: Any, desk: Desk, crowd: tuple[str, ...]
) -> None:
    omar = await begun(people, "UOMAR", crowd)
    message = omar.direct[0]
    lena = people["ULENA"]
    await lena.presses("Stop", message)
    assert "You have no job" in lena.direct[0].text
    await shows(slack, omar, "Assign: 60 done.")
