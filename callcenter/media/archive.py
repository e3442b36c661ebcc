"""Recordings seen from the event loop: begun and ended here, closed on a thread, reported when they are safe.

The rule: every recording number that a bridge named is answered by RecordingClosed or RecordingFailed exactly once,
whatever happens to this process in between; an answer that was not acknowledged is given again. A number that
has its answer is used up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from callcenter.facts import LegId, RecordingClosed, RecordingFailed
from callcenter.media.recorder import AlreadyClosed, Recorder, RecordingRefused, steady_wall, stem_name, why
from callcenter.media.recording import Recording, Status

Report = Callable[[RecordingClosed | RecordingFailed], None]

_log = structlog.get_logger(__name__)


class Archive:
    def __init__(self, data: Path, max_bytes: int, report: Report) -> None:
        self._recorder = Recorder(data / "recordings", max_bytes, steady_wall())
        self._report = report
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._begun: set[int] = set()
        """recordings that have had, or will have, their report from this life"""
        self._over: set[str] = set()
        """names of those that can't be continued"""
        self._closing: set[asyncio.Future[None]] = set()

    async def open(self) -> None:
        """Find what an earlier life left, and repeat what the service may not have heard."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._recorder.load)
        for name, status in self._recorder.untold.items():
            self._begun.add(status.recording)
            self._over.add(name)
            self._report(_closed(status))

    def start(self, recording: int, leg: LegId) -> Recording | None:
        """Begin or continue a recording; None if there can't be one, which is or was reported. `leg`: the same
        for all its talks."""
        name = stem_name(recording, leg)
        self._begun.add(recording)
        try:
            if name in self._over:
                raise AlreadyClosed
            return self._recorder.start(recording, leg)
        except AlreadyClosed:
            _log.error("recording_is_over", recording=recording)
        except RecordingRefused as error:
            self._fail(name, recording, str(error))
        return None

    def missed(self, recording: int, leg: LegId) -> None:
        """This recording was wanted when there was nobody to record any more."""
        if recording not in self._begun and recording not in self._recorder.left:
            self._begun.add(recording)
            self._fail(stem_name(recording, leg), recording, "leg ended")

    def end(self, recording: Recording) -> None:
        self._over.add(recording.stem.name)
        try:
            status = recording.end()
        except OSError as error:
            self.failed(recording, error)
            return
        self._close(recording.stem, status)

    def leave(self, recording: Recording) -> None:
        """Written as far as it goes; our next life continues it, or ends it where it broke off."""
        try:
            recording.close()
        except OSError as error:
            why(error)

    def failed(self, recording: Recording, error: OSError) -> None:
        """What was recorded so far stays where it is."""
        self._fail(recording.stem.name, recording.number, why(error))

    def close_left(self) -> None:
        """Whatever an earlier life left open and nobody has continued ends where it broke off."""
        while self._recorder.left:
            recording, stem = self._recorder.left.popitem()
            self._begun.add(recording)
            self._over.add(stem.name)
            status = self._recorder.status(stem)
            if status is not None:
                _log.info("recording_found_open", recording=recording)
                self._close(stem, status)

    def told(self, recording: int) -> None:
        self._in_thread(self._recorder.told, recording)

    async def close(self) -> None:
        """When every recording that has ended is a whole file."""
        while self._closing:
            await asyncio.wait(self._closing)
        self._thread.shutdown()

    def _fail(self, name: str, recording: int, reason: str) -> None:
        self._over.add(name)
        self._report(RecordingFailed(recording, reason))

    def _close(self, stem: Path, status: Status) -> None:
        def closed(done: asyncio.Future[Status]) -> None:
            error = done.exception()
            if error is None:
                self._report(_closed(done.result()))
            elif isinstance(error, OSError):
                self._fail(stem.name, status.recording, why(error))

        self._in_thread(self._recorder.close, stem, status).add_done_callback(closed)

    def _in_thread(self, work: Callable[..., object], *arguments: object) -> asyncio.Future:  # type: ignore[type-arg]
        future = asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
        self._closing.add(future)  # type: ignore[arg-type]
        future.add_done_callback(self._closing.discard)
        return future


def _closed(status: Status) -> RecordingClosed:
    return RecordingClosed(status.recording, status.length_ms, status.gaps)
