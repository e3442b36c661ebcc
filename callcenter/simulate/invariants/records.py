"""What the entries have told of each contact, agent, leg, offer and engagement, and what is due by when.

The rule: a record is what facts leave behind; what may become of it is said beside the facts that change it.
"""

from __future__ import annotations

from msgspec import Struct, field

from callcenter import facts as f
from callcenter.lifecycles import Direction, EngagementKind, OfferKind, Outcome, Presence, Routing


class Contact(Struct):
    leg: f.LegId
    provider: str
    legs: set[f.LegId]
    arrived_at: int = 0
    grade: str = ""
    milestones: int = 0
    queued: bool = False
    waiting: bool = False
    queue: str = ""
    speaks: tuple[f.SkillLevel, ...] = ()
    """what is asked for beside the skills of the queue"""
    priority: int = 0
    lift: int = 0
    step: int = 0
    """of relaxation"""
    relaxes_at: int | None = None
    since_at: int = 0
    called_for: bool = False
    """called on behalf of its queue, which it never entered"""
    offer: int | None = None
    talking: bool = False
    away: bool = False
    """the network is lost just now: nobody is asked to answer into silence"""
    quarantined: bool = False
    outcome: Outcome | None = None
    direction: Direction = Direction.INBOUND
    dialling: bool = False
    """we call, and nobody has answered"""
    sent: bool = False
    """on its way to somebody, in no line"""
    consult: str | None = None
    """the queue that was asked, while nobody of it rings"""
    consults: str | None = None
    """the queue that was asked last"""
    consult_offer: int | None = None
    members: tuple[f.Member, ...] = ()
    """as they were last arranged"""
    recording: int | None = None
    unrecorded: bool = False
    """refused, or called by us and not told yet"""
    paused: bool = False
    """by the agent"""
    passed: int = 0
    """offers of it that somebody let pass,"""
    passed_in: int = 0
    """and the entry by which the last one was"""
    watchers: dict[f.LegId, f.Part] = field(default_factory=dict)
    """supervisors' legs, and the part that each chose"""
    target: f.Target | None = None
    """to whom it was sent, or who is asked"""
    by: int = 0
    """the agent who sent it"""
    language: str = ""
    spoken: bool = False
    """called on behalf of its queue, in which somebody spoke the language when it began to wait"""
    asks: bool = False
    """a consultation goes on"""
    held: bool = False
    hears: bool = False
    """something is played to the customer"""
    play: int = 0
    """the last one, 0: it was answered"""
    node: str = ""
    asked: tuple[str, int] = ("", 0)
    """(node, how often in a row it asked again)"""

    def is_there(self) -> bool:
        return self.waiting and not self.away


class Agent(Struct):
    setup: f.AgentSetup
    presence: Presence = Presence.OFFLINE
    routing: Routing = Routing.OFF_QUEUE
    """changed by nobody but `agent_state_changed`, which knows who is idle"""
    idle_since: int = 0
    stations: set[str] = field(default_factory=set)
    leaves: bool = False
    """chose to be away, or gone, after what is at hand"""
    silent: int = 0
    """the entry by which an offer passed"""
    chosen: Presence | None = None
    """for afterwards"""
    offer: int | None = None
    engagement: int | None = None
    watches: f.LegId | None = None
    contacts: int = 0
    """since signing in, as what follows"""
    worked_ms: dict[Routing, int] = field(default_factory=dict)
    """in each state, up to the last change"""
    changed_at: int = 0
    last_offer: int = 0

    def is_ready(self) -> bool:
        free = self.routing is Routing.IDLE and self.watches is None
        return free and self.setup.station in self.stations


class Leg(Struct):
    contact: int
    agent: int | None
    answered: bool = False
    over: bool = False
    released: bool = False


class Offer(Struct):
    contact: int
    agent: int
    leg: f.LegId
    kind: OfferKind


class Engagement(Struct):
    contact: int
    agent: int
    leg: f.LegId
    queue: str
    kind: EngagementKind
    wrapping: bool = False


class Centre:
    """The setup that was applied last, by what is looked up in it."""

    def __init__(self, setup: f.CentreSetup) -> None:
        self.setup = setup
        self.queues = {queue.name: queue for queue in setup.queues}
        self.grades = dict(setup.grades)
        self.serves = dict(setup.serves)


Key = tuple[str, object]
"""(kind, id), e.g. ("offer", 17)"""


class Deadlines:
    """What must be over by when, in milliseconds."""

    def __init__(self) -> None:
        self._at: dict[Key, int] = {}
        self._earliest = 0
        """nothing is due before: a moment without anything overdue is told by one comparison"""

    def __contains__(self, key: Key) -> bool:
        return key in self._at

    def __getitem__(self, key: Key) -> int:
        return self._at[key]

    def __setitem__(self, key: Key, at: int) -> None:
        self._at[key] = at
        self._earliest = min(self._earliest, at)

    def items(self) -> list[tuple[Key, int]]:
        """As they are now: they may be changed meanwhile."""
        return list(self._at.items())

    def of(self, kind: str) -> list[object]:
        return [what for one, what in self._at if one == kind]

    def drop(self, key: Key) -> None:
        """It may be over already."""
        self._at.pop(key, None)

    def drop_pauses(self, contact: int) -> None:
        """Whatever pause of its recording there is: it goes on, or is over."""
        for key in [key for key in self._at if key[0] == "pause" and key[1][0] == contact]:  # type: ignore[index]
            del self._at[key]

    def due_before(self, at: int) -> Key | None:
        """One that was, if there is any."""
        if at <= self._earliest:
            return None
        self._earliest = min(self._at.values(), default=at)
        return next((key for key, due_at in self._at.items() if due_at < at), None)
