"""Runs the HTTP server until it is told to stop, in this process or in several."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from starlette.applications import Starlette
from starlette.routing import Mount
from uvicorn.supervisors import Multiprocess

from litmos import log
from litmos.desk.desk import Desk
from litmos.exporting.settings import ExportSettings
from litmos.exporting.switch import exporting
from litmos.serving import listen, serve_until, settle, stopped_by_signals, web_config
from litmos.settings import Settings
from litmos.wiring import open_working_desk
from mcp_server.http import Served, create_app
from mcp_server.server import tools_of
from mcp_server.settings import HttpSettings

__all__ = ["Listening", "serve"]

PROGRAM = "litmos-mcp"


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where and how to serve. `only`: the names of the tools there are; empty for all."""

    host: str
    port: int
    workers: int = 1
    read_only: bool = False
    only: tuple[str, ...] = ()
    exports: ExportSettings = field(default_factory=ExportSettings)


def serve(litmos: Settings, http: HttpSettings, listening: Listening) -> None:
    """Serve until SIGINT or SIGTERM; then let requests under way end."""
    _log_to_stderr()
    where = {"host": listening.host, "port": listening.port, "workers": listening.workers}
    make = partial(_application, litmos, http, listening)
    with listen(listening.host, listening.port) as door:
        log.logger("litmos.http").info("litmos.http.serving", **where, resource=http.resource_url)
        if listening.workers == 1:
            asyncio.run(_alone(make(), door, listening.exports))
        else:
            door.set_inheritable(True)
            config = web_config(partial(_worker, make, listening), factory=True, **where)
            Multiprocess(config, sockets=[door]).run()


async def _alone(app: Starlette, door: socket.socket, exports: ExportSettings) -> None:
    async with exporting(exports, PROGRAM):
        settle()
        await serve_until(stopped_by_signals(), app, door)


def _worker(make: Callable[[], Starlette], listening: Listening) -> Starlette:
    """One of several: it counts for itself, on a port of its own."""
    app = make()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with exporting(listening.exports, PROGRAM, ports=listening.workers), app.router.lifespan_context(app):
            settle()
            yield

    return Starlette(routes=[Mount("/", app)], lifespan=lifespan)


def _log_to_stderr() -> None:
    log.configure(logging.INFO)
    logging.getLogger("mcp").setLevel(logging.WARNING)  # at INFO it tells what people asked


def _application(litmos: Settings, http: HttpSettings, listening: Listening) -> Starlette:
    """What each worker serves, in a process of its own."""
    _log_to_stderr()
    served = Served(
        tools=tools_of(read_only=listening.read_only, only=listening.only),
        confirmation=litmos.confirmation,
        host=listening.host,
        sessions=http.sessions,
    )
    return create_app(partial(_opened, litmos), http, served)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Desk]:
    async with open_working_desk(settings) as desk:
        yield desk
