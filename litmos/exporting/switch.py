"""Switches metrics and traces on, for as long as a server runs and as far as its settings ask for them."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from litmos.errors import Misconfigured
from litmos.exporting.settings import ExportSettings
from litmos.log import logger
from litmos.telemetry import watched

__all__ = ["exporting", "tracing"]

LOG = logger("litmos.exporting")
MISSING = "{what} are asked for and not written: {name} is not installed. Run: pip install 'litmos-chatops[{extra}]'"


@asynccontextmanager
async def exporting(settings: ExportSettings, program: str, *, ports: int = 1) -> AsyncIterator[None]:
    """Around the life of a server, called `program` in traces.

    Metrics have a port of their own, never the one that the world comes to: what a company does in Litmos, and when,
    is nobody's business, and a port can be kept inside by what already guards the network. Each worker of several
    has one, the first of `ports` that is free: it counts what it does itself.

    Raises:
        Misconfigured: the port of the metrics cannot be used.
    """
    with ExitStack() as stack:
        stack.enter_context(tracing(settings, program))
        serving = None
        if settings.listen is not None:
            serving = _serving(stack, settings.listen, ports)
        try:
            yield
        finally:
            if serving is not None:
                serving[0].set()
                await serving[1]


@contextmanager
def tracing(settings: ExportSettings, program: str) -> Iterator[None]:
    """Traces alone, for programs without a port."""
    if not settings.traces:
        yield
        return
    try:
        from litmos.exporting.traces import Traces, sender  # noqa: PLC0415 - needs the extra
    except ModuleNotFoundError as missing:
        LOG.warning("litmos.traces.none", why=MISSING.format(what="traces", name=missing.name, extra="otel"))
        yield
        return
    traces = Traces(sender(settings.traces, sys.stderr), name=program)
    try:
        with watched(traces):
            yield
    finally:
        traces.close()


def _serving(
    stack: ExitStack, listen: tuple[str, int], ports: int
) -> tuple[asyncio.Event, "asyncio.Task[None]"] | None:
    """What ends the page, and the task that serves it; None where its library is missing."""
    try:
        from litmos.exporting.metrics import Metrics  # noqa: PLC0415 - needs the extra
        from litmos.exporting.page import page  # noqa: PLC0415 - as above
        from litmos.serving import serve_until  # noqa: PLC0415 - as above
    except ModuleNotFoundError as missing:
        LOG.warning("litmos.metrics.none", why=MISSING.format(what="metrics", name=missing.name, extra="metrics"))
        return None
    metrics, door = Metrics(), stack.enter_context(_door(listen, ports))
    host, port = door.getsockname()[:2]
    LOG.info("litmos.metrics.serving", host=host, port=port)
    stack.enter_context(watched(metrics))
    stop = asyncio.Event()
    return stop, asyncio.create_task(serve_until(stop, page(metrics), door))


def _door(listen: tuple[str, int], ports: int) -> socket.socket:
    from litmos.serving import listen as opened  # noqa: PLC0415 - as in _serving

    host, first = listen
    for port in range(first, first + ports):
        try:
            return opened(host, port)
        except Misconfigured:
            if port == first + ports - 1:
                raise
    raise AssertionError("there is at least one port")  # pragma: no cover
