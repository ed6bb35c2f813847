"""Nudges in Slack: planned in a modal, approved, brought to those who are overdue, and stopped by who wants none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.demo.faults import Fault
from bot.demo.screen import read
from bot.reaching import Reaching
from litmos.demo.clock import MovableClock
from litmos.demo.sandbox import Sandbox
from litmos.desk.bulk import task_of
from litmos.desk.desk import Books, Desk
from litmos.desk.records import Approval
from litmos.desk.requests import Nudge
from litmos.errors import NotAllowed, NotFound
from litmos.jobs.engine import Where, running
from litmos.jobs.rounds import nudges
from litmos.store.nudges import Claim

ADA = "hUOuZAzHx4L1"
PATIENCE = 30  # seconds


@pytest.fixture
async def working(desk: Desk, bot: Any, tmp_path: Path) -> AsyncIterator[None]:
    """The Desk does jobs and brings messages, as that of `litmos-bot`."""
    desk.reach_by(Reaching(bot.workspaces, bot.teams))
    where = Where(f"sqlite:///{tmp_path / 'state.sqlite'}")
    async with running(where, desk.bulk, also=[nudges(desk.rounds, here=True)]) as engine:
        desk.hire(engine)
        yield


async def ended(slack: Any, someone: Any, at: int = -1) -> str:
    """Waits until the message of the round says how it ended; what it says then."""
    await asyncio.wait_for(slack.until(lambda: "written to" in someone.direct[at].text), PATIENCE)
    return read(someone.direct[at].blocks)


async def nudged(people: Any, slack: Any, who: str = "ULENA", typed: str = "nudge @ada") -> str:
    someone = people[who]
    await someone.types(typed)
    await someone.submits()
    return await ended(slack, someone)


async def test_a_leader_sees_who_is_written_to_and_who_not_and_why(people: Any, working: None, slack: Any) -> None:
    lena = people["ULENA"]
    await lena.types("nudge Sales")
    seen = lena.sees
    assert "Nudge 2 people?" in seen
    assert "“Ada Marsh” (ada.marsh@example.com): “Fire & Safety" in seen and "-> a message now" in seen
    assert "No message, since nothing is overdue: “Noor Rahman”, " in seen
    assert "“Diego Alvarez” (diego.alvarez@example.com): no message, they are not in Slack" in seen
    assert "Hello Ada Marsh, Lena Fischer asks me to remind you" in seen
    assert not people["UADA"].direct


async def test_approved_it_is_brought_to_who_is_overdue_and_told_and_recorded(
    people: Any, working: None, slack: Any, books: Books, overheard: Any
) -> None:
    told = await nudged(people, slack)
    assert "Nudge: 1 person written to." in told and "“Ada Marsh”" in told and "Fire & Safety" in told
    [message] = people["UADA"].direct
    seen = read(message.blocks)
    assert "Hello Ada Marsh, Lena Fischer asks me" in seen and "overdue by" in seen
    assert "https://example.litmos.com/course/" in str(message.blocks)
    rows = [(row.event, row.operation) for row in await books.audit.search()]
    assert rows == [("started", "nudge"), ("done", "nudge")]
    start, end = await books.audit.search(person=ADA)
    assert start.body["actor"]["name"] == "Lena Fischer" and end.run == start.seq
    assert {line["outcome"] for line in end.body["lines"]} == {"done"}
    counted = overheard.told()["metrics"]
    of = 'litmos_deed="plan",litmos_face="slack",litmos_operation="nudge",litmos_outcome="done"'
    assert f"litmos_desk_operation_duration_seconds_count{{{of}}} 1.0" in counted
    of = 'error_type="",litmos_message_kind="nudge",litmos_result="told"'
    assert f"litmos_message_duration_seconds_count{{{of}}} 1.0" in counted
    asked = next(line for line in overheard.logged if line.get("job") and line["event"] == "litmos.call")
    assert (asked["actor"], asked["operation"], asked["face"]) == (start.actor_id, "nudge", "slack")


async def test_closed_it_writes_to_nobody(people: Any, working: None, slack: Any, books: Books) -> None:
    lena = people["ULENA"]
    await lena.types("nudge @ada")
    await lena.closes()
    assert not people["UADA"].direct and not await books.audit.search()


async def test_a_week_long_nobody_is_written_to_again_whoever_asks(
    people: Any, working: None, slack: Any, clock: MovableClock
) -> None:
    await nudged(people, slack)
    clock.advance(6 * 86400)
    omar = people["UOMAR"]
    await omar.types("nudge @ada")
    assert "no message, they were written to 6 days ago" in omar.sees
    clock.advance(86400)
    assert "1 person written to" in await nudged(people, slack, "UOMAR")
    assert len(people["UADA"].direct) == 2


async def test_two_leaders_who_ask_at_once_write_once(people: Any, working: None, slack: Any) -> None:
    lena, omar = people["ULENA"], people["UOMAR"]
    for one in (lena, omar):
        await one.types("nudge @ada")
        assert "Nudge 1 person?" in one.sees
    for one in (lena, omar):
        await one.submits()
    told = [await ended(slack, one) for one in (lena, omar)]
    assert sorted("1 person written to" in one for one in told) == [False, True]
    assert any("somebody has written to them within a week" in one for one in told)
    assert len(people["UADA"].direct) == 1


async def test_the_button_stops_them_and_the_one_in_the_answer_allows_them_again(
    people: Any, working: None, slack: Any, books: Books, clock: MovableClock
) -> None:
    await nudged(people, slack)
    ada = people["UADA"]
    await ada.presses("Stop these reminders", ada.direct[0])
    assert "You get no reminders any more" in ada.direct[-1].text
    clock.advance(8 * 86400)
    await people["ULENA"].types("nudge @ada")
    assert "no message, they want no reminders" in people["ULENA"].sees
    await ada.presses("Turn them on again", ada.direct[-1])
    assert "You get reminders again" in ada.direct[-1].text
    await people["ULENA"].types("nudge @ada")
    assert "Nudge 1 person?" in people["ULENA"].sees
    events = [(row.event, row.actor_id) for row in await books.audit.search(operation="nudges")]
    assert events == [("stopped", ADA), ("allowed", ADA)]


async def test_not_now_is_for_two_weeks(people: Any, working: None, slack: Any, clock: MovableClock) -> None:
    await nudged(people, slack)
    ada = people["UADA"]
    await ada.presses("Not now", ada.direct[0])
    clock.advance(13 * 86400)
    await people["ULENA"].types("nudge @ada")
    assert "no message, they want none before 2026-03-16" in people["ULENA"].sees
    clock.advance(86400)
    await people["ULENA"].types("nudge @ada")
    assert "Nudge 1 person?" in people["ULENA"].sees


async def test_who_stops_them_after_the_plan_is_not_written_to(people: Any, working: None, slack: Any) -> None:
    lena, ada = people["ULENA"], people["UADA"]
    await lena.types("nudge @ada")
    await ada.types("nudges off")
    assert "You get no reminders any more" in ada.messages()[-1].text
    await lena.submits()
    told = await ended(slack, lena)
    assert "0 people written to, 1 not." in told and "they want no reminders" in told
    assert not ada.direct


async def test_who_has_caught_up_after_the_plan_is_not_written_to(
    people: Any, working: None, slack: Any, sandbox: Sandbox, clock: MovableClock
) -> None:
    lena = people["ULENA"]
    await lena.types("nudge @ada FIRE-01")
    sandbox.world.courses_of(ADA).clear()
    await lena.submits()
    assert "nothing is overdue any more" in await ended(slack, lena)
    assert not people["UADA"].direct


async def test_their_training_is_shown_in_a_modal_and_the_message_stays(people: Any, working: None, slack: Any) -> None:
    await nudged(people, slack)
    ada = people["UADA"]
    [message] = ada.direct
    before = message.blocks
    await ada.presses("Show my training", message)
    assert "Your training" in ada.sees and ada.direct[0].blocks == before


async def test_in_quiet_hours_the_plan_says_when(people: Any, working: None, slack: Any) -> None:
    slack.workspace.change("UADA", tz="Pacific/Auckland")  # 9:00 UTC is 22:00 there
    await people["ULENA"].types("nudge @ada")
    assert "-> a message on Tuesday 2026-03-03 08:00 (NZDT)" in people["ULENA"].sees
    await people["ULENA"].submits()
    lena = people["ULENA"]
    await asyncio.wait_for(slack.until(lambda: "who is in quiet hours" in str(lena.direct[-1].blocks)), PATIENCE)
    assert not people["UADA"].direct
    await lena.presses("Stop", lena.direct[-1])
    assert "stopped by Lena Fischer" in await ended(slack, lena)
    assert not people["UADA"].direct


async def test_who_is_not_in_slack_is_named_with_the_reason(
    people: Any, working: None, slack: Any, sandbox: Sandbox
) -> None:
    slack.workspace.change("UADA", deleted=True)
    await people["UOMAR"].types("nudge ada.marsh@example.com")
    assert "Nobody to nudge" in str(people["UOMAR"].modal.payload["title"])
    assert "“Ada Marsh” (ada.marsh@example.com): no message, they are not in Slack" in people["UOMAR"].sees


async def test_a_course_alone_means_everybody_on_it(people: Any, working: None) -> None:
    await people["UOMAR"].types("nudge FIRE-01")
    assert "“Ada Marsh”" in people["UOMAR"].sees and "Fire & Safety" in people["UOMAR"].sees


@pytest.mark.parametrize(
    ("user", "typed", "why"),
    [
        ("UADA", "nudge @noor", "As a learner you may not nudge here."),
        ("ULENA", "nudge Warehouse", "There is no team 'Warehouse' that you may see."),
        ("ULENA", "nudge @tomas", "Nobody whom you may see"),
        ("UOMAR", "nudge", "Name a team, people, or a course."),
        ("UOMAR", "nudge Nonsense, FIRE-01", "There is no team 'Nonsense'"),
    ],
)
async def test_a_no_is_polite(people: Any, working: None, user: str, typed: str, why: str) -> None:
    await people[user].types(typed)
    assert why in people[user].sees


@pytest.mark.parametrize(
    ("who", "reached"),
    [
        ("noor.rahman@example.com", set()),
        ("lena.fischer@example.com", {"team", "below"}),
        ("omar.haddad@example.com", {"team", "below", "other"}),
        ("", {"team", "below", "other"}),
    ],
)
async def test_who_may_nudge_whom(desk: Desk, working: None, who: str, reached: set[str]) -> None:
    targets = {"team": ADA, "below": "TSOsq63Hvzl1", "other": "1u-g1ypKM9O1"}
    allowed = set()
    for name, person in targets.items():
        with suppress(NotAllowed, NotFound):
            await desk.plan_nudge(await desk.operator("tests", who), Nudge((person,)))
            allowed.add(name)
    assert allowed == reached


async def test_a_desk_that_only_reads_nudges_nobody(desk: Desk, working: None, books: Books) -> None:
    desk._parts.access.read_only = True
    with pytest.raises(NotAllowed, match="LITMOS_READ_ONLY"):
        await desk.plan_nudge(await desk.operator("tests", ""), Nudge((ADA,)))
    [row] = await books.audit.search()
    assert (row.event, row.operation) == ("refused", "nudge")


async def test_a_slack_that_does_not_answer_while_it_is_planned_is_asked_again_later(
    people: Any, working: None, slack: Any
) -> None:
    slack.faults.add(Fault("error", "users.lookupByEmail"))
    await people["UOMAR"].types("nudge ada.marsh@example.com")
    assert "a message now or after their quiet hours, if they are in Slack" in people["UOMAR"].sees


async def test_without_a_messenger_or_an_engine_nothing_is_promised(people: Any, desk: Desk, bot: Any) -> None:
    await people["ULENA"].types("nudge @ada")
    assert "Nobody can be written to from here" in people["ULENA"].sees
    desk.reach_by(Reaching(bot.workspaces, bot.teams))
    await people["ULENA"].types("nudge @ada")
    assert "There are no jobs here" in people["ULENA"].sees


async def begun(desk: Desk, job: str = "JOB-1") -> Any:
    """A round for Ada, as an engine begins one; call it with her id to take her turn."""
    lena = await desk.operator("tests", "lena.fischer@example.com")
    plan = await desk.plan_nudge(lena, Nudge((ADA,)))
    task = task_of(lena, plan.request, Approval(plan.fingerprint, "tests"), len(plan.changes))
    receipt = (await desk.rounds.begin(job, task))["receipt"]
    return partial(desk.rounds.tell, job, task, receipt)


async def test_a_slack_that_may_have_taken_the_message_gets_it_once(
    people: Any, working: None, slack: Any, desk: Desk
) -> None:
    turn = await begun(desk)
    slack.faults.add(Fault("broken", "chat.postMessage", 9))
    told = await turn(ADA)
    assert (told["result"], told["wait"]) == ("unproven", None) and "Slack did not take a message" in told["why"]
    slack.faults.clear()
    assert (await turn(ADA))["result"] == "unproven"
    assert not people["UADA"].direct


async def test_a_slack_that_certainly_took_nothing_is_asked_again(
    people: Any, working: None, slack: Any, desk: Desk
) -> None:
    turn = await begun(desk)
    slack.faults.add(Fault("error", "chat.postMessage"))
    told = await turn(ADA)
    assert told["wait"] is not None and told["down"]
    assert (await turn(ADA))["result"] == "done"
    assert len(people["UADA"].direct) == 1


async def test_a_slack_that_cannot_be_reached_breaks_off_no_round(
    people: Any, working: None, slack: Any, bot: Any, desk: Desk
) -> None:
    turn = await begun(desk)
    client = bot.workspaces.at(slack.workspace.id, slack.workspace.bot_token).presence.client
    client.base_url = "http://127.0.0.1:9/api/"
    told = await turn(ADA)
    assert told["down"] and "Slack does not say" in told["why"]
    client.base_url = f"{slack.address}/api/"
    assert (await turn(ADA))["result"] == "done"
    assert len(people["UADA"].direct) == 1


async def test_who_does_not_take_messages_keeps_their_week(
    people: Any, working: None, slack: Any, desk: Desk, books: Books
) -> None:
    turn = await begun(desk)
    slack.faults.add(Fault("error", "chat.postMessage", error="user_disabled"))
    told = await turn(ADA)
    assert told["result"] == "not tried" and "not in Slack" in told["why"]
    assert await books.nudges.claim(ADA, "another") is Claim.FREE


async def test_a_turn_that_is_taken_twice_writes_once(people: Any, working: None, slack: Any, desk: Desk) -> None:
    turn = await begun(desk)
    assert [(await turn(ADA))["result"] for _ in range(2)] == ["done", "done"]
    assert len(people["UADA"].direct) == 1


async def test_a_claim_whose_owner_died_is_not_sent_again(
    people: Any, working: None, slack: Any, desk: Desk, books: Books
) -> None:
    turn = await begun(desk)
    await books.nudges.claim(ADA, "JOB-1")
    told = await turn(ADA)
    assert told["result"] == "unproven" and "nobody knows whether it arrived" in told["why"]
    assert not people["UADA"].direct


async def test_who_leads_them_no_more_writes_to_nobody(
    people: Any, working: None, slack: Any, desk: Desk, sandbox: Sandbox, clock: MovableClock
) -> None:
    turn = await begun(desk)
    for team in sandbox.world.teams.values():
        team.members = [one for one in team.members if one != ADA]
    told = await turn(ADA)
    assert told["result"] == "not tried" and "do not lead all of these people" in told["why"]
    assert not people["UADA"].direct


async def test_what_somebody_types_about_reminders_without_on_or_off_is_explained(people: Any) -> None:
    await people["UADA"].types("nudges")
    assert "/litmos nudges off stops that" in people["UADA"].messages()[-1].text
