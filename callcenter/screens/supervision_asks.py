"""What a supervisor asks for from the floor, as an input of the centre.

The rule: each power is a right of its own, judged by whom it touches: the business lines of the contact (a call
among colleagues has those of both), or of the queues that the agent serves and shall serve. Whether it is possible
now is the core's to say; what is refused here is what the core is never to see.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, assert_never

from callcenter import facts as f
from callcenter.lifecycles import Direction, Presence
from callcenter.rights import Actor, Scope, may_tell
from callcenter.screens import wire
from callcenter.screens.asks import FORBIDDEN
from callcenter.state import Live

NO_PHONE = "no_phone"
"""whoever has no agent's number has no phone to listen on"""
YOURSELF = "yourself"


class Oversight(Protocol):
    """What else a power needs of the service. Both raise what the store raises."""

    async def end_sessions(self, login: str) -> None:
        """Whoever this is has to sign in anew, everywhere."""

    async def note_refused(self, actor: Actor, ask: wire.Supervision, refused: str) -> None:
        """An ask that never reaches the core stands in the audit too; only what comes faster than a screen may ask
        is not looked at."""


def received(live: Live, actor: Actor, ask: wire.Supervision) -> f.Received | str:
    """The input, or the text key of its refusal."""
    tag = str(type(ask).__struct_config__.tag)
    if not all(may_tell(actor, tag, Scope(business_line=line)) for line in _lines(live, ask)):
        return FORBIDDEN
    source = f"screen:{actor.login}:{ask.id}"
    match ask:
        case wire.Monitor(contact=contact):
            return _watching(source, actor, contact, f.Part.LISTENS)
        case wire.Coach(contact=contact):
            return _watching(source, actor, contact, f.Part.COACHES)
        case wire.Barge(contact=contact):
            return _watching(source, actor, contact, f.Part.TALKS)
        case wire.TakeOver(contact=contact):
            if actor.agent is None:
                return NO_PHONE
            return f.Received(source, f.TakeOverAsked(contact, actor.agent, actor.login))
        case wire.PullForward(contact=contact):
            return f.Received(source, f.ContactPulled(contact, actor.login))
        case wire.MoveAgent(agent=agent, queues=queues):
            return f.Received(source, f.AgentMoved(agent, queues, actor.login))
        case wire.ForceState() | wire.ForceSignOut():
            return YOURSELF if ask.agent == actor.agent else f.Received(source, _forced(actor, ask))
        case _:
            assert_never(ask)


def _watching(source: str, actor: Actor, contact: int, part: f.Part) -> f.Received | str:
    if actor.agent is None:
        return NO_PHONE
    return f.Received(source, f.MonitorAsked(contact, actor.agent, part, actor.login))


def _forced(actor: Actor, ask: wire.ForceState | wire.ForceSignOut) -> f.Input:
    if isinstance(ask, wire.ForceSignOut):
        return f.AgentSignedOut(ask.agent, actor.login)
    presence = Presence.AWAY if ask.reason else Presence.READY
    return f.PresenceChosen(ask.agent, presence, ask.reason, actor.login)


def _lines(live: Live, ask: wire.Supervision) -> Iterable[str]:
    """Every business line that this touches; what nobody knows touches none, and the core says so."""
    yield ""
    if isinstance(ask, wire.ForceState | wire.ForceSignOut | wire.MoveAgent):
        agent = live.state.agents.get(ask.agent)
        queues = agent.setup.queues if agent is not None else ()
        yield from _lines_of(live, queues)
        if isinstance(ask, wire.MoveAgent):
            yield from _lines_of(live, ask.queues)
    elif (contact := live.state.contacts.get(ask.contact)) is not None:
        yield contact.business_line
        yield from _lines_of(live, (contact.queue,))
        if contact.direction is Direction.INTERNAL:  # in no queue: whose it is, those who talk say
            for number in contact.engagements:
                agent = live.state.agents[live.state.engagements[number].agent]
                yield from _lines_of(live, agent.setup.queues)


def _lines_of(live: Live, queues: Iterable[str]) -> Iterable[str]:
    return (live.queues[queue].business_line for queue in queues if queue in live.queues)
