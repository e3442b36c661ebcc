"""What must be true of a journal, read from its entries alone.

The rule: nothing here is shared with the rules of the centre. Facts are counted and compared; what an entry says
is believed, what it should have said is worked out anew from the entries before it.

    I1   a contact ends once, with the outcome that its end deserves
    I2   an agent has one offer or one engagement at most, a contact one offer
    I3   the best contact for an agent (lift, ceiling, points, age), the best agent for one (steps, phone, idleness)
    I4   numbers are dense and time does not go back
    I6   an input counts once; a leg is rung once and released once; what is late or refused changes nothing
    I7   nothing is older than its deadline and LATE_MS; what is over leaves nothing behind
    I8   nobody is hung up but by the other side, by an agent or by the tree
    I10  no recording is broken off, and nobody is on one who was not told
    I11  nobody waits while somebody who may serve them sits ready
    I12  our downtime expires nothing and changes nothing: presence is what the agent chose
    I13  nobody talks to nobody: a caller in a talk, on hold or not, has somebody of the others there; a
         supervisor is in one talk at most; who is on hold was put there, who waits hears something

A module is what the facts of one subject must agree with and leave behind, then what must be true of it between
two entries:

    contacts      how one begins and ends
    self_service  the IVR, look-ups and PIN checks
    line          who waits, and who is the best for whom
    offers        what is offered to whom
    agents        their phones, their work, their presence
    talks         transfers, consultations, supervisors, recordings, who hears whom
    legs          how one is rung, released and over
    deadlines     what is late, early, or due again

    seen          all that was told so far: what each of them reads and changes
    records       what it consists of
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from callcenter import facts as f
from callcenter.simulate.invariants import (
    agents,
    contacts,
    deadlines,
    legs,
    line,
    offers,
    self_service,
    talks,
)
from callcenter.simulate.invariants.seen import Seen, Violated

__all__ = ["Invariants", "Violated", "check_journal"]


class Invariants:
    """Feed it every entry in order, then `over` when nobody should be left."""

    def __init__(self) -> None:
        self.seen = Seen()
        self._sources: set[str] = set()

    def check(self, entry: f.Entry) -> None:
        """Raises Violated when it breaks one: by its input, by a decision, or by what it leaves as it is."""
        before, self.seen.entry = self.seen.entry, entry
        self._comes_next(before, entry)
        told = self._note(entry.input)
        deadlines.nothing_is_overdue(self.seen)
        self._is_refused_as_a_whole(entry)
        for decision in entry.decisions:
            told = self._note(decision) or told
        deadlines.comes_again(self.seen)
        if told:  # else it is as it was
            self._nothing_hangs()
            line.nobody_waits_in_vain(self.seen)

    def over(self) -> None:
        """The day has ended, everybody is gone."""
        seen = self.seen
        for number in seen.live:
            raise seen.violated("I1", f"contact {number} never ends")
        for kind, left in (
            ("offer", seen.offers),
            ("engagement", seen.engagements),
            ("look-up", seen.look_ups),
        ):
            if left:
                raise seen.violated("I7", f"{kind} {list(left)} never ends")
        for name, leg in seen.legs.items():
            if not leg.over:
                raise seen.violated("I7", f"leg {name} never ends")

    def _comes_next(self, before: f.Entry, entry: f.Entry) -> None:
        if entry.seq != before.seq + 1:
            raise self.seen.violated("I4", f"after entry {before.seq}")
        if entry.at < before.at:
            raise self.seen.violated("I4", f"time goes back from {before.at}")
        if entry.source in self._sources:
            raise self.seen.violated("I6", f"{entry.source} counts twice")
        self._sources.add(entry.source)

    def _is_refused_as_a_whole(self, entry: f.Entry) -> None:
        """Or not at all, unless a rule broke."""
        if len(entry.decisions) < 2 or f.Refused not in map(type, entry.decisions):
            return
        refused = [one.reason for one in entry.decisions if isinstance(one, f.Refused)]
        if refused and "our_fault" not in refused:
            raise self.seen.violated("I6", "half of it is refused")

    def _note(self, fact: f.Fact) -> bool:
        """Whether it says anything about these rules: most facts don't."""
        note = _NOTES.get(type(fact))
        if note is None:
            return False
        note(self.seen, fact)
        return True

    def _nothing_hangs(self) -> None:
        """Whoever was touched does what there is to do, and nothing rings on for what is over."""
        seen = self.seen
        for number in sorted(seen.at_work):
            agents.does_what_there_is(seen, number)
        seen.at_work.clear()
        for number in seen.to_settle:
            contact = seen.contacts[number]
            legs.are_wanted(seen, contact)
            talks.is_not_alone(seen, contact)
            talks.waits_with_music(seen, contact)
            legs.have_who_works(seen, number, contact)
            contacts.leaves_nothing(seen, number, contact)
            line.has_next_step(seen, number, contact)
        seen.to_settle.clear()


_NOTES: dict[type, Callable[[Seen, Any], None]] = {
    f.OwnerStarted: deadlines.owner_started,
    f.CentreApplied: agents.centre_applied,
    f.CallArrived: contacts.call_arrived,
    f.LegAnswered: legs.leg_answered,
    f.LegInterrupted: legs.leg_interrupted,
    f.LegRestored: legs.leg_interrupted,
    f.LegEnded: legs.leg_over,
    f.LegFailed: legs.leg_over,
    f.LegExpired: legs.leg_over,
    f.PlayFinished: self_service.play_answered,
    f.KeysEntered: self_service.play_answered,
    f.KeysTimedOut: self_service.play_answered,
    f.PlayExpired: self_service.play_answered,
    f.CustomerFound: self_service.look_up_answered,
    f.CustomerUnknown: self_service.look_up_answered,
    f.LookUpFailed: self_service.look_up_answered,
    f.LookUpExpired: self_service.look_up_answered,
    f.PinChecked: self_service.look_up_answered,
    f.AgentSignedIn: agents.agent_signed_in,
    f.StationConnected: agents.station_connected,
    f.StationLost: agents.station_lost,
    f.ContactOpened: contacts.contact_opened,
    f.NodeEntered: self_service.node_entered,
    f.ChoiceMade: self_service.choice_made,
    f.MilestoneReached: contacts.milestone_reached,
    f.CustomerIdentified: contacts.customer_identified,
    f.LanguageChosen: contacts.language_chosen,
    f.CustomerVerified: self_service.customer_verified,
    f.LookUpWanted: self_service.look_up_wanted,
    f.LookUpClosed: self_service.look_up_closed,
    f.PlayStarted: self_service.play_started,
    f.ContactQuarantined: contacts.contact_quarantined,
    f.ContactEnded: contacts.contact_ended,
    f.ContactQueued: line.contact_queued,
    f.ContactReturned: line.contact_returned,
    f.ContactRaised: line.contact_raised,
    f.ContactRelaxed: line.contact_relaxed,
    f.OfferMade: offers.offer_made,
    f.OfferClosed: offers.offer_closed,
    f.ContactTransferred: talks.contact_transferred,
    f.EngagementOpened: agents.engagement_opened,
    f.EngagementPromoted: agents.engagement_promoted,
    f.EngagementClosed: agents.engagement_closed,
    f.InteractionCoded: agents.interaction_coded,
    f.WrapUpStarted: agents.wrap_up_started,
    f.AgentStateChanged: agents.agent_state_changed,
    f.PresencePostponed: agents.presence_postponed,
    f.AgentReassigned: agents.agent_reassigned,
    f.LegRung: legs.leg_rung,
    f.DialStarted: legs.dial_started,
    f.LegReleased: legs.leg_released,
    f.ContactReached: contacts.contact_reached,
    f.ConsultStarted: talks.consult_started,
    f.ConsultReturned: talks.consult_returned,
    f.ConsultEnded: talks.consult_ended,
    f.SupervisorJoined: talks.supervisor_joined,
    f.SupervisorLeft: talks.supervisor_left,
    f.Bridged: talks.bridged,
    f.NoticeGiven: talks.notice_given,
    f.RecordingDeclined: talks.recording_declined,
    f.RecordingPaused: talks.recording_paused,
    f.RecordingResumed: talks.recording_resumed,
}
"""All other facts say nothing about these rules."""


def check_journal(entries: Iterable[f.Entry], *, everybody_gone: bool = False) -> Invariants:
    """Raises Violated at the first entry that breaks an invariant."""
    invariants = Invariants()
    for entry in entries:
        invariants.check(entry)
    if everybody_gone:
        invariants.over()
    return invariants
