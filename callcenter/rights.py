"""Who may do what: one table, one pure function.

    may(actor, Action.READ_INTERACTION, Scope(agents=frozenset({7}), business_line="cards"))

A row of `RIGHTS` says for an action how far each role reaches: not at all, to what is its own, or to
everything. Business lines narrow that further: who belongs to some sees only what belongs to one of them, or to
nobody. What is not in the table is forbidden. Every HTTP route and every message and topic of the feed names its
action, so a new one without a rule doesn't come into being.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum, auto

from msgspec import Struct


class Role(StrEnum):
    VISITOR = "visitor"
    """nobody has signed in"""
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    DISPLAY = "display"
    """a television: it shows the wallboard, and nobody who stands before it can do anything"""


class Action(StrEnum):
    ENTER = "enter"
    """the front door: landing page, sign-in, static files"""
    PROBE = "probe"
    """health, readiness, metrics: nothing personal in them"""
    STAY = "stay"
    """be signed in: ask who one is, keep a feed open, sign out"""
    CALL_AS_CUSTOMER = "call-as-customer"
    """ring the centre from the page in the name of a demo customer"""
    WORK_AT_DESK = "work-at-desk"
    """a desk of one's own, its topics, its phone, and everything done from it; leaders who have an agent's number
    have one too: they listen on its phone, and finish there what they took over"""
    HOLD = "hold"
    TRANSFER = "transfer"
    CONSULT = "consult"
    """ask somebody while the caller is on hold, and all that follows from it"""
    DIAL_OUT = "dial-out"
    CALL_COLLEAGUE = "call-colleague"
    PAUSE_RECORDING = "pause-recording"
    FIND_CUSTOMERS = "find-customers"
    """by name or number, with their last contacts, before one calls them"""
    WATCH_QUEUES = "watch-queues"
    WATCH_AGENTS = "watch-agents"
    WATCH_WAITING = "watch-waiting"
    SUPERVISE = "supervise"
    """the supervisor's page as a whole"""
    SHOW_WALLBOARD = "show-wallboard"
    MONITOR = "monitor"
    """hear a talk in silence"""
    WHISPER = "whisper"
    """speak to the agent in a talk, unheard by the customer"""
    BARGE = "barge"
    """speak to everybody in a talk"""
    TAKE_OVER = "take-over"
    FORCE_STATE = "force-state"
    FORCE_SIGN_OUT = "force-sign-out"
    MOVE_AGENT = "move-agent"
    PULL_FORWARD = "pull-forward"
    READ_AUDIT = "read-audit"
    """who used a power over others or over records, when and on whom"""
    SEARCH_HISTORY = "search-history"
    READ_INTERACTION = "read-interaction"
    EXPLAIN_OFFER = "explain-offer"
    """why an offer went to this agent and not to another: the others' states at that moment"""
    PLAY_RECORDING = "play-recording"
    EXPORT_HISTORY = "export-history"
    """take what a search finds away as a file"""
    READ_REPORT = "read-report"
    """figures of queues and agents by interval"""


AT_DESK = (
    *(
        Action.WORK_AT_DESK,
        Action.HOLD,
        Action.TRANSFER,
        Action.CONSULT,
        Action.DIAL_OUT,
        Action.CALL_COLLEAGUE,
    ),
    Action.PAUSE_RECORDING,
)
"""what one does with one's own calls"""

EVERY_LINE = "*"
"""the business line of what mixes all of them, such as the list of all queues"""


class Actor(Struct, frozen=True):
    """Who asks. `business_lines`: the lines this person is confined to; empty: all."""

    login: str = ""
    role: Role = Role.VISITOR
    agent: int | None = None
    business_lines: frozenset[str] = frozenset()


class Scope(Struct, frozen=True):
    """What is asked about. `agents`: whose it is (those who took part); `business_line` "": nobody's."""

    agents: frozenset[int] = frozenset()
    business_line: str = ""
    demo: bool = False
    """the service runs as a demonstration, on made-up customers"""


class Reach(Enum):
    NOTHING = auto()
    DEMO = auto()
    """everything, as long as it is a demonstration"""
    OWN = auto()
    """what has this agent among its agents"""
    ALL = auto()


_PUBLIC = dict.fromkeys(Role, Reach.ALL)
_SIGNED_IN = {Role.AGENT: Reach.ALL, Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL}
_AT_OWN_DESK = dict.fromkeys((Role.AGENT, Role.SUPERVISOR, Role.ADMIN), Reach.OWN)
_LEADING = {Role.SUPERVISOR: Reach.ALL, Role.ADMIN: Reach.ALL}
_SHOWN = _LEADING | {Role.DISPLAY: Reach.ALL}

RIGHTS: Mapping[Action, Mapping[Role, Reach]] = {
    Action.ENTER: _PUBLIC,
    Action.PROBE: _PUBLIC,
    Action.STAY: _SIGNED_IN | {Role.DISPLAY: Reach.ALL},
    Action.CALL_AS_CUSTOMER: dict.fromkeys(Role, Reach.DEMO),
    **dict.fromkeys(AT_DESK, _AT_OWN_DESK),
    Action.FIND_CUSTOMERS: _SIGNED_IN,
    Action.WATCH_QUEUES: _SHOWN,
    Action.WATCH_AGENTS: _LEADING,
    Action.WATCH_WAITING: _LEADING,
    Action.SUPERVISE: _LEADING,
    Action.SHOW_WALLBOARD: _SHOWN,
    Action.MONITOR: _LEADING,
    Action.WHISPER: _LEADING,
    Action.BARGE: _LEADING,
    Action.TAKE_OVER: _LEADING,
    Action.FORCE_STATE: _LEADING,
    Action.FORCE_SIGN_OUT: _LEADING,
    Action.MOVE_AGENT: _LEADING,
    Action.PULL_FORWARD: _LEADING,
    Action.READ_AUDIT: _LEADING,
    Action.SEARCH_HISTORY: _SIGNED_IN | {Role.AGENT: Reach.OWN},
    Action.READ_INTERACTION: _LEADING | {Role.AGENT: Reach.OWN},
    Action.EXPLAIN_OFFER: _LEADING,
    Action.PLAY_RECORDING: _LEADING | {Role.AGENT: Reach.OWN},
    Action.EXPORT_HISTORY: _LEADING,
    Action.READ_REPORT: _LEADING,
}

MESSAGES: Mapping[str, Action] = {
    "subscribe": Action.STAY,  # each topic is judged by itself
    "unsubscribe": Action.STAY,
    **dict.fromkeys(
        ("ready", "away", "sign-off", "decline", "end-contact", "identify", "save"), Action.WORK_AT_DESK
    ),
    **dict.fromkeys(("hold", "resume"), Action.HOLD),
    "transfer": Action.TRANSFER,
    **dict.fromkeys(("consult", "swap", "conference", "complete", "take-back", "leave"), Action.CONSULT),
    "dial": Action.DIAL_OUT,
    "call-agent": Action.CALL_COLLEAGUE,
    **dict.fromkeys(
        ("pause-recording", "resume-recording", "start-recording", "refuse-recording"), Action.PAUSE_RECORDING
    ),
    "monitor": Action.MONITOR,
    "coach": Action.WHISPER,
    "barge": Action.BARGE,
    "take-over": Action.TAKE_OVER,
    "force-state": Action.FORCE_STATE,
    "force-sign-out": Action.FORCE_SIGN_OUT,
    "move-agent": Action.MOVE_AGENT,
    "pull-forward": Action.PULL_FORWARD,
}
"""Feed messages by the tag that stands in `do`."""

TOPICS: Mapping[str, Action] = {
    "desk": Action.WORK_AT_DESK,
    "directory": Action.WORK_AT_DESK,
    "queues": Action.WATCH_QUEUES,
    "agents": Action.WATCH_AGENTS,
    "waiting": Action.WATCH_WAITING,
    "board": Action.SHOW_WALLBOARD,
}
"""Feed topics by the word before the colon."""


def may(actor: Actor, action: Action, scope: Scope) -> bool:
    match RIGHTS.get(action, {}).get(actor.role, Reach.NOTHING):
        case Reach.NOTHING:
            return False
        case Reach.DEMO:
            return scope.demo
        case Reach.OWN:
            return actor.agent in scope.agents and in_line(actor, scope.business_line)
        case Reach.ALL:
            return in_line(actor, scope.business_line)


def may_tell(actor: Actor, message: str, scope: Scope) -> bool:
    """Whether a feed message with this tag may be sent about `scope`; an unknown one may not."""
    action = MESSAGES.get(message)
    return action is not None and may(actor, action, scope)


def may_subscribe(actor: Actor, topic: str) -> bool:
    """Whether `topic` ("queues", "desk:7") may be followed; an unknown or malformed one may not."""
    kind, _, key = topic.partition(":")
    if kind == "desk":
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 10 else -1
        return may(actor, TOPICS[kind], Scope(agents=frozenset({number})))
    if topic == "directory":
        # Names and states of colleagues and queues, of all lines: a call can be sent to any of them.
        return actor.agent is not None and may(actor, TOPICS[topic], Scope(agents=frozenset({actor.agent})))
    return topic in TOPICS and may(actor, TOPICS[topic], Scope(business_line=EVERY_LINE))


def topics_of(actor: Actor) -> tuple[str, ...]:
    """Every topic that this person may follow, for the feed's greeting."""
    every = (f"desk:{actor.agent}", *(topic for topic in TOPICS if topic != "desk"))
    return tuple(topic for topic in every if may_subscribe(actor, topic))


def powers_of(actor: Actor) -> tuple[str, ...]:
    """The feed messages by which this person may act upon others, for the feed's greeting."""
    powers = {tag for tag, action in MESSAGES.items() if action not in (Action.STAY, *AT_DESK)}
    line = min(actor.business_lines, default="")
    return tuple(tag for tag in MESSAGES if tag in powers and may_tell(actor, tag, Scope(business_line=line)))


def in_line(actor: Actor, business_line: str) -> bool:
    """Whether this line is one of theirs, or nobody's."""
    return within(actor.business_lines, business_line)


def within(lines: frozenset[str], business_line: str) -> bool:
    """Whether a line is one of these, or nobody's; no lines: all are."""
    return not lines or not business_line or business_line in lines
