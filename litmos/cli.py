"""`litmos`: the command for people who run this program."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from importlib.metadata import version

from litmos.errors import LitmosError, Misconfigured

__all__ = ["main"]

SANDBOX = 8710  # the default port of the demo Litmos


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 for a failure in words, 2 for wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except LitmosError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130  # as shells say it
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="litmos", description="Litmos for people who run litmos-chatops.")
    parser.add_argument("--version", action="version", version=version("litmos-chatops"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    sandbox = commands.add_parser("sandbox", help="serve the demo Litmos on this machine")
    sandbox.add_argument("--port", type=int, default=SANDBOX, help=f"default {SANDBOX}; 0 for a free one")
    sandbox.add_argument("--limit", type=int, default=100, help="requests a minute; 0 for no limit (default 100)")
    sandbox.set_defaults(run=_sandbox)
    return parser


def _sandbox(arguments: Namespace) -> None:
    import socket  # noqa: PLC0415 - as all of this command's imports: --version does not need them

    import anyio  # noqa: PLC0415

    from litmos.demo.clock import real_clock  # noqa: PLC0415
    from litmos.demo.data import demo_world  # noqa: PLC0415
    from litmos.demo.sandbox import DEMO_KEY, Sandbox  # noqa: PLC0415
    from litmos.demo.server import serve  # noqa: PLC0415

    try:
        door = socket.create_server(("127.0.0.1", arguments.port))
    except (OSError, OverflowError) as taken:
        raise Misconfigured(f"Port {arguments.port} cannot be used ({taken}). Choose another: --port 0") from None
    sandbox = Sandbox(demo_world(real_clock()), limit=max(arguments.limit, 0))
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    print(f"The demo Litmos is at {address}", flush=True)
    print(f"  LITMOS_BASE_URL={address} LITMOS_API_KEY={DEMO_KEY} litmos-mcp", flush=True)
    print(f"  people: {address}/_demo/people   what arrived: {address}/_demo/requests   stop: Ctrl-C", flush=True)

    async def run() -> None:
        await serve(sandbox.app, sock=door)

    anyio.run(run)
