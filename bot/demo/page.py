"""The page on which one tries the bot: choose who to be, type, press, fill in; beside it what arrived at Litmos."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from importlib.resources import files
from typing import Any

from aiohttp import web

from bot.demo.delivery import Door
from bot.demo.faults import Fault
from bot.demo.person import Cannot, Person
from bot.demo.screen import Message, View
from bot.demo.slack import LocalSlack

__all__ = ["Page", "Side"]

PARTS = {"": "text/html", "page.js": "text/javascript", "blocks.js": "text/javascript", "page.css": "text/css"}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data: https:"
WAIT = 20.0  # seconds that a page waits for news before it asks again

Side = Callable[[], Awaitable[dict[str, Any]]]
"""Gives what the panel beside the page shows: `requests` and `audit`, each rows of cells, newest first."""


class Page:
    """Its files and the few addresses that it calls."""

    def __init__(self, slack: LocalSlack, door: Door, side: Side) -> None:
        self._slack, self._door, self._side = slack, door, side

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/{part:(?:page\\.js|blocks\\.js|page\\.css)?}", self.part),
            web.get("/page/people", self.people),
            web.get("/page/screen", self.screen),
            web.get("/page/side", self.beside),
            web.post("/page/act", self.act),
            web.post("/page/faults", self.fault),
        ]

    async def part(self, request: web.Request) -> web.Response:
        name = request.match_info["part"]
        text = files("bot.demo").joinpath("page", name or "index.html").read_text("utf-8")
        headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
        return web.Response(text=text, content_type=PARTS[name], headers=headers)

    async def people(self, _: web.Request) -> web.Response:
        people = [
            {"id": one.id, "name": one.name, "real_name": one.real_name, "about": one.about} for one in self._known
        ]
        return web.json_response({"command": self._slack.command, "people": people})

    async def screen(self, request: web.Request) -> web.Response:
        """What somebody sees; at once if it is newer than `since`, else when it changes."""
        user, since = request.query.get("user", ""), request.query.get("since", "")
        if user not in self._slack.workspace.users:
            return _wrong(f"there is nobody with the id {user!r}")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._slack.until(lambda: str(self._slack.version) != since), WAIT)
        return web.json_response(self._screen(user))

    async def beside(self, _: web.Request) -> web.Response:
        return web.json_response(await self._side())

    async def act(self, request: web.Request) -> web.Response:
        """Do what somebody did on the page: `do`, as `user`, at `where`."""
        try:
            sent = await request.json()
            person = Person(self._slack, self._door, str(sent["user"]))
            return web.json_response(await self._acted(person, sent) or {})
        except Cannot as why:
            return _wrong(str(why))
        except (KeyError, TypeError, ValueError):
            return _wrong("that is nothing this page sends")

    async def fault(self, request: web.Request) -> web.Response:
        """Let something go wrong: a Fault's fields as JSON."""
        try:
            self._slack.faults.add(Fault(**await request.json()))
        except (TypeError, ValueError) as wrong:
            return _wrong(str(wrong))
        return web.Response(status=204)

    @property
    def _known(self) -> list[Any]:
        return [one for one in self._slack.workspace.users.values() if not one.deleted]

    def _screen(self, user: str) -> dict[str, Any]:
        screen = self._slack.screen(user)
        direct = self._slack.direct(user)
        return {
            "version": str(self._slack.version),
            "messages": [_message(one, direct) for one in self._slack.seen_by(user)],
            "modal": _view(screen.modal),
            "home": _view(screen.home),
            "trouble": screen.trouble,
        }

    async def _acted(self, person: Person, sent: dict[str, Any]) -> dict[str, Any] | None:
        if sent.get("values"):
            person.fills(**sent["values"])
        deeds: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "type": lambda: person.types(str(sent["text"])),
            "home": person.opens_home,
            "press": lambda: self._pressed(person, sent),
            "pick": lambda: self._pressed(person, sent),
            "submit": person.submits,
            "close": person.closes,
        }
        if sent["do"] == "suggest":
            return {"options": await person.suggested(sent["action"], str(sent["text"]))}
        await deeds[sent["do"]]()
        return None

    async def _pressed(self, person: Person, sent: dict[str, Any]) -> None:
        where = self._where(person, sent["where"])
        if sent["do"] == "pick":
            await person.picks(sent["action"], sent["value"], where)
        else:
            await person.presses(sent["action"], where, value=sent.get("value", ""))

    @staticmethod
    def _where(person: Person, where: str) -> View | Message:
        if where == "modal":
            return person.modal
        if where == "home":
            return person.home
        for message in person.messages():
            if message.ts == where:
                return message
        raise Cannot("that message is gone")


def _message(one: Message, direct: str) -> dict[str, Any]:
    where = "direct" if one.channel == direct else "channel"
    shown = {"ts": one.ts, "where": where, "text": one.text, "blocks": one.blocks, "user": one.user}
    return shown | {"only_you": bool(one.only_for)}


def _view(view: View | None) -> dict[str, Any] | None:
    if view is None:
        return None
    return {"id": view.id, "hash": view.hash, "view": view.payload, "state": view.state, "errors": view.errors}


def _wrong(text: str) -> web.Response:
    return web.json_response({"error": text}, status=400)
