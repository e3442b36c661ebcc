"""What a demonstration shows: the bank of `demo/`, its customers, those who may call, and the options it was given.

The rule: one record says all of it, and nothing here starts or writes anything.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from callcenter import resources
from callcenter.cti.simulator.legs import NAME as SIMULATOR
from callcenter.cti.simulator.people import Known
from callcenter.cti.simulator.simulation import SimulatorSettings
from callcenter.demo_customers import demo_customers
from callcenter.facts import CentreSetup
from callcenter.past.callers import Promise
from callcenter.past.day import Bank
from callcenter.past.floor import WITHOUT_SHIFT
from callcenter.past.plan import bad_day, day_of
from callcenter.setup.centre_toml import (
    Centre,
    read_centre,
    simulated_people,
    with_doors_open,
    with_simulated_agents,
)
from callcenter.store.customer_import import CustomerSetup, load_customers
from callcenter.store.imported import Plan
from callcenter.store.people import PersonSetup
from callcenter.web.services import Caller, Demo, Login

NUMBER = "+14155550100"
CALLERS_BEFORE_STRANGERS = 3
"""the list is longer than a page shows at once"""
SEED = 4
"""with it somebody calls soon after the start, so that the screens aren't empty when they are first looked at"""
CALLS_PER_HOUR_MIN = 270.0
"""while the doors are always open: what keeps twenty-five busy and nobody waiting long"""
RUSH = 24
"""what would be on the lines, had the doors been open before"""
FROM_HOME_ONE_IN = 3
"""of the customers also ring from the line at home, if they share one"""


class Show(Struct, frozen=True):
    """What is to be shown: the bank, its customers, and the options."""

    centre: Centre
    named: tuple[CustomerSetup, ...]
    customers: tuple[CustomerSetup, ...]
    agents: int | None
    calls_per_hour: float | None
    real_hours: bool
    speed: int
    history_days: int

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.centre.setup.time_zone)

    @property
    def is_fast(self) -> bool:
        return self.speed > 1

    @property
    def extra(self) -> int:
        """How many simulated agents are wanted beyond those that the bank has of its own."""
        own = sum(agent.station == SIMULATOR for agent in self.centre.setup.agents)
        return max(0, self.agents - own) if self.agents is not None else 0

    @property
    def bank(self) -> CentreSetup:
        """With its hours and shifts."""
        return with_simulated_agents(self.centre.setup, self.extra)

    @property
    def setup(self) -> CentreSetup:
        """As it is shown."""
        if self.is_fast:
            return _with_stand_ins(self.bank)
        return self.bank if self.real_hours else with_doors_open(self.bank)

    @property
    def people(self) -> tuple[PersonSetup, ...]:
        return (*self.centre.people, *simulated_people(self.extra))

    @property
    def simulator(self) -> SimulatorSettings:
        always = not (self.real_hours or self.is_fast)
        return SimulatorSettings(
            calls_per_hour=self.calls_per_hour,
            agents_max=self.agents,
            seed=SEED,
            calls_per_hour_min=CALLS_PER_HOUR_MIN if always else 0.0,
            rush=RUSH if always and self.calls_per_hour is None else 0,
        )

    def past(self, plan: Plan) -> Bank:
        """The bank as it was: of its own people only, so that every process tells the same past."""
        today = day_of(plan.until_at, self.zone)
        promises = [
            Promise(
                customer.customer,
                today - timedelta(days=promise.days_ago),
                promise.promised,
                promise.promised_zh,
            )
            for customer in self.customers
            for promise in customer.promises
        ]
        bad = bad_day(plan, self.zone)
        return Bank(self.centre.setup, known(self.customers), promises, seed=plan.seed, bad_day=bad)


def show_of(
    agents: int | None = None,
    calls_per_hour: float | None = None,
    real_hours: bool = False,
    speed: int = 1,
    history_days: int = 0,
) -> Show:
    source = resources.demo()
    named = load_customers(source / "customers.toml")
    return Show(
        read_centre(source / "centre.toml"),
        named,
        demo_customers(named),
        agents,
        calls_per_hour,
        real_hours,
        speed,
        history_days,
    )


def _with_stand_ins(setup: CentreSetup) -> CentreSetup:
    """Nobody can talk sixty times as fast: simulated people sit at the desks that are kept for living ones."""
    agents = tuple(
        replace(agent, station=SIMULATOR, shift=agent.shift or WITHOUT_SHIFT, lunch=agent.lunch)
        if agent.queues and agent.station != SIMULATOR
        else agent
        for agent in setup.agents
    )
    return replace(setup, agents=agents)


def doors(show: Show) -> Demo:
    logins = [
        Login(person.login, person.initial_password, person.name, person.role)
        for person in show.centre.people
        if person.initial_password is not None
    ]
    callers = [
        Caller(f"customer-{customer.customer}", customer.name, customer.numbers[0], _about(customer))
        for customer in show.named
        if customer.numbers
    ]
    strangers = [
        Caller("unknown", "Somebody new", "+14155550177"),
        Caller("withheld", "Somebody who hides the number", ""),
    ]
    callers[CALLERS_BEFORE_STRANGERS:CALLERS_BEFORE_STRANGERS] = strangers
    return Demo(logins, callers, NUMBER)


def _about(customer: CustomerSetup) -> str:
    return f"PIN {customer.pin}" if customer.pin is not None else ""


def known(customers: tuple[CustomerSetup, ...]) -> tuple[Known, ...]:
    """Whom simulated callers may be: each on their first number, some also from the line at home."""
    return tuple(
        Known(
            number,
            customer.accounts[0].account if customer.accounts else "",
            customer.pin or "",
            customer.language,
            tuple(product.kind for product in customer.products),
            customer.customer,
            customer.grade,
        )
        for customer in customers
        for number in _rings_from(customer)
    )


def _rings_from(customer: CustomerSetup) -> tuple[str, ...]:
    return customer.numbers if customer.customer % FROM_HOME_ONE_IN == 0 else customer.numbers[:1]
