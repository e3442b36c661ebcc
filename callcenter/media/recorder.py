"""Recordings: what two legs said, each at its place in time, from the bridge to its end, across our crashes.

The rule: a recording is two raw files of µ-law frames in which a frame's position *is* its time since the
start, and one JSON file that says how it stands. So nothing has to be right in memory: whoever comes after
kill -9 goes on at the present position, and what is missing shows as frames of zeros. At the end both become
one stereo WAV (caller left, agent right) with silence in the gaps, and the gaps are stated.

    recordings/2026-11-23/17-4f1c.json          state: open → closed → told (the service has it)
                         17-4f1c.caller.ulaw    while open
                         17-4f1c.agent.ulaw
                         17-4f1c.wav            once closed

No recording is ever removed here to make room: beyond the limit new ones are refused.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from callcenter.facts import LegId
from callcenter.media.audio import FRAME_BYTES, FRAME_MS
from callcenter.media.stereo import Gaps, gaps_and_wav, length_frames

BUFFERED_FRAMES = 10
"""written together; as much is lost by kill -9"""
ANCHOR_FRAMES_MAX = 25
"""a sender whose clock strays this far from ours is set right"""
WARN_SHARE = 0.9
SIDES = ("caller", "agent")

_log = structlog.get_logger(__name__)


class RecordingRefused(Exception):
    """No recording can be made; the reason is for the history."""


class Status(Struct, frozen=True):
    """What the JSON file holds."""

    recording: int
    state: str
    caller_leg: LegId
    agent_leg: LegId
    started_at: int
    """milliseconds since 1970"""
    length_ms: int = 0
    caller_gaps: Gaps = ()
    agent_gaps: Gaps = ()

    @property
    def gaps(self) -> Gaps:
        """Where either side is missing, (from, to) in milliseconds, ascending."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(self.caller_gaps + self.agent_gaps):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)


class Recording:
    """One that is being made."""

    def __init__(self, stem: Path, status: Status, now_ms: Callable[[], int]) -> None:
        self.stem = stem
        self.status = status
        self.bytes_written = 0
        self._now_ms = now_ms
        self._tracks = {side: _Track(_raw(stem, side)) for side in SIDES}

    def write(self, side: str, frame: bytes, chunk: int) -> None:
        """Put one frame at its place. Raises OSError when the disk does not take it."""
        now = (self._now_ms() - self.status.started_at) // FRAME_MS
        self.bytes_written += self._tracks[side].write(frame, chunk, now)

    def end(self) -> Status:
        """Close the files; returns how long it was."""
        length = max(0, self._now_ms() - self.status.started_at)
        for track in self._tracks.values():
            track.close()
        return msgspec.structs.replace(self.status, length_ms=length)


class Recorder:
    """All recordings of one data directory. The methods that say so block: call them in a thread."""

    def __init__(self, folder: Path, max_bytes: int, now_ms: Callable[[], int]) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._now_ms = now_ms
        self._bytes = 0
        self._warned = False
        self.left: dict[int, Path] = {}
        """recordings that an earlier life of this process left open, by number"""
        self.untold: list[Status] = []
        """closed, but the service may not know"""

    def load(self) -> None:
        """Find what is there. Blocks."""
        for file in sorted(self._folder.glob("*/*")):
            self._bytes += file.stat().st_size if file.exists() else 0
            if file.suffix != ".json":
                continue
            status = _read(file)
            if status is None:
                continue
            if status.state == "open":
                self.left[status.recording] = file.with_suffix("")
            else:
                for side in SIDES:  # the WAV is whole: we were killed just before this
                    _raw(file.with_suffix(""), side).unlink(missing_ok=True)
                if status.state == "closed":
                    self.untold.append(status)

    def start(self, recording: int, caller_leg: LegId, agent_leg: LegId) -> Recording:
        """Begin, or go on with what was left open. Raises RecordingRefused."""
        stem = self.left.pop(recording, None)
        if stem is not None and (status := self.status(stem)) is not None:
            return Recording(stem, status, self._now_ms)
        self._check_room()
        started_at = self._now_ms()
        day = datetime.fromtimestamp(started_at / 1000, UTC).date().isoformat()
        name = re.sub(r"[^A-Za-z0-9]+", "-", caller_leg.removeprefix("browser:"))[:64]
        stem = self._folder / day / f"{recording}-{name}"
        status = Status(recording, "open", caller_leg, agent_leg, started_at)
        try:
            stem.parent.mkdir(parents=True, exist_ok=True)
            _write(stem, status)
            return Recording(stem, status, self._now_ms)
        except OSError as error:
            raise RecordingRefused(why(error)) from error

    def status(self, stem: Path) -> Status | None:
        return _read(stem.with_suffix(".json"))

    def close(self, stem: Path, status: Status) -> Status:
        """Make the WAV of an ended recording. Blocks. Raises OSError; then the raw files stay."""
        raws = [_raw(stem, side) for side in SIDES]
        if not status.length_ms:  # left by a crash: as long as the longer side
            status = msgspec.structs.replace(status, length_ms=max(map(length_frames, raws)) * FRAME_MS)
        caller_gaps, agent_gaps = gaps_and_wav(raws, stem.with_suffix(".wav"), status.length_ms)
        status = msgspec.structs.replace(
            status, state="closed", caller_gaps=caller_gaps, agent_gaps=agent_gaps
        )
        _write(stem, status)
        self._bytes += stem.with_suffix(".wav").stat().st_size
        for raw in raws:
            raw.unlink(missing_ok=True)
        return status

    def told(self, recording: int) -> None:
        """The service has the end of this recording. Blocks a little."""
        for file in self._folder.glob(f"*/{recording}-*.json"):
            status = _read(file)
            if status is not None and status.state == "closed":
                _write(file.with_suffix(""), msgspec.structs.replace(status, state="told"))

    def _check_room(self) -> None:
        if self._bytes >= self._max_bytes:
            _log.error("recordings_over_limit", bytes=self._bytes, bytes_max=self._max_bytes)
            raise RecordingRefused("disk limit")
        if self._bytes >= WARN_SHARE * self._max_bytes and not self._warned:
            self._warned = True
            _log.warning("recordings_near_limit", bytes=self._bytes, bytes_max=self._max_bytes)


def wav_of(data: Path, recording: int) -> Path | None:
    """The finished WAV of a recording, None if there is none (yet)."""
    found = (data / "recordings").glob(f"*/{recording}-*.wav")
    return max(found, key=lambda file: file.stat().st_mtime, default=None)


def why(error: OSError) -> str:
    """The reason for the history; what exactly happened goes to the log."""
    _log.error("recording_failed", reason=error.strerror)
    return "disk full" if error.errno in {28, 122} else "disk error"  # ENOSPC, EDQUOT


def steady_wall() -> Callable[[], int]:
    """The wall's time as it is now, in milliseconds, and from then on without its jumps: a frame's place in a
    recording is its time, so a wall clock that is set would put an hour of silence into it, or lose one."""
    ahead_ns = time.time_ns() - time.monotonic_ns()
    return lambda: (time.monotonic_ns() + ahead_ns) // 1_000_000


class _Track:
    """One side: frames at their positions, some of them gathered before they are written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        self._anchor: int | None = None
        self._run = bytearray()
        self._run_start = 0

    def write(self, frame: bytes, chunk: int, now: int) -> int:
        """`chunk` counts the sender's frames, `now` ours. Returns how many bytes went to the disk."""
        if self._anchor is None or abs(self._anchor + chunk - now) > ANCHOR_FRAMES_MAX:
            self._anchor = now - chunk
        position = self._anchor + chunk
        if position < 0:
            return 0
        written = 0
        if position != self._run_start + len(self._run) // FRAME_BYTES:
            written = self._flush()
            self._run_start = position
        self._run += frame
        if len(self._run) >= BUFFERED_FRAMES * FRAME_BYTES:
            written += self._flush()
        return written

    def close(self) -> None:
        try:
            self._flush()
        finally:
            os.close(self._file)

    def _flush(self) -> int:
        run, start = self._run, self._run_start
        if not run:
            return 0
        self._run, self._run_start = bytearray(), start + len(run) // FRAME_BYTES
        return os.pwrite(self._file, run, start * FRAME_BYTES)


def _raw(stem: Path, side: str) -> Path:
    return stem.with_suffix(f".{side}.ulaw")


def _read(file: Path) -> Status | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Status)
    except (OSError, msgspec.DecodeError) as error:
        _log.error("recording_unreadable", file=file.name, reason=type(error).__name__)
        return None


def _write(stem: Path, status: Status) -> None:
    fresh = stem.with_suffix(".json.new")
    with fresh.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(status), indent=1))
        if (
            status.state != "open"
        ):  # a beginning is written on the event loop, and its number is in the journal
            file.flush()
            os.fsync(file.fileno())
    fresh.replace(stem.with_suffix(".json"))
