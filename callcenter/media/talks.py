"""A talk: who hears whom just now, and what of it is recorded.

The rule: who hears one voice gets each frame at once: the far page's own jitter buffer evens out what the
network did, and nothing here makes the talk any later. Only who hears several waits for the next tick, in which
their sum goes out (`mixing`). A leg that has not answered is a member: it takes its place when it does, and
who would hear nobody else meanwhile hears it ring. With fewer than two legs the talk is over.

Keys reach the others as tones; they are never recorded, for they may be somebody's secret.
"""

from __future__ import annotations

from collections.abc import Callable

from callcenter.cti.parts import hears, is_recorded
from callcenter.cti.provider import Say
from callcenter.effects import Bridge
from callcenter.facts import LegId, Part
from callcenter.media import phone_wire as wire
from callcenter.media.legs import MUSIC, RINGBACK, Leg
from callcenter.media.mixing import Voice, mixed
from callcenter.media.music import key_tone
from callcenter.media.playing import KEYS
from callcenter.media.recording import Recording
from callcenter.media.sounds import Sounds

TONES_MAX = 32
"""keys that wait to be heard"""


class Talk:
    """`failed` is called once if the recording can't go on."""

    def __init__(self, bridge: Bridge, sounds: Sounds, failed: Callable[[Recording, OSError], None]) -> None:
        self.number = bridge.bridge
        self.members = {member.leg: member for member in bridge.members}
        self.paused = bridge.paused
        self.legs: dict[LegId, Leg] = {}
        self.recording: Recording | None = None
        self._sounds = sounds
        self._failed = failed
        self._direct: dict[LegId, tuple[Leg, ...]] = {}
        """by speaker: who hears nobody else"""
        self._voices: dict[LegId, Voice] = {}
        """of those who are heard beside others"""
        self._mixed: tuple[tuple[Leg, tuple[Voice, ...]], ...] = ()
        self._keying = False
        """somebody's keys have still to be heard"""

    @property
    def is_over(self) -> bool:
        return len(self.legs) < 2

    def join(self, leg: Leg) -> None:
        """Its old talk has been left. Settle when all are there."""
        self.legs[leg.name] = leg
        leg.bridge_number = self.number
        leg.ahead = None
        leg.quiet_ticks = 0
        if leg.backdrop is None:
            leg.playing = None

    def leave(self, leg: Leg) -> None:
        """It hears and says nothing here any more. Settle afterwards."""
        del self.legs[leg.name]
        leg.tones.clear()

    def settle(self) -> None:
        """Who hears whom from now on, and whose voice is recorded."""
        present = [leg for leg in self.legs.values() if leg.up]
        direct: dict[LegId, list[Leg]] = {}
        mixing: list[tuple[Leg, tuple[Voice, ...]]] = []
        voices: dict[LegId, Voice] = {}
        for leg in present:
            heard = [other for other in present if self._hears(leg, other)]
            if len(heard) == 1:
                direct.setdefault(heard[0].name, []).append(leg)
            elif heard:
                for other in heard:
                    voices.setdefault(other.name, self._voices.get(other.name) or Voice())
                mixing.append((leg, tuple(voices[other.name] for other in heard)))
            leg.set_backdrop(self._backdrop(leg, heard), self._sounds)
            if leg.robot is not None:
                leg.robot.listen(bool(heard), self._sounds)
        self._direct = {name: tuple(legs) for name, legs in direct.items()}
        self._mixed, self._voices = tuple(mixing), voices
        if self.recording is not None:
            recorded = [member for leg in present if is_recorded(member := self.members[leg.name])]
            try:
                self.recording.arrange(recorded, self.paused)
            except OSError as error:
                self._lose_recording(error)

    async def speak(self, name: LegId, frame: bytes, chunk: int, in_time: bool = True) -> None:
        """A frame from one of the legs. One that is late is still recorded at its place."""
        if self.recording is not None:
            try:
                self.recording.write(name, frame, chunk)
            except OSError as error:
                self._lose_recording(error)
        if in_time and not self.legs[name].tones:
            await self._pass_on(name, frame)

    def key(self, leg: Leg, digit: str) -> None:
        """A key was pressed by one of the legs."""
        if self.members[leg.name].part is not Part.TALKS or digit not in KEYS:
            return
        tone = key_tone(digit)
        if len(leg.tones) > (TONES_MAX - 1) * len(tone):
            return
        leg.tones.extend(tone)
        self._keying = True
        for other in self.legs.values():
            if other.up and other.phone is not None and self._hears(other, leg):
                other.phone.tell(wire.KeyHeard(wire.DtmfBody(digit)))

    async def tick(self) -> None:
        """20 ms have passed."""
        if self._keying:
            keying = [leg for leg in self.legs.values() if leg.tones]
            self._keying = bool(keying)
            for leg in keying:
                if leg.tones:  # it may have left while another one's was on its way
                    await self._pass_on(leg.name, leg.tones.popleft())
        for voice in self._voices.values():
            voice.tick()
        for leg, voices in self._mixed:
            await leg.hear(mixed(voices))

    async def _pass_on(self, speaker: LegId, frame: bytes) -> None:
        for leg in self._direct.get(speaker, ()):
            await leg.hear(frame)
        voice = self._voices.get(speaker)
        if voice is not None:
            voice.put(frame)

    def _hears(self, listener: Leg, speaker: Leg) -> bool:
        return hears(self.members[listener.name], self.members[speaker.name])

    def _backdrop(self, leg: Leg, heard: list[Leg]) -> Say | None:
        if self.members[leg.name].part is Part.HELD:
            return MUSIC
        rings = any(not other.up and self._hears(leg, other) for other in self.legs.values())
        return RINGBACK if rings and not heard else None

    def _lose_recording(self, error: OSError) -> None:
        recording, self.recording = self.recording, None
        assert recording is not None
        self._failed(recording, error)
