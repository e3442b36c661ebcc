"""The words between the service and its screens: one websocket, `/feed`, JSON, version `VERSION`.

The rule: a screen subscribes to topics. A topic is a map from key to row; the screen gets it whole once
(`Snapshot`, number n), then `Change`s numbered n+1, n+2…: rows set, keys removed. A missing number means: ask
for a new snapshot. Old snapshot + changes = fresh snapshot. A page that speaks another version reloads.

Rows are what a person sees, so they hold names and numbers; whoever subscribes has the right to see them:

    topic      keys                                      for
    desk:AGENT "me", "contact", "todo:ENGAGEMENT"        that agent
    directory  "agent:ID", "queue:NAME"                  whoever has a desk: whom a call can go to
    queues     queue name                                supervisor, admin
    agents     agent id                                  supervisor, admin
    waiting    contact id                                supervisor, admin

`*_at` are server times in integer milliseconds since 1970; `Hello.now` and `Reply.now` let the page correct
its own clock.
Every shown text of ours has a key: rows carry keys and codes, never sentences.
"""

from typing import Annotated

from msgspec import Meta, Struct

from callcenter.customer_record import CustomerRecord

VERSION = 1
MESSAGE_BYTES_MAX = 64 * 1024
"""a larger message from a screen is refused and the socket closed"""
OUTBOX_BYTES_MAX = 256 * 1024
OUTBOX_SECONDS_MAX = 5
"""a screen that leaves more changes than this unread, or for longer, is cut off"""
MESSAGES_PER_SECOND_MAX = 50
"""a screen that sends more is cut off"""
ASKS_MAX = 16
"""asks of one screen that may wait for their reply"""

# --- From a screen. `id` is chosen by the screen and comes back in the Reply ---

AskId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
"""Unique for this person for ever: the same ask, sent again after a reconnection, has one effect."""
Number = Annotated[int, Meta(ge=0, le=2**53)]
Code = Annotated[str, Meta(max_length=100)]
Note = Annotated[str, Meta(max_length=10_000)]


class Subscribe(Struct, frozen=True, tag="subscribe", tag_field="do"):
    id: AskId
    topics: Annotated[tuple[Code, ...], Meta(max_length=8)]
    """also asks for a fresh snapshot of a topic that it already has"""


class Unsubscribe(Struct, frozen=True, tag="unsubscribe", tag_field="do"):
    """These topics are not shown any more. The screen forgets their rows; to see them again it subscribes."""

    id: AskId
    topics: Annotated[tuple[Code, ...], Meta(max_length=8)]


class Ready(Struct, frozen=True, tag="ready", tag_field="do"):
    id: AskId


class Away(Struct, frozen=True, tag="away", tag_field="do"):
    id: AskId
    reason: Code


class SignOff(Struct, frozen=True, tag="sign-off", tag_field="do"):
    """Off queue for the day; signing out of the page is an HTTP request."""

    id: AskId


class Decline(Struct, frozen=True, tag="decline", tag_field="do"):
    id: AskId
    offer: Number


class EndContact(Struct, frozen=True, tag="end-contact", tag_field="do"):
    id: AskId
    contact: Number


class Hold(Struct, frozen=True, tag="hold", tag_field="do"):
    id: AskId
    contact: Number


class Resume(Struct, frozen=True, tag="resume", tag_field="do"):
    id: AskId
    contact: Number


class Target(Struct, frozen=True):
    """Exactly one of them is given."""

    agent: Number | None = None
    queue: Code = ""
    number: Code = ""
    """in any usual form"""


class Transfer(Struct, frozen=True, tag="transfer", tag_field="do"):
    """Blind."""

    id: AskId
    contact: Number
    to: Target


class Consult(Struct, frozen=True, tag="consult", tag_field="do"):
    id: AskId
    contact: Number
    to: Target


class Swap(Struct, frozen=True, tag="swap", tag_field="do"):
    id: AskId
    contact: Number


class Conference(Struct, frozen=True, tag="conference", tag_field="do"):
    id: AskId
    contact: Number


class Complete(Struct, frozen=True, tag="complete", tag_field="do"):
    """The caller stays with the one who was consulted."""

    id: AskId
    contact: Number


class TakeBack(Struct, frozen=True, tag="take-back", tag_field="do"):
    id: AskId
    contact: Number


class Leave(Struct, frozen=True, tag="leave", tag_field="do"):
    """A consultation, a conference, or a talk that is listened to."""

    id: AskId
    contact: Number


class Dial(Struct, frozen=True, tag="dial", tag_field="do"):
    id: AskId
    number: Code
    customer: Number | None = None
    queue: Code = ""
    """on whose behalf; "": the first queue of this agent"""


class CallAgent(Struct, frozen=True, tag="call-agent", tag_field="do"):
    id: AskId
    agent: Number


class PauseRecording(Struct, frozen=True, tag="pause-recording", tag_field="do"):
    id: AskId
    contact: Number


class ResumeRecording(Struct, frozen=True, tag="resume-recording", tag_field="do"):
    id: AskId
    contact: Number


class StartRecording(Struct, frozen=True, tag="start-recording", tag_field="do"):
    """Whom we called has been told."""

    id: AskId
    contact: Number


class RefuseRecording(Struct, frozen=True, tag="refuse-recording", tag_field="do"):
    """The customer does not want it."""

    id: AskId
    contact: Number


class Monitor(Struct, frozen=True, tag="monitor", tag_field="do"):
    """A supervisor listens silently, or goes back to it."""

    id: AskId
    contact: Number


class Coach(Struct, frozen=True, tag="coach", tag_field="do"):
    """Whisper: only the agent hears it."""

    id: AskId
    contact: Number


class Barge(Struct, frozen=True, tag="barge", tag_field="do"):
    """Everybody hears the supervisor."""

    id: AskId
    contact: Number


class TakeOver(Struct, frozen=True, tag="take-over", tag_field="do"):
    id: AskId
    contact: Number


class ForceState(Struct, frozen=True, tag="force-state", tag_field="do"):
    """`reason` "": ready; else away for it. In the middle of a contact it applies afterwards."""

    id: AskId
    agent: Number
    reason: Code


class ForceSignOut(Struct, frozen=True, tag="force-sign-out", tag_field="do"):
    """Off queue after what is at hand; the person's sessions end at once."""

    id: AskId
    agent: Number


class MoveAgent(Struct, frozen=True, tag="move-agent", tag_field="do"):
    """Serves these queues from now on."""

    id: AskId
    agent: Number
    queues: Annotated[tuple[Code, ...], Meta(max_length=100)]


class PullForward(Struct, frozen=True, tag="pull-forward", tag_field="do"):
    """A waiting contact goes to the front."""

    id: AskId
    contact: Number


class SaveWrapUp(Struct, frozen=True, tag="save", tag_field="do"):
    id: AskId
    engagement: Number
    disposition: Code
    note: Note
    done: bool


CallControl = (
    Hold
    | Resume
    | Transfer
    | Consult
    | Swap
    | Conference
    | Complete
    | TakeBack
    | Leave
    | PauseRecording
    | ResumeRecording
    | StartRecording
    | RefuseRecording
)
Supervision = Monitor | Coach | Barge | TakeOver | ForceState | ForceSignOut | MoveAgent | PullForward
Ask = (
    Subscribe
    | Unsubscribe
    | Ready
    | Away
    | SignOff
    | Decline
    | EndContact
    | CallControl
    | Dial
    | CallAgent
    | Supervision
    | SaveWrapUp
)

# --- To a screen ---


class Hello(Struct, frozen=True, tag="hello", tag_field="kind"):
    version: int
    build: str
    now: int
    login: str
    name: str
    role: str
    agent: int | None
    centre: str
    topics: tuple[str, ...]
    """what this person may subscribe to"""
    speed: int = 1
    """so many milliseconds of the server go by in one of the page's; more than 1 on a demonstration's fast day"""
    powers: tuple[str, ...] = ()
    """the asks by which this person may act upon others, by their word in `do`"""
    break_reasons: tuple[str, ...] = ()
    """told to whoever may send others on a break"""
    break_reasons_zh: tuple[str, ...] = ()
    skills_zh: tuple[tuple[str, str], ...] = ()
    """(skill, what the centre calls it in Chinese): told to whoever sees agents"""


class Reply(Struct, frozen=True, tag="reply", tag_field="kind"):
    """`refused` is "" when it was done (and is durable), else a text key."""

    id: str
    refused: str = ""
    now: int = 0
    """server time: a page's clock may have been set since `Hello`; 0: not told"""


class Snapshot(Struct, frozen=True, tag="snapshot", tag_field="kind"):
    topic: str
    n: int
    rows: dict[str, "Row"]


class Change(Struct, frozen=True, tag="change", tag_field="kind", omit_defaults=True):
    topic: str
    n: int
    set: dict[str, "Row"] = {}
    gone: tuple[str, ...] = ()


# --- Rows ---


class Me(Struct, frozen=True, tag="me", tag_field="row"):
    agent: int
    name: str
    presence: str
    reason: str
    routing: str
    since_at: int
    """when presence or routing last changed"""
    station: bool
    """the phone of this desk is connected"""
    postponed: str
    """"" or what applies after this contact: "ready", or "away:REASON" or "offline" """
    break_reasons: tuple[str, ...]
    break_reasons_zh: tuple[str, ...]
    """in the same order; empty where the centre gave none"""
    may_reject: bool
    queues: tuple[str, ...] = ()
    watching: int | None = None
    """the contact that this supervisor is in"""
    watching_part: str = ""
    """listens, coaches, talks; "": the phone is still being connected"""


class Party(Struct, frozen=True):
    """Somebody else in this talk, as far as this desk may know of them: silent listeners are not told."""

    who: str
    """customer, agent, outside, supervisor"""
    name: str
    """of a person of ours; of an outside number the number"""
    part: str
    """talks, held, coaches"""
    ringing: bool


class Consultation(Struct, frozen=True):
    """What the agent who has the contact asked for."""

    stage: str
    """waiting (in the queue that was asked), ringing, talking"""
    mode: str
    """consulting (the caller is on hold), swapped (the consulted one is), conference"""
    who: str
    """agent, queue, outside"""
    name: str
    name_zh: str
    """of a queue; "" where the centre gave no Chinese one"""
    since_at: int


class HandedNote(Struct, frozen=True):
    """What a colleague noted before the contact came here."""

    agent: str
    note: str


class DeskContact(Struct, frozen=True, tag="contact", tag_field="row"):
    """The one contact this agent is offered, talks to or wraps up."""

    contact: int
    public_id: str
    direction: str
    """inbound, outbound, internal"""
    stage: str
    """offered, dialling, talking, wrap_up"""
    kind: str
    """of the offer: contact, transfer, recall, consult, internal; of the engagement: contact, consult, outbound,
    internal"""
    sent_by: str
    """who transfers, consults or calls: the colleague's name"""
    can: tuple[str, ...]
    """the asks about this contact that are possible now, by their word in `do`: hold, resume, transfer, consult,
    swap, conference, complete, take-back, leave, end-contact, pause-recording, resume-recording,
    start-recording, refuse-recording"""
    held: bool
    """the caller is on hold"""
    held_at: int | None
    """since when"""
    parties: tuple[Party, ...]
    consultation: Consultation | None
    offer: int | None
    engagement: int | None
    leg: str
    """the agent's leg on the phone socket: answer and hang up name it"""
    queue: str
    queue_title: str
    queue_title_zh: str
    stage_at: int
    deadline_at: int | None
    """of the offer or the wrap-up"""
    arrived_at: int
    waited_ms: int
    """in the queue, until the desk rang or the talk began; 0 in wrap-up"""
    number: str
    """E.164, "" when withheld"""
    language: str
    verified: bool
    path: tuple[tuple[str, str], ...]
    """(IVR node, exit), in order"""
    milestones: tuple[str, ...]
    entered: tuple[tuple[str, str], ...]
    """what the caller keyed, e.g. ("account", "10023")"""
    recording: str
    """on, paused, pending (the one we called has not been told yet), off"""
    recording_until_at: int | None
    """when a paused recording goes on by itself"""
    recording_why: str
    """off: declined_by_caller, internal…; paused by nobody: on_hold, outside: a code"""
    caller_away: bool
    """the caller's network is interrupted just now"""
    handed: tuple[HandedNote, ...]
    """notes of colleagues who had this contact, or ask about it"""
    customer: CustomerRecord | None
    dispositions: tuple[str, ...]
    dispositions_zh: tuple[str, ...]
    disposition: str
    note: str


class Todo(Struct, frozen=True, tag="todo", tag_field="row"):
    """An interaction that is not coded yet."""

    engagement: int
    public_id: str
    at: int
    queue: str
    queue_title: str
    queue_title_zh: str
    customer: str
    customer_id: int | None
    dispositions: tuple[str, ...]
    dispositions_zh: tuple[str, ...]
    note: str = ""
    """what was written before the time ran out"""


class DirectoryAgent(Struct, frozen=True, tag="directory-agent", tag_field="row"):
    """A colleague whom a call can be sent to."""

    agent: int
    name: str
    routing: str
    reason: str
    since_at: int
    station: bool
    skills: tuple[str, ...]
    queues: tuple[str, ...]


class DirectoryQueue(Struct, frozen=True, tag="directory-queue", tag_field="row"):
    queue: str
    title: str
    title_zh: str
    waiting: int
    ready: int
    """agents who could take a call at once"""
    closed: bool
    """nobody new may join it now"""


class QueueRow(Struct, frozen=True, tag="queue", tag_field="row"):
    queue: str
    title: str
    title_zh: str
    waiting: int
    """waiting or offered"""
    longest_since_at: int | None
    """when the one who waits longest entered this queue"""
    talking: int
    entered: int
    """today, this and the rest"""
    answered: int
    answered_in_threshold: int
    abandoned: int
    short_abandoned: int
    service_level: float | None
    """percent: answered in threshold / (answered + abandoned - short abandons); None: nothing counts yet"""
    threshold_seconds: int
    target_percent: int
    average_answer_ms: int | None
    skills: tuple[tuple[str, int], ...]
    """what an agent must have to serve it, and at which level"""
    agents: dict[str, int]
    """routing status -> agents of this queue"""


class AgentRow(Struct, frozen=True, tag="agent", tag_field="row"):
    agent: int
    name: str
    presence: str
    reason: str
    routing: str
    since_at: int
    station: bool
    simulated: bool
    queues: tuple[str, ...]
    skills: tuple[tuple[str, int], ...]
    postponed: str
    """"" or what applies after this contact, as in Me"""
    contact: int | None
    doing: str
    """dialling, talk, hold, consult, conference; of a supervisor in somebody's talk: listens, coaches, barges; else
    "" """
    contact_queue: str
    direction: str
    """of the contact: inbound, outbound, internal; "" """
    watched_by: tuple[str, ...]
    """supervisors who listen, coach or talk, by name"""
    handled: int
    """contacts answered today"""


class WaitingRow(Struct, frozen=True, tag="waiting", tag_field="row"):
    contact: int
    public_id: str
    queue: str
    queue_title: str
    queue_title_zh: str
    since_at: int
    """its age, which decides who is next"""
    entered_at: int
    """when it entered this queue: the wait that is counted"""
    priority: int
    step: int
    """of the relaxation of what it asks for; 0: nothing was relaxed"""
    grade: str
    customer: str
    """name, "" when unknown"""
    skills: tuple[str, ...]
    offered_to: str
    """name of the agent whose desk rings, or "" """
    sent_by: str
    """name of the colleague who let go of it and has it back when nobody takes it; it stands in no line then"""


Row = Me | DeskContact | Todo | DirectoryAgent | DirectoryQueue | QueueRow | AgentRow | WaitingRow
Told = Hello | Reply | Snapshot | Change
