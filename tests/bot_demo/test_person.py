"""Somebody in the local Slack, and a tiny app behind it: what is delivered, and what Slack makes of the answers."""

import random
from typing import TYPE_CHECKING, Any

import pytest

from bot.demo.delivery import Answer, Delivery, Unreachable
from bot.demo.faults import Fault
from bot.demo.person import Cannot, Person
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace

if TYPE_CHECKING:
    from collections.abc import Callable


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def entry(name: str, kind: str = "plain_text_input", **more: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": name} | more
    return {"type": "input", "block_id": f"block-{name}", "label": plain(name), "element": element}


def modal(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "modal", "title": plain("x"), "submit": plain("x"), "blocks": list(blocks)}


class App:
    """Answers what it is told to, and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[Delivery] = []
        self.answers: Callable[[Delivery], Answer] = lambda _: Answer(200)

    async def deliver(self, delivery: Delivery, fault: Fault | None = None) -> Answer:
        self.got.append(delivery)
        return self.answers(delivery)

    @property
    def last(self) -> dict[str, Any]:
        return self.got[-1].payload


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def slack() -> LocalSlack:
    return LocalSlack(demo_workspace(), clock=lambda: 1e6, chance=random.Random(1))  # noqa: S311 - ids of a fake


@pytest.fixture
def ada(slack: LocalSlack, app: App) -> Person:
    return Person(slack, app, "UADA")


async def test_names_become_ids_and_markup_is_inert(ada: Person, app: App) -> None:
    await ada.types("assign <b> & c to @noor @team-sales tom@example.com @unknown")
    assert app.last["text"] == (
        "assign &lt;b&gt; &amp; c to <@UNOOR|noor> <!subteam^S1|@team-sales> "
        "<mailto:tom@example.com|tom@example.com> @unknown"
    )


async def test_what_is_answered_at_once_is_only_for_who_asked(ada: Person, app: App, slack: LocalSlack) -> None:
    app.answers = lambda _: Answer(200, {"text": "hello"})
    told = await ada.types("")
    assert told is not None and (told.text, told.only_for) == ("hello", "UADA")
    app.answers = lambda _: Answer(200, {"text": "hello all", "response_type": "in_channel"})
    await ada.types("")
    assert [one.text for one in Person(slack, app, "ULENA").messages()] == ["hello all"]


@pytest.mark.parametrize(("status", "error"), [(404, "dispatch_failed"), (500, "dispatch_failed")])
async def test_an_app_that_fails_is_told_as_slack_tells_it(ada: Person, app: App, status: int, error: str) -> None:
    app.answers = lambda _: Answer(status)
    await ada.types("")
    assert ada.slack.screen("UADA").trouble == f'/litmos failed with the error "{error}"'


async def test_an_app_that_is_not_there_or_too_slow_is_told_too(ada: Person, app: App) -> None:
    def gone(_: Delivery) -> Answer:
        raise Unreachable

    def late(_: Delivery) -> Answer:
        raise TimeoutError

    app.answers = gone
    await ada.types("")
    assert "dispatch_failed" in ada.slack.screen("UADA").trouble
    app.answers = late
    await ada.types("")
    assert "operation_timeout" in ada.slack.screen("UADA").trouble


async def test_what_was_typed_stays_where_block_and_action_stay(ada: Person, slack: LocalSlack, app: App) -> None:
    slack.show("UADA", modal(entry("name"), entry("other")))
    ada.fills(name="Tom", other="x")
    app.answers = lambda _: Answer(200, {"response_action": "update", "view": modal(entry("name"), entry("new"))})
    await ada.submits()
    assert app.last["view"]["state"]["values"]["block-other"]["other"]["value"] == "x"
    assert ada.modal.state == {
        "block-name": {"name": {"type": "plain_text_input", "value": "Tom"}},
        "block-new": {"new": {"type": "plain_text_input", "value": None}},
    }


async def test_a_submission_closes_clears_pushes_or_shows_errors(ada: Person, slack: LocalSlack, app: App) -> None:
    slack.show("UADA", modal(entry("name")))
    with pytest.raises(Cannot, match="complete these fields first: name"):
        await ada.submits()
    ada.fills(name="Tom")
    app.answers = lambda _: Answer(200, {"response_action": "errors", "errors": {"block-name": "No."}})
    await ada.submits()
    assert ada.modal.errors == {"block-name": "No."}
    app.answers = lambda _: Answer(200, {"response_action": "push", "view": modal(entry("name"))})
    await ada.submits()
    assert len(slack.screen("UADA").modals) == 2
    ada.fills(name="Tom")
    app.answers = lambda _: Answer(200)
    await ada.submits()
    assert len(slack.screen("UADA").modals) == 1
    app.answers = lambda _: Answer(200, {"response_action": "clear"})
    await ada.submits()
    assert slack.screen("UADA").modals == [] and slack.violations == []
    with pytest.raises(Cannot, match="no modal is open"):
        await ada.submits()


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "No."}},
        {"response_action": "dance"},
        {"response_action": "update", "view": {"type": "modal", "blocks": []}},
    ],
)
async def test_wrong_answers_to_a_submission_are_violations(
    ada: Person, slack: LocalSlack, app: App, answer: dict[str, Any]
) -> None:
    slack.show("UADA", modal({"type": "divider", "block_id": "d"}))
    app.answers = lambda _: Answer(200, answer)
    await ada.submits()
    assert slack.violations


async def test_inputs_keep_their_bounds(ada: Person, slack: LocalSlack) -> None:
    short = entry("short", max_length=3)
    few = entry("few", "multi_users_select", max_selected_items=1)
    slack.show("UADA", modal(short, few, entry("pick", "external_select", min_query_length=2)))
    with pytest.raises(Cannot, match="3 letters"):
        ada.fills(short="long")
    with pytest.raises(Cannot, match="1 at most"):
        ada.fills(few=["UADA", "UNOOR"])
    with pytest.raises(Cannot, match="no 'nothing'"):
        ada.fills(nothing="x")
    assert await ada.suggested("pick", "f") == []


async def test_type_ahead_asks_the_app(ada: Person, slack: LocalSlack, app: App) -> None:
    slack.show("UADA", modal(entry("pick", "external_select", min_query_length=2)))
    app.answers = lambda _: Answer(200, {"options": [{"text": plain("Fire"), "value": "f"}]})
    assert await ada.suggested("pick", "fi") == [{"text": plain("Fire"), "value": "f"}]
    assert app.last["type"] == "block_suggestion" and app.last["value"] == "fi"
    app.answers = lambda _: Answer(200, {"options": [{"text": plain("Fire"), "value": 7}]})
    await ada.suggested("pick", "fi")
    assert slack.violations


async def test_presses_and_picks_are_delivered_with_where_they_were(ada: Person, slack: LocalSlack, app: App) -> None:
    row: list[dict[str, Any]] = [
        {"type": "button", "action_id": "go", "text": plain("Go"), "value": "1"},
        {"type": "button", "action_id": "went", "text": plain("Go"), "value": "2"},
        {"type": "static_select", "action_id": "which", "options": [{"text": plain("x"), "value": "x"}]},
    ]
    view = slack.publish("UADA", {"type": "home", "blocks": [{"type": "actions", "block_id": "a", "elements": row}]})
    await ada.presses("Go", view, value="2")
    assert app.last["actions"][0]["action_id"] == "went" and app.last["view"]["id"] == view.id
    await ada.picks("which", row[2]["options"], view)
    assert view.state["a"]["which"]["selected_option"] == row[2]["options"]
    with pytest.raises(Cannot, match="is no button"):
        await ada.presses("which", view)
    await ada.opens_home()
    assert app.last["event"]["view"]["id"] == ada.home.id


async def test_closing_is_told_to_who_wants_to_know(ada: Person, slack: LocalSlack, app: App) -> None:
    slack.show("UADA", modal(entry("name")))
    await ada.closes()
    assert app.got == []
    slack.show("UADA", modal(entry("name")) | {"notify_on_close": True})
    await ada.closes()
    assert app.last["type"] == "view_closed"
    with pytest.raises(Cannot, match="no home tab"):
        _ = ada.home


async def test_a_delivery_may_come_twice(ada: Person, slack: LocalSlack, app: App) -> None:
    slack.faults.add(Fault("twice", "event"))
    await ada.opens_home()
    assert [one.retry for one in app.got] == [0, 1]
    assert app.got[0].payload["event_id"] == app.got[1].payload["event_id"]
    await ada.changes_profile(email="new@example.com")
    assert app.last["event"]["user"]["profile"]["email"] == "new@example.com"


async def test_strangers_come_from_their_own_workspace(slack: LocalSlack, app: App) -> None:
    alien = Person(slack, app, "UALIEN")
    await alien.types("")
    assert app.last["team_id"] == "T9"
    slack.show("UALIEN", modal(entry("name")))
    alien.fills(name="x")
    await alien.submits()
    assert app.last["user"]["team_id"] == "T9" and app.last["team"]["id"] == "T1"
