"""Block Kit as plain dicts, with Slack's limits kept: text is escaped first, then cut, and never inside an entity.

Every block has a `block_id`: Slack keeps what somebody typed by it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from litmos.desk.names import shown

__all__ = [
    "actions",
    "button",
    "context",
    "cut",
    "divider",
    "escape",
    "home",
    "input_block",
    "literal",
    "modal",
    "mrkdwn",
    "option",
    "plain",
    "progress_bar",
    "section",
    "select",
    "text_input",
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


def select(action_id: str, placeholder: str, options: Sequence[Block]) -> Block:
    """A choice of one."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder),
        "options": list(options),
    }


def text_input(action_id: str, placeholder: str) -> Block:
    """One line to type."""
    return {
        "type": "plain_text_input",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "max_length": 100,
    }


def input_block(block_id: str, label: str, element: Block) -> Block:
    """Something to fill in."""
    return {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}


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
    """How far somebody is, in ten steps: none only at 0, all only at 100."""
    full = _BARS if percent >= 100 else min(max(percent // _BARS, percent > 0), _BARS - 1)  # noqa: PLR2004 - all of it
    return "▰" * full + "▱" * (_BARS - full) + f" {percent} %"
