"""A page's phone that talks by itself: one tone out, what it hears with the time it came; comes back when cut off.

async with Phone.open(line, hertz=440) as caller:
    await caller.press("2468")
    await caller.hears(1000)
    assert caller.longest_silence(1000, since) < 1
"""

from __future__ import annotations

import asyncio
import audioop
import base64
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))

from fake_page import pcm, strength, tone

SECONDS_MAX = 30
RETRY_SECONDS = 0.1
FRAME_SECONDS = 0.02
KEY_SECONDS = 0.06
"""nobody keys faster, and whoever does is held to be no person"""
LOUD = 200
TONE_SHARE = 0.5
FINAL_CODES = range(4400, 4500)
"""close codes after which a page does not come back"""


class Phone:
    """`leg` is the call one is in, `ringing` the legs that ring, `ended` why the last call ended."""

    def __init__(self, line: Mapping[str, str], origin: str, hertz: int) -> None:
        self.leg = ""
        self.ringing: list[str] = []
        self.ended = ""
        self.connected = False
        """the media process knows of this phone"""
        self.heard: list[tuple[float, bytes]] = []
        self._address = f"{line['url']}?token={line['token']}"
        self._origin = origin
        self._frames = tone(hertz)
        self._chunk = 0
        self._joined = False
        self._socket: ClientConnection | None = None
        self._changed = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def open(cls, line: Mapping[str, str], *, origin: str, hertz: int) -> AsyncIterator[Phone]:
        phone = cls(line, origin, hertz)
        life = asyncio.create_task(phone._live(), name="phone")
        voice = asyncio.create_task(phone._speak(), name="phone's voice")
        try:
            yield phone
        finally:
            for task in (life, voice):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    # --- What a person does ---

    async def press(self, digits: str) -> None:
        for digit in digits:
            await self._say({"event": "dtmf", "dtmf": {"digit": digit}})
            await asyncio.sleep(KEY_SECONDS)

    async def answer(self, leg: str) -> None:
        await self._say({"event": "answer", "leg": leg})

    async def hang_up(self) -> None:
        """Once and for all, whether the other end hears of it or not."""
        await self._say({"event": "hangup"})
        self.ended = "hung_up"
        if self._socket is not None:
            await self._socket.close()

    async def vanish(self) -> None:
        """The network is gone, without a word."""
        assert self._socket is not None
        self._socket.transport.abort()

    # --- What a person notices ---

    async def until(self, condition: Callable[[], bool], seconds: float = SECONDS_MAX) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    async def joined(self) -> None:
        await self.until(lambda: bool(self.leg) or bool(self.ended))

    async def hears_something(self, since: float = 0.0) -> None:
        """Speech or music, from then on."""
        await self.until(lambda: any(_loud(frame) for at, frame in self.heard[-10:] if at > since))

    async def hears(self, hertz: int, since: float = 0.0) -> None:
        await self.until(lambda: all(_is(hertz, f) and at > since for at, f in self.heard[-5:] or [(0, b"")]))

    def longest_silence(self, hertz: int, since: float) -> float:
        """The longest time without this tone, from then until now."""
        times = [at for at, frame in self.heard if at >= since and _is(hertz, frame)]
        edges = [since, *times, time.monotonic()]
        return max(later - earlier for earlier, later in itertools.pairwise(edges))

    # --- The line ---

    async def _live(self) -> None:
        while not self.ended:
            try:
                async with connect(self._address, origin=self._origin) as socket:  # type: ignore[arg-type]
                    await self._converse(socket)
                    if socket.close_code in FINAL_CODES:
                        self.ended = self.ended or str(socket.close_code)
            except (OSError, InvalidHandshake, ConnectionClosed):
                await asyncio.sleep(RETRY_SECONDS)
            await self._tell(leg="", ringing=[], connected=False)

    async def _converse(self, socket: ClientConnection) -> None:
        form = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
        start = {"mediaFormat": form, "tab": "1", "rejoin": self._joined}
        await socket.send(json.dumps({"event": "start", "start": start}))
        self._socket = socket
        with suppress(ConnectionClosed):
            async for text in socket:
                await self._take(json.loads(text))

    async def _take(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "media":
                self.heard.append((time.monotonic(), base64.b64decode(event["media"]["payload"])))
                await self._tell()
            case "start":
                self._joined = True
                self._chunk = 0
                await self._tell(leg=event["leg"] or "", ringing=[], connected=True)
            case "ring":
                await self._tell(ringing=[*self.ringing, event["leg"]])
            case "ended":
                rest = [leg for leg in self.ringing if leg != event["leg"]]
                leg = "" if event["leg"] == self.leg else self.leg
                await self._tell(leg=leg, ringing=rest, ended=event["cause"] if not leg and not rest else "")

    async def _tell(self, **state: Any) -> None:
        async with self._changed:
            for name, value in state.items():
                setattr(self, name, value)
            self._changed.notify_all()

    async def _speak(self) -> None:
        """A frame each 20 ms by the clock, and what is late at once: a page's sound does not stop."""
        due = time.monotonic()
        while True:
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if self.leg and self._socket is not None:
                media = {
                    "payload": base64.b64encode(self._frames[self._chunk % len(self._frames)]).decode(),
                    "timestamp": self._chunk * 20,
                    "chunk": self._chunk,
                }
                self._chunk += 1
                with suppress(ConnectionClosed):
                    await self._socket.send(json.dumps({"event": "media", "media": media}))

    async def _say(self, message: dict[str, Any]) -> None:
        """As a person does: again, if the line was just cut."""
        async with asyncio.timeout(SECONDS_MAX):
            while True:
                try:
                    if self._socket is not None:
                        await self._socket.send(json.dumps(message))
                        return
                except ConnectionClosed:
                    pass
                await asyncio.sleep(RETRY_SECONDS)


def _loud(frame: bytes) -> bool:
    return audioop.rms(pcm(frame), 2) > LOUD


def _is(hertz: int, frame: bytes) -> bool:
    return bool(frame) and strength(frame, hertz) > TONE_SHARE
