"""Every operation of the adapter x every fault of the demo Litmos: effect, error, requests, and no secret anywhere."""

import inspect
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from litmos.api import assignments, courses, learning_paths, teams, users
from litmos.api.assignments import (
    assign_courses,
    assign_learning_paths,
    course_results,
    courses_of,
    courses_of_many,
    learning_paths_of,
    remove_course,
    remove_learning_path,
    reset,
)
from litmos.api.call import Batch, Call, Format
from litmos.api.client import Client
from litmos.api.courses import get_course, modules_of, search_courses, users_of
from litmos.api.learning_paths import courses_in, get_learning_path, search_learning_paths, users_of_learning_path
from litmos.api.teams import admins_of, get_team, leaders_of, members_of, search_teams, sub_teams_of, teams_of
from litmos.api.users import get_user, search_users
from litmos.demo.faults import KINDS, Fault
from litmos.demo.sandbox import DEMO_KEY, Sandbox
from litmos.demo.server import running
from litmos.errors import Interrupted, LitmosError, Misconfigured, Throttled, TimedOut, Unavailable, UnexpectedReply
from litmos.wiring import InProcess

ADA, FIRE, FIRST_AID = "hUOuZAzHx4L1", "fBQ3pTcKjTw1", "od6tHqlqMfj1"
FORKLIFT, NEW_STARTER = "gm9XCoREXnc1", "UctolfTclkW1"
SALES, WAREHOUSE = "fQSe8tfSgAv1", "sGTSYqDfrCs1"
THEORY = "7qhuMk9zUGI1"  # a course that Ada is not on


@dataclass(frozen=True)
class Op:
    """An operation with arguments that work, and whether the world shows that it was carried out."""

    make: Callable[[], Call[Any] | Batch[Any, Any]]
    happened: Callable[[Sandbox], bool] | None = None


def _on(sandbox: Sandbox, course: str) -> bool:
    return course in sandbox.world.course_results[ADA]


OPERATIONS: dict[str, Op] = {
    "courses_of": Op(lambda: courses_of(ADA)),
    "learning_paths_of": Op(lambda: learning_paths_of(ADA)),
    "courses_of_many": Op(lambda: courses_of_many([ADA])),
    "course_results": Op(lambda: course_results(ADA, FIRE)),
    "reset": Op(
        lambda: reset(ADA, FIRST_AID), lambda sandbox: sandbox.world.course_results[ADA][FIRST_AID].completed is None
    ),
    "assign_courses": Op(lambda: assign_courses(ADA, [THEORY]), lambda sandbox: _on(sandbox, THEORY)),
    "remove_course": Op(lambda: remove_course(ADA, FIRE), lambda sandbox: not _on(sandbox, FIRE)),
    "assign_learning_paths": Op(
        lambda: assign_learning_paths(ADA, [FORKLIFT]), lambda sandbox: FORKLIFT in sandbox.world.path_results[ADA]
    ),
    "remove_learning_path": Op(
        lambda: remove_learning_path(ADA, NEW_STARTER),
        lambda sandbox: NEW_STARTER not in sandbox.world.path_results[ADA],
    ),
    "search_users": Op(lambda: search_users("marsh")),
    "get_user": Op(lambda: get_user(ADA)),
    "search_courses": Op(lambda: search_courses("fire")),
    "get_course": Op(lambda: get_course(FIRE)),
    "modules_of": Op(lambda: modules_of(FIRE)),
    "users_of": Op(lambda: users_of(FIRE)),
    "search_learning_paths": Op(search_learning_paths),
    "get_learning_path": Op(lambda: get_learning_path(NEW_STARTER)),
    "courses_in": Op(lambda: courses_in(NEW_STARTER)),
    "users_of_learning_path": Op(lambda: users_of_learning_path(NEW_STARTER)),
    "search_teams": Op(search_teams),
    "get_team": Op(lambda: get_team(SALES)),
    "teams_of": Op(lambda: teams_of(ADA)),
    "sub_teams_of": Op(lambda: sub_teams_of(SALES)),
    "members_of": Op(lambda: members_of(SALES)),
    "leaders_of": Op(lambda: leaders_of(SALES)),
    "admins_of": Op(lambda: admins_of(WAREHOUSE)),
}


@dataclass(frozen=True)
class Expected:
    """Of a fault that stays: the error, the requests it costs, and whether the demo Litmos acts before it fails."""

    error: type[LitmosError]
    requests: int
    acts: bool = False
    unknown: bool = True
    """Whether the outcome of a change is unknown afterwards."""


LASTING: dict[str, Expected] = {
    "503": Expected(Throttled, 4, unknown=False),
    "429": Expected(Throttled, 4, unknown=False),
    "401": Expected(Misconfigured, 1, unknown=False),
    "504": Expected(Unavailable, 4),
    "500": Expected(UnexpectedReply, 1),
    "slow": Expected(TimedOut, 4),
    "reset": Expected(Interrupted, 4),
    "html": Expected(UnexpectedReply, 1),
    "truncated": Expected(UnexpectedReply, 1, acts=True),
    "lost": Expected(Interrupted, 4, acts=True),
    "huge": Expected(UnexpectedReply, 1),
    "shape": Expected(UnexpectedReply, 1),
}
PASSING = [kind for kind, expected in LASTING.items() if expected.requests > 1]

SECRETS = (DEMO_KEY, "loginkey=", "pw-SECRET")


def _everything_said(error: BaseException | None, caplog: pytest.LogCaptureFixture) -> str:
    """The error with every local of every frame, and every log line with its keys."""
    said = [str(vars(record)) for record in caplog.records]
    if error is not None:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        said += [str(error), repr(error), *frames.format()]
    return "\n".join(said)


async def _carry_out(api: Client, op: Op) -> tuple[Any, LitmosError | None]:
    try:
        return await api.send(op.make()), None
    except LitmosError as error:
        return None, error


def test_the_matrix_holds_every_operation_and_every_fault() -> None:
    pages = (assignments, courses, learning_paths, teams, users)
    public = {name for page in pages for name in page.__all__ if inspect.isfunction(getattr(page, name))}
    assert set(OPERATIONS) == public
    assert set(LASTING) | {"ignored"} == set(KINDS)  # that one is a success to an adapter: only reading back tells


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_works_in_both_formats(name: str, api: Client, sandbox: Sandbox) -> None:
    op = OPERATIONS[name]
    result, error = await _carry_out(api, op)
    assert error is None
    assert len(sandbox.requests) == 1
    assert op.happened(sandbox) if op.happened else result


@pytest.mark.parametrize("kind", LASTING)
@pytest.mark.parametrize("name", OPERATIONS)
async def test_a_lasting_fault_ends_in_its_error(
    name: str, kind: str, sandbox: Sandbox, connect: Any, form: Format, caplog: pytest.LogCaptureFixture
) -> None:
    op, expected = OPERATIONS[name], LASTING[kind]
    caplog.set_level(logging.DEBUG)
    sandbox.faults.add(Fault(kind, times=99))
    async with connect(InProcess(app=sandbox.app), form=form, timeout=0.02 if kind == "slow" else 5.0) as api:
        result, error = await _carry_out(api, op)
    said = _everything_said(error, caplog)
    assert not [secret for secret in SECRETS if secret in said]
    if kind == "shape" and op.happened is not None:
        assert error is None  # a change says nothing in its body that anybody reads: reading back tells
        return
    assert type(error) is expected.error
    assert result is None
    assert len(sandbox.requests) == expected.requests
    assert error is not None
    assert error.perhaps_done == (op.happened is not None and expected.unknown)
    assert ("may or may not have happened" in str(error)) == error.perhaps_done
    if op.happened is not None:
        assert op.happened(sandbox) == expected.acts


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("name", OPERATIONS)
async def test_a_passing_fault_costs_one_more_request_and_nothing_else(
    name: str, kind: str, sandbox: Sandbox, connect: Any, form: Format, caplog: pytest.LogCaptureFixture
) -> None:
    op = OPERATIONS[name]
    caplog.set_level(logging.DEBUG)
    sandbox.faults.add(Fault(kind))
    async with connect(InProcess(app=sandbox.app), form=form, timeout=0.05 if kind == "slow" else 5.0) as api:
        result, error = await _carry_out(api, op)
    assert error is None
    assert len(sandbox.requests) == 2
    assert op.happened(sandbox) if op.happened else result
    said = _everything_said(None, caplog)
    assert not [secret for secret in SECRETS if secret in said]


@pytest.mark.parametrize("kind", LASTING)
@pytest.mark.parametrize("name", ["get_user", "remove_course"])
async def test_a_real_connection_fails_as_the_one_in_process(
    name: str, kind: str, sandbox: Sandbox, connect: Any, caplog: pytest.LogCaptureFixture
) -> None:
    op, expected = OPERATIONS[name], LASTING[kind]
    caplog.set_level(logging.DEBUG)
    sandbox.faults.add(Fault(kind, times=99))
    async with running(sandbox.app) as address:
        async with connect(address, timeout=0.2 if kind == "slow" else 5.0) as api:
            _, error = await _carry_out(api, op)
        sandbox.faults.clear()
    said = _everything_said(error, caplog)
    assert not [secret for secret in SECRETS if secret in said]
    if kind == "shape" and op.happened is not None:
        assert error is None
    else:
        assert type(error) is expected.error
        assert len(sandbox.requests) == expected.requests
