"""The HTTP server on a real port, with a login service of its own and a Desk on the demo Litmos."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import httpx
import httpx2
import pytest
import stamina
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pydantic import SecretStr
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette

from litmos.api.client import Client as Api
from litmos.api.client import KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.errors import Unavailable
from litmos.jobs.engine import Where
from litmos.jobs.engine import running as jobs
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit
from litmos.store.follows import Follows
from litmos.store.links import Links
from litmos.store.notices import Notices
from litmos.store.nudges import Nudges
from litmos.store.proposals import Proposals
from litmos.store.state import State
from litmos.wiring import InProcess
from mcp_server.demo_issuer import DemoIssuer
from mcp_server.http import Clocks, Served, create_app
from mcp_server.server import tools_of
from mcp_server.settings import HttpSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RESOURCE = "https://litmos.example.com/mcp"
ISSUER = "https://login.example.com"
BOTH = ("litmos:read", "litmos:write")

Mode = Literal["auto", "legacy"]


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once."""
    stamina.instrumentation.set_on_retry_hooks([])
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture(autouse=True)
def streams_go_on() -> None:
    """A server that was stopped in this process has told the streams' library so, for good: each would end at once."""
    AppStatus.should_exit = False


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """The protocol of 2026-07-28, and that of 2025-11-25."""
    era: Mode = request.param
    return era


@dataclass
class House:
    """A demo Litmos, a state, a login service, and HTTP servers on them."""

    state: State
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))
    fetched: list[str] = field(default_factory=list)
    issuer_is_down: bool = False
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(demo_world(NOW), clock=self.clock, limit=0)
        self.issuer = DemoIssuer(ISSUER, RESOURCE, clock=self.seconds)
        self.audit = Audit(self.state, clock=self.seconds)
        self.links = Links(self.state, clock=self.seconds)
        self.books = Books(
            self.audit,
            Proposals(self.state, clock=self.seconds),
            self.links,
            Aliases(self.state),
            Follows(self.state),
            Nudges(self.state, clock=self.seconds),
            Notices(self.state, clock=self.seconds),
        )

    def seconds(self) -> float:
        return self.clock().timestamp()

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        async def nap(seconds: float) -> None:
            self.clock.advance(seconds)

        key = KeyAuth(SecretStr(DEMO_KEY))
        async with httpx.AsyncClient(
            base_url="https://demo.invalid/v1.svc", auth=key, transport=InProcess(app=self.sandbox.app)
        ) as http:
            settings = DeskSettings("the demo Litmos")
            api = Api(http, key, source="tests")
            yield Desk(api, settings, self.books, now=self.clock, clock=self.seconds, sleep=nap)

    async def fetch(self, url: str) -> Any:
        """The login service, without a network."""
        self.fetched.append(url)
        if self.issuer_is_down:
            raise Unavailable("The login service does not answer.")
        return self.issuer.metadata() if url.endswith("openid-configuration") else self.issuer.jwks()

    @asynccontextmanager
    async def working(self, where: Where) -> AsyncIterator[Desk]:
        """A Desk that does large changes as jobs."""
        async with self.desk() as desk, jobs(where, desk.bulk) as engine:
            desk.hire(engine)
            yield desk

    def app(
        self,
        *,
        read_only: bool = False,
        only: tuple[str, ...] = (),
        sessions: bool = True,
        opened: Callable[[], Any] | None = None,
    ) -> Starlette:
        settings = HttpSettings(
            resource_url=RESOURCE, issuer_url=ISSUER, state_keys=tuple(SecretStr(key) for key in self.keys)
        )
        served = Served(tools=tools_of(read_only=read_only, only=only), sessions=sessions)
        clocks = Clocks(self.seconds, self.seconds)
        return create_app(opened or self.desk, settings, served, fetch=self.fetch, clocks=clocks)

    def asked(self) -> list[str]:
        """What has been asked of Litmos."""
        return [f"{one.method} {one.path}" for one in self.sandbox.requests]

    def writes(self) -> list[str]:
        return [one for one in self.asked() if not one.startswith("GET")]

    def token(self, subject: str = "ada", email: str = "", scopes: tuple[str, ...] = BOTH, **overrides: Any) -> str:
        return self.issuer.token(subject, email or f"{NAMES.get(subject, subject)}@example.com", scopes, **overrides)


NAMES = {"ada": "ada.marsh", "lena": "lena.fischer"}


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """The address of an application that runs."""
    async with app.router.lifespan_context(app), running(app) as address:
        yield address


@asynccontextmanager
async def connected(address: str, token: str, mode: Mode, **options: Any) -> AsyncIterator[Client]:
    """An assistant's client with a token."""
    async with (
        httpx2.AsyncClient(headers={"authorization": f"Bearer {token}"}) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode, **options) as client,
    ):
        yield client


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield House(state)
    state.close()


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house.app()) as address:
        yield address


@pytest.fixture
def connect() -> Callable[..., Any]:
    return connected


@pytest.fixture
def serve() -> Callable[..., Any]:
    return served
