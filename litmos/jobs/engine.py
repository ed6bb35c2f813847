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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID, WorkflowStatus
from dbos import error as dbos_error

from litmos.desk.bulk import Bulk, Task
from litmos.desk.jobs import Report, State
from litmos.errors import Misconfigured
from litmos.jobs import work
from litmos.jobs.slots import SLOTS, FileSlots, PostgresSlots, Slots, take_one
from litmos.log import logger

__all__ = ["Dbos", "Where", "looking", "running"]

QUEUE = "changes"
VERSION = "1"  # raised only when old jobs may no longer be gone on with by new code
AT_ONCE = 2  # jobs of a process; they share the account's requests anyway
ADOPT = 10.0  # seconds between two looks for the dead
FORGET = 360  # looks until old jobs are looked for
KEPT = 7  # days that a job is known after its end
_STATES: dict[str, State] = {"ENQUEUED": "waiting", "DELAYED": "waiting", "PENDING": "running", "SUCCESS": "done"}
LOG = logger("litmos.jobs")


class Where:
    """Where jobs are kept: in a file of their own beside SQLite's, or in the same PostgreSQL."""

    def __init__(self, state_url: str) -> None:
        kind, _, path = state_url.partition(":///")
        self.url, self._file = state_url.replace("+psycopg", "", 1), None
        if kind.startswith("sqlite"):
            state = Path(path.partition("?")[0])
            self._file = state.with_name(f"{state.stem}-jobs.sqlite")
            self.url = f"sqlite:///{self._file}"

    def slots(self) -> Slots:
        return FileSlots(self._file) if self._file else PostgresSlots(self.url)

    def make(self) -> None:
        """A new file is for its owner only."""
        if self._file is not None:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


@asynccontextmanager
async def running(where: Where, bulk: Bulk, *, adopt: float = ADOPT) -> AsyncIterator["Dbos"]:
    """An engine at work. What is under way when it ends goes on where it starts again, or in another process.

    Args:
        where: The jobs are.
        bulk: Does their pieces.
        adopt: Seconds between two looks for processes that have died.

    Raises:
        Unavailable: too many processes do jobs on this state.
        Misconfigured: this process does jobs already.
    """
    if work.is_serving():
        raise Misconfigured("This process does the jobs of another state already.")
    slots = where.slots()
    where.make()
    mine = await asyncio.to_thread(take_one, slots)
    work.serve_with(bulk)
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
    DBOS.launch()  # in the loop's own thread: jobs then run on this loop
    await DBOS.register_queue_async(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=0.5)
    adopting = asyncio.create_task(_adopt_on(slots, mine, adopt))
    try:
        yield Dbos()
    finally:
        adopting.cancel()
        await asyncio.to_thread(DBOS.destroy)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())  # DBOS left its own, shut
        work.serve_with(None)
        slots.free(mine)


@asynccontextmanager
async def looking(where: Where) -> AsyncIterator["Dbos"]:
    """For processes that do no jobs: they see them and stop them, and can start none."""
    where.make()
    client = DBOSClient(system_database_url=where.url, serializer=DBOSPortableJSONSerializer())
    try:
        yield Dbos(client)
    finally:
        await asyncio.to_thread(client.destroy)


class Dbos:
    """The engine of the Desk's jobs. `calls`: DBOS itself, or a client of its database in a process without it."""

    def __init__(self, calls: Any = DBOS) -> None:
        self._calls, self._stopping = calls, set[str]()

    async def start(self, job: str, task: Task) -> None:
        """See `Engine`. The same id starts nothing twice, in whichever process."""
        with SetWorkflowID(job):
            await DBOS.enqueue_workflow_async(QUEUE, work.change, task)

    async def find(self, job: str) -> Report | None:
        found = await self._calls.list_workflows_async(workflow_ids=[job], name=work.NAME)
        return await self._report(found[0]) if found else None

    async def every(self) -> Sequence[Report]:
        found = await self._calls.list_workflows_async(name=work.NAME, sort_desc=True, limit=100)
        return [await self._report(one) for one in found]

    async def stop(self, job: str, why: str) -> None:
        self._stopping.add(job)
        with suppress(dbos_error.DBOSException):  # it has just ended, or been deleted
            await self._calls.send_async(job, why, work.STOP)

    async def counts(self) -> Mapping[State, int]:
        """Those of the last days, of all processes."""
        found = await self._calls.list_workflows_async(name=work.NAME, load_input=False, load_output=False)
        states = Counter[State](_STATES.get(one.status, "failed") for one in found)
        return {state: states[state] for state in dict.fromkeys([*_STATES.values(), "failed"])}

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


async def _adopt_on(slots: Slots, mine: int, every: float) -> None:
    for looks in itertools.count():
        await asyncio.sleep(every)  # noqa: TID251 - DBOS runs on asyncio
        try:
            adopted = await asyncio.to_thread(_adopt, slots, mine)
            if looks % FORGET == 0:
                await asyncio.to_thread(_forget)
        except Exception as error:  # noqa: BLE001 - the next look may find the database well
            LOG.warning("litmos.jobs.no_look", kind=type(error).__name__)
        else:
            for job in adopted:
                LOG.info("litmos.jobs.adopted", job=job)


def _forget() -> None:
    """Delete what ended long ago: the audit has it, for good. Blocking."""
    before = (datetime.now(UTC) - timedelta(days=KEPT)).isoformat()  # noqa: TID251 - DBOS has no other clock
    old = DBOS.list_workflows(name=work.NAME, completed_before=before, load_input=False, load_output=False, limit=500)
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
