"""The local Slack as one object: a workspace, what is on everybody's screen, and what the app did.

slack = LocalSlack(demo_workspace())
slack.door = some delivery              # how the app is reached: over HTTP, by a socket, or in process
ada = slack.person("UADA")              # types, presses, fills in, and sees
slack.calls, slack.violations           # what the app called, and where it broke Slack's limits
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.demo.faults import Faults
from bot.demo.screen import Message, Screen, View
from bot.demo.workspace import Workspace

__all__ = ["Call", "LocalSlack", "Refusal", "ReplyAddress"]

TRIGGER_SECONDS = 3
REPLIES, REPLY_SECONDS = 5, 1800
DEEPEST = 3  # modals, one above the other
NEWER = {"alert", "data_table", "data_visualization"}
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Refusal(Exception):
    """What the Web API answers instead of doing it: `ok` false, an error by its name, perhaps more about it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error, self.more = error, more


@dataclass(frozen=True, slots=True)
class Call:
    """Of the Web API."""

    method: str
    sent: dict[str, Any]


@dataclass
class ReplyAddress:
    """Behind a response_url: five posts in half an hour."""

    channel: str
    user: str
    until: float
    left: int = REPLIES
    ts: str = ""
    """The message it was pressed in, where it was one."""


@dataclass
class File:
    """What an app has uploaded; `channel` is empty until it is shared somewhere."""

    name: str
    length: int
    content: bytes | None = None
    title: str = ""
    channel: str = ""


@dataclass
class LocalSlack:
    """`clock` gives seconds since 1970; `chance` makes ids. `address` is where it is served, without a slash."""

    workspace: Workspace
    clock: Callable[[], float] = time.time
    chance: random.Random = field(default_factory=random.Random)
    address: str = ""
    app_token: str = "xapp-local-1"  # noqa: S105 - opens nothing but this
    client_id: str = "local-client"
    client_secret: str = "local-client-secret"  # noqa: S105 - as above
    signing_secret: str = "local-signing-secret"  # noqa: S105 - as above
    command: str = "/litmos"
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    replies: dict[str, ReplyAddress] = field(default_factory=dict)
    newer: bool = True
    """Whether it takes its newer blocks; not every Slack has them yet."""
    others: list[Workspace] = field(default_factory=list)
    """More workspaces, with people and tokens of their own."""
    version: int = 0
    """Goes up with everything that somebody could see."""
    _touched: asyncio.Event = field(default_factory=asyncio.Event)
    _screens: dict[str, Screen] = field(default_factory=dict)
    _triggers: dict[str, tuple[str, float, bool]] = field(default_factory=dict)

    def place_of(self, user: str) -> Workspace:
        """Where somebody is."""
        return next((place for place in self.others if user in place.users), self.workspace)

    def of_token(self, token: str) -> Workspace:
        """Whose bot token this is. Raises Refusal."""
        for place in (self.workspace, *self.others):
            if place.bot_token == token:
                return place
        raise Refusal("invalid_auth")

    def granted(self, code: str) -> Workspace:
        """Where somebody agreed to install the app, by the code that led them back, like `code-T1`. Raises Refusal."""
        for place in (self.workspace, *self.others):
            if code == f"code-{place.id}":
                return place
        raise Refusal("invalid_code")

    def touch(self) -> None:
        """Something can be seen that could not before."""
        self.version += 1
        self._touched.set()
        self._touched = asyncio.Event()

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait until something is so, looked at anew whenever something can be seen."""
        while not so():
            await self._touched.wait()

    def id(self, kind: str) -> str:
        """A new id, that begins with its kind."""
        return kind + "".join(self.chance.choices(LETTERS, k=10))

    def ts(self) -> str:
        """A new timestamp of a message: no two are the same."""
        self.touch()
        return f"{self.clock():.0f}.{self.version:06d}"

    def screen(self, user: str) -> Screen:
        return self._screens.setdefault(user, Screen())

    def seen_by(self, user: str, channel: str = "") -> list[Message]:
        """Messages, oldest first: those of channels, and those for them only."""
        own, channels = self.direct(user), self.place_of(user).channels
        return [
            one
            for one in self.messages
            if one.only_for in {"", user}
            and (one.channel == own or one.channel in channels)
            and channel in {"", one.channel}
        ]

    @staticmethod
    def direct(user: str) -> str:
        """The channel between somebody and the app."""
        return f"D{user}"

    def need_newer(self, blocks: list[dict[str, Any]], error: str = "invalid_blocks") -> None:
        """Raises Refusal where there is a newer block and this Slack has none."""
        if not self.newer and any(block.get("type") in NEWER for block in blocks):
            raise Refusal(error)

    def trigger(self, user: str) -> str:
        """What an action of somebody is worth: one view, within three seconds."""
        name = self.id("trigger-")
        self._triggers[name] = (user, self.clock() + TRIGGER_SECONDS, False)
        return name

    def spend(self, trigger: str) -> str:
        """Whose action this is; each is good once. Raises Refusal."""
        user, until, used = self._triggers.get(trigger, ("", 0.0, False))
        if not user:
            raise Refusal("invalid_trigger_id")
        if used:
            raise Refusal("exchanged_trigger_id")
        if self.clock() > until:
            raise Refusal("expired_trigger_id")
        self._triggers[trigger] = (user, until, True)
        return user

    def reply_address(self, channel: str, user: str, ts: str = "") -> str:
        """A new response_url."""
        name = self.id("R")
        self.replies[name] = ReplyAddress(channel, user, self.clock() + REPLY_SECONDS, ts=ts)
        return f"{self.address}/response/{name}"

    def show(self, user: str, payload: dict[str, Any]) -> View:
        """Another modal above the others. Raises Refusal when there are three already."""
        screen = self.screen(user)
        if len(screen.modals) >= DEEPEST:
            raise Refusal("push_limit_reached")
        view = View.new(self.id("V"), user, payload, self.id("h"))
        screen.modals.append(view)
        self.touch()
        return view

    def view(self, view_id: str) -> View:
        """An open modal or a home tab. Raises Refusal for one that was closed."""
        for screen in self._screens.values():
            for view in [*screen.modals, *([screen.home] if screen.home else [])]:
                if view.id == view_id:
                    return view
        raise Refusal("not_found")

    def publish(self, user: str, payload: dict[str, Any]) -> View:
        """A new home tab, with the id of the old one."""
        screen = self.screen(user)
        if screen.home is None:
            screen.home = View.new(self.id("V"), user, payload, self.id("h"))
        else:
            screen.home.become(payload, self.id("h"))
        self.touch()
        return screen.home
