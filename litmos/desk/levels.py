"""How things stand, for who watches: what waits, what has no end, and the jobs."""

from collections.abc import Sequence

from litmos.desk.approving import Approving
from litmos.desk.jobs import Jobs
from litmos.store.audit import Audit
from litmos.telemetry import Level

__all__ = ["levels_of"]


async def levels_of(approving: Approving, audit: Audit | None, jobs: Jobs | None) -> Sequence[Level]:
    """Raises as the state does."""
    found = [Level("litmos.proposals.waiting", await approving.waiting())]
    found += [] if audit is None else [Level("litmos.audit.unfinished", await audit.count_unfinished())]
    counts = await jobs.counts() if jobs else {}
    return [*found, *(Level("litmos.jobs", count, {"litmos.job.state": state}) for state, count in counts.items())]
