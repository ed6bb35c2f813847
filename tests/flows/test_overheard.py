"""What is logged, counted and traced of the story: enough to follow it, and nobody by name (see tests/conftest.py)."""

import json
from collections import Counter
from typing import Any

import pytest

from litmos import telemetry
from litmos.demo.faults import Fault
from litmos.log import logger

ADA, LENA = "hUOuZAzHx4L1", "lena"


def names(overheard: Any) -> Counter[str]:
    return Counter(span.name for span in overheard.spans)


def value(overheard: Any, beginning: str) -> float:
    """The sum of all samples that begin so."""
    lines = overheard.told()["metrics"].splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(beginning))


def trace_of(overheard: Any, name: str) -> list[Any]:
    """All spans of the one trace that has a span of this name."""
    [trace] = {span.context.trace_id for span in overheard.spans if span.name == name}
    return [span for span in overheard.spans if span.context.trace_id == trace]


async def test_a_change_in_slack_is_one_trace_from_the_submission_to_the_database(faces: Any, overheard: Any) -> None:
    face = faces["slack"]
    await face.changes("omar", "assign", "SELL-01", ["Tomás Núñez"])
    spans = trace_of(overheard, "litmos.desk.approve assign")
    assert {span.name for span in spans} >= {
        "POST /slack/events",
        "litmos.slack.delivery",
        "litmos.desk.approve assign",
        "GET /users/{id}",
        "POST /users/{id}/courses",
        "write sqlite",
    }
    by_id = {span.context.span_id: span for span in spans}
    [root] = [span for span in spans if span.parent is None]
    assert root.name == "POST /slack/events"
    assert all(span.parent.span_id in by_id for span in spans if span is not root)
    [write] = [span for span in spans if span.name == "POST /users/{id}/courses"]
    assert by_id[write.parent.span_id].name == "litmos.desk.approve assign"
    assert dict(write.attributes) == {
        "litmos.call": "assign_courses",
        "http.request.method": "POST",
        "url.template": "/users/{id}/courses",
        "server.address": "demo.invalid",
        "http.response.status_code": 201,
    }
    assert value(overheard, 'litmos_desk_operation_duration_seconds_count{litmos_deed="approve",') == 1


async def test_the_lines_of_an_assistants_call_say_who_by_id_what_and_where(faces: Any, overheard: Any) -> None:
    await faces["mcp"].looks("lena", "Noor Rahman")
    [lena] = [one.id for one in faces["mcp"].house.sandbox.world.people.values() if one.first_name == "Lena"]
    lines = [line for line in overheard.logged if line["event"] == "litmos.call" and line.get("operation")]
    assert lines
    for line in lines:
        assert (line["actor"], line["operation"], line["face"]) == (lena, "get_user_courses", "mcp")
        assert line["status"] == 200 and len(line["request"]) == 12
    assert len({line["request"] for line in lines}) == 1
    assert {line["trace_id"] for line in lines} == {
        f"{span.context.trace_id:032x}" for span in overheard.spans if span.name == "tools/call get_user_courses"
    }


@pytest.mark.parametrize("name", ["mcp", "slack"])
async def test_refusals_and_failures_are_counted_and_name_nobody(faces: Any, name: str, overheard: Any) -> None:
    face = faces[name]
    await face.changes("ada", "assign", "FIRE-01", ["Noor Rahman"])
    await face.changes("lena", "assign", "FIRE-01", ["Tomás Núñez"])
    face.house.sandbox.faults.add(Fault("ignored", "POST", "/users/[^/]+/courses$", times=9))
    await face.changes("lena", "assign", "FIRE-01", ["Noor Rahman"])
    face.house.sandbox.faults.add(Fault("503", path="courses$", times=99))
    await face.looks("lena", "Noor Rahman")
    assert value(overheard, f'litmos_denials_total{{litmos_face="{name}",litmos_operation="assign"}}') >= 1
    text = overheard.told()["metrics"]
    assert (
        'litmos_outcome="refused"' in text and 'litmos_outcome="unproven"' in text and 'litmos_outcome="failed"' in text
    )
    assert 'litmos_pairs_total{litmos_in_job="false",litmos_operation="assign",litmos_result="unproven"} 1.0' in text
    assert value(overheard, "litmos_call_retries_total") >= 3


def test_a_name_that_is_told_is_found_wherever_it_is(overheard: Any) -> None:
    """The net itself: with a hole in it every other test here would pass."""
    logger("litmos.tests").info("litmos.told", who="Ada Marsh")
    with telemetry.step("litmos.told", {"who": "ada.marsh@example.com"}):
        telemetry.tell("litmos.denials", {"litmos.operation": "Fire & Safety", "litmos.face": ADA})
    found = json.dumps(overheard.known())
    assert all(
        one in found for one in ("logs: Ada Marsh", "traces: ada.marsh", "metrics: Fire & Safety", f"metrics: {ADA}")
    )
    overheard.lines.truncate(0)
    overheard.exporter.clear()
    overheard.metrics.__init__()
