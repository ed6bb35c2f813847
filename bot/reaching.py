"""Brings people in Slack what the Desk tells them unasked: in whichever workspace they are, to nobody but them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError

from bot import blocks, messages
from bot.workspace import Workspace, Workspaces
from litmos.desk.messages import Message
from litmos.errors import Unavailable

__all__ = ["Reaching"]

NOT_TO_THEM = {"channel_not_found", "user_not_found", "user_disabled", "cannot_dm_bot", "messages_tab_disabled"}
LONGEST = 3000  # characters of the line in a notification


@dataclass
class Reaching:
    """The bot as a `Messenger`. `teams`: every team that has the app, with its token."""

    workspaces: Workspaces
    teams: Callable[[], Awaitable[Sequence[tuple[str, str]]]]

    async def tell(self, person: str, message: Message) -> bool:
        """See `Messenger`. `perhaps_done` is set where Slack may have taken it."""
        found = await self._found(person)
        if found is None:
            return False
        place, user = found
        text = blocks.cut(blocks.escape(message.heading), LONGEST)
        try:
            await place.announcing.client.chat_postMessage(channel=user, text=text, blocks=messages.message(message))
        except SlackApiError as error:
            if error.response.get("error") in NOT_TO_THEM:
                return False
            said = f"Slack did not take a message ({error.response.get('error', 'unknown')})."
            raise Unavailable(said, perhaps_done=error.response.status_code >= 500) from None  # noqa: PLR2004 - its own
        except (TimeoutError, aiohttp.ClientError) as error:
            said = f"Slack did not answer ({type(error).__name__})."
            raise Unavailable(said, perhaps_done=not isinstance(error, aiohttp.ClientConnectorError)) from None
        return True

    async def zone(self, person: str) -> str | None:
        """See `Messenger`."""
        found = await self._found(person)
        return (await found[0].presence.zone(found[1]) or "UTC") if found else None

    async def _found(self, person: str) -> tuple[Workspace, str] | None:
        for team, token in await self.teams():
            place = self.workspaces.at(team, token)
            if user := await place.announcing.found(person):
                return place, user
        return None
