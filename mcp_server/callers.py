"""Whoever a request comes from: the subject of its access token. Here is no operator to fall back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken

from litmos.desk.catalog import CATALOG
from litmos.errors import NotAllowed
from mcp_server.app import FACE

if TYPE_CHECKING:
    from litmos.desk.actor import Actor
    from litmos.desk.desk import Desk

__all__ = ["READ", "WRITE", "Callers", "known_as", "needs"]

READ = "litmos:read"
WRITE = "litmos:write"


@dataclass(frozen=True, slots=True)
class Callers:
    """Acts for the subject of the token that came with the request: linked, or known by a verified e-mail address."""

    approves: str = (
        "Where the Slack bot runs, it has sent them a message with Approve and Reject, good until {expires}. "
        "An assistant whose host can show forms asks at once instead."
    )

    async def actor(self, desk: "Desk") -> "Actor":
        return await desk.actor(FACE, *known_as())

    def check(self, operation: str) -> None:
        if (scope := needs(operation)) not in _token().scopes:
            raise NotAllowed(f"Nothing was done: {operation} needs the scope {scope}, and your token has not got it.")


def known_as() -> tuple[str, str]:
    """The identity of whoever this request comes from, and their verified e-mail address, which may be empty."""
    token = _token()
    return _identity(token), _email(token.claims or {})


def needs(operation: str) -> str:
    """The scope that an operation takes. What is not in the catalog counts as a change."""
    return READ if operation in CATALOG and CATALOG[operation].is_read else WRITE


def _token() -> AccessToken:
    token = get_access_token()
    if token is None:
        raise NotAllowed("Nobody is signed in, and this server acts for nobody else.")
    return token


def _identity(token: AccessToken) -> str:
    """Like `oauth:login.example.com/00u1`; a subject is unique with its issuer only."""
    issuer, subject = (token.claims or {}).get("iss"), token.subject
    if not (isinstance(issuer, str) and subject):
        raise NotAllowed("Your token does not say who you are.")
    return f"oauth:{urlsplit(issuer).hostname}/{subject}"


def _email(claims: Mapping[str, Any]) -> str:
    """Only an address that the issuer has verified, and says so with a plain `true`."""
    email = claims.get("email")
    return email if claims.get("email_verified") is True and isinstance(email, str) else ""
