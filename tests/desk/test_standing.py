"""Every state an assignment can be in, and its words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litmos.desk.standing import Standing, Status, course_standing, in_words, path_standing, result_standing
from litmos.model import CourseAssignment, CourseResult, LearningPathAssignment

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def day(days: float) -> datetime:
    return NOW + timedelta(days=days)


def course(**known: Any) -> CourseAssignment:
    given_or_not: dict[str, Any] = {"complete": False, "percent": Decimal(0)} | known
    return CourseAssignment(id="c1", name="Fire & Safety", code="FIRE-01", active=True, **given_or_not)


def path(**known: Any) -> LearningPathAssignment:
    given_or_not: dict[str, Any] = {"complete": False, "percent": Decimal(0)} | known
    return LearningPathAssignment(id="p1", name="New Starter", active=True, **given_or_not)


def result(**known: Any) -> CourseResult:
    given_or_not: dict[str, Any] = {"complete": False, "percent": Decimal(0)} | known
    return CourseResult(id="c1", name="Fire & Safety", code="FIRE-01", active=True, **given_or_not)


DONE = {"complete": True, "percent": Decimal(100), "completed": day(-20)}
HALF = {"percent": Decimal(50), "started": day(-3)}

COURSES = [
    ({}, None, Status.TO_DO, "to do"),
    ({}, day(5), Status.TO_DO, "to do, due in 5 days (2026-03-07)"),
    ({}, day(1), Status.TO_DO, "to do, due in 1 day (2026-03-03)"),
    ({}, day(0.25), Status.TO_DO, "to do, due today (2026-03-02)"),
    ({"started": day(-1)}, None, Status.IN_PROGRESS, "in progress"),
    (HALF, None, Status.IN_PROGRESS, "in progress, 50 %"),
    (HALF, day(45), Status.IN_PROGRESS, "in progress, due in 45 days (2026-04-16), 50 %"),
    ({"overdue": True}, None, Status.OVERDUE, "overdue"),
    ({"overdue": True}, day(-1), Status.OVERDUE, "overdue by 1 day (2026-03-01)"),
    ({**HALF, "overdue": True}, day(-12), Status.OVERDUE, "overdue by 12 days (2026-02-18), 50 %"),
    ({}, day(-9), Status.OVERDUE, "overdue by 9 days (2026-02-21)"),
    ({}, day(-0.25), Status.OVERDUE, "overdue, due 2026-03-02"),
    ({"overdue": True}, day(3), Status.OVERDUE, "overdue, due 2026-03-05"),
    ({"access_till": day(-14)}, None, Status.ACCESS_ENDED, "access ended 2026-02-16"),
    ({"access_till": day(14)}, None, Status.TO_DO, "to do"),
    (DONE, None, Status.COMPLETED, "completed 2026-02-10"),
    ({**DONE, "completed": None}, None, Status.COMPLETED, "completed"),
    (DONE, day(-9), Status.COMPLETED, "completed 2026-02-10"),
    ({**DONE, "access_till": day(-1)}, None, Status.COMPLETED, "completed 2026-02-10"),
    (
        {**DONE, "compliant_till": day(263.5)},
        None,
        Status.COMPLETED,
        "completed 2026-02-10, compliant till 2026-11-20",
    ),
    ({**DONE, "compliant_till": day(-45)}, None, Status.EXPIRED, "compliance expired 2026-01-16"),
    ({**DONE, "up_to_date": False}, None, Status.CHANGED, "content changed since completion"),
    (
        {**DONE, "up_to_date": False, "compliant_till": day(-45)},
        None,
        Status.EXPIRED,
        "compliance expired 2026-01-16",
    ),
]


@pytest.mark.parametrize(("known", "due", "status", "words"), COURSES, ids=[str(number) for number in range(23)])
def test_a_course_is_told_in_the_words_people_use(
    known: dict[str, Any], due: datetime | None, status: Status, words: str
) -> None:
    standing = course_standing(course(**known), NOW, due)
    assert (standing.status, in_words(standing)) == (status, words)


def test_every_status_is_reached_by_some_course() -> None:
    assert {status for _, _, status, _ in COURSES} == set(Status)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "to do"),
        (HALF, "in progress, 50 %"),
        (DONE, "completed 2026-02-10"),
        ({"access_till": day(-14)}, "access ended 2026-02-16"),
        ({**DONE, "access_till": day(-14)}, "completed 2026-02-10"),
    ],
    ids=["to do", "begun", "done", "ended", "done and ended"],
)
def test_a_learning_path_is_told_in_the_words_people_use(known: dict[str, Any], words: str) -> None:
    assert in_words(path_standing(path(**known), NOW)) == words


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "to do"),
        ({"due": day(2)}, "to do, due in 2 days (2026-03-04)"),
        ({"due": day(-2), **HALF}, "overdue by 2 days (2026-02-28), 50 %"),
        ({**DONE, "due": day(-2)}, "completed 2026-02-10"),
        ({**DONE, "up_to_date": False}, "content changed since completion"),
    ],
    ids=["to do", "due", "overdue", "done", "changed"],
)
def test_results_are_told_in_the_words_people_use(known: dict[str, Any], words: str) -> None:
    assert in_words(result_standing(result(**known), NOW)) == words


@pytest.mark.parametrize(
    ("percent", "complete", "shown"),
    [
        ("0", False, 0),
        ("-3", False, 0),
        ("0.01", False, 1),
        ("1.99", False, 1),
        ("49.99", False, 49),
        ("99.99", False, 99),
        ("100", False, 99),
        ("250", False, 99),
        ("0", True, 100),
        ("66.67", True, 100),
    ],
)
def test_the_percentage_is_never_all_before_done_nor_nothing_once_begun(
    percent: str, complete: bool, shown: int
) -> None:
    known = {"percent": Decimal(percent), "complete": complete}
    standings = [
        course_standing(course(**known), NOW),
        path_standing(path(**known), NOW),
        result_standing(result(**known), NOW),
    ]
    assert [standing.percent for standing in standings] == [shown] * 3


def test_days_are_counted_by_the_calendar_and_not_by_the_hour() -> None:
    late, early = datetime(2026, 3, 2, 23, 59, tzinfo=UTC), datetime(2026, 3, 3, 0, 1, tzinfo=UTC)
    assert course_standing(course(), late, early).due_in_days == 1
    assert course_standing(course(), early, late).due_in_days == -1


def test_a_finished_course_is_not_due_any_more() -> None:
    standing = course_standing(course(**DONE), NOW, day(-9))
    assert (standing.due, standing.due_in_days) == (None, None)


def test_the_most_pressing_comes_first() -> None:
    rows = {
        "overdue for long": course_standing(course(), NOW, day(-30)),
        "overdue": course_standing(course(), NOW, day(-1)),
        "overdue since nobody knows when": course_standing(course(overdue=True), NOW),
        "due today": course_standing(course(), NOW, day(0.1)),
        "begun, due later": course_standing(course(**HALF), NOW, day(10)),
        "due much later": course_standing(course(), NOW, day(100)),
        "expired": course_standing(course(**DONE, compliant_till=day(-1)), NOW),
        "begun": course_standing(course(**HALF), NOW),
        "to do": course_standing(course(), NOW),
        "ended": course_standing(course(access_till=day(-1)), NOW),
        "changed": course_standing(course(**DONE, up_to_date=False), NOW),
        "completed": course_standing(course(**DONE), NOW),
    }
    assert sorted(rows.keys() - {""}, key=lambda name: rows[name].urgency) == list(rows)


@pytest.mark.parametrize(
    ("status", "is_open"),
    [(status, status not in {Status.COMPLETED, Status.CHANGED}) for status in Status],
    ids=[status.name for status in Status],
)
def test_only_what_was_done_and_counts_is_not_open(status: Status, is_open: bool) -> None:
    assert status.is_open is is_open


DATES = st.none() | st.dates(date(1970, 1, 1), date(2100, 1, 1))
STANDINGS = st.builds(
    Standing,
    status=st.sampled_from(Status),
    percent=st.integers(0, 100),
    due=DATES,
    due_in_days=st.none() | st.integers(-40_000, 40_000),
    completed=DATES,
    compliant_till=DATES,
    access_till=DATES,
)


@given(STANDINGS)
def test_every_standing_has_words(standing: Standing) -> None:
    words = in_words(standing)
    assert words
    assert words == " ".join(words.split())


@given(st.lists(STANDINGS, max_size=6))
def test_any_two_standings_can_be_ordered_and_overdue_is_first(standings: list[Standing]) -> None:
    ordered = sorted(standings, key=lambda standing: standing.urgency)
    overdue = [standing.status is Status.OVERDUE for standing in ordered]
    assert overdue == sorted(overdue, reverse=True)


MOMENTS = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have none


@given(
    complete=st.booleans(),
    percent=st.decimals(-10, 1000, places=2),
    overdue=st.booleans(),
    up_to_date=st.booleans(),
    moments=st.tuples(MOMENTS, MOMENTS, MOMENTS, MOMENTS),
    due=MOMENTS,
)
def test_whatever_litmos_says_of_a_course_can_be_told(
    complete: bool,
    percent: Decimal,
    overdue: bool,
    up_to_date: bool,
    moments: tuple[datetime | None, ...],
    due: datetime | None,
) -> None:
    started, completed, compliant_till, access_till = moments
    told = course_standing(
        course(
            complete=complete,
            percent=percent,
            overdue=overdue,
            up_to_date=up_to_date,
            started=started,
            completed=completed,
            compliant_till=compliant_till,
            access_till=access_till,
        ),
        NOW,
        due,
    )
    assert "None" not in in_words(told)
    assert (told.percent == 100) == complete
