"""What the web counts. Labels are routes as they were registered, never what was asked for."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "callcenter_http_requests", "HTTP requests", ["method", "route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "callcenter_http_seconds", "Seconds to answer a request", ["route"], registry=registry
        )
        self.screens = Gauge("callcenter_screens", "Screens' open websockets", registry=registry)
