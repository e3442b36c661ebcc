"""The one shape of sound in this process: frames of 20 ms, 8 kHz, µ-law (ITU-T G.711), 160 bytes.

The rule: sound is turned into this shape where it comes in and out of it where it leaves; nothing in between
knows another. Arithmetic on samples is done by the C functions of `audioop`.
"""

from __future__ import annotations

import audioop
import math
import operator

RATE = 8000
FRAME_MS = 20
FRAME_SECONDS = FRAME_MS / 1000
FRAME_BYTES = RATE * FRAME_MS // 1000
FRAMES_A_SECOND = 1000 // FRAME_MS
SILENCE = b"\xff" * FRAME_BYTES
UNHEARD = bytes(FRAME_BYTES)
"""what a frame that never came looks like in a sparse file; as µ-law it would be a full-scale direct current,
which no microphone gives"""

_CUTOFF_HZ = 3500
_TAPS = 95
"""a Hamming window of this length falls to the stop band within 770 Hz at 22 kHz"""


def to_ulaw(pcm: bytes) -> bytes:
    """16-bit linear samples as µ-law."""
    return audioop.lin2ulaw(pcm, 2)


def to_pcm(ulaw: bytes) -> bytes:
    """µ-law as 16-bit linear samples."""
    return audioop.ulaw2lin(ulaw, 2)


def loudness(ulaw: bytes) -> int:
    """Root mean square of the samples, 0 to 32767."""
    return audioop.rms(audioop.ulaw2lin(ulaw, 2), 2)


def narrowed(pcm: bytes, rate: int) -> bytes:
    """16-bit mono samples at any rate as µ-law at 8 kHz, without what 8 kHz can't carry.

    A symmetric low-pass filter (windowed sinc), computed as a sum of shifted copies so that each step is one
    call into C, then linear interpolation, which is harmless on what the filter leaves.
    """
    if rate != RATE:
        if rate > RATE:
            pcm = _low_passed(pcm, rate)
        pcm, _ = audioop.ratecv(pcm, 2, 1, rate, RATE, None)
    return audioop.lin2ulaw(pcm, 2)


def framed(ulaw: bytes) -> bytes:
    """Padded with silence to whole frames."""
    return ulaw + b"\xff" * (-len(ulaw) % FRAME_BYTES)


def _low_passed(pcm: bytes, rate: int) -> bytes:
    coefficients = _filter(rate)
    half = len(coefficients) - 1
    length = len(pcm) // 2 * 4
    edge = bytes(4 * half)
    # Four bytes a sample: the rounding of a hundred additions stays far below what µ-law can tell.
    wide = edge + audioop.lin2lin(pcm[: length // 2], 2, 4) + edge
    total = audioop.mul(wide[4 * half : 4 * half + length], 4, coefficients[0])
    for distance, coefficient in enumerate(coefficients[1:], start=1):
        before = audioop.mul(wide[4 * (half - distance) :][:length], 4, coefficient)
        after = audioop.mul(wide[4 * (half + distance) :][:length], 4, coefficient)
        total = audioop.add(audioop.add(total, before, 4), after, 4)
    return audioop.lin2lin(total, 4, 2)


def _filter(rate: int) -> list[float]:
    """The middle coefficient and those to one side of it; all of them together sum to one."""
    half = _TAPS // 2
    cutoff = _CUTOFF_HZ / rate
    sinc = [2 * cutoff] + [math.sin(2 * math.pi * cutoff * n) / (math.pi * n) for n in range(1, half + 1)]
    window = [0.54 + 0.46 * math.cos(math.pi * n / half) for n in range(half + 1)]
    taps = list(map(operator.mul, sinc, window))
    gain = taps[0] + 2 * sum(taps[1:])
    return [tap / gain for tap in taps]
