"""What serves one workspace, and the workspaces there are: one by a token, or each that installed the app."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.announcing import Announcing
from bot.changes import Changes
from bot.commands import Commands
from bot.following import Following
from bot.home import Home
from bot.identity import Presence
from bot.nudging import Nudging
from bot.people import People
from bot.settings import SlackSettings
from bot.tasks import Tasks
from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job

__all__ = ["Sleep", "Workspace", "Workspaces"]

Sleep = Callable[[float], Awaitable[None]]


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
    followed: set[str] = field(default_factory=set)
    _known: dict[str, Workspace] = field(default_factory=dict)

    def at(self, team: str, token: str) -> Workspace:
        """That of a team; anew when its token is another."""
        known = self._known.get(team)
        if known is None or known.token != token:
            known = self._known[team] = self._furnished(team, token)
        return known

    def forget(self, team: str) -> None:
        """The app was taken away there."""
        self._known.pop(team, None)

    def _furnished(self, team: str, token: str) -> Workspace:
        client = self.connect(token)
        presence = Presence(client, self.desk, team, self.settings.email_domains)
        people = People(client, presence)

        async def follow(user: str, actor: Actor, job: Job) -> None:
            await following.tell(user, actor, job)

        changes = Changes(client, self.desk, presence, people, self.tasks, follow, self.sleep)
        following = Following(client, self.desk, presence, changes, self.tasks, self.sleep, self.followed)
        nudging = Nudging(presence, changes)
        commands = Commands(self.desk, presence, people, changes, nudging, self.tasks)
        announcing = Announcing(client, presence, changes)
        home = Home(client, self.desk, presence)
        return Workspace(token, presence, changes, commands, home, announcing, following, nudging)
