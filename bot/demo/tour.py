"""A scripted walk through the bot, as people would go: each step says what has to be seen after it."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.demo.delivery import Door
from bot.demo.person import Cannot, Person
from bot.demo.screen import read
from bot.demo.slack import LocalSlack

__all__ = ["walk"]

PATIENCE = 20.0  # seconds for what a step should show

Tell = Callable[[str], object]


@dataclass(frozen=True)
class Step:
    """What somebody does, in words and in deed, and what they have to see then."""

    words: str
    deed: Callable[[], Coroutine[Any, Any, Any]]
    seen: Callable[[], str]
    holds: str

    def is_so(self) -> bool:
        return self.holds in _seen(self)


async def walk(slack: LocalSlack, door: Door, tell: Tell) -> list[str]:
    """Go all steps; returns those that did not show what they should."""
    wrong = []
    for step in _steps(slack, door):
        tell(f"\n{step.words}\n")
        try:
            await step.deed()
            async with asyncio.timeout(PATIENCE):
                await slack.until(step.is_so)
        except (Cannot, TimeoutError):
            wrong.append(f"{step.words} -> {step.holds}")
        tell("".join(f"     {line}\n" for line in _seen(step).splitlines()[:12]))
    return wrong


def _seen(step: Step) -> str:
    try:
        return step.seen()
    except (Cannot, IndexError):
        return ""


def _steps(slack: LocalSlack, door: Door) -> list[Step]:
    ada, lena, omar, guest = (Person(slack, door, user) for user in ("UADA", "ULENA", "UOMAR", "UGUEST"))

    def last(person: Person) -> Callable[[], str]:
        return lambda: read(person.messages()[-1].blocks)

    def modal(person: Person) -> Callable[[], str]:
        return lambda: person.sees

    def does(what: Callable[..., Coroutine[Any, Any, Any]], *how: Any) -> Callable[[], Coroutine[Any, Any, Any]]:
        return lambda: what(*how)

    return [
        Step("Ada Marsh asks what she has to do: /litmos", does(ada.types, ""), last(ada), "Fire &amp; Safety"),
        Step("How she did: /litmos results FA-01", does(ada.types, "results FA-01"), last(ada), "score"),
        Step("Her Home tab", does(ada.opens_home), lambda: read(ada.home.blocks), "Fire &amp; Safety"),
        Step("A guest asks too", does(guest.types, ""), last(guest), "Guests cannot use this."),
        Step(
            'Lena Fischer, who leads Sales: /litmos assign "Fire & Safety" to @noor',
            does(lena.types, 'assign "Fire & Safety" to @noor'),
            modal(lena),
            "not assigned -> will be assigned",
        ),
        Step("She closes it", does(lena.closes), lambda: "" if slack.screen("ULENA").modals else "closed", "closed"),
        Step("And types it again", does(lena.types, "assign FIRE-01 to @noor"), modal(lena), "Noor Rahman"),
        Step("Assign", does(lena.submits), modal(lena), "Assign done"),
        Step("What stays of it", lambda: asyncio.sleep(0), last(lena), "Receipt"),  # noqa: TID251 - does nothing
        Step(
            "Two people again from the beginning: /litmos reset FA-01 SELL-01 for @ada @noor",
            does(lena.types, "reset FA-01 SELL-01 for @ada @noor"),
            modal(lena),
            "reset",
        ),
        Step("Tomás is not in her team", does(lena.types, "assign FIRE-01 to @tomas"), modal(lena), "whom you may see"),
        Step(
            "An administrator asks what happened: /litmos audit", does(omar.types, "audit"), last(omar), "Assign done"
        ),
    ]
