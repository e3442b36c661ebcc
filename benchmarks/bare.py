"""A bare broadcast for `benchmarks.fanout`: aiohttp and nothing else sends bytes that are there already.

    python -m benchmarks.bare

Says its port on standard output. Each line on standard input names a file of `Send`s: they go out at their moments,
then it has put down `Sent` beside that file, with the suffix ".sent", and says "sent". A screen is whoever has
opened `/NUMBER`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import msgspec
import uvloop
from aiohttp import WSMsgType, web
from msgspec import Struct

SENT = ".sent"


class Send(Struct, frozen=True, array_like=True):
    after_ms: float
    """since the first line was read"""
    screens: tuple[int, ...]
    message: bytes


class Sent(Struct, frozen=True):
    at_ms: list[float]
    """of the monotonic clock: when each was begun with"""
    cpu_seconds: float


_SENDS = msgspec.msgpack.Decoder(tuple[Send, ...])


class Bare:
    def __init__(self) -> None:
        self._sockets: dict[int, web.WebSocketResponse] = {}

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        websocket = web.WebSocketResponse(compress=False)
        await websocket.prepare(request)
        self._sockets[int(request.match_info["number"])] = websocket
        async for _ in websocket:
            pass
        return websocket

    async def send(self, sends: tuple[Send, ...]) -> Sent:
        at_ms, cpu, began_ms = list[float](), time.process_time(), time.monotonic_ns() / 1e6
        for one in sends:
            wait_ms = began_ms + one.after_ms - time.monotonic_ns() / 1e6
            if wait_ms > 0:
                await asyncio.sleep(wait_ms / 1000)
            at_ms.append(time.monotonic_ns() / 1e6)
            for number in one.screens:
                await self._sockets[number].send_frame(one.message, WSMsgType.TEXT)
        return Sent(at_ms, time.process_time() - cpu)


async def main() -> None:
    bare, app = Bare(), web.Application()
    app.router.add_get("/{number}", bare.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    _tell(str(runner.addresses[0][1]))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        file = Path(line.decode().strip())
        sent = await bare.send(_SENDS.decode(await asyncio.to_thread(file.read_bytes)))
        await asyncio.to_thread(file.with_suffix(SENT).write_bytes, msgspec.msgpack.encode(sent))
        _tell("sent")
    await runner.cleanup()


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())
