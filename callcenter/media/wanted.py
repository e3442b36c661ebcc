"""What the service wants of the legs, made true.

The rule: a command names a wanted state by a number. A number that is not above the leg's newest is stale or
already done, so it changes nothing. A wanted leg that is not here is one of an earlier life of this process:
it is expected back, with everything that is wanted of it; only a number that may have rung is not called again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from callcenter.cti.browser.codec import PROVIDER
from callcenter.cti.provider import Command, Dial, Play, Say, WantedLeg
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import FORGOTTEN, LegCause, LegEnded, LegFailed, LegId, StationLost
from callcenter.media.exchange import Exchange, dismiss
from callcenter.media.legs import Leg
from callcenter.media.playing import Playing
from callcenter.media.robots import Robot, agents_greeting, soon
from callcenter.media.talks import Talk

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
            case Dial():
                self._dial(command)
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
        exchange = self._exchange
        by_name = {each.leg: each for each in wanted}
        for leg in tuple(exchange.legs.values()):
            if leg.acknowledged and leg.name not in by_name:
                exchange.end(leg, LegCause.RELEASED)
        for name, each in by_name.items():
            # One that has ended here was wanted before the service heard of it: the report is on its way.
            if name not in exchange.legs and name not in exchange.ended:
                self._expect(name, each)
        for each in by_name.values():
            for command in each.commands:
                if each.leg in exchange.legs:
                    self.perform(command)
        if not exchange.reconciled:
            exchange.reconciled = True
            exchange.archive.close_left()
            for name, phone in exchange.early.items():
                dismiss(phone, name, LegCause.SYSTEM.value)
            exchange.early.clear()
            exchange.telephones.dismiss_early()

    def refuse(self, name: LegId) -> None:
        """Nobody wrote this call down: tell its caller and forget it."""
        leg = self._exchange.legs.get(name)
        if leg is not None and not leg.acknowledged:
            leg.refused = True
            leg.play(Playing(0, [self._exchange.sounds.get(REFUSAL)]))

    def set_robots(self, names: Mapping[int, str], people: bool) -> None:
        self._robots = dict(names)
        self._exchange.telephones.people = people

    # --- Legs of an earlier life ---

    def _expect(self, name: LegId, wanted: WantedLeg) -> None:
        """Its page will be back within the time, or the leg is lost by our fault."""
        up = wanted.answered
        match next(iter(wanted.commands), None):
            case RingAgent() as ring:
                self._expect_agent(Leg(name, ring.agent, ring.offer), ring.auto, up)
            case Dial() as dial:
                self._expect_dialled(Leg(name, number=dial.number, dialled=True), up)
            case _ if name.startswith(f"{PROVIDER}:"):
                self._expect_caller(Leg(name))
            case _:
                self._exchange.remember(name, LegCause.SYSTEM.value)
                self._exchange.report(LegEnded(name, LegCause.SYSTEM))

    def _expect_caller(self, leg: Leg) -> None:
        self._exchange.legs[leg.name] = leg
        leg.acknowledged = True
        phone = self._exchange.early.pop(leg.name, None)
        if phone is None:
            self._wait_for(leg)
        else:
            self._exchange.join(leg, phone)

    def _expect_agent(self, leg: Leg, auto: bool, up: bool) -> None:
        exchange = self._exchange
        assert leg.agent is not None
        leg.auto = auto
        exchange.legs[leg.name] = leg
        leg.up = up
        phone = exchange.desks.phone(leg.agent)
        if self._is_robot(leg.agent):
            leg.robot = self._robot(leg.agent, soon(), greeted=up)
        elif phone is None:
            self._wait_for(leg)
        elif up:
            exchange.join(leg, phone)
        else:
            exchange.ring(leg, phone)

    def _expect_dialled(self, leg: Leg, up: bool) -> None:
        exchange = self._exchange
        if not up:
            exchange.remember(leg.name, "failed")
            exchange.report(LegFailed(leg.name, FORGOTTEN))
            return
        exchange.legs[leg.name] = leg
        leg.up = True
        if not exchange.telephones.take_back(leg):
            self._wait_for(leg)

    def _wait_for(self, leg: Leg) -> None:
        leg.away_ticks, leg.lost_cause = 0, LegCause.SYSTEM

    # --- Commands ---

    def _play(self, command: Play) -> None:
        leg = self._exchange.legs.get(command.leg)
        if leg is None or leg.refused or command.play <= leg.play_number:
            return
        leg.play_number = command.play
        self._exchange.leave(leg)
        sounds = [self._exchange.sounds.get(say) for say in command.says]
        playing = Playing(command.play, sounds, command.listen, command.loop)
        leg.play(playing)
        ahead, only_said = leg.ahead or "", command.listen is None and not command.loop
        leg.ahead = ahead if only_said else None
        if not only_said:
            for digit in ahead:
                playing.key(digit)

    def _ring_agent(self, command: RingAgent) -> None:
        exchange = self._exchange
        if command.leg in exchange.legs or command.leg in exchange.ended:
            return
        leg = exchange.legs[command.leg] = Leg(command.leg, command.agent, command.offer)
        leg.auto = command.auto
        phone = exchange.desks.phone(command.agent)
        if phone is not None:
            exchange.ring(leg, phone)
        elif self._is_robot(command.agent):
            leg.robot = self._robot(command.agent, 0 if command.auto else soon())
        elif not exchange.desks.known(command.agent):
            # The service believes in a station that an earlier life of ours had reported.
            exchange.report(StationLost(command.agent, PROVIDER))
            exchange.fail(leg, "station-not-connected")

    def _dial(self, command: Dial) -> None:
        exchange = self._exchange
        if command.leg in exchange.legs or command.leg in exchange.ended:
            return
        if exchange.is_full:
            exchange.remember(command.leg, "failed")
            exchange.report(LegFailed(command.leg, "unreachable"))
        else:
            exchange.telephones.dial(command.leg, command.number)

    def _bridge(self, command: Bridge) -> None:
        exchange = self._exchange
        here = [exchange.legs[member.leg] for member in command.members if member.leg in exchange.legs]
        fresh = [leg for leg in here if leg.bridge_number < command.bridge and not leg.refused]
        talk = exchange.talks.get(command.bridge)
        if (
            talk is None and len(fresh) < 2
        ):  # stale, or the reports of the missing ones' ends are on their way
            for leg in fresh:
                exchange.leave(leg)
                leg.bridge_number = command.bridge
            if command.recording is not None:
                exchange.archive.missed(command.recording, _recorded_as(command))
            return
        if talk is None:
            talk = exchange.talks[command.bridge] = Talk(command, exchange.sounds, exchange.archive.failed)
            self._take_over(talk, command, fresh)
        for leg in fresh:
            exchange.join_talk(talk, leg)
        talk.settle()

    def _take_over(self, talk: Talk, command: Bridge, fresh: list[Leg]) -> None:
        """The talks that these legs had are over; one recording may go on."""
        talk_of = self._exchange.talk_of
        for old in {
            talk_of[leg.name].number: talk_of[leg.name] for leg in fresh if leg.name in talk_of
        }.values():
            if old.recording is not None and old.recording.number == command.recording:
                talk.recording, old.recording = old.recording, None
            self._exchange.dissolve(old, going_on=[leg.name for leg in fresh])
        if talk.recording is None and command.recording is not None:
            talk.recording = self._exchange.archive.start(command.recording, _recorded_as(command))

    def _is_robot(self, agent: int) -> bool:
        return agent in self._robots and not self._exchange.desks.known(agent)

    def _robot(self, agent: int, answers_in: int, *, greeted: bool = False) -> Robot:
        return Robot(agents_greeting(self._robots[agent]), answers_in, greeted=greeted)


def _recorded_as(command: Bridge) -> LegId:
    """The leg that lends a recording its name: the customer's, who is there from the first to the last."""
    return next((member.leg for member in command.members if not member.staff), command.members[0].leg)
