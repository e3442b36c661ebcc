"""The day of a scenario, with all that it follows from: its centre and its public are in it, wherever it is lived.

bank, result = PlannedDay(planned, public).lived_by_all()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from callcenter.cti.simulator.people import Known
from callcenter.simulate.bank import MINUTE_MS, Bank, at_work, begin_ms
from callcenter.simulate.days import Result, live
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.scenario import Planned, Scenario
from callcenter.simulate.words import counted
from callcenter.store.customer_import import CustomerSetup

TOLD_EACH_MS = 15 * MINUTE_MS
BEFORE_MINUTES = (15, 60, 180)
"""it went wrong, as the smaller day begins"""
PARTS = (2, 4, 8)
"""of the agents, of which one stays at home"""
FACTORS = (0.25, 0.5, 0.75)


class Public(Struct, frozen=True):
    """Whom look-ups find, and who of them may call; nobody: strangers call."""

    customers: Sequence[CustomerSetup] = ()
    known: Sequence[Known] = ()


STRANGERS = Public()


class PlannedDay(Struct, frozen=True, tag="planned"):
    """A `Day`. Made smaller it begins later and has fewer kinds of fault, callers and agents."""

    TRIES_MAX = 40
    """some seconds each"""

    planned: Planned
    public: Public = STRANGERS

    @property
    def name(self) -> str:
        return f"{self.planned.name}-{self._scenario.seed}"

    def lived(self) -> Result:
        return self.lived_by_all()[1]

    def lived_by_all(self, tell: Callable[[str], None] | None = None) -> tuple[Bank, Result]:
        """`tell`: is told the time of the day now and then."""

        def bank() -> Bank:
            made = Bank(self.planned, self.public.customers, self.public.known)
            if tell is not None:
                _tell_the_time(made.box.loop, self.zone, tell)
            return made

        return live(begin_ms(self.planned, self.zone), bank, self.planned.seconds)

    def in_words(self) -> str:
        """What of it a smaller one has less of."""
        day, callers = self._scenario, self._scenario.callers
        calls = f"{callers.factor:g} x" if callers.per_hour is None else f"{callers.per_hour:g} an hour"
        agents = counted(len(at_work(self.planned.centre, day)), "agent")
        more = f" and {day.agents.more} made up" if day.agents.more else ""
        faults = f"faults: {', '.join(day.faults)}" if day.faults else "no faults"
        return (
            f"{self.planned.name}, seed {day.seed}: {day.from_} to {day.to}, callers {calls}, "
            f"{agents}{more}, {faults}"
        )

    def clock(self, at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1_000, self.zone):%H:%M:%S.%f}"[:-3]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.planned.centre.time_zone)

    def ways(self, result: Result) -> Sequence[str]:
        return ["beginning", "unused faults", *self._scenario.faults, "callers", "made up", "agents"]

    def smaller(self, way: str, result: Result) -> Iterator[PlannedDay]:
        day = self._scenario
        if way == "beginning":
            for begin in self._later(result):
                yield self._but(from_=begin)
        elif way == "unused faults":
            used = {kind: table for kind, table in day.faults.items() if kind in result.struck}
            if len(used) < len(day.faults):
                yield self._but(faults=used)
        elif way == "callers":
            for factor in FACTORS:
                if day.callers.per_hour is None:
                    fewer = replace(day.callers, factor=day.callers.factor * factor)
                else:
                    fewer = replace(day.callers, per_hour=day.callers.per_hour * factor)
                yield self._but(callers=fewer)
        elif way == "made up":
            if day.agents.more:
                yield self._but(agents=replace(day.agents, more=0))
        elif way == "agents":
            for ill in self._more_ill():
                yield self._but(agents=replace(day.agents, ill=ill))
        elif way in day.faults:
            yield self._but(faults={kind: table for kind, table in day.faults.items() if kind != way})

    def _later(self, result: Result) -> Iterator[str]:
        if not result.entries:
            return
        wrong = datetime.fromtimestamp(result.entries[-1].at / 1_000, self.zone)
        for minutes in BEFORE_MINUTES:
            begin = wrong.hour * 60 + wrong.minute - minutes
            if begin > self.planned.begin_minute:
                hour, minute = divmod(begin, 60)
                yield min(f"{hour:02}:{minute:02}", self._scenario.to)

    def _more_ill(self) -> Iterator[tuple[str, ...]]:
        centre = self.planned.centre
        here = at_work(centre, self._scenario)
        ill = tuple(one.login for one in centre.agents if one.queues and one.login not in here)
        for parts in PARTS:
            size = max(1, len(here) // parts)
            for first in range(0, len(here), size):
                if size < len(here):
                    yield (*ill, *here[first : first + size])

    @property
    def _scenario(self) -> Scenario:
        return self.planned.scenario

    def _but(self, **less: object) -> PlannedDay:
        return replace(self, planned=replace(self.planned, scenario=replace(self._scenario, **less)))


def _tell_the_time(loop: VirtualLoop, zone: ZoneInfo, tell: Callable[[str], None]) -> None:
    tell(f"{datetime.fromtimestamp(loop.now_ms() / 1_000, zone):%H:%M}")
    loop.after(TOLD_EACH_MS, _tell_the_time, loop, zone, tell)
