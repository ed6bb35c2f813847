"""What `litmos check` finds: everything that was looked at, how it is, and what to do about it.

The faces offer checks of their own, in the same form; see `litmos.faces`.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

import anyio

from litmos.errors import LitmosError

__all__ = ["Check", "Finding", "Level", "clock_against", "failure", "found_by", "ok", "warning"]

NOTICED = 30.0  # seconds that clocks may differ before anything is wrong; access tokens have this leeway
REFUSED = 240.0  # Slack's signatures are worth nothing after five minutes


class Level(StrEnum):
    """How something is. Only a failure keeps something from working."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at. `about`: whose it is, a heading; `todo` is empty where nothing has to be done."""

    about: str
    level: Level
    found: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Looks at `what`, in words for people. It may raise anything: what it found before that is kept."""

    about: str
    what: str
    run: Callable[[], AsyncIterator[Finding]]


def ok(about: str, found: str) -> Finding:
    """Something that is well."""
    return Finding(about, Level.OK, found)


def warning(about: str, found: str, todo: str) -> Finding:
    """Something that works, and that somebody should see to."""
    return Finding(about, Level.WARNING, found, todo)


def failure(about: str, found: str, todo: str = "") -> Finding:
    """Something that keeps something from working. `found` may say itself what to do, as errors do."""
    return Finding(about, Level.FAILURE, found, todo)


async def found_by(check: Check, seconds: float) -> Sequence[Finding]:
    """All that a check finds within so many seconds, whatever becomes of it."""
    found: list[Finding] = []
    try:
        with anyio.fail_after(seconds):
            async for one in check.run():
                found.append(one)  # noqa: PERF401 - what was found before it broke off counts
    except TimeoutError:
        late = f"No answer about {check.what} within {seconds:g} s."
        found.append(failure(check.about, late, "See whether it can be reached from here, and try again."))
    except LitmosError as error:
        found.append(failure(check.about, str(error)))
    except Exception as error:  # noqa: BLE001 - one that breaks must not hide the others; its words may hold anything
        broken = f"Looking at {check.what} broke off ({type(error).__name__})."
        found.append(failure(check.about, broken, "If it does so again, report it."))
    return found


def clock_against(about: str, date: str, now: float) -> list[Finding]:
    """This machine's clock against somebody's HTTP `Date`; nothing where there is none.

    Args:
        about: Whose answer it was in.
        date: The header's text.
        now: Seconds since 1970, when it came.
    """
    try:
        apart = now - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return []
    if abs(apart) < NOTICED:
        return [ok(about, "This machine's clock agrees with theirs.")]
    told = f"This machine's clock is {abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} theirs."
    todo = "Set it by a time service (NTP): signatures and access tokens are good for a short time only."
    return [failure(about, told, todo) if abs(apart) > REFUSED else warning(about, told, todo)]
