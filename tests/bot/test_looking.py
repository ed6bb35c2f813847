"""What people see in Slack of Litmos: their own training, and of others as far as they may see them."""

from typing import Any

import pytest

from bot.demo.faults import Fault as SlackFault
from bot.demo.screen import read
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox

ADA = "hUOuZAzHx4L1"


async def test_a_learner_sees_their_own_training_most_pressing_first(people: Any, slack: Any) -> None:
    ada = people["UADA"]
    await ada.types("")
    [reply] = ada.messages()
    told = read(reply.blocks)
    assert told.index("Fire &amp; Safety") < told.index("Manual Handling") < told.index("First Aid")
    assert "overdue by 9 days" in told
    assert "▰▰▰▰▰▱▱▱▱▱ 50 %" in told
    assert "Learning path" in told
    assert "Fire & Safety: overdue by 9 days" in reply.text
    assert people["ULENA"].messages() == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("courses", "Excel for Finance"),
        ("courses @ada", "Excel for Finance"),
        ("results FA-01", "score 82 (pass mark 70)"),
        ('results "Fire & Safety"', "not started"),
        ("paths", "New Starter"),
        ("find fire", "Fire & Safety (course FIRE-01)"),
        ("results", "Name a course"),
        ("courses @noor", "Nobody whom you may see"),
        ("courses @nobody", "cannot be named in Litmos: Nobody in Litmos has the address"),
        ("courses @ada @noor", "Name one person at a time."),
    ],
)
async def test_looking_answers_only_who_asked(people: Any, typed: str, shown: str) -> None:
    ada = people["UADA"]
    assert await ada.types(typed) is None
    [reply] = ada.messages()
    assert shown in read(reply.blocks)
    assert reply.only_for == "UADA"


@pytest.mark.parametrize("typed", ["help", "?", "asign FIRE-01", "frobnicate"])
async def test_help_and_mistakes_show_what_works_at_once(people: Any, slack: Any, typed: str) -> None:
    told = await people["UADA"].types(typed)
    assert "/litmos assign" in told.text
    assert slack.calls == []


@pytest.mark.parametrize(
    ("user", "why"),
    [
        ("UGUEST", "Guests cannot use this."),
        ("UALIEN", "Only members of this workspace can use this."),
        ("UGONE", "deactivated"),
        ("UBARE", "has no e-mail address"),
        ("UNOBODY", "Nobody in Litmos has the address"),
    ],
)
async def test_who_is_no_member_is_refused_in_words(people: Any, sandbox: Sandbox, user: str, why: str) -> None:
    person = people[user]
    await person.types("")
    assert why in read(person.messages()[0].blocks)
    await person.types("assign FIRE-01 to @noor")
    assert why in person.sees
    assert not [one for one in sandbox.requests if one.path != "/users"]


@pytest.mark.parametrize("error", ["user_not_found", "missing_scope"])
async def test_whom_slack_does_not_know_is_refused(people: Any, slack: Any, error: str) -> None:
    slack.faults.add(SlackFault("error", "users.info", error=error))
    await people["UADA"].types("")
    assert f"Slack does not say who you are ({error})" in people["UADA"].messages()[0].text


async def test_home_shows_ones_own_training(people: Any, slack: Any) -> None:
    ada, nobody = people["UADA"], people["UNOBODY"]
    await ada.opens_home("messages")
    assert slack.screen("UADA").home is None
    await ada.opens_home()
    assert "Fire &amp; Safety" in read(ada.home.blocks)
    await ada.presses("Refresh", ada.home)
    await nobody.opens_home()
    assert "Nobody in Litmos has the address" in read(nobody.home.blocks)


async def test_names_of_others_are_inert(people: Any, sandbox: Sandbox) -> None:
    course = sandbox.world.add_course("<!channel> *x* `y` <@UADA>", code="EVIL-1")
    lena, ada = people["ULENA"], people["UADA"]
    await lena.types("assign EVIL-1 to @noor")
    shown = [block["text"] for block in lena.modal.blocks if "channel" in str(block)]
    assert shown and all(text["type"] == "plain_text" for text in shown)
    sandbox.world.assign_course(ADA, course.id, at=sandbox.clock())
    await ada.types("")
    told = read(ada.messages()[0].blocks)
    assert "&lt;!channel&gt;" in told
    assert not [bad for bad in ("<!channel>", "<@UADA>", "*x*", "`y`") if bad in told]


async def test_litmos_that_is_down_is_said_in_the_modal(people: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("504", times=99))
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    assert "Litmos is not working properly" in lena.sees
