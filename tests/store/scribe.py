"""One process of several on one state. It says `ready` and waits for a line on stdin, so that all begin at once.

Run by test_processes.py: scribe.py URL append TIMES, or scribe.py URL claim KEY... (prints the keys it won)
"""

import json
import random
import sys

import anyio
import anyio.to_thread

from litmos.store.audit import Audit
from litmos.store.proposals import ProposalRefused, Proposals
from litmos.store.state import State


async def append(state: State, times: int) -> list[int]:
    """The numbers of the rows it wrote."""
    audit = Audit(state)
    return [(await audit.append("note", operation="assign", actor_id="p1", body={})).seq for _ in range(times)]


async def claim(state: State, keys: list[str]) -> list[str]:
    """The keys it won, of all, in an order of its own."""
    won: list[str] = []
    for key in random.sample(keys, len(keys)):
        try:
            await Proposals(state).claim(key, "p1")
        except ProposalRefused:
            continue
        won.append(key)
    return won


async def run(url: str, what: str, words: list[str]) -> list[int] | list[str]:
    state = State(url)
    await state.write(lambda conn: None)  # open, before anything is raced
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await anyio.to_thread.run_sync(sys.stdin.readline)
    done = await (append(state, int(words[0])) if what == "append" else claim(state, words))
    state.close()
    return done


if __name__ == "__main__":
    _, url, what, *words = sys.argv
    json.dump(anyio.run(run, url, what, words), sys.stdout)
