"""What is counted of an assistant's calls: by tool and result, in words that we know."""

from contextlib import suppress
from typing import Any, get_args

import pytest
from mcp import Client, MCPError
from mcp.client import ClientRequestContext
from mcp.types import ElicitRequestParams, ElicitResult

from mcp_server.changes import Status
from mcp_server.server import create_server
from mcp_server.watched import STATUSES


def test_the_results_are_those_of_changes() -> None:
    assert get_args(Status) == STATUSES


async def test_calls_are_counted_by_tool_and_result(assistant: Client, overheard: Any) -> None:
    await assistant.call_tool("find_people", {"query": "Ada"})
    await assistant.call_tool("get_user_courses", {"person": "Nobody"})
    with suppress(MCPError):
        await assistant.call_tool("Ada Marsh", {})
    text = overheard.told()["metrics"]
    for tool, result, error in (("find_people", "answered", ""), ("get_user_courses", "error", "tool_error")):
        labels = f'error_type="{error}",gen_ai_tool_name="{tool}",litmos_result="{result}",mcp_method_name="tools/call"'
        assert f"mcp_server_operation_duration_seconds_count{{{labels}}} 1.0" in text
    assert 'gen_ai_tool_name="_OTHER"' in text


@pytest.mark.parametrize(("agree", "result"), [(False, "declined"), (True, "error")])
async def test_what_came_of_a_change_is_counted(
    open_desk: Any, mode: Any, overheard: Any, agree: bool, result: str
) -> None:
    async def asked(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        return ElicitResult(action="accept", content={"confirm": True}) if agree else ElicitResult(action="decline")

    async with Client(create_server(open_desk), mode=mode, elicitation_callback=asked) as client:
        await client.call_tool("assign", {"people": ["Noor Rahman"], "training": ["FIRE-01"]})
    text = overheard.told()["metrics"]
    assert f'gen_ai_tool_name="assign",litmos_result="{result}"' in text  # this Desk has no books to record it in
    assert ('litmos_result="asked"' in text) == (mode == "auto")
