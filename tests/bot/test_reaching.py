"""What people are told unasked reaches them in Slack, and nobody else."""

from typing import Any

import pytest

from bot.demo.faults import Fault
from bot.demo.screen import read
from bot.reaching import Reaching
from litmos.desk.desk import Desk
from litmos.desk.messages import Choice, Kind, Message
from litmos.errors import Unavailable

OMAR = "omar.haddad@example.com"
HELLO = Message(
    kind=Kind.DIGEST,
    heading="Sales <!channel> *now*",
    lines=("Omar is overdue",),
    note="Weekly",
    link=("Sales|Team", "https://example.litmos.com/team/1"),
    choices=(Choice("Show", "get_group_progress", "Sales"), Choice("Fly", "fly")),
)


@pytest.fixture
def reaching(bot: Any, desk: Desk) -> Reaching:
    found = Reaching(bot.workspaces, bot.teams)
    desk.reach_by(found)
    return found


async def id_of(desk: Desk, who: str) -> str:
    return (await desk.operator("tests", who)).key


async def test_a_message_reaches_its_person_and_its_button_asks_as_them(
    people: Any, reaching: Reaching, desk: Desk
) -> None:
    assert await desk.post.tell(await id_of(desk, "lena.fischer@example.com"), HELLO)
    lena = people["ULENA"]
    [message] = lena.direct
    seen = read(message.blocks)
    assert "Omar is overdue" in seen and "Weekly" in seen
    assert "<!channel>" not in str(message.blocks) and "<!channel>" not in message.text
    assert "Fly" not in seen
    await lena.presses("Show", message)
    assert "Sales" in read(lena.direct[-1].blocks) and lena.direct[-1] is not message


async def test_nobody_is_told_who_is_not_here_any_more(slack: Any, reaching: Reaching, desk: Desk) -> None:
    omar = await id_of(desk, OMAR)
    slack.workspace.change("UOMAR", deleted=True)
    assert not await reaching.tell(omar, HELLO)
    slack.workspace.users.pop("UOMAR")
    assert not await reaching.tell(omar, HELLO)
    assert not await reaching.tell("nobody", HELLO)
    assert await reaching.zone(omar) is None
    assert slack.messages == []


async def test_a_failure_of_slack_says_whether_they_may_have_been_told(
    slack: Any, reaching: Reaching, desk: Desk
) -> None:
    omar = await id_of(desk, OMAR)
    slack.faults.add(Fault("error", "chat.postMessage", error="channel_not_found"))
    assert not await reaching.tell(omar, HELLO)
    for fault, perhaps in ((Fault("error", "chat.postMessage"), False), (Fault("broken", "chat.postMessage", 9), True)):
        slack.faults.clear()
        slack.faults.add(fault)
        with pytest.raises(Unavailable) as failed:
            await reaching.tell(omar, HELLO)
        assert failed.value.perhaps_done is perhaps
    slack.faults.clear()
    slack.faults.add(Fault("error", "users.lookupByEmail"))
    with pytest.raises(Unavailable):
        await reaching.tell(omar, HELLO)


async def test_the_time_zone_of_somebody_is_the_one_they_have_set(slack: Any, reaching: Reaching, desk: Desk) -> None:
    slack.workspace.change("UOMAR", tz="Asia/Tokyo")
    assert await desk.post.zone(await id_of(desk, OMAR)) == "Asia/Tokyo"
