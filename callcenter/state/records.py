"""What is kept of one centre: contacts, legs, offers, engagements, agents; and how a snapshot is written.

The rule: state is what `apply` made of the facts, nothing else. It holds no personal value, only references.
What is over leaves: a contact stays until its legs are gone and its engagements are closed.
"""

import msgspec
from msgspec import Struct, field

from callcenter.facts import (
    AgentSetup,
    CentreSetup,
    LegId,
    LookUpWanted,
    Member,
    Part,
    PlayStarted,
    Ref,
    SkillLevel,
    Target,
    TreeSetup,
)
from callcenter.lifecycles import (
    ContactState,
    Direction,
    EngagementKind,
    EngagementState,
    LegState,
    OfferKind,
    Presence,
    Routing,
)
from callcenter.queue.choice import Merit
from callcenter.queue.requirement import Requirement

RECENT_WAITS_MAX = 50
REFUSALS_MAX = 3
"""after which a contact rises, and supervisors are told"""
TODO_MAX = 100
"""interactions not coded, per agent, that stay on the desk's list; older ones remain in the history"""


class Leg(Struct):
    leg: LegId
    provider: str
    contact: int
    agent: int | None
    """None: somebody outside, the caller or a number that we dialled"""
    state: LegState
    offer: int = 0
    """the offer that rings on it; 0: it answers by itself, because its person asked for the call"""
    number: Ref | None = None
    """what was dialled"""
    deadline_at: int | None = None
    """until when a dialled number, or a phone that answers by itself, may ring"""
    play: PlayStarted | None = None
    plays: int = 0
    interrupted: bool = False


class Talk(Struct, frozen=True):
    """What should be arranged between the legs of a contact."""

    bridge: int
    members: tuple[Member, ...]
    recording: int | None
    paused: bool = False

    def part_of(self, leg: LegId) -> Part | None:
        return next((member.part for member in self.members if member.leg == leg), None)


class Consult(Struct):
    """What the agent who has the contact has asked for, until the consulted one has left or has the contact."""

    target: Target
    since_at: int
    offer: int | None = None
    """rings at a colleague's desk"""
    engagement: int | None = None
    """the colleague has answered"""
    leg: LegId | None = None
    """of the colleague, or of the number that was dialled"""
    requirement: Requirement | None = None
    """while it waits in a queue"""


class Pause(Struct, frozen=True):
    pause: int
    until_at: int | None
    reason: str


class Contact(Struct):
    contact: int
    leg: LegId
    provider: str
    ani: Ref | None
    dnis: str
    tree: str
    tree_version: int
    business_line: str
    arrived_at: int
    state: ContactState
    state_at: int
    legs: list[LegId]
    """all of them, also those that ended"""
    language: str = ""
    node: str = ""
    tries: int = 0
    path: list[tuple[str, str]] = field(default_factory=list)
    milestones: list[str] = field(default_factory=list)
    customer: int | None = None
    grade: str = ""
    verified: bool = False
    values: dict[str, Ref] = field(default_factory=dict)
    """what the IVR may read out or look up by, by reference"""
    look_up: int | None = None
    queue: str = ""
    own_skills: tuple[SkillLevel, ...] = ()
    """asked for beside those of the queue, which may change while it waits: its language"""
    priority: int = 0
    """its grade's"""
    lift: int = 0
    """how far it was put forward in this wait; whoever is answered has had it"""
    since_at: int = 0
    """routing age"""
    entered_at: int = 0
    """when it entered the queue, or was last sent to somebody: the reported wait starts here"""
    waits: int = 0
    """how often it has entered a queue"""
    step: int = 0
    """of relaxation, in this wait"""
    relaxes_at: int | None = None
    """when the next one is due"""
    offer: int | None = None
    refusals: int = 0
    engagements: list[int] = field(default_factory=list)
    """open ones"""
    notes: dict[int, tuple[int, Ref]] = field(default_factory=dict)
    """engagement -> (agent, what was noted): whoever has the contact next reads it"""
    talk: Talk | None = None
    held_at: int | None = None
    """since when the customer is on hold"""
    quarantined: bool = False
    direction: Direction = Direction.INBOUND
    owner: int | None = None
    """the engagement that has the contact; None: nobody has it, or a number to which it was transferred"""
    consult: Consult | None = None
    sent_by: int | None = None
    """the agent who let go of it and has it back when nobody takes it; such a contact stands in no line"""
    sent_to: LegId | None = None
    """the number to which it was transferred"""
    watchers: dict[LegId, Part] = field(default_factory=dict)
    """supervisors' legs, and the part that each wants"""
    unrecorded: str = ""
    """why it is not recorded"""
    notice_due: bool = False
    """the customer was called by us and does not know of the recording yet"""
    pause: Pause | None = None
    pauses: int = 0
    put_off: "Todo | None" = None
    """what the agent to whom it is offered back has not coded yet, and codes with it or on the list"""

    @property
    def is_refused_often(self) -> bool:
        """Somebody should look: nobody is parked because one desk after the other is empty."""
        return self.refusals >= REFUSALS_MAX

    def awaits_step(self, wait: int, step: int) -> bool:
        """Whether this step of relaxation, in this wait, comes next."""
        waits = self.state in (ContactState.WAITING, ContactState.OFFERED) and self.sent_by is None
        return waits and self.relaxes_at is not None and (self.waits, self.step + 1) == (wait, step)


class Offer(Struct):
    """A pending one; closed offers leave the state and stay in the history."""

    offer: int
    contact: int
    agent: int
    leg: LegId
    made_at: int
    deadline_at: int
    kind: OfferKind = OfferKind.CONTACT


class Engagement(Struct):
    engagement: int
    contact: int
    agent: int
    leg: LegId
    queue: str
    state: EngagementState
    state_at: int
    waited_ms: int
    """how long the contact had been in the queue"""
    deadline_at: int | None = None
    disposition: str = ""
    note: Ref | None = None
    kind: EngagementKind = EngagementKind.CONTACT
    met: bool = False
    """a consulted colleague who has spoken with the customer"""

    @property
    def is_coded(self) -> bool:
        """Whether whoever did this notes what it was about: all who spoke with the customer."""
        return self.met or self.kind in (EngagementKind.CONTACT, EngagementKind.OUTBOUND)


class Todo(Struct):
    """An engagement that was closed not coded."""

    engagement: int
    contact: int
    agent: int
    queue: str
    customer: int | None
    at: int
    note: Ref | None = None
    """what was written before the time ran out"""


class Agent(Struct):
    agent: int
    setup: AgentSetup
    presence: Presence = Presence.OFFLINE
    reason: str = ""
    routing: Routing = Routing.OFF_QUEUE
    since_at: int = 0
    idle_since: int = 0
    """kept through an offer that was not the agent's doing"""
    stations: set[str] = field(default_factory=set)
    """providers that can ring this agent's phone now"""
    postponed: tuple[Presence, str] | None = None
    offer: int | None = None
    engagement: int | None = None
    watching: LegId | None = None
    """the leg on which this supervisor is in somebody's talk"""
    contacts: int = 0
    """taken since signing in"""
    staffed_ms: int = 0
    """at work since signing in, up to the last change of `routing`"""
    busy_ms: int = 0
    """of these on contacts and in wrap-up"""
    routed_at: int = 0
    """when `routing` last changed"""
    last_offer: int = 0
    """the newest from a queue"""

    @property
    def merit(self) -> Merit:
        """As it stands for as long as the agent is ready."""
        busy = self.busy_ms * 1_000 // self.staffed_ms if self.staffed_ms else 0
        return Merit(self.idle_since, self.contacts, busy, self.last_offer)

    @property
    def has_station(self) -> bool:
        return self.setup.station in self.stations

    @property
    def will_be(self) -> Presence:
        """What was chosen in the middle of a contact counts, though it applies afterwards."""
        return self.postponed[0] if self.postponed is not None else self.presence


class Counters(Struct):
    """The last number given, each."""

    contact: int = 0
    offer: int = 0
    engagement: int = 0
    look_up: int = 0
    leg: int = 0
    bridge: int = 0
    recording: int = 0


class State(Struct):
    centre: int
    at: int = 0
    setup: CentreSetup | None = None
    version: int = 0
    counters: Counters = field(default_factory=Counters)
    contacts: dict[int, Contact] = field(default_factory=dict)
    legs: dict[LegId, Leg] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    engagements: dict[int, Engagement] = field(default_factory=dict)
    todos: dict[int, Todo] = field(default_factory=dict)
    agents: dict[int, Agent] = field(default_factory=dict)
    look_ups: dict[int, LookUpWanted] = field(default_factory=dict)
    trees: dict[str, TreeSetup] = field(default_factory=dict)
    """by "name@version": the current ones, and older ones that a running call still needs"""
    recent_waits: dict[str, list[int]] = field(default_factory=dict)
    """queue -> waits in ms of its last answered contacts"""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(State)


def encode(state: State) -> bytes:
    return _ENCODER.encode(state)


def decode(snapshot: bytes) -> State:
    """Raises msgspec.ValidationError for bytes that are no snapshot of this version."""
    return _DECODER.decode(snapshot)
