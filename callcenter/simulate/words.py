"""How figures are told, in a terminal and on a page."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 call", "1,200 calls"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def duration(ms: int | None) -> str:
    """ "1:05", "–" if there is none."""
    if ms is None:
        return "–"
    minutes, seconds = divmod(round(ms / 1_000), 60)
    return f"{minutes}:{seconds:02}"


def percent(share: float | None) -> str:
    """ "81 %", "–" while nothing counts."""
    return "–" if share is None else f"{share:.0f} %"


def spaced(code: str) -> str:
    """ "timed out" of timed_out, "resolved in IVR" of resolved_in_ivr."""
    return code.replace("_", " ").replace("ivr", "IVR")


def column(text: str, columns: int) -> str:
    """So many signs wide on a terminal, where a Chinese one takes two."""
    shown, used = "", 0
    for sign in text:
        wide = 2 if ord(sign) > 0x2E7F else 1
        if used + wide > columns - 1:
            break
        shown, used = shown + sign, used + wide
    return shown + " " * (columns - used)
