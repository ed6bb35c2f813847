"""Changes in Slack: asked in a modal, carried out by the Desk, told in the modal and in a message that stays."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.identity import Presence, Who
from bot.jobs import Jobs
from bot.modal import Modal
from litmos.desk.desk import Desk
from litmos.desk.outcome import Outcome
from litmos.desk.requests import Change, Undo
from litmos.errors import LitmosError

__all__ = ["Changes"]

ACK_FIRST = 0.3  # seconds; a view that is updated before Slack has the ack would be overwritten by it

Ack = Callable[..., Awaitable[Any]]


@dataclass
class Changes:
    """The way of a change through Slack. Identity is asked of Slack and of Litmos again at every step."""

    client: AsyncWebClient
    desk: Desk
    presence: Presence
    jobs: Jobs
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep  # noqa: TID251 - Bolt runs on asyncio

    async def ask(self, who: Who, modal: Modal, request: Change | Undo) -> None:
        """Plan a change and ask for the consent it needs, in a modal that is open already."""
        try:
            actor = await self.presence.actor(who, fresh=True)
            plan = await self.desk.plan(actor, request, waiting=self._waiting(modal))
            if not plan.changes:
                await modal.show(views.nothing(plan))
                return
            asked = await self.desk.propose(actor, plan)
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
        else:
            await modal.show(views.confirmation(asked))

    async def ask_again(self, who: Who, modal: Modal, key: str) -> None:
        """Show what waits under a key, to its actor."""
        try:
            asked = await self.desk.proposal(await self.presence.actor(who, fresh=True), key)
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
        else:
            await modal.show(views.confirmation(asked))

    async def submitted(self, ack: Ack, body: Mapping[str, Any]) -> None:
        """Somebody agreed: answer Slack in time, and carry out what the key stands for."""
        view = body["view"]
        block, wanted, typed = views.typed_word(view["state"]["values"])
        if wanted and typed.upper() != wanted:
            await ack(
                response_action="errors", errors={block: f"Type {wanted} to go on. Anything else changes nothing."}
            )
            return
        modal = Modal(self.client, view["id"])
        acked = asyncio.Event()
        self.jobs.start(self._carry_out(Who.of(body), modal, view["private_metadata"], typed, acked))
        await ack(response_action="update", view=views.working("Working…"))
        acked.set()

    async def closed(self, body: Mapping[str, Any]) -> None:
        """Somebody closed the question: its key is worth nothing any more."""
        with suppress(LitmosError):
            actor = await self.presence.actor(Who.of(body))
            await self.desk.decline(actor, body["view"]["private_metadata"])

    async def turned(self, body: Mapping[str, Any], value: str) -> None:
        """Another page of the question."""
        key, _, page = value.partition(" ")
        modal = Modal(self.client, body["view"]["id"])
        try:
            asked = await self.desk.proposal(await self.presence.actor(Who.of(body)), key)
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
        else:
            await modal.show(views.confirmation(asked, int(page)))

    async def undo(self, body: Mapping[str, Any], receipt: int) -> None:
        """The button beside an outcome: a new plan, asked like any other."""
        modal = await Modal.open(self.client, body["trigger_id"], views.working())
        await self.ask(Who.of(body), modal, Undo(receipt))

    async def _carry_out(self, who: Who, modal: Modal, key: str, word: str, acked: asyncio.Event) -> None:
        await acked.wait()
        await self.sleep(ACK_FIRST)
        try:
            actor = await self.presence.actor(who, fresh=True)
            outcome = await self.desk.approve(
                actor, key, by="slack modal", word=word, waiting=self._waiting(modal), progress=self._progress(modal)
            )
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
            return
        await modal.show(views.done(outcome))
        await self._message(who, outcome)

    async def _message(self, who: Who, outcome: Outcome) -> None:
        body = views.outcome_blocks(outcome)
        await self.client.chat_postMessage(channel=who.user, text=outcome.summary, blocks=body)

    def _waiting(self, modal: Modal) -> Callable[[float], None]:
        def waiting(seconds: float) -> None:
            self.jobs.start(modal.show(views.working(f"Waiting for Litmos, {seconds:.0f} s…")))

        return waiting

    def _progress(self, modal: Modal) -> Callable[[int, int], None]:
        def progress(done: int, total: int) -> None:
            if total > views.A_SECTION and done % views.A_SECTION == 0 and done < total:
                self.jobs.start(modal.show(views.working(f"{done} of {total} done…")))

        return progress
