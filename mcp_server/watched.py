"""Messages of assistants as they come in: each has an id in the log, and its time and result are told by tool."""

from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from pydantic import BaseModel

from litmos.desk.catalog import CATALOG
from litmos.log import request_bound
from litmos.telemetry import About, step
from mcp_server.app import App

__all__ = ["STATUSES", "watch"]

# As `mcp_server.changes` has them, which is loaded by the first change.
STATUSES = ("done", "partly", "failed", "nothing to do", "declined", "waiting for approval", "started")
SAID = {"input_requests", "is_error", "structured_content"}
METHODS = frozenset(
    {
        "completion/complete",
        "initialize",
        "notifications/cancelled",
        "notifications/initialized",
        "ping",
        "prompts/get",
        "prompts/list",
        "resources/list",
        "resources/read",
        "resources/templates/list",
        "server/discover",
        "tools/call",
        "tools/list",
    }
)


async def watch(ctx: ServerRequestContext[App, Any], call_next: CallNext) -> HandlerResult:
    """Middleware around every message. Only words that we know are told: a client may send any."""
    about: About = {"mcp.method.name": ctx.method if ctx.method in METHODS else "_OTHER"}
    tool = (ctx.params or {}).get("name")
    if ctx.method == "tools/call":
        about["gen_ai.tool.name"] = tool if isinstance(tool, str) and tool in CATALOG else "_OTHER"
    with request_bound(), step("mcp.server.operation", about):
        result = await call_next(ctx)
        if ctx.method == "tools/call":
            about["litmos.result"] = _result(result)
            if about["litmos.result"] == "error":
                about["error.type"] = "tool_error"
        return result


def _result(result: HandlerResult) -> str:
    """What came of a change as the tool says it; `asked` where a person has to answer first; `answered` otherwise."""
    told = result.model_dump(by_alias=True, include=SAID) if isinstance(result, BaseModel) else result or {}
    if told.get("inputRequests"):
        return "asked"
    if told.get("isError"):
        return "error"
    status = (told.get("structuredContent") or {}).get("status")
    return status if status in STATUSES else "answered"
