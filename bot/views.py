"""The modals: each a pure function of what it shows. Metadata never holds more than the key of a proposal."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import blocks
from litmos.desk.approving import Asked
from litmos.desk.jobs import Job
from litmos.desk.outcome import Outcome, OutcomeLine, Result
from litmos.desk.plan import Plan, several, what_is_meant
from litmos.desk.reminders import NudgePlan

__all__ = [
    "APPROVE",
    "CONFIRM",
    "PAGE",
    "REJECT",
    "UNDO",
    "answer",
    "confirmation",
    "done",
    "failed",
    "nothing",
    "outcome_blocks",
    "proposal",
    "started",
    "told",
    "typed_word",
    "working",
]

CONFIRM = "confirm"
SHOWN = "shown"
PAGE = "page"
UNDO = "undo"
APPROVE = "approve"
REJECT = "reject"
WORD = "word:"  # the block's id goes on with the word that has to be typed

LINES = 40  # of a plan or an outcome on one page
A_SECTION = 10  # lines of one block
ORDER = [Result.FAILED, Result.UNPROVEN, Result.NOT_TRIED, Result.DONE, Result.ALREADY]
MARKS = {Result.DONE: "✓", Result.ALREADY: "=", Result.FAILED: "✗", Result.NOT_TRIED: "-", Result.UNPROVEN: "?"}

View = dict[str, Any]


def working(text: str = "Asking Litmos…") -> View:
    """Something is under way."""
    return blocks.modal(SHOWN, "Litmos", [blocks.literal("working", text)])


def failed(text: str) -> View:
    """Something went wrong, in words for the person."""
    return blocks.modal(SHOWN, "Litmos", [blocks.alert("failed", text)])


def answer(body: Sequence[View]) -> View:
    """What was asked for."""
    return blocks.modal(SHOWN, "Litmos", body)


def nothing(plan: Plan | NudgePlan) -> View:
    """There is nothing to change, or nobody to nudge, and why."""
    title = "Nobody to nudge" if isinstance(plan, NudgePlan) else "Nothing to change"
    return blocks.modal(SHOWN, title, _lines(plan.told[:LINES], len(plan.told)))


def confirmation(asked: Asked, page: int = 0) -> View:
    """The plan, line by line, and the consent it needs."""
    pages = max(1, -(-len(asked.lines) // LINES))
    page = min(max(page, 0), pages - 1)
    shown = asked.lines[page * LINES : (page + 1) * LINES]
    body = [blocks.section("heading", f"*{blocks.escape(asked.heading)}*"), *_lines(shown, len(shown))]
    if pages > 1:
        turn = [
            blocks.button(PAGE, f"Page {other + 1}", f"{asked.key} {other}")
            for other in (page - 1, page + 1)
            if 0 <= other < pages
        ]
        body += [blocks.context("pages", f"Page {page + 1} of {pages}, {len(asked.lines)} lines"), _unique(turn)]
    if asked.notes:
        body.append(blocks.context("notes", *[blocks.escape(note) for note in asked.notes][:10]))
    if asked.word:
        field = blocks.text_input("word", asked.word)
        body.append(blocks.input_block(WORD + asked.word, f"Type {asked.word} to go on", field))
    submit = asked.request.operation.capitalize()
    return blocks.modal(
        CONFIRM, "Confirm", body, submit=submit, close="Cancel", metadata=asked.key, notify_on_close=True
    )


def proposal(asked: Asked) -> list[View]:
    """A message: what an assistant asks for, and the two answers."""
    body = [blocks.section("heading", f"An assistant asks in your name: *{blocks.escape(asked.heading)}*")]
    body += _lines(asked.lines[:A_SECTION], len(asked.lines))
    yes = blocks.button(APPROVE, "Approve…", asked.key, style="primary")
    body.append(blocks.actions("answer", yes, blocks.button(REJECT, "Reject", asked.key)))
    return [*body, blocks.context("until", f"Waits until {asked.expires:%H:%M} UTC")]


def told(text: str) -> list[View]:
    """A message of one sentence."""
    return [blocks.literal("told", text)]


def typed_word(state: Mapping[str, Any]) -> tuple[str, str, str]:
    """Of a submitted confirmation: the block, the word it wants, and what was typed; empty where none is wanted."""
    for block, actions in state.items():
        if block.startswith(WORD):
            return block, block.removeprefix(WORD), str(actions.get("word", {}).get("value") or "").strip()
    return "", "", ""


def started(job: Job) -> View:
    """It goes on by itself."""
    if job.is_nudge:
        people = several(job.total, "person", "people")
        text = f"{people} to write to, one by one and not in their quiet hours. A message shows how far it is."
        return blocks.modal(SHOWN, "Litmos", [blocks.literal("started", text)])
    text = (
        f"{job.total} to {job.operation}: that takes a while, so it goes on by itself. A message shows how far it is."
    )
    return blocks.modal(SHOWN, "Litmos", [blocks.literal("started", text)])


def done(outcome: Outcome) -> View:
    """What came of it, failures first."""
    return blocks.modal(SHOWN, "Litmos", outcome_blocks(outcome))


def outcome_blocks(outcome: Outcome) -> list[View]:
    """For the modal and for the message that stays."""
    lines = [_told(line) for line in sorted(outcome.lines, key=lambda line: ORDER.index(line.result))]
    body = [blocks.section("summary", f"*{blocks.escape(outcome.summary)}*")]
    body += _lines(lines[:LINES], len(lines)) if len(lines) > 1 else []
    if outcome.note:
        body.append(blocks.literal("note", f":warning: {outcome.note}"))
    if outcome.receipt:
        body.append(blocks.context("receipt", f"Receipt {outcome.receipt}"))
    if outcome.undo_until:
        undo = blocks.button(UNDO, "Undo", str(outcome.receipt))
        body += [
            blocks.actions("undo", undo),
            blocks.context("until", f"Can be undone until {outcome.undo_until:%H:%M} UTC"),
        ]
    return body


def _told(line: OutcomeLine) -> str:
    why = f": {line.why}" if line.why and line.result is not Result.DONE else ""
    return f"{MARKS[line.result]} {what_is_meant(line.line)} {line.result}{why}"


def _lines(texts: Sequence[str], total: int) -> list[View]:
    parts = [texts[at : at + A_SECTION] for at in range(0, len(texts), A_SECTION)]
    body = [blocks.literal(f"lines-{at}", "\n".join(f"• {text}" for text in part)) for at, part in enumerate(parts)]
    if total > len(texts):
        body.append(blocks.context("more", f"and {total - len(texts)} more"))
    return body


def _unique(buttons: list[View]) -> View:
    return blocks.actions("turn", *({**button, "action_id": f"{PAGE}-{at}"} for at, button in enumerate(buttons)))
