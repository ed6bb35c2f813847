"""How Slack reaches an app: signed requests over HTTP, or envelopes through a WebSocket that the app has opened."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

from aiohttp import WSMsgType, web

from bot.demo.faults import Fault

__all__ = ["Answer", "Delivery", "Door", "HttpDoor", "SocketDoor", "Unreachable", "signature"]

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
ENVELOPES = {"command": "slash_commands", "interaction": "interactive", "event": "events_api"}


class Unreachable(Exception):
    """No app is listening, or it did not answer as apps do."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that happened. `retry`: how often it was delivered before."""

    kind: Literal["command", "interaction", "event"]
    payload: dict[str, Any]
    retry: int = 0

    def body(self) -> tuple[str, str]:
        """Of an HTTP request, with its content type."""
        if self.kind == "command":
            return urlencode(self.payload), FORM
        if self.kind == "interaction":
            return urlencode({"payload": json.dumps(self.payload)}), FORM
        return json.dumps(self.payload), JSON


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app acknowledged with. `body` is empty for a bare ack; a bare text is its `text`."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)


class Door(Protocol):
    """A way to the app."""

    async def deliver(self, delivery: Delivery, fault: Fault | None = None) -> Answer:
        """Raises Unreachable."""
        ...


def signature(secret: str, stamp: str, body: str) -> str:
    """What Slack puts into X-Slack-Signature."""
    mac = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
    return f"v0={mac.hexdigest()}"


Post = Callable[[str, Mapping[str, str]], Awaitable[tuple[int, str]]]
"""Sends a body with headers to the app; returns the status and the body of its answer."""


@dataclass(frozen=True, slots=True)
class HttpDoor:
    """`stamp` gives seconds since 1970: apps compare it with their own clock."""

    post: Post
    secret: str
    stamp: Callable[[], float] = time.time

    async def deliver(self, delivery: Delivery, fault: Fault | None = None) -> Answer:
        """See `Door`. A fault makes the signature wrong, old, or junk."""
        body, kind = delivery.body()
        wrong = fault.kind if fault else ""
        stamp = "soon" if wrong == "junk" else str(int(self.stamp()) - (360 if wrong == "old" else 0))
        secret = "another" if wrong == "forged" else self.secret
        headers = {
            "content-type": kind,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature(secret, stamp, body),
        }
        if delivery.retry:
            headers |= {"x-slack-retry-num": str(delivery.retry), "x-slack-retry-reason": "http_timeout"}
        status, said = await self.post(body, headers)
        return Answer(status, _said(said))


def _said(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text}
    return found if isinstance(found, dict) else {"text": text}


@dataclass
class SocketDoor:
    """Every envelope goes to one of the connected sockets, and waits for its ack."""

    connected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the app has come."""
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _sent: int = 0

    async def take(self, request: web.Request) -> web.WebSocketResponse:
        """A connection of the app, as long as it lasts."""
        socket = web.WebSocketResponse(heartbeat=10)
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets) + 1})
        self._sockets.append(socket)
        self.connected.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acked(message.data)
        finally:
            self._sockets.remove(socket)
        return socket

    async def deliver(self, delivery: Delivery, fault: Fault | None = None) -> Answer:  # noqa: ARG002 - nothing is signed
        """See `Door`."""
        if not self._sockets:
            raise Unreachable("the app has no open connection")
        self._sent += 1
        name = f"E{self._sent}"
        acked: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[name] = acked
        envelope = {
            "envelope_id": name,
            "type": ENVELOPES[delivery.kind],
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "event",
        }
        if delivery.retry:
            envelope |= {"retry_attempt": delivery.retry, "retry_reason": "timeout"}
        try:
            await self._sockets[self._sent % len(self._sockets)].send_json(envelope)
            return Answer(200, await acked)
        except ConnectionError as error:
            raise Unreachable("the app closed its connection") from error
        finally:
            del self._waiting[name]

    async def refresh(self) -> None:
        """Tell the app to connect anew, as Slack does every few hours."""
        for socket in list(self._sockets):
            with suppress(ConnectionError):
                await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close()

    def _acked(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:  # a ping of the client is no envelope
            return
        waiting = self._waiting.get(message.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            payload = message.get("payload") or {}
            waiting.set_result(payload if isinstance(payload, dict) else {"text": str(payload)})
