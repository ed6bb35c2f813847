"""`litmos sandbox`: the demo Litmos, served on this machine."""

import socket

import anyio

from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import serve
from litmos.errors import Misconfigured

__all__ = ["serve_sandbox"]

LAST_PORT = 65535


def serve_sandbox(port: int, limit: int) -> int:
    """Serve until interrupted, on the loopback interface only.

    Args:
        port: 0 for a free one.
        limit: requests a minute; 0 for no limit.

    Raises:
        Misconfigured: the port cannot be used.
    """
    if not 0 <= port <= LAST_PORT:
        raise Misconfigured(f"Port {port} cannot be used (there are 1 to {LAST_PORT}). Choose another: --port 0")
    try:
        door = socket.create_server(("127.0.0.1", port))
    except OSError as taken:
        raise Misconfigured(f"Port {port} cannot be used ({taken}). Choose another: --port 0") from None
    sandbox = Sandbox(demo_world(real_clock()), limit=max(limit, 0))
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    print(f"The demo Litmos is at {address}", flush=True)
    print(f"  LITMOS_BASE_URL={address} LITMOS_API_KEY={DEMO_KEY} litmos-mcp", flush=True)
    print(f"  people: {address}/_demo/people   what arrived: {address}/_demo/requests   stop: Ctrl-C", flush=True)

    async def run() -> None:
        await serve(sandbox.app, sock=door)

    anyio.run(run)
    return 0
