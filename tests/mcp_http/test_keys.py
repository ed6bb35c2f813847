"""The login service's keys: fetched once, again when they change, never so often that strangers could make it busy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from litmos.errors import Unavailable
from mcp_server.demo_issuer import DemoIssuer
from mcp_server.fetching import fetch_json
from mcp_server.keys import FRESH, PAUSE, RETRY, STALE, Keys

ISSUER = "https://login.example.com/tenant"


@dataclass
class Login:
    """A login service that can be down, and counts who asks."""

    issuer: DemoIssuer = field(default_factory=lambda: DemoIssuer(ISSUER, "https://litmos.example.com/mcp"))
    asked: list[str] = field(default_factory=list)
    down: bool = False
    now: float = 1000.0
    answers: dict[str, Any] = field(default_factory=dict)

    async def fetch(self, url: str) -> Any:
        self.asked.append(url)
        await anyio.lowlevel.checkpoint()
        if self.down:
            raise Unavailable("down")
        if url in self.answers:
            if isinstance(self.answers[url], Unavailable):
                raise self.answers[url]
            return self.answers[url]
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return self.issuer.metadata()
        if url == f"{ISSUER}/jwks.json":
            return self.issuer.jwks()
        raise Unavailable("404")

    def keys(self, address: str = f"{ISSUER}/jwks.json") -> Keys:
        return Keys(ISSUER, address, self.fetch, clock=lambda: self.now)


@pytest.fixture
def login() -> Login:
    return Login()


async def test_keys_are_fetched_once_however_many_ask_at_once(login: Login) -> None:
    keys = login.keys()
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(keys.find, "key-1")
    assert login.asked == [f"{ISSUER}/jwks.json"]


async def test_a_new_key_is_found_when_the_first_token_of_it_comes(login: Login) -> None:
    keys = login.keys()
    assert await keys.find("key-1")
    login.issuer.rotate()
    login.now += PAUSE
    found = await keys.find("key-2")
    assert found is not None and found.key_id == "key-2"
    assert await keys.find("key-1") is None
    assert len(login.asked) == 2


async def test_unknown_key_ids_make_it_ask_once_a_minute_at_most(login: Login) -> None:
    keys = login.keys()
    await keys.find("key-1")
    for number in range(50):
        assert await keys.find(f"made-up-{number}") is None
    assert len(login.asked) == 1
    login.now += PAUSE
    for number in range(50):
        assert await keys.find(f"made-up-{number}") is None
    assert len(login.asked) == 2


async def test_a_withdrawn_key_counts_no_longer_than_keys_are_fresh(login: Login) -> None:
    keys = login.keys()
    await keys.find("key-1")
    login.issuer.rotate()
    login.now += FRESH - 1
    assert await keys.find("key-1")
    login.now += 1
    assert await keys.find("key-1") is None


async def test_known_keys_go_on_for_a_while_when_the_login_service_is_down_and_then_nobody_comes_in(
    login: Login,
) -> None:
    keys = login.keys()
    await keys.find("key-1")
    login.down = True
    login.now += STALE - 1
    assert await keys.find("key-1")
    login.now += 1
    with pytest.raises(Unavailable, match="nobody can be let in"):
        await keys.find("key-1")


async def test_an_unknown_key_while_the_login_service_is_down_is_not_said_to_be_wrong(login: Login) -> None:
    keys = login.keys()
    await keys.find("key-1")
    login.down = True
    login.now += PAUSE
    with pytest.raises(Unavailable, match="newest keys"):
        await keys.find("key-2")


async def test_without_any_keys_it_tries_again_soon(login: Login) -> None:
    keys = login.keys()
    login.down = True
    for _ in range(5):
        with pytest.raises(Unavailable):
            await keys.find("key-1")
    assert len(login.asked) == 1
    login.down = False
    login.now += RETRY
    assert await keys.find("key-1")


async def test_a_caller_who_goes_away_does_not_leave_the_others_without_keys(login: Login) -> None:
    keys = login.keys()
    with anyio.CancelScope() as gone:
        gone.cancel()
        await keys.find("key-1")
    assert await keys.find("key-1")
    assert len(login.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        f"{ISSUER}/.well-known/openid-configuration",
        "https://login.example.com/.well-known/oauth-authorization-server/tenant",
    ],
)
async def test_the_address_of_the_keys_is_found_in_the_issuers_metadata(login: Login, address: str) -> None:
    if "authorization-server" in address:
        login.answers[f"{ISSUER}/.well-known/openid-configuration"] = Unavailable("404")
        login.answers[address] = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks.json"}
    assert await login.keys("").find("key-1")
    assert login.asked[-1] == f"{ISSUER}/jwks.json"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://login.example.com/other", "jwks_uri": f"{ISSUER}/jwks.json"},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": "http://login.example.com/jwks.json"},
        {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"},
        {"issuer": ISSUER, "jwks_uri": ["https://login.example.com"]},
        ["not", "metadata"],
    ],
    ids=str,
)
async def test_metadata_of_somebody_else_or_without_a_safe_address_are_not_followed(
    login: Login, metadata: Any
) -> None:
    login.answers[f"{ISSUER}/.well-known/openid-configuration"] = metadata
    with pytest.raises(Unavailable):
        await login.keys("").find("key-1")
    assert f"{ISSUER}/jwks.json" not in login.asked


@pytest.mark.parametrize(
    "jwks",
    [
        {},
        [],
        {"keys": {}},
        {"keys": [1, {"kty": "EC"}, {"kid": "key-1", "kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": [{"kid": "key-1", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
    ],
    ids=str,
)
async def test_what_are_no_public_keys_lets_nobody_in(login: Login, jwks: Any) -> None:
    login.answers[f"{ISSUER}/jwks.json"] = jwks
    with pytest.raises(Unavailable):
        await login.keys().find("key-1")


async def test_a_key_for_encryption_verifies_nothing(login: Login) -> None:
    [key] = login.issuer.jwks()["keys"]
    login.answers[f"{ISSUER}/jwks.json"] = {"keys": [key, key | {"kid": "other", "use": "enc"}]}
    keys = login.keys()
    assert await keys.find("key-1") and await keys.find("other") is None


async def test_a_token_without_a_key_id_is_for_the_only_key(login: Login) -> None:
    keys = login.keys()
    assert await keys.find(None)
    [key] = login.issuer.jwks()["keys"]
    login.answers[f"{ISSUER}/jwks.json"] = {"keys": [key, key | {"kid": "another"}]}
    login.now += FRESH
    assert await keys.find(None) is None


async def test_over_a_network_only_small_json_is_taken(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # which is not for this machine
    issuer = DemoIssuer("http://127.0.0.1", "https://litmos.example.com/mcp")
    async with serve(issuer.app) as address:
        assert await fetch_json(f"{address}/jwks.json") == issuer.jwks()
        with pytest.raises(Unavailable, match="answered 404"):
            await fetch_json(f"{address}/elsewhere")
    with pytest.raises(Unavailable, match="does not answer"):
        await fetch_json(f"{address}/jwks.json")


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"<html>", "no JSON"), (b" " * 300_000, "larger than"), (b"[" * 100_000, "no JSON"), (b"\xff", "no JSON")],
    ids=["html", "large", "deep", "no text"],
)
async def test_anything_else_is_refused(body: bytes, says: str, serve: Callable[..., Any]) -> None:
    async def page(_: Request) -> Response:
        return Response(body)

    async def away(_: Request) -> Response:
        return RedirectResponse("/page")

    async with serve(Starlette(routes=[Route("/page", page), Route("/away", away)])) as address:
        with pytest.raises(Unavailable, match=says):
            await fetch_json(f"{address}/page")
        with pytest.raises(Unavailable, match="answered 307"):
            await fetch_json(f"{address}/away")


async def test_when_nobody_can_say_whether_a_token_is_good_it_is_503_and_never_open(house: Any, address: str) -> None:
    house.issuer_is_down = True
    async with httpx.AsyncClient(base_url=address, headers={"authorization": f"Bearer {house.token()}"}) as http:
        answer = await http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert house.asked() == []
