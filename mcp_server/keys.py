"""The public keys of the login service: fetched when they are needed, kept, and fetched again as they change."""

import math
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import anyio
import jwt

from litmos.errors import Unavailable
from litmos.log import logger
from mcp_server.hosts import is_loopback

__all__ = ["Fetch", "Keys"]

FRESH = 600.0  # seconds that keys are used without asking again: so long may one that was withdrawn still count
STALE = 3600.0  # seconds that keys are used while the login service does not answer
PAUSE = 60.0  # seconds between two fetches, whatever key ids the tokens of strangers have
RETRY = 5.0  # seconds, as long as there are no keys at all

Fetch = Callable[[str], Awaitable[Any]]
"""Gives the JSON at an address; raises Unavailable."""


class Keys:
    """The keys of `issuer`, at `jwks_url` or where its metadata say (empty). `clock` gives seconds."""

    def __init__(
        self, issuer: str, jwks_url: str, fetch: Fetch, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer, self._jwks_url, self._fetch, self._clock = issuer, jwks_url, fetch, clock
        self._keys: list[jwt.PyJWK] = []
        self._got = self._tried = -math.inf
        self._failed = False
        self._lock = anyio.Lock()

    async def fetched(self) -> list[jwt.PyJWK]:
        """The keys as the login service tells them now, whatever is kept. Raises Unavailable, which says why."""
        return _usable(await self._fetch(self._jwks_url or await self._discovered()))

    async def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key with this id, or the only key there is for a token without one; None: there is no such key.

        Raises:
            Unavailable: nobody can say, because the login service does not answer.
        """
        if self._age() >= FRESH or self._among(kid) is None:
            await self._renew()
        if self._age() >= STALE:
            raise Unavailable("The login service does not answer, so nobody can be let in. Try again in a minute.")
        found = self._among(kid)
        if found is None and self._failed:
            raise Unavailable("The login service does not tell its newest keys. Try again in a minute.")
        return found

    def _age(self) -> float:
        return self._clock() - self._got

    def _among(self, kid: str | None) -> jwt.PyJWK | None:
        if kid is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.key_id == kid), None)

    async def _renew(self) -> None:
        """Fetch the keys, unless somebody else just did. Whoever waits for it may go away: it is brought to its end."""
        before = self._tried
        with anyio.CancelScope(shield=True):
            async with self._lock:
                pause = PAUSE if self._keys else RETRY
                if self._tried != before or self._clock() - self._tried < pause:
                    return
                self._tried = self._clock()
                try:
                    self._keys = await self.fetched()
                except Unavailable as error:
                    self._failed = True
                    logger("litmos.http").warning("litmos.http.keys", failed=str(error))
                else:
                    self._failed, self._got = False, self._clock()

    async def _discovered(self) -> str:
        """Where the issuer's metadata say that the keys are (OpenID Connect Discovery, else RFC 8414)."""
        parts = urlsplit(self._issuer)
        path = parts.path.rstrip("/")
        origin = f"{parts.scheme}://{parts.netloc}"
        try:
            told = await self._fetch(f"{origin}{path}/.well-known/openid-configuration")
        except Unavailable:
            told = await self._fetch(f"{origin}/.well-known/oauth-authorization-server{path}")
        if not isinstance(told, dict) or told.get("issuer") != self._issuer:
            raise Unavailable("The login service's metadata are of another issuer than MCP_ISSUER_URL.")
        address = told.get("jwks_uri")
        if not isinstance(address, str) or not _is_safe(address):
            raise Unavailable("The login service's metadata do not say where its keys are: set MCP_JWKS_URL.")
        return address


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def _usable(told: Any) -> list[jwt.PyJWK]:
    """The keys that sign, of a kind we know; others may stand beside them."""
    listed = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        raise Unavailable("The login service's keys are no JWKS.")
    keys = []
    for one in listed:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig" or one.get("kty") == "oct":
            continue
        try:
            keys.append(jwt.PyJWK(one))
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue
    if not keys:
        raise Unavailable("The login service's JWKS has no key that can be used.")
    return keys
