"""Serves the local Slack on the loopback address: the Web API, response_urls, and the WebSocket of Socket Mode."""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.demo.delivery import SocketDoor
from bot.demo.faults import Fault
from bot.demo.replying import reply
from bot.demo.slack import LocalSlack, Refusal
from bot.demo.web_api import answer

__all__ = ["application", "running"]

ANSWERED = frozenset({"ratelimited", "error", "slow", "broken"})
LARGEST = 1024 * 1024  # bytes

Sleep = Callable[[float], Awaitable[None]]


class Server:
    """The routes that an app calls."""

    def __init__(self, slack: LocalSlack, sockets: SocketDoor, sleep: Sleep) -> None:
        self._slack, self._sockets, self._sleep = slack, sockets, sleep

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self.call),
            web.post("/response/{name}", self.reply),
            web.post("/upload/{file}", self.upload),
            web.get("/socket", self._sockets.take),
        ]

    async def call(self, request: web.Request) -> web.Response:
        """A method of the Web API: arguments in the query, as a form, or as JSON."""
        method = request.match_info["method"]
        fault = self._slack.faults.take(method, ANSWERED)
        if fault and (broken := await self._wrong(fault)):
            return broken
        sent = await _sent(request)
        kind, _, credentials = request.headers.get("authorization", "").partition(" ")
        token = credentials.strip() if kind == "Bearer" else str(sent.pop("token", ""))
        if kind == "Basic":
            sent |= dict(zip(("client_id", "client_secret"), b64decode(credentials).decode().split(":"), strict=False))
        try:
            found: dict[str, Any] = {"ok": True} | answer(self._slack, method, token, sent, self._socket)
        except Refusal as refusal:
            found = {"ok": False, "error": refusal.error} | refusal.more
        scopes = ",".join(sorted(self._slack.workspace.scopes))
        return web.json_response(found, headers={"x-oauth-scopes": scopes})

    async def reply(self, request: web.Request) -> web.Response:
        """A post to a response_url."""
        try:
            reply(self._slack, request.match_info["name"], await request.json())
        except Refusal as refusal:
            return web.json_response({"ok": False, "error": refusal.error}, status=404)
        return web.Response(text="ok")

    async def upload(self, request: web.Request) -> web.Response:
        """What is in a file, once: of just the length that was announced."""
        file, content = self._slack.files.get(request.match_info["file"]), await request.read()
        if file is None or file.content is not None or len(content) != file.length:
            return web.Response(text="no such upload", status=400)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    def _socket(self) -> str:
        return f"{self._slack.address}/socket".replace("http", "ws", 1)

    async def _wrong(self, fault: Fault) -> web.Response | None:
        match fault.kind:
            case "ratelimited":
                headers = {"retry-after": f"{fault.seconds:.0f}"}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case "error":
                return web.json_response({"ok": False, "error": fault.error})
            case "broken":
                return web.Response(text="<html>Server error</html>", status=500, content_type="text/html")
            case _:
                await self._sleep(fault.seconds)
                return None


async def _sent(request: web.Request) -> dict[str, Any]:
    sent: dict[str, Any] = dict(request.query)
    if request.can_read_body:
        sent |= await request.json() if request.content_type == "application/json" else dict(await request.post())
    for name in ("view", "blocks"):
        if isinstance(sent.get(name), str):
            try:
                sent[name] = json.loads(sent[name])
            except ValueError:
                sent[name] = None
    return sent


def application(
    slack: LocalSlack,
    sockets: SocketDoor,
    *more: web.RouteDef,
    sleep: Sleep = asyncio.sleep,  # noqa: TID251 - aiohttp runs on asyncio
) -> web.Application:
    """The local Slack as a web application, with `more` routes beside its own. `sleep` is for the fault "slow"."""
    app = web.Application(client_max_size=LARGEST)
    app.add_routes([*Server(slack, sockets, sleep).routes(), *more])
    return app


@asynccontextmanager
async def running(slack: LocalSlack, sockets: SocketDoor, *more: web.RouteDef, port: int = 0) -> AsyncIterator[str]:
    """Serve on a loopback port (0: a free one) while the block runs; yields the address, without a slash."""
    runner = web.AppRunner(application(slack, sockets, *more), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        taken = runner.addresses[0][1]
        slack.address = f"http://127.0.0.1:{taken}"
        yield slack.address
    finally:
        await sockets.close()
        await runner.cleanup()
