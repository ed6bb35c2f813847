"""`litmos serve`: every face whose settings are there, in one process, on one port and one Desk."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from litmos import log
from litmos.errors import Misconfigured
from litmos.exporting.settings import ExportSettings
from litmos.exporting.switch import exporting
from litmos.faces import GROUP, Offer, Offering, Place, Unwanted
from litmos.serving import Watched, health, listen, serve_until, settle, stopped_by_signals
from litmos.settings import Settings
from litmos.webhooks import webhooks
from litmos.wiring import open_working_desk

__all__ = ["application", "offers", "serve"]

T = TypeVar("T")


def serve(host: str, port: int) -> int:
    """Serve until SIGINT or SIGTERM, then let work under way end.

    Raises:
        Misconfigured: with all that is wrong, or when there is nothing to serve.
    """
    problems: list[str] = []
    settings, exports = _read(Settings.read, problems), _read(ExportSettings.read, problems)
    found = offers(sorted(entry_points(group=GROUP), key=lambda one: one.name), problems)
    if settings is None or exports is None or problems:
        raise Misconfigured("\n".join(problems))
    if not any(isinstance(one, Offer) and one.alone for one in found.values()):
        raise Misconfigured(
            "There is nothing to serve: set MCP_RESOURCE_URL and MCP_ISSUER_URL for assistants, SLACK_BOT_TOKEN and "
            "SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET) for Slack, or both."
        )
    log.configure(logging.INFO)
    with listen(host, port) as door:
        asyncio.run(_serve(settings, exports, found, door))
    return 0


def _read(how: Callable[[], T], problems: list[str]) -> T | None:
    try:
        return how()
    except Misconfigured as wrong:
        problems.append(str(wrong))
        return None


def offers(faces: Sequence[EntryPoint], problems: list[str]) -> dict[str, Offer | Unwanted]:
    """What each face offers, by its name; what is wrong with its settings goes to `problems`."""
    found: dict[str, Offer | Unwanted] = {}
    for face in faces:
        try:
            offering: Offering = face.load()
            found[face.name] = offering()
        except ModuleNotFoundError as missing:
            found[face.name] = Unwanted(f"{missing.name} is not installed. Run: pip install 'litmos-chatops[all]'")
        except Misconfigured as wrong:
            problems.append(str(wrong))
    return found


def _webhooks(place: Place, told: dict[str, list[str]]) -> list[Route]:
    if not place.desk.hearing.is_kept:
        told["litmos"] = ["webhooks are not served: they need the jobs (litmos-chatops[jobs]), which are not done here"]
        return []
    told["litmos"] = ["webhooks at /litmos/webhooks/ and a secret of LITMOS_WEBHOOK_SECRETS"]
    return webhooks(place.settings.webhook_secrets, place.desk.hearing.put)


def _why(one: Offer | Unwanted) -> list[str]:
    return [f"not served: {one.why}"] if isinstance(one, Unwanted) else []


def _listed(told: Mapping[str, Sequence[str]]) -> str:
    lines = [(name if number == 0 else "", line) for name, lines in told.items() for number, line in enumerate(lines)]
    return "".join(f"\n  {name:<6} {line}" for name, line in lines)


async def _serve(
    settings: Settings, exports: ExportSettings, found: Mapping[str, Offer | Unwanted], door: socket.socket
) -> None:
    stop = stopped_by_signals()
    reaches = any(isinstance(one, Offer) and one.reaches for one in found.values())
    async with (
        exporting(exports, "litmos"),
        open_working_desk(settings, reaches=reaches) as desk,
        application(Place(settings, desk, door.getsockname()[0]), found) as (app, told),
    ):
        host, port = door.getsockname()[:2]
        settle()
        print(f"Litmos at http://{host}:{port}{_listed(told)}", flush=True)
        await serve_until(stop, app, door)


@asynccontextmanager
async def application(
    place: Place, found: Mapping[str, Offer | Unwanted]
) -> AsyncIterator[tuple[Starlette, dict[str, list[str]]]]:
    """One web application of all faces that are offered, and what there is to tell about each."""
    async with AsyncExitStack() as stack:
        routes = health(place.desk.ready)
        told = {name: _why(one) for name, one in found.items()}
        offered = [(name, one) for name, one in found.items() if isinstance(one, Offer)]
        for name, one in sorted(offered, key=lambda pair: not pair[1].signs):
            mounted = await stack.enter_async_context(one.open(place))
            routes += mounted.routes
            told[name] += mounted.told
            place = replace(place, signed=mounted.signed or place.signed)
        if place.settings.webhook_secrets:
            routes += _webhooks(place, told)
        yield Starlette(routes=routes, middleware=[Middleware(Watched)]), told
