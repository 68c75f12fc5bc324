"""What a process tells Prometheus of itself: numbers of counts.py and of the hub, gathered when they are asked for.

Every process answers for itself; nothing is added up here. No label is made of what people do or are called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection as database
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from workshop.realtime import hub as hubs
from workshop.realtime import inbox
from workshop.realtime.counts import Counts, Spread, counts

if TYPE_CHECKING:
    from workshop.realtime.hub import Hub

TOTALS = (
    ("frames_sent", "frames", "Frames given to the server program"),
    ("slot_frames_sent", "slots", "Frames of slots among them, those of a hello each counted"),
    ("sent_bytes", "bytes", "Bytes of those frames"),
    ("frames_received", "heard", "Frames that clients sent"),
    ("connections_admitted", "admitted", "Sockets and polling pages let in"),
    ("signals_sent", "signals_sent", "Messages published to other processes"),
    ("signals_unsent", "signals_unsent", "Messages that Redis did not take"),
    ("signals_received", "signals_heard", "Messages heard through Redis, the own ones too"),
    ("signals_late", "signals_late", "Heads that the check saw before their signal came"),
    ("signals_lost", "signals_lost", "Heads whose signal never came; the check made up for it"),
)
SPREADS = (
    ("refresh_seconds", "refreshes", "Processor time of reading and rendering what changed, once for all who hear it"),
    ("batch_ops", "batches", "Ops written in one transaction"),
    ("batch_seconds", "batch_seconds", "Duration of that transaction, tries and halves included"),
    ("ack_seconds", "acks", "From hearing an op to giving its answer to the server program"),
    ("heads_check_seconds", "checks", "Duration of the check of all heads, every 2 s"),
    ("loop_lag_seconds", "lag", "How late the event loop comes to what was due, ten times a second"),
    ("gc_pause_seconds", "gc_pauses", "Pauses of the garbage collector"),
)
POOL = (
    ("pool_size", "Connections of this process to the database, for pages"),
    ("pool_available", "Those of them that are idle"),
    ("requests_waiting", "Threads that wait for one"),
)


class OwnNumbers(Collector):
    """The collector. Called on the event loop, where the hub's own dictionaries do not change meanwhile."""

    def collect(self) -> Iterator[Metric]:
        """All families, one after another."""
        yield from _counted(counts)
        hub = hubs.running()
        yield from _now(hub) if hub is not None else ()
        yield from _pool()


_registry = CollectorRegistry()
_registry.register(OwnNumbers())
ProcessCollector(registry=_registry)


def text() -> bytes:
    """All numbers in Prometheus' text format. Call on the event loop."""
    return generate_latest(_registry)


def _counted(found: Counts) -> Iterator[Metric]:
    for name, attribute, told in TOTALS:
        yield CounterMetricFamily(f"plenary_{name}", told, value=getattr(found, attribute))
    yield _by("refusals", "Refusals, by code", "code", found.refusals)
    yield _by("closes", "Sockets that this process closed, by code", "code", found.closes)
    for name, attribute, told in SPREADS:
        yield _histogram(f"plenary_{name}", told, getattr(found, attribute))


def _by(name: str, told: str, label: str, found: Counter[Any]) -> Metric:
    family = CounterMetricFamily(f"plenary_{name}", told, labels=[label])
    for key, count in sorted(found.items()):
        family.add_metric([str(key)], count)
    return family


def _histogram(name: str, told: str, spread: Spread) -> Metric:
    buckets = [("+Inf" if bound == float("inf") else str(bound), count) for bound, count in spread.so_far()]
    return HistogramMetricFamily(name, told, buckets=buckets, sum_value=spread.total)


def _now(hub: Hub) -> Iterator[Metric]:
    connections = list(hub.heartbeat.connections)
    sockets = GaugeMetricFamily("plenary_sockets", "Open sockets, by the right that is used", labels=["right"])
    rights = Counter(_right(connection.ticket.audiences) for connection in connections)
    for right in ("learner", "staff", "screen"):
        sockets.add_metric([right], rights[right])
    yield sockets
    states = GaugeMetricFamily("plenary_sockets_behind", "Sockets that get no frames now, by reason", labels=["reason"])
    states.add_metric(["frozen"], sum(connection.frozen for connection in connections))
    states.add_metric(["not_reading"], sum(connection.waiting for connection in connections))
    yield states
    yield GaugeMetricFamily("plenary_pages_polling", "Pages without a socket", value=len(hub.pollers))
    yield GaugeMetricFamily("plenary_sessions_followed", "Sessions of these sockets", value=len(hub.sessions))
    yield GaugeMetricFamily("plenary_leaving", "1 while the process says goodbye", value=int(hub.leaving))
    writer = inbox.running()
    yield GaugeMetricFamily("plenary_inbox_depth", "Ops that wait for the writer", value=writer.depth if writer else 0)
    label = GaugeMetricFamily("plenary_process", "The name of this process in presence rows", labels=["process"])
    label.add_metric([hub.process], 1)
    yield label


def _right(audiences: tuple[str, ...]) -> str:
    """``staff:facilitator`` is of staff, ``learner:finance`` of learners."""
    return audiences[0].partition(":")[0] if audiences else ""


def _pool() -> Iterator[Metric]:
    pool = getattr(database, "pool", None)
    if pool is None:
        return
    stats = pool.get_stats()
    for key, told in POOL:
        yield GaugeMetricFamily(f"plenary_database_{key}", told, value=stats.get(key, 0))
    yield CounterMetricFamily(
        "plenary_database_requests_refused",
        "Requests for a connection that timed out",
        value=stats.get("requests_errors", 0),
    )
