"""The demo's own pages: `/` says what this is, `/_demo/...` shows and steers it. No key: loopback only."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from litmos.demo.account import Account
from litmos.demo.app import LARGEST_BODY
from litmos.demo.data import demo_world
from litmos.demo.faults import KINDS, Fault
from litmos.demo.finishing import finish
from litmos.demo.webhooks import Hook

T = TypeVar("T", Fault, Hook)
Page: TypeAlias = Callable[[Request], Awaitable[Response]]

FRONT_PAGE = """\
This is the demo Litmos: a Litmos account that lives in memory, with made-up people. Nothing here is real.

The API is under /v1.svc and wants the header `apikey` and the parameter `source`, for example:

  curl -H 'apikey: {key}' '{base}v1.svc/users?source=trying&format=json&search=marsh'

Steering it (no key, so keep this server on the loopback address):

  GET    /_demo/people      who there is
  GET    /_demo/requests    the API requests that arrived (DELETE forgets them)
  GET    /_demo/mails       the e-mails Litmos would have sent
  POST   /_demo/faults      {{"kind": "503", "path": "users", "times": 2}} (GET lists, DELETE clears)
  POST   /_demo/webhooks    {{"url": "http://127.0.0.1:8712/litmos/webhooks/...", "copies": 2, "in_order": false}}
                            (GET tells where events go and what was answered, DELETE ends it)
  POST   /_demo/finish      {{"person": "hUOuZAzHx4L1", "course": "7qhuMk9zUGI1"}}: a learner completes a course
  POST   /_demo/clock       {{"advance": 3600}}
  POST   /_demo/reset       everybody and everything as in the beginning

Kinds of faults:

{kinds}
"""


class Wrong(Exception):
    """What was sent is not what this page takes; the text says what is."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Control:
    """The pages that steer one account."""

    account: Account

    def routes(self) -> list[Route]:
        pages: dict[tuple[str, str], Page] = {
            ("GET", "/"): self.front_page,
            ("GET", "/_demo/people"): self.people,
            ("GET", "/_demo/requests"): self.requests,
            ("DELETE", "/_demo/requests"): self.forget_requests,
            ("GET", "/_demo/mails"): self.mails,
            ("POST", "/_demo/faults"): self.add_faults,
            ("GET", "/_demo/faults"): self.faults,
            ("DELETE", "/_demo/faults"): self.clear_faults,
            ("POST", "/_demo/webhooks"): self.add_webhook,
            ("GET", "/_demo/webhooks"): self.webhooks,
            ("DELETE", "/_demo/webhooks"): self.clear_webhooks,
            ("POST", "/_demo/finish"): self.finish,
            ("POST", "/_demo/clock"): self.move_clock,
            ("POST", "/_demo/reset"): self.start_over,
        }
        return [Route(path, page, methods=[method]) for (method, path), page in pages.items()]

    async def front_page(self, request: Request) -> Response:
        kinds = "\n".join(f"  {kind:10} {meaning}" for kind, meaning in KINDS.items())
        # not request.base_url: that one leaves out where this application is mounted
        base = request.url.replace(path=request.scope.get("root_path", "") + "/", query="")
        page = FRONT_PAGE.format(key=self.account.api_key, base=base, kinds=kinds)
        return PlainTextResponse(page)

    async def people(self, _: Request) -> Response:
        world = self.account.world
        people = [
            {
                "id": person.id,
                "name": f"{person.first_name} {person.last_name}",
                "user_name": person.user_name,
                "email": person.email,
                "access_level": person.access_level,
                "active": person.active,
                "teams": [team.name for team in world.teams_of(person.id)],
            }
            for person in world.people.values()
        ]
        return JSONResponse(people)

    async def requests(self, _: Request) -> Response:
        return _shown([asdict(seen) for seen in self.account.requests])

    async def forget_requests(self, _: Request) -> Response:
        self.account.requests.clear()
        return Response(status_code=204)

    async def mails(self, _: Request) -> Response:
        return _shown([asdict(mail) for mail in self.account.mails])

    async def faults(self, _: Request) -> Response:
        return _shown([asdict(fault) | {"times": left} for fault, left in self.account.faults.waiting()])

    async def add_faults(self, request: Request) -> Response:
        try:
            sent = await _sent(request)
            faults = [_made(Fault, "fault", item) for item in (sent if isinstance(sent, list) else [sent])]
        except Wrong as wrong:
            return _shown({"error": str(wrong)}, wrong.status)
        for fault in faults:
            self.account.faults.add(fault)
        return _shown([asdict(fault) for fault in faults], 201)

    async def clear_faults(self, _: Request) -> Response:
        self.account.faults.clear()
        return Response(status_code=204)

    async def webhooks(self, _: Request) -> Response:
        return _shown(self.account.webhooks.told())

    async def add_webhook(self, request: Request) -> Response:
        try:
            hook = _made(Hook, "webhook", await _sent(request))
        except Wrong as wrong:
            return _shown({"error": str(wrong)}, wrong.status)
        self.account.webhooks.hooks.append(hook)
        return _shown(asdict(hook), 201)

    async def clear_webhooks(self, _: Request) -> Response:
        self.account.webhooks.clear()
        return Response(status_code=204)

    async def finish(self, request: Request) -> Response:
        try:
            sent = await _sent(request)
            pair = [sent.get(name) for name in ("person", "course")] if isinstance(sent, dict) else []
            if len(pair) != 2 or not all(isinstance(one, str) for one in pair):  # noqa: PLR2004 - a pair
                raise Wrong('send {"person": "their id", "course": "its id"}')  # noqa: TRY301 - as all that is wrong
            events = finish(self.account, *map(str, pair))
        except KeyError:
            return _shown({"error": "they are not on that course; see /_demo/people for ids"}, 404)
        except Wrong as wrong:
            return _shown({"error": str(wrong)}, wrong.status)
        return _shown({"events": events})

    async def move_clock(self, request: Request) -> Response:
        try:
            seconds = _seconds(await _sent(request), self.account.clock())
        except Wrong as wrong:
            return _shown({"error": str(wrong)}, wrong.status)
        self.account.advance(seconds)
        return _shown({"now": self.account.clock()})

    async def start_over(self, _: Request) -> Response:
        self.account.start_over(demo_world(self.account.clock()))
        return Response(status_code=204)


def _shown(data: object, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False, default=datetime.isoformat)
    return Response(text, status, media_type="application/json")


async def _sent(request: Request) -> object:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise Wrong("the body is larger than 64 KB", 413)
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError):
        raise Wrong("the body is not JSON") from None
    return data


def _made(kind: type[T], name: str, item: object) -> T:
    known = [one.name for one in fields(kind)]
    if not isinstance(item, dict):
        raise Wrong(f"a {name} is an object with the fields {', '.join(known)}")
    unknown = set(item) - set(known)
    if unknown:
        raise Wrong(f"unknown: {', '.join(sorted(unknown))}; a {name} has the fields {', '.join(known)}")
    try:
        return kind(**item)
    except (TypeError, ValueError) as error:
        raise Wrong(str(error)) from None


def _seconds(sent: object, now: datetime) -> float:
    seconds = sent.get("advance") if isinstance(sent, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise Wrong('send {"advance": seconds}')
    try:
        _ = now + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        raise Wrong("there is no such moment") from None
    return seconds
