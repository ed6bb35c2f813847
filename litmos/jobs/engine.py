"""Does jobs with DBOS: in this process, on this loop, and on those of other processes that have died.

DBOS is one for a process. Its database holds what a job was asked to do and what came of it, by ids.
"""

import asyncio
import itertools
import logging
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, WorkflowStatus
from dbos import error as dbos_error
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from litmos.desk.bulk import Bulk, Task
from litmos.desk.jobs import Report, State
from litmos.errors import Misconfigured
from litmos.hidden import Hidden
from litmos.jobs import rounds, work
from litmos.jobs.durable import Work, begin
from litmos.jobs.scheduling import KEPT, Now, schedule
from litmos.jobs.slots import SLOTS, FileSlots, PostgresSlots, Slots, take_one
from litmos.log import logger
from litmos.store.place import place_of

__all__ = ["Dbos", "Where", "looking", "running", "waiting"]

QUEUE = "changes"
SHOWN = [work.NAME, rounds.NAME]  # the workflows that are jobs; what else there is, nobody sees
VERSION = "1"  # raised only when old jobs may no longer be gone on with by new code
AT_ONCE = 2  # jobs of a process; they share the account's requests anyway
ADOPT = 10.0  # seconds between two looks for the dead
FORGET = 360  # looks until old jobs are looked for
_STATES: dict[str, State] = {"ENQUEUED": "waiting", "DELAYED": "waiting", "PENDING": "running", "SUCCESS": "done"}
LOG = logger("litmos.jobs")


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - DBOS has no other clock


class Where:
    """Where jobs are kept: in a file of their own beside SQLite's, or in the same PostgreSQL."""

    def __init__(self, state_url: str) -> None:
        place = place_of(state_url)
        self._file = place.file and place.file.with_name(f"{place.file.stem}-jobs.sqlite")
        url = URL.create("sqlite", database=str(self._file)) if self._file else place.url.set(drivername="postgresql")
        self.url = Hidden(url.render_as_string(hide_password=False))

    @property
    def is_missing(self) -> bool:
        """Whether there is no file yet, and so no job."""
        return self._file is not None and not self._file.exists()

    def slots(self) -> Slots:
        return FileSlots(self._file) if self._file else PostgresSlots(self.url)

    def make(self) -> None:
        """A new file is for its owner only."""
        if self._file is not None:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


@asynccontextmanager
async def running(
    where: Where, bulk: Bulk, *, also: Sequence[Work[Any]] = (), adopt: float = ADOPT, now: Now = _now
) -> AsyncIterator["Dbos"]:
    """An engine at work. What is under way when it ends goes on where it starts again, or in another process.

    Args:
        where: The jobs are.
        bulk: Does their pieces.
        also: What else it does.
        adopt: Seconds between two looks for processes that have died.
        now: The clock of schedules as they are set; DBOS has no other than the machine's when it begins them.

    Raises:
        Unavailable: too many processes do jobs on this state.
        Misconfigured: this process does jobs already.
    """
    if work.SERVED.is_served:
        raise Misconfigured("This process does the jobs of another state already.")
    slots = where.slots()
    where.make()
    mine = await asyncio.to_thread(take_one, slots)
    every = [Work(served=work.SERVED, by=bulk, queue=QUEUE, at_once=AT_ONCE), *also]
    for one in every:
        one.served.begin(one.by)
    logging.getLogger("dbos").addHandler(logging.NullHandler())  # or it adds one of its own, for the console
    config: DBOSConfig = {
        "name": "litmos",
        "system_database_url": where.url,
        "log_level": "WARNING",
        "application_version": VERSION,
        "executor_id": _name(mine),
        "serializer": DBOSPortableJSONSerializer(),
        "notification_listener_polling_interval_sec": 0.1,
    }
    DBOS(config=config)
    DBOS.listen_queues([one.queue for one in every if one.here])
    DBOS.launch()  # in the loop's own thread: jobs then run on this loop
    await _set_up(every, now)
    others = [one.queue for one in also]
    adopting = asyncio.create_task(_adopt_on(slots, mine, adopt, others))
    try:
        yield Dbos()
    finally:
        adopting.cancel()
        await asyncio.to_thread(DBOS.destroy)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())  # DBOS left its own, shut
        for one in every:
            one.served.end()
        slots.free(mine)


async def _set_up(every: Sequence[Work[Any]], now: Now) -> None:
    for one in every:
        await DBOS.register_queue_async(
            one.queue,
            worker_concurrency=one.at_once,
            limiter={"limit": one.a_minute, "period": 60.0} if one.a_minute else None,
            polling_interval_sec=0.5,
        )
        for when in one.schedules if one.here else ():
            await schedule(when, one.queue, now)


@asynccontextmanager
async def looking(where: Where) -> AsyncIterator["Dbos"]:
    """For processes that do no jobs: they see them and stop them, and can start none."""
    where.make()
    client = DBOSClient(system_database_url=where.url, serializer=DBOSPortableJSONSerializer())
    try:
        yield Dbos(client)
    finally:
        await asyncio.to_thread(client.destroy)


def waiting(where: Where) -> tuple[int, int]:
    """How many jobs have not ended, and how many processes there are to do them. Blocking; makes nothing.

    A process that is counted here is one whose place is taken: while this looks, no other can take a free one.
    """
    if where.is_missing:
        return 0, 0
    client = DBOSClient(system_database_url=where.url, serializer=DBOSPortableJSONSerializer())
    try:
        found = client.list_workflows(name=work.NAME, status=["PENDING", "ENQUEUED"], load_input=False, limit=100)
    except DBAPIError as error:
        if not any(words in str(error.orig) for words in ("no such table", "does not exist")):
            raise
        return 0, 0  # no server has been here yet
    finally:
        client.destroy()
    slots, free = where.slots(), 0
    for number in range(SLOTS):
        if not slots.was_used(number):
            free += 1
        elif slots.take(number):
            slots.free(number)
            free += 1
    return len(found), SLOTS - free


class Dbos:
    """The engine of the Desk's jobs. `calls`: DBOS itself, or a client of its database in a process without it."""

    def __init__(self, calls: Any = DBOS) -> None:
        self._calls, self._stopping = calls, set[str]()

    async def start(self, job: str, task: Task) -> None:
        """See `Engine`. The same id starts nothing twice, in whichever process."""
        if task["request"]["operation"] == rounds.NAME:
            await begin(rounds.QUEUE, rounds.nudge, job, task)
        else:
            await begin(QUEUE, work.change, job, task)

    async def find(self, job: str) -> Report | None:
        found = await self._calls.list_workflows_async(workflow_ids=[job], name=SHOWN)
        return await self._report(found[0]) if found else None

    async def every(self) -> Sequence[Report]:
        found = await self._calls.list_workflows_async(name=SHOWN, sort_desc=True, limit=100)
        return [await self._report(one) for one in found]

    async def stop(self, job: str, why: str) -> None:
        self._stopping.add(job)
        with suppress(dbos_error.DBOSException):  # it has just ended, or been deleted
            await self._calls.send_async(job, why, work.STOP)

    async def counts(self) -> Mapping[tuple[str, State], int]:
        """Those of the last days, of all processes."""
        found = await self._calls.list_workflows_async(name=SHOWN, load_input=False, load_output=False)
        known = Counter[tuple[str, State]]((one.name, _STATES.get(one.status, "failed")) for one in found)
        states: list[State] = [*dict.fromkeys(_STATES.values()), "failed"]
        return {(kind, state): known[kind, state] for kind in SHOWN for state in states}

    async def _report(self, one: WorkflowStatus) -> Report:
        progress: dict[str, Any] = (
            await self._calls.get_event_async(one.workflow_id, work.PROGRESS, timeout_seconds=0) or {}
        )
        result: dict[str, Any] = one.output if isinstance(one.output, dict) else {}
        broken = one.error is not None or one.status in {"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
        task: Task = one.input["args"][0] if one.input else {}  # type: ignore[typeddict-item]
        return Report(
            job=one.workflow_id,
            task=task,
            started=datetime.fromtimestamp((one.created_at or 0) / 1000, UTC),
            running=one.status == "PENDING",
            done=progress.get("done", 0),
            failed=progress.get("failed", 0),
            receipt=result.get("receipt") or progress.get("receipt", 0),
            event="failed" if broken else result.get("event", ""),
            summary="It broke off: see the log, and litmos audit for how far it came."
            if broken
            else result.get("summary", ""),
            stopping=one.workflow_id in self._stopping,
            refused=result.get("refused", ""),
        )


def _name(slot: int) -> str:
    return f"slot-{slot}"


async def _adopt_on(slots: Slots, mine: int, every: float, others: Sequence[str]) -> None:
    for looks in itertools.count():
        await asyncio.sleep(every)  # noqa: TID251 - DBOS runs on asyncio
        try:
            adopted = await asyncio.to_thread(_adopt, slots, mine)
            if looks % FORGET == 0:
                await asyncio.to_thread(_forget, others)
        except Exception as error:  # noqa: BLE001 - the next look may find the database well
            LOG.warning("litmos.jobs.no_look", kind=type(error).__name__)
        else:
            for job in adopted:
                LOG.info("litmos.jobs.adopted", job=job)


def _forget(others: Sequence[str]) -> None:
    """Delete what ended long ago, and what nobody has begun of other work than changes. Blocking."""
    before = (_now() - KEPT).isoformat()
    old = DBOS.list_workflows(completed_before=before, load_input=False, load_output=False, limit=500)
    if others:  # messages, where no process has a face
        waiting = DBOS.list_workflows(
            queue_name=list(others), status="ENQUEUED", end_time=before, load_input=False, load_output=False, limit=500
        )
        old = [*old, *waiting]
    if old:
        DBOS.delete_workflows([one.workflow_id for one in old])


def _adopt(slots: Slots, mine: int) -> list[str]:
    """Put the jobs of dead processes back on the queue. Blocking."""
    found = []
    for number in range(SLOTS):
        if number == mine or not slots.was_used(number) or not slots.take(number):
            continue
        try:
            pending = DBOS.list_workflows(
                executor_id=_name(number), status="PENDING", app_version=VERSION, load_input=False, load_output=False
            )
            for job in pending:
                DBOS.resume_workflow(job.workflow_id, queue_name=job.queue_name or QUEUE)
                found.append(job.workflow_id)
        finally:
            slots.free(number)
    return found
