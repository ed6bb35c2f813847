"""What reaches somebody who has not asked: messages, and proposals of assistants with the plan, Approve and Reject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.blocks import Block
from bot.changes import Changes
from bot.identity import FACE, FAILURES, Presence, Who, said, unavailable
from bot.modal import Modal
from litmos.desk.actor import Actor
from litmos.desk.approving import Asked
from litmos.errors import LitmosError, NotAllowed, NotFound, Unavailable
from litmos.log import logger

__all__ = ["Announcing"]

LOG = logger("bot")
NOT_TO_THEM = {"channel_not_found", "user_not_found", "user_disabled", "cannot_dm_bot", "messages_tab_disabled"}


@dataclass
class Announcing:
    """Tells somebody of a proposal in one workspace. Who cannot be found has the terminal: `litmos approve`."""

    client: AsyncWebClient
    presence: Presence
    changes: Changes

    async def bring(self, user: str, text: str, content: Sequence[Block]) -> bool:
        """Send somebody who is here a message of blocks; False where they take none.

        Raises Unavailable; `perhaps_done` is set where Slack may have taken it.
        """
        try:
            await self.client.chat_postMessage(channel=user, text=text, blocks=content)
        except SlackApiError as error:
            if said(error) in NOT_TO_THEM:
                return False
            after_all = error.response.status_code >= 500  # noqa: PLR2004 - its own failure
            raise Unavailable(f"Slack did not take a message ({said(error)}).", perhaps_done=after_all) from None
        except FAILURES as error:
            after_all = not isinstance(error, aiohttp.ClientConnectorError)
            raise Unavailable(f"Slack did not answer ({said(error)}).", perhaps_done=after_all) from None
        return True

    async def propose(self, user: str, asked: Asked) -> bool:
        """Bring somebody a proposal; as `bring`."""
        return await self.bring(user, f"An assistant asks in your name: {asked.heading}", views.proposal(asked))

    async def person(self, owner: str) -> tuple[str, Actor] | None:
        """Somebody of Litmos (by id) as a member of this workspace; None where they are not here."""
        user = await self._user(owner)
        return (user, await self.presence.actor(Who(self.presence.team, user))) if user else None

    async def approve(self, body: Mapping[str, Any], key: str) -> None:
        """The plan once more, in a modal, with what it takes to go on."""
        modal = await Modal.open(self.client, body["trigger_id"], views.working())
        await self.changes.ask_again(Who.of(body), modal, key)

    async def reject(self, body: Mapping[str, Any], key: str) -> None:
        """No: the key is worth nothing any more."""
        who = Who.of(body)
        try:
            await self.changes.desk.decline(await self.presence.actor(who), key)
            text = "Nothing was changed, and the proposal is gone."
        except LitmosError as error:
            text = str(error)
        await self.client.chat_postMessage(channel=who.user, text=text, blocks=views.told(text))

    async def found(self, owner: str) -> str:
        """Who somebody of Litmos (by id) is in this workspace, if they are here and still the same; empty otherwise.

        Raises Unavailable or Throttled where that cannot be said now.
        """
        try:
            email, identities = await self.changes.desk.reached(owner)
            here = f"{FACE}:{self.presence.team}/"
            users = [identity.removeprefix(here) for identity in identities if identity.startswith(here)]
            user = users[0] if users else await self._by_email(email)
            actor = await self.presence.actor(Who(self.presence.team, user)) if user else None
        except (NotAllowed, NotFound):
            return ""
        return user if actor is not None and actor.key == owner else ""

    async def _user(self, owner: str) -> str:
        try:
            return await self.found(owner)
        except LitmosError as error:
            LOG.info("bot.proposal.nobody", why=type(error).__name__)
            return ""

    async def _by_email(self, email: str) -> str:
        try:
            found = await self.client.users_lookupByEmail(email=email)
        except FAILURES as error:
            if said(error) == "users_not_found":
                return ""
            raise unavailable(error) from None
        return str(found["user"]["id"])
