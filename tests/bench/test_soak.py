"""The soak's own parts, and a few seconds of it: what takes minutes must not rot in between."""

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.soak import judge_changes, traffic
from bench.soaking.crowd import Crowd
from bench.soaking.house import Growth, Weight, housed
from bench.soaking.model import Model, Told
from bench.soaking.trouble import Chancy
from bench.soaking.verdict import Verdict, bad_lines
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import Sandbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA, NOOR, FIRE, FIRST_AID = "hUOuZAzHx4L1", "lNNtZx3cK8n1", "fBQ3pTcKjTw1", "od6tHqlqMfj1"


@pytest.mark.parametrize(
    ("told", "person"),
    [
        (Told("assign", NOOR, FIRE, "done"), NOOR),
        (Told("unassign", ADA, FIRE, "done"), ADA),
        (Told("reset", ADA, FIRST_AID, "done"), ADA),
    ],
)
def test_what_was_told_and_is_not_so_is_a_difference(told: Told, person: str) -> None:
    world = demo_world(NOW)
    model = Model.of(world)
    assert model.differences(world) == []
    model.hear(told._replace(result="failed"))
    assert model.differences(world) == []
    model.hear(told)
    [difference] = model.differences(world)
    assert difference.startswith(f"{person} {told.training}: ")
    model.hear(told._replace(result="unproven"))
    assert model.differences(world) == []


def test_what_was_told_and_is_so_is_none() -> None:
    world = demo_world(NOW)
    model = Model.of(world)
    world.assign_new_courses(NOOR, [FIRE], NOW)
    world.reset_course(ADA, FIRST_AID)
    world.remove_course(ADA, FIRE)
    for told in (("assign", NOOR, FIRE), ("reset", ADA, FIRST_AID), ("unassign", ADA, FIRE)):
        model.hear(Told(*told, "done"))
    assert model.differences(world) == []


def test_the_share_of_failures_is_kept() -> None:
    trouble = Chancy(chance=random.Random(1))  # noqa: S311 - faults
    for _ in range(2000):
        trouble.take("GET", "users")
    assert 60 < trouble.happened.total() < 140
    assert set(trouble.happened) == {"500", "503", "lost", "slow", "truncated"}


def test_growth_is_judged_after_the_warm_up() -> None:
    steady = [Weight(at, 20.0 if at < 20 else 100.0, 9, 9) for at in range(100)]
    assert Growth.of(steady).share == pytest.approx(0)
    leaking = [Weight(at, 100.0 + at, 9, 9) for at in range(100)]
    assert Growth.of(leaking).share > 0.5
    assert Growth.of(leaking).trend == pytest.approx(3600)


def test_errors_in_a_log_are_seen(tmp_path: Path) -> None:
    log = tmp_path / "serve.log"
    log.write_text(
        'Litmos at http://127.0.0.1:1\n{"level": "info", "event": "fine"}\n{"level": "error", "event": "bad"}\n'
        "Traceback (most recent call last):\n"
    )
    assert bad_lines(log).total() == 2


async def test_a_few_seconds_of_it_end_well(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 - traffic
    sandbox = Sandbox(demo_world(real_clock()), limit=6000)
    sandbox.faults = Chancy(chance=random.Random(4))  # noqa: S311 - faults
    crowd = Crowd(sandbox, Model.of(sandbox.world), chance)
    said: list[str] = []
    verdict = Verdict(say=said.append)
    async with housed(sandbox, chance, tmp_path) as house:
        await traffic(crowd, house, 3)
    await judge_changes(verdict, crowd, house)
    assert verdict.missed == 0, "\n".join(said)
    assert crowd.wrong == Counter()
    assert crowd.deeds.total() > 0
