"""Durable work besides changes: what the engine has to know of each kind to run it, and how it is begun.

A module that does some defines workflows and steps with DBOS' decorators (their names are one space for all modules),
keeps what they work with in a `Served`, and offers a `Work` to `running`. What they record are ids; a step may run
again after a crash, so one that must not has to look at `Served.life`, as work.py does.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import uuid4

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

__all__ = ["Schedule", "Served", "Work", "begin"]

T = TypeVar("T")


class Served(Generic[T]):
    """What this process does one kind of work with. DBOS knows functions alone, one set for a process."""

    def __init__(self, what: str) -> None:
        self._what, self._by, self.life = what, None, ""

    _by: T | None
    life: str
    """Another one each time that work begins: a step that finds an older one does not know how far that came."""

    def begin(self, by: T) -> None:
        """From now on it is done with this."""
        self._by, self.life = by, uuid4().hex

    def end(self) -> None:
        """No more."""
        self._by = None

    @property
    def is_served(self) -> bool:
        return self._by is not None

    @property
    def by(self) -> T:
        if self._by is None:
            raise LookupError(f"nobody serves {self._what} in this process")
        return self._by


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a workflow is begun by itself, once for all processes: it gets the moment, and something it has no use for.

    `cron` has five fields, in the time zone `zone` (an IANA name); None: not any more. `late`: whether it is begun
    afterwards for the moments of the last seven days at which no process was there.
    """

    name: str
    workflow: Callable[[datetime, Any], Coroutine[Any, Any, None]]
    cron: str | None
    zone: str = "UTC"
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[T]):
    """A kind of durable work. `by` does it; `at_once`: workflows of a process; `a_minute`: of all processes, None: any.

    `here`: whether this process does it; if not it can only begin some, for others to do.
    """

    served: Served[T]
    by: T
    queue: str
    at_once: int = 2
    a_minute: int | None = None
    here: bool = True
    schedules: Sequence[Schedule] = ()


async def begin(
    queue: str, workflow: Callable[..., Coroutine[Any, Any, Any]], name: str, *arguments: Any, after: float = 0.0
) -> None:
    """Put a workflow on a queue, to begin after so many seconds. Arguments are JSON.

    The same name begins nothing twice, in whichever process, for the seven days that it is known.
    """
    with SetWorkflowID(name), SetEnqueueOptions(delay_seconds=after or None):
        await DBOS.enqueue_workflow_async(queue, workflow, *arguments)
