"""Thousands of random days on every core, told by their seeds.

The rule: what has been lived is written down at once, so a storm that was stopped goes on where it was; a day that
went wrong is made small and kept as a file that `callcenter simulate --replay` lives again.

    make storm ARGS="--seeds 1000 [--from 1] [--seconds 300] [--folder .data/storm] [--first]"
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct, field

from callcenter.simulate import failure
from callcenter.simulate.random_day import RandomDay, of_seed
from callcenter.simulate.words import counted
from callcenter.simulate.world import Options

DAY_SECONDS = 300
TOGETHER = 4
"""days handed to a core at once"""
TOLD_MAX = 5
"""failures that are made small, each of which takes a while"""
SHOWN_SECONDS = 0.5
SHOWN_MAX = 600
"""signs of what went wrong"""


class Lived(Struct, frozen=True):
    """A day as the storm remembers it."""

    seed: int
    entries: int
    calls: int
    lives: int
    struck: dict[str, int] = field(default_factory=dict)
    violation: str = ""


class Storm(Struct):
    """What many days came to."""

    days: int = 0
    entries: int = 0
    calls: int = 0
    lives: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    failed: list[Lived] = field(default_factory=list)

    def add(self, day: Lived) -> None:
        self.days += 1
        self.entries += day.entries
        self.calls += day.calls
        self.lives += day.lives
        self.struck.update(day.struck)
        if day.violation:
            self.failed.append(day)


def live(seed: int, options: Options) -> Lived:
    """One day in this process, whatever it raises."""
    quiet()
    day = of_seed(seed, options).lived()
    return Lived(seed, len(day.entries), day.calls, day.lives, dict(day.struck), day.violation[:2_000])


def brew(seeds: Iterable[int], options: Options, *, cores: int | None = None) -> Iterator[Lived]:
    """The days as they end, on all cores."""
    cores = cores or os.cpu_count() or 1
    waiting = list(seeds)
    if cores == 1:
        yield from (live(seed, options) for seed in waiting)
        return
    groups = [waiting[start : start + TOGETHER] for start in range(0, len(waiting), TOGETHER)]
    with ProcessPoolExecutor(cores, initializer=_leave_interrupts_to_the_first) as pool:
        running = [pool.submit(_live_all, group, options) for group in groups]
        try:
            for done in as_completed(running):
                yield from done.result()
        except (KeyboardInterrupt, GeneratorExit) as over:
            if isinstance(over, KeyboardInterrupt):  # a second one would land in the executor's own end
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            for core in multiprocessing.active_children():
                core.terminate()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def quiet() -> None:
    """The engine's warnings are expected here: each of them is a fault that was planned."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


def _leave_interrupts_to_the_first() -> None:
    """Ctrl-C reaches every process of a terminal; this one ends its group of days first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _live_all(seeds: list[int], options: Options) -> list[Lived]:
    return [live(seed, options) for seed in seeds]


# --- The command ---


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="callcenter.simulate.storm", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--seeds", type=positive, default=1_000, help="how many days (default 1000)")
    parser.add_argument(
        "--from", type=positive, default=1, dest="first_seed", metavar="SEED", help="the first of them"
    )
    parser.add_argument(
        "--seconds",
        type=positive,
        default=DAY_SECONDS,
        help=f"how long a day is until everything heals (default {DAY_SECONDS})",
    )
    parser.add_argument("--folder", type=Path, default=failure.FOLDER, help="where it is written down")
    parser.add_argument("--first", action="store_true", help="stop at the first day that goes wrong")
    parser.add_argument("--cores", type=positive, default=None)
    parser.add_argument(
        "--untold", action="store_true", help="say only how many days it took and what went wrong"
    )
    asked = parser.parse_args(argv)
    quiet()
    options = Options(seconds=asked.seconds)
    commit = commit_of()
    book = asked.folder / f"{commit}-{asked.seconds}s.jsonl"
    storm, before = Storm(), _read(book)
    wanted = range(asked.first_seed, asked.first_seed + asked.seeds)
    for day in before.values():
        if day.seed in wanted:
            storm.add(day)
    if storm.days and not asked.untold:
        say(
            f"{storm.days:,} of these days {'was' if storm.days == 1 else 'were'} lived before; {book} has them."
        )
    began = time.monotonic()
    try:
        book.parent.mkdir(parents=True, exist_ok=True)
        pages = book.open("ab")
    except OSError as error:
        parser.error(f"{book} can't be written: {error.strerror}")
    with pages:
        shown = Progress(len(wanted), storm)
        days = brew((seed for seed in wanted if seed not in before), options, cores=asked.cores)
        try:
            for day in days:
                storm.add(day)
                pages.write(msgspec.json.encode(day) + b"\n")
                pages.flush()
                shown.show()
                if day.violation and asked.first:
                    break
        except KeyboardInterrupt:
            again = (
                "begins anew, because the tree has changes" if _is_changed(commit) else "goes on from there"
            )
            kept = f"{storm.days:,} of {counted(len(wanted), 'day')} {'is' if storm.days == 1 else 'are'}"
            say(f"\nStopped: {kept} kept. The same command {again}.")
            return 130
        shown.end()
    if asked.untold:
        say(f"{storm.days} {' '.join(storm.failed[0].violation.split()) if storm.failed else ''}")
        return 1 if storm.failed else 0
    say(_report(storm, time.monotonic() - began, commit))
    failed = sorted(storm.failed, key=lambda one: one.seed)
    if len(failed) > TOLD_MAX:
        say(f"seeds {', '.join(str(day.seed) for day in failed)}; the first {TOLD_MAX} are made small:")
    for day in failed[:TOLD_MAX]:
        _tell(of_seed(day.seed, options), day.violation, commit, asked.folder)
    return 1 if storm.failed else 0


def commit_of() -> str:
    """Of the code that runs, "-changed" when it is not what was committed; "unknown" outside a checkout."""
    here = Path(__file__).parent
    try:
        run = [
            "git",
            "-C",
            str(here),
            "describe",
            "--always",
            "--dirty=-changed",
            "--abbrev=10",
            "--match=v*",
        ]
        return subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _is_changed(commit: str) -> bool:
    """What was lived may have been another code's."""
    return "-changed" in commit or "unknown" in commit


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _read(book: Path) -> dict[int, Lived]:
    """A line that was cut off in the middle is a day to be lived again."""
    found: dict[int, Lived] = {}
    if not book.exists() or _is_changed(book.name):
        book.unlink(missing_ok=True)
        return found
    for line in book.read_bytes().splitlines():
        try:
            day = msgspec.json.decode(line, type=Lived)
        except msgspec.MsgspecError:
            continue
        found[day.seed] = day
    return found


class Progress:
    """One line that tells how far it is, on a terminal; elsewhere nothing."""

    def __init__(self, all_days: int, storm: Storm) -> None:
        self._all = all_days
        self._storm = storm
        self._began = time.monotonic()
        self._before = storm.days
        self._next = 0.0

    def show(self) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or now < self._next:
            return
        self._next = now + SHOWN_SECONDS
        done, failed = self._storm.days, len(self._storm.failed)
        pace = (done - self._before) / max(0.001, now - self._began)
        left = (self._all - done) / pace if pace else 0
        bar = "█" * (30 * done // self._all)
        sys.stderr.write(f"\r{bar:<30} {done:,} of {self._all:,} days, {failed} failed, {left:,.0f} s left  ")
        sys.stderr.flush()

    def end(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\n")


def _report(storm: Storm, took: float, commit: str) -> str:
    struck = ", ".join(f"{kind} {count:,}" for kind, count in storm.struck.most_common())
    return (
        f"{counted(storm.days, 'day')} of commit {commit} in {took:.1f} s: {counted(storm.calls, 'call')}, "
        f"{counted(storm.entries, 'entry', 'entries')}, {counted(storm.lives, 'process', 'processes')}\n"
        f"faults: {struck or 'none'}\nviolations: {len(storm.failed)}"
    )


def _tell(day: RandomDay, violation: str, commit: str, folder: Path) -> None:
    say(f"\n{day.in_words()}\n  {violation[:SHOWN_MAX]}")
    again = day.lived()
    if again.violation:
        say(textwrap.indent(failure.kept_small(day, again, commit, folder), "  "))
    else:
        say("  Nothing is wrong with this day now: it does not follow from its seed alone.")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
