"""The times in a centre's file: opening hours of queues, shifts and lunches of agents.

The rule: they can be read, a lunch lies in its shift, and while a queue is open somebody who can serve it is there.
Who has no shift comes when they like, so nothing is said about a queue that such a person serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from callcenter.errors import Problem
from callcenter.hours import DAY_MINUTES, DAYS, LIKE, BadHours, spans
from callcenter.setup.centre_file import CentreFile, PersonTable
from callcenter.setup.toml_source import Source

Where = tuple[str | int, ...]
Spans = tuple[tuple[int, int], ...]


def time_problems(source: Source, file: CentreFile) -> Iterator[Problem]:
    for name, queue in file.queues.items():
        yield from _unreadable(source, ("queues", name, "hours"), queue.hours)
    for index, person in enumerate(file.people):
        where = ("people", index)
        yield from _unreadable(source, (*where, "shift"), person.shift)
        yield from _unreadable(source, (*where, "lunch"), person.lunch)
        yield from _lunch_problems(source, (*where, "lunch"), person)


def staffing_problem(
    source: Source, file: CentreFile, queue: str, serving: Iterable[PersonTable]
) -> Iterator[Problem]:
    """`serving`: who can take this queue's calls."""
    shifts = [_read(person.shift) if person.shift else None for person in serving]
    hours = _read(file.queues[queue].hours)
    known = [shift for shift in shifts if shift]
    if hours is None or len(known) < len(shifts):
        return
    gap = _first_gap(hours, sorted(span for shift in known for span in shift))
    if gap is not None:
        yield source.problem(
            ("queues", queue),
            f"nobody who serves this queue works on {_said(gap)}, when it is open",
            expected="another shift, or shorter hours",
        )


def _unreadable(source: Source, where: Where, text: str) -> Iterator[Problem]:
    try:
        spans(text)
    except BadHours as error:
        yield source.problem(where, str(error), expected=f"times like {LIKE}")


def _lunch_problems(source: Source, where: Where, person: PersonTable) -> Iterator[Problem]:
    """Without days it is on every day of the shift, so it must lie in one of them."""
    shift, lunch = _read(person.shift), _read(person.lunch)
    if not person.lunch or shift is None or lunch is None:
        return
    if not person.shift:
        yield source.problem(where, "has no meaning without a shift")
    elif not any(begin <= start and end <= over for start, end in lunch for begin, over in shift):
        yield source.problem(where, f'"{person.lunch}" lies outside the shift {person.shift}')


def _read(text: str) -> Spans | None:
    """None for what can't be read, which is told elsewhere."""
    try:
        return spans(text)
    except BadHours:
        return None


def _first_gap(hours: Spans, shifts: list[tuple[int, int]]) -> int | None:
    """The first minute of the hours in which no shift is."""
    for start, end in hours:
        covered = start
        for begin, over in shifts:
            if begin <= covered < over:
                covered = over
        if covered < end:
            return covered
    return None


def _said(minute: int) -> str:
    day, rest = divmod(minute, DAY_MINUTES)
    return f"{DAYS[day]} at {rest // 60:02}:{rest % 60:02}"
