"""A real centre in the box: its own queues, trees, hours and shifts, and the people of a demonstration.

The rule: nobody in it knows of the box. Callers come by the day's curve and want what people want, agents keep
their shifts and have habits, look-ups find the customers who are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, time
from random import Random
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.simulator.curve import SLOT_MS, Curve, Demand, Flat
from callcenter.cti.simulator.directions import Directions
from callcenter.cti.simulator.drawn import Drawn
from callcenter.cti.simulator.legs import NAME, Carries
from callcenter.cti.simulator.people import Caller, Known
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.rights import Role
from callcenter.setup.centre_toml import with_simulated_agents
from callcenter.simulate.box import Box
from callcenter.simulate.customers import Directory
from callcenter.simulate.loop import VirtualClock
from callcenter.simulate.scenario import Planned, Scenario, minute
from callcenter.simulate.screen import Person
from callcenter.state import Live
from callcenter.store.customer_import import CustomerSetup

LINES_MAX = 100_000
OUTBOX_MAX = 1_000
AFTER_SECONDS = 3_600
"""for the last ones on the line to be served, and for wrap-ups"""
SHIFT = "mon-fri 08:30-17:00"
"""of an agent of whom the centre says none"""
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


class Bank:
    """`Inhabitants` of a box. Look-ups find `customers`, and `known` of them may call; with none, strangers do."""

    def __init__(
        self,
        planned: Planned,
        customers: Sequence[CustomerSetup],
        known: Sequence[Known],
    ) -> None:
        self.planned = planned
        self.setup = staffed(planned.centre, planned.scenario)
        self.heal_seconds = AFTER_SECONDS
        self.outbox_max = OUTBOX_MAX
        self.at_screens: Sequence[Person] = [
            Person.at_desk(agent, Role.AGENT if agent.queues else Role.SUPERVISOR)
            for agent in self.setup.agents
        ]
        self.calls = 0
        self._public = Neighbourhood(planned.scenario.seed, self.setup, known)
        self._settled = False
        self._carrier: SimulatorProvider | None = None
        self.box = Box(
            planned.scenario.seed,
            planned.plan,
            self,
            lambda dice: Directory(customers, dice),
            followers=[_Desks(self)],
        )
        self.struck = self.box.dice.struck = Struck(self.box.loop.now_ms)

    def new_carrier(self, run: str, keep_secret: Callable[[str], str]) -> SimulatorProvider:
        demand = Flat(0) if self._settled else _Day(self.planned.scenario, ZoneInfo(self.setup.time_zone))
        dead, self._carrier = (
            self._carrier,
            SimulatorProvider(
                SimulatorSettings(seed=self.planned.scenario.seed, lines_max=LINES_MAX),
                self.setup,
                keep_secret=keep_secret,
                population=self._public,
                carries=Carries(recordings=True, adopts=False),
                clock=VirtualClock(),
                run=run,
                demand=demand,
            ),
        )
        if dead is not None and not self._settled:
            self._carrier.follows(dead)
        return self._carrier

    def begin(self) -> None:
        """They come by themselves."""

    def settle(self) -> None:
        """Nobody calls any more; who is on the line is served."""
        self._settled = True
        self.box.carrier.set_rate(0)

    def reconnect(self) -> None:
        """The carrier's people do so themselves."""

    def another(self, random: Random, version: int) -> f.CentreSetup:
        """Somebody moves the wrap-ups about, or puts them back."""
        if random.random() < 0.5:
            return self.setup
        queues = tuple(replace(one, wrap_up_seconds=one.wrap_up_seconds + 15) for one in self.setup.queues)
        return replace(self.setup, queues=queues)


class Neighbourhood(Drawn):
    """The same people call at the same moments, whatever else happens: a day with faults can be laid beside one
    without. So each half-hour's calls and each caller have a chance of their own, and a new carrier has the old
    one's public."""

    def __init__(self, seed: int, setup: f.CentreSetup, customers: Sequence[Known]) -> None:
        super().__init__(Random(seed), setup, Directions(setup), customers)
        self._day = seed
        self._now_ms = VirtualClock().now_ms
        self._slot, self._gaps, self._came = -1, Random(), 0

    def gap_ms(self, calls_per_hour: float) -> float:
        self._turn_to(self._now_ms() // SLOT_MS)
        return self._gaps.expovariate(calls_per_hour / HOUR_MS)

    def caller(self, at: int) -> Caller:
        self._turn_to(at // SLOT_MS)
        self._came += 1
        return self._public.caller(Random(f"{self._day}:{self._slot}:caller {self._came}"), at)

    def _turn_to(self, slot: int) -> None:
        if slot != self._slot:
            self._slot, self._gaps, self._came = slot, Random(f"{self._day}:{slot}:gaps"), 0


class Struck(Counter[str]):
    """How often each kind of fault has struck, as the dice count it, and when."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self.times: list[tuple[int, str]] = []
        self._now_ms = now_ms

    def __setitem__(self, kind: str, count: int) -> None:
        super().__setitem__(kind, count)
        self.times.append((self._now_ms(), kind))


def staffed(centre: f.CentreSetup, scenario: Scenario) -> f.CentreSetup:
    """Everybody who has a queue sits at a simulated desk and keeps a shift; who is ill does not come."""
    here = at_work(centre, scenario)
    agents = tuple(
        replace(
            agent,
            station=NAME if agent.login in here else "ill",
            shift=agent.shift or SHIFT,
        )
        if agent.queues
        else agent
        for agent in centre.agents
    )
    serves = tuple(pair for pair in centre.serves if pair[0] != NAME)
    setup = replace(centre, agents=agents, serves=(*serves, (NAME, (NAME,))))
    return with_simulated_agents(setup, scenario.agents.more)


def at_work(centre: f.CentreSetup, scenario: Scenario) -> list[str]:
    """Logins of the centre's own who come: with a queue and not ill."""
    logins = [agent.login for agent in centre.agents if agent.queues]
    ill = _ill(logins, scenario)
    return [login for login in logins if login not in ill]


def _ill(logins: Sequence[str], scenario: Scenario) -> Collection[str]:
    """Of these; by a share each has that chance."""
    ill, chance = scenario.agents.ill, Random(f"{scenario.seed}:ill")
    if isinstance(ill, tuple):
        return ill
    if isinstance(ill, int):
        return chance.sample(logins, ill)
    return [login for login in logins if chance.random() < ill]


def begin_ms(planned: Planned, zone: ZoneInfo) -> int:
    """When the day begins, in milliseconds since 1970."""
    start = time(*divmod(planned.begin_minute, 60))
    return int(datetime.combine(planned.scenario.day, start, zone).timestamp()) * 1_000


class _Day:
    """A `Demand`: the curve of the day, more or less of it, and its surges."""

    def __init__(self, scenario: Scenario, zone: ZoneInfo) -> None:
        callers = scenario.callers
        self._usual: Demand = Curve(zone) if callers.per_hour is None else Flat(callers.per_hour)
        self._factor = callers.factor
        self._zone = zone
        self._surges = [(minute(one.from_), minute(one.to), one.factor) for one in callers.surges]

    def per_hour(self, at: int) -> tuple[float, int | None]:
        calls, until = self._usual.per_hour(at)
        local = datetime.fromtimestamp(at / 1_000, self._zone)
        now = local.hour * 60 + local.minute
        factor = self._factor
        for begin, end, more in self._surges:
            if begin <= now < end:
                factor *= more
            edges = [edge for edge in (begin, end) if edge > now]
            if edges:
                change = at - at % MINUTE_MS + (min(edges) - now) * MINUTE_MS
                until = change if until is None else min(until, change)
        return calls * factor, until


class _Desks:
    """A follower: simulated agents see what is durable."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def observe(self, live: Live, entry: f.Entry) -> None:
        """A desk shows nothing that is not durable."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        carrier = self._bank.box.carrier
        for entry in entries:
            self._bank.calls += type(entry.input) is f.CallArrived
            carrier.on_decisions(entry)

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard, and that stays."""
