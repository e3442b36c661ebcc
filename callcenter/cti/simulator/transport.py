"""The simulator behind the provider contract: the one place where it meets a clock and asyncio.

The rule: everything happens inside `Agenda.advance`, in the event loop's own thread, without a task: a
command or the next due moment advances the agenda, what follows is reported, and `events` hands it out.
Under the same seed, clock and commands the same day happens.

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
from random import Random
from typing import Protocol

from msgspec import Struct

from callcenter.cti.provider import Command, Reconnected, Say, WantedLeg
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.agents import Agents
from callcenter.cti.simulator.callers import Callers
from callcenter.cti.simulator.carrier import NAME, Carrier, Carries
from callcenter.cti.simulator.people import Drawn, Known, Population
from callcenter.cti.simulator.reports import Reports
from callcenter.errors import ProviderError
from callcenter.facts import CallArrived, CentreApplied, CentreSetup, Entry, Received

ANY_NUMBER = "1000"
"""dialled when the centre answers every number"""


class SimulatorSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The `[cti.simulator]` table."""

    calls_per_hour: float = 60.0
    agents_max: int | None = None
    """only the first so many of the agents whose station is "simulator" come to work"""
    lines_max: int = 500
    """calls at once; further ones find all lines busy and are not placed"""
    seed: int = 1


class Due(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    """Milliseconds that never go back."""

    def now_ms(self) -> int: ...

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Due:
        """Call once, not before `at_ms`."""
        ...


class LoopClock:
    """The time of the running event loop."""

    def now_ms(self) -> int:
        return int(asyncio.get_running_loop().time() * 1_000)

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Due:
        return asyncio.get_running_loop().call_at(at_ms / 1_000, callback)


class SimulatorProvider:
    """See `callcenter.cti.provider.Provider`; besides, `on_decisions` and `set_rate`.

    `keep_secret` takes keyed digits into memory and returns their token. `run` names this process's life, so
    that no leg or report is ever called like one before a restart. `population` replaces the seeded people.
    """

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
        clock: Clock | None = None,
        run: str = "",
    ) -> None:
        run = run or secrets.token_hex(4)
        population = population or Drawn(Random(settings.seed), customers)
        self._settings = settings
        self._setup = setup
        self._clock = clock or LoopClock()
        self._due: Due | None = None
        self._due_at = 0
        self._agenda = Agenda(self._clock.now_ms(), self._set_alarm)
        self._wake = asyncio.Event()
        self._reports = Reports(f"{NAME}:{run}", self._wake.set)
        self.carrier = Carrier(
            self._agenda,
            self._reports,
            carries=carries or Carries(),
            keep_secret=keep_secret,
            adopted=lambda leg: self.callers.adopted(leg),
        )
        self.callers = Callers(
            self._agenda,
            self.carrier,
            population,
            run=run,
            dialled=_dialled(setup),
            lines_max=settings.lines_max,
        )
        self._agents = Agents(
            self._agenda,
            self.carrier,
            self._reports,
            population,
            run=run,
            agents_max=settings.agents_max,
        )
        self._started = False
        self._closed = False

    async def events(self) -> AsyncIterator[Received | Reconnected]:
        self._reports.repeat()
        if not self._started:
            self._started = True
            self.advance()
            self._agents.start(self._setup)
            self.callers.set_rate(self._settings.calls_per_hour)
        while True:
            while (item := self._reports.take()) is not None:
                yield item
            if self._closed:
                return
            self._wake.clear()
            await self._wake.wait()

    def acknowledge(self, source: str) -> None:
        if (what := self._reports.acknowledge(source)) is not None:
            self.carrier.acknowledged(what)

    def refuse(self, received: Received) -> None:
        self._reports.acknowledge(received.source)
        if isinstance(received.input, CallArrived):
            self.carrier.refuse(received.input.leg)

    async def perform(self, command: Command) -> None:
        if self._closed:
            raise ProviderError(NAME, "it is closed")
        self.advance()
        self.carrier.perform(command)

    async def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        if self._closed:
            raise ProviderError(NAME, "it is closed")
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
        self._agents.observe(entry)
        if isinstance(entry.input, CentreApplied):
            self.callers.dialled = _dialled(entry.input.setup)

    def set_rate(self, calls_per_hour: float) -> None:
        """Let people call more or less often from now on; 0: not at all."""
        self.advance()
        self.callers.set_rate(calls_per_hour)

    def advance(self) -> None:
        """Do what is due by now; the alarm does this in time, a test may do it by hand."""
        self._agenda.advance(self._clock.now_ms())

    def cut_connection(self) -> None:
        """A fault: the centre loses sight of the carrier and finds it again at once."""
        self._reports.repeat()

    def _set_alarm(self) -> None:
        """Be called at the next due moment, unless a call no later than that is already planned."""
        due = self._agenda.next_due
        if due is None or self._closed or (self._due is not None and self._due_at <= due):
            return
        if self._due is not None:
            self._due.cancel()
        self._due_at = due
        self._due = self._clock.call_at(due, self._ring_alarm)

    def _ring_alarm(self) -> None:
        self._due = None
        self.advance()


def _dialled(setup: CentreSetup) -> tuple[str, ...]:
    return tuple(number for number, _ in setup.entries if number != "*") or (ANY_NUMBER,)
