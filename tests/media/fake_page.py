"""A page's phone without a browser: a real websocket, sounds made by formula, and conditions to await."""

from __future__ import annotations

import asyncio
import audioop
import base64
import json
import math
from array import array
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

ORIGIN = "http://127.0.0.1:8080"
FRAME = 160
SECONDS_MAX = 10


class Page:
    """One tab. What it was told is in `events`, what it heard in `heard` (µ-law)."""

    def __init__(self, socket: ClientConnection, tab: str, at_a_ring: str = "") -> None:
        self.tab = tab
        self.events: list[dict[str, Any]] = []
        self.heard = bytearray()
        self.closed: int | None = None
        self.at_a_ring = at_a_ring
        self._socket = socket
        self._changed = asyncio.Condition()
        self._chunk = 0
        self._reader = asyncio.create_task(self._read(), name="page")

    @classmethod
    async def open(
        cls,
        port: int,
        token: str,
        *,
        tab: str = "",
        rejoin: bool = False,
        encoding: str = "audio/x-mulaw",
        start: bool = True,
        at_a_ring: str = "",
        leg: str = "",
    ) -> Page:
        """`at_a_ring`: said at once when it rings ("answer", "hangup"). One that rings by itself is answered."""
        socket = await connect(f"ws://127.0.0.1:{port}/phone?token={token}", origin=ORIGIN)  # type: ignore[arg-type]
        page = cls(socket, tab, at_a_ring)
        if start:
            form = {"encoding": encoding, "sampleRate": 8000, "channels": 1}
            start_body = {"mediaFormat": form, "tab": tab, "rejoin": rejoin, "leg": leg}
            await page.say({"event": "start", "start": start_body})
        return page

    async def say(self, message: dict[str, Any] | str | bytes) -> None:
        await self._socket.send(json.dumps(message) if isinstance(message, dict) else message)

    async def press(self, digits: str) -> None:
        for digit in digits:
            await self.say({"event": "dtmf", "dtmf": {"digit": digit}})

    async def speak(self, frames: list[bytes]) -> None:
        """All at once, as a network does after a pause; each with its own time."""
        for frame in frames:
            media = {
                "payload": base64.b64encode(frame).decode(),
                "timestamp": str(self._chunk * 20),
                "chunk": str(self._chunk),
            }
            self._chunk += 1
            await self.say({"event": "media", "media": media})

    async def told(self, event: str, **what: Any) -> dict[str, Any]:
        """The first event of this kind with these fields, now or soon."""

        def found() -> dict[str, Any] | None:
            return next((e for e in self.events if e["event"] == event and what.items() <= e.items()), None)

        await self.until(lambda: found() is not None)
        result = found()
        assert result is not None
        return result

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS_MAX), self._changed:
            await self._changed.wait_for(condition)

    async def hears(self, frequency: int) -> None:
        """Until a pure tone of this frequency has been heard for 100 ms."""
        await self.until(lambda: strength(bytes(self.heard[-800:]), frequency) > 0.5)

    async def hears_something(self) -> None:
        await self.until(lambda: len(self.heard) > 1600 and audioop.rms(pcm(self.heard[-1600:]), 2) > 200)

    async def close(self) -> None:
        await self._socket.close()
        await self._reader

    def vanish(self) -> None:
        """The network is gone: no closing handshake."""
        self._socket.transport.abort()

    async def gone(self) -> int | None:
        """Until the other side has closed; returns its code."""
        await asyncio.wait_for(self._reader, SECONDS_MAX)
        return self.closed

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                await self._take(json.loads(text))
        except ConnectionClosed:
            pass
        self.closed = self._socket.close_code
        async with self._changed:
            self._changed.notify_all()

    async def _take(self, event: dict[str, Any]) -> None:
        async with self._changed:
            if event["event"] == "media":
                payload = base64.b64decode(event["media"]["payload"])
                self.heard += audioop.lin2ulaw(payload, 2) if len(payload) == 2 * FRAME else payload
            else:
                self.events.append(event)
                said = "answer" if event.get("auto") else self.at_a_ring
                if event["event"] == "ring" and said:
                    await self.say({"event": said, "leg": event["leg"]})
            self._changed.notify_all()


def tone(frequency: int, frames: int = 50, level: int = 8000) -> list[bytes]:
    """So many frames of a pure tone."""
    wave = array(
        "h", (int(level * math.sin(2 * math.pi * frequency * n / 8000)) for n in range(frames * FRAME))
    )
    sound = audioop.lin2ulaw(wave.tobytes(), 2)
    return [sound[n : n + FRAME] for n in range(0, len(sound), FRAME)]


def pcm(ulaw: bytes | bytearray) -> bytes:
    return audioop.ulaw2lin(bytes(ulaw), 2)


def strength(ulaw: bytes, frequency: int, rate: int = 8000) -> float:
    """The share of the sound's energy at this frequency (Goertzel), 0 to 1."""
    samples = array("h", pcm(ulaw))
    energy = sum(sample * sample for sample in samples)
    if not energy:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * frequency / rate)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = before * before + last * last - turn * before * last
    return 2 * power / (len(samples) * energy)
