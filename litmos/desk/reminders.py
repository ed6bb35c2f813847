"""Nudges before they are sent: who would be written to, who not and why, and the text. Pure data, as plans are."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from litmos.desk.answers import TrainingRow
from litmos.desk.messages import Choice, Kind, Message
from litmos.desk.names import quoted, shown
from litmos.desk.plan import MANY_PEOPLE, SHOWN, Consent, several
from litmos.desk.requests import Nudge
from litmos.desk.standing import in_words
from litmos.store.nudges import Claim

__all__ = ["NOTHING", "NOT_NOW", "NOT_THERE", "REASONS", "SHOW", "STOP", "NudgeLine", "NudgePlan", "message"]

SHOW, NOT_NOW, STOP = "get_user_courses", "nudges_pause", "nudges_stop"
"""What the buttons of a nudge stand for."""
LISTED = 10  # courses of one message; people of one line
RULES = (
    "Everybody gets their own list, and buttons to see their training and to stop such messages. Nobody gets more than "
    "one a week, whoever asks. Who is overdue is looked at again just before."
)
NAMED = 3  # courses of somebody in the plan

NOTHING = "nothing is overdue"
NOT_THERE = "they are not in Slack, or not to be told apart there"
REASONS = {
    Claim.RECENT: "somebody has written to them within a week",
    Claim.STOPPED: "they want no reminders",
    Claim.UNSURE: "a process died while it wrote to them, so nobody knows whether it arrived",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeLine:
    """One person. `why`: the reason that nothing is sent to them, empty where something is."""

    person: str
    name: str
    email: str = ""
    courses: tuple[TrainingRow, ...] = ()
    why: str = ""
    at: datetime | None = None
    """When their quiet hours are over, by their own clock; None: there are none now."""
    is_sought: bool = False
    """Whether they are in Slack, and what time it is there, is only looked at when it is their turn."""


@dataclass(frozen=True)
class NudgePlan:
    """`request` names those by id who would be written to; `sender` is who asks."""

    request: Nudge
    sender: str
    lines: tuple[NudgeLine, ...]

    @property
    def operation(self) -> str:
        return self.request.operation

    @cached_property
    def changes(self) -> tuple[NudgeLine, ...]:
        """Those who are written to."""
        return tuple(line for line in self.lines if not line.why)

    @cached_property
    def fingerprint(self) -> str:
        """The same for plans that write to the same people about the same."""
        lines = sorted([line.person, *sorted(one.id for one in line.courses)] for line in self.changes)
        content = [self.operation, self.request.course, lines]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def consent(self) -> Consent:
        if not self.changes:
            return Consent.NONE
        return Consent.WORD if len(self.changes) > MANY_PEOPLE else Consent.YES

    @property
    def needs_word(self) -> bool:
        return self.consent is Consent.WORD

    @property
    def word(self) -> str:
        """What to type where the consent is a word."""
        return self.operation.upper()

    @property
    def heading(self) -> str:
        """The question in one line."""
        if not self.changes:
            return "There is nobody to nudge."
        return f"Nudge {several(len(self.changes), 'person', 'people')}?"

    @cached_property
    def question(self) -> str:
        """The whole as one text."""
        listed = [f"- {text}" for text in self.told[:SHOWN]]
        listed += [f"- and {len(self.told) - SHOWN} more"] if len(self.told) > SHOWN else []
        return "\n".join([self.heading, *listed, *self.notes, f"(plan {self.fingerprint[:12]})"])

    @cached_property
    def told(self) -> tuple[str, ...]:
        """A line for each person, first those who are written to; one line for all who have nothing overdue."""
        others = tuple(line for line in self.lines if line.why and line.why != NOTHING)
        well = [line for line in self.lines if line.why == NOTHING]
        return (*map(_in_words, (*self.changes, *others)), *([_well(well)] if well else []))

    @property
    def notes(self) -> tuple[str, ...]:
        """What else to know before a yes: the message itself, and the rules."""
        if not self.changes:
            return ()
        first = self.changes[0]
        sent = message(first.name, self.sender, first.courses)
        told = (
            f"What {quoted(first.name)} gets: {shown(' '.join([sent.heading, *sent.lines, sent.note]), 1500)}",
            RULES,
        )
        return (*told, f"To go on, type {self.word}.") if self.needs_word else told


def message(name: str, sender: str, courses: tuple[TrainingRow, ...]) -> Message:
    """What somebody gets. `name` is theirs; `courses` what is overdue, most pressing first."""
    more = len(courses) - LISTED
    return Message(
        kind=Kind.NUDGE,
        heading=f"Hello {shown(name)}, {shown(sender)} asks me to remind you: "
        f"{'this training is' if len(courses) == 1 else 'these trainings are'} overdue.",
        lines=[
            *(f"{shown(one.name)}: {in_words(one.standing)}" for one in courses[:LISTED]),
            *([f"and {more} more"] if more > 0 else []),
        ],
        links=[one.link for one in courses[:LISTED]],
        note=f"Is something wrong here, or do you need more time? Tell {shown(sender)}. "
        "You get at most one such message a week.",
        choices=[Choice("Show my training", SHOW), Choice("Not now", NOT_NOW), Choice("Stop these reminders", STOP)],
    )


def _well(lines: Sequence[NudgeLine]) -> str:
    names = ", ".join(quoted(line.name) for line in lines[:LISTED])
    more = f" and {len(lines) - LISTED} more" if len(lines) > LISTED else ""
    return f"No message, since {NOTHING}: {names}{more}"


def _in_words(line: NudgeLine) -> str:
    who = f"{quoted(line.name)} ({shown(line.email or line.person)})"
    if line.why:
        return f"{who}: no message, {line.why}"
    courses = ", ".join(f"{quoted(one.name)} {in_words(one.standing)}" for one in line.courses[:NAMED])
    courses += f" and {len(line.courses) - NAMED} more" if len(line.courses) > NAMED else ""
    return f"{who}: {courses} -> {_when(line)}"


def _when(line: NudgeLine) -> str:
    if line.is_sought:
        return "a message now or after their quiet hours, if they are in Slack"
    return f"a message on {line.at:%A %Y-%m-%d %H:%M} ({line.at.tzname()})" if line.at else "a message now"
