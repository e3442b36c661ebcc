"""`callcenter simulate`: a scenario's day, its report; or a day that went wrong, step by step.

make simulate ARGS="monday-morning --report monday.html"
make simulate ARGS="outage --compare"
make simulate ARGS="my/flu-week.toml --seed 7"
make simulate ARGS="--replay .data/storm/seed-17.json [--step 212]"
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from callcenter.errors import UserError
from callcenter.simulate import failure
from callcenter.simulate.bank import MINUTE_MS, begin_ms
from callcenter.simulate.comparison import compared_in_words
from callcenter.simulate.days import Result
from callcenter.simulate.page import page
from callcenter.simulate.planned_day import STRANGERS, PlannedDay, Public
from callcenter.simulate.replay import replay
from callcenter.simulate.report import Particulars, Report, Window, in_words, report_of
from callcenter.simulate.scenario import DEMO, Planned, find, names, read_scenario
from callcenter.simulate.storm import commit_of, quiet, say


def add_to(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", nargs="?", help=f"a scenario's TOML, or one of: {', '.join(names())}")
    parser.add_argument("--seed", type=int, metavar="N", help="another day of the same kind")
    parser.add_argument(
        "--report", type=Path, metavar="FILE.html", help="write the day down as a page as well"
    )
    parser.add_argument(
        "--compare",
        action="store_true",
        help="live the day without its faults as well, and show what they cost",
    )
    parser.add_argument(
        "--replay", type=Path, metavar="FILE.json", help="live a day again that went wrong and was kept"
    )
    parser.add_argument("--step", type=int, metavar="N", help="of the replay only the entries up to this one")


def simulate(options: Namespace, public: Public) -> int:
    """`public`: that of the demonstration, for its scenarios."""
    quiet()
    if options.replay is not None and options.scenario is not None:
        raise UserError("A scenario and --replay are two different days.", "Name one of them.")
    if options.replay is not None and (options.report or options.compare or options.seed is not None):
        raise UserError("A replay is of one day as it was.", "Leave --report, --compare and --seed out.")
    if options.step is not None and options.step < 1:
        raise UserError(f"There is no entry {options.step}.", "The first one is 1.")
    if options.replay is not None:
        return replay(options.replay, options.step)
    if options.step is not None:
        raise UserError("--step is of a replay.", "Add --replay FILE.json.")
    if options.scenario is None:
        raise UserError("Which day?", f"Name a scenario: a TOML file, or one of {', '.join(names())}.")
    planned = _planned(options)
    day = PlannedDay(planned, public if planned.scenario.centre == DEMO else STRANGERS)
    report, result = _reported(day)
    say(in_words(report))
    calm, failed = None, [(day, result)]
    if options.compare:
        faultless = replace(day, planned=replace(planned, scenario=replace(planned.scenario, faults={})))
        calm, calm_result = _reported(faultless)
        failed.append((faultless, calm_result))
        say(f"\n{compared_in_words(report, calm)}")
    if options.report is not None:
        _write(options.report, page(report, calm))
    failed = [(one, its) for one, its in failed if its.violation]
    for one, its in failed:
        say(f"\nA rule of ours was broken, which is a bug of ours; the day is made small.\n{one.in_words()}")
        say(failure.kept_small(one, its, commit_of()))
    return 1 if failed else 0


def _planned(options: Namespace) -> Planned:
    """The day that is asked for, when all that is asked makes sense."""
    planned = read_scenario(find(options.scenario))
    if options.report is not None and (options.report.is_dir() or not options.report.parent.is_dir()):
        raise UserError(
            f"{options.report} can't be written: {options.report.parent} is no directory, or the file is one.",
            "Name a file in a directory that is there.",
        )
    if options.compare and not planned.scenario.faults:
        raise UserError(f"{planned.name} has no faults.", "Leave --compare out, or add [faults].")
    if options.seed is None:
        return planned
    if options.seed < 0:
        raise UserError(f"{options.seed} is no seed.", "Seeds are 0 or more.")
    return replace(planned, scenario=replace(planned.scenario, seed=options.seed))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} can't be written: {error.strerror}", "Name another file.") from error
    say(f"\nas a page: {path}")


def run(planned: Planned, public: Public = STRANGERS) -> Report:
    """Lives a scenario's day."""
    return _reported(PlannedDay(planned, public))[0]


def _reported(day: PlannedDay) -> tuple[Report, Result]:
    began = time.perf_counter()
    bank, result = day.lived_by_all(_tell_the_time if sys.stderr.isatty() else None)
    scenario, begin_at = day.planned.scenario, begin_ms(day.planned, day.zone)
    lived = Particulars(
        scenario.title,
        scenario.about,
        scenario.seed,
        begin_at,
        begin_at + day.planned.seconds * 1_000,
        result.lives,
        bank.struck.times,
        _windows(day.planned, begin_at),
        _stopped(day, result),
        time.perf_counter() - began,
    )
    return report_of(lived, bank.setup, result.entries), result


def _stopped(day: PlannedDay, result: Result) -> str:
    """What went wrong, and when: the day ends there."""
    if not result.violation or not result.entries:
        return result.violation
    at = datetime.fromtimestamp(result.entries[-1].at / 1_000, day.zone)
    return f"{failure.briefly(result.violation)}. The day stopped there, at {at:%H:%M}."


def _windows(planned: Planned, begin_at: int) -> list[Window]:
    """Of the faults that may not strike all day."""
    kinds: dict[tuple[int, int], list[str]] = {}
    for kind, fault in planned.plan.items():
        if fault.from_minute or fault.to_minute is not None:
            to_at = planned.seconds * 1_000 if fault.to_minute is None else fault.to_minute * MINUTE_MS
            window = (begin_at + fault.from_minute * MINUTE_MS, begin_at + to_at)
            kinds.setdefault(window, []).append(kind)
    return [Window(from_at, to_at, tuple(those)) for (from_at, to_at), those in kinds.items()]


def _tell_the_time(clock: str) -> None:
    """Of the day that is lived, in one line on the terminal: it takes a while."""
    sys.stderr.write(f"\r{clock} ")
    sys.stderr.flush()
