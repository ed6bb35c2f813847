"""What serves one workspace, and the workspaces there are: one by a token, or each that installed the app."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

from slack_sdk.web.async_client import AsyncWebClient

from bot.announcing import Announcing
from bot.changes import Changes
from bot.commands import Commands
from bot.following import Following
from bot.home import Home
from bot.identity import Presence
from bot.keeping import Keeping
from bot.nudging import Nudging
from bot.people import People
from bot.settings import SlackSettings
from bot.tasks import Tasks
from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from litmos.errors import LitmosError

__all__ = ["Sleep", "Teams", "Workspace", "Workspaces"]

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
Teams = Callable[[], Awaitable[Sequence[tuple[str, str]]]]
"""Tells every team that has the app, with its token."""


@dataclass(frozen=True)
class Workspace:
    """The team where the app is installed, and everything that answers there."""

    token: str = field(repr=False)
    presence: Presence
    changes: Changes
    commands: Commands
    home: Home
    announcing: Announcing
    following: Following
    nudging: Nudging


@dataclass
class Workspaces:
    """Furnished when they are first needed: nothing is asked of anybody for it. `connect` makes a client of a token."""

    connect: Callable[[str], AsyncWebClient]
    desk: Desk
    settings: SlackSettings
    tasks: Tasks
    sleep: Sleep
    keeping: Keeping = field(init=False)
    _known: dict[str, Workspace] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keeping = Keeping(self.desk, uuid4().hex)

    def at(self, team: str, token: str) -> Workspace:
        """That of a team; anew when its token is another."""
        known = self._known.get(team)
        if known is None or known.token != token:
            known = self._known[team] = self._furnished(team, token)
        return known

    async def first(self, teams: Teams, person: str, do: Callable[[Workspace, str], Awaitable[T | None]]) -> T | None:
        """What comes of it in the first workspace where a person of Litmos (by id) is, and where anything does.

        One that does not say whether they are there keeps nobody from being reached in another; only for who is
        nowhere else is that raised.
        """
        silent: LitmosError | None = None
        for team, token in await teams():
            place = self.at(team, token)
            try:
                user = await place.announcing.found(person)
            except LitmosError as error:
                silent = silent or error
                continue
            if user and (done := await do(place, user)) is not None:
                return done
        if silent:
            raise silent
        return None

    def forget(self, team: str) -> None:
        """The app was taken away there."""
        self._known.pop(team, None)

    def _furnished(self, team: str, token: str) -> Workspace:
        client = self.connect(token)
        presence = Presence(client, self.desk, team, self.settings.email_domains)
        people = People(client, presence)

        async def follow(user: str, actor: Actor, job: Job) -> None:
            await following.tell_of(user, actor, job)

        changes = Changes(client, self.desk, presence, people, self.tasks, follow, self.sleep)
        following = Following(client, self.desk, presence, changes, self.tasks, self.sleep, self.keeping)
        nudging = Nudging(presence, changes)
        commands = Commands(self.desk, presence, people, changes, nudging, self.tasks)
        announcing = Announcing(client, presence, changes)
        home = Home(client, self.desk, presence)
        return Workspace(token, presence, changes, commands, home, announcing, following, nudging)
