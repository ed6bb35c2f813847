"""Proposals of assistants reach the person they wait for: as a message with the plan, Approve and Reject."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.changes import Changes
from bot.identity import FACE, FAILURES, Presence, Who, said, unavailable
from bot.modal import Modal
from litmos.desk.actor import Actor
from litmos.desk.approving import Asked
from litmos.errors import LitmosError, NotAllowed, NotFound
from litmos.log import logger

__all__ = ["Announcing"]

LOG = logger("bot")


@dataclass
class Announcing:
    """Tells somebody of a proposal in one workspace. Who cannot be found has the terminal: `litmos approve`."""

    client: AsyncWebClient
    presence: Presence
    changes: Changes

    async def tell(self, owner: str, asked: Asked) -> bool:
        """Send a proposal to its person; False where they are not here."""
        user = await self._user(owner)
        if user:
            text = f"An assistant asks in your name: {asked.heading}"
            await self.client.chat_postMessage(channel=user, text=text, blocks=views.proposal(asked))
        return bool(user)

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
