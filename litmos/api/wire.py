"""Bytes to plain records and back, JSON or XML by what arrives: dicts of text, numbers, None and lists of dicts.

Where Litmos repeats a field (the seed page shows `ResultId` twice), the first one that is filled counts.
"""

import html
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Protocol, Self, TypeVar
from xml.etree.ElementTree import Element

from litmos.api import xml
from litmos.api.call import Body, Format, Reply

__all__ = ["Record", "Twin", "detail", "encode", "many", "nothing", "records", "single"]

M_co = TypeVar("M_co", covariant=True)
Record = dict[str, Any]

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Twin(Protocol[M_co]):
    """A record as the wire has it, which knows what it is in the model."""

    @classmethod
    def model_validate(cls, obj: Any, /) -> Self: ...

    def to_model(self) -> M_co: ...


def many(twin: type[Twin[M_co]], tag: str) -> Callable[[Reply], tuple[M_co, ...]]:
    """Reads every `tag` of an answer; `ValueError` for another shape."""
    return lambda reply: tuple(twin.model_validate(found).to_model() for found in records(reply, tag))


def single(twin: type[Twin[M_co]], tag: str) -> Callable[[Reply], M_co]:
    """Reads the only `tag` of an answer; `ValueError` for another shape."""

    def read(reply: Reply) -> M_co:
        found = records(reply, tag)
        if len(found) != 1:
            raise ValueError(f"{len(found)} of {tag} where one is due")
        return twin.model_validate(found[0]).to_model()

    return read


def records(reply: Reply, tag: str) -> list[Record]:
    """Every `tag` of an answer: a JSON list or a single object, `<Tags><Tag>…` or a bare `<Tag>`."""
    if _is_json(reply):
        found = _json(reply.body)
        items = found if isinstance(found, list) else [found]
        if not all(isinstance(item, dict) for item in items):
            raise ValueError(f"not a list of {tag}")
        return items
    root = xml.read(reply.body)
    if xml.local_name(root) == tag:
        return [_record(root)]
    if xml.local_name(root) != f"{tag}s":
        raise ValueError(f"not a list of {tag}")
    return [_record(child) for child in root]


def nothing(reply: Reply) -> None:
    """A change is answered by its status, often without a body; one that cannot be read is no answer of Litmos.

    Whether the change took effect, only reading back tells.
    """
    if reply.body.strip():
        _tree(reply)


def detail(reply: Reply) -> str:
    """The reason in an error's body, at most 200 characters; empty when it holds none that is meant for people."""
    try:
        found = _tree(reply)
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    words = found.get("Detail") or found.get("Message") or ""
    return " ".join(str(words).split())[:200]


def encode(body: Body, form: Format) -> tuple[bytes, str]:
    """The bytes of a body and their content type."""
    if form is Format.XML:
        return xml.write_ids(body.root, body.item, body.ids), "application/xml; charset=utf-8"
    return json.dumps([{"Id": value} for value in body.ids]).encode(), "application/json; charset=utf-8"


def _tree(reply: Reply) -> Any:
    return _json(reply.body) if _is_json(reply) else _record(xml.read(reply.body))


def _is_json(reply: Reply) -> bool:
    """By the content type; where that says neither, by the first character."""
    kind = reply.content_type.lower()
    if "html" in kind:
        raise ValueError("an HTML page")
    if "json" in kind:
        return True
    if "xml" in kind:
        return False
    return not reply.body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _json(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_first_filled,
            parse_float=Decimal,
            parse_constant=_refuse,
        )
    except RecursionError:
        raise ValueError("nested too deep") from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _first_filled(pairs: Iterable[tuple[str, Any]]) -> Record:
    """One object. Its text holds HTML entities, escaped once: they are undone here, after JSON has been read."""
    found: Record = {}
    for name, value in pairs:
        if found.get(name) in (None, ""):
            found[name] = html.unescape(value) if isinstance(value, str) else value
    return found


def _record(element: Element) -> Record:
    found: Record = {}
    for child in element:
        name = xml.local_name(child)
        if found.get(name) in (None, ""):
            found[name] = _value(child)
    return found


def _value(element: Element) -> Any:
    if element.get(NIL) == "true":
        return None
    if len(element):  # a container: <Modules>, <Courses>
        return [_record(child) for child in element]
    return element.text or ""
