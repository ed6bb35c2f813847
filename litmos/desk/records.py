"""What the audit keeps of a change: plain JSON, whole enough to tell later who did what to whom, and what was lost."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from litmos.desk.actor import Actor
from litmos.desk.outcome import Outcome, OutcomeLine
from litmos.desk.plan import Fate, Pair, Plan, PlanLine
from litmos.desk.requests import Assign, Change, Nudge, Reset, Unassign
from litmos.model import CourseResult, TrainingKind

__all__ = [
    "Approval",
    "actor_record",
    "asked_of",
    "copies_record",
    "end_record",
    "plan_of",
    "request_of",
    "request_record",
    "start_record",
]

KINDS: dict[str, type[Change]] = {kind.operation: kind for kind in (Assign, Unassign, Reset)}

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's yes to one plan. `by`: how it was asked. `word`: what they typed, where a word is needed."""

    fingerprint: str
    by: str
    word: str = ""


def actor_record(actor: Actor) -> Record:
    """Who, and how they came."""
    return {"id": actor.key, "name": actor.name, "role": actor.role.value, "face": actor.face}


def request_record(request: Change | Nudge) -> Record:
    """A request whose people and training are ids; `request_of` and `asked_of` read it again."""
    if isinstance(request, Nudge):
        return {"operation": request.operation, "people": list(request.people), "course": request.course}
    record: Record = {
        "operation": request.operation,
        "people": list(request.people),
        "training": list(request.training),
        "only": sorted(map(list, request.only)),
    }
    record |= {"undo_of": request.undo_of} if request.undo_of else {}
    return record | ({"notify": request.notify} if isinstance(request, Assign) else {})


def request_of(record: Mapping[str, Any]) -> Change:
    """What `request_record` wrote."""
    only = frozenset((person, training) for person, training in record["only"])
    people, training = tuple(record["people"]), tuple(record["training"])
    undo_of = record.get("undo_of", 0)
    if record["operation"] == Assign.operation:
        return Assign(people, training, only, undo_of, notify=record["notify"])
    return KINDS[record["operation"]](people, training, only, undo_of)


def asked_of(record: Mapping[str, Any]) -> Change | Nudge:
    """What `request_record` wrote, whatever it was."""
    if record["operation"] == Nudge.operation:
        return Nudge(tuple(record["people"]), course=record["course"])
    return request_of(record)


def start_record(actor: Actor, plan: Plan, approval: Approval, results: Iterable[tuple[str, CourseResult]]) -> Record:
    """The row before: what is about to be done, on whose word, and copies of the results that will be lost."""
    return {
        "actor": actor_record(actor),
        "request": request_record(plan.request),
        "fingerprint": plan.fingerprint,
        "consent": plan.consent.value,
        "asked_by": approval.by,
        "lines": [_line(line) for line in plan.lines],
        **copies_record(results),
    }


def copies_record(results: Iterable[tuple[str, CourseResult]]) -> Record:
    """Copies of results that will be lost, each with its person; nothing for none."""
    copies = [{"person_id": person} | _plain(result) for person, result in results]
    return {"before": copies} if copies else {}


def end_record(actor: Record, outcome: Outcome) -> Record:
    """The row after: what came of it. `actor`: as `actor_record` writes one."""
    return {
        "actor": actor,
        "request": request_record(outcome.plan.request),
        "fingerprint": outcome.plan.fingerprint,
        "summary": outcome.summary,
        "requests": outcome.requests,
        "lines": [_outcome_line(line) for line in outcome.lines],
    }


def plan_of(record: Mapping[str, Any]) -> Plan:
    """The plan that `start_record` wrote, without what only its question told: addresses and codes."""
    return Plan(request_of(record["request"]), tuple(_plan_line(line) for line in record["lines"]))


def _plan_line(line: Mapping[str, Any]) -> PlanLine:
    return PlanLine(
        pair=Pair(line["person_id"], TrainingKind(line["kind"]), line["training_id"]),
        person=line["person"],
        training=line["training"],
        fate=Fate(line["fate"]),
        now=line["now"],
        then=line["then"],
        loses=line.get("loses", ""),
    )


def _line(line: PlanLine) -> Record:
    record = {
        "person_id": line.pair.person,
        "person": line.person,
        "kind": line.pair.kind.value,
        "training_id": line.pair.training,
        "training": line.training,
        "fate": line.fate.value,
        "now": line.now,
        "then": line.then,
    }
    return record | ({"loses": line.loses} if line.loses else {})


def _outcome_line(line: OutcomeLine) -> Record:
    record = _line(line.line) | {"outcome": line.result.value}
    return record | ({"why": line.why} if line.why else {})


def _plain(result: CourseResult) -> Record:
    plain: Record = json.loads(json.dumps(asdict(result), default=str))
    return plain
