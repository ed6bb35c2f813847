"""How things stand, for who watches: what waits, what has no end, and the jobs."""

from collections.abc import Sequence

from litmos.desk.approving import Approving
from litmos.desk.hearing import Hearing
from litmos.desk.jobs import Jobs
from litmos.store.audit import Audit
from litmos.telemetry import Level

__all__ = ["levels_of"]


async def levels_of(approving: Approving, audit: Audit | None, jobs: Jobs | None, hearing: Hearing) -> Sequence[Level]:
    """Raises as the state does."""
    found = [Level("litmos.proposals.waiting", await approving.waiting())]
    found += [] if audit is None else [Level("litmos.audit.unfinished", await audit.count_unfinished())]
    found += [Level("litmos.events.waiting", await hearing.waiting())] if hearing.is_kept else []
    counts = await jobs.counts() if jobs else {}
    for (kind, state), count in counts.items():
        found.append(Level("litmos.jobs", count, {"litmos.job.kind": kind, "litmos.job.state": state}))
    return found
