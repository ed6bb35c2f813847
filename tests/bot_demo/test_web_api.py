"""The local Slack's Web API through Slack's own client: what it gives, and everything it refuses."""

import random
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.delivery import SocketDoor
from bot.demo.faults import Fault
from bot.demo.server import running
from bot.demo.slack import LocalSlack
from bot.demo.workspace import demo_workspace

MODAL: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "x"},
    "submit": {"type": "plain_text", "text": "x"},
    "blocks": [
        {
            "type": "input",
            "block_id": "i",
            "label": {"type": "plain_text", "text": "x"},
            "element": {"type": "plain_text_input", "action_id": "t"},
        }
    ],
}
HOME = {"type": "home", "blocks": [{"type": "divider", "block_id": "d"}]}
SAID: dict[str, Any] = {"text": "x", "blocks": [{"type": "divider", "block_id": "d"}]}


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[LocalSlack]:
    slack = LocalSlack(demo_workspace(), clock=clock, chance=random.Random(1))  # noqa: S311 - ids of a fake
    async with running(slack, SocketDoor()):
        yield slack


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(slack.workspace.bot_token, base_url=f"{slack.address}/api/", session=session)


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as refusal:
        await call
    return refusal.value.response.data


async def test_it_knows_its_workspace_and_its_people(client: AsyncWebClient, slack: LocalSlack) -> None:
    assert (await client.auth_test())["team_id"] == "T1"
    guest = (await client.users_info(user="UGUEST"))["user"]
    assert guest["is_restricted"] and guest["profile"]["email"] == "ada.marsh@example.com"
    assert (await client.users_info(user="UALIEN"))["user"]["team_id"] == "T9"
    assert (await client.users_lookupByEmail(email="Ada.Marsh@example.com"))["user"]["id"] == "UADA"
    assert (await client.usergroups_users_list(usergroup="S1"))["users"] == ["UADA", "UNOOR"]
    assert [one["handle"] for one in (await client.usergroups_list())["usergroups"]] == ["team-sales", "empty"]
    slack.workspace.scopes -= {"users:read.email"}
    assert "email" not in (await client.users_info(user="UADA"))["user"]["profile"]
    assert (await refused(client.users_lookupByEmail(email="x@example.com")))["needed"] == "users:read.email"


@pytest.mark.parametrize(
    ("method", "sent", "error"),
    [
        ("users.info", {"user": "U404"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "x@example.com"}, "users_not_found"),
        ("usergroups.users.list", {"usergroup": "S404"}, "no_such_subteam"),
        ("views.open", {"view": MODAL, "trigger_id": "x"}, "invalid_trigger_id"),
        ("views.open", {"view": HOME, "trigger_id": "x"}, "invalid_arguments"),
        ("views.open", {"view": "nonsense", "trigger_id": "x"}, "invalid_arguments"),
        ("views.update", {"view": MODAL, "view_id": "V404"}, "not_found"),
        ("views.publish", {"view": HOME, "user_id": "U404"}, "not_found"),
        ("chat.postMessage", {"channel": "C404"} | SAID, "channel_not_found"),
        ("chat.postMessage", {"channel": "C1"}, "no_text"),
        ("chat.postMessage", {"channel": "C1"} | SAID | {"text": ""}, "invalid_blocks"),
        ("chat.update", {"channel": "C1", "ts": "1.1"} | SAID, "message_not_found"),
        ("chat.delete", {"channel": "C1", "ts": "1.1"}, "message_not_found"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("admin.users.list", {}, "unknown_method"),
    ],
)
async def test_it_refuses_as_slack_does(client: AsyncWebClient, method: str, sent: dict[str, Any], error: str) -> None:
    assert (await refused(client.api_call(method, json=sent)))["error"] == error


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-another", "invalid_auth")])
async def test_tokens_count(slack: LocalSlack, token: str, error: str) -> None:
    headers = {"authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http, http.post(f"{slack.address}/api/auth.test", headers=headers) as answer:
        assert (await answer.json())["error"] == error


async def test_a_trigger_is_good_once_and_for_three_seconds(
    client: AsyncWebClient, slack: LocalSlack, clock: Clock
) -> None:
    trigger = slack.trigger("UADA")
    await client.views_open(trigger_id=trigger, view=MODAL)
    assert (await refused(client.views_open(trigger_id=trigger, view=MODAL)))["error"] == "exchanged_trigger_id"
    late = slack.trigger("UADA")
    clock.now += 3.1
    assert (await refused(client.views_open(trigger_id=late, view=MODAL)))["error"] == "expired_trigger_id"


async def test_views_keep_their_id_and_change_their_hash(client: AsyncWebClient, slack: LocalSlack) -> None:
    opened = (await client.views_open(trigger_id=slack.trigger("UADA"), view=MODAL))["view"]
    updated = (await client.views_update(view_id=opened["id"], hash=opened["hash"], view=MODAL))["view"]
    assert updated["id"] == opened["id"] and updated["hash"] != opened["hash"]
    late = client.views_update(view_id=opened["id"], hash=opened["hash"], view=MODAL)
    assert (await refused(late))["error"] == "hash_conflict"
    home = (await client.views_publish(user_id="UADA", view=HOME))["view"]
    again = (await client.views_publish(user_id="UADA", view=HOME, hash=home["hash"]))["view"]
    assert again["id"] == home["id"] and again["hash"] != home["hash"]


async def test_views_stand_three_deep_at_most(client: AsyncWebClient, slack: LocalSlack) -> None:
    for _ in range(3):
        await client.views_push(trigger_id=slack.trigger("UADA"), view=MODAL)
    assert (await refused(client.views_push(trigger_id=slack.trigger("UADA"), view=MODAL)))["error"] == (
        "push_limit_reached"
    )


async def test_what_breaks_a_limit_is_refused_and_remembered(client: AsyncWebClient, slack: LocalSlack) -> None:
    said = await refused(client.views_open(trigger_id=slack.trigger("UADA"), view=MODAL | {"submit": None}))
    assert said["error"] == "invalid_arguments"
    assert slack.violations == said["response_metadata"]["messages"] == ["submit is no text object"]


async def test_messages_are_posted_changed_and_deleted(client: AsyncWebClient, slack: LocalSlack) -> None:
    posted = await client.chat_postMessage(channel="UADA", **SAID)
    assert [one.channel for one in slack.seen_by("UADA")] == ["DUADA"]
    assert slack.seen_by("ULENA") == []
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], **(SAID | {"text": "y"}))
    assert slack.messages[0].text == "y"
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    await client.chat_postEphemeral(channel="C1", user="UADA", **SAID)
    assert [one.only_for for one in slack.messages] == ["UADA"]
    assert (await client.conversations_open(users="UADA"))["channel"]["id"] == "DUADA"


async def test_groups_are_for_paid_plans(client: AsyncWebClient, slack: LocalSlack) -> None:
    slack.workspace.paid = False
    assert (await refused(client.usergroups_users_list(usergroup="S1")))["error"] == "plan_upgrade_required"


async def test_a_response_url_takes_five_posts_in_half_an_hour(slack: LocalSlack, clock: Clock) -> None:
    body = {"response_type": "ephemeral", "replace_original": False} | SAID
    async with aiohttp.ClientSession() as http:

        async def post(address: str, body: dict[str, Any]) -> int:
            async with http.post(address, json=body) as answer:
                return answer.status

        address = slack.reply_address("C1", "UADA")
        assert [await post(address, body) for _ in range(6)] == [200] * 5 + [404]
        late = slack.reply_address("C1", "UADA")
        clock.now += 1801
        assert await post(late, body) == 404
        assert await post(f"{slack.address}/response/R404", body) == 404
        other = slack.reply_address("C1", "UADA", slack.messages[0].ts)
        assert await post(other, body | {"replace_original": True, "text": "y"}) == 200
        assert (slack.messages[0].text, len(slack.messages)) == ("y", 5)
        assert await post(other, {"delete_original": True}) == 200
        assert len(slack.messages) == 4 and slack.violations == []
        assert await post(other, SAID) == 200
        assert await post(other, body | {"blocks": [{"type": "poem", "block_id": "p"}]}) == 404
        assert len(slack.violations) == 2


async def test_faults_happen_where_they_are_due(client: AsyncWebClient, slack: LocalSlack) -> None:
    slack.faults.add(Fault("error", "auth.test", times=2, error="fatal_error"))
    assert (await client.users_info(user="UADA"))["ok"]
    assert (await refused(client.auth_test()))["error"] == "fatal_error"
    assert (await refused(client.auth_test()))["error"] == "fatal_error"
    slack.faults.add(Fault("ratelimited", seconds=7))
    with pytest.raises(SlackApiError) as refusal:
        await client.auth_test()
    assert refusal.value.response.headers["Retry-After"] == "7"
    slack.faults.add(Fault("broken"))
    with pytest.raises(SlackApiError):
        await client.auth_test()
    slack.faults.add(Fault("slow", seconds=0))
    assert (await client.auth_test())["ok"]
    slack.faults.add(Fault("broken"))
    slack.faults.clear()
    assert (await client.auth_test())["ok"]
    with pytest.raises(ValueError, match="unknown kind of fault"):
        Fault("boredom")
