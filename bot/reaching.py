"""Brings people in Slack what the Desk tells them unasked: in whichever workspace they are, to nobody but them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

from bot import blocks, messages
from bot.workspace import Workspace, Workspaces
from litmos.desk.messages import Message
from litmos.errors import LitmosError, Unavailable

__all__ = ["Reaching"]

NOT_TO_THEM = {"channel_not_found", "user_not_found", "user_disabled", "cannot_dm_bot", "messages_tab_disabled"}
LONGEST = 3000  # characters of the line in a notification

T = TypeVar("T")


@dataclass
class Reaching:
    """The bot as a `Messenger`. `teams`: every team that has the app, with its token."""

    workspaces: Workspaces
    teams: Callable[[], Awaitable[Sequence[tuple[str, str]]]]

    async def tell(self, person: str, message: Message) -> bool:
        """See `Messenger`. `perhaps_done` is set where Slack may have taken it."""
        text = blocks.cut(blocks.escape(message.heading), LONGEST)
        body = messages.message(message)

        async def brought(place: Workspace, user: str) -> bool | None:
            try:
                await place.announcing.client.chat_postMessage(channel=user, text=text, blocks=body)
            except SlackApiError as error:
                if error.response.get("error") in NOT_TO_THEM:
                    return None
                said = f"Slack did not take a message ({error.response.get('error', 'unknown')})."
                raise Unavailable(said, perhaps_done=error.response.status_code >= 500) from None  # noqa: PLR2004 - its own
            except (TimeoutError, aiohttp.ClientError) as error:
                said = f"Slack did not answer ({type(error).__name__})."
                raise Unavailable(said, perhaps_done=not isinstance(error, aiohttp.ClientConnectorError)) from None
            return True

        return bool(await self._first(person, brought))

    async def zone(self, person: str) -> str | None:
        """See `Messenger`."""

        async def told(place: Workspace, user: str) -> str:
            return await place.presence.zone(user) or "UTC"

        return await self._first(person, told)

    async def _first(self, person: str, do: Callable[[Workspace, str], Awaitable[T | None]]) -> T | None:
        """What comes of it in the first workspace where they are, and where anything does.

        One that does not say whether they are there keeps nobody from being reached in another; only for who is
        nowhere else is that raised.
        """
        silent: LitmosError | None = None
        for team, token in await self.teams():
            place = self.workspaces.at(team, token)
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
