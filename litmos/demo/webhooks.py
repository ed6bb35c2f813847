"""Webhooks of the demo Litmos, as its documents say: at least once, tried again until taken, unsigned, in no order."""

import asyncio
import http.client
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from litmos.demo.records import Achievement, Person

__all__ = ["Delivery", "Hook", "Webhooks", "earned"]

TAKEN = {200, 201, 202}
PATIENCE = 10.0  # seconds that an answer may take
AGAIN = (1.0, 5.0, 30.0, 120.0)  # seconds before each further try; what Litmos does here, it does not say
LATER = 1.0  # seconds that every second event is late, where the order is not kept

Sleep = Callable[[float], Awaitable[None]]
Post = Callable[[str, bytes], int]
"""Posts JSON, blocking; the status, or 0 where nobody answers."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where events go, how many times each, and whether they keep their order."""

    url: str
    copies: int = 1
    in_order: bool = True

    def __post_init__(self) -> None:
        """Fail now, in words: its fields may come over HTTP."""
        parts = urlsplit(str(self.url))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("url must be an http or https address")
        if type(self.copies) is not int or not 1 <= self.copies <= 100:  # noqa: PLR2004 - enough for anybody
            raise ValueError("copies must be a whole number, 1 to 100")
        if not isinstance(self.in_order, bool):
            raise TypeError("in_order must be true or false")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try. `status` 0: nobody answered."""

    event: int
    type: str
    status: int


def post(url: str, body: bytes) -> int:
    """See `Post`."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


class Webhooks:
    """Sends events to all hooks. `sleep` waits seconds."""

    def __init__(self, sleep: Sleep, how: Post = post) -> None:
        self._sleep, self._post = sleep, how
        self.hooks: list[Hook] = []
        self.deliveries: list[Delivery] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._events = 4512

    def clear(self) -> None:
        """Nobody is told any more; what is under way ends."""
        self.hooks.clear()
        self.deliveries.clear()

    def send(self, kind: str, data: dict[str, Any], at: datetime) -> int:
        """Tell all hooks of an event; its number."""
        self._events += 1
        stamp = at.replace(tzinfo=None).isoformat(timespec="milliseconds")
        event = {"id": self._events, "created": stamp, "type": kind, "object": "event", "data": data}
        for hook in self.hooks:
            for _ in range(hook.copies):
                task = asyncio.create_task(self._deliver(hook, event))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
        return self._events

    async def settled(self) -> None:
        """Returns when nothing is under way."""
        while self._sending:
            await asyncio.wait(set(self._sending))

    async def _deliver(self, hook: Hook, event: dict[str, Any]) -> None:
        body = json.dumps(event).encode()
        if not hook.in_order and event["id"] % 2:
            await self._sleep(LATER)
        for pause in (*AGAIN, None):
            status = await asyncio.to_thread(self._post, hook.url, body)
            self.deliveries.append(Delivery(event["id"], event["type"], status))
            if status in TAKEN or pause is None:
                return
            await self._sleep(pause)

    def told(self) -> dict[str, Any]:
        """For people; an address holds a secret, which they have given themselves."""
        return {"hooks": [asdict(one) for one in self.hooks], "deliveries": [asdict(one) for one in self.deliveries]}


def earned(achievement: Achievement, person: Person, code: str, kind: str) -> dict[str, Any]:
    """The `data` of achievement.earned; `kind` is Course or LearningPath."""
    till = achievement.compliant_till
    return {
        "userId": person.id,
        "userName": person.user_name,
        "courseId": achievement.course_id,
        "title": achievement.title,
        "code": code,
        "achievementDate": _date(achievement.at),
        "compliantTilldate": _date(till) if till else None,
        "result": "Completed",
        "type": kind,
        "firstName": person.first_name,
        "lastName": person.last_name,
        "achievementId": achievement.id,
        "certificateId": None,
    }


def _date(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
