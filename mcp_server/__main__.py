"""`litmos-mcp`: serves the Litmos tools, to one assistant over stdin and stdout or to many people over HTTP."""

import logging
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar

from litmos import log
from litmos.errors import Invalid, Misconfigured
from litmos.exporting.settings import ExportSettings
from litmos.settings import Settings
from mcp_server.server import create_server, tools_of

if TYPE_CHECKING:
    from litmos.desk.desk import Desk

__all__ = ["main"]

PORT = 8711

T = TypeVar("T")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stdin ends, or over HTTP until a signal; 0 then, 1 for a failure in words."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    log.configure(logging.WARNING)
    try:
        tools_of(read_only=False, only=arguments.tools)
    except Invalid as unknown:
        parser.error(str(unknown))
    return _serve_http(arguments) if arguments.transport == "http" else _serve_stdio(arguments)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="litmos-mcp", description="Litmos for AI assistants (MCP).")
    parser.add_argument("--version", action="version", version=version("litmos-chatops"))
    parser.add_argument("--transport", choices=("stdio", "http"), default="stdio", help="default stdio")
    parser.add_argument("--read-only", action="store_true", help="without the tools that change something")
    parser.add_argument(
        "--tools", type=_names, default=(), metavar="A,B", help="only these tools, by name, with commas between"
    )
    http = parser.add_argument_group("with --transport http")
    http.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    http.add_argument("--port", type=int, default=PORT, help=f"default {PORT}")
    http.add_argument("--workers", type=_count, default=1, metavar="N", help="processes (default 1)")
    return parser


def _names(typed: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[\s,]+", typed) if name)


def _count(typed: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]?", typed):
        raise ArgumentTypeError("write a number from 1 to 99")
    return int(typed)


def _serve_stdio(arguments: Namespace) -> int:
    """Wrong settings do not keep it from starting: every tool then says what to set."""
    try:
        settings, exports = Settings.read(), ExportSettings.read()
    except Misconfigured as wrong:
        sys.stderr.write(f"{wrong}\n")
        create_server(partial(_refuse, str(wrong)), read_only=arguments.read_only, only=arguments.tools).run("stdio")
    else:
        read_only = settings.read_only or arguments.read_only
        server = create_server(
            partial(_open_desk, replace(settings, read_only=read_only)),
            operator=settings.operator,
            confirmation=settings.confirmation,
            read_only=read_only,
            only=arguments.tools,
        )
        with _traced(exports):
            server.run("stdio")
    return 0


def _serve_http(arguments: Namespace) -> int:
    """Wrong settings keep it from starting: whoever starts it reads what is wrong."""
    from mcp_server.settings import HttpSettings  # noqa: PLC0415 - a stdio server needs none of this

    problems: list[str] = []

    def read(how: Callable[[], T]) -> T | None:
        try:
            return how()
        except Misconfigured as wrong:
            problems.append(str(wrong))
            return None

    litmos, http = read(Settings.read), read(partial(HttpSettings.read, workers=arguments.workers))
    exports = read(ExportSettings.read)
    if litmos is None or http is None or exports is None:
        sys.stderr.write("\n".join(problems) + "\n")
        return 1
    from mcp_server.serve import Listening, serve  # noqa: PLC0415 - as above

    read_only = litmos.read_only or arguments.read_only
    listening = Listening(
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        read_only=read_only,
        only=arguments.tools,
        exports=exports,
    )
    try:
        serve(replace(litmos, read_only=read_only), http, listening)
    except Misconfigured as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    return 0


def _traced(exports: ExportSettings) -> AbstractContextManager[None]:
    """A stdio server has no port for metrics, which nobody would read anyway."""
    if not exports.traces:
        return nullcontext()
    from litmos.exporting.switch import tracing  # noqa: PLC0415 - asked for by few

    return tracing(exports, "litmos-mcp")


@asynccontextmanager
async def _open_desk(settings: Settings) -> AsyncIterator["Desk"]:
    from litmos.wiring import open_desk  # noqa: PLC0415 - a third of a second, due only when a tool is called

    async with open_desk(settings) as desk:
        yield desk


def _refuse(message: str) -> AbstractAsyncContextManager["Desk"]:
    raise Misconfigured(message)


if __name__ == "__main__":
    sys.exit(main())
