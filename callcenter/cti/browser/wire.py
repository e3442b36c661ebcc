"""The words between the service and the media process: one JSON object a line, over a unix socket.

The rule: the service opens with `Attach`, the media process answers `Attached`, and both speak the same
`VERSION`. Then the media process sends each `Report` until it is acknowledged, in order, again from the oldest
after every reconnection. Commands (`callcenter.cti.provider.Command`) travel as they are: each carries the
number that makes doing it twice the same as doing it once, so nothing is acknowledged in that direction.

Keyed digits cross this socket in clear, so it lies in a directory that only this user may enter.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec
from msgspec import Struct

from callcenter.cti.provider import Command, Say, WantedLeg
from callcenter.errors import UserError
from callcenter.facts import (
    KeysKind,
    KeysTimedOut,
    LegAnswered,
    LegEnded,
    LegFailed,
    LegId,
    LegInterrupted,
    LegRestored,
    PlayFinished,
    RecordingClosed,
    RecordingFailed,
    StationConnected,
    StationLost,
)

VERSION = 2
LINE_BYTES_MAX = 16 * 1024 * 1024
_SOCKET_PATH_BYTES_MAX = 100  # sun_path is 108 bytes on Linux, 104 elsewhere, with its final zero

# --- Service to media ---


class Attach(Struct, frozen=True, tag="attach"):
    version: int
    service: str
    """one life of the service: a new one is told which stations are connected, whatever it has in its journal"""
    origins: tuple[str, ...] = ()
    """of its pages; a service that came back may serve them elsewhere"""


class Acknowledge(Struct, frozen=True, tag="acknowledge"):
    source: str


class Refuse(Struct, frozen=True, tag="refuse"):
    """This new call can't be taken: tell its caller so. The report behind it is dropped."""

    source: str
    leg: LegId


class Reconcile(Struct, frozen=True, tag="reconcile"):
    wanted: tuple[WantedLeg, ...]


class Prepare(Struct, frozen=True, tag="prepare"):
    says: tuple[Say, ...]


class Robots(Struct, frozen=True, tag="robots"):
    """Simulated agents by id, with their names: they answer while no desk of theirs is connected."""

    names: dict[int, str]
    people: bool = False
    """whether imagined people answer outside numbers"""


Order = Attach | Acknowledge | Refuse | Reconcile | Prepare | Robots | Command

# --- Media to service ---


class Attached(Struct, frozen=True, tag="attached"):
    version: int
    incarnation: str
    """one life of the media process; part of every source id"""


class Arrived(Struct, frozen=True, tag="arrived"):
    leg: LegId
    ani: str | None
    """None: withheld"""
    dnis: str


class Keyed(Struct, frozen=True, tag="keyed"):
    leg: LegId
    play: int
    kind: KeysKind
    digits: str

    def __repr__(self) -> str:
        return f"Keyed(leg={self.leg!r}, play={self.play}, kind={self.kind.value})"


Happened = (
    Arrived
    | Keyed
    | KeysTimedOut
    | LegAnswered
    | LegInterrupted
    | LegRestored
    | LegEnded
    | LegFailed
    | PlayFinished
    | StationConnected
    | StationLost
    | RecordingClosed
    | RecordingFailed
)


class Report(Struct, frozen=True, tag="report"):
    source: str
    what: Happened


Told = Attached | Report

ORDERS: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)
TOLD: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)


def line(message: Order | Told) -> bytes:
    return msgspec.json.encode(message) + b"\n"


def socket_path(data: Path) -> Path:
    """Where the socket of this data directory lies: inside it, or, when that path is too long for a socket, in
    a directory of this user's own among the temporary files."""
    inside = data.resolve() / "media.sock"
    if len(os.fsencode(inside)) <= _SOCKET_PATH_BYTES_MAX:
        return inside
    folder = Path(tempfile.gettempdir()) / f"callcenter-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise UserError(
            f"{folder}, the place for the media process's socket, is open to other users.",
            "Remove it, or choose a data directory with a shorter path.",
        )
    return folder / f"media-{hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]}.sock"
