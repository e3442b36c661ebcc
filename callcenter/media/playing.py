"""What one leg hears from us, frame by frame, and the keys it may press meanwhile. Pure: a tick is 20 ms.

The rule: prompts follow one another; a wanted key stops them. The time for keys runs from the end of the
prompts, and anew after each key; a pause ends an entry as it stands. A loop says everything once and then its
last prompt for ever. While nobody hears (the page is away) nobody ticks, so neither prompts nor time-outs run
on.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from callcenter.facts import KeysKind, Listen
from callcenter.media.audio import FRAME_BYTES, FRAME_MS, SILENCE

KEYS = frozenset("0123456789*#")


class Sound(Protocol):
    """A sound that may still be in the making; an `asyncio.Future[bytes]` is one."""

    def done(self) -> bool: ...
    def result(self) -> bytes: ...


class Outcome(Enum):
    FINISHED = "finished"
    """all was heard and no keys were wanted"""
    KEYED = "keyed"
    TIMED_OUT = "timed_out"


class Playing:
    """One play. `outcome` is None while it goes on, and final once it is set."""

    def __init__(
        self, play: int, sounds: Sequence[Sound], listen: Listen | None = None, loop: bool = False
    ) -> None:
        self.play = play
        self.listen = listen
        self.outcome: Outcome | None = None
        self.digits = ""
        self._sounds = list(sounds)
        self._loop = loop
        self._number = 0
        self._position = 0
        self._idle_ms = 0

    def tick(self) -> bytes:
        """The frame that is due now."""
        if self.outcome is None:
            frame = self._next_frame()
            if frame is not None:
                return frame
            self._wait()
        return SILENCE

    def key(self, digit: str) -> None:
        """A key was pressed."""
        listen = self.listen
        if listen is None or self.outcome is not None or digit not in KEYS:
            return
        self._sounds.clear()  # barge-in
        self._idle_ms = 0
        single = listen.kind is KeysKind.CHOICE and listen.max_digits == 1  # there * and # are choices too
        if digit == listen.finish_key and not single:
            self.outcome = Outcome.KEYED  # alone it is an empty entry
            return
        self.digits += digit
        if len(self.digits) >= listen.max_digits:
            self.outcome = Outcome.KEYED

    def _next_frame(self) -> bytes | None:
        """None when there is nothing left to hear."""
        while self._number < len(self._sounds):
            sound = self._sounds[self._number]
            if not sound.done():
                return SILENCE
            data = sound.result()
            frame = data[self._position : self._position + FRAME_BYTES]
            if frame:
                self._position += FRAME_BYTES
                return frame
            self._position = 0
            if not self._loop or self._number + 1 < len(self._sounds):
                self._number += 1
            elif not data:  # a last prompt that can't be had: silence, for ever
                return SILENCE
        return None

    def _wait(self) -> None:
        if self.listen is None:
            self.outcome = Outcome.FINISHED
            return
        self._idle_ms += FRAME_MS
        if self._idle_ms >= self.listen.timeout_ms:
            self.outcome = Outcome.KEYED if self.digits else Outcome.TIMED_OUT
