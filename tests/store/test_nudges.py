"""Nudges in the state: one a week for each person over all processes, and none for those who want none."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from litmos.store.nudges import WEEK, Claim, Known, Nudges
from litmos.store.state import State

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Moment:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def nudges(state: State, moment: Moment) -> Nudges:
    return Nudges(state, clock=moment)


async def test_of_many_who_claim_somebody_at_once_one_may_write(state_url: str) -> None:
    states = [State(state_url) for _ in range(4)]
    try:
        stores = [Nudges(state) for state in states] * 3
        got = await asyncio.gather(*(store.claim("P1", f"run-{at}") for at, store in enumerate(stores)))
    finally:
        for state in states:
            state.close()
    assert sorted(got) == ["free", *["recent"] * 11]


async def test_a_run_that_claims_again_learns_what_it_did(nudges: Nudges) -> None:
    assert await nudges.claim("P1", "run") is Claim.FREE
    assert await nudges.claim("P1", "run") is Claim.UNSURE
    await nudges.sent("P1", "run")
    assert await nudges.claim("P1", "run") is Claim.SENT


async def test_the_week_ends_to_the_millisecond(nudges: Nudges, moment: Moment) -> None:
    await nudges.claim("P1", "one")
    moment.now += WEEK - timedelta(milliseconds=1)
    assert await nudges.claim("P1", "two") is Claim.RECENT
    moment.now += timedelta(milliseconds=1)
    assert await nudges.claim("P1", "two") is Claim.FREE
    assert await nudges.claim("P1", "one") is Claim.RECENT


async def test_a_claim_is_given_back_by_its_own_run_and_only_while_nothing_is_sent(nudges: Nudges) -> None:
    await nudges.claim("P1", "one")
    await nudges.release("P1", "another")
    assert await nudges.claim("P1", "two") is Claim.RECENT
    await nudges.release("P1", "one")
    assert await nudges.claim("P1", "two") is Claim.FREE
    await nudges.sent("P1", "two")
    await nudges.release("P1", "two")
    assert await nudges.claim("P1", "three") is Claim.RECENT


async def test_who_wants_none_is_not_claimed_until_they_want_them_again(nudges: Nudges) -> None:
    await nudges.stop("P1")
    await nudges.stop("P1")
    assert await nudges.claim("P1", "run") is Claim.STOPPED
    assert await nudges.allow("P1") and not await nudges.allow("P1")
    assert await nudges.claim("P1", "run") is Claim.FREE


async def test_a_pause_ends_by_itself(nudges: Nudges, moment: Moment) -> None:
    await nudges.stop("P1", 60)
    assert (await nudges.known(["P1"]))["P1"] == Known(stopped=True, until=NOW + timedelta(seconds=60))
    assert await nudges.claim("P1", "run") is Claim.STOPPED
    moment.now += timedelta(seconds=60)
    assert (await nudges.known(["P1"]))["P1"] == Known()
    assert await nudges.claim("P1", "run") is Claim.FREE


async def test_what_is_known_is_told_of_everybody_who_is_asked_about(nudges: Nudges) -> None:
    await nudges.claim("P1", "run")
    await nudges.stop("P2")
    people = [*(f"X{number}" for number in range(1200)), "P1", "P2", "P1"]
    known = await nudges.known(people)
    assert len(known) == 1202
    assert (known["P1"], known["P2"], known["X7"]) == (Known(last=NOW), Known(stopped=True), Known())
    assert await nudges.known([]) == {}
