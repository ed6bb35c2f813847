"""Serves a demo Litmos over HTTP on the loopback address, with connections that can really be reset."""

import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import anyio
import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from litmos.demo.app import RESET

NO_LINGER = struct.pack("ii", 1, 0)  # on, 0 seconds: close() sends RST instead of FIN
GRACE = 1  # seconds that requests in progress get when the server stops


class ResettableProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry a way to reset their connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        app = self.app

        async def with_reset(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[RESET] = self.reset
            await app(scope, receive, send)

        self.app = with_reset

    @override
    def connection_made(self, transport: Any) -> None:
        # asyncio does it only for sockets that say they are TCP, and those of socket.create_server do not. Without it
        # the head and the body of an answer, written apart, wait 40 ms for the client's delayed acknowledgement.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)

    def reset(self) -> None:
        if not self.transport.is_closing():
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.transport.abort()


class _Quiet(uvicorn.Server):
    """Leaves the signals to the program it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:  # type: ignore[explicit-override]  # typing.override is 3.12
        yield


def _config(app: ASGIApp) -> uvicorn.Config:
    # no access log: it would print whole addresses, search words and all
    return uvicorn.Config(
        app,
        http=ResettableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )


def _listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


async def serve(app: ASGIApp, host: str = "127.0.0.1", port: int = 8710, *, sock: socket.socket | None = None) -> None:
    """Serve until a signal or a cancellation ends it, on the socket given or on host and port.

    Raises:
        OSError: the port is taken.
    """
    await _serve(uvicorn.Server(_config(app)), sock or _listen(host, port))


async def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    with listener:
        try:
            await server.serve(sockets=[listener])
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await server.shutdown(sockets=[listener])
            raise


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[str]:
    """Serve on a free loopback port while the block runs; yields the address, without a slash at the end."""
    listener = _listen("127.0.0.1", 0)
    # it listens already, so a request that comes before the server has started waits
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = _Quiet(_config(app))
    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_serve, server, listener)
        try:
            yield address
        except Exception as error:  # noqa: BLE001 - raised again below, as itself and not inside a group
            failure = error
        finally:
            server.should_exit = True
    if failure is not None:
        raise failure
