"""The door of the HTTP server, in the order in which a request comes by: in time, signed in, known in Litmos."""

import math
from collections.abc import Callable, Sequence

import anyio
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend
from mcp.server.auth.provider import TokenVerifier
from starlette.authentication import AuthenticationError
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from litmos.desk.cache import Cache
from litmos.errors import LitmosError, NotAllowed
from mcp_server.app import App
from mcp_server.callers import READ, known_as

__all__ = ["door"]

KNOWN_SECONDS = 60.0  # that the door remembers who is known in Litmos, and who is not; each tool asks again
BODY_SECONDS = 30.0  # that a client may take to send what it asks
ANSWER_SECONDS = 900.0  # of one request: a large change waits for the account's budget for minutes


def door(verifier: TokenVerifier, app: App, clock: Callable[[], float]) -> Sequence[Middleware]:
    """What stands before the MCP endpoint, and before the SDK's own check of token and scopes.

    Args:
        verifier: Says what a token grants.
        app: Knows whom Litmos knows.
        clock: Gives seconds.
    """
    return [
        Middleware(InTime),
        Middleware(AuthenticationMiddleware, backend=BearerAuthBackend(verifier), on_error=_nobody_can_say),
        Middleware(AuthContextMiddleware),
        Middleware(Known, litmos=app, clock=clock),
    ]


def refused(status: int, error: str, words: str) -> Response:
    """An error as OAuth writes it (RFC 6750)."""
    return JSONResponse({"error": error, "error_description": words}, status, {"Cache-Control": "no-store"})


def _nobody_can_say(_: HTTPConnection, error: AuthenticationError) -> Response:
    answer = refused(503, "temporarily_unavailable", str(error))
    answer.headers["Retry-After"] = "60"
    return answer


class InTime:
    """Ends requests whose body or answer does not come in time. An event stream (GET) may last."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, began = _Body(receive, whole=scope["method"] == "GET"), False

        async def sending(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            with anyio.fail_after(None if body.whole else ANSWER_SECONDS):
                await self._app(scope, body, sending)
        except TimeoutError:
            if began:
                raise
            late = (408, "This came too slowly.") if body.late else (504, "This took too long.")
            await refused(late[0], "timeout", late[1])(scope, receive, send)


class _Body:
    """What a request brings, in time from when somebody begins to read it."""

    def __init__(self, receive: Receive, *, whole: bool) -> None:
        self._receive, self._until, self.whole, self.late = receive, math.inf, whole, False

    async def __call__(self) -> Message:
        if self.whole:
            return await self._receive()
        self._until = min(self._until, anyio.current_time() + BODY_SECONDS)
        try:
            with anyio.fail_after(self._until - anyio.current_time()):
                message = await self._receive()
        except TimeoutError:
            self.late = True
            raise
        self.whole = not message.get("more_body", False)
        return message


class Known:
    """Lets nobody in who is not exactly one active person in Litmos: 403, in words for them.

    Remembered for a minute, or a stranger's assistant that does not give up would eat the account's requests. What
    somebody may do is no matter of the door: every tool names its actor anew.
    """

    def __init__(self, app: ASGIApp, litmos: App, clock: Callable[[], float]) -> None:
        self._app, self._litmos = app, litmos
        self._refusals: Cache[tuple[str, str], str] = Cache(clock, seconds=KNOWN_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["user"].is_authenticated and READ in scope["auth"].scopes and (why := await self._refusal()):
            await refused(403, "access_denied", why)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _refusal(self) -> str:
        """Why the caller is not let in; empty for those who are."""
        who = known_as()
        if (remembered := self._refusals.get(who)) is not None:
            return remembered
        try:
            await self._litmos.actor()
        except NotAllowed as no:
            return self._refusals.put(who, await self._litmos.fit(no))
        except LitmosError:
            return ""  # while Litmos does not answer every tool says so, in words that reach a person
        return self._refusals.put(who, "")
