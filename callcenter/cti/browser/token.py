"""Tickets for the phone socket: who may ring the centre as whom, and who may be a desk's phone, or an outside one.

The rule: the service signs (HMAC-SHA256), the media process only checks, and nobody asks anybody. The key lies
in the data directory, readable by its owner alone, and is made by whoever needs it first. A ticket opens
something new until it expires; for a leg that is still alive it stays good, so that a page can come back.

A ticket reads `payload.signature`, both base64url; the payload is JSON and may be read by its holder.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

import msgspec
from msgspec import Struct

from callcenter.facts import LegId

CALLER_SECONDS = 60
STATION_SECONDS = 300
"""who has signed out can soon be no desk's phone any more; a page that still may takes a new ticket by itself"""
TELEPHONE_SECONDS = 12 * 3600
TICKET_CHARS_MAX = 1024
KEY_BYTES = 32


class CallerTicket(Struct, frozen=True, tag="caller"):
    leg: LegId
    ani: str | None
    """E.164; None: withheld"""
    dnis: str
    expires_at: int
    """milliseconds since 1970"""
    nonce: str


class StationTicket(Struct, frozen=True, tag="station"):
    agent: int
    expires_at: int
    nonce: str


class TelephoneTicket(Struct, frozen=True, tag="telephone"):
    """For a page that rings when the centre calls this number."""

    number: str
    """E.164"""
    expires_at: int
    nonce: str


Ticket = CallerTicket | StationTicket | TelephoneTicket

_DECODER: msgspec.json.Decoder[Ticket] = msgspec.json.Decoder(Ticket)


class BadTicket(ValueError):
    """Not signed by us, or not a ticket at all."""


class Tickets:
    """Signs and checks tickets under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of(cls, data: Path) -> Tickets:
        """With the key of a data directory, which is made when there is none."""
        return cls(_key_of(data / "phone.key"))

    def caller(self, ani: str | None, dnis: str, now_ms: int) -> str:
        """A ticket for one call of this number to the centre's number `dnis`."""
        leg = f"browser:{secrets.token_hex(8)}"
        expires_at = now_ms + CALLER_SECONDS * 1000
        return self._sign(CallerTicket(leg, ani or None, dnis, expires_at, secrets.token_hex(8)))

    def station(self, agent: int, now_ms: int) -> str:
        """A ticket for the phone of this agent's desk."""
        expires_at = now_ms + STATION_SECONDS * 1000
        return self._sign(StationTicket(agent, expires_at, secrets.token_hex(8)))

    def telephone(self, number: str, now_ms: int) -> str:
        """A ticket to be the telephone of this number."""
        expires_at = now_ms + TELEPHONE_SECONDS * 1000
        return self._sign(TelephoneTicket(number, expires_at, secrets.token_hex(8)))

    def read(self, text: str) -> Ticket:
        """The ticket in `text`, expired or not. Raises BadTicket."""
        if len(text) > TICKET_CHARS_MAX:
            raise BadTicket("too long")
        payload, dot, signature = text.partition(".")
        if not dot or not hmac.compare_digest(self._signature(payload), signature.encode("utf-8", "replace")):
            raise BadTicket("not signed by us")
        try:
            return _DECODER.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except ValueError as error:  # msgspec's errors are ValueErrors too
            raise BadTicket("not a ticket") from error

    def _sign(self, ticket: Ticket) -> str:
        payload = base64.urlsafe_b64encode(msgspec.json.encode(ticket)).rstrip(b"=").decode()
        return f"{payload}.{self._signature(payload).decode()}"

    def _signature(self, payload: str) -> bytes:
        digest = hmac.digest(self._key, payload.encode("utf-8", "replace"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=")


def _key_of(path: Path) -> bytes:
    """Read the key, or make it: written whole under another name first, so that two processes that start
    together agree on one."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, secrets.token_bytes(KEY_BYTES))
        os.fsync(file)
    finally:
        os.close(file)
    try:
        os.link(fresh, path)
    except FileExistsError:  # the other process was faster: its key counts
        pass
    finally:
        fresh.unlink()
    return path.read_bytes()
