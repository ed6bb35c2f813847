"""Proposals through the Desk: one actor, ten minutes, carried out once; every refusal in its own words and recorded."""

import anyio
import pytest

from litmos.demo.clock import MovableClock
from litmos.demo.sandbox import Sandbox
from litmos.desk.actor import Actor
from litmos.desk.approving import Asked
from litmos.desk.desk import Books, Desk
from litmos.desk.outcome import Outcome, Result
from litmos.desk.requests import Assign, Undo
from litmos.errors import Invalid, LitmosError, PlanChanged

NOOR, FIRE, PITCH = "lNNtZx3cK8n1", "fBQ3pTcKjTw1", "zFVqmgIfOhu1"


@pytest.fixture
async def asked(desk: Desk, owner: Actor) -> Asked:
    return await desk.propose(owner, await desk.plan(owner, Assign((NOOR,), (FIRE,), notify=False)))


async def test_it_is_carried_out_as_it_was_shown(desk: Desk, owner: Actor, sandbox: Sandbox, asked: Asked) -> None:
    assert (await desk.proposal(owner, asked.key)) == asked
    assert "not assigned -> will be assigned" in asked.question
    outcome = await desk.approve(owner, asked.key, by="tests")
    assert isinstance(outcome, Outcome)
    assert [line.result for line in outcome.lines] == [Result.DONE]
    assert not sandbox.mails


async def test_two_who_approve_at_once_carry_it_out_once(
    desk: Desk, owner: Actor, sandbox: Sandbox, asked: Asked
) -> None:
    outcomes: list[object] = []
    refused: list[LitmosError] = []

    async def approve() -> None:
        try:
            outcomes.append(await desk.approve(owner, asked.key, by="tests"))
        except LitmosError as error:
            refused.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(approve)
    assert (len(outcomes), len(refused)) == (1, 4)
    assert all("has been used already" in str(error) for error in refused)
    assert len([one for one in sandbox.requests if one.method == "POST" and one.path.endswith(f"{NOOR}/courses")]) == 1


async def test_every_refusal_has_its_own_words_and_is_recorded(
    desk: Desk, owner: Actor, sandbox: Sandbox, books: Books, clock: MovableClock, asked: Asked
) -> None:
    omar = await desk.operator("tests", "omar.haddad@example.com")
    told = []
    for actor, key, later in ((omar, asked.key, 0), (owner, "ABCD-EFGH-JKMN", 0), (owner, asked.key, 601)):
        clock.advance(later)
        with pytest.raises(Invalid) as refused:
            await desk.approve(actor, key, by="tests")
        told.append(str(refused.value))
    assert [words in said for words, said in zip(("not yours", "no proposal", "too old"), told, strict=True)] == [
        True
    ] * 3
    assert [(entry.event, entry.body["summary"]) for entry in await books.audit.search()] == [
        ("refused", said) for said in told
    ]
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_a_mistyped_word_leaves_the_key_as_it_is(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    many = tuple(one for one in sandbox.world.people if PITCH not in sandbox.world.courses_of(one))[:27]
    asked = await desk.propose(owner, await desk.plan(owner, Assign(many, (PITCH,))))
    assert asked.word == "ASSIGN"
    with pytest.raises(Invalid, match="takes the typed word ASSIGN"):
        await desk.approve(owner, asked.key, by="tests", word="yes")
    outcome = await desk.approve(owner, asked.key, by="tests", word=" assign ")
    assert outcome.done


async def test_what_was_declined_is_worth_nothing(desk: Desk, owner: Actor, asked: Asked) -> None:
    await desk.decline(owner, asked.key)
    with pytest.raises(Invalid, match="used already"):
        await desk.approve(owner, asked.key, by="tests")


async def test_a_world_that_moved_since_it_was_proposed_stops_it(
    desk: Desk, owner: Actor, sandbox: Sandbox, clock: MovableClock
) -> None:
    asked = await desk.propose(owner, await desk.plan(owner, Assign((NOOR,), (FIRE, PITCH))))
    sandbox.world.assign_course(NOOR, FIRE, at=clock())
    with pytest.raises(PlanChanged):
        await desk.approve(owner, asked.key, by="tests")


async def test_a_proposed_undo_remembers_what_it_takes_back(desk: Desk, owner: Actor, asked: Asked) -> None:
    await desk.approve(owner, asked.key, by="tests")
    undo = await desk.propose(owner, await desk.plan(owner, Undo()))
    await desk.approve(owner, undo.key, by="tests")
    with pytest.raises(Invalid, match="No change of yours can be undone now"):
        await desk.plan(owner, Undo())
