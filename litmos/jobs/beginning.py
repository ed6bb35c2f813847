"""How approved work begins: refused in words, or tried again for two hours while Litmos does not answer."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from dbos import DBOS

from litmos.desk.bulk import Task
from litmos.errors import LitmosError, Throttled, Unavailable

__all__ = ["TRIES", "begun", "in_words", "pause"]

FIRST, LONGEST = 15.0, 300.0  # seconds between two tries
TRIES = 30  # two hours


def pause(tried: int) -> float:
    """Seconds until the next try, after so many."""
    return float(min(FIRST * 2 ** (tried - 1), LONGEST))


async def begun(begin: Callable[[str, Task], Awaitable[dict[str, Any]]], job: str, task: Task) -> dict[str, Any]:
    """What the step `begin` came to; `{"refused": why}` if it never did. For workflows."""
    for tried in range(1, TRIES + 1):
        came = await begin(job, task)
        if "down" not in came:
            return came
        await DBOS.sleep_async(max(pause(tried), came["down"]))
    return {"refused": "Litmos did not answer for two hours, so nothing was begun."}


async def in_words(beginning: Awaitable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a beginning came to; or why it is refused, in words; or for how many seconds Litmos is down. For steps."""
    try:
        return dict(await beginning)
    except (Unavailable, Throttled) as down:
        return {"down": down.after or 0.0}
    except LitmosError as no:
        return {"refused": str(no)}
