"""Carries out a plan at Litmos: the fewest requests, side by side, past single failures, and read back."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import anyio

from litmos.api.assignments import (
    assign_courses,
    assign_learning_paths,
    course_results,
    remove_course,
    remove_learning_path,
    reset,
)
from litmos.api.call import Call
from litmos.desk.line import Line
from litmos.desk.outcome import Answers, OutcomeLine, Result, judge
from litmos.desk.plan import Pair, Plan, PlanLine
from litmos.desk.requests import Assign
from litmos.desk.snapshot import Snapshot
from litmos.desk.snapshots import SnapshotReader
from litmos.errors import LitmosError, Misconfigured, Throttled, Unavailable
from litmos.model import CourseResult, TrainingKind

__all__ = ["Progress", "Write", "Writing", "copies_of", "writes_of"]

SIDE_BY_SIDE = 8
SECOND_LOOK = 2.0  # seconds until what does not show is looked at once more

Progress = Callable[[int, int], None]
"""Told how many lines have been answered, of how many."""


@dataclass(frozen=True, slots=True)
class Write:
    """One request, and the pairs it changes."""

    call: Call[None]
    pairs: tuple[Pair, ...]


def writes_of(plan: Plan, lines: Iterable[PlanLine]) -> list[Write]:
    """The fewest requests for some lines of a plan: all courses of a person at once, removals and resets one by one."""
    pairs = [line.pair for line in lines]
    request = plan.request
    if isinstance(request, Assign):
        groups: dict[tuple[str, TrainingKind], list[Pair]] = {}
        for pair in pairs:
            groups.setdefault((pair.person, pair.kind), []).append(pair)
        put = {TrainingKind.COURSE: assign_courses, TrainingKind.LEARNING_PATH: assign_learning_paths}
        return [
            Write(put[kind](person, [pair.training for pair in group], notify=request.notify), tuple(group))
            for (person, kind), group in groups.items()
        ]
    if request.operation == "reset":
        return [Write(reset(pair.person, pair.training), (pair,)) for pair in pairs]
    take = {TrainingKind.COURSE: remove_course, TrainingKind.LEARNING_PATH: remove_learning_path}
    return [Write(take[pair.kind](pair.person, pair.training), (pair,)) for pair in pairs]


async def copies_of(
    line: Line, plan: Plan, before: Snapshot
) -> tuple[list[tuple[str, CourseResult]], dict[Pair, LitmosError]]:
    """The results that the plan destroys, each with its person's id; and the pairs whose results cannot be read."""
    lost = [one.pair for one in plan.changes if one.loses and one.pair.kind is TrainingKind.COURSE]
    unread = [pair for pair in lost if (pair.person, pair.training) not in before.results]
    answers = await line.send_each([course_results(pair.person, pair.training) for pair in unread])
    found: dict[Pair, CourseResult] = {
        pair: before.results[pair.person, pair.training] for pair in lost if pair not in unread
    }
    failed: dict[Pair, LitmosError] = {}
    for pair, answer in zip(unread, answers, strict=True):
        if isinstance(answer, CourseResult):
            found[pair] = answer
        else:
            failed[pair] = Unavailable(f"It was left as it is, since no copy of its record could be made: {answer}")
    return [(pair.person, result) for pair, result in found.items()], failed


@dataclass
class Writing:
    """One plan on its way. `before` is the snapshot it was drafted from; `said` fills while it goes on."""

    line: Line
    reader: SnapshotReader
    plan: Plan
    before: Snapshot
    sleep: Callable[[float], Awaitable[None]]
    progress: Progress | None = None
    said: dict[Pair, LitmosError | None] = field(default_factory=dict)
    stopped: str = ""
    """Why the rest is not tried."""

    @property
    def touched(self) -> list[tuple[str, str]]:
        """Person and training (ids) of what was sent."""
        return [(pair.person, pair.training) for pair in self.said]

    async def write(self, writes: Iterable[Write]) -> None:
        """Send them. Cancelled, it begins no other; the ones under way are still answered."""
        places = anyio.CapacityLimiter(SIDE_BY_SIDE)

        async def send(write: Write) -> None:
            async with places:
                if self.stopped:
                    return
                answer = await self._answer(write)
                self.said |= dict.fromkeys(write.pairs, answer)
                if self.progress is not None:
                    self.progress(len(self.said), len(self.plan.changes))

        async with anyio.create_task_group() as tasks:
            for write in writes:
                tasks.start_soon(send, write)

    async def result(self) -> tuple[OutcomeLine, ...]:
        """Read back and judge; what was lost on the way is written again, and what does not show is looked at again."""
        lines = self._judged(await self._read_back())
        again = [line.line for line in lines if line.result is Result.FAILED and self._was_lost(line.line.pair)]
        if not self.stopped and (again or any(line.result is Result.UNPROVEN for line in lines)):
            await self.sleep(SECOND_LOOK)
            await self.write(writes_of(self.plan, again))
            lines = self._judged(await self._read_back())
        return lines

    async def _answer(self, write: Write) -> LitmosError | None:
        try:
            await self.line.send(write.call)
        except Misconfigured as wrong:
            self.stopped = str(wrong)
            return wrong
        except Unavailable as down:
            if down.after is not None:  # nothing is sent any more for a while
                self.stopped = str(down)
            return down
        except LitmosError as error:
            return error
        return None

    async def _read_back(self) -> Snapshot | LitmosError:
        pairs = {line.pair for line in self.plan.changes if line.pair in self.said}
        people = [one for one in self.before.people if any(pair.person == one.id for pair in pairs)]
        training = [one for one in self.before.training if any(pair[1:] == (one.kind, one.id) for pair in pairs)]
        try:
            return await self.reader.read(self.line, self.plan.operation, people, training)
        except LitmosError as error:
            return error

    def _judged(self, after: Snapshot | LitmosError) -> tuple[OutcomeLine, ...]:
        answers = Answers(self.said, self.stopped)
        return tuple(judge(line, answers, self.plan.operation, after) for line in self.plan.lines)

    def _was_lost(self, pair: Pair) -> bool:
        error = self.said.get(pair)
        return error is not None and error.perhaps_done and isinstance(error, Unavailable | Throttled)
