"""Screens before a centre in its box: browser tabs that open, reload, stop reading and lose their process.

The rule: the feed is production's, to its last byte; a tab is what `agents_ui/src/topics.ts` and `feed.ts` are: a
memory of topics, and a connection that is made anew. Between them is a socket that takes no time.

    I9   a screen that has been connected for a while shows what is durable: its desk at once, what many look at
         soon; no change is missing, and no connection is cut that reads
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from random import Random

import msgspec
from aiohttp import WSMessage, WSMsgType
from msgspec import Struct

from callcenter.customer_record import CustomerRecord
from callcenter.facts import AgentSetup, Ref
from callcenter.queue.service_level import QueueFigures
from callcenter.rights import Actor, Role, topics_of
from callcenter.screens import views, wire
from callcenter.screens.book import Book
from callcenter.screens.feed import Feed
from callcenter.screens.listener import Submit
from callcenter.screens.reader import Visitor
from callcenter.screens.view_crowd import Crowd
from callcenter.screens.view_eyes import Eyes
from callcenter.screens.views import DESK
from callcenter.screens.wire import OUTBOX_SECONDS_MAX
from callcenter.simulate.loop import VirtualLoop
from callcenter.state import Live

KINDS = ("screen_reloads", "screen_stops_reading", "screen_opens_twice")
"""the misfortunes of screens; on a day on which none of them may strike nobody looks at any"""

CONNECTED_MS = 2_000
"""after which a screen has everything"""
DESK_MS = (7, 13, 29)
"""a desk that differs at each of these moments does not show what is durable"""
CROWD_MS = (50, 100, 200, 300, 500, 850)
LOOK_MS = (500, 4_000)
"""between two looks at a screen"""
BACK_OFF_MS, BACK_OFF_MS_MAX = 300, 3_000
RELOAD_MS = (100, 3_000)
TWICE_MS = (1_000, 60_000)
ASLEEP_MS = (500, round(2_500 * OUTBOX_SECONDS_MAX))
"""about half of those who stop reading are cut off for it"""

_TOLD: msgspec.json.Decoder[wire.Told] = msgspec.json.Decoder(wire.Told)
_ASKS = msgspec.json.Encoder()


class Owner(Struct, frozen=True):
    """Who serves the screens."""

    process: str = ""
    """"" while nobody does, or the owner does not know yet of the last entry on the disk"""
    is_written: bool = False
    """nothing waits for the disk"""


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
        self._numbers: dict[str, int] = {}

    def hear(self, message: bytes) -> wire.Told:
        """Raises ValueError at a gap: on one connection there never is one."""
        told = _TOLD.decode(message)
        match told:
            case wire.Snapshot():
                self.rows[told.topic] = dict(told.rows)
                self._numbers[told.topic] = told.n
            case wire.Change():
                if told.n != self._numbers[told.topic] + 1:
                    raise ValueError(f"change {told.n} of {told.topic} follows {self._numbers[told.topic]}")
                rows = self.rows[told.topic]
                for key in told.gone:
                    del rows[key]
                rows.update(told.set)
                self._numbers[told.topic] = told.n
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
            self._loop.after(self._random.randint(*ASLEEP_MS), self._socket.readable.set)

    def wake(self) -> None:
        if self._socket is not None:
            self._socket.readable.set()

    # --- The socket tells ---

    def hear(self, message: bytes) -> None:
        try:
            told = self.memory.hear(message)
        except (ValueError, KeyError) as error:
            self._found(f"I9: {self}: {error!r}; {message.decode()}")
            return
        if isinstance(told, wire.Hello):
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
        self.process = self._connect(socket, self.person)
        if not self.process:
            socket.drop()


class Screens:
    """All of a day, before the desks of these people."""

    def __init__(
        self,
        seed: int,
        people: Collection[Person],
        connect: Connect,
        found: Callable[[str], None],
        loop: VirtualLoop,
    ) -> None:
        self._seed = seed
        self._connect = connect
        self._found = found
        self._loop = loop
        self._random = Random(f"{seed}:screens")
        self._numbers = count(1)
        self._screens = [self._another(person) for person in people]

    def __bool__(self) -> bool:
        return bool(self._screens)

    def begin(self) -> None:
        for screen in self._screens:
            self._loop.after(self._random.randint(*RELOAD_MS), screen.open)

    def settle(self) -> None:
        """Everybody sits down before theirs."""
        for screen in self._screens:
            screen.wake()

    def suffer(self, kind: str, random: Random) -> None:
        """One of `KINDS` befalls somebody's screen."""
        screen = random.choice(self._screens)
        match kind:
            case "screen_reloads":
                screen.reload()
            case "screen_stops_reading":
                screen.sleep()
            case "screen_opens_twice":
                another = self._another(screen.person)
                self._screens.append(another)
                another.open()
                self._loop.after(random.randint(*TWICE_MS), self._closes, another)

    def _closes(self, screen: Screen) -> None:
        screen.close()
        self._screens.remove(screen)

    # --- What must hold ---

    async def look_for_ever(self, durable: Live, owner: Callable[[], Owner]) -> None:
        """`durable` is the centre after the last entry that is on the disk."""
        while True:
            await asyncio.sleep(self._random.randint(*LOOK_MS) / 1_000)
            await self._look(self._random.choice(self._screens), durable, owner)

    def over(self, durable: Live) -> None:
        """Long after all is well everybody's screen is there and right."""
        for screen in self._screens:
            if not screen.reads:
                self._found(f"I9: {screen} is not connected long after all is well")
            for topic in screen.topics:
                self._differs(screen, topic, durable)

    async def _look(self, screen: Screen, durable: Live, owner: Callable[[], Owner]) -> None:
        connection = screen.connection
        for topic in screen.topics:
            is_desk = topic.startswith(DESK) and topic in screen.memory.rows
            for wait_ms in (*(DESK_MS if is_desk else CROWD_MS), 0):
                long = self._loop.now_ms() - screen.connected_at >= CONNECTED_MS
                if screen.connection != connection or not (screen.reads and long):
                    return
                now = owner()
                # What many look at is drawn a little later, and waits for all that was settled meanwhile.
                judged = now.process == screen.process and (is_desk or now.is_written)
                if not judged or screen.memory.rows.get(topic) == _rows(durable, topic):
                    break
                if not wait_ms:
                    self._differs(screen, topic, durable)
                await asyncio.sleep(wait_ms / 1_000)

    def _differs(self, screen: Screen, topic: str, durable: Live) -> None:
        shown, so = screen.memory.rows.get(topic, {}), _rows(durable, topic)
        for key in sorted(shown.keys() | so.keys()):
            if shown.get(key) != so.get(key):
                self._found(f"I9: {screen}, {topic} {key}: {shown.get(key)} is shown and {so.get(key)} is so")

    def _another(self, person: Person) -> Screen:
        number = next(self._numbers)
        random = Random(f"{self._seed}:screen {number}")
        return Screen(number, person, self._connect, self._found, self._loop, random)


def _rows(live: Live, topic: str) -> dict[str, wire.Row]:
    return views.rows(Eyes(live, Book(Everybody()), NoFigures(), Crowd(live)), topic)


class Everybody:
    """`People` of a feed: all of them are at hand."""

    def agent_name(self, agent: int) -> str:
        return f"Agent {agent}"

    def lines_of(self, agent: int) -> frozenset[str]:
        return frozenset()

    def record_at_hand(self, customer: int) -> CustomerRecord | None:
        return CustomerRecord(customer, f"Customer {customer}", "A", "en", ())

    def value_at_hand(self, ref: Ref) -> str | None:
        return f"value of {ref}"

    async def record(self, customer: int) -> CustomerRecord | None:
        return self.record_at_hand(customer)

    async def names(self, customers: Sequence[int]) -> Mapping[int, str]:
        return {}

    async def values(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        return {}


class NoFigures:
    """`Today` of a feed: the figures of a day are the history's, which nobody writes here."""

    def queue(self, name: str, /) -> QueueFigures:
        return QueueFigures()

    def handled_by(self, agent: int, /) -> int:
        return 0


def feed_before(submit: Submit, now: Callable[[], int], process: str) -> Feed:
    """The feed of this process, of which connections have names that follow from the seed."""
    numbers = count(1)
    return Feed(
        submit,
        Everybody(),
        NoFigures(),
        oversight=Trusting(),
        now=now,
        build="box",
        name_connection=lambda: f"{process}:{next(numbers)}",
    )


class Trusting:
    """`Oversight` of a feed: nobody asks for anything over these connections."""

    async def end_sessions(self, login: str) -> None:
        """There are none."""

    async def note_refused(self, actor: Actor, ask: wire.Supervision, refused: str) -> None:
        """Nothing was."""
