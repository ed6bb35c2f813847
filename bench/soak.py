"""Both faces under mixed traffic for minutes or hours, while one request to Litmos in twenty fails.

`litmos serve` runs in a process of its own on a demo Litmos, the local Slack and a login service for tests, and so do
stdio servers. Learners, leaders and administrators look, change, undo, decline, approve and start jobs; strangers try
to. A model keeps what people were told. At the end Litmos has to be as they were told, the audit has to say the same,
and the server must weigh what it weighed after its warm-up.
"""

import asyncio
import random
import sys
import tempfile
import time
import traceback
from argparse import ArgumentParser
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from bench.soaking.assistant import Assistant
from bench.soaking.crowd import Crowd
from bench.soaking.house import BOTH, Growth, House, Weight, housed
from bench.soaking.model import Model, Told
from bench.soaking.trouble import Chancy
from bench.soaking.typist import Stranger, Typist
from bench.soaking.verdict import Verdict, bad_lines, counted, judge_audit, told_by_the_audit
from litmos.demo.clock import real_clock
from litmos.demo.data import demo_world
from litmos.demo.sandbox import Sandbox
from litmos.store.audit import Audit
from litmos.store.state import State

REQUESTS = 6000  # a minute that Litmos allows, so that it is not the budget alone that is tried
MOST_GROWTH = 0.05
LEAST_FAULTS = 0.03  # of all requests: chance, too, has to do its work
SAMPLE = 1.0  # seconds between two weighings
ADA, LENA = "ada.marsh@example.com", "lena.fischer@example.com"
OMAR, TOMAS = "omar.haddad@example.com", "tomas.nunez@example.com"


async def soak(minutes: float, seed: int, folder: Path) -> int:
    """Run, print, and judge: 1 where something is not as it has to be."""
    chance = random.Random(seed)  # noqa: S311 - traffic
    sandbox = Sandbox(demo_world(real_clock()), limit=REQUESTS)
    trouble = sandbox.faults = Chancy(chance=random.Random(seed + 1))  # noqa: S311 - faults
    crowd = Crowd(sandbox, Model.of(sandbox.world), chance)
    async with housed(sandbox, chance, folder) as house:
        weights: list[Weight] = []
        weighing = asyncio.create_task(_weigh(house, weights))
        await traffic(crowd, house, minutes * 60)
        weighing.cancel()
    print(f"{minutes:g} minutes, seed {seed}: {trouble.asked} requests to Litmos")
    print(f"  faults: {counted(trouble.happened)}")
    print(f"  deeds: {counted(crowd.deeds)}")
    verdict = Verdict()
    _judge_weight(verdict, weights, folder)
    await judge_changes(verdict, crowd, house)
    share = trouble.happened.total() / max(trouble.asked, 1)
    verdict.judge("faults", f"{share:.1%} of the requests", good=share >= LEAST_FAULTS)
    return 1 if verdict.missed else 0


async def traffic(crowd: Crowd, house: House, seconds: float) -> None:
    """Everybody at once, until the time is over and what is under way has ended."""
    everybody = [asyncio.create_task(one) for one in _everybody(crowd, house)]
    await asyncio.wait(everybody, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    crowd.stop.set()
    for one in everybody:
        with suppress(Exception):
            await one
    for one in everybody:
        if (error := one.exception()) is not None:
            crowd.wrong.update(_inmost(error))


def _inmost(error: BaseException) -> list[str]:
    """What a group of exceptions is about, each with the place where it was raised."""
    if isinstance(error, BaseExceptionGroup):
        return [line for one in error.exceptions for line in _inmost(one)]
    frames = traceback.extract_tb(error.__traceback__)
    at = [f"{Path(one.filename).name}:{one.lineno}" for one in frames if "soak" in one.filename] or ["elsewhere"]
    return [f"{type(error).__name__}: {error}"[:300] + f" ({' > '.join(at)})"]


def _everybody(crowd: Crowd, house: House) -> list[Coroutine[Any, Any, None]]:
    """No person is changed by two: then what was told last is what has to be."""
    sales, depot = crowd.members("Sales"), crowd.members("Warehouse")
    makers, money, culture = (crowd.members(name) for name in ("Engineering", "Finance", "People & Culture"))
    typist = partial(Typist, crowd, house.slack, house.door)
    lena, omar, tomas = typist("ULENA", sales[:4]), typist("UOMAR", money[:4]), typist("UTOMAS", depot[:4])
    lines_of = partial(_lines_of, house.state)
    http, stdio = house.over_http, partial(house.over_stdio, OMAR)
    return [
        *(one.run() for one in (lena, omar, tomas, typist("UADA", ()), typist("UNOOR", ()))),
        Stranger(crowd, house.slack, house.door).run(),
        Assistant(crowd, http(ADA, BOTH[:1])).run(),
        Assistant(crowd, http(LENA), sales[4:8]).run(),
        Assistant(crowd, partial(http(LENA), mode="legacy"), sales[8:], approve=lena.approve).run(),
        Assistant(crowd, http(OMAR), makers, lines_of=lines_of).run(),
        Assistant(crowd, http(TOMAS), depot[4:8]).run(),
        Assistant(crowd, http(OMAR), money[4:], approve=omar.approve).run(),
        Assistant(crowd, stdio, culture[3:]).run(),
        _refused(crowd, house),
    ]


async def _lines_of(state_url: str, receipt: int) -> list[Told]:
    state = State(state_url)
    try:
        return await told_by_the_audit(Audit(state), receipt)
    finally:
        state.close()


async def _refused(crowd: Crowd, house: House) -> None:
    """Tokens that must not open anything."""
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
    tokens = {
        401: [
            house.issuer.token("ada", ADA, BOTH, exp=1),
            house.issuer.token("ada", ADA, BOTH, aud="https://else"),
            "x",
        ],
        403: [house.issuer.token("nobody", "nobody@example.com", BOTH, exp=2**31)],
    }
    async with httpx.AsyncClient(base_url=house.address, timeout=60) as client:
        while not crowd.stop.is_set():
            status = crowd.chance.choice([401, 401, 403])
            headers = {
                "authorization": f"Bearer {crowd.chance.choice(tokens[status])}",
                "accept": "application/json, text/event-stream",
                "connection": "close",  # one that idles may be closed just when it is used again
                "mcp-protocol-version": "2025-11-25",
            }
            answer = await client.post("/mcp", json=call, headers=headers)
            crowd.deeds[f"token refused with {answer.status_code}"] += 1
            # 400: Litmos could not be asked who that is, so the door leaves it to the tools, and there is no session
            if answer.status_code not in ({403, 400} if status == 403 else {401}):  # noqa: PLR2004 - see above
                crowd.wrong[f"a token got {answer.status_code} instead of {status}"] += 1
            await asyncio.sleep(crowd.chance.uniform(0.5, 2))  # noqa: TID251 - they come now and then


async def _weigh(house: House, weights: list[Weight]) -> None:
    begun = time.monotonic()
    while True:
        weights.append(Weight.of(house.pid, time.monotonic() - begun))
        house.sandbox.requests.clear()
        house.sandbox.mails.clear()
        await asyncio.sleep(SAMPLE)  # noqa: TID251 - a steady rate


def _judge_weight(verdict: Verdict, weights: list[Weight], folder: Path) -> None:
    growth = Growth.of(weights)
    figures = f"{growth.first:.0f} MB to {growth.last:.0f} MB ({growth.share:+.1%}), {growth.trend:+.1f} MB an hour"
    verdict.judge("memory after the warm-up", figures, good=growth.share < MOST_GROWTH)
    tenths = [weights[len(weights) * part // 10].megabytes for part in range(10)]
    print("  memory by tenths of the time: " + ", ".join(f"{one:.0f}" for one in tenths) + " MB")
    steady = weights[len(weights) // 5 :]
    half = len(steady) // 2
    for what in ("files", "threads"):
        first = max(getattr(one, what) for one in steady[:half])
        last = max(getattr(one, what) for one in steady[half:])
        verdict.judge(f"{what} open", f"at most {first}, then {last}", good=last <= first * 1.25)
    sizes = {path.name: path.stat().st_size / 1e6 for path in sorted(folder.glob("*.sqlite"))}
    print("  state: " + ", ".join(f"{name} {size:.1f} MB" for name, size in sizes.items()))


async def judge_changes(verdict: Verdict, crowd: Crowd, house: House) -> None:
    """Litmos, the audit and the logs, when everybody has gone."""
    differences = crowd.model.differences(house.sandbox.world)
    figures = f"{len(differences)} differences; {len(crowd.model.unproven)} unproven, not compared"
    verdict.judge("Litmos is as people were told", figures, good=not differences)
    await judge_audit(verdict, crowd, house.state)
    logged = bad_lines(house.folder / "serve.log") + bad_lines(house.folder / "stdio.log")
    crowd.wrong.update({f"Slack: {one}": 1 for one in set(house.slack.violations)})
    verdict.judge("errors in the logs", counted(logged), good=not logged)
    verdict.judge("what must not happen", counted(crowd.wrong), good=not crowd.wrong)
    for line in differences[:20]:
        print(f"  {line}")


def main(argv: Sequence[str] | None = None) -> int:
    """Of the command line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep state and logs here")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(soak(given.minutes, given.seed, given.folder or Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
