"""Who keeps the message about a job: one process at a time, the next one when it is missed."""

import asyncio

import pytest

from litmos.store.notices import SECONDS, Notices
from litmos.store.state import State


class Time:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def notices(state: State, time: Time) -> Notices:
    return Notices(state, clock=time)


async def test_the_first_one_keeps_it_as_long_as_it_says_that_it_is_there(notices: Notices, time: Time) -> None:
    assert await notices.keep("JOB-1", "one") == ""
    await notices.put("JOB-1", "T1/D1/7.0")
    for _ in range(3):
        time.now += SECONDS - 0.1
        assert await notices.keep("JOB-1", "one") == "T1/D1/7.0"
        assert await notices.keep("JOB-1", "other") is None
        assert await notices.left() == []


async def test_who_is_missed_loses_it_to_the_next(notices: Notices, time: Time) -> None:
    await notices.keep("JOB-1", "one")
    await notices.put("JOB-1", "T1/D1/7.0")
    time.now += SECONDS
    assert await notices.left() == ["JOB-1"]
    assert await notices.keep("JOB-1", "other") == "T1/D1/7.0"
    assert await notices.keep("JOB-1", "one") is None
    assert await notices.left() == []


async def test_who_goes_leaves_all_of_its_own(notices: Notices) -> None:
    for job, keeper in (("JOB-1", "one"), ("JOB-2", "one"), ("JOB-3", "other")):
        await notices.keep(job, keeper)
    await notices.leave("one")
    assert sorted(await notices.left()) == ["JOB-1", "JOB-2"]
    assert await notices.keep("JOB-2", "other") == ""


async def test_what_has_ended_is_kept_by_nobody_and_forgotten_later(notices: Notices, time: Time) -> None:
    await notices.keep("JOB-1", "one")
    await notices.end("JOB-1")
    time.now += 2 * SECONDS
    assert await notices.left() == []
    assert await notices.keep("JOB-1", "one") is None
    time.now += 9 * 86_400
    await notices.keep("JOB-2", "one")
    assert await notices.keep("JOB-1", "one") == ""


async def test_of_several_at_once_one_gets_it(state: State, state_url: str, time: Time) -> None:
    others = [State(state_url) for _ in range(3)]
    found = await asyncio.gather(
        *(Notices(each, clock=time).keep("JOB-1", f"{number}") for number, each in enumerate([state, *others]))
    )
    assert sorted(found, key=str) == ["", None, None, None]
    for each in others:
        each.close()
