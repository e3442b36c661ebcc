"""Screens for `benchmarks.fanout`: a process of its own that notes what each of many websockets was sent, and when.

The rule: a screen that reads does nothing else, so what is noted is understood only after the sockets are closed.
Commands come on standard input, a line of JSON each, and are answered on standard output: `Open` with "open" once
every screen has the whole of its topics, `Close` with "closed" once the notes are in its file.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct
from websockets.asyncio.client import connect

from callcenter.screens.wire import Subscribe

COOKIE = "session"
OPEN_SECONDS = 60
"""so many at once on a busy machine"""
SNAPSHOT = b'{"kind":"snapshot"'


class Screen(Struct, frozen=True):
    path: str
    token: str = ""
    topics: tuple[str, ...] = ()


class Open(Struct, frozen=True, tag=True):
    url: str
    screens: tuple[Screen, ...]


class Close(Struct, frozen=True, tag=True):
    notes: str


class Note(Struct, frozen=True, array_like=True):
    """`at_ms`: of the monotonic clock, which all processes of a machine share."""

    screen: int
    at_ms: float
    message: bytes


_COMMANDS = msgspec.json.Decoder(Open | Close)


class Screens:
    """All that are open just now."""

    def __init__(self, opening: Open) -> None:
        self._opening = opening
        self._notes: list[Note] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, group: asyncio.TaskGroup) -> None:
        ready = [asyncio.Event() for _ in self._opening.screens]
        for number, screen in enumerate(self._opening.screens):
            look = self._look(number, screen, ready[number])
            self._tasks.append(group.create_task(look, name=f"screen {number}"))
        for event in ready:
            await event.wait()

    async def close(self) -> Sequence[Note]:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        return self._notes

    async def _look(self, number: int, screen: Screen, ready: asyncio.Event) -> None:
        headers = {"Cookie": f"{COOKIE}={screen.token}"} if screen.token else {}
        url = self._opening.url + screen.path
        async with connect(
            url, compression=None, additional_headers=headers, open_timeout=OPEN_SECONDS
        ) as websocket:
            missing = len(screen.topics)
            if screen.topics:
                await websocket.send(msgspec.json.encode(Subscribe("1", screen.topics)).decode())
            else:
                ready.set()
            while True:
                message = await websocket.recv(decode=False)
                self._notes.append(Note(number, time.monotonic_ns() / 1e6, message))
                if missing and message.startswith(SNAPSHOT):
                    missing -= 1
                    if not missing:
                        ready.set()


async def main() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    screens: Screens | None = None
    async with asyncio.TaskGroup() as group:
        while line := await reader.readline():
            match _COMMANDS.decode(line):
                case Open() as opening:
                    screens = Screens(opening)
                    await screens.open(group)
                    _tell("open")
                case Close(notes=name):
                    assert screens is not None
                    notes = msgspec.msgpack.encode(await screens.close())
                    await asyncio.to_thread(Path(name).write_bytes, notes)
                    _tell("closed")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())
