"""A demo Litmos at a moment that stands still, and a client of it in this process."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox

NOW = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def sandbox(clock: MovableClock, slept: list[float]) -> Sandbox:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return Sandbox(demo_world(NOW), clock=clock, limit=0, sleep=sleep)


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """Asks for XML unless told format=json."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app),
        base_url="http://demo/v1.svc",
        headers={"apikey": DEMO_KEY},
        params={"source": "tests"},
    ) as client:
        yield client


@pytest.fixture
async def desk(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """The control pages, for which no key is needed."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.app), base_url="http://demo") as client:
        yield client
