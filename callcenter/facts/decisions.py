"""What the centre decides: about contacts, offers, talks and agents."""

from msgspec import Struct

from callcenter.facts.setup import SkillLevel
from callcenter.facts.words import LegId, Listen, Prompt, Ref
from callcenter.lifecycles import OfferState, Outcome, Presence, Routing

# --- Contact and IVR ---


class ContactOpened(Struct, frozen=True, tag="contact-opened.1"):
    contact: int
    leg: LegId
    provider: str
    ani: Ref | None
    dnis: str
    tree: str
    tree_version: int
    business_line: str = ""


class NodeEntered(Struct, frozen=True, tag="node-entered.1"):
    """The contact stands at this node of its tree. `tries`: how often it came back here through an error."""

    contact: int
    node: str
    tries: int = 0


class ChoiceMade(Struct, frozen=True, tag="choice-made.1"):
    """A step of the IVR path: at this node the contact left by this exit (a digit, "timeout", "right"…)."""

    contact: int
    node: str
    exit: str


class MilestoneReached(Struct, frozen=True, tag="milestone-reached.1"):
    contact: int
    milestone: str


class CustomerIdentified(Struct, frozen=True, tag="customer-identified.1"):
    contact: int
    customer: int
    grade: str
    language: str
    values: tuple[tuple[str, Ref], ...] = ()


class CustomerVerified(Struct, frozen=True, tag="customer-verified.1"):
    contact: int


class ValueEntered(Struct, frozen=True, tag="value-entered.1"):
    """What the caller keyed at an input node, by reference."""

    contact: int
    name: str
    value: Ref


class LookUpWanted(Struct, frozen=True, tag="look-up-wanted.1"):
    """`kind`: "number" and "account" find a customer by the value at `value`; "pin" checks `secret`."""

    look_up: int
    contact: int
    kind: str
    value: Ref | None
    customer: int | None
    secret: str | None
    deadline_at: int


class LookUpClosed(Struct, frozen=True, tag="look-up-closed.1"):
    look_up: int
    result: str


class PlayStarted(Struct, frozen=True, tag="play-started.1"):
    """From now on this leg should hear these prompts. `loop`: music, until something else is wanted."""

    leg: LegId
    play: int
    prompts: tuple[Prompt, ...]
    listen: Listen | None
    loop: bool
    deadline_at: int | None


class ContactQuarantined(Struct, frozen=True, tag="contact-quarantined.1"):
    """Our code failed on this contact: no rule touches it any more, but a talk in progress goes on."""

    contact: int
    reason: str


class ContactEnded(Struct, frozen=True, tag="contact-ended.1"):
    contact: int
    outcome: Outcome


# --- Queue and offers ---


class ContactQueued(Struct, frozen=True, tag="contact-queued.1"):
    """The contact waits from now on. `since_at` is its routing age: kept when it comes back to the queue."""

    contact: int
    queue: str
    skills: tuple[SkillLevel, ...]
    priority: int
    since_at: int


class OfferMade(Struct, frozen=True, tag="offer-made.1"):
    """`rule`: why this agent ("longest_idle"); `runner_up`: who else would have been next, None if nobody."""

    offer: int
    contact: int
    agent: int
    leg: LegId
    rule: str
    step: int
    runner_up: int | None
    deadline_at: int


class OfferClosed(Struct, frozen=True, tag="offer-closed.1"):
    offer: int
    result: OfferState


class ContactReturned(Struct, frozen=True, tag="contact-returned.1"):
    """Back to waiting, with its age and its place. `lift` is added to the priority."""

    contact: int
    lift: int
    reason: str


class AlarmRaised(Struct, frozen=True, tag="alarm-raised.1"):
    kind: str
    contact: int | None
    agent: int | None


# --- Talk, wrap-up and agents ---


class EngagementOpened(Struct, frozen=True, tag="engagement-opened.1"):
    engagement: int
    contact: int
    agent: int
    leg: LegId


class Bridged(Struct, frozen=True, tag="bridged.1"):
    """The two legs hear each other from now on; the recording has begun."""

    contact: int
    bridge: int
    caller_leg: LegId
    agent_leg: LegId
    recording: int | None
    """None: not recorded, the reason stands in the contact's history"""


class WrapUpStarted(Struct, frozen=True, tag="wrap-up-started.1"):
    engagement: int
    deadline_at: int


class EngagementClosed(Struct, frozen=True, tag="engagement-closed.1"):
    """`disposition` is "" when not coded."""

    engagement: int
    disposition: str
    note: Ref | None


class InteractionCoded(Struct, frozen=True, tag="interaction-coded.1"):
    """Disposition and note of an engagement that is already closed, or a note saved during the work."""

    engagement: int
    disposition: str
    note: Ref | None


class AgentStateChanged(Struct, frozen=True, tag="agent-state-changed.1"):
    agent: int
    presence: Presence
    reason: str
    routing: Routing


class PresencePostponed(Struct, frozen=True, tag="presence-postponed.1"):
    """Chosen during an offer or a contact: applies afterwards ("break after this")."""

    agent: int
    presence: Presence
    reason: str


class LegReleased(Struct, frozen=True, tag="leg-released.1"):
    """We want this leg to end."""

    leg: LegId


class Refused(Struct, frozen=True, tag="refused.1"):
    """The input asked for something that is not possible now; nothing changed. `reason` is a text key."""

    reason: str


Decision = (
    ContactOpened
    | NodeEntered
    | ChoiceMade
    | MilestoneReached
    | CustomerIdentified
    | CustomerVerified
    | ValueEntered
    | LookUpWanted
    | LookUpClosed
    | PlayStarted
    | ContactQuarantined
    | ContactEnded
    | ContactQueued
    | OfferMade
    | OfferClosed
    | ContactReturned
    | AlarmRaised
    | EngagementOpened
    | Bridged
    | WrapUpStarted
    | EngagementClosed
    | InteractionCoded
    | AgentStateChanged
    | PresencePostponed
    | LegReleased
    | Refused
)
