"""The boundary where errors become answers for a model, and waits become progress."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from litmos.errors import LitmosError
from mcp_server.app import App

__all__ = ["told"]


@asynccontextmanager
async def told(ctx: Context[App]) -> AsyncIterator[Callable[[float], None]]:
    """Around a tool's work: a `LitmosError` reaches the model in its own words, anything else as a masked failure.

    Yields what to call with the seconds that the account's budget makes the work wait: it becomes progress.
    """
    failure: Exception | None = None
    told_so_far = 0.0
    async with anyio.create_task_group() as tasks:

        def waiting(seconds: float) -> None:
            nonlocal told_so_far
            told_so_far += 1
            tasks.start_soon(ctx.report_progress, told_so_far, None, f"waiting for Litmos, {seconds:.0f} s")

        try:
            yield waiting
        except LitmosError as error:
            failure = ToolError(str(error))
        except Exception as error:  # noqa: BLE001 - raised again below, outside the task group, as itself
            failure = error
    if failure is not None:
        raise failure
