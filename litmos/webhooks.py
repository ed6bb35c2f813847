"""Webhooks of Litmos: `POST /litmos/webhooks/<secret>`. Nothing is signed, so the address holds a secret.

Whatever is sent is only a hint of what to ask Litmos: of a body, nothing is kept but ids, and nothing is repeated.
"""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pydantic import SecretStr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from litmos.desk.events import EARNED, Event
from litmos.errors import LitmosError
from litmos.log import logger
from litmos.telemetry import tell

__all__ = ["event_of", "webhooks"]

LARGEST = 64 * 1024  # bytes; an event has less than one KB
AT_ONCE = 16  # events that are being put away; more are refused, and Litmos sends them again
SECONDS = 5.0  # for a body to arrive in
AGAIN = "try again later"
RETRY = {"Retry-After": "30"}
_NUMBER = re.compile(r"[0-9]{1,20}")
_IDENT = re.compile(r"[A-Za-z0-9_-]{1,50}")
_KIND = re.compile(r"[a-z]{1,30}(\.[a-z]{1,30}){1,3}")
LOG = logger("litmos.webhooks")

Put = Callable[[Event], Awaitable[bool]]


def webhooks(secrets: Sequence[SecretStr], put: Put) -> list[Route]:
    """The route, which only those can use who know one of the secrets. `put`: see `Inbox`."""
    known = [_digest(secret.get_secret_value()) for secret in secrets]
    under_way = 0

    async def receive(request: Request) -> Response:
        nonlocal under_way
        if not _is_known(request.path_params["secret"], known):
            return _answer("unknown_secret", "Not Found", 404)
        if request.method != "POST":
            return _answer("malformed", "Method Not Allowed", 405, {"Allow": "POST"})
        if under_way >= AT_ONCE:
            return _answer("busy", "too much at once", 503, RETRY)
        under_way += 1
        try:
            return await _taken(request, put)
        finally:
            under_way -= 1

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]  # a wrong secret looks like no route at all
    return [Route("/litmos/webhooks/{secret}", receive, methods=methods)]


async def _taken(request: Request, put: Put) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != "application/json":
        return _answer("malformed", "send application/json", 415)
    try:
        async with asyncio.timeout(SECONDS):
            body = await _body(request)
    except (TimeoutError, ClientDisconnect):
        return _answer("late", "the body did not arrive", 408)
    if body is None:
        return _answer("malformed", "too large", 413)
    event = event_of(body)
    if event is None:
        LOG.info("litmos.webhooks.junk", bytes=len(body))
        return _answer("malformed", "not an event of Litmos", 400)
    return await _kept(event, put)


async def _kept(event: Event, put: Put) -> Response:
    try:
        if await put(event):
            return _answer("accepted", "", 202)
    except LitmosError as error:
        LOG.warning("litmos.webhooks.not_kept", kind=type(error).__name__)
        return _answer("not_kept", AGAIN, 503, RETRY)
    return _answer("full", AGAIN, 503, RETRY)


def _answer(result: str, text: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Counted by its result: why something was refused, in a word of ours."""
    tell("litmos.webhooks", {"litmos.result": result})
    return PlainTextResponse(text, status, headers)


def event_of(body: bytes) -> Event | None:
    """What a body says has happened; None for one that Litmos would not send, or that is about nobody."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict) or not isinstance(data := sent.get("data", {}), dict):
        return None
    number, kind = _text(sent.get("id"), _NUMBER), _text(sent.get("type"), _KIND)
    person, training = _text(data.get("userId"), _IDENT), _text(data.get("courseId"), _IDENT)
    if not number or not kind or (kind == EARNED and not (person and training)):
        return None
    return Event(str(int(number)), kind, person, training)


def _text(value: Any, pattern: re.Pattern[str]) -> str:
    """An id may be written as a number or as text; anything else is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 <= value < 10**20 else ""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _is_known(secret: str, known: Sequence[bytes]) -> bool:
    """Every one is compared, each in the same time."""
    given = _digest(secret)
    return bool(sum(hmac.compare_digest(given, one) for one in known))


async def _body(request: Request) -> bytes | None:
    """None for a body that is too large, however it is sent."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > len(str(LARGEST)) or int(announced) > LARGEST:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)
