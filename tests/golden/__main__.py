"""`python -m tests.golden`: writes the bytes of this release, once. A file that is there is never written again."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from callcenter import __version__
from callcenter import facts as f
from callcenter.simulate.random_day import run_day
from callcenter.simulate.storm import quiet
from callcenter.simulate.world import Options
from callcenter.store.journal import row_of
from tests.core.centre import Centre, agent, setup
from tests.golden import EVERY_KIND, FOLDER

SEED, SECONDS = 9, 240
"""of the day that is kept"""


def a_call() -> list[f.Entry]:
    """PIN, balance, a person who does not answer, one who does, hang-up, wrap-up."""
    centre = Centre(setup(agent(1), agent(2)))
    centre.do(f.OwnerStarted(0))  # forgets whose phone can be rung, as any new owner does
    centre.ready(1, 2)
    centre.do(f.CallArrived("phone:1", "phone", "phone:1/ani", "100"))
    centre.do(f.CustomerFound(1, 7, "A", "en", (("balance", "look-up:1/balance"),)), after_ms=2)
    centre.do(f.KeysEntered("phone:1", 1, secret="token"), after_ms=4_000)
    centre.do(f.PinChecked(2, f.PinResult.RIGHT), after_ms=100)
    centre.do(f.PlayFinished("phone:1", 2), after_ms=3_000)
    centre.do(f.KeysEntered("phone:1", 3, choice="0"), after_ms=2_000)
    centre.do(f.OfferExpired(1), after_ms=15_000)
    centre.do(f.LegAnswered("c1-l2"), after_ms=3_000)
    centre.do(f.LegEnded("c1-l1", f.LegCause.RELEASED), after_ms=10)
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP), after_ms=60_000)
    centre.do(f.LegEnded("c1-l2", f.LegCause.RELEASED), after_ms=10)
    centre.do(f.RecordingClosed(1, 60_000, ((10_000, 10_500),)), after_ms=200)
    centre.do(f.WrapUpSaved(1, "done", "note:1", True, "agent2"), after_ms=20_000)
    return centre.entries


def every_kind(after: f.Entry) -> Iterator[f.Entry]:
    seq = after.seq
    for kind in get_args(f.Input):
        seq += 1
        yield f.Entry(seq, after.at, f"{EVERY_KIND}{seq}", sample(kind), ())
    decisions = tuple(sample(kind) for kind in get_args(f.Decision))
    yield f.Entry(seq + 1, after.at, f"{EVERY_KIND}{seq + 1}", f.OwnerStarted(1), decisions)


def sample(kind: Any) -> Any:
    """A value of this type with something in each of its fields."""
    if kind in (int, str, bool):
        return {int: 7, str: "seven", bool: True}[kind]
    if get_origin(kind) in (Union, UnionType):
        return sample(next(one for one in get_args(kind) if one is not type(None)))
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        return (sample(inner[0]),) if inner[1:] == (...,) else tuple(sample(one) for one in inner)
    if issubclass(kind, Enum):
        return next(iter(kind))
    return kind(**{name: sample(hint) for name, hint in get_type_hints(kind).items() if name[0] != "_"})


def written(path: Path, entries: Sequence[f.Entry]) -> bool:
    """Whether it was not there yet."""
    if path.exists():
        sys.stderr.write(f"{path} is there. What a release wrote is never written again.\n")
        return False
    path.write_bytes(b"".join(msgspec.json.encode(row_of(entry)) + b"\n" for entry in entries))
    sys.stdout.write(f"{path}: {len(entries)} rows\n")
    return True


def main() -> int:
    call, name = a_call(), f"{__version__}.jsonl"
    quiet()
    day = run_day(SEED, Options(seconds=SECONDS))
    assert not day.violation, day.violation
    done = [
        written(FOLDER / name, [*call, *every_kind(call[-1])]),
        written(FOLDER / "days" / name, day.entries),
    ]
    if not any(done):
        sys.stderr.write("Raise the version first.\n")
    return 0 if any(done) else 1


if __name__ == "__main__":
    sys.exit(main())
