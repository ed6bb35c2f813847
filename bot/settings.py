"""What the environment says about Slack, read once at the entry point. No message repeats a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from litmos.environment import all_given, names_given
from litmos.errors import Misconfigured

__all__ = ["Installing", "SlackSettings"]

_CREDENTIALS = {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID"}
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
_TEAM = re.compile(r"T[A-Z0-9]{1,20}")
_MCP_URL = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)+")
_API_URL = re.compile(
    r"(https://[A-Za-z0-9.-]+|http://(localhost|127(\.[0-9]{1,3}){3}|\[::1\]))(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?"
)
_DOMAIN = re.compile(r"[a-z0-9.-]+\.[a-z]{2,}")


@dataclass(frozen=True, kw_only=True)
class Installing:
    """For several workspaces: the app's own credentials, and the keys that tokens are kept with.

    `teams`: the only workspaces that are served. Whoever rules a workspace rules the e-mail addresses in it, so a
    stranger's could be anybody in Litmos.
    """

    client_id: str
    client_secret: SecretStr
    token_keys: tuple[SecretStr, ...]
    teams: frozenset[str]
    redirect_url: str = ""


@dataclass(frozen=True, kw_only=True)
class SlackSettings:
    """The SLACK_* settings. With `app_token` the bot uses Socket Mode, otherwise HTTP with `signing_secret`.

    Either `bot_token`, for one workspace, or `installing`, for all that install the app.
    """

    bot_token: SecretStr | None = None
    installing: Installing | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"
    mcp_url: str = ""  # where Slackbot may reach our MCP server; empty: nowhere
    command: str = "/litmos"
    email_domains: frozenset[str] = frozenset()  # empty: any
    port: int = 3000

    @staticmethod
    def wanted(environ: Mapping[str, str] | None = None) -> bool:
        """Whether there are credentials of Slack, right or wrong."""
        return not _CREDENTIALS.isdisjoint(names_given(environ, "SLACK_"))

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "SlackSettings":
        """The settings in `environ`; None: in this process' environment.

        Raises:
            Misconfigured: with a line for each setting that is missing or wrong.
        """
        given = all_given(environ, "SLACK_")
        found = given.values
        # With a file that cannot be read, nobody knows yet what else is missing.
        problems = [f"{name}: {what}" for name, what in given.wrong.items()] or _problems(found)
        if problems:
            raise Misconfigured("The Slack settings cannot be used:" + "".join(f"\n  {line}" for line in problems))
        return cls(
            bot_token=_secret(found, "SLACK_BOT_TOKEN"),
            installing=_installing(found),
            app_token=_secret(found, "SLACK_APP_TOKEN"),
            signing_secret=_secret(found, "SLACK_SIGNING_SECRET"),
            api_url=found.get("SLACK_API_URL", cls.api_url).rstrip("/") + "/",
            mcp_url=found.get("SLACK_MCP_URL", ""),
            command=found.get("SLACK_COMMAND", cls.command),
            email_domains=frozenset(_listed(found.get("SLACK_EMAIL_DOMAINS", ""))),
            port=int(found.get("SLACK_PORT", cls.port)),
        )


def _problems(found: Mapping[str, str]) -> list[str]:
    problems = _credential_problems(found)
    if not _COMMAND.fullmatch(found.get("SLACK_COMMAND", "/litmos")):
        problems.append("SLACK_COMMAND: write a slash and small letters, like /litmos")
    if "SLACK_MCP_URL" in found:
        problems += _mcp_problems(found)
    if any(not _DOMAIN.fullmatch(one) for one in _listed(found.get("SLACK_EMAIL_DOMAINS", ""))):
        problems.append("SLACK_EMAIL_DOMAINS: write domains with commas between, like example.com")
    if not _API_URL.fullmatch(found.get("SLACK_API_URL", "https://slack.com/api/")):
        problems.append("SLACK_API_URL: an https:// address (http:// only on this machine): the token is sent there")
    if not re.fullmatch(r"[0-9]{1,5}", found.get("SLACK_PORT", "3000")):
        problems.append("SLACK_PORT: write a port number")
    return problems


def _mcp_problems(found: Mapping[str, str]) -> list[str]:
    problems = []
    if not _MCP_URL.fullmatch(found["SLACK_MCP_URL"]):
        problems.append("SLACK_MCP_URL: an https:// address with a path, like https://litmos.example.com/slack/mcp")
    if "SLACK_SIGNING_SECRET" not in found:
        problems.append("SLACK_SIGNING_SECRET: needed with SLACK_MCP_URL, to know Slackbot by its signature")
    return problems


def _credential_problems(found: Mapping[str, str]) -> list[str]:
    if "SLACK_CLIENT_ID" in found:
        return _installing_problems(found)
    problems = []
    if not found.get("SLACK_BOT_TOKEN", "").startswith("xoxb-"):
        problems.append("SLACK_BOT_TOKEN: the bot token, xoxb-..., from OAuth & Permissions of your Slack app")
    if "SLACK_APP_TOKEN" in found and not found["SLACK_APP_TOKEN"].startswith("xapp-"):
        problems.append("SLACK_APP_TOKEN: not an app-level token. It begins with xapp-; see Basic Information")
    if not found.keys() & {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}:
        problems.append(
            "SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP): one of them, see Basic Information"
        )
    return problems


def _installing_problems(found: Mapping[str, str]) -> list[str]:
    problems = [
        f"{name}: not together with SLACK_CLIENT_ID, which is for several workspaces over HTTP"
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
        if name in found
    ]
    problems += [
        f"{name}: needed for several workspaces; see Basic Information of your Slack app"
        for name in ("SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET")
        if name not in found
    ]
    keys = _keys(found)
    if not keys or not all(map(_KEY.fullmatch, keys)):
        problems.append(
            "SLACK_TOKEN_KEYS: keys of 32 bytes in URL-safe base64, commas between, the newest first; make one with "
            "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
        )
    teams = _teams(found)
    if not teams or not all(map(_TEAM.fullmatch, teams)):
        problems.append("SLACK_TEAMS: the ids of the workspaces that may use this, like T0123ABCD, commas between")
    return problems


def _installing(found: Mapping[str, str]) -> Installing | None:
    if "SLACK_CLIENT_ID" not in found:
        return None
    return Installing(
        client_id=found["SLACK_CLIENT_ID"],
        client_secret=SecretStr(found["SLACK_CLIENT_SECRET"]),
        token_keys=tuple(map(SecretStr, _keys(found))),
        teams=frozenset(_teams(found)),
        redirect_url=found.get("SLACK_REDIRECT_URL", ""),
    )


def _teams(found: Mapping[str, str]) -> list[str]:
    return [team for team in re.split(r"[\s,]+", found.get("SLACK_TEAMS", "")) if team]


def _keys(found: Mapping[str, str]) -> list[str]:
    return [key for key in re.split(r"[\s,]+", found.get("SLACK_TOKEN_KEYS", "")) if key]


def _secret(found: Mapping[str, str], name: str) -> SecretStr | None:
    return SecretStr(found[name]) if name in found else None


def _listed(value: str) -> list[str]:
    return [one.casefold().removeprefix("@") for one in re.split(r"[\s,]+", value) if one]
