"""Talks of the simulated carrier: who is in which, what of it people perceive, and recordings that are none.

The rule: a bridge brings the legs that it finds from their old talks into a new one, and ends the old ones; a
recording whose number it names again goes on. With fewer than two legs a talk is over.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from callcenter.cti.parts import hears
from callcenter.cti.provider import Play
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.legs import HOLD_MUSIC, Carries, Hears, Leg, Talk
from callcenter.cti.simulator.reports import Reports
from callcenter.effects import Bridge
from callcenter.facts import Part, RecordingClosed, RecordingFailed
from callcenter.lifecycles import LegState

RECORDINGS_REMEMBERED_MAX = 10_000


class Talks:
    def __init__(self, agenda: Agenda, reports: Reports, carries: Carries) -> None:
        self._agenda = agenda
        self._reports = reports
        self._carries = carries
        self._begun: OrderedDict[int, None] = OrderedDict()
        """recordings that have, or will have, their report"""

    def bridge(self, bridge: Bridge, legs: Sequence[Leg]) -> None:
        """`legs`: the members that are alive."""
        fresh = [leg for leg in legs if leg.bridge < bridge.bridge]
        talk = next((leg.talk for leg in legs if leg.talk and leg.talk.bridge == bridge.bridge), None)
        if talk is None and len(fresh) < 2:
            for leg in fresh:
                self.leave(leg)
                leg.bridge = bridge.bridge
            if bridge.recording is not None and self._begin(bridge.recording):
                # Too late: all but one left while the command was on its way.
                self._reports.add(RecordingFailed(bridge.recording, "leg_gone"))
            return
        if talk is None:
            talk = Talk(bridge.bridge, {member.leg: member for member in bridge.members}, {})
            self._take_over(talk, bridge.recording, fresh)
        for leg in fresh:
            self._join(talk, leg)
        self._settle(talk)

    def leave(self, leg: Leg) -> None:
        """It is out of its talk, which goes on while there are two."""
        if (talk := leg.talk) is None:
            return
        self._out(talk, leg)
        if len(talk.legs) < 2:
            self._dissolve(talk)
        else:
            self._settle(talk)

    def answered(self, leg: Leg) -> None:
        if leg.talk is not None:
            self._settle(leg.talk)

    def _take_over(self, talk: Talk, recording: int | None, fresh: Sequence[Leg]) -> None:
        for leg in fresh:
            if (old := leg.talk) is not None:
                if old.recording is not None and old.recording == recording:
                    talk.recording, talk.began_at = old.recording, old.began_at
                    old.recording = None
                heard = {one.leg: one.hears for one in fresh}
                self._dissolve(old)
                for one in fresh:
                    one.hears = heard[one.leg]
        if talk.recording is None and recording is not None and self._begin(recording):
            talk.recording, talk.began_at = recording, self._agenda.now

    def _begin(self, recording: int) -> bool:
        """False: this number was used before."""
        if recording in self._begun:
            return False
        self._begun[recording] = None
        if len(self._begun) > RECORDINGS_REMEMBERED_MAX:
            self._begun.popitem(last=False)
        return True

    def _join(self, talk: Talk, leg: Leg) -> None:
        if leg.talk is not None:
            self.leave(leg)
        leg.talk, leg.bridge, leg.listen = talk, talk.bridge, None
        leg.mark += 1
        talk.legs[leg.leg] = leg

    def _settle(self, talk: Talk) -> None:
        """People notice what is new to them, once all know their place."""
        present = [leg for leg in talk.legs.values() if leg.state is LegState.UP]
        changed = [leg for leg in present if leg.hears is not _heard(talk, leg, present)]
        for leg in changed:
            leg.hears = _heard(talk, leg, present)
        for leg in changed:
            if leg.hears is Hears.MUSIC:
                leg.person.hears(leg.leg, Play(leg.leg, 0, HOLD_MUSIC, loop=True), 0)
            elif leg.hears is Hears.PEOPLE:
                leg.person.talks(leg.leg)

    def _out(self, talk: Talk, leg: Leg) -> None:
        del talk.legs[leg.leg]
        leg.talk, leg.hears = None, Hears.NOBODY

    def _dissolve(self, talk: Talk) -> None:
        for leg in list(talk.legs.values()):
            self._out(talk, leg)
        if talk.recording is None:
            return
        if self._carries.recordings:
            length_ms = self._agenda.now - talk.began_at
            self._reports.add(RecordingClosed(talk.recording, length_ms, ()))
        else:
            self._reports.add(RecordingFailed(talk.recording, "simulated"))


def _heard(talk: Talk, leg: Leg, present: Sequence[Leg]) -> Hears:
    member = talk.members[leg.leg]
    if member.part is Part.HELD:
        return Hears.MUSIC
    others = (talk.members[other.leg] for other in present)
    heard = member.part is Part.TALKS and any(
        other.part is Part.TALKS and hears(member, other) for other in others
    )
    return Hears.PEOPLE if heard else Hears.NOBODY
