"""The Slack app's manifest: what the bot uses, no more; deploy/slack/ holds what `litmos slack-manifest` prints."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import bot.app
import bot.deliveries
from bot.demo.workspace import SCOPES
from bot.manifest import Wanted, manifest
from bot.parse import Verb
from litmos.cli import main

FILES = Path(__file__).parents[2] / "deploy" / "slack"
URL = "https://litmos.example.com"
PRINTED = {
    "socket-mode.json": ["--socket"],
    "http.json": ["--http", URL],
    "http-several.json": ["--http", f"{URL}/", "--several", "--slackbot"],
}


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["slack-manifest", *words]) == 0
    return capsys.readouterr().out


def addresses(found: Any) -> set[str]:
    return set(re.findall(r"https://[^\"]*", json.dumps(found)))


def test_the_files_are_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert {file.name: file.read_text() for file in FILES.iterdir()} == {
        name: printed(capsys, *words) for name, words in PRINTED.items()
    }, "Make them again: litmos slack-manifest --socket > deploy/slack/socket-mode.json, and so on"


def test_without_words_it_is_for_socket_mode_and_names_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(capsys))
    assert found == manifest(Wanted())
    assert found["settings"]["socket_mode_enabled"] and not addresses(found)


def test_over_http_everything_goes_where_the_bot_listens() -> None:
    found = manifest(Wanted(url=URL))
    assert not found["settings"]["socket_mode_enabled"]
    assert addresses(found) == {f"{URL}/slack/events"}
    assert json.dumps(found).count("/slack/events") == 4  # the command, buttons, type-ahead, events


def test_the_hint_names_every_verb_that_can_be_typed() -> None:
    [command] = manifest(Wanted(command="/training"))["features"]["slash_commands"]
    assert command["command"] == "/training"
    assert command["usage_hint"].strip("[]").split(" | ") == [verb for verb in Verb if verb is not Verb.MINE]


@pytest.mark.parametrize("several", [False, True], ids=["one workspace", "several"])
def test_it_subscribes_to_just_the_events_that_the_bot_takes(several: bool) -> None:
    source = Path(bot.app.__file__).read_text() + Path(bot.deliveries.__file__).read_text()
    for_one, for_several = source.split("def build_for_all")[1].split("def _built")[::-1]
    taken = re.findall(r"\.event\(\"(\w+)\"\)", for_one + (for_several if several else ""))
    found = manifest(Wanted(url=URL, several=several))
    assert taken and found["settings"]["event_subscriptions"]["bot_events"] == sorted(taken)
    assert (f"{URL}/slack/oauth_redirect" in addresses(found)) is several


def test_it_asks_for_the_scopes_that_the_local_slack_grants_and_for_slackbots_only_if_wanted() -> None:
    """The local Slack refuses calls without their scope, so every other test of the bot says that these are enough."""
    assert set(manifest(Wanted())["oauth_config"]["scopes"]["bot"]) == SCOPES
    found = manifest(Wanted(url=URL, slackbot=True))
    assert set(found["oauth_config"]["scopes"]["bot"]) == SCOPES | {"mcp:connect"}
    assert found["features"]["mcp_servers"]["litmos"]["url"] == f"{URL}/slack/mcp"


def test_it_stays_within_what_slack_allows() -> None:
    found = manifest(Wanted(command="/" + "x" * 31))
    shown, [command] = found["display_information"], found["features"]["slash_commands"]
    assert len(shown["name"]) <= 35 and len(shown["description"]) <= 140
    assert len(command["command"]) <= 32 and len(command["usage_hint"]) <= 1000


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--http", "http://litmos.example.com"], "write an address like https://"),
        (["--http", "https://litmos.example.com?x"], "write an address like https://"),
        (["--command", "litmos"], "write a slash"),
        (["--several"], "need --http URL"),
        (["--socket", "--slackbot"], "need --http URL"),
        (["--socket", "--http", URL], "not allowed with"),
    ],
    ids=str,
)
def test_what_does_not_fit_together_is_told(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["slack-manifest", *words])
    out, err = capsys.readouterr()
    assert end.value.code == 2 and out == "" and says in err
