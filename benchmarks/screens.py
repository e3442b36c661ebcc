"""Screens for `benchmarks.fanout`: a process of its own that notes what each of many websockets was sent, and when.

The rule: a screen that reads does nothing else; what was noted is understood later, elsewhere. Commands come on
standard input, a line of JSON each, and are answered on standard output with "done".
"""

from __future__ import annotations

import asyncio
import sys
import time
from itertools import count
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect

from callcenter.screens.wire import Subscribe, Unsubscribe

COOKIE = "session"
OPEN_SECONDS = 60
"""so many at once on a busy machine"""
REPLY, SNAPSHOT = b'{"kind":"reply"', b'{"kind":"snapshot"'


class Screen(Struct, frozen=True):
    path: str
    token: str = ""
    topics: tuple[str, ...] = ()


class Open(Struct, frozen=True, tag=True):
    """More screens, numbered on from those that are there."""

    url: str
    screens: tuple[Screen, ...]


class Follow(Struct, frozen=True, tag=True):
    """Every screen follows its topics; done when each has them whole."""


class Leave(Struct, frozen=True, tag=True):
    """No screen follows anything any more."""


class Take(Struct, frozen=True, tag=True):
    """What was noted since the last time, into this file."""

    notes: str


class Note(Struct, frozen=True, array_like=True):
    """`at_ms`: of the monotonic clock, which all processes of a machine share."""

    screen: int
    at_ms: float
    message: bytes


_COMMANDS = msgspec.json.Decoder(Open | Follow | Leave | Take)


class Looking:
    """One open screen."""

    def __init__(self, number: int, screen: Screen, websocket: ClientConnection, notes: list[Note]) -> None:
        self._number = number
        self._topics = screen.topics
        self._websocket = websocket
        self._notes = notes
        self._asks = count(1)
        self._awaited = b""
        self._missing = 0
        self._came = asyncio.Event()

    async def look(self) -> None:
        while True:
            message = await self._websocket.recv(decode=False)
            self._notes.append(Note(self._number, time.monotonic_ns() / 1e6, message))
            if self._missing and message.startswith(self._awaited):
                self._missing -= 1
                if not self._missing:
                    self._came.set()

    async def follow(self) -> None:
        if self._topics:
            ask = Subscribe(self._next_ask(), self._topics)
            await self._until(ask, SNAPSHOT, len(self._topics))

    async def leave(self) -> None:
        if self._topics:
            await self._until(Unsubscribe(self._next_ask(), self._topics), REPLY, 1)

    def _next_ask(self) -> str:
        return f"{self._number}:{next(self._asks)}"

    async def _until(self, ask: Subscribe | Unsubscribe, awaited: bytes, missing: int) -> None:
        self._awaited, self._missing = awaited, missing
        self._came.clear()
        await self._websocket.send(msgspec.json.encode(ask).decode())
        await self._came.wait()


class Screens:
    """All that are open."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._open: list[Looking] = []
        self._notes: list[Note] = []

    async def do(self, command: Open | Follow | Leave | Take) -> None:
        match command:
            case Open(url=url, screens=screens):
                first = len(self._open)
                opening = (self._opened(first + n, url, screen) for n, screen in enumerate(screens))
                self._open += await asyncio.gather(*opening)
            case Follow():
                await asyncio.gather(*(screen.follow() for screen in self._open))
            case Leave():
                await asyncio.gather(*(screen.leave() for screen in self._open))
            case Take(notes=name):
                notes = msgspec.msgpack.encode(self._notes)
                self._notes.clear()
                await asyncio.to_thread(Path(name).write_bytes, notes)

    async def _opened(self, number: int, url: str, screen: Screen) -> Looking:
        headers = {"Cookie": f"{COOKIE}={screen.token}"} if screen.token else {}
        websocket = await connect(
            url + screen.path, compression=None, additional_headers=headers, open_timeout=OPEN_SECONDS
        )
        looking = Looking(number, screen, websocket, self._notes)
        self._group.create_task(looking.look(), name=f"screen {number}")
        return looking


async def main() -> None:
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    async with asyncio.TaskGroup() as group:
        screens = Screens(group)
        while line := await reader.readline():
            await screens.do(_COMMANDS.decode(line))
            sys.stdout.write("done\n")
            sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())
