"""What stands on a screen: the rows of the topics. They carry keys and codes of ours, never sentences."""

from msgspec import Struct

from callcenter.customer_record import CustomerRecord


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
    queue_titles: tuple[str, ...] = ()
    queue_titles_zh: tuple[str, ...] = ()
    """in the same order; "" where the centre gave none"""
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
    """talks, held, coaches; apart: talks with others, while this desk is on hold"""
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
    goes_on: str = ""
    """of a wrap-up, what the contact does meanwhile: dialling, ivr, waiting, ringing, talking; "" it is over"""
    goes_on_with: str = ""
    """the queue that it waits in, or the name of whose desk rings or who talks; "" somebody outside"""
    goes_on_with_zh: str = ""


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
    refused: int
    """of those who wait: whom three agents have let pass"""
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


class BoardAgent(Struct, frozen=True, tag="board-agent", tag_field="row"):
    """What a television tells of somebody to the whole floor: what they do and since when; not with whom or why."""

    agent: int
    name: str
    routing: str
    """who listens in on a talk is on contact, as in the directory"""
    presence: str
    """ready, away, offline"""
    since_at: int


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
    points: int
    """of the customer's grade, and of steps"""
    lift: int
    """how far it goes before everybody: it came back from a transfer, agents let it pass, or a supervisor pulled it
    forward"""
    ageing: int
    """points gained a minute, by the rules of its queue as what follows"""
    ceiling: int | None
    weight: int
    step: int
    """of the relaxation of what it asks for; 0: nothing was relaxed"""
    refusals: int
    """offers of it that agents have let pass"""
    refused_often: bool
    """so many that it goes before others, and somebody should look"""
    grade: str
    customer: str
    """name, "" when unknown"""
    skills: tuple[str, ...]
    offered_to: str
    """name of the agent whose desk rings, or "" """
    sent_by: str
    """name of the colleague who let go of it and has it back when nobody takes it; it stands in no line then"""


Row = (
    Me | DeskContact | Todo | DirectoryAgent | DirectoryQueue | QueueRow | AgentRow | BoardAgent | WaitingRow
)
