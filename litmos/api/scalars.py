"""Litmos' ways to write a text, a yes or no, a number and a moment; each accepts every form seen, and nothing else."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from typing_extensions import override

__all__ = ["Moment", "No", "Percent", "Text", "Whole", "Words", "Yes"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICKS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")  # the offset is information only: the number is UTC
ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII
)


def _text(value: Any) -> Any:
    """Ids come as text and as integers; nothing is no text."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _flag(default: bool) -> Callable[[Any], Any]:  # noqa: FBT001 - the value itself, not a switch
    def flag(value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().lower()
        return default if value in (None, "") else value

    return flag


def _number(value: Any) -> Any:
    if value in (None, ""):
        return Decimal(0)
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError("not a number") from None


def _whole(value: Any) -> Any:
    return None if value in (None, "") else int(_number(value))


def _moment(value: Any) -> Any:
    """UTC. No zone means UTC; .NET's first day means never."""
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise ValueError("not a date")  # noqa: TRY004 - pydantic gathers ValueErrors
    text = value.strip()
    try:
        moment = _from_ticks(text) if text.startswith("/") else _from_iso(text)
    except OverflowError:
        raise ValueError("not a date") from None
    return None if moment.year == 1 else moment


def _from_ticks(text: str) -> datetime:
    if (ticks := TICKS.fullmatch(text)) is None:
        raise ValueError("not a date")
    return EPOCH + timedelta(milliseconds=int(ticks[1]))


def _from_iso(text: str) -> datetime:
    if (parts := ISO.fullmatch(text)) is None:
        raise ValueError("not a date")
    year, month, day, hour, minute, second, fraction, zone = parts.groups()
    micro = int((fraction or "").ljust(6, "0")[:6])
    at = datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        micro,
        _zone(zone),
    )
    return at.astimezone(UTC)


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


class _Words(HTMLParser):
    """Gathers what a person would read of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @override
    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _words(value: Any) -> Any:
    """Descriptions are HTML inside the text."""
    text = _text(value)
    if not isinstance(text, str) or not ("<" in text or "&" in text):
        return text
    page = _Words()
    page.feed(text)
    page.close()
    return " ".join(" ".join(page.found).split())


Text = Annotated[str, BeforeValidator(_text)]
Words = Annotated[str, BeforeValidator(_words)]
Yes = Annotated[bool, BeforeValidator(_flag(default=True))]
No = Annotated[bool, BeforeValidator(_flag(default=False))]
Percent = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, allow_inf_nan=False)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
