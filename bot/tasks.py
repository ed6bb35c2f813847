"""Work that goes on after Slack has its ack. Nothing of it may raise into Bolt, which would lose the ack."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

__all__ = ["Tasks"]


class Tasks:
    """Starts work in tasks of its own, keeps them until they end, and reports what fails, once."""

    def __init__(self, report: Callable[[Exception], Awaitable[None]]) -> None:
        self._report = report
        self._under_way: set[asyncio.Task[None]] = set()
        self._watching: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin, and return at once."""
        self._begin(work, self._under_way)

    def watch(self, work: Coroutine[Any, Any, Any]) -> None:
        """As `start`, for what only looks on: nobody waits for its end."""
        self._begin(work, self._watching)

    def _begin(self, work: Coroutine[Any, Any, Any], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(self._run(work))
        among.add(task)
        task.add_done_callback(among.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way, also for what it starts, at most so long; the rest is cancelled."""
        end = asyncio.get_running_loop().time() + seconds
        while self._under_way and (left := end - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._under_way), timeout=left)
        for task in set(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def close(self, seconds: float) -> None:
        """As `drain`, and then nothing goes on any more."""
        for task in set(self._watching):
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        await self.drain(seconds)

    async def _run(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the last place that can tell of it
            await self._report(error)
