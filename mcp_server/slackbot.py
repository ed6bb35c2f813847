"""Slackbot as a client: an endpoint of its own, where Slack's signature is the sign-in.

Any client can write `_meta.slack`; so the caller is taken from there only behind that signature, and nothing else is
believed here. Changes are always approved in Slack, whatever the client could ask.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from litmos.errors import NotAllowed
from litmos.faces import Signed
from mcp_server.app import FACE, App, OpenDesk
from mcp_server.door import InTime, refused
from mcp_server.hosts import only_ours
from mcp_server.offered import offer
from mcp_server.server import Tools, build_server

if TYPE_CHECKING:
    from litmos.desk.actor import Actor
    from litmos.desk.desk import Desk

__all__ = ["create_slackbot"]

LARGEST = 1024 * 1024  # bytes of one request

_CALLER: ContextVar[tuple[str, str] | None] = ContextVar("caller", default=None)


def create_slackbot(open_desk: OpenDesk, signed: Signed, tools: Tools) -> Starlette:
    """The application, at the path of `signed.url`. Mounted elsewhere, its lifespan has to be entered."""
    app = App(open_desk, SlackCallers(signed), "person")
    server = build_server(lambda: app, tools, middleware=[keep_caller, offer_to_callers])
    server.streamable_http_app(  # makes the session manager
        stateless_http=True,
        json_response=True,
        max_request_body_size=LARGEST,
        transport_security=only_ours(signed.url),
    )
    endpoint = StreamableHTTPASGIApp(server.session_manager)
    before = [Middleware(InTime), Middleware(SlackSigned, signed=signed)]
    route = Route(urlsplit(signed.url).path, endpoint, methods=["POST"], middleware=before)
    return Starlette(routes=[route], lifespan=lambda _: server.session_manager.run())


@dataclass(frozen=True, slots=True)
class SlackCallers:
    """Acts for the member of a workspace that Slack names, by the same rules as the bot."""

    signed: Signed
    approves: str = "Litmos has sent them a message in Slack with Approve and Reject, good until {expires}."

    async def actor(self, desk: "Desk") -> "Actor":  # noqa: ARG002 - the bot asks the same Desk
        caller = _CALLER.get()
        if caller is None:
            raise NotAllowed("Slack did not say who asks, so nothing is shown or done.")
        return replace(await self.signed.actor(*caller), face=FACE)  # an assistant asks in their name, not they

    def check(self, operation: str) -> None:
        """Slack knows no scopes."""


async def keep_caller(ctx: ServerRequestContext[App, Any], call_next: CallNext) -> HandlerResult:
    """Middleware that remembers whom Slack says a request is for."""
    before = _CALLER.set(_caller(ctx.params))
    try:
        return await call_next(ctx)
    finally:
        _CALLER.reset(before)


async def offer_to_callers(ctx: ServerRequestContext[App, Any], call_next: CallNext) -> HandlerResult:
    """Middleware as `offer`; where Slack lists the tools for nobody in particular, it sees them all."""
    return await (offer(ctx, call_next) if _CALLER.get() else call_next(ctx))


def _caller(params: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Workspace and member. An organisation may leave the workspace out: then it is nobody."""
    meta = (params or {}).get("_meta")
    slack = meta.get("slack") if isinstance(meta, Mapping) else None
    if not isinstance(slack, Mapping):
        return None
    team, user = slack.get("team_id"), slack.get("user_id")
    return (team, user) if isinstance(team, str) and isinstance(user, str) and team and user else None


class SlackSigned:
    """Lets nothing in but what Slack has signed just now, over exactly these bytes."""

    def __init__(self, app: ASGIApp, signed: Signed) -> None:
        self._app, self._signed = app, signed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole(receive)
        if body is None:
            await refused(413, "too_large", "This is larger than any request can be.")(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._signed.genuine(headers, body):
            await refused(401, "invalid_signature", "Only Slack may ask here.")(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, again, send)


async def _whole(receive: Receive) -> bytes | None:
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST:
            return None
    return bytes(body)
