"""What may be written as the value of a setting.

Each function makes a value of the text, or raises ValueError with what to write instead, and never with the text.
"""

import math
import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr

from litmos.hidden import Hidden

__all__ = [
    "REGIONS",
    "addresses",
    "api_key",
    "base_url",
    "confirmation",
    "cron",
    "days",
    "hours",
    "operator",
    "region",
    "reply_format",
    "requests",
    "seconds",
    "source",
    "state_url",
    "web_url",
    "webhook_secrets",
    "yes_or_no",
    "zone",
]

REGIONS = {
    "us": "https://api.litmos.com/v1.svc",
    "eu": "https://api.litmoseu.com/v1.svc",
    "au": "https://api.litmos.com.au/v1.svc",
}
_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})
_VERSION = re.compile(r"(?:/+v1\.svc)?/*$", re.IGNORECASE)
_DATABASE = re.compile(r"(?:sqlite(?:\+pysqlite)?:///.|postgresql(?:\+psycopg)?://)")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,200}")
_CRON_FIELDS = 5
_HOURS = 24
_WEEK = {day: number for number, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_SOURCE_LENGTH = 50
_MOST_REQUESTS = 100_000
_LONGEST_REQUEST = 3600.0  # seconds


def yes_or_no(value: str) -> bool:
    """true, 1, yes, on; false, 0, no, off."""
    folded = value.casefold()
    if folded not in _YES | _NO:
        raise ValueError("neither yes nor no. Write true or false")
    return folded in _YES


def api_key(value: str) -> SecretStr:
    """Printable ASCII without blanks."""
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise ValueError("not an API key: it holds blanks or special characters. Copy it again from Litmos")
    return SecretStr(value)


def region(value: str) -> str:
    """The address of a region's API."""
    if value.casefold() not in REGIONS:
        raise ValueError(f"an unknown region. Write {', '.join(REGIONS)}, or set LITMOS_BASE_URL")
    return REGIONS[value.casefold()]


def base_url(value: str) -> str:
    """An address of the API, as `Settings.base_url` has it: https, or http on this machine."""
    if not value.isprintable() or " " in value or "\\" in value:
        raise ValueError("not an address: it holds blanks or special characters. Write https://api.litmos.com")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port  # both may raise, in words that repeat the value
    except ValueError:
        raise ValueError("not an address. Write https://api.litmos.com") from None
    if "@" in parts.netloc:
        raise ValueError("has a user or password in it. Write the address alone")
    if not host or parts.scheme not in {"http", "https"}:
        raise ValueError("not an address. Write https://api.litmos.com")
    if "?" in value or "#" in value:
        raise ValueError("has a query or fragment (? or #). Write the address alone")
    if parts.scheme == "http" and not _loopback(host):
        raise ValueError("plain http is for this machine only: the key would travel in the clear. Write https://")
    return _with_version(parts)


def web_url(value: str) -> str:
    """An address as `base_url` takes it, without the API's path."""
    return base_url(value).removesuffix("/v1.svc")


def _with_version(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rstrip(':')}{_VERSION.sub('', parts.path)}/v1.svc"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def source(value: str) -> str:
    """What Litmos takes as the name of who asks."""
    if len(value) > _SOURCE_LENGTH or not value.isprintable():
        raise ValueError(f"too long or not printable. Write at most {_SOURCE_LENGTH} characters")
    return value


def operator(value: str) -> str:
    """Whatever may name somebody."""
    if not value.isprintable():
        raise ValueError("not printable. Write an e-mail address or user name")
    return value


def reply_format(value: str) -> Literal["json", "xml"]:
    """What replies are asked for in: json or xml."""
    match value.casefold():
        case "json":
            return "json"
        case "xml":
            return "xml"
        case _:
            raise ValueError("an unknown format. Write json or xml")


def confirmation(value: str) -> Literal["ask", "person", "client"]:
    """ask, person or client."""
    match value.casefold():
        case "ask":
            return "ask"
        case "person":
            return "person"
        case "client":
            return "client"
        case _:
            raise ValueError("unknown. Write ask, person or client")


def requests(value: str) -> int:
    """A number of requests a minute; 0 for no limit."""
    # Not int() alone: it takes 1_000 and digits of other scripts too.
    if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) > _MOST_REQUESTS:
        raise ValueError(f"not a number of requests. Write 1 to {_MOST_REQUESTS}, or 0 for no limit of ours")
    return int(value)


def seconds(value: str) -> float:
    """How long a request may take."""
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _LONGEST_REQUEST:
        raise ValueError(f"not a number of seconds. Write more than 0 and at most {_LONGEST_REQUEST:.0f}")
    return seconds


def hours(value: str) -> tuple[int, int]:
    """From which hour until which, like 18-8; both the same for none."""
    if value.casefold() == "none":
        return (0, 0)
    found = re.fullmatch(r"([0-9]{1,2}) *- *([0-9]{1,2})", value)
    if not found or not all(int(hour) < _HOURS for hour in found.groups()):
        raise ValueError("not two hours. Write 18-8 for six in the evening until eight in the morning, or none")
    return int(found[1]), int(found[2])


def days(value: str) -> frozenset[int]:
    """Days of the week, Monday as 0; never all of them."""
    if value.casefold() == "none":
        return frozenset()
    named = [_WEEK.get(day) for day in re.split(r"[\s,]+", value.casefold()) if day]
    if None in named or len(set(named)) == len(_WEEK):
        raise ValueError("not days of the week, or all of them. Write sat,sun, or none")
    return frozenset(day for day in named if day is not None)


def cron(value: str) -> str | None:
    """Five fields of cron, unchanged; None for off."""
    if value.casefold() == "off":
        return None
    if len(value.split()) != _CRON_FIELDS or not _is_cron(value):
        raise ValueError("not five fields of cron. Write 0 8 * * 1 for Mondays at eight, or off")
    return value


def _is_cron(value: str) -> bool:
    try:
        from croniter import croniter  # type: ignore[import-untyped]  # noqa: PLC0415 - it comes with the jobs
    except ModuleNotFoundError:
        return True  # and there is nothing that would be done by it
    return bool(croniter.is_valid(value))


def zone(value: str) -> str:
    """The name of a time zone."""
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError("an unknown time zone. Write it like Europe/Amsterdam, or UTC") from None


def webhook_secrets(value: str) -> tuple[SecretStr, ...]:
    """One or more with commas or blanks between, each once, each long enough for an address that nobody guesses."""
    secrets = [one for one in re.split(r"[\s,]+", value) if one]
    wrong = [number for number, one in enumerate(secrets, 1) if not _SECRET.fullmatch(one)]
    if wrong:
        raise ValueError(
            f"{_ordinals(wrong)} not 32 or more letters, digits, - and _. Make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return tuple(map(SecretStr, dict.fromkeys(secrets)))


def state_url(value: str) -> str:
    """The address of a database that the state can be in, unchanged."""
    if not _DATABASE.match(value):
        raise ValueError(
            "not a database address. Write sqlite:////folder/state.sqlite or postgresql://user:password@host/database"
        )
    return Hidden(value)


def addresses(value: str) -> frozenset[str]:
    """E-mail addresses with commas or blanks between, casefolded."""
    entries = [entry for entry in re.split(r"[\s,]+", value) if entry]
    wrong = [
        number for number, entry in enumerate(entries, 1) if not (_ADDRESS.fullmatch(entry) and entry.isprintable())
    ]
    if wrong:
        raise ValueError(f"{_ordinals(wrong)} not an e-mail address. Write them with commas or blanks between")
    return frozenset(entry.casefold() for entry in entries)


def _ordinals(numbers: Iterable[int]) -> str:
    listed = ", ".join(map(str, numbers))
    return f"entries {listed} are" if "," in listed else f"entry {listed} is"
