"""Talks of a day that is over: answered, held, sent on to another queue, hung up, coded.

The rule: the facts are those that the core would have decided. An agent who sends a contact on wraps up what was
said so far; the caller waits again, with the age of the first wait.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.simulator import habits, trade
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.curve import MINUTE, SECOND
from callcenter.cti.simulator.notes import promise, promise_disposition
from callcenter.cti.simulator.people import Hold, WrapUp
from callcenter.lifecycles import OfferState, Outcome, Routing
from callcenter.past.contacts import Contact, agent_leg
from callcenter.past.desks import Desk, Desks
from callcenter.past.ledger import Ledger

NO_LONGER_KEPT = "no_longer_kept"
"""why a recording of those days can't be heard"""
LAST_MS = 60 * SECOND
"""before the end of the span nobody answers any more"""
SENT_ON_AFTER = 0.4
"""of what the talk would have lasted"""
REST_OF_TALK = 0.8
"""of a usual talk, with whom the contact was sent to"""
CODED_LATER = 0.85
"""of what was forgotten"""
CODED_AFTER_MS = (15 * MINUTE, 90 * MINUTE)


class Talks:
    """`waits_again`: called with a contact that was sent to another queue, and the decisions that come before."""

    def __init__(
        self,
        setup: f.CentreSetup,
        ledger: Ledger,
        agenda: Agenda,
        desks: Desks,
        chance: Random,
        to_at: int,
        waits_again: Callable[[Contact, str, list[f.Decision]], None],
    ) -> None:
        self._setup = setup
        self._queues = {queue.name: queue for queue in setup.queues}
        self._ledger = ledger
        self._agenda = agenda
        self._desks = desks
        self._chance = chance
        self._to_at = to_at
        self._waits_again = waits_again
        self._bridges = 0

    def answer(self, contact: Contact, desk: Desk, offer: int) -> None:
        now, leg = self._agenda.now, agent_leg(offer)
        contact.waits, contact.offer = False, None
        contact.engagement = self._ledger.engagements.next()
        if contact.recording is None and not contact.came.way.unrecorded:
            contact.recording = self._ledger.recordings.next()
        self._ledger.put(
            now,
            f.LegAnswered(leg),
            f.OfferClosed(offer, OfferState.ACCEPTED),
            f.EngagementOpened(contact.engagement, contact.contact, desk.setup.agent, leg),
            desk.becomes(Routing.ON_CONTACT),
            self._bridged(contact, leg),
        )
        left_ms = self._to_at - now - LAST_MS // 2
        talk_ms = min(contact.talk_ms, left_ms)
        target = self._other_queue(contact) if habits.is_elsewhere(self._chance) else None
        if target is not None and left_ms > 2 * talk_ms:
            self._agenda.after(int(talk_ms * SENT_ON_AFTER), self._send_on, contact, target)
            return
        hold = habits.hold(self._chance)
        if hold is not None and talk_ms > hold.after_ms + hold.for_ms + 5 * SECOND:
            self._agenda.after(hold.after_ms, self._hold, contact, leg, hold)
        self._agenda.after(talk_ms, self._hang_up, contact)

    def _other_queue(self, contact: Contact) -> f.QueueSetup | None:
        """Where somebody belongs after all; nobody is sent on twice, or away from a promise."""
        if contact.transfers or contact.came.promised:
            return None
        about, language = contact.about, contact.came.way.chosen or contact.came.language
        others = trade.other_queues(self._setup, contact.queue, about.reason, language, self._agenda.now)
        return self._chance.choice(others) if others else None

    def _hold(self, contact: Contact, leg: f.LegId, hold: Hold) -> None:
        now, ask = self._agenda.now, f.HoldAsked(contact.contact, self._login(contact))
        self._ledger.put(now, ask, self._bridged(contact, leg, held=True))
        self._agenda.after(hold.for_ms, self._resume, contact, leg)

    def _resume(self, contact: Contact, leg: f.LegId) -> None:
        ask = f.ResumeAsked(contact.contact, self._login(contact))
        self._ledger.put(self._agenda.now, ask, self._bridged(contact, leg))

    def _send_on(self, contact: Contact, target: f.QueueSetup) -> None:
        desk, about = contact.desk, contact.about
        assert desk is not None
        contact.transfers += 1
        contact.about = replace(about, sent_on=target.title)
        to = f.ToQueue(target.name)
        decisions: list[f.Decision] = [f.ContactTransferred(contact.contact, desk.setup.agent, to)]
        self._begin_wrap_up(contact, desk, decisions)
        contact.about = replace(about, reason=trade.reason_in(target.name, about.reason))
        contact.talk_ms = int(trade.talk_ms(target.name, self._chance) * REST_OF_TALK)
        self._waits_again(contact, target.name, decisions)

    def _hang_up(self, contact: Contact) -> None:
        desk = contact.desk
        assert desk is not None
        decisions: list[f.Decision] = [f.ContactEnded(contact.contact, Outcome.ANSWERED)]
        self._begin_wrap_up(contact, desk, decisions)
        self._ledger.put(self._agenda.now, f.LegEnded(contact.leg, f.LegCause.HUNG_UP), *decisions)
        self.end_recording(contact)

    def end_recording(self, contact: Contact) -> None:
        if contact.recording is not None:
            failed = f.RecordingFailed(contact.recording, NO_LONGER_KEPT)
            self._ledger.put(self._agenda.now, failed)

    # --- Wrap-up ---

    def _begin_wrap_up(self, contact: Contact, desk: Desk, decisions: list[f.Decision]) -> None:
        """Adds what becomes so; ends by itself."""
        now, engagement = self._agenda.now, contact.engagement
        deadline_at = now + self._queues[contact.queue].wrap_up_seconds * SECOND
        decisions += [f.WrapUpStarted(engagement, deadline_at), desk.becomes(Routing.WRAP_UP)]
        contact.desk = None
        wrap_up = self._wrap_up(contact)
        at = deadline_at if wrap_up is None else min(now + wrap_up.after_ms, deadline_at)
        later = self._wrap_up(contact, remembered=True) if wrap_up is None else None
        self._agenda.at(min(at, self._to_at - SECOND), self._close, engagement, desk, wrap_up, later)

    def _wrap_up(self, contact: Contact, *, remembered: bool = False) -> WrapUp | None:
        choices = self._queues[contact.queue].dispositions
        about = replace(contact.about, queue=contact.queue)
        done = habits.coded(about, choices, self._chance)
        if contact.came.promised:
            kept = promise_disposition(choices, done.disposition)
            return replace(done, disposition=kept, note=promise(contact.came.promised, about.language))
        return done if remembered or not habits.forgets(self._chance) else None

    def _close(self, engagement: int, desk: Desk, wrap_up: WrapUp | None, later: WrapUp | None) -> None:
        now, postponed = self._agenda.now, desk.postponed
        if wrap_up is None:
            closed = f.EngagementClosed(engagement, "", None)
            self._ledger.put(now, f.WrapUpExpired(engagement), closed, self._desks.rest(desk))
        else:
            note = self._note(engagement, wrap_up)
            saved = f.WrapUpSaved(engagement, wrap_up.disposition, note, True, desk.setup.login)
            closed = f.EngagementClosed(engagement, wrap_up.disposition, note)
            self._ledger.put(now, saved, closed, self._desks.rest(desk))
        self._desks.settle(desk, postponed)
        at = now + self._chance.randint(*CODED_AFTER_MS)
        if later is not None and at < self._to_at and self._chance.random() < CODED_LATER:
            self._agenda.at(at, self._code, engagement, desk.setup.login, later)

    def _code(self, engagement: int, login: str, wrap_up: WrapUp) -> None:
        note = self._note(engagement, wrap_up)
        saved = f.WrapUpSaved(engagement, wrap_up.disposition, note, True, login)
        coded = f.InteractionCoded(engagement, wrap_up.disposition, note)
        self._ledger.put(self._agenda.now, saved, coded)

    def _note(self, engagement: int, wrap_up: WrapUp) -> f.Ref:
        return self._ledger.value(f"{engagement}/note", "note", wrap_up.note)

    def _bridged(self, contact: Contact, leg: f.LegId, *, held: bool = False) -> f.Bridged:
        self._bridges += 1
        members = contact.members(leg, held=held)
        return f.Bridged(contact.contact, self._bridges, members, contact.recording)

    def _login(self, contact: Contact) -> str:
        assert contact.desk is not None
        return contact.desk.setup.login
