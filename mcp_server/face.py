"""MCP as a part of `litmos serve`: for everybody with a token, and for Slackbot where Slack is served too."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from litmos.faces import Mounted, Offer, Place
from mcp_server.checking import mcp_checks
from mcp_server.http import Served, create_app
from mcp_server.server import tools_of
from mcp_server.settings import HttpSettings
from mcp_server.slackbot import create_slackbot

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from litmos.desk.desk import Desk

__all__ = ["offer"]

NO_TOKENS = "not served to other assistants: set MCP_RESOURCE_URL and MCP_ISSUER_URL"


def offer(environ: Mapping[str, str] | None = None) -> Offer:
    """What the MCP_* settings in `environ` (None: of this process) ask for. Raises Misconfigured."""
    http = HttpSettings.read(environ) if HttpSettings.wanted(environ) else None
    logging.getLogger("mcp").setLevel(logging.WARNING)  # at INFO it tells what people asked

    @asynccontextmanager
    async def opened(place: Place) -> AsyncIterator[Mounted]:
        @asynccontextmanager
        async def desk() -> AsyncIterator["Desk"]:
            yield place.desk

        tools = tools_of(read_only=place.settings.read_only)
        apps: list[Starlette] = []
        if place.signed is not None:
            apps.append(create_slackbot(desk, place.signed, tools))
        if http is not None:
            served = Served(
                tools=tools, confirmation=place.settings.confirmation, host=place.host, sessions=http.sessions
            )
            apps.append(create_app(desk, http, served))
        async with AsyncExitStack() as stack:
            for app in apps:
                await stack.enter_async_context(app.router.lifespan_context(app))
            told = [f"{place.signed.url} for Slackbot"] if place.signed else []
            told.append(f"{http.resource_url}, sign-in at {http.issuer_url}" if http else NO_TOKENS)
            yield Mounted(told, [route for app in apps for route in app.routes])

    return Offer(opened, alone=http is not None, checks=partial(mcp_checks, http))
