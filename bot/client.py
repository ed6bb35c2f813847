"""Slack's Web API as the bot calls it: one session for all calls, and patience where Slack asks for it."""

import aiohttp
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import SlackSettings

__all__ = ["opened_session", "web_client"]

SLACK_SECONDS = 10  # of one request to Slack


def opened_session() -> aiohttp.ClientSession:
    """A session for all calls, to be closed."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS))


def web_client(settings: SlackSettings, session: aiohttp.ClientSession, token: str) -> AsyncWebClient:
    """A client with a token. Refused for rate, it waits as long as Slack says, twice at most."""
    return AsyncWebClient(
        token=token or None,
        base_url=settings.api_url,
        session=session,
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(max_retry_count=2),
            AsyncServerErrorRetryHandler(max_retry_count=1),
        ],
    )
