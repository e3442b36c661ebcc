"""The exchange: holds every leg with what is wanted of it, and makes that true.

The rule: a command names a wanted state by a number. A number that is not above the leg's newest is stale or
already done, so it changes nothing. A leg whose page is away keeps its wanted state for `rejoin_seconds` and
has it again when the page is back; that holds too for a leg that is wanted from us after we were killed. This
process knows nothing of queues, customers or trees.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

import structlog

from callcenter.cti.browser.codec import PROVIDER
from callcenter.cti.browser.token import CallerTicket
from callcenter.cti.browser.wire import Arrived, Happened, Keyed
from callcenter.cti.provider import Command, Play, Say, WantedLeg
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import (
    KeysTimedOut,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegId,
    LegInterrupted,
    LegRestored,
    PlayFinished,
    StationLost,
)
from callcenter.media import phone_wire as wire
from callcenter.media.archive import Archive
from callcenter.media.audio import FRAMES_A_SECOND, SILENCE
from callcenter.media.desks import Desks
from callcenter.media.legs import Bridge as Talk
from callcenter.media.legs import Leg
from callcenter.media.phones import Phone
from callcenter.media.playing import Outcome, Playing
from callcenter.media.robots import Robot
from callcenter.media.settings import MediaSettings
from callcenter.media.sounds import Sounds

LEGS_MAX = 1000
ENDED_REMEMBERED_MAX = 10_000
QUIET_TICKS_MAX = 2 * FRAMES_A_SECOND
"""after this a caller for whom nothing is wanted hears music: the service is slow or away"""
QUALITY_TICKS = 2 * FRAMES_A_SECOND
REFUSAL = Say("All our lines are busy at the moment. Please call again in a few minutes. Goodbye.")
_MUSIC, _RINGBACK = Say("", file="music"), Say("", file="ringback")

Report = Callable[[Happened], None]

_log = structlog.get_logger(__name__)


class Exchange:
    def __init__(self, settings: MediaSettings, sounds: Sounds, archive: Archive, report: Report) -> None:
        self.legs: dict[LegId, Leg] = {}
        self.desks = Desks(self, report, settings.grace_seconds)
        self._sounds = sounds
        self._archive = archive
        self._report = report
        self._rejoin_ticks = round(settings.rejoin_seconds * FRAMES_A_SECOND)
        self._robots: dict[int, str] = {}
        self._ended: OrderedDict[LegId, str] = OrderedDict()
        self._early: dict[LegId, Phone] = {}
        """pages that are back from a call of an earlier life before the service said what is wanted"""
        self._reconciled = False
        self._ticks = 0

    # --- From the pages ---

    def caller_connects(self, phone: Phone, ticket: CallerTicket, rejoin: bool) -> None:
        leg = self.legs.get(ticket.leg)
        if leg is not None:
            self._join(leg, phone)
        elif ticket.leg in self._ended:
            _dismiss(phone, ticket.leg, self._ended[ticket.leg])
        elif rejoin and not self._reconciled:
            self._early[ticket.leg] = phone
        elif rejoin:
            _dismiss(phone, ticket.leg, LegCause.SYSTEM.value)
        elif ticket.expires_at < time.time() * 1000:
            phone.tell(wire.Error(wire.ErrorBody(wire.CLOSE_BAD_TICKET, "phone.ticket_expired")))
            phone.close(wire.CLOSE_BAD_TICKET)
        elif len(self.legs) >= LEGS_MAX:
            _dismiss(phone, ticket.leg, "refused", wire.CLOSE_BUSY)
        else:
            self._arrive(phone, ticket)

    def gone(self, phone: Phone) -> None:
        """A caller's socket is closed."""
        self._early = {leg: early for leg, early in self._early.items() if early is not phone}
        leg = self.legs.get(phone.leg or "")
        if leg is not None and leg.phone is phone:
            self._interrupt(leg)

    def key(self, leg: Leg, digit: str) -> None:
        if leg.playing is not None:
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
        self._report(LegAnswered(name))
        return ""

    def hang_up(self, leg: Leg) -> None:
        """The person at this end ends the call."""
        self._end(leg, LegCause.HUNG_UP)

    async def hear(self, name: LegId, frame: bytes, chunk: int, in_time: bool) -> None:
        leg = self.legs.get(name)
        if leg is not None and leg.bridge is not None:
            await leg.bridge.speak(leg, frame, chunk, in_time)

    # --- From the desks ---

    def desk_back(self, agent: int, phone: Phone) -> None:
        for leg in self._of_agent(agent):
            if leg.up:
                self._join(leg, phone)
            else:
                self._ring(leg, phone)

    def desk_away(self, agent: int) -> None:
        for leg in self._of_agent(agent):
            if leg.up:
                self._interrupt(leg)

    def desk_lost(self, agent: int) -> None:
        for leg in self._of_agent(agent):
            if not leg.up:
                self._fail(leg)

    # --- From the service ---

    def perform(self, command: Command) -> None:
        match command:
            case Play():
                self._play(command)
            case RingAgent():
                self._ring_agent(command)
            case Bridge():
                self._bridge(command)
            case HangUp():
                leg = self.legs.get(command.leg)
                if leg is not None:
                    self._end(leg, LegCause.RELEASED)
                elif (
                    command.leg not in self._ended
                ):  # the report of its end may have been lost with an earlier life of ours
                    self._report(LegEnded(command.leg, LegCause.RELEASED))
            case _:
                assert_never(command)

    def reconcile(self, wanted: Iterable[WantedLeg]) -> None:
        """Adopt or end every live leg."""
        by_name = {each.leg: each for each in wanted}
        for leg in tuple(self.legs.values()):
            if leg.acknowledged and leg.name not in by_name:
                self._end(leg, LegCause.RELEASED)
        for name, each in by_name.items():
            if name not in self.legs:
                self._expect(name, each)
        for each in by_name.values():
            for command in each.commands:
                if each.leg in self.legs:
                    self.perform(command)
        if not self._reconciled:
            self._reconciled = True
            self._archive.close_left()
            for name, phone in self._early.items():
                _dismiss(phone, name, LegCause.SYSTEM.value)
            self._early.clear()

    def refuse(self, name: LegId) -> None:
        """Nobody wrote this call down: tell its caller and forget it."""
        leg = self.legs.get(name)
        if leg is not None and not leg.acknowledged:
            leg.refused = True
            leg.playing = Playing(0, [self._sounds.get(REFUSAL)])

    def set_robots(self, names: Mapping[int, str]) -> None:
        self._robots = dict(names)

    # --- From the clock ---

    async def tick(self) -> None:
        """20 ms have passed: everybody who hears us gets the next frame."""
        self._ticks += 1
        self.desks.tick()
        for leg in tuple(self.legs.values()):
            if leg.robot is not None:
                await self._robot_tick(leg, leg.robot)
            elif leg.phone is not None:
                if leg.playing is not None:
                    await self._play_tick(leg.phone, leg, leg.playing)
                elif leg.bridge is None and leg.agent is None:
                    await self._quiet_tick(leg.phone, leg)
                if self._ticks % QUALITY_TICKS == 0:
                    _tell_quality(leg.phone)
            elif leg.away_ticks is not None:
                self._away_tick(leg, leg.away_ticks + 1)

    def close(self) -> None:
        """End recordings, leave everything else to our next life: nobody is hung up."""
        for leg in self.legs.values():
            self._unbridge(leg)

    # --- Legs ---

    def _arrive(self, phone: Phone, ticket: CallerTicket) -> None:
        leg = self.legs[ticket.leg] = Leg(ticket.leg, agent=None)
        leg.phone = phone
        leg.playing = Playing(0, [self._sounds.get(_RINGBACK)], loop=True)
        phone.join(leg.name)
        self._report(Arrived(ticket.leg, ticket.ani, ticket.dnis))

    def _join(self, leg: Leg, phone: Phone) -> None:
        """The page is back, or another one takes its place."""
        old, leg.phone = leg.phone, phone
        if old is not None and old is not phone:
            old.leg = None
            if leg.agent is None:
                old.close(wire.CLOSE_REPLACED)
        if leg.away_ticks is not None:
            leg.away_ticks = None
            self._report(LegRestored(leg.name))
        phone.join(leg.name)

    def _interrupt(self, leg: Leg) -> None:
        leg.phone = None
        if leg.refused:
            self._forget(leg, "refused")
            return
        leg.away_ticks = 0
        leg.lost_cause = LegCause.VANISHED
        self._report(LegInterrupted(leg.name))

    def _expect(self, name: LegId, wanted: WantedLeg) -> None:
        """A leg of an earlier life: its page will be back within the time, or the leg is lost by our fault."""
        ring = next((each for each in wanted.commands if isinstance(each, RingAgent)), None)
        if ring is None and not name.startswith(f"{PROVIDER}:"):
            self._report(LegEnded(name, LegCause.SYSTEM))
            return
        leg = self.legs[name] = Leg(name, ring.agent if ring else None, ring.offer if ring else 0)
        leg.acknowledged = True
        leg.up = leg.up or any(isinstance(each, Bridge) for each in wanted.commands)
        phone = self._early.pop(name, None) if leg.agent is None else self.desks.phone(leg.agent)
        if ring is not None and self._is_robot(ring.agent):
            self._give_robot(leg, ring.agent)
        elif phone is None:
            leg.away_ticks, leg.lost_cause = 0, LegCause.SYSTEM
        elif leg.up:
            self._join(leg, phone)
        else:
            self._ring(leg, phone)

    def _end(self, leg: Leg, cause: LegCause) -> None:
        self._forget(leg, cause.value)
        if not leg.refused:
            self._report(LegEnded(leg.name, cause))

    def _fail(self, leg: Leg) -> None:
        self._forget(leg, "failed")
        self._report(LegFailed(leg.name, "station-not-connected"))

    def _forget(self, leg: Leg, cause: str) -> None:
        if self.legs.pop(leg.name, None) is None:
            return
        self._ended[leg.name] = cause
        if len(self._ended) > ENDED_REMEMBERED_MAX:
            self._ended.popitem(last=False)
        self._unbridge(leg)
        phone = leg.phone or (self.desks.phone(leg.agent) if leg.agent is not None else None)
        if phone is not None:
            if phone.leg == leg.name:
                phone.leg = None
            if leg.agent is None:
                _dismiss(phone, leg.name, cause)
            else:
                phone.tell(wire.Ended(leg.name, cause))

    # --- Wanted states ---

    def _play(self, command: Play) -> None:
        leg = self.legs.get(command.leg)
        if leg is None or leg.refused or command.play <= leg.play_number:
            return
        leg.play_number = command.play
        self._unbridge(leg)
        sounds = [self._sounds.get(say) for say in command.says]
        leg.playing = Playing(command.play, sounds, command.listen, command.loop)
        leg.quiet_ticks = 0

    def _ring_agent(self, command: RingAgent) -> None:
        if command.leg in self.legs or command.leg in self._ended:
            return
        leg = self.legs[command.leg] = Leg(command.leg, command.agent, command.offer)
        phone = self.desks.phone(command.agent)
        if phone is not None:
            self._ring(leg, phone)
        elif self._is_robot(command.agent):
            self._give_robot(leg, command.agent)
        elif not self.desks.known(command.agent):
            self._fail(leg)
            # The service believed in a station that an earlier life of ours had reported.
            self._report(StationLost(command.agent, PROVIDER))

    def _ring(self, leg: Leg, phone: Phone) -> None:
        phone.tell(wire.Ring(leg.name, leg.offer))

    def _is_robot(self, agent: int) -> bool:
        return agent in self._robots and not self.desks.known(agent)

    def _give_robot(self, leg: Leg, agent: int) -> None:
        leg.robot = Robot(self._robots[agent])

    def _bridge(self, command: Bridge) -> None:
        caller, agent = self.legs.get(command.caller_leg), self.legs.get(command.agent_leg)
        if caller is None or agent is None:  # the report of the missing one's end is on its way
            if command.recording is not None:
                self._archive.missed(command.recording)
            return
        if command.bridge <= min(caller.bridge_number, agent.bridge_number):
            return
        for leg in (caller, agent):
            self._unbridge(leg)
            leg.bridge_number = command.bridge
            leg.playing = None
            leg.quiet_ticks = 0
        talk = Talk(caller, agent, self._archive.failed)
        if command.recording is not None:
            talk.recording = self._archive.start(command.recording, caller.name, agent.name)
        caller.bridge = agent.bridge = talk
        if agent.robot is not None:
            agent.robot.begin(self._sounds)

    def _unbridge(self, leg: Leg) -> None:
        talk = leg.bridge
        if talk is None:
            return
        talk.caller.bridge = talk.agent.bridge = None
        if talk.recording is not None:
            self._archive.end(talk.recording)
            talk.recording = None

    # --- Ticks ---

    async def _play_tick(self, phone: Phone, leg: Leg, playing: Playing) -> None:
        frame = playing.tick()
        if playing.outcome is None:
            await phone.play(frame)
            return
        leg.playing = None
        leg.quiet_ticks = 0
        if leg.refused:
            self._forget(leg, "refused")
            return
        match playing.outcome:
            case Outcome.FINISHED:
                self._report(PlayFinished(leg.name, playing.play))
            case Outcome.TIMED_OUT:
                self._report(KeysTimedOut(leg.name, playing.play))
            case Outcome.KEYED if playing.listen is not None:
                self._report(Keyed(leg.name, playing.play, playing.listen.kind, playing.digits))

    async def _quiet_tick(self, phone: Phone, leg: Leg) -> None:
        await phone.play(SILENCE)
        leg.quiet_ticks += 1
        if leg.quiet_ticks > QUIET_TICKS_MAX:
            leg.playing = Playing(0, [self._sounds.get(_MUSIC)], loop=True)

    def _away_tick(self, leg: Leg, ticks: int) -> None:
        leg.away_ticks = ticks
        if ticks >= self._rejoin_ticks:
            self._end(leg, leg.lost_cause)

    async def _robot_tick(self, leg: Leg, robot: Robot) -> None:
        if not leg.up:
            robot.answers_in -= 1
            if robot.answers_in <= 0:
                self.answer(leg.name, leg.agent or 0, None)
        if leg.bridge is None:
            return
        frame = robot.tick()
        await leg.bridge.speak(leg, frame, robot.spoken)
        if robot.bored:
            self._end(leg, LegCause.HUNG_UP)

    def _of_agent(self, agent: int) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.agent == agent]


def _tell_quality(phone: Phone) -> None:
    quality = phone.arrivals.quality()
    if quality.frames:
        body = wire.QualityBody(quality.frames, quality.lost, quality.late, quality.jitter_ms)
        phone.tell(wire.QualityTold(body))


def _dismiss(phone: Phone, leg: LegId, cause: str, code: int = wire.CLOSE_ENDED) -> None:
    """This page's call is over."""
    phone.tell(wire.Ended(leg, cause))
    phone.close(code)
