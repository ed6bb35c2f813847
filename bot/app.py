"""The bot: what Slack may deliver, and who does something about it. The same over HTTP and Socket Mode."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

from bot import forms, group, nudging, progress, views, wishes
from bot.commands import CHANGES
from bot.home import REFRESH
from bot.identity import FACE, Who
from bot.installing import Installations
from bot.parse import UsageError, Verb, parse, usage
from bot.questions import ASK, Question
from bot.tasks import Tasks
from bot.workspace import Workspace, Workspaces
from litmos.desk.cache import Cache
from litmos.desk.jobs import Job
from litmos.hidden import Hidden
from litmos.log import logger

__all__ = ["Bot", "build", "build_for_all", "report"]

LOG = logger("bot")
NOT_INSTALLED = "Litmos is not installed in this workspace (any more). Ask an administrator of it to install the app."


At = Callable[[AsyncBoltContext], Workspace]
"""The workspace that a delivery belongs to."""


@dataclass(frozen=True)
class Bot:
    """`app` takes deliveries, `tasks` holds the work after their acks. `tell` is to be called now and then."""

    app: AsyncApp
    tasks: Tasks
    workspaces: Workspaces
    teams: Callable[[], Awaitable[Sequence[tuple[str, str]]]]
    """Every team that has the app, with its token."""
    flow: AsyncOAuthFlow | None = None
    """Where workspaces install the app by themselves: the pages for it."""

    async def pick_up(self) -> None:
        """Tell people of their jobs that another process has begun, or this one in an earlier life."""
        if not self.workspaces.desk.has_jobs:
            return
        keeper = await self.workspaces.desk.operator(FACE, "")
        for job in await self.workspaces.desk.jobs(keeper):
            if job.goes_on and job.id not in self.workspaces.followed:
                await self._tell_of(job)
                self.workspaces.followed.add(job.id)  # also if they are not here: they would be looked for again

    async def _tell_of(self, job: Job) -> None:
        for team, token in await self.teams():
            place = self.workspaces.at(team, token)
            if found := await place.announcing.person(job.owner):
                await place.following.tell(*found, job)
                return

    async def tell(self) -> None:
        """Bring proposals of assistants to their people, wherever they are; each once."""
        untold = await self.workspaces.desk.untold()
        for owner, asked in untold:
            for team, token in await self.teams():
                if await self.workspaces.at(team, token).announcing.tell(owner, asked):
                    break


def _about_tokens(record: logging.LogRecord) -> bool:
    """Bolt reads SLACK_BOT_TOKEN by itself and warns that it does not use it: nobody can do anything about that."""
    return "SLACK_BOT_TOKEN" not in record.getMessage()


async def report(error: Exception) -> None:
    """What failed after an ack: nobody but the log can be told."""
    LOG.error("bot.job.failed", kind=type(error).__name__, exc_info=error)


async def _failed(error: Exception) -> BoltResponse:
    """Slack would only show a failure of its own; ours is in the log."""
    if isinstance(error, BoltUnhandledRequestError):
        LOG.info("bot.nobody", kind=type(error).__name__)  # another event, or a button of an older version
    else:
        LOG.error("bot.failed", kind=type(error).__name__, exc_info=error)
    return BoltResponse(status=200, body="")


def build(workspaces: Workspaces, *, team: str, token: str) -> Bot:
    """A bot for one workspace: nothing has to be asked of Slack before an ack. Who may do what is judged later.

    Args:
        workspaces: What serves them.
        team: The id of the workspace where the app is installed; nobody else may use it.
        token: The bot's, there.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:  # noqa: ARG001 - by name
        return AuthorizeResult(enterprise_id=None, team_id=team, bot_token=token)

    async def teams() -> Sequence[tuple[str, str]]:
        return [(team, token)]

    return _built(workspaces, authorize, teams)


def build_for_all(workspaces: Workspaces, installations: Installations, flow: AsyncOAuthFlow) -> Bot:
    """A bot for every workspace that installs the app."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await installations.authorize(enterprise_id, team_id)  # Bolt looks at names: a method's self is one

    bot = replace(_built(workspaces, authorize, installations.teams), flow=flow)

    @bot.app.event("app_uninstalled")
    async def uninstalled(context: AsyncBoltContext) -> None:
        bot.tasks.start(gone(context))

    @bot.app.event("tokens_revoked")
    async def revoked(context: AsyncBoltContext) -> None:
        bot.tasks.start(gone(context))

    async def gone(context: AsyncBoltContext) -> None:
        team = str(context.team_id)
        workspaces.forget(team)
        await installations.remove(team)

    return bot


def _built(
    workspaces: Workspaces,
    authorize: Callable[..., Awaitable[AuthorizeResult | None]],
    teams: Callable[[], Awaitable[Sequence[tuple[str, str]]]],
) -> Bot:
    settings, tasks = workspaces.settings, workspaces.tasks
    secret = Hidden(settings.signing_secret.get_secret_value()) if settings.signing_secret else None
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_about_tokens)
    app = AsyncApp(
        client=workspaces.connect(""),
        signing_secret=secret,
        authorize=authorize,  # type: ignore[arg-type]  # None is Bolt's own way to say: not installed there
        raise_error_for_unhandled_request=True,
        user_facing_authorize_error_message=NOT_INSTALLED,
    )
    # It would log whole bodies whose signature is wrong; Bolt sets its level when the app is made.
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)

    def at(context: AsyncBoltContext) -> Workspace:
        found = context.authorize_result
        if found is None or found.team_id is None or found.bot_token is None:
            raise LookupError("a delivery without a workspace")
        return workspaces.at(found.team_id, found.bot_token)

    _take_commands(app, at, tasks, settings.command)
    _take_views(app, at, tasks)
    _take_forms(app, at)
    _take_answers(app, at, tasks)
    _take_questions(app, at, tasks)
    _take_exports(app, at, tasks)
    nudging.take(app, at, tasks)
    _take_events(app, at, tasks)
    app.error(_failed)
    return Bot(app, tasks, workspaces, teams)


def _take_commands(app: AsyncApp, at: At, tasks: Tasks, name: str) -> None:
    @app.command(name)
    async def typed(ack: Any, body: dict[str, Any], respond: Any, context: AsyncBoltContext) -> None:
        try:
            command = parse(body.get("text", ""))
        except UsageError as error:
            await ack(response_type="ephemeral", text=str(error).replace("/litmos", name))
            return
        if command.verb is Verb.HELP:
            await ack(response_type="ephemeral", text=usage(command=name))
            return
        await ack()
        who, place = Who.of(body), at(context)
        if command.verb is Verb.NUDGE:
            tasks.start(place.nudging.ask(who, command, body["trigger_id"]))
        elif command.verb in CHANGES:
            tasks.start(place.commands.change(who, command, body["trigger_id"]))
        else:
            tasks.start(place.commands.look(who, command, respond))


def _take_views(app: AsyncApp, at: At, tasks: Tasks) -> None:
    @app.view(views.CONFIRM)
    async def agreed(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await at(context).changes.submitted(ack, body)

    @app.view_closed(views.CONFIRM)
    async def closed(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).changes.closed(body))

    @app.action(progress.STOP)
    async def stop(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).following.stop(body, action["value"]))

    @app.action(progress.REST)
    async def rest(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).following.rest(body, action["value"]))

    @app.action(views.UNDO)
    async def undo(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        receipt = int(action["value"])
        await ack()
        tasks.start(at(context).changes.undo(body, receipt))

    for place in range(2):

        @app.action(f"{views.PAGE}-{place}")
        async def turned(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
            await ack()
            tasks.start(at(context).changes.turned(body, action["value"]))


def _take_forms(app: AsyncApp, at: At) -> None:
    @app.view(forms.FORM)
    async def filled(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await at(context).changes.filled_in(ack, body)

    @app.view(forms.CHOOSE)
    async def chose(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await at(context).changes.chose(ack, body)

    @app.options(forms.TRAINING)
    async def letters(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack(options=await at(context).changes.offered(Who.of(body), body.get("value", "")))


def _take_questions(app: AsyncApp, at: At, tasks: Tasks) -> None:
    @app.action(re.compile(f"{ASK}(-[0-9]+)?"))
    async def asked(
        ack: Any, body: dict[str, Any], action: dict[str, Any], respond: Any, context: AsyncBoltContext
    ) -> None:
        question = Question.of(action["value"])  # before the ack: nothing may be raised after it
        await ack()
        if "view" in body:
            tasks.start(at(context).commands.in_modal(body, question))
        else:
            tasks.start(at(context).commands.again(Who.of(body), question, respond))

    @app.action(re.compile(f"{wishes.SHOW}(-[0-9]+)?"))
    async def show(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).commands.in_modal(body, Question(Verb.MINE)))


def _take_exports(app: AsyncApp, at: At, tasks: Tasks) -> None:
    @app.action(group.EXPORT)
    async def export(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).commands.export(body, action["value"]))


def _take_answers(app: AsyncApp, at: At, tasks: Tasks) -> None:
    @app.action(views.APPROVE)
    async def approve(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).announcing.approve(body, action["value"]))

    @app.action(views.REJECT)
    async def reject(ack: Any, body: dict[str, Any], action: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).announcing.reject(body, action["value"]))


def _take_events(app: AsyncApp, at: At, tasks: Tasks) -> None:
    seen: Cache[str, str] = Cache(time.monotonic)  # Slack delivers again what it believes lost

    @app.event("app_home_opened")
    async def opened(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        name = body.get("event_id", "")
        again = seen.get(name)
        seen.put(name, "opened")
        if event.get("tab") == "home" and not again:
            tasks.start(at(context).home.publish(Who.of(body)))

    @app.event("user_change")
    async def changed(body: dict[str, Any], event: dict[str, Any], context: AsyncBoltContext) -> None:
        at(context).presence.forget(Who(body.get("team_id", ""), event["user"]["id"]))

    @app.action(REFRESH)
    async def refresh(ack: Any, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        tasks.start(at(context).home.publish(Who.of(body)))
