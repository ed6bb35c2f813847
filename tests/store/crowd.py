"""One process of the crowd at a budget: says its waits and the moments of its turns, as JSON on stdout.

Before that it says `ready` and waits for a line on stdin, so that the whole crowd begins at once.
Run by test_processes.py: crowd.py FILE CALLERS TURNS PER_MINUTE WINDOW_MS
"""

import json
import sys
import time

import anyio
import anyio.to_thread

from litmos.store.budget import Budget
from litmos.store.state import State

Seen = list[tuple[float, float]]


async def crowd(file: str, callers: int, turns: int, per_minute: int, window_ms: int) -> Seen:
    """Each caller takes `turns` turns, one after the other.

    For each turn: the seconds it took, and the moment it returned (since 1970: one clock for all processes).
    """
    state = State(f"sqlite:///{file}")
    budget = Budget(state, per_minute, window_ms=window_ms)
    seen: Seen = []

    async def call() -> None:
        for _ in range(turns):
            asked = time.time()
            await budget.turn()
            seen.append(((now := time.time()) - asked, now))

    await budget.in_use()  # the database is open, and the schema made, before anything is measured
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await anyio.to_thread.run_sync(sys.stdin.readline)
    async with anyio.create_task_group() as group:
        for _ in range(callers):
            group.start_soon(call)
    state.close()
    return seen


if __name__ == "__main__":
    _, to, *numbers = sys.argv
    callers, turns, per_minute, window_ms = map(int, numbers)
    json.dump(anyio.run(crowd, to, callers, turns, per_minute, window_ms), sys.stdout)
