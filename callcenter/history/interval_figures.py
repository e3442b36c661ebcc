"""The figures of every queue and every agent in every interval of a period, folded from sums of records.

The rule: a visit and the work on it count in the interval in which the visit entered its queue, an agent's time in
the interval in which it was spent. So a column adds up to its total, a day's intervals to the day, and what is
drawn today is what the report says tomorrow. The sums come from the store by interval (`VisitSum`, `WorkSum`,
`TimeSum`, `HoldSum`); the formulas are those of `queue/service_level.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import assert_never

from msgspec import Struct, field

from callcenter.lifecycles import EngagementKind, Outcome, Presence, Routing
from callcenter.queue.service_level import (
    STAFFED,
    QueueFigures,
    ServiceLevel,
    VisitExit,
    finished,
    occupancy,
    service_level,
)

# --- What the store tells: sums over records of one interval ---


class VisitSum(Struct, frozen=True):
    """Finished visits of one queue that ended alike, on the same side of the queue's limits."""

    interval: int
    queue: str
    exit: VisitExit
    in_time: bool
    short: bool
    count: int
    wait_ms: int
    longest_ms: int


class WorkSum(Struct, frozen=True):
    """Engagements that are over, of one kind and agent, on one queue."""

    interval: int
    kind: EngagementKind
    queue: str | None
    agent: int
    count: int
    handle_ms: int
    hold_ms: int
    wrap_up_ms: int
    transferred: int
    """of the count: sent on to somebody else"""


class TimeSum(Struct, frozen=True):
    """How long an agent was the same in an interval, the state that goes on included."""

    interval: int
    agent: int
    presence: Presence
    reason: str
    routing: Routing
    ms: int
    queues: str | None = None
    """those that the agent served, with commas between them; None: nobody wrote that down"""


class HoldSum(Struct, frozen=True):
    """How long an agent had callers on hold in an interval, consultations included."""

    interval: int
    agent: int
    ms: int


class ContactSum(Struct, frozen=True):
    """Inbound contacts that began in an interval; `outcome` None: they go on."""

    interval: int
    outcome: Outcome | None
    count: int


# --- Queues ---


class IntervalFigures(QueueFigures):
    """One queue in one interval, or a total."""

    waiting: int = 0
    """entered and still there"""
    longest_ms: int = 0
    """the longest wait of a finished visit"""
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    """of the handled; the three are `handle_ms`"""
    transferred: int = 0
    """of the handled"""

    @property
    def entered(self) -> int:
        return finished(self) + self.waiting

    def add_visit_sum(self, one: VisitSum) -> None:
        self.add_sum(one.exit, one.count, one.wait_ms, in_time=one.in_time, short=one.short)
        self.longest_ms = max(self.longest_ms, one.longest_ms)

    def add_work_sum(self, one: WorkSum) -> None:
        self.add_handled(one.handle_ms, one.count)
        self.hold_ms += one.hold_ms
        self.wrap_up_ms += one.wrap_up_ms
        self.talk_ms += one.handle_ms - one.hold_ms - one.wrap_up_ms
        self.transferred += one.transferred

    def add(self, other: "IntervalFigures") -> None:
        longest_ms = max(self.longest_ms, other.longest_ms)
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest_ms = longest_ms

    def service_levels(self) -> dict[str, float | None]:
        """In percent, by the name of the formula."""
        return {formula.value: service_level(self, formula) for formula in ServiceLevel}

    def average_wait_ms(self) -> int | None:
        """Of the answered and the abandoned together, rounded down."""
        judged = self.answered + self.abandoned
        return (self.answer_ms + self.abandon_ms) // judged if judged else None


Places = dict[tuple[int, str], IntervalFigures]
"""(interval, queue) → its figures; where nothing happened there is none"""


def fold_queues(
    visits: Iterable[VisitSum], work: Iterable[WorkSum] = (), waiting: Iterable[tuple[int, str]] = ()
) -> Places:
    """`waiting`: (interval of entry, queue) of each who waits now. Handled are those whom agents had: being
    consulted, or calling somebody, is no work on the queue."""
    places: Places = {}
    for visit in visits:
        places.setdefault((visit.interval, visit.queue), IntervalFigures()).add_visit_sum(visit)
    for one in work:
        if one.queue is not None and one.kind is EngagementKind.CONTACT:
            places.setdefault((one.interval, one.queue), IntervalFigures()).add_work_sum(one)
    for place in waiting:
        places.setdefault(place, IntervalFigures()).waiting += 1
    return places


def total(figures: Iterable[IntervalFigures]) -> IntervalFigures:
    whole = IntervalFigures()
    for one in figures:
        whole.add(one)
    return whole


def staffed_ms(
    times: Iterable[TimeSum], queues_of: Mapping[int, Collection[str]], told: Collection[str] | None = None
) -> dict[tuple[int, str | None], int]:
    """(interval, queue) → agents' staffed time together; queue None: of all agents, each counted once. `told`: of
    these queues only; None: of all.

    An agent's time counts for the queues that the agent served just then; `queues_of` stands in where nobody wrote
    that down.
    """
    spent: dict[tuple[int, str | None], int] = {}
    for one in times:
        if one.routing not in STAFFED:
            continue
        served = queues_of.get(one.agent, ()) if one.queues is None else one.queues.split(",")
        for queue in (None, *(name for name in served if name and (told is None or name in told))):
            spent[one.interval, queue] = spent.get((one.interval, queue), 0) + one.ms
    return spent


# --- Agents ---


class AgentFigures(Struct):
    """One agent in one interval, or a total. The times are what `signed_in_ms` is made of."""

    idle_ms: int = 0
    ringing_ms: int = 0
    on_contact_ms: int = 0
    hold_ms: int = 0
    """of the time on contacts"""
    wrap_up_ms: int = 0
    not_responding_ms: int = 0
    breaks_ms: dict[str, int] = field(default_factory=dict)
    """by reason; "" signed in and no reason given"""
    handled: int = 0
    """engagements that are over, by the interval in which their visits entered"""
    handle_ms: int = 0
    transferred: int = 0
    """of the handled: sent on to somebody else"""
    consulted: int = 0
    """consultations given to colleagues"""
    dialled: int = 0
    """calls made to customers"""

    @property
    def talk_ms(self) -> int:
        return self.on_contact_ms - self.hold_ms

    @property
    def break_ms(self) -> int:
        return sum(self.breaks_ms.values())

    @property
    def signed_in_ms(self) -> int:
        work = self.idle_ms + self.ringing_ms + self.on_contact_ms + self.wrap_up_ms
        return work + self.not_responding_ms + self.break_ms

    def occupancy(self) -> float | None:
        """Percent; see `service_level.occupancy`."""
        return occupancy(
            {
                Routing.IDLE: self.idle_ms,
                Routing.OFFERED: self.ringing_ms,
                Routing.ON_CONTACT: self.on_contact_ms,
                Routing.WRAP_UP: self.wrap_up_ms,
            }
        )

    def add_time(self, one: TimeSum) -> None:
        match one.routing:
            case Routing.IDLE:
                self.idle_ms += one.ms
            case Routing.OFFERED:
                self.ringing_ms += one.ms
            case Routing.ON_CONTACT:
                self.on_contact_ms += one.ms
            case Routing.WRAP_UP:
                self.wrap_up_ms += one.ms
            case Routing.NOT_RESPONDING:
                self.not_responding_ms += one.ms
            case Routing.OFF_QUEUE if one.presence is not Presence.OFFLINE:
                self.breaks_ms[one.reason] = self.breaks_ms.get(one.reason, 0) + one.ms
            case Routing.OFF_QUEUE:
                pass  # not signed in
            case _:
                assert_never(one.routing)

    def add(self, other: "AgentFigures") -> None:
        breaks = self.breaks_ms
        for reason, ms in other.breaks_ms.items():
            breaks[reason] = breaks.get(reason, 0) + ms
        for name in self.__struct_fields__:
            if name != "breaks_ms":
                setattr(self, name, getattr(self, name) + getattr(other, name))


Shifts = dict[tuple[int, int], AgentFigures]
"""(interval, agent) → the figures; of who was not signed in and did nothing there is none"""


def fold_agents(times: Iterable[TimeSum], holds: Iterable[HoldSum], work: Iterable[WorkSum]) -> Shifts:
    shifts: Shifts = {}
    for time in times:
        if time.routing is not Routing.OFF_QUEUE or time.presence is not Presence.OFFLINE:
            shifts.setdefault((time.interval, time.agent), AgentFigures()).add_time(time)
    for hold in holds:
        shifts.setdefault((hold.interval, hold.agent), AgentFigures()).hold_ms += hold.ms
    for one in work:
        figures = shifts.setdefault((one.interval, one.agent), AgentFigures())
        match one.kind:
            case EngagementKind.CONTACT:
                figures.handled += one.count
                figures.handle_ms += one.handle_ms
                figures.transferred += one.transferred
            case EngagementKind.CONSULT:
                figures.consulted += one.count
            case EngagementKind.OUTBOUND:
                figures.dialled += one.count
            case EngagementKind.INTERNAL:
                pass  # outside every figure but the time that it took
            case _:
                assert_never(one.kind)
    return shifts
