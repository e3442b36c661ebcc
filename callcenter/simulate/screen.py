"""A screen before the centre in its box: a browser tab that opens, reloads, sleeps and loses its process.

The rule: it is what `agents_ui/src/topics.ts` and `feed.ts` are: a memory of topics, and a connection that is made
anew. Between it and production's feed is a socket that takes no time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from random import Random

import msgspec
from aiohttp import WSMessage, WSMsgType
from msgspec import Struct

from callcenter.facts import AgentSetup
from callcenter.rights import Actor, Role, topics_of
from callcenter.screens import wire
from callcenter.screens.reader import Visitor
from callcenter.screens.wire import OUTBOX_SECONDS_MAX
from callcenter.simulate.loop import VirtualLoop

BACK_OFF_MS, BACK_OFF_MS_MAX = 300, 3_000
RELOAD_MS = (100, 3_000)
HEARD_MS = 1
ASLEEP_MS = (500, round(2_500 * OUTBOX_SECONDS_MAX))
"""about half of those who stop reading are cut off for it"""

_TOLD: msgspec.json.Decoder[wire.Told] = msgspec.json.Decoder(wire.Told)
_ASKS = msgspec.json.Encoder()


class Person(Struct, frozen=True):
    """A `Visitor`: who sits before a screen."""

    actor: Actor

    @classmethod
    def at_desk(cls, agent: AgentSetup, role: Role) -> Person:
        return cls(Actor(agent.login, role, agent.agent))

    @property
    def name(self) -> str:
        return self.actor.login


class Memory:
    """What a page knows of its topics: an old snapshot and all changes since."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, wire.Row]] = {}
        self.numbers: dict[str, int] = {}

    def hear(self, message: bytes) -> wire.Told:
        """Raises ValueError at a gap: on one connection there never is one."""
        told = _TOLD.decode(message)
        match told:
            case wire.Snapshot():
                self.rows[told.topic] = dict(told.rows)
                self.numbers[told.topic] = told.n
            case wire.Change():
                if told.n != self.numbers[told.topic] + 1:
                    raise ValueError(f"change {told.n} of {told.topic} follows {self.numbers[told.topic]}")
                rows = self.rows[told.topic]
                for key in told.gone:
                    del rows[key]
                rows.update(told.set)
                self.numbers[told.topic] = told.n
            case _:
                pass
        return told


class Socket:
    """The server's end of a connection, as far as `Feed.serve` uses it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._said: deque[str] = deque()
        self._heard = asyncio.Event()
        self.readable = asyncio.Event()
        """set while the screen reads"""
        self.readable.set()
        self.is_open = True

    def say(self, text: str) -> None:
        """From the screen."""
        self._said.append(text)
        self._heard.set()

    def drop(self) -> None:
        """Whichever end does it, both know at once."""
        if self.is_open:
            self.is_open = False
            self._heard.set()
            self.readable.set()
            self._screen.lose(self)

    async def receive(self) -> WSMessage:
        while self.is_open and not self._said:
            self._heard.clear()
            await self._heard.wait()
        if self._said:
            return WSMessage(WSMsgType.TEXT, self._said.popleft(), None)
        return WSMessage(WSMsgType.CLOSED, None, None)

    async def send_frame(self, message: bytes, opcode: WSMsgType) -> None:
        await self.readable.wait()
        if not self.is_open:
            raise ConnectionResetError("the page is gone")
        self._screen.hear(message)

    async def close(self, *, code: int, message: bytes, drain: bool) -> bool:
        """Waits for the page to agree, which it does when it reads."""
        await self.readable.wait()
        if self.is_open:
            self._screen.told_to_leave(code, message.decode())
            self.drop()
        return True


Connect = Callable[[Socket, Visitor], str]
"""the name of the process that serves this screen from now on; "": nobody is there"""


class Screen:
    """One tab of one person, from `open` on. `found` is told what should not be."""

    def __init__(
        self,
        number: int,
        person: Person,
        connect: Connect,
        found: Callable[[str], None],
        loop: VirtualLoop,
        random: Random,
    ) -> None:
        self.person = person
        self.topics = tuple(sorted(topics_of(person.actor)))
        self.memory = Memory()
        self.connection = 0
        """counts them"""
        self.connected_at = 0
        self.process = ""
        """that it is connected to"""
        self.shown: set[str] = set()
        """topics of which this connection has brought a snapshot"""
        self._number = number
        self._connect = connect
        self._found = found
        self._loop = loop
        self._random = random
        self._socket: Socket | None = None
        self._failures = 0
        self._slept_at = 0
        self._is_closed = True

    def __str__(self) -> str:
        return f"screen {self._number} of {self.person.name}"

    @property
    def reads(self) -> bool:
        """Connected, greeted and awake."""
        return self._socket is not None and self.connected_at > 0 and self._socket.readable.is_set()

    def open(self) -> None:
        self._is_closed = False
        self.memory = Memory()
        self._tries()

    def close(self) -> None:
        self._is_closed = True
        if self._socket is not None:
            self._socket.drop()

    def reload(self) -> None:
        if self._is_closed:
            return
        self.close()
        self._loop.after(self._random.randint(*RELOAD_MS), self.open)

    def sleep(self) -> None:
        """The lid is closed, or the network stands still: nothing is read, and nothing says so."""
        if self._socket is not None and self._socket.readable.is_set():
            self._socket.readable.clear()
            self._slept_at = self._loop.now_ms()
            self._loop.after(self._random.randint(*ASLEEP_MS), self._wakes, self._socket)

    def wake(self) -> None:
        if self._socket is not None:
            self._wakes(self._socket)

    def _wakes(self, socket: Socket) -> None:
        """Hears at once all that was said meanwhile: from then on it is no excuse that it slept."""
        socket.readable.set()
        if socket is self._socket:
            self._loop.after(HEARD_MS, self._has_heard, self._slept_at)

    def _has_heard(self, slept_at: int) -> None:
        if self._slept_at == slept_at:
            self._slept_at = 0

    # --- The socket tells ---

    def hear(self, message: bytes) -> None:
        try:
            told = self.memory.hear(message)
        except (ValueError, KeyError) as error:
            self._found(f"I9: {self}: {error!r}; {message.decode()}")
            return
        if isinstance(told, wire.Snapshot):
            self.shown.add(told.topic)
        elif isinstance(told, wire.Hello):
            self._failures = 0
            self.connected_at = self._loop.now_ms()
            assert self._socket is not None
            self._socket.say(_ASKS.encode(wire.Subscribe("s", self.topics)).decode())
        elif isinstance(told, wire.Reply) and told.refused:
            self._found(f"I9: {self} may not subscribe: {told.refused}")

    def told_to_leave(self, code: int, reason: str) -> None:
        slow = reason == "too slow"
        slept = self._slept_at and self._loop.now_ms() - self._slept_at >= OUTBOX_SECONDS_MAX * 1_000
        if code not in (1012, 1013) or (slow and not slept):
            self._found(f"I9: {self} is told to leave: {code} {reason}")

    def lose(self, socket: Socket) -> None:
        if socket is not self._socket:
            return
        self._socket, self.connected_at, self._slept_at = None, 0, 0
        if not self._is_closed:
            wait_ms = min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2**self._failures)
            self._failures += 1
            self._loop.after(round(wait_ms * (0.5 + self._random.random())), self._tries)

    def _tries(self) -> None:
        if self._is_closed or self._socket is not None:
            return
        self._socket = socket = Socket(self)
        self.connection += 1
        self.shown.clear()
        self.process = self._connect(socket, self.person)
        if not self.process:
            socket.drop()
