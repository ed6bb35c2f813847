"""Links between identities of a face and people in Litmos."""

from datetime import UTC, datetime

import anyio
import pytest

from litmos.store.links import Link, Links
from litmos.store.state import State

NOW = datetime(2026, 1, 31, 10, 0, 0, 123_000, UTC)
ADA, BOB = "slack:T1/U1", "slack:T1/U2"


@pytest.fixture
def links(state: State) -> Links:
    return Links(state, clock=NOW.timestamp)


async def test_a_link_is_read_back_as_it_was_made(links: Links) -> None:
    made = await links.put(ADA, "p1", "ada@example.com", "Q7")
    assert made == Link(ADA, "p1", "ada@example.com", "", "Q7", NOW, suspended=False)
    assert await links.get(ADA) == made


async def test_an_identity_without_a_link_is_nobody(links: Links) -> None:
    await links.put(ADA, "p1", "ada@example.com", "Q7")
    for other in (BOB, "slack:T1/u1", "slack:T2/U1", ""):
        assert await links.get(other) is None


async def test_a_link_is_replaced_and_no_longer_suspended(links: Links) -> None:
    await links.put(ADA, "p1", "ada@example.com", "Q7")
    await links.used(ADA, "ada@slack.example")
    await links.suspend(ADA)
    again = await links.put(ADA, "p2", "eve@example.com", "Q8")
    assert again == Link(ADA, "p2", "eve@example.com", "", "Q8", NOW, suspended=False)
    assert await links.every() == [again]


async def test_the_address_it_first_came_with_is_kept(links: Links) -> None:
    await links.put(ADA, "p1", "ada@example.com", "Q7")
    await links.used(ADA, "ada@slack.example")
    found = await links.get(ADA)
    assert found and (found.person_email, found.face_email) == ("ada@example.com", "ada@slack.example")


async def test_suspending_one_leaves_the_others(links: Links) -> None:
    await links.put(ADA, "p1", "ada@example.com", "Q7")
    await links.put(BOB, "p2", "bob@example.com", "Q7")
    await links.suspend(ADA)
    assert [(link.identity, link.suspended) for link in await links.every()] == [(ADA, True), (BOB, False)]


async def test_suspending_nobody_makes_no_link(links: Links) -> None:
    await links.suspend(ADA)
    assert await links.every() == []


async def test_removing_says_whether_there_was_one(links: Links) -> None:
    await links.put(ADA, "p1", "ada@example.com", "Q7")
    assert await links.remove(ADA) is True
    assert await links.remove(ADA) is False
    assert await links.get(ADA) is None


async def test_links_made_at_once_leave_one_of_them(links: Links) -> None:
    async with anyio.create_task_group() as group:
        for number in range(8):
            group.start_soon(links.put, ADA, f"p{number}", "x@example.com", "Q7")
    assert len(await links.every()) == 1
