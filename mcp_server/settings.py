"""What the environment says about MCP over HTTP, read once at the entry point. No message repeats a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from litmos.environment import all_given, names_given
from litmos.errors import Misconfigured
from litmos.values import yes_or_no
from mcp_server.hosts import is_loopback

__all__ = ["ALGORITHMS", "HttpSettings"]

ALGORITHMS = ("RS256", "ES256", "EdDSA")
_KNOWN = frozenset({*ALGORITHMS, "RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512"})  # no shared secrets
_SHORTEST = 32  # bytes of a key that seals states
_NAMES = {
    "MCP_RESOURCE_URL": "the address of this server as clients know it, like https://litmos.example.com/mcp",
    "MCP_ISSUER_URL": "the address of your login service, exactly as its tokens say `iss`",
    "MCP_JWKS_URL": "where your login service publishes its keys; without it, its metadata say so",
}
_REQUIRED = ("MCP_RESOURCE_URL", "MCP_ISSUER_URL")


@dataclass(frozen=True, kw_only=True)
class HttpSettings:
    """The settings of an OAuth resource server. `jwks_url` is empty where the issuer's metadata have to say it."""

    resource_url: str
    issuer_url: str
    jwks_url: str = ""
    algorithms: tuple[str, ...] = ALGORITHMS
    state_keys: tuple[SecretStr, ...] = ()
    sessions: bool = True
    """Whether this is the only process at its address, so that it may remember something between two requests."""

    @staticmethod
    def wanted(environ: Mapping[str, str] | None = None) -> bool:
        """Whether any of the settings that are required is there, right or wrong."""
        return not names_given(environ, "MCP_").isdisjoint(_REQUIRED)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, *, workers: int = 1) -> "HttpSettings":
        """The settings in `environ`; None: in this process' environment.

        Raises:
            Misconfigured: with a line for each setting that is missing or wrong, also for so many workers.
        """
        given = all_given(environ, "MCP_")
        found = given.values
        keys = _listed(found.get("MCP_REQUEST_STATE_KEYS", ""))
        algorithms = tuple(_listed(found.get("MCP_JWT_ALGORITHMS", ""))) or ALGORITHMS
        alone, unclear = _alone(found)
        unread = [f"{name}: {what}" for name, what in given.wrong.items()]
        several = workers > 1 or not alone
        problems = [*_address_problems(found), *unclear, *(unread or _key_problems(keys, several=several))]
        if not set(algorithms) <= _KNOWN:
            problems.append(f"MCP_JWT_ALGORITHMS: not a list of {', '.join(sorted(_KNOWN))}")
        if problems:
            raise Misconfigured("The settings for HTTP cannot be used:" + "".join(f"\n  {line}" for line in problems))
        return cls(
            resource_url=found["MCP_RESOURCE_URL"],
            issuer_url=found["MCP_ISSUER_URL"],
            jwks_url=found.get("MCP_JWKS_URL", ""),
            algorithms=algorithms,
            state_keys=tuple(map(SecretStr, keys)),
            sessions=not several,
        )


def _address_problems(found: Mapping[str, str]) -> list[str]:
    problems = []
    for name, meaning in _NAMES.items():
        if name not in found:
            problems += [f"{name}: missing. It is {meaning}"] if name in _REQUIRED else []
        elif not _is_address(found[name]):
            problems.append(f"{name}: not an https:// address (http:// only on this machine). It is {meaning}")
    return problems


def _is_address(value: str) -> bool:
    if not value.isprintable() or not value.isascii() or re.search(r"[\s\\\"?#*]", value):
        return False
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _alone(found: Mapping[str, str]) -> tuple[bool, list[str]]:
    try:
        return yes_or_no(found.get("MCP_SESSIONS", "true")), []
    except ValueError as error:
        return True, [f"MCP_SESSIONS: {error}"]


def _key_problems(keys: list[str], *, several: bool) -> list[str]:
    name = "MCP_REQUEST_STATE_KEYS"
    make = "Make one with: python -c 'import secrets; print(secrets.token_hex(32))'"
    if any(len(key.encode()) < _SHORTEST for key in keys):
        return [f"{name}: a key is shorter than {_SHORTEST} bytes. {make}"]
    if len(set(keys)) < len(keys):
        return [f"{name}: a key is in it twice"]
    if several and not keys:
        return [
            f"{name}: missing. Several processes have to share a key, or one cannot go on where another asked. {make}"
        ]
    return []


def _listed(value: str) -> list[str]:
    return [one for one in re.split(r"[\s,]+", value) if one]
