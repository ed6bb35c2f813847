"""The boundary where errors become answers for a model, and waits and steps become progress."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from anyio.abc import TaskGroup
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from litmos.errors import LitmosError
from mcp_server.app import App

__all__ = ["Teller", "told"]

A_BIT = 0.001  # progress has to grow with every message, also while nothing is done


@dataclass
class Teller:
    """Tells the client how the work goes, without making the work wait for it."""

    ctx: Context[App]
    tasks: TaskGroup
    total: int | None = None
    value: float = 0.0

    def waiting(self, seconds: float) -> None:
        """The account's budget makes the work wait so many seconds."""
        self._report(self.value + (1 if self.total is None else A_BIT), f"waiting for Litmos, {seconds:.0f} s")

    def progress(self, done: int, total: int) -> None:
        """So many lines of so many are answered."""
        self.total = total
        self._report(max(self.value + A_BIT, done), f"{done} of {total}")

    def _report(self, value: float, message: str) -> None:
        self.value = value
        self.tasks.start_soon(self.ctx.report_progress, value, self.total, message)


@asynccontextmanager
async def told(ctx: Context[App]) -> AsyncIterator[Teller]:
    """Around a tool's work: a `LitmosError` reaches the model in its own words, anything else as a masked failure."""
    app = ctx.request_context.lifespan_context
    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:
        try:
            yield Teller(ctx, tasks)
            await app.naming.keep()
        except LitmosError as error:
            failure = ToolError(await app.fit(error))
        except Exception as error:  # noqa: BLE001 - raised again below, outside the task group, as itself
            failure = error
    if failure is not None:
        raise failure
