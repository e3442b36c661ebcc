"""Legs, what they hear, and the phones that can be rung."""

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.apply.moves import add_agent_leg, add_leg, forget_if_over
from callcenter.lifecycles import (
    LEG,
    ContactState,
    LegState,
    step,
)
from callcenter.state import (
    Leg,
    Live,
)


def leg_answered(live: Live, fact: f.LegAnswered, at: int) -> None:
    leg = live.state.legs.get(fact.leg)
    if leg is not None and leg.state is LegState.RINGING:
        leg.state = LegState.UP


def leg_interrupted(live: Live, fact: f.LegInterrupted, at: int) -> None:
    if (leg := live.state.legs.get(fact.leg)) is not None:
        leg.interrupted = True
        contact = live.state.contacts.get(leg.contact)
        if contact is not None and contact.leg == leg.leg:
            live.router.leave(leg.contact)


def leg_restored(live: Live, fact: f.LegRestored, at: int) -> None:
    if (leg := live.state.legs.get(fact.leg)) is not None:
        leg.interrupted = False
        contact = live.state.contacts.get(leg.contact)
        if contact is None or contact.leg != leg.leg:
            return
        if contact.state is ContactState.WAITING:
            live.stand_in_line(contact)


def leg_over(live: Live, fact: f.LegEnded | f.LegFailed | f.LegExpired, at: int) -> None:
    leg = live.state.legs.get(fact.leg)
    if leg is None or leg.state is LegState.ENDED:
        return
    if isinstance(fact, f.LegExpired) and leg.state is not LegState.ENDING:
        return
    if isinstance(fact, f.LegFailed) and leg.state is LegState.UP and fact.reason == f.IN_DOUBT:
        return  # the phone did ring: whoever talks goes on talking
    leg.state, leg.play = step(LEG, leg.state, LegState.ENDED), None
    contact = live.state.contacts[leg.contact]
    if (talk := contact.talk) is not None and talk.part_of(leg.leg) is not None:
        contact.talk = replace(talk, members=tuple(one for one in talk.members if one.leg != leg.leg))
    forget_if_over(live, leg.contact)


def leg_released(live: Live, fact: f.LegReleased, at: int) -> None:
    leg = live.state.legs[fact.leg]
    leg.state = step(LEG, leg.state, LegState.ENDING)
    leg.play = None


def play_started(live: Live, fact: f.PlayStarted, at: int) -> None:
    leg = live.state.legs[fact.leg]
    leg.play, leg.plays = fact, fact.play


def station_connected(live: Live, fact: f.StationConnected, at: int) -> None:
    if (agent := live.state.agents.get(fact.agent)) is not None:
        agent.stations.add(fact.provider)
        live.set_readiness(agent)


def station_lost(live: Live, fact: f.StationLost, at: int) -> None:
    if (agent := live.state.agents.get(fact.agent)) is not None:
        agent.stations.discard(fact.provider)
        live.set_readiness(agent)


def leg_rung(live: Live, fact: f.LegRung, at: int) -> None:
    add_agent_leg(live, live.state.contacts[fact.contact], fact.leg, fact.agent, offer=0)
    live.state.legs[fact.leg].deadline_at = fact.deadline_at


def dial_started(live: Live, fact: f.DialStarted, at: int) -> None:
    state = live.state
    contact = state.contacts[fact.contact]
    leg = Leg(
        fact.leg,
        contact.provider,
        fact.contact,
        None,
        LegState.RINGING,
        number=fact.number,
        deadline_at=fact.deadline_at,
    )
    add_leg(live, contact, leg)
    if contact.consult is not None:
        contact.consult.leg = fact.leg
    elif contact.sent_by is not None:
        contact.sent_to = fact.leg
