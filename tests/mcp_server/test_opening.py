"""Nothing is opened before a tool is called, and whom the server acts for is looked up, not believed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal

import anyio
import pytest
from mcp import Client

from litmos.demo.records import AccessLevel
from litmos.demo.sandbox import Sandbox
from litmos.desk.desk import Desk
from litmos.errors import Misconfigured, Unavailable
from mcp_server.read_tools import READ_TOOLS
from mcp_server.server import create_server

Mode = Literal["auto", "legacy"]
OpenDesk = Callable[[], AbstractAsyncContextManager[Desk]]
Answer = Callable[..., Awaitable[tuple[str, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]

ARGUMENTS: dict[str, dict[str, Any]] = {
    "whoami": {},
    "find_people": {"query": "ada"},
    "find_training": {"query": "fire"},
    "get_user_courses": {"person": "Ada Marsh"},
    "get_user_learning_paths": {"person": "Ada Marsh"},
    "get_module_results": {"person": "Ada Marsh", "course": "FIRE-01"},
    "get_group_progress": {"people": ["Ada Marsh"]},
    "get_job": {},
}


class Door:
    """Opens a Desk, remembers how often, and fails first with the errors it is given."""

    def __init__(self, desk: Desk, *errors: Exception) -> None:
        self.desk, self.errors = desk, list(errors)
        self.tried = self.opened = self.closed = 0

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Desk]:
        self.tried += 1
        await anyio.lowlevel.checkpoint()
        if self.errors:
            raise self.errors.pop(0)
        self.opened += 1
        yield self.desk
        self.closed += 1


async def test_nothing_is_opened_by_connecting_and_listing_the_tools(desk: Desk, mode: Mode, sandbox: Sandbox) -> None:
    door = Door(desk)
    async with Client(create_server(door), mode=mode) as client:
        assert (await client.list_tools()).tools != []
    assert (door.tried, sandbox.requests) == (0, [])


async def test_the_desk_is_opened_once_by_the_first_calls_and_closed_at_the_end(
    desk: Desk, mode: Mode, answer: Answer
) -> None:
    door = Door(desk)
    async with Client(create_server(door), mode=mode) as client:
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(client.call_tool, "whoami")
        await answer(client, "find_people", query="ada")
        assert (door.tried, door.opened, door.closed) == (1, 1, 0)
    assert door.closed == 1


async def test_a_failed_opening_is_told_and_tried_again_by_the_next_call(
    desk: Desk, mode: Mode, answer: Answer, refusal: Refusal
) -> None:
    door = Door(desk, Unavailable("The state database is busy. Try again."))
    async with Client(create_server(door), mode=mode) as client:
        assert await refusal(client, "whoami") == "The state database is busy. Try again."
        await answer(client, "whoami")
    assert (door.tried, door.opened, door.closed) == (2, 1, 1)


@pytest.mark.parametrize("name", READ_TOOLS)
async def test_with_wrong_settings_every_tool_says_what_to_set(name: str, mode: Mode, refusal: Refusal) -> None:
    def refuse() -> AbstractAsyncContextManager[Desk]:
        raise Misconfigured("LITMOS_API_KEY: missing.")

    async with Client(create_server(refuse), mode=mode) as client:
        assert name in {tool.name for tool in (await client.list_tools()).tools}
        assert await refusal(client, name, **ARGUMENTS[name]) == "LITMOS_API_KEY: missing."


@pytest.fixture
def acting_for(open_desk: OpenDesk, mode: Mode) -> Callable[[str], Client]:
    """A client of a server that acts for the person named."""
    return lambda named: Client(create_server(open_desk, operator=named), mode=mode)


@pytest.mark.parametrize("tool", ["get_user_courses", "get_user_learning_paths", "get_module_results"])
async def test_me_is_the_operator(tool: str, acting_for: Callable[[str], Client], answer: Answer) -> None:
    async with acting_for("ada.marsh@example.com") as client:
        _, data = await answer(client, tool, **ARGUMENTS[tool] | {"person": "me"})
    assert data["person"] == {"id": "hUOuZAzHx4L1", "name": "Ada Marsh"}


@pytest.mark.parametrize("tool", READ_TOOLS)
@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("nobody@example.com", "LITMOS_OPERATOR: Nobody in Litmos has"),
        ("Sam Lee", "LITMOS_OPERATOR: 'Sam Lee' could be 2"),
        ("Ivan Petrov", "LITMOS_OPERATOR: “Ivan Petrov” is inactive in Litmos and may do nothing here."),
    ],
    ids=["unknown", "ambiguous", "inactive"],
)
async def test_an_operator_who_is_not_one_active_person_gets_no_answer_from_any_tool(
    tool: str, named: str, says: str, acting_for: Callable[[str], Client], refusal: Refusal
) -> None:
    async with acting_for(named) as client:
        assert (await refusal(client, tool, **ARGUMENTS[tool])).startswith(says)


@pytest.mark.parametrize("tool", ["get_user_courses", "get_user_learning_paths", "get_module_results"])
async def test_a_learner_is_told_of_others_as_if_there_were_nobody(
    tool: str, acting_for: Callable[[str], Client], refusal: Refusal
) -> None:
    async with acting_for("ada.marsh@example.com") as client:
        there = await refusal(client, tool, **ARGUMENTS[tool] | {"person": "Lena Fischer"})
        nobody = await refusal(client, tool, **ARGUMENTS[tool] | {"person": "Nobody Atall"})
    assert there.startswith("Nobody whom you may see has ")
    assert there.replace("Lena Fischer", "Nobody Atall") == nobody


async def test_a_leader_finds_whom_they_lead_and_nobody_else(
    acting_for: Callable[[str], Client], answer: Answer
) -> None:
    async with acting_for("lena.fischer@example.com") as client:
        _, data = await answer(client, "find_people", query="sam lee")
    assert [person["id"] for person in data["people"]] == ["AzUdIG1OHqt1"]


async def test_whoami_says_that_nothing_can_be_changed(
    desk: Desk, mode: Mode, answer: Answer, read_only_desk: OpenDesk
) -> None:
    async with Client(create_server(read_only_desk, read_only=True), mode=mode) as client:
        text, data = await answer(client, "whoami")
    assert text.endswith(": admin in the demo Litmos, read only")
    assert data["read_only"] is True


@pytest.mark.parametrize("level", ["Team_Leader", "Administrator"])
async def test_the_role_is_what_litmos_says(
    level: AccessLevel, acting_for: Callable[[str], Client], answer: Answer, sandbox: Sandbox
) -> None:
    sandbox.world.people["hUOuZAzHx4L1"].access_level = level
    async with acting_for("Ada Marsh") as client:
        _, data = await answer(client, "whoami")
    assert data["role"] == {"Team_Leader": "leader", "Administrator": "admin"}[level]
