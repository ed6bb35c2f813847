"""Every metric there is, once: what it is made of, its labels, and a line for people. Pure data.

Those of OpenTelemetry's conventions keep their names and attributes; our own begin with `litmos.`.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["SERIES", "Kind", "Series"]


class Kind(StrEnum):
    """What a metric is for Prometheus."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
USUAL = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)  # as the conventions say
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
ACKS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)  # Slack waits for three seconds


@dataclass(frozen=True, slots=True)
class Series:
    """A metric. `labels` are attributes of what it is made of: `of` names the steps, events or levels.

    A histogram of a step has its seconds; `buckets` are seconds, too.
    """

    name: str
    kind: Kind
    of: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = USUAL
    fixed: tuple[tuple[str, str], ...] = ()
    """Attributes of which only these values count: the name of the step says them."""

    @property
    def exported_labels(self) -> list[str]:
        """Its labels for Prometheus."""
        return [label.replace(".", "_") for label in self.labels]

    @property
    def exported(self) -> str:
        """Its name for Prometheus."""
        unit = "_seconds" if self.kind is Kind.HISTOGRAM else ""
        return self.name.replace(".", "_") + unit + ("_total" if self.kind is Kind.COUNTER else "")


def _desk(deed: str) -> Series:
    return Series(
        "litmos.desk.operation.duration",
        Kind.HISTOGRAM,
        f"litmos.desk.{deed}",
        "What people and assistants asked for, and how it ended",
        ("litmos.operation", "litmos.deed", "litmos.face", "litmos.outcome"),
        SLOW,
        (("litmos.deed", deed),),
    )


SERIES: tuple[Series, ...] = (
    Series(
        "http.client.request.duration",
        Kind.HISTOGRAM,
        "http.client.request",
        "Requests to Litmos, each try by itself, without waiting for the account's budget",
        ("litmos.call", "http.request.method", "url.template", "http.response.status_code", "error.type"),
    ),
    Series(
        "litmos.call.retries",
        Kind.COUNTER,
        "litmos.call.retries",
        "Requests to Litmos that were sent once more",
        ("litmos.call",),
    ),
    Series(
        "litmos.breaker.open",
        Kind.GAUGE,
        "litmos.breaker.open",
        "1: Litmos does not answer and is not asked for a while",
    ),
    Series("litmos.budget.limit", Kind.GAUGE, "litmos.budget.limit", "Requests a minute that the account has"),
    Series("litmos.budget.used", Kind.GAUGE, "litmos.budget.used", "Of those, booked by all processes on the state"),
    Series("litmos.budget.left", Kind.GAUGE, "litmos.budget.left", "Of those, left"),
    Series(
        "litmos.budget.wait.duration",
        Kind.HISTOGRAM,
        "litmos.budget.wait",
        "How long requests had to wait for their turn; bulk leaves a fifth of the budget to people",
        ("litmos.bulk",),
        SLOW,
    ),
    *(_desk(deed) for deed in ("look", "plan", "execute", "approve", "start")),
    Series(
        "litmos.denials",
        Kind.COUNTER,
        "litmos.denials",
        "Somebody may not do what they asked for, or (identify) is nobody in Litmos",
        ("litmos.operation", "litmos.face"),
    ),
    Series(
        "litmos.pairs",
        Kind.COUNTER,
        "litmos.pairs",
        "Pairs of a person and a training that were to be changed, and what came of each",
        ("litmos.operation", "litmos.result", "litmos.in_job"),
    ),
    Series(
        "litmos.jobs",
        Kind.GAUGE,
        "litmos.jobs",
        "Jobs of the last days, of all processes; a nudge that waits for the morning is running",
        ("litmos.job.kind", "litmos.job.state"),
    ),
    Series(
        "litmos.proposals.waiting", Kind.GAUGE, "litmos.proposals.waiting", "Proposals that nobody has answered yet"
    ),
    Series(
        "litmos.audit.unfinished",
        Kind.GAUGE,
        "litmos.audit.unfinished",
        "Changes of the last seven days that were started and have no end, those under way and running jobs included",
    ),
    Series(
        "litmos.webhooks",
        Kind.COUNTER,
        "litmos.webhooks",
        "Deliveries of Litmos' webhooks: accepted, or why not (unknown_secret, malformed, late, busy, full, not_kept)",
        ("litmos.result",),
    ),
    Series(
        "litmos.event.duration",
        Kind.HISTOGRAM,
        "litmos.event",
        "Events of Litmos that were handled: confirmed, noted, untrue, later (asked again), unconfirmed (no more)",
        ("litmos.result", "error.type"),
        SLOW,
    ),
    Series("litmos.events.waiting", Kind.GAUGE, "litmos.events.waiting", "Events of Litmos that wait, 1000 at most"),
    Series(
        "litmos.message.duration",
        Kind.HISTOGRAM,
        "litmos.message",
        "Messages to people that they had not asked for, each try: told, nobody (not to be found), perhaps, failed",
        ("litmos.message.kind", "litmos.result", "error.type"),
        SLOW,
    ),
    Series(
        "litmos.slack.ack.duration",
        Kind.HISTOGRAM,
        "litmos.slack.delivery",
        "From a delivery of Slack to its ack",
        ("litmos.slack.delivery", "http.response.status_code"),
        ACKS,
    ),
    Series(
        "mcp.server.operation.duration",
        Kind.HISTOGRAM,
        "mcp.server.operation",
        "Messages of assistants. The time of a tool includes the person who is asked, where it waits for them",
        ("mcp.method.name", "gen_ai.tool.name", "litmos.result", "error.type"),
        SLOW,
    ),
    Series(
        "http.server.request.duration",
        Kind.HISTOGRAM,
        "http.server.request",
        "Requests to this server",
        ("http.request.method", "http.route", "http.response.status_code"),
    ),
    Series(
        "db.client.operation.duration",
        Kind.HISTOGRAM,
        "db.client.operation",
        "Transactions on the state",
        ("db.system.name", "db.operation.name", "error.type"),
        QUICK,
    ),
    Series("litmos.levels.unread", Kind.GAUGE, "litmos.levels.unread", "Groups of the gauges that could not be read"),
)
