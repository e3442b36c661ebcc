"""All benchmarks, one after the other, and what they found in `docs/benchmarks.md`: `make bench`.

python -m benchmarks [NAME...]      these only; the page keeps what it says of the others
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.harness import Figure, Result

NAMES = ("calls", "journal", "pop", "fanout", "media", "demo", "first_load", "simulate", "routing", "theory")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
SECONDS_MAX = 300

HEAD = """# Benchmarks

Taken with `make bench`, which runs every benchmark of `benchmarks/` and writes this page anew. Each can be taken
alone, in about a minute at most: `.venv/bin/python -m benchmarks.calls`. What is measured, and how, stands at the
top of each module. All of it runs on one machine: the service, PostgreSQL (fsync on) and whoever makes the load
share its cores, so CPU is told per process, in cores (1.0 is one core fully busy). `waiting` is the share of the
time in which the service could have run while something else had the cores: figures taken beside other work say
little but their ratios. A rate of 0 means that no rate held for the whole run.
"""


def main(names: list[str]) -> int:
    sections = _sections(PAGE.read_text()) if PAGE.exists() else {}
    failed = False
    for name in names or NAMES:
        if not (Path(__file__).parent / f"{name}.py").exists():
            continue
        sys.stdout.write(f"{name}\n")
        found = _taken(name)
        if found is None:
            failed = True
        else:
            sections[name] = _section(found)
            PAGE.write_text(HEAD + "".join(f"\n{sections[one]}" for one in NAMES if one in sections))
    return 1 if failed else 0


def _taken(name: str) -> Result | None:
    """The result in the last line of one run; None when it didn't come to that."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json"]
    try:
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=SECONDS_MAX, check=True)
        found = msgspec.json.decode(ran.stdout.strip().rpartition("\n")[2], type=Result)
    except (subprocess.SubprocessError, msgspec.MsgspecError) as error:
        sys.stdout.write(f"  failed: {error}\n")
        return None
    for what, goal in found.goals.items():
        sys.stdout.write(f"  {what} {goal.value:g}, goal {goal.goal}: {'met' if goal.met else 'not met'}\n")
    return found


def _section(found: Result) -> str:
    taken = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}"
    goals = "".join(
        f"| {what} | {goal.value:g} | {goal.goal} | {'yes' if goal.met else '**no**'} |\n"
        for what, goal in found.goals.items()
    )
    figures = "".join(f"| {what} | {_told(figure)} |\n" for what, figure in found.figures.items())
    return (
        f"## {found.name}\n\nTaken {taken}.\n\n"
        f"| goal | found | wanted | met |\n|---|---|---|---|\n{goals}\n"
        f"| figure | |\n|---|---|\n{figures}"
    )


def _told(figure: Figure) -> str:
    if isinstance(figure, Mapping):
        return ", ".join(f"{name} {_told(one)}" for name, one in figure.items())
    return f"{figure:,.10g}" if isinstance(figure, int | float) else str(figure)


def _sections(page: str) -> dict[str, str]:
    parts = re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]
    return {part[3:].partition("\n")[0]: part.rstrip("\n") + "\n" for part in parts}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
