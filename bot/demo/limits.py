"""What Slack refuses in a payload, as its documents tell: sizes, shapes, and which block may stand where.

`problems` of a message, a modal or a home tab is a list of sentences, empty for what Slack would take.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from bot.demo import elements, tables

__all__ = ["problems"]

Surface = Literal["message", "modal", "home"]
Payload = Mapping[str, Any]

VIEW_BYTES = 250_000
MESSAGE_TEXT = 40_000
BLOCKS = {"message": 50, "modal": 100, "home": 100}
EVERYWHERE = {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
ONLY = {
    "message": {"markdown", "table", "data_table", "data_visualization", "carousel", "container"},
    "modal": {"alert"},
    "home": {"carousel", "container", "table", "data_table", "data_visualization"},
}


def problems(payload: Payload, surface: Surface) -> list[str]:
    """Everything about it that Slack would refuse, and every block without an id, which only looks harmless."""
    blocks = payload.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return ["blocks is no list of blocks"]
    found = list(_envelope(payload, blocks, surface))
    for at, block in enumerate(blocks):
        found += [f"blocks[{at}]: {problem}" for problem in _block(block, surface)]
    return found + list(_ids(blocks))


def _envelope(payload: Payload, blocks: list[Payload], surface: Surface) -> Iterator[str]:
    if len(blocks) > BLOCKS[surface]:
        yield f"more than {BLOCKS[surface]} blocks"
    if surface == "message":
        if not payload.get("text"):
            yield "no text beside the blocks: notifications and screen readers would have nothing"
        yield from elements.longer(payload, "text", MESSAGE_TEXT)
        if sum(block.get("type") == "data_visualization" for block in blocks) > tables.CHARTS:
            yield f"more than {tables.CHARTS} charts"
        return
    if len(json.dumps(payload)) > VIEW_BYTES:
        yield "view_too_large"
    yield from elements.longer(payload, "private_metadata", 3000)
    yield from elements.longer(payload, "callback_id", 255)
    if surface == "modal":
        yield from _modal(payload, blocks)


def _modal(payload: Payload, blocks: list[Payload]) -> Iterator[str]:
    if "title" not in payload:
        yield "a modal has no title"
    for name in ("title", "submit", "close"):
        if name in payload:
            yield from elements.text(payload[name], name, 24, plain=True)
    if any(block.get("type") == "input" for block in blocks) and "submit" not in payload:
        yield "a modal with an input needs submit"


def _block(block: Payload, surface: Surface) -> Iterator[str]:
    kind = str(block.get("type"))
    if not block.get("block_id"):
        yield "no block_id: what is typed is kept by it"
    yield from elements.longer(block, "block_id", 255)
    if kind not in EVERYWHERE | set().union(*ONLY.values()):
        yield f"there is no block {kind!r}"
    elif kind not in EVERYWHERE | ONLY[surface]:
        yield f"no {kind} in a {surface}"
    else:
        check = CHECKS.get(kind)
        yield from check(block) if check else ()


def _section(block: Payload) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield "a section has text or fields"
    if "text" in block:
        yield from elements.text(block["text"], "text", 3000)
    if len(fields) > 10:  # noqa: PLR2004 - Slack's
        yield "more than 10 fields"
    for each in fields:
        yield from elements.text(each, "field", 2000)
    if "accessory" in block:
        yield from elements.problems(block["accessory"])


def _header(block: Payload) -> Iterator[str]:
    yield from elements.text(block.get("text"), "text", 150, plain=True)


def _context(block: Payload) -> Iterator[str]:
    parts = block.get("elements", [])
    if not 1 <= len(parts) <= 10:  # noqa: PLR2004 - Slack's
        yield "a context has 1 to 10 elements"
    for part in parts:
        if part.get("type") != "image":
            yield from elements.text(part, "element", 3000)


def _actions(block: Payload) -> Iterator[str]:
    parts = block.get("elements", [])
    if not 1 <= len(parts) <= 25:  # noqa: PLR2004 - Slack's
        yield "actions have 1 to 25 elements"
    for part in parts:
        yield from elements.problems(part)


def _input(block: Payload) -> Iterator[str]:
    yield from elements.text(block.get("label"), "label", 2000, plain=True)
    if "hint" in block:
        yield from elements.text(block["hint"], "hint", 2000, plain=True)
    element = block.get("element")
    if not isinstance(element, dict):
        yield "an input has an element"
        return
    if element.get("type") in {"button", "overflow"}:
        yield f"no {element['type']} in an input"
    yield from elements.problems(element)


def _image(block: Payload) -> Iterator[str]:
    if not block.get("image_url") or not block.get("alt_text"):
        yield "an image has image_url and alt_text"
    yield from elements.longer(block, "image_url", 3000)
    yield from elements.longer(block, "alt_text", 2000)


def _markdown(block: Payload) -> Iterator[str]:
    yield from elements.longer(block, "text", 12_000)


def _alert(block: Payload) -> Iterator[str]:
    yield from elements.text(block.get("text"), "text", 3000)
    if block.get("level", "default") not in {"default", "info", "warning", "error", "success"}:
        yield f"no alert of level {block['level']!r}"


CHECKS: dict[str, Callable[[Payload], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "alert": _alert,
    "table": tables.table,
    "data_table": tables.data_table,
    "data_visualization": tables.chart,
}


def _ids(blocks: list[Payload]) -> Iterator[str]:
    for name, count in Counter(block.get("block_id") for block in blocks).items():
        if name and count > 1:
            yield f"block_id {name!r} is there {count} times"
    for block in blocks:
        inside = [*block.get("elements", []), block.get("element"), block.get("accessory")]
        actions = Counter(part["action_id"] for part in inside if isinstance(part, dict) and "action_id" in part)
        for name, count in actions.items():
            if count > 1:
                yield f"action_id {name!r} is there {count} times in one block"
