"""Outside numbers that are called: a page that is somebody's telephone, an imagined person, or nobody.

The rule: a number is called at most once for a leg, whatever comes twice. All idle telephones of a number ring,
and the first to answer has the call, also when it comes back after it was cut off: the page is known by its tab's
own name, for anybody may be this number's telephone. Who declines is busy once no other one rings. A number that
is in a call already is busy. Whether imagined people answer the other numbers, the service says.
"""

from __future__ import annotations

from typing import Protocol

from callcenter.cti.imagined import RING_MS_MAX, reaction
from callcenter.facts import LegCause, LegId
from callcenter.media import phone_wire as wire
from callcenter.media.audio import FRAME_MS
from callcenter.media.legs import Leg
from callcenter.media.phones import Phone
from callcenter.media.robots import Robot, persons_greeting


class Calls(Protocol):
    """What of the exchange is needed here."""

    legs: dict[LegId, Leg]
    reconciled: bool

    @property
    def ended(self) -> dict[LegId, str]: ...
    @property
    def is_full(self) -> bool: ...
    def join(self, leg: Leg, phone: Phone) -> None: ...
    def ring(self, leg: Leg, phone: Phone) -> None: ...
    def fail(self, leg: Leg, reason: str) -> None: ...


class Telephones:
    def __init__(self, calls: Calls) -> None:
        self.people = False
        """imagined people answer"""
        self._calls = calls
        self._plugged: dict[str, list[Phone]] = {}
        self._early: dict[LegId, Phone] = {}
        """telephones that are back from a call of an earlier life before the service said what is wanted"""

    def plug_in(self, phone: Phone, number: str, was_on: LegId) -> None:
        """A page is this number's telephone from now on. `was_on`: the call from which it was cut off, "" when it
        knows of none, as one that was loaded anew while it answered."""
        calls = self._calls
        was_on = was_on or self._answered_by(phone, number)
        self._plugged.setdefault(number, []).append(phone)
        phone.tell(wire.Started("telephone", None))
        leg = calls.legs.get(was_on)
        if leg is not None and leg.dialled and leg.number == number and leg.tab in (None, phone.tab):
            if leg.up:  # else it rings, as below
                calls.join(leg, phone)
        elif was_on and was_on not in calls.ended and not calls.reconciled:
            self._early[was_on] = phone
        elif was_on:
            phone.tell(wire.Ended(was_on, calls.ended.get(was_on, LegCause.SYSTEM.value)))
        for leg in calls.legs.values():
            if leg.number == number and leg.dialled and not leg.up and leg.robot is None:
                self._ring(leg, phone)

    def unplug(self, phone: Phone, number: str) -> None:
        """Its socket is closed. Where it alone rang, it rings on: it may be back in a moment."""
        others = [other for other in self._plugged.pop(number, ()) if other is not phone]
        if others:
            self._plugged[number] = others
        self._early = {leg: early for leg, early in self._early.items() if early is not phone}
        for leg in self._calls.legs.values():
            if phone in leg.rings_at:
                leg.rings_at.remove(phone)

    def dial(self, name: LegId, number: str) -> None:
        """Call this number as a leg that was never seen before."""
        leg = self._calls.legs[name] = Leg(name, number=number, dialled=True)
        phones = [phone for phone in self._plugged.get(number, ()) if phone.leg is None]
        if any(other.number == number for other in self._calls.legs.values() if other is not leg):
            self._calls.fail(leg, "busy")
        elif phones:
            leg.rings_ticks = RING_MS_MAX // FRAME_MS
            for phone in phones:
                self._ring(leg, phone)
        elif self.people:
            self._imagine(leg)
        else:
            self._calls.fail(leg, "unreachable")

    def decline(self, leg: Leg, phone: Phone) -> None:
        leg.rings_at.remove(phone)
        if leg.rings_at:
            phone.tell(wire.Ended(leg.name, "failed"))
        else:
            leg.rings_at.append(phone)  # to be told
            self._calls.fail(leg, "busy")

    def answered(self, leg: Leg) -> None:
        """The others need not ring any more."""
        for phone in leg.rings_at:
            if phone is not leg.phone:
                phone.tell(wire.Ended(leg.name, "elsewhere"))
        leg.rings_at.clear()

    def take_back(self, leg: Leg) -> bool:
        """A talking leg of an earlier life: whether somebody is there for it already. An imagined person always
        is, and makes way for a telephone that was in this call when it comes."""
        phone = self._early.pop(leg.name, None)
        if phone is not None:
            self._calls.join(leg, phone)
        elif self.people:
            leg.robot = Robot(persons_greeting(leg.number), 0, greeted=True)
        return phone is not None or leg.robot is not None

    def dismiss_early(self) -> None:
        """The service has said what is wanted, and these calls are not."""
        for leg, phone in self._early.items():
            phone.tell(wire.Ended(leg, LegCause.SYSTEM.value))
        self._early.clear()

    def _answered_by(self, phone: Phone, number: str) -> LegId:
        calls = self._calls.legs.values()
        mine = (leg.name for leg in calls if leg.dialled and leg.number == number and leg.tab == phone.tab)
        return next(mine, "") if phone.tab else ""

    def _ring(self, leg: Leg, phone: Phone) -> None:
        leg.rings_at.append(phone)
        self._calls.ring(leg, phone)

    def _imagine(self, leg: Leg) -> None:
        taken = reaction(leg.number)
        ticks = taken.after_ms // FRAME_MS
        if taken.failure:
            leg.rings_ticks, leg.rings_in_vain = ticks, taken.failure
        else:
            leg.robot = Robot(persons_greeting(leg.number), ticks)
