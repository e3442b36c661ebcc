"""The bench of bugs: one realistic bug at a time is planted in a copy of this package; random days must find it.

The rule: a bug is a small file that names a place and what stands there instead; where the place has moved, the
bench says so. A bug that no day finds shows an invariant or a fault that is missing. Caught is what a day tells, an
invariant or what it raised; when no day could be lived at all, the bench is broken, and proves nothing.

    make bugs ARGS="[NAME ...] [--seeds 500] [--cores N]"
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from msgspec import Struct

from callcenter.errors import UserError
from callcenter.resources import scenarios, schemas
from callcenter.setup.toml_check import nearest
from callcenter.simulate.days import RAISED
from callcenter.simulate.storm import positive

PACKAGE = Path(__file__).parent.parent
SEEDS = 500
BROKE_MAX = 1_000
"""signs of it, the last ones"""
MINUTES_MAX = 15
"""for one bug"""
OUTCOME = re.compile(rf"([0-9]+) ((?:I[0-9]+: |{RAISED}).*)?")
"""what a storm says untold: its days, and what the last one came to if that was wrong"""


class Bug(Struct, frozen=True, forbid_unknown_fields=True):
    """What a file of `bugs/` holds: in `file` (below the package) `find` becomes `put`."""

    title: str
    """what somebody might have thought, or forgotten"""
    file: str
    find: str
    put: str
    breaks: str = ""
    """the invariant that should tell"""


class Caught(Struct, frozen=True):
    name: str
    bug: Bug
    days: int
    """lived until the first that went wrong"""
    violation: str
    """ "" when none did"""
    broke: str = ""
    """why the bench could not live these days"""


def bugs(folder: Path | None = None) -> dict[str, Bug]:
    """name -> bug. Raises UserError when a file is not one."""
    found: dict[str, Bug] = {}
    for path in sorted((folder or scenarios() / "bugs").glob("*.toml")):
        try:
            found[path.stem] = msgspec.toml.decode(path.read_bytes(), type=Bug)
        except msgspec.MsgspecError as error:
            raise UserError(f"{path.name} is no bug: {error}", "See callcenter/simulate/bugs.py.") from error
    return found


def planted(text: str, bug: Bug) -> str:
    """The module with the bug in it. Raises UserError unless its place is there exactly once."""
    count = text.count(bug.find)
    if count != 1:
        raise UserError(
            f"{bug.file} has the place of this bug {count} times: {bug.find[:80]!r}",
            "Plant it anew, or elsewhere.",
        )
    return text.replace(bug.find, bug.put)


def bench(name: str, bug: Bug, seeds: int) -> Caught:
    """Lives random days with the bug, one after the other, until one goes wrong."""
    with tempfile.TemporaryDirectory(prefix="callcenter-bug-") as where:
        copy = Path(where) / "callcenter"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "agents_ui"))
        for folder in (schemas(), scenarios()):
            shutil.copytree(folder, Path(where) / folder.name, dirs_exist_ok=True)
        module = copy / bug.file
        try:
            module.write_text(planted(module.read_text(encoding="utf-8"), bug), encoding="utf-8")
        except UserError as error:
            return Caught(name, bug, 0, "", broke=error.what)
        out = Path(where) / "days"
        run = [
            sys.executable,
            "-m",
            "callcenter.simulate.storm",
            "--seeds",
            str(seeds),
            "--first",
            "--cores",
            "1",
        ]
        said = _run([*run, "--folder", str(out), "--untold"], where)
    found = OUTCOME.fullmatch(said)
    if found is None:
        return Caught(name, bug, 0, "", broke=said[-BROKE_MAX:] or "nothing was said")
    return Caught(name, bug, int(found[1]), found[2] or "")


def _run(run: list[str], where: str) -> str:
    """What the storm says; if that is nothing, what went wrong with it."""
    environment = {**os.environ, "PYTHONPATH": where, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            run, cwd=where, env=environment, capture_output=True, text=True, timeout=MINUTES_MAX * 60
        )
    except subprocess.TimeoutExpired:
        return f"no end after {MINUTES_MAX} minutes"
    return done.stdout.removesuffix("\n") or done.stderr.strip()


def bench_all(wanted: dict[str, Bug], seeds: int, cores: int) -> Iterator[Caught]:
    with ThreadPoolExecutor(cores) as pool:
        yield from pool.map(lambda one: bench(one[0], one[1], seeds), wanted.items())


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="callcenter.simulate.bugs", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("names", nargs="*", help="only these (default: all)")
    parser.add_argument(
        "--seeds", type=positive, default=SEEDS, help=f"days lived at most with each (default {SEEDS})"
    )
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(argv)
    known = bugs()
    for name in asked.names:
        if name not in known:
            close = nearest(name, known)
            meant = f"did you mean {close!r}?" if close else "their files are in scenarios/bugs/"
            parser.error(f"there is no bug {name!r}; {meant}")
    wanted = {name: bug for name, bug in known.items() if not asked.names or name in asked.names}
    began, caught, broke = time.monotonic(), 0, 0
    for one in bench_all(wanted, asked.seeds, asked.cores):
        caught += bool(one.violation)
        broke += bool(one.broke)
        sys.stdout.write(f"{one.name:<34} {_told(one)}\n")
        sys.stdout.flush()
    broken = f"; the bench broke on {broke}" if broke else ""
    sys.stdout.write(f"caught {caught} of {len(wanted)} in {time.monotonic() - began:.0f} s{broken}\n")
    return 0 if caught == len(wanted) else 1


def _told(one: Caught) -> str:
    if one.broke:
        return f"THE BENCH BROKE: {one.broke.splitlines()[-1]}"
    return f"day {one.days:>3}  {one.violation[:90]}" if one.violation else "NOT CAUGHT"


if __name__ == "__main__":
    sys.exit(main())
