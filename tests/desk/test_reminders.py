"""The plan of a nudge: pure, whole, and named by what it would do."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from litmos.desk.answers import TrainingRow
from litmos.desk.plan import Consent
from litmos.desk.reminders import NOTHING, NudgeLine, NudgePlan, message
from litmos.desk.requests import Nudge
from litmos.desk.standing import Standing, Status

TEXTS = st.text(max_size=30)
COURSES = st.lists(st.builds(TrainingRow, TEXTS, TEXTS, st.just(Standing(Status.OVERDUE, 0)), link=TEXTS), max_size=20)
LINES = st.builds(
    NudgeLine,
    person=st.uuids().map(str),
    name=TEXTS,
    email=TEXTS,
    courses=COURSES.map(tuple),
    why=st.sampled_from(["", "", NOTHING, "that is you"]),
)
PLANS = st.builds(
    NudgePlan, st.just(Nudge()), TEXTS, st.lists(LINES, max_size=40, unique_by=lambda line: line.person).map(tuple)
)


@given(PLANS)
def test_everybody_is_in_the_plan_and_many_take_a_word(plan: NudgePlan) -> None:
    well = sum(line.why == NOTHING for line in plan.lines)
    assert len(plan.told) == len(plan.lines) - well + bool(well)
    count = len(plan.changes)
    assert plan.consent is (Consent.NONE if not count else Consent.WORD if count > 25 else Consent.YES)
    assert bool(plan.notes) is bool(count)
    assert all("\n" not in text for text in (*plan.told, *plan.notes))


@given(PLANS)
def test_the_fingerprint_is_of_who_is_written_to_about_what(plan: NudgePlan) -> None:
    same = replace(plan, lines=tuple(reversed(plan.lines)))
    assert same.fingerprint == plan.fingerprint
    if plan.changes:
        one = plan.changes[0]
        other = tuple(replace(line, why="paused") if line is one else line for line in plan.lines)
        assert replace(plan, lines=other).fingerprint != plan.fingerprint


@given(TEXTS, TEXTS, COURSES)
def test_a_message_is_short_and_its_links_are_those_of_its_lines(
    name: str, sender: str, courses: list[TrainingRow]
) -> None:
    told = message(name, sender, tuple(courses))
    assert len(told.lines) <= 11 and len(told.links) <= len(told.lines)
    assert list(told.links) == [one.link for one in courses[:10]]
    assert [one.text for one in told.choices] == ["Show my training", "Not now", "Stop these reminders"]
    assert "at most one such message a week" in told.note
