"""Proposals: kept under a key, shown and claimed by their owner only, once, in time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from sqlalchemy import func, select

from litmos.store.proposals import Proposal, ProposalRefused, Proposals, new_key
from litmos.store.state import State
from litmos.store.tables import proposals as table

START = datetime(2026, 1, 31, 10, 0, 0, 0, UTC)
KEY = "K7QF-2M9X-HTWR"


@dataclass
class Time:
    now: datetime = START

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def proposals(state: State, time: Time) -> Proposals:
    return Proposals(state, clock=time)


async def keep(proposals: Proposals, owner: str = "ada") -> Proposal:
    return await proposals.keep(owner, "assign", {"people": ["p1"]})


async def reason(proposals: Proposals, key: str, owner: str = "ada") -> str:
    """Why it can be neither shown, nor claimed, nor withdrawn: the same each time."""
    found = set[str]()
    for use in (proposals.find, proposals.claim, proposals.withdraw):
        with pytest.raises(ProposalRefused) as refused:
            await use(key, owner)
        found.add(refused.value.reason)
    [only] = found
    return only


async def test_what_is_kept_is_found_and_claimed_as_it_was(proposals: Proposals) -> None:
    kept = await keep(proposals)
    assert (kept.owner, kept.operation, kept.content) == ("ada", "assign", {"people": ["p1"]})
    assert kept.expires == START + timedelta(minutes=10)
    assert await proposals.find(kept.key, "ada") == kept
    assert await proposals.claim(kept.key, "ada") == kept


async def test_finding_uses_nothing_up(proposals: Proposals) -> None:
    kept = await keep(proposals)
    assert [await proposals.find(kept.key, "ada") for _ in range(3)] == [kept] * 3


def test_keys_can_be_read_aloud_and_are_never_the_same() -> None:
    keys = {new_key() for _ in range(500)}
    assert len(keys) == 500
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", key) for key in keys)


@pytest.mark.parametrize("typed", [KEY, KEY.lower(), "K7QF2M9XHTWR", " k7qf 2m9x htwr\n", "K7QF\N{EN DASH}2M9X-HTWR"])
async def test_a_key_may_be_typed_in_any_case_with_any_dashes_or_none(state: State, typed: str) -> None:
    proposals = Proposals(state, key=lambda: KEY)
    await keep(proposals)
    assert (await proposals.find(typed, "ada")).key == KEY
    assert (await proposals.claim(typed, "ada")).key == KEY


async def test_a_proposal_is_claimed_once(proposals: Proposals) -> None:
    kept = await keep(proposals)
    await proposals.claim(kept.key, "ada")
    assert await reason(proposals, kept.key) == "used"


async def test_of_many_who_claim_at_once_one_wins(proposals: Proposals) -> None:
    kept = await keep(proposals)
    said: list[str] = []

    async def claim() -> None:
        try:
            await proposals.claim(kept.key, "ada")
            said.append("won")
        except ProposalRefused as no:
            said.append(no.reason)

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(claim)
    assert sorted(said) == ["used"] * 7 + ["won"]


async def test_what_was_withdrawn_cannot_be_claimed(proposals: Proposals) -> None:
    kept = await keep(proposals)
    await proposals.withdraw(kept.key, "ada")
    assert await reason(proposals, kept.key) == "used"


async def test_a_proposal_expires_at_its_moment(proposals: Proposals, time: Time) -> None:
    kept = await keep(proposals)
    time.now = kept.expires - timedelta(milliseconds=1)
    assert await proposals.find(kept.key, "ada") == kept
    time.now = kept.expires
    assert await reason(proposals, kept.key) == "expired"


async def test_how_long_it_waits_can_be_said(proposals: Proposals, time: Time) -> None:
    kept = await proposals.keep("ada", "assign", {}, seconds=1.5)
    assert kept.expires == START + timedelta(seconds=1.5)


@pytest.mark.parametrize("key", [KEY, "", "nonsense", "*" * 1000, "A" * 10_000])
async def test_an_unknown_key_is_told_in_a_short_sentence(proposals: Proposals, key: str) -> None:
    assert await reason(proposals, key) == "unknown"
    with pytest.raises(ProposalRefused, match="There is no proposal") as refused:
        await proposals.claim(key, "ada")
    assert len(str(refused.value)) < 200


async def test_somebody_elses_key_tells_neither_whose_nor_what_became_of_it(proposals: Proposals, time: Time) -> None:
    kept = await keep(proposals, owner="the-owner")
    said = set[str]()

    async def bob_tries() -> None:
        assert await reason(proposals, kept.key, "bob") == "not_yours"
        with pytest.raises(ProposalRefused) as refused:
            await proposals.claim(kept.key, "bob")
        said.add(str(refused.value))

    await bob_tries()
    await proposals.claim(kept.key, "the-owner")
    await bob_tries()
    time.now += timedelta(hours=1)
    await bob_tries()
    assert len(said) == 1 and "the-owner" not in said.pop()


async def test_a_stranger_who_tries_a_key_leaves_it_to_its_owner(proposals: Proposals) -> None:
    kept = await keep(proposals)
    assert await reason(proposals, kept.key, "bob") == "not_yours"
    assert await proposals.claim(kept.key, "ada") == kept


async def test_what_was_used_says_so_even_when_it_is_old(proposals: Proposals, time: Time) -> None:
    kept = await keep(proposals)
    await proposals.claim(kept.key, "ada")
    time.now += timedelta(hours=1)
    assert await reason(proposals, kept.key) == "used"


async def test_each_reason_has_a_sentence_of_its_own(proposals: Proposals) -> None:
    reasons = ("unknown", "not_yours", "used", "expired")
    sentences = {str(ProposalRefused(one, KEY)) for one in reasons}  # type: ignore[arg-type] # a tuple of literals
    assert len(sentences) == 4 and all(KEY in sentence for sentence in sentences)


async def test_old_ones_are_forgotten_a_day_after_they_expired(proposals: Proposals, state: State, time: Time) -> None:
    async def count() -> int:
        return await state.read(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one())

    old = await keep(proposals)
    time.now = old.expires + timedelta(days=1)
    await keep(proposals)
    assert await count() == 2 and await reason(proposals, old.key) == "expired"
    time.now += timedelta(milliseconds=1)
    await keep(proposals)
    assert await count() == 2 and await reason(proposals, old.key) == "unknown"


async def test_an_answer_is_marked_once_over_all_processes(state: State, time: Time, proposals: Proposals) -> None:
    other = Proposals(state, clock=time)
    marked: list[bool] = []

    async def mark(one: Proposals) -> None:
        marked.append(await one.mark("ada", "an answer"))

    async with anyio.create_task_group() as tasks:
        for one in (proposals, other, proposals, other):
            tasks.start_soon(mark, one)
    assert sorted(marked) == [False, False, False, True]
    assert await other.mark("bob", "another answer")


async def test_a_mark_outlives_every_answer_and_leaves_the_table_in_the_end(
    state: State, time: Time, proposals: Proposals
) -> None:
    await proposals.mark("ada", "an answer")
    time.now += timedelta(hours=23)
    assert not await proposals.mark("ada", "an answer")
    time.now += timedelta(hours=2)
    await keep(proposals)
    assert await state.read(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one()) == 1


async def test_a_mark_is_no_proposal(proposals: Proposals) -> None:
    await proposals.mark("ada", "an answer")
    assert await proposals.take_untold() == []
