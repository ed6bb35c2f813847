"""How soon a webhook is answered while Litmos takes five seconds for each answer: ten a second, then a flood.

`litmos serve` runs in a process of its own, on a demo Litmos that is as slow and on the local Slack. Told are the times
to the answers, and what a flood of new events came to: kept, or refused to be sent again.
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp

from bot.demo.delivery import SocketDoor
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.faults import Fault
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running as running_litmos
from litmos.serving import settle

SECONDS, RATE = 20.0, 10
FLOOD, AT_ONCE = 3000, 50
LITMOS_SECONDS = 5.0
TARGET_P99 = 0.1  # seconds
START = 30.0  # seconds that the server may take to listen
SECRET = "bench" * 8
KEPT, REFUSED = 202, 503


async def main() -> int:
    """Run, print, and judge: 1 where a target was missed."""
    sandbox = Sandbox(demo_world(real_clock()), limit=0)
    slack = LocalSlack(demo_workspace())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with running_litmos(sandbox.app) as litmos, running(slack, SocketDoor()), _server(slack, litmos, port):
        settle()  # or the collector of this process stops the clients, and it looks as if the server was slow
        sandbox.faults.add(Fault("slow", times=10**9, seconds=LITMOS_SECONDS))
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
            steady, bare = await _steady(session, port, sandbox)
            asked = len(sandbox.requests)
            flood, statuses = await _flood(session, port, sandbox)
            spent = len(sandbox.requests) - asked
    print(f"Litmos at {LITMOS_SECONDS:.0f} s an answer")
    _print(f"{len(bare)} times /healthz, between them", bare)
    _print(f"{len(steady)} events, {RATE} a second", steady)
    _print(f"{FLOOD} events, {AT_ONCE} at once", flood)
    print(f"of the flood: {dict(statuses)}; requests to Litmos meanwhile: {spent}")
    return 1 if _p99(steady) > TARGET_P99 or set(statuses) - {KEPT, REFUSED} else 0


async def _steady(session: aiohttp.ClientSession, port: int, sandbox: Sandbox) -> tuple[list[float], list[float]]:
    """Of events, and of a page that does nothing: what the machine itself takes just now."""
    times, bare, begun = list[float](), list[float](), time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(int(SECONDS * RATE)):
            await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))  # noqa: TID251 - a steady rate
            tasks.create_task(_send(session, port, _event(sandbox, number), times, Counter()))
            await asyncio.sleep(0.5 / RATE)  # noqa: TID251 - as above
            tasks.create_task(_healthy(session, port, bare))
    return times, bare


async def _healthy(session: aiohttp.ClientSession, port: int, times: list[float]) -> None:
    begun = time.perf_counter()
    async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
        await answer.read()
    times.append(time.perf_counter() - begun)


async def _flood(session: aiohttp.ClientSession, port: int, sandbox: Sandbox) -> tuple[list[float], Counter[int]]:
    times, statuses = list[float](), Counter[int]()
    for start in range(0, FLOOD, AT_ONCE):
        async with asyncio.TaskGroup() as tasks:
            for number in range(start, start + AT_ONCE):
                tasks.create_task(_send(session, port, _event(sandbox, 10_000 + number), times, statuses))
    return times, statuses


async def _send(
    session: aiohttp.ClientSession, port: int, event: dict[str, Any], times: list[float], statuses: Counter[int]
) -> None:
    begun = time.perf_counter()
    async with session.post(f"http://127.0.0.1:{port}/litmos/webhooks/{SECRET}", json=event) as answer:
        await answer.read()
    times.append(time.perf_counter() - begun)
    statuses[answer.status] += 1


def _event(sandbox: Sandbox, number: int) -> dict[str, Any]:
    world = sandbox.world
    person = list(world.people)[number % len(world.people)]
    course = list(world.courses)[number % len(world.courses)]
    data = {"userId": person, "courseId": course}
    return {"id": number, "type": "achievement.earned", "object": "event", "data": data}


@asynccontextmanager
async def _server(slack: LocalSlack, litmos: str, port: int) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "PATH": os.environ["PATH"],  # noqa: TID251 - for the child
            "LITMOS_API_KEY": DEMO_KEY,
            "LITMOS_BASE_URL": litmos,
            "LITMOS_STATE_URL": f"sqlite:///{Path(folder) / 'state.sqlite'}",
            "LITMOS_WEBHOOK_SECRETS": SECRET,
            "SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": f"{slack.address}/api/",
        }
        program = Path(sys.executable).with_name("litmos")
        process = await asyncio.create_subprocess_exec(
            program,
            *("serve", "--port", str(port)),
            env=settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            if process.stdout is not None:
                await asyncio.wait_for(process.stdout.readline(), START)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def _print(what: str, times: list[float]) -> None:
    print(f"{what}: p50 {median(times) * 1e3:.1f} ms   p99 {_p99(times) * 1e3:.1f} ms   ", end="")
    print(f"worst {max(times) * 1e3:.1f} ms   p99 / {TARGET_P99 * 1e3:.0f} ms = {_p99(times) / TARGET_P99:.2f}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
