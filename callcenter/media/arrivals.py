"""Judges one phone's frames as they come in: which are passed on, and how good the line is. Pure.

The rule: a frame is worth nothing once it is late, so what arrives more than `LATE_MS` after its time is
dropped, and after a stall the talk goes on in the present instead of seconds behind. "Its time" is measured
against the fastest frame of the last seconds, so neither clock has to be right. More frames than a
microphone can give are a flood and dropped.
"""

from __future__ import annotations

from msgspec import Struct

from callcenter.media.audio import FRAME_MS

FRAMES_A_SECOND_MAX = 60
LATE_MS = 250
RESYNC_MS = 1000
"""nothing is later than this: then it is a new time"""
BASELINE_MS = 10_000
"""the fastest frame is looked for anew this often: two sound cards drift apart by some ms a minute"""


class Quality(Struct, frozen=True):
    """How the microphone's frames of the last two seconds reached us."""

    frames: int
    lost: int
    """never came, or were flood"""
    late: int
    jitter_ms: int


class Arrivals:
    def __init__(self) -> None:
        self._allowance = float(FRAMES_A_SECOND_MAX)
        self._last_ms: float | None = None
        self._chunk: int | None = None
        self._fastest_ms = self._next_fastest_ms = float("inf")
        self._baseline_until_ms = 0.0
        self._transit_ms = 0.0
        self._jitter_ms = 0.0
        self._frames = self._lost = self._late = 0
        self.flooded = 0
        """frames that were more than a microphone can give"""

    def take(self, chunk: int, sent_ms: float, now_ms: float) -> bool:
        """Whether the frame should still be heard. `sent_ms` is the sender's clock, `now_ms` ours."""
        if not self._allowed(now_ms):
            self._lost += 1
            self.flooded += 1
            return False
        self._frames += 1
        if self._chunk is not None and 0 < chunk - self._chunk - 1 < 1000:
            self._lost += chunk - self._chunk - 1
        self._chunk = chunk
        late = self._lateness_ms(now_ms - sent_ms, now_ms) > LATE_MS
        self._late += late
        return not late

    def quality(self) -> Quality:
        """The figures since this was last asked."""
        quality = Quality(self._frames, self._lost, self._late, round(self._jitter_ms))
        self._frames = self._lost = self._late = 0
        return quality

    def _allowed(self, now_ms: float) -> bool:
        if self._last_ms is not None:
            refill = (now_ms - self._last_ms) * FRAMES_A_SECOND_MAX / 1000
            self._allowance = min(FRAMES_A_SECOND_MAX, self._allowance + refill)
        self._last_ms = now_ms
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def _lateness_ms(self, transit_ms: float, now_ms: float) -> float:
        if (
            transit_ms - self._fastest_ms > RESYNC_MS
        ):  # the sender's clock stood still, as a silent page's does
            self._fastest_ms = self._next_fastest_ms = transit_ms
        if now_ms >= self._baseline_until_ms:
            self._baseline_until_ms = now_ms + BASELINE_MS
            self._fastest_ms, self._next_fastest_ms = self._next_fastest_ms, transit_ms
        self._next_fastest_ms = min(self._next_fastest_ms, transit_ms)
        self._fastest_ms = min(self._fastest_ms, self._next_fastest_ms)
        if self._frames > 1:  # RFC 3550, 6.4.1
            self._jitter_ms += (min(abs(transit_ms - self._transit_ms), 50 * FRAME_MS) - self._jitter_ms) / 16
        self._transit_ms = transit_ms
        return transit_ms - self._fastest_ms
