"""The service's end of the unix socket to the media process.

The rule: the socket may go at any moment and is dialled again for ever. Each new connection yields
`Reconnected`, whereupon the engine says everything that is wanted; what was reported and not acknowledged
comes again by itself. So nothing is kept here but the connection.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import structlog

from callcenter.cti.browser import codec
from callcenter.cti.browser.wire import (
    LINE_BYTES_MAX,
    TOLD,
    VERSION,
    Acknowledge,
    Attach,
    Attached,
    Order,
    Prepare,
    Reconcile,
    Refuse,
    Report,
    Robots,
    line,
)
from callcenter.cti.provider import Command, Reconnected, Say, WantedLeg
from callcenter.cti.secrets import SecretVault
from callcenter.errors import ProviderError
from callcenter.facts import CallArrived, Received

PATIENCE_SECONDS = 5
"""how long a command waits for a connection: longer than the media process takes to come back from kill -9"""
BACK_OFF_SECONDS = 0.05
BACK_OFF_SECONDS_MAX = 0.25

_log = structlog.get_logger(__name__)


class BrowserProvider:
    """Calls from web pages, and agents' phones in their desks' pages."""

    name = codec.PROVIDER

    def __init__(
        self,
        socket: Path,
        vault: SecretVault,
        robots: Mapping[int, str] | None = None,
        people: bool = False,
        origins: Iterable[str] = (),
    ) -> None:
        self.life = secrets.token_hex(4)
        """tells this life of the service from an earlier one"""
        self._path = socket
        self._vault = vault
        self._robots = Robots(dict(robots or {}), people)
        self._origins = tuple(sorted(origins))
        self._prepared: tuple[Say, ...] = ()
        self._patience_until: float | None = self._now() + PATIENCE_SECONDS
        """on the loop's clock, while there is no connection"""
        self._writer: asyncio.StreamWriter | None = None
        self._connected = asyncio.Event()
        self._closed = asyncio.Event()

    async def events(self) -> AsyncIterator[Received | Reconnected]:
        back_off = BACK_OFF_SECONDS
        while not self._closed.is_set():
            reader = await self._connect()
            if reader is None:
                await self._rest(back_off)
                back_off = min(back_off * 2, BACK_OFF_SECONDS_MAX)
                continue
            back_off = BACK_OFF_SECONDS
            try:
                yield Reconnected()
                async for received in self._received(reader):
                    yield received
            finally:
                self._drop()

    def acknowledge(self, source: str) -> None:
        self._tell_now(Acknowledge(source))

    def refuse(self, received: Received) -> None:
        if isinstance(received.input, CallArrived):
            self._tell_now(Refuse(received.source, received.input.leg))

    async def perform(self, command: Command) -> None:
        await self._tell(command)

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        await self._tell(Reconcile(tuple(wanted)))

    def prepare(self, says: Sequence[Say]) -> None:
        """Told again on every connection: a media process that is new has rendered nothing."""
        self._prepared = tuple(says)
        self._tell_now(Prepare(self._prepared))

    def set_robots(self, names: Mapping[int, str], *, people: bool = False) -> None:
        """The simulated agents, by id, and whether imagined people answer outside numbers; told again on every
        connection."""
        self._robots = Robots(dict(names), people)
        self._tell_now(self._robots)

    async def close(self) -> None:
        self._closed.set()
        self._drop()

    async def _connect(self) -> asyncio.StreamReader | None:
        """Dial and introduce ourselves; None if nobody is there who speaks our version."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                reader, writer = await asyncio.open_unix_connection(self._path, limit=LINE_BYTES_MAX)
                writer.write(line(Attach(VERSION, self.life, self._origins)))
                hello = TOLD.decode(await reader.readline())
        except (OSError, TimeoutError, msgspec.DecodeError) as error:  # readline gives b"" when cut off
            _log.debug("media_unreachable", reason=type(error).__name__)
            return None
        if not isinstance(hello, Attached) or hello.version != VERSION:
            _log.error("media_of_another_version", ours=VERSION)
            writer.close()
            return None
        writer.write(line(self._robots))
        writer.write(line(Prepare(self._prepared)))
        self._writer = writer
        self._patience_until = None
        self._connected.set()
        _log.info("media_connected", incarnation=hello.incarnation)
        return reader

    async def _received(self, reader: asyncio.StreamReader) -> AsyncIterator[Received]:
        try:
            while text := await reader.readline():
                told = TOLD.decode(text)
                if isinstance(told, Report):
                    yield codec.received(told, self._vault)
        except (
            ConnectionError,
            ValueError,
        ) as error:  # cut off, or half a line at the end of a killed process
            _log.warning("media_connection_broken", reason=type(error).__name__)

    async def _tell(self, order: Order) -> None:
        handed_over = False
        try:
            async with asyncio.timeout_at(self._patience_until):
                await self._connected.wait()
                if self._writer is None:
                    raise ConnectionError
                self._writer.write(line(order))
                handed_over = True
                await self._writer.drain()
        except (TimeoutError, ConnectionError) as error:
            raise ProviderError(self.name, "the media process is not there", retry=not handed_over) from error

    def _tell_now(self, order: Order) -> None:
        """For what the next connection makes good again: acknowledgements, preparations."""
        if self._writer is not None:
            self._writer.write(line(order))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _drop(self) -> None:
        # One patience for the whole outage: a line of commands must not wait for it one after the other.
        self._patience_until = self._now() + (0 if self._closed.is_set() else PATIENCE_SECONDS)
        self._connected.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            pass
