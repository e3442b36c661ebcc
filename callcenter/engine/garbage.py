"""The garbage collector, kept out of the calls' way.

The rule: nearly everything here is freed by its reference count the moment it is over; the collector is only
needed for cycles (an exception and its traceback, a task and its group), which are few. Left as it comes it walks
over the whole live state again and again: measured under load, 18 % of the engine's CPU and pauses of 80 ms, in
which no call is answered. So what is there at the start is never looked at again, and the collector comes seldom.
"""

import gc

YOUNG_OBJECTS = 10_000
"""containers that are made and still there before the young ones are looked over: about 2 ms of work"""
MIDDLE_ROUNDS, OLD_ROUNDS = 20, 50
"""so many looks at the young before one at the middle-aged, so many of those before one at all of them"""


def keep_collector_away() -> None:
    """Once, when everything has been imported and recovered and before the first call."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, MIDDLE_ROUNDS, OLD_ROUNDS)
