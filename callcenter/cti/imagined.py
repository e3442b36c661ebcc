"""People who answer the outside numbers that a demonstration calls: imagined, and always the same at a number.

The rule: what happens follows from the number alone, so the same number is busy today and tomorrow, after a
restart and at every provider.
"""

from __future__ import annotations

from zlib import crc32

from msgspec import Struct

BUSY_OF_100 = 4
NO_ANSWER_OF_100 = 6
ANSWER_MS_MIN, ANSWER_MS_MAX = 2_000, 6_000
ENGAGED_MS = 800
"""until the far exchange says that the line is engaged"""
RING_MS_MAX = 45_000
"""a telephone that nobody picks up, imagined or not, is given up after this"""


class Reaction(Struct, frozen=True):
    """What becomes of a call to a number."""

    after_ms: int
    failure: str = ""
    """busy or no_answer; "": somebody answers"""


def reaction(number: str) -> Reaction:
    """How the person at this number takes a call."""
    drawn = crc32(number.encode())
    share, rest = drawn % 100, drawn // 100
    if share < BUSY_OF_100:
        return Reaction(ENGAGED_MS, "busy")
    if share < BUSY_OF_100 + NO_ANSWER_OF_100:
        return Reaction(RING_MS_MAX, "no_answer")
    return Reaction(ANSWER_MS_MIN + rest % (ANSWER_MS_MAX - ANSWER_MS_MIN))
