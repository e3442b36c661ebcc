"""What a desk asks for, as an input of the centre.

The rule: an ask becomes at most one input. Its source is made of the person and the id that the screen gave it,
so the same ask sent twice counts once. Whether it is possible now is the core's to say; what is refused here
is what the core is never to see. A number that was typed goes in as a reference, with its text beside the input.
"""

from __future__ import annotations

from typing import assert_never

from callcenter import facts as f
from callcenter.lifecycles import Presence
from callcenter.numbers import e164, is_emergency
from callcenter.rights import Actor, Scope, in_line, may_tell
from callcenter.screens import wire
from callcenter.state import Live

FORBIDDEN = "forbidden"
MALFORMED = "malformed"
BAD_NUMBER = "bad_number"
EMERGENCY_NUMBER = "emergency_number"

DIALLED = "dialled"
"""the kind of the personal value that a typed number is"""

Calling = wire.Transfer | wire.Consult | wire.Dial | wire.CallAgent
DeskAsk = (
    wire.Ready
    | wire.Away
    | wire.SignOff
    | wire.Decline
    | wire.EndContact
    | wire.CallControl
    | wire.Identify
    | wire.Dial
    | wire.CallAgent
    | wire.SaveWrapUp
)


def received(live: Live, actor: Actor, ask: DeskAsk) -> f.Received | str:
    """The input, or the text key of its refusal."""
    agent = actor.agent
    tag = str(type(ask).__struct_config__.tag)
    if agent is None or not may_tell(actor, tag, Scope(agents=frozenset({agent}))):
        return FORBIDDEN
    source = f"screen:{actor.login}:{ask.id}"
    match ask:
        case wire.Ready():
            return f.Received(source, f.PresenceChosen(agent, Presence.READY, "", actor.login))
        case wire.Away(reason=reason):
            return f.Received(source, f.PresenceChosen(agent, Presence.AWAY, reason, actor.login))
        case wire.SignOff():
            return f.Received(source, f.AgentSignedOut(agent, actor.login))
        case wire.Decline(offer=number):
            offer = live.state.offers.get(number)
            if offer is not None and offer.agent != agent:
                return FORBIDDEN
            return f.Received(source, f.OfferDeclined(number, actor.login))
        case wire.Identify(contact=contact, customer=customer):
            return f.Received(source, f.CustomerChosen(contact, customer, actor.login))
        case wire.SaveWrapUp():
            return _save(source, actor, ask)
        case wire.Transfer() | wire.Consult() | wire.Dial() | wire.CallAgent():
            return _calling(live, source, actor, agent, ask)
        case _:
            return f.Received(source, _control(ask, actor.login))


def signed_in(actor: Actor, agent: int, connection: str) -> f.Received:
    """The desk was opened; once for each connection."""
    return f.Received(f"desk:{actor.login}:{connection}", f.AgentSignedIn(agent, actor.login))


Controlling = (
    wire.EndContact
    | wire.Hold
    | wire.Resume
    | wire.Swap
    | wire.Conference
    | wire.Complete
    | wire.TakeBack
    | wire.Leave
    | wire.PauseRecording
    | wire.ResumeRecording
    | wire.StartRecording
    | wire.RefuseRecording
)


def _control(ask: Controlling, login: str) -> f.Asked:
    """Asks that name nothing but the contact."""
    match ask:
        case wire.EndContact(contact=contact):
            return f.HangUpAsked(contact, login)
        case wire.Hold(contact=contact):
            return f.HoldAsked(contact, login)
        case wire.Resume(contact=contact):
            return f.ResumeAsked(contact, login)
        case wire.Swap(contact=contact):
            return f.SwapAsked(contact, login)
        case wire.Conference(contact=contact):
            return f.ConferenceAsked(contact, login)
        case wire.Complete(contact=contact):
            return f.CompleteAsked(contact, login)
        case wire.TakeBack(contact=contact):
            return f.TakeBackAsked(contact, login)
        case wire.Leave(contact=contact):
            return f.LeaveAsked(contact, login)
        case wire.PauseRecording(contact=contact):
            return f.RecordingPauseAsked(contact, login)
        case wire.ResumeRecording(contact=contact):
            return f.RecordingResumeAsked(contact, login)
        case wire.StartRecording(contact=contact):
            return f.RecordingStartAsked(contact, login)
        case wire.RefuseRecording(contact=contact):
            return f.RecordingRefusalAsked(contact, login)
        case _:
            assert_never(ask)


def _calling(live: Live, source: str, actor: Actor, agent: int, ask: Calling) -> f.Received | str:
    """Asks that name somebody to be called."""
    login = actor.login
    match ask:
        case wire.CallAgent(agent=colleague):
            return f.Received(source, f.InternalCallAsked(agent, colleague, login))
        case wire.Dial(number=text, customer=customer, queue=queue):
            behalf = queue or _first_queue(live, agent)
            if behalf in live.queues and not in_line(actor, live.queues[behalf].business_line):
                return FORBIDDEN
            number = _number(source, text)
            if isinstance(number, str):
                return number
            dial = f.DialAsked(agent, number.ref, customer, behalf, login)
            return f.Received(source, dial, (number,))
        case wire.Transfer(contact=contact) | wire.Consult(contact=contact):
            named = _target(source, ask.to)
            if isinstance(named, str):
                return named
            target, values = named
            kind = f.TransferAsked if isinstance(ask, wire.Transfer) else f.ConsultAsked
            return f.Received(source, kind(contact, target, login), values)
        case _:
            assert_never(ask)


def _target(source: str, to: wire.Target) -> tuple[f.Target, tuple[f.Value, ...]] | str:
    match to:
        case wire.Target(agent=int(agent), queue="", number=""):
            return f.ToAgent(agent), ()
        case wire.Target(agent=None, queue=queue, number="") if queue:
            return f.ToQueue(queue), ()
        case wire.Target(agent=None, queue="", number=text) if text:
            number = _number(source, text)
            return number if isinstance(number, str) else (f.ToNumber(number.ref), (number,))
        case _:
            return MALFORMED


def _number(source: str, text: str) -> f.Value | str:
    if is_emergency(text):
        return EMERGENCY_NUMBER
    number = e164(text)
    return BAD_NUMBER if number is None else f.Value(f"{source}/{DIALLED}", DIALLED, number)


def _first_queue(live: Live, agent: int) -> str:
    """On whose behalf somebody calls who doesn't say so."""
    known = live.state.agents.get(agent)
    return known.setup.queues[0] if known is not None and known.setup.queues else ""


def _save(source: str, actor: Actor, ask: wire.SaveWrapUp) -> f.Received:
    note = f"{source}/note" if ask.note else None
    values = (f.Value(note, "note", ask.note),) if note is not None else ()
    saved = f.WrapUpSaved(ask.engagement, ask.disposition, note, ask.done, actor.login)
    return f.Received(source, saved, values)
