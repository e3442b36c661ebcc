"""The command line: `python -m callcenter COMMAND`.

Each command is a function in `commands.py`; here are only their names, options and help. A mistake of the person
at the keyboard is told in one sentence with what to do; anything else shows its traceback.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from callcenter import __version__, commands, demonstration
from callcenter.errors import UserError
from callcenter.past.plan import DAYS, DAYS_MAX
from callcenter.simulate import command as simulation
from callcenter.store.audit_anchor import End, read_end

EXAMPLES = """
examples:
  python -m callcenter demo                                   the whole centre, with people in it
  python -m callcenter demo --speed 60                        a whole day of it in a quarter of an hour
  python -m callcenter check demo/centre.toml                 prove every path of its IVR trees
  python -m callcenter simulate monday-morning                a day of it in seconds, and its report
  python -m callcenter apply demo/centre.toml --dry-run       what would change in the running centre
  python -m callcenter serve --config /etc/callcenter.toml    for real
  python -m callcenter explain 1234                           why that agent, and why not the others
  python -m callcenter backup /backups/monday                 everything, while it runs
"""


AGENTS_MAX = 500
CALLS_PER_HOUR_MAX = 100_000
SPEED_MAX = 120
"""a second of the centre is then eight milliseconds of the world, in which look-ups have to be answered"""


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options))
    except UserError as error:
        return _told(error)
    except BaseExceptionGroup as group:
        mistakes = group.subgroup(UserError)
        if mistakes is None:
            raise
        return _told(_first(mistakes))
    except KeyboardInterrupt:
        return 130


def _told(error: UserError) -> int:
    print(error, file=sys.stderr)  # noqa: T201 (this is the command line)
    return error.exit_code


def _first(group: BaseExceptionGroup[UserError]) -> UserError:
    """Tasks may fail in groups of groups; one sentence is enough."""
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > AGENTS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 0 to {AGENTS_MAX}")
    return int(text)


def _chain_end(text: str) -> End:
    with contextlib.suppress(ValueError):
        return read_end(text)
    raise argparse.ArgumentTypeError(f"{text!r}: expected a number, a colon and 64 hexadecimal digits")


def _speed(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= SPEED_MAX:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1 to {SPEED_MAX}")
    return int(text)


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) > DAYS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 0 to {DAYS_MAX}")
    return int(text)


def _rate(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= float(text) <= CALLS_PER_HOUR_MAX:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r}: expected a number from 0 to {CALLS_PER_HOUR_MAX:,}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "callcenter",
        description="A contact centre: IVR, skills-based queue, agents' screens, every interaction on record.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands_ = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    config = argparse.ArgumentParser(add_help=False)
    config.add_argument("--config", type=Path, metavar="FILE", help="default: ./config.toml if there is one")

    _add_demo(commands_, config)
    serve = commands_.add_parser("serve", parents=[config], help="run the centre")
    serve.set_defaults(run=commands.serve)

    media = commands_.add_parser(
        "media",
        parents=[config],
        help="run the process that carries voices (serve and demo start it themselves)",
    )
    media.set_defaults(run=commands.media)

    check = commands_.add_parser("check", help="prove a centre's TOML and its IVR trees; changes nothing")
    check.add_argument("file", type=Path, metavar="CENTRE.toml")
    check.set_defaults(run=commands.check)

    apply = commands_.add_parser(
        "apply", parents=[config], help="take a centre's TOML over: queues, skills, agents, IVR trees, people"
    )
    apply.add_argument("file", type=Path, metavar="CENTRE.toml")
    apply.add_argument("--dry-run", action="store_true", help="only say what would change")
    apply.set_defaults(run=commands.apply)

    backup = commands_.add_parser("backup", parents=[config], help="save everything to a new directory")
    backup.add_argument("target", type=Path)
    backup.set_defaults(run=commands.backup)

    restore = commands_.add_parser(
        "restore", parents=[config], help="bring a backup back, into an empty place"
    )
    restore.add_argument("source", type=Path)
    restore.set_defaults(run=commands.restore)

    history = commands_.add_parser("history", help="the contact history").add_subparsers(required=True)
    rebuild = history.add_parser("rebuild", parents=[config], help="fold it anew from the journal")
    rebuild.set_defaults(run=commands.rebuild_history)
    past = history.add_parser(
        "past", parents=[config], help="write what is missing of a demonstration's month; it does so itself"
    )
    past.set_defaults(run=demonstration.past)

    explain = commands_.add_parser(
        "explain", parents=[config], help="why an offer went to this agent, and why not to each of the others"
    )
    explain.add_argument("offer", type=int, metavar="OFFER", help="its number, as the interaction shows it")
    explain.add_argument("--json", action="store_true", help="for programs")
    explain.set_defaults(run=commands.explain)

    audit = commands_.add_parser("audit", help="who used a power over others").add_subparsers(required=True)
    verify = audit.add_parser("verify", parents=[config], help="prove that nothing in it was changed")
    verify.add_argument(
        "--end", type=_chain_end, metavar="N:HASH", help="where it once ended, as the audit's page showed it"
    )
    verify.set_defaults(run=commands.verify_audit)

    simulate = commands_.add_parser(
        "simulate",
        help="live a day of a centre in seconds, with everything that can go wrong",
        description=simulation.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    simulation.add_to(simulate)
    simulate.set_defaults(run=demonstration.simulate)

    diagrams = commands_.add_parser("diagrams", help="draw the lifecycles into docs/architecture.md")
    diagrams.add_argument("file", type=Path, nargs="?", default=Path("docs/architecture.md"))
    diagrams.set_defaults(run=commands.diagrams)
    return parser


def _add_demo(commands_: Any, config: argparse.ArgumentParser) -> None:
    demo = commands_.add_parser(
        "demo", parents=[config], help="try it: a small bank with simulated callers and agents"
    )
    demo.add_argument(
        "--calls-per-hour",
        type=_rate,
        metavar="N",
        help="simulated, the same at any hour (default: by the bank's own curve of the day)",
    )
    demo.add_argument(
        "--agents", type=_count, metavar="N", help="simulated agents at work (default: all the bank has)"
    )
    demo.add_argument(
        "--real-hours",
        action="store_true",
        help="keep to opening hours and shifts, which are San Francisco's; else it is day whenever you look",
    )
    demo.add_argument(
        "--speed",
        type=_speed,
        default=1,
        metavar="N",
        help=f"let a day from 07:00 to 22:30 go by N times as fast (1 to {SPEED_MAX}), on data of its own",
    )
    demo.add_argument(
        "--history-days",
        type=_days,
        default=DAYS,
        metavar="N",
        help=f"so many days to look back on, when the data is new (default {DAYS}, 0 for none)",
    )
    demo.set_defaults(run=demonstration.demo)


if __name__ == "__main__":
    sys.exit(main())
