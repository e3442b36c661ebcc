"""Two raw tracks become one stereo WAV, second by second, and what is missing in them is found. Blocks.

The rule: a frame of zeros was never recorded (a hole in a sparse file reads as zeros). In the WAV it is
silence; holes as long as `GAP_MS_MIN` are stated. The WAV holds µ-law (format 7), which browsers and players
know and which is half the size of linear samples. RIFF layout: Microsoft's "Multiple Channel Audio Data".
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from callcenter.media.audio import FRAME_BYTES, FRAME_MS, FRAMES_A_SECOND, RATE, SILENCE, UNHEARD

GAP_MS_MIN = 200
Gaps = tuple[tuple[int, int], ...]

_BLOCK_FRAMES = FRAMES_A_SECOND
_HEADER = struct.Struct("<4sI4s 4sIHHIIHHH 4sII 4sI")
_ULAW = 7


def gaps_and_wav(raws: Sequence[Path], wav: Path, length_ms: int) -> tuple[Gaps, Gaps]:
    """Write `wav` from (left, right); returns the gaps of each. The WAV appears whole or not at all."""
    frames = -(-length_ms // FRAME_MS)
    finders = (_GapFinder(), _GapFinder())
    fresh = wav.with_suffix(".wav.new")
    tracks = [raw.open("rb") if raw.exists() else None for raw in raws]
    try:
        with fresh.open("wb") as out:
            out.write(_header(frames * FRAME_BYTES))
            for start in range(0, frames, _BLOCK_FRAMES):
                count = min(_BLOCK_FRAMES, frames - start)
                out.write(_interleaved([_heard(*pair, count) for pair in zip(tracks, finders, strict=True)]))
            out.flush()
            os.fsync(out.fileno())
    finally:
        for track in tracks:
            if track is not None:
                track.close()
    fresh.replace(wav)
    return finders[0].gaps(length_ms), finders[1].gaps(length_ms)


def length_frames(raw: Path) -> int:
    """How many frames a raw track reaches to; 0 when there is none."""
    return raw.stat().st_size // FRAME_BYTES if raw.exists() else 0


def _heard(track: BinaryIO | None, finder: _GapFinder, count: int) -> bytes:
    """The next `count` frames of a track with silence in its holes."""
    block = track.read(count * FRAME_BYTES) if track is not None else b""
    block = block.ljust(count * FRAME_BYTES, b"\0")
    if UNHEARD not in block:
        finder.heard(count)
        return block
    frames = [block[n : n + FRAME_BYTES] for n in range(0, len(block), FRAME_BYTES)]
    for number, frame in enumerate(frames):
        if frame == UNHEARD:
            frames[number] = SILENCE
            finder.missed()
        else:
            finder.heard(1)
    return b"".join(frames)


def _interleaved(sides: Sequence[bytes]) -> bytes:
    both = bytearray(2 * len(sides[0]))
    both[0::2], both[1::2] = sides
    return bytes(both)


def _header(samples: int) -> bytes:
    size = 2 * samples
    return _HEADER.pack(
        b"RIFF", _HEADER.size - 8 + size, b"WAVE",
        b"fmt ", 18, _ULAW, 2, RATE, 2 * RATE, 2, 8, 0,
        b"fact", 4, samples,
        b"data", size,
    )  # fmt: skip


class _GapFinder:
    def __init__(self) -> None:
        self._position = 0
        self._missing_since: int | None = None
        self._gaps: list[tuple[int, int]] = []

    def heard(self, count: int) -> None:
        self._close()
        self._position += count

    def missed(self) -> None:
        if self._missing_since is None:
            self._missing_since = self._position
        self._position += 1

    def gaps(self, length_ms: int) -> Gaps:
        self._close()
        return tuple((start, min(end, length_ms)) for start, end in self._gaps)

    def _close(self) -> None:
        if self._missing_since is not None:
            gap = (self._missing_since * FRAME_MS, self._position * FRAME_MS)
            if gap[1] - gap[0] >= GAP_MS_MIN:
                self._gaps.append(gap)
            self._missing_since = None
