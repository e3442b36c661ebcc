"""The simulated carrier: legs, and what is heard and keyed on them. No I/O, no clock, no people.

The rule: a command that comes twice, late, or for a leg that is over has no further effect. The end of a
leg is reported exactly once, and the leg is remembered until the centre has that in writing.

    caller's leg    arrive -> up -> over              plays, keys, bridge
    agent's leg     RingAgent -> ringing -> up -> over

A `Person` is at the end of each leg: they perceive (`rings`, `hears`, `talks`, `ended`) and act back
through the methods of `Carrier`. Time goes by in the `Agenda`; a timer of something that is no longer so
goes stale by the leg's `mark`, which changes with every play, key and end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, assert_never

from msgspec import Struct

from callcenter.cti.provider import Command, Play, Say, WantedLeg
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.reports import Reports
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import (
    CallArrived,
    Input,
    KeysEntered,
    KeysKind,
    KeysTimedOut,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegId,
    LegInterrupted,
    LegRestored,
    PlayFinished,
    RecordingClosed,
    RecordingFailed,
    Value,
)
from callcenter.lifecycles import LEG, LegState, step

NAME = "simulator"
VANISH_MS = 20_000
"""a person's network that is not back by then will not come back"""
FILE_MS = 3_000
"""length of a recorded prompt"""


class Person(Protocol):
    """Whoever is at the end of a leg."""

    def rings(self, leg: LegId) -> None: ...

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None: ...

    def talks(self, leg: LegId) -> None: ...

    def ended(self, leg: LegId) -> None: ...


class Carries(Struct, frozen=True):
    """What this carrier is like."""

    ms_per_character: int = 65
    """of speech"""
    recordings: bool = False
    """says that it recorded; without, it states truly that nothing was recorded"""
    adopts: bool = True
    """takes over wanted legs that it has never seen, instead of reporting them as lost"""


class Talk(Struct):
    legs: tuple[Leg, ...]
    recording: int | None
    began_at: int


class Leg(Struct, eq=False):
    leg: LegId
    person: Person
    state: LegState
    known: bool
    """the centre has it in writing that this leg exists"""
    play: int = 0
    listen: Play | None = None
    """the play whose keys are wanted"""
    keys: str = ""
    mark: int = 0
    bridge: int = 0
    talk: Talk | None = None
    losses: int = 0
    away: bool = False
    """the person's network is gone"""


class Carrier:
    """`stations`: who sits at which agent's phone. `keep_secret`: keyed digits in, token out."""

    def __init__(
        self,
        agenda: Agenda,
        reports: Reports,
        *,
        carries: Carries,
        keep_secret: Callable[[str], str],
        adopted: Callable[[LegId], Person],
    ) -> None:
        self.stations: dict[int, Person] = {}
        self._agenda = agenda
        self._reports = reports
        self._carries = carries
        self._keep_secret = keep_secret
        self._adopted = adopted
        self._legs: dict[LegId, Leg] = {}

    # --- What people do ---

    def arrive(self, leg: LegId, number: str | None, dnis: str, person: Person) -> None:
        """A call comes in and is answered by the centre; `number` is None when withheld."""
        self._legs[leg] = Leg(leg, person, LegState.UP, known=False)
        if number is None:
            self._reports.add(CallArrived(leg, NAME, None, dnis))
        else:
            ani = f"{leg}/ani"
            self._reports.add(CallArrived(leg, NAME, ani, dnis), Value(ani, "ani", number))

    def answer(self, leg: LegId) -> None:
        """The agent picks up, if it still rings."""
        found = self._legs.get(leg)
        if found is not None and found.state is LegState.RINGING:
            found.state = step(LEG, found.state, LegState.UP)
            self._reports.add(LegAnswered(leg))

    def press(self, leg: LegId, keys: str) -> None:
        """Keys nobody asked for are not heard."""
        found = self._legs.get(leg)
        if found is not None and not found.away:
            for key in keys:
                self._key(found, key)

    def hang_up(self, leg: LegId) -> None:
        if (found := self._legs.get(leg)) is not None:
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
            case Bridge():
                self._bridge(command)
            case HangUp():
                if (found := self._legs.get(command.leg)) is not None:
                    self._end(found, LegCause.RELEASED)
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

    # --- Plays and keys ---

    def _play(self, play: Play) -> None:
        leg = self._legs.get(play.leg)
        if leg is None or leg.state is not LegState.UP or play.play <= leg.play:
            return
        self._part(leg)
        leg.play, leg.keys = play.play, ""
        leg.listen = play if play.listen is not None else None
        leg.mark += 1
        length_ms = self._length_ms(play.says)
        if not play.loop:
            self._agenda.after(length_ms, self._all_said, leg, leg.mark)
        leg.person.hears(leg.leg, play, length_ms)

    def _length_ms(self, says: Sequence[Say]) -> int:
        speed = self._carries.ms_per_character
        return sum(len(say.text) * speed if not say.file else FILE_MS for say in says) if speed else 0

    def _all_said(self, leg: Leg, mark: int) -> None:
        if leg.mark != mark:
            return
        if leg.listen is None or leg.listen.listen is None:
            self._reports.add(PlayFinished(leg.leg, leg.play))
        else:
            self._agenda.after(leg.listen.listen.timeout_ms, self._waited_long, leg, mark)

    def _key(self, leg: Leg, key: str) -> None:
        if leg.listen is None or leg.listen.listen is None:
            return
        listen = leg.listen.listen
        finished = key == listen.finish_key
        if not finished:
            leg.keys += key
        leg.mark += 1  # what is being said stops, and so does the wait for this key
        if finished or len(leg.keys) >= listen.max_digits:
            self._keyed(leg, listen.kind)
        else:
            self._agenda.after(listen.timeout_ms, self._waited_long, leg, leg.mark)

    def _waited_long(self, leg: Leg, mark: int) -> None:
        if leg.mark != mark or leg.listen is None or leg.listen.listen is None:
            return
        if leg.keys:
            self._keyed(leg, leg.listen.listen.kind)
        else:
            leg.listen = None
            self._reports.add(KeysTimedOut(leg.leg, leg.play))

    def _keyed(self, leg: Leg, kind: KeysKind) -> None:
        keys, leg.keys, leg.listen = leg.keys, "", None
        match kind:
            case KeysKind.CHOICE:
                self._reports.add(KeysEntered(leg.leg, leg.play, choice=keys))
            case KeysKind.VALUE if keys:
                ref = f"{leg.leg}/keys-{leg.play}"
                self._reports.add(KeysEntered(leg.leg, leg.play, value=ref), Value(ref, "keys", keys))
            case KeysKind.SECRET if keys:
                self._reports.add(KeysEntered(leg.leg, leg.play, secret=self._keep_secret(keys)))
            case KeysKind.VALUE | KeysKind.SECRET:  # the finish key alone
                self._reports.add(KeysEntered(leg.leg, leg.play))
            case _:
                assert_never(kind)

    # --- Ringing and talking ---

    def _ring(self, ring: RingAgent) -> None:
        if ring.leg in self._legs:
            return
        person = self.stations.get(ring.agent)
        leg = Leg(ring.leg, person or NOBODY, LegState.RINGING, known=True)
        self._legs[ring.leg] = leg
        if person is None:
            leg.state = step(LEG, leg.state, LegState.ENDED)
            self._reports.add(LegFailed(ring.leg, "no_station"))
        else:
            person.rings(ring.leg)

    def _bridge(self, bridge: Bridge) -> None:
        found = (self._legs.get(bridge.caller_leg), self._legs.get(bridge.agent_leg))
        legs = tuple(leg for leg in found if leg is not None)
        if not legs or any(leg.bridge >= bridge.bridge for leg in legs):
            return
        for leg in legs:
            self._part(leg)
            leg.bridge = bridge.bridge
        if len(legs) < 2 or any(leg.state is not LegState.UP for leg in legs):
            # Too late: one of them left while the command was on its way.
            if bridge.recording is not None:
                self._reports.add(RecordingFailed(bridge.recording, "leg_gone"))
            return
        talk = Talk(legs, bridge.recording, self._agenda.now)
        for leg in legs:
            leg.talk, leg.listen = talk, None
            leg.mark += 1
            leg.person.talks(leg.leg)

    def _part(self, leg: Leg) -> None:
        """They hear each other no longer."""
        if (talk := leg.talk) is None:
            return
        for one in talk.legs:
            one.talk = None
        if talk.recording is None:
            return
        if self._carries.recordings:
            length_ms = self._agenda.now - talk.began_at
            self._reports.add(RecordingClosed(talk.recording, length_ms, ()))
        else:
            self._reports.add(RecordingFailed(talk.recording, "simulated"))

    # --- The end, and taking over ---

    def _end(self, leg: Leg, cause: LegCause) -> None:
        if leg.state is LegState.ENDED:
            return
        self._reports.add(LegEnded(leg.leg, cause))
        self._part(leg)
        self._over(leg)

    def _over(self, leg: Leg) -> None:
        leg.state = step(LEG, leg.state, LegState.ENDED)
        leg.mark += 1
        leg.listen = None
        leg.person.ended(leg.leg)

    def _vanish(self, leg: Leg, losses: int) -> None:
        if leg.away and leg.losses == losses:
            self._end(leg, LegCause.VANISHED)

    def _take_over(self, want: WantedLeg) -> None:
        """A leg is wanted that was never seen here: it lived in a process before this one."""
        ring = next((one for one in want.commands if isinstance(one, RingAgent)), None)
        talking = any(isinstance(one, Bridge) for one in want.commands)
        if ring is not None and not talking:
            return  # it is to ring from now on: its command does that
        if self._carries.adopts:
            person = self.stations.get(ring.agent, NOBODY) if ring else self._person_on(want.leg)
            self._legs[want.leg] = Leg(want.leg, person, LegState.UP, known=True)
        else:
            self._legs[want.leg] = Leg(want.leg, NOBODY, LegState.ENDED, known=True)
            self._reports.add(LegEnded(want.leg, LegCause.SYSTEM))

    def _person_on(self, leg: LegId) -> Person:
        return self._adopted(leg) if leg.startswith(f"{NAME}:") else NOBODY


class Nobody:
    """A phone that only does what is done to it by hand."""

    def rings(self, leg: LegId) -> None:
        pass

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None:
        pass

    def talks(self, leg: LegId) -> None:
        pass

    def ended(self, leg: LegId) -> None:
        pass


NOBODY = Nobody()
