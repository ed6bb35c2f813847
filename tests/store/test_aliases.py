"""Pseudonyms in the state: one key for all who share it, and who is behind each."""

import asyncio

from litmos.store.aliases import Aliases
from litmos.store.state import State


async def test_the_key_is_made_once_and_is_the_same_for_everybody(state: State) -> None:
    made = await asyncio.gather(*(Aliases(state).key() for _ in range(8)))
    assert len(set(made)) == 1 and len(made[0]) == 32
    assert await Aliases(state).key() == made[0]


async def test_a_pseudonym_leads_back_to_its_person_and_to_nobody_else_ever_after(state: State) -> None:
    aliases = Aliases(state)
    await aliases.keep({"Person A": "1", "Person B": "2"})
    await asyncio.gather(*(aliases.keep({"Person B": "2", "Person C": "3"}) for _ in range(4)))
    assert [await aliases.person(f"Person {letter}") for letter in "ABCD"] == ["1", "2", "3", None]
    await aliases.keep({"Person A": "9"})
    assert await aliases.person("Person A") == "1"
