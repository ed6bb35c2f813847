"""A server with a face that prints whom it tells, to be killed. It prints `"ready"`, and then a line for each message.

Run by test_telling.py: teller.py WHAT EVENT PERSON COURSE; an empty EVENT is none.
WHAT is `tell`; `hang`, which tells and then never comes back; or `mute`, which has no face.
"""

import asyncio
import json
import sys

from litmos.desk.events import EARNED, Event
from litmos.desk.messages import Message
from litmos.settings import Settings
from litmos.wiring import open_working_desk


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Printer:
    """A face."""

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs

    async def tell(self, person: str, message: Message) -> bool:
        say([person, message.kind])
        if self._hangs:
            await asyncio.Event().wait()
        return True

    async def zone(self, _person: str) -> str | None:
        return None


async def serve(what: str, number: str, person: str, course: str) -> None:
    async with open_working_desk(Settings.read(), reaches=what != "mute") as desk:
        if what != "mute":
            desk.reach_by(Printer(hangs=what == "hang"))
        if number:
            assert await desk.hearing.put(Event(number, EARNED, person, course))
        say("ready")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
