"""`litmos check`: whether everything this program needs is there and works, on one page, with what to do.

Each thing is looked at by itself, for a bounded time, side by side with the others. Nothing is changed.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points

import anyio

from litmos.api.call import Pace
from litmos.commands.check_litmos import litmos_check, settings_shown
from litmos.commands.check_page import write_json, write_page
from litmos.commands.check_state import Ground, state_checks
from litmos.commands.serve import offers
from litmos.errors import Misconfigured
from litmos.faces import GROUP, Offer, Unwanted
from litmos.findings import Check, Finding, Level, failure, found_by, ok
from litmos.settings import Settings

__all__ = ["SECONDS", "check"]

SECONDS = 15.0
GRACE = 2.0  # seconds that what still hangs gets to end after the page is written, besides the database's patience
SETTINGS = "settings"
FIRST = (SETTINGS, "Litmos", "state")


def check(seconds: float = SECONDS, *, as_json: bool = False, clock: Callable[[], float] = time.time) -> int:
    """Look at everything and write what was found; 0: nothing fails, 1: something does, 2: settings are wrong.

    Args:
        seconds: That each thing has, at most; all of them begin at once.
        as_json: For programs instead of people.
        clock: Seconds since 1970.
    """
    found, checks, pace, ground = _prepared(seconds, clock)
    results: list[Sequence[Finding]] = [()] * len(checks)
    ended = threading.Event()

    async def run() -> None:
        async def look(place: int, one: Check) -> None:
            results[place] = await found_by(one, seconds)

        async with anyio.create_task_group() as tasks:
            for place, one in enumerate(checks):
                tasks.start_soon(look, place, one)
        findings = sorted([*found, *(one for several in results for one in several)], key=_place)
        (write_json if as_json else write_page)(findings, pace.spent, sys.stdout)
        sys.stdout.flush()
        found[:] = findings
        _leave_anyway(_code(findings), ended, ground.patience + GRACE)
        ground.close()

    anyio.run(run)
    ended.set()
    return _code(found)


def _leave_anyway(code: int, ended: threading.Event, seconds: float) -> None:
    """A database or name server that hangs holds a thread which the loop would wait for; the page is written."""

    def leave() -> None:
        if not ended.wait(seconds):
            os._exit(code)

    threading.Thread(target=leave, daemon=True).start()


def _place(one: Finding) -> tuple[int, str]:
    """The page begins with what is ours; then come the faces."""
    return (FIRST.index(one.about), "") if one.about in FIRST else (len(FIRST), one.about)


def _code(findings: Sequence[Finding]) -> int:
    failed = {one.about for one in findings if one.level is Level.FAILURE}
    return 2 if SETTINGS in failed else 1 if failed else 0


def _prepared(seconds: float, clock: Callable[[], float]) -> tuple[list[Finding], list[Check], Pace, Ground]:
    """What can be said at once, and what has to be looked at."""
    found: list[Finding] = []
    problems: list[str] = []
    settings, url = _settings(problems)
    offered = offers(sorted(entry_points(group=GROUP), key=lambda one: one.name), problems)
    found += [failure(SETTINGS, one) for one in problems]
    found += settings_shown(settings) if settings else []
    pace, ground = Pace(), Ground(url, seconds / 4, clock)
    checks = [litmos_check(settings, ground, pace, clock)] if settings else []
    if not (settings and settings.demo):
        limit = settings.requests_per_minute if settings else 0
        checks += state_checks(ground, limit) if url else []
    for name, one in offered.items():
        found += _unwanted(name, one)
        checks += one.checks(url) if isinstance(one, Offer) and one.checks else []
    return found, checks, pace, ground


def _settings(problems: list[str]) -> tuple[Settings | None, str]:
    """All of them, and where the state is: known, perhaps, even where the others are wrong."""
    try:
        settings = Settings.read()
    except Misconfigured as wrong:
        problems.append(str(wrong))
    else:
        return settings, settings.state_url
    try:
        return None, Settings.read_state_url()
    except Misconfigured:
        return None, ""


def _unwanted(name: str, one: Offer | Unwanted) -> Iterator[Finding]:
    if isinstance(one, Unwanted):
        yield ok(name, f"Not set up. To have it: {one.why}.")
