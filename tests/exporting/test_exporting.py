"""Metrics and traces as they leave the process, and how they are switched on."""

import io
import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from litmos.errors import Misconfigured, Unavailable
from litmos.exporting.metrics import Metrics
from litmos.exporting.page import page
from litmos.exporting.settings import ExportSettings
from litmos.exporting.switch import exporting
from litmos.exporting.traces import Traces, sender
from litmos.telemetry import Level, here, levels, step, tell, watched


class Clock:
    """Stands still until it is moved."""

    now = 10.0

    def __call__(self) -> float:
        return self.now


async def read(metrics: Metrics) -> str:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=page(metrics)), base_url="http://x") as http:
        answer = await http.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    return answer.text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


async def test_a_step_is_timed_and_an_event_counted() -> None:
    clock = Clock()
    metrics = Metrics(clock)
    with watched(metrics):
        with suppress(KeyError), step("db.client.operation", {"db.operation.name": "read"}):
            clock.now += 0.3
            raise KeyError("Ada Marsh")
        tell("litmos.denials", {"litmos.operation": "assign", "litmos.face": "slack"}, 2)
        tell("litmos.of.no.series", {"x": 1})
    text = await read(metrics)
    labels = 'db_operation_name="read",db_system_name="",error_type="KeyError"'
    assert f'db_client_operation_duration_seconds_bucket{{{labels},le="0.25"}} 0.0' in text
    assert f"db_client_operation_duration_seconds_sum{{{labels}}} 0.3" in text.replace("0.3000000000000007", "0.3")
    assert 'litmos_denials_total{litmos_face="slack",litmos_operation="assign"} 2.0' in text
    assert "Ada" not in text


async def test_levels_are_read_when_the_page_is_and_are_gone_when_they_cannot_be() -> None:
    metrics, broken = Metrics(), False

    async def counted() -> Sequence[Level]:
        if broken:
            raise Unavailable("the state is locked")
        jobs = Level("litmos.jobs", 3, {"litmos.job.kind": "change", "litmos.job.state": "running"})
        return [jobs, Level("litmos.proposals.waiting", 2)]

    with levels(counted):
        text = await read(metrics)
        assert 'litmos_jobs{litmos_job_kind="change",litmos_job_state="running"} 3.0' in text
        assert "litmos_proposals_waiting 2.0" in text
        assert "litmos_levels_unread 0.0" in text
        broken = True
        text = await read(metrics)
        assert "litmos_jobs{" not in text and "litmos_levels_unread 1.0" in text
        assert "\nlitmos_proposals_waiting " not in text
    assert "litmos_levels_unread 0.0" in await read(metrics)


def test_nobody_watches_any_more_when_the_block_has_ended() -> None:
    exporter = InMemorySpanExporter()
    with watched(Traces(SimpleSpanProcessor(exporter), name="tests")), step("litmos.inside", {}):
        assert here().startswith("00-")
    with step("litmos.outside", {}) as about:
        about["x"] = 1
    assert here() == ""
    assert [span.name for span in exporter.get_finished_spans()] == ["litmos.inside"]


def test_a_span_goes_on_where_another_process_left_off_and_keeps_no_words_of_an_error() -> None:
    exporter = InMemorySpanExporter()
    with watched(Traces(SimpleSpanProcessor(exporter), name="tests")):
        with step("litmos.first", {}):
            after = here()
        with pytest.raises(ValueError, match="Ada"), step("litmos.job", {"litmos.operation": "assign"}, after=after):
            raise ValueError("Ada Marsh")
        with step("litmos.third", {}, after="what a stranger wrote"):
            pass
    first, job, third = exporter.get_finished_spans()
    assert job.name == "litmos.job assign" and job.parent is not None
    assert (job.parent.span_id, job.context.trace_id) == (first.context.span_id, first.context.trace_id)
    assert third.parent is None
    assert "Ada" not in job.to_json() and job.events == () and not job.status.is_ok
    assert dict(job.attributes or {}) == {"litmos.operation": "assign", "error.type": "ValueError"}


def test_a_look_at_the_state_that_nobody_asked_for_is_no_trace() -> None:
    exporter = InMemorySpanExporter()
    with watched(Traces(SimpleSpanProcessor(exporter), name="tests")):
        with step("db.client.operation", {"db.operation.name": "read", "db.system.name": "sqlite"}):
            assert here() == ""
        with step("litmos.desk.look", {}), step("db.client.operation", {"db.operation.name": "read"}):
            pass
    assert [span.name for span in exporter.get_finished_spans()] == ["read", "litmos.desk.look"]


def test_the_service_has_the_name_that_is_set_or_else_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    def name() -> str:
        exporter = InMemorySpanExporter()
        with watched(Traces(SimpleSpanProcessor(exporter), name="litmos-bot")), step("litmos.x", {}):
            pass
        return str(exporter.get_finished_spans()[0].resource.attributes["service.name"])

    assert name() == "litmos-bot"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "ours")
    assert name() == "ours"


def test_traces_can_be_written_to_the_console() -> None:
    console = io.StringIO()
    traces = Traces(sender("console", console), name="tests")
    with watched(traces), step("litmos.x", {}):
        pass
    traces.close()
    assert json.loads(console.getvalue())["name"] == "litmos.x"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", None),
        ("9464", ("127.0.0.1", 9464)),
        (" 0.0.0.0:9464 ", ("0.0.0.0", 9464)),  # noqa: S104 - read, not listened on
        ("[::1]:9464", ("::1", 9464)),
        ("metrics.internal:9464", ("metrics.internal", 9464)),
    ],
)
def test_where_to_listen_is_read(value: str, expected: Any) -> None:
    assert ExportSettings.read({"LITMOS_METRICS_LISTEN": value}).listen == expected


@pytest.mark.parametrize("value", ["yes", "tcp://10.0.0.1:9464", ":9464", "1.2.3.4:", "9464/metrics", "a b:1"])
def test_what_is_no_place_to_listen_is_refused(value: str) -> None:
    with pytest.raises(Misconfigured, match="LITMOS_METRICS_LISTEN: not where to listen"):
        ExportSettings.read({"LITMOS_METRICS_LISTEN": value})


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, ""),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
    ],
)
def test_traces_are_asked_for_as_opentelemetry_says(environ: dict[str, str], expected: str) -> None:
    assert ExportSettings.read(environ).traces == expected


def test_an_unknown_exporter_is_refused() -> None:
    with pytest.raises(Misconfigured, match="Write otlp, console or none"):
        ExportSettings.read({"OTEL_TRACES_EXPORTER": "zipkin"})


async def test_metrics_are_served_on_a_port_of_their_own_while_the_server_runs() -> None:
    port = free_port()
    async with exporting(ExportSettings(("127.0.0.1", port)), "tests"):
        tell("litmos.call.retries", {"litmos.call": "courses_of"})
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            text = (await http.get("/metrics")).text
            assert 'litmos_call_retries_total{litmos_call="courses_of"} 1.0' in text
            assert (await http.get("/")).status_code == 404
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


async def test_of_several_workers_each_has_the_next_port_and_one_too_many_is_told() -> None:
    first = free_port()
    settings = ExportSettings(("127.0.0.1", first))
    async with exporting(settings, "tests", ports=2), exporting(settings, "tests", ports=2):
        for port in (first, first + 1):
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        with pytest.raises(Misconfigured, match=f"Port {first + 1} of 127.0.0.1 cannot be used"):
            async with exporting(settings, "tests", ports=2):
                raise AssertionError("it is served twice")


WITHOUT = """
import asyncio, sys
for name in ("prometheus_client", "opentelemetry.sdk"):
    sys.modules[name] = None
from litmos import log
from litmos.exporting.settings import ExportSettings
from litmos.exporting.switch import exporting
log.configure()
async def main():
    async with exporting(ExportSettings(("127.0.0.1", 9464), "otlp"), "tests"):
        print("served")
asyncio.run(main())
"""


def test_without_the_extras_it_serves_and_says_once_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True, timeout=60)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.stdout == "served\n"
    assert [(line["level"], line["event"]) for line in lines] == [
        ("warning", "litmos.traces.none"),
        ("warning", "litmos.metrics.none"),
    ]
    assert "pip install 'litmos-chatops[otel]'" in lines[0]["why"]
    assert "pip install 'litmos-chatops[metrics]'" in lines[1]["why"]


def test_nothing_of_it_is_imported_where_nobody_asks_for_it() -> None:
    names = ("prometheus_client", "opentelemetry.sdk", "structlog", "litmos.exporting.switch")
    script = f"import sys, mcp_server.__main__; print([name for name in sys.modules if name.startswith({names})])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
