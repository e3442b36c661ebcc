"""What a screen asks for, as an input of the centre.

The rule: an ask becomes at most one input. Its source is made of the person and the id that the screen gave it,
so the same ask sent twice counts once. Whether it is possible now is the core's to say; what is refused here
is what the core is never to see.
"""

from __future__ import annotations

from typing import assert_never

from callcenter import facts as f
from callcenter.lifecycles import Presence
from callcenter.rights import Actor, Scope, may_tell
from callcenter.screens import wire
from callcenter.state import Live

FORBIDDEN = "forbidden"

DeskAsk = wire.Ready | wire.Away | wire.SignOff | wire.Decline | wire.EndContact | wire.SaveWrapUp


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
        case wire.EndContact(contact=contact):
            return f.Received(source, f.HangUpAsked(contact, actor.login))
        case wire.SaveWrapUp():
            return _save(source, actor, ask)
        case _:
            assert_never(ask)


def signed_in(actor: Actor, agent: int, connection: str) -> f.Received:
    """The desk was opened; once for each connection."""
    return f.Received(f"desk:{actor.login}:{connection}", f.AgentSignedIn(agent, actor.login))


def _save(source: str, actor: Actor, ask: wire.SaveWrapUp) -> f.Received:
    note = f"{source}/note" if ask.note else None
    values = (f.Value(note, "note", ask.note),) if note is not None else ()
    saved = f.WrapUpSaved(ask.engagement, ask.disposition, note, ask.done, actor.login)
    return f.Received(source, saved, values)
