"""Work that goes on after Slack has its ack. Nothing of it may raise into Bolt, which would lose the ack."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

__all__ = ["Jobs"]


class Jobs:
    """Starts work in tasks of its own, keeps them until they end, and reports what fails, once."""

    def __init__(self, report: Callable[[Exception], Awaitable[None]]) -> None:
        self._report = report
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin, and return at once."""
        task = asyncio.create_task(self._run(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way, also for what it starts, at most so long; the rest is cancelled."""
        end = asyncio.get_running_loop().time() + seconds
        while self._under_way and (left := end - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._under_way), timeout=left)
        for task in set(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _run(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the last place that can tell of it
            await self._report(error)
