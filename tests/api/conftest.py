"""An adapter on the demo Litmos, in process, with a clock that stands still."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import anyio
import httpx
import pytest
import stamina
from pydantic import SecretStr

from litmos.api.call import Format
from litmos.api.client import Client, KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.wiring import InProcess

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Connect(Protocol):
    """Opens a client on a transport; keywords go to the client."""

    def __call__(self, transport: httpx.AsyncBaseTransport | str, **settings: Any) -> Any: ...


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def sandbox(clock: MovableClock) -> Sandbox:
    """The demo Litmos without a limit; its slow answers never come, so that a time limit ends them."""
    return Sandbox(demo_world(NOW), clock=clock, limit=0, sleep=lambda _seconds: anyio.sleep_forever())


@pytest.fixture
def connect() -> Connect:
    """Opens a client on a transport or an address."""

    @asynccontextmanager
    async def open_client(
        transport: httpx.AsyncBaseTransport | str, key: str = DEMO_KEY, **settings: Any
    ) -> AsyncIterator[Client]:
        auth = KeyAuth(SecretStr(key))
        address = transport if isinstance(transport, str) else "https://demo.invalid"
        layer = None if isinstance(transport, str) else transport
        async with httpx.AsyncClient(base_url=f"{address}/v1.svc", auth=auth, transport=layer) as http:
            yield Client(http, auth, **{"source": "tests", **settings})

    return open_client


@pytest.fixture(params=list(Format), ids=str)
def form(request: pytest.FixtureRequest) -> Format:
    """Once for each format."""
    chosen: Format = request.param
    return chosen


@pytest.fixture
async def api(sandbox: Sandbox, connect: Connect, form: Format) -> AsyncIterator[Client]:
    """A client on the demo Litmos, in both formats."""
    async with connect(InProcess(app=sandbox.app), form=form) as client:
        yield client


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once."""
    stamina.instrumentation.set_on_retry_hooks([])
    with stamina.set_testing(True, attempts=4, cap=True):
        yield
