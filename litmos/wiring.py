"""Puts the parts together: settings in, an open Desk or client out. For entry points and `litmos.connect` only."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import stamina.instrumentation
from pydantic import SecretStr
from typing_extensions import override

from litmos.api.call import Format
from litmos.api.client import Client, KeyAuth
from litmos.desk.desk import Desk, DeskSettings
from litmos.settings import Settings
from litmos.store.budget import Budget
from litmos.store.state import State

__all__ = ["open_client", "open_desk"]

KEEP_ALIVE = 60.0  # seconds; a conversation pauses longer than httpx' five


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """A Desk on the account that the settings name."""
    async with open_client(settings) as api:
        yield Desk(api, DeskSettings(account_of(settings), settings.admins, settings.read_only))


@asynccontextmanager
async def open_client(settings: Settings) -> AsyncIterator[Client]:
    """A client that keeps the account's budget with every other process on the same state."""
    # stamina would log retries through a structlog that nobody has set up, to stdout; ours are logged by the client.
    stamina.instrumentation.set_on_retry_hooks([])
    async with AsyncExitStack() as stack:
        key = KeyAuth(settings.api_key)
        if settings.demo:
            http, key = _demo_http()
        else:
            http = httpx.AsyncClient(
                base_url=settings.base_url,
                auth=key,
                timeout=settings.timeout_seconds,
                limits=httpx.Limits(max_connections=None, keepalive_expiry=KEEP_ALIVE),
            )
        await stack.enter_async_context(http)
        yield Client(
            http,
            key,
            source=settings.source,
            form=Format(settings.format),
            turns=_budget(settings, stack),
            timeout=settings.timeout_seconds,
        )


def account_of(settings: Settings) -> str:
    """The Litmos that is asked, as people call it."""
    return "the demo Litmos" if settings.demo else httpx.URL(settings.base_url).host


def _budget(settings: Settings, stack: AsyncExitStack) -> Budget | None:
    if not settings.requests_per_minute:
        return None
    url = settings.state_url
    if settings.demo:  # a world of its own needs a state of its own
        folder = Path(tempfile.mkdtemp(prefix="litmos-demo-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        url = f"sqlite:///{folder / 'state.sqlite'}"
    state = State(url)
    stack.callback(state.close)
    return Budget(state, settings.requests_per_minute)


def _demo_http() -> tuple[httpx.AsyncClient, KeyAuth]:
    from litmos.demo.clock import real_clock  # noqa: PLC0415 - nobody else pays for the demo
    from litmos.demo.data import demo_world  # noqa: PLC0415
    from litmos.demo.sandbox import DEMO_KEY, Sandbox  # noqa: PLC0415

    key = KeyAuth(SecretStr(DEMO_KEY))
    sandbox = Sandbox(demo_world(real_clock()))
    return httpx.AsyncClient(
        base_url="https://demo.invalid/v1.svc", auth=key, transport=InProcess(app=sandbox.app)
    ), key


class InProcess(httpx.ASGITransport):
    """An application in this process; what it does to connections looks as it would over a network."""

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except ConnectionError:
            pass
        raise httpx.ReadError("the connection was reset", request=request)
