"""What is so: every input that reaches the centre and every decision that it takes.

The rule: a fact is in the past tense, frozen and typed. Inputs come from outside (a provider, a person, a
timer, an asked-for look-up); decisions are ours. Both are journalled, and state is nothing but the facts
applied in order. A fact holds no name, no telephone number and no keyed digits: it holds references
(`Ref`) to the table of personal values, which can be erased.

Each kind has a stored name with a version (its tag), apart from the class name. A kind whose shape changes
gets the next version and an upcaster in `callcenter/store/upcasts.py`; golden bytes of every release are kept
in `tests/golden/`. Imports nothing of ours but the lifecycles.

Units: `*_at` are integer milliseconds since 1970 UTC, `*_ms` durations in milliseconds. When a fact became so
stands beside it in its journal entry.
"""

from enum import StrEnum

import msgspec
from msgspec import Struct

from callcenter.lifecycles import OfferState, Outcome, Presence, Routing

Ref = str
"""Names one personal value, e.g. "browser:4f1c/ani"; unique for ever, says nothing about the person."""

LegId = str
"""A telephone leg: the carrier's own id ("browser:4f1c…") for a caller, ours ("c1-l5") for an agent."""


class LegCause(StrEnum):
    """Why a leg ended."""

    HUNG_UP = "hung_up"
    """the person at this end hung up"""
    RELEASED = "released"
    """we asked for it"""
    VANISHED = "vanished"
    """the network of the person at this end was lost and did not come back"""
    SYSTEM = "system"
    """our fault: the media process died and the leg did not rejoin"""


class KeysKind(StrEnum):
    """How keyed digits are treated."""

    CHOICE = "choice"
    """a menu choice; stands in the fact"""
    VALUE = "value"
    """an account number, a date: a personal value, by reference"""
    SECRET = "secret"
    """a PIN or card: never written, held in memory under a token"""


class PinResult(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    FORGOTTEN = "forgotten"
    """the digits were lost in a crash: ask again"""


# --- Configuration of the centre, carried by `CentreApplied` ---


class SkillLevel(Struct, frozen=True, order=True):
    skill: str
    level: int
    """1 (beginner) to 5 (expert)"""


class QueueSetup(Struct, frozen=True):
    name: str
    title: str
    skills: tuple[SkillLevel, ...] = ()
    """what an agent must have, each at least at its level; the contact's language is added as a skill"""
    offer_seconds: int = 15
    wrap_up_seconds: int = 60
    """0: no wrap-up"""
    threshold_seconds: int = 20
    """service level: answered within"""
    target_percent: int = 80
    short_abandon_seconds: int = 5
    dispositions: tuple[str, ...] = ()
    hold_prompt: str = "music"
    business_line: str = ""


class AgentSetup(Struct, frozen=True):
    agent: int
    login: str
    skills: tuple[SkillLevel, ...] = ()
    queues: tuple[str, ...] = ()
    station: str = "browser"
    """the provider on which this agent's phone lives"""
    may_reject: bool = False


class TreeSetup(Struct, frozen=True):
    """One version of an IVR tree; its source is read by `callcenter.ivr.tree`."""

    name: str
    version: int
    source: str


class CentreSetup(Struct, frozen=True):
    name: str
    time_zone: str
    entries: tuple[tuple[str, str], ...]
    """(called number or "*", name of the IVR tree that answers it)"""
    queues: tuple[QueueSetup, ...]
    agents: tuple[AgentSetup, ...]
    trees: tuple[TreeSetup, ...]
    break_reasons: tuple[str, ...] = ()
    grades: tuple[tuple[str, int], ...] = (("A", 30), ("B", 20), ("C", 10))
    """(customer grade, priority it gives); higher goes first"""
    serves: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(a call's provider, providers of agents' phones that it can be connected to, the preferred first)"""


# --- Inputs: from the owner itself ---


class OwnerStarted(Struct, frozen=True, tag="owner-started.1"):
    """A process took the centre over. `down_ms`: how long nobody owned it; open deadlines move by as much."""

    down_ms: int


class CentreApplied(Struct, frozen=True, tag="centre-applied.1"):
    version: int
    setup: CentreSetup
    actor: str


# --- Inputs: from providers ---


class CallArrived(Struct, frozen=True, tag="call-arrived.1"):
    leg: LegId
    provider: str
    ani: Ref | None
    """None: withheld"""
    dnis: str


class LegAnswered(Struct, frozen=True, tag="leg-answered.1"):
    """An agent's phone was answered. For an open offer this *is* the acceptance."""

    leg: LegId


class LegInterrupted(Struct, frozen=True, tag="leg-interrupted.1"):
    """The network of this end is gone; the provider waits for it to come back."""

    leg: LegId


class LegRestored(Struct, frozen=True, tag="leg-restored.1"):
    leg: LegId


class LegEnded(Struct, frozen=True, tag="leg-ended.1"):
    leg: LegId
    cause: LegCause


class LegFailed(Struct, frozen=True, tag="leg-failed.1"):
    """An agent's phone could not be rung."""

    leg: LegId
    reason: str


class PlayFinished(Struct, frozen=True, tag="play-finished.1"):
    """All prompts of a play were heard and no keys were wanted."""

    leg: LegId
    play: int


class KeysEntered(Struct, frozen=True, tag="keys-entered.1"):
    """The caller keyed something. Which field is filled follows from the kind that the play asked for."""

    leg: LegId
    play: int
    choice: str = ""
    value: Ref | None = None
    secret: str | None = None
    """a token: the digits themselves are in memory only"""


class KeysTimedOut(Struct, frozen=True, tag="keys-timed-out.1"):
    """Nothing was keyed within the time that the play allowed."""

    leg: LegId
    play: int


class StationConnected(Struct, frozen=True, tag="station-connected.1"):
    """An agent's phone can be rung from now on."""

    agent: int
    provider: str


class StationLost(Struct, frozen=True, tag="station-lost.1"):
    agent: int
    provider: str


class RecordingClosed(Struct, frozen=True, tag="recording-closed.1"):
    recording: int
    length_ms: int
    gaps: tuple[tuple[int, int], ...]
    """(from, to) in milliseconds since the start of the recording where nothing could be recorded"""


class RecordingFailed(Struct, frozen=True, tag="recording-failed.1"):
    recording: int
    reason: str


# --- Inputs: from people. `actor` is the login of who did it ---


class AgentSignedIn(Struct, frozen=True, tag="agent-signed-in.1"):
    agent: int
    actor: str


class AgentSignedOut(Struct, frozen=True, tag="agent-signed-out.1"):
    agent: int
    actor: str


class PresenceChosen(Struct, frozen=True, tag="presence-chosen.1"):
    """Ready, or away with a reason. During an offer or a contact it applies afterwards."""

    agent: int
    presence: Presence
    reason: str
    actor: str


class OfferDeclined(Struct, frozen=True, tag="offer-declined.1"):
    offer: int
    actor: str


class HangUpAsked(Struct, frozen=True, tag="hang-up-asked.1"):
    """An agent ends the contact from the desk."""

    contact: int
    actor: str


class WrapUpSaved(Struct, frozen=True, tag="wrap-up-saved.1"):
    """Disposition and note. With `done` the wrap-up ends; without, it goes on. An engagement that was closed
    *not coded* is coded afterwards by the same input."""

    engagement: int
    disposition: str
    note: Ref | None
    done: bool
    actor: str


# --- Inputs: results of what we asked for; a late one is ignored ---


class CustomerFound(Struct, frozen=True, tag="customer-found.1"):
    look_up: int
    customer: int
    grade: str
    language: str
    values: tuple[tuple[str, Ref], ...] = ()
    """(name, reference) of what the IVR may read out, e.g. balance"""


class CustomerUnknown(Struct, frozen=True, tag="customer-unknown.1"):
    """Nobody has this number; `matches` > 1 when several have it."""

    look_up: int
    matches: int = 0


class LookUpFailed(Struct, frozen=True, tag="look-up-failed.1"):
    look_up: int
    reason: str


class PinChecked(Struct, frozen=True, tag="pin-checked.1"):
    look_up: int
    result: PinResult


# --- Inputs: timers. They are not cancelled, they go stale ---


class OfferExpired(Struct, frozen=True, tag="offer-expired.1"):
    offer: int


class WrapUpExpired(Struct, frozen=True, tag="wrap-up-expired.1"):
    engagement: int


class LookUpExpired(Struct, frozen=True, tag="look-up-expired.1"):
    look_up: int


class PlayExpired(Struct, frozen=True, tag="play-expired.1"):
    """The backstop for a provider that says neither that a play finished nor that keys came."""

    leg: LegId
    play: int


class LegExpired(Struct, frozen=True, tag="leg-expired.1"):
    """The backstop for a leg whose end we asked for and never heard of."""

    leg: LegId


# --- Decisions: contact and IVR ---


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


class Prompt(Struct, frozen=True):
    """One thing to say: a prompt of the contact's tree, with values by reference or plain (name, value)."""

    key: str
    refs: tuple[tuple[str, Ref], ...] = ()
    args: tuple[tuple[str, str], ...] = ()


class Listen(Struct, frozen=True):
    """Which keys are wanted while and after the prompts play."""

    kind: KeysKind
    max_digits: int
    timeout_ms: int
    """from the end of the prompts, and between two keys"""
    finish_key: str = "#"


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


# --- Decisions: queue and offers ---


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


# --- Decisions: talk, wrap-up and agents ---


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


Provided = (
    CallArrived
    | LegAnswered
    | LegInterrupted
    | LegRestored
    | LegEnded
    | LegFailed
    | PlayFinished
    | KeysEntered
    | KeysTimedOut
    | StationConnected
    | StationLost
    | RecordingClosed
    | RecordingFailed
)
"""What a provider may report."""

Asked = AgentSignedIn | AgentSignedOut | PresenceChosen | OfferDeclined | HangUpAsked | WrapUpSaved
"""What a person may ask for from a screen."""

Answered = CustomerFound | CustomerUnknown | LookUpFailed | PinChecked
Timer = OfferExpired | WrapUpExpired | LookUpExpired | PlayExpired | LegExpired
Input = OwnerStarted | CentreApplied | Provided | Asked | Answered | Timer

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

Fact = Input | Decision


class Entry(Struct, frozen=True):
    """One row of the journal: an input and, in the order in which they were applied, the decisions on it."""

    seq: int
    """dense, from 1, within the centre"""
    at: int
    source: str
    """the input's own id, e.g. "browser:m7:42": the same input never counts twice"""
    input: Input
    decisions: tuple[Decision, ...]


class Value(Struct, frozen=True):
    """One personal value, written in the transaction of the input that brought it."""

    ref: Ref
    kind: str
    """ani, account, note, balance…"""
    text: str


class Received(Struct, frozen=True):
    """An input on its way to the owner, with the personal values that it refers to."""

    source: str
    input: Input
    values: tuple[Value, ...] = ()


INPUT_DECODER = msgspec.json.Decoder(Input)
DECISIONS_DECODER = msgspec.json.Decoder(tuple[Decision, ...])
