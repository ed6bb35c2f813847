"""Proposals of assistants, brought to their person in Slack."""

from typing import Any

import pytest

from bot import views
from bot.demo.faults import Fault
from bot.demo.screen import read
from litmos.demo.sandbox import Sandbox
from litmos.desk.desk import Desk
from litmos.desk.requests import Assign

NOOR, FIRE = "lNNtZx3cK8n1", "fBQ3pTcKjTw1"


async def proposed(desk: Desk, who: str) -> str:
    """By an assistant whose client cannot ask."""
    actor = await desk.operator("mcp", who)
    return (await desk.propose(actor, await desk.plan(actor, Assign((NOOR,), (FIRE,))))).key


async def test_a_proposal_of_an_assistant_reaches_its_person_and_is_approved_there(
    people: Any, bot: Any, desk: Desk, sandbox: Sandbox
) -> None:
    await proposed(desk, "lena.fischer@example.com")
    await bot.tell()
    await bot.tell()
    lena = people["ULENA"]
    [message] = lena.direct
    assert "not assigned -> will be assigned" in read(message.blocks)
    await lena.presses("Approve…", message)
    assert lena.modal.payload["callback_id"] == views.CONFIRM
    assert FIRE not in sandbox.world.courses_of(NOOR)
    await lena.submits()
    assert FIRE in sandbox.world.courses_of(NOOR)


async def test_rejected_a_proposal_is_gone(people: Any, bot: Any, desk: Desk) -> None:
    await proposed(desk, "lena.fischer@example.com")
    await bot.tell()
    lena = people["ULENA"]
    asked = lena.direct[0]
    await lena.presses("Reject", asked)
    assert lena.direct[1].text == "Nothing was changed, and the proposal is gone."
    await lena.presses("Approve…", asked)
    assert "used already" in lena.sees
    await lena.presses("Reject", asked)
    assert "used already" in lena.direct[2].text


async def test_a_proposal_is_told_to_nobody_but_its_person(people: Any, slack: Any, bot: Any, desk: Desk) -> None:
    await proposed(desk, "")  # the key's owner is nobody in Slack
    slack.workspace.users.pop("UOMAR")
    await proposed(desk, "omar.haddad@example.com")
    await bot.tell()
    assert slack.messages == []
    admin = await desk.operator("cli", "")
    await desk.link(admin, "slack:T1/UTOMAS", "omar.haddad@example.com")
    await proposed(desk, "omar.haddad@example.com")
    await bot.tell()
    assert [message.channel for message in slack.messages] == ["DUTOMAS"]
    await people["UADA"].presses("Approve…", slack.messages[0])
    assert "not yours" in people["UADA"].sees


async def test_what_is_asked_in_slack_itself_is_not_told_again(people: Any, slack: Any, bot: Any) -> None:
    await people["ULENA"].types("assign FIRE-01 to @noor")
    await bot.tell()
    assert slack.messages == []


@pytest.mark.parametrize("method", ["chat.postMessage", "users.lookupByEmail"])
async def test_one_that_did_not_arrive_keeps_no_other_back_and_is_brought_again(
    people: Any, slack: Any, bot: Any, desk: Desk, method: str
) -> None:
    await proposed(desk, "lena.fischer@example.com")
    await proposed(desk, "omar.haddad@example.com")
    slack.faults.add(Fault("error", method))
    await bot.tell()
    assert len(people["ULENA"].direct + people["UOMAR"].direct) == 1
    await bot.tell()
    await bot.tell()
    assert (len(people["ULENA"].direct), len(people["UOMAR"].direct)) == (1, 1)


async def test_one_that_may_have_arrived_is_not_brought_twice(people: Any, slack: Any, bot: Any, desk: Desk) -> None:
    await proposed(desk, "lena.fischer@example.com")
    slack.faults.add(Fault("broken", "chat.postMessage", 9))
    await bot.tell()
    slack.faults.clear()
    await bot.tell()
    assert people["ULENA"].direct == []
