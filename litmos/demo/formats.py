"""Records and lists of records as the JSON and the XML that Litmos writes, and the bodies it reads."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeAlias
from xml.etree import ElementTree as ET

JSON_TYPE = "application/json; charset=utf-8"
XML_TYPE = "application/xml; charset=utf-8"
XML_NULLS = "http://www.w3.org/2001/XMLSchema-instance"

# What Litmos does to text inside JSON; the recorded answers escape "/" too, which json_text does.
ENTITIES = str.maketrans({"&": "&amp;", "'": "&#39;", '"': "&quot;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Record:
    """One thing: the element name it has in XML and its fields in order (names may repeat in XML)."""

    name: str
    fields: tuple[tuple[str, "Value"], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things: a JSON array, in XML an element of this name."""

    name: str
    records: tuple[Record, ...]


Value: TypeAlias = str | bool | int | Decimal | datetime | Listing | None


class Unreadable(Exception):
    """The body is not what the operation takes."""


def to_json(answer: Record | Listing) -> bytes:
    """The body of a JSON answer."""
    return _json(answer).encode()


def _json(value: Value | Record) -> str:
    match value:
        case Record():
            return "{" + ",".join(f"{json_text(name)}:{_json(item)}" for name, item in value.fields) + "}"
        case Listing():
            return "[" + ",".join(_json(record) for record in value.records) + "]"
        case str():
            return json_text(value.translate(ENTITIES))
        case datetime():
            return json_text(f"/Date({_milliseconds(value)}-0000)/")
        case Decimal():
            return str(value)  # keeps the two digits: 0.00, as recorded
        case _:
            return json.dumps(value)


def json_text(text: str) -> str:
    """A JSON string with the slashes escaped."""
    return json.dumps(text, ensure_ascii=False).replace("/", "\\/")


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def to_xml(answer: Record | Listing) -> bytes:
    """The body of an XML answer, the namespace of its nulls declared on the root."""
    root = _element(answer.name, answer)
    root.set("xmlns:i", XML_NULLS)
    return ET.tostring(root, encoding="unicode").encode()


def _element(name: str, value: Value | Record) -> ET.Element:
    element = ET.Element(name)
    match value:
        case Record():
            element.extend(_element(field, item) for field, item in value.fields)
        case Listing():
            element.extend(_element(record.name, record) for record in value.records)
        case None:
            element.set("i:nil", "true")
        case bool():
            element.text = "true" if value else "false"
        case datetime():
            element.text = _xml_date(value)
        case _:
            element.text = str(value)
    return element


def _xml_date(moment: datetime) -> str:
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="milliseconds" if plain.microsecond >= 1000 else "seconds")  # noqa: PLR2004 - 1 ms


def read_ids(body: bytes, content_type: str, listing: str, record: str) -> list[str]:
    """The ids in `[{"Id": ...}]` or `<listing><record><Id>...`, by the content type.

    Raises:
        Unreadable: malformed, of another shape, or of a content type that is neither.
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind in {"application/json", "text/json"}:
            return _ids_in_json(json.loads(body))
        if kind in {"application/xml", "text/xml"}:
            return _ids_in_xml(ET.fromstring(body), listing, record)
    except (ValueError, RecursionError, ET.ParseError) as error:
        raise Unreadable from error
    raise Unreadable


def _ids_in_json(data: object) -> list[str]:
    if not isinstance(data, list):
        raise Unreadable
    ids = [item.get("Id") if isinstance(item, dict) else None for item in data]
    texts = [text for text in ids if isinstance(text, str)]
    if len(texts) != len(ids):
        raise Unreadable
    return texts


def _ids_in_xml(root: ET.Element, listing: str, record: str) -> list[str]:
    if root.tag != listing or any(child.tag != record for child in root):
        raise Unreadable
    ids = [child.findtext("Id") for child in root]
    texts = [text for text in ids if text is not None]
    if len(texts) != len(ids):
        raise Unreadable
    return texts
