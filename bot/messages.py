"""What people are told unasked, as blocks. Pure: other people's texts are inert in it."""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from bot import blocks, wishes
from bot.blocks import Block
from bot.parse import Verb
from bot.questions import ASK, Question
from litmos.desk.messages import Choice, Kind, Message
from litmos.desk.reminders import NOT_NOW, SHOW, STOP

__all__ = ["BUTTONS", "message"]

LINES = 40
LONGEST = 3000  # characters of one block
MARKS = {
    Kind.COMPLETION: ":tada:",
    Kind.TEAM_COMPLETION: ":white_check_mark:",
    Kind.DIGEST: ":bar_chart:",
    Kind.NUDGE: ":wave:",
}


def _team(choice: Choice) -> Block:
    return blocks.button(ASK, choice.text, Question(Verb.TEAM, choice.about).value)


def _nudge(choice: Choice) -> Block:
    return blocks.button(wishes.TEAM, choice.text, choice.about)


def _button(action: str, style: str = "") -> Callable[[Choice], Block]:
    return lambda choice: blocks.button(action, choice.text, style=style)


def _lines(lines: Sequence[str], links: Sequence[str]) -> Block:
    told = []
    for line, link in zip_longest(lines, links[: len(lines)], fillvalue=""):
        text = blocks.escape(line)
        told.append(f"• <{link}|{text.replace('|', '/')}>" if link else f"• {text}")
    linked = "\n".join(told)
    if not any(links) or len(linked) > LONGEST:  # a link that is cut in two is none
        return blocks.literal("lines", "\n".join(f"• {line}" for line in lines))
    return blocks.section("lines", linked)


BUTTONS: Mapping[str, Callable[[Choice], Block]] = {
    "get_group_progress": _team,
    "nudge": _nudge,
    SHOW: _button(wishes.SHOW, "primary"),
    NOT_NOW: _button(wishes.NOT_NOW),
    STOP: _button(wishes.STOP),
}
"""By operation. What is not here is left out of a message."""


def message(told: Message) -> list[Block]:
    """A message of the app to one person."""
    mark = f"{MARKS[told.kind]} " if told.kind in MARKS else ""
    body = [blocks.section("heading", f"{mark}*{blocks.escape(told.heading)}*")]
    if told.lines:
        body.append(_lines(told.lines[:LINES], told.links))
    if told.link is not None:
        name, address = told.link
        body.append(blocks.section("link", f"<{address}|{blocks.escape(name).replace('|', '/')}>"))
    buttons = [BUTTONS[one.operation](one) for one in told.choices if one.operation in BUTTONS]
    if buttons:
        named = ({**button, "action_id": f"{button['action_id']}-{at}"} for at, button in enumerate(buttons))
        body.append(blocks.actions("choices", *named))
    if told.note:
        body.append(blocks.context("note", blocks.escape(told.note)))
    return body
