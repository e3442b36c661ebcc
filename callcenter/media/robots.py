"""A simulated agent on a browser call: it answers, says who it is, and listens.

The rule: it never ends a call that somebody talks on; a caller who has been silent for `SILENT_SECONDS` has
gone for a walk.
"""

from __future__ import annotations

import random

from callcenter.cti.provider import Say
from callcenter.media.audio import FRAMES_A_SECOND, SILENCE, loudness
from callcenter.media.playing import Playing
from callcenter.media.sounds import Sounds

ANSWER_TICKS = (FRAMES_A_SECOND, 2 * FRAMES_A_SECOND)
SILENT_SECONDS = 60
SPEECH_LOUDNESS = 300
"""above a quiet room, below soft speech"""


def greeting(name: str) -> Say:
    return Say(
        f"Hello, this is {name}, a simulated agent. I can hear you, and this talk is being recorded like any "
        "other, but I cannot answer. Hang up whenever you like."
    )


class Robot:
    def __init__(self, name: str) -> None:
        self.name = name
        self.spoken = 0
        self.answers_in = random.randint(*ANSWER_TICKS)
        """ticks until it picks up"""
        self._playing: Playing | None = None
        self._silent_ticks = 0

    def begin(self, sounds: Sounds) -> None:
        """Somebody is on the line now."""
        self._playing = Playing(0, [sounds.get(greeting(self.name))])
        self._silent_ticks = 0

    def hear(self, frame: bytes) -> None:
        if loudness(frame) > SPEECH_LOUDNESS:
            self._silent_ticks = 0

    def tick(self) -> bytes:
        """What it says now."""
        self.spoken += 1
        self._silent_ticks += 1
        return SILENCE if self._playing is None else self._playing.tick()

    @property
    def bored(self) -> bool:
        return self._silent_ticks > SILENT_SECONDS * FRAMES_A_SECOND
