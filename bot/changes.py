"""Changes in Slack: asked in a modal, carried out by the Desk, told in the modal and in a message that stays."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import blocks, forms, views
from bot.forms import Draft
from bot.identity import Presence, Who
from bot.modal import Modal
from bot.parse import Command, Segment
from bot.people import People
from bot.tasks import Tasks
from litmos.desk.actor import Actor
from litmos.desk.answers import Training
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from litmos.desk.outcome import Outcome
from litmos.desk.requests import Change, FindTraining, Undo
from litmos.errors import Ambiguous, LitmosError, NotFound

__all__ = ["Changes"]

ACK_FIRST = 0.3  # seconds; a view that is updated before Slack has the ack would be overwritten by it

OFFER = 2.2  # seconds for type-ahead; Slack waits three
OFFERED = 50  # trainings, for a few letters

Follow = Callable[[str, Actor, Job], Awaitable[None]]
"""Tells somebody (by their id in Slack) how their job goes."""

Ack = Callable[..., Awaitable[Any]]


@dataclass
class Changes:
    """The way of a change through Slack. Identity is asked of Slack and of Litmos again at every step."""

    client: AsyncWebClient
    desk: Desk
    presence: Presence
    people: People
    tasks: Tasks
    follow: Follow
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep  # noqa: TID251 - Bolt runs on asyncio

    async def ask_for(self, who: Who, modal: Modal, draft: Draft) -> None:
        """As `ask`; a name that could be several is asked about first."""
        try:
            await self._ask(who, modal, draft.request)
        except Ambiguous as several:
            try:
                await modal.show(forms.chooser(draft, several))
            except LitmosError as error:
                await modal.show(views.failed(str(error)))
        except LitmosError as error:
            await modal.show(views.failed(self.people.readable(str(error))))

    async def ask(self, who: Who, modal: Modal, request: Change | Undo) -> None:
        """Plan a change and ask for the consent it needs, in a modal that is open already."""
        try:
            await self._ask(who, modal, request)
        except LitmosError as error:
            await modal.show(views.failed(str(error)))

    async def _ask(self, who: Who, modal: Modal, request: Change | Undo) -> None:
        actor = await self.presence.actor(who, fresh=True)
        plan = await self.desk.plan(actor, request, waiting=self.waiting(modal))
        view = views.confirmation(await self.desk.propose(actor, plan)) if plan.changes else views.nothing(plan)
        await modal.show(view)

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
        await self._go_on(ack, self._carry_out(Who.of(body), modal, view["private_metadata"], typed), "Working…")

    async def filled_in(self, ack: Ack, body: Mapping[str, Any]) -> None:
        """Somebody filled in the form of a change: plan it in the same modal."""
        command = forms.filled(body["view"])
        if lacks := forms.missing(command):
            await ack(response_action="errors", errors=lacks)
            return
        modal = Modal(self.client, body["view"]["id"])
        await self._go_on(ack, self.begin(Who.of(body), modal, command), "Asking Litmos…")

    async def chose(self, ack: Ack, body: Mapping[str, Any]) -> None:
        """Somebody said which one they meant."""
        draft, modal = forms.chosen(body["view"]), Modal(self.client, body["view"]["id"])
        await self._go_on(ack, self.ask_for(Who.of(body), modal, draft), "Asking Litmos…")

    async def begin(self, who: Who, modal: Modal, command: Command) -> None:
        """Plan what was typed or filled in, and ask."""
        try:
            people = await self.people.named(command.people)
            training = await self._training(who, command.words)
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
        else:
            await self.ask_for(who, modal, Draft(command.verb, people, training, command.quiet))

    async def offered(self, who: Who, letters: str) -> list[dict[str, Any]]:
        """Training that goes on like these letters. Empty for strangers, for failures, and when it takes too long."""
        try:
            async with asyncio.timeout(OFFER):
                found = await self.desk.look(await self.presence.actor(who), FindTraining(letters, most=OFFERED))
        except (LitmosError, TimeoutError):
            return []
        return [blocks.option(_label(one), one.id) for one in found.training]

    async def _go_on(self, ack: Ack, work: Coroutine[Any, Any, None], words: str) -> None:
        """Answer a submission with a view that says so, and begin the work once Slack has it."""
        acked = asyncio.Event()

        async def later() -> None:
            await acked.wait()
            await self.sleep(ACK_FIRST)
            await work

        self.tasks.start(later())
        await ack(response_action="update", view=views.working(words))
        acked.set()

    async def _training(self, who: Who, segments: tuple[Segment, ...]) -> tuple[str, ...]:
        """Words without quotes are one name, or several codes."""
        named: list[str] = []
        for segment in segments:
            words = segment.text.split()
            whole = segment.quoted or len(words) == 1 or await self._is_training(who, segment.text)
            named += [segment.text] if whole else words
        return tuple(named)

    async def _is_training(self, who: Who, text: str) -> bool:
        try:
            found = await self.desk.look(await self.presence.actor(who), FindTraining(text, most=1))
        except NotFound:
            return False
        return bool(found.training) and not found.close

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

    async def _carry_out(self, who: Who, modal: Modal, key: str, word: str) -> None:
        try:
            actor = await self.presence.actor(who, fresh=True)
            outcome = await self.desk.approve(
                actor, key, by="slack modal", word=word, waiting=self.waiting(modal), progress=self._progress(modal)
            )
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
            return
        if isinstance(outcome, Job):
            await modal.show(views.started(outcome))
            await self.follow(who.user, actor, outcome)
            return
        await modal.show(views.done(outcome))
        await self._message(who, outcome)

    async def _message(self, who: Who, outcome: Outcome) -> None:
        body = views.outcome_blocks(outcome)
        await self.client.chat_postMessage(channel=who.user, text=outcome.summary, blocks=body)

    def waiting(self, modal: Modal) -> Callable[[float], None]:
        def waiting(seconds: float) -> None:
            self.tasks.start(modal.show(views.working(f"Waiting for Litmos, {seconds:.0f} s…")))

        return waiting

    def _progress(self, modal: Modal) -> Callable[[int, int], None]:
        def progress(done: int, total: int) -> None:
            if total > views.A_SECTION and done % views.A_SECTION == 0 and done < total:
                self.tasks.start(modal.show(views.working(f"{done} of {total} done…")))

        return progress


def _label(training: Training) -> str:
    return f"{training.name} ({training.code})" if training.code else training.name
