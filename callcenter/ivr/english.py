"""Money, times and days as English says them.

The rule: figures stay figures where every speech engine reads them alike; what goes with them is spelt out.
"""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.hours import DAY_MINUTES, Part

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOON = 12


def money(whole: int, cents: int, units: tuple[str, str, str, str]) -> str:
    """`units`: (dollar, dollars, cent, cents)."""
    one, many, one_cent, many_cents = units
    said = [f"{whole:,} {one if whole == 1 else many}"] if whole or not cents else []
    if cents:
        said.append(f"{cents} {one_cent if cents == 1 else many_cents}")
    return " and ".join(said)


def opening(parts: Sequence[Part]) -> str:
    """every day from 8 AM to 8 PM."""
    said = [
        f"{'' if part.days == before else _days(part.days) + ' '}from {_clock(part.start)} to {_clock(part.end)}"
        for before, part in zip((None, *(part.days for part in parts)), parts, strict=False)
    ]
    return ", and ".join(said) if said else "at any time, day and night"


def _days(days: tuple[int, ...]) -> str:
    if len(days) == 7:
        return "every day"
    return _DAYS[days[0]] if len(days) == 1 else f"{_DAYS[days[0]]} to {_DAYS[days[-1]]}"


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes % DAY_MINUTES, 60)
    if minute == 0 and hour in (0, _NOON):
        return "noon" if hour else "midnight"
    # Without dots, which would end the sentence for a speech engine.
    return f"{hour % _NOON or _NOON}{f':{minute:02}' if minute else ''} {'PM' if hour >= _NOON else 'AM'}"
