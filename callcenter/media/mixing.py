"""Several voices for one ear: a queue for each voice, and their sum at each tick. Pure: a tick is 20 ms.

The rule: the present counts. A queue holds no more frames than its voice's network needs: one that runs dry
grows by a frame by itself (the late frame then waits for the next tick), one that has had frames to spare for
`CALM_TICKS` gives half of them up, and beyond `FRAMES_MAX` the oldest go. Voices are added with saturation by
the C functions of `audioop`; a single one passes as it is.
"""

from __future__ import annotations

import audioop
from collections import deque
from collections.abc import Sequence

from callcenter.media.audio import SILENCE, to_pcm, to_ulaw

FRAMES_MAX = 8
CALM_TICKS = 100


class Voice:
    """The frames of one speaker that wait for the next ticks."""

    __slots__ = ("_calm", "_frames", "_pcm", "_spare", "now")

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque(maxlen=FRAMES_MAX)
        self._calm = 0
        self._spare = FRAMES_MAX
        self._pcm: bytes | None = None
        self.now: bytes | None = None
        """what this tick has of it; None: nothing came in time"""

    def put(self, frame: bytes) -> None:
        self._frames.append(frame)

    def tick(self) -> None:
        self._pcm = None
        self.now = self._frames.popleft() if self._frames else None
        self._spare = min(self._spare, len(self._frames))
        self._calm += 1
        if self._calm >= CALM_TICKS:
            for _ in range((self._spare + 1) // 2):
                self._frames.popleft()
            self._calm, self._spare = 0, FRAMES_MAX

    def pcm(self) -> bytes:
        """This tick's frame as linear samples, decoded once for all who hear it."""
        if self._pcm is None:
            self._pcm = to_pcm(self.now or SILENCE)
        return self._pcm


def mixed(voices: Sequence[Voice]) -> bytes:
    """What somebody hears in this tick who hears all of these."""
    heard = [voice for voice in voices if voice.now is not None]
    if len(heard) < 2:
        return heard[0].now or SILENCE if heard else SILENCE
    total = heard[0].pcm()
    for voice in heard[1:]:
        total = audioop.add(total, voice.pcm(), 2)
    return to_ulaw(total)
