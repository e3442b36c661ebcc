"""The records of the history: what stays of contacts, offers, talks and agents' time.

The rule: a record is a function of the journal and of nothing else, so the whole history can be thrown away
and folded again. People are references (`Ref`): erasing personal values changes no record and no figure.

An `Interaction`, an `Engagement` and a `Recording` are written when they open, so that live ones can be
found, and completed later; the others are written once, when they are over. What comes long after (a
disposition coded next day, a recording closed late) is a record of its own that completes the earlier one,
so the fold need not remember every engagement for ever.

Units: `*_at` are integer milliseconds since 1970 UTC, `*_ms` durations in milliseconds.
"""

from enum import StrEnum

from msgspec import Struct

from callcenter.facts import Ref
from callcenter.lifecycles import Direction, EngagementKind, OfferKind, OfferState, Outcome, Presence, Routing
from callcenter.queue.service_level import VisitExit


def public_id(centre: int, contact: int) -> str:
    """How people call an interaction, e.g. "c1-k17"."""
    return f"c{centre}-k{contact}"


class SegmentKind(StrEnum):
    IVR = "ivr"
    WAIT = "wait"
    OFFER = "offer"
    """a desk rings; to the caller it is still waiting"""
    DIAL = "dial"
    """we call, and nobody has answered yet"""
    TALK = "talk"
    HOLD = "hold"
    CONSULT = "consult"
    """the caller is on hold, the agent talks to somebody else"""
    CONFERENCE = "conference"
    """the caller talks to several"""
    WRAP_UP = "wrap_up"
    """the agent's alone: the caller has gone, or waits again"""


class Interaction(Struct, frozen=True, kw_only=True):
    """One contact from the first ring to its outcome. `ended_at` and `outcome` are None while it lives."""

    contact: int
    channel: str = "voice"
    direction: Direction = Direction.INBOUND
    provider: str
    business_line: str = ""
    ani: Ref | None
    dnis: str
    tree: str
    tree_version: int
    started_at: int
    ended_at: int | None = None
    outcome: Outcome | None = None
    customer: int | None = None
    grade: str = ""
    language: str = ""
    verified: bool = False
    path: tuple[tuple[str, str], ...] = ()
    """(IVR node, exit), in order"""
    milestones: tuple[str, ...] = ()
    entered: tuple[tuple[str, Ref], ...] = ()
    """(name, reference) of what the caller keyed"""
    queue: str | None = None
    """the last one"""
    agent: int | None = None
    """the last one who talked"""
    ivr_ms: int = 0
    wait_ms: int = 0
    """in queues, ringing included"""
    talk_ms: int = 0
    """with agents, hold and consultations included"""
    down_ms: int = 0
    """how much of this contact's time the centre itself was down"""
    quarantined: str = ""
    """the reason, if our code failed on this contact"""
    hold_ms: int = 0
    """of the talk: the caller was on hold"""
    transfers: int = 0
    unrecorded: str = ""
    """why there is no recording, or none from then on"""


class Segment(Struct, frozen=True):
    """A stretch of a contact. All but the wrap-ups lie end to end; those of no length are left out."""

    contact: int
    n: int
    """in the order in which segments began"""
    kind: SegmentKind
    from_at: int
    to_at: int
    queue: str | None = None
    agent: int | None = None
    engagement: int | None = None
    result: str = ""
    """of an offer how it closed; of the last one the contact's outcome"""


class Offer(Struct, frozen=True):
    """Why this agent, and what came of it."""

    offer: int
    contact: int
    agent: int
    queue: str | None
    made_at: int
    closed_at: int
    result: OfferState
    rule: str
    step: int
    runner_up: int | None
    kind: OfferKind = OfferKind.CONTACT


class Engagement(Struct, frozen=True, kw_only=True):
    """The work of one agent on one contact. `closed_at` is None until wrap-up is over."""

    engagement: int
    contact: int
    agent: int
    queue: str | None
    entered_at: int
    """when the visit that it answered entered the queue: the interval in which it counts"""
    talk_at: int
    wrap_up_at: int | None = None
    closed_at: int | None = None
    disposition: str = ""
    """"" and closed: not coded, on the agent's to-do list"""
    note: Ref | None = None
    coded_at: int | None = None
    """when disposition or note were last saved"""
    kind: EngagementKind = EngagementKind.CONTACT
    hold_ms: int = 0
    """how long the caller was on hold, consultations included"""
    transferred: bool = False
    """the agent sent the contact on"""

    @property
    def handle_ms(self) -> int:
        """Talk and wrap-up together, 0 while it goes on."""
        return self.closed_at - self.talk_at if self.closed_at is not None else 0


class Coding(Struct, frozen=True):
    """Disposition and note, saved during wrap-up or long after: completes the engagement's record."""

    engagement: int
    disposition: str
    note: Ref | None
    coded_at: int


class QueueVisit(Struct, frozen=True):
    """One contact's stay in one queue, from entry to answer or exit, ringing included."""

    contact: int
    n: int
    queue: str
    entered_at: int
    left_at: int
    exit: VisitExit
    agent: int | None
    """who answered"""
    down_ms: int = 0
    """how much of the wait the centre itself was down: part of the wait, since the caller did wait"""
    step: int = 0
    """of relaxation, when it left"""

    @property
    def wait_ms(self) -> int:
        return self.left_at - self.entered_at


class Recording(Struct, frozen=True):
    """A recording that began. `RecordingEnded` completes it."""

    recording: int
    contact: int
    engagement: int | None
    started_at: int


class RecordingEnded(Struct, frozen=True):
    recording: int
    length_ms: int | None
    gaps: tuple[tuple[int, int], ...] = ()
    """(from, to) in milliseconds since its start"""
    failed: str = ""
    """why there is none"""


class RecordingPause(Struct, frozen=True):
    """A stretch in which a recording stood still: no loss. `reason`: an agent asked for it ("agent"), the customer
    heard none of what was said ("consult"), or somebody from outside was there, whom nobody told ("outside")."""

    recording: int
    pause: int
    contact: int
    from_at: int
    to_at: int
    reason: str


class AgentNow(Struct, frozen=True):
    """What an agent is since `from_at`."""

    agent: int
    presence: Presence
    reason: str
    routing: Routing
    from_at: int


class AgentInterval(Struct, frozen=True):
    """What an agent was from one change to the next."""

    agent: int
    from_at: int
    to_at: int
    presence: Presence
    reason: str
    routing: Routing


class AgentServes(Struct, frozen=True):
    """Which queues an agent serves from `from_at` on."""

    agent: int
    from_at: int
    queues: str
    """their names, in the agent's order, with commas between them"""


Row = (
    Interaction
    | Segment
    | Offer
    | Engagement
    | Coding
    | QueueVisit
    | Recording
    | RecordingEnded
    | RecordingPause
    | AgentNow
    | AgentInterval
    | AgentServes
)
