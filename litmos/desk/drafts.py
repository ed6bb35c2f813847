"""What a change would do, drafted from a snapshot. Pure: the same snapshot gives the same plan."""

from litmos.desk.answers import Training
from litmos.desk.plan import Fate, Pair, Plan, PlanLine, several
from litmos.desk.requests import Assign, Change, Reset, Unassign
from litmos.desk.snapshot import Held, Snapshot
from litmos.model import CourseResult, Person, TrainingKind

__all__ = ["draft"]


def draft(request: Change, snapshot: Snapshot) -> Plan:
    """The plan of a request whose people and training are those of the snapshot: a line for each pair, in order."""
    return Plan(
        request,
        tuple(
            _line(request, snapshot, person, training)
            for person in snapshot.people
            for training in snapshot.training
            if not request.only or (person.id, training.id) in request.only
        ),
    )


def _line(request: Change, snapshot: Snapshot, person: Person, training: Training) -> PlanLine:
    pair = Pair(person.id, training.kind, training.id)
    held = snapshot.held.get(pair)
    if person.id in snapshot.unread and training.kind is TrainingKind.COURSE:
        fate, then, loses = Fate.REFUSED, "refused: Litmos does not tell this person's courses", ""
    else:
        match request:
            case Assign():
                fate, then, loses = _assign(person, training, held)
            case Unassign():
                fate, then, loses = _unassign(held, snapshot.in_path.get((person.id, training.id), ""))
            case Reset():
                result = snapshot.results.get((person.id, training.id))
                fate, then, loses = _reset(person, training, held, result)
            case _:
                raise TypeError(f"no plan can be drafted for {request.operation}")
    return PlanLine(
        pair=pair,
        person=person.name,
        email=person.email,
        training=training.name,
        code=training.code,
        fate=fate,
        now=_now(held),
        then=then,
        loses=loses if fate is Fate.CHANGE else "",
        was_complete=held is not None and held.complete,
    )


Drafted = tuple[Fate, str, str]  # fate, then, loses


def _assign(person: Person, training: Training, held: Held | None) -> Drafted:
    if held is not None:
        return Fate.ALREADY, "already assigned", ""
    if not person.active:
        return Fate.REFUSED, "refused: this person is inactive", ""
    if not training.active:
        return Fate.REFUSED, f"refused: this {_kind(training)} is inactive", ""
    return Fate.CHANGE, "will be assigned", ""


def _unassign(held: Held | None, path: str) -> Drafted:
    if held is None:
        return Fate.ALREADY, "nothing to remove", ""
    if path:
        return Fate.REFUSED, f"refused: it is part of the learning path {path}; removing the path is the way", ""
    return Fate.CHANGE, "will be removed", _record(held)


def _reset(person: Person, training: Training, held: Held | None, result: CourseResult | None) -> Drafted:
    if training.kind is TrainingKind.LEARNING_PATH:
        return Fate.REFUSED, "refused: learning paths cannot be reset; reset their courses", ""
    if held is None:
        return Fate.REFUSED, "refused: not assigned, there is nothing to reset", ""
    wiped = _wiped(result) if result else ""
    if not wiped:
        return Fate.ALREADY, "nothing done yet, nothing to reset", ""
    if not person.active:
        return Fate.REFUSED, "refused: this person is inactive", ""
    return Fate.CHANGE, "back to the beginning", wiped


def _now(held: Held | None) -> str:
    if held is None:
        return "not assigned"
    if held.complete:
        return f"completed {held.completed}" if held.completed else "completed"
    return f"{held.percent} % done" if held.begun else "not begun"


def _record(held: Held) -> str:
    if held.complete:
        return f"the completion of {held.completed}" if held.completed else "the completion"
    return f"the progress of {held.percent} %" if held.begun else ""


def _wiped(result: CourseResult) -> str:
    """What a reset destroys, in words; empty for nothing."""
    done = sum(module.completed for module in result.modules)
    scores = [str(module.score) for module in result.modules if module.score is not None]
    attempts = sum(module.attempts for module in result.modules)
    parts = [several(done, "completed module", "completed modules")] if done else []
    if scores:
        parts.append(f"the score{'s' if len(scores) > 1 else ''} {', '.join(scores)}")
    if result.complete:
        parts.append(f"the completion of {result.completed.date()}" if result.completed else "the completion")
    elif result.percent > 0 and not done:
        parts.append("the progress so far")
    if attempts and not parts:
        parts.append(several(attempts, "attempt", "attempts"))
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""


def _kind(training: Training) -> str:
    return "learning path" if training.kind is TrainingKind.LEARNING_PATH else "course"
