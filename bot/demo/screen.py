"""What is on somebody's screen: messages, open views one above the other, the home tab."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Message", "Screen", "View", "elements_of", "read"]

Block = dict[str, Any]

SAID = ("title", "caption", "text")


@dataclass
class Message:
    """In a channel. `only_for`: the one who sees it; empty for everybody there."""

    ts: str
    channel: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    only_for: str = ""
    user: str = ""
    """Who typed it; empty for the app."""


@dataclass
class View:
    """A modal or a home tab as Slack keeps it. `state` is what was typed and picked: block, action, value."""

    id: str
    user: str
    payload: dict[str, Any]
    hash: str
    state: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Block]:
        found: list[Block] = self.payload["blocks"]
        return found

    def become(self, payload: dict[str, Any], new_hash: str) -> None:
        """Another payload in its place. What was typed stays where block and action are still the same."""
        self.payload, self.hash, self.errors = payload, new_hash, {}
        typed, self.state = self.state, _initial(payload["blocks"])
        for block, actions in self.state.items():
            actions |= {name: value for name, value in typed.get(block, {}).items() if name in actions}

    @classmethod
    def new(cls, view_id: str, user: str, payload: dict[str, Any], new_hash: str) -> "View":
        return cls(view_id, user, payload, new_hash, _initial(payload["blocks"]))

    def delivered(self, team: str) -> dict[str, Any]:
        """As it stands in what Slack delivers about it."""
        known = {"private_metadata": "", "callback_id": "", "notify_on_close": False} | self.payload
        return known | {
            "id": self.id,
            "team_id": team,
            "app_installed_team_id": team,
            "hash": self.hash,
            "state": {"values": self.state},
        }


@dataclass
class Screen:
    """One person's."""

    modals: list[View] = field(default_factory=list)
    home: View | None = None
    trouble: str = ""
    """What Slack itself says when the app does not answer."""

    @property
    def modal(self) -> View | None:
        """The one on top."""
        return self.modals[-1] if self.modals else None


def elements_of(blocks: list[Block]) -> Iterator[tuple[Block, Block]]:
    """Everything that somebody can press or fill in, each with its block."""
    for block in blocks:
        inside = [*block.get("elements", []), block.get("element"), block.get("accessory")]
        for element in inside:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def read(blocks: list[Block]) -> str:
    """Everything that is to be read, as a screen reader would."""
    return "\n".join(_texts(blocks))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, Mapping):
        yield from (value[name] for name in SAID if isinstance(value.get(name), str))
        yield from [str(value["value"])] if value.get("type") == "raw_number" else []
        for name, part in value.items():
            if name not in {"value", "action_id", "block_id"}:
                yield from _texts(part)


def _initial(blocks: list[Block]) -> dict[str, dict[str, dict[str, Any]]]:
    state: dict[str, dict[str, dict[str, Any]]] = {}
    for block, element in elements_of(blocks):
        if element["type"] not in {"button", "overflow"}:
            state.setdefault(block["block_id"], {})[element["action_id"]] = chosen(element, _given(element))
    return state


FIELDS = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
}
"""Where a value stands, by the type of the element."""


def chosen(element: Block, value: Any) -> dict[str, Any]:
    """A value as Slack delivers it."""
    return {"type": element["type"], FIELDS[element["type"]]: value}


def _given(element: Block) -> Any:
    name = "initial_" + FIELDS[element["type"]].removeprefix("selected_")
    nothing: Any = [] if FIELDS[element["type"]].endswith("s") else None
    return element.get(name, nothing)
