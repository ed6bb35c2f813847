"""Named events with keys, through the standard library's logging: silent until somebody listens, never on stdout.

`logger` is for every module. A library user's own logging sees the keys as the record's extras. `configure` is
for entry points: JSON lines on stderr, with secrets and people's addresses struck out last. `bound` puts keys on every
line of a piece of work, those of libraries too.
Neither imports structlog (57 ms) before something is logged: it would be on the stdio server's way to its start.
"""

import json
import logging
import math
import re
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO, cast

from typing_extensions import override

from litmos import telemetry

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger

__all__ = ["bound", "configure", "logger", "redacted", "request_bound"]

# They log URLs with e-mail addresses and keys, or statements, at INFO.
_TALKATIVE = ("alembic", "dbos", "httpcore", "httpx", "httpx2", "sqlalchemy")
_DEEPEST = 30  # levels; beyond it, or in a circle, a value is left out
_LEFT_OUT = "..."
_STRUCK = "***"

_NAMES = r"api[-_ ]?key|login[-_ ]?key|token|secret|passw(?:or)?d|authorization|cookie|signature"
_SECRET = re.compile(f"(?i){_NAMES}")
# name=value, name: value, "name": "a value", name%3Dvalue and <name>value inside a text
_INSIDE = re.compile(
    rf"""(?ix) ( (?:{_NAMES}) [\w-]* (?:\\?["'])? \s* (?:=|:|%3D|%3A|>) \s* )
    (?: (\\?["']) (?:(?!\2).)* | (?: (?:bearer|basic|token) \s+ )? [^\s&"'<>,;\\]+ )"""
)
_HEADER = re.compile(r"""(?i)((?:cookie|authorization)["']?\s*[:=]\s*["']?)[^\r\n"']+""")  # to the end of its line
_CREDENTIALS = re.compile(r"(://)[^/\s@]*@")
# Bounded, so that a long text without any @ takes no quadratic time.
_EMAIL = re.compile(r"(?:[\w.+'!#$*^`{|}~-]|%(?!(?:25)*40)[0-9A-Fa-f]{2}){1,128}(?:@|%(?:25)*40)[\w.-]+")

# Of our own, since structlog's would have to be imported first; its keys are shown just the same.
_KEYS: ContextVar[Mapping[str, Any] | None] = ContextVar("keys", default=None)

_RESERVED = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class _Lazy:
    """Becomes a structlog logger when first used."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _real(self) -> "BoundLogger":
        import structlog  # noqa: PLC0415 - see the module's docstring

        return cast(
            "BoundLogger",
            structlog.wrap_logger(
                logging.getLogger(self._name),
                processors=[
                    structlog.stdlib.filter_by_level,
                    structlog.contextvars.merge_contextvars,
                    _with_bound,
                    _clear_of_reserved,
                    structlog.stdlib.render_to_log_kwargs,
                ],
                wrapper_class=structlog.stdlib.BoundLogger,
                context_class=dict,
                cache_logger_on_first_use=True,
            ),
        )

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._real, attribute)


def logger(name: str) -> "BoundLogger":
    """A structlog logger over `logging.getLogger(name)`: `log.info("litmos.call", status=200, ms=12)`."""
    top = logging.getLogger(name.partition(".")[0])
    if not top.handlers:
        # Without any handler logging itself would print warnings on stderr: not a library's business.
        top.addHandler(logging.NullHandler())
    return cast("BoundLogger", _Lazy(name))


def configure(level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    """For entry points: all loggers write JSON lines on `stream` (None: stderr as it is now). May be repeated."""
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def bound(**keys: Any) -> Iterator[None]:
    """These keys are on every line that is logged in the block, in tasks and threads that it starts too."""
    before = _KEYS.set({**(_KEYS.get() or {}), **keys})
    try:
        yield
    finally:
        _KEYS.reset(before)


@contextmanager
def request_bound() -> Iterator[None]:
    """Where a request comes in: a `request` of its own is on every line, unless it has come in further out already."""
    if "request" in (_KEYS.get() or {}):
        yield
    else:
        with bound(request=secrets.token_hex(6)):
            yield


def redacted(value: Any) -> Any:
    """`value` as JSON can hold it, with secrets as *** and e-mail addresses as <email>, at any depth."""
    return _clean(value, 0)


class _JsonLines(logging.Formatter):
    """One JSON object a line: when, level, logger, event, then the keys. Redaction is the last step."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        extras = {key: value for key, value in vars(record).items() if key not in _RESERVED}
        line = {**_bound(), **extras, **line}
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = self.formatException(record.exc_info)  # the standard one shows no locals
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(redacted(line), ensure_ascii=False)


def _bound() -> Mapping[str, Any]:
    """What is bound around a library's record too. In structlog nothing can be if it was never imported."""
    context = sys.modules.get("structlog.contextvars")
    theirs: Mapping[str, Any] = {} if context is None else context.get_contextvars()
    return {**_traced(), **theirs, **(_KEYS.get() or {})}


def _traced() -> Mapping[str, Any]:
    """The trace that a line belongs to, where there are traces."""
    _, *trace = telemetry.here().split("-")
    return {"trace_id": trace[0], "span_id": trace[1]} if trace else {}


def _with_bound(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {**(_KEYS.get() or {}), **event}


def _clear_of_reserved(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An extra called `name` or `module` is a KeyError in logging: such a key gets a `_` at its end."""
    ours = {"exc_info", "stack_info"}  # these are meant for logging
    return {f"{key}_" if key in _RESERVED - ours else key: value for key, value in event.items()}


def _clean(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, str):
        return _strike(value)
    if depth >= _DEEPEST:
        return _LEFT_OUT
    if isinstance(value, Mapping):
        return {_strike(str(key)): _under(key, each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return _listed(value, depth + 1)
    return _strike(str(value))


def _listed(values: Iterable[Any], depth: int) -> list[Any]:
    each = list(values)
    if len(each) == 2 and isinstance(each[0], (str, bytes)):  # noqa: PLR2004 - a pair, as headers come
        return [_clean(each[0], depth), _under(each[0], each[1], depth)]
    return [_clean(value, depth) for value in each]


def _under(key: object, value: Any, depth: int) -> Any:
    return _STRUCK if _SECRET.search(str(key)) else _clean(value, depth)


def _strike(said: str) -> str:
    said = _CREDENTIALS.sub(rf"\1{_STRUCK}@", _HEADER.sub(rf"\1{_STRUCK}", said))
    said = _INSIDE.sub(lambda found: f"{found[1]}{found[2] or ''}{_STRUCK}", said)
    return _EMAIL.sub("<email>", said)
