"""Where every sound comes from: a recorded file if there is one, our own music, or speech made of the text.

The rule: the same words in the same voice are made once. They are kept on disk under a name made of their
content, except what is `personal`, which stays in memory. All of it happens on one thread of its own (the
speech library is not thread-safe), what a caller waits for before what is only prepared.

A recorded file is a WAV in `data/sounds` or beside this module: `NAME.LANGUAGE.wav` before `NAME.wav`.
"""

from __future__ import annotations

import asyncio
import audioop
import hashlib
import os
import re
import wave
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from callcenter.cti.provider import Say
from callcenter.media import music, speech
from callcenter.media.audio import framed, narrowed

MEMORY_BYTES_MAX = 64 * 1024 * 1024
PREPARED_MAX = 5000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OWN = {"music": music.music, "ringback": music.ringback}
_PACKAGED = Path(__file__).parent / "sounds"

_log = structlog.get_logger(__name__)


class SoundMissing(Exception):
    """A recorded file is named that is not there and has no text to fall back on."""


class Sounds:
    """All sounds as µ-law bytes in whole frames."""

    def __init__(self, data: Path) -> None:
        self._recorded = data / "sounds"
        self._cache = data / "prompts"
        self._voice: speech.Voice | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sounds")
        self._memory: OrderedDict[Say, asyncio.Future[bytes]] = OrderedDict()
        self._memory_bytes = 0
        self._ahead: deque[Say] = deque(maxlen=PREPARED_MAX)

    def get(self, say: Say) -> asyncio.Future[bytes]:
        """The sound of this, soon; it is empty when it can't be had, and the log says why."""
        known = self._memory.get(say)
        if known is not None:
            self._memory.move_to_end(say)
            return known
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._make, say)
        self._memory[say] = future
        future.add_done_callback(lambda done: self._made(say, done))
        return future

    def prepare(self, says: Sequence[Say]) -> None:
        """Make these when nothing more urgent is to be made."""
        idle = not self._ahead
        self._ahead.extend(says)
        if idle and self._ahead:
            self._next_ahead()

    def close(self) -> None:
        self._ahead.clear()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _next_ahead(self) -> None:
        """One at a time, so that an urgent one never waits behind more than one."""
        while self._ahead:
            say = self._ahead[0]
            if say not in self._memory:
                self.get(say).add_done_callback(self._one_ahead_made)
                return
            self._ahead.popleft()

    def _one_ahead_made(self, _: asyncio.Future[bytes]) -> None:
        if self._ahead:
            self._ahead.popleft()
            self._next_ahead()

    def _made(self, say: Say, future: asyncio.Future[bytes]) -> None:
        if future.cancelled() or not future.result():  # what failed is tried again next time
            self._memory.pop(say, None)
            return
        self._memory_bytes += len(future.result())
        while self._memory_bytes > MEMORY_BYTES_MAX:
            oldest, dropped = next(iter(self._memory.items()))
            if not dropped.done():
                return
            del self._memory[oldest]
            self._memory_bytes -= len(dropped.result())

    def _make(self, say: Say) -> bytes:
        """On the thread. Whatever goes wrong here costs one prompt, never the call: hence the broad except."""
        try:
            return self._from_file(say.file, say.language) if say.file else self._spoken(say)
        except SoundMissing:
            if say.text:
                return self._make(Say(say.text, say.language, personal=say.personal))
            _log.error("sound_missing", file=say.file)
        except Exception as error:
            _log.error("sound_failed", file=say.file, reason=type(error).__name__, exc_info=not say.personal)
        return b""

    def _from_file(self, name: str, language: str) -> bytes:
        if not _NAME.fullmatch(name):
            raise SoundMissing(name)
        for folder in (self._recorded, _PACKAGED):
            for file in (folder / f"{name}.{language}.wav", folder / f"{name}.wav"):
                if file.exists():
                    return _read_wav(file)
        if name not in _OWN:
            raise SoundMissing(name)
        return self._cached(f"{name}-{speech.VERSION}", _OWN[name])

    def _spoken(self, say: Say) -> bytes:
        if say.personal:
            return self._speak(say)
        voice = f"{speech.VERSION}\0{speech.WORDS_A_MINUTE}\0{say.language}\0{say.text}"
        return self._cached(hashlib.sha256(voice.encode()).hexdigest()[:32], lambda: self._speak(say))

    def _speak(self, say: Say) -> bytes:
        if self._voice is None:
            self._voice = speech.Voice()
        return self._voice.speak(say.text, say.language)

    def _cached(self, name: str, make: music.Maker) -> bytes:
        file = self._cache / f"{name}.ulaw"
        try:
            return file.read_bytes()
        except FileNotFoundError:
            sound = make()
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(sound)
            fresh.replace(file)
        except OSError as error:  # a full disk costs the next process some milliseconds, no more
            _log.warning("prompt_not_kept", reason=error.strerror)
        return sound


def _read_wav(file: Path) -> bytes:
    with wave.open(str(file)) as recording:
        pcm = recording.readframes(recording.getnframes())
        width, channels, rate = recording.getsampwidth(), recording.getnchannels(), recording.getframerate()
    if width == 1:
        pcm = audioop.bias(pcm, 1, -128)  # 8-bit WAV is unsigned
    if channels == 2:
        pcm = audioop.tomono(pcm, width, 0.5, 0.5)
    return framed(narrowed(audioop.lin2lin(pcm, width, 2), rate))
