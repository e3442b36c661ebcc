"""All screens of a day: what befalls them, and what they must show all the same.

I9   a screen that has been connected for a while shows what is durable: its desk at once, what many look at
     soon; no change is missing, and no connection is cut that reads
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from itertools import count
from random import Random

from msgspec import Struct

from callcenter.screens.views import DESK
from callcenter.simulate.feed import rows
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.screen import RELOAD_MS, Connect, Person, Screen
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
TWICE_MS = (1_000, 60_000)


class Owner(Struct, frozen=True):
    """Who serves the screens."""

    process: str = ""
    """"" while nobody does, or the owner does not know yet of the last entry on the disk"""
    is_written: bool = False
    """nothing waits for the disk"""


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
            # A first snapshot shows what was settled: until that is on the disk, the page shows what it knows.
            is_desk = topic.startswith(DESK) and topic in screen.shown
            for wait_ms in (*(DESK_MS if is_desk else CROWD_MS), 0):
                long = self._loop.now_ms() - screen.connected_at >= CONNECTED_MS
                if screen.connection != connection or not (screen.reads and long):
                    return
                now = owner()
                # What many look at is drawn a little later, and waits for all that was settled meanwhile.
                judged = now.process == screen.process and (is_desk or now.is_written)
                if not judged or screen.memory.rows.get(topic) == rows(durable, topic):
                    break
                if not wait_ms:
                    self._differs(screen, topic, durable)
                await asyncio.sleep(wait_ms / 1_000)

    def _differs(self, screen: Screen, topic: str, durable: Live) -> None:
        shown, so = screen.memory.rows.get(topic, {}), rows(durable, topic)
        for key in sorted(shown.keys() | so.keys()):
            if shown.get(key) != so.get(key):
                self._found(f"I9: {screen}, {topic} {key}: {shown.get(key)} is shown and {so.get(key)} is so")

    def _another(self, person: Person) -> Screen:
        number = next(self._numbers)
        random = Random(f"{self._seed}:screen {number}")
        return Screen(number, person, self._connect, self._found, self._loop, random)
