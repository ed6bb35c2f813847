"""What the environment says, read once at the entry points into typed values.

Every problem is told at once, one line for each setting, and no line repeats a value: a key may have been put
under the wrong name.
"""

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal, TypeVar
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import SecretStr

from litmos.errors import Misconfigured

__all__ = ["Settings"]

T = TypeVar("T")

_NAMES = (
    "LITMOS_API_KEY",
    "LITMOS_BASE_URL",
    "LITMOS_REGION",
    "LITMOS_WEB_URL",
    "LITMOS_SOURCE",
    "LITMOS_FORMAT",
    "LITMOS_REQUESTS_PER_MINUTE",
    "LITMOS_TIMEOUT_SECONDS",
    "LITMOS_STATE_URL",
    "LITMOS_ADMINS",
    "LITMOS_OPERATOR",
    "LITMOS_READ_ONLY",
    "LITMOS_DEMO",
    "LITMOS_METRICS_LISTEN",  # read by litmos.exporting.settings
    "MCP_CONFIRMATION",
    "MCP_PSEUDONYMS",
)
_REGIONS = {
    "us": "https://api.litmos.com/v1.svc",
    "eu": "https://api.litmoseu.com/v1.svc",
    "au": "https://api.litmos.com.au/v1.svc",
}
_NO_KEY = SecretStr("")
_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})
_VERSION = re.compile(r"(?:/+v1\.svc)?/*$", re.IGNORECASE)
_DATABASE = re.compile(r"(?:sqlite(?:\+pysqlite)?:///.|postgresql(?:\+psycopg)?://)")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_SOURCE_LENGTH = 50
_MOST_REQUESTS = 100_000
_LONGEST_REQUEST = 3600.0  # seconds

# Kubernetes tells every container of each service in its namespace: LITMOS_MCP_PORT, LITMOS_MCP_SERVICE_HOST, ...
_KUBERNETES = re.compile(r"LITMOS_(?:.*_)?(?:SERVICE_HOST|SERVICE_PORT(?:_.*)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_.*)?)?)")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All LITMOS_* settings. Nothing secret is in its repr."""

    api_key: SecretStr = _NO_KEY  # empty only in the demo
    base_url: str = _REGIONS["us"]  # ends in /v1.svc, without a slash
    web_url: str = ""  # Litmos' pages for people, without a slash; empty: no links to them
    source: str = "litmos-chatops"  # the `source` parameter of every request
    format: Literal["json", "xml"] = "json"  # what to ask for; both are understood
    requests_per_minute: int = 100  # 0: no budget is kept
    timeout_seconds: float = 30.0  # of one request
    state_url: str = field(repr=False)  # may hold a password
    admins: frozenset[str] = frozenset()  # e-mail addresses, casefolded
    operator: str = ""  # empty: the key's owner
    read_only: bool = False
    demo: bool = False
    confirmation: Literal["ask", "person", "client"] = "ask"  # how an assistant's changes are confirmed
    pseudonyms: bool = False  # assistants get pseudonyms instead of names, user names and e-mail addresses

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings in `environ`; None: in this process' environment. An empty value counts as none.

        LITMOS_BASE_URL is more exact than LITMOS_REGION and wins over it.

        Raises:
            Misconfigured: with a line for each setting that is missing, wrong or unknown.
        """
        reader = _Reader.of(environ)
        demo = reader.take("LITMOS_DEMO", _yes_or_no, default=False)
        region = reader.take("LITMOS_REGION", _region, default=_REGIONS["us"])
        settings = cls(
            api_key=reader.take("LITMOS_API_KEY", _key, default=_NO_KEY),
            base_url=reader.take("LITMOS_BASE_URL", _base_url, default=region),
            web_url=reader.take("LITMOS_WEB_URL", _web_url, default=""),
            source=reader.take("LITMOS_SOURCE", _source, default=cls.source),
            format=reader.take("LITMOS_FORMAT", _format, default=cls.format),
            requests_per_minute=reader.take("LITMOS_REQUESTS_PER_MINUTE", _requests, default=cls.requests_per_minute),
            timeout_seconds=reader.take("LITMOS_TIMEOUT_SECONDS", _seconds, default=cls.timeout_seconds),
            state_url=reader.take("LITMOS_STATE_URL", _state_url, default="") or _state_file(),
            admins=reader.take("LITMOS_ADMINS", _addresses, default=cls.admins),
            operator=reader.take("LITMOS_OPERATOR", _operator, default=""),
            read_only=reader.take("LITMOS_READ_ONLY", _yes_or_no, default=False),
            demo=demo,
            confirmation=reader.take("MCP_CONFIRMATION", _confirmation, default=cls.confirmation),
            pseudonyms=reader.take("MCP_PSEUDONYMS", _yes_or_no, default=False),
        )
        if not (demo or reader.has("LITMOS_API_KEY")):
            reader.wrong(
                "LITMOS_API_KEY", "missing. Litmos shows your key under My Profile & Settings; or set LITMOS_DEMO=true"
            )
        reader.end()
        return settings

    @staticmethod
    def read_state_url(environ: Mapping[str, str] | None = None) -> str:
        """Only where the state is. Raises as `read`, but for this setting and unknown names (it, misspelt) alone."""
        reader = _Reader.of(environ)
        url = reader.take("LITMOS_STATE_URL", _state_url, default="")
        reader.end()
        return url or _state_file()


class _Reader:
    """Takes one setting after the other and gathers what is wrong with them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._problems: dict[str, str] = {}

    @classmethod
    def of(cls, environ: Mapping[str, str] | None) -> "_Reader":
        # The only place in the project that reads the environment.
        given = os.environ if environ is None else environ  # noqa: TID251 - settings are read here, once
        return cls(
            {name: value.strip() for name, value in given.items() if name in _NAMES or name.startswith("LITMOS_")}
        )

    def has(self, name: str) -> bool:
        return bool(self._given.get(name))

    def take(self, name: str, parse: Callable[[str], T], *, default: T) -> T:
        """The value of `name`, or `default` if there is none or if it is wrong (`parse` raises ValueError)."""
        if not self.has(name):
            return default
        try:
            return parse(self._given[name])
        except ValueError as error:
            self.wrong(name, str(error))
            return default

    def wrong(self, name: str, what: str) -> None:
        self._problems[name] = what

    def end(self) -> None:
        """Raises Misconfigured if anything was wrong."""
        for name in sorted(self._given.keys() - set(_NAMES)):
            if not _KUBERNETES.fullmatch(name):
                self._problems[name] = f"not a setting of Litmos ChatOps. Did you mean {_closest(name)}?"
        if self._problems:
            order = [*(name for name in _NAMES if name in self._problems), *self._problems]
            lines = "".join(f"\n  {_printable(name)}: {self._problems[name]}" for name in dict.fromkeys(order))
            raise Misconfigured(f"The settings cannot be used:{lines}")


def _closest(name: str) -> str:
    from rapidfuzz import process  # noqa: PLC0415 - needed only for a wrong name

    return process.extractOne(name, _NAMES)[0]


def _printable(name: str) -> str:
    """A name is one line of the message, whatever the environment called it."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _yes_or_no(value: str) -> bool:
    folded = value.casefold()
    if folded not in _YES | _NO:
        raise ValueError("neither yes nor no. Write true or false")
    return folded in _YES


def _key(value: str) -> SecretStr:
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise ValueError("not an API key: it holds blanks or special characters. Copy it again from Litmos")
    return SecretStr(value)


def _region(value: str) -> str:
    if value.casefold() not in _REGIONS:
        raise ValueError(f"an unknown region. Write {', '.join(_REGIONS)}, or set LITMOS_BASE_URL")
    return _REGIONS[value.casefold()]


def _base_url(value: str) -> str:
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


def _web_url(value: str) -> str:
    return _base_url(value).removesuffix("/v1.svc")


def _with_version(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.rstrip(':')}{_VERSION.sub('', parts.path)}/v1.svc"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _source(value: str) -> str:
    if len(value) > _SOURCE_LENGTH or not value.isprintable():
        raise ValueError(f"too long or not printable. Write at most {_SOURCE_LENGTH} characters")
    return value


def _operator(value: str) -> str:
    if not value.isprintable():
        raise ValueError("not printable. Write an e-mail address or user name")
    return value


def _format(value: str) -> Literal["json", "xml"]:
    match value.casefold():
        case "json":
            return "json"
        case "xml":
            return "xml"
        case _:
            raise ValueError("an unknown format. Write json or xml")


def _confirmation(value: str) -> Literal["ask", "person", "client"]:
    match value.casefold():
        case "ask":
            return "ask"
        case "person":
            return "person"
        case "client":
            return "client"
        case _:
            raise ValueError("unknown. Write ask, person or client")


def _requests(value: str) -> int:
    # Not int() alone: it takes 1_000 and digits of other scripts too.
    if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) > _MOST_REQUESTS:
        raise ValueError(f"not a number of requests. Write 1 to {_MOST_REQUESTS}, or 0 for no limit of ours")
    return int(value)


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _LONGEST_REQUEST:
        raise ValueError(f"not a number of seconds. Write more than 0 and at most {_LONGEST_REQUEST:.0f}")
    return seconds


def _state_url(value: str) -> str:
    if not _DATABASE.match(value):
        raise ValueError(
            "not a database address. Write sqlite:////folder/state.sqlite or postgresql://user:password@host/database"
        )
    return value


def _state_file() -> str:
    from platformdirs import user_state_path  # noqa: PLC0415 - needed only without a setting

    file = user_state_path("litmos-chatops", appauthor=False) / "state.sqlite"
    return f"sqlite:///{quote(str(file), safe='/: ' + os.sep)}"  # ? and % are special in a URL


def _addresses(value: str) -> frozenset[str]:
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
