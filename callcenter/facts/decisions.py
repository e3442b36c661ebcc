"""What the centre decides: about contacts, offers, talks and agents."""

from msgspec import Struct

from callcenter.facts.setup import SkillLevel
from callcenter.facts.words import LegId, Listen, Member, Part, Prompt, Ref, Target
from callcenter.lifecycles import Direction, EngagementKind, OfferKind, OfferState, Outcome, Presence, Routing

# --- Contact and IVR ---


class ContactOpened(Struct, frozen=True, tag="contact-opened.1"):
    """`leg` is the customer's; of an outbound contact it is dialled later, of an internal one it is the calling
    agent's own."""

    contact: int
    leg: LegId
    provider: str
    ani: Ref | None
    """the customer's number, whoever called whom"""
    dnis: str
    tree: str
    tree_version: int
    business_line: str = ""
    direction: Direction = Direction.INBOUND


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


class LanguageChosen(Struct, frozen=True, tag="language-chosen.1"):
    """By the caller, who is not asked again."""

    contact: int
    language: str


class RecordingDeclined(Struct, frozen=True, tag="recording-declined.1"):
    """What is said from now on is not recorded, and why."""

    contact: int
    reason: str


class ValueEntered(Struct, frozen=True, tag="value-entered.1"):
    """What the caller keyed at an input node, by reference."""

    contact: int
    name: str
    value: Ref


class LookUpWanted(Struct, frozen=True, tag="look-up-wanted.1"):
    """`kind`: "number" and "account" find a customer by the value at `value`, "customer" knows `customer` already;
    "pin" checks `secret`."""

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
    business_line: str = ""
    """the queue's; "": it has none, or 0.1.0 wrote this, which told none"""
    relaxes_at: int | None = None
    """when the first step of relaxation is due"""


class ContactRelaxed(Struct, frozen=True, tag="contact-relaxed.1"):
    """So many steps are taken: less is asked of an agent, and the contact has gained `points`."""

    contact: int
    step: int
    points: int
    relaxes_at: int | None
    """when the next one is due"""


class OfferMade(Struct, frozen=True, tag="offer-made.1"):
    """`rule`: why this agent ("longest_idle", "preferred_phone", "earlier_step", "asked_for", "sent_back");
    `runner_up`: who else would have been next, None if nobody."""

    offer: int
    contact: int
    agent: int
    leg: LegId
    rule: str
    step: int
    runner_up: int | None
    deadline_at: int
    kind: OfferKind = OfferKind.CONTACT


class OfferClosed(Struct, frozen=True, tag="offer-closed.1"):
    offer: int
    result: OfferState


class ContactReturned(Struct, frozen=True, tag="contact-returned.1"):
    """Back to waiting, with its age and its place. `lift` is added to the priority of its grade
    until somebody answers."""

    contact: int
    lift: int
    reason: str


class ContactRaised(Struct, frozen=True, tag="contact-raised.1"):
    """A supervisor pulls a waiting contact forward: `lift` is added to the priority of its grade
    until somebody answers."""

    contact: int
    lift: int


class ContactTransferred(Struct, frozen=True, tag="contact-transferred.1"):
    """The agent has let go of it. To an agent or a number: it is on its way there and in no line; should nobody
    answer, `by` has it back. To a queue: `ContactQueued` follows."""

    contact: int
    by: int
    target: Target


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
    kind: EngagementKind = EngagementKind.CONTACT
    queue: str = ""
    """whose choices it is coded with; "": the contact's"""


class EngagementPromoted(Struct, frozen=True, tag="engagement-promoted.1"):
    """Who was only consulted has the contact from now on."""

    engagement: int


class Bridged(Struct, frozen=True, tag="bridged.2"):
    """From now on these legs hear each other, each in its part. A leg that has not been answered yet is a member
    too: who would hear nobody else hears it ring. Replaces what was arranged before for this contact."""

    contact: int
    bridge: int
    members: tuple[Member, ...]
    recording: int | None
    """None: not recorded, the reason stands in the contact's history"""
    paused: bool = False
    """nothing is recorded just now"""


class LegRung(Struct, frozen=True, tag="leg-rung.1"):
    """The phone of an agent who asked for a call himself, or of a supervisor who joins: it answers at once."""

    leg: LegId
    contact: int
    agent: int
    deadline_at: int


class DialStarted(Struct, frozen=True, tag="dial-started.1"):
    """An outside number is called, at most once: durable before the carrier hears of it."""

    leg: LegId
    contact: int
    number: Ref
    deadline_at: int


class InternalCallStarted(Struct, frozen=True, tag="internal-call-started.1"):
    """One agent calls another."""

    contact: int
    agent: int


class ContactReached(Struct, frozen=True, tag="contact-reached.1"):
    """Whom the agent called has answered."""

    contact: int


class ConsultStarted(Struct, frozen=True, tag="consult-started.1"):
    """The agent asks for advice; the caller is on hold."""

    contact: int
    agent: int
    target: Target


class ConsultReturned(Struct, frozen=True, tag="consult-returned.1"):
    """Whom the queue had found did not answer: the consultation waits there again."""

    contact: int
    reason: str


class ConsultEnded(Struct, frozen=True, tag="consult-ended.1"):
    """`result`: completed (transferred), taken_back, left, no_answer, declined, failed, caller_left, agent_lost."""

    contact: int
    result: str


class SupervisorJoined(Struct, frozen=True, tag="supervisor-joined.1"):
    """A supervisor takes a part in a talk; as soon as their phone has answered, or at once in another part."""

    contact: int
    agent: int
    leg: LegId
    part: Part


class SupervisorLeft(Struct, frozen=True, tag="supervisor-left.1"):
    contact: int
    agent: int
    leg: LegId


class RecordingPaused(Struct, frozen=True, tag="recording-paused.1"):
    """`until_at`: when it goes on by itself; None: when somebody says so. `reason`: "agent"."""

    contact: int
    recording: int
    pause: int
    until_at: int | None
    reason: str


class NoticeGiven(Struct, frozen=True, tag="notice-given.1"):
    """Whom we called knows that they are recorded from now on."""

    contact: int


class RecordingResumed(Struct, frozen=True, tag="recording-resumed.1"):
    contact: int
    recording: int
    reason: str


class WrapUpStarted(Struct, frozen=True, tag="wrap-up-started.1"):
    engagement: int
    deadline_at: int


class EngagementClosed(Struct, frozen=True, tag="engagement-closed.1"):
    """`disposition` is "" when not coded."""

    engagement: int
    disposition: str
    note: Ref | None
    goes_on: bool = False
    """the same agent is offered the same contact again, and codes it then, or finds it on the list"""


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


class AgentReassigned(Struct, frozen=True, tag="agent-reassigned.1"):
    """Moved to these queues by a supervisor."""

    agent: int
    queues: tuple[str, ...]


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
    | LanguageChosen
    | RecordingDeclined
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
    | ContactRaised
    | ContactRelaxed
    | ContactTransferred
    | AlarmRaised
    | EngagementOpened
    | EngagementPromoted
    | Bridged
    | LegRung
    | DialStarted
    | InternalCallStarted
    | ContactReached
    | ConsultStarted
    | ConsultReturned
    | ConsultEnded
    | SupervisorJoined
    | SupervisorLeft
    | RecordingPaused
    | RecordingResumed
    | NoticeGiven
    | WrapUpStarted
    | EngagementClosed
    | InteractionCoded
    | AgentStateChanged
    | PresencePostponed
    | AgentReassigned
    | LegReleased
    | Refused
)
