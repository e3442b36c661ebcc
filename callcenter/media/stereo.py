"""Raw voices become one stereo WAV, second by second, and what is missing in them is found. Blocks.

The rule: a frame of zeros was never recorded (a hole in a sparse file reads as zeros). Outside a voice's spans
there is nothing of it, whatever its file holds; inside them holes as long as `GAP_MS_MIN` are stated. Voices of
one side are added. The WAV holds µ-law (format 7), which browsers and players know and which is half the size of
linear samples. RIFF layout: Microsoft's "Multiple Channel Audio Data".
"""

from __future__ import annotations

import audioop
import os
import struct
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from callcenter.media.audio import (
    FRAME_BYTES,
    FRAME_MS,
    FRAMES_A_SECOND,
    RATE,
    SILENCE,
    UNHEARD,
    to_pcm,
    to_ulaw,
)

GAP_MS_MIN = 200
Gaps = tuple[tuple[int, int], ...]

_BLOCK_FRAMES = FRAMES_A_SECOND
_HEADER = struct.Struct("<4sI4s 4sIHHIIHHH 4sII 4sI")
_ULAW = 7


class Voice(Struct, frozen=True):
    """One raw file. A file that is not there is all hole."""

    raw: Path
    right: bool
    spans: Gaps
    """(from, to) in milliseconds, ascending: when it belongs into the recording"""


def gaps_and_wav(voices: Sequence[Voice], wav: Path, length_ms: int) -> Gaps:
    """Write `wav`; returns where a voice is missing. The WAV appears whole or not at all."""
    frames = -(-length_ms // FRAME_MS)
    fresh = wav.with_suffix(".wav.new")
    with ExitStack() as stack:
        out = stack.enter_context(fresh.open("wb"))
        readers = [
            _Reader(voice, stack.enter_context(voice.raw.open("rb")) if voice.raw.exists() else None)
            for voice in voices
        ]
        out.write(_header(frames * FRAME_BYTES))
        for start in range(0, frames, _BLOCK_FRAMES):
            count = min(_BLOCK_FRAMES, frames - start)
            heard = [(reader.right, reader.read(start, count)) for reader in readers]
            left, right = (
                _added([block for side, block in heard if side is right and block is not None], count)
                for right in (False, True)
            )
            out.write(_interleaved(left, right))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(wav)
    return _merged([gap for reader in readers for gap in reader.gaps(length_ms)])


def length_frames(raw: Path) -> int:
    """How many frames a raw file reaches to; 0 when there is none."""
    return raw.stat().st_size // FRAME_BYTES if raw.exists() else 0


class _Reader:
    """One voice from its beginning to its end, with its losses."""

    def __init__(self, voice: Voice, file: BinaryIO | None) -> None:
        self.right = voice.right
        self._file = file
        self._spans = [(-(-start // FRAME_MS), end // FRAME_MS) for start, end in voice.spans]
        self._missing: list[tuple[int, int]] = []

    def read(self, start: int, count: int) -> bytes | None:
        """These frames, with silence where there is nothing of it; None: nothing at all."""
        block = self._file.read(count * FRAME_BYTES) if self._file is not None else b""
        inside = [
            (max(start, begin) - start, min(start + count, end) - start)
            for begin, end in self._spans
            if begin < start + count and end > start
        ]
        if not inside:
            return None
        block = block.ljust(count * FRAME_BYTES, b"\0")
        if inside == [(0, count)] and UNHEARD not in block:
            return block
        return self._patched(start, block, inside)

    def gaps(self, length_ms: int) -> list[tuple[int, int]]:
        long = [(start * FRAME_MS, min(end * FRAME_MS, length_ms)) for start, end in self._missing]
        return [gap for gap in long if gap[1] - gap[0] >= GAP_MS_MIN]

    def _patched(self, start: int, block: bytes, inside: list[tuple[int, int]]) -> bytes | None:
        patched = [SILENCE] * (len(block) // FRAME_BYTES)
        any_heard = False
        for begin, end in inside:
            for number in range(begin, end):
                frame = block[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]
                if frame == UNHEARD:
                    self._miss(start + number)
                else:
                    patched[number] = frame
                    any_heard = True
        return b"".join(patched) if any_heard else None

    def _miss(self, position: int) -> None:
        if self._missing and self._missing[-1][1] == position:
            self._missing[-1] = (self._missing[-1][0], position + 1)
        else:
            self._missing.append((position, position + 1))


def _added(blocks: Sequence[bytes], count: int) -> bytes:
    if not blocks:
        return SILENCE * count
    if len(blocks) == 1:
        return blocks[0]
    total = to_pcm(blocks[0])
    for block in blocks[1:]:
        total = audioop.add(total, to_pcm(block), 2)
    return to_ulaw(total)


def _merged(gaps: Sequence[tuple[int, int]]) -> Gaps:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(gaps):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _interleaved(left: bytes, right: bytes) -> bytes:
    both = bytearray(2 * len(left))
    both[0::2], both[1::2] = left, right
    return bytes(both)


def _header(samples: int) -> bytes:
    size = 2 * samples
    return _HEADER.pack(
        b"RIFF", _HEADER.size - 8 + size, b"WAVE",
        b"fmt ", 18, _ULAW, 2, RATE, 2 * RATE, 2, 8, 0,
        b"fact", 4, samples,
        b"data", size,
    )  # fmt: skip
