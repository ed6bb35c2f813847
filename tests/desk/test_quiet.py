"""Quiet hours: never inside them, never later than needed, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litmos.desk.quiet import Quiet, zone_of

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
YEARS = datetime(2024, 1, 1), datetime(2031, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
MOMENTS = st.datetimes(*YEARS, timezones=st.just(UTC))
QUIETS = st.builds(Quiet, st.integers(0, 23), st.integers(0, 23), st.frozensets(st.integers(0, 6), max_size=6))
STEP = timedelta(minutes=15)  # every zone's clock is moved by a multiple of it


def at(zone: ZoneInfo, *when: int) -> datetime:
    return datetime(*when, tzinfo=zone)  # type: ignore[arg-type, misc]  # year to minute


@given(QUIETS, MOMENTS, ZONES)
def test_the_moment_is_never_quiet_and_none_before_it_would_do(quiet: Quiet, now: datetime, name: str) -> None:
    zone = zone_of(name)
    found = quiet.over(now, zone)
    assert found >= now
    assert not quiet.is_quiet(found, zone)
    if found > now:
        assert quiet.is_quiet(found - timedelta(seconds=1), zone) and quiet.is_quiet(now, zone)
        earlier = found - STEP
        while earlier > now:
            assert quiet.is_quiet(earlier, zone)
            earlier -= STEP


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(BERLIN, 2026, 3, 4, 17, 59), at(BERLIN, 2026, 3, 4, 17, 59)),
        (at(BERLIN, 2026, 3, 4, 18, 0), at(BERLIN, 2026, 3, 5, 8, 0)),
        (at(BERLIN, 2026, 3, 5, 7, 59), at(BERLIN, 2026, 3, 5, 8, 0)),
        (at(BERLIN, 2026, 3, 6, 18, 0), at(BERLIN, 2026, 3, 9, 8, 0)),  # a Friday evening
        (at(BERLIN, 2026, 3, 28, 12, 0), at(BERLIN, 2026, 3, 30, 8, 0)),  # the clock goes forward on the Sunday
        (at(NEW_YORK, 2026, 10, 30, 20, 0), at(NEW_YORK, 2026, 11, 2, 8, 0)),  # and back
    ],
)
def test_evenings_nights_and_weekends_are_waited_out(now: datetime, then: datetime) -> None:
    assert now.tzinfo is not None
    assert Quiet().over(now, now.tzinfo) == then


def test_an_hour_that_the_clock_leaves_out_ends_where_the_clock_goes_on() -> None:
    quiet = Quiet(22, 2, frozenset())  # 2:00 does not exist on that day: it becomes 3:00
    assert quiet.over(at(BERLIN, 2026, 3, 29, 1, 30), BERLIN) == at(BERLIN, 2026, 3, 29, 3, 0)


def test_one_is_judged_by_ones_own_clock() -> None:
    moment = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)
    assert not Quiet().is_quiet(moment, BERLIN)
    assert Quiet().is_quiet(moment, zone_of("Asia/Kolkata"))
    assert not Quiet().is_quiet(moment, zone_of("no such zone"))


def test_equal_hours_are_no_quiet_hours_and_a_week_of_quiet_days_is_refused() -> None:
    assert not Quiet(0, 0, frozenset()).is_quiet(datetime(2026, 3, 7, 3, tzinfo=UTC), UTC)
    with pytest.raises(ValueError, match="at least one day"):
        Quiet(days=frozenset(range(7)))
