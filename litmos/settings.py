"""What the environment says, read once at the entry points into typed values.

Every problem is told at once, one line for each setting, and no line repeats a value: a key may have been put
under the wrong name.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from urllib.parse import quote

from pydantic import SecretStr

from litmos import values
from litmos.environment import given, names_given, names_there, with_files
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
    "LITMOS_QUIET_HOURS",
    "LITMOS_QUIET_DAYS",
    "LITMOS_WEBHOOK_SECRETS",
    "LITMOS_DIGEST_CRON",
    "LITMOS_TIME_ZONE",
    "MCP_CONFIRMATION",
    "MCP_PSEUDONYMS",
)
_NO_KEY = SecretStr("")

# Kubernetes tells every container of each service in its namespace: LITMOS_MCP_PORT, LITMOS_MCP_SERVICE_HOST, ...
_KUBERNETES = re.compile(r"LITMOS_(?:.*_)?(?:SERVICE_HOST|SERVICE_PORT(?:_.*)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_.*)?)?)")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All LITMOS_* settings. Nothing secret is in its repr."""

    api_key: SecretStr = _NO_KEY  # empty only in the demo
    base_url: str = values.REGIONS["us"]  # ends in /v1.svc, without a slash
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
    quiet_hours: tuple[int, int] = (18, 8)  # nobody is nudged from one hour until the other; equal: no such hours
    quiet_days: frozenset[int] = frozenset({5, 6})  # nobody is nudged all day long; 0 is Monday
    pseudonyms: bool = False  # assistants get pseudonyms instead of names, user names and e-mail addresses
    webhook_secrets: tuple[SecretStr, ...] = ()  # what addresses for Litmos' webhooks end in; none: there is no address
    digest_cron: str | None = "0 8 * * 1"  # when digests are sent, in `time_zone`; None: never
    time_zone: str = "UTC"

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings in `environ`; None: in this process' environment. An empty value counts as none.

        LITMOS_BASE_URL is more exact than LITMOS_REGION and wins over it.

        Raises:
            Misconfigured: with a line for each setting that is missing, wrong or unknown.
        """
        reader = _Reader(environ, _NAMES)
        demo = reader.take("LITMOS_DEMO", values.yes_or_no, default=False)
        region = reader.take("LITMOS_REGION", values.region, default=values.REGIONS["us"])
        settings = cls(
            api_key=reader.take("LITMOS_API_KEY", values.api_key, default=_NO_KEY),
            base_url=reader.take("LITMOS_BASE_URL", values.base_url, default=region),
            web_url=reader.take("LITMOS_WEB_URL", values.web_url, default=""),
            source=reader.take("LITMOS_SOURCE", values.source, default=cls.source),
            format=reader.take("LITMOS_FORMAT", values.reply_format, default=cls.format),
            requests_per_minute=reader.take(
                "LITMOS_REQUESTS_PER_MINUTE", values.requests, default=cls.requests_per_minute
            ),
            timeout_seconds=reader.take("LITMOS_TIMEOUT_SECONDS", values.seconds, default=cls.timeout_seconds),
            state_url=reader.take("LITMOS_STATE_URL", values.state_url, default="") or _state_file(),
            admins=reader.take("LITMOS_ADMINS", values.addresses, default=cls.admins),
            operator=reader.take("LITMOS_OPERATOR", values.operator, default=""),
            read_only=reader.take("LITMOS_READ_ONLY", values.yes_or_no, default=False),
            demo=demo,
            confirmation=reader.take("MCP_CONFIRMATION", values.confirmation, default=cls.confirmation),
            quiet_hours=reader.take("LITMOS_QUIET_HOURS", values.hours, default=cls.quiet_hours),
            quiet_days=reader.take("LITMOS_QUIET_DAYS", values.days, default=cls.quiet_days),
            pseudonyms=reader.take("MCP_PSEUDONYMS", values.yes_or_no, default=False),
            webhook_secrets=reader.take("LITMOS_WEBHOOK_SECRETS", values.webhook_secrets, default=()),
            digest_cron=reader.take("LITMOS_DIGEST_CRON", values.cron, default=cls.digest_cron),
            time_zone=reader.take("LITMOS_TIME_ZONE", values.zone, default=cls.time_zone),
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
        reader = _Reader(environ, ["LITMOS_STATE_URL"])
        url = reader.take("LITMOS_STATE_URL", values.state_url, default="")
        reader.end()
        return url or _state_file()


class _Reader:
    """Takes one setting after the other and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str] | None, names: Iterable[str]) -> None:
        self._there = names_there(environ, "LITMOS_")
        self._named = names_given(environ, "LITMOS_")
        self._given = given(environ, names)
        self._problems = dict(self._given.wrong)

    def has(self, name: str) -> bool:
        """Whether it is set, to a value that can be used or not."""
        return name in self._named

    def take(self, name: str, parse: Callable[[str], T], *, default: T) -> T:
        """The value of `name`, or `default` if there is none or if it is wrong (`parse` raises ValueError)."""
        if name not in self._given.values:
            return default
        try:
            return parse(self._given.values[name])
        except ValueError as error:
            self.wrong(name, str(error))
            return default

    def wrong(self, name: str, what: str) -> None:
        self._problems[name] = what

    def end(self) -> None:
        """Raises Misconfigured if anything was wrong."""
        known = with_files(_NAMES)
        for name in sorted(self._there.difference(known)):
            if not _KUBERNETES.fullmatch(name):
                self._problems[name] = f"not a setting of Litmos ChatOps. Did you mean {_closest(name, known)}?"
        if self._problems:
            order = [*(name for name in known if name in self._problems), *self._problems]
            lines = "".join(f"\n  {_printable(name)}: {self._problems[name]}" for name in dict.fromkeys(order))
            raise Misconfigured(f"The settings cannot be used:{lines}")


def _closest(name: str, known: Sequence[str]) -> str:
    from rapidfuzz import process  # noqa: PLC0415 - needed only for a wrong name

    return process.extractOne(name, known)[0]


def _printable(name: str) -> str:
    """A name is one line of the message, whatever the environment called it."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _state_file() -> str:
    from platformdirs import user_state_path  # noqa: PLC0415 - needed only without a setting

    file = user_state_path("litmos-chatops", appauthor=False) / "state.sqlite"
    return f"sqlite:///{quote(str(file), safe='/: ' + os.sep)}"  # ? and % are special in a URL
