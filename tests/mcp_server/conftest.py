"""An assistant's client on our server, in this process and in both protocol eras, with a Desk on the demo Litmos."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Literal

import httpx
import pytest
import stamina
from mcp import Client
from mcp.types import CallToolResult, TextContent
from pydantic import SecretStr

from litmos.api.client import Client as Api
from litmos.api.client import KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.desk.desk import Desk, DeskSettings
from litmos.wiring import InProcess
from mcp_server.app import OpenDesk
from mcp_server.server import create_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Mode = Literal["auto", "legacy"]
Answer = Callable[..., Awaitable[tuple[str, dict[str, Any]]]]
Refusal = Callable[..., Awaitable[str]]


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once."""
    stamina.instrumentation.set_on_retry_hooks([])
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """The protocol of 2026-07-28 without a handshake, and that of 2025-11-25 with one."""
    era: Mode = request.param
    return era


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(demo_world(NOW), clock=MovableClock(NOW), limit=0)


@pytest.fixture
def key() -> KeyAuth:
    return KeyAuth(SecretStr(DEMO_KEY))


@pytest.fixture
async def http(sandbox: Sandbox, key: KeyAuth) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url="https://demo.invalid/v1.svc", auth=key, transport=InProcess(app=sandbox.app)
    ) as http:
        yield http


@pytest.fixture
def desk(http: httpx.AsyncClient, key: KeyAuth) -> Desk:
    return Desk(Api(http, key, source="tests"), DeskSettings("the demo Litmos"), now=lambda: NOW)


@pytest.fixture
def open_desk(desk: Desk) -> OpenDesk:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Desk]:
        yield desk

    return opened


@pytest.fixture
def read_only_desk(http: httpx.AsyncClient, key: KeyAuth) -> OpenDesk:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Desk]:
        yield Desk(Api(http, key, source="tests"), DeskSettings("the demo Litmos", read_only=True))

    return opened


@pytest.fixture
async def assistant(open_desk: OpenDesk, mode: Mode) -> AsyncIterator[Client]:
    """It acts for the owner of the key."""
    async with Client(create_server(open_desk), mode=mode) as client:
        yield client


@pytest.fixture
async def adas(open_desk: OpenDesk, mode: Mode) -> AsyncIterator[Client]:
    """It acts for Ada Marsh, a learner."""
    async with Client(create_server(open_desk, operator="ada.marsh@example.com"), mode=mode) as client:
        yield client


@pytest.fixture
def answer() -> Answer:
    """Calls a tool that has to answer; its text and its structured content."""

    async def answer(client: Client, tool: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
        result = await client.call_tool(tool, arguments)
        text = _text(result)
        assert not result.is_error, text
        assert result.structured_content is not None
        return text, result.structured_content

    return answer


@pytest.fixture
def refusal() -> Refusal:
    """Calls a tool that has to refuse; its words."""

    async def refusal(client: Client, tool: str, **arguments: Any) -> str:
        result = await client.call_tool(tool, arguments)
        text = _text(result)
        assert result.is_error, text
        assert result.structured_content is None
        return text

    return refusal


def _text(result: CallToolResult) -> str:
    [block] = result.content
    assert isinstance(block, TextContent)
    return block.text
