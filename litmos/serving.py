"""Serving a web application until a signal, and telling whether it is up."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from litmos.errors import LitmosError, Misconfigured
from litmos.log import logger, request_bound
from litmos.telemetry import About, step

__all__ = ["GRACE", "Watched", "health", "listen", "serve_until", "settle", "stopped_by_signals", "web_config"]

LAST_PORT = 65535
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # anybody may invent others
GRACE = 20  # seconds that requests under way get when the server stops
# Longer than clients and proxies keep one (httpx 5, aiohttp 15, nginx 60): who closes first while the other is about to
# use it breaks a request, and a POST is not sent twice.
IDLE = 75  # seconds that a connection may idle


def stopped_by_signals() -> asyncio.Event:
    """Set when this process is told to stop (SIGINT, SIGTERM)."""
    stop = asyncio.Event()
    for what in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(what, stop.set)
    return stop


def listen(host: str, port: int) -> socket.socket:
    """A socket that clients can connect to; port 0: any free one. Raises Misconfigured, in words."""
    if not 0 <= port <= LAST_PORT:
        raise Misconfigured(
            f"Port {port} cannot be used (there are 1 to {LAST_PORT}). Choose another; 0 is any that is free."
        )
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        door = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as taken:
        why = f"{taken.strerror}".partition(" (")[0]
        raise Misconfigured(
            f"Port {port} of {host} cannot be used ({why}). Choose another; 0 is any that is free."
        ) from None
    # asyncio sends at once (TCP_NODELAY) only where it reads that this is TCP, or each answer would wait 40 ms.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=door.detach())


def settle() -> None:
    """Told to Python when a server is up: what is there now stays, so its collector need not look at it again.

    Or it would go through everything that was imported (a tenth of a second in which nobody is answered), and so seldom
    that rubbish took tens of megabytes in between.
    """
    gc.collect()
    gc.freeze()


async def serve_until(stop: asyncio.Event, app: Any, door: socket.socket) -> None:
    """Serve an ASGI application; then let requests under way end. Its lifespan is entered if it has one."""
    server = _Quiet(web_config(app))
    serving = asyncio.create_task(server.serve([door]))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    server.handle_exit(signal.SIGTERM, None)  # not should_exit alone: event streams listen to this
    stopped.cancel()
    await serving


def web_config(app: Any, **how: Any) -> uvicorn.Config:
    """How all our servers run: quiet on the console, telling nothing of themselves, without trust in proxies."""
    return uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        log_level=logging.WARNING,  # at INFO it tells in colours that it runs; given here, it holds in workers, too
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=IDLE,
        **how,
    )


def health(ready: Callable[[], Awaitable[None]]) -> list[Route]:
    """`/healthz`: the process answers. `/readyz`: so does its state; `ready` raises LitmosError if not. For anybody."""

    async def healthy(_: Request) -> Response:
        return JSONResponse({"status": "up"})

    async def is_ready(_: Request) -> Response:
        try:
            await ready()
        except LitmosError as error:
            logger("litmos.http").warning("litmos.http.not_ready", why=str(error))
            return JSONResponse({"status": "not ready"}, 503)
        return JSONResponse({"status": "ready"})

    return [Route("/healthz", healthy), Route("/readyz", is_ready)]


class Watched:
    """Middleware around all routes: a request has an id in the log, and its time is told, by route and not by path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        about: About = {"http.request.method": scope["method"] if scope["method"] in METHODS else "_OTHER"}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                about["http.response.status_code"] = message["status"]
            await send(message)

        after = Headers(scope=scope).get("traceparent", "")
        with request_bound(), step("http.server.request", about, after=after):
            try:
                await self._app(scope, receive, sending)
            finally:
                about["http.route"] = getattr(scope.get("route"), "path", "")


class _Quiet(uvicorn.Server):
    """Leaves the signals to others: uvicorn would end the process by the signal once more."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
