"""Runs the HTTP server until it is told to stop, in this process or in several."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from litmos import log
from litmos.desk.desk import Desk
from litmos.serving import listen, serve_until, stopped_by_signals, web_config
from litmos.settings import Settings
from litmos.wiring import open_working_desk
from mcp_server.http import Served, create_app
from mcp_server.server import tools_of
from mcp_server.settings import HttpSettings

__all__ = ["Listening", "serve"]


@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where and how to serve. `only`: the names of the tools there are; empty for all."""

    host: str
    port: int
    workers: int = 1
    read_only: bool = False
    only: tuple[str, ...] = ()


def serve(litmos: Settings, http: HttpSettings, listening: Listening) -> None:
    """Serve until SIGINT or SIGTERM; then let requests under way end."""
    _log_to_stderr()
    where = {"host": listening.host, "port": listening.port, "workers": listening.workers}
    make = partial(_application, litmos, http, listening)
    with listen(listening.host, listening.port) as door:
        log.logger("litmos.http").info("litmos.http.serving", **where, resource=http.resource_url)
        if listening.workers == 1:
            asyncio.run(_alone(make(), door))
        else:
            door.set_inheritable(True)
            Multiprocess(web_config(make, factory=True, **where), sockets=[door]).run()


async def _alone(app: Starlette, door: socket.socket) -> None:
    await serve_until(stopped_by_signals(), app, door)


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
