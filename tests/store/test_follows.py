"""Who follows which team."""

import asyncio
from collections.abc import Iterator

import pytest

from litmos.store.follows import Follow, Follows
from litmos.store.state import State


@pytest.fixture
def follows(state_url: str) -> Iterator[Follows]:
    state = State(state_url)
    yield Follows(state, clock=lambda: 1_000.5)
    state.close()


def pairs(found: list[Follow]) -> list[tuple[str, str]]:
    return [(one.person_id, one.team_id) for one in found]


async def test_a_team_is_followed_once_by_each(follows: Follows) -> None:
    assert await follows.add("ada", "sales")
    assert not await follows.add("ada", "sales")
    assert await follows.add("Ada", "sales")  # ids may differ only in case
    assert await follows.add("ada", "emea")
    assert pairs(await follows.of_person("ada")) == [("ada", "emea"), ("ada", "sales")]
    assert len(await follows.every()) == 3
    assert (await follows.every())[0].since.timestamp() == 1_000.5


async def test_of_many_who_end_the_same_follow_one_is_told_that_they_did(follows: Follows) -> None:
    await follows.add("ada", "sales")
    await follows.add("tom", "sales")
    ended = await asyncio.gather(*(follows.remove("ada", "sales") for _ in range(8)))
    assert sorted(ended) == [False] * 7 + [True]
    assert pairs(await follows.every()) == [("tom", "sales")]


async def test_of_many_who_begin_at_once_one_does(follows: Follows) -> None:
    begun = await asyncio.gather(*(follows.add("ada", "sales") for _ in range(8)))
    assert sorted(begun) == [False] * 7 + [True]
