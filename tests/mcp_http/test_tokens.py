"""Bad tokens: each is refused at the door, and nothing has happened."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mcp_server.bearer import Bearer
from mcp_server.keys import FRESH, Keys
from mcp_server.settings import HttpSettings

House = Any

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
ASSIGN = {"people": ["Noor Rahman"], "training": ["FIRE-01"]}
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "assign", "arguments": ASSIGN, "_meta": META},
}
HEADERS = {
    "accept": "application/json, text/event-stream",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": "assign",
}
MINUTE = 60


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims(house: House, **overrides: Any) -> dict[str, Any]:
    told: dict[str, Any] = jwt.decode(house.token(**overrides), options={"verify_signature": False})
    return told


def wrong_key(house: House) -> str:
    return jwt.encode(claims(house), generate_private_key(SECP256R1()), "ES256", headers={"kid": house.issuer.kid})


def no_algorithm(house: House) -> str:
    return f"{encoded({'alg': 'none', 'typ': 'JWT', 'kid': house.issuer.kid})}.{encoded(claims(house))}."


def shared_secret(house: House) -> str:
    """HS256, with the public key as the secret: what confuses a verifier that believes the header."""
    public = house.issuer.keys[house.issuer.kid].public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': house.issuer.kid})}.{encoded(claims(house))}"
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def key_in_the_token(house: House) -> str:
    """Signed well, with a key that the token brings along."""
    own = generate_private_key(SECP256R1())
    head = {"kid": "mine", "jwk": jwt.algorithms.ECAlgorithm.to_jwk(own.public_key(), as_dict=True)}
    return jwt.encode(claims(house), own, "ES256", headers=head)


def other_algorithm(house: House) -> str:
    """RS256 is allowed, but this key id is of an elliptic curve."""
    return jwt.encode(claims(house), generate_rsa(65537, 2048), "RS256", headers={"kid": house.issuer.kid})


def raw(house: House, **changes: Any) -> str:
    """Claims as they are written here, which an encoder would refuse to write."""
    return jwt.PyJWS().encode(
        json.dumps(claims(house) | changes).encode(),
        house.issuer.keys[house.issuer.kid],
        "ES256",
        headers={"kid": house.issuer.kid},
    )


def tampered(house: House) -> str:
    head, _, signature = house.token().split(".")
    return f"{head}.{encoded(claims(house) | {'sub': 'lena'})}.{signature}"


BAD: dict[str, Callable[[House], str]] = {
    "wrong key": wrong_key,
    "alg none": no_algorithm,
    "HS256 with the public key": shared_secret,
    "a key in the token": key_in_the_token,
    "an algorithm of another key": other_algorithm,
    "tampered": tampered,
    "expired": lambda house: house.token(exp=int(house.seconds()) - MINUTE),
    "expired just outside the leeway": lambda house: house.token(exp=int(house.seconds()) - 30),
    "no expiry": lambda house: house.token(exp=None),
    "an expiry without end": lambda house: raw(house, exp=float("inf")),
    "an expiry too large": lambda house: raw(house, exp=10**400),
    "an expiry that is no number": lambda house: raw(house, exp="tomorrow"),
    "an expiry that is true": lambda house: raw(house, exp=True),
    "future": lambda house: house.token(nbf=int(house.seconds()) + MINUTE),
    "issued in the future": lambda house: house.token(iat=int(house.seconds()) + MINUTE),
    "other audience": lambda house: house.token(aud="https://other.example.com/mcp"),
    "no audience": lambda house: house.token(aud=None),
    "audience of our host": lambda house: house.token(aud="https://litmos.example.com"),
    "other issuer": lambda house: house.token(iss="https://login.example.org"),
    "issuer with a slash": lambda house: house.token(iss="https://login.example.com/"),
    "no issuer": lambda house: house.token(iss=None),
    "no subject": lambda house: house.token(sub=None),
    "empty subject": lambda house: raw(house, sub=""),
    "a subject that is a list": lambda house: raw(house, sub=["ada"]),
    "a subject with a line break": lambda house: raw(house, sub="ada\noauth:x"),
    "unknown key id": lambda house: jwt.encode(
        claims(house), house.issuer.keys[house.issuer.kid], "ES256", headers={"kid": "other"}
    ),
    "junk": lambda house: "junk",
    "junk in three parts": lambda house: "a.b.c",
    "JSON that is no object": lambda house: f"{encoded([1])}.{encoded([1])}.AA",
}
STRANGERS: dict[str, Callable[[House], str]] = {
    "unverified e-mail": lambda house: house.token(email_verified=False),
    "e-mail verified by a word": lambda house: house.token(email_verified="true"),
    "e-mail that nobody calls verified": lambda house: house.token(email_verified=None),
    "no e-mail": lambda house: house.token(email=None, email_verified=None),
    "two Litmos matches": lambda house: house.token("twins"),
    "not in Litmos": lambda house: house.token("nobody"),
    "inactive in Litmos": lambda house: house.token("ivan.petrov"),
}


async def called(address: str, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(base_url=address) as http:
        return await http.post("/mcp", json=CALL, headers=HEADERS | headers)


async def happened(house: House) -> set[str]:
    """What was asked of Litmos, and what was recorded."""
    return {*house.asked(), *(entry.event for entry in await house.audit.search())}


@pytest.mark.parametrize("token", BAD.values(), ids=list(BAD))
async def test_a_bad_token_is_refused_and_nothing_happens(
    token: Callable[[House], str], house: House, address: str
) -> None:
    answer = await called(address, {"authorization": f"Bearer {token(house)}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')
    assert await happened(house) == set()


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Basic YWRhOmFkYQ=="}, {"authorization": "Bearer"}, {"apikey": "demo"}]
)
async def test_without_a_token_nobody_is_let_in(headers: dict[str, str], house: House, address: str) -> None:
    answer = await called(address, headers)
    assert answer.status_code == 401
    assert "https://litmos.example.com/.well-known/oauth-protected-resource/mcp" in answer.headers["www-authenticate"]
    assert await happened(house) == set()


@pytest.mark.parametrize("token", STRANGERS.values(), ids=list(STRANGERS))
async def test_who_is_not_exactly_one_active_person_gets_403_in_words_and_nothing_happens(
    token: Callable[[House], str], house: House, address: str
) -> None:
    for name in ("noor.rahman", "lena.fischer"):
        house.sandbox.world.person_by_user_name(f"{name}@example.com").email = "twins@example.com"
    answer = await called(address, {"authorization": f"Bearer {token(house)}"})
    assert answer.status_code == 403
    assert answer.json()["error"] == "access_denied"
    assert answer.json()["error_description"]
    assert await happened(house) <= {"GET /users"}


async def test_two_matches_are_told_how_to_be_told_apart(house: House, address: str) -> None:
    for name in ("noor.rahman", "lena.fischer"):
        house.sandbox.world.person_by_user_name(f"{name}@example.com").email = "twins@example.com"
    answer = await called(address, {"authorization": f"Bearer {house.token('twins')}"})
    assert "litmos link oauth:login.example.com/twins" in answer.json()["error_description"]


@pytest.mark.parametrize("scopes", [(), ("litmos:write",), ("openid", "litmos:reader")])
async def test_without_the_scope_to_read_nobody_is_let_in(scopes: tuple[str, ...], house: House, address: str) -> None:
    answer = await called(address, {"authorization": f"Bearer {house.token(scopes=scopes)}"})
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert await happened(house) == set()


@pytest.mark.parametrize(
    "overrides",
    [
        {"exp": -29},
        {"nbf": 29},
        {"iat": 29},
        {"nbf": None, "iat": None},
        {"aud": ["https://other.example.com", "https://litmos.example.com/mcp"]},
        {"scope": None, "scp": ["litmos:read", "litmos:write"]},
        {"scope": None, "scp": "litmos:read litmos:write"},
    ],
    ids=str,
)
async def test_a_good_token_is_taken(overrides: dict[str, Any], house: House, address: str) -> None:
    late = {name: int(house.seconds()) + value for name, value in overrides.items() if isinstance(value, int)}
    answer = await called(address, {"authorization": f"Bearer {house.token('lena', **overrides | late)}"})
    assert answer.status_code == 200


async def test_a_link_counts_where_no_address_is_verified(house: House, address: str) -> None:
    await house.links.put("oauth:login.example.com/ada", "hUOuZAzHx4L1", "ada.marsh@example.com", "an admin")
    answer = await called(address, {"authorization": f"Bearer {house.token(email=None, email_verified=None)}"})
    assert answer.status_code == 200


async def test_a_token_appears_nowhere_in_the_log(house: House, address: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    good, bad = house.token(), wrong_key(house)
    for token in (good, bad):
        await called(address, {"authorization": f"Bearer {token}"})
    said = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "litmos.http.refused" in said
    assert not any(part in said for token in (good, bad) for part in token.split(".")[1:])


async def test_a_stranger_who_does_not_give_up_costs_one_search_a_minute(house: House, address: str) -> None:
    stranger = {"authorization": f"Bearer {house.token('nobody')}"}
    for _ in range(5):
        assert (await called(address, stranger)).status_code == 403
    assert house.asked() == ["GET /users"]
    house.clock.advance(MINUTE)
    assert (await called(address, stranger)).status_code == 403
    assert len(house.asked()) == 2


@pytest.fixture
def bearer(house: House) -> Bearer:
    settings = HttpSettings(resource_url=house.issuer.audience, issuer_url=house.issuer.url)
    return Bearer(settings, Keys(house.issuer.url, "", house.fetch, clock=house.seconds), clock=house.seconds)


async def test_a_token_that_was_good_is_good_no_longer_than_it_says(house: House, bearer: Bearer) -> None:
    token = house.token(exp=int(house.seconds()) + MINUTE)
    assert await bearer.verify_token(token)
    house.clock.advance(MINUTE + 29)
    assert await bearer.verify_token(token)
    house.clock.advance(1)
    assert await bearer.verify_token(token) is None


async def test_a_token_that_was_good_is_bad_when_another_key_has_its_keys_name(house: House, bearer: Bearer) -> None:
    token = house.token(exp=int(house.seconds()) + 99 * MINUTE)
    assert await bearer.verify_token(token)
    house.issuer.keys[house.issuer.kid] = generate_private_key(SECP256R1())
    house.clock.advance(FRESH - 1)
    assert await bearer.verify_token(token)
    house.clock.advance(1)
    assert await bearer.verify_token(token) is None
