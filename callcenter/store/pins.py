"""Callers' PINs: guessed at most PIN_FAILURES_MAX times in a row, and nowhere to be read.

A PIN is stored as an HMAC-SHA256 under a key that lies outside the database, so neither alone betrays it. The
counter of a customer's tries rises in the database *before* the comparison: many calls at once, or a process
that dies in between, win no further guess. Only the right PIN sets it back. The digits themselves reach no
statement, log or exception. Tries are counted one by one; counters that go back to nought at once go together.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from callcenter.errors import UserError
from callcenter.facts import PinResult
from callcenter.store.database import Connection, Pool
from callcenter.store.gathered import Gathered
from callcenter.store.statements import statements

SQL = statements("customers")

PIN_FAILURES_MAX = 5
KEY_FILE = "pin.key"
KEY_BYTES = 32
KEY_CHARACTERS_MIN = 32

log = structlog.get_logger(__name__)


def pin_key(directory: Path, from_environment: str = "") -> bytes:
    """The key of all PINs: the one given in the environment, else the one in `directory`, made on first use.

    Raises UserError when it is too short, can't be read, or others than its owner may read it."""
    if from_environment:
        if len(from_environment) < KEY_CHARACTERS_MIN:
            raise UserError(
                "The key of the PINs in the environment is too short.",
                f"Give at least {KEY_CHARACTERS_MIN} random characters, e.g. from `openssl rand -hex 32`.",
            )
        return hashlib.sha256(from_environment.encode()).digest()
    path = directory / KEY_FILE
    try:
        return _read_key(path)
    except FileNotFoundError:
        _make_key(path)
        return _read_key(path)
    except OSError as error:
        raise UserError(f"The key of the PINs in {path} can't be used: {error.strerror}.", "") from error


class Pins:
    """Sets and checks the PINs of one centre's customers."""

    def __init__(self, pool: Pool, centre: int, key: bytes) -> None:
        self._pool = pool
        self._centre = centre
        self._key = key
        self._key_id = hashlib.sha256(b"key id" + key).digest()[:8]
        self._right = Gathered(self._reset)

    async def check(self, customer: int, digits: str) -> PinResult:
        """RIGHT, WRONG, or LOCKED: no try is left, there is no PIN, or it was made under another key."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(
                SQL.count_pin_attempt, self._centre, customer, self._key_id, PIN_FAILURES_MAX
            )
            if row is None:
                await self._tell_why_locked(connection, customer)
                return PinResult.LOCKED
        if not hmac.compare_digest(row["mac"], self._mac(customer, digits)):
            return PinResult.LOCKED if row["attempts"] >= PIN_FAILURES_MAX else PinResult.WRONG
        await self._right.ask(customer)
        return PinResult.RIGHT

    async def put(self, connection: Connection, customer: int, digits: str) -> None:
        """This is the customer's PIN. Setting the one that it already is leaves the counter as it stands."""
        await connection.execute(
            SQL.put_pin, self._centre, customer, self._mac(customer, digits), self._key_id
        )

    def _mac(self, customer: int, digits: str) -> bytes:
        return hmac.digest(self._key, f"{self._centre}:{customer}:{digits}".encode(), "sha256")

    async def _reset(self, customers: Sequence[int]) -> Mapping[int, None]:
        await self._pool.execute(SQL.reset_pin_attempts, self._centre, customers)
        return {}

    async def _tell_why_locked(self, connection: Connection, customer: int) -> None:
        other = await connection.fetchval(SQL.pin_has_other_key, self._centre, customer, self._key_id)
        if other:
            log.warning("A PIN was made under another key: restore that key, or set the PINs anew.")


def _make_key(path: Path) -> None:
    """Under a name of its own first: a process that dies half-way leaves no half a key."""
    path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(descriptor)
        with contextlib.suppress(FileExistsError):  # another process was faster: then its key is the key
            os.link(unfinished, path)
    finally:
        unfinished.unlink()


def _read_key(path: Path) -> bytes:
    key = path.read_bytes()
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UserError(f"Others may read the key of the PINs in {path}.", f"Run `chmod 600 {path}`.")
    if len(key) != KEY_BYTES:
        raise UserError(
            f"The key of the PINs in {path} is damaged.",
            "Restore it from a backup; without it callers can't be verified by their PIN.",
        )
    return key
