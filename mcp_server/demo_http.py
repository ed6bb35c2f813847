"""For `make demo`: a real `litmos-mcp` over HTTP, with a login service beside it."""

import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import DEVNULL
from typing import TYPE_CHECKING, cast

import anyio
from anyio.streams.text import TextReceiveStream
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from litmos.errors import Unavailable
from mcp_server.fetching import fetch_json

if TYPE_CHECKING:
    from anyio.abc import ByteReceiveStream
    from mcp.client import Transport

__all__ = ["over_http"]

PROGRAM = Path(sys.executable).with_name("litmos-mcp")
START = 20.0  # seconds that a program may take to listen


@asynccontextmanager
async def over_http(settings: dict[str, str], email: str) -> "AsyncIterator[Transport]":
    """A server on these settings, and the way to it for somebody who is signed in."""
    address = f"http://127.0.0.1:{_free_port()}"
    async with _signed_in(f"{address}/mcp", email) as (issuer, token):
        own = settings | {"MCP_RESOURCE_URL": f"{address}/mcp", "MCP_ISSUER_URL": issuer}
        command = [str(PROGRAM), "--transport", "http", "--port", address.rpartition(":")[2]]
        async with await anyio.open_process(command, env=own, stderr=DEVNULL) as server:
            try:
                await _ready(address)
                async with create_mcp_http_client({"Authorization": f"Bearer {token}"}) as http:
                    yield streamable_http_client(f"{address}/mcp", http_client=http)
            finally:
                server.terminate()


@asynccontextmanager
async def _signed_in(resource: str, email: str) -> AsyncIterator[tuple[str, str]]:
    """A login service that runs, and somebody's token from it."""
    command = [sys.executable, "-m", "mcp_server.demo_issuer", resource, email]
    async with await anyio.open_process(command, stderr=None) as process:
        try:
            with anyio.fail_after(START):
                said = ""
                async for part in TextReceiveStream(cast("ByteReceiveStream", process.stdout)):
                    said += part
                    if said.endswith("\n"):
                        break
            issuer, token = said.split()
            yield issuer, token
        finally:
            process.terminate()


async def _ready(address: str) -> None:
    with anyio.fail_after(START):
        while True:
            try:
                await fetch_json(f"{address}/readyz")
            except Unavailable:
                await anyio.sleep(0.1)
            else:
                return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port
