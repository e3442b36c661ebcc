"""The simulator behind the provider contract: the one place where it meets a clock and asyncio.

The rule: everything happens inside `Agenda.advance`, in the event loop's own thread, without a task: a
command or the next due moment advances the agenda, what follows is reported, and `events` hands it out.

Simulated legs live in this process and die with it, where a real carrier's would live on. So that a restart
does not fill the history with losses, the next process takes over what `reconcile` names
(`Carries.adopts`): a `WantedLeg` says all that is needed. Whoever waited hears the music again with fresh
patience, whoever talked goes on talking, whoever was in the menu is asked again; the person is drawn from
the leg's id, the same at every restart. With `adopts=False` such legs are reported as ended by
`LegCause.SYSTEM`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from math import ceil
from typing import Protocol

from callcenter.cti.provider import Command, Reconnected, Say, WantedLeg
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.curve import Demand
from callcenter.cti.simulator.legs import NAME, Carries
from callcenter.cti.simulator.people import Known, Population
from callcenter.cti.simulator.simulation import Simulation, SimulatorSettings
from callcenter.errors import ProviderError
from callcenter.facts import CallArrived, CentreSetup, Entry, Input, Received


class Due(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    """Milliseconds that never go back."""

    def now_ms(self) -> int: ...

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Due:
        """Call once, about when it is `at_ms`."""
        ...


class LoopClock:
    """The time of the event loop that runs when it is made."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def now_ms(self) -> int:
        # Rounded, not cut off: uvloop counts whole milliseconds, and 1.001 s x 1000 is a bit less than 1001.
        # Cut off, an alarm would find nothing due and be set again and again within its millisecond.
        return round(self._loop.time() * 1_000)

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Due:
        return self._loop.call_at(at_ms / 1_000, callback)


class CentreTime(Protocol):
    """The centre's own clock, which may run faster than the world's."""

    def now(self) -> int: ...

    def seconds_until(self, at: int) -> float: ...


class CentreClock:
    """The centre's time: simulated people live by its days, shifts and curve."""

    def __init__(self, time: CentreTime) -> None:
        self._time = time
        self._loop = asyncio.get_running_loop()

    def now_ms(self) -> int:
        return self._time.now()

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Due:
        # A whole millisecond later than asked for: a loop that counts in milliseconds would call too early, and the
        # alarm be set again and again until it is time. What is late happens at its planned moment all the same.
        wait_ms = ceil(max(0.0, self._time.seconds_until(at_ms)) * 1_000) + 1
        return self._loop.call_later(wait_ms / 1_000, callback)


class SimulatorProvider:
    """See `callcenter.cti.provider.Provider`; besides, `on_decisions` and `set_rate`. Parameters are those of
    `Simulation`."""

    name = NAME

    def __init__(
        self,
        settings: SimulatorSettings,
        setup: CentreSetup,
        *,
        keep_secret: Callable[[str], str],
        customers: Sequence[Known] = (),
        population: Population | None = None,
        carries: Carries | None = None,
        demand: Demand | None = None,
        clock: Clock | None = None,
        run: str = "",
    ) -> None:
        self._clock = clock or LoopClock()
        self._due: Due | None = None
        self._due_at = 0
        self._wake = asyncio.Event()
        self._started = False
        self._closed = False
        self._simulation = Simulation(
            settings,
            setup,
            run=run or secrets.token_hex(4),
            now=self._clock.now_ms(),
            keep_secret=keep_secret,
            customers=customers,
            population=population,
            carries=carries,
            demand=demand,
            sooner=self._set_alarm,
            wake=self._wake.set,
        )

    @property
    def carrier(self) -> Carrier:
        """For hands instead of simulated people."""
        return self._simulation.carrier

    def report(self, what: Input) -> None:
        """What a phone says of itself, as these hands say it."""
        self._simulation.reports.add(what)

    @property
    def unacknowledged(self) -> int:
        """Reports that nobody has confirmed."""
        return len(self._simulation.reports)

    @property
    def not_placed(self) -> int:
        """Calls that found all `lines_max` lines busy: the centre never saw them."""
        return self._simulation.callers.not_placed

    async def events(self) -> AsyncIterator[Received | Reconnected]:
        reports = self._simulation.reports
        reports.repeat()
        if self._started:
            self._simulation.agents.connect_again()
        else:
            self._started = True
            self.advance()
            self._simulation.start()
        while not self._closed:
            if (item := reports.take()) is not None:
                yield item
            else:
                self._wake.clear()
                await self._wake.wait()

    def acknowledge(self, source: str) -> None:
        if (what := self._simulation.reports.acknowledge(source)) is not None:
            self.carrier.acknowledged(what)

    def refuse(self, received: Received) -> None:
        self._simulation.reports.acknowledge(received.source)
        if isinstance(received.input, CallArrived):
            self.carrier.refuse(received.input.leg)

    async def perform(self, command: Command) -> None:
        self._must_be_open()
        self.advance()
        self.carrier.perform(command)

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        self._must_be_open()
        self.advance()
        self.carrier.reconcile(wanted)

    def prepare(self, says: Sequence[Say]) -> None:
        """Nothing is rendered here."""

    async def close(self) -> None:
        self._closed = True
        if self._due is not None:
            self._due.cancel()
        self._wake.set()

    def on_decisions(self, entry: Entry) -> None:
        """The engine tells every entry that is durable: simulated agents see their desks."""
        self.advance()
        self._simulation.observe(entry)

    def set_rate(self, calls_per_hour: float) -> None:
        """Let people call more or less often from now on; 0: not at all."""
        self.advance()
        self._simulation.callers.set_rate(calls_per_hour)

    def follows(self, dead: SimulatorProvider) -> None:
        """Whoever was on the line of a carrier that has died calls this one again."""
        self._simulation.callers.call_again(dead._simulation.callers.cut_off())

    def cut_connection(self) -> None:
        """A fault: the centre loses sight of the carrier and finds it again at once."""
        self._simulation.reports.repeat()

    def advance(self) -> None:
        """Do what is due by now; the alarm does this in time, hands may do it themselves."""
        if not self._closed:
            self._simulation.agenda.advance(self._clock.now_ms())

    def _must_be_open(self) -> None:
        if self._closed:
            raise ProviderError(NAME, "it is closed")

    def _set_alarm(self) -> None:
        """Be called at the next due moment, unless a call no later than that is already planned."""
        due = self._simulation.agenda.next_due
        if due is None or self._closed or (self._due is not None and self._due_at <= due):
            return
        if self._due is not None:
            self._due.cancel()
        self._due_at = due
        self._due = self._clock.call_at(due, self._ring_alarm)

    def _ring_alarm(self) -> None:
        self._due = None
        self.advance()
