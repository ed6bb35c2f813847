"""Traces for OpenTelemetry: every step is a span, and nothing else is.

The provider is ours alone, not the process': libraries that bring spans of their own put texts into them (what a person
typed, errors with names), so theirs stay unrecorded. The ready-made instrumentations of HTTP clients and servers record
whole addresses, with ids, e-mail addresses and keys in them; ours know templates.
"""

from collections.abc import Mapping
from typing import Any, Literal, TextIO

from opentelemetry import context, trace
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from litmos.telemetry import Ended

__all__ = ["Traces", "sender"]

KINDS = {
    "http.client.request": trace.SpanKind.CLIENT,
    "http.server.request": trace.SpanKind.SERVER,
    "db.client.operation": trace.SpanKind.CLIENT,
    "mcp.server.operation": trace.SpanKind.SERVER,
    "litmos.slack.delivery": trace.SpanKind.SERVER,
    "litmos.event": trace.SpanKind.CONSUMER,
    "litmos.job": trace.SpanKind.CONSUMER,
    "litmos.message": trace.SpanKind.CLIENT,
    "litmos.telling": trace.SpanKind.CONSUMER,
}
NAMES = {
    "http.client.request": ("http.request.method", "url.template"),
    "http.server.request": ("http.request.method", "http.route"),
    "mcp.server.operation": ("mcp.method.name", "gen_ai.tool.name"),
    "db.client.operation": ("db.operation.name", "db.system.name"),
}
"""What the conventions call a span by; others by the step and the operation."""
PARTS = frozenset({"db.client.operation", "litmos.budget.turn"})
"""Alone they are no trace: nobody asked for them, something looks at the state every few seconds."""
W3C = TraceContextTextMapPropagator()


def sender(how: Literal["otlp", "console"], console: TextIO) -> SpanProcessor:
    """To where OTEL_EXPORTER_OTLP_* say, in batches, over HTTP; or as JSON on `console`."""
    if how == "console":
        return SimpleSpanProcessor(ConsoleSpanExporter(out=console))
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - brings requests

    return BatchSpanProcessor(OTLPSpanExporter())


class Traces:
    """A `Watcher` that hands spans to `processor`. The rest is configured by OpenTelemetry's own OTEL_* settings."""

    def __init__(self, processor: SpanProcessor, *, name: str) -> None:
        told = OTELResourceDetector().detect().attributes  # OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES
        resource = Resource.create({"service.name": told.get("service.name", name)})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("litmos-chatops")

    def begin(self, name: str, _about: Mapping[str, Any], after: str) -> Ended:
        """See `Watcher`."""
        if name in PARTS and not (after or trace.get_current_span().get_span_context().is_valid):
            return lambda _: None
        parent = W3C.extract({"traceparent": after}) if after else None
        span = self._tracer.start_span(name, parent, KINDS.get(name, trace.SpanKind.INTERNAL))
        token = context.attach(trace.set_span_in_context(span, parent))

        def ended(about: Mapping[str, Any]) -> None:
            span.update_name(_named(name, about))
            span.set_attributes(about)
            if "error.type" in about:
                span.set_status(trace.StatusCode.ERROR)  # and no words: they may be about people
            context.detach(token)
            span.end()

        return ended

    def tell(self, name: str, amount: float, about: Mapping[str, Any]) -> None:
        """Events are for metrics."""

    def here(self) -> str:
        """See `Watcher`."""
        carrier: dict[str, str] = {}
        W3C.inject(carrier)
        return carrier.get("traceparent", "")

    def close(self) -> None:
        """Send what has not been sent. Blocking, for seconds if nobody takes it."""
        self._provider.shutdown()


def _named(step: str, about: Mapping[str, Any]) -> str:
    if step in NAMES:
        return " ".join(str(about[key]) for key in NAMES[step] if about.get(key)) or step
    return " ".join([step, *filter(None, [str(about.get("litmos.operation", ""))])])
