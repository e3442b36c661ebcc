"""A screen without a browser: the rows of its topics, asks with their replies; comes back when cut off.

async with Screen.open(visitor, "desk:1") as desk:
    await desk.ask({"do": "ready"})
    await desk.until(lambda: desk.row("contact").get("stage") == "offered")
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
from whole_centre import Visitor

SECONDS_MAX = 30
RETRY_SECONDS = 0.1


class Screen:
    """Everything it was ever told is in `texts`."""

    def __init__(self, visitor: Visitor, topics: tuple[str, ...]) -> None:
        self.texts: list[str] = []
        self._visitor = visitor
        self._topics = topics
        self._rows: dict[str, dict[str, dict[str, Any]]] = {}
        self._replies: dict[str, str] = {}
        self._page = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._changed = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def open(cls, visitor: Visitor, *topics: str) -> AsyncIterator[Screen]:
        screen = cls(visitor, topics)
        life = asyncio.create_task(screen._live(), name="screen")
        try:
            await screen.until(lambda: screen.is_fresh)
            yield screen
        finally:
            life.cancel()
            with suppress(asyncio.CancelledError):
                await life

    @property
    def is_fresh(self) -> bool:
        """All topics are here, of the connection that is open now."""
        return len(self._rows) == len(self._topics)

    def row(self, key: str, topic: str = "") -> dict[str, Any]:
        """{}: there is none."""
        return self._rows.get(topic or self._topics[0], {}).get(key, {})

    def rows(self, topic: str) -> dict[str, dict[str, Any]]:
        return self._rows.get(topic, {})

    async def until(self, condition: Callable[[], Any], seconds: float = SECONDS_MAX) -> None:
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: bool(condition()))
        except TimeoutError:
            raise AssertionError(f"not so within {seconds} s; the rows are {self._rows}") from None

    async def ask(self, ask: dict[str, Any]) -> str:
        """Sent again, with the same id, whenever the connection was lost. Returns why it was refused, or ""."""
        number = f"{self._page}:{next(self._numbers)}"
        async with asyncio.timeout(SECONDS_MAX):
            while number not in self._replies:
                socket = self._socket
                if socket is not None and not socket.closed:
                    with suppress(ConnectionError):
                        await socket.send_str(json.dumps({"id": number, **ask}))
                    async with self._changed:
                        await self._changed.wait_for(
                            lambda: number in self._replies or self._socket is not socket  # noqa: B023
                        )
                else:
                    await asyncio.sleep(RETRY_SECONDS)
        return self._replies[number]

    async def _live(self) -> None:
        address = self._visitor.centre.address
        while True:
            try:
                async with self._visitor.http.ws_connect(f"{address}/feed", origin=address) as socket:
                    subscribe = {"do": "subscribe", "id": f"{self._page}:0", "topics": self._topics}
                    await socket.send_str(json.dumps(subscribe))
                    self._socket = socket
                    async for message in socket:
                        await self._take(message.data)
            except aiohttp.ClientError:
                pass
            async with self._changed:
                self._socket = None
                self._rows.clear()
                self._changed.notify_all()
            await asyncio.sleep(RETRY_SECONDS)

    async def _take(self, text: str) -> None:
        self.texts.append(text)
        told = json.loads(text)
        async with self._changed:
            match told["kind"]:
                case "reply":
                    self._replies[told["id"]] = told["refused"]
                case "snapshot":
                    self._rows[told["topic"]] = told["rows"]
                case "change":
                    rows = self._rows[told["topic"]]
                    rows.update(told.get("set", {}))
                    for key in told.get("gone", ()):
                        rows.pop(key, None)
            self._changed.notify_all()
