"""Metrics of the engine for Prometheus: read when asked for, never kept on the side."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from callcenter.engine.owner import Engine
from callcenter.store.history import Projector


class EngineFigures(Collector):
    def __init__(self, engine: Engine, projector: Projector) -> None:
        self._engine = engine
        self._projector = projector

    def collect(self) -> Iterator[Metric]:
        engine, state = self._engine, self._engine.live.state
        yield _gauge("callcenter_journal_seq", "Entries in the journal", engine.durable_seq)
        yield _gauge("callcenter_engine_backlog", "Inputs waiting for a decision or a commit", engine.backlog)
        yield _gauge("callcenter_contacts", "Live contacts", len(state.contacts))
        yield _gauge("callcenter_offers", "Pending offers", len(state.offers))
        lag = self._projector.lag
        yield _gauge("callcenter_history_lag_entries", "Entries not yet in the history", lag.entries)
        yield _gauge("callcenter_history_lag_seconds", "Age of the oldest of them", lag.ms / 1000)
        outboxes = GaugeMetricFamily(
            "callcenter_outbox", "Commands waiting for a provider", labels=["provider"]
        )
        for name, waiting in engine.outboxes.items():
            outboxes.add_metric([name], waiting)
        yield outboxes


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=value)
