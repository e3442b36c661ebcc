"""`callcenter simulate`: a scenario's day, its report; or a day that went wrong, step by step.

make simulate ARGS="monday-morning --report monday.html"
make simulate ARGS="outage --compare"
make simulate ARGS="my/flu-week.toml --seed 7"
make simulate ARGS="--replay .data/storm/seed-17.json [--step 212]"
"""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.simulator.people import Known
from callcenter.errors import UserError
from callcenter.simulate import failure
from callcenter.simulate.bank import MINUTE_MS, Bank, begin_ms
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.page import page
from callcenter.simulate.report import Day, Report, Window, compared_in_words, in_words, report_of
from callcenter.simulate.scenario import DEMO, Planned, find, names, read_scenario
from callcenter.simulate.storm import commit_of, quiet, say
from callcenter.store.customer_import import CustomerSetup

CONTEXT_STEPS = 12
TOLD_EACH_MS = 15 * MINUTE_MS


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
        "--replay", type=Path, metavar="FILE.json", help="live a day again that a storm has kept"
    )
    parser.add_argument("--step", type=int, metavar="N", help="of the replay only the entries up to this one")


class Public(Struct, frozen=True):
    """Whom look-ups find, and who of them may call; nobody: strangers call."""

    customers: Sequence[CustomerSetup] = ()
    known: Sequence[Known] = ()


STRANGERS = Public()


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
        return _replay(options.replay, options.step)
    if options.step is not None:
        raise UserError("--step is of a replay.", "Add --replay FILE.json.")
    if options.scenario is None:
        raise UserError("Which day?", f"Name a scenario: a TOML file, or one of {', '.join(names())}.")
    planned = read_scenario(find(options.scenario))
    if options.report is not None and (options.report.is_dir() or not options.report.parent.is_dir()):
        raise UserError(
            f"{options.report} can't be written: {options.report.parent} is no directory, or the file is one.",
            "Name a file in a directory that is there.",
        )
    if options.seed is not None:
        if options.seed < 0:
            raise UserError(f"{options.seed} is no seed.", "Seeds are 0 or more.")
        planned = replace(planned, scenario=replace(planned.scenario, seed=options.seed))
    if options.compare and not planned.scenario.faults:
        raise UserError(f"{planned.name} has no faults.", "Leave --compare out, or add [faults].")
    who = public if planned.scenario.centre == DEMO else STRANGERS
    report, calm = run(planned, who), None
    say(in_words(report))
    if options.compare:
        calm = run(replace(planned, scenario=replace(planned.scenario, faults={})), who)
        say(f"\n{compared_in_words(report, calm)}")
    if options.report is not None:
        try:
            options.report.write_text(page(report, calm), encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"{options.report} can't be written: {error.strerror}", "Name another file."
            ) from error
        say(f"\nas a page: {options.report}")
    return 1 if report.violation or (calm and calm.violation) else 0


def run(planned: Planned, public: Public = STRANGERS) -> Report:
    """Lives a scenario's day."""
    began, begin_at = time.perf_counter(), begin_ms(planned, ZoneInfo(planned.centre.time_zone))
    with asyncio.Runner(loop_factory=VirtualLoop.beginning_at(begin_at)) as runner:
        bank = runner.run(_live(planned, public))
    took, box, scenario = time.perf_counter() - began, bank.box, planned.scenario
    day = Day(
        scenario.title,
        scenario.about,
        scenario.seed,
        len(box.lives),
        bank.struck.times,
        _windows(planned, begin_at),
        _stopped(box.violation, box.disk.entries(), ZoneInfo(planned.centre.time_zone)),
        took,
    )
    return report_of(day, bank.setup, box.disk.entries())


def _stopped(violation: str, entries: Sequence[f.Entry], zone: ZoneInfo) -> str:
    """What went wrong, and when: the day ends there."""
    if not violation or not entries:
        return violation
    at = datetime.fromtimestamp(entries[-1].at / 1_000, zone)
    return f"{failure.briefly(violation)}. The day stopped there, at {at:%H:%M}."


def _windows(planned: Planned, begin_at: int) -> list[Window]:
    """Of the faults that may not strike all day."""
    kinds: dict[tuple[int, int], list[str]] = {}
    for kind, fault in planned.plan.items():
        if fault.from_minute or fault.to_minute is not None:
            to_at = planned.seconds * 1_000 if fault.to_minute is None else fault.to_minute * MINUTE_MS
            window = (begin_at + fault.from_minute * MINUTE_MS, begin_at + to_at)
            kinds.setdefault(window, []).append(kind)
    return [Window(from_at, to_at, tuple(those)) for (from_at, to_at), those in kinds.items()]


async def _live(planned: Planned, public: Public) -> Bank:
    bank = Bank(planned, public.customers, public.known)
    if sys.stderr.isatty():
        _tell_the_time(bank.box.loop, ZoneInfo(planned.centre.time_zone))
    await bank.box.run(planned.seconds)
    return bank


def _tell_the_time(loop: VirtualLoop, zone: ZoneInfo) -> None:
    """Of the day that is lived, in one line on the terminal: it takes a while."""
    sys.stderr.write(f"\r{datetime.fromtimestamp(loop.now_ms() / 1_000, zone):%H:%M} ")
    sys.stderr.flush()
    loop.after(TOLD_EACH_MS, _tell_the_time, loop, zone)


# --- A day that went wrong ---


def _replay(path: Path, step: int | None) -> int:
    try:
        kept = failure.read(path)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(
            f"{path} can't be replayed: {error}", "It is a file that `make storm` has kept."
        ) from error
    if (now := commit_of()) != kept.commit:
        say(f"It was found by commit {kept.commit}; this is {now}, under which the day may be another one.")
    say(f"seed {kept.seed}: {failure.in_words(kept.seed, kept.options)}")
    again = failure.lived(kept.seed, kept.options)
    last = step or len(again.entries)
    first = max(1, last - CONTEXT_STEPS + 1) if step is None else 1
    for one in failure.steps(again.entries[:last]):
        if one.entry.seq >= first:
            _tell(one)
    say(f"\n{again.violation or 'Nothing is wrong with this day now.'}")
    return 1 if again.violation else 0


def _tell(step: failure.Step) -> None:
    entry = step.entry
    say(f"\n{entry.seq}  {entry.at / 1_000:.3f} s  {entry.source}\n  {_fact(entry.input)}")
    for decision in entry.decisions:
        say(f"    → {_fact(decision)}")
    for change in step.changes:
        if change.what == "new":
            fields = ", ".join(f"{name} {now}" for name, (_, now) in change.fields.items())
            say(f"      {change.part} new: {fields}")
        elif change.what == "gone":
            say(f"      {change.part} gone")
        else:
            say(f"      {change.part}")
            for name, (was, now) in change.fields.items():
                say(f"        {name}: {was or '–'} → {now or '–'}")


def _fact(fact: f.Fact) -> str:
    return f"{type(fact).__name__}{msgspec.json.encode(msgspec.structs.asdict(fact)).decode()}"
