"""Litmos, the LMS, for programs: `async with litmos.connect(key) as api: await api.send(courses_of(user))`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litmos.api.client import Client

__all__ = ["connect"]


@asynccontextmanager
async def connect(api_key: str = "", **settings: str) -> AsyncIterator["Client"]:
    """A client for one Litmos account.

    Args:
        api_key: The account's key.
        settings: Any of the LITMOS_* settings by its lower-case name, as text: `region="eu"`, `format="xml"`,
            `requests_per_minute="0"`, `state_url="sqlite:////srv/litmos.sqlite"`, `demo="true"` (no key needed).

    Raises:
        litmos.errors.Misconfigured: A setting is wrong; the message names it and says what to write.
    """
    from litmos.settings import Settings  # noqa: PLC0415 - importing a part of litmos must not load all of it
    from litmos.wiring import open_client  # noqa: PLC0415

    environ = {"LITMOS_API_KEY": api_key} | {f"LITMOS_{name.upper()}": value for name, value in settings.items()}
    async with open_client(Settings.read(environ)) as client:
        yield client
