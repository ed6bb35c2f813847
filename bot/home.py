"""App Home: somebody's own training at a glance."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot import blocks, replies
from bot.identity import Presence, Who
from litmos.desk.desk import Desk
from litmos.desk.requests import GetUserCourses, GetUserLearningPaths
from litmos.errors import LitmosError

__all__ = ["Home"]


@dataclass
class Home:
    """What it shows was asked as the person who looks at it."""

    client: AsyncWebClient
    desk: Desk
    presence: Presence

    async def publish(self, who: Who) -> None:
        """Read and show it."""
        try:
            actor = await self.presence.actor(who)
            mine = await self.desk.look(actor, GetUserCourses())
            reply = replies.my_training(mine, await self.desk.look(actor, GetUserLearningPaths()))
        except LitmosError as error:
            reply = replies.failure(str(error))
        refresh = blocks.actions("refresh", blocks.button("refresh", "Refresh"))
        await self.client.views_publish(user_id=who.user, view=blocks.home([*reply.blocks, refresh]))
