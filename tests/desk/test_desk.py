"""The one door: who asks, as what, and that every operation is answered."""

from typing import Any

import pytest

from litmos.api.client import Client
from litmos.demo.sandbox import Sandbox
from litmos.desk.actor import Actor, Role, role_of
from litmos.desk.answers import (
    FoundPeople,
    FoundTraining,
    GroupProgress,
    Identity,
    ModuleResults,
    UserCourses,
    UserLearningPaths,
)
from litmos.desk.catalog import CATALOG, Kind, Operation
from litmos.desk.desk import Desk, DeskSettings
from litmos.desk.requests import (
    FindPeople,
    FindTraining,
    GetGroupProgress,
    GetModuleResults,
    GetUserCourses,
    GetUserLearningPaths,
    Look,
    WhoAmI,
)
from litmos.errors import Ambiguous, Invalid, NotAllowed, NotFound
from litmos.model import AccessLevel, Person, TrainingKind

ADA = "hUOuZAzHx4L1"

REQUESTS: dict[str, tuple[Look[Any], type]] = {
    "whoami": (WhoAmI(), Identity),
    "find_people": (FindPeople("marsh"), FoundPeople),
    "find_training": (FindTraining("fire", TrainingKind.COURSE), FoundTraining),
    "get_user_courses": (GetUserCourses(ADA), UserCourses),
    "get_user_learning_paths": (GetUserLearningPaths(ADA), UserLearningPaths),
    "get_group_progress": (GetGroupProgress((ADA,)), GroupProgress),
    "get_module_results": (GetModuleResults("FIRE-01", ADA), ModuleResults),
}


# jobs are asked of their engine, not of Litmos: tests/jobs; what is no tool has tests of its own
READ = [name for name, one in CATALOG.items() if one.is_read and one.tool and name != "get_job"]


@pytest.mark.parametrize("name", READ)
async def test_every_reading_operation_of_the_catalog_is_answered(name: str, desk: Desk, owner: Actor) -> None:
    request, answer = REQUESTS[name]
    assert request.operation == name
    assert isinstance(await desk.look(owner, request), answer)


def test_every_operation_says_what_it_is_in_one_line() -> None:
    for name, operation in CATALOG.items():
        assert operation.name == name
        assert operation.help
        assert "\n" not in operation.help


@pytest.mark.parametrize(
    ("kind", "reads", "destroys"),
    [(Kind.READ, True, False), (Kind.CHANGE, False, False), (Kind.DANGER, False, True)],
    ids=str,
)
def test_an_operation_knows_what_it_does(kind: Kind, reads: bool, destroys: bool) -> None:
    operation = Operation("some", kind, "Some operation")
    assert (operation.is_read, operation.is_danger) == (reads, destroys)


@pytest.mark.parametrize(
    "request_",
    [GetUserCourses(), GetUserLearningPaths(" Me "), GetModuleResults("FIRE-01")],
    ids=lambda request: str(request.operation),
)
async def test_me_is_nobody_when_no_operator_is_set(request_: Look[Any], desk: Desk, sandbox: Sandbox) -> None:
    nobody = await desk.operator("tests", "")
    with pytest.raises(Invalid, match="LITMOS_OPERATOR"):
        await desk.look(nobody, request_)
    assert sandbox.requests == []


@pytest.mark.parametrize("typed", ["me", "ME", " me "])
async def test_me_is_the_operator(typed: str, desk: Desk) -> None:
    ada = await desk.operator("tests", "ada.marsh@example.com")
    assert (await desk.look(ada, GetUserCourses(typed))).person.id == ADA


async def test_the_owner_of_the_key_is_an_admin_whom_litmos_does_not_name(desk: Desk) -> None:
    who = await desk.look(await desk.operator("tests", ""), WhoAmI())
    assert who == Identity("the owner of the API key", Role.ADMIN, "tests", False, "the demo Litmos")


@pytest.mark.parametrize(
    ("named", "name", "role"),
    [
        ("Ada Marsh", "Ada Marsh", Role.LEARNER),
        ("lena.fischer@example.com", "Lena Fischer", Role.LEADER),
        ("Tomas Nunez", "Tomás Núñez", Role.LEADER),
        ("omar.haddad@example.com", "Omar Haddad", Role.ADMIN),
        ("WK59PFkl0Jf1", "Grace Hallam", Role.ADMIN),
        ("sam.lee@example.com", "Sam Lee", Role.ADMIN),
    ],
    ids=["learner", "team leader", "team admin", "administrator", "account owner", "admin by the settings"],
)
async def test_the_operator_has_the_role_that_litmos_or_the_settings_give(
    named: str, name: str, role: Role, desk: Desk
) -> None:
    who = await desk.look(await desk.operator("tests", named), WhoAmI())
    assert (who.name, who.role) == (name, role)
    assert who.person is not None


async def test_a_setting_names_an_admin_by_user_name_too(api: Client) -> None:
    desk = Desk(api, DeskSettings("the demo Litmos", admins=frozenset({"nia+field/eu@example.com"})))
    assert (await desk.operator("tests", "Nia Adeyemi")).role is Role.ADMIN


@pytest.mark.parametrize(
    ("named", "error", "says"),
    [
        ("nobody@example.com", NotFound, "LITMOS_OPERATOR: Nobody in Litmos has"),
        ("Sam Lee", Ambiguous, "LITMOS_OPERATOR: 'Sam Lee' could be 2"),
        ("Ivan Petrov", NotAllowed, "LITMOS_OPERATOR: “Ivan Petrov” is inactive"),
        ("me", NotFound, "LITMOS_OPERATOR: Nobody in Litmos has"),
    ],
    ids=["unknown", "ambiguous", "inactive", "me"],
)
async def test_an_operator_who_is_not_exactly_one_active_person_is_refused(
    named: str, error: type[Exception], says: str, desk: Desk
) -> None:
    with pytest.raises(error, match=says):
        await desk.operator("tests", named)


async def test_where_nothing_can_be_changed_the_desk_says_so(api: Client, owner: Actor) -> None:
    desk = Desk(api, DeskSettings("eu.example", read_only=True))
    who = await desk.look(owner, WhoAmI())
    assert (who.read_only, who.account) == (True, "eu.example")


async def test_by_itself_the_desk_counts_days_from_the_present(api: Client, owner: Actor) -> None:
    found = await Desk(api, DeskSettings("the demo Litmos")).look(owner, GetUserCourses(ADA))
    assert found.courses[0].standing.due_in_days is not None


@pytest.mark.parametrize(
    ("level", "role"),
    [
        (AccessLevel.LEARNER, Role.LEARNER),
        (AccessLevel.TEAM_LEADER, Role.LEADER),
        (AccessLevel.TEAM_ADMIN, Role.LEADER),
        (AccessLevel.ADMINISTRATOR, Role.ADMIN),
        (AccessLevel.ACCOUNT_OWNER, Role.ADMIN),
        (AccessLevel("Something_New"), Role.LEARNER),
    ],
    ids=["learner", "team leader", "team admin", "administrator", "account owner", "unknown"],
)
def test_an_access_level_gives_a_role_and_an_unknown_one_the_least(level: AccessLevel, role: Role) -> None:
    person = Person("1", "ada", "Ada", "Marsh", "ada@example.com", active=True, access_level=level)
    assert role_of(person) is role
    assert Actor("tests", role, person).name == "Ada Marsh"
