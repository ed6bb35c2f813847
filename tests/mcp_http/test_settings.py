"""The settings of the HTTP server: read into typed values, every problem told at once and no value with it."""

import pytest

from litmos.errors import Misconfigured
from mcp_server.settings import HttpSettings

GOOD = {"MCP_RESOURCE_URL": "https://litmos.example.com/mcp", "MCP_ISSUER_URL": "https://login.example.com/"}
KEY, OTHER = "a" * 32, "b" * 64


def test_two_addresses_are_enough() -> None:
    settings = HttpSettings.read(GOOD)
    assert (settings.resource_url, settings.issuer_url) == tuple(GOOD.values())
    assert (settings.jwks_url, settings.algorithms, settings.state_keys) == ("", ("RS256", "ES256", "EdDSA"), ())


def test_keys_are_kept_in_order_and_hidden() -> None:
    settings = HttpSettings.read(GOOD | {"MCP_REQUEST_STATE_KEYS": f"{KEY}, {OTHER}"}, workers=4)
    assert [key.get_secret_value() for key in settings.state_keys] == [KEY, OTHER]
    assert KEY not in repr(settings)


def test_algorithms_are_a_setting_among_those_with_public_keys() -> None:
    assert HttpSettings.read(GOOD | {"MCP_JWT_ALGORITHMS": "ES384,PS256"}).algorithms == ("ES384", "PS256")


def test_of_several_processes_none_has_sessions_and_all_share_a_key() -> None:
    assert HttpSettings.read(GOOD).sessions
    keys = GOOD | {"MCP_REQUEST_STATE_KEYS": KEY}
    assert HttpSettings.read(keys).sessions and not HttpSettings.read(keys, workers=2).sessions
    assert not HttpSettings.read(keys | {"MCP_SESSIONS": "False"}).sessions
    with pytest.raises(Misconfigured, match="MCP_REQUEST_STATE_KEYS: missing"):
        HttpSettings.read(GOOD | {"MCP_SESSIONS": "false"})


def test_plain_http_is_for_this_machine() -> None:
    here = {"MCP_RESOURCE_URL": "http://127.0.0.1:8711/mcp", "MCP_ISSUER_URL": "http://localhost:9000"}
    assert HttpSettings.read(here).issuer_url == "http://localhost:9000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MCP_RESOURCE_URL", "http://litmos.example.com/mcp"),
        ("MCP_RESOURCE_URL", "intranet.example.org"),
        ("MCP_RESOURCE_URL", "https:///x4711"),
        ("MCP_RESOURCE_URL", "https://litmos.example.com/mcp?a=b"),
        ("MCP_RESOURCE_URL", "https://litmos.example.com/mcp#a"),
        ("MCP_RESOURCE_URL", 'https://litmos.example.com/"mcp'),
        ("MCP_RESOURCE_URL", "https://litmos.example.com:port/mcp"),
        ("MCP_RESOURCE_URL", "https://[::1/mcp"),
        ("MCP_ISSUER_URL", "https://user:secret@login.example.com"),
        ("MCP_ISSUER_URL", "ftp://login.example.com"),
        ("MCP_JWKS_URL", "file:///etc/passwd"),
        ("MCP_JWKS_URL", "https://login.example.com/keys and more"),
        ("MCP_JWT_ALGORITHMS", "HS256"),
        ("MCP_JWT_ALGORITHMS", "RS256,none"),
        ("MCP_SESSIONS", "x4711"),
        ("MCP_REQUEST_STATE_KEYS", "x4711"),
        ("MCP_REQUEST_STATE_KEYS", f"{KEY},short"),
        ("MCP_REQUEST_STATE_KEYS", f"{KEY},{KEY}"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_name_and_without_its_value(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as told:
        HttpSettings.read(GOOD | {name: value})
    [_, line] = str(told.value).splitlines()
    assert line.strip().startswith(f"{name}: ")
    assert value not in line


def test_nothing_set_is_two_problems() -> None:
    with pytest.raises(Misconfigured) as told:
        HttpSettings.read({})
    assert [line.split(":")[0].strip() for line in str(told.value).splitlines()[1:]] == [
        "MCP_RESOURCE_URL",
        "MCP_ISSUER_URL",
    ]
