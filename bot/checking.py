"""`litmos-bot --check`: whether Slack takes the tokens and grants what is needed, and Litmos answers."""

from collections.abc import AsyncIterator

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import SCOPES
from bot.settings import SlackSettings
from litmos.desk.desk import Desk
from litmos.desk.requests import FindTraining
from litmos.errors import LitmosError, Misconfigured

__all__ = ["checks", "team_of"]


async def team_of(client: AsyncWebClient) -> str:
    """The workspace of a bot token. Raises Misconfigured if Slack does not take it."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        said = error.response.get("error", "unknown")
        raise Misconfigured(
            f"Slack refuses SLACK_BOT_TOKEN ({said}). Copy it again from OAuth & Permissions."
        ) from None
    return str(answer["team_id"])


async def checks(
    client: AsyncWebClient, app: AsyncWebClient | None, settings: SlackSettings, desk: Desk
) -> AsyncIterator[tuple[bool, str]]:
    """Each thing that was looked at: whether it is well, and a line about it. `app`: with the app-level token."""
    if settings.installing is None:
        yield await _bot_token(client)
    if app is not None:
        yield await _app_token(app)
    yield await _litmos(desk)


async def _bot_token(client: AsyncWebClient) -> tuple[bool, str]:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return False, f"Slack refuses SLACK_BOT_TOKEN ({_said(error)}). Copy it again from OAuth & Permissions."
    granted = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")}
    lacking = [scope for scope in SCOPES if scope not in granted]
    if lacking:
        return (
            False,
            f"SLACK_BOT_TOKEN lacks {', '.join(lacking)}. Add them under OAuth & Permissions, and install again.",
        )
    return True, f"Slack takes the bot token, in the workspace {answer['team']}, with every scope."


async def _app_token(app: AsyncWebClient) -> tuple[bool, str]:
    try:
        await app.apps_connections_open(app_token=str(app.token))
    except SlackApiError as error:
        return (
            False,
            f"Slack refuses SLACK_APP_TOKEN ({_said(error)}). It needs connections:write; see Basic Information.",
        )
    return True, "Slack takes the app token: Socket Mode works."


async def _litmos(desk: Desk) -> tuple[bool, str]:
    try:
        keeper = await desk.operator("slack", "")
        found = await desk.look(keeper, FindTraining())
    except LitmosError as error:
        return False, str(error)
    return True, f"Litmos answers: {found.total} courses and learning paths."


def _said(error: SlackApiError) -> str:
    return str(error.response.get("error", "unknown"))
