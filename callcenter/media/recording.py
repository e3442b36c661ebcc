"""One recording while it is made: a raw file of µ-law frames for each leg that talks, and how it stands.

The rule: a frame's position in its file *is* its time since the start, so nothing has to be right in memory:
whoever comes after kill -9 goes on at the present position, and what is missing shows as frames of zeros. When
a leg talked and was recorded is written down before it counts (`Track.spans`, `Status.pauses`); outside its
spans nothing of a leg is ever written, not even a frame that was said there and came later.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from callcenter.facts import LegId, Member
from callcenter.media.audio import FRAME_BYTES, FRAME_MS
from callcenter.media.stereo import Gaps

BUFFERED_FRAMES = 10
"""written together; as much is lost by kill -9"""
ANCHOR_FRAMES_MAX = 25
"""a sender whose clock strays this far from ours is set right"""

Spans = tuple[tuple[int, int | None], ...]
"""(from, to) in milliseconds since the start; None: it goes on"""


class Track(Struct, frozen=True):
    """One leg's voice."""

    leg: LegId
    staff: bool
    """right; False: the customer's side, left"""
    file: str
    """the raw file is called STEM.FILE.ulaw"""
    spans: Spans = ()
    """when it talked and was recorded: what is missing there is a loss"""

    @property
    def is_open(self) -> bool:
        return bool(self.spans) and self.spans[-1][1] is None


class Status(Struct, frozen=True):
    """What the JSON file holds."""

    recording: int
    state: str
    started_at: int
    """milliseconds since 1970"""
    length_ms: int = 0
    tracks: tuple[Track, ...] = (
        Track("", staff=False, file="caller", spans=((0, None),)),
        Track("", staff=True, file="agent", spans=((0, None),)),
    )
    """as given here: what a recording of release 0.1 has, which knew two people who always talk"""
    pauses: Spans = ()
    """when nobody was to be recorded: no loss, somebody wanted it so"""
    gaps: Gaps = ()
    """where somebody who talked is missing, (from, to) in milliseconds, ascending; known at the end"""

    def raw(self, stem: Path, track: Track) -> Path:
        return stem.with_suffix(f".{track.file}.ulaw")

    def raws(self, stem: Path) -> list[Path]:
        return [self.raw(stem, track) for track in self.tracks]


class Recording:
    """`keep` writes the status down before what it says counts."""

    def __init__(
        self, stem: Path, status: Status, now_ms: Callable[[], int], keep: Callable[[Path, Status], None]
    ) -> None:
        self.stem = stem
        self.status = status
        self._now_ms = now_ms
        self._keep = keep
        self._raws: dict[LegId, _Raw] = {}
        self._talking: dict[LegId, _Raw] = {}

    @property
    def number(self) -> int:
        return self.status.recording

    def arrange(self, talking: Sequence[Member], paused: bool) -> None:
        """From now on these are recorded; nobody while it is paused. Raises OSError."""
        now = self._elapsed_ms()
        wanted = {} if paused else {member.leg: member for member in talking}
        tracks = [_switched(track, track.leg in wanted, now) for track in self.status.tracks]
        known = {track.leg for track in tracks}
        for leg, member in wanted.items():
            if leg not in known:
                tracks.append(Track(leg, member.staff, str(len(tracks) + 1), ((now, None),)))
        changed = replace(self.status, tracks=tuple(tracks), pauses=_switch(self.status.pauses, paused, now))
        if changed != self.status:
            self._keep(self.stem, changed)
            self.status = changed
        self._open()

    def write(self, leg: LegId, frame: bytes, chunk: int) -> None:
        """Put one frame at its place, if this leg is recorded now. Raises OSError."""
        raw = self._talking.get(leg)
        if raw is not None:
            raw.write(frame, chunk, self._elapsed_ms() // FRAME_MS)

    def end(self) -> Status:
        """Close the files; returns how long it was. Raises OSError."""
        length = max(0, self._elapsed_ms())
        self.close()
        return replace(self.status, length_ms=length)

    def close(self) -> None:
        """Everything said so far is in the files, which can be gone on with. Raises OSError."""
        for raw in self._raws.values():
            raw.close()

    def _open(self) -> None:
        talking: dict[LegId, _Raw] = {}
        for track in self.status.tracks:
            since = track.spans[-1][0] if track.spans else 0
            if track.is_open:
                raw = self._raws.get(track.leg)
                if raw is None:
                    raw = self._raws[track.leg] = _Raw(self.status.raw(self.stem, track))
                raw.since = -(-since // FRAME_MS)
                talking[track.leg] = raw
        for leg in self._talking.keys() - talking.keys():
            self._raws[leg].flush()
        self._talking = talking

    def _elapsed_ms(self) -> int:
        return self._now_ms() - self.status.started_at


def _switched(track: Track, on: bool, now: int) -> Track:
    return replace(track, spans=_switch(track.spans, on, now))


def _switch(spans: Spans, on: bool, now: int) -> Spans:
    is_on = bool(spans) and spans[-1][1] is None
    if on == is_on:
        return spans
    return (*spans, (now, None)) if on else (*spans[:-1], (spans[-1][0], now))


class _Raw:
    """One leg's frames at their positions, some of them gathered before they are written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        self.since = 0
        """what was said before this frame is not for the recording"""
        self._anchor: int | None = None
        self._run = bytearray()
        self._run_start = 0

    def write(self, frame: bytes, chunk: int, now: int) -> None:
        """`chunk` counts the sender's frames, `now` ours."""
        if self._anchor is None or abs(self._anchor + chunk - now) > ANCHOR_FRAMES_MAX:
            self._anchor = now - chunk
        position = self._anchor + chunk
        if position < self.since:
            return
        if position != self._run_start + len(self._run) // FRAME_BYTES:
            self.flush()
            self._run_start = position
        self._run += frame
        if len(self._run) >= BUFFERED_FRAMES * FRAME_BYTES:
            self.flush()

    def flush(self) -> None:
        run, start = self._run, self._run_start
        if run:
            self._run, self._run_start = bytearray(), start + len(run) // FRAME_BYTES
            os.pwrite(self._file, run, start * FRAME_BYTES)

    def close(self) -> None:
        try:
            self.flush()
        finally:
            os.close(self._file)


def read(file: Path) -> Status:
    """Raises OSError or msgspec.DecodeError."""
    return msgspec.json.decode(file.read_bytes(), type=Status)
