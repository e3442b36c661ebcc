"""The exchange: every leg that lives here, and what pages and desks do to it.

The rule: a leg ends once, and its end is reported once. A leg whose page is away keeps what was wanted of it
and has it again when the page is back; only the clock (`clockwork`) gives it up. What is wanted comes from
`wanted`. This process knows nothing of queues, customers or trees.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection

from callcenter.cti.browser.token import CallerTicket
from callcenter.cti.browser.wire import Arrived, Happened
from callcenter.facts import LegAnswered, LegCause, LegEnded, LegFailed, LegId, LegInterrupted, LegRestored
from callcenter.media import phone_wire as wire
from callcenter.media.archive import Archive
from callcenter.media.desks import Desks
from callcenter.media.legs import RINGBACK, Leg
from callcenter.media.phones import Phone
from callcenter.media.playing import Playing
from callcenter.media.settings import MediaSettings
from callcenter.media.sounds import Sounds
from callcenter.media.talks import Talk
from callcenter.media.telephones import Telephones

LEGS_MAX = 1000
ENDED_REMEMBERED_MAX = 10_000
AHEAD_MAX = 32

Report = Callable[[Happened], None]


class Exchange:
    def __init__(self, settings: MediaSettings, sounds: Sounds, archive: Archive, report: Report) -> None:
        self.legs: dict[LegId, Leg] = {}
        self.talks: dict[int, Talk] = {}
        """by the number of their bridge"""
        self.talk_of: dict[LegId, Talk] = {}
        self.desks = Desks(self, report, settings.grace_seconds)
        self.telephones = Telephones(self)
        self.sounds = sounds
        self.archive = archive
        self.report = report
        self.ended: OrderedDict[LegId, str] = OrderedDict()
        self.early: dict[LegId, Phone] = {}
        """pages that are back from a call of an earlier life before the service said what is wanted"""
        self.reconciled = False
        """whether this life of ours has been told what is wanted"""

    # --- From the pages ---

    def caller_connects(self, phone: Phone, ticket: CallerTicket, rejoin: bool) -> None:
        leg = self.legs.get(ticket.leg)
        if leg is not None:
            self.join(leg, phone)
        elif ticket.leg in self.ended:
            dismiss(phone, ticket.leg, self.ended[ticket.leg])
        elif rejoin and not self.reconciled:
            self.early[ticket.leg] = phone
        elif rejoin:
            dismiss(phone, ticket.leg, LegCause.SYSTEM.value)
        elif ticket.expires_at < time.time() * 1000:
            phone.tell(wire.Error(wire.ErrorBody(wire.CLOSE_BAD_TICKET, "phone.ticket_expired")))
            phone.close(wire.CLOSE_BAD_TICKET)
        elif self.is_full:
            dismiss(phone, ticket.leg, "refused", wire.CLOSE_BUSY)
        else:
            self._arrive(phone, ticket)

    def gone(self, phone: Phone) -> None:
        """A caller's or a telephone's socket is closed."""
        self.early = {leg: early for leg, early in self.early.items() if early is not phone}
        leg = self.legs.get(phone.leg or "")
        if leg is not None and leg.phone is phone:
            self.interrupt(leg)

    def key(self, leg: Leg, digit: str) -> None:
        talk = self.talk_of.get(leg.name)
        if talk is not None:
            talk.key(leg, digit)
        elif leg.ahead is not None:
            leg.ahead = (leg.ahead + digit)[:AHEAD_MAX]
        elif leg.playing is not None:
            leg.playing.key(digit)

    def answer(self, leg: Leg | None, phone: Phone | None) -> str:
        """Somebody picks up; returns the key of the reason why that is not possible, or ""."""
        if leg is None or leg.up:
            return "phone.not_ringing"
        if phone is not None:
            if phone.leg is not None:
                return "phone.in_another_call"
            leg.phone, leg.tab = phone, phone.tab
            phone.join(leg.name)
        leg.up = True
        self.telephones.answered(leg)
        talk = self.talk_of.get(leg.name)
        if talk is not None:
            talk.settle()
        self.report(LegAnswered(leg.name))
        return ""

    def hang_up(self, leg: Leg) -> None:
        """The person at this end ends the call."""
        self.end(leg, LegCause.HUNG_UP)

    async def hear(self, name: LegId, frame: bytes, chunk: int, in_time: bool) -> None:
        talk = self.talk_of.get(name)
        if talk is not None:
            await talk.speak(name, frame, chunk, in_time)

    # --- From the desks ---

    def desk_back(self, agent: int, phone: Phone) -> None:
        for leg in self._of_agent(agent):
            if leg.up:
                self.join(leg, phone)
            else:
                leg.away_ticks = None
                self.ring(leg, phone)

    def desk_away(self, agent: int) -> None:
        for leg in self._of_agent(agent):
            if leg.up:
                self.interrupt(leg)

    def desk_lost(self, agent: int) -> None:
        for leg in self._of_agent(agent):
            if not leg.up:
                self.fail(leg, "station-not-connected")

    def close(self) -> None:
        """Leave everything to our next life: nobody is hung up, and recordings go on where the time then is."""
        for talk in self.talks.values():
            if talk.recording is not None:
                self.archive.leave(talk.recording)
                talk.recording = None

    # --- Legs ---

    @property
    def is_full(self) -> bool:
        return len(self.legs) >= LEGS_MAX

    def _arrive(self, phone: Phone, ticket: CallerTicket) -> None:
        leg = self.legs[ticket.leg] = Leg(ticket.leg, number=ticket.ani or "")
        leg.phone = phone
        leg.play(Playing(0, [self.sounds.get(RINGBACK)], loop=True))
        phone.join(leg.name)
        self.report(Arrived(ticket.leg, ticket.ani, ticket.dnis))

    def join(self, leg: Leg, phone: Phone) -> None:
        """The page is back, or another one takes its place."""
        old, leg.phone, leg.tab, leg.robot = leg.phone, phone, phone.tab, None
        if old is not None and old is not phone:
            old.leg = None
            if leg.agent is None:
                old.close(wire.CLOSE_REPLACED)
        if leg.away_ticks is not None:
            leg.away_ticks = None
            self.report(LegRestored(leg.name))
        phone.join(leg.name)

    def interrupt(self, leg: Leg) -> None:
        leg.phone = None
        if leg.refused:
            self.forget(leg, "refused")
            return
        leg.away_ticks = 0
        leg.lost_cause = LegCause.VANISHED
        self.report(LegInterrupted(leg.name))

    def end(self, leg: Leg, cause: LegCause) -> None:
        """It is over, and the service is told so unless it never knew of it."""
        self.forget(leg, cause.value)
        if not leg.refused:
            self.report(LegEnded(leg.name, cause))

    def fail(self, leg: Leg, reason: str) -> None:
        """A phone could not be rung, or a number was not reached."""
        self.forget(leg, "failed")
        self.report(LegFailed(leg.name, reason))

    def forget(self, leg: Leg, cause: str) -> None:
        """It is over; its page is told so."""
        if self.legs.pop(leg.name, None) is None:
            return
        self.remember(leg.name, cause)
        self.leave(leg)
        desk = self.desks.phone(leg.agent) if leg.agent is not None else None
        for phone in {leg.phone or desk, *leg.rings_at} - {None}:
            assert phone is not None
            if phone.leg == leg.name:
                phone.leg = None
            if leg.is_caller:
                dismiss(phone, leg.name, cause)
            else:
                phone.tell(wire.Ended(leg.name, cause))

    def remember(self, name: LegId, cause: str) -> None:
        """No leg of this name will ever begin again."""
        self.ended[name] = cause
        if len(self.ended) > ENDED_REMEMBERED_MAX:
            self.ended.popitem(last=False)

    def ring(self, leg: Leg, phone: Phone) -> None:
        phone.tell(wire.Ring(leg.name, leg.offer, leg.auto))

    # --- Talks ---

    def join_talk(self, talk: Talk, leg: Leg) -> None:
        """Settle it when all are there."""
        self.leave(leg)
        self.talk_of[leg.name] = talk
        talk.join(leg)

    def leave(self, leg: Leg) -> None:
        """It is out of its talk, which goes on while there are two."""
        talk = self.talk_of.pop(leg.name, None)
        if talk is None:
            return
        talk.leave(leg)
        leg.set_backdrop(None, self.sounds)
        if talk.is_over:
            self.dissolve(talk)
        else:
            talk.settle()

    def dissolve(self, talk: Talk, going_on: Collection[LegId] = ()) -> None:
        """Nobody hears anybody; the recording, if it has one, becomes a file. `going_on`: who has another talk
        at once and should not notice."""
        del self.talks[talk.number]
        for leg in tuple(talk.legs.values()):
            del self.talk_of[leg.name]
            talk.leave(leg)
            if leg.name not in going_on:
                leg.set_backdrop(None, self.sounds)
        if talk.recording is not None:
            self.archive.end(talk.recording)
            talk.recording = None

    def _of_agent(self, agent: int) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.agent == agent]


def dismiss(phone: Phone, leg: LegId, cause: str, code: int = wire.CLOSE_ENDED) -> None:
    """This page's call is over."""
    phone.tell(wire.Ended(leg, cause))
    phone.close(code)
