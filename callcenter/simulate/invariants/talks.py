"""Nobody talks to nobody, is on hold for nothing, waits in silence or is recorded untold: I10, I13."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.lifecycles import Direction
from callcenter.simulate.invariants.deadlines import is_so_long, not_early
from callcenter.simulate.invariants.records import Contact
from callcenter.simulate.invariants.seen import Seen


def contact_transferred(seen: Seen, fact: f.ContactTransferred) -> None:
    contact = seen.contacts[fact.contact]
    again = fact.target == f.ToAgent(fact.by)
    if contact.talking == again:
        raise seen.violated("I2", f"contact {fact.contact} is not there to be sent")
    no_talk(seen, fact.contact)
    contact.sent, contact.target, contact.by = True, fact.target, fact.by
    seen.due.drop(("step", fact.contact))
    seen.to_settle.add(fact.contact)


def no_talk(seen: Seen, number: int) -> None:
    """From now on it is in none."""
    contact = seen.contacts[number]
    seen.due.drop_pauses(number)
    contact.talking = contact.sent = contact.asks = contact.held = contact.paused = False
    contact.members, contact.recording, contact.consult = (), None, None
    for leg in contact.watchers:
        stops_watching(seen, leg)
    contact.watchers.clear()


# --- Consultations ---


def consult_started(seen: Seen, fact: f.ConsultStarted) -> None:
    contact = seen.contacts[fact.contact]
    if not contact.talking:
        raise seen.violated("I2", f"contact {fact.contact} has nobody who could ask")
    contact.consult = contact.consults = fact.target.queue if isinstance(fact.target, f.ToQueue) else None
    contact.asks, contact.target = True, fact.target


def consult_returned(seen: Seen, fact: f.ConsultReturned) -> None:
    """Whoever rang did not answer: the same queue is asked again."""
    contact = seen.contacts[fact.contact]
    contact.consult = contact.consults


def consult_ended(seen: Seen, fact: f.ConsultEnded) -> None:
    contact = seen.contacts[fact.contact]
    contact.consult = None
    contact.asks = contact.held = False
    seen.to_settle.add(fact.contact)


# --- Supervisors ---


def supervisor_joined(seen: Seen, fact: f.SupervisorJoined) -> None:
    contact, supervisor = seen.contacts[fact.contact], seen.agents[fact.agent]
    if not contact.talking:
        raise seen.violated("I13", f"contact {fact.contact} has no talk to be in")
    if supervisor.watches not in (None, fact.leg):
        raise seen.violated("I13", f"{fact.agent} is in {supervisor.watches} too")
    if supervisor.offer is not None or supervisor.engagement is not None:
        raise seen.violated("I2", f"{fact.agent} is busy")
    supervisor.watches = fact.leg
    contact.watchers[fact.leg] = fact.part


def supervisor_left(seen: Seen, fact: f.SupervisorLeft) -> None:
    stops_watching(seen, fact.leg)
    seen.contacts[fact.contact].watchers.pop(fact.leg, None)
    seen.to_settle.add(fact.contact)


def stops_watching(seen: Seen, leg: f.LegId) -> None:
    supervisor = seen.agents[seen.legs[leg].agent or 0]
    if supervisor.watches == leg:
        supervisor.watches = None


# --- Recordings ---


def notice_given(seen: Seen, fact: f.NoticeGiven) -> None:
    seen.contacts[fact.contact].unrecorded = False


def recording_declined(seen: Seen, fact: f.RecordingDeclined) -> None:
    seen.contacts[fact.contact].unrecorded = True
    _no_pause(seen, fact.contact)


def recording_paused(seen: Seen, fact: f.RecordingPaused) -> None:
    contact = seen.contacts[fact.contact]
    contact.paused = True
    if fact.until_at is not None:
        queue = seen.centre.queues.get(contact.queue, seen.centre.setup.queues[0])
        is_so_long(seen, "a pause", fact.until_at, queue.pause_seconds * 1_000)
        seen.due["pause", (fact.contact, fact.pause)] = fact.until_at


def recording_resumed(seen: Seen, fact: f.RecordingResumed) -> None:
    input = seen.entry.input
    if isinstance(input, f.PauseExpired):
        not_early(seen, "pause", (input.contact, input.pause))
    _no_pause(seen, fact.contact)


def _no_pause(seen: Seen, number: int) -> None:
    seen.contacts[number].paused = False
    seen.due.drop_pauses(number)


# --- Who hears whom ---


def bridged(seen: Seen, fact: f.Bridged) -> None:
    seen.once("bridge", fact.bridge)
    contact = seen.contacts[fact.contact]
    _may_be_recorded(seen, contact, fact)
    _must_be_recorded(seen, contact, fact)
    contact.recording, contact.members = fact.recording, fact.members
    held = any(one.leg == contact.leg and one.part is f.Part.HELD for one in fact.members)
    put = contact.held or contact.asks or isinstance(seen.entry.input, f.HoldAsked)
    if held and not put:
        raise seen.violated("I13", f"nobody put {contact.leg} on hold")
    contact.held = held and not contact.asks  # with a consultation this hold ends as well
    contact.hears = contact.hears and all(one.leg != contact.leg for one in fact.members)
    for member in fact.members:
        leg = seen.legs[member.leg]
        if leg.over or leg.released:
            raise seen.violated("I6", f"{member.leg} is over")
        if leg.contact != fact.contact:
            raise seen.violated("I6", f"{member.leg} is of another contact")
        if contact.watchers.get(member.leg, member.part) is not member.part:
            raise seen.violated("I13", f"{member.leg} {member.part}, and chose otherwise")
    seen.to_settle.add(fact.contact)


def _may_be_recorded(seen: Seen, contact: Contact, fact: f.Bridged) -> None:
    if fact.recording is None:
        return
    if fact.recording != contact.recording:
        if contact.recording is not None:
            raise seen.violated("I10", f"{fact.recording} breaks {contact.recording} off")
        seen.once("recording", fact.recording)
    if contact.unrecorded:
        raise seen.violated("I10", "recorded though not to be")
    for member in () if fact.paused else fact.members:
        if member.leg == contact.leg:
            if member.part is f.Part.HELD:
                raise seen.violated("I10", "recorded while the customer is on hold")
        elif member.part is f.Part.TALKS and not member.staff:
            raise seen.violated("I10", f"{member.leg} is recorded and was not told")


def _must_be_recorded(seen: Seen, contact: Contact, fact: f.Bridged) -> None:
    """What one of ours and the customer say to each other, unless somebody said or asked otherwise."""
    if contact.unrecorded or contact.direction is Direction.INTERNAL:
        return
    with_us = any(one.staff and one.part is f.Part.TALKS for one in fact.members)
    private = any(
        one.part is not f.Part.TALKS if one.leg == contact.leg else one.part is f.Part.TALKS and not one.staff
        for one in fact.members
    )
    if with_us and not private and fact.recording is None:
        raise seen.violated("I10", f"nothing of contact {fact.contact} is recorded")
    if fact.recording is not None and fact.paused != (contact.paused or private):
        raise seen.violated("I10", f"recording {fact.recording} pauses, and should not, or goes on")


# --- What must be true when an entry is over ---


def is_not_alone(seen: Seen, contact: Contact) -> None:
    """A caller in a talk, on hold or not, has somebody of the others there."""
    if not contact.talking or contact.outcome is not None or contact.quarantined:
        return
    parts = {one.leg: one.part for one in contact.members if seen.is_alive(one.leg)}
    caller = parts.pop(contact.leg, None)
    there = [leg for leg in parts if leg not in contact.watchers and seen.legs[leg].answered]
    if caller is None or not any(parts[leg] is f.Part.TALKS for leg in there):
        raise seen.violated("I13", f"{contact.leg} is alone in its talk")


def waits_with_music(seen: Seen, contact: Contact) -> None:
    waits = contact.waiting or (contact.sent and not contact.talking)
    if not waits or contact.hears or contact.quarantined:
        return
    if contact.leg in seen.legs and seen.is_alive(contact.leg):
        raise seen.violated("I13", f"{contact.leg} waits in silence")
