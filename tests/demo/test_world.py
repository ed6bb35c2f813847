"""The demo company is always the same, and tests can add to it."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from litmos.demo.clock import MovableClock, ShiftedClock, real_clock
from litmos.demo.data import demo_world
from litmos.demo.progress import course_percent
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.world import World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

NAMED = {
    "grace.hallam@example.com": ("Grace Hallam", "Account_Owner"),
    "omar.haddad@example.com": ("Omar Haddad", "Administrator"),
    "lena.fischer@example.com": ("Lena Fischer", "Team_Leader"),
    "tomas.nunez@example.com": ("Tomás Núñez", "Team_Admin"),
    "ada.marsh@example.com": ("Ada Marsh", "Learner"),
    "sam.lee@example.com": ("Sam Lee", "Learner"),
    "sam.lee2@example.com": ("Sam Lee", "Learner"),
    "frontdesk.north": ("Rosa Keller", "Learner"),
    "frontdesk.south": ("Femi Balogun", "Learner"),
    "bjorn": ("Björn Ångström", "Learner"),
    "nia+field/eu@example.com": ("Nia Adeyemi", "Learner"),
    "ivan.petrov@example.com": ("Ivan Petrov", "Learner"),
    "mei.chen@example.com": ("美 陈", "Learner"),
    "zoe.obrien@example.com": ("Zoë O'Brien", "Learner"),
    "noor.rahman@example.com": ("Noor Rahman", "Learner"),
    "k.novak@example.com": ("Kim Novak", "Learner"),
    "karel": ("Karel Novak", "Learner"),
}


def test_the_world_is_the_same_each_time() -> None:
    assert demo_world(NOW) == demo_world(NOW)


def test_the_named_people_are_there() -> None:
    people = {person.user_name: person for person in demo_world(NOW).people.values()}
    found = {name: (f"{people[name].first_name} {people[name].last_name}", people[name].access_level) for name in NAMED}
    assert found == NAMED
    assert people["karel"].email == "k.novak@example.com" and not people["ivan.petrov@example.com"].active
    assert people["noor.rahman@example.com"].last_login is None


def test_the_company_has_the_size_it_claims() -> None:
    world = demo_world(NOW)
    assert (len(world.people), len(world.teams), len(world.courses), len(world.paths)) == (60, 6, 15, 3)
    assert all(2 <= len(course.modules) <= 5 for course in world.courses.values())
    assert all(len(one_id) == 12 for one_id in [*world.people, *world.courses, *world.paths, *world.teams])
    assert sum(len(world.courses_of(one)) >= 2 for one in world.people) >= 50
    names = [course.name for course in world.courses.values()]
    assert names.count("First Aid") == 2 and "What's Your Pitch? 🎯" in names


def test_teams_have_their_leaders_and_admins() -> None:
    teams = {team.name: team for team in demo_world(NOW).teams.values()}
    assert teams["Sales"].leaders == ["RZdsvDQuc8d1"] and teams["Warehouse"].admins == ["dE03WKpm15U1"]
    assert teams["Sales EMEA"].parent_id == teams["Sales"].id


def test_nothing_lies_in_the_future_but_what_is_due_or_valid() -> None:
    world = demo_world(NOW)
    for results in world.course_results.values():
        for result in results.values():
            dates = [result.assigned, result.started, result.completed]
            known = [date for date in dates if date]
            assert known == sorted(known) and known[-1] < NOW, result


def test_a_world_of_ones_own_needs_few_words() -> None:
    world = World()
    ada = world.add_person("Ada", "Marsh", last_login=NOW)
    course, other = world.add_course("Fire & Safety", modules=4), world.add_course("Empty", modules=0)
    path = world.add_path("Both", [course.id, other.id])
    team = world.add_team("Sales", members=[ada.id])
    result = world.assign_course(ada.id, course.id, at=NOW, due=NOW + timedelta(days=3), percent=75)
    assert sum(module.completed is not None for module in result.modules.values()) == 3
    assert course_percent(world.assign_course(ada.id, other.id, at=NOW)) == 0
    world.assign_course(ada.id, other.id, at=NOW, completed=NOW)
    world.assign_path(ada.id, path.id, at=NOW)
    assert world.teams_of(ada.id) == [team] and world.achievements[0].score is None
    assert len({ada.id, course.id, other.id, path.id, team.id}) == 5


def test_a_sandbox_needs_only_a_world() -> None:
    sandbox = Sandbox(World())
    assert sandbox.clock() - real_clock() < timedelta(seconds=5)
    assert (sandbox.limit, sandbox.window, sandbox.counting) == (100, 60.0, "rolling")
    assert DEMO_KEY == "demo-key-not-a-secret"


def test_clocks_can_be_moved() -> None:
    standing = MovableClock(NOW)
    shifted = ShiftedClock(standing)
    standing.advance(30)
    shifted.advance(3600)
    assert shifted() - standing() == timedelta(hours=1)
    shifted.set(NOW)
    assert shifted() == NOW
    standing.set(NOW)
    assert standing() == NOW and shifted() == NOW - timedelta(seconds=30)


def test_importing_the_demo_imports_nothing_of_the_client() -> None:
    code = (
        "import sys, litmos.demo.server, litmos.demo.sandbox, litmos.demo.data;"
        "print([m for m in sys.modules if m.split('.')[0] in {'httpx', 'pydantic'}"
        " or m.startswith(('litmos.api', 'litmos.store', 'litmos.desk', 'litmos.model'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
