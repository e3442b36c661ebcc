"""A simulated person on a browser call: an agent, or whoever answers an outside number in a demonstration.

The rule: it answers, says who it is in both languages (which one the caller speaks is not known here), and
listens. It never ends a call that somebody talks on; somebody who has been silent for `SILENT_SECONDS` has gone for
a walk.
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


def agents_greeting(name: str) -> tuple[Say, ...]:
    return (
        Say(
            f"Hello, this is {name}, a simulated agent. I can hear you, but I cannot answer. Hang up whenever you "
            "like."
        ),
        Say("您好，我是模拟坐席，可以听到您，但是不能回答。您可以随时挂断。", "zh"),
    )


def persons_greeting(number: str) -> tuple[Say, ...]:
    return (
        Say(
            f"Hello, this is a simulated person at the number that ends in {' '.join(number[-4:])}. I can hear "
            "you, but I cannot answer. Hang up whenever you like."
        ),
        Say("您好，我是模拟客户，可以听到您，但是不能回答。您可以随时挂断。", "zh"),
    )


def soon() -> int:
    """How many ticks an agent lets it ring."""
    return random.randint(*ANSWER_TICKS)


class Robot:
    """`answers_in` counts the ticks until it picks up."""

    def __init__(self, greeting: tuple[Say, ...], answers_in: int, *, greeted: bool = False) -> None:
        self.spoken = 0
        self.answers_in = answers_in
        self._greeting = greeting
        self._greeted = greeted
        self._company = False
        self._playing: Playing | None = None
        self._silent_ticks = 0

    def listen(self, company: bool, sounds: Sounds) -> None:
        """Whether anybody is there whom it hears. The first one is greeted."""
        if company and not self._greeted:
            self._greeted = True
            self._playing = Playing(0, [sounds.get(say) for say in self._greeting])
        if company != self._company:
            self._company, self._silent_ticks = company, 0

    def hear(self, frame: bytes) -> None:
        if loudness(frame) > SPEECH_LOUDNESS:
            self._silent_ticks = 0

    def tick(self) -> bytes:
        """What it says now."""
        self.spoken += 1
        self._silent_ticks += self._company
        return SILENCE if self._playing is None else self._playing.tick()

    @property
    def bored(self) -> bool:
        return self._silent_ticks > SILENT_SECONDS * FRAMES_A_SECOND
