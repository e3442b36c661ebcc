"""Numbers, money, times and days as Mandarin says them, in characters.

The rule: no Arabic figure is left over. Speech engines read 12846.50 in more than one wrong way; 一万两千八百四十六
they read as it stands. Two of something are 两, the number two is 二.
"""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.hours import DAY_MINUTES, Part

DIGITS = "零一二三四五六七八九"
_STEPS = ((10**16, "亿亿"), (10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
_DAYS = "一二三四五六日"
_NOON = 12


def number(value: int) -> str:
    """12846 → 一万两千八百四十六; 0 or more."""
    if value < 20:
        return DIGITS[value] if value < 10 else "十" + (DIGITS[value - 10] if value > 10 else "")
    step, name = next((step, name) for step, name in _STEPS if value >= step)
    many, rest = divmod(value, step)
    said = (DIGITS[many] if step == 10 else quantity(many)) + name
    if not rest:
        return said
    gap = "零" if rest < step // 10 else ""
    # Inside a longer number ten is 一十: 一百一十.
    return said + gap + ("一" if 10 <= rest < 20 else "") + number(rest)


def quantity(value: int) -> str:
    """How many: 两分钟, but 十二分钟."""
    return "两" if value == 2 else number(value)


def money(whole: int, cents: int, units: tuple[str, str]) -> str:
    """`units`: (美元, 美分)."""
    said = f"{quantity(whole)}{units[0]}" if whole or not cents else ""
    return said + (f"{quantity(cents)}{units[1]}" if cents else "")


def yuan(whole: int, cents: int) -> str:
    """8.05 → 八元零五分."""
    jiao, fen = divmod(cents, 10)
    said = f"{quantity(whole)}元" if whole or not cents else ""
    said += f"{quantity(jiao)}角" if jiao else "零" if fen and said else ""
    return said + (f"{quantity(fen)}分" if fen else "")


def opening(parts: Sequence[Part]) -> str:
    """每天上午八点到晚上八点."""
    said = [
        f"{'' if part.days == before else _days(part.days)}{_clock(part.start)}到{_clock(part.end)}"
        for before, part in zip((None, *(part.days for part in parts)), parts, strict=False)
    ]
    return "，".join(said) if said else "全天二十四小时"


def _days(days: tuple[int, ...]) -> str:
    if len(days) == 7:
        return "每天"
    first, last = f"星期{_DAYS[days[0]]}", f"星期{_DAYS[days[-1]]}"
    return first if len(days) == 1 else f"{first}到{last}"


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes % DAY_MINUTES, 60)
    said = f"{_part_of_day(hour)}{quantity(hour % _NOON or _NOON)}点"
    if minute == 30:
        return said + "半"
    return said + (f"{'零' if minute < 10 else ''}{number(minute)}分" if minute else "")


def _part_of_day(hour: int) -> str:
    names = ((1, "午夜"), (6, "凌晨"), (12, "上午"), (13, "中午"), (19, "下午"), (24, "晚上"))
    return next(name for before, name in names if hour < before)
