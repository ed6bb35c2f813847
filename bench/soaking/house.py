"""The real processes of a soak: `litmos serve` with both faces, and the ways in; and what they weigh."""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

import aiohttp
import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.stdio import get_default_environment, stdio_client
from mcp.client.streamable_http import streamable_http_client

from bot.demo.delivery import HttpDoor, SocketDoor
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running as running_app
from mcp_server.demo_issuer import DemoIssuer

START = 30.0  # seconds that a server may take to listen
FAR = 2**31  # seconds since 1970, when tokens run out
BOTH = ("litmos:read", "litmos:write")
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Weight:
    """Of one process at one moment."""

    seconds: float
    megabytes: float
    files: int
    threads: int

    @classmethod
    def of(cls, pid: int, seconds: float) -> "Weight":
        told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        return cls(seconds, int(told["VmRSS"].split()[0]) / 1024, files, int(told["Threads"]))


@dataclass(frozen=True, slots=True)
class Growth:
    """What a process weighed at first and last, medians of the tenth part at each end; `trend`: megabytes an hour."""

    first: float
    last: float
    trend: float

    @classmethod
    def of(cls, weights: list[Weight]) -> "Growth":
        """The first fifth is the warm-up, and counts for nothing."""
        steady = weights[len(weights) // 5 :]
        tenth = max(1, len(steady) // 10)
        slope = linear_regression([one.seconds for one in steady], [one.megabytes for one in steady]).slope
        return cls(
            median(one.megabytes for one in steady[:tenth]),
            median(one.megabytes for one in steady[-tenth:]),
            slope * 3600,
        )

    @property
    def share(self) -> float:
        return self.last / self.first - 1


@dataclass
class House:
    """`address` of the server, `pid` of its process; everything writes its log into `folder`."""

    sandbox: Sandbox
    slack: LocalSlack
    issuer: DemoIssuer
    folder: Path
    address: str
    pid: int
    door: HttpDoor
    settings: dict[str, str]

    @property
    def state(self) -> str:
        return self.settings["LITMOS_STATE_URL"]

    def over_http(
        self, email: str, scopes: tuple[str, ...] = BOTH
    ) -> Callable[..., AbstractAsyncContextManager[Client]]:
        token = self.issuer.token(email, email, scopes, exp=FAR)
        return partial(self._over_http, token)

    @asynccontextmanager
    async def _over_http(self, token: str, **how: Any) -> AsyncIterator[Client]:
        async with (
            httpx2.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=None) as http,
            Client(streamable_http_client(f"{self.address}/mcp", http_client=http), **how) as client,
        ):
            yield client

    @asynccontextmanager
    async def over_stdio(self, email: str, **how: Any) -> AsyncIterator[Client]:
        """A `litmos-mcp` of its own, for as long as it is used."""
        own = get_default_environment() | self.settings | {"LITMOS_OPERATOR": email}
        command = StdioServerParameters(command=str(PROGRAMS / "litmos-mcp"), env=own)
        with (self.folder / "stdio.log").open("a") as log:
            async with Client(stdio_client(command, errlog=log), **how) as client:
                yield client


@asynccontextmanager
async def housed(sandbox: Sandbox, chance: random.Random, folder: Path) -> AsyncIterator[House]:
    """Everything that runs, until it is left; the server has to end well."""
    slack = LocalSlack(demo_workspace(), chance=chance)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    issuer = DemoIssuer("", f"{address}/mcp")
    async with AsyncExitStack() as stack:
        litmos = await stack.enter_async_context(running_app(sandbox.app))
        issuer.url = await stack.enter_async_context(running_app(issuer.app))
        await stack.enter_async_context(running(slack, SocketDoor()))
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        settings = {
            "LITMOS_API_KEY": DEMO_KEY,
            "LITMOS_BASE_URL": litmos,
            "LITMOS_REQUESTS_PER_MINUTE": str(sandbox.limit),
            "LITMOS_STATE_URL": f"sqlite:///{folder / 'state.sqlite'}",
        }

        async def post(body: str, headers: Mapping[str, str]) -> tuple[int, str]:
            async with session.post(f"{address}/slack/events", data=body, headers=headers) as answer:
                return answer.status, await answer.text()

        faces = {
            "SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": f"{slack.address}/api/",
            "MCP_RESOURCE_URL": f"{address}/mcp",
            "MCP_ISSUER_URL": issuer.url,
        }
        pid = await stack.enter_async_context(_serving(settings | faces, port, folder / "serve.log"))
        yield House(sandbox, slack, issuer, folder, address, pid, HttpDoor(post, slack.signing_secret), settings)


@asynccontextmanager
async def _serving(settings: dict[str, str], port: int, log: Path) -> AsyncIterator[int]:
    path = {"PATH": os.environ["PATH"], "MALLOC_ARENA_MAX": "1"}  # noqa: TID251 - for the child; as in deploy/
    with log.open("w") as errors:
        process = await asyncio.create_subprocess_exec(
            PROGRAMS / "litmos", "serve", "--port", str(port), env=path | settings, stderr=errors, stdout=errors
        )
        try:
            await asyncio.wait_for(_ready(f"http://127.0.0.1:{port}/readyz"), START)
            yield process.pid
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()
    if process.returncode:
        raise AssertionError(f"litmos serve ended with {process.returncode}")


async def _ready(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url) as answer:
                    if answer.ok:
                        return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)  # noqa: TID251 - another process starts
