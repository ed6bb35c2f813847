"""Signed slash commands, fifty a second for half a minute, at a bot whose Litmos takes five seconds for each answer.

`litmos-bot` runs in a process of its own over HTTP, on a demo Litmos that is as slow and on the local Slack. Told are
the time from sending a command to its ack, from a command to the modal it opens, and the bot's memory.
"""

import asyncio
import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import aiohttp

from bot.demo.delivery import HttpDoor, SocketDoor
from bot.demo.person import Person
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.faults import Fault
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running as running_litmos

SECONDS, RATE = 30.0, 50
LITMOS_SECONDS = 5.0
ACK_P99, ACK_WORST = 0.1, 3.0  # seconds
MODAL_WORST = 1.0
COMMANDS = ["", "", "", "courses", "paths", "help", "find fire", "assign FIRE-01 to @noor", "assign"]
PEOPLE = ["UADA", "ULENA", "UOMAR", "UNOOR", "USAM"]
START = 20.0  # seconds that the bot may take to listen


@dataclass
class Measured:
    """Seconds each; `wrong` counts what Slack would show as a failure."""

    acks: list[float] = field(default_factory=list)
    modals: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)


async def main() -> int:
    """Run, print, and judge: 1 where a target was missed."""
    sandbox = Sandbox(demo_world(real_clock()), limit=0)
    slack = LocalSlack(demo_workspace(), chance=random.Random(1))  # noqa: S311 - ids of a fake
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with running_litmos(sandbox.app) as litmos, running(slack, SocketDoor()), _bot(slack, litmos, port) as pid:
        sandbox.faults.add(Fault("slow", times=10**9, seconds=LITMOS_SECONDS))
        before = _memory(pid)
        measured = await _drive(slack, port)
        after = _memory(pid)
    return _told(measured, before, after)


async def _drive(slack: LocalSlack, port: int) -> Measured:
    measured = Measured()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def post(body: str, headers: Mapping[str, str]) -> tuple[int, str]:
            begun = time.perf_counter()
            async with session.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers) as answer:
                text = await answer.text()
            measured.acks.append(time.perf_counter() - begun)
            return answer.status, text

        door = HttpDoor(post, slack.signing_secret)
        chance = random.Random(1)  # noqa: S311 - a mix of commands

        async def one(user: str, words: str) -> None:
            begun = time.perf_counter()
            slack.screen(user).modals.clear()
            await Person(slack, door, user).types(words)
            if slack.screen(user).trouble:
                measured.wrong[slack.screen(user).trouble] += 1
            elif words.startswith("assign"):
                with suppress(TimeoutError):  # another command of theirs may have closed it: that is no measure
                    await asyncio.wait_for(slack.until(lambda: bool(slack.screen(user).modals)), 2 * MODAL_WORST)
                measured.modals.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for at in range(int(SECONDS * RATE)):
                await asyncio.sleep(max(0.0, begun + at / RATE - time.perf_counter()))  # noqa: TID251 - a steady rate
                tasks.create_task(one(chance.choice(PEOPLE), chance.choice(COMMANDS)))
    return measured


@asynccontextmanager
async def _bot(slack: LocalSlack, litmos: str, port: int) -> AsyncIterator[int]:
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "PATH": os.environ["PATH"],  # noqa: TID251 - for the child
            "LITMOS_API_KEY": DEMO_KEY,
            "LITMOS_BASE_URL": litmos,
            "LITMOS_STATE_URL": f"sqlite:///{Path(folder) / 'state.sqlite'}",
            "SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": f"{slack.address}/api/",
            "SLACK_PORT": str(port),
        }
        program = Path(sys.executable).with_name("litmos-bot")
        process = await asyncio.create_subprocess_exec(program, env=settings, stderr=asyncio.subprocess.DEVNULL)
        try:
            await asyncio.wait_for(_listening(port), START)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def _listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)  # noqa: TID251 - another process starts
        else:
            writer.close()
            return


def _memory(pid: int) -> float:
    """Resident megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmRSS")


def _told(measured: Measured, before: float, after: float) -> int:
    p99 = quantiles(measured.acks, n=100)[98]
    print(f"{len(measured.acks)} commands, {RATE} a second, Litmos at {LITMOS_SECONDS:.0f} s an answer")
    print(f"ack    p50 {median(measured.acks) * 1e3:6.1f} ms   p99 {p99 * 1e3:6.1f} ms   ", end="")
    print(f"worst {max(measured.acks) * 1e3:6.1f} ms   (targets: p99 {ACK_P99 * 1e3:.0f}, worst {ACK_WORST * 1e3:.0f})")
    print(f"modal  p50 {median(measured.modals) * 1e3:6.1f} ms   worst {max(measured.modals) * 1e3:6.1f} ms   ", end="")
    print(f"of {len(measured.modals)}   (target: {MODAL_WORST * 1e3:.0f})")
    print(f"memory {before:.0f} MB before, {after:.0f} MB after   wrong: {dict(measured.wrong) or 'nothing'}")
    missed = p99 > ACK_P99 or max(measured.acks) > ACK_WORST or max(measured.modals) > MODAL_WORST or measured.wrong
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
