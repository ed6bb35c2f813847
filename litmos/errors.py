"""What can go wrong, in words for the person who waits. `str(error)` is shown as it is: it says what to do.

LitmosError
├── NotAllowed          this actor may not do this
├── NotFound            nothing in Litmos answers to that id or name
│   └── Ambiguous       more than one does
├── Invalid             the input cannot be used, ours or by Litmos' judgement
│   └── Conflict        Litmos refuses because of what it already holds
├── PlanChanged         the world moved between the question and the answer
├── Throttled           over the account's requests a minute
├── Unavailable         Litmos does not answer
│   ├── TimedOut        not in time
│   └── Interrupted     the connection broke before the answer
├── Misconfigured       a setting is missing or wrong
└── UnexpectedReply     Litmos answered something this program does not understand

No message, attribute or repr holds an API key, a login link or a body of Litmos.
"""

from collections.abc import Mapping

__all__ = [
    "Ambiguous",
    "Conflict",
    "Interrupted",
    "Invalid",
    "LitmosError",
    "Misconfigured",
    "NotAllowed",
    "NotFound",
    "PlanChanged",
    "Throttled",
    "TimedOut",
    "Unavailable",
    "UnexpectedReply",
]


class LitmosError(Exception):
    """The base of all of these.

    `perhaps_done`: a change was under way and may or may not have happened; only reading back can tell.
    """

    def __init__(self, message: str, *, perhaps_done: bool = False) -> None:
        super().__init__(message)
        self.perhaps_done = perhaps_done


class NotAllowed(LitmosError):
    """This actor may not do this."""


class NotFound(LitmosError):
    """Nothing in Litmos answers to that id or name."""


class Ambiguous(NotFound):
    """More than one thing answers to the name `typed`. `candidates`: at most five, by id, each told from the others."""

    def __init__(self, message: str, typed: str = "", candidates: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.typed, self.candidates = typed, dict(candidates or {})


class Invalid(LitmosError):
    """The input cannot be used."""


class Conflict(Invalid):
    """Litmos refuses because of what it already holds (HTTP 409)."""


class PlanChanged(LitmosError):
    """What would change is no longer what was approved."""


class Throttled(LitmosError):
    """Litmos refuses for rate (HTTP 503 or 429). `after`: seconds to wait, None if Litmos did not say."""

    def __init__(self, message: str, *, after: float | None = None, perhaps_done: bool = False) -> None:
        super().__init__(message, perhaps_done=perhaps_done)
        self.after = after


class Unavailable(LitmosError):
    """Litmos cannot be reached or says so itself. `after`: seconds until it is worth another try, if known."""

    def __init__(self, message: str, *, after: float | None = None, perhaps_done: bool = False) -> None:
        super().__init__(message, perhaps_done=perhaps_done)
        self.after = after


class TimedOut(Unavailable):
    """No answer within the time one request may take."""


class Interrupted(Unavailable):
    """The connection broke before the answer had arrived."""


class Misconfigured(LitmosError):
    """A setting is missing or wrong; the message names it."""


class UnexpectedReply(LitmosError):
    """An answer that is not understood: an HTML page, a body cut short, another shape, more than 20 MB."""
