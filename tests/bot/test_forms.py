"""What is missing of a change is picked in a form, and a name that could be several is chosen; never a guess."""

from typing import Any

import pytest

from bot import forms, views
from bot.demo.screen import read
from litmos.demo.faults import Fault
from litmos.demo.sandbox import Sandbox

NOOR, ADA, FIRE = "lNNtZx3cK8n1", "hUOuZAzHx4L1", "fBQ3pTcKjTw1"


async def test_an_incomplete_command_opens_a_form_before_litmos_is_asked(people: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign")
    assert lena.modal.payload["callback_id"] == forms.FORM
    assert sandbox.requests == []
    offered = await lena.suggested("training", "fire")
    assert [one["text"]["text"] for one in offered] == ["Fire & Safety (FIRE-01)"]
    lena.fills(people=["UNOOR"], training=offered)
    await lena.submits()
    assert lena.modal.payload["callback_id"] == views.CONFIRM
    assert "“Fire & Safety” (FIRE-01): not assigned -> will be assigned" in lena.sees
    await lena.submits()
    assert FIRE in sandbox.world.courses_of(NOOR)


async def test_what_was_typed_is_filled_in_already(people: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types("assign to @noor, Ada Marsh, @team-sales quiet")
    assert lena.modal.state["people"]["people"]["selected_users"] == ["UNOOR"]
    assert lena.modal.state["others"]["others"]["value"] == "Ada Marsh"
    assert "<!subteam^S1>" in lena.sees
    lena.fills(codes="FIRE-01; FLT-01")
    await lena.submits()
    assert "Assign 2 trainings for 2 people?" in lena.sees
    assert "e-mail about each new" not in lena.sees


async def test_a_form_says_what_it_lacks(people: Any) -> None:
    lena = people["ULENA"]
    await lena.types("reset")
    await lena.submits()
    assert lena.modal.errors.keys() == {"people", "training"}
    lena.fills(others="Noor Rahman")
    await lena.submits()
    assert lena.modal.errors.keys() == {"training"}


async def test_type_ahead_says_nothing_to_strangers_and_nothing_rather_than_late(
    people: Any, slack: Any, sandbox: Sandbox
) -> None:
    lena = people["ULENA"]
    await lena.types("unassign")
    sandbox.faults.add(Fault("504", times=99))
    assert await lena.suggested("training", "fire") == []
    sandbox.faults.clear()
    slack.workspace.change("ULENA", is_restricted=True)
    await lena.changes_profile()
    assert await lena.suggested("training", "fire") == []


async def test_a_training_that_could_be_several_is_chosen(people: Any, sandbox: Sandbox) -> None:
    lena = people["ULENA"]
    await lena.types('assign "First Aid" to @noor')
    assert lena.modal.payload["callback_id"] == forms.CHOOSE
    options = lena.modal.blocks[0]["element"]["options"]
    assert [one["text"]["text"][:27] for one in options] == ["“First Aid” (course, code F"] * 2
    lena.fills(choice=options[0])
    await lena.submits()
    assert "“First Aid” (FA-01): not begun -> already assigned" in lena.sees


async def test_people_and_training_that_could_be_several_are_chosen_one_after_the_other(
    people: Any, sandbox: Sandbox
) -> None:
    omar = people["UOMAR"]
    await omar.types('assign "First Aid" to Sam Lee')
    for _ in range(2):
        assert omar.modal.payload["callback_id"] == forms.CHOOSE
        omar.fills(choice=omar.modal.blocks[0]["element"]["options"][1])
        await omar.submits()
    assert "“Sam Lee” (sam.lee2@example.com), “First Aid” (FA-02)" in omar.sees


async def test_what_is_too_long_to_be_kept_is_told_instead(people: Any) -> None:
    lena = people["ULENA"]
    await lena.types(f'assign "First Aid" to @noor, {", ".join("x" * 20 + str(at) for at in range(200))}')
    assert "could be" in lena.sees or "Nobody whom you may see" in lena.sees
    assert "submit" not in lena.modal.payload


@pytest.mark.parametrize(
    "typed", ["courses Sam Lee", 'courses "Sam Lee"', 'results "FIRE-01" Sam Lee', "paths Sam Lee"]
)
async def test_a_person_who_could_be_several_is_chosen_by_a_button(people: Any, typed: str) -> None:
    omar = people["UOMAR"]
    await omar.types(typed)
    asked = omar.messages()[-1]
    assert "Which one?" in asked.text
    buttons = [block["elements"][0] for block in asked.blocks[1:]]
    assert [button["text"]["text"][:9] for button in buttons] == ["“Sam Lee”"] * 2
    await omar.presses(buttons[1]["action_id"], asked)
    assert "Sam Lee" in read(omar.messages()[-1].blocks)


async def test_a_course_that_could_be_several_is_chosen_by_a_button(people: Any) -> None:
    ada = people["UADA"]
    await ada.types("results First Aid")
    asked = ada.messages()[-1]
    await ada.presses(asked.blocks[1]["elements"][0]["action_id"], asked)
    assert "score 82" in read(ada.messages()[-1].blocks)


async def test_somebody_outside_ones_team_is_named_by_name(people: Any) -> None:
    lena = people["ULENA"]
    await lena.types("assign FIRE-01 to @tomas")
    assert "Nobody whom you may see has the name Tomás Núñez." in lena.sees
