"""The bot: what Slack may deliver, and who does something about it. The same over HTTP and Socket Mode."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

from bot.deliveries import take
from bot.identity import FACE
from bot.installing import Installations
from bot.keeping import Place
from bot.tasks import Tasks
from bot.watched import WatchedApp
from bot.workspace import Teams, Workspace, Workspaces
from litmos.desk.approving import Asked
from litmos.desk.jobs import Job
from litmos.errors import LitmosError
from litmos.hidden import Hidden
from litmos.log import logger

__all__ = ["Bot", "build", "build_for_all", "report"]

LOG = logger("bot")
NOT_INSTALLED = "Litmos is not installed in this workspace (any more). Ask an administrator of it to install the app."


@dataclass(frozen=True)
class Bot:
    """`app` takes deliveries, `tasks` holds the work after their acks. `tell` is to be called now and then."""

    app: AsyncApp
    tasks: Tasks
    workspaces: Workspaces
    teams: Teams
    flow: AsyncOAuthFlow | None = None
    """Where workspaces install the app by themselves: the pages for it."""

    async def pick_up(self) -> None:
        """Tell people of jobs that nobody tells them of: begun by another face, or left by a process that died."""
        desk, keeping = self.workspaces.desk, self.workspaces.keeping
        if not desk.has_jobs:
            return
        left = await desk.notices.left()
        for job in await desk.jobs(await desk.operator(FACE, "")):
            if job.goes_on or job.id in left:
                async with keeping.taking(job.id) as place:
                    if place is not None:
                        await self._tell_of(job, place)

    async def _tell_of(self, job: Job, place: Place) -> None:
        """In the workspace of the message that there is, or of the first where they are."""
        for team, token in await self.teams():
            here = self.workspaces.at(team, token)
            if place.team in {"", team} and (found := await here.announcing.person(job.owner)):
                await here.following.tell(*found, job, place)
                return
        await self.workspaces.keeping.end(job.id)  # they are nowhere here, and would be looked for again and again

    async def tell(self) -> None:
        """Bring proposals of assistants to their people, wherever they are; each once.

        One that certainly did not arrive is brought at the next call.
        """
        desk = self.workspaces.desk
        for owner, asked in await desk.untold():

            async def brought(place: Workspace, user: str, asked: Asked = asked) -> bool | None:
                return await place.announcing.propose(user, asked) or None

            try:
                await self.workspaces.first(self.teams, owner, brought)
            except LitmosError as error:
                LOG.info("bot.proposal.nobody", why=type(error).__name__)
                if not error.perhaps_done:
                    await desk.tell_again(asked.key)


def _about_tokens(record: logging.LogRecord) -> bool:
    """Bolt reads SLACK_BOT_TOKEN by itself and warns that it does not use it: nobody can do anything about that."""
    return "`token`" not in record.getMessage()


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
    teams: Teams,
) -> Bot:
    settings, tasks = workspaces.settings, workspaces.tasks
    secret = Hidden(settings.signing_secret.get_secret_value()) if settings.signing_secret else None
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_about_tokens)
    app = WatchedApp(
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

    take(app, at, tasks, settings.command)
    app.error(_failed)
    return Bot(app, tasks, workspaces, teams)
