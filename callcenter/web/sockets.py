"""The screens' websockets: who may open one, and that none outlives its session.

A cross-site page can open a websocket with the victim's cookies and no browser stops it, so the Origin must be
ours to the letter: absent, "null", a suffix or a subdomain is refused. Signing out closes the session's sockets at
once; a session that ends elsewhere (another web process, a changed role, a limit) is noticed within
SESSION_CHECK_SECONDS. An open screen counts as use of its session. What is said on a socket is the feed's business.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable

import structlog
from aiohttp import WSCloseCode, web

from callcenter.screens.wire import MESSAGE_BYTES_MAX
from callcenter.store.outage import OUTAGE
from callcenter.store.people import People, Session
from callcenter.web.replies import Refused

SOCKETS_PER_SESSION_MAX = 20
SESSION_CHECK_SECONDS = 0.5
TOUCH_SECONDS = 60.0
TIDY_SECONDS = 3600.0
HEARTBEAT_SECONDS = 20
CLOSE_SECONDS = 1.0
SIGNED_OUT = 4401
"""close code: the session is over, sign in again"""

log = structlog.get_logger(__name__)


class Sockets:
    """All open sockets by session."""

    def __init__(self, people: People, sockets_max: int) -> None:
        self._people = people
        self._sockets_max = sockets_max
        self._open: defaultdict[bytes, set[_Socket]] = defaultdict(set)
        self.stopping = False

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    async def accept(self, request: web.Request, session: Session) -> _Socket:
        """Upgrade the request. Raises Refused when there are too many, or the service stops."""
        if self.stopping:
            raise Refused("stopping")
        if len(self) >= self._sockets_max:
            raise Refused("busy", "Too many screens are open.")
        if len(self._open.get(session.key, ())) >= SOCKETS_PER_SESSION_MAX:
            raise Refused("too_many", f"Nobody needs more than {SOCKETS_PER_SESSION_MAX} open screens.")
        # No compression: a small bomb would unpack to gigabytes before its size could be judged.
        websocket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS, max_msg_size=MESSAGE_BYTES_MAX, compress=False
        )
        if not websocket.can_prepare(request).ok:
            raise Refused("malformed", "This address speaks websocket only.")
        socket = _Socket(websocket, request, session.key)
        self._open[session.key].add(socket)  # before the upgrade: a sign-out meanwhile must find it
        try:
            await websocket.prepare(request)
        except BaseException:  # also when cancelled
            self.release(socket)
            raise
        return socket

    def release(self, socket: _Socket) -> None:
        sockets = self._open[socket.key]
        sockets.discard(socket)
        if not sockets:
            del self._open[socket.key]

    async def close_session(self, key: bytes) -> None:
        await self._close(self._open.get(key, ()), SIGNED_OUT, b"signed out")

    async def close_all(self) -> None:
        """The service stops: pages wait a moment and come back."""
        self.stopping = True
        every = [socket for sockets in self._open.values() for socket in sockets]
        await self._close(every, WSCloseCode.SERVICE_RESTART, b"restart")

    async def watch(self) -> None:
        """Close the sockets of sessions that are over, keep the others alive; until cancelled."""
        touch_in = tidy_in = 0.0
        while True:
            try:
                await self._check(touch=touch_in <= 0)
                if tidy_in <= 0:
                    await self._people.tidy()
            except OUTAGE as error:  # our outage throws nobody out
                log.warning("sessions_not_checked", reason=type(error).__name__)
            else:
                touch_in = touch_in if touch_in > 0 else TOUCH_SECONDS
                tidy_in = tidy_in if tidy_in > 0 else TIDY_SECONDS
            await asyncio.sleep(SESSION_CHECK_SECONDS)
            touch_in -= SESSION_CHECK_SECONDS
            tidy_in -= SESSION_CHECK_SECONDS

    async def _check(self, *, touch: bool) -> None:
        keys = set(self._open)
        if not keys:
            return
        live = await (self._people.touch(keys) if touch else self._people.live(keys))
        for key in keys - live:
            await self.close_session(key)

    async def _close(self, sockets: Iterable[_Socket], code: int, message: bytes) -> None:
        async with asyncio.TaskGroup() as group:
            for socket in list(sockets):
                group.create_task(socket.close(code, message), name="close socket")


class _Socket:
    """One websocket and the connection under it."""

    def __init__(self, websocket: web.WebSocketResponse, request: web.Request, key: bytes) -> None:
        self.websocket = websocket
        self.key = key
        self._request = request

    async def close(self, code: int, message: bytes) -> None:
        """Also when the other end doesn't read, or never answers the close."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                # Undrained: a writer that was cancelled while it drained would cancel this close as well.
                await self.websocket.close(code=code, message=message, drain=False)
        except (TimeoutError, ConnectionError):
            self.abort()

    def abort(self) -> None:
        """Drop the connection with whatever has not been read."""
        if self._request.transport is not None:
            self._request.transport.abort()


def check_origin(request: web.Request, origins: frozenset[str]) -> None:
    """Raises Refused unless the request says that it comes from one of our pages."""
    if request.headers.getall("Origin", []) not in [[origin] for origin in origins]:
        raise Refused("origin")
