"""What faces offer to `litmos serve` and `litmos check`. They know nothing else of one another.

A face is found by its entry point in the group `litmos.faces`, a callable of the type `Offering`. Another one, in the
group `litmos.cli`, may add commands to `litmos`: a callable of the type `Adding`, whose module imports nothing slow.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from argparse import ArgumentParser, _SubParsersAction

    from litmos.desk.actor import Actor
    from litmos.desk.desk import Desk
    from litmos.findings import Check
    from litmos.settings import Settings

    Commands = _SubParsersAction[ArgumentParser]

__all__ = ["CLI", "GROUP", "Adding", "Mounted", "Offer", "Offering", "Place", "Signed", "Unwanted"]

GROUP = "litmos.faces"
CLI = "litmos.cli"


class Signed(Protocol):
    """Another service that signs what it sends, and says inside who asks: only there may that be believed."""

    @property
    def url(self) -> str:
        """The address that it sends to, as the world knows it."""

    def genuine(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether it sent this, just now. Names of headers are in small letters."""

    async def actor(self, team: str, user: str) -> "Actor":
        """Who somebody of theirs is in Litmos; `NotAllowed` in words for them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a face is opened: on a Desk that belongs to all of them.

    `host`: the server listens there. `signed`: of a face that was opened before.
    """

    settings: "Settings"
    desk: "Desk"
    host: str = "127.0.0.1"
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Mounted:
    """A face that is open. `routes` are Starlette's. `told`: what can be reached, a line each for people."""

    told: Sequence[str]
    routes: Sequence[Any] = ()
    signed: Signed | None = None
    """For the faces that are opened after it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A face whose settings are there."""

    open: Callable[[Place], AbstractAsyncContextManager[Mounted]]
    signs: bool = False
    """Whether it has to be opened before others, which want its `signed`."""
    reaches: bool = False
    """Whether it brings people messages: it says so to the Desk when it is open (`Desk.reach_by`)."""
    alone: bool = True
    """Whether there is something to serve without the others."""
    checks: "Callable[[str], Sequence[Check]] | None" = None
    """What `litmos check` is to look at, by LITMOS_STATE_URL: each without the others, and without opening the face."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A face none of whose settings are there. `why` says which to set."""

    why: str


Offering = Callable[[], Offer | Unwanted]
"""Reads the face's settings. Raises Misconfigured if some are there and cannot be used."""

Adding = Callable[["Commands"], None]
"""Adds commands to those of `litmos`, each with a default `run` as the others have it."""
