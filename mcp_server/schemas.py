"""Smaller JSON schemas: a model pays for every word of `tools/list`, and titles repeat the names beside them."""

from typing import Any

__all__ = ["slim"]


def slim(schema: Any) -> Any:
    """The same schema without generated titles, and without the nulls that no answer of ours holds."""
    if isinstance(schema, list):
        return [slim(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    named = {name: slim(part) for name, part in schema.items() if not (name == "title" and isinstance(part, str))}
    if named.get("default", "") is None:
        del named["default"]
    options = named.get("anyOf")
    if options and {"type": "null"} in options:
        kept = [option for option in options if option != {"type": "null"}]
        del named["anyOf"]
        named |= kept[0] if len(kept) == 1 else {"anyOf": kept}
    return named
