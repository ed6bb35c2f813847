"""One open modal, as the bot sees it: shown at once, filled later, and perhaps closed meanwhile."""

from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import blocks
from litmos.log import logger

__all__ = ["Modal"]

GONE = {"not_found", "hash_conflict", "expired_trigger_id", "exchanged_trigger_id"}


@dataclass
class Modal:
    """`view_id` is empty where none could be opened: then nothing is shown, and nothing fails."""

    client: AsyncWebClient
    view_id: str

    @classmethod
    async def open(cls, client: AsyncWebClient, trigger_id: str, view: dict[str, Any]) -> "Modal":
        """Show a first view; Slack allows it for three seconds after somebody did something."""
        try:
            opened = await client.views_open(trigger_id=trigger_id, view=view)
        except SlackApiError as error:
            _told_or_raised(error)
            return cls(client, "")
        return cls(client, opened["view"]["id"])

    async def show(self, view: dict[str, Any]) -> None:
        """Put another view in its place. That somebody closed it early is no failure."""
        if not self.view_id:
            return
        plainer = view | {"blocks": blocks.plainly(view["blocks"])}
        try:
            await self.client.views_update(view_id=self.view_id, view=view)
        except SlackApiError as error:
            if view != plainer and blocks.newer_refused(error.response.get("error", "")):
                await self.show(plainer)
            else:
                _told_or_raised(error)


def _told_or_raised(error: SlackApiError) -> None:
    said = error.response.get("error", "")
    if said not in GONE:
        raise error
    logger("bot").info("bot.modal.gone", said=said)
