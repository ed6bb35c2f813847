"""What a running server holds: the Desk, opened when the first tool needs it, and whom it acts for."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

import anyio

from litmos.desk.cache import Cache

if TYPE_CHECKING:
    from litmos.desk.actor import Actor
    from litmos.desk.desk import Desk
    from litmos.desk.naming import Naming
    from litmos.desk.plan import Plan
    from litmos.desk.requests import Change, Undo

__all__ = ["FACE", "Acting", "App", "Confirmation", "OpenDesk", "Operator", "running"]

FACE = "mcp"

Confirmation = Literal["ask", "person", "client"]
"""Changes are asked by elicitation; always outside the assistant; or the host's own prompt is trusted."""

OpenDesk = Callable[[], "AbstractAsyncContextManager[Desk]"]


class Acting(Protocol):
    """Whom a server acts for: its operator, or whoever each request comes from. Never both."""

    async def actor(self, desk: "Desk") -> "Actor":
        """Who calls; `NotAllowed` for nobody in particular."""

    def check(self, operation: str) -> None:
        """`NotAllowed` for an operation that the caller has not been granted, whatever their role."""

    @property
    def approves(self) -> str:
        """Where the person says yes to what was kept as a proposal: sentences, with {key} and {expires}."""


@dataclass(frozen=True, slots=True)
class Operator:
    """The person a local server acts for, whoever talks to the assistant. `named` is empty for the key's owner."""

    named: str = ""
    approves: str = (
        "They run `litmos approve {key}` in a terminal before {expires}; it shows the plan and asks. "
        "Where the Slack bot runs, it has sent them a message with Approve and Reject."
    )

    async def actor(self, desk: "Desk") -> "Actor":
        return await desk.operator(FACE, self.named)

    def check(self, operation: str) -> None:
        """An operator has granted everything."""


@dataclass
class App:
    """`acting`: whom this server acts for."""

    open_desk: OpenDesk
    acting: Acting
    confirmation: Confirmation = "ask"
    asked: "Cache[tuple[str, Change | Undo], Plan]" = field(default_factory=lambda: Cache(time.monotonic, most=500))
    """Plans that somebody has been asked about and not yet answered, by actor and request."""
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _lock: anyio.Lock = field(default_factory=anyio.Lock)
    _desk: "Desk | None" = None
    _naming: "Naming | None" = None

    async def desk(self) -> "Desk":
        """The Desk; the first call opens it, a failed one is tried again by the next."""
        async with self._lock:
            if self._desk is None:
                self._desk = await self._opened.enter_async_context(self.open_desk())
            if self._naming is None:
                self._naming = await self._desk.naming()
            return self._desk

    @property
    def naming(self) -> "Naming":
        """How people are named here; there is nobody to name before the Desk is open."""
        if self._naming is None:
            raise LookupError("the Desk has not been opened")
        return self._naming

    async def fit(self, error: Exception) -> str:
        """An error in words that whoever asks may read."""
        if self._naming is None:
            return str(error)
        told = self._naming.text(str(error))
        await self._naming.keep()
        return told

    async def actor(self) -> "Actor":
        """Who calls."""
        return await self.acting.actor(await self.desk())

    async def close(self) -> None:
        await self._opened.aclose()


@asynccontextmanager
async def running(app: App) -> AsyncIterator[App]:
    """The server's lifespan."""
    try:
        yield app
    finally:
        await app.close()
