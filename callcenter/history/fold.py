"""The history as a fold over the journal: entries in the order of their numbers in, finished records out.

The rule: `History` remembers only what is still open: contacts until their last wrap-up is over, and what
each agent is now. So after a restart it is rebuilt from the entry of the earliest open contact
(`open_since_seq`) and the agents' states, and facts about contacts that had ended before are passed over.

A contact's time is cut into segments that lie end to end. Our own downtime cuts nothing and ends nothing: the
caller waited, so it is part of the wait, and it is told beside it as `down_ms`.
"""

from collections.abc import Iterable
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from callcenter import facts
from callcenter.history.open_contact import OpenContact, Stretch
from callcenter.history.records import (
    AgentInterval,
    AgentNow,
    AgentServes,
    Coding,
    Engagement,
    Interaction,
    Offer,
    Recording,
    RecordingEnded,
    Row,
    SegmentKind,
)
from callcenter.lifecycles import Direction, EngagementKind, OfferKind, OfferState, Outcome
from callcenter.queue.service_level import VisitExit

CONSULT, OUTSIDE = "consult", "outside"
"""why a recording is silent though nobody paused it: the caller is on hold, or somebody from outside talks"""
UNRECORDED = {Direction.INTERNAL: "internal", Direction.OUTBOUND: "not_told"}


class _Pending(Struct, frozen=True):
    fact: facts.OfferMade
    made_at: int
    queue: str | None


class History:
    """Folds one centre's journal. `agents`: what each was when the first entry to come was written."""

    def __init__(self, agents: Iterable[AgentNow] = ()) -> None:
        self.seq = 0
        """of the last entry folded"""
        self._agents = {agent.agent: agent for agent in agents}
        self._contacts: dict[int, OpenContact] = {}  # in the order of opening
        self._offers: dict[int, _Pending] = {}
        self._engagements: dict[int, Engagement] = {}
        self._lines: dict[str, str] = {}
        """each queue's, for what 0.1.0 wrote: its facts name no line"""
        self._rows: list[Row] = []
        self._changed: dict[int, OpenContact] = {}  # interactions to be written at the end of this entry

    @property
    def open_since_seq(self) -> int:
        """The entry from which a fold must start to know all that this one knows of contacts."""
        earliest = next(iter(self._contacts.values()), None)
        return earliest.seq if earliest is not None else self.seq + 1

    def fold(self, entry: facts.Entry) -> list[Row]:
        """The records that this entry opened, completed or finished."""
        self.seq = entry.seq
        self._rows = []
        self._take_input(entry.input, entry.at)
        for decision in entry.decisions:
            self._take(decision, entry)
        if self._changed:
            self._rows.extend(contact.row for contact in self._changed.values())
            self._changed.clear()
        return self._rows

    def agents(self) -> list[AgentNow]:
        """What every agent is now: the intervals that are not over."""
        return list(self._agents.values())

    def _take_input(self, fact: facts.Input, at: int) -> None:
        match fact:
            case facts.OwnerStarted(down_ms=down_ms):
                for contact in self._contacts.values():
                    contact.count_downtime(down_ms)
            case facts.CentreApplied(setup=setup):
                self._lines = {queue.name: queue.business_line for queue in setup.queues}
                for agent in setup.agents:
                    self._rows.append(AgentServes(agent.agent, at, ",".join(agent.queues)))
            case facts.RecordingClosed(recording=recording, length_ms=length_ms, gaps=gaps):
                self._rows.append(RecordingEnded(recording, length_ms, gaps))
            case facts.RecordingFailed(recording=recording, reason=reason):
                self._rows.append(RecordingEnded(recording, None, failed=reason))
            case _:
                pass  # every other input speaks through the decisions on it

    def _take(self, fact: facts.Decision, entry: facts.Entry) -> None:
        at = entry.at
        match fact:
            case (
                facts.NodeEntered()
                | facts.PlayStarted()
                | facts.LookUpWanted()
                | facts.LookUpClosed()
                | facts.LegReleased()
                | facts.PresencePostponed()
                | facts.AlarmRaised()
                | facts.ContactRaised()
                | facts.LegRung()
                | facts.DialStarted()
                | facts.InternalCallStarted()
                | facts.ConsultStarted()
                | facts.ConsultReturned()
                | facts.Refused()
            ):
                pass  # leaves no trace in the history
            case facts.AgentStateChanged():
                self._agent_changed(fact, at)
            case facts.AgentReassigned():
                self._rows.append(AgentServes(fact.agent, at, ",".join(fact.queues)))
            case facts.OfferMade():
                self._offer_made(fact, at)
            case facts.OfferClosed():
                self._offer_closed(fact, at)
            case facts.EngagementOpened():
                self._engagement_opened(fact, at)
            case facts.EngagementPromoted():
                self._engagement_promoted(fact)
            case facts.Bridged():
                self._bridged(fact, at)
            case facts.WrapUpStarted():
                self._wrap_up_started(fact.engagement, at)
            case facts.EngagementClosed():
                self._engagement_closed(fact, at)
            case facts.InteractionCoded():
                self._coded(fact, at)
            case facts.ContactOpened():
                self._opened(fact, entry)
            case _:
                self._take_contact(fact, entry)

    def _take_contact(
        self,
        fact: facts.ChoiceMade
        | facts.MilestoneReached
        | facts.CustomerIdentified
        | facts.CustomerVerified
        | facts.LanguageChosen
        | facts.RecordingDeclined
        | facts.ValueEntered
        | facts.ContactQuarantined
        | facts.ContactQueued
        | facts.ContactReturned
        | facts.ContactRelaxed
        | facts.ContactTransferred
        | facts.ContactReached
        | facts.ConsultEnded
        | facts.RecordingPaused
        | facts.RecordingResumed
        | facts.NoticeGiven
        | facts.SupervisorJoined
        | facts.SupervisorLeft
        | facts.ContactEnded,
        entry: facts.Entry,
    ) -> None:
        contact = self._contacts.get(fact.contact)
        if contact is None:
            return
        row = contact.row
        match fact:
            case facts.ChoiceMade():
                contact.row = replace(row, path=(*row.path, (fact.node, fact.exit)))
            case facts.MilestoneReached():
                contact.row = replace(row, milestones=(*row.milestones, fact.milestone))
            case facts.CustomerIdentified():
                contact.row = replace(
                    row, customer=fact.customer, grade=fact.grade, language=fact.language or row.language
                )
                self._changed[row.contact] = contact
            case facts.CustomerVerified():
                contact.row = replace(row, verified=True)
            case facts.LanguageChosen():
                contact.row = replace(row, language=fact.language)
            case facts.RecordingDeclined():
                contact.end_pause(self._rows, entry.at)
                contact.row = replace(row, unrecorded=fact.reason)
                self._changed[row.contact] = contact
            case facts.NoticeGiven():
                contact.row = replace(row, unrecorded="")
                self._changed[row.contact] = contact
            case facts.ValueEntered():
                contact.row = replace(row, entered=(*row.entered, (fact.name, fact.value)))
            case facts.ContactQuarantined():
                contact.row = replace(row, quarantined=fact.reason)
            case facts.ContactTransferred():
                self._transferred(contact, fact, entry.at)
            case facts.ContactReached():
                contact.reached = True
                if contact.stretch is not None:
                    contact.begin(
                        self._rows, replace(contact.stretch, kind=SegmentKind.TALK, from_at=entry.at)
                    )
            case facts.ConsultEnded():
                if fact.result == facts.COMPLETED:
                    self._count_transfer(contact)
            case facts.RecordingPaused():
                contact.pause(self._rows, fact.recording, entry.at, fact.reason)
            case facts.RecordingResumed():
                contact.end_pause(self._rows, entry.at)
            case facts.ContactQueued():
                contact.end_pause(self._rows, entry.at)
                contact.enter(self._rows, fact.queue, entry.at)
                line = fact.business_line or self._lines.get(fact.queue) or row.business_line
                contact.row = replace(contact.row, business_line=line)
                self._changed[row.contact] = contact
            case facts.ContactReturned():
                contact.end_pause(self._rows, entry.at)
                # After an offer the visit goes on; after a talk that broke off another to its queue begins.
                if contact.visit is None and row.queue is not None:
                    contact.enter(self._rows, row.queue, entry.at)
            case facts.ContactRelaxed():
                contact.relax(fact.step)
            case facts.SupervisorJoined():
                contact.watchers.add(fact.leg)
            case facts.SupervisorLeft():
                contact.watchers.discard(fact.leg)
            case facts.ContactEnded():
                self._ended(contact, fact.outcome, entry)
            case _:
                assert_never(fact)

    def _opened(self, fact: facts.ContactOpened, entry: facts.Entry) -> None:
        calls_in = fact.direction is Direction.INBOUND
        contact = OpenContact(
            seq=entry.seq,
            leg=fact.leg,
            reached=calls_in,
            row=Interaction(
                contact=fact.contact,
                provider=fact.provider,
                business_line=fact.business_line,
                ani=fact.ani,
                dnis=fact.dnis,
                tree=fact.tree,
                tree_version=fact.tree_version,
                started_at=entry.at,
                direction=fact.direction,
                unrecorded=UNRECORDED.get(fact.direction, ""),
            ),
        )
        self._contacts[fact.contact] = contact
        self._changed[fact.contact] = contact
        contact.begin(self._rows, Stretch(SegmentKind.IVR if calls_in else SegmentKind.DIAL, entry.at))

    def _ended(self, contact: OpenContact, outcome: Outcome, entry: facts.Entry) -> None:
        contact.end_pause(self._rows, entry.at)
        contact.leave(self._rows, _exit_of(outcome), entry.at)
        contact.finish(self._rows, entry.at, outcome.value)
        contact.row = replace(contact.row, ended_at=entry.at, outcome=outcome)
        self._changed[contact.row.contact] = contact
        self._forget_if_over(contact)

    def _forget_if_over(self, contact: OpenContact) -> None:
        if contact.over:
            self._contacts.pop(contact.row.contact, None)

    def _offer_made(self, fact: facts.OfferMade, at: int) -> None:
        contact = self._contacts.get(fact.contact)
        if contact is None:
            return
        queue = contact.row.queue
        self._offers[fact.offer] = _Pending(fact, at, queue)
        if fact.kind in (OfferKind.CONSULT, OfferKind.INTERNAL):
            return  # the caller is on hold, or there is none
        contact.begin(self._rows, Stretch(SegmentKind.OFFER, at, queue, fact.agent))

    def _offer_closed(self, closed: facts.OfferClosed, at: int) -> None:
        pending = self._offers.pop(closed.offer, None)
        if pending is None:
            return
        made = pending.fact
        self._rows.append(
            Offer(
                made.offer,
                made.contact,
                made.agent,
                pending.queue,
                pending.made_at,
                at,
                closed.result,
                made.rule,
                made.step,
                made.runner_up,
                made.kind,
            )
        )
        contact = self._contacts.get(made.contact)
        rang = (
            contact is not None and contact.stretch is not None and contact.stretch.kind is SegmentKind.OFFER
        )
        if contact is None or not rang or made.kind in (OfferKind.CONSULT, OfferKind.INTERNAL):
            return  # the contact ended, or talks, before its offer was closed
        contact.finish(self._rows, at, closed.result.value)
        if closed.result is not OfferState.ACCEPTED:
            contact.begin(self._rows, Stretch(SegmentKind.WAIT, at, pending.queue))

    def _engagement_opened(self, fact: facts.EngagementOpened, at: int) -> None:
        contact = self._contacts.get(fact.contact)
        if contact is None:
            return
        if fact.kind is EngagementKind.OUTBOUND:
            contact.row = replace(contact.row, queue=fact.queue)
        queue = fact.queue or contact.row.queue
        engagement = Engagement(
            engagement=fact.engagement,
            kind=fact.kind,
            contact=fact.contact,
            agent=fact.agent,
            queue=queue,
            entered_at=contact.visit.entered_at if contact.visit is not None else at,
            talk_at=at,
        )
        self._engagements[fact.engagement] = engagement
        contact.watchers.discard(fact.leg)  # a supervisor who took over
        contact.working += 1
        self._rows.append(engagement)
        called = fact.kind is EngagementKind.INTERNAL and contact.owner is not None
        if fact.kind is EngagementKind.CONSULT or called:
            return
        contact.leave(self._rows, VisitExit.ANSWERED, at, fact.agent)
        contact.owner = fact.engagement
        contact.row = replace(contact.row, agent=fact.agent)
        kind = SegmentKind.TALK if contact.reached else SegmentKind.DIAL
        contact.begin(self._rows, Stretch(kind, at, queue, fact.agent, fact.engagement))

    def _engagement_promoted(self, fact: facts.EngagementPromoted) -> None:
        engagement = self._engagements.get(fact.engagement)
        if engagement is None:
            return
        self._engagements[fact.engagement] = replace(engagement, kind=EngagementKind.CONTACT)
        contact = self._contacts[engagement.contact]
        contact.owner = fact.engagement
        contact.row = replace(contact.row, agent=engagement.agent)

    def _bridged(self, fact: facts.Bridged, at: int) -> None:
        contact = self._contacts.get(fact.contact)
        if contact is None:
            return
        self._arranged(contact, fact, at)
        self._silenced(contact, fact, at)
        if fact.recording is not None and fact.recording not in contact.recordings:
            contact.recordings.add(fact.recording)
            self._rows.append(Recording(fact.recording, fact.contact, contact.owner, at))

    def _silenced(self, contact: OpenContact, fact: facts.Bridged, at: int) -> None:
        """Nothing is recorded though nobody paused it. On hold there is nothing to be missed."""
        kind = _kind_of(contact, fact.members)
        why = "" if kind is SegmentKind.HOLD else CONSULT if kind is SegmentKind.CONSULT else OUTSIDE
        now = contact.paused.reason if contact.paused is not None else ""
        if now not in ("", CONSULT, OUTSIDE):  # an agent did
            return
        if fact.recording is None or not fact.paused or not why:
            contact.end_pause(self._rows, at)
        elif now != why:
            contact.pause(self._rows, fact.recording, at, why)

    def _arranged(self, contact: OpenContact, fact: facts.Bridged, at: int) -> None:
        """Talk, hold, consultation and conference follow from who hears whom."""
        kind = _kind_of(contact, fact.members)
        now = contact.stretch
        owner = self._engagements.get(contact.owner) if contact.owner is not None else None
        engagement = owner.engagement if owner is not None else None
        if now is not None and (now.kind, now.engagement) == (kind, engagement):
            return
        agent = owner.agent if owner is not None else None
        queue = owner.queue if owner is not None else contact.row.queue
        contact.begin(self._rows, Stretch(kind, at, queue, agent, engagement))

    def _transferred(self, contact: OpenContact, fact: facts.ContactTransferred, at: int) -> None:
        contact.end_pause(self._rows, at)
        if fact.target != facts.ToAgent(fact.by):  # else it only comes back
            self._count_transfer(contact)
        kind = SegmentKind.DIAL if isinstance(fact.target, facts.ToNumber) else SegmentKind.WAIT
        contact.begin(self._rows, Stretch(kind, at, contact.row.queue))
        contact.owner = None

    def _count_transfer(self, contact: OpenContact) -> None:
        contact.row = replace(contact.row, transfers=contact.row.transfers + 1)
        owner = self._engagements.get(contact.owner) if contact.owner is not None else None
        if owner is not None:
            self._engagements[owner.engagement] = replace(owner, transferred=True)
        contact.owner = None

    def _wrap_up_started(self, number: int, at: int) -> None:
        engagement = self._engagements.get(number)
        if engagement is None:
            return
        self._end_talk(engagement, at)
        self._engagements[number] = replace(engagement, wrap_up_at=at)

    def _engagement_closed(self, fact: facts.EngagementClosed, at: int) -> None:
        engagement = self._engagements.pop(fact.engagement, None)
        if engagement is None:
            return
        contact = self._end_talk(engagement, at)
        if engagement.wrap_up_at is not None:
            wrap_up = Stretch(
                SegmentKind.WRAP_UP,
                engagement.wrap_up_at,
                engagement.queue,
                engagement.agent,
                engagement.engagement,
            )
            contact.cut(self._rows, wrap_up, at)
        coded = replace(
            engagement,
            closed_at=at,
            hold_ms=contact.hold_ms.pop(engagement.engagement, 0),
            disposition=fact.disposition or engagement.disposition,  # saved before, then timed out
            note=fact.note or engagement.note,
            coded_at=at if fact.disposition or fact.note else engagement.coded_at,
        )
        self._rows.append(coded)
        contact.working -= 1
        self._forget_if_over(contact)

    def _end_talk(self, engagement: Engagement, at: int) -> OpenContact:
        """The talk ends with its contact, or before it when the agent's phone was lost."""
        contact = self._contacts[engagement.contact]
        if contact.stretch is not None and contact.stretch.engagement == engagement.engagement:
            contact.finish(self._rows, at)
            self._changed[contact.row.contact] = contact
        return contact

    def _coded(self, fact: facts.InteractionCoded, at: int) -> None:
        working = self._engagements.get(fact.engagement)
        if working is not None:
            self._engagements[fact.engagement] = replace(
                working, disposition=fact.disposition, note=fact.note, coded_at=at
            )
        self._rows.append(Coding(fact.engagement, fact.disposition, fact.note, at))

    def _agent_changed(self, fact: facts.AgentStateChanged, at: int) -> None:
        before = self._agents.get(fact.agent)
        now = AgentNow(fact.agent, fact.presence, fact.reason, fact.routing, at)
        if before is not None and replace(before, from_at=at) == now:
            return
        self._agents[fact.agent] = now
        self._rows.append(now)
        if before is not None and before.from_at < at:
            self._rows.append(
                AgentInterval(
                    before.agent, before.from_at, at, before.presence, before.reason, before.routing
                )
            )


def _kind_of(contact: OpenContact, members: Iterable[facts.Member]) -> SegmentKind:
    """What the customer goes through in this arrangement, supervisors left aside."""
    if not contact.reached:
        return SegmentKind.DIAL
    parts = {member.leg: member.part for member in members}
    others = {leg: part for leg, part in parts.items() if leg != contact.leg and leg not in contact.watchers}
    with_whom = sum(part is facts.Part.TALKS for part in others.values())
    if parts.get(contact.leg) is facts.Part.HELD:
        return SegmentKind.CONSULT if with_whom > 1 else SegmentKind.HOLD
    return SegmentKind.CONFERENCE if with_whom > 1 else SegmentKind.TALK


def _exit_of(outcome: Outcome) -> VisitExit:
    """Of a visit that its contact's end ends: whom we lost did not abandon."""
    if outcome is Outcome.LOST_BY_SYSTEM:
        return VisitExit.LOST
    return VisitExit.CLOSED if outcome is Outcome.CLOSED else VisitExit.ABANDONED
