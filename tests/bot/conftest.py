"""The bot on a demo Litmos and on a small Slack: as much of the Web API as the bot calls, strict about what it gets."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Bot, build
from bot.settings import SlackSettings
from litmos.api.client import Client, KeyAuth
from litmos.demo.clock import MovableClock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.store.audit import Audit
from litmos.store.links import Links
from litmos.store.proposals import Proposals
from litmos.store.state import State
from litmos.wiring import InProcess

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEAM = "T1"
SECRET = "a-signing-secret"

USERS: dict[str, dict[str, Any]] = {
    "UADA": {"email": "ada.marsh@example.com"},
    "ULENA": {"email": "lena.fischer@example.com"},
    "UNOOR": {"email": "noor.rahman@example.com"},
    "UTOMAS": {"email": "tomas.nunez@example.com"},
    "UNOBODY": {"email": "not.in.litmos@example.com"},
    "UGUEST": {"email": "ada.marsh@example.com", "is_restricted": True},
    "UALIEN": {"email": "ada.marsh@example.com", "team_id": "T9", "is_stranger": True},
    "UGONE": {"email": "ada.marsh@example.com", "deleted": True},
    "UBARE": {"email": ""},
}


def checked(blocks: list[dict[str, Any]], most: int) -> None:
    """Slack's limits, as far as the bot could reach them, and an id on every block."""
    assert 0 < len(blocks) <= most
    ids = [block["block_id"] for block in blocks]
    assert len(ids) == len(set(ids)) and all(ids)
    for block in blocks:
        kind: str = block["type"]
        match kind:
            case "section":
                assert 0 < len(block["text"]["text"]) <= 3000
            case "context":
                assert 0 < len(block["elements"]) <= 10
            case "divider" | "input":
                pass
            case "actions":
                actions = [element["action_id"] for element in block["elements"]]
                assert 0 < len(actions) <= 25 and len(actions) == len(set(actions))
                assert all(0 < len(element["text"]["text"]) <= 75 for element in block["elements"])
                assert all(len(element["value"]) <= 2000 for element in block["elements"])
            case _:
                raise AssertionError(f"the bot uses no {kind} blocks")


@dataclass
class SmallSlack:
    """What arrived, and what is on somebody's screen."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=lambda: {"S1": ["UADA", "UNOOR"], "S0": []})
    triggers: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)
    """Errors to answer, by method."""
    replied: asyncio.Event = field(default_factory=asyncio.Event)
    address: str = ""
    socket: str = ""

    def trigger(self) -> str:
        """What somebody's click is worth: one view, once."""
        name = f"trigger-{len(self.calls)}-{len(self.triggers)}"
        self.triggers.add(name)
        return name

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        sent: dict[str, Any] = dict(request.query)
        if request.can_read_body:
            sent |= await request.json() if request.content_type == "application/json" else dict(await request.post())
        sent = {
            name: json.loads(value) if name in {"view", "blocks"} and isinstance(value, str) else value
            for name, value in sent.items()
        }
        self.calls.append((method, sent))
        if error := self.broken.get(method):
            return web.json_response({"ok": False, "error": error})
        answer = getattr(self, method.replace(".", "_"))(sent)
        return web.json_response({"ok": "error" not in answer} | answer)

    async def reply(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert body["response_type"] == "ephemeral" and body["replace_original"] is False and body["text"]
        checked(body["blocks"], 50)
        self.replies.append(body)
        self.replied.set()
        return web.Response(text="ok")

    def auth_test(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": "UBOT", "bot_id": "B1"}

    def apps_connections_open(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.socket}

    def users_info(self, sent: dict[str, Any]) -> dict[str, Any]:
        user = USERS.get(sent["user"])
        if user is None:
            return {"error": "user_not_found"}
        flags = {name: value for name, value in user.items() if name != "email"}
        return {"user": {"id": sent["user"], "team_id": TEAM, "profile": {"email": user["email"]}} | flags}

    def users_lookupByEmail(self, sent: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the method's name
        found = [user for user, one in USERS.items() if one == {"email": sent["email"]}]
        return {"user": {"id": found[0]}} if found else {"error": "users_not_found"}

    def usergroups_users_list(self, sent: dict[str, Any]) -> dict[str, Any]:
        return (
            {"users": self.groups[sent["usergroup"]]}
            if sent["usergroup"] in self.groups
            else {"error": "no_such_subteam"}
        )

    def views_open(self, sent: dict[str, Any]) -> dict[str, Any]:
        if sent["trigger_id"] not in self.triggers:
            return {"error": "expired_trigger_id"}
        self.triggers.remove(sent["trigger_id"])
        return self._shown(f"V{len(self.views) + 1}", sent["view"])

    def views_update(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self._shown(sent["view_id"], sent["view"]) if sent["view_id"] in self.views else {"error": "not_found"}

    def views_publish(self, sent: dict[str, Any]) -> dict[str, Any]:
        checked(sent["view"]["blocks"], 100)
        self.homes[sent["user_id"]] = sent["view"]
        return {"view": sent["view"]}

    def chat_postMessage(self, sent: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the method's name
        assert sent["text"]
        checked(sent["blocks"], 50)
        self.messages.append(sent)
        return {"ts": "1.1"}

    def _shown(self, view_id: str, view: dict[str, Any]) -> dict[str, Any]:
        checked(view["blocks"], 100)
        assert len(view["title"]["text"]) <= 24 and len(view["private_metadata"]) <= 3000
        has_input = any(block["type"] == "input" for block in view["blocks"])
        assert "submit" in view or not has_input
        self.views[view_id] = view
        return {"view": {"id": view_id, "hash": "h"}}


@dataclass
class Person:
    """Somebody in Slack: types, submits, presses; all of it signed and delivered as Slack does."""

    user: str
    bot: Bot
    slack: SmallSlack
    team: str = TEAM

    async def types(self, text: str) -> str:
        """A command; returns what Slack shows at once."""
        body = {
            "command": "/litmos",
            "text": text,
            "team_id": self.team,
            "user_id": self.user,
            "trigger_id": self.slack.trigger(),
            "response_url": f"{self.slack.address}/reply",
            "api_app_id": "A1",
        }
        answer = await self._deliver(str(httpx.QueryParams(body)))
        return str(json.loads(answer).get("text", "")) if answer else ""

    async def submits(self, view_id: str, **typed: str) -> dict[str, Any]:
        """A modal; returns what Slack is told to do with it."""
        view = self.slack.views[view_id]
        values = {
            block["block_id"]: {
                block["element"]["action_id"]: {
                    "type": "plain_text_input",
                    "value": typed.get(block["element"]["action_id"]),
                }
            }
            for block in view["blocks"]
            if block["type"] == "input"
        }
        payload = {"type": "view_submission", "view": view | {"id": view_id, "state": {"values": values}}}
        answer = await self._interacts(payload)
        told: dict[str, Any] = json.loads(answer) if answer else {}
        return told

    async def closes(self, view_id: str) -> None:
        await self._interacts({"type": "view_closed", "view": self.slack.views[view_id] | {"id": view_id}})

    async def presses(self, action: dict[str, Any], *, view_id: str = "") -> None:
        payload: dict[str, Any] = {
            "type": "block_actions",
            "actions": [action | {"block_id": "x"}],
            "trigger_id": self.slack.trigger(),
        }
        if view_id:
            payload["view"] = self.slack.views[view_id] | {"id": view_id}
        await self._interacts(payload)

    async def opens_home(self, tab: str = "home") -> None:
        event = {"type": "app_home_opened", "user": self.user, "tab": tab}
        await self._deliver(
            json.dumps({"type": "event_callback", "team_id": self.team, "event_id": "E1", "event": event}),
            kind="application/json",
        )

    async def _interacts(self, payload: dict[str, Any]) -> str:
        whole = {"user": {"id": self.user, "team_id": self.team}, "team": {"id": TEAM}, "api_app_id": "A1", **payload}
        return await self._deliver(str(httpx.QueryParams({"payload": json.dumps(whole)})))

    async def _deliver(self, body: str, kind: str = "application/x-www-form-urlencoded") -> str:
        stamp = str(int(datetime.now(UTC).timestamp()))  # noqa: TID251 - Slack's libraries compare it with the real time
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
        headers: dict[str, str | Sequence[str]] = {
            "content-type": kind,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature,
        }
        response = await self.bot.app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
        assert response.status == 200
        await asyncio.wait_for(self.bot.jobs.drain(20), 30)
        return str(response.body or "")


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    stamina.instrumentation.set_on_retry_hooks([])
    with stamina.set_testing(True, attempts=4, cap=True):
        yield


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def sandbox(clock: MovableClock) -> Sandbox:
    return Sandbox(demo_world(NOW), clock=clock, limit=0)


@pytest.fixture
def books(tmp_path: Path, clock: MovableClock) -> Iterator[Books]:
    state = State(f"sqlite:///{tmp_path / 'state.sqlite'}")

    def seconds() -> float:
        return clock().timestamp()

    yield Books(Audit(state, clock=seconds), Proposals(state, clock=seconds), Links(state, clock=seconds))
    state.close()


@pytest.fixture
async def desk(sandbox: Sandbox, books: Books, clock: MovableClock) -> AsyncIterator[Desk]:
    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    key = KeyAuth(SecretStr(DEMO_KEY))
    transport = InProcess(app=sandbox.app)
    async with httpx.AsyncClient(base_url="https://demo.invalid/v1.svc", auth=key, transport=transport) as http:
        api = Client(http, key, source="tests")
        yield Desk(api, DeskSettings("demo"), books, now=clock, clock=lambda: clock().timestamp(), sleep=sleep)


@pytest.fixture
async def slack() -> AsyncIterator[SmallSlack]:
    small = SmallSlack()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", small.api)
    app.router.add_post("/reply", small.reply)
    async with TestServer(app) as server:
        small.address = str(server.make_url("")).rstrip("/")
        yield small


@pytest.fixture
async def bot(desk: Desk, slack: SmallSlack) -> Bot:
    client = AsyncWebClient(token="xoxb-1", base_url=f"{slack.address}/api/")
    settings = SlackSettings(bot_token=SecretStr("xoxb-1"), signing_secret=SecretStr(SECRET))

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)  # noqa: TID251 - only gives way

    return build(client, desk, settings, team=TEAM, sleep=at_once)


class People:
    """Everybody in this Slack, by their id."""

    def __init__(self, bot: Bot, slack: SmallSlack) -> None:
        self._bot, self._slack = bot, slack

    def __getitem__(self, user: str) -> Person:
        return Person(user, self._bot, self._slack, "T9" if user == "UALIEN" else TEAM)


@pytest.fixture
def people(bot: Bot, slack: SmallSlack) -> People:
    return People(bot, slack)
