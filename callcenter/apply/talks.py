"""Talks: who is in them in which part, consultations, supervisors, pauses of the recording."""

from callcenter import facts as f
from callcenter.apply.moves import stop_watching
from callcenter.state import (
    Consult,
    Live,
    Pause,
    Talk,
)


def bridged(live: Live, fact: f.Bridged, at: int) -> None:
    state = live.state
    state.counters.bridge = fact.bridge
    if fact.recording is not None:
        state.counters.recording = max(state.counters.recording, fact.recording)
    for member in fact.members:
        if (leg := state.legs.get(member.leg)) is not None:
            leg.play = None
    contact = state.contacts[fact.contact]
    contact.talk = Talk(fact.bridge, fact.members, fact.recording, fact.paused)
    held = contact.talk.part_of(contact.leg) is f.Part.HELD
    contact.held_at = (contact.held_at or at) if held else None
    consult = contact.consult
    if consult is not None and consult.engagement is not None and consult.leg is not None:
        together = {contact.talk.part_of(contact.leg), contact.talk.part_of(consult.leg)}
        state.engagements[consult.engagement].met |= together == {f.Part.TALKS}


def consult_started(live: Live, fact: f.ConsultStarted, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.consult = Consult(fact.target, since_at=at)
    if isinstance(fact.target, f.ToQueue):
        contact.consult.requirement = live.requirement_in(fact.target.queue, contact)
        live.consult_in_line(contact)


def consult_returned(live: Live, fact: f.ConsultReturned, at: int) -> None:
    live.consult_in_line(live.state.contacts[fact.contact])


def consult_ended(live: Live, fact: f.ConsultEnded, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    consult, contact.consult = contact.consult, None
    live.router.leave(-fact.contact)
    if consult is not None and consult.engagement is None and fact.result == f.COMPLETED:
        contact.owner, contact.sent_to = (
            None,
            consult.leg,
        )  # the caller stays with the number that was dialled


def supervisor_joined(live: Live, fact: f.SupervisorJoined, at: int) -> None:
    state = live.state
    contact, agent = state.contacts[fact.contact], state.agents[fact.agent]
    contact.watchers[fact.leg] = fact.part
    agent.watching = fact.leg
    live.set_readiness(agent)


def supervisor_left(live: Live, fact: f.SupervisorLeft, at: int) -> None:
    stop_watching(live, live.state.contacts[fact.contact], fact.leg)


def recording_paused(live: Live, fact: f.RecordingPaused, at: int) -> None:
    contact = live.state.contacts[fact.contact]
    contact.pauses = fact.pause
    contact.pause = Pause(fact.pause, fact.until_at, fact.reason)


def recording_resumed(live: Live, fact: f.RecordingResumed, at: int) -> None:
    live.state.contacts[fact.contact].pause = None


def notice_given(live: Live, fact: f.NoticeGiven, at: int) -> None:
    live.state.contacts[fact.contact].notice_due = False
