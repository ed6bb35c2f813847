"""The arithmetic of the budget."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from litmos.store.budget import earliest, earliest_of_all

WINDOW = 20
LIMIT = 4

moments = st.lists(st.integers(0, 60), max_size=30).map(sorted)


def most(taken: list[int], window: int = WINDOW) -> int:
    """The most calls in any window that starts with one of them."""
    return max((sum(at <= other < at + window for other in taken) for at in taken), default=0)


def fullest_around(taken: list[int], at: int) -> int:
    """The most calls in any window that would hold one more at `at`, that one included."""
    row = [*taken, at]
    return max(sum(start <= each < start + WINDOW for each in row) for start in range(at - WINDOW + 1, at + 1))


@given(taken=moments, now=st.integers(0, 80), limit=st.integers(1, 6))
def test_the_moment_keeps_every_window_within_the_limit_and_is_the_first_to_do_so(
    taken: list[int], now: int, limit: int
) -> None:
    """Also around a history that somebody else overfilled."""
    at = earliest(taken, now, limit, WINDOW)
    assert at >= now
    assert fullest_around(taken, at) <= limit
    assert all(fullest_around(taken, sooner) > limit for sooner in range(now, at))


@given(taken=st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=30).map(sorted), now=st.integers(0, 80))
def test_the_moment_of_bulk_suits_its_own_limit_and_that_of_all_and_is_the_first_to_do_so(
    taken: list[tuple[int, bool]], now: int
) -> None:
    everything, bulk = [at for at, _ in taken], [at for at, also in taken if also]

    def suits(at: int) -> bool:
        return fullest_around(everything, at) <= LIMIT and fullest_around(bulk, at) <= LIMIT - 2

    at = earliest_of_all([(everything, LIMIT), (bulk, LIMIT - 2)], now, WINDOW)
    assert at >= now and suits(at)
    assert not any(suits(sooner) for sooner in range(now, at))


steps = st.lists(
    st.tuples(st.integers(0, 15), st.booleans(), st.one_of(st.none(), st.integers(0, 50))), min_size=1, max_size=60
)


@given(steps=steps)
def test_no_window_is_ever_over_whatever_is_booked_and_given_back(
    steps: list[tuple[int, bool, int | None]],
) -> None:
    """Time passes, people and bulk book, waiters give back, what is old is forgotten."""
    now, taken, used = 0, list[tuple[int, bool]](), list[tuple[int, bool]]()
    for passed, bulk, back in steps:
        now += passed
        used += [one for one in taken if one[0] <= now - WINDOW]
        taken = [one for one in taken if one[0] > now - WINDOW]
        own = [([at for at, also in taken if also], LIMIT - 2)] if bulk else []
        at = earliest_of_all([([at for at, _ in taken], LIMIT - 1 if bulk else LIMIT), *own], now, WINDOW)
        taken = sorted([*taken, (at, bulk)])
        waiting = [one for one in taken if one[0] > now]
        if back is not None and waiting:
            taken.remove(waiting[back % len(waiting)])
    assert most([at for at, _ in used + taken]) <= LIMIT
    assert most([at for at, bulk in used + taken if bulk]) <= LIMIT - 2


@given(callers=st.integers(1, 40), limit=st.integers(1, 7))
def test_callers_at_one_moment_are_served_in_their_order_one_window_after_the_other(callers: int, limit: int) -> None:
    taken = list[int]()
    for _ in range(callers):
        taken.append(earliest(taken, 5, limit, WINDOW))
    assert taken == [5 + WINDOW * (number // limit) for number in range(callers)]
    assert all(one <= other for one, other in pairwise(taken))
