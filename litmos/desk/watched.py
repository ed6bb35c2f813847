"""What the Desk tells of its deeds, in logs, metrics and traces: who by id, what, by which face, and how it ended."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal

from litmos.desk.actor import Actor
from litmos.desk.outcome import Outcome, Result
from litmos.errors import Invalid, NotAllowed, NotFound, PlanChanged
from litmos.log import bound
from litmos.telemetry import About, step, tell

__all__ = ["IDENTIFY", "Deed", "denied", "ended", "tell_pairs", "watched"]

Deed = Literal["look", "plan", "execute", "approve", "start"]
IDENTIFY = "identify"
"""The operation of who does nothing yet, but say who they are."""
REFUSALS = (NotAllowed, NotFound, Invalid, PlanChanged)
"""Somebody was told no; everything else that is raised is a failure."""


@contextmanager
def watched(deed: Deed, actor: Actor, operation: str) -> Iterator[About]:
    """Around a deed of an actor; `litmos.outcome` is `done` where the block says nothing else."""
    about: About = {"litmos.operation": operation, "litmos.face": actor.face}
    with (
        bound(actor=actor.key, face=actor.face, operation=operation),
        denied(operation, actor.face),
        step(f"litmos.desk.{deed}", about),
    ):
        try:
            yield about
        except BaseException as error:
            about["litmos.outcome"] = "refused" if isinstance(error, REFUSALS) else "failed"
            raise
        about.setdefault("litmos.outcome", "done")


@contextmanager
def denied(operation: str, face: str) -> Iterator[None]:
    """Counts who may not do what they asked for."""
    try:
        yield
    except NotAllowed:
        tell("litmos.denials", {"litmos.operation": operation, "litmos.face": face})
        raise


def ended(about: About, outcome: Outcome) -> Outcome:
    """The outcome, told."""
    unproven = any(line.result is Result.UNPROVEN for line in outcome.lines)
    about["litmos.operation"] = outcome.plan.operation
    about["litmos.outcome"] = "unproven" if unproven else outcome.event
    return outcome


def tell_pairs(operation: str, results: Iterable[Result], *, job: bool) -> None:
    """What came of pairs of a person and a training that were to be changed, at once or in a job."""
    for result, count in Counter(results).items():
        about: About = {"litmos.operation": operation, "litmos.result": result.value, "litmos.in_job": job}
        tell("litmos.pairs", about, count)
