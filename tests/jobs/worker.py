"""A server that does jobs, to be killed. It prints `"ready"`, and then the id of the job that it has started, if any.

Run by test_crashes.py: worker.py [approve KEY WORD]
"""

import asyncio
import json
import sys

from litmos.desk.jobs import Job
from litmos.errors import LitmosError
from litmos.jobs.engine import Where, running
from litmos.settings import Settings
from litmos.wiring import open_desk


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def serve(words: list[str]) -> None:
    settings = Settings.read()
    async with (
        open_desk(settings) as desk,
        running(Where(settings.state_url), desk.bulk, adopt=0.3) as engine,
    ):
        desk.hire(engine)
        say("ready")
        if words:
            await asyncio.to_thread(sys.stdin.readline) if words[0] == "wait" else None
            owner = await desk.operator("tests", "")
            try:
                job = await desk.approve(owner, words[-2], by="tests", word=words[-1])
            except LitmosError as error:
                say(str(error))
            else:
                assert isinstance(job, Job)
                say(job.id)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:]))
