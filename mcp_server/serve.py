"""Runs the HTTP server until it is told to stop, in this process or in several."""

import logging
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial

import uvicorn
from starlette.applications import Starlette
from typing_extensions import override
from uvicorn.supervisors import Multiprocess

from litmos import log
from litmos.desk.desk import Desk
from litmos.settings import Settings
from litmos.wiring import open_desk
from mcp_server.http import Served, create_app
from mcp_server.server import tools_of
from mcp_server.settings import HttpSettings

__all__ = ["Listening", "serve"]

GRACE = 20  # seconds that requests under way get when the server stops


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
    config = uvicorn.Config(
        partial(_application, litmos, http, listening),
        factory=True,
        host=listening.host,
        port=listening.port,
        workers=listening.workers,
        access_log=False,
        log_config=None,
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    _log_to_stderr()
    where = {"host": listening.host, "port": listening.port, "workers": listening.workers}
    log.logger("litmos.http").info("litmos.http.serving", **where, resource=http.resource_url)
    if listening.workers == 1:
        _Calm(config).run()
    else:
        Multiprocess(config, sockets=[config.bind_socket()]).run()


def _log_to_stderr() -> None:
    log.configure(logging.INFO)
    for name in ("mcp", "uvicorn"):  # at INFO the one tells what people asked, the other in colours that it runs
        logging.getLogger(name).setLevel(logging.WARNING)


def _application(litmos: Settings, http: HttpSettings, listening: Listening) -> Starlette:
    """What each worker serves, in a process of its own."""
    _log_to_stderr()
    served = Served(
        tools=tools_of(read_only=listening.read_only, only=listening.only),
        confirmation=litmos.confirmation,
        host=listening.host,
        sessions=listening.workers == 1,
    )
    return create_app(partial(_opened, litmos), http, served)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Desk]:
    async with open_desk(settings) as desk:
        yield desk


class _Calm(uvicorn.Server):
    """Ends well when it is told to: uvicorn would end the process by the signal once more."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {what: signal.signal(what, self.handle_exit) for what in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for what, handler in before.items():
                signal.signal(what, handler)
