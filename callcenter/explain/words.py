"""An explanation for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.explain.candidates import Candidate, Verdict
from callcenter.explain.moment import Explanation, Line

Name = Callable[[int], str]

RULES = {
    "longest_idle": "longest ready of those who may serve it",
    "most_skilled": "most skilled of those who may serve it",
    "least_skilled": "least skilled of those who may serve it, to save the experts",
    "least_occupied": "least occupied of those who may serve it",
    "fewest_contacts": "fewest contacts of those who may serve it",
    "round_robin": "longest without an offer of those who may serve it",
    "earlier_step": "first of those who may serve it by the fewest steps of relaxation",
    "preferred_phone": "first at the kind of phone that this call is best connected to",
    "asked_for": "a colleague asked for this agent",
    "sent_back": "nobody took it, so it came back to who had sent it",
}
WHY = {
    "step": "may serve it only by a later step",
    "phone": "has a kind of phone that this call is less gladly connected to",
    "idle": "has been ready for less long",
    "most_skilled": "is less skilled in what is asked for",
    "least_skilled": "is more skilled in what is asked for",
    "least_occupied": "has been more occupied since signing in",
    "fewest_contacts": "has had more contacts since signing in",
    "round_robin": "had an offer more recently",
    "offline": "is signed out",
    "away": "is away",
    "offered": "is offered another contact",
    "on_contact": "is on a contact",
    "wrap_up": "is in wrap-up",
    "not_responding": "let an offer pass",
    "no_phone": "has no phone that can be rung",
    "listening": "is in somebody else's talk",
    "queue": "does not serve this queue",
}
NO_PHONE_FOR_IT = "has a kind of phone to which this call can't be connected"
WIDE = 26
"""signs for a name"""


def in_words(one: Explanation, name: Name, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(one.at / 1_000, zone)
    lines = [
        f"Offer {one.offer} of contact {one.contact} to {name(one.agent)}, {at:%Y-%m-%d %H:%M:%S} "
        f"(entry {one.seq} of the journal)",
        f"Rule: {RULES.get(one.rule, one.rule)}.",
    ]
    if one.line is not None:
        lines += _line(one, one.line, name)
    return "\n".join(lines)


def _line(one: Explanation, line: Line, name: Name) -> Iterator[str]:
    asked = ", ".join(f"{need.skill} {need.level}" for need in line.skills) or "no skill"
    step = f", by step {line.step} of {line.steps}" if line.steps else ""
    yield f"Asked for: an agent of {' or '.join(line.queues)} with {asked}{step}."
    lift = f", put forward by {line.lift}" if line.lift else ""
    yield (
        f"It had waited {_long(line.waited_ms)}; its age is {_long(line.age_ms)}, "
        f"its points {line.points}{lift}."
    )
    if line.today is not None and line.today != one.agent:
        yield f"Today's router would choose {name(line.today)}: its rules have changed since."
    yield ""
    for candidate in line.candidates:
        yield f"  {name(candidate.agent):<{WIDE}}{_verdict(candidate, one.runner_up)}"


def _verdict(one: Candidate, runner_up: int | None) -> str:
    ready = f"ready for {_long(one.idle_ms)}" if one.idle_ms is not None else ""
    if one.verdict is Verdict.CHOSEN:
        return f"chosen, {ready}" if ready else "chosen"
    if one.verdict is Verdict.LATER:
        next_ = "next: " if one.agent == runner_up else ""
        return f"{next_}{WHY[one.why]}, {ready}"
    if one.why == "skill":
        return "; ".join(f"has {_level(gap.has)} {gap.skill}, {gap.asked} is asked" for gap in one.missing)
    if one.verdict is Verdict.NOT_ABLE and one.why == "phone":
        return NO_PHONE_FOR_IT
    return WHY[one.why] + (f" ({one.reason.replace('_', ' ')})" if one.reason else "")


def _level(has: int) -> str:
    return "no" if not has else f"level {has} of"


def _long(ms: int) -> str:
    minutes, seconds = divmod(round(ms / 1_000), 60)
    return f"{minutes}:{seconds:02}"
