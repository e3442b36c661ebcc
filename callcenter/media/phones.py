"""One phone: a page's websocket, what is told to it and what it may say.

The rule: telling never waits. Control messages go through a bounded outbox with a writer of its own; frames of
sound go straight out or, when the page does not read fast enough, nowhere. A page that says nonsense is told
so and after `STRIKES_MAX` times cut off; nobody else notices.
"""

from __future__ import annotations

import asyncio
import time
from binascii import b2a_base64
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
import structlog
from aiohttp import WSMsgType, web

from callcenter.cti.browser.token import Ticket
from callcenter.facts import LegId
from callcenter.media import phone_wire as wire
from callcenter.media.arrivals import Arrivals
from callcenter.media.audio import FRAME_BYTES, FRAME_MS, to_pcm, to_ulaw

UNSENT_BYTES_MAX = 8 * 1024
"""about half a second of sound: a slower page misses frames instead of hearing the past"""
OUTBOX_MAX = 100
WRITE_SECONDS_MAX = 5
STRIKES_MAX = 10
CONTROLS_A_SECOND_MAX = 20
FLOODED_MAX = 1000
"""frames too many before a page is cut off"""

_log = structlog.get_logger(__name__)


class Phone:
    """A page that is connected now."""

    def __init__(self, ticket: Ticket, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self.ticket = ticket
        self.tab = ""
        self.started = False
        self.leg: LegId | None = None
        """the call that this socket talks on"""
        self.arrivals = Arrivals()
        self._socket = socket
        self._transport = transport
        self._linear = False
        self._outbox: asyncio.Queue[wire.Told | int] = asyncio.Queue(OUTBOX_MAX)
        self._head = b""
        self._chunk = 0

    def start(self, body: wire.StartBody) -> bool:
        """Take the page's format; False if it is none of ours."""
        form = body.media_format
        if form.encoding not in (wire.MULAW, wire.LINEAR) or (form.sample_rate, form.channels) != (8000, 1):
            return False
        self._linear = form.encoding == wire.LINEAR
        self.tab = body.tab
        self.started = True
        return True

    def join(self, leg: LegId) -> None:
        """From now on this socket is that leg's."""
        self.leg = leg
        self.arrivals = Arrivals()
        self._head = b'{"event":"media","streamSid":' + msgspec.json.encode(leg) + b',"media":{"chunk":'
        self._chunk = 0
        self.tell(wire.Started(leg, leg))

    def tell(self, message: wire.Told) -> None:
        self._put(message)

    def close(self, code: int) -> None:
        """After all that was told."""
        self._put(code)

    async def play(self, frame: bytes) -> None:
        """Let it be heard, now or never."""
        chunk = self._chunk
        self._chunk = chunk + 1
        if self._transport.get_write_buffer_size() > UNSENT_BYTES_MAX or self._socket.closed:
            return
        payload = b2a_base64(to_pcm(frame) if self._linear else frame, newline=False)
        text = b'%b%d,"timestamp":%d,"payload":"%b"}}' % (self._head, chunk, chunk * FRAME_MS, payload)
        with suppress(ConnectionError):  # the reader of this socket sees the end too and says so
            await self._socket.send_frame(text, WSMsgType.TEXT)

    def frame(self, payload: bytes) -> bytes | None:
        """A page's payload as a frame of ours; None if it is not one."""
        if self._linear:
            return to_ulaw(payload) if len(payload) == 2 * FRAME_BYTES else None
        return payload if len(payload) == FRAME_BYTES else None

    async def write(self) -> None:
        """Empties the outbox, until the socket is closed."""
        try:
            while True:
                message = await self._outbox.get()
                async with asyncio.timeout(WRITE_SECONDS_MAX):
                    if isinstance(message, int):
                        await self._socket.close(code=message)
                        return
                    await self._socket.send_frame(msgspec.json.encode(message), WSMsgType.TEXT)
        except (ConnectionError, TimeoutError):
            self._transport.abort()

    def _put(self, message: wire.Told | int) -> None:
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            self._transport.abort()


class Conversation:
    """Reads one phone's messages: in order, in shape and not too many."""

    def __init__(self, phone: Phone, socket: web.WebSocketResponse, hear: Hear, obey: Obey) -> None:
        self._phone = phone
        self._socket = socket
        self._hear = hear
        self._obey = obey
        self._strikes = 0
        self._ended = False
        self._second = 0
        self._controls = 0

    async def read(self) -> None:
        """Until the socket is closed by either side."""
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                self._strike("phone.malformed")
                continue
            try:
                said = wire.SAID.decode(message.data)
            except msgspec.DecodeError:
                self._strike("phone.malformed")
                continue
            if isinstance(said, wire.Media):
                await self._take(said.media)
            elif self._too_many():
                self._strike("phone.too_many")
            else:
                self._control(said)

    async def _take(self, media: wire.MediaBody) -> None:
        phone = self._phone
        frame = phone.frame(media.payload)
        if not phone.started or frame is None:
            self._strike("phone.malformed" if phone.started else "phone.not_started")
            return
        in_time = phone.arrivals.take(media.chunk, media.timestamp, time.monotonic() * 1000)
        if phone.arrivals.flooded > FLOODED_MAX:
            self._cut_off("phone.too_many")
        elif phone.leg is not None:  # frames that cross the end of a call are nobody's fault
            await self._hear(phone.leg, frame, media.chunk, in_time)

    def _control(self, said: wire.Said) -> None:
        phone = self._phone
        if isinstance(said, wire.Ping):
            phone.tell(wire.Pong())
        elif isinstance(said, wire.Start) == phone.started:
            self._strike("phone.started_twice" if phone.started else "phone.not_started")
        elif isinstance(said, wire.Start) and not phone.start(said.start):
            self._strike("phone.format")
        elif refused := self._obey(phone, said):
            self._strike(refused)

    def _too_many(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._controls = second, 0
        self._controls += 1
        return self._controls > CONTROLS_A_SECOND_MAX

    def _strike(self, key: str) -> None:
        self._strikes += 1
        if self._strikes > STRIKES_MAX:
            return  # it is being closed
        _log.warning("phone_message_refused", reason=key)
        self._phone.tell(wire.Error(wire.ErrorBody(4400, key)))
        if self._strikes == STRIKES_MAX:
            self._cut_off(key)

    def _cut_off(self, key: str) -> None:
        if self._ended:
            return
        self._ended = True
        _log.warning("phone_cut_off", reason=key)
        self._phone.close(wire.CLOSE_TOO_MANY_ERRORS)


Hear = Callable[[LegId, bytes, int, bool], Awaitable[None]]
"""(leg, frame, its number, whether it is in time)"""
Obey = Callable[[Phone, wire.Said], str]
"""Does what a page asked for; returns "" or the key of the reason why not."""
