"""The simulated carrier: its legs, from their beginning to their end. No I/O, no clock, no people.

The rule: a command that comes twice, late, or for a leg that is over has no further effect. The end of a
leg is reported exactly once, and the leg is remembered until the centre has that in writing.

    caller's leg    arrive -> up -> over              plays, keys, bridge
    agent's leg     RingAgent -> ringing -> up -> over
    outside number  Dial -> ringing -> up -> over

A `Person` is at the end of each leg: they perceive (`rings`, `hears`, `talks`, `ended`) and act back
through the methods of `Carrier`. Time goes by in the `Agenda`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import assert_never

from callcenter.cti.imagined import RING_MS_MAX
from callcenter.cti.provider import Command, Dial, Play, WantedLeg
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.hearing import Hearing
from callcenter.cti.simulator.legs import NAME, NOBODY, Carries, Leg, Person
from callcenter.cti.simulator.reports import Reports
from callcenter.cti.simulator.talks import Talks
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import (
    FORGOTTEN,
    CallArrived,
    Input,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegId,
    LegInterrupted,
    LegRestored,
    StationLost,
    Value,
)
from callcenter.lifecycles import LEG, LegState, step

RUNG_REMEMBERED_MAX = 10_000
VANISH_MS = 20_000
"""a person's network that is not back by then will not come back"""


class Carrier:
    """`stations`: who sits at which agent's phone. `keep_secret`: keyed digits in, token out. `dialled`: who is at
    an outside number; None: it can't be reached."""

    def __init__(
        self,
        agenda: Agenda,
        reports: Reports,
        *,
        carries: Carries,
        keep_secret: Callable[[str], str],
        adopted: Callable[[LegId], Person],
        dialled: Callable[[str], Person | None] = lambda number: None,
    ) -> None:
        self.stations: dict[int, Person] = {}
        self._agenda = agenda
        self._reports = reports
        self._carries = carries
        self._hearing = Hearing(agenda, reports, carries, keep_secret)
        self._talks = Talks(agenda, reports, carries)
        self._adopted = adopted
        self.dialled = dialled
        self._legs: dict[LegId, Leg] = {}
        self._rung: OrderedDict[LegId, None] = OrderedDict()
        """legs that rang, whatever became of them"""

    # --- What people do ---

    def arrive(self, leg: LegId, number: str | None, dnis: str, person: Person) -> None:
        """A call comes in and is answered by the centre; `number` is None when withheld."""
        self._legs[leg] = Leg(leg, person, LegState.UP, known=False, number=number or "")
        if number is None:
            self._reports.add(CallArrived(leg, NAME, None, dnis))
        else:
            ani = f"{leg}/ani"
            self._reports.add(CallArrived(leg, NAME, ani, dnis), Value(ani, "ani", number))

    def answer(self, leg: LegId) -> None:
        """Somebody picks up, if it still rings."""
        found = self._legs.get(leg)
        if found is not None and found.state is LegState.RINGING:
            found.state = step(LEG, found.state, LegState.UP)
            self._reports.add(LegAnswered(leg))
            self._talks.answered(found)

    def press(self, leg: LegId, keys: str) -> None:
        """Keys nobody asked for are not heard."""
        found = self._legs.get(leg)
        if found is not None and not found.away:
            for key in keys:
                self._hearing.key(found, key)

    def hang_up(self, leg: LegId) -> None:
        """Whose outside number rings declines by it."""
        if (found := self._legs.get(leg)) is None:
            return
        if found.dialled and found.state is LegState.RINGING:
            self._fail(found, "busy")
        else:
            self._end(found, LegCause.VANISHED if found.away else LegCause.HUNG_UP)

    def lose(self, leg: LegId) -> None:
        """This person's network is gone."""
        found = self._legs.get(leg)
        if found is None or found.away or found.state is LegState.ENDED:
            return
        found.away = True
        found.losses += 1
        self._reports.add(LegInterrupted(leg))
        self._agenda.after(VANISH_MS, self._vanish, found, found.losses)

    def come_back(self, leg: LegId) -> None:
        found = self._legs.get(leg)
        if found is not None and found.away and found.state is not LegState.ENDED:
            found.away = False
            self._reports.add(LegRestored(leg))

    def is_alive(self, leg: LegId) -> bool:
        found = self._legs.get(leg)
        return found is not None and found.state is not LegState.ENDED

    # --- What the centre wants ---

    def perform(self, command: Command) -> None:
        match command:
            case Play():
                self._play(command)
            case RingAgent():
                self._ring(command)
            case Dial():
                self._dial(command)
            case Bridge():
                found = (self._legs.get(member.leg) for member in command.members)
                alive = [leg for leg in found if leg is not None and leg.state is not LegState.ENDED]
                self._talks.bridge(command, alive)
            case HangUp():
                if (leg := self._legs.get(command.leg)) is not None:
                    self._end(leg, LegCause.RELEASED)
            case _:
                assert_never(command)

    def reconcile(self, wanted: Sequence[WantedLeg]) -> None:
        names = {want.leg for want in wanted}
        for leg in list(self._legs.values()):
            if leg.known and leg.leg not in names:
                self._end(leg, LegCause.RELEASED)
        for want in wanted:
            if want.leg not in self._legs:
                self._take_over(want)
        for want in wanted:
            for command in want.commands:
                self.perform(command)

    def acknowledged(self, what: Input) -> None:
        """The centre has this in writing."""
        match what:
            case CallArrived():
                if (found := self._legs.get(what.leg)) is not None:
                    found.known = True
            case LegEnded() | LegFailed():
                self._legs.pop(what.leg, None)

    def refuse(self, leg: LegId) -> None:
        """End a leg of which nothing is written anywhere."""
        found = self._legs.get(leg)
        if found is not None and found.state is not LegState.ENDED:
            del self._legs[leg]
            self._over(found)

    # --- Hearing, ringing and talking ---

    def _play(self, play: Play) -> None:
        leg = self._legs.get(play.leg)
        if leg is not None and leg.state is LegState.UP and play.play > leg.play:
            self._talks.leave(leg)
            self._hearing.play(leg, play)

    def _ring(self, ring: RingAgent) -> None:
        if ring.leg in self._legs or not self._may_ring(ring.leg):
            return
        person = self.stations.get(ring.agent)
        leg = self._legs[ring.leg] = Leg(ring.leg, person or NOBODY, LegState.RINGING, known=True)
        if person is None:
            self._reports.add(StationLost(ring.agent, NAME))
            self._fail(leg, "no_station")
        elif ring.auto:
            self.answer(ring.leg)
        else:
            person.rings(ring.leg)

    def _dial(self, dial: Dial) -> None:
        if dial.leg in self._legs or not self._may_ring(dial.leg):
            return
        engaged = any(
            leg.number == dial.number and leg.state is not LegState.ENDED for leg in self._legs.values()
        )
        person = self.dialled(dial.number)
        leg = Leg(dial.leg, person or NOBODY, LegState.RINGING, known=True, number=dial.number, dialled=True)
        self._legs[dial.leg] = leg
        if person is None or engaged:
            self._fail(leg, "unreachable" if person is None else "busy")
        else:
            if self._carries.rings_out:
                self._agenda.after(RING_MS_MAX, self._ring_out, leg)
            person.rings(dial.leg)

    def _may_ring(self, leg: LegId) -> bool:
        """A leg rings once."""
        if leg in self._rung:
            return False
        self._rung[leg] = None
        if len(self._rung) > RUNG_REMEMBERED_MAX:
            self._rung.popitem(last=False)
        return True

    def _ring_out(self, leg: Leg) -> None:
        if leg.state is LegState.RINGING:
            self._fail(leg, "no_answer")

    # --- The end, and taking over ---

    def _end(self, leg: Leg, cause: LegCause) -> None:
        if leg.state is LegState.ENDED:
            return
        self._reports.add(LegEnded(leg.leg, cause))
        self._over(leg)

    def _fail(self, leg: Leg, reason: str) -> None:
        self._reports.add(LegFailed(leg.leg, reason))
        self._over(leg)

    def _over(self, leg: Leg) -> None:
        leg.state = step(LEG, leg.state, LegState.ENDED)
        self._talks.leave(leg)
        leg.mark += 1
        leg.listen = None
        leg.person.ended(leg.leg)

    def _vanish(self, leg: Leg, losses: int) -> None:
        if leg.away and leg.losses == losses:
            self._end(leg, LegCause.VANISHED)

    def _take_over(self, want: WantedLeg) -> None:
        """A leg is wanted that was never seen here: it lived in a process before this one."""
        first = next(iter(want.commands), None)
        if isinstance(first, RingAgent) and not want.answered:
            return  # it is to ring from now on: its command does that
        if isinstance(first, Dial) and not want.answered:
            if not self._may_ring(want.leg):
                return  # it was told what became of it
            self._legs[want.leg] = leg = Leg(want.leg, NOBODY, LegState.RINGING, known=True)
            self._fail(leg, FORGOTTEN)
        elif self._carries.adopts:
            self._legs[want.leg] = Leg(want.leg, self._person_on(want.leg, first), LegState.UP, known=True)
        else:
            self._legs[want.leg] = Leg(want.leg, NOBODY, LegState.ENDED, known=True)
            self._reports.add(LegEnded(want.leg, LegCause.SYSTEM))

    def _person_on(self, leg: LegId, first: Command | None) -> Person:
        match first:
            case RingAgent(_, _, agent):
                return self.stations.get(agent, NOBODY)
            case Dial(_, number):
                return self.dialled(number) or NOBODY
            case _:
                return self._adopted(leg) if leg.startswith(f"{NAME}:") else NOBODY
