"""A server that nudges, to be killed. Its face writes down each message, with its moment. It prints `"ready"`, its job.

Run by test_rounds.py: nudger.py FILE MOMENT [approve KEY WORD]. MOMENT is what its clock shows at the start.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from litmos.desk.desk import Books, Desk, DeskSettings
from litmos.desk.jobs import Job
from litmos.desk.messages import Message
from litmos.jobs.engine import Where, running
from litmos.jobs.rounds import nudges
from litmos.settings import Settings
from litmos.store.aliases import Aliases
from litmos.store.audit import Audit
from litmos.store.follows import Follows
from litmos.store.links import Links
from litmos.store.nudges import Nudges
from litmos.store.proposals import Proposals
from litmos.store.state import State
from litmos.wiring import open_client


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Letters:
    """A face that finds everybody, in Berlin."""

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        self._file, self._now = file, now

    async def tell(self, person: str, message: Message) -> bool:
        assert message.heading.startswith("Hello ")
        with self._file.open("a") as out:
            out.write(f"{person} {self._now().isoformat()}\n")
        return True

    async def zone(self, person: str) -> str | None:
        return "Europe/Berlin"


def clock_from(moment: datetime) -> Callable[[], datetime]:
    """Shows that moment now, and goes on from it."""
    ahead = moment.timestamp() - time.time()
    return lambda: datetime.fromtimestamp(time.time() + ahead, UTC)


async def serve(file: Path, moment: datetime, words: list[str]) -> None:
    settings, now = Settings.read(), clock_from(moment)
    state = State(settings.state_url)
    books = Books(Audit(state), Proposals(state), Links(state), Aliases(state), Follows(state), Nudges(state))
    async with open_client(settings) as api:
        desk = Desk(api, DeskSettings("tests"), books, now=now)
        desk.reach_by(Letters(file, now))
        also = [nudges(desk.rounds, here=True)]
        async with running(Where(settings.state_url), desk.bulk, also=also, adopt=0.3) as engine:
            desk.hire(engine)
            say("ready")
            if words:
                job = await desk.approve(await desk.operator("tests", ""), words[1], by="tests", word=words[2])
                assert isinstance(job, Job)
                say(job.id)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3:]))
