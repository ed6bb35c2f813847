"""Changes through the Desk on the demo Litmos: the fewest requests, past every kind of failure, proved and recorded."""

from collections.abc import Sequence
from dataclasses import replace

import anyio
import pytest
from sqlalchemy import text

from litmos.api.client import Client
from litmos.demo.clock import MovableClock
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.desk.actor import Actor
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.desk.outcome import Outcome, Result
from litmos.desk.records import Approval
from litmos.desk.requests import Assign, Change, Reset, Unassign, Undo
from litmos.errors import Invalid, LitmosError, Misconfigured, NotAllowed, NotFound, PlanChanged
from litmos.store.state import State

ADA, NOOR, LENA, IVAN = "hUOuZAzHx4L1", "lNNtZx3cK8n1", "RZdsvDQuc8d1", "rZQ4DQdnmrM1"
FIRE, FIRST_AID, PITCH, FORKLIFT = "fBQ3pTcKjTw1", "od6tHqlqMfj1", "zFVqmgIfOhu1", "7qhuMk9zUGI1"
NEW_STARTER = "UctolfTclkW1"


async def change(desk: Desk, actor: Actor, request: Change | Undo) -> Outcome:
    """Plan, agree to it, and carry it out."""
    plan = await desk.plan(actor, request)
    return await desk.execute(actor, request, Approval(plan.fingerprint, "tests", plan.word))


def results(outcome: Outcome) -> list[Result]:
    return [line.result for line in outcome.lines]


def without(sandbox: Sandbox, course: str, count: int) -> tuple[str, ...]:
    """So many active people who are not on a course."""
    world = sandbox.world
    found = [one.id for one in world.people.values() if one.active and course not in world.courses_of(one.id)]
    assert len(found) >= count
    return tuple(found[:count])


def writes(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [
        (one.method, one.path)
        for one in sandbox.requests
        if one.method != "GET" and not one.path.endswith("users/courses")
    ]


async def warmed(desk: Desk, owner: Actor, sandbox: Sandbox, request: Change) -> None:
    """Person and training are known from now on."""
    await desk.plan(owner, request)
    sandbox.requests.clear()


@pytest.mark.parametrize(
    ("request_", "most"),
    [
        (Assign((NOOR,), (FIRE,)), 4),
        (Unassign((NOOR,), (PITCH,)), 4),
        (Reset((ADA,), (FIRST_AID,)), 4),
        (Unassign((ADA,), (FIRST_AID,)), 5),  # and the copy of the record that is lost
    ],
    ids=["assign", "unassign", "reset", "unassign with a record"],
)
async def test_one_pair_takes_few_requests(
    desk: Desk, owner: Actor, sandbox: Sandbox, request_: Change, most: int
) -> None:
    sandbox.world.assign_course(NOOR, PITCH, at=sandbox.clock())
    await warmed(desk, owner, sandbox, request_)
    outcome = await change(desk, owner, request_)
    assert results(outcome) == [Result.DONE]
    assert len(sandbox.requests) == most


@pytest.mark.parametrize(
    ("course", "requests"), [("FIRE-01", 6), (FIRE, 6), ("Fire & Safety", 7)], ids=["code", "id", "name"]
)
async def test_one_pair_of_strangers_takes_six_and_one_more_for_a_name_that_a_path_may_have(
    desk: Desk, owner: Actor, sandbox: Sandbox, course: str, requests: int
) -> None:
    outcome = await change(desk, owner, Assign(("noor.rahman@example.com",), (course,)))
    assert results(outcome) == [Result.DONE]
    assert len(sandbox.requests) == requests


async def test_all_courses_of_a_person_go_in_one_request(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    outcome = await change(desk, owner, Assign((NOOR, ADA), (FORKLIFT, FIRE, NEW_STARTER)))
    assert {line.line.pair.training for line in outcome.done} >= {FORKLIFT, FIRE, NEW_STARTER}
    assert sorted(writes(sandbox)) == [
        ("POST", f"/users/{ADA}/courses"),
        ("POST", f"/users/{NOOR}/courses"),
        ("POST", f"/users/{NOOR}/learningpaths"),
    ]


async def test_quiet_sends_no_mail(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    people = without(sandbox, FIRE, 3)
    await change(desk, owner, Assign(people[:1], (FIRE,), notify=False))
    assert not sandbox.mails
    await change(desk, owner, Assign(people[1:], (FIRE,)))
    assert sandbox.mails


@pytest.mark.parametrize("kind", ["lost", "504", "reset", "truncated"])
async def test_forty_answers_that_are_lost_are_looked_up_and_never_asked_twice(
    desk: Desk, owner: Actor, sandbox: Sandbox, kind: str
) -> None:
    course = sandbox.world.add_course("Ladders").id
    people = without(sandbox, course, 40)
    plan = await desk.plan(owner, request := Assign(people, (course,)))
    once = 40 if kind in {"lost", "truncated"} else 3
    sandbox.faults.add(Fault(kind, "POST", "/users/[^/]+/courses$", times=once))
    sandbox.requests.clear()
    outcome = await desk.execute(owner, request, Approval(plan.fingerprint, "tests", plan.word))
    assert results(outcome) == [Result.DONE] * 40
    assert outcome.summary == "Assign: 40 done."
    asked = [path for method, path in writes(sandbox) if method == "POST"]
    if kind in {"lost", "truncated"}:
        assert len(asked) == len(set(asked)) == 40
    mailed = [mail.person_id for mail in sandbox.mails]
    assert len(mailed) == len(set(mailed))


async def test_a_single_failure_leaves_the_others_done(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    people = without(sandbox, FIRE, 5)
    sandbox.faults.add(Fault("500", "POST", f"/users/{people[2]}/courses", times=9))
    outcome = await change(desk, owner, Assign(people, (FIRE,)))
    assert results(outcome) == [Result.DONE, Result.DONE, Result.FAILED, Result.DONE, Result.DONE]
    assert "HTTP 500" in outcome.lines[2].why
    assert outcome.summary == "Assign: 4 done, 1 failed."


async def test_what_litmos_confirms_and_does_not_do_is_unproven(
    desk: Desk, owner: Actor, sandbox: Sandbox, clock: MovableClock
) -> None:
    before = clock()
    sandbox.faults.add(Fault("ignored", "POST", f"/users/{NOOR}/courses", times=9))
    outcome = await change(desk, owner, Assign((NOOR,), (FIRE,)))
    assert results(outcome) == [Result.UNPROVEN]
    assert outcome.lines[0].why == "Litmos said yes, but reading back does not show it"
    assert (clock() - before).total_seconds() == 2  # it was looked at a second time
    assert outcome.undo_until is None


async def test_a_key_that_is_refused_stops_the_rest(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    people = without(sandbox, FIRE, 20)
    plan = await desk.plan(owner, request := Assign(people, (FIRE,)))
    sandbox.faults.add(Fault("401", path="courses$", times=99))
    with pytest.raises(Misconfigured, match="LITMOS_API_KEY"):
        await desk.execute(owner, request, Approval(plan.fingerprint, "tests"))
    sandbox.faults.clear()
    sandbox.faults.add(Fault("401", "POST", "/users/[^/]+/courses$", times=99))
    outcome = await desk.execute(owner, request, Approval(plan.fingerprint, "tests"))
    assert set(results(outcome)) == {Result.FAILED, Result.NOT_TRIED}
    assert len(writes(sandbox)) <= 8
    assert all("LITMOS_API_KEY" in line.why for line in outcome.lines)


async def test_cancelled_it_answers_what_is_under_way_and_begins_no_more(
    desk: Desk, owner: Actor, sandbox: Sandbox, books: Books
) -> None:
    people = without(sandbox, FIRE, 25)
    plan = await desk.plan(owner, request := Assign(people, (FIRE,)))

    def stop(done: int, total: int) -> None:
        scope.cancel()

    with anyio.CancelScope() as scope:
        await desk.execute(owner, request, Approval(plan.fingerprint, "tests"), progress=stop)
    assert scope.cancelled_caught
    start, end = await books.audit.search()
    assert (start.event, end.event, end.run) == ("started", "partly", start.seq)
    told = {line["person_id"]: line["outcome"] for line in end.body["lines"]}
    really = {one: FIRE in sandbox.world.courses_of(one) for one in people}
    assert {one: outcome == "done" for one, outcome in told.items()} == really
    assert 0 < sum(really.values()) <= 8
    assert {line.get("why") for line in end.body["lines"]} == {None, "stopped before its turn"}


async def test_what_cannot_be_recorded_is_not_done(desk: Desk, owner: Actor, sandbox: Sandbox, state: State) -> None:
    plan = await desk.plan(owner, request := Assign((NOOR,), (FIRE,)))
    await state.write(
        lambda conn: conn.execute(text("CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"))
    )
    with pytest.raises(Exception, match="no"):  # not told as a LitmosError: a constraint of the database itself
        await desk.execute(owner, request, Approval(plan.fingerprint, "tests"))
    assert writes(sandbox) == []


async def test_an_outcome_that_cannot_be_recorded_says_so(
    api: Client, owner: Actor, books: Books, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OnlyTheFirst(type(books.audit)):  # type: ignore[misc]  # a disk that fills up after the first row
        async def append(self, event: str, **row: object) -> object:
            if event != "started":
                raise LitmosError("no room left")
            return await super().append(event, **row)

    audit = OnlyTheFirst(books.audit._state, clock=lambda: clock().timestamp())
    desk = Desk(api, DeskSettings("demo"), replace(books, audit=audit), now=clock)
    outcome = await change(desk, owner, Assign((NOOR,), (FIRE,)))
    assert results(outcome) == [Result.DONE]
    assert outcome.note == "What was done could not be recorded: no room left"
    assert len(await books.audit.unfinished()) == 1


async def test_a_plan_that_would_do_something_else_now_is_not_carried_out(
    desk: Desk, owner: Actor, sandbox: Sandbox
) -> None:
    sandbox.world.assign_course(ADA, FORKLIFT, at=sandbox.clock())
    request = Assign((NOOR, ADA), (FIRE, FORKLIFT))
    plan = await desk.plan(owner, request)
    sandbox.world.remove_course(ADA, FORKLIFT)
    with pytest.raises(PlanChanged, match="Nothing was done"):
        await desk.execute(owner, request, Approval(plan.fingerprint, "tests"))
    assert writes(sandbox) == []


async def test_carried_out_twice_it_changes_nothing_the_second_time(
    desk: Desk, owner: Actor, sandbox: Sandbox, books: Books
) -> None:
    plan = await desk.plan(owner, request := Assign((NOOR,), (FIRE,)))
    approval = Approval(plan.fingerprint, "tests")
    await desk.execute(owner, request, approval)
    again = await desk.execute(owner, request, approval)
    assert (results(again), again.receipt) == ([Result.ALREADY], 0)
    assert len(writes(sandbox)) == 1
    assert len(await books.audit.search()) == 2


@pytest.mark.parametrize(
    "request_", [Reset((ADA,), (FIRST_AID,)), Unassign((ADA,), (FIRST_AID,))], ids=["reset", "unassign"]
)
async def test_a_record_that_is_lost_is_kept_in_the_audit(
    desk: Desk, owner: Actor, books: Books, request_: Change
) -> None:
    await change(desk, owner, request_)
    [copy] = (await books.audit.search())[0].body["before"]
    assert (copy["person_id"], copy["id"], copy["complete"]) == (ADA, FIRST_AID, True)
    assert [(one["name"], one["score"]) for one in copy["modules"]] == [
        ("Calling for help", None),
        ("Recovery position", None),
        ("First aid quiz", 82),
    ]


async def test_a_record_that_cannot_be_copied_is_not_destroyed(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    plan = await desk.plan(owner, request := Unassign((ADA,), (FIRST_AID, FIRE)))
    sandbox.faults.add(Fault("500", "GET", f"/courses/{FIRST_AID}$", times=9))
    outcome = await desk.execute(owner, request, Approval(plan.fingerprint, "tests"))
    by_course = {line.line.pair.training: line for line in outcome.lines}
    assert by_course[FIRST_AID].result is Result.FAILED
    assert "no copy of its record could be made" in by_course[FIRST_AID].why
    assert by_course[FIRE].result is Result.DONE
    assert FIRST_AID in sandbox.world.courses_of(ADA)


@pytest.mark.parametrize("word", ["", "yes", "RESETT"])
async def test_a_wrong_word_changes_nothing(desk: Desk, owner: Actor, sandbox: Sandbox, word: str) -> None:
    people = without(sandbox, PITCH, 26)
    plan = await desk.plan(owner, request := Assign(people, (PITCH,)))
    assert plan.needs_word
    with pytest.raises(Invalid, match="takes the typed word ASSIGN"):
        await desk.execute(owner, request, Approval(plan.fingerprint, "tests", word))
    assert writes(sandbox) == []


async def test_undo_takes_back_what_was_done_and_nothing_else(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    await change(desk, owner, Assign((NOOR, ADA), (FIRE, FORKLIFT)))
    undone = await change(desk, owner, Undo())
    assert set(results(undone)) == {Result.DONE}
    assert FIRE in sandbox.world.courses_of(ADA)  # as before
    assert FORKLIFT not in sandbox.world.courses_of(ADA)
    assert FIRE not in sandbox.world.courses_of(NOOR)
    assert FORKLIFT in sandbox.world.courses_of(NOOR)  # as before
    with pytest.raises(Invalid, match="No change of yours can be undone now"):
        await desk.plan(owner, Undo())


async def test_undo_of_unassign_assigns_again_without_mails(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    outcome = await change(desk, owner, Unassign((ADA,), (FIRE,)))
    await change(desk, owner, Undo(outcome.receipt))
    assert FIRE in sandbox.world.courses_of(ADA)
    assert not sandbox.mails


async def test_undo_is_for_ten_minutes_and_for_who_did_it(desk: Desk, owner: Actor, clock: MovableClock) -> None:
    await change(desk, owner, Assign((NOOR,), (FIRE,)))
    omar = await desk.operator("tests", "omar.haddad@example.com")
    with pytest.raises(Invalid, match="only what you yourself"):
        await desk.plan(omar, Undo())
    clock.advance(601)
    with pytest.raises(Invalid, match="in the last ten minutes"):
        await desk.plan(owner, Undo())


async def test_a_reset_cannot_be_undone(desk: Desk, owner: Actor) -> None:
    outcome = await change(desk, owner, Reset((ADA,), (FIRST_AID,)))
    assert outcome.undo_until is None
    with pytest.raises(Invalid, match="A reset cannot"):
        await desk.plan(owner, Undo(outcome.receipt))


async def test_a_role_that_is_taken_away_meanwhile_counts_at_once(desk: Desk, sandbox: Sandbox, books: Books) -> None:
    omar = await desk.operator("tests", "omar.haddad@example.com")
    plan = await desk.plan(omar, request := Assign((NOOR,), (FIRE,)))
    sandbox.world.people[omar.key].access_level = "Learner"
    with pytest.raises(NotAllowed, match="As a learner you may not assign here"):
        await desk.execute(omar, request, Approval(plan.fingerprint, "tests"))
    assert [entry.event for entry in await books.audit.search()] == ["refused"]
    assert writes(sandbox) == []


async def test_wrong_names_are_told_all_at_once(desk: Desk, owner: Actor) -> None:
    with pytest.raises(NotFound, match=r"(?s)'Nobody One'.*'Nobody Two'"):
        await desk.plan(owner, Assign((ADA, "Nobody One", "Nobody Two"), (FIRE,)))


@pytest.mark.parametrize("people", [(), ("",)])
async def test_nobody_is_no_request(desk: Desk, owner: Actor, people: Sequence[str]) -> None:
    with pytest.raises(Invalid, match=r"Name (at least one|a) person"):
        await desk.plan(owner, Assign(tuple(people), (FIRE,)))


async def test_many_people_are_looked_up_together(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    emails = tuple(one.email for one in sandbox.world.people.values() if one.email.startswith(("a", "j", "m")))[:12]
    await desk.plan(owner, Assign(emails, (FIRE,)))
    assert len(sandbox.requests) <= 3  # everybody, the catalog, their courses


async def test_without_a_place_to_record_nothing_can_be_changed(api: Client, owner: Actor, sandbox: Sandbox) -> None:
    desk = Desk(api, DeskSettings("demo"))
    plan = await desk.plan(owner, request := Assign((NOOR,), (FIRE,)))
    with pytest.raises(Misconfigured, match="no state database"):
        await desk.execute(owner, request, Approval(plan.fingerprint, "tests"))
    assert writes(sandbox) == []
