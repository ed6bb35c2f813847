"""The bot as people meet it: commands, modals, messages, App Home; who is refused, and what cannot go wrong twice."""

from typing import Any

import pytest

from bot import views
from litmos.demo.clock import MovableClock
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.desk.desk import Books, Desk
from litmos.desk.requests import Assign

NOOR, ADA, FIRE, FIRST_AID, PITCH = "lNNtZx3cK8n1", "hUOuZAzHx4L1", "fBQ3pTcKjTw1", "od6tHqlqMfj1", "zFVqmgIfOhu1"


def text_of(view: dict[str, Any]) -> str:
    """Everything that is to be read in a view or message."""
    found = []
    for block in view["blocks"]:
        found += [block["text"]["text"]] if "text" in block else []
        found += [
            element["text"] if isinstance(element["text"], str) else element["text"]["text"]
            for element in block.get("elements", [])
        ]
        found += [block["label"]["text"]] if "label" in block else []
    return "\n".join(found)


def buttons(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rows = (block["elements"] for block in view["blocks"] if block["type"] == "actions")
    return {element["text"]["text"]: element for row in rows for element in row}


def last(slack: Any) -> tuple[str, dict[str, Any]]:
    view_id = list(slack.views)[-1]
    return view_id, slack.views[view_id]


async def test_a_learner_sees_their_own_training_most_pressing_first(people: Any, slack: Any) -> None:
    await people["UADA"].types("")
    [reply] = slack.replies
    assert (
        text_of(reply).index("Fire &amp; Safety")
        < text_of(reply).index("Manual Handling")
        < text_of(reply).index("First Aid")
    )
    assert "overdue by 9 days" in text_of(reply)
    assert "▰▰▰▰▰▱▱▱▱▱ 50 %" in text_of(reply)
    assert "Learning path" in text_of(reply)
    assert "Fire & Safety: overdue by 9 days" in reply["text"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("courses", "Excel for Finance"),
        ("courses <@UADA|ada>", "Excel for Finance"),
        ("results FA-01", "score 82 (pass mark 70)"),
        ('results "Fire & Safety"', "not started"),
        ("paths", "New Starter"),
        ("find fire", "Fire & Safety (course FIRE-01)"),
        ("results", "Name a course"),
        ("courses <@UNOOR>", "Nobody whom you may see"),
        ("courses <@UNOBODY>", "cannot be named in Litmos: Nobody in Litmos has the address"),
        ("courses <@UADA> <@UNOOR>", "Name one person at a time."),
    ],
)
async def test_looking_answers_only_who_asked(people: Any, slack: Any, typed: str, shown: str) -> None:
    assert await people["UADA"].types(typed) == ""
    [reply] = slack.replies
    assert shown in text_of(reply)


@pytest.mark.parametrize("typed", ["help", "?", "asign FIRE-01", "frobnicate"])
async def test_help_and_mistakes_show_what_works_at_once(people: Any, slack: Any, typed: str) -> None:
    told = await people["UADA"].types(typed)
    assert "/litmos assign" in told
    assert slack.calls == []


@pytest.mark.parametrize(
    ("user", "why"),
    [
        ("UGUEST", "Guests cannot use this."),
        ("UALIEN", "Only members of this workspace can use this."),
        ("UGONE", "deactivated"),
        ("UBARE", "has no e-mail address"),
        ("UNOBODY", "Nobody in Litmos has the address"),
        ("UMISSING", "Slack does not say who you are"),
    ],
)
async def test_who_is_no_member_is_refused_in_words(
    people: Any, slack: Any, sandbox: Sandbox, user: str, why: str
) -> None:
    await people[user].types("")
    assert why in text_of(slack.replies[0])
    await people[user].types("assign FIRE-01 to <@UNOOR>")
    assert why in text_of(last(slack)[1])
    assert not [one for one in sandbox.requests if one.path != "/users"]


async def test_a_leader_assigns_sees_it_first_and_gets_proof_that_stays(
    people: Any, slack: Any, sandbox: Sandbox, books: Books
) -> None:
    lena = people["ULENA"]
    await lena.types('assign "Fire & Safety" to <@UNOOR|noor> quiet')
    view_id, view = last(slack)
    assert view["callback_id"] == views.CONFIRM
    assert (
        "Noor Rahman (noor.rahman@example.com), Fire & Safety (FIRE-01): not assigned -> will be assigned"
        in text_of(view)
    )
    assert len(view["private_metadata"]) == 14
    assert FIRE not in sandbox.world.courses_of(NOOR)
    told = await lena.submits(view_id)
    assert told["response_action"] == "update" and "Working" in text_of(told["view"])
    assert FIRE in sandbox.world.courses_of(NOOR)
    assert "Assign done" in text_of(slack.views[view_id])
    [message] = slack.messages
    assert message["channel"] == "ULENA" and "Assign done" in message["text"] and "Receipt 1" in text_of(message)
    assert not sandbox.mails
    started, done = await books.audit.search()
    assert (started.body["asked_by"], started.body["actor"]["face"], done.event) == ("slack modal", "slack", "done")


async def test_undo_beside_the_outcome_asks_again_and_takes_it_back(people: Any, slack: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to <@UNOOR>")
    await lena.submits(last(slack)[0])
    await lena.presses(buttons(slack.messages[0])["Undo"])
    view_id, view = last(slack)
    assert "will be removed" in text_of(view)
    await lena.submits(view_id)
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_groups_and_several_trainings_are_one_plan(people: Any, slack: Any) -> None:
    await people["ULENA"].types("assign FIRE-01 FLT-01, New Starter to <!subteam^S1|@team-sales>")
    told = text_of(last(slack)[1])
    assert "Noor Rahman" in told and "Fire & Safety" in told and "New Starter" in told
    assert "for 1 person?" in told or "for 2 people?" in told


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("assign FIRE-01 to <@UTOMAS>", "Nobody whom you may see"),
        ("assign FIRE-01 to Tomás Núñez", "Nobody whom you may see"),
        ("assign Nonsense to <@UNOOR>", "Litmos has no training"),
        ('assign "First Aid" to <@UNOOR>', "could be 2"),
        ("assign FIRE-01", "Say whom it is for"),
        ("assign to <@UNOOR>", "Litmos has no training 'to'"),
        ("assign <@UNOOR>", "Say the training"),
        ("assign FIRE-01 to <!subteam^S0|@empty>", "There is nobody in that group."),
        ("assign FIRE-01 to <!subteam^S404|@none>", "Slack does not say who is in that group"),
        ("assign FIRE-01 to <@UGUEST>", "Guests cannot use this."),
        ("assign FIRE-01 to <@UADA>", "already assigned"),
    ],
)
async def test_what_cannot_be_done_is_said_in_the_modal(
    people: Any, slack: Any, sandbox: Sandbox, typed: str, why: str
) -> None:
    await people["ULENA"].types(typed)
    _, view = last(slack)
    assert why in text_of(view)
    assert "submit" not in view
    assert {one.method for one in sandbox.requests if not one.path.endswith("users/courses")} <= {"GET"}


async def test_a_learner_changes_nothing(people: Any, slack: Any) -> None:
    await people["UADA"].types("assign FIRE-01 to <@UNOOR>")
    assert "As a learner you may not assign here." in text_of(last(slack)[1])


async def test_submitted_twice_it_is_done_once(people: Any, slack: Any, sandbox: Sandbox, books: Books) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to <@UNOOR>")
    view_id, view = last(slack)
    await lena.submits(view_id)
    slack.views["V9"] = view
    await lena.submits("V9")
    assert "has been used already" in text_of(slack.views["V9"])
    assert [entry.event for entry in await books.audit.search()] == ["started", "done", "refused"]
    assert len([one for one in sandbox.requests if one.method == "POST" and one.path.endswith(f"{NOOR}/courses")]) == 1


async def test_submitted_by_somebody_else_it_is_refused(people: Any, slack: Any, sandbox: Sandbox) -> None:
    await people["ULENA"].types("assign FIRE-01 to <@UNOOR>")
    view_id, _ = last(slack)
    await people["UTOMAS"].submits(view_id)
    assert "is not yours" in text_of(slack.views[view_id])
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_too_late_it_is_refused(people: Any, slack: Any, clock: MovableClock) -> None:
    await people["ULENA"].types("assign FIRE-01 to <@UNOOR>")
    clock.advance(601)
    view_id, _ = last(slack)
    await people["ULENA"].submits(view_id)
    assert "too old" in text_of(slack.views[view_id])


async def test_closed_without_a_yes_the_key_is_worth_nothing(people: Any, slack: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to <@UNOOR>")
    view_id, _ = last(slack)
    await lena.closes(view_id)
    await lena.submits(view_id)
    assert "used already" in text_of(slack.views[view_id])
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_the_world_that_moved_stops_it(people: Any, slack: Any, sandbox: Sandbox, clock: MovableClock) -> None:
    await people["ULENA"].types("assign FIRE-01 FLT-01 to <@UNOOR> <@UADA>")
    sandbox.world.assign_course(NOOR, FIRE, at=clock())
    view_id, _ = last(slack)
    await people["ULENA"].submits(view_id)
    assert "no longer what was approved" in text_of(slack.views[view_id])


async def test_a_completed_course_of_two_people_takes_the_typed_word(people: Any, slack: Any, sandbox: Sandbox) -> None:
    lena, world = people["ULENA"], sandbox.world
    for one in (NOOR, ADA):
        if FIRST_AID in world.courses_of(one):
            world.remove_course(one, FIRST_AID)
        world.assign_course(one, FIRST_AID, at=sandbox.clock(), completed=sandbox.clock())
    await lena.types("reset FA-01 for <@UNOOR> <@UADA>")
    view_id, view = last(slack)
    assert "Type RESET to go on" in text_of(view) and "A reset cannot be undone." in text_of(view)
    assert (await lena.submits(view_id, word="yes"))["response_action"] == "errors"
    assert not [one for one in sandbox.requests if one.method == "PUT"]
    await lena.submits(view_id, word="reset")
    assert "Reset: 2 done." in text_of(slack.views[view_id])


async def test_a_plan_of_many_lines_is_paged(people: Any, slack: Any, sandbox: Sandbox) -> None:
    names = ", ".join(one.user_name for one in list(sandbox.world.people.values())[20:50])
    sandbox.world.people["RZdsvDQuc8d1"].access_level = "Administrator"
    lena = people["ULENA"]
    await lena.types(f"assign SELL-01 FLT-01 FIRE-01 XLF-01 to {names}")
    view_id, view = last(slack)
    assert "Page 1 of" in text_of(view)
    await lena.presses(buttons(view)["Page 2"], view_id=view_id)
    assert "Page 2 of" in text_of(slack.views[view_id])
    assert text_of(slack.views[view_id]) != text_of(view)


async def test_a_modal_that_was_closed_meanwhile_is_no_failure(people: Any, slack: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to <@UNOOR>")
    view_id, _ = last(slack)
    slack.broken["views.update"] = "not_found"
    await lena.submits(view_id)
    assert "Assign done" in slack.messages[0]["text"]


async def test_a_click_that_is_too_old_opens_nothing_and_changes_nothing(
    people: Any, slack: Any, sandbox: Sandbox
) -> None:
    slack.broken["views.open"] = "expired_trigger_id"
    await people["ULENA"].types("assign FIRE-01 to <@UNOOR>")
    assert slack.views == {}
    assert FIRE not in sandbox.world.courses_of(NOOR)


async def test_failures_come_first_in_what_is_told(people: Any, slack: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    sandbox.world.remove_course(ADA, PITCH)
    await lena.types("assign SELL-01 FIRE-01 to <@UNOOR> <@UADA>")
    sandbox.faults.add(Fault("500", "POST", f"/users/{ADA}/courses", times=9))
    view_id, _ = last(slack)
    await lena.submits(view_id)
    lines = text_of(slack.views[view_id]).splitlines()
    assert lines[1].startswith("• ✗ Ada Marsh")
    assert "failed" in lines[0]


async def test_home_shows_ones_own_training(people: Any, slack: Any) -> None:
    await people["UADA"].opens_home("messages")
    assert slack.homes == {}
    await people["UADA"].opens_home()
    assert "Fire &amp; Safety" in text_of(slack.homes["UADA"])
    await people["UADA"].presses(buttons(slack.homes["UADA"])["Refresh"])
    await people["UNOBODY"].opens_home()
    assert "Nobody in Litmos has the address" in text_of(slack.homes["UNOBODY"])


async def test_names_of_others_are_inert(people: Any, slack: Any, sandbox: Sandbox) -> None:
    course = sandbox.world.add_course("<!channel> *x* `y` <@UADA>", code="EVIL-1")
    await people["ULENA"].types("assign EVIL-1 to <@UNOOR>")
    shown = [block["text"] for block in last(slack)[1]["blocks"] if "channel" in str(block)]
    assert shown and all(text["type"] == "plain_text" for text in shown)
    sandbox.world.assign_course(ADA, course.id, at=sandbox.clock())
    await people["UADA"].types("")
    told = text_of(slack.replies[0])
    assert "&lt;!channel&gt;" in told
    assert not [bad for bad in ("<!channel>", "<@UADA>", "*x*", "`y`") if bad in told]


async def test_litmos_that_is_down_is_said_in_the_modal(people: Any, slack: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("504", times=99))
    await people["ULENA"].types("assign FIRE-01 to <@UNOOR>")
    assert "Litmos is not working properly" in text_of(last(slack)[1])


async def proposed(desk: Desk, who: str) -> str:
    """By an assistant whose client cannot ask."""
    actor = await desk.operator("mcp", who)
    return (await desk.propose(actor, await desk.plan(actor, Assign((NOOR,), (FIRE,))))).key


async def test_a_proposal_of_an_assistant_reaches_its_person_and_is_approved_there(
    people: Any, slack: Any, bot: Any, desk: Desk, sandbox: Sandbox
) -> None:
    await proposed(desk, "lena.fischer@example.com")
    await bot.announcing.tell()
    await bot.announcing.tell()
    [message] = slack.messages
    assert message["channel"] == "ULENA"
    assert "not assigned -> will be assigned" in text_of(message)
    await people["ULENA"].presses(buttons(message)["Approve…"])
    view_id, view = last(slack)
    assert view["callback_id"] == views.CONFIRM
    assert FIRE not in sandbox.world.courses_of(NOOR)
    await people["ULENA"].submits(view_id)
    assert FIRE in sandbox.world.courses_of(NOOR)


async def test_rejected_a_proposal_is_gone(people: Any, slack: Any, bot: Any, desk: Desk, sandbox: Sandbox) -> None:
    await proposed(desk, "lena.fischer@example.com")
    await bot.announcing.tell()
    await people["ULENA"].presses(buttons(slack.messages[0])["Reject"])
    assert slack.messages[1]["text"] == "Nothing was changed, and the proposal is gone."
    await people["ULENA"].presses(buttons(slack.messages[0])["Approve…"])
    assert "used already" in text_of(last(slack)[1])
    await people["ULENA"].presses(buttons(slack.messages[0])["Reject"])
    assert "used already" in slack.messages[2]["text"]


async def test_a_proposal_is_told_to_nobody_but_its_person(people: Any, slack: Any, bot: Any, desk: Desk) -> None:
    await proposed(desk, "")  # the key's owner is nobody in Slack
    await proposed(desk, "omar.haddad@example.com")  # is not in this workspace
    await bot.announcing.tell()
    assert slack.messages == []
    admin = await desk.operator("cli", "")
    await desk.link(admin, "slack:T1/UTOMAS", "omar.haddad@example.com")
    await proposed(desk, "omar.haddad@example.com")
    await bot.announcing.tell()
    assert [message["channel"] for message in slack.messages] == ["UTOMAS"]
    await people["UADA"].presses(buttons(slack.messages[0])["Approve…"])
    assert "not yours" in text_of(last(slack)[1])


async def test_what_is_asked_in_slack_itself_is_not_told_again(people: Any, slack: Any, bot: Any) -> None:
    await people["ULENA"].types("assign FIRE-01 to <@UNOOR>")
    await bot.announcing.tell()
    assert slack.messages == []
