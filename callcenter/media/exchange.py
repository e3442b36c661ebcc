"""The exchange: every leg that lives here, and what pages and desks do to it.

The rule: a leg ends once, and its end is reported once. A leg whose page is away keeps what was wanted of it
and has it again when the page is back; only the clock (`clockwork`) gives it up. What is wanted comes from
`wanted`. This process knows nothing of queues, customers or trees.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from callcenter.cti.browser.token import CallerTicket
from callcenter.cti.browser.wire import Arrived, Happened
from callcenter.cti.provider import Say
from callcenter.facts import (
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegId,
    LegInterrupted,
    LegRestored,
)
from callcenter.media import phone_wire as wire
from callcenter.media.archive import Archive
from callcenter.media.desks import Desks
from callcenter.media.legs import Leg
from callcenter.media.phones import Phone
from callcenter.media.playing import Playing
from callcenter.media.settings import MediaSettings
from callcenter.media.sounds import Sounds

LEGS_MAX = 1000
ENDED_REMEMBERED_MAX = 10_000
AHEAD_MAX = 32
_RINGBACK = Say("", file="ringback")

Report = Callable[[Happened], None]


class Exchange:
    def __init__(self, settings: MediaSettings, sounds: Sounds, archive: Archive, report: Report) -> None:
        self.legs: dict[LegId, Leg] = {}
        self.desks = Desks(self, report, settings.grace_seconds)
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
        elif len(self.legs) >= LEGS_MAX:
            dismiss(phone, ticket.leg, "refused", wire.CLOSE_BUSY)
        else:
            self._arrive(phone, ticket)

    def gone(self, phone: Phone) -> None:
        """A caller's socket is closed."""
        self.early = {leg: early for leg, early in self.early.items() if early is not phone}
        leg = self.legs.get(phone.leg or "")
        if leg is not None and leg.phone is phone:
            self.interrupt(leg)

    def key(self, leg: Leg, digit: str) -> None:
        if leg.ahead is not None:
            leg.ahead = (leg.ahead + digit)[:AHEAD_MAX]
        elif leg.playing is not None:
            leg.playing.key(digit)

    def answer(self, name: LegId, agent: int, phone: Phone | None) -> str:
        """An agent takes the call; returns the key of the reason why that is not possible, or ""."""
        leg = self.legs.get(name)
        if leg is None or leg.agent != agent or leg.up:
            return "phone.not_ringing"
        if phone is not None:
            if phone.leg is not None:
                return "phone.in_another_call"
            leg.phone = phone
            phone.join(leg.name)
        leg.up = True
        self.report(LegAnswered(name))
        return ""

    def hang_up(self, leg: Leg) -> None:
        """The person at this end ends the call."""
        self.end(leg, LegCause.HUNG_UP)

    async def hear(self, name: LegId, frame: bytes, chunk: int, in_time: bool) -> None:
        leg = self.legs.get(name)
        if leg is not None and leg.bridge is not None:
            await leg.bridge.speak(leg, frame, chunk, in_time)

    # --- From the desks ---

    def desk_back(self, agent: int, phone: Phone) -> None:
        for leg in self._of_agent(agent):
            if leg.up:
                self.join(leg, phone)
            else:
                self.ring(leg, phone)

    def desk_away(self, agent: int) -> None:
        for leg in self._of_agent(agent):
            if leg.up:
                self.interrupt(leg)

    def desk_lost(self, agent: int) -> None:
        for leg in self._of_agent(agent):
            if not leg.up:
                self.fail(leg)

    def close(self) -> None:
        """End recordings, leave everything else to our next life: nobody is hung up."""
        for leg in self.legs.values():
            self.unbridge(leg)

    # --- Legs ---

    def _arrive(self, phone: Phone, ticket: CallerTicket) -> None:
        leg = self.legs[ticket.leg] = Leg(ticket.leg, agent=None)
        leg.phone = phone
        leg.playing = Playing(0, [self.sounds.get(_RINGBACK)], loop=True)
        phone.join(leg.name)
        self.report(Arrived(ticket.leg, ticket.ani, ticket.dnis))

    def join(self, leg: Leg, phone: Phone) -> None:
        """The page is back, or another one takes its place."""
        old, leg.phone = leg.phone, phone
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

    def fail(self, leg: Leg) -> None:
        """An agent's phone could not be rung."""
        self.forget(leg, "failed")
        self.report(LegFailed(leg.name, "station-not-connected"))

    def forget(self, leg: Leg, cause: str) -> None:
        """It is over; its page is told so."""
        if self.legs.pop(leg.name, None) is None:
            return
        self.remember(leg.name, cause)
        self.unbridge(leg)
        phone = leg.phone or (self.desks.phone(leg.agent) if leg.agent is not None else None)
        if phone is not None:
            if phone.leg == leg.name:
                phone.leg = None
            if leg.agent is None:
                dismiss(phone, leg.name, cause)
            else:
                phone.tell(wire.Ended(leg.name, cause))

    def remember(self, name: LegId, cause: str) -> None:
        """No leg of this name will ever begin again."""
        self.ended[name] = cause
        if len(self.ended) > ENDED_REMEMBERED_MAX:
            self.ended.popitem(last=False)

    def ring(self, leg: Leg, phone: Phone) -> None:
        phone.tell(wire.Ring(leg.name, leg.offer))

    def unbridge(self, leg: Leg) -> None:
        """Its talk, if there is one, is over; the recording of it becomes a file."""
        talk = leg.bridge
        if talk is None:
            return
        talk.caller.bridge = talk.agent.bridge = None
        if talk.recording is not None:
            self.archive.end(talk.recording)
            talk.recording = None

    def _of_agent(self, agent: int) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.agent == agent]


def dismiss(phone: Phone, leg: LegId, cause: str, code: int = wire.CLOSE_ENDED) -> None:
    """This page's call is over."""
    phone.tell(wire.Ended(leg, cause))
    phone.close(code)
