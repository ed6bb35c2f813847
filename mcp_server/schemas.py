"""Smaller JSON schemas: a model pays for every word of `tools/list`; whatever is left out is checked all the same."""

from collections.abc import Mapping
from typing import Any

__all__ = ["outlined", "slim"]

LENGTHS = {"minLength", "maxLength"}  # checked by the tool, which says so in words


def slim(schema: Any) -> Any:
    """Of arguments: the same without generated titles, lengths of texts, and the nulls that no argument of ours is."""
    if isinstance(schema, list):
        return [slim(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    named = {
        name: slim(part)
        for name, part in schema.items()
        if not (name == "title" and isinstance(part, str)) and name not in LENGTHS
    }
    if named.get("default", "") is None:
        del named["default"]
    options = named.get("anyOf")
    if options and {"type": "null"} in options:
        kept = [option for option in options if option != {"type": "null"}]
        del named["anyOf"]
        named |= kept[0] if len(kept) == 1 else {"anyOf": kept}
    return named


def outlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Of answers: the fields that are always there, with their types; what they hold is in the tool's description."""
    whole = slim(schema)
    needed = whole.get("required", [])
    fields = {
        name: {"type": part.get("type", "object")} for name, part in whole["properties"].items() if name in needed
    }
    return {"type": "object", "properties": fields, "required": needed}
