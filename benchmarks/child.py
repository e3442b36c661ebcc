"""A process beside a benchmark, spoken to line by line: asked on its standard input, it answers on its output."""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Child:
    def __init__(self, process: Process) -> None:
        self._process = process
        # What clock_getcpuclockid(3) makes of a process: its CPU clock, finer than the ticks in /proc.
        self._clock = (~process.pid << 3) | 2

    async def said(self) -> str:
        """The next line. Raises AssertionError when the process has ended instead."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "a process of the benchmark ended; see above"
        return line.decode().strip()

    async def ask(self, line: bytes) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        return await self.said()

    def cpu_seconds(self) -> float:
        """Used so far, by it alone."""
        return time.clock_gettime(self._clock)


@asynccontextmanager
async def child(module: str) -> AsyncIterator[Child]:
    """Ends when its standard input does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, limit=2**20
    )
    try:
        yield Child(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
