"""A plan: what a change would do, line by line. Pure data, named by its fingerprint, asked by its question."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from litmos.desk.names import quoted, shown
from litmos.desk.requests import Assign, Change, Reset
from litmos.model import TrainingKind

__all__ = ["Consent", "Fate", "Pair", "Plan", "PlanLine", "one_of", "question_of", "several", "what_is_meant"]

MANY_PEOPLE = 25  # more than these take a typed word
SHOWN = 20  # lines of a question; nobody reads more, and modals hold no more


class Pair(NamedTuple):
    """One person and one training, by id; courses and learning paths have ids of their own."""

    person: str
    kind: TrainingKind
    training: str


class Fate(StrEnum):
    """What becomes of a line."""

    CHANGE = "change"
    ALREADY = "already"
    """It is as wanted before anything is done."""
    REFUSED = "refused"


class Consent(StrEnum):
    """What a plan needs before it may run."""

    NONE = "none"
    YES = "yes"
    WORD = "word"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One person and one training. `now` may move while somebody decides; `then` and `loses` may not."""

    pair: Pair
    person: str
    email: str = ""
    training: str
    code: str = ""
    fate: Fate
    now: str
    then: str
    loses: str = ""
    """The record that is lost for good."""
    was_complete: bool = False


@dataclass(frozen=True)
class Plan:
    """`request` names people and training by id."""

    request: Change
    lines: tuple[PlanLine, ...]

    @property
    def operation(self) -> str:
        return self.request.operation

    @cached_property
    def changes(self) -> tuple[PlanLine, ...]:
        """The lines that something is done about."""
        return tuple(line for line in self.lines if line.fate is Fate.CHANGE)

    @cached_property
    def fingerprint(self) -> str:
        """The same for plans that do the same, whatever has been learnt meanwhile without effect on them."""
        lines = sorted([*line.pair, line.fate, line.then, line.loses] for line in self.lines)
        content = [self.operation, self._notify, lines]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def consent(self) -> Consent:
        if not self.changes:
            return Consent.NONE
        if _count_people(self.changes) > MANY_PEOPLE:
            return Consent.WORD
        wiped = [line for line in self.changes if isinstance(self.request, Reset) and line.was_complete]
        return Consent.WORD if _count_people(wiped) > 1 else Consent.YES

    @property
    def needs_word(self) -> bool:
        return self.consent is Consent.WORD

    @property
    def word(self) -> str:
        """What to type where the consent is a word."""
        return self.operation.upper()

    @cached_property
    def question(self) -> str:
        """What is asked before it runs. Two plans have one question only if they have one fingerprint."""
        return question_of(self.heading, self.told, self.notes, self.fingerprint)

    @property
    def heading(self) -> str:
        """The question in one line."""
        if not self.changes:
            return f"Nothing to {self.operation}."
        if len(self.changes) == 1:
            return f"{self.operation.capitalize()}?"
        people = several(_count_people(self.changes), "person", "people")
        training = several(len({line.pair[1:] for line in self.changes}), "training", "trainings")
        return f"{self.operation.capitalize()} {training} for {people}?"

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The lines as people read them: what changes, then what is refused; what stays only if that is all."""
        order = [Fate.CHANGE, Fate.REFUSED] if self.changes else [Fate.REFUSED, Fate.ALREADY]
        return tuple(one_of(line) for fate in order for line in self.lines if line.fate is fate)

    @property
    def notes(self) -> tuple[str, ...]:
        """What else to know before a yes."""
        if not self.changes:
            return ()
        already = sum(line.fate is Fate.ALREADY for line in self.lines)
        told = [f"Left as it is: {already} of {len(self.lines)}."] if already else []
        if self._notify:
            told.append("Litmos sends an e-mail about each new assignment to people who have signed in before.")
        if isinstance(self.request, Reset):
            told.append("A reset cannot be undone.")
        elif any(line.loses for line in self.changes):
            told.append("Litmos keeps no copy of what is lost; the audit does.")
        return (*told, f"To go on, type {self.word}.") if self.needs_word else tuple(told)

    @property
    def _notify(self) -> bool:
        return isinstance(self.request, Assign) and self.request.notify


def question_of(heading: str, told: Sequence[str], notes: Iterable[str], fingerprint: str) -> str:
    """The parts of a plan as one text."""
    listed = [f"- {text}" for text in told[:SHOWN]]
    listed += [f"- and {len(told) - SHOWN} more"] if len(told) > SHOWN else []
    return "\n".join([heading, *listed, *notes, f"(plan {fingerprint[:12]})"])


def several(count: int, one: str, more: str) -> str:
    """A count with its noun: 1 person, 3 people."""
    return f"{count} {one if count == 1 else more}"


def one_of(line: PlanLine) -> str:
    """A line as people read it."""
    loses = f"; lost: {line.loses}" if line.loses else ""
    return f"{what_is_meant(line)}: {line.now} -> {line.then}{loses}"


def what_is_meant(line: PlanLine) -> str:
    """Person and training, each with what tells it from its namesakes."""
    person = f"{quoted(line.person)} ({shown(line.email or line.pair.person)})"
    code = f" ({shown(line.code)})" if line.code else ""
    return f"{person}, {quoted(line.training)}{code}"


def _count_people(lines: Iterable[PlanLine]) -> int:
    return len({line.pair.person for line in lines})
