"""Calls a second of `get_user_courses` over stdio and over HTTP, next to tools of the same SDK that do next to nothing.

One does nothing, the other asks the demo Litmos for the same courses with bare httpx and counts them. Ours remembers
courses for ten seconds, so it asks Litmos rarely: what is measured is all that it does besides, and the bare one shows
what a request would add. Each server is a process of its own, and so is the demo Litmos, our budget off.
All are spoken to in bare JSON-RPC of 2026-07-28, so that the client weighs little. Over HTTP ours alone has a door:
every call brings a token, which is verified.
(Not called mcp.py: beside it no script could import the SDK any more.)
"""

import asyncio
import json
import math
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from mcp.client.stdio import get_default_environment

from litmos.demo.assigned import ADA
from litmos.demo.sandbox import DEMO_KEY

TARGET = 0.5  # of the empty tool's rate
ROUNDS = 5  # measured of each, after one that is not
CALLS = {1: 60, 10: 200}  # of one round, by concurrency
PATIENCE = 30.0  # seconds for a server to listen

PROGRAM = str(Path(sys.executable).with_name("litmos-mcp"))
AROUND = """
import sys, anyio
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import Sandbox
from litmos.demo.server import running
from mcp_server.demo_issuer import DemoIssuer

async def main():
    issuer = DemoIssuer('', sys.argv[1])
    async with running(Sandbox(demo_world(real_clock()), limit=0).app) as litmos, running(issuer.app) as issuer.url:
        token = issuer.token('ada', 'ada.marsh@example.com', ['litmos:read'], exp=2**31)
        print(litmos, issuer.url, token, flush=True)
        await anyio.to_thread.run_sync(sys.stdin.read)

anyio.run(main)
"""
EMPTY = """
import os, sys
import httpx
from mcp.server import MCPServer

server = MCPServer('empty', log_level='ERROR')
litmos = httpx.AsyncClient(headers={'apikey': os.environ['KEY']})

@server.tool()
async def nothing() -> str:
    return ''

@server.tool()
async def bare() -> str:
    return str(len((await litmos.get(os.environ['COURSES'])).json()))

if len(sys.argv) > 1:
    import uvicorn
    uvicorn.run(server.streamable_http_app(), port=int(sys.argv[1]), log_level='error', access_log=False)
else:
    server.run('stdio')
"""
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}

Call = Callable[[], Awaitable[None]]
"""One call of a tool; fails unless it is answered."""


@dataclass(slots=True)
class Rounds:
    """What was measured of one contestant: calls a second of each round, and seconds of each call."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    async def run(self, call: Call, concurrency: int, *, counts: bool) -> None:
        left = iter(range(CALLS[concurrency]))
        took: list[float] = []

        async def work() -> None:
            for _ in left:
                began = time.perf_counter()
                await call()
                took.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(concurrency)))
        if counts:
            self.rates.append(len(took) / (time.perf_counter() - began))
            self.took += took

    def at(self, share: float) -> float:
        """The milliseconds that so large a share of the calls stayed within."""
        return sorted(self.took)[math.ceil(share * len(self.took)) - 1] * 1000


def asked(number: int, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A call as it is sent."""
    params = {"name": tool, "arguments": arguments, "_meta": META}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def checked(answer: dict[str, Any]) -> None:
    """Fails for anything but an answer of the tool."""
    if answer.get("result", {}).get("isError", True):
        raise AssertionError(f"no answer: {answer}")


@asynccontextmanager
async def over_stdio(
    command: list[str], settings: dict[str, str], tool: str, arguments: Mapping[str, Any]
) -> AsyncIterator[Call]:
    """A server over its stdin and stdout; any number of calls may be under way."""
    pipe = subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=settings, stdin=pipe, stdout=pipe, limit=2**20)
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both are pipes")
    to_it, from_it = process.stdin, process.stdout
    waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def read() -> None:
        async for line in from_it:
            answer = json.loads(line)
            waiting.pop(answer["id"]).set_result(answer)

    async def call() -> None:
        number = call_numbers()
        waiting[number] = future = asyncio.get_running_loop().create_future()
        to_it.write(json.dumps(asked(number, tool, arguments)).encode() + b"\n")
        checked(await future)

    call_numbers = iter(range(10**9)).__next__
    reading = asyncio.create_task(read())
    try:
        yield call
    finally:
        to_it.close()
        await process.wait()
        await reading


@asynccontextmanager
async def over_http(
    command: list[str], settings: dict[str, str], port: int, token: str, tool: str, arguments: Mapping[str, Any]
) -> AsyncIterator[Call]:
    """A server on a port of this machine."""
    headers = {
        "accept": "application/json, text/event-stream",
        "authorization": f"Bearer {token}",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": tool,
    }
    process = await asyncio.create_subprocess_exec(*command, env=settings, stderr=subprocess.DEVNULL)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=PATIENCE) as http:

            async def call() -> None:
                checked((await http.post("/mcp", json=asked(1, tool, arguments))).json())

            until = time.monotonic() + PATIENCE
            while not await listens(http):
                if time.monotonic() > until:
                    raise AssertionError("it does not listen")
            yield call
    finally:
        process.terminate()
        await process.wait()


async def listens(http: httpx.AsyncClient) -> bool:
    """Whether a server answers at all."""
    try:
        await http.get("/")
    except httpx.ConnectError:
        return False
    return True


@contextmanager
def surroundings(resource: str) -> Iterator[tuple[str, str, str]]:
    """The demo Litmos and a login service for `resource`: their addresses, and a token."""
    command = [sys.executable, "-c", AROUND, resource]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        litmos, issuer, token = process.stdout.readline().split()
        yield litmos, issuer, token
        process.stdin.close()


def free_port() -> int:
    """A port that nobody listens on, as yet."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
    return port


async def compare(transport: str, ours: Call, empty: Call, bare: Call) -> None:
    """Measure all in turn, and print."""
    for concurrency in CALLS:
        found = Rounds(), Rounds(), Rounds()
        for number in range(1 + ROUNDS):
            for rounds, call in zip(found, (ours, empty, bare), strict=True):
                await rounds.run(call, concurrency, counts=number > 0)
        rates = [median(rounds.rates) for rounds in found]
        ratio = rates[0] / rates[1]
        print(f"  {transport}, {concurrency} at a time:")
        for name, rate, rounds in zip(("get_user_courses", "empty", "bare httpx"), rates, found, strict=True):
            print(f"    {name:17}{rate:6.0f} a second, p50 {rounds.at(0.5):6.1f} ms, p99 {rounds.at(0.99):6.1f} ms")
        verdict = "met" if ratio >= TARGET else "missed"
        print(f"    ratio to empty {ratio:.2f}, target >= {TARGET}: {verdict}; to bare httpx {rates[0] / rates[2]:.2f}")


async def main(state: Path) -> None:
    """Measure and print; fails if a call is not answered."""
    print(f"MCP: calls a second, median of {ROUNDS} rounds in turn")
    ports = free_port(), free_port(), free_port()
    resource = f"http://127.0.0.1:{ports[0]}/mcp"
    ask = ("get_user_courses", {"person": ADA})
    plain = get_default_environment()
    empty = [sys.executable, "-c", EMPTY]
    with surroundings(resource) as (litmos, issuer, token):
        own = plain | {
            "LITMOS_API_KEY": DEMO_KEY,
            "LITMOS_BASE_URL": litmos,
            "LITMOS_REQUESTS_PER_MINUTE": "0",
            "LITMOS_STATE_URL": f"sqlite:///{state}",
            "MCP_RESOURCE_URL": resource,
            "MCP_ISSUER_URL": issuer,
        }
        courses = f"{litmos}/v1.svc/users/{ADA}/courses?source=bench&format=json&limit=1000&start=0"
        theirs = plain | {"COURSES": courses, "KEY": DEMO_KEY}
        async with (
            over_stdio([PROGRAM], own, *ask) as ours,
            over_stdio(empty, theirs, "nothing", {}) as nothing,
            over_stdio(empty, theirs, "bare", {}) as bare,
        ):
            await compare("stdio", ours, nothing, bare)
        served = [PROGRAM, "--transport", "http", "--port", str(ports[0])]
        async with (
            over_http(served, own, ports[0], token, *ask) as ours,
            over_http([*empty, str(ports[1])], theirs, ports[1], "none", "nothing", {}) as nothing,
            over_http([*empty, str(ports[2])], theirs, ports[2], "none", "bare", {}) as bare,
        ):
            await compare("HTTP", ours, nothing, bare)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(Path(folder) / "state.sqlite"))
