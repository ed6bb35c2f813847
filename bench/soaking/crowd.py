"""What everybody in a soak shares: chance, Litmos and its model, and what was counted."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.soaking.model import Model, Told
from litmos.demo.records import Person
from litmos.demo.sandbox import Sandbox

COURSES = ("FIRE-01", "GDPR-01", "ABGP-01", "MAN-01", "FA-01", "SELL-01", "FLT-01", "CYB-01", "LEAD-01")
PATHS = ("NS", "FL", "ME")
PATIENCE = 180.0  # seconds; the account's minute may be used up, and somebody may have to wait for the next


@dataclass
class Crowd:
    """`wrong` is what must not happen, in words; each distinct one is counted."""

    sandbox: Sandbox
    model: Model
    chance: random.Random
    deeds: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    receipts: dict[int, list[Told]] = field(default_factory=dict)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    busy: dict[str, asyncio.Lock] = field(default_factory=dict)

    def heard(self, lines: Sequence[Told], receipt: int) -> None:
        """What somebody was told of a change."""
        for line in lines:
            self.model.hear(line)
            self.deeds[f"{line.operation}: {line.result}"] += 1
        if receipt:
            self.receipts.setdefault(receipt, []).extend(lines)

    def hands(self, user: str) -> asyncio.Lock:
        """A person in Slack has one screen: whoever uses it keeps the others waiting."""
        return self.busy.setdefault(user, asyncio.Lock())

    def members(self, team: str) -> list[Person]:
        """The active people of a team who can be told apart by their e-mail address."""
        people = self.sandbox.world.people
        [found] = [one for one in self.sandbox.world.teams.values() if one.name == team]
        mails = Counter(one.email for one in people.values())
        return [people[one] for one in found.members if people[one].active and mails[people[one].email] == 1]

    def codes(self) -> dict[str, str]:
        """The ids of courses and learning paths by their codes."""
        world = self.sandbox.world
        return {one.code: one.id for one in world.courses.values()} | {one.code: one.id for one in world.paths.values()}

    def some(self, people: Sequence[Person], most: int) -> list[Person]:
        return self.chance.sample(people, self.chance.randint(1, min(most, len(people))))

    def some_training(self, operation: str, most: int = 2) -> list[str]:
        """Codes. Learning paths cannot be reset, and stand alone: beside their courses the order would matter."""
        if operation != "reset" and self.chance.random() < 0.2:  # noqa: PLR2004 - one in five
            return [self.chance.choice(PATHS)]
        return self.chance.sample(COURSES, self.chance.randint(1, most))

    def operation(self) -> str:
        return self.chance.choices(["assign", "unassign", "reset"], [5, 3, 2])[0]
