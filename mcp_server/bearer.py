"""Access tokens: JWTs of one issuer, for this server, in time. Whatever is not proved is not so."""

import math
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import jwt
from jwt.exceptions import InvalidSubjectError
from mcp.server.auth.provider import AccessToken
from starlette.authentication import AuthenticationError

from litmos.desk.cache import Cache
from litmos.errors import Unavailable
from litmos.log import logger
from mcp_server.keys import Keys
from mcp_server.settings import HttpSettings

__all__ = ["Bearer", "KeysUnavailable"]

LEEWAY = 30.0  # seconds that clocks may differ
LONGEST = 255  # characters of a subject
VERIFIED = 600.0  # seconds that a signature is remembered; the time is checked with every request


class KeysUnavailable(AuthenticationError):
    """Nobody can say whether a token is good."""


class Bearer:
    """Verifies tokens by the settings and the issuer's keys; `clock` gives seconds since 1970."""

    def __init__(self, settings: HttpSettings, keys: Keys, *, clock: Callable[[], float] = time.time) -> None:
        self._settings, self._keys, self._clock = settings, keys, clock
        self._verified: Cache[bytes, tuple[jwt.PyJWK, dict[str, Any]]] = Cache(clock, seconds=VERIFIED, most=2000)
        self._jwt = jwt.PyJWT(
            {
                "require": ["aud", "exp", "iss", "sub"],
                "enforce_minimum_key_length": True,
                # PyJWT would ask the machine's clock.
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            }
        )

    async def verify_token(self, token: str) -> AccessToken | None:
        """What a token grants; None for one that is not good. Raises KeysUnavailable."""
        try:
            claims = await self._claims(token)
        except (jwt.PyJWTError, ValueError, OverflowError) as error:
            logger("litmos.http").info("litmos.http.refused", why=type(error).__name__)
            return None
        except Unavailable as error:
            raise KeysUnavailable(str(error)) from None
        return AccessToken(
            token=token,
            client_id=str(claims.get("client_id") or claims.get("azp") or ""),
            scopes=_scopes(claims),
            subject=claims["sub"],
            resource=self._settings.resource_url,
            claims=claims,
        )

    async def _claims(self, token: str) -> dict[str, Any]:
        head = jwt.get_unverified_header(token)
        if head.get("alg") not in self._settings.algorithms:  # before anybody is asked for a key
            raise jwt.InvalidAlgorithmError
        key = await self._keys.find(head.get("kid"))
        if key is None:
            raise jwt.InvalidKeyError
        claims = self._signed(token, key)
        self._check_time(claims)
        subject = claims["sub"]
        if not (0 < len(subject) <= LONGEST and subject.isprintable() and " " not in subject):
            raise InvalidSubjectError
        return claims

    def _signed(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        """The claims, if this key has signed them: worked out once for a token and a key, since that cannot change."""
        name = sha256(token.encode()).digest()  # no token is kept
        known = self._verified.get(name)
        if known is None or known[0] is not key:  # a key that was fetched again is another one
            claims: dict[str, Any] = self._jwt.decode(
                token,
                key,
                algorithms=list(self._settings.algorithms),
                audience=self._settings.resource_url,
                issuer=self._settings.issuer_url,
            )
            known = self._verified.put(name, (key, claims))
        return known[1]

    def _check_time(self, claims: Mapping[str, Any]) -> None:
        now = self._clock()
        if not now < _moment(claims["exp"]) + LEEWAY:
            raise jwt.ExpiredSignatureError
        for name in ("nbf", "iat"):
            if name in claims and not _moment(claims[name]) <= now + LEEWAY:
                raise jwt.ImmatureSignatureError


def _moment(value: Any) -> float:
    """Seconds since 1970. JSON as Python reads it knows Infinity and NaN, and `true` is a number, too."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise jwt.DecodeError
    return float(value)


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    """From `scope` (words) or `scp` (words or a list), whichever the login service writes."""
    told = claims.get("scope", claims.get("scp", ""))
    words = told.split() if isinstance(told, str) else told
    return [word for word in words if isinstance(word, str)] if isinstance(words, list) else []
