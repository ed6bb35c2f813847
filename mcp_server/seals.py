"""The seal on an answered question: what tells one answer of a person from every other.

The state that tools see is the same whenever the same question is asked; the client's copy of it is sealed with
chance, and nobody can make a second one of the same state. So it is read before the SDK opens it.
"""

from contextvars import ContextVar
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext

__all__ = ["keep_seal", "seal"]

_SEAL: ContextVar[str] = ContextVar("seal", default="")


def seal() -> str:
    """The seal of the answer that came with this request; empty where none did."""
    return _SEAL.get()


async def keep_seal(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Middleware, before the one that opens seals."""
    state = (ctx.params or {}).get("requestState")
    before = _SEAL.set(state if isinstance(state, str) else "")
    try:
        return await call_next(ctx)
    finally:
        _SEAL.reset(before)
