"""The settings, and Litmos itself: whether it answers, what the key may do, and what time it is there."""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TypeVar

from litmos.api.call import Call, Pace
from litmos.api.client import Client
from litmos.api.courses import search_courses
from litmos.api.users import get_user, search_users
from litmos.commands.check_state import Ground
from litmos.desk.actor import role_of
from litmos.errors import LitmosError, Misconfigured, NotFound, Throttled, Unavailable
from litmos.findings import Check, Finding, clock_against, failure, ok, warning
from litmos.model import Person
from litmos.settings import Settings
from litmos.wiring import account_of, open_probe

__all__ = ["litmos_check", "settings_shown"]

SETTINGS = "settings"
LITMOS = "Litmos"

T = TypeVar("T")


def settings_shown(settings: Settings) -> Iterator[Finding]:
    """What counts, without what is secret or whose it is."""
    if settings.demo:
        yield warning(SETTINGS, "LITMOS_DEMO is set: answers are made up.", "Take it out to ask your own account.")
    else:
        yield ok(SETTINGS, f"The account at {account_of(settings)}, with an API key (not shown).")
    admins = len(settings.admins)
    yield ok(SETTINGS, f"Besides Litmos' administrators, LITMOS_ADMINS names {admins or 'nobody'}.")
    if settings.read_only:
        yield ok(SETTINGS, "LITMOS_READ_ONLY is set: nothing can be changed.")
    if count := len(settings.webhook_secrets):
        yield ok(SETTINGS, f"LITMOS_WEBHOOK_SECRETS has {count} (not shown): litmos serve takes Litmos' webhooks.")
    yield ok(SETTINGS, f"MCP_CONFIRMATION is {settings.confirmation}; pseudonyms: {_yes(said=settings.pseudonyms)}.")


def litmos_check(settings: Settings, ground: Ground, pace: Pace, clock: Callable[[], float]) -> Check:
    """Asks Litmos two or three small questions; `pace` counts them."""
    return Check(LITMOS, LITMOS, lambda: _Litmos(settings, pace, clock).look(ground))


class _Litmos:
    def __init__(self, settings: Settings, pace: Pace, clock: Callable[[], float]) -> None:
        self._settings, self._pace, self._clock = settings, pace, clock
        self._dates: list[tuple[str, float]] = []

    async def look(self, ground: Ground) -> AsyncIterator[Finding]:
        turns = None if self._settings.demo else await ground.turns(self._settings.requests_per_minute)
        async with open_probe(self._settings, turns, self._heard) as api:
            began = time.monotonic()
            try:
                await api.send(search_users(most=1), self._pace)
            except LitmosError as error:
                yield _told(error)
                if isinstance(error, Misconfigured | Throttled | Unavailable):  # the same would come again
                    return
            else:
                yield ok(LITMOS, f"It answers ({(time.monotonic() - began) * 1000:.0f} ms), and the key reads people.")
            for date, now in self._dates[:1]:
                for one in clock_against(LITMOS, date, now):
                    yield one
            yield await self._training(api)
            if self._settings.operator:
                yield await self._operator(api)
            else:
                yield ok(LITMOS, "LITMOS_OPERATOR is not set: a local assistant acts for the key's owner, an admin.")

    def _heard(self, headers: Mapping[str, str]) -> None:
        self._dates.append((headers.get("date", ""), self._clock()))

    async def _training(self, api: Client) -> Finding:
        found = await _tried(api, search_courses(most=1), self._pace)
        if isinstance(found, LitmosError):
            return _told(found)
        return ok(LITMOS, "The key reads courses. It is an account owner's, so it can change everything: keep it.")

    async def _operator(self, api: Client) -> Finding:
        found = await _tried(api, get_user(self._settings.operator), self._pace)
        match found:
            case NotFound():
                todo = "Write an e-mail address or user name that is in Litmos."
                return failure(LITMOS, "Nobody in Litmos is LITMOS_OPERATOR by user name or id.", todo)
            case LitmosError():
                return _told(found)
            case Person(active=False):
                return failure(LITMOS, "LITMOS_OPERATOR is inactive in Litmos.", "Name somebody who is active.")
            case person:
                return ok(LITMOS, f"LITMOS_OPERATOR ({self._settings.operator}) is there, as {role_of(person)}.")


async def _tried(api: Client, call: Call[T], pace: Pace) -> T | LitmosError:
    try:
        found: T = await api.send(call, pace)
    except LitmosError as error:
        return error
    else:
        return found


def _told(error: LitmosError) -> Finding:
    if isinstance(error, Throttled):
        return warning(LITMOS, str(error), "Until then it cannot be said whether the key is good.")
    return failure(LITMOS, str(error))


def _yes(*, said: bool) -> str:
    return "yes" if said else "no"
