"""What somebody is on, as the Desk reads it from Litmos."""

from collections import Counter
from datetime import timedelta

import anyio
import anyio.lowlevel
import pytest

from litmos.demo.clock import MovableClock
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox
from litmos.desk.actor import Actor
from litmos.desk.answers import UserCourses
from litmos.desk.assignments import Remembered
from litmos.desk.desk import Desk
from litmos.desk.line import Line
from litmos.desk.records import Approval
from litmos.desk.requests import Assign, GetModuleResults, GetUserCourses, GetUserLearningPaths, Show
from litmos.desk.standing import Status, in_words
from litmos.errors import LitmosError, NotFound

ADA, SAM, GRACE = "hUOuZAzHx4L1", "AzUdIG1OHqt1", "WK59PFkl0Jf1"
FIRE, FIRST_AID, NEW_STARTER = "fBQ3pTcKjTw1", "od6tHqlqMfj1", "UctolfTclkW1"


def put_on_courses(sandbox: Sandbox, count: int) -> str:
    """Somebody new on so many courses, due one day after the other, the first one first; the person's id."""
    person = sandbox.world.add_person("Busy", "Bee")
    now = sandbox.clock()
    for number in range(count):
        course = sandbox.world.add_course(f"Course {number:02}")
        due = now + timedelta(days=number + 1)
        sandbox.world.assign_course(person.id, course.id, at=now - timedelta(days=9), due=due)
    return person.id


def due_dates_read(sandbox: Sandbox) -> int:
    return sum("/courses/" in seen.path for seen in sandbox.requests)


async def test_every_state_of_a_course_is_told_most_pressing_first(desk: Desk, owner: Actor) -> None:
    found = await desk.look(owner, GetUserCourses(ADA))
    assert [(row.name, in_words(row.standing)) for row in found.courses] == [
        ("Fire & Safety", "overdue by 9 days (2026-02-21)"),
        ("Manual Handling", "to do, due in 3 days (2026-03-05)"),
        ('Anti-Bribery "Gifts" Policy', "to do, due in 21 days (2026-03-23)"),
        ("Excel for Finance", "in progress, due in 45 days (2026-04-16), 50 %"),
        ("安全培训", "compliance expired 2026-01-16"),
        ("What's Your Pitch? 🎯", "in progress, 50 %"),
        ("Welcome to Example", "to do"),
        ("Data Protection Basics", "to do"),
        ("Spotting Phishing", "to do"),
        ("Working at Height", "access ended 2026-02-16"),
        ("Leading Small Teams", "content changed since completion"),
        ("First Aid", "completed 2025-11-20, compliant till 2026-11-20"),
    ]
    assert found.person.name == "Ada Marsh"
    assert found.due_unread == 0


async def test_learning_paths_are_not_counted_among_courses(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    courses = await desk.look(owner, GetUserCourses(ADA))
    paths = await desk.look(owner, GetUserLearningPaths(ADA))
    assert {row.id for row in courses.courses} == set(sandbox.world.courses_of(ADA))
    assert sum(courses.counts.values()) == len(courses.courses) == 12
    assert [(row.id, in_words(row.standing)) for row in paths.paths] == [(NEW_STARTER, "to do")]


@pytest.mark.parametrize(
    ("show", "statuses"),
    [
        (Show.ALL, set(Status)),
        (Show.OPEN, set(Status) - {Status.COMPLETED, Status.CHANGED}),
        (Show.OVERDUE, {Status.OVERDUE}),
        (Show.COMPLETED, {Status.COMPLETED, Status.CHANGED}),
    ],
    ids=["all", "open", "overdue", "completed"],
)
async def test_what_is_shown_can_be_chosen_and_the_counts_stay_whole(
    show: Show, statuses: set[Status], desk: Desk, owner: Actor
) -> None:
    everything = await desk.look(owner, GetUserCourses(ADA))
    found = await desk.look(owner, GetUserCourses(ADA, show))
    assert {row.standing.status for row in found.courses} == statuses
    assert found.counts == everything.counts == Counter(row.standing.status for row in everything.courses)
    assert found.courses == tuple(row for row in everything.courses if row.standing.status in statuses)


async def test_a_course_that_is_switched_off_says_so(desk: Desk, owner: Actor) -> None:
    found = await desk.look(owner, GetUserCourses("Ivan Petrov"))
    assert [row.name for row in found.courses if not row.active] == ["Legacy Induction 2009"]


async def test_somebody_on_nothing_is_on_nothing(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    person = sandbox.world.add_person("Idle", "Ina").id
    assert (await desk.look(owner, GetUserCourses(person))).courses == ()
    assert (await desk.look(owner, GetUserLearningPaths(person))).paths == ()


async def test_the_due_dates_of_at_most_ten_open_courses_are_read(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    found = await desk.look(owner, GetUserCourses(put_on_courses(sandbox, 14)))
    assert due_dates_read(sandbox) == 10
    assert sum(row.standing.due is not None for row in found.courses) == 10
    assert found.due_unread == 4


async def test_no_due_date_is_read_of_what_is_done_or_has_ended(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    await desk.look(owner, GetUserCourses(ADA))
    read = {seen.path.rpartition("/")[2] for seen in sandbox.requests if "/courses/" in seen.path}
    results = sandbox.world.courses_of(ADA)
    assert read == {
        course
        for course, result in results.items()
        if result.completed is None and (result.access_till is None or result.access_till > sandbox.clock())
    }


async def test_asking_again_reads_no_due_date_and_changes_no_order(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    person = put_on_courses(sandbox, 25)
    first = await desk.look(owner, GetUserCourses(person))
    again = await desk.look(owner, GetUserCourses(person))
    assert [row.id for row in again.courses] == [row.id for row in first.courses]
    assert due_dates_read(sandbox) == 10


async def test_due_dates_are_read_again_after_ten_minutes(
    desk: Desk, owner: Actor, sandbox: Sandbox, clock: MovableClock
) -> None:
    person = put_on_courses(sandbox, 1)
    await desk.look(owner, GetUserCourses(person))
    (result,) = sandbox.world.courses_of(person).values()
    result.due = clock() + timedelta(days=40)
    clock.advance(600)
    (row,) = (await desk.look(owner, GetUserCourses(person))).courses
    assert row.standing.due_in_days == 40


async def test_a_due_date_that_cannot_be_read_does_not_fail_the_answer(
    desk: Desk, owner: Actor, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("500", path=f"/courses/{FIRE}$"))
    found = await desk.look(owner, GetUserCourses(ADA))
    assert found.due_unread == 1
    assert _words_of(found, FIRE) == "overdue"
    found = await desk.look(owner, GetUserCourses(ADA))
    assert found.due_unread == 0
    assert _words_of(found, FIRE) == "overdue by 9 days (2026-02-21)"


def _words_of(found: UserCourses, course: str) -> str:
    return next(in_words(row.standing) for row in found.courses if row.id == course)


async def test_a_list_that_cannot_be_read_does_fail_the_answer(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("500", path="/courses$"))
    with pytest.raises(LitmosError):
        await desk.look(owner, GetUserCourses(ADA))


async def test_results_show_the_modules_of_a_course(desk: Desk, owner: Actor) -> None:
    found = await desk.look(owner, GetModuleResults("FA-01", "Ada Marsh"))
    assert (found.course.name, in_words(found.course.standing)) == ("First Aid", "completed 2025-11-20")
    assert [(module.name, module.completed, module.score, module.pass_mark) for module in found.modules] == [
        ("Calling for help", True, None, None),
        ("Recovery position", True, None, None),
        ("First aid quiz", True, 82, 70),
    ]
    assert found.assigned is not None
    assert found.assigned.isoformat() == "2025-11-02"


async def test_results_of_a_course_somebody_is_not_on_say_so(desk: Desk, owner: Actor) -> None:
    with pytest.raises(NotFound, match="“Ada Marsh” is not on “Forklift Theory”, so there are no results"):
        await desk.look(owner, GetModuleResults("FLT-01", ADA))


async def test_results_of_a_course_that_litmos_dates_nowhere(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    found = await desk.look(owner, GetModuleResults(FIRST_AID, put_on(sandbox, FIRST_AID)))
    assert (found.course.standing.status, found.course.standing.due) == (Status.TO_DO, None)


def put_on(sandbox: Sandbox, course: str) -> str:
    person = sandbox.world.add_person("Late", "Comer").id
    sandbox.world.assign_course(person, course, at=sandbox.clock())
    return person


def lists_read(sandbox: Sandbox) -> int:
    return sum(seen.path.endswith(f"/users/{ADA}/courses") for seen in sandbox.requests if seen.method == "GET")


async def test_asking_twice_in_ten_seconds_costs_one_request(
    desk: Desk, owner: Actor, sandbox: Sandbox, clock: MovableClock
) -> None:
    first = await desk.look(owner, GetUserCourses(ADA))
    clock.advance(9)
    assert await desk.look(owner, GetUserCourses(ADA)) == first and lists_read(sandbox) == 1
    await desk.look(owner, GetUserCourses(ADA, fresh=True))
    assert lists_read(sandbox) == 2
    clock.advance(10)
    await desk.look(owner, GetUserCourses(ADA, Show.OVERDUE))
    assert lists_read(sandbox) == 3


async def test_a_change_is_seen_by_whoever_looks_next(desk: Desk, owner: Actor) -> None:
    before = await desk.look(owner, GetUserCourses(SAM))
    plan = await desk.plan(owner, Assign((SAM,), (FIRE,)))
    await desk.execute(owner, plan.request, Approval(plan.fingerprint, "tests"))
    after = await desk.look(owner, GetUserCourses(SAM))
    assert {row.id for row in after.courses} == {row.id for row in before.courses} | {FIRE}


async def test_what_was_read_while_something_changed_is_not_remembered(
    line: Line, sandbox: Sandbox, clock: MovableClock
) -> None:
    known = Remembered(lambda: clock().timestamp())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(known.courses.read, line, SAM)
        await anyio.lowlevel.checkpoint()  # it is under way
        known.forget([(SAM, FIRE)])
    await known.courses.read(line, SAM)
    assert len(sandbox.requests) == 2
