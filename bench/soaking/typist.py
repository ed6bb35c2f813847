"""Somebody in Slack: commands, modals confirmed or closed, undo, approvals of what an assistant has proposed."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from bench.soaking.crowd import PATIENCE, Crowd
from bench.soaking.model import Told
from bot.demo.delivery import HttpDoor
from bot.demo.person import Person
from bot.demo.screen import Message, elements_of, read
from bot.demo.slack import LocalSlack
from litmos.demo.records import Person as Employee

AGREES = 0.8
UNDOES = 0.25
LOOKS = ("", "", "courses {}", "paths {}", "results FIRE-01 {}", "find fire", "help")
STRANGERS = ("UGUEST", "UALIEN", "UNOBODY")
KEPT = 300  # messages; the bot edits those of jobs
WORDS = {"assign": "to", "unassign": "from", "reset": "for"}
MARKS = {"✓": "done", "=": "already so", "✗": "failed", "-": "not tried", "?": "unproven"}
RESULTS = "|".join(MARKS.values())


class Typist:
    """One user of the workspace; `people` are those only they change."""

    def __init__(self, crowd: Crowd, slack: LocalSlack, door: HttpDoor, user: str, people: Sequence[Employee]) -> None:
        self.crowd, self.slack, self.people = crowd, slack, people
        self.person = Person(slack, door, user)

    async def run(self) -> None:
        """Until the crowd stops."""
        while not self.crowd.stop.is_set():
            async with self.crowd.hands(self.person.user):
                await self.step()
            await asyncio.sleep(self.crowd.chance.uniform(0, 0.5))  # noqa: TID251 - people pause
        self.slack.touch()

    async def step(self) -> None:
        """One command and what follows from it."""
        try:
            if self.people and self.crowd.chance.random() < 0.6:  # noqa: PLR2004 - more than half
                await self._change()
            else:
                await self._look()
        except TimeoutError:
            self.crowd.wrong[f"in Slack nothing came for {PATIENCE:.0f} s"] += 1
        if self.person.slack.screen(self.person.user).trouble:
            self.crowd.wrong[self.person.slack.screen(self.person.user).trouble] += 1
        self.slack.screen(self.person.user).modals.clear()
        self.slack.calls.clear()
        self.slack.messages[:-KEPT] = []

    async def approve(self, key: str) -> None:
        """What an assistant has proposed: yes in a modal, or no."""
        async with self.crowd.hands(self.person.user):
            await self._until(lambda: self._proposal(key) is not None)
            message = self._proposal(key)
            if message is None:
                raise AssertionError("it was there")
            if self.crowd.chance.random() > AGREES:
                await self.person.presses("Reject", message)
                self.crowd.deeds["proposal rejected"] += 1
                return
            await self.person.presses("Approve…", message)
            self.crowd.deeds["proposal approved"] += 1
            await self._settled()
            await self._answer(agrees=True)
            self.slack.screen(self.person.user).modals.clear()

    async def _look(self) -> None:
        words = self.crowd.chance.choice(LOOKS)
        others = [one.email for one in self.people] or [""]
        # Only these messages are waited for: some of a job, or of a proposal, may arrive at any time.
        self.slack.messages[:] = [one for one in self.slack.messages if one.only_for != self.person.user]
        await self.person.types(words.format(self.crowd.chance.choice(others)).strip())
        await self._until(lambda: any(one.only_for == self.person.user for one in self.slack.messages))
        self.crowd.deeds["look in Slack"] += 1

    async def _change(self) -> None:
        operation = self.crowd.operation()
        people = ", ".join(one.email for one in self.crowd.some(self.people, 3))
        training = ", ".join(self.crowd.some_training(operation))
        await self.person.types(f"{operation} {training} {WORDS[operation]} {people}")
        await self._settled()
        if await self._answer(agrees=self.crowd.chance.random() < AGREES) and self._may_undo():
            await self.person.presses("Undo", self.person.modal)
            self.crowd.deeds["undo in Slack"] += 1
            await self._settled()
            await self._answer(agrees=True)

    def _may_undo(self) -> bool:
        offered = any(element.get("action_id") == "undo" for _, element in elements_of(self.person.modal.blocks))
        return offered and self.crowd.chance.random() < UNDOES

    async def _answer(self, *, agrees: bool) -> bool:
        """Say yes or no to what the modal asks; True where something was done."""
        view = self.person.modal
        if "submit" not in view.payload:
            self.crowd.deeds[
                f"refused in Slack: {'nothing' if 'Nothing' in view.payload['title']['text'] else 'words'}"
            ] += 1
            return False
        if not agrees:
            await self.person.closes()
            self.crowd.deeds["modal closed"] += 1
            return False
        for block, element in elements_of(view.blocks):
            if block["block_id"].startswith("word:"):
                self.person.fills(**{element["action_id"]: block["block_id"].removeprefix("word:")})
        await self.person.submits()
        await self._settled()
        return self._read(read(self.person.modal.blocks))

    def _read(self, text: str) -> bool:
        """Take an outcome from what is to be read; nothing was done where there is none."""
        head = re.search(rf"(Assign|Unassign|Reset) ({RESULTS}) \(", text)
        several = re.search(rf"(Assign|Unassign|Reset): \d+ (?:{RESULTS})", text)
        receipt = re.search(r"Receipt (\d+)", text)
        if not head and not several:
            self.crowd.deeds["not carried out in Slack"] += 1
            return False
        if head:
            lines = [self._line(text, head[1], head[2])]
        else:
            verb = several[1] if several else ""
            told = re.findall(rf"• ([{re.escape(''.join(MARKS))}]) (.*)", text)
            lines = [self._line(rest, verb, MARKS[mark]) for mark, rest in told]
        self.crowd.heard(lines, int(receipt[1]) if receipt else 0)
        return receipt is not None

    def _line(self, text: str, verb: str, result: str) -> Told:
        """A line names people by e-mail address and training by code, both in brackets."""
        people = [one.id for one in self.crowd.sandbox.world.people.values() if f"({one.email})" in text]
        training = [one for code, one in self.crowd.codes().items() if f"({code})" in text]
        if len(people) != 1 or len(training) != 1:
            raise AssertionError(f"cannot be read: {text}")
        return Told(verb.casefold(), people[0], training[0], result)

    def _proposal(self, key: str) -> Message | None:
        for message in self.person.direct:
            if any(element.get("value") == key for _, element in elements_of(message.blocks)):
                return message
        return None

    async def _settled(self) -> None:
        """The modal on top has stopped saying that it is under way."""

        def settled() -> bool:
            view = self.slack.screen(self.person.user).modal
            return view is not None and not any(block.get("block_id") == "working" for block in view.blocks)

        await self._until(settled)

    async def _until(self, so: Any) -> None:
        await asyncio.wait_for(self.slack.until(so), PATIENCE)


class Stranger:
    """People who must stay outside: they get words, and nothing of anybody."""

    def __init__(self, crowd: Crowd, slack: LocalSlack, door: HttpDoor) -> None:
        self.crowd, self.slack, self.door = crowd, slack, door

    async def run(self) -> None:
        while not self.crowd.stop.is_set():
            user = self.crowd.chance.choice(STRANGERS)
            person = Person(self.slack, self.door, user)
            self.slack.messages[:] = [one for one in self.slack.messages if one.only_for != user]
            await person.types("courses ada.marsh@example.com")
            answered = self.slack.until(lambda: any(one.only_for == user for one in self.slack.messages))  # noqa: B023 - awaited here
            try:
                await asyncio.wait_for(answered, PATIENCE)
            except TimeoutError:
                self.crowd.wrong["a stranger got no answer"] += 1
            said = "\n".join(one.text for one in self.slack.messages if one.only_for == user)
            if "Safety" in said or "overdue" in said:
                self.crowd.wrong["a stranger in Slack was told about somebody"] += 1
            self.crowd.deeds["stranger refused in Slack"] += 1
            await asyncio.sleep(self.crowd.chance.uniform(1, 3))  # noqa: TID251 - people pause
