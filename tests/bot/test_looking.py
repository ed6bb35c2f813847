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
    assert "▰▰▰▰▰▱▱▱▱▱" in told
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


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("user_not_found", "Slack does not know this account."),
        ("missing_scope", "Slack does not say who you are (missing_scope)"),
    ],
)
async def test_whom_slack_does_not_know_is_refused(people: Any, slack: Any, error: str, told: str) -> None:
    slack.faults.add(SlackFault("error", "users.info", error=error))
    await people["UADA"].types("")
    assert told in people["UADA"].messages()[0].text


async def test_an_answer_that_takes_its_time_is_announced_and_then_replaced(people: Any, bot: Any) -> None:
    bot.workspaces.at("T1", "xoxb-local-1").commands.patience = 0
    ada = people["UADA"]
    await ada.types("")
    [reply] = ada.messages()
    assert "Fire & Safety: overdue" in reply.text


async def test_paths_show_what_is_in_them_and_lead_into_litmos(people: Any) -> None:
    ada = people["UADA"]
    await ada.types("")
    told = read(ada.messages()[0].blocks)
    assert "↳ " in told
    assert "<https://example.litmos.com/course/" in told and "<https://example.litmos.com/LearningPath/" in told


async def test_administrators_see_what_happened(people: Any) -> None:
    lena, omar = people["ULENA"], people["UOMAR"]
    await lena.types("audit")
    assert "Only administrators may see what others did." in lena.messages()[0].text
    await omar.types("audit")
    assert "Nothing was changed or refused." in omar.messages()[-1].text
    await lena.types("assign FIRE-01 to @noor")
    await lena.submits()
    for typed in ("audit", "audit @noor", "audit Lena Fischer"):
        await omar.types(typed)
        assert "Lena Fischer: assign done. Assign done" in omar.messages()[-1].text
    await omar.types("audit @ada")
    assert "Nothing was changed or refused." in omar.messages()[-1].text


async def test_administrators_say_who_somebody_is(people: Any, books: Any) -> None:
    omar, nobody = people["UOMAR"], people["UNOBODY"]
    await omar.types("link @nobody to noor.rahman@example.com")
    assert "Linked to noor.rahman@example.com" in omar.messages()[-1].text
    await nobody.types("courses")
    assert "Noor Rahman" in nobody.messages()[-1].text
    await omar.types("unlink @nobody")
    await nobody.types("courses")
    assert "Nobody in Litmos has the address" in nobody.messages()[-1].text
    assert [entry.event for entry in await books.audit.search()] == ["linked", "unlinked"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("link", "link @tom to tom@example.com"),
        ("link @nobody", "Say who they are in Litmos"),
        ("link tom@example.com", "Say whom, by mention"),
        ("link @nobody to nobody.at.all@example.com", "Nobody in Litmos has"),
        ("unlink @nobody", "There is no link"),
    ],
)
async def test_links_are_said_whole(people: Any, typed: str, why: str) -> None:
    await people["UOMAR"].types(typed)
    assert why in people["UOMAR"].messages()[-1].text


async def test_nobody_else_says_who_somebody_is(people: Any) -> None:
    await people["ULENA"].types("link @nobody to lena.fischer@example.com")
    assert "Only administrators may say who somebody is." in people["ULENA"].messages()[-1].text


async def test_where_slack_takes_no_tables_there_are_lines(people: Any, slack: Any) -> None:
    slack.newer = False
    ada = people["UADA"]
    await ada.types("courses")
    assert "Fire & Safety · overdue · 0 · 2026-02-21" in read(ada.messages()[0].blocks)


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


async def test_where_slack_has_no_alerts_there_are_sentences(people: Any, slack: Any) -> None:
    slack.newer = False
    lena = people["ULENA"]
    await lena.types("assign Nonsense to @noor")
    assert ":warning: Litmos has no training 'Nonsense'" in lena.sees


async def test_litmos_that_is_down_is_said_in_the_modal(people: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("504", times=99))
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @noor")
    assert "Litmos is not working properly" in lena.sees
