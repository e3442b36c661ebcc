"""Nothing is older than its deadline, nothing expires before it, and our absence moves all of them: I7, I12."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from callcenter import facts as f
from callcenter.simulate.invariants.records import Key
from callcenter.simulate.invariants.seen import Seen

LATE_MS = 5_000
LEG_END_MS = 30_000
DIAL_MS, OWN_PHONE_MS, COLLEAGUE_MS, LOOK_UP_MS = 45_000, 10_000, 15_000, 5_000
BROKEN_TIMER_MS = 20_000


def owner_started(seen: Seen, fact: f.OwnerStarted) -> None:
    if seen.entry.decisions:
        raise seen.violated("I12", "something follows from our absence")
    if seen.database_back_at:
        seen.database_back_at += fact.down_ms
    for key, at in seen.due.items():
        # A leg's end has its whole time again: nobody could tell us of it.
        seen.due[key] = seen.entry.at + LEG_END_MS if key[0] == "leg" else at + fact.down_ms
    for number in seen.live:
        if (relaxes_at := seen.contacts[number].relaxes_at) is not None:
            seen.contacts[number].relaxes_at = relaxes_at + fact.down_ms
    for agent in seen.agents.values():
        agent.stations.clear()  # providers tell a new owner anew


def is_so_long(seen: Seen, kind: str, at: int, ms: int) -> None:
    """What begins in this entry has just so much time."""
    if at - seen.entry.at != ms:
        raise seen.violated("I7", f"{kind} has {at - seen.entry.at} ms, not {ms}")


def not_early(seen: Seen, kind: str, number: object) -> None:
    if (kind, number) in seen.again:
        return  # or at once, by the next owner
    early = seen.due[kind, number] - seen.entry.at
    if early > 0:
        raise seen.violated("I12", f"{kind} {number} expires {early} ms early")


def nothing_is_overdue(seen: Seen) -> None:
    if seen.entry.at - LATE_MS <= seen.database_back_at:
        return  # what was due meanwhile could not be written
    key = seen.due.due_before(seen.entry.at - LATE_MS)
    if key is not None:
        raise seen.violated("I7", f"{key} was due {seen.entry.at - seen.due[key]} ms ago")


def comes_again(seen: Seen) -> None:
    """A timer on which a rule broke, while what it would have ended is still there."""
    waits_for = _WAITS_FOR.get(type(seen.entry.input))
    key = waits_for(seen.entry.input) if waits_for is not None else None
    if key is not None and key in seen.due and seen.broke():
        seen.due[key] = seen.entry.at + BROKEN_TIMER_MS
        seen.again.add(key)


_WAITS_FOR: dict[type, Callable[[Any], Key]] = {
    f.WrapUpExpired: lambda timer: ("wrap-up", timer.engagement),
    f.OfferExpired: lambda timer: ("offer", timer.offer),
    f.LookUpExpired: lambda timer: ("look-up", timer.look_up),
    f.StepDue: lambda timer: ("step", timer.contact),
    f.PauseExpired: lambda timer: ("pause", (timer.contact, timer.pause)),
    f.DialExpired: lambda timer: ("dial", timer.leg),
    f.LegExpired: lambda timer: ("leg", timer.leg),
}
"""what is due by each timer"""
