"""The bench of bugs: one realistic bug at a time is planted in a copy of this package; random days must find it.

The rule: a bug is a small file that names a place and what stands there instead; where the place has moved, the
bench says so. A bug that no day finds shows an invariant or a fault that is missing.

    python -m callcenter.simulate.bugs [NAME ...] [--seeds 500] [--cores N]
"""

from __future__ import annotations

import argparse
import os
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

PACKAGE = Path(__file__).parent.parent
SEEDS = 500
MINUTES_MAX = 15
"""for one bug: a bug that makes days endless is found as well"""


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
        module.write_text(planted(module.read_text(encoding="utf-8"), bug), encoding="utf-8")
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
    if said is None:
        return Caught(name, bug, 1, "a day that never ends")
    days, _, violation = said.partition(" ")
    return (
        Caught(name, bug, int(days), violation.strip())
        if days.isdigit()
        else Caught(name, bug, 1, said[-300:])
    )


def _run(run: list[str], where: str) -> str | None:
    """What it said last; None when it went on for ever."""
    environment = {**os.environ, "PYTHONPATH": where, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            run, cwd=where, env=environment, capture_output=True, text=True, timeout=MINUTES_MAX * 60
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.strip() or done.stderr.strip() or "nothing was said"


def bench_all(wanted: dict[str, Bug], seeds: int, cores: int) -> Iterator[Caught]:
    with ThreadPoolExecutor(cores) as pool:
        yield from pool.map(lambda one: bench(one[0], one[1], seeds), wanted.items())


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="callcenter.simulate.bugs", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("names", nargs="*", help="only these (default: all)")
    parser.add_argument(
        "--seeds", type=int, default=SEEDS, help=f"days lived at most with each (default {SEEDS})"
    )
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(argv)
    known = bugs()
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f"no such bug: {', '.join(unknown)}; there are {', '.join(known)}")
    wanted = {name: bug for name, bug in known.items() if not asked.names or name in asked.names}
    began, caught = time.monotonic(), 0
    for one in bench_all(wanted, asked.seeds, asked.cores):
        caught += bool(one.violation)
        told = f"day {one.days:>3}  {one.violation.splitlines()[0][:90]}" if one.violation else "NOT CAUGHT"
        sys.stdout.write(f"{one.name:<34} {told}\n")
        sys.stdout.flush()
    sys.stdout.write(f"caught {caught} of {len(wanted)} in {time.monotonic() - began:.0f} s\n")
    return 0 if caught == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
