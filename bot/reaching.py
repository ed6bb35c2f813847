"""Brings people in Slack what the Desk tells them unasked: in whichever workspace they are, to nobody but them."""

from dataclasses import dataclass

from bot import blocks, messages
from bot.workspace import Teams, Workspace, Workspaces
from litmos.desk.messages import Message

__all__ = ["Reaching"]

LONGEST = 3000  # characters of the line in a notification


@dataclass
class Reaching:
    """The bot as a `Messenger`."""

    workspaces: Workspaces
    teams: Teams

    async def tell(self, person: str, message: Message) -> bool:
        """See `Messenger`. `perhaps_done` is set where Slack may have taken it."""
        text = blocks.cut(blocks.escape(message.heading), LONGEST)
        body = messages.message(message)

        async def brought(place: Workspace, user: str) -> bool | None:
            return await place.announcing.bring(user, text, body) or None

        return bool(await self.workspaces.first(self.teams, person, brought))

    async def zone(self, person: str) -> str | None:
        """See `Messenger`."""

        async def told(place: Workspace, user: str) -> str:
            return await place.presence.zone(user) or "UTC"

        return await self.workspaces.first(self.teams, person, told)
