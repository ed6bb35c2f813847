"""Puts the parts together: settings in, an open Desk or client out. For entry points and `litmos.connect` only."""

import importlib.util
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import stamina.instrumentation
from pydantic import SecretStr
from typing_extensions import override

from litmos.api.call import Format
from litmos.api.client import Client, KeyAuth, Turns
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.desk.quiet import Quiet
from litmos.environment import DIRECT
from litmos.errors import LitmosError
from litmos.log import logger
from litmos.settings import Settings
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit
from litmos.store.budget import Budget
from litmos.store.follows import Follows
from litmos.store.links import Links
from litmos.store.notices import Notices
from litmos.store.nudges import Nudges
from litmos.store.proposals import Proposals
from litmos.store.state import State
from litmos.telemetry import levels

if TYPE_CHECKING:
    from litmos.jobs.durable import Work

__all__ = ["open_client", "open_desk", "open_probe", "open_watching_desk", "open_working_desk", "running_demo"]

LONG_AGO = 900.0  # seconds; what was begun before that and has no end will not get one any more
KEEP_ALIVE = 60.0  # seconds; a conversation pauses longer than httpx' five


@asynccontextmanager
async def open_working_desk(settings: Settings, *, reaches: bool = False) -> AsyncIterator[Desk]:
    """A Desk of a server: it stays, so it does large changes as jobs, where their library is installed.

    `reaches`: a face will open in this process that brings people messages; others leave that to such processes.
    """
    async with AsyncExitStack() as stack:
        desk, url = await stack.enter_async_context(_open_desk(settings))
        if importlib.util.find_spec("dbos") is None:
            logger("litmos.jobs").warning("litmos.jobs.none", why="litmos-chatops[jobs] is not installed")
        else:
            try:
                await stack.enter_async_context(_at_work(desk, settings, url, reaches=reaches))
            except LitmosError as error:  # large changes are waited for, then
                logger("litmos.jobs").warning("litmos.jobs.none", why=str(error))
        yield desk


@asynccontextmanager
async def _at_work(desk: Desk, settings: Settings, url: str, *, reaches: bool) -> AsyncIterator[None]:
    """The engine, with all that it does, as the Desk knows it."""
    from litmos.jobs import digests, events  # noqa: PLC0415 - half a second, for servers only
    from litmos.jobs.engine import Where, running  # noqa: PLC0415 - as above
    from litmos.jobs.rounds import nudges  # noqa: PLC0415 - as above
    from litmos.jobs.telling import Tellers, telling  # noqa: PLC0415 - as above

    tellers = {events.ABOUT: events.teller(desk.hearing), digests.ABOUT: digests.teller(desk.digests)}
    also: list[Work[Any]] = [
        telling(Tellers(desk.post, tellers), here=reaches),
        events.handling(events.Handling(desk.hearing)),
        digests.digesting(desk.digests, settings.digest_cron, settings.time_zone, here=reaches),
        nudges(desk.rounds, here=reaches),
    ]
    async with running(Where(url), desk.bulk, also=also) as engine:
        desk.hire(engine)
        desk.hearing.by(events.Kept(time.monotonic))
        yield


@asynccontextmanager
async def open_watching_desk(settings: Settings) -> AsyncIterator[Desk]:
    """A Desk that sees the jobs of the servers, and does none."""
    async with AsyncExitStack() as stack:
        desk, url = await stack.enter_async_context(_open_desk(settings))
        if importlib.util.find_spec("dbos") is not None:
            from litmos.jobs.engine import Where, looking  # noqa: PLC0415 - as above

            desk.hire(await stack.enter_async_context(looking(Where(url))))
        yield desk


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """A Desk on the account that the settings name."""
    async with _open_desk(settings) as (desk, _):
        yield desk


@asynccontextmanager
async def _open_desk(settings: Settings) -> AsyncIterator[tuple[Desk, str]]:
    """With the address of its state."""
    with _opened_state(settings) as (state, url):
        async with _open_client(settings, state) as api:
            books = Books(
                Audit(state),
                Proposals(state),
                Links(state),
                Aliases(state),
                Follows(state),
                Nudges(state),
                Notices(state),
            )
            await _tell_unfinished(books.audit)
            account = DeskSettings(
                account_of(settings),
                settings.admins,
                settings.read_only,
                settings.web_url,
                settings.pseudonyms,
                Quiet(*settings.quiet_hours, settings.quiet_days),
            )
            desk = Desk(api, account, books)
            with levels(desk.levels):
                yield desk, url


async def _tell_unfinished(audit: Audit) -> None:
    """A process may have died over a change: somebody should see what became of it."""
    try:
        unfinished = await audit.unfinished(LONG_AGO)
    except LitmosError:
        return  # whoever needs the state is told then
    if unfinished:
        logger("litmos.audit").warning("litmos.audit.unfinished", changes=len(unfinished), last=unfinished[-1].seq)


@asynccontextmanager
async def open_client(settings: Settings) -> AsyncIterator[Client]:
    """A client that keeps the account's budget with every other process on the same state."""
    with _opened_state(settings) as (state, _):
        async with _open_client(settings, state) as api:
            yield api


@asynccontextmanager
async def open_probe(
    settings: Settings, turns: Turns | None, heard: Callable[[Mapping[str, str]], None]
) -> AsyncIterator[Client]:
    """A client that asks once and never again. `heard` is told the headers of each answer as it begins."""

    async def tell(response: httpx.Response) -> None:
        heard(response.headers)

    async with _open_http(settings) as (http, key):
        http.event_hooks = {"response": [tell]}
        yield Client(http, key, source=settings.source, form=Format(settings.format), turns=turns, deadline=0.0)


@asynccontextmanager
async def _open_client(settings: Settings, state: State) -> AsyncIterator[Client]:
    limit = settings.requests_per_minute
    budget = Budget(state, limit) if limit else None
    async with _open_http(settings) as (http, key):
        client = Client(
            http,
            key,
            source=settings.source,
            form=Format(settings.format),
            turns=budget,
            timeout=settings.timeout_seconds,
        )
        with levels(client.levels), levels(budget.levels) if budget else nullcontext():
            yield client


@asynccontextmanager
async def _open_http(settings: Settings) -> AsyncIterator[tuple[httpx.AsyncClient, KeyAuth]]:
    # stamina would log retries through a structlog that nobody has set up, to stdout; ours are logged by the client.
    stamina.instrumentation.set_on_retry_hooks([])
    key = KeyAuth(settings.api_key)
    if settings.demo:
        http, key = _demo_http()
    else:
        http = httpx.AsyncClient(
            base_url=settings.base_url,
            auth=key,
            timeout=settings.timeout_seconds,
            limits=httpx.Limits(max_connections=None, keepalive_expiry=KEEP_ALIVE),
            mounts=DIRECT,
        )
    async with http:
        yield http, key


@asynccontextmanager
async def running_demo(environ: Mapping[str, str] | None = None) -> AsyncIterator[dict[str, str]]:
    """A demo Litmos on a free port of this machine, with a state of its own; yields the settings that lead to both.

    `environ`: settings besides those.
    """
    from litmos.demo.clock import real_clock  # noqa: PLC0415 - nobody else pays for the demo
    from litmos.demo.data import demo_world  # noqa: PLC0415
    from litmos.demo.sandbox import DEMO_KEY, Sandbox  # noqa: PLC0415
    from litmos.demo.server import running  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="litmos-demo-") as folder:
        async with running(Sandbox(demo_world(real_clock())).app) as address:
            own = {
                "LITMOS_WEB_URL": f"{address}/web",
                "LITMOS_API_KEY": DEMO_KEY,
                "LITMOS_BASE_URL": address,
                "LITMOS_STATE_URL": f"sqlite:///{Path(folder) / 'state.sqlite'}",
            }
            yield own | dict(environ or {})


def account_of(settings: Settings) -> str:
    """The Litmos that is asked, as people call it."""
    return "the demo Litmos" if settings.demo else httpx.URL(settings.base_url).host


@contextmanager
def _opened_state(settings: Settings) -> Iterator[tuple[State, str]]:
    with ExitStack() as stack:
        url = settings.state_url
        if settings.demo:  # a world of its own needs a state of its own
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="litmos-demo-"))
            url = f"sqlite:///{Path(folder) / 'state.sqlite'}"
        state = State(url)
        stack.callback(state.close)
        yield state, url


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
