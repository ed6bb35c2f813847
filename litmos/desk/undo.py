"""Taking back: the inverse of a change that the audit tells, for ten minutes, by who made it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from litmos.desk.outcome import OutcomeLine, Result
from litmos.desk.plan import Plan
from litmos.desk.requests import Assign, Change, Unassign
from litmos.errors import Invalid
from litmos.store.audit import Audit, Entry

__all__ = ["can_be_undone_until", "inverse"]

FOR = timedelta(minutes=10)
CAN_BE_UNDONE = {Assign.operation, Unassign.operation}
ENDED = {"done", "partly"}


def can_be_undone_until(plan: Plan, lines: Iterable[OutcomeLine], now: datetime) -> datetime | None:
    """Until when; None for what cannot be undone, or where nothing was done."""
    can = plan.operation in CAN_BE_UNDONE and any(line.result is Result.DONE for line in lines)
    return now + FOR if can else None


async def inverse(audit: Audit, actor: str, receipt: int, now: datetime) -> Change:
    """What takes back the actor's change with this receipt, or (0) their last one that was no taking back itself.

    Exactly the pairs that were done then: what had been so before stays. No e-mails are sent.
    """
    undone = set[int]()

    def fits(entry: Entry) -> bool:
        if entry.event not in ENDED:
            return False
        if receipt:
            return entry.run == receipt and entry.operation in CAN_BE_UNDONE
        if taken_back := _undoes(entry):
            undone.add(taken_back)
            return False
        return entry.operation in CAN_BE_UNDONE and entry.run not in undone

    ended = await audit.last(fits, since=now - FOR, actor_id=actor)
    if ended is None:
        which = f"Your change with the receipt {receipt}" if receipt else "No change of yours"
        raise Invalid(
            f"{which} can{'not' if receipt else ''} be undone now: only what you yourself assigned or unassigned "
            "in the last ten minutes can. A reset cannot."
        )
    return _inverse_of(ended)


def _inverse_of(entry: Entry) -> Change:
    done = [line for line in entry.body["lines"] if line["outcome"] == Result.DONE]
    people = tuple(dict.fromkeys(line["person_id"] for line in done))
    training = tuple(dict.fromkeys(line["training_id"] for line in done))
    only = frozenset((line["person_id"], line["training_id"]) for line in done)
    if entry.operation == Assign.operation:
        return Unassign(people, training, only, entry.run or 0)
    return Assign(people, training, only, entry.run or 0, notify=False)


def _undoes(entry: Entry) -> int:
    undone: int = entry.body["request"].get("undo_of", 0)
    return undone
