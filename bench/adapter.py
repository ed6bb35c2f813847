"""Calls a second through the adapter, next to bare httpx on the same demo Litmos over loopback.

Both ask for the courses of one person, on one connection pool each with the same settings. Bare httpx reads the
body, checks the status and parses the JSON; the adapter (`litmos.connect`, its budget off) also retries, watches
the size and the time, and returns checked, typed values. The demo Litmos runs in a process of its own.
"""

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from statistics import median

import anyio
import httpx

import litmos
from litmos.api.assignments import courses_of
from litmos.demo.assigned import ADA
from litmos.demo.sandbox import DEMO_KEY

TARGET = 0.7  # of bare httpx, at concurrency 10
ROUNDS = 9  # measured of each, after one that is not
CALLS = {10: 400, 1: 150}  # of one round, by concurrency

SERVER = """
import sys, anyio
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import Sandbox
from litmos.demo.server import running

async def main():
    async with running(Sandbox(demo_world(real_clock()), limit=0).app) as address:
        print(address, flush=True)
        await anyio.to_thread.run_sync(sys.stdin.read)

anyio.run(main)
"""

Ask = Callable[[], Awaitable[int]]
"""One call; how many rows came back."""


@dataclass(slots=True)
class Rounds:
    """What was measured of one contestant: calls a second, and seconds of this process' CPU for a call."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def run(self, ask: Ask, concurrency: int, calls: int) -> None:
        left, rows = iter(range(calls)), set[int]()

        async def work() -> None:
            for _ in left:
                rows.add(await ask())

        began, cpu = time.perf_counter(), time.process_time()
        async with anyio.create_task_group() as tasks:
            for _ in range(concurrency):
                tasks.start_soon(work)
        self.rates.append(calls / (time.perf_counter() - began))
        self.cpu.append((time.process_time() - cpu) / calls)
        if len(rows) != 1 or not min(rows):
            raise AssertionError(f"the answers have {sorted(rows)} rows")


@contextmanager
def demo_litmos() -> Iterator[str]:
    """Its address; another process, so that its work is not measured here."""
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            if server.stdin is None or server.stdout is None:
                raise AssertionError("both are pipes")
            yield server.stdout.readline().strip()
            server.stdin.close()
            server.wait(10)
        finally:
            server.kill()


@asynccontextmanager
async def adapter(address: str) -> AsyncIterator[Ask]:
    """The adapter as `litmos.connect` puts it together."""
    async with litmos.connect(DEMO_KEY, base_url=address, requests_per_minute="0") as api:

        async def ask() -> int:
            courses = await api.send(courses_of(ADA))
            return len(courses)

        yield ask


@asynccontextmanager
async def bare(address: str) -> AsyncIterator[Ask]:
    """Httpx as one would use it for a script."""
    async with httpx.AsyncClient(
        base_url=f"{address}/v1.svc",
        headers={"apikey": DEMO_KEY, "Accept": "application/json"},
        params={"source": "litmos-chatops", "format": "json"},
        timeout=30.0,
        limits=httpx.Limits(max_connections=None, keepalive_expiry=60.0),
    ) as http:

        async def ask() -> int:
            response = await http.get(f"users/{ADA}/courses", params={"limit": 1000, "start": 0})
            response.raise_for_status()
            return len(json.loads(response.content))

        yield ask


async def main() -> None:
    """Measure and print; fails if the two do not return the same rows."""
    print(f"adapter: the courses of one person, calls a second, median of {ROUNDS} rounds in turn")
    with demo_litmos() as address:
        async with adapter(address) as ours, bare(address) as theirs:
            if await ours() != await theirs():
                raise AssertionError("they return different rows")
            for concurrency, calls in CALLS.items():
                found = [Rounds(), Rounds()]
                for _ in range(1 + ROUNDS):
                    for rounds, ask in zip(found, (ours, theirs), strict=True):
                        await rounds.run(ask, concurrency, calls)
                report(concurrency, *found)


def report(concurrency: int, ours: Rounds, theirs: Rounds) -> None:
    """One line for a concurrency; the first round is not counted."""
    rates = [median(rounds.rates[1:]) for rounds in (ours, theirs)]
    cpu = [median(rounds.cpu[1:]) * 1000 for rounds in (ours, theirs)]
    ratio = rates[0] / rates[1]
    target = f"target >= {TARGET}: {'met' if ratio >= TARGET else 'missed'}" if concurrency > 1 else "no target"
    print(f"  {concurrency:2} at a time: adapter {rates[0]:.0f}, httpx {rates[1]:.0f}, ratio {ratio:.2f}   {target}")
    print(f"                 CPU of a call {cpu[0]:.2f} ms and {cpu[1]:.2f} ms (the rest is the demo Litmos)")


if __name__ == "__main__":
    anyio.run(main)
