"""Sounds of our own making: music to wait by, the tone of a telephone that rings elsewhere, those of keys.

The rule: everything is computed, so nothing needs a licence, and a loop ends where it began. The music is a
slow progression of four chords, each plucked upwards over a soft bass; every note dies away before the loop
closes, save the last ones, which ring on into its beginning.
"""

from __future__ import annotations

import functools
import math
from array import array
from collections.abc import Callable

from callcenter.media.audio import FRAME_BYTES, RATE, SILENCE, to_ulaw

Maker = Callable[[], bytes]

KEY_PAUSE_FRAMES = 3

_BEAT_SECONDS = 0.36
_BEATS_A_CHORD = 8
_CHORDS = (
    (48, (60, 64, 67, 71)),  # C major seventh
    (45, (57, 60, 64, 67)),  # A minor seventh
    (41, (57, 60, 65, 69)),  # F major
    (43, (55, 59, 62, 67)),  # G major
)
"""(bass, plucked notes) as MIDI numbers"""
_PATTERN = (0, 1, 2, 3, 2, 1, 2, 3)
_PARTIALS = ((1, 1.0), (2, 0.3), (3, 0.08))
_TABLE_SIZE = 4096


def music() -> bytes:
    """One round of the loop, µ-law in whole frames."""
    beat = round(_BEAT_SECONDS * RATE)
    beat -= beat % FRAME_BYTES
    mix = array("d", bytes(8 * beat * _BEATS_A_CHORD * len(_CHORDS)))
    for number, (bass, notes) in enumerate(_CHORDS):
        start = number * _BEATS_A_CHORD * beat
        _add(mix, start, bass, gain=2600, seconds=2.6)
        for step, note in enumerate(_PATTERN):
            _add(mix, start + step * beat, notes[note], gain=1900, seconds=1.3)
    return _ulaw(mix)


def ringback() -> bytes:
    """One second of tone, four of silence (425 Hz, ITU-T E.180)."""
    samples = array("d", (2400 * math.sin(2 * math.pi * 425 * n / RATE) for n in range(RATE)))
    return _ulaw(samples) + SILENCE * (4 * RATE // FRAME_BYTES)


@functools.cache
def key_tone(key: str) -> tuple[bytes, ...]:
    """A key as somebody else hears it: 100 ms of its two tones and a pause (ITU-T Q.23), in frames."""
    row, column = divmod("123456789*0#".index(key), 3)
    turns = [2 * math.pi * hertz / RATE for hertz in ((697, 770, 852, 941)[row], (1209, 1336, 1477)[column])]
    samples = array("d", (4000 * sum(math.sin(turn * n) for turn in turns) for n in range(RATE // 10)))
    sound = _ulaw(samples)
    tone = [sound[n : n + FRAME_BYTES] for n in range(0, len(sound), FRAME_BYTES)]
    return (*tone, *[SILENCE] * KEY_PAUSE_FRAMES)


def _add(mix: array[float], start: int, note: int, gain: float, seconds: float) -> None:
    """Lay one decaying note over the loop; what is longer than the loop goes on at its beginning."""
    step = 440 * 2 ** ((note - 69) / 12) / RATE * _TABLE_SIZE
    length = round(seconds * RATE)
    fade = math.exp(-5 / length)
    level = gain
    for n in range(length):
        attack = min(1.0, n / 80)
        mix[(start + n) % len(mix)] += attack * level * _WAVE[int(n * step) % _TABLE_SIZE]
        level *= fade


def _ulaw(samples: array[float]) -> bytes:
    return to_ulaw(array("h", (max(-32767, min(32767, int(sample))) for sample in samples)).tobytes())


_WAVE = [
    sum(level * math.sin(2 * math.pi * partial * n / _TABLE_SIZE) for partial, level in _PARTIALS)
    for n in range(_TABLE_SIZE)
]
