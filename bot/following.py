"""Jobs in Slack: a message that edits itself while one goes on, and says at its end what came of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import progress, views
from bot.changes import Changes
from bot.identity import Presence, Who
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
    """Tells people how their jobs go. `followed`: by id, those that have a message of this process."""

    client: AsyncWebClient
    desk: Desk
    presence: Presence
    changes: Changes
    tasks: Tasks
    sleep: Callable[[float], Awaitable[None]]
    followed: set[str]

    async def tell(self, user: str, actor: Actor, job: Job) -> None:
        """A message to somebody about their job, kept up to date from now on."""
        if job.id in self.followed:
            return
        self.followed.add(job.id)
        sent = await self.client.chat_postMessage(channel=user, text=progress.line(job), blocks=progress.message(job))
        self.tasks.watch(self._follow(actor, job, str(sent["channel"]), str(sent["ts"])))

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
            await self._show(body["channel"]["id"], message["ts"], now)

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

    async def _follow(self, actor: Actor, job: Job, channel: str, ts: str) -> None:
        while job.goes_on:
            await self.sleep(EVERY)
            try:
                now = await self.desk.job(actor, job.id)
            except LitmosError as error:
                LOG.info("bot.job.unseen", why=type(error).__name__)
                continue
            if now != job:
                job = now
                await self._show(channel, ts, job)

    async def _show(self, channel: str, ts: str, job: Job) -> None:
        try:
            await self.client.chat_update(channel=channel, ts=ts, text=progress.line(job), blocks=progress.message(job))
        except SlackApiError as error:  # the next look shows more anyway
            LOG.info("bot.job.not_shown", said=error.response.get("error", ""))
