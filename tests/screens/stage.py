"""A feed behind a real socket, an owner who writes when told to, and screens that connect to it."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import msgspec
from aiohttp import web

from callcenter import facts as f
from callcenter.lifecycles import Presence
from callcenter.rights import Actor, Role
from callcenter.screens.feed import Feed
from callcenter.screens.wire import MESSAGE_BYTES_MAX, Change, Hello, Reply, Row, Snapshot, Supervision, Told
from tests.core.centre import Centre
from tests.screens.days import Everybody, Today, configured

SOCKET_BYTES = 8 * 1024
"""small, so that a screen that doesn't read is felt soon"""

_TOLD: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)


class Session(msgspec.Struct, frozen=True):
    name: str
    actor: Actor


SESSIONS = {
    "agent1": Session("Ann", Actor("agent1", Role.AGENT, 1)),
    "agent2": Session("Bob", Actor("agent2", Role.AGENT, 2)),
    "agent4": Session("Dee", Actor("agent4", Role.SUPERVISOR, 4)),
    "super": Session("Sue", Actor("super", Role.SUPERVISOR)),
    "admin": Session("Ada", Actor("admin", Role.ADMIN)),
}


class Oversight:
    """Remembers what it was told; a store that is away breaks it."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.refused: list[tuple[str, str, str]] = []
        """(login, ask, why)"""
        self.broken = False

    async def end_sessions(self, login: str) -> None:
        if self.broken:
            raise ConnectionError("the database is gone")
        self.ended.append(login)

    async def note_refused(self, actor: Actor, ask: Supervision, refused: str) -> None:
        if self.broken:
            raise ConnectionError("the database is gone")
        self.refused.append((actor.login, type(ask).__name__, refused))


class Owner:
    """Settles at once; everything is durable at once too, unless `writing` is off."""

    def __init__(self) -> None:
        self.centre = Centre(configured())
        self.feed: Feed | None = None
        self.received: list[f.Received] = []
        self.writing = asyncio.Event()
        self.writing.set()
        self.full = False
        """takes no person's input now"""
        self._sources: set[str] = set()

    def do(self, input: f.Input) -> tuple[f.Decision, ...]:
        decisions = self.centre.do(input, after_ms=1)
        assert self.feed is not None
        self.feed.observe((input, *decisions), len(self.centre.entries))
        if self.writing.is_set():
            self.feed.durable(len(self.centre.entries))
        return decisions

    def write(self) -> None:
        assert self.feed is not None
        self.writing.set()
        self.feed.durable(len(self.centre.entries))

    async def submit(self, received: f.Received) -> str:
        decisions: tuple[f.Decision, ...] = ()
        if self.full:
            return "busy"
        if received.source not in self._sources:
            self._sources.add(received.source)
            self.received.append(received)
            decisions = self.do(received.input)
        await self.writing.wait()
        return next((fact.reason for fact in decisions if isinstance(fact, f.Refused)), "")

    def ready(self, *agents: int) -> None:
        for number in agents:
            self.do(f.AgentSignedIn(number, f"agent{number}"))
            self.do(f.StationConnected(number, "phone"))
            self.do(f.PresenceChosen(number, Presence.READY, "", f"agent{number}"))

    def call(self, leg: str = "phone:1", ani: str | None = None) -> int:
        """A withheld number goes straight into the queue. Returns the contact."""
        self.do(f.CallArrived(leg, "phone", ani, "100"))
        return self.centre.live.state.counters.contact


class Screen:
    """A page: everything it is told, in order, and its topics as it knows them."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.told: list[Told] = []
        self.topics: dict[str, dict[str, Row]] = {}
        self._ids = itertools.count()

    async def hear(self) -> Told:
        told = _TOLD.decode(await self.ws.receive_str(timeout=10))
        self.told.append(told)
        if isinstance(told, Snapshot):
            self.topics[told.topic] = dict(told.rows)
        elif isinstance(told, Change):
            rows = self.topics[told.topic]
            rows.update(told.set)
            for key in told.gone:
                del rows[key]
        return told

    async def say(self, do: str, **words: object) -> str:
        id = str(words.pop("id", f"t:{next(self._ids)}"))
        await self.ws.send_json({"do": do, "id": id, **words})
        return id

    async def reply_to(self, id: str) -> str:
        while True:
            told = await self.hear()
            if isinstance(told, Reply) and told.id == id:
                return told.refused

    async def ask(self, do: str, **words: object) -> str:
        """Says it and waits for the reply: "" or why it was refused."""
        return await self.reply_to(await self.say(do, **words))

    async def follow(self, *topics: str) -> None:
        assert await self.ask("subscribe", topics=topics) == ""
        await self.until(lambda: self.topics.keys() >= set(topics))

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self.hear()

    async def catch_up(self) -> None:
        """Hears everything that was said before now."""
        await self.ask("subscribe", topics=[])

    async def closed_with(self) -> int | None:
        """The code with which the service closed this socket."""
        while (message := await self.ws.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
            pass
        return self.ws.close_code if message.type is not aiohttp.WSMsgType.ERROR else None


class Stage:
    def __init__(self, owner: Owner, feed: Feed, people: Everybody, oversight: Oversight, url: str) -> None:
        self.owner = owner
        self.feed = feed
        self.people = people
        self.oversight = oversight
        self.url = url
        self.left: asyncio.Queue[str] = asyncio.Queue()
        """logins whose connection is over"""
        self._transports: list[asyncio.WriteTransport] = []
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def screen(self, login: str) -> Screen:
        """Connected and greeted."""
        screen = Screen(await self.connect(login))
        assert isinstance(await screen.hear(), Hello)
        return screen

    async def connect(self, login: str) -> aiohttp.ClientWebSocketResponse:
        return await self._session.ws_connect(f"{self.url}?login={login}", max_msg_size=0)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=MESSAGE_BYTES_MAX, compress=False)
        await ws.prepare(request)
        login = request.query["login"]
        transport = request.transport
        assert transport is not None
        self._transports.append(transport)
        try:
            await self.feed.serve(ws, SESSIONS[login], transport.abort)
        finally:
            self.left.put_nowait(login)
        return ws

    async def turns(self, count: int) -> None:
        """Lets the loop go round."""
        for _ in range(count):
            await asyncio.sleep(0)

    def unsent(self) -> int:
        """Bytes that lie in this process for screens to take."""
        return sum(transport.get_write_buffer_size() for transport in self._transports)

    async def close(self) -> None:
        await self._session.close()


@asynccontextmanager
async def staged(
    people: Everybody | None = None, *, begin: bool = True, speed: Callable[[], int] = lambda: 1
) -> AsyncIterator[Stage]:
    people = people or Everybody()
    owner = Owner()
    oversight = Oversight()
    feed = Feed(
        owner.submit,
        people,
        Today(),
        oversight=oversight,
        now=lambda: owner.centre.at,
        speed=speed,
        build="test",
    )
    owner.feed = feed
    if begin:
        feed.begin(owner.centre.live, len(owner.centre.entries))
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BYTES)
    stage = Stage(owner, feed, people, oversight, f"http://127.0.0.1:{listening.getsockname()[1]}/feed")
    app = web.Application()
    app.router.add_get("/feed", stage.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    looking_up = asyncio.create_task(feed.run(), name="feed")
    try:
        yield stage
    finally:
        feed.stop()
        await stage.close()
        await runner.cleanup()
        looking_up.cancel()
        await asyncio.gather(looking_up, return_exceptions=True)
