"""The HTTP side of the API: takes a request apart, lets it in or not, and writes the answer or fails as told."""

import hmac
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from litmos.demo.account import Account, Seen
from litmos.demo.calls import Call, Refused
from litmos.demo.faults import Fault
from litmos.demo.misbehave import error_page, instead, refusal, truncated, written
from litmos.demo.routes import carry_out

LARGEST_BODY = 64 * 1024
LONGEST_SOURCE = 50
RESET = "litmos.demo.reset"  # the ASGI extension by which a server lets the connection be reset
KEY = "apikey"


class HangUp(Exception):
    """The connection ends here, without an answer."""


@dataclass(frozen=True, slots=True)
class Api:
    """The ASGI application under /v1.svc."""

    account: Account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = _read_call(scope, self.account)
        query = {name: self._hide(text) for name, text in call.query.items() if name.lower() != KEY}
        seen = Seen(call.method, self._hide(call.path), query, None, call.at)
        self.account.requests.append(seen)
        try:
            response = await self._answer(call, receive)
        except HangUp:
            await _hang_up(scope, receive)
            return
        await response(scope, receive, send)
        seen.status = response.status_code

    def _hide(self, text: str) -> str:
        return text.replace(self.account.api_key, "(the key)")

    async def _answer(self, call: Call, receive: Receive) -> Response:
        try:
            self._let_in(call)
        except Refused as refused:
            return refusal(refused.status, refused.detail)
        fault = self.account.faults.take(call.method, call.path)
        if fault is None:
            return await self._do(call, receive)
        return await self._fail(fault, call, receive)

    def _let_in(self, call: Call) -> None:
        """The key, then the rate: who has no key spends nothing of the account's limit."""
        if any(name.lower() == KEY for name in call.query):
            raise Refused(400, "The apikey belongs in the header, never in the address")
        key = call.headers.get(KEY, "")
        if not hmac.compare_digest(key.encode(), self.account.api_key.encode()):
            raise Refused(401, "Unauthorized")
        if not self.account.rate.admits(call.at):
            raise Refused(503, "Service Unavailable")

    async def _fail(self, fault: Fault, call: Call, receive: Receive) -> Response:
        canned = instead(fault, as_json=call.wants_json)
        if canned is not None:
            return canned
        if fault.kind == "reset":
            raise HangUp
        if fault.kind == "slow":
            await self.account.sleep(fault.seconds)
        response = await self._do(call, receive)
        if fault.kind == "lost":
            raise HangUp
        return truncated(response) if fault.kind == "truncated" else response

    async def _do(self, call: Call, receive: Receive) -> Response:
        try:
            _check_source(call)
            answer = carry_out(replace(call, body=await _read_body(call, receive)), self.account)
        except Refused as refused:
            # 500 is what Litmos answers to a body it cannot read, and then with a page
            return error_page() if refused.status == 500 else refusal(refused.status, refused.detail)  # noqa: PLR2004 - a status
        if answer.body is None:
            return Response(status_code=answer.status)
        return written(answer.body, answer.status, as_json=call.wants_json)


def _check_source(call: Call) -> None:
    source = call.query.get("source", "")
    if not source.strip():
        raise Refused(400, "source is required")
    if len(source) > LONGEST_SOURCE:
        raise Refused(400, f"source is longer than {LONGEST_SOURCE} characters")


def _read_call(scope: Scope, account: Account) -> Call:
    """The path is split before it is decoded, so that %2F in a user name does not divide it."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    above = len(scope.get("root_path", "").strip("/").split("/"))
    segments = raw.decode("ascii").removeprefix("/").split("/")[above:]
    return Call(
        method=scope["method"],
        segments=tuple(unquote(segment) for segment in segments),
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        at=account.clock(),
    )


async def _read_body(call: Call, receive: Receive) -> bytes:
    length = call.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise Refused(413, "Request Entity Too Large")
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HangUp  # half a body must never be taken for a whole one
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            raise Refused(413, "Request Entity Too Large")
    return body


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Reset the connection if the server can, else fail as a client's own connection would."""
    reset = scope.get("extensions", {}).get(RESET)
    if reset is None:
        raise ConnectionResetError("reset by the demo Litmos")
    reset()
    # the server expects an answer until it has noticed that nobody is there any more
    while (await receive())["type"] != "http.disconnect":
        pass
