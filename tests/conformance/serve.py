"""The HTTP server for the judges, who cannot sign in: it is the real one, door and all, behind a token of its own.

    python tests/conformance/serve.py PORT

Acts for Lena Fischer of the demo Litmos, who leads a team. Prints a line when it listens, ends when stdin does.
"""

import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from litmos import log
from litmos.desk.desk import Desk
from litmos.settings import Settings
from litmos.wiring import open_desk
from mcp_server.demo_issuer import DemoIssuer
from mcp_server.http import Served, create_app
from mcp_server.server import tools_of
from mcp_server.settings import HttpSettings

ISSUER = "http://127.0.0.1:1"


def signed_in(app: ASGIApp, token: str) -> ASGIApp:
    """The same application for somebody who has signed in already."""

    async def with_token(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["headers"] = [*scope["headers"], (b"authorization", f"Bearer {token}".encode())]
        await app(scope, receive, send)

    return with_token


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    settings = Settings.read({"LITMOS_DEMO": "true", "LITMOS_REQUESTS_PER_MINUTE": "0"})
    async with open_desk(settings) as opened:
        yield opened


async def main(port: int) -> None:
    """Serve until stdin ends."""
    door = socket.create_server(("127.0.0.1", port))
    address = f"http://127.0.0.1:{door.getsockname()[1]}/mcp"
    issuer = DemoIssuer(ISSUER, address)

    async def fetch(_: str) -> Any:
        return issuer.jwks()

    settings = HttpSettings(resource_url=address, issuer_url=ISSUER, jwks_url=f"{ISSUER}/jwks.json")
    app = create_app(desk, settings, Served(tools=tools_of(read_only=False)), fetch=fetch)
    soon = issuer.token("lena", "lena.fischer@example.com", ["litmos:read", "litmos:write"])
    config = uvicorn.Config(signed_in(app, soon), log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.serve, [door])
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await anyio.to_thread.run_sync(sys.stdin.read)
        server.should_exit = True


if __name__ == "__main__":
    log.configure(logging.ERROR)
    anyio.run(main, int(sys.argv[1]))
