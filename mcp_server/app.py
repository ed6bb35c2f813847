"""What a running server holds: the Desk, opened when the first tool needs it, and whom it acts for."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import anyio

from litmos.desk.cache import Cache

if TYPE_CHECKING:
    from litmos.desk.actor import Actor
    from litmos.desk.desk import Desk
    from litmos.desk.plan import Plan
    from litmos.desk.requests import Change, Undo

__all__ = ["App", "Confirmation", "OpenDesk", "running"]

FACE = "mcp"

Confirmation = Literal["ask", "person", "client"]
"""Changes are asked by elicitation; always outside the assistant; or the host's own prompt is trusted."""

OpenDesk = Callable[[], "AbstractAsyncContextManager[Desk]"]


@dataclass
class App:
    """`operator`: the person a local server acts for, as the settings name them; empty for the key's owner."""

    open_desk: OpenDesk
    operator: str
    confirmation: Confirmation = "ask"
    asked: "Cache[tuple[str, Change | Undo], Plan]" = field(default_factory=lambda: Cache(time.monotonic))
    """Plans that somebody has been asked about, by actor and request."""
    used: "Cache[str, bool]" = field(default_factory=lambda: Cache(time.monotonic))
    """Answers that have been acted upon, by the state that came with them: none counts twice."""
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _lock: anyio.Lock = field(default_factory=anyio.Lock)
    _desk: "Desk | None" = None

    async def desk(self) -> "Desk":
        """The Desk; the first call opens it, a failed one is tried again by the next."""
        async with self._lock:
            if self._desk is None:
                self._desk = await self._opened.enter_async_context(self.open_desk())
            return self._desk

    async def actor(self) -> "Actor":
        """Who calls. On stdio that is the operator, whoever talks to the assistant."""
        return await (await self.desk()).operator(FACE, self.operator)

    async def close(self) -> None:
        await self._opened.aclose()


@asynccontextmanager
async def running(app: App) -> AsyncIterator[App]:
    """The server's lifespan."""
    try:
        yield app
    finally:
        await app.close()
