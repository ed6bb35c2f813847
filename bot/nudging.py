"""Nudges in Slack: asked in a modal as changes are, and what the people who get them answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot import views, wishes
from bot.changes import Changes
from bot.identity import Presence, Who
from bot.modal import Modal
from bot.parse import Command
from bot.replies import Reply, failure
from bot.tasks import Tasks
from litmos.desk.actor import Actor
from litmos.desk.reminders import NudgePlan
from litmos.desk.requests import Nudge
from litmos.errors import Ambiguous, LitmosError, NotFound

__all__ = ["Nudging", "take"]


@dataclass
class Nudging:
    """Plans nudges for those who lead, and does what those want who get them."""

    presence: Presence
    changes: Changes

    async def ask(self, who: Who, command: Command, trigger_id: str) -> None:
        """Open a modal at once, plan in it, and ask."""
        changes = self.changes
        modal = await Modal.open(changes.client, trigger_id, views.working())
        try:
            actor = await self.presence.actor(who, fresh=True)
            plan = await self._plan(actor, command, changes.waiting(modal))
            asked = await changes.desk.propose(actor, plan) if plan.changes else None
        except LitmosError as error:
            await modal.show(views.failed(changes.people.readable(str(error))))
        else:
            await modal.show(views.confirmation(asked) if asked else views.nothing(plan))

    async def wish(self, body: Mapping[str, Any], *, on: bool, days: int | None = None) -> None:
        """A button of somebody who gets reminders; the answer is a message that stays."""
        who = Who.of(body)
        try:
            reply = await self.wished(who, on=on, days=days)
        except LitmosError as error:
            reply = failure(str(error))
        await self.changes.client.chat_postMessage(channel=who.user, text=reply.text, blocks=list(reply.blocks))

    async def wished(self, who: Who, *, on: bool, days: int | None = None) -> Reply:
        """Keep what somebody wants. Raises LitmosError."""
        await self.changes.desk.wish_for_nudges(await self.presence.actor(who, fresh=True), on=on, days=days)
        return wishes.wished(on=on, days=days)

    async def _plan(self, actor: Actor, command: Command, waiting: Callable[[float], None]) -> NudgePlan:
        people = await self.changes.people.named(command.people)
        words = [one.text for one in command.words]
        if people or not words:
            return await self._planned(actor, Nudge(people, course=" ".join(words)), waiting)
        team, course = words[0], " ".join(words[1:])
        try:
            return await self._planned(actor, Nudge(team=team, course=course), waiting)
        except Ambiguous:
            raise
        except NotFound as no_team:
            if course:
                raise
            try:  # words alone may be a course, too: everybody whom the actor may nudge about it
                return await self._planned(actor, Nudge(course=team), waiting)
            except NotFound:
                raise no_team from None

    async def _planned(self, actor: Actor, request: Nudge, waiting: Callable[[float], None]) -> NudgePlan:
        return await self.changes.desk.plan_nudge(actor, request, waiting=waiting)


class Place(Protocol):
    """As much of a workspace as this takes."""

    @property
    def nudging(self) -> Nudging: ...


def take(app: AsyncApp, at: Callable[[AsyncBoltContext], Place], tasks: Tasks) -> None:
    """The buttons of a reminder, and those of the answers to them."""
    for action, on, days in (
        (wishes.STOP, False, None),
        (wishes.NOT_NOW, False, wishes.PAUSE),
        (wishes.ON, True, None),
    ):
        _take_wish(app, at, tasks, action, on=on, days=days)


def _take_wish(
    app: AsyncApp, at: Callable[[AsyncBoltContext], Place], tasks: Tasks, action: str, *, on: bool, days: int | None
) -> None:
    @app.action(re.compile(f"{action}(-[0-9]+)?"))
    async def pressed(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).nudging.wish(body, on=on, days=days))
