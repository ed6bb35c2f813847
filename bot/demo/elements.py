"""The limits of what stands inside blocks: texts, buttons, selects, options, inputs."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["longer", "problems", "text"]

Payload = Mapping[str, Any]

SELECTS = {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
MULTI = {f"multi_{name}" for name in SELECTS}
BOXES = {"checkboxes", "radio_buttons"}
OTHERS = {"button", "overflow", "plain_text_input", "datepicker", "timepicker", "number_input", "email_text_input"}
MOST_OPTIONS = {"overflow": 5} | dict.fromkeys(BOXES, 10) | dict.fromkeys(["static_select", "multi_static_select"], 100)


def longer(payload: Payload, name: str, most: int) -> Iterator[str]:
    """Where a field is no text, or too long."""
    value = payload.get(name, "")
    if not isinstance(value, str):
        yield f"{name} is no text"
    elif len(value) > most:
        yield f"{name} is longer than {most}"


def text(value: Any, name: str, most: int, *, plain: bool = False) -> Iterator[str]:
    """A text object."""
    if not isinstance(value, dict) or value.get("type") not in {"plain_text", "mrkdwn"}:
        yield f"{name} is no text object"
        return
    if plain and value["type"] != "plain_text":
        yield f"{name} has to be plain_text"
    if not value.get("text"):
        yield f"{name} is empty"
    yield from longer({name: value.get("text", "")}, name, most)


def option(value: Any) -> Iterator[str]:
    """One of several to choose. Its value has to be text: Slack fails silently on numbers."""
    if not isinstance(value, dict):
        yield "an option is no object"
        return
    yield from text(value.get("text"), "option", 75)
    if not isinstance(value.get("value"), str) or not value["value"]:
        yield "an option's value is no text"
    else:
        yield from longer(value, "value", 150)
    if "description" in value:
        yield from text(value["description"], "description", 75)


def problems(element: Payload) -> Iterator[str]:
    """An interactive element of a block."""
    kind = str(element.get("type"))
    if kind not in SELECTS | MULTI | BOXES | OTHERS:
        yield f"there is no element {kind!r}"
        return
    if not element.get("action_id"):
        yield f"a {kind} has no action_id"
    yield from longer(element, "action_id", 255)
    if "placeholder" in element:
        yield from text(element["placeholder"], "placeholder", 150, plain=True)
    if "confirm" in element:
        yield from _confirm(element["confirm"])
    if kind == "button":
        yield from _button(element)
    elif kind in MOST_OPTIONS:
        yield from _options(element, kind)
    elif kind == "plain_text_input":
        yield from _input(element)


def _button(element: Payload) -> Iterator[str]:
    yield from text(element.get("text"), "text", 75, plain=True)
    yield from longer(element, "value", 2000)
    yield from longer(element, "url", 3000)
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield f"no style {element['style']!r}"


def _options(element: Payload, kind: str) -> Iterator[str]:
    options = element.get("options", [])
    groups = element.get("option_groups", [])
    if not options and not groups:
        yield f"a {kind} has no options"
    if len(groups) > 100:  # noqa: PLR2004 - Slack's
        yield "more than 100 option groups"
    for group in groups:
        yield from text(group.get("label"), "label", 75, plain=True)
        options = [*options, *group.get("options", [])]
    if len(options) > MOST_OPTIONS[kind]:
        yield f"more than {MOST_OPTIONS[kind]} options"
    for each in options:
        yield from option(each)


def _input(element: Payload) -> Iterator[str]:
    most, least = element.get("max_length", 3000), element.get("min_length", 0)
    if not 1 <= most <= 3000 or not 0 <= least <= 3000 or least > most:  # noqa: PLR2004 - Slack's
        yield "the lengths of a plain_text_input"


def _confirm(value: Payload) -> Iterator[str]:
    for name, most in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items():
        if name in value:
            yield from text(value[name], f"confirm {name}", most)
