"""Between us and PostgreSQL: a wire that breaks where a test says so.

    async with cutting_proxy(database_url) as proxy:
        database = await Database.open(proxy.url)
        proxy.cut_after("one")      # the statement that holds these bytes arrives, its answer does not

The rule: a fault is planted on the bytes of one statement and happens once, whenever that statement comes by.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

Fault = Callable[["Wire", bytes, str], Coroutine[None, None, None]]
"""(wire, the statement, the marker by which it was known)"""


class Wire:
    """One connection: ours and the one to the server behind it."""

    def __init__(self, ours: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.ours = ours
        self.server = server
        self.answered = asyncio.Event()
        """set by the server's next bytes"""
        self.mute = False
        """the server's bytes go nowhere"""

    def cut(self) -> None:
        self.ours.transport.abort()


class CuttingProxy:
    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._socket = f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}"
        self.socket = folder / f".s.PGSQL.{query['port'][0]}"
        query["host"] = [str(folder)]
        self.url = urlunsplit(parts._replace(query="&".join(f"{key}={one[0]}" for key, one in query.items())))
        self.is_away = False
        self.refused = 0
        """attempts to connect while the server was away"""
        self.tried = asyncio.Event()
        """set by each such attempt"""
        self._faults: dict[str, Fault] = {}
        self._wires: set[Wire] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def cut_before(self, marker: str) -> None:
        """The statement never reaches the server."""
        self._faults[marker] = _lose_request

    def cut_after(self, marker: str) -> None:
        """The statement is done, and nobody hears of it."""
        self._faults[marker] = _lose_answer

    def cut_and_delay(self, marker: str) -> None:
        """We are cut off; the server does the statement only when the same one comes again by another wire."""
        self._faults[marker] = self._keep_until_repeated

    def before(self, marker: str, act: Callable[[], Coroutine[None, None, None]]) -> None:
        """`act` is awaited before this statement goes on."""

        async def fault(wire: Wire, request: bytes, marker: str) -> None:
            await act()
            wire.server.write(request)

        self._faults[marker] = fault

    def go_away(self) -> None:
        """Every connection is lost, and no new one is had until `come_back`."""
        self.is_away = True
        for wire in list(self._wires):
            wire.cut()

    def come_back(self) -> None:
        self.is_away = False

    async def _keep_until_repeated(self, wire: Wire, request: bytes, marker: str) -> None:
        self._tasks.add(asyncio.create_task(self._outlive(wire, request, marker)))
        wire.cut()

    async def _outlive(self, old: Wire, request: bytes, marker: str) -> None:
        repeated, done = asyncio.Event(), asyncio.Event()

        async def first_the_old_one() -> None:
            repeated.set()
            await done.wait()

        self.before(marker, first_the_old_one)
        await repeated.wait()
        old.answered.clear()
        old.server.write(request)
        await old.answered.wait()
        done.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_away:
            self.refused += 1
            self.tried.set()
            writer.transport.abort()
            return
        answers, server = await asyncio.open_unix_connection(self._socket)
        wire = Wire(writer, server)
        self._wires.add(wire)
        back = asyncio.create_task(self._answers(wire, answers))
        self._tasks.add(back)
        with suppress(ConnectionError):
            while request := await reader.read(1 << 20):
                marker = next((one for one in self._faults if one.encode() in request), None)
                if marker is None:
                    server.write(request)
                else:
                    await self._faults.pop(marker)(wire, request, marker)
        self._wires.discard(wire)
        if wire.mute or not wire.ours.is_closing():
            server.close()

    async def _answers(self, wire: Wire, answers: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            while answer := await answers.read(1 << 20):
                wire.answered.set()
                if not wire.mute and not wire.ours.is_closing():
                    wire.ours.write(answer)
        wire.ours.close()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for wire in list(self._wires):
            wire.cut()
            wire.server.close()


async def _lose_request(wire: Wire, request: bytes, marker: str) -> None:
    wire.mute = True
    wire.cut()


async def _lose_answer(wire: Wire, request: bytes, marker: str) -> None:
    wire.mute = True
    wire.answered.clear()
    wire.server.write(request)
    await wire.answered.wait()
    wire.cut()


@asynccontextmanager
async def cutting_proxy(url: str) -> AsyncIterator[CuttingProxy]:
    with tempfile.TemporaryDirectory(prefix="cut-") as folder:
        proxy = CuttingProxy(url, Path(folder))
        server = await asyncio.start_unix_server(proxy.serve, proxy.socket)
        try:
            yield proxy
        finally:
            server.close()
            await proxy.close()
