"""What an answer means: nothing wrong, or which error in which words. Pure: errors are named here, not raised."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from litmos.api.call import Call, Reply
from litmos.api.wire import detail
from litmos.errors import (
    Conflict,
    Interrupted,
    Invalid,
    LitmosError,
    Misconfigured,
    NotFound,
    Throttled,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)

__all__ = [
    "cut_off",
    "not_understood",
    "rate_is_certain",
    "refusal",
    "seconds_to_wait",
    "timed_out",
    "unreachable",
]

UNKNOWN = " The change may or may not have happened: look before you try again."
RATE_WORDS = ("rate", "limit", "too many", "throttl", "quota", "exceed")


def refusal(call: Call[Any], reply: Reply, *, perhaps_done: bool) -> LitmosError | None:
    """The error that a status stands for; None for 2xx. `perhaps_done`: an earlier try may have been carried out."""
    status = reply.status
    if HTTPStatus(200) <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return _throttled(reply, perhaps_done=perhaps_done)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _failed(call, reply)
    return _refused(call, reply)


def _refused(call: Call[Any], reply: Reply) -> LitmosError:
    status, because = reply.status, _because(reply)
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Misconfigured(
                f"Litmos refuses the API key (HTTP {status}). Check LITMOS_API_KEY, that its owner is still "
                "active, and that LITMOS_REGION or LITMOS_BASE_URL is where the account lives."
            )
        case HTTPStatus.NOT_FOUND:
            return NotFound(call.missing)
        case HTTPStatus.CONFLICT:
            return Conflict(f"Litmos refuses this because of what it already holds{because}")
        case _ if status >= HTTPStatus.BAD_REQUEST:
            return Invalid(f"Litmos refuses this request (HTTP {status}){because}")
        case _:
            return Misconfigured(
                f"Litmos points elsewhere (HTTP {status}). LITMOS_BASE_URL has to be the API's own address."
            )


def _failed(call: Call[Any], reply: Reply) -> LitmosError:
    if reply.status in {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}:
        text = f"Litmos is not working properly at the moment (HTTP {reply.status}). Try again in a few minutes."
        return Unavailable(_told(call, text, perhaps_done=True), perhaps_done=call.changes)
    text = f"Litmos failed on this request (HTTP {reply.status}){_because(reply)}"
    return UnexpectedReply(_told(call, text, perhaps_done=True), perhaps_done=call.changes)


def _because(reply: Reply) -> str:
    said = detail(reply)
    return f": {said}" if said else "."


def _throttled(reply: Reply, *, perhaps_done: bool) -> Throttled:
    wait = f"Try again in {reply.retry_after:.0f} s." if reply.retry_after is not None else "Try again in a minute."
    text = (
        f"Litmos takes no more requests for now (HTTP {reply.status}): "
        f"the account's requests a minute are used up, or it is busy. {wait}"
    )
    if perhaps_done:
        text += UNKNOWN
    return Throttled(text, after=reply.retry_after, perhaps_done=perhaps_done)


def rate_is_certain(reply: Reply) -> bool:
    """Whether a refusal is for rate beyond doubt; a bare 503 also comes from a Litmos that is merely unwell."""
    said = detail(reply).lower()
    return (
        reply.status == HTTPStatus.TOO_MANY_REQUESTS
        or reply.retry_after is not None
        or any(word in said for word in RATE_WORDS)
    )


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; a date counts from the answer's own `Date`, so that no other clock is needed."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal():
        return float(said[:6])
    try:
        wait = parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(wait.total_seconds(), 0.0)


def timed_out(call: Call[Any], seconds: float) -> TimedOut:
    """No answer in time."""
    text = f"Litmos did not answer within {seconds:g} s."
    return TimedOut(_told(call, text, perhaps_done=True), perhaps_done=call.changes)


def unreachable(call: Call[Any], host: str, *, perhaps_done: bool) -> Unavailable:
    """No connection came about."""
    text = (
        f"Litmos cannot be reached at {host}. Check the network and LITMOS_BASE_URL or LITMOS_REGION, then try again."
    )
    return Unavailable(_told(call, text, perhaps_done=perhaps_done), perhaps_done=perhaps_done)


def cut_off(call: Call[Any]) -> Interrupted:
    """The connection ended before the answer did."""
    text = "The connection to Litmos broke before it had answered. Try again."
    return Interrupted(_told(call, text, perhaps_done=True), perhaps_done=call.changes)


def not_understood(call: Call[Any], why: str) -> UnexpectedReply:
    """An answer of another kind than documented. `why` never quotes the answer: it may hold a login link."""
    text = (
        f"Litmos answered {call.operation} with something this program does not understand ({why}). "
        "If it happens again, report it: Litmos may have changed."
    )
    return UnexpectedReply(_told(call, text, perhaps_done=True), perhaps_done=call.changes)


def _told(call: Call[Any], text: str, *, perhaps_done: bool) -> str:
    return text + UNKNOWN if call.changes and perhaps_done else text
