"""Who presses and types: judged by Slack's own record of them, then named by the Desk. Strangers and guests are out."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from litmos.desk.actor import Actor
from litmos.errors import NotAllowed, Unavailable

__all__ = ["FACE", "FAILURES", "Presence", "Who", "judge", "said", "unavailable"]

FACE = "slack"
REMEMBERED = 300.0  # seconds, for those who only look
FAILURES = (SlackApiError, TimeoutError, aiohttp.ClientError)  # what a question to Slack fails with


class Names(Protocol):
    """As much of the Desk as names people."""

    async def actor(self, face: str, identity: str, email: str) -> Actor:
        """The actor behind an identity."""


@dataclass(frozen=True, slots=True)
class Who:
    """An identity as a delivery of Slack tells it: the workspace of the person, not of the app."""

    team: str
    user: str

    @property
    def identity(self) -> str:
        return f"{FACE}:{self.team}/{self.user}"

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Who":
        """From a command (`team_id`, `user_id`), an interaction (`user`), or an event (`event.user`)."""
        user = body.get("user")
        if isinstance(user, Mapping):  # only the person's own team says that an outsider is one
            team = user.get("team_id") or (body.get("team") or {}).get("id", "")
            return cls(str(team), str(user.get("id", "")))
        event = body.get("event")
        if isinstance(event, Mapping):
            return cls(str(body.get("team_id", "")), str(event.get("user", "")))
        return cls(str(body.get("team_id", "")), str(body.get("user_id", "")))


@dataclass
class Presence:
    """Turns identities into actors. `team`: where the app is installed; `domains`: of e-mail addresses, empty for any.

    Remembered for five minutes by `clock` for those who look; before a change everything is read again.
    """

    client: AsyncWebClient
    desk: Names
    team: str
    domains: frozenset[str] = frozenset()
    clock: Callable[[], float] = time.monotonic
    _known: dict[Who, tuple[float, str]] = field(default_factory=dict)
    _asking: dict[Who, asyncio.Lock] = field(default_factory=dict)

    async def actor(self, who: Who, *, fresh: bool = False) -> Actor:
        """Who this is in Litmos; `NotAllowed` in words for them."""
        return await self.desk.actor(FACE, who.identity, await self.email(who, fresh=fresh))

    async def email(self, who: Who, *, fresh: bool = False) -> str:
        """Their confirmed address. One question to Slack, however many ask at once."""
        async with self._asking.setdefault(who, asyncio.Lock()):
            known = self._known.get(who)
            if known and not fresh and self.clock() - known[0] < REMEMBERED:
                return known[1]
            email = judge(await self._record(who), self.team, self.domains)
            if who.team != self.team:
                raise NotAllowed("Only members of this workspace can use this.")
            self._known[who] = (self.clock(), email)
            return email

    async def zone(self, user: str) -> str | None:
        """The time zone that a member of this workspace has set; None for none."""
        return str((await self._record(Who(self.team, user))).get("tz") or "") or None

    def forget(self, who: Who) -> None:
        """Their profile has changed."""
        self._known.pop(who, None)

    async def _record(self, who: Who) -> Mapping[str, Any]:
        try:
            found = await self.client.users_info(user=who.user)
        except FAILURES as error:
            if said(error) == "user_not_found":
                raise NotAllowed("Slack does not know this account.") from None
            raise unavailable(error) from None
        record: Mapping[str, Any] = found["user"]
        return record


def said(error: Exception) -> str:
    """What Slack answered instead of doing something, in its own word; the kind of failure where it did not answer."""
    return str(error.response.get("error", "unknown")) if isinstance(error, SlackApiError) else type(error).__name__


def unavailable(error: Exception) -> Unavailable:
    """Slack does not say who somebody is."""
    return Unavailable(f"Slack does not say who you are ({said(error)}).")


def judge(user: Mapping[str, Any], team: str, domains: frozenset[str]) -> str:
    """The confirmed e-mail address of a full member of the workspace, in small letters; `NotAllowed` for others."""
    profile = user.get("profile") or {}
    email = str(profile.get("email") or "").casefold()
    for wrong, why in (
        (bool(user.get("deleted")), "This Slack account is deactivated."),
        (_is_bot(user), "Bots cannot use this."),
        (bool(user.get("is_stranger")) or _home(user, team) != team, "Only members of this workspace can use this."),
        (bool(user.get("is_restricted") or user.get("is_ultra_restricted")), "Guests cannot use this."),
        (bool(user.get("is_invited_user")), "Accept your invitation to Slack first."),
        (user.get("is_email_confirmed") is False, "Confirm your e-mail address in Slack first."),
        (not email, "Your Slack profile has no e-mail address that this app may see."),
        (bool(domains) and email.rpartition("@")[2] not in domains, "Your e-mail address is not of this company."),
    ):
        if wrong:
            raise NotAllowed(why)
    return email


def _is_bot(user: Mapping[str, Any]) -> bool:
    return bool(user.get("is_bot") or user.get("is_workflow_bot")) or user.get("id") == "USLACKBOT"


def _home(user: Mapping[str, Any], team: str) -> str:
    """The workspace somebody belongs to; in an organisation it may be any of its workspaces."""
    teams = (user.get("enterprise_user") or {}).get("teams") or []
    return team if team in teams else str(user.get("team_id") or "")
