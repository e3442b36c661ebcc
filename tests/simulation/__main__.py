"""`python -m tests.simulation --seeds 10000 [--from 1] [--seconds 600]`: many random days, told by their seeds."""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from tests.simulation.day import Day


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, help="how many days")
    parser.add_argument("--from", type=int, default=1, dest="first", help="seed of the first day")
    parser.add_argument("--seconds", type=int, default=120, help="how long a day is until everything heals")
    options = parser.parse_args()
    began, entries, restarts, failed = time.monotonic(), 0, 0, list[int]()
    for seed in range(options.first, options.first + options.seeds):
        day = Day(seed, seconds=options.seconds)
        try:
            day.run()
        except Exception as error:  # whatever it is: its seed is what counts
            failed.append(seed)
            last = traceback.extract_tb(error.__traceback__)[-1]
            say(f"seed {seed}: {type(error).__name__} in {last.name}: {str(error)[:600]}")
        entries += len(day.owner.entries)
        restarts += day.restarts
    took = time.monotonic() - began
    say(f"{options.seeds} days, {entries:,} entries, {restarts} restarts, {took:.1f} s")
    say(f"failed: {failed or 'none'}")
    return 1 if failed else 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
