"""What an assistant sees of the tools before it calls one. A change of it is a change to review."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Literal

import pytest
from inline_snapshot import external_file
from mcp import Client

from litmos.desk.catalog import CATALOG
from litmos.desk.desk import Desk
from mcp_server.read_tools import READ_TOOLS
from mcp_server.server import create_server

SURFACE = Path(__file__).parent / "surface"

Mode = Literal["auto", "legacy"]
OpenDesk = Callable[[], AbstractAsyncContextManager[Desk]]


async def listed(client: Client) -> dict[str, dict[str, Any]]:
    """Each tool as it is sent, by its name."""
    tools = (await client.list_tools()).tools
    return {tool.name: tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools}


TOOLS = {name for name, operation in CATALOG.items() if operation.tool}


@pytest.mark.parametrize("name", [name for name in CATALOG if name in TOOLS])
async def test_a_tool_is_shown_as_it_was_reviewed(name: str, assistant: Client) -> None:
    """After an intended change: pytest --inline-snapshot=fix, and read the difference."""
    assert (await listed(assistant))[name] == external_file(f"surface/{name}.json")


def test_every_reviewed_tool_still_exists() -> None:
    reviewed = {file.stem for file in SURFACE.glob("*.json")}
    assert reviewed == TOOLS


async def test_all_tools_together_cost_a_model_little(assistant: Client) -> None:
    """Of a context window; some hosts send it with every message."""
    told = (await assistant.list_tools()).model_dump_json(by_alias=True, exclude_none=True)
    assert len(told.encode()) < 12_000


def test_every_operation_that_reads_is_a_reading_tool() -> None:
    assert set(READ_TOOLS) == {name for name in TOOLS if CATALOG[name].is_read}


@pytest.mark.parametrize("name", READ_TOOLS)
async def test_a_reading_tool_says_that_it_changes_nothing(name: str, assistant: Client) -> None:
    tool = (await listed(assistant))[name]
    hints = tool["annotations"]
    assert "Changes nothing." in tool["description"]
    assert hints == {"readOnlyHint": True}


@pytest.mark.parametrize("name", READ_TOOLS)
async def test_every_argument_of_a_reading_tool_is_described_and_no_other_is_taken(
    name: str, assistant: Client
) -> None:
    schema = (await listed(assistant))[name]["inputSchema"]
    assert schema["additionalProperties"] is False
    assert [argument for argument, shape in schema["properties"].items() if not shape.get("description")] == []


async def test_where_nothing_may_be_changed_only_reading_tools_are_listed(open_desk: OpenDesk, mode: Mode) -> None:
    async with Client(create_server(open_desk, read_only=True), mode=mode) as client:
        assert set(await listed(client)) == set(READ_TOOLS)


async def test_the_server_says_who_it_is_and_how_to_begin(assistant: Client) -> None:
    assert assistant.server_info is not None
    assert (assistant.server_info.name, assistant.server_info.title) == ("litmos", "Litmos")
    assert "find_people" in (assistant.instructions or "")
