"""The audit as a fold over the journal: every use of a power over others, asked for and done or refused.

The rule: what a person does to others or to a recording is a deed: supervision, forced states, moves, pulls, pauses
of a recording, a new setup; also what ends one of them by itself, so that nobody listens longer than it says. What
agents do at their own desks is no deed. Accesses that never reach the core (a recording played, a list exported)
are deeds of the same shape, written by whoever grants them. People are references: login and agent's number.

Each deed carries the hash of the one before (`chained`): what is changed, taken out or put elsewhere breaks the
chain at that place. Pure.
"""

import hashlib
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.lifecycles import Presence


class AuditAction(StrEnum):
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    LEAVE = "leave"
    """a talk that was listened to"""
    TAKE_OVER = "take_over"
    FORCE_STATE = "force_state"
    FORCE_SIGN_OUT = "force_sign_out"
    MOVE_AGENT = "move_agent"
    PULL_FORWARD = "pull_forward"
    PAUSE_RECORDING = "pause_recording"
    RESUME_RECORDING = "resume_recording"
    START_RECORDING = "start_recording"
    """of a call of ours: the customer has been told"""
    REFUSE_RECORDING = "refuse_recording"
    APPLY_CENTRE = "apply_centre"
    PLAY_RECORDING = "play_recording"
    READ_INTERACTION = "read_interaction"
    READ_CUSTOMERS = "read_customers"
    """with contacts that others had with them"""
    READ_AUDIT = "read_audit"
    """refused: that those who may do is no deed"""
    EXPORT = "export"


PARTS = {
    f.Part.LISTENS: AuditAction.LISTEN,
    f.Part.COACHES: AuditAction.WHISPER,
    f.Part.TALKS: AuditAction.BARGE,
}

Detail = tuple[tuple[str, str], ...]
"""(name, value), in the order in which they are told; codes, never sentences"""


class Deed(Struct, frozen=True, kw_only=True):
    """Who did what, when, to whom."""

    source: str
    """unique for ever: the same deed stands there once"""
    at: int
    actor: str
    """login; "": the centre by itself"""
    action: AuditAction
    refused: str = ""
    """"" done; else why not, a text key"""
    agent: int | None = None
    contact: int | None = None
    detail: Detail = ()


class Member(Struct, frozen=True, array_like=True):
    """What the fold has to know of an agent."""

    login: str
    queues: tuple[str, ...]


class Memory(Struct):
    """What the fold knows between two entries."""

    staff: dict[int, Member] = field(default_factory=dict)
    """of the setup in force"""
    former: dict[int, str] = field(default_factory=dict)
    """agent -> login, of those who were in one: they may still be at work when they are in it no more"""
    watching: dict[f.LegId, tuple[int, int]] = field(default_factory=dict)
    """a supervisor's leg -> the contact, the supervisor"""


class AuditFold:
    """Folds one centre's journal. `memory`: as it was before the first entry to come."""

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()

    def fold(self, entry: f.Entry) -> list[Deed]:
        deeds = [
            replace(deed, source=f"journal:{entry.seq}:{index}", at=entry.at)
            for index, deed in enumerate(self._deeds(entry))
        ]
        self._follow(entry)
        return deeds

    def _deeds(self, entry: f.Entry) -> Iterator[Deed]:
        """Without source and time."""
        refused = next((fact.reason for fact in entry.decisions if isinstance(fact, f.Refused)), "")
        asked = self._asked(entry)
        if asked is not None:
            yield replace(asked, refused=refused)
        for fact in entry.decisions:
            match fact:
                case f.SupervisorJoined(contact=contact, agent=agent, leg=leg):
                    self.memory.watching[leg] = contact, agent
                case f.EngagementOpened(leg=leg):
                    self.memory.watching.pop(leg, None)  # took over
                case f.SupervisorLeft(leg=leg) | f.LegReleased(leg=leg):
                    yield from self._left(leg)
                case f.RecordingResumed() if not isinstance(entry.input, f.RecordingResumeAsked):
                    why = (("reason", fact.reason),)
                    yield _deed("", AuditAction.RESUME_RECORDING, contact=fact.contact, detail=why)
                case _:
                    pass

    def _left(self, leg: f.LegId) -> Iterator[Deed]:
        """However it came: nobody is said to listen for longer than they did."""
        if (watched := self.memory.watching.pop(leg, None)) is not None:
            contact, agent = watched
            yield _deed(self._login(agent), AuditAction.LEAVE, contact=contact)

    def _asked(self, entry: f.Entry) -> Deed | None:
        """What a person asked for, if it is a power over others."""
        match entry.input:
            case f.MonitorAsked(contact=contact, part=part, actor=actor):
                return _deed(actor, PARTS[part], contact=contact)
            case f.TakeOverAsked(contact=contact, agent=supervisor, actor=actor):
                states = (fact for fact in entry.decisions if isinstance(fact, f.AgentStateChanged))
                had_it = next((fact.agent for fact in states if fact.agent != supervisor), None)
                return _deed(actor, AuditAction.TAKE_OVER, agent=had_it, contact=contact)
            case f.ContactPulled(contact=contact, actor=actor):
                return _deed(actor, AuditAction.PULL_FORWARD, contact=contact)
            case f.RecordingPauseAsked(contact=contact, actor=actor):
                return _deed(actor, AuditAction.PAUSE_RECORDING, contact=contact)
            case f.RecordingResumeAsked(contact=contact, actor=actor):
                return _deed(actor, AuditAction.RESUME_RECORDING, contact=contact)
            case f.RecordingStartAsked(contact=contact, actor=actor):
                return _deed(actor, AuditAction.START_RECORDING, contact=contact)
            case f.RecordingRefusalAsked(contact=contact, actor=actor):
                return _deed(actor, AuditAction.REFUSE_RECORDING, contact=contact)
            case f.CentreApplied(version=version, actor=actor):
                return _deed(actor, AuditAction.APPLY_CENTRE, detail=(("version", str(version)),))
            case f.AgentMoved(agent=agent, queues=queues, actor=actor):
                member = self.memory.staff.get(agent)
                before = member.queues if member is not None else ()
                detail = (("from", ", ".join(before)), ("to", ", ".join(queues)))
                return _deed(actor, AuditAction.MOVE_AGENT, agent=agent, detail=detail)
            case f.PresenceChosen() | f.AgentSignedOut() as forced if forced.actor != self._login(
                forced.agent
            ):
                return _forced(forced, entry.decisions)
            case _:
                return None

    def _login(self, agent: int) -> str:
        member = self.memory.staff.get(agent)
        return member.login if member is not None else self.memory.former.get(agent, "")

    def _follow(self, entry: f.Entry) -> None:
        if isinstance(entry.input, f.CentreApplied):
            agents = entry.input.setup.agents
            self.memory.former |= {agent: member.login for agent, member in self.memory.staff.items()}
            self.memory.staff = {one.agent: Member(one.login, one.queues) for one in agents}
        for fact in entry.decisions:
            if isinstance(fact, f.AgentReassigned) and fact.agent in self.memory.staff:
                login = self.memory.staff[fact.agent].login
                self.memory.staff[fact.agent] = Member(login, fact.queues)


def _forced(forced: f.PresenceChosen | f.AgentSignedOut, decisions: Iterable[f.Decision]) -> Deed:
    """By somebody else than the agent. During a contact it applies afterwards."""
    later = any(isinstance(fact, f.PresencePostponed) for fact in decisions)
    when = (("when", "afterwards"),) if later else ()
    if isinstance(forced, f.AgentSignedOut):
        return _deed(forced.actor, AuditAction.FORCE_SIGN_OUT, agent=forced.agent, detail=when)
    to = "ready" if forced.presence is Presence.READY else forced.reason
    return _deed(forced.actor, AuditAction.FORCE_STATE, agent=forced.agent, detail=(("to", to), *when))


def _deed(
    actor: str,
    action: AuditAction,
    *,
    agent: int | None = None,
    contact: int | None = None,
    detail: Detail = (),
) -> Deed:
    return Deed(source="", at=0, actor=actor, action=action, agent=agent, contact=contact, detail=detail)


# --- The chain ---

_ENCODER = msgspec.json.Encoder()


def beginning(centre: int) -> bytes:
    """What the first deed of a centre is bound to."""
    return hashlib.sha256(f"audit of centre {centre}".encode()).digest()


def chained(before: bytes, n: int, deed: Deed) -> bytes:
    """The hash of deed number `n`, which follows the one with the hash `before`."""
    return hashlib.sha256(before + _ENCODER.encode((n, msgspec.structs.astuple(deed)))).digest()
