"""One screen's outbox: what it has been told and has not taken yet.

The rule: nobody waits for a screen. `put` never blocks; a screen that leaves too much unread, or too long, is
ended and the others never notice. Messages are bytes that all readers share.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from aiohttp import WSMessage, WSMsgType

from callcenter.rights import Actor
from callcenter.screens.wire import MESSAGES_PER_SECOND_MAX, OUTBOX_BYTES_MAX, OUTBOX_SECONDS_MAX

GONE = 1006
"""the screen went by itself: nobody is there to be told"""


class Socket(Protocol):
    """What is needed of a connection; `aiohttp.web.WebSocketResponse` is one."""

    async def receive(self) -> WSMessage: ...

    async def send_frame(self, message: bytes, opcode: WSMsgType) -> None:
        """Waits while the other end takes nothing. Raises ConnectionError when it is gone."""
        ...

    async def close(self, *, code: int, message: bytes, drain: bool) -> bool: ...


class Visitor(Protocol):
    """Who reads: signed in, and admitted by the door. `callcenter.store.people.Session` is one."""

    @property
    def name(self) -> str: ...

    @property
    def actor(self) -> Actor: ...


class Ended(Exception):
    """This connection is over. `code` is what the screen is told (RFC 6455, 4401: signed out)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Reader:
    """A connection. `topics`: what it follows; `connection` names it in logs and sources."""

    def __init__(self, ws: Socket, visitor: Visitor, connection: str) -> None:
        self.visitor = visitor
        self.connection = connection
        self.topics: set[str] = set()
        self._ws = ws
        self._loop = asyncio.get_running_loop()
        self._outbox: deque[tuple[float, bytes, str]] = deque()
        self._bytes = 0
        self._snapshots: set[str] = set()
        """topics whose snapshot lies in the outbox"""
        self._wake = asyncio.Event()
        self._over = asyncio.Event()
        self._ended: Ended | None = None
        self._allowance = float(MESSAGES_PER_SECOND_MAX)
        self._heard_at = self._loop.time()

    def put(self, message: bytes) -> None:
        self._bytes += len(message)
        self._add(message, "")
        if self._bytes > OUTBOX_BYTES_MAX:
            self.end(1013, "too slow")

    def put_snapshot(self, topic: str, message: bytes) -> None:
        """Doesn't count: a screen can't help how large a snapshot is. One of each topic may lie here."""
        self._snapshots.add(topic)
        self._add(message, topic)

    def forget_snapshot(self, topic: str) -> None:
        """One on its way counts no more: whoever asks again gets another."""
        self._snapshots.discard(topic)

    def awaits_snapshot(self, topic: str) -> bool:
        return topic in self._snapshots

    def end_if_stuck(self, now: float) -> None:
        """`now`: of the loop's clock. Asked once in a while, since a timer for each message costs a third more."""
        if self._outbox and now - self._outbox[0][0] > OUTBOX_SECONDS_MAX:
            self.end(1013, "too slow")

    def end(self, code: int, reason: str) -> None:
        """The first reason counts."""
        if self._ended is None:
            self._ended = Ended(code, reason)
            self._outbox.clear()
            self._over.set()

    def count_message(self) -> None:
        """Raises `Ended` when the screen sends more than its share."""
        now = self._loop.time()
        earned = (now - self._heard_at) * MESSAGES_PER_SECOND_MAX
        self._heard_at = now
        self._allowance = min(self._allowance + earned, MESSAGES_PER_SECOND_MAX) - 1
        if self._allowance < 0:
            raise Ended(1008, "too many messages")

    async def write(self) -> None:
        """Sends what is put, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outbox:
                await self._send_first()

    async def watch(self) -> None:
        """Raises `Ended` when `end` was called, also while a message is stuck on its way."""
        await self._over.wait()
        assert self._ended is not None
        raise self._ended

    async def _send_first(self) -> None:
        _, message, snapshot = self._outbox[0]
        try:
            await self._ws.send_frame(message, WSMsgType.TEXT)
        except ConnectionError:
            raise Ended(GONE, "connection lost") from None
        if self._outbox:  # else ended meanwhile
            self._outbox.popleft()
        if snapshot:
            self._snapshots.discard(snapshot)
        else:
            self._bytes -= len(message)

    def _add(self, message: bytes, snapshot: str) -> None:
        if self._ended is None:
            self._outbox.append((self._loop.time(), message, snapshot))
            self._wake.set()
