"""Plans are drafted from snapshots without any I/O: what they say, what names them, what they ask."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from litmos.desk.answers import Training
from litmos.desk.drafts import draft
from litmos.desk.plan import Consent, Fate, Pair, Plan
from litmos.desk.requests import Assign, Change, Reset, Unassign
from litmos.desk.snapshot import Held, Snapshot
from litmos.model import AccessLevel, CourseResult, ModuleResult, Person, TrainingKind

COURSE, PATH = TrainingKind.COURSE, TrainingKind.LEARNING_PATH
DONE = Held(complete=True, percent=100, completed=date(2026, 1, 2), begun=True)
HALF = Held(percent=62, begun=True)


def person(key: str, *, name: str = "", active: bool = True) -> Person:
    return Person(key, f"{key}@example.com", name or key, "", f"{key}@example.com", active, AccessLevel.LEARNER)


def course(key: str, *, active: bool = True) -> Training:
    return Training(key, f"Course {key}", COURSE, f"{key}-01", active)


def path(key: str) -> Training:
    return Training(key, f"Path {key}", PATH)


def result(course_id: str, *, done: int = 4, score: int | None = 92, complete: bool = True) -> CourseResult:
    modules = tuple(ModuleResult(f"m{at}", f"M{at}", "", completed=True, attempts=1) for at in range(done))
    if score is not None and modules:
        modules = (*modules[:-1], replace(modules[-1], score=score))
    ended = datetime(2026, 1, 2, tzinfo=UTC) if complete else None
    percent = Decimal(100 if complete else 25 * done)
    return CourseResult(course_id, course_id, "", True, complete, percent, modules, completed=ended)


def seen(people: Iterable[Person], training: Iterable[Training], **known: Any) -> Snapshot:
    return Snapshot(people=tuple(people), training=tuple(training), **known)


def asked(kind: type[Change], snapshot_: Snapshot) -> Plan:
    request = kind(tuple(one.id for one in snapshot_.people), tuple(one.id for one in snapshot_.training))
    return draft(request, snapshot_)


A, B = person("ann"), person("bob")
HELD = {Pair("ann", COURSE, "c"): DONE}


@pytest.mark.parametrize(
    ("kind", "snapshot_", "fate", "now", "then", "loses"),
    [
        (Assign, seen([A], [course("c")]), Fate.CHANGE, "not assigned", "will be assigned", ""),
        (Assign, seen([A], [path("p")]), Fate.CHANGE, "not assigned", "will be assigned", ""),
        (
            Assign,
            seen([A], [course("c")], held={Pair("ann", COURSE, "c"): HALF}),
            Fate.ALREADY,
            "62 % done",
            "already assigned",
            "",
        ),
        (Assign, seen([A], [course("c")], held=HELD), Fate.ALREADY, "completed 2026-01-02", "already assigned", ""),
        (
            Assign,
            seen([person("eve", active=False)], [course("c")]),
            Fate.REFUSED,
            "not assigned",
            "refused: this person is inactive",
            "",
        ),
        (
            Assign,
            seen([A], [course("c", active=False)]),
            Fate.REFUSED,
            "not assigned",
            "refused: this course is inactive",
            "",
        ),
        (Unassign, seen([A], [course("c")]), Fate.ALREADY, "not assigned", "nothing to remove", ""),
        (
            Unassign,
            seen([A], [course("c")], held=HELD),
            Fate.CHANGE,
            "completed 2026-01-02",
            "will be removed",
            "the completion of 2026-01-02",
        ),
        (
            Unassign,
            seen([A], [course("c")], held={Pair("ann", COURSE, "c"): Held()}),
            Fate.CHANGE,
            "not begun",
            "will be removed",
            "",
        ),
        (
            Unassign,
            seen([A], [course("c")], held=HELD, in_path={("ann", "c"): "New Starter"}),
            Fate.REFUSED,
            "completed 2026-01-02",
            "refused: it is part of the learning path New Starter; removing the path is the way",
            "",
        ),
        (
            Reset,
            seen([A], [course("c")]),
            Fate.REFUSED,
            "not assigned",
            "refused: not assigned, there is nothing to reset",
            "",
        ),
        (
            Reset,
            seen([A], [path("p")]),
            Fate.REFUSED,
            "not assigned",
            "refused: learning paths cannot be reset; reset their courses",
            "",
        ),
        (
            Reset,
            seen([A], [course("c")], held={Pair("ann", COURSE, "c"): Held()}),
            Fate.ALREADY,
            "not begun",
            "nothing done yet, nothing to reset",
            "",
        ),
        (
            Reset,
            seen([A], [course("c")], held=HELD, results={("ann", "c"): result("c")}),
            Fate.CHANGE,
            "completed 2026-01-02",
            "back to the beginning",
            "4 completed modules, the score 92 and the completion of 2026-01-02",
        ),
        (
            Reset,
            seen(
                [A],
                [course("c")],
                held={Pair("ann", COURSE, "c"): HALF},
                results={("ann", "c"): result("c", done=1, score=None, complete=False)},
            ),
            Fate.CHANGE,
            "62 % done",
            "back to the beginning",
            "1 completed module",
        ),
        (
            Assign,
            seen([A], [course("c")], unread=frozenset({"ann"})),
            Fate.REFUSED,
            "not assigned",
            "refused: Litmos does not tell this person's courses",
            "",
        ),
    ],
)
def test_every_line_says_now_and_then(
    kind: type[Change], snapshot_: Snapshot, fate: Fate, now: str, then: str, loses: str
) -> None:
    [line] = asked(kind, snapshot_).lines
    assert (line.fate, line.now, line.then, line.loses) == (fate, now, then, loses)


def test_the_question_shows_all_of_it() -> None:
    people = [A, person("eve", active=False), B]
    plan = asked(Assign, seen(people, [course("c"), path("p")], held=HELD))
    assert plan.question == snapshot("""\
Assign 2 trainings for 2 people?
- “ann” (ann@example.com), “Path p”: not assigned -> will be assigned
- “bob” (bob@example.com), “Course c” (c-01): not assigned -> will be assigned
- “bob” (bob@example.com), “Path p”: not assigned -> will be assigned
- “eve” (eve@example.com), “Course c” (c-01): not assigned -> refused: this person is inactive
- “eve” (eve@example.com), “Path p”: not assigned -> refused: this person is inactive
Left as it is: 1 of 6.
Litmos sends an e-mail about each new assignment to people who have signed in before.
(plan 85ede1053c38)\
""")


def test_namesakes_and_hostile_names_are_told_apart_and_harmless() -> None:
    twins = [person("a1", name="Sam Lee"), person("a2", name="Sam Lee")]
    trick = replace(course("c"), name="Fire\n- everybody: nothing happens\N{RIGHT-TO-LEFT OVERRIDE}", code="")
    question = asked(Assign, seen(twins, [trick])).question
    assert "“Sam Lee” (a1@example.com)" in question and "“Sam Lee” (a2@example.com)" in question
    assert len(question.splitlines()) == 5
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in question


def many(count: int) -> list[Person]:
    return [person(f"p{at}") for at in range(count)]


@pytest.mark.parametrize(
    ("plan", "consent"),
    [
        (asked(Assign, seen([A], [course("c")], held=HELD)), Consent.NONE),
        (asked(Assign, seen([A], [course("c")])), Consent.YES),
        (asked(Assign, seen(many(25), [course("c")])), Consent.YES),
        (asked(Assign, seen(many(26), [course("c")])), Consent.WORD),
        (asked(Reset, seen([A], [course("c")], held=HELD, results={("ann", "c"): result("c")})), Consent.YES),
        (
            asked(
                Reset,
                seen(
                    [A, B],
                    [course("c")],
                    held=HELD | {Pair("bob", COURSE, "c"): DONE},
                    results={("ann", "c"): result("c"), ("bob", "c"): result("c")},
                ),
            ),
            Consent.WORD,
        ),
    ],
    ids=["nothing", "one", "25 people", "26 people", "one reset", "two resets of completed"],
)
def test_the_consent_grows_with_what_is_at_stake(plan: Plan, consent: Consent) -> None:
    assert plan.consent is consent
    assert ("To go on, type" in plan.question) is (consent is Consent.WORD)


def test_what_is_learnt_meanwhile_without_effect_leaves_the_fingerprint() -> None:
    before = asked(Assign, seen([A, B], [course("c")], held={Pair("ann", COURSE, "c"): HALF}))
    after = asked(Assign, seen([A, B], [course("c")], held={Pair("ann", COURSE, "c"): DONE}))
    assert before.fingerprint == after.fingerprint


def test_mails_and_losses_are_part_of_the_fingerprint() -> None:
    one = seen([A], [course("c")], held=HELD, results={("ann", "c"): result("c")})
    other = seen([A], [course("c")], held=HELD, results={("ann", "c"): result("c", score=93)})
    assert asked(Reset, one).fingerprint != asked(Reset, other).fingerprint
    empty = seen([A], [course("c")])
    loud, quiet = (draft(Assign(("ann",), ("c",), notify=notify), empty) for notify in (True, False))
    assert loud.fingerprint != quiet.fingerprint
    assert loud.question != quiet.question


people = st.lists(st.sampled_from([A, B, person("eve", active=False)]), unique=True, min_size=1)
training = st.lists(
    st.sampled_from([course("c"), course("d"), course("off", active=False), path("p"), path("q")]),
    unique=True,
    min_size=1,
)
kinds = st.sampled_from([Assign, Unassign, Reset])
holdings = st.sampled_from([None, Held(), HALF, DONE])


@st.composite
def worlds(draw: st.DrawFn) -> Snapshot:
    """People and training, and any state among them."""
    who, what = draw(people), draw(training)
    held = {Pair(one.id, thing.kind, thing.id): draw(holdings) for one in who for thing in what}
    kept = {pair: state for pair, state in held.items() if state is not None}
    return seen(who, what, held=kept, results=results_of(kept))


def results_of(held: dict[Pair, Held]) -> dict[tuple[str, str], CourseResult]:
    return {
        (pair.person, pair.training): result(pair.training, complete=state.complete)
        for pair, state in held.items()
        if pair.kind is COURSE and state.begun
    }


def carried_out(plan: Plan, before: Snapshot) -> Snapshot:
    """A model of Litmos: what is held once the plan has been done."""
    held = dict(before.held)
    for line in plan.changes:
        if isinstance(plan.request, Unassign):
            del held[line.pair]
        else:
            held[line.pair] = Held()
    return seen(before.people, before.training, held=held, results=results_of(held))


@given(worlds(), kinds)
def test_drafting_twice_is_the_same(before: Snapshot, kind: type[Change]) -> None:
    one, two = asked(kind, before), asked(kind, before)
    assert one == two
    assert (one.fingerprint, one.question) == (two.fingerprint, two.question)


@given(worlds(), kinds)
def test_every_pair_that_was_asked_for_is_named_once_and_no_other(before: Snapshot, kind: type[Change]) -> None:
    plan = asked(kind, before)
    asked_for = [(one.id, thing.kind, thing.id) for one in before.people for thing in before.training]
    assert [tuple(line.pair) for line in plan.lines] == asked_for


@given(worlds(), kinds)
def test_what_has_been_carried_out_leaves_nothing_to_do(before: Snapshot, kind: type[Change]) -> None:
    plan = asked(kind, before)
    assert asked(kind, carried_out(plan, before)).changes == ()


@given(worlds(), kinds, st.data())
def test_only_leaves_out_all_other_pairs(before: Snapshot, kind: type[Change], data: st.DataObject) -> None:
    pairs = [(one.id, thing.id) for one in before.people for thing in before.training]
    only = frozenset(data.draw(st.lists(st.sampled_from(pairs), min_size=1)))
    request = kind(tuple(one.id for one in before.people), tuple(one.id for one in before.training), only)
    assert {(line.pair.person, line.pair.training) for line in draft(request, before).lines} == only


@given(worlds(), worlds(), kinds)
def test_two_plans_have_one_question_only_if_they_have_one_fingerprint(
    one: Snapshot, other: Snapshot, kind: type[Change]
) -> None:
    first, second = asked(kind, one), asked(kind, other)
    assert first.question != second.question or first.fingerprint == second.fingerprint
