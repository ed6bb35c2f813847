"""Secrets in files: every one may be, whatever reads it, and no message shows a value, a path or what a file holds."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import SlackSettings
from litmos.environment import LARGEST, all_given, names_given
from litmos.errors import Misconfigured
from litmos.settings import Settings
from mcp_server.settings import HttpSettings

KEY = "8a1c2e3f-SECRET"
FERNET = "A" * 43 + "="
LITMOS = {"LITMOS_API_KEY": KEY, "LITMOS_STATE_URL": "postgresql://u:SECRET@h/d"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-SECRET", "SLACK_APP_TOKEN": "xapp-SECRET", "SLACK_SIGNING_SECRET": "SECRET"}
SEVERAL = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "SECRET",
    "SLACK_SIGNING_SECRET": "SECRET",
    "SLACK_TOKEN_KEYS": f"{FERNET}\n{FERNET}",
    "SLACK_TEAMS": "T1",
}
HTTP = {
    "MCP_RESOURCE_URL": "https://litmos.example.com/mcp",
    "MCP_ISSUER_URL": "https://login.example.com",
    "MCP_REQUEST_STATE_KEYS": "SECRET" * 6,
}


@pytest.mark.parametrize(
    ("read", "settings", "in_files"),
    [
        (Settings.read, LITMOS, ["LITMOS_API_KEY", "LITMOS_STATE_URL"]),
        (SlackSettings.read, SLACK, ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]),
        (SlackSettings.read, SEVERAL, ["SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "SLACK_TOKEN_KEYS"]),
        (HttpSettings.read, HTTP, ["MCP_REQUEST_STATE_KEYS"]),
    ],
    ids=["litmos", "slack", "several", "mcp"],
)
def test_every_secret_may_be_in_a_file(
    tmp_path: Path, read: Callable[[Mapping[str, str]], Any], settings: dict[str, str], in_files: list[str]
) -> None:
    moved = dict(settings)
    for name in in_files:
        (tmp_path / name).write_text(moved.pop(name) + "\n")
        moved[f"{name}_FILE"] = str(tmp_path / name)
    assert read(moved) == read(settings)
    assert "SECRET" not in repr(read(moved))


@pytest.mark.parametrize(
    "content",
    [KEY, f"{KEY}\n", f"{KEY}\r\n", f"  {KEY} \n", f"\ufeff{KEY}"],
    ids=["bare", "line", "dos", "blanks", "mark"],
)
def test_what_editors_add_to_a_value_is_no_part_of_it(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content, newline="", encoding="utf-8")
    assert Settings.read({"LITMOS_API_KEY_FILE": str(file)}).api_key.get_secret_value() == KEY


def a_pipe(file: Path) -> Path:
    os.mkfifo(file)
    return file


def holding(content: bytes) -> Callable[[Path], Path]:
    def write(file: Path) -> Path:
        file.write_bytes(content)
        return file

    return write


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda file: file, "cannot be read (No such file or directory)", id="missing"),
        pytest.param(lambda _: Path("SECRET" * 1000), "cannot be read (File name too long)", id="the value itself"),
        pytest.param(lambda _: Path("SECRET\0"), "not a file", id="no path"),
        pytest.param(lambda _: Path("SECRET\ud800"), "not a file", id="no text"),
        pytest.param(lambda file: file.parent, "not a file", id="folder"),
        pytest.param(a_pipe, "not a file", id="pipe"),
        pytest.param(holding(b""), "empty. Write the value into it", id="empty"),
        pytest.param(holding(b" \n\n"), "empty. Write the value into it", id="blank"),
        pytest.param(holding(b"SECRET\nSECRET\n"), "more than one line", id="lines"),
        pytest.param(holding(b"SECRET\xff"), "not text", id="bytes"),
        pytest.param(holding(b"SECRET" * LARGEST), "too large for a secret", id="large"),
    ],
)
@pytest.mark.parametrize(
    ("read", "settings", "name"),
    [
        pytest.param(Settings.read, {}, "LITMOS_API_KEY_FILE", id="key"),
        pytest.param(Settings.read_state_url, {}, "LITMOS_STATE_URL_FILE", id="state"),
        pytest.param(SlackSettings.read, {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN_FILE", id="slack"),
        pytest.param(HttpSettings.read, HTTP | {"MCP_REQUEST_STATE_KEYS": ""}, "MCP_REQUEST_STATE_KEYS_FILE", id="mcp"),
    ],
)
def test_a_file_without_a_value_is_told_by_the_settings_name_alone(
    tmp_path: Path,
    make: Callable[[Path], Path],
    says: str,
    read: Callable[[Mapping[str, str]], Any],
    settings: dict[str, str],
    name: str,
) -> None:
    if name.endswith("KEYS_FILE") and says == "more than one line":
        says = "a key is shorter"  # several keys may stand on several lines
        name = name.removesuffix("_FILE")
    with pytest.raises(Misconfigured) as told:
        read(settings | {name.removesuffix("_FILE") + "_FILE": str(make(tmp_path / "SECRET"))})
    _, line = str(told.value).splitlines()  # and nothing calls the setting missing besides
    assert line.startswith(f"  {name}: {says}")
    assert "SECRET" not in line and str(tmp_path) not in line


def test_a_value_and_a_file_for_it_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    given = {"LITMOS_API_KEY": KEY, "LITMOS_API_KEY_FILE": str(tmp_path / "key")}
    with pytest.raises(Misconfigured) as told:
        Settings.read(given)
    assert str(told.value).endswith(":\n  LITMOS_API_KEY_FILE: set besides LITMOS_API_KEY. Remove one of them")
    assert Settings.read(given | {"LITMOS_API_KEY": " "}).api_key.get_secret_value() == KEY
    assert Settings.read(given | {"LITMOS_API_KEY_FILE": ""}).api_key.get_secret_value() == KEY


def test_a_value_in_a_file_is_judged_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("not SECRET")
    with pytest.raises(Misconfigured, match="LITMOS_API_KEY: not an API key") as told:
        Settings.read({"LITMOS_API_KEY_FILE": str(tmp_path / "key")})
    assert "SECRET" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "closest"),
    [
        ("LITMOS_REGION_FILE", "LITMOS_REGION"),
        ("LITMOS_APIKEY_FILE", "LITMOS_API_KEY_FILE"),
        ("LITMOS_OTHER_TOKEN_FILE", "LITMOS_"),
    ],
)
def test_files_are_for_secrets_and_other_names_are_told(name: str, closest: str) -> None:
    with pytest.raises(Misconfigured) as told:
        Settings.read({"LITMOS_DEMO": "true", name: "/SECRET"})
    assert f"\n  {name}: not a setting of Litmos ChatOps. Did you mean {closest}" in str(told.value)


def test_a_command_reads_no_secret_that_it_does_not_need() -> None:
    given = {"LITMOS_STATE_URL": "sqlite:///x", "LITMOS_API_KEY_FILE": "/nowhere"}
    assert Settings.read_state_url(given) == "sqlite:///x"


def test_a_face_is_wanted_also_by_a_file() -> None:
    assert SlackSettings.wanted({"SLACK_BOT_TOKEN_FILE": "/run/secrets/x"})
    assert not SlackSettings.wanted({"SLACK_BOT_TOKEN_FILE": " ", "SLACK_COMMAND_FILE": "/x"})
    assert not HttpSettings.wanted({"MCP_REQUEST_STATE_KEYS_FILE": "/x"})


def test_the_environment_of_the_process_is_read_when_none_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "x").write_text("value")
    monkeypatch.setenv("ODDLY_NAMED_TOKEN_FILE", str(tmp_path / "x"))
    assert names_given(None, "ODDLY_") == {"ODDLY_NAMED_TOKEN"}
    assert all_given(None, "ODDLY_").values == {"ODDLY_NAMED_TOKEN": "value"}
    assert "value" not in repr(all_given(None, "ODDLY_"))


@given(content=st.binary(max_size=60).map(lambda some: b"zqSECRETqz" + some))
def test_whatever_a_file_holds_no_message_shows_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("secret") / "file"
    file.write_bytes(content)
    for name in ("LITMOS_API_KEY_FILE", "LITMOS_STATE_URL_FILE"):
        try:
            settings = repr(Settings.read({"LITMOS_DEMO": "1", name: str(file)}))
        except Misconfigured as error:
            settings = str(error)
        assert "zqSECRETqz" not in settings
