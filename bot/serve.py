"""Runs the bot until it is told to stop: over Socket Mode, or as an HTTP application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app import Bot, build, build_for_all, report
from bot.checking import team_of
from bot.client import opened_session, web_client
from bot.installing import opened_installations
from bot.reaching import Reaching
from bot.settings import SlackSettings
from bot.tasks import Tasks
from bot.workspace import Workspaces
from litmos.desk.desk import Desk
from litmos.errors import LitmosError
from litmos.exporting.settings import ExportSettings
from litmos.exporting.switch import exporting
from litmos.hidden import Hidden
from litmos.serving import GRACE, Watched, health, listen, serve_until, settle, stopped_by_signals
from litmos.settings import Settings
from litmos.wiring import open_working_desk

__all__ = ["asgi", "connected", "deliveries", "opened_bot", "run"]

TELL = 3.0  # seconds between two looks for proposals of assistants
LARGEST = 1024 * 1024  # bytes of one delivery
LAZY = {b"x-slack-bolt-lazy-only", b"x-slack-bolt-lazy-function-name"}  # Bolt obeys them, and no signature covers them


@asynccontextmanager
async def opened_bot(desk: Desk, state_url: str, slack: SlackSettings) -> AsyncIterator[Bot]:
    """A bot on an open Desk, drained before it is closed. Raises Misconfigured if Slack does not take the token."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(opened_session())
        connect = partial(web_client, slack, session)
        workspaces = Workspaces(connect, desk, slack, Tasks(report), asyncio.sleep)  # noqa: TID251 - on asyncio
        if slack.installing is None:
            token = Hidden(slack.bot_token.get_secret_value() if slack.bot_token else "")
            bot = build(workspaces, team=await team_of(connect(token)), token=token)
        else:
            store = await stack.enter_async_context(opened_installations(slack.installing, state_url))
            bot = build_for_all(workspaces, store, store.flow(connect(""), slack.installing))
        telling = asyncio.create_task(_tell_on(bot))
        desk.reach_by(Reaching(workspaces, bot.teams))
        try:
            yield bot
        finally:
            desk.reach_by(None)
            telling.cancel()
            await bot.tasks.close(GRACE)
            with suppress(LitmosError):  # else they are taken over when this process is missed
                await workspaces.keeping.leave()


async def run(litmos: Settings, slack: SlackSettings, exports: ExportSettings) -> None:
    """Serve until SIGINT or SIGTERM; then let work under way end."""
    stop = stopped_by_signals()
    async with (
        exporting(exports, "litmos-bot"),
        open_working_desk(litmos, reaches=True) as desk,
        opened_bot(desk, litmos.state_url, slack) as bot,
    ):
        settle()
        if slack.app_token is None:
            with listen("0.0.0.0", slack.port) as door:  # noqa: S104 - Slack comes from outside
                await serve_until(stop, asgi(bot), door)
        else:
            async with connected(bot, slack.app_token.get_secret_value()):
                await stop.wait()


@asynccontextmanager
async def connected(bot: Bot, token: str) -> AsyncIterator[None]:
    """Takes deliveries over Socket Mode while the block runs."""
    handler = AsyncSocketModeHandler(bot.app, token)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # the adapter has no types here
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # as above


async def _tell_on(bot: Bot) -> None:
    """Assistants' proposals come by way of the state, and so do jobs that others have begun: nobody else says when."""
    while True:
        bot.tasks.start(bot.pick_up())
        bot.tasks.start(bot.tell())
        await asyncio.sleep(TELL)  # noqa: TID251 - the bot runs on asyncio


def asgi(bot: Bot) -> Starlette:
    """The bot as a web application of its own."""
    routes = [*health(bot.workspaces.desk.ready), *deliveries(bot)]
    return Starlette(routes=routes, middleware=[Middleware(Watched)])


def deliveries(bot: Bot) -> list[Route]:
    """`/slack/events` takes everything that Slack delivers; besides it, where workspaces install the app."""

    async def deliver(request: Request) -> Response:
        request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0].lower() not in LAZY]
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large, or no text", 413)
        stamp = request.headers.get("x-slack-request-timestamp", "")
        if not (stamp.isascii() and stamp.isdecimal()):  # Bolt would fail on it
            return PlainTextResponse("no timestamp", 401)
        return to_starlette_response(await bot.app.async_dispatch(to_async_bolt_request(request, body)))

    return [Route("/slack/events", deliver, methods=["POST"]), *_installing(bot.flow)]


def _installing(flow: AsyncOAuthFlow | None) -> list[Route]:
    if flow is None:
        return []

    async def begin(request: Request) -> Response:
        return to_starlette_response(await flow.handle_installation(to_async_bolt_request(request, b"")))

    async def end(request: Request) -> Response:
        return to_starlette_response(await flow.handle_callback(to_async_bolt_request(request, b"")))

    return [Route("/slack/install", begin), Route("/slack/oauth_redirect", end)]


async def _body(request: Request) -> bytes | None:
    """The whole body; None for one that no Slack would send."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    try:
        body.decode()
    except UnicodeDecodeError:
        return None
    return bytes(body)
