"""The media process's end of the unix socket to the service.

The rule: a report is kept until the service has acknowledged it and goes out again, in order, to whoever
attaches next. The newest service to attach is the one: an older connection is closed. Talks go on without any.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import assert_never

import structlog

from callcenter.cti.browser.wire import (
    LINE_BYTES_MAX,
    ORDERS,
    VERSION,
    Acknowledge,
    Arrived,
    Attach,
    Attached,
    Happened,
    Order,
    Prepare,
    Reconcile,
    Refuse,
    Report,
    Robots,
    line,
)
from callcenter.cti.provider import Dial, Play
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import LegInterrupted, LegRestored, RecordingClosed
from callcenter.media.exchange import Exchange
from callcenter.media.wanted import Wanted

REPORTS_MAX = 20_000
"""above it nothing is kept of pages that come and go: what began and what ended matters more"""
UNREAD_BYTES_MAX = 16 * 1024 * 1024

_log = structlog.get_logger(__name__)


class Backlog:
    """Reports that no service has acknowledged, oldest first."""

    def __init__(self) -> None:
        self.incarnation = f"m{secrets.token_hex(4)}"
        self.send: Callable[[Report], None] = lambda report: None
        self._numbers = itertools.count(1)
        self._kept: dict[str, Report] = {}

    def report(self, what: Happened) -> None:
        if len(self._kept) >= REPORTS_MAX and isinstance(what, LegInterrupted | LegRestored):
            return
        # A call's own name is the source of its arrival: one ticket can begin one call, whatever we forget.
        source = (
            what.leg if isinstance(what, Arrived) else f"browser:{self.incarnation}:{next(self._numbers)}"
        )
        report = self._kept[source] = Report(source, what)
        self.send(report)

    def acknowledge(self, source: str) -> Happened | None:
        report = self._kept.pop(source, None)
        return report.what if report else None

    def __iter__(self) -> Iterator[Report]:
        return iter(tuple(self._kept.values()))


class Link:
    """Listens for the service and carries out its orders."""

    def __init__(self, backlog: Backlog, exchange: Exchange, wanted: Wanted) -> None:
        self._backlog = backlog
        self._exchange = exchange
        self._wanted = wanted
        self.origins: frozenset[str] = frozenset()
        """of the pages of the service that attached last"""
        self._writer: asyncio.StreamWriter | None = None
        self._service = ""
        self._server: asyncio.Server | None = None
        backlog.send = self._send

    @property
    def attached(self) -> bool:
        return self._writer is not None

    async def listen(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            os.unlink(path)  # ours: we hold the directory's lock
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, path, limit=LINE_BYTES_MAX)
        finally:
            os.umask(mask)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._writer is not None:
            self._writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not await self._introduced(reader, writer):
                return
            while text := await reader.readline():
                self._obey(ORDERS.decode(text))
        except (
            ConnectionError,
            ValueError,
        ) as error:  # cut off, or half a line at the end of a killed service
            _log.warning("service_connection_broken", reason=type(error).__name__)
        finally:
            if self._writer is writer:
                self._writer = None
                _log.info("service_detached")
            writer.close()

    async def _introduced(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        hello = ORDERS.decode(await reader.readline())
        writer.write(line(Attached(VERSION, self._backlog.incarnation)))
        if not isinstance(hello, Attach) or hello.version != VERSION:
            _log.error("service_of_another_version", ours=VERSION)
            return False
        if self._writer is not None:
            self._writer.close()
        self._writer = writer
        self.origins = frozenset(hello.origins)
        for report in self._backlog:
            self._send(report)
        if hello.service != self._service:
            self._service = hello.service
            self._exchange.desks.report_all()
        _log.info("service_attached")
        return True

    def _obey(self, order: Order) -> None:
        """A bug here must not cut off everybody who talks: hence the broad except."""
        try:
            self._carry_out(order)
        except Exception:
            _log.exception("order_failed", kind=type(order).__name__)

    def _carry_out(self, order: Order) -> None:
        match order:
            case Acknowledge():
                self._acknowledged(self._backlog.acknowledge(order.source))
            case Refuse():
                self._backlog.acknowledge(order.source)
                self._wanted.refuse(order.leg)
            case Reconcile():
                self._wanted.reconcile(order.wanted)
            case Prepare():
                self._exchange.sounds.prepare(order.says)
            case Robots():
                self._wanted.set_robots(order.names, order.people)
            case Play() | RingAgent() | Dial() | Bridge() | HangUp():
                self._wanted.perform(order)
            case Attach():
                _log.error("attached_twice")
            case _:
                assert_never(order)

    def _acknowledged(self, what: Happened | None) -> None:
        if isinstance(what, Arrived):
            leg = self._exchange.legs.get(what.leg)
            if leg is not None:
                leg.acknowledged = True
        elif isinstance(what, RecordingClosed):
            self._exchange.archive.told(what.recording)

    def _send(self, report: Report) -> None:
        writer = self._writer
        if writer is None:
            return
        if writer.transport.get_write_buffer_size() > UNREAD_BYTES_MAX:
            _log.error("service_does_not_read")
            writer.transport.abort()
            return
        with suppress(ConnectionError):
            writer.write(line(report))
