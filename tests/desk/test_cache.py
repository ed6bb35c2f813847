"""What is remembered, for how long, and how much of it."""

from datetime import UTC, datetime
from weakref import ref

import pytest

from litmos.demo.clock import MovableClock
from litmos.desk.cache import Cache


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def cache(clock: MovableClock) -> Cache[str, int]:
    return Cache(lambda: clock().timestamp(), seconds=600, most=3)


def test_what_was_never_put_is_not_there(cache: Cache[str, int]) -> None:
    assert cache.get("a") is None


@pytest.mark.parametrize(("age", "younger_than", "there"), [
    (0, None, True),
    (599, None, True),
    (600, None, False),
    (29, 30.0, True),
    (30, 30.0, False),
    (599, 900.0, True),
    (600, 900.0, False),
])  # fmt: skip
def test_a_value_leaves_with_age(
    cache: Cache[str, int], clock: MovableClock, age: float, younger_than: float | None, there: bool
) -> None:
    assert cache.put("a", 1) == 1
    clock.advance(age)
    assert cache.get("a", younger_than=younger_than) == (1 if there else None)


def test_putting_again_makes_a_value_young(cache: Cache[str, int], clock: MovableClock) -> None:
    cache.put("a", 1)
    clock.advance(400)
    cache.put("a", 2)
    clock.advance(400)
    assert cache.get("a") == 2


def test_the_oldest_leave_when_there_are_too_many(cache: Cache[str, int]) -> None:
    for key, value in zip("abcad", range(5), strict=True):
        cache.put(key, value)
    assert [cache.get(key) for key in "abcd"] == [3, None, 2, 4]


def test_what_is_too_old_takes_no_room(clock: MovableClock) -> None:
    cache: Cache[str, frozenset[str]] = Cache(lambda: clock().timestamp(), seconds=600)
    old, young = ref(cache.put("a", frozenset({"old"}))), ref(cache.put("b", frozenset({"young"})))
    clock.advance(400)
    cache.put("b", frozenset({"younger"}))
    clock.advance(200)
    assert old() is not None
    cache.put("c", frozenset())
    assert (old(), young()) == (None, None)
    assert cache.get("b") == frozenset({"younger"})


def test_everything_can_be_forgotten(cache: Cache[str, int]) -> None:
    cache.put("a", 1)
    cache.clear()
    assert cache.get("a") is None
