"""The whole simulation without a clock: carrier, callers and agents on one agenda.

The rule: whoever owns it advances `agenda`, takes `reports` and passes on what the centre says. Under the
same seed and the same commands at the same moments the same day happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.agents import Agents
from callcenter.cti.simulator.callers import CallerOnLine, Callers
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.curve import Curve, Demand, Flat
from callcenter.cti.simulator.directions import Directions
from callcenter.cti.simulator.drawn import Drawn
from callcenter.cti.simulator.legs import NAME, Carries
from callcenter.cti.simulator.outside import Outsider
from callcenter.cti.simulator.people import Known, Population
from callcenter.cti.simulator.reports import Reports
from callcenter.facts import CentreApplied, CentreSetup, Entry, LegId

ANY_NUMBER = "1000"
"""dialled when the centre answers every number"""


class SimulatorSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The `[cti.simulator]` table."""

    calls_per_hour: float | None = None
    """the same at any hour; None: by the bank's own curve of the day and the week"""
    agents_max: int | None = None
    """only the first so many of the agents whose station is "simulator" come to work"""
    lines_max: int = 500
    """calls at once; further ones find all lines busy and are not placed"""
    seed: int = 1
    calls_per_hour_min: float = 0.0
    """by the curve, but never fewer than so many"""
    rush: int = 0
    """so many call in the first half minute, so that nobody looks at an empty centre"""


class Simulation:
    """`run` names this process's life, so that no leg or report is ever called like one before a restart;
    `keep_secret` takes keyed digits into memory and returns their token; `population` replaces the seeded
    people, `demand` how many of them call when; `sooner` and `wake` tell that something is due earlier, or
    reported."""

    def __init__(
        self,
        settings: SimulatorSettings,
        setup: CentreSetup,
        *,
        run: str,
        now: int,
        keep_secret: Callable[[str], str],
        customers: Sequence[Known] = (),
        population: Population | None = None,
        carries: Carries | None = None,
        demand: Demand | None = None,
        sooner: Callable[[], None] = lambda: None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        directions = Directions(setup)
        population = population or Drawn(Random(settings.seed), setup, directions, customers)
        self._settings = settings
        self._demanded = demand
        self._setup = setup
        self._population = population
        self.agenda = Agenda(now, sooner)
        self.reports = Reports(f"{NAME}:{run}", wake)
        self.carrier = Carrier(
            self.agenda,
            self.reports,
            carries=carries or Carries(),
            keep_secret=keep_secret,
            adopted=self._adopted,
            dialled=self._dialled,
        )
        self.callers = Callers(
            self.agenda,
            self.carrier,
            population,
            directions,
            run=run,
            dialled=_dialled(setup),
            lines_max=settings.lines_max,
        )
        self.agents = Agents(
            self.agenda,
            self.carrier,
            self.reports,
            population,
            run=run,
            agents_max=settings.agents_max,
            about=self.callers.about,
        )

    def start(self) -> None:
        self.agents.start(self._setup)
        self.callers.follow(self._demand(self._setup))
        self.callers.rush(self._settings.rush)

    def observe(self, entry: Entry) -> None:
        """What is durable now, as far as people see it."""
        self.agents.observe(entry)
        if isinstance(entry.input, CentreApplied):
            setup = entry.input.setup
            directions = Directions(setup)
            self._population.follow(setup, directions)
            self.callers.dialled, self.callers.directions = _dialled(setup), directions

    def _demand(self, setup: CentreSetup) -> Demand:
        if self._demanded is not None:
            return self._demanded
        if self._settings.calls_per_hour is not None:
            return Flat(self._settings.calls_per_hour)
        return Curve(ZoneInfo(setup.time_zone), least=self._settings.calls_per_hour_min)

    def _dialled(self, number: str) -> Outsider:
        return Outsider(self.agenda, self.carrier, number)

    def _adopted(self, leg: LegId) -> CallerOnLine:
        return self.callers.adopted(leg)


def _dialled(setup: CentreSetup) -> tuple[str, ...]:
    return tuple(number for number, _ in setup.entries if number != "*") or (ANY_NUMBER,)
