"""Simulated calls in a second of real time, on one core: a day of Harbour Bank without faults, a morning with
them, and small random days with every fault.

Everything is lived whole: the production engine, the journal's code, the simulated people and the checks of every
entry. The middle of RUNS seeds is told. Fewer journal entries a call make more calls a second, so the cost of an
entry stands beside it.

    .venv/bin/python -m benchmarks.simulate [--json] [--full]      --full: 1,000 random days, about a minute more
"""

from __future__ import annotations

import asyncio
import statistics
import time

from msgspec.structs import replace

from benchmarks.harness import Figure, Options, Result, at_least, at_most, result, run
from callcenter.demo_show import known, show_of
from callcenter.simulate.command import run as live_scenario
from callcenter.simulate.planned_day import Public
from callcenter.simulate.report import Report
from callcenter.simulate.scenario import find, read_scenario
from callcenter.simulate.storm import live, quiet
from callcenter.simulate.world import Options as Day

RUNS = 3
DAYS = 60
DAYS_FULL = 1_000
WITHOUT, WITH = "quiet-tuesday", "monday-morning"
CALLS_PER_SECOND_MIN = 1_000
STORM_DAYS, STORM_SECONDS_MAX = 1_000, 900
CORES = 2


async def main(options: Options) -> Result:
    # In a thread of its own: a virtual loop does not run inside another one.
    return await asyncio.to_thread(_measure, options)


def _measure(options: Options) -> Result:
    quiet()
    figures: dict[str, Figure] = {}
    without = 0.0
    for name in (WITHOUT, WITH):
        options.say(f"{name}: {RUNS} days")
        reports = _days(name)
        figures[name] = {
            "calls_per_s": round(statistics.median(one.calls_per_second for one in reports)),
            "us_per_entry": round(statistics.median(one.took_seconds / one.entries for one in reports) * 1e6),
            "calls": sum(one.calls for one in reports),
            "faults": sum(sum(one.struck.values()) for one in reports),
            "violations": sum(bool(one.violation) for one in reports),
        }
        without = without or statistics.median(one.calls_per_second for one in reports)
    count = DAYS_FULL if options.full else DAYS
    options.say(f"{count} random days on one core")
    began = time.perf_counter()
    days = [live(seed, Day()) for seed in range(1, count + 1)]
    took = time.perf_counter() - began
    figures["random_days"] = {
        "days_per_s": round(count / took, 1),
        "calls_per_s": round(sum(day.calls for day in days) / took),
        "entries": sum(day.entries for day in days),
        "faults": sum(sum(day.struck.values()) for day in days),
        "violations": sum(bool(day.violation) for day in days),
    }
    storm_s = took / count * STORM_DAYS / CORES
    goals = {
        "calls_per_s_without_faults": at_least(CALLS_PER_SECOND_MIN, without),
        "storm_of_1000_days_s": at_most(STORM_SECONDS_MAX, storm_s),
    }
    return result("simulate", figures, goals)


def _days(name: str) -> list[Report]:
    planned, customers = read_scenario(find(name)), show_of().customers
    public = Public(customers, known(customers))
    seeds = range(1, RUNS + 1)
    return [
        live_scenario(replace(planned, scenario=replace(planned.scenario, seed=seed)), public)
        for seed in seeds
    ]


if __name__ == "__main__":
    run(main)
