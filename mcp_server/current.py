"""The running server, as seen from where the SDK hands over no context: fixed resources, completions."""

from contextvars import ContextVar
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

from mcp_server.app import App

__all__ = ["current_app", "keep_app"]

_APP: ContextVar[App] = ContextVar("app")


def current_app() -> App:
    """What the server of this request holds."""
    return _APP.get()


async def keep_app(ctx: ServerRequestContext[App, Any], call_next: CallNext) -> HandlerResult:
    """Middleware around every message."""
    before = _APP.set(ctx.lifespan_context)
    try:
        return await call_next(ctx)
    finally:
        _APP.reset(before)
