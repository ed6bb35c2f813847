"""Block Kit as plain dicts, with Slack's limits kept: text is escaped first, then cut, and never inside an entity.

Every block has a `block_id`: Slack keeps what somebody typed by it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from litmos.desk.names import shown

__all__ = [
    "actions",
    "alert",
    "boxes_input",
    "button",
    "context",
    "cut",
    "data_table",
    "divider",
    "escape",
    "header",
    "home",
    "input_block",
    "literal",
    "modal",
    "mrkdwn",
    "newer_refused",
    "offered_input",
    "option",
    "pie",
    "plain",
    "plainly",
    "progress_bar",
    "radio_input",
    "section",
    "text_input",
    "users_input",
]

Block = dict[str, Any]

MOST_BLOCKS = 100  # of a modal or a home tab; a message takes 50
_ENTITY = re.compile(r"&(?:[a-z]{0,4})$")
# Letters that look alike, and that Slack leaves alone.
_STYLE = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "_": "\N{MODIFIER LETTER LOW MACRON}",
        "~": "\N{TILDE OPERATOR}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
    }
)
_BARS = 10
MOST_ROWS = 100  # of a data_table, besides its head
_MOST_CHARACTERS = 18_000  # of one; Slack takes 20,000


def escape(text: str) -> str:
    """Somebody's text, inert in mrkdwn: no mentions, links, styles or invisible letters of its own."""
    bare = shown(text, most=len(text) + 1).translate(_STYLE)
    return bare.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """At most so many characters; an ellipsis tells that something is missing."""
    if len(text) <= most:
        return text
    return _ENTITY.sub("", text[: most - 1]) + "…"


def plain(text: str, most: int = 75) -> Block:
    """Text that Slack shows as it is."""
    return {"type": "plain_text", "text": cut(" ".join(text.split()) or "-", most), "emoji": True}


def mrkdwn(text: str, most: int = 3000) -> Block:
    """Text with Slack's markup; what is other people's has been escaped."""
    return {"type": "mrkdwn", "text": cut(text or "-", most)}


def section(block_id: str, text: str, *, accessory: Block | None = None) -> Block:
    """A paragraph."""
    return {"type": "section", "block_id": block_id, "text": mrkdwn(text)} | (
        {"accessory": accessory} if accessory else {}
    )


def literal(block_id: str, text: str) -> Block:
    """A paragraph that Slack shows as it is, letter by letter: nobody's text can do anything in it."""
    shown_text = {"type": "plain_text", "text": cut(text or "-", 3000), "emoji": True}
    return {"type": "section", "block_id": block_id, "text": shown_text}


def context(block_id: str, *texts: str) -> Block:
    """Small print, at most ten pieces."""
    return {"type": "context", "block_id": block_id, "elements": [mrkdwn(text) for text in texts[:10]]}


def header(block_id: str, text: str) -> Block:
    """A heading."""
    return {"type": "header", "block_id": block_id, "text": plain(text, 150)}


def divider(block_id: str) -> Block:
    """A line."""
    return {"type": "divider", "block_id": block_id}


def actions(block_id: str, *elements: Block) -> Block:
    """Buttons in a row."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(action_id: str, text: str, value: str = "", *, style: str = "") -> Block:
    """A button; `style` is primary or danger."""
    found: Block = {"type": "button", "action_id": action_id, "text": plain(text), "value": value or action_id}
    return found | ({"style": style} if style else {})


def option(text: str, value: str) -> Block:
    """One of several to choose."""
    return {"text": plain(text), "value": value}


def data_table(
    block_id: str, caption: str, head: Sequence[str], rows: Sequence[Sequence[str | int]], page_size: int
) -> Block:
    """A table that Slack sorts, filters and pages; at most a hundred rows below the head."""
    rows = rows[:MOST_ROWS]
    most = min(200, _MOST_CHARACTERS // max(1, len(rows) * len(head)))
    return {
        "type": "data_table",
        "block_id": block_id,
        "caption": cut(shown(caption), 150),
        "rows": [[_cell(value, most) for value in row] for row in (head, *rows)],
        "page_size": page_size,
    }


def pie(block_id: str, title: str, segments: Sequence[tuple[str, int]]) -> Block:
    """A chart of parts of a whole."""
    drawn = {"type": "pie", "segments": [{"label": cut(label, 20), "value": value} for label, value in segments]}
    return {"type": "data_visualization", "block_id": block_id, "title": cut(title, 50), "chart": drawn}


def _cell(value: str | int, most: int) -> Block:
    if isinstance(value, int):
        return {"type": "raw_number", "value": value}
    return {"type": "raw_text", "text": shown(value, most=most) or "-"}


def newer_refused(error: str) -> bool:
    """Whether Slack's answer may mean that it does not know a block."""
    return error in {"invalid_blocks", "invalid_arguments"}


def plainly(blocks: Sequence[Block]) -> list[Block]:
    """The same without Slack's newer blocks, for where it does not take them: tables are lines, alerts sentences."""
    return [PLAINER[block["type"]](block) if block["type"] in PLAINER else block for block in blocks]


def _as_lines(table: Block) -> Block:
    lines = [" · ".join(str(cell.get("text", cell.get("value"))) for cell in row) for row in table["rows"]]
    return literal(table["block_id"], "\n".join(lines))


def _as_sentence(block: Block) -> Block:
    return literal(block["block_id"], f":warning: {block['text']['text']}")


def _as_bars(chart: Block) -> Block:
    parts = chart["chart"]["segments"]
    whole = sum(part["value"] for part in parts) or 1
    lines = [f"{progress_bar(100 * part['value'] // whole)} {part['value']} {part['label']}" for part in parts]
    return literal(chart["block_id"], "\n".join(lines))


PLAINER: dict[str, Callable[[Block], Block]] = {
    "data_table": _as_lines,
    "data_visualization": _as_bars,
    "alert": _as_sentence,
}


def text_input(action_id: str, placeholder: str, *, most: int = 100, given: str = "") -> Block:
    """One line to type."""
    found: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "max_length": most,
    }
    return found | ({"initial_value": given[:most]} if given else {})


def users_input(action_id: str, placeholder: str, most: int, given: Sequence[str]) -> Block:
    """Members of the workspace, by Slack's own picker; whom it offers is Slack's affair."""
    found: Block = {
        "type": "multi_users_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "max_selected_items": most,
    }
    return found | ({"initial_users": list(given[:most])} if given else {})


def offered_input(action_id: str, placeholder: str, most: int) -> Block:
    """What the bot offers for two letters and more."""
    return {
        "type": "multi_external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "min_query_length": 2,
        "max_selected_items": most,
    }


def boxes_input(action_id: str, options: Sequence[Block], given: Sequence[Block] = ()) -> Block:
    """Boxes to tick."""
    found: Block = {"type": "checkboxes", "action_id": action_id, "options": list(options)}
    return found | ({"initial_options": list(given)} if given else {})


def radio_input(action_id: str, options: Sequence[Block]) -> Block:
    """One of at most ten."""
    return {"type": "radio_buttons", "action_id": action_id, "options": list(options)}


def input_block(block_id: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """Something to fill in."""
    found: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    return found | ({"optional": True} if optional else {}) | ({"hint": plain(hint, 2000)} if hint else {})


def alert(block_id: str, text: str, level: str = "warning") -> Block:
    """What must not be overlooked, in a modal."""
    shown_text = {"type": "plain_text", "text": cut(text or "-", 3000), "emoji": True}
    return {"type": "alert", "block_id": block_id, "text": shown_text, "level": level}


def modal(  # noqa: PLR0913 - as Slack has it
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str = "",
    close: str = "Close",
    metadata: str = "",
    notify_on_close: bool = False,
) -> Block:
    """A view over everything else."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": list(blocks)[:MOST_BLOCKS],
        "private_metadata": metadata,
        "notify_on_close": notify_on_close,
    }
    return view | ({"submit": plain(submit, 24)} if submit else {})


def home(blocks: Sequence[Mapping[str, Any]]) -> Block:
    """The app's home tab."""
    return {"type": "home", "blocks": [dict(block) for block in blocks][:MOST_BLOCKS]}


def progress_bar(percent: int) -> str:
    """How far somebody is, in ten steps: none only at 0, all only at 100. The number stands beside it in words."""
    full = _BARS if percent >= 100 else min(max(percent // _BARS, percent > 0), _BARS - 1)  # noqa: PLR2004 - all of it
    return "▰" * full + "▱" * (_BARS - full)
