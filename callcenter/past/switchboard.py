"""Calls of a day that is over: who waits for whom, who answers, and what comes of it.

The rule: the router is the live one and the facts are those that the core would have decided, so first come is
first served and the longest idle answers. What begins in the day's span ends in it: at its end nobody waits.
"""

from __future__ import annotations

from random import Random

from msgspec import Struct
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.simulator import habits
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.callers import AGAIN_PATIENCE
from callcenter.cti.simulator.curve import SECOND
from callcenter.cti.simulator.legs import NAME
from callcenter.cti.simulator.notes import promise
from callcenter.cti.simulator.people import Caller, WrapUp
from callcenter.lifecycles import OfferState, Outcome, Routing
from callcenter.past.desks import Desk, Desks
from callcenter.past.ledger import Ledger
from callcenter.past.ways import Way
from callcenter.queue.routing import LONGEST_IDLE, Choice, Requirement, Router

NO_LONGER_KEPT = "no_longer_kept"
"""why a recording of those days can't be heard"""
DECLINED = "declined_by_caller"
LAST_MS = 60 * SECOND
"""before the span's end nobody answers any more"""
REACH_AGAIN_MS = 20 * SECOND
"""from a second call's beginning to its queue: whoever calls again knows the menu"""
CODED_LATER = 0.85
"""of what was forgotten"""
CODED_AFTER_MS = (15 * 60 * SECOND, 90 * 60 * SECOND)


class Arrival(Struct, frozen=True):
    """A call with its way through the tree."""

    caller: Caller
    way: Way
    way_ms: int
    grade: str = ""
    language: str = ""
    """of the customer, as the record has it"""
    promised: str = ""


class Contact(Struct):
    contact: int
    leg: f.LegId
    came: Arrival
    queue: str = ""
    since_at: int = 0
    waits: bool = False
    offer: int | None = None
    """pending"""
    desk: Desk | None = None
    engagement: int = 0


class Switchboard:
    """One day's calls. `setup`'s queues and grades; `tree` is the name of the one that answers."""

    def __init__(
        self, setup: f.CentreSetup, tree: str, ledger: Ledger, agenda: Agenda, to_at: int, chance: Random
    ) -> None:
        self._queues = {queue.name: queue for queue in setup.queues}
        self._grades = dict(setup.grades)
        self._spoken = {queue: _spoken(setup, queue) for queue in self._queues}
        self._tree = tree
        self._version = next(one.version for one in setup.trees if one.name == tree)
        self._dnis = next((number for number, _ in setup.entries if number != "*"), "1000")
        self._ledger = ledger
        self._agenda = agenda
        self._to_at = to_at
        self._chance = chance
        self._router = Router()
        self.desks = Desks(agenda, ledger, self._router, self._take)
        self._contacts: dict[int, Contact] = {}
        self._bridges = 0

    # --- Arriving ---

    def arrive(self, came: Arrival) -> None:
        number, now = self._ledger.contacts.next(), self._agenda.now
        leg = f"{NAME}:{self._ledger.name}-{number}"
        contact = Contact(number, leg, came)
        shown = came.caller.number
        ani = self._ledger.value(f"{number}/ani", "ani", shown) if shown is not None else None
        opened = f.ContactOpened(number, leg, NAME, ani, self._dnis, self._tree, self._version)
        self._ledger.put(now, f.CallArrived(leg, NAME, ani, self._dnis), opened)
        self._agenda.after(came.way_ms, self._come_through, contact)

    def _come_through(self, contact: Contact) -> None:
        """The tree is behind them."""
        way, now = contact.came.way, self._agenda.now
        facts = self._on_the_way(contact)
        if way.queue is None or now > self._to_at - LAST_MS:
            outcome = Outcome.RESOLVED_IN_IVR if way.milestones else Outcome.LEFT_IN_IVR
            hung_up = f.LegEnded(contact.leg, f.LegCause.HUNG_UP)
            self._ledger.put(now, hung_up, *facts, f.ContactEnded(contact.contact, outcome))
            return
        contact.queue, contact.since_at, contact.waits = way.queue, now, True
        need = self._requirement(contact)
        priority = self._grades.get(contact.came.grade, 0)
        queued = f.ContactQueued(contact.contact, way.queue, need.skills, priority, since_at=now)
        self._ledger.put(now, f.PlayFinished(contact.leg, 1), *facts, queued)
        self._contacts[contact.contact] = contact
        self._router.wait(contact.contact, need, priority, contact.since_at)
        patient_until = min(now + contact.came.caller.patience_ms, self._to_at - SECOND)
        self._agenda.at(patient_until, self._lose_patience, contact)
        if (choice := self._router.agent_for(need)) is not None:
            self._offer(contact, choice)

    def _on_the_way(self, contact: Contact) -> list[f.Decision]:
        number, came = contact.contact, contact.came
        way = came.way
        facts: list[f.Decision] = [f.ChoiceMade(number, node, exit) for node, exit in way.path]
        facts += [f.MilestoneReached(number, milestone) for milestone in way.milestones]
        for name in way.entered:
            keyed = self._ledger.value(f"{number}/{name}", "keys", came.caller.account)
            facts.append(f.ValueEntered(number, name, keyed))
        if way.identified:
            customer = came.caller.customer
            facts.append(f.CustomerIdentified(number, customer, came.grade, came.language))
        if way.verified:
            facts.append(f.CustomerVerified(number))
        if way.chosen:
            facts.append(f.LanguageChosen(number, way.chosen))
        if way.unrecorded:
            facts.append(f.RecordingDeclined(number, DECLINED))
        return facts

    def _requirement(self, contact: Contact) -> Requirement:
        skills = self._queues[contact.queue].skills
        language = contact.came.way.chosen or contact.came.language
        if language in self._spoken[contact.queue]:
            skills = (*skills, f.SkillLevel(language, 1))
        return Requirement(contact.queue, skills, NAME)

    # --- Waiting and being offered ---

    def _take(self, desk: Desk) -> None:
        """A desk is ready: the first in line that it can serve."""
        number = self._router.contact_for(desk.profile)
        choice = self._router.agent_for_place(number) if number is not None else None
        if number is not None and choice is not None:
            self._offer(self._contacts[number], choice)

    def _offer(self, contact: Contact, choice: Choice) -> None:
        now, desk = self._agenda.now, self.desks[choice.agent]
        if now > self._to_at - LAST_MS:
            return
        self._router.leave(contact.contact)
        self._router.busy(choice.agent)
        offer = contact.offer = self._ledger.offers.next()
        contact.desk = desk
        deadline_at = now + self._queues[contact.queue].offer_seconds * SECOND
        made = f.OfferMade(
            offer, contact.contact, choice.agent, _leg(offer), LONGEST_IDLE, 0, choice.runner_up, deadline_at
        )
        self._ledger.put(now, f.PlayFinished(contact.leg, 1), made, desk.becomes(Routing.OFFERED))
        answer_ms = habits.answer_ms(self._chance)
        if answer_ms is None:
            self._agenda.at(deadline_at, self._miss, contact, offer)
        else:
            self._agenda.after(answer_ms, self._answer, contact, offer)

    def _miss(self, contact: Contact, offer: int) -> None:
        if contact.offer != offer or contact.desk is None:
            return
        desk, contact.desk, contact.offer = contact.desk, None, None
        returned = f.ContactReturned(contact.contact, 0, "no_answer")
        closed = f.OfferClosed(offer, OfferState.TIMED_OUT)
        postponed = desk.postponed
        if postponed is not None:
            self._ledger.put(self._agenda.now, f.OfferExpired(offer), closed, self.desks.rest(desk), returned)
            self.desks.settle(desk, postponed)
        else:
            missed = self.desks.miss(desk, habits.notice_ms(self._chance))
            self._ledger.put(self._agenda.now, f.OfferExpired(offer), closed, missed, returned)
        need = self._requirement(contact)
        self._router.wait(contact.contact, need, self._grades.get(contact.came.grade, 0), contact.since_at)
        if (choice := self._router.agent_for(need)) is not None:
            self._offer(contact, choice)

    def _lose_patience(self, contact: Contact) -> None:
        if not contact.waits:
            return
        contact.waits = False
        hung_up = f.LegEnded(contact.leg, f.LegCause.HUNG_UP)
        ended = f.ContactEnded(contact.contact, Outcome.ABANDONED)
        desk, offer, contact.offer = contact.desk, contact.offer, None
        if desk is None or offer is None:
            self._router.leave(contact.contact)
            self._ledger.put(self._agenda.now, hung_up, ended)
        else:
            postponed, closed = desk.postponed, f.OfferClosed(offer, OfferState.CANCELED)
            rest = self.desks.rest(desk, idle_since=desk.idle_since)
            self._ledger.put(self._agenda.now, hung_up, closed, rest, ended)
            self.desks.settle(desk, postponed)
        self._contacts.pop(contact.contact)
        self._call_again(contact.came)

    def _call_again(self, came: Arrival) -> None:
        caller = came.caller
        at = self._agenda.now + caller.again_ms
        if caller.again_ms and at < self._to_at - 2 * LAST_MS:
            patient = replace(caller, again_ms=0, patience_ms=caller.patience_ms * AGAIN_PATIENCE)
            again = replace(came, caller=patient, way_ms=min(came.way_ms, REACH_AGAIN_MS))
            self._agenda.at(at, self.arrive, again)

    # --- Talking and coding ---

    def _answer(self, contact: Contact, offer: int) -> None:
        desk, now = contact.desk, self._agenda.now
        if contact.offer != offer or desk is None:
            return
        contact.waits, contact.offer = False, None
        engagement = contact.engagement = self._ledger.engagements.next()
        recording = None if contact.came.way.unrecorded else self._ledger.recordings.next()
        self._bridges += 1
        members = (_member(contact.leg, staff=False), _member(_leg(offer), staff=True))
        self._ledger.put(
            now,
            f.LegAnswered(_leg(offer)),
            f.OfferClosed(offer, OfferState.ACCEPTED),
            f.EngagementOpened(engagement, contact.contact, desk.setup.agent, _leg(offer)),
            desk.becomes(Routing.ON_CONTACT),
            f.Bridged(contact.contact, self._bridges, members, recording),
        )
        talk_ms = min(contact.came.caller.talk_ms, self._to_at - now - LAST_MS // 2)
        self._agenda.after(talk_ms, self._hang_up, contact, recording)

    def _hang_up(self, contact: Contact, recording: int | None) -> None:
        now, desk, queue = self._agenda.now, contact.desk, self._queues[contact.queue]
        assert desk is not None
        deadline_at = now + queue.wrap_up_seconds * SECOND
        self._ledger.put(
            now,
            f.LegEnded(contact.leg, f.LegCause.HUNG_UP),
            f.ContactEnded(contact.contact, Outcome.ANSWERED),
            f.WrapUpStarted(contact.engagement, deadline_at),
            desk.becomes(Routing.WRAP_UP),
        )
        if recording is not None:
            self._ledger.put(now, f.RecordingFailed(recording, NO_LONGER_KEPT))
        self._contacts.pop(contact.contact)
        wrap_up = self._wrap_up(contact)
        after_ms = deadline_at - now if wrap_up is None else min(wrap_up.after_ms, deadline_at - now)
        self._agenda.at(min(now + after_ms, self._to_at - SECOND), self._close, contact, desk, wrap_up)

    def _wrap_up(self, contact: Contact) -> WrapUp | None:
        came, choices = contact.came, self._queues[contact.queue].dispositions
        about = replace(came.caller.about, queue=contact.queue)
        done = habits.wrap_up(about, choices, self._chance)
        if not came.promised:
            return done
        written = done or WrapUp(30 * SECOND, choices[0] if choices else "", "")
        return replace(written, note=promise(came.promised, about.language))

    def _close(self, contact: Contact, desk: Desk, wrap_up: WrapUp | None) -> None:
        now, engagement = self._agenda.now, contact.engagement
        postponed = desk.postponed
        if wrap_up is None:
            closed = f.EngagementClosed(engagement, "", None)
            self._ledger.put(now, f.WrapUpExpired(engagement), closed, self.desks.rest(desk))
            self._code_later(contact, desk)
        else:
            note = self._ledger.value(f"{engagement}/note", "note", wrap_up.note)
            saved = f.WrapUpSaved(engagement, wrap_up.disposition, note, True, desk.setup.login)
            closed = f.EngagementClosed(engagement, wrap_up.disposition, note)
            self._ledger.put(now, saved, closed, self.desks.rest(desk))
        self.desks.settle(desk, postponed)

    def _code_later(self, contact: Contact, desk: Desk) -> None:
        at = self._agenda.now + self._chance.randint(*CODED_AFTER_MS)
        written = None
        while written is None:
            written = self._wrap_up(contact)
        if self._chance.random() < CODED_LATER and at < self._to_at:
            self._agenda.at(at, self._code, contact.engagement, desk.setup.login, written)

    def _code(self, engagement: int, login: str, wrap_up: WrapUp) -> None:
        note = self._ledger.value(f"{engagement}/note", "note", wrap_up.note)
        saved = f.WrapUpSaved(engagement, wrap_up.disposition, note, True, login)
        coded = f.InteractionCoded(engagement, wrap_up.disposition, note)
        self._ledger.put(self._agenda.now, saved, coded)


def _leg(offer: int) -> f.LegId:
    return f"past-l{offer}"


def _member(leg: f.LegId, *, staff: bool) -> f.Member:
    return f.Member(leg, f.Part.TALKS, staff)


def _spoken(setup: f.CentreSetup, queue: str) -> frozenset[str]:
    """What somebody has who serves this queue, languages among them."""
    return frozenset(level.skill for agent in setup.agents if queue in agent.queues for level in agent.skills)
