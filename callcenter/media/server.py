"""The media process: phones on a websocket, the service on a unix socket, everybody's voices in between.

The rule: one process a data directory. Whoever comes to `/phone` shows where its page is from (Origin) and a
ticket that the service signed. When it is asked to end, pages are told to come back (1012); a talk and its
recording go on in the next life, as after kill -9 but without losing what was said last.
"""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
from contextlib import suppress

import structlog
from aiohttp import web

from callcenter.cti.browser.token import BadTicket, Tickets
from callcenter.cti.browser.wire import socket_path
from callcenter.errors import UserError
from callcenter.media import phone_wire as wire
from callcenter.media.archive import Archive
from callcenter.media.clockwork import Clockwork
from callcenter.media.doors import Doors
from callcenter.media.exchange import Exchange
from callcenter.media.link import Backlog, Link
from callcenter.media.lock import Lock
from callcenter.media.pacer import pace
from callcenter.media.phones import Conversation, Phone
from callcenter.media.settings import MediaSettings
from callcenter.media.sounds import Sounds
from callcenter.media.wanted import Wanted

HEARTBEAT_SECONDS = 10
PRIORITY = -11
"""nice value, where we may choose it"""
SWITCH_SECONDS = 0.001
"""a thread that makes a prompt gives way to the pacer after this"""

PHONES_MAX = 4_000
"""pages connected at once, watching tabs included"""

PRIVATE = ("recordings", "prompts")
"""what callers and agents said, and what was said to them"""

_log = structlog.get_logger(__name__)


class MediaServer:
    """Everything of one life of the media process, as an asynchronous context."""

    def __init__(self, settings: MediaSettings) -> None:
        self._settings = settings
        self._tickets = Tickets.of(settings.data)
        backlog = Backlog()
        self.sounds = Sounds(settings.data)
        self._archive = Archive(settings.data, int(settings.recordings_max_gb * 1e9), backlog.report)
        self.exchange = Exchange(settings, self.sounds, self._archive, backlog.report)
        self.clockwork = Clockwork(self.exchange, settings.rejoin_seconds)
        self.link = Link(backlog, self.exchange, Wanted(self.exchange))
        self._doors = Doors(self.exchange)
        self._phones: set[Phone] = set()
        self._runner = web.AppRunner(self._application(), access_log=None, handle_signals=False)
        self._pacer: asyncio.Task[None] | None = None
        self.port = settings.port

    async def __aenter__(self) -> MediaServer:
        settings = self._settings
        for name in PRIVATE:
            # Others may pass through the data directory (PostgreSQL runs as somebody else), but not listen.
            folder = settings.data / name
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        await self._archive.open()
        await self._runner.setup()
        site = web.TCPSite(self._runner, settings.host, settings.port, ssl_context=_tls(settings))
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            reason = os.strerror(error.errno or 0)
            raise UserError(
                f"The phones' address {settings.host}:{settings.port} can't be used: {reason}.",
                "End the program that listens there, or give another port in [media] of config.toml.",
            ) from error
        self.port = self._runner.addresses[0][1]
        await self.link.listen(socket_path(settings.data))
        self._pacer = asyncio.create_task(pace(self.clockwork.tick), name="pacer")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pacer is not None:
            self._pacer.cancel()
            await asyncio.wait([self._pacer])
        self.exchange.close()
        for phone in tuple(self._phones):
            phone.close(wire.CLOSE_RESTART)
        await self._archive.close()
        await self._runner.cleanup()
        await self.link.close()
        self.sounds.close()

    def check(self) -> None:
        """Raises what stopped the pacer: without it nobody hears anything, so a new life is better."""
        if self._pacer is not None and self._pacer.done():
            self._pacer.result()

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/phone", self._serve_phone)
        application.router.add_get("/healthz", self._healthz)
        return application

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"legs": len(self.exchange.legs), "service": self.link.attached})

    async def _serve_phone(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Origin", "") not in {*self._settings.origins, *self.link.origins}:
            raise web.HTTPForbidden(text="This page may not open a phone here.")
        if len(self._phones) >= PHONES_MAX:
            raise web.HTTPServiceUnavailable(text="Too many phones are connected.")
        socket = web.WebSocketResponse(
            max_msg_size=wire.MESSAGE_BYTES_MAX,
            compress=False,
            heartbeat=HEARTBEAT_SECONDS,
            decode_text=False,  # fifty times a second and page: the decoder takes bytes as they are
        )
        try:
            ticket = self._tickets.read(request.query.get("token", ""))
        except BadTicket:
            _log.warning("phone_refused", reason="phone.ticket")
            await socket.prepare(request)
            await socket.send_str('{"event":"error","error":{"code":4401,"key":"phone.ticket"}}')
            await socket.close(code=wire.CLOSE_BAD_TICKET)
            return socket
        await socket.prepare(request)
        assert request.transport is not None
        phone = Phone(ticket, socket, request.transport)
        await self._converse(phone, socket)
        return socket

    async def _converse(self, phone: Phone, socket: web.WebSocketResponse) -> None:
        conversation = Conversation(phone, socket, self.exchange.hear, self._doors.obey)
        phone.tell(wire.Connected())
        self._phones.add(phone)
        writer = asyncio.create_task(phone.write(), name="phone outbox")
        try:
            await conversation.read()
        finally:
            self._phones.discard(phone)
            self._doors.gone(phone)
            writer.cancel()
            await asyncio.wait([writer])


async def run_media(settings: MediaSettings) -> None:
    """The whole process: until SIGTERM or SIGINT, or until nobody needs it any more. Raises UserError."""
    sys.setswitchinterval(SWITCH_SECONDS)
    with suppress(OSError):  # only root may; voices can wait less than anything else on this machine
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    lock = Lock.take(settings.data)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with MediaServer(settings) as server:
            lock.tell(server.port)
            _log.info("media_ready", port=server.port, pid=os.getpid())
            await _until_unneeded(server, stop, settings.orphan_seconds)
        _log.info("media_stopped")
    finally:
        lock.release()


async def _until_unneeded(server: MediaServer, stop: asyncio.Event, orphan_seconds: float) -> None:
    alone = 0.0
    while not stop.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await stop.wait()
        server.check()
        alone = 0.0 if server.link.attached or server.exchange.legs else alone + 1
        if alone >= orphan_seconds:
            _log.info("media_not_needed")
            return


def _tls(settings: MediaSettings) -> ssl.SSLContext | None:
    if not settings.tls_certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key or None)
    except (OSError, ssl.SSLError) as error:
        raise UserError(
            f"The TLS certificate {settings.tls_certificate} or its key can't be used: {error}.",
            "Check tls_certificate and tls_key in [server] of config.toml.",
        ) from error
    return context
