"""From an identity of a face to a person in Litmos."""

import pytest

from litmos.demo.clock import MovableClock
from litmos.demo.sandbox import Sandbox
from litmos.desk.actor import Actor, Role
from litmos.desk.desk import Books, Desk
from litmos.errors import Invalid, NotAllowed, NotFound

ADA, LENA, IVAN = "hUOuZAzHx4L1", "RZdsvDQuc8d1", "rZQ4DQdnmrM1"
ME = "slack:T1/U1"


@pytest.mark.parametrize("email", ["ada.marsh@example.com", "ADA.Marsh@Example.COM"])
async def test_one_active_person_with_the_address_is_the_actor(desk: Desk, email: str) -> None:
    actor = await desk.actor("slack", ME, email)
    assert (actor.key, actor.role, actor.face) == (ADA, Role.LEARNER, "slack")


async def test_a_user_name_that_is_the_address_counts_too(desk: Desk) -> None:
    assert (await desk.actor("slack", ME, "nia+field/eu@example.com")).name == "Nia Adeyemi"


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("stranger@example.com", "Nobody in Litmos has the address stranger@example.com."),
        ("reception@example.com", "2 people in Litmos have the address reception@example.com"),
        ("ivan.petrov@example.com", "is inactive in Litmos"),
        ("", "Your e-mail address is not known here."),
    ],
    ids=["none", "two", "inactive", "without"],
)
async def test_every_other_address_is_refused_in_words_of_its_own(desk: Desk, email: str, why: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        await desk.actor("slack", ME, email)
    assert why in str(refused.value)


async def test_an_address_that_is_only_part_of_another_is_nobodys(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="Nobody in Litmos has"):
        await desk.actor("slack", ME, "marsh@example.com")


async def test_a_link_wins_over_the_address_and_is_recorded(desk: Desk, owner: Actor, books: Books) -> None:
    await desk.link(owner, ME, "Lena Fischer")
    assert (await desk.actor("slack", ME, "ada.marsh@example.com")).key == LENA
    await desk.unlink(owner, ME)
    assert (await desk.actor("slack", ME, "ada.marsh@example.com")).key == ADA
    assert [entry.event for entry in await books.audit.search()] == ["linked", "unlinked"]


async def test_a_face_address_that_changes_suspends_the_link_until_it_is_made_again(
    desk: Desk, owner: Actor, books: Books
) -> None:
    await desk.link(owner, ME, LENA)
    await desk.actor("slack", ME, "private@example.org")
    for email in ("other@example.org", "private@example.org"):
        with pytest.raises(NotAllowed, match=f"suspended until it is confirmed.*litmos link {ME}"):
            await desk.actor("slack", ME, email)
    await desk.link(owner, ME, LENA)
    assert (await desk.actor("slack", ME, "other@example.org")).key == LENA
    assert [entry.event for entry in await books.audit.search()] == ["linked", "suspended", "linked"]


async def test_a_person_whose_address_changes_in_litmos_is_suspended_too(
    desk: Desk, owner: Actor, sandbox: Sandbox, clock: MovableClock
) -> None:
    await desk.link(owner, ME, LENA)
    await desk.actor("slack", ME, "")
    sandbox.world.people[LENA].email = "somebody.new@example.com"
    clock.advance(301)
    with pytest.raises(NotAllowed, match="suspended"):
        await desk.actor("slack", ME, "")


async def test_a_linked_person_who_has_left_is_refused(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    await desk.link(owner, ME, LENA)
    del sandbox.world.people[LENA]
    with pytest.raises(NotAllowed, match="no longer in Litmos"):
        await desk.actor("slack", ME, "")


async def test_inactive_people_cannot_be_linked(desk: Desk, owner: Actor) -> None:
    with pytest.raises(NotAllowed, match="inactive"):
        await desk.link(owner, ME, IVAN)


async def test_only_administrators_link(desk: Desk) -> None:
    lena = await desk.operator("cli", LENA)
    with pytest.raises(NotAllowed, match="Only administrators"):
        await desk.link(lena, ME, ADA)
    with pytest.raises(NotAllowed, match="Only administrators"):
        await desk.unlink(lena, ME)


async def test_what_is_no_identity_or_no_link_is_said(desk: Desk, owner: Actor) -> None:
    with pytest.raises(Invalid, match="Write it like slack:"):
        await desk.link(owner, "U1", ADA)
    with pytest.raises(NotFound, match="There is no link"):
        await desk.unlink(owner, ME)
