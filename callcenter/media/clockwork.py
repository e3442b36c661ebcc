"""What time does to the legs: prompts go on, absences and ringing run out, simulated people speak.

The rule: all time of the exchange is counted in ticks of 20 ms. So what was to be heard and what was to be
waited for stay together when this process is late, and a test can let a minute pass at once.
"""

from __future__ import annotations

import structlog

from callcenter.cti.browser.wire import Keyed
from callcenter.facts import KeysTimedOut, LegCause, PlayFinished
from callcenter.media import phone_wire as wire
from callcenter.media.audio import FRAMES_A_SECOND, SILENCE
from callcenter.media.exchange import Exchange
from callcenter.media.legs import MUSIC, Leg
from callcenter.media.phones import Phone
from callcenter.media.playing import Outcome, Playing
from callcenter.media.robots import Robot

QUIET_TICKS_MAX = 2 * FRAMES_A_SECOND
"""after this a caller for whom nothing is wanted hears music: the service is slow or away"""
QUALITY_TICKS = 2 * FRAMES_A_SECOND

_log = structlog.get_logger(__name__)


class Clockwork:
    def __init__(self, exchange: Exchange, rejoin_seconds: float) -> None:
        self._exchange = exchange
        self._rejoin_ticks = round(rejoin_seconds * FRAMES_A_SECOND)
        self._ticks = 0
        self._failed: set[int] = set()
        """talks whose ticks have raised"""

    async def tick(self) -> None:
        """20 ms have passed: everybody who hears us gets the next frame."""
        self._ticks += 1
        self._exchange.desks.tick()
        for leg in tuple(self._exchange.legs.values()):
            try:
                await self._leg_tick(leg)
            except Exception:  # a bug in what one leg hears must not silence all the others
                _log.exception("leg_failed")
                leg.playing = leg.robot = None
        for talk in tuple(self._exchange.talks.values()):
            try:
                await talk.tick()
            except Exception:  # nor what several hear; said once, and tried again
                if talk.number not in self._failed:
                    self._failed.add(talk.number)
                    _log.exception("talk_failed")

    async def _leg_tick(self, leg: Leg) -> None:
        if leg.rings_ticks is not None and not leg.up:
            leg.rings_ticks -= 1
            if leg.rings_ticks <= 0:
                self._exchange.fail(leg, leg.rings_in_vain)
        elif leg.robot is not None:
            await self._robot_tick(leg, leg.robot)
        elif leg.phone is not None:
            if leg.playing is not None:
                await self._play_tick(leg.phone, leg, leg.playing)
            elif leg.agent is None and leg.name not in self._exchange.talk_of:
                await self._quiet_tick(leg.phone, leg)
            if self._ticks % QUALITY_TICKS == 0:
                _tell_quality(leg.phone)
        elif leg.away_ticks is not None:
            self._away_tick(leg, leg.away_ticks + 1)

    async def _play_tick(self, phone: Phone, leg: Leg, playing: Playing) -> None:
        frame = playing.tick()
        if playing.outcome is None:
            await phone.play(frame)
            return
        leg.playing = None
        leg.quiet_ticks = 0
        if leg.refused:
            self._exchange.forget(leg, "refused")
            return
        match playing.outcome:
            case Outcome.FINISHED:
                self._exchange.report(PlayFinished(leg.name, playing.play))
            case Outcome.TIMED_OUT:
                self._exchange.report(KeysTimedOut(leg.name, playing.play))
            case Outcome.KEYED if playing.listen is not None:
                self._exchange.report(Keyed(leg.name, playing.play, playing.listen.kind, playing.digits))

    async def _quiet_tick(self, phone: Phone, leg: Leg) -> None:
        await phone.play(SILENCE)
        leg.quiet_ticks += 1
        if leg.quiet_ticks > QUIET_TICKS_MAX:
            leg.play(Playing(0, [self._exchange.sounds.get(MUSIC)], loop=True))

    def _away_tick(self, leg: Leg, ticks: int) -> None:
        leg.away_ticks = ticks
        if ticks >= self._rejoin_ticks:
            self._exchange.end(leg, leg.lost_cause)

    async def _robot_tick(self, leg: Leg, robot: Robot) -> None:
        if not leg.up:
            robot.answers_in -= 1
            if robot.answers_in <= 0:
                self._exchange.answer(leg, None)
        talk = self._exchange.talk_of.get(leg.name)
        if talk is None or not leg.up:
            return
        frame = robot.tick()
        await talk.speak(leg.name, frame, robot.spoken)
        if robot.bored:
            self._exchange.end(leg, LegCause.HUNG_UP)


def _tell_quality(phone: Phone) -> None:
    quality = phone.arrivals.quality()
    if quality.frames:
        body = wire.QualityBody(quality.frames, quality.lost, quality.late, quality.jitter_ms)
        phone.tell(wire.QualityTold(body))
