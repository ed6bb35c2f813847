"""Sends calls to Litmos: in turn, again when that may help, and with every failure in the words of `litmos.errors`.

The only module that touches the network. Errors are raised after the failing frames are left, so that no traceback
carries a request (which holds the key) or a body (which may hold a login link).
"""

import json
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import quote

import anyio
import httpx
import stamina
from pydantic import SecretStr, ValidationError
from typing_extensions import override

from litmos.api import replies
from litmos.api.breaker import Breaker
from litmos.api.call import Batch, Call, Format, Listing, Pace, Reply, Waiting
from litmos.api.tries import Tries
from litmos.api.wire import encode
from litmos.errors import LitmosError, Throttled
from litmos.log import logger
from litmos.telemetry import About, Level, step, tell

__all__ = ["Client", "KeyAuth", "Turns"]

T = TypeVar("T")
R = TypeVar("R")

PAGE = 1000  # items; the most that Litmos gives at once
MOST_PAGES = 1000
LARGEST = 20 * 1024 * 1024  # bytes of one answer, unpacked
SIDE_BY_SIDE = 8  # calls of one batch under way at once


class Turns(Protocol):
    """The account's requests a minute; see `litmos.store.budget`."""

    async def turn(self, *, bulk: bool, waiting: Waiting | None, patience: float | None) -> None:
        """Return when the caller may send one request; `Throttled` if that takes longer than `patience` seconds."""

    async def exhausted(self, after: float | None) -> None:
        """Litmos refused for rate: nothing is left for `after` seconds, or for a whole window."""


class KeyAuth(httpx.Auth):
    """Puts the API key on each request as it leaves, and nowhere else."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    @override
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["apikey"] = self._key.get_secret_value()
        yield request

    def scrub(self, body: bytes) -> bytes:
        """An error's body may be shown, so it must not repeat the key."""
        return body.replace(self._key.get_secret_value().encode(), b"***")


class Client:
    """One account. `http` has the base address; `timeout` and `deadline` are seconds.

    `timeout` bounds one request, `deadline` the tries of one call: none begins after it. A try that is under way is
    not cut off by it, since the outcome of a write would then be unknown.
    """

    def __init__(  # noqa: PLR0913 - assembled in one place, by name
        self,
        http: httpx.AsyncClient,
        key: KeyAuth,
        *,
        source: str,
        form: Format = Format.JSON,
        turns: Turns | None = None,
        timeout: float = 30.0,
        deadline: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._key, self._form, self._turns = http, key, form, turns
        self._timeout, self._deadline, self._clock = timeout, deadline, clock
        self._always = {"source": source} | ({"format": "json"} if form is Format.JSON else {})
        self._accept = {"Accept": f"application/{form}"}
        self._breaker = Breaker(clock)
        self._log = logger("litmos.api")

    async def send(self, request: Call[T] | Batch[Any, T], pace: Pace | None = None) -> T:
        """Send a call, all pages of a list, or a batch.

        Args:
            request: What to send.
            pace: For whom, and whom to tell about waits; counts the requests it took.

        Raises:
            LitmosError: Any of the tree. After a change, `perhaps_done` tells whether it may have happened.
        """
        pace = pace or Pace()
        if isinstance(request, Batch):
            parts = await self.send_each(request.calls, pace)
            for part in parts:
                if isinstance(part, LitmosError):
                    raise part
            return request.join(parts)
        tries = Tries(request, pace, self._clock, self._deadline)
        if isinstance(request, Listing):
            return cast("T", await self._pages(request, tries))
        return self._understood(request, await self._exchange(tries, ()))

    async def send_each(self, calls: Sequence[Call[T]], pace: Pace | None = None) -> list[T | LitmosError]:
        """Send calls side by side; each result, or the error it failed with, in its call's place."""
        found: list[T | LitmosError] = [LitmosError("not sent")] * len(calls)
        places = anyio.CapacityLimiter(SIDE_BY_SIDE)

        async def fill(place: int, call: Call[T]) -> None:
            async with places:
                try:
                    result: T = await self.send(call, pace)
                except LitmosError as error:
                    found[place] = error
                else:
                    found[place] = result

        async with anyio.create_task_group() as tasks:
            for place, call in enumerate(calls):
                tasks.start_soon(fill, place, call)
        return found

    async def levels(self) -> Sequence[Level]:
        """How things stand, for who watches."""
        return [Level("litmos.breaker.open", int(self._breaker.is_open))]

    async def _pages(self, call: Listing[R], tries: Tries) -> tuple[R, ...]:
        found: dict[Any, R] = {}
        size, start = min(PAGE, call.most or PAGE), 0
        for _ in range(MOST_PAGES):
            reply = await self._exchange(tries, (("limit", str(size)), ("start", str(start))))
            page, before = self._understood(call, reply), len(found)
            for item in page:
                found.setdefault(call.key(item), item)
            # A full hundred may be a server with a lower limit of its own; nothing new, one that ignores `start`.
            last = len(page) < size and len(page) % 100 > 0
            if last or len(found) == before or (call.most is not None and len(found) >= call.most):
                break
            start += len(page)
            tries = tries.afresh()
        return tuple(found.values())[: call.most]

    def _understood(self, call: Call[T], reply: Reply) -> T:
        try:
            return call.parse(reply)
        except ValidationError as invalid:
            first = invalid.errors(include_input=False, include_url=False, include_context=False)[0]
            why = f"{'.'.join(str(step) for step in first['loc'])}: {first['type']}"
        except (json.JSONDecodeError, UnicodeDecodeError):
            why = "broken JSON"
        except ValueError as wrong:
            why = str(wrong)
        raise replies.not_understood(call, why)

    async def _exchange(self, tries: Tries, page: tuple[tuple[str, str], ...]) -> Reply:
        async for attempt in stamina.retry_context(
            on=tries.again, attempts=tries.most, timeout=None, wait_initial=0.5, wait_max=8.0, wait_jitter=0.5
        ):
            with attempt:
                return await self._try(tries, page)
        raise AssertionError("a retry context ends in a result or an error")  # pragma: no cover

    async def _try(self, tries: Tries, page: tuple[tuple[str, str], ...]) -> Reply:
        pace = tries.pace
        self._breaker.check()  # before the turn: nobody waits for a Litmos that is down
        if self._turns is not None:
            await self._turns.turn(bulk=pace.bulk, waiting=pace.waiting, patience=tries.patience())
        pace.spent += 1
        with tries.remembered(), self._breaker.guard(lenient=tries.call.changes), self._watched(tries) as about:
            reply = await self._carry(tries, page)
            about["http.response.status_code"] = reply.status
            if tries.already_gone(reply):
                return Reply(200)
            error = replies.refusal(tries.call, reply, perhaps_done=tries.perhaps_done)
            if isinstance(error, Throttled) and self._turns is not None and tries.is_rate(reply):
                await self._turns.exhausted(reply.retry_after)
            if error is not None:
                raise error
        return reply

    def _watched(self, tries: Tries) -> AbstractContextManager[About]:
        """Around one try. Ids, the query and the key are no part of what is told."""
        call = tries.call
        about: About = {
            "litmos.call": call.operation,
            "http.request.method": call.method,
            "url.template": call.template,
            "server.address": self._http.base_url.host,
        }
        if tries.count > 1:
            about["http.request.resend_count"] = tries.count - 1
            tell("litmos.call.retries", {"litmos.call": call.operation})
        return step("http.client.request", about)

    async def _carry(self, tries: Tries, page: tuple[tuple[str, str], ...]) -> Reply:
        """One request over the network, and its whole answer."""
        call, began = tries.call, self._clock()
        outcome: Reply | LitmosError
        try:
            # All of it: an answer that drips is late, too. A change under way is not cut off: nobody would know then.
            with anyio.fail_after(self._timeout, shield=call.changes):
                async with self._http.stream(
                    call.method,
                    "/".join(quote(segment, safe="") for segment in call.path),
                    params=[*self._always.items(), *call.query, *page],
                    **self._payload(call),
                ) as response:
                    outcome = await self._read(response) or replies.not_understood(call, "more than 20 MB")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            outcome = replies.unreachable(call, self._http.base_url.host, perhaps_done=tries.perhaps_done)
        except (httpx.TimeoutException, TimeoutError):
            outcome = replies.timed_out(call, self._timeout)
        except (httpx.TransportError, httpx.DecodingError):
            outcome = replies.cut_off(call)
        milliseconds = round((self._clock() - began) * 1000)
        if isinstance(outcome, LitmosError):
            self._log.info("litmos.call", call=call.operation, failed=type(outcome).__name__, ms=milliseconds)
            raise outcome
        self._log.debug("litmos.call", call=call.operation, status=outcome.status, ms=milliseconds)
        return outcome

    def _payload(self, call: Call[Any]) -> dict[str, Any]:
        if call.body is not None:
            content, kind = encode(call.body, self._form)
            return {"content": content, "headers": self._accept | {"Content-Type": kind}}
        length = {"Content-Length": "0"} if call.method in {"PUT", "DELETE"} else {}  # Litmos insists
        return {"headers": self._accept | length}

    async def _read(self, response: httpx.Response) -> Reply | None:
        """The answer; None when it is too large to be one."""
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST:
                return None
        content = bytes(body)
        return Reply(
            response.status_code,
            response.headers.get("content-type", ""),
            self._key.scrub(content) if response.is_error else content,
            replies.seconds_to_wait(response.headers),
        )
