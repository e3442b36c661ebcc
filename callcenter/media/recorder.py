"""Recordings: what the legs of a talk said, each at its place in time, across our crashes.

The rule: a recording is raw files (`recording`) and one JSON file that says how it stands. At the end they become
one stereo WAV (customer's side left, staff right) with silence where nothing was recorded; what is a loss, and
what is a pause that somebody wanted, is stated.

    recordings/2026-11-23/17-4f1c.json      state: open → closed → told (the service has it)
                         17-4f1c.1.ulaw     one for each leg that talked, while open
                         17-4f1c.2.ulaw
                         17-4f1c.wav        once closed

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
from msgspec.structs import replace

from callcenter.facts import LegId
from callcenter.media import stereo
from callcenter.media.audio import FRAME_MS
from callcenter.media.recording import Recording, Spans, Status, read

WARN_SHARE = 0.9

_log = structlog.get_logger(__name__)


class RecordingRefused(Exception):
    """No recording can be made; the reason is for the history."""


class AlreadyClosed(Exception):
    """This recording has its end: it can't be continued, and its report is made."""


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
        self.untold: dict[str, Status] = {}
        """closed, but the service may not know, by the name of its files"""

    def load(self) -> None:
        """Find what is there. Blocks."""
        for file in sorted(self._folder.glob("*/*")):
            self._bytes += file.stat().st_size if file.exists() else 0
            if file.suffix != ".json":
                continue
            status = _read(file)
            if status is None:
                continue
            stem = file.with_suffix("")
            if status.state == "open":
                self.left[status.recording] = stem
            else:
                for raw in status.raws(stem):  # the WAV is whole: we were killed just before this
                    raw.unlink(missing_ok=True)
                if status.state == "closed":
                    self.untold[stem.name] = status

    def start(self, recording: int, leg: LegId) -> Recording:
        """Begin, or go on with what was left open; `leg` lends the file its name.

        Raises RecordingRefused, AlreadyClosed."""
        stem = self.left.pop(recording, None)
        if stem is not None and (status := self.status(stem)) is not None:
            return Recording(stem, status, self._now_ms, _write)
        self._check_room()
        started_at = self._now_ms()
        day = datetime.fromtimestamp(started_at / 1000, UTC).date().isoformat()
        stem = self._folder / day / stem_name(recording, leg)
        if stem.with_suffix(".json").exists():
            raise AlreadyClosed
        status = Status(recording, "open", started_at, tracks=())
        try:
            stem.parent.mkdir(parents=True, exist_ok=True)
            _write(stem, status)
        except OSError as error:
            raise RecordingRefused(why(error)) from error
        return Recording(stem, status, self._now_ms, _write)

    def status(self, stem: Path) -> Status | None:
        return _read(stem.with_suffix(".json"))

    def close(self, stem: Path, status: Status) -> Status:
        """Make the WAV of an ended recording. Blocks. Raises OSError; then the raw files stay."""
        raws = status.raws(stem)
        if not status.length_ms:  # left by a crash: as long as the longest voice
            status = replace(status, length_ms=max(map(stereo.length_frames, raws), default=0) * FRAME_MS)
        tracks = tuple(replace(track, spans=_ended(track.spans, status.length_ms)) for track in status.tracks)
        voices = [
            stereo.Voice(raw, track.staff, track.spans)  # type: ignore[arg-type]
            for raw, track in zip(raws, tracks, strict=True)
        ]
        gaps = stereo.gaps_and_wav(voices, stem.with_suffix(".wav"), status.length_ms)
        pauses = _ended(status.pauses, status.length_ms)
        status = replace(status, state="closed", tracks=tracks, pauses=pauses, gaps=gaps)
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
                _write(file.with_suffix(""), replace(status, state="told"))

    def _check_room(self) -> None:
        if self._bytes >= self._max_bytes:
            _log.error("recordings_over_limit", bytes=self._bytes, bytes_max=self._max_bytes)
            raise RecordingRefused("disk limit")
        if self._bytes >= WARN_SHARE * self._max_bytes and not self._warned:
            self._warned = True
            _log.warning("recordings_near_limit", bytes=self._bytes, bytes_max=self._max_bytes)


def stem_name(recording: int, leg: LegId) -> str:
    """Of a recording's files. The number alone would not do: a restored backup counts on from an earlier one."""
    return f"{recording}-{re.sub(r'[^A-Za-z0-9]+', '-', leg.removeprefix('browser:'))[:64]}"


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


def _ended(spans: Spans, length_ms: int) -> Spans:
    """What goes on ends with the recording, whose last frame counts whole."""
    if not spans or spans[-1][1] is not None:
        return spans
    return (*spans[:-1], (spans[-1][0], -(-length_ms // FRAME_MS) * FRAME_MS))


def _read(file: Path) -> Status | None:
    try:
        return read(file)
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
