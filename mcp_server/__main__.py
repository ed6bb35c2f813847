"""`litmos-mcp`: serves the Litmos tools to one assistant over stdin and stdout."""

import logging
import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from litmos import log
from litmos.errors import Misconfigured
from litmos.settings import Settings
from mcp_server.server import create_server

if TYPE_CHECKING:
    from litmos.desk.desk import Desk

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stdin ends. Wrong settings do not keep it from starting: every tool then says what to set."""
    parser = ArgumentParser(prog="litmos-mcp", description="Litmos for AI assistants, over stdin and stdout (MCP).")
    parser.add_argument("--version", action="version", version=version("litmos-chatops"))
    parser.parse_args(argv)
    log.configure(logging.WARNING)
    try:
        settings = Settings.read()
    except Misconfigured as wrong:
        sys.stderr.write(f"{wrong}\n")
        create_server(partial(_refuse, str(wrong))).run("stdio")
    else:
        create_server(
            partial(_open_desk, settings),
            operator=settings.operator,
            confirmation=settings.confirmation,
            read_only=settings.read_only,
        ).run("stdio")
    return 0


@asynccontextmanager
async def _open_desk(settings: Settings) -> AsyncIterator["Desk"]:
    from litmos.wiring import open_desk  # noqa: PLC0415 - a third of a second, due only when a tool is called

    async with open_desk(settings) as desk:
        yield desk


def _refuse(message: str) -> AbstractAsyncContextManager["Desk"]:
    raise Misconfigured(message)


if __name__ == "__main__":
    sys.exit(main())
