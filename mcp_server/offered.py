"""Which tools somebody is shown: those that their token's scopes and their role in Litmos let them use."""

from collections.abc import Mapping
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

from litmos.desk.actor import Role
from litmos.desk.policy import Reach, reach
from litmos.errors import LitmosError, NotAllowed
from mcp_server.app import App

__all__ = ["offer"]


async def offer(ctx: ServerRequestContext[App, Any], call_next: CallNext) -> HandlerResult:
    """Middleware that leaves out of `tools/list` what the caller may not use.

    Calling it all the same is refused elsewhere: for the scope in the tool itself, for the role at the Desk.
    """
    result = await call_next(ctx)
    if ctx.method != "tools/list" or not isinstance(result, Mapping):
        return result
    app = ctx.lifespan_context
    role = await _role(app)
    shown = [tool for tool in result["tools"] if role and _may(app, tool["name"], role)]
    return {**result, "tools": shown}


async def _role(app: App) -> Role | None:
    """None for nobody. While Litmos cannot be asked, the role that may least."""
    try:
        return (await app.actor()).role
    except NotAllowed:
        return None
    except LitmosError:
        return Role.LEARNER


def _may(app: App, operation: str, role: Role) -> bool:
    try:
        app.acting.check(operation)
    except NotAllowed:
        return False
    return reach(operation, role) is not Reach.NOBODY
