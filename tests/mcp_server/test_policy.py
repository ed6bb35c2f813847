"""Every operation x every role x whom it is about, over MCP: allowed or refused as the documents' table says."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitResult, TextContent

from litmos.demo.sandbox import Sandbox
from litmos.desk.actor import Role
from litmos.desk.catalog import CATALOG
from litmos.desk.policy import POLICY, Reach, reach
from mcp_server.app import OpenDesk
from mcp_server.server import create_server

ROLES = {
    "learner": ("hUOuZAzHx4L1", Role.LEARNER),
    "leader": ("RZdsvDQuc8d1", Role.LEADER),  # of Sales, with Sales EMEA below it
    "admin": ("yyVlbPegBPr1", Role.ADMIN),
    "owner": ("", Role.ADMIN),
}
TARGETS = {
    "led": "lNNtZx3cK8n1",  # in Sales
    "below": "TSOsq63Hvzl1",  # in Sales EMEA
    "other": "1u-g1ypKM9O1",  # in Warehouse
    "unknown": "nobody-at-all",
}
COURSE = "FIRE-01"

ARGUMENTS: dict[str, dict[str, Any]] = {
    "get_user_courses": {"person": "WHO"},
    "get_user_learning_paths": {"person": "WHO"},
    "get_module_results": {"person": "WHO", "course": COURSE},
    "get_group_progress": {"people": ["WHO"], "course": COURSE},
    "assign": {"people": ["WHO"], "training": [COURSE]},
    "unassign": {"people": ["WHO"], "training": [COURSE]},
    "reset": {"people": ["WHO"], "courses": [COURSE]},
}
NO_PERSON: dict[str, dict[str, Any]] = {
    "whoami": {},
    "find_training": {"query": "fire"},
    "undo": {},
    "get_job": {},
    "cancel_job": {"job": "J"},
}


def expected(allowed: Reach, who: str) -> bool:
    """The table, once more and in other words."""
    match allowed:
        case Reach.NOBODY:
            return False
        case Reach.SELF:
            return who == "self"
        case Reach.TEAM:  # Lena is in the team she leads
            return who in {"self", "led", "below"}
        case Reach.SELF_AND_TEAM:
            return who in {"self", "led", "below"}
        case Reach.EVERYBODY:
            return who != "unknown"


async def no(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="decline")


async def refusal(open_desk: OpenDesk, operator: str, tool: str, arguments: dict[str, Any]) -> str:
    """The words of a refusal; empty where it was allowed. Every change is declined when it is asked."""
    async with Client(create_server(open_desk, operator=operator), elicitation_callback=no) as client:
        result = await client.call_tool(tool, arguments)
    return "".join(block.text for block in result.content if isinstance(block, TextContent)) if result.is_error else ""


def about(arguments: dict[str, Any], who: str) -> dict[str, Any]:
    return {name: [who] if value == ["WHO"] else who if value == "WHO" else value for name, value in arguments.items()}


@pytest.mark.parametrize("name", CATALOG)
def test_every_operation_has_a_row(name: str) -> None:
    assert name in POLICY, f"{name} has no row in the policy, so nobody may do it"
    assert POLICY[name].keys() == set(Role)


def test_every_operation_is_tried_here() -> None:
    assert ARGUMENTS.keys() | NO_PERSON.keys() | {"find_people"} == {
        name for name, operation in CATALOG.items() if operation.tool
    }


def test_what_has_no_row_nobody_may() -> None:
    assert {reach("new_operation", role) for role in Role} == {Reach.NOBODY}


@pytest.mark.parametrize("who", ["self", *TARGETS])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("tool", ARGUMENTS)
async def test_who_may_do_what_to_whom(open_desk: OpenDesk, sandbox: Sandbox, tool: str, role: str, who: str) -> None:
    operator, there = ROLES[role]
    if not operator and who == "self":
        return  # the key's owner is nobody in Litmos
    target = operator if who == "self" else TARGETS[who]
    told = await refusal(open_desk, operator, tool, about(ARGUMENTS[tool], target))
    not_there = "so there are no results" in told  # allowed, and not on that course
    assert (not told or not_there) is expected(reach(tool, there), who), told
    assert sandbox.requests
    assert {one.method for one in sandbox.requests if not one.path.endswith("/users/courses")} == {"GET"}


@pytest.mark.parametrize("tool", ARGUMENTS)
@pytest.mark.parametrize("role", ["learner", "leader"])
async def test_whom_one_may_not_see_is_refused_like_somebody_who_does_not_exist(
    open_desk: OpenDesk, tool: str, role: str
) -> None:
    operator, _ = ROLES[role]
    there = await refusal(open_desk, operator, tool, about(ARGUMENTS[tool], TARGETS["other"]))
    nowhere = await refusal(open_desk, operator, tool, about(ARGUMENTS[tool], TARGETS["unknown"]))
    assert there
    assert there.replace(TARGETS["other"], "X") == nowhere.replace(TARGETS["unknown"], "X")


@pytest.mark.parametrize("tool", NO_PERSON)
@pytest.mark.parametrize("role", ROLES)
async def test_what_is_about_nobody_follows_the_table_too(open_desk: OpenDesk, tool: str, role: str) -> None:
    operator, there = ROLES[role]
    told = await refusal(open_desk, operator, tool, NO_PERSON[tool])
    assert ("you may not" in told) is (reach(tool, there) is Reach.NOBODY)


@pytest.mark.parametrize(
    ("role", "found"),
    [("learner", set()), ("leader", {"led"}), ("admin", {"led", "other"}), ("owner", {"led", "other"})],
)
async def test_a_search_finds_only_whom_one_may_see(open_desk: OpenDesk, role: str, found: set[str]) -> None:
    operator, _ = ROLES[role]
    names = {"led": "Noor Rahman", "other": "Yusuf Karaca"}
    seen = set()
    async with Client(create_server(open_desk, operator=operator)) as client:
        for who, name in names.items():
            result = await client.call_tool("find_people", {"query": name})
            people = (result.structured_content or {})["people"]
            seen |= {who for person in people if person["id"] == TARGETS[who]}
    assert seen == found


def test_the_documents_tell_the_same_table() -> None:
    told = {Reach.NOBODY: "nobody", Reach.SELF: "themselves", Reach.TEAM: "their teams", Reach.EVERYBODY: "everybody"}
    told[Reach.SELF_AND_TEAM] = "themselves and their teams"
    told_to_all = Path(__file__).parents[2].joinpath("docs", "roles-and-security.md").read_text()
    rows = [
        [cell.strip() for cell in line.strip("| \n").split("|")]
        for line in told_to_all.splitlines()
        if line.startswith("|")
    ]
    table = {row[0].strip("`"): row[1:4] for row in rows if len(row) == 6}
    for name, by_role in POLICY.items():
        if name not in {"whoami", "find_training"}:
            assert table[name] == [told[by_role[role]] for role in (Role.LEARNER, Role.LEADER, Role.ADMIN)], name
