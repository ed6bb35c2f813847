"""Changes in Slack: shown first, agreed in a modal, proved, told; and all the ways in which a yes can come wrong."""

from typing import Any

import pytest

from bot import views
from bot.demo.faults import Fault as SlackFault
from bot.demo.person import Cannot
from bot.demo.screen import read
from litmos.demo.clock import MovableClock
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.desk.desk import Books

NOOR, ADA, FIRE, FIRST_AID, PITCH = "lNNtZx3cK8n1", "hUOuZAzHx4L1", "fBQ3pTcKjTw1", "od6tHqlqMfj1", "zFVqmgIfOhu1"


async def test_a_leader_assigns_sees_it_first_and_gets_proof_that_stays(
    people: Any, sandbox: Sandbox, books: Books
) -> None:
    lena = people["ULENA"]
    await lena.types('assign "Fire & Safety" to @noor quiet')
    assert lena.modal.payload["callback_id"] == views.CONFIRM
    assert "“Noor Rahman” (noor.rahman@example.com), “Fire & Safety” (FIRE-01): not assigned -> will be" in lena.sees
    assert len(lena.modal.payload["private_metadata"]) == 14
    assert FIRE not in sandbox.world.courses_of(NOOR)
    await lena.submits()
    assert FIRE in sandbox.world.courses_of(NOOR)
    assert "Assign done" in lena.sees
    [message] = lena.direct
    assert "Assign done" in message.text and "Receipt 1" in read(message.blocks)
    assert not sandbox.mails
    started, done = await books.audit.search()
    assert (started.body["asked_by"], started.body["actor"]["face"], done.event) == ("slack modal", "slack", "done")


async def test_undo_beside_the_outcome_asks_again_and_takes_it_back(people: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    await lena.submits()
    await lena.presses("Undo", lena.direct[0])
    assert "will be removed" in lena.sees
    await lena.submits()
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_undo_in_the_modal_itself_goes_on_in_it(people: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    await lena.submits()
    await lena.presses("Undo", lena.modal)
    assert "will be removed" in lena.sees


async def test_groups_and_several_trainings_are_one_plan(people: Any) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 FLT-01, New Starter to @team-sales")
    assert all(name in lena.sees for name in ("Noor Rahman", "Fire & Safety", "New Starter", "for 2 people?"))


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("assign FIRE-01 to @tomas", "Nobody whom you may see"),
        ("assign FIRE-01 to Tomás Núñez", "Nobody whom you may see"),
        ("assign Nonsense to @noor", "Litmos has no training"),
        ("assign FIRE-01 to @empty", "There is nobody in that group."),
        ("assign FIRE-01 to @guest", "Guests cannot use this."),
        ("assign FIRE-01 to @ada", "already assigned"),
    ],
)
async def test_what_cannot_be_done_is_said_in_the_modal(people: Any, sandbox: Sandbox, typed: str, why: str) -> None:
    lena = people["ULENA"]
    await lena.types(typed)
    assert why in lena.sees
    assert "submit" not in lena.modal.payload
    assert {one.method for one in sandbox.requests if not one.path.endswith("users/courses")} <= {"GET"}


@pytest.mark.parametrize("error", ["plan_upgrade_required", "missing_scope"])
async def test_groups_that_slack_does_not_tell_are_no_people(people: Any, slack: Any, error: str) -> None:
    slack.faults.add(SlackFault("error", "usergroups.users.list", error=error))
    await people["ULENA"].types("assign FIRE-01 to @team-sales")
    assert f"Slack does not say who is in that group ({error})" in people["ULENA"].sees


async def test_a_learner_changes_nothing(people: Any) -> None:
    await people["UADA"].types("assign FIRE-01 to @noor")
    assert "As a learner you may not assign here." in people["UADA"].sees


async def test_submitted_twice_it_is_done_once(people: Any, sandbox: Sandbox, books: Books) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    view = lena.modal
    before = dict(view.payload)
    await lena.submits()
    view.become(before, "h")  # as the second of two quick clicks still has it
    await lena.submits(view)
    assert "has been used already" in lena.sees
    assert [entry.event for entry in await books.audit.search()] == ["started", "done", "refused"]
    assert len([one for one in sandbox.requests if one.method == "POST" and one.path.endswith(f"{NOOR}/courses")]) == 1


async def test_submitted_by_somebody_else_it_is_refused(people: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    await people["UTOMAS"].submits(lena.modal)
    assert "is not yours" in lena.sees
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_who_left_the_company_meanwhile_changes_nothing(people: Any, slack: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    slack.workspace.change("ULENA", deleted=True)
    await lena.submits()
    assert "deactivated" in lena.sees
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_too_late_it_is_refused(people: Any, clock: MovableClock) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    clock.advance(601)
    await lena.submits()
    assert "too old" in lena.sees


async def test_closed_without_a_yes_the_key_is_worth_nothing(people: Any, sandbox: Sandbox, books: Books) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    view = lena.modal
    await lena.closes()
    await lena.submits(view)
    assert [entry.event for entry in await books.audit.search()] == ["refused"]
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_the_world_that_moved_stops_it(people: Any, sandbox: Sandbox, clock: MovableClock) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 FLT-01 to @noor @ada")
    sandbox.world.assign_course(NOOR, FIRE, at=clock())
    await lena.submits()
    assert "no longer what was approved" in lena.sees


async def test_a_completed_course_of_two_people_takes_the_typed_word(people: Any, sandbox: Sandbox) -> None:
    lena, world = people["ULENA"], sandbox.world
    for one in (NOOR, ADA):
        if FIRST_AID in world.courses_of(one):
            world.remove_course(one, FIRST_AID)
        world.assign_course(one, FIRST_AID, at=sandbox.clock(), completed=sandbox.clock())
    await lena.types("reset FA-01 for @noor @ada")
    assert "Type RESET to go on" in lena.sees and "A reset cannot be undone." in lena.sees
    with pytest.raises(Cannot, match="complete these fields"):
        await lena.submits()
    lena.fills(word="yes")
    await lena.submits()
    assert "Type RESET" in "".join(lena.modal.errors.values())
    assert not [one for one in sandbox.requests if one.method == "PUT"]
    lena.fills(word="reset")
    await lena.submits()
    assert "Reset: 2 done." in lena.sees


async def test_a_plan_of_many_lines_is_paged(people: Any, sandbox: Sandbox) -> None:
    names = ", ".join(one.user_name for one in list(sandbox.world.people.values())[20:50])
    sandbox.world.people["RZdsvDQuc8d1"].access_level = "Administrator"
    lena = people["ULENA"]
    await lena.types(f"assign SELL-01 FLT-01 FIRE-01 XLF-01 to {names}")
    first = lena.sees
    assert "Page 1 of" in first
    await lena.presses("Page 2", lena.modal)
    assert "Page 2 of" in lena.sees
    assert lena.sees != first


async def test_what_was_typed_stays_when_the_page_is_turned(people: Any, sandbox: Sandbox) -> None:
    names = ", ".join(one.user_name for one in list(sandbox.world.people.values())[20:60])
    sandbox.world.people["RZdsvDQuc8d1"].access_level = "Administrator"
    lena = people["ULENA"]
    await lena.types(f"assign SELL-01 FLT-01 FIRE-01 XLF-01 to {names}")
    lena.fills(word="ASSIGN")
    await lena.presses("Page 2", lena.modal)
    assert lena.modal.state["word:ASSIGN"]["word"]["value"] == "ASSIGN"


async def test_a_modal_that_was_closed_meanwhile_is_no_failure(people: Any, slack: Any) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    slack.faults.add(SlackFault("error", "views.update", times=9, error="not_found"))
    await lena.submits()
    assert "Assign done" in lena.direct[0].text


async def test_a_click_that_is_too_old_opens_nothing_and_changes_nothing(
    people: Any, slack: Any, sandbox: Sandbox
) -> None:
    slack.faults.add(SlackFault("error", "views.open", error="expired_trigger_id"))
    await people["ULENA"].types("assign FIRE-01 to @noor")
    assert slack.screen("ULENA").modals == []
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_slack_that_wants_to_be_asked_later_is_asked_later(people: Any, slack: Any) -> None:
    slack.faults.add(SlackFault("ratelimited", "views.update", seconds=0))
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    assert "will be assigned" in lena.sees


async def test_failures_come_first_in_what_is_told(people: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    sandbox.world.remove_course(ADA, PITCH)
    await lena.types("assign SELL-01 FIRE-01 to @noor @ada")
    sandbox.faults.add(Fault("500", "POST", f"/users/{ADA}/courses", times=9))
    await lena.submits()
    lines = lena.sees.splitlines()
    assert lines[1].startswith("• ✗ “Ada Marsh”")
    assert "failed" in lines[0]
