"""One process of the crowd at a budget: sends requests to a Litmos, and says when it was its turn, as JSON on stdout.

Before that it says `ready` and waits for a line on stdin, so that the whole crowd begins at once.
Run by test_processes.py: crowd.py URL ADDRESS CALLERS TURNS PER_MINUTE WINDOW_MS
"""

import json
import sys
import time

import anyio
import anyio.to_thread
import httpx
from pydantic import SecretStr
from typing_extensions import override

from litmos.api.client import Client, KeyAuth
from litmos.api.teams import search_teams
from litmos.demo.sandbox import DEMO_KEY
from litmos.store.budget import Budget
from litmos.store.state import State

Seen = list[tuple[float, float]]


class Noted(Budget):
    """A budget that remembers, of each turn, the seconds it told to wait and the moment it came (since 1970)."""

    def __init__(self, state: State, per_minute: int, window_ms: int) -> None:
        super().__init__(state, per_minute, window_ms=window_ms)
        self.seen: Seen = []

    @override
    async def turn(self, **how: object) -> None:
        told = [0.0]
        await super().turn(waiting=told.append)
        self.seen.append((told[-1], time.time()))


async def crowd(url: str, address: str, callers: int, turns: int, per_minute: int, window_ms: int) -> Seen:
    """Each caller sends `turns` requests, one after the other."""
    state, key = State(url), KeyAuth(SecretStr(DEMO_KEY))
    budget = Noted(state, per_minute, window_ms)
    await budget.in_use()  # the database is open, and the schema made, before anything is measured
    async with httpx.AsyncClient(base_url=f"{address}/v1.svc", auth=key, timeout=30) as http:
        api = Client(http, key, source="tests", turns=budget)

        async def call() -> None:
            for _ in range(turns):
                await api.send(search_teams(most=1))

        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await anyio.to_thread.run_sync(sys.stdin.readline)
        async with anyio.create_task_group() as group:
            for _ in range(callers):
                group.start_soon(call)
    state.close()
    return budget.seen


if __name__ == "__main__":
    _, where, address, *numbers = sys.argv
    callers, turns, per_minute, window_ms = map(int, numbers)
    json.dump(anyio.run(crowd, where, address, callers, turns, per_minute, window_ms), sys.stdout)
