"""What a soak found: figures, and whether each is as it has to be."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.soaking.crowd import Crowd
from bench.soaking.model import Told
from litmos.store.audit import Audit
from litmos.store.state import State

BAD = {"error", "critical"}


@dataclass
class Verdict:
    """Printed line by line as it is found; `missed` counts what is not as it has to be."""

    missed: int = 0
    say: Callable[[str], None] = field(default=print)

    def judge(self, what: str, figures: str, *, good: bool) -> None:
        self.missed += not good
        self.say(f"{'met   ' if good else 'MISSED'} {what}: {figures}")


def bad_lines(log: Path) -> Counter[str]:
    """What must not be in a log: errors, tracebacks, and what is no line of ours."""
    found: Counter[str] = Counter()
    for line in log.read_text().splitlines() if log.exists() else ():
        try:
            told = json.loads(line)
        except ValueError:
            found["Traceback" if "Traceback" in line else ""] += 1
            continue
        if told.get("level") in BAD or "exception" in told:
            found[f"{told.get('logger')} {told.get('event')} {str(told.get('exception', ''))[-200:]}"] += 1
    del found[""]  # what a server says on stdout when it starts
    return found


async def told_by_the_audit(audit: Audit, receipt: int) -> list[Told]:
    """The lines of a change, from its end."""
    rows = [row for row in await audit.of_run(receipt) if row.event in {"done", "partly", "failed"}]
    return [
        Told(row.operation, line["person_id"], line["training_id"], line["outcome"])
        for row in rows
        for line in row.body["lines"]
        if line.get("outcome")
    ]


async def judge_audit(verdict: Verdict, crowd: Crowd, state_url: str) -> None:
    """Every change begins and ends in it, as it was told, and the chain is whole."""
    state = State(state_url)
    try:
        audit = Audit(state)
        chain = await audit.verify()
        verdict.judge("the chain of the audit", f"{chain.rows} rows, {chain.why or 'whole'}", good=chain.broken is None)
        rows = await audit.search()
        starts = {row.seq for row in rows if row.event == "started"}
        ends = Counter(row.run for row in rows if row.event in {"done", "partly", "failed"})
        whole = starts == set(ends) and set(ends.values()) <= {1}
        verdict.judge("every change has a start and an end", f"{len(starts)} and {ends.total()}", good=whole)
        other = [
            receipt
            for receipt, lines in crowd.receipts.items()
            if not set(lines) <= set(await told_by_the_audit(audit, receipt))
        ]
        figures = f"{len(crowd.receipts)} receipts, {len(other)} otherwise"
        verdict.judge("the audit says what people were told", figures, good=not other)
        untold = starts - crowd.receipts.keys()
        verdict.judge("nothing was changed that nobody was told of", f"{len(untold)} of {len(starts)}", good=not untold)
    finally:
        state.close()


def counted(counts: Mapping[str, int]) -> str:
    """Names with their counts, as one line."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing"
