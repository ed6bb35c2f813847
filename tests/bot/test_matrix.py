"""Every command, typed by everybody: one row each, with what a learner, a leader, an administrator and a guest get."""

from typing import Any

import pytest

from bot import forms, views
from bot.demo.screen import read
from bot.parse import Verb

GUEST = "Guests cannot use this."
NOBODY = "Nobody whom you may see"
MAY_NOT = "As a learner you may not"
NO_FACE = "Nobody can be written to from here"  # there is no messenger: see test_nudging.py
ADMINS = "Only administrators"
CONFIRM, FORM = f"modal {views.CONFIRM}", f"modal {forms.FORM}"

# what is typed: what a learner (Ada), a leader (Lena), an administrator (Omar) and a guest see of it
TABLE = {
    "": ("Fire & Safety", "Welcome to Example", "Your training", GUEST),
    "courses": ("Ada Marsh", "Lena Fischer", "Omar Haddad", GUEST),
    "courses @noor": (NOBODY, "Noor Rahman", "Noor Rahman", GUEST),
    "courses @tomas": (NOBODY, NOBODY, "Tomás Núñez", GUEST),
    "results FA-01 @ada": ("score 82", "score 82", "score 82", GUEST),
    "results FLT-01 @noor": (NOBODY, "Forklift Theory", "Forklift Theory", GUEST),
    "paths @ada": ("New Starter", "New Starter", "New Starter", GUEST),
    "find marsh": ("Ada Marsh", "Ada Marsh", "Ada Marsh", GUEST),
    "find nunez": ("nothing has that name", "nothing has that name", "Tomás Núñez", GUEST),
    "team": (MAY_NOT, "everybody you lead", "Name a team", GUEST),
    "team Warehouse": (MAY_NOT, "that you may see", "Warehouse", GUEST),
    "progress @noor FIRE-01": (MAY_NOT, "1 person", "1 not assigned", GUEST),
    "assign": (FORM, FORM, FORM, FORM),  # who may not is told when it is filled in: Litmos is not asked before
    "assign FIRE-01 to @noor": (MAY_NOT, CONFIRM, CONFIRM, GUEST),
    "assign FIRE-01 to @tomas": (MAY_NOT, NOBODY, "Tomás Núñez", GUEST),
    "unassign XLF-01 from @ada": (MAY_NOT, CONFIRM, CONFIRM, GUEST),
    "reset FA-01 for @ada": (MAY_NOT, CONFIRM, CONFIRM, GUEST),
    "nudge Sales": (MAY_NOT, NO_FACE, NO_FACE, GUEST),
    "nudges off": ("You get no reminders", "You get no reminders", "You get no reminders", GUEST),
    "follow": (MAY_NOT, "From now on you are told", "Name a team", GUEST),
    "follow Warehouse": (MAY_NOT, "that you may see", "Warehouse", GUEST),
    "unfollow": ("You follow no team",) * 3 + (GUEST,),
    "audit": (ADMINS, ADMINS, "Nothing was changed", GUEST),
    "link @nobody to noor.rahman@example.com": (ADMINS, ADMINS, "Linked", GUEST),
    "unlink @nobody": (ADMINS, ADMINS, "There is no link", GUEST),
    "help": ("/litmos assign",) * 4,
    "frobnicate": ("There is no such command.",) * 4,
}
ROWS = [
    pytest.param(typed, user, seen, id=f"{user} {typed}")
    for typed, row in TABLE.items()
    for user, seen in zip(("UADA", "ULENA", "UOMAR", "UGUEST"), row, strict=True)
]


@pytest.mark.parametrize(("typed", "user", "seen"), ROWS)
async def test_everybody_gets_what_they_may(people: Any, slack: Any, typed: str, user: str, seen: str) -> None:
    person = people[user]
    await person.types(typed)
    shown = slack.screen(user).modal
    if shown is not None:
        told = f"modal {shown.payload['callback_id']}\n{person.sees}"
    else:
        message = person.messages()[-1]
        told = f"{message.text}\n{read(message.blocks)}"
    assert seen in told


def test_every_command_is_in_the_table() -> None:
    typed = {words.split()[0] if words else "mine" for words in TABLE}
    assert set(map(str, Verb)) <= typed
