"""Fetches a small JSON document of the login service: the one thing here that asks another server than Litmos."""

import json
from typing import Any

import httpx

from litmos.environment import DIRECT
from litmos.errors import Unavailable

__all__ = ["fetch_json"]

SECONDS = 5.0
LARGEST = 256 * 1024  # bytes


async def fetch_json(url: str) -> Any:
    """What is at `url`, without following redirects; `Unavailable` for anything but JSON of a sensible size."""
    try:
        async with (
            httpx.AsyncClient(timeout=SECONDS, headers={"Accept": "application/json"}, mounts=DIRECT) as http,
            http.stream("GET", url) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise Unavailable(f"The login service answered {response.status_code} where its keys should be.")
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise Unavailable("The login service's keys are larger than keys can be.")
            return json.loads(bytes(body))
    except httpx.HTTPError as error:
        raise Unavailable(f"The login service does not answer ({type(error).__name__}).") from None
    except (ValueError, RecursionError):
        raise Unavailable("The login service answered something that is no JSON.") from None
