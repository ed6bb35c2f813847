"""What is held in Litmos at one moment, as plans and proofs need it. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from litmos.desk.answers import Training
from litmos.desk.plan import Pair
from litmos.model import CourseResult, Person

__all__ = ["CourseOf", "Held", "Snapshot"]

CourseOf = tuple[str, str]
"""A person and a course, by id."""


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment, as far as a plan has to know it. `percent` 0 to 100."""

    complete: bool = False
    percent: int = 0
    completed: date | None = None
    begun: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The assignments among `people` and `training`, which keep the order they were asked in."""

    people: tuple[Person, ...]
    training: tuple[Training, ...]
    held: Mapping[Pair, Held] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    """People, by id, whose courses Litmos did not tell."""
    results: Mapping[CourseOf, CourseResult] = field(default_factory=dict)
    in_path: Mapping[CourseOf, str] = field(default_factory=dict)
    """The learning path of theirs that a course of somebody belongs to, by name."""
