"""What `litmos check` asks Slack: whether it takes the tokens and grants what is needed, and what time it is there."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.client import opened_session, web_client
from bot.installing import installed_teams
from bot.manifest import SCOPES
from bot.settings import Installing, SlackSettings
from litmos.errors import Misconfigured, Unavailable
from litmos.findings import Check, Finding, clock_against, failure, ok

__all__ = ["slack_checks", "team_of"]

SLACK = "slack"
COPY = "Copy it again from OAuth & Permissions of your Slack app."


async def team_of(client: AsyncWebClient) -> str:
    """The workspace of a bot token. Raises Misconfigured if Slack does not take it."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise Misconfigured(f"Slack refuses SLACK_BOT_TOKEN ({_said(error)}). {COPY}") from None
    return str(answer["team_id"])


def slack_checks(slack: SlackSettings, state_url: str, *, clock: Callable[[], float] = time.time) -> Sequence[Check]:
    """One for each token. `clock` gives seconds since 1970."""
    looks = _Looks(slack, clock)
    found = [Check(SLACK, "the Slack settings", looks.settings)]
    if slack.bot_token is not None:
        token = slack.bot_token
        found.append(Check(SLACK, "SLACK_BOT_TOKEN", lambda: looks.bot_token(token, "SLACK_BOT_TOKEN")))
    if slack.app_token is not None:
        app = slack.app_token
        found.append(Check(SLACK, "SLACK_APP_TOKEN", lambda: looks.app_token(app)))
    if slack.installing is not None:
        installing = slack.installing
        found.append(Check(SLACK, "the workspaces", lambda: looks.workspaces(installing, state_url)))
    return found


@dataclass(frozen=True)
class _Looks:
    slack: SlackSettings
    clock: Callable[[], float]

    async def settings(self) -> AsyncIterator[Finding]:
        how = (
            "Socket Mode" if self.slack.app_token else "HTTP, with a signing secret (not shown; Slack tells it nobody)"
        )
        who = ", ".join(sorted(self.slack.email_domains)) or "any domain"
        yield ok(SLACK, f"{self.slack.command} over {how}, for people with an address of {who}.")

    async def bot_token(self, token: SecretStr, name: str) -> AsyncIterator[Finding]:
        async with self._client(token) as client:
            try:
                answer = await _answered(client.auth_test())
            except SlackApiError as error:
                yield failure(SLACK, f"Slack refuses {name} ({_said(error)}).", COPY)
                return
            granted = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")}
            if lacking := [scope for scope in SCOPES if scope not in granted]:
                todo = "Add them under OAuth & Permissions, and install the app again."
                yield failure(SLACK, f"{name} lacks {', '.join(lacking)}.", todo)
            else:
                yield ok(SLACK, f"Slack takes {name}, in the workspace {answer['team']}, with every scope.")
            for one in clock_against(SLACK, str(answer.headers.get("Date", "")), self.clock()):
                yield one

    async def app_token(self, token: SecretStr) -> AsyncIterator[Finding]:
        async with self._client(token) as client:
            try:
                await _answered(client.apps_connections_open(app_token=token.get_secret_value()))
            except SlackApiError as error:
                told = f"Slack refuses SLACK_APP_TOKEN ({_said(error)})."
                yield failure(SLACK, told, "It needs connections:write; see Basic Information of your Slack app.")
            else:
                yield ok(SLACK, "Slack takes the app token: Socket Mode works.")

    async def workspaces(self, installing: Installing, state_url: str) -> AsyncIterator[Finding]:
        if not state_url:
            return
        teams = await installed_teams(installing, state_url)
        if not teams:
            yield ok(SLACK, "No workspace has installed the app so far: they do at /slack/install.")
        for team, token in teams:
            async for one in self.bot_token(SecretStr(token), f"the token of {team}"):
                yield one

    @asynccontextmanager
    async def _client(self, token: SecretStr) -> AsyncIterator[AsyncWebClient]:
        async with opened_session() as session:
            yield web_client(self.slack, session, token.get_secret_value())


async def _answered(asked: Awaitable[Any]) -> Any:
    """What Slack answers. Raises SlackApiError for a no, Unavailable where there is no answer of Slack's."""
    try:
        return await asked
    except SlackApiError as error:
        if error.response.status_code == 429:  # noqa: PLR2004 - too many requests
            raise Unavailable("Slack takes no more requests for now. Try again in a minute.") from None
        raise
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        told = f"Slack does not answer ({type(error).__name__}). Check the network and SLACK_API_URL."
        raise Unavailable(told) from None


def _said(error: SlackApiError) -> str:
    return str(error.response.get("error", "unknown"))
