"""A network in between that takes its time: every byte arrives in order, so much later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def slow_network(port: int, delay_ms: int) -> AsyncIterator[int]:
    """A port that leads to `port`, `delay_ms` away in each direction."""
    ends: set[asyncio.StreamWriter] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        ends.add(writer)
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                loop.call_later(delay_ms / 1000, writer.write, data)
        loop.call_later(delay_ms / 1000, writer.close)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(carry(reader, back), name="there")
            tasks.create_task(carry(there, writer), name="back")

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for end in ends:
            end.close()
