"""Jobs in Slack: a message that edits itself while one goes on, and says at its end what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import progress, views
from bot.changes import Changes
from bot.identity import Presence, Who
from bot.keeping import Keeping, Place
from bot.modal import Modal
from bot.tasks import Tasks
from litmos.desk.actor import Actor
from litmos.desk.desk import Desk
from litmos.desk.jobs import Job
from litmos.errors import LitmosError
from litmos.log import logger

__all__ = ["Following"]

EVERY = 3.0  # seconds between two looks; Slack takes about fifty edits a minute
LOG = logger("bot")


@dataclass
class Following:
    """Tells people how their jobs go. `keeping`: the messages of this process, in all workspaces."""

    client: AsyncWebClient
    desk: Desk
    presence: Presence
    changes: Changes
    tasks: Tasks
    sleep: Callable[[float], Awaitable[None]]
    keeping: Keeping

    async def tell_of(self, user: str, actor: Actor, job: Job) -> None:
        """As `tell`, unless somebody does already."""
        async with self.keeping.taking(job.id) as place:
            if place is not None:
                await self.tell(user, actor, job, place)

    async def tell(self, user: str, actor: Actor, job: Job, place: Place) -> None:
        """A message to somebody about their job, kept up to date from now on: that at a place, or a new one."""
        if place == Place():
            text, body = progress.line(job), progress.message(job)
            sent = await self.client.chat_postMessage(channel=user, text=text, blocks=body)
            place = Place(self.presence.team, str(sent["channel"]), str(sent["ts"]))
            await self.keeping.sent(job.id, place)
        else:
            await self._show(place, job)
        self.tasks.watch(self._follow(actor, job, place))

    async def stop(self, body: Mapping[str, Any], job: str) -> None:
        """The button beside it."""
        who = Who.of(body)
        try:
            now = await self.desk.stop_job(await self.presence.actor(who, fresh=True), job)
        except LitmosError as error:
            await self.client.chat_postMessage(channel=who.user, text=str(error), blocks=views.told(str(error)))
            return
        message = body.get("message") or {}
        if message.get("ts"):
            await self._show(Place(who.team, body["channel"]["id"], message["ts"]), now)

    async def rest(self, body: Mapping[str, Any], job: str) -> None:
        """What is left, as a new plan: asked like any other."""
        modal = await Modal.open(self.client, body["trigger_id"], views.working())
        who = Who.of(body)
        try:
            request = await self.desk.rest_of_job(await self.presence.actor(who, fresh=True), job)
        except LitmosError as error:
            await modal.show(views.failed(str(error)))
        else:
            await self.changes.ask(who, modal, request)

    async def _follow(self, actor: Actor, job: Job, place: Place) -> None:
        try:
            while job.goes_on:
                await self.sleep(EVERY)
                try:
                    if not await self.keeping.still(job.id):
                        return
                    now = await self.desk.job(actor, job.id)
                except LitmosError as error:
                    LOG.info("bot.job.unseen", why=type(error).__name__)
                    continue
                if now != job:
                    job = now
                    await self._show(place, job)
            await self.keeping.end(job.id)
        finally:
            self.keeping.drop(job.id)

    async def _show(self, place: Place, job: Job) -> None:
        text, body = progress.line(job), progress.message(job)
        try:
            await self.client.chat_update(channel=place.channel, ts=place.ts, text=text, blocks=body)
        except SlackApiError as error:  # the next look shows more anyway
            LOG.info("bot.job.not_shown", said=error.response.get("error", ""))
