"""What supervisors do in the middle of it: listen, whisper, barge, take over, move, pull forward.

The rule: a supervisor is in a talk with a leg of their own and a part that may change; the talk never notices that
one comes or goes. Who takes over has the contact, and the agent wraps up.
"""

from callcenter import facts as f
from callcenter.decisions import arranging, endings
from callcenter.decisions.controlling import (
    FREE_TO_CALL,
    Refusal,
    next_leg,
    require_phone,
    require_sound,
    talking,
)
from callcenter.decisions.numbers import ring_own
from callcenter.lifecycles import ContactState, EngagementKind, LegState, Routing
from callcenter.state import Agent, Contact, Live

PULL_LIFT = 10_000
"""in front of everybody, also of those who came back from a talk"""


def on_monitor_asked(live: Live, fact: f.MonitorAsked, at: int) -> list[f.Decision]:
    contact = _watchable(live, fact.contact)
    supervisor = _supervisor(live, fact.agent)
    if supervisor.watching is not None:
        return _change_part(live, contact, supervisor, supervisor.watching, fact.part)
    if any(live.state.engagements[one].agent == fact.agent for one in contact.engagements):
        raise Refusal("yourself")
    if supervisor.routing not in FREE_TO_CALL:
        raise Refusal("on_a_contact")
    require_phone(live, supervisor, contact.provider)
    leg = next_leg(live)
    return [
        ring_own(contact.contact, leg, supervisor.agent, at),
        f.SupervisorJoined(contact.contact, supervisor.agent, leg, fact.part),
    ]


def on_phone_up(live: Live, contact: Contact) -> list[f.Decision]:
    return [arranging.again(live, contact)] if contact.talk is not None else []


def on_take_over_asked(live: Live, fact: f.TakeOverAsked, at: int) -> list[f.Decision]:
    contact = _watchable(live, fact.contact)
    supervisor = _supervisor(live, fact.agent)
    leg = supervisor.watching
    if leg is None or leg not in contact.watchers or live.state.legs[leg].state is not LegState.UP:
        raise Refusal("listen_first")
    if contact.consult is not None:
        raise Refusal("consulting")
    owner = live.owner_of(contact)
    if owner is None:
        raise Refusal("not_talking")
    if owner.kind is EngagementKind.INTERNAL:
        raise Refusal("internal_call")
    number = live.state.counters.engagement + 1
    takes = f.Member(leg, f.Part.TALKS, staff=True)
    return [
        *endings.wrap_up(live, owner),
        f.EngagementOpened(number, contact.contact, supervisor.agent, leg, EngagementKind.CONTACT),
        f.AgentStateChanged(supervisor.agent, supervisor.presence, supervisor.reason, Routing.ON_CONTACT),
        arranging.arrange(live, contact, [arranging.caller(contact), takes]),
        *endings.release(live, owner.leg),
    ]


def on_agent_moved(live: Live, fact: f.AgentMoved, at: int) -> list[f.Decision]:
    if fact.agent not in live.staff:
        raise Refusal("unknown_agent")
    if any(queue not in live.queues for queue in fact.queues):
        raise Refusal("unknown_queue")
    return [f.AgentReassigned(fact.agent, fact.queues)]


def on_contact_pulled(live: Live, fact: f.ContactPulled, at: int) -> list[f.Decision]:
    contact = live.state.contacts.get(fact.contact)
    if contact is None or contact.state not in (ContactState.WAITING, ContactState.OFFERED):
        raise Refusal("not_waiting")
    if contact.sent_by is not None:  # on its way to somebody, in no line
        raise Refusal("not_waiting")
    return [f.ContactRaised(fact.contact, PULL_LIFT)]


def _change_part(
    live: Live, contact: Contact, supervisor: Agent, leg: f.LegId, part: f.Part
) -> list[f.Decision]:
    if leg not in contact.watchers:
        raise Refusal("already_watching")
    joined = f.SupervisorJoined(contact.contact, supervisor.agent, leg, part)
    if live.state.legs[leg].state is not LegState.UP or contact.talk is None:
        return [joined]
    others = [member for member in contact.talk.members if member.leg != leg]
    return [joined, arranging.arrange(live, contact, [*others, f.Member(leg, part, staff=True)])]


def _watchable(live: Live, number: int) -> Contact:
    contact = talking(live, number)
    require_sound(contact)
    return contact


def _supervisor(live: Live, number: int) -> Agent:
    supervisor = live.state.agents.get(number)
    if supervisor is None or number not in live.staff:
        raise Refusal("unknown_agent")
    return supervisor
