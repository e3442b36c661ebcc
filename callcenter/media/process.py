"""The service's care for the media process: there is always one, and it outlives us.

The rule: it is started in a session of its own, so neither our end nor a key in our terminal reaches it. One
that is already there (of an earlier life of the service) is taken as it is. One that has died is replaced
within `CHECK_SECONDS` and the time it takes to start; one that can't start says why.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from callcenter.errors import UserError
from callcenter.media.lock import Holder, holder

CHECK_SECONDS = 0.25
START_SECONDS_MAX = 15.0
STOP_SECONDS_MAX = 15.0
BACK_OFF_SECONDS_MAX = 10.0
LOG = "media.log"
LOG_BYTES_MAX = 10 * 1024 * 1024

_log = structlog.get_logger(__name__)


class MediaProcess:
    """`command` starts a media process on `data` and stays in the foreground; `environment`: not only ours."""

    def __init__(
        self, command: Sequence[str], data: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._command = tuple(command)
        self._data = data
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def holder(self) -> Holder | None:
        """The process that lives now, ours or an earlier service's."""
        return holder(self._data)

    async def start(self) -> Holder:
        """Have one that phones can connect to. Raises UserError with what it said if it can't start."""
        if self.holder is None:
            self._spawn()
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                while not ((found := self.holder) and found.port):
                    if self._child is not None and self._child.poll() is not None and self.holder is None:
                        raise UserError(*self._last_words())
                    await asyncio.sleep(CHECK_SECONDS / 5)
        except TimeoutError:
            raise UserError(
                "The media process did not get ready in time.", f"{self._data / LOG} may say why."
            ) from None
        return found

    async def keep(self) -> None:
        """Replace it whenever it dies, until cancelled. It lives on when this ends."""
        back_off = CHECK_SECONDS
        while True:
            await asyncio.sleep(back_off)
            if self._child is not None:
                self._child.poll()  # so that a dead child is not kept as a zombie
            if self.holder is not None:
                back_off = CHECK_SECONDS
                continue
            _log.error("media_died")
            try:
                found = await self.start()
                _log.info("media_restarted", pid=found.pid)
            except UserError as error:
                back_off = min(2 * back_off, BACK_OFF_SECONDS_MAX)
                _log.error("media_not_started", reason=error.what)

    async def stop(self) -> None:
        """End it, gently: pages come back to the next one, and recordings go on there."""
        found = self.holder
        if found is None:
            return
        os.kill(found.pid, signal.SIGTERM)
        async with asyncio.timeout(STOP_SECONDS_MAX):
            while self.holder is not None:  # noqa: ASYNC110  another process's lock makes no event
                await asyncio.sleep(CHECK_SECONDS / 5)
        if self._child is not None:
            self._child.poll()

    def _spawn(self) -> None:
        self._data.mkdir(mode=0o711, parents=True, exist_ok=True)
        log = self._data / LOG
        if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as out:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=self._environment,
            )

    def _last_words(self) -> tuple[str, str]:
        lines = (self._data / LOG).read_text(errors="replace").split("\n")
        what, remedy = (["", ""] + [line.strip() for line in lines if line.strip()])[-2:]
        return f"The media process can't start: {what}", f"{remedy} {self._data / LOG} has the rest."
