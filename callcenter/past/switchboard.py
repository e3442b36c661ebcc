"""Calls of a day that is over: who comes, who waits for whom, who is offered to whom, and who gives up.

The rule: the router is the live one and the facts are those that the core would have decided, so first come is
first served and the longest idle answers. What begins in the day's span ends in it: at its end nobody waits.
"""

from __future__ import annotations

from random import Random

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.simulator import habits
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.callers import AGAIN_PATIENCE
from callcenter.cti.simulator.curve import SECOND
from callcenter.cti.simulator.legs import NAME
from callcenter.lifecycles import OfferState, Outcome, Routing
from callcenter.past.contacts import Arrival, Contact, agent_leg
from callcenter.past.desks import Desk, Desks
from callcenter.past.ledger import Ledger
from callcenter.past.talks import LAST_MS, Talks
from callcenter.queue.order import Standing
from callcenter.queue.requirement import Requirement
from callcenter.queue.routing import Choice, Router

DECLINED = "caller"
"""why there is no recording: the caller refused it"""
REACH_AGAIN_MS = 20 * SECOND
"""from a second call's beginning to its queue: whoever calls again knows the menu"""


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
        self._contacts: dict[int, Contact] = {}
        self.desks = Desks(agenda, ledger, self._router, self._take)
        self._talks = Talks(setup, ledger, agenda, self.desks, chance, to_at, self._wait_again)

    # --- Arriving ---

    def arrive(self, came: Arrival) -> None:
        """Whoever would not be through the tree in time has not called."""
        now = self._agenda.now
        if now + came.way_ms >= self._to_at:
            return
        number = self._ledger.contacts.next()
        leg = f"{NAME}:{self._ledger.name}-{number}"
        contact = Contact(number, leg, came, came.caller.about, talk_ms=came.caller.talk_ms)
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
        contact.since_at = now
        self._wait(contact, way.queue, f.PlayFinished(contact.leg, 1), facts)

    def _on_the_way(self, contact: Contact) -> list[f.Decision]:
        number, came = contact.contact, contact.came
        way = came.way
        facts: list[f.Decision] = [f.ChoiceMade(number, node, exit) for node, exit in way.path]
        facts += [f.MilestoneReached(number, milestone) for milestone in way.milestones]
        for name in way.entered:
            keyed = self._ledger.value(f"{number}/{name}", "keys", came.caller.account)
            facts.append(f.ValueEntered(number, name, keyed))
        if way.identified:
            facts.append(f.CustomerIdentified(number, came.caller.customer, came.grade, came.language))
        if way.verified:
            facts.append(f.CustomerVerified(number))
        if way.chosen:
            facts.append(f.LanguageChosen(number, way.chosen))
        if way.unrecorded:
            facts.append(f.RecordingDeclined(number, DECLINED))
        return facts

    # --- Waiting and being offered ---

    def _wait_again(self, contact: Contact, queue: str, before: list[f.Decision]) -> None:
        self._wait(contact, queue, f.TransferAsked(contact.contact, f.ToQueue(queue), NAME), before)

    def _wait(self, contact: Contact, queue: str, cause: f.Input, before: list[f.Decision]) -> None:
        now, number = self._agenda.now, contact.contact
        contact.queue, contact.waits, contact.waited = queue, True, contact.waited + 1
        need, priority = self._requirement(contact), self._grades.get(contact.came.grade, 0)
        line = self._queues[queue].business_line
        queued = f.ContactQueued(number, queue, need.skills, priority, contact.since_at, line)
        self._ledger.put(now, cause, *before, queued)
        self._contacts[number] = contact
        patient_until = min(now + contact.came.caller.patience_ms, self._to_at - SECOND)
        self._agenda.at(patient_until, self._lose_patience, contact, contact.waited)
        self._stand_in_line(contact)

    def _stand_in_line(self, contact: Contact) -> None:
        need = self._requirement(contact)
        priority = self._grades.get(contact.came.grade, 0)
        self._router.wait(Standing(contact.contact, priority, contact.since_at), need)
        if (choice := self._router.agent_for(contact.contact)) is not None:
            self._offer(contact, choice)

    def _requirement(self, contact: Contact) -> Requirement:
        skills = self._queues[contact.queue].skills
        language = contact.came.way.chosen or contact.came.language
        if language in self._spoken[contact.queue]:
            skills = (*skills, f.SkillLevel(language, 1))
        return Requirement(contact.queue, skills, NAME)

    def _take(self, desk: Desk) -> None:
        """A desk is ready: the first in line that it can serve."""
        number = self._router.contact_for(desk.setup.agent, self._agenda.now)
        if number is not None:
            contact, agent = self._contacts[number], desk.setup.agent
            best = self._router.agent_for(number)
            second = None if best is None else best.agent if best.agent != agent else best.runner_up
            self._offer(contact, Choice(agent, second))

    def _offer(self, contact: Contact, choice: Choice) -> None:
        now, desk = self._agenda.now, self.desks[choice.agent]
        if now > self._to_at - LAST_MS:
            return
        self._router.leave(contact.contact)
        self._router.busy(choice.agent)
        offer = contact.offer = self._ledger.offers.next()
        contact.desk = desk
        deadline_at = now + self._queues[contact.queue].offer_seconds * SECOND
        leg, agent = agent_leg(offer), choice.agent
        made = f.OfferMade(offer, contact.contact, agent, leg, choice.rule, 0, choice.runner_up, deadline_at)
        self._ledger.put(now, f.PlayFinished(contact.leg, 1), made, desk.becomes(Routing.OFFERED))
        answer_ms = habits.answer_ms(self._chance)
        if answer_ms is None:
            self._agenda.at(deadline_at, self._miss, contact, offer)
        else:
            self._agenda.after(answer_ms, self._answer, contact, offer)

    def _answer(self, contact: Contact, offer: int) -> None:
        if contact.offer == offer and contact.desk is not None:
            self._contacts.pop(contact.contact)
            self._talks.answer(contact, contact.desk, offer)

    def _miss(self, contact: Contact, offer: int) -> None:
        if contact.offer != offer or contact.desk is None:
            return
        desk, contact.desk, contact.offer = contact.desk, None, None
        now, postponed = self._agenda.now, desk.postponed
        notice_ms = habits.notice_ms(self._chance)
        state = self.desks.rest(desk) if postponed else self.desks.miss(desk, notice_ms)
        returned = f.ContactReturned(contact.contact, 0, "no_answer")
        closed = f.OfferClosed(offer, OfferState.TIMED_OUT)
        self._ledger.put(now, f.OfferExpired(offer), closed, state, returned)
        if postponed is not None:
            self.desks.settle(desk, postponed)
        self._stand_in_line(contact)

    # --- Giving up ---

    def _lose_patience(self, contact: Contact, waited: int) -> None:
        if not contact.waits or contact.waited != waited:
            return
        contact.waits = False
        now, ended = self._agenda.now, f.ContactEnded(contact.contact, Outcome.ABANDONED)
        hung_up = f.LegEnded(contact.leg, f.LegCause.HUNG_UP)
        desk, offer, contact.offer = contact.desk, contact.offer, None
        self._contacts.pop(contact.contact)
        if desk is None or offer is None:
            self._router.leave(contact.contact)
            self._ledger.put(now, hung_up, ended)
        else:
            postponed, closed = desk.postponed, f.OfferClosed(offer, OfferState.CANCELED)
            rest = self.desks.rest(desk, idle_since=desk.idle_since)
            self._ledger.put(now, hung_up, closed, rest, ended)
            self.desks.settle(desk, postponed)
        self._talks.end_recording(contact)
        self._call_again(contact.came)

    def _call_again(self, came: Arrival) -> None:
        caller = came.caller
        at = self._agenda.now + caller.again_ms
        if caller.again_ms and at < self._to_at - 2 * LAST_MS:
            patient = replace(caller, again_ms=0, patience_ms=caller.patience_ms * AGAIN_PATIENCE)
            again = replace(came, caller=patient, way_ms=min(came.way_ms, REACH_AGAIN_MS))
            self._agenda.at(at, self.arrive, again)


def _spoken(setup: f.CentreSetup, queue: str) -> frozenset[str]:
    """What somebody has who serves this queue, languages among them."""
    return frozenset(level.skill for agent in setup.agents if queue in agent.queues for level in agent.skills)
