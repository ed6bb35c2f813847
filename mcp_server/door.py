"""The door of the HTTP server, in the order in which a request comes by: in time, signed in, known in Litmos."""

from collections.abc import Sequence

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

from litmos.errors import LitmosError, NotAllowed
from mcp_server.app import App
from mcp_server.callers import READ

__all__ = ["door"]

BODY_SECONDS = 30.0  # that a client may take to send what it asks
ANSWER_SECONDS = 900.0  # of one request: a large change waits for the account's budget for minutes


def door(verifier: TokenVerifier, app: App) -> Sequence[Middleware]:
    """What stands before the MCP endpoint. The SDK's own check of token and scopes comes after it."""
    return [
        Middleware(InTime),
        Middleware(AuthenticationMiddleware, backend=BearerAuthBackend(verifier), on_error=_nobody_can_say),
        Middleware(AuthContextMiddleware),
        Middleware(Known, litmos=app),
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
        began = False
        whole = scope["method"] == "GET"

        async def sending(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        async def receiving() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            with anyio.fail_at(until):
                message = await receive()
            whole = not message.get("more_body", False)
            return message

        until = anyio.current_time() + BODY_SECONDS
        try:
            with anyio.fail_after(None if whole else ANSWER_SECONDS):
                await self._app(scope, receiving, sending)
        except TimeoutError:
            if began:
                raise
            answer = refused(504, "timeout", "This took too long.") if whole else refused(408, "timeout", "Too slow.")
            await answer(scope, receive, send)


class Known:
    """Lets nobody in who is not exactly one active person in Litmos: 403, in words for them."""

    def __init__(self, app: ASGIApp, litmos: App) -> None:
        self._app, self._litmos = app, litmos

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["user"].is_authenticated and READ in scope["auth"].scopes:
            try:
                await self._litmos.actor()
            except NotAllowed as no:
                await refused(403, "access_denied", str(no))(scope, receive, send)
                return
            except LitmosError:
                pass  # while Litmos does not answer every tool says so, in words that reach a person
        await self._app(scope, receive, send)
