"""Slack as a part of `litmos serve`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from slack_sdk.signature import SignatureVerifier

from bot.app import Bot
from bot.checking import slack_checks
from bot.serve import connected, deliveries, opened_bot
from bot.settings import SlackSettings
from bot.slackbot import Slackbot
from litmos.faces import Mounted, Offer, Place, Unwanted

__all__ = ["offer"]


def offer(environ: Mapping[str, str] | None = None) -> Offer | Unwanted:
    """What the SLACK_* settings in `environ` (None: of this process) ask for. Raises Misconfigured."""
    if not SlackSettings.wanted(environ):
        return Unwanted("set SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET")
    slack = SlackSettings.read(environ)

    @asynccontextmanager
    async def opened(place: Place) -> AsyncIterator[Mounted]:
        async with AsyncExitStack() as stack:
            bot = await stack.enter_async_context(opened_bot(place.desk, place.settings.state_url, slack))
            if slack.app_token is not None:
                await stack.enter_async_context(connected(bot, slack.app_token.get_secret_value()))
                told = [f"{slack.command} over Socket Mode"]
            else:
                told = [f"{slack.command} by way of /slack/events"]
            told += ["workspaces install it at /slack/install"] if slack.installing else []
            yield Mounted(told, [] if slack.app_token else deliveries(bot), _signed(slack, bot))

    return Offer(opened, signs=True, reaches=True, checks=partial(slack_checks, slack))


def _signed(slack: SlackSettings, bot: Bot) -> Slackbot | None:
    if not (slack.mcp_url and slack.signing_secret):
        return None
    return Slackbot(slack.mcp_url, SignatureVerifier(slack.signing_secret.get_secret_value()), bot)
