"""What the service wants of the legs, made true.

The rule: a command names a wanted state by a number. A number that is not above the leg's newest is stale or
already done, so it changes nothing. A wanted leg that is not here is one of an earlier life of this process:
it is expected back, with everything that is wanted of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from callcenter.cti.browser.codec import PROVIDER
from callcenter.cti.provider import Command, Play, Say, WantedLeg
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import LegCause, LegEnded, LegId, StationLost
from callcenter.media.exchange import Exchange, dismiss
from callcenter.media.legs import Bridge as Talk
from callcenter.media.legs import Leg
from callcenter.media.playing import Playing
from callcenter.media.robots import Robot

REFUSAL = Say("All our lines are busy at the moment. Please call again in a few minutes. Goodbye.")


class Wanted:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._robots: dict[int, str] = {}

    def perform(self, command: Command) -> None:
        match command:
            case Play():
                self._play(command)
            case RingAgent():
                self._ring_agent(command)
            case Bridge():
                self._bridge(command)
            case HangUp():
                leg = self._exchange.legs.get(command.leg)
                if leg is not None:
                    self._exchange.end(leg, LegCause.RELEASED)
                elif command.leg not in self._exchange.ended:
                    # An earlier life of ours may have taken the report of its end with it.
                    self._exchange.remember(command.leg, LegCause.RELEASED.value)
                    self._exchange.report(LegEnded(command.leg, LegCause.RELEASED))
            case _:
                assert_never(command)

    def reconcile(self, wanted: Iterable[WantedLeg]) -> None:
        """Adopt or end every live leg."""
        by_name = {each.leg: each for each in wanted}
        for leg in tuple(self._exchange.legs.values()):
            if leg.acknowledged and leg.name not in by_name:
                self._exchange.end(leg, LegCause.RELEASED)
        for name, each in by_name.items():
            # One that has ended here was wanted before the service heard of it: the report is on its way.
            if name not in self._exchange.legs and name not in self._exchange.ended:
                self._expect(name, each)
        for each in by_name.values():
            for command in each.commands:
                if each.leg in self._exchange.legs:
                    self.perform(command)
        if not self._exchange.reconciled:
            self._exchange.reconciled = True
            self._exchange.archive.close_left()
            for name, phone in self._exchange.early.items():
                dismiss(phone, name, LegCause.SYSTEM.value)
            self._exchange.early.clear()

    def refuse(self, name: LegId) -> None:
        """Nobody wrote this call down: tell its caller and forget it."""
        leg = self._exchange.legs.get(name)
        if leg is not None and not leg.acknowledged:
            leg.refused = True
            leg.playing = Playing(0, [self._exchange.sounds.get(REFUSAL)])

    def set_robots(self, names: Mapping[int, str]) -> None:
        self._robots = dict(names)

    def _expect(self, name: LegId, wanted: WantedLeg) -> None:
        """A leg of an earlier life: its page will be back within the time, or the leg is lost by our fault."""
        ring = next((each for each in wanted.commands if isinstance(each, RingAgent)), None)
        if ring is None and not name.startswith(f"{PROVIDER}:"):
            self._exchange.remember(name, LegCause.SYSTEM.value)
            self._exchange.report(LegEnded(name, LegCause.SYSTEM))
            return
        leg = self._exchange.legs[name] = Leg(name, ring.agent if ring else None, ring.offer if ring else 0)
        leg.acknowledged = True
        leg.up = leg.up or any(isinstance(each, Bridge) for each in wanted.commands)
        phone = (
            self._exchange.early.pop(name, None)
            if leg.agent is None
            else self._exchange.desks.phone(leg.agent)
        )
        if ring is not None and self._is_robot(ring.agent):
            self._give_robot(leg, ring.agent)
        elif phone is None:
            leg.away_ticks, leg.lost_cause = 0, LegCause.SYSTEM
        elif leg.up:
            self._exchange.join(leg, phone)
        else:
            self._exchange.ring(leg, phone)

    def _play(self, command: Play) -> None:
        leg = self._exchange.legs.get(command.leg)
        if leg is None or leg.refused or command.play <= leg.play_number:
            return
        leg.play_number = command.play
        self._exchange.unbridge(leg)
        sounds = [self._exchange.sounds.get(say) for say in command.says]
        leg.playing = Playing(command.play, sounds, command.listen, command.loop)
        ahead, only_said = leg.ahead or "", command.listen is None and not command.loop
        leg.ahead = ahead if only_said else None
        if not only_said:
            for digit in ahead:
                leg.playing.key(digit)
        leg.quiet_ticks = 0

    def _ring_agent(self, command: RingAgent) -> None:
        if command.leg in self._exchange.legs or command.leg in self._exchange.ended:
            return
        leg = self._exchange.legs[command.leg] = Leg(command.leg, command.agent, command.offer)
        phone = self._exchange.desks.phone(command.agent)
        if phone is not None:
            self._exchange.ring(leg, phone)
        elif self._is_robot(command.agent):
            self._give_robot(leg, command.agent)
        elif not self._exchange.desks.known(command.agent):
            self._exchange.fail(leg)
            # The service believed in a station that an earlier life of ours had reported.
            self._exchange.report(StationLost(command.agent, PROVIDER))

    def _is_robot(self, agent: int) -> bool:
        return agent in self._robots and not self._exchange.desks.known(agent)

    def _give_robot(self, leg: Leg, agent: int) -> None:
        leg.robot = Robot(self._robots[agent])

    def _bridge(self, command: Bridge) -> None:
        caller, agent = (
            self._exchange.legs.get(command.caller_leg),
            self._exchange.legs.get(command.agent_leg),
        )
        if caller is None or agent is None:  # the report of the missing one's end is on its way
            if command.recording is not None:
                self._exchange.archive.missed(command.recording)
            return
        if command.bridge <= min(caller.bridge_number, agent.bridge_number):
            return
        for leg in (caller, agent):
            self._exchange.unbridge(leg)
            leg.bridge_number = command.bridge
            leg.playing = leg.ahead = None
            leg.quiet_ticks = 0
        talk = Talk(caller, agent, self._exchange.archive.failed)
        if command.recording is not None:
            talk.recording = self._exchange.archive.start(command.recording, caller.name, agent.name)
        caller.bridge = agent.bridge = talk
        if agent.robot is not None:
            agent.robot.begin(self._exchange.sounds)
