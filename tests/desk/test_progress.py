"""How groups get on: each person by what presses most, in the fewest requests, within what the actor may see."""

from datetime import timedelta
from typing import Any

import pytest

from litmos.demo.clock import MovableClock
from litmos.demo.sandbox import Sandbox
from litmos.desk.actor import Actor
from litmos.desk.answers import GroupProgress, Mark
from litmos.desk.desk import Desk
from litmos.desk.requests import GetGroupProgress
from litmos.errors import Ambiguous, Invalid, NotAllowed, NotFound

FIRE, FORKLIFT = "fBQ3pTcKjTw1", "7qhuMk9zUGI1"
STATES: dict[Mark, dict[str, Any]] = {
    Mark.OVERDUE: {"due": timedelta(days=-1)},
    Mark.EXPIRED: {"completed": timedelta(days=-400), "compliant_till": timedelta(days=-2)},
    Mark.DUE_SOON: {"due": timedelta(days=14)},
    Mark.EXPIRING: {"completed": timedelta(days=-300), "compliant_till": timedelta(days=30)},
    Mark.IN_PROGRESS: {"due": timedelta(days=15), "percent": 50},
    Mark.TO_DO: {},
    Mark.COMPLETED: {"completed": timedelta(days=-3), "compliant_till": timedelta(days=31)},
}


@pytest.fixture
def crew(sandbox: Sandbox, clock: MovableClock) -> dict[Mark, str]:
    """Somebody for each mark, by what they are like, on one course; and a team of them."""
    world, people = sandbox.world, {}
    for mark, state in STATES.items():
        person = world.add_person(mark.value.title(), "Crew")
        dates: dict[str, Any] = {
            name: clock() + value if isinstance(value, timedelta) else value for name, value in state.items()
        }
        world.assign_course(person.id, FIRE, at=clock() - timedelta(days=500), **dates)
        people[mark] = person.id
    people[Mark.NOT_ASSIGNED] = world.add_person("Nothing", "Crew").id
    return people


async def look(desk: Desk, actor: Actor, **how: Any) -> GroupProgress:
    return await desk.look(actor, GetGroupProgress(**how))


def marks(found: GroupProgress) -> dict[str, Mark]:
    return {member.person.id: member.mark for member in found.members}


@pytest.mark.parametrize("course", ["FIRE-01", ""])
async def test_everybody_counts_once_by_what_presses_most(
    desk: Desk, owner: Actor, crew: dict[Mark, str], course: str
) -> None:
    found = await look(desk, owner, people=tuple(crew.values()), course=course)
    assert marks(found) == {person: mark for mark, person in crew.items()}
    assert found.counts == dict.fromkeys(Mark, 1)
    assert [member.mark for member in found.members] == list(Mark)
    assert found.unread == found.due_unread == 0


async def test_of_several_courses_the_most_pressing_one_counts(
    desk: Desk, owner: Actor, sandbox: Sandbox, crew: dict[Mark, str], clock: MovableClock
) -> None:
    done = crew[Mark.COMPLETED]
    sandbox.world.assign_course(done, FORKLIFT, at=clock(), due=clock() + timedelta(days=3))
    [member] = (await look(desk, owner, people=(done,))).members
    assert (member.mark, member.counts) == (Mark.DUE_SOON, {Mark.DUE_SOON: 1, Mark.COMPLETED: 1})
    assert member.due == (clock() + timedelta(days=3)).date()
    [member] = (await look(desk, owner, people=(done,), course="FIRE-01")).members
    assert member.mark is Mark.COMPLETED


async def test_everyone_on_a_course_is_one_request_and_a_catalog(
    desk: Desk, owner: Actor, sandbox: Sandbox, crew: dict[Mark, str]
) -> None:
    await look(desk, owner, course="FIRE-01")
    before = len(sandbox.requests)
    found = await look(desk, owner, course="FIRE-01")
    assert len(sandbox.requests) - before == 1
    on_it = {person for person, courses in sandbox.world.course_results.items() if FIRE in courses}
    assert marks(found).keys() == {one for one in on_it if sandbox.world.people[one].active}


@pytest.mark.parametrize(
    ("named", "course"),
    [("team", "FIRE-01"), ("team", ""), ("ids", "FIRE-01"), ("ids", ""), ("addresses", ""), ("everyone", "FIRE-01")],
)
async def test_a_thousand_people_take_at_most_45_requests(
    desk: Desk, sandbox: Sandbox, clock: MovableClock, named: str, course: str
) -> None:
    """Counted at the demo Litmos, from the first one on: who asks is looked up among them."""
    world = sandbox.world
    others = sum(FIRE in world.courses_of(one.id) for one in world.people.values() if one.active)
    team = world.add_team("Everybody")
    below = world.add_team("Half", parent_id=team.id)
    people = [world.add_person("Person", f"Number{number}") for number in range(1000)]
    for number, person in enumerate(people):
        (team if number % 2 else below).members.append(person.id)
        for some in (FIRE, FORKLIFT):
            world.assign_course(person.id, some, at=clock(), due=clock() + timedelta(days=number))
    ways: dict[str, dict[str, Any]] = {
        "team": {"team": "everybody"},
        "ids": {"people": tuple(one.id for one in people)},
        "addresses": {"people": tuple(one.email for one in people)},
        "everyone": {},
    }
    whom = ways[named]
    found = await look(desk, await desk.operator("tests", ""), course=course, **whom)
    assert len(sandbox.requests) <= 45
    assert sum(found.counts.values()) == len(found.members) == (1000 if whom else 1000 + others)
    if course:
        assert found.counts[Mark.DUE_SOON] >= 15
    else:  # Litmos' list of somebody's courses does not tell when they are due, and each course would cost more
        assert found.due_unread == 2
    assert found.name == {"team": "Everybody", "everyone": "everyone on it"}.get(named, "1000 people")


async def test_a_leader_sees_their_teams_and_nobody_else(desk: Desk, sandbox: Sandbox) -> None:
    lena = await desk.operator("tests", "lena.fischer@example.com")
    mine = marks(await look(desk, lena))
    assert "lNNtZx3cK8n1" in mine and "TSOsq63Hvzl1" in mine  # in her team, and in the one below
    assert marks(await look(desk, lena, team="sales")).keys() == mine.keys()
    on_fire = await look(desk, lena, course="FIRE-01")
    assert marks(on_fire).keys() == mine.keys() and Mark.NOT_ASSIGNED in on_fire.counts
    for hidden in ({"team": "Warehouse"}, {"team": "No such team"}, {"people": ("Yusuf Karaca",)}):
        with pytest.raises(NotFound, match=r"that you may see|whom you may see"):
            await look(desk, lena, **hidden)
    ada = await desk.operator("tests", "ada.marsh@example.com")
    with pytest.raises(NotAllowed, match="As a learner you may not get group progress"):
        await look(desk, ada)


async def test_what_is_not_clear_is_asked_in_words(desk: Desk, owner: Actor, sandbox: Sandbox) -> None:
    sandbox.world.add_team("Sales")
    with pytest.raises(Ambiguous, match="'sales' could be 2"):
        await look(desk, owner, team="sales")
    with pytest.raises(Invalid, match="Name a team, people, or a course"):
        await look(desk, owner)
    with pytest.raises(Invalid, match="people or a team, not both"):
        await look(desk, owner, team="Sales", people=("Ada Marsh",))
