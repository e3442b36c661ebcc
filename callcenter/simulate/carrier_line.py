"""The line between one process and the carrier, and what happens to whoever uses it.

The rule: to the engine it is a provider like any other, and it breaks no promise of the contract: events of a leg
come in order unless they are late or change places, what is not acknowledged comes again once the connection is
mended, a command that comes twice has one effect. What it may do is be slow, forget, double, and lose a reply.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Protocol, TypeVar, get_args

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.browser import wire
from callcenter.cti.provider import Command, Dial, Provider, Reconnected, Say, WantedLeg
from callcenter.effects import HangUp, RingAgent
from callcenter.errors import ProviderError
from callcenter.simulate.faults import CHANCES, Dice
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.mortal import Mortal

LATE_MS = 12_000
MAY_BE_LATE = (
    f.LegAnswered
    | f.LegEnded
    | f.LegFailed
    | f.PlayFinished
    | f.KeysEntered
    | f.KeysTimedOut
    | f.RecordingClosed
)
"""what no provider tells out of turn: who is away and who is back, which phones are there"""
TOLD_AS_THEY_ARE = tuple({*get_args(wire.Happened)} - {wire.Arrived, wire.Keyed})
"""by the media process; of arrivals and keys its codec makes references, as these people do themselves"""
ANSWERS_LATE = 3
"""times as often as other events"""
AGAIN_MS = 6_000
TURNS_MS = 4_000
WAY_MS = 30
"""of an event or a command, at most"""
SLOW_MS = 1_000
USUAL_MS = 10
"""that a command takes at most, on a day on which any may be slow; else it takes none"""
HANG_UP_TRIES = 4
"""so many times as likely to be lost as another command"""
REPLY_MS = 3_000
"""for so long a reply is waited for: meanwhile somebody may have answered"""

Item = f.Received | Reconnected


Ordered = TypeVar("Ordered", bound=wire.Order)


def over_the_wire(order: Ordered) -> Ordered:
    """As the media process reads it."""
    read = wire.ORDERS.decode(wire.line(order))
    assert isinstance(read, type(order))
    return read


def over_the_wire_back(told: f.Received) -> f.Received:
    """As the service reads what the media process reports."""
    read = wire.TOLD.decode(wire.line(wire.Report(told.source, told.input)))  # type: ignore[arg-type]
    assert isinstance(read, wire.Report)
    return f.Received(read.source, read.what, told.values)  # type: ignore[arg-type]


class Listener(Protocol):
    """Who hears what goes out on the line."""

    def acknowledged(self, source: str) -> None: ...

    def refused(self, source: str) -> None:
        """A call, whose caller is told so."""
        ...

    def commanded(self, command: Command, *, reconciles: bool) -> None:
        """`reconciles`: it is one of a reconciliation."""
        ...

    def reconciled(self, legs: Collection[f.LegId]) -> None:
        """All others were told to end by it."""
        ...

    def failed(self) -> None:
        """The carrier has said that it can't do this now."""
        ...

    def not_rung(self, leg: f.LegId) -> None:
        """The carrier has said that it can't be."""
        ...


class CarrierLine:
    """A `Provider` for one process."""

    def __init__(
        self,
        carrier: Provider,
        dice: Dice,
        process: Mortal,
        loop: VirtualLoop,
        listener: Listener,
    ) -> None:
        self.name = carrier.name
        self._carrier = carrier
        self._dice = dice
        self._process = process
        self._loop = loop
        self._listener = listener
        self._arrived: deque[Item] = deque()
        self._wake = asyncio.Event()
        self._pumping: asyncio.Task[None] | None = None
        self._not_before: dict[object, int] = {}
        """leg or agent -> when its last event came"""
        self._is_good = not any(dice.plans(kind) for kind in CHANCES if kind.startswith("event"))
        """no event of this day is late, lost or doubled: then none is on its way either"""
        self._lost: set[object] = set()
        """whose events are lost until the connection is mended"""

    # --- Events ---

    async def events(self) -> AsyncIterator[Item]:
        self._pumping = asyncio.create_task(self._pump(), name="carrier line")
        try:
            while True:
                await self._wake.wait()
                while self._arrived:
                    await self._process.awake()
                    yield self._arrived.popleft()
                self._wake.clear()
        finally:
            self.cut_off()

    def cut_off(self) -> None:
        """The carrier talks to a newer owner; nothing comes here any more, whatever is still said from here."""
        if self._pumping is not None:
            self._pumping.cancel()

    async def _pump(self) -> None:
        async for item in self._carrier.events():
            if isinstance(item, Reconnected):
                self._lost.clear()
            elif isinstance(item.input, TOLD_AS_THEY_ARE):
                item = over_the_wire_back(item)
            if isinstance(item, Reconnected) or self._is_good:
                self._arrive(item)
            else:
                self._carry(item)

    def _carry(self, item: f.Received) -> None:
        dice, now = self._dice, self._loop.now_ms()
        key = getattr(item.input, "leg", None) or getattr(item.input, "agent", None)
        if key in self._lost or dice.strikes("event_lost"):
            self._lost.add(key)
            return
        # Never at the same moment as the one before: timers of one moment come in any order.
        due = max(now + dice.of("way").randrange(1, WAY_MS), self._not_before.get(key, 0) + 1)
        if isinstance(item.input, MAY_BE_LATE) and self._is_late(item):
            # An answer late enough to find its offer closed, and perhaps another one open for the same caller.
            self._arrive_at(due + dice.of("event_late").randrange(LATE_MS), item)
            return
        swaps = isinstance(item.input, f.LegEnded | f.PlayFinished | f.KeysEntered)
        if swaps and dice.strikes("event_reordered"):
            self._arrive_at(due + dice.of("event_reordered").randrange(TURNS_MS), item)
            return
        self._not_before[key] = due
        self._arrive_at(due, item)
        if dice.strikes("event_doubled"):
            again = item
            if isinstance(item.input, f.KeysEntered | f.PlayFinished):
                # Under another name, by a carrier that has forgotten that it told us.
                again = f.Received(f"{item.source}:again", item.input, item.values)
            self._arrive_at(due + dice.of("event_doubled").randrange(AGAIN_MS), again)

    def _is_late(self, item: f.Received) -> bool:
        return self._dice.strikes("event_late", ANSWERS_LATE if isinstance(item.input, f.LegAnswered) else 1)

    def _arrive_at(self, at_ms: int, item: Item) -> None:
        self._loop.at(at_ms, self._arrive, item)

    def _arrive(self, item: Item) -> None:
        self._arrived.append(item)
        self._wake.set()

    # --- What the engine says ---

    def acknowledge(self, source: str) -> None:
        process, dice = self._process, self._dice
        if process.is_dead:
            return
        self._listener.acknowledged(source)
        if dice.strikes("crash_before_acknowledgement"):
            process.kill()
            return
        if not process.is_frozen and not dice.strikes("acknowledgement_lost"):
            self._carrier.acknowledge(source)
        if dice.strikes("crash_after_acknowledgement"):
            process.kill()

    def refuse(self, received: f.Received) -> None:
        if not self._process.is_dead:
            self._listener.refused(received.source)
            self._carrier.refuse(received)

    async def perform(self, command: Command) -> None:
        dice, process = self._dice, self._process
        command = over_the_wire(command)
        if dice.plans("command_slow"):
            slow = dice.strikes("command_slow")
            random = dice.of("command_slow" if slow else "command")
            await asyncio.sleep(random.randrange(1, SLOW_MS if slow else USUAL_MS) / 1_000)
        await process.awake()
        rings = isinstance(command, RingAgent | Dial)
        if not rings and dice.strikes("command_failed"):
            self._listener.failed()
            raise ProviderError(self.name, "it can't be done now", retry=True)
        self._listener.commanded(command, reconciles=False)
        if dice.strikes("crash_before_command"):
            await process.die()
        if isinstance(command, RingAgent | Dial):
            await self._ring(command)
        elif not self._loses(command):
            await self._carrier.perform(command)
        if dice.strikes("command_doubled"):
            await self._carrier.perform(command)
        if dice.strikes("crash_after_command"):
            await process.die()

    def _loses(self, command: Command) -> bool:
        """Of the ends of legs more are lost: whoever is not told to end goes on for ever."""
        tries = HANG_UP_TRIES if isinstance(command, HangUp) else 1
        return any(self._dice.strikes("command_lost") for _ in range(tries))

    async def _ring(self, command: RingAgent | Dial) -> None:
        """What rings is never just lost: whoever asked is told that it can't be, or that nobody knows."""
        dice = self._dice
        if isinstance(command, RingAgent) and command.auto and dice.strikes("phone_silent"):
            command = replace(command, auto=False)
        if dice.strikes("command_refused"):
            self._listener.not_rung(command.leg)
            raise ProviderError(self.name, "it can't be rung", retry=True)
        if dice.strikes("reply_lost"):
            if dice.of("reply_lost").random() < 0.5:
                await self._carrier.perform(command)
            await asyncio.sleep(dice.of("reply_lost").randrange(REPLY_MS) / 1_000)
            await self._process.awake()
            raise ProviderError(self.name, "the reply was lost")
        await self._carrier.perform(command)

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        await self._process.awake()
        wanted = over_the_wire(wire.Reconcile(tuple(wanted))).wanted
        if self._dice.strikes("command_failed"):
            self._listener.failed()
            raise ProviderError(self.name, "it can't be done now", retry=True)
        for command in (command for want in wanted for command in want.commands):
            self._listener.commanded(command, reconciles=True)
        await self._carrier.reconcile(wanted)
        self._listener.reconciled({want.leg for want in wanted})

    def prepare(self, says: Sequence[Say]) -> None:
        """Nothing is rendered here."""

    async def close(self) -> None:
        """The carrier outlives every process."""
