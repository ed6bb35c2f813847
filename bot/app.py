"""The bot: what Slack may deliver, and who does something about it. The same over HTTP and Socket Mode."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot import forms, views
from bot.announcing import Announcing
from bot.changes import Changes
from bot.commands import CHANGES, Commands
from bot.home import REFRESH, Home
from bot.identity import Presence, Who
from bot.jobs import Jobs
from bot.parse import UsageError, Verb, parse, usage
from bot.people import People
from bot.questions import ASK, Question
from bot.settings import SlackSettings
from litmos.desk.cache import Cache
from litmos.desk.desk import Desk
from litmos.log import logger

__all__ = ["Bot", "build"]

LOG = logger("bot")


class Bot:
    """`app` takes deliveries, `jobs` holds the work after their acks, `announcing` is asked now and then to `tell`."""

    def __init__(self, app: AsyncApp, jobs: Jobs, commands: Commands, announcing: Announcing) -> None:
        self.app, self.jobs, self.commands, self.announcing = app, jobs, commands, announcing


def _about_tokens(record: logging.LogRecord) -> bool:
    """Bolt reads SLACK_BOT_TOKEN by itself and warns that it does not use it: nobody can do anything about that."""
    return "SLACK_BOT_TOKEN" not in record.getMessage()


async def _report(error: Exception) -> None:
    LOG.error("bot.job.failed", kind=type(error).__name__, exc_info=error)


async def _failed(error: Exception) -> BoltResponse:
    """Slack would only show a failure of its own; ours is in the log."""
    LOG.error("bot.failed", kind=type(error).__name__)
    return BoltResponse(status=200, body="")


def build(
    client: AsyncWebClient,
    desk: Desk,
    settings: SlackSettings,
    *,
    team: str,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,  # noqa: TID251 - Bolt runs on asyncio
) -> Bot:
    """A bot for one workspace.

    Args:
        client: Of Slack's Web API, with the bot's token.
        desk: What answers and changes.
        settings: Of Slack.
        team: The id of the workspace where the app is installed; nobody else may use it.
        sleep: Waits so many seconds.
    """
    secret = settings.signing_secret.get_secret_value() if settings.signing_secret else None
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_about_tokens)
    app = AsyncApp(
        client=client,
        signing_secret=secret,
        authorize=_authorized(client, team),
        raise_error_for_unhandled_request=True,
    )
    # It would log whole bodies whose signature is wrong; Bolt sets its level when the app is made.
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)
    jobs = Jobs(_report)
    presence = Presence(client, desk, team, settings.email_domains)
    people = People(client, presence)
    changes = Changes(client, desk, presence, people, jobs, sleep)
    commands = Commands(desk, presence, people, changes, jobs)
    _take_commands(app, commands, jobs, settings.command)
    announcing = Announcing(client, desk, presence, changes)
    _take_views(app, changes, jobs)
    _take_forms(app, changes)
    _take_answers(app, announcing, jobs)
    _take_questions(app, commands, jobs)
    _take_events(app, Home(client, desk, presence), presence, jobs)

    app.error(_failed)
    return Bot(app, jobs, commands, announcing)


def _authorized(client: AsyncWebClient, team: str) -> Callable[..., Awaitable[AuthorizeResult]]:
    """One workspace, one token: nothing has to be asked of Slack before an ack. Who may do what is judged later."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:  # noqa: ARG001 - by name
        return AuthorizeResult(enterprise_id=None, team_id=team, bot_token=client.token)

    return authorize


def _take_commands(app: AsyncApp, commands: Commands, jobs: Jobs, name: str) -> None:
    @app.command(name)
    async def typed(ack: Any, body: dict[str, Any], respond: Any) -> None:
        try:
            command = parse(body.get("text", ""))
        except UsageError as error:
            await ack(response_type="ephemeral", text=str(error))
            return
        if command.verb is Verb.HELP:
            await ack(response_type="ephemeral", text=usage(command=name))
            return
        await ack()
        who = Who.of(body)
        work = (
            commands.change(who, command, body["trigger_id"])
            if command.verb in CHANGES
            else commands.look(who, command, respond)
        )
        jobs.start(work)


def _take_views(app: AsyncApp, changes: Changes, jobs: Jobs) -> None:
    @app.view(views.CONFIRM)
    async def agreed(ack: Any, body: dict[str, Any]) -> None:
        await changes.submitted(ack, body)

    @app.view_closed(views.CONFIRM)
    async def closed(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        jobs.start(changes.closed(body))

    @app.action(views.UNDO)
    async def undo(ack: Any, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        jobs.start(changes.undo(body, int(action["value"])))

    for place in range(2):

        @app.action(f"{views.PAGE}-{place}")
        async def turned(ack: Any, body: dict[str, Any], action: dict[str, Any]) -> None:
            await ack()
            jobs.start(changes.turned(body, action["value"]))


def _take_forms(app: AsyncApp, changes: Changes) -> None:
    @app.view(forms.FORM)
    async def filled(ack: Any, body: dict[str, Any]) -> None:
        await changes.filled_in(ack, body)

    @app.view(forms.CHOOSE)
    async def chose(ack: Any, body: dict[str, Any]) -> None:
        await changes.chose(ack, body)

    @app.options(forms.TRAINING)
    async def letters(ack: Any, body: dict[str, Any]) -> None:
        await ack(options=await changes.offered(Who.of(body), body.get("value", "")))


def _take_questions(app: AsyncApp, commands: Commands, jobs: Jobs) -> None:
    @app.action(re.compile(f"{ASK}(-[0-9]+)?"))
    async def asked(ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any) -> None:
        await ack()
        question = Question.of(action["value"])
        if "view" in body:
            jobs.start(commands.in_modal(body, question))
        else:
            jobs.start(commands.again(Who.of(body), question, respond))


def _take_answers(app: AsyncApp, announcing: Announcing, jobs: Jobs) -> None:
    @app.action(views.APPROVE)
    async def approve(ack: Any, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        jobs.start(announcing.approve(body, action["value"]))

    @app.action(views.REJECT)
    async def reject(ack: Any, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        jobs.start(announcing.reject(body, action["value"]))


def _take_events(app: AsyncApp, home: Home, presence: Presence, jobs: Jobs) -> None:
    seen: Cache[str, str] = Cache(time.monotonic)  # Slack delivers again what it believes lost

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        name = body.get("event_id", "")
        again = seen.get(name)
        seen.put(name, "opened")
        if event.get("tab") == "home" and not again:
            jobs.start(home.publish(Who.of(body)))

    @app.event("user_change")
    async def changed(body: dict[str, Any], event: dict[str, Any]) -> None:
        presence.forget(Who(body.get("team_id", ""), event["user"]["id"]))

    @app.action(REFRESH)
    async def refresh(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        jobs.start(home.publish(Who.of(body)))
