"""`litmos sandbox`: the demo Litmos, served on this machine."""

import anyio

from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import serve
from litmos.serving import listen

__all__ = ["serve_sandbox"]


def serve_sandbox(port: int, limit: int) -> int:
    """Serve until interrupted, on the loopback interface only.

    Args:
        port: 0 for a free one.
        limit: requests a minute; 0 for no limit.

    Raises:
        Misconfigured: the port cannot be used.
    """
    door = listen("127.0.0.1", port)
    sandbox = Sandbox(demo_world(real_clock()), limit=max(limit, 0))
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    print(f"The demo Litmos is at {address}", flush=True)
    print(f"  LITMOS_BASE_URL={address} LITMOS_API_KEY={DEMO_KEY} litmos-mcp", flush=True)
    print(f"  people: {address}/_demo/people   what arrived: {address}/_demo/requests   stop: Ctrl-C", flush=True)

    async def run() -> None:
        await serve(sandbox.app, sock=door)

    anyio.run(run)
    return 0
