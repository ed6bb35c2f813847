"""Tells people something unasked, once at most: a message that may have arrived is never sent again.

It is done in processes with a face that reaches people. What is recorded is whom, and ids of what it is about.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dbos import DBOS

from litmos.desk.messages import Post
from litmos.errors import LitmosError, Throttled, Unavailable
from litmos.jobs.durable import Served, Work, begin
from litmos.log import bound, logger
from litmos.telemetry import About, step

__all__ = ["Teller", "Tellers", "tell", "telling"]

QUEUE = "messages"
PAUSES = (30.0, 300.0, 1800.0)  # seconds before another try, where surely nothing was told
LOG = logger("litmos.jobs")

Teller = Callable[[Mapping[str, Any], str], Awaitable[bool]]
"""Tells a person (by id) of what is recorded; False: they cannot be found, or it is nothing for them. Raises."""


@dataclass(frozen=True, slots=True)
class Tellers:
    """Who tells what, by its name."""

    post: Post
    by: Mapping[str, Teller]
    pauses: tuple[float, ...] = PAUSES


SERVED = Served[Tellers]("messages")


def telling(tellers: Tellers, *, here: bool) -> Work[Tellers]:
    """For the engine. `here`: whether this process has a face that reaches people."""
    return Work(served=SERVED, by=tellers, queue=QUEUE, at_once=4, here=here)


async def tell(name: str, about: str, what: Mapping[str, Any], to: str) -> None:
    """Let a person be told; the same `name` tells once. `about`: the teller's name."""
    await begin(QUEUE, told, name, name, about, dict(what), to, 0)


@DBOS.workflow(name="tell")
async def told(name: str, about: str, what: dict[str, Any], to: str, tried: int) -> str:
    """One try; returns what came of it."""
    life = await mark()
    came = await attempt(about, what, to, life)
    if came == "later":
        pause = await again(tried)
        if pause:
            await begin(QUEUE, told, f"{name}-{tried + 1}", name, about, what, to, tried + 1, after=pause)
    return came


@DBOS.step(name="telling.mark")
async def mark() -> str:
    """Which life of which process is about to tell: in another one, it is not known whether it did."""
    await SERVED.by.post.opened()
    return SERVED.life


@DBOS.step(name="telling.attempt")
async def attempt(about: str, what: dict[str, Any], to: str, life: str) -> str:
    """`told`, `nobody`, `later`, or `perhaps`."""
    if life != SERVED.life:
        return "perhaps"
    told_of: About = {"litmos.operation": about}
    with bound(operation=about), step("litmos.telling", told_of):
        came = await _attempted(about, what, to)
        told_of["litmos.outcome"] = came
        return came


async def _attempted(about: str, what: dict[str, Any], to: str) -> str:
    try:
        came = "told" if await SERVED.by.by[about](what, to) else "nobody"
    except (Unavailable, Throttled) as down:
        came = "perhaps" if down.perhaps_done else "later"
    except LitmosError as error:
        LOG.warning("litmos.messages.failed", about=about, kind=type(error).__name__)
        return "nobody"
    LOG.info("litmos.messages.told", about=about, came=came)
    return came


@DBOS.step(name="telling.again")
async def again(tried: int) -> float:
    """The seconds until another try; 0 for none."""
    pauses = SERVED.by.pauses
    return pauses[tried] if tried < len(pauses) else 0.0
