"""The moment of an offer: its entry is found in the journal, and the state before the decision is made anew.

explanation = await explain(journal, centre, offer, made_at)
"""

from __future__ import annotations

from msgspec import Struct

from callcenter import facts as f
from callcenter.apply import apply_entry
from callcenter.engine.recovery import state_after
from callcenter.explain.candidates import Candidate, candidates
from callcenter.lifecycles import OfferKind
from callcenter.queue.requirement import Requirement, ways
from callcenter.state import Live
from callcenter.store.journal import Journal


class Line(Struct, frozen=True):
    """What the line was asked: who stood in it, and whom it might have been given to."""

    queue: str
    queues: tuple[str, ...]
    """whose agents might serve it by then"""
    skills: tuple[f.SkillLevel, ...]
    """which they needed by then"""
    language: str
    """of these the one that no step gives up; "" if none is asked for"""
    step: int
    """of relaxation, of so many `steps`"""
    steps: int
    waited_ms: int
    """in this queue"""
    age_ms: int
    """that counts for its place"""
    points: int
    """of the customer's grade, and of steps"""
    lift: int
    """how far it had been put forward"""
    candidates: tuple[Candidate, ...]
    today: int | None
    """whom today's router would choose there"""


class Explanation(Struct, frozen=True):
    """What was known when this offer was made. Times in ms since 1970."""

    offer: int
    contact: int
    agent: int
    kind: OfferKind
    rule: str
    at: int
    seq: int
    """the journal's entry"""
    runner_up: int | None
    line: Line | None
    """None: a person named the agent"""


async def explain(journal: Journal, centre: int, offer: int, made_at: int) -> Explanation | None:
    """`made_at`: as the history has it. None: the journal doesn't hold that moment."""
    newest, _ = await journal.last()
    first = await journal.first_since(made_at)
    async for entry in journal.entries(first - 1, newest):
        if entry.at != made_at:
            return None
        for index, decision in enumerate(entry.decisions):
            if isinstance(decision, f.OfferMade) and decision.offer == offer:
                live = await state_after(journal, centre, entry.seq - 1)
                apply_entry(live, entry, index)
                return explained(live, decision, entry)
    return None


def explained(live: Live, made: f.OfferMade, entry: f.Entry) -> Explanation:
    """`live`: right before this offer was made."""
    return Explanation(
        made.offer,
        made.contact,
        made.agent,
        made.kind,
        made.rule,
        entry.at,
        entry.seq,
        made.runner_up,
        _line(live, made, entry.at),
    )


class _Stands(Struct, frozen=True):
    """Somebody in line, right before an offer of theirs is made."""

    place: int
    requirement: Requirement
    since_at: int
    entered_at: int


def _stands(live: Live, made: f.OfferMade) -> _Stands | None:
    """None: a person named the agent, and nobody was chosen from the line."""
    contact, consult = live.state.contacts[made.contact], live.state.contacts[made.contact].consult
    found: _Stands | None = None
    if made.kind is OfferKind.CONTACT:
        found = _Stands(made.contact, live.requirement(contact), contact.since_at, contact.entered_at)
    elif made.kind is OfferKind.CONSULT and consult is not None and consult.requirement is not None:
        found = _Stands(-made.contact, consult.requirement, consult.since_at, consult.since_at)
    return found if found is not None and live.router.is_waiting(found.place) else None


def _line(live: Live, made: f.OfferMade, at: int) -> Line | None:
    stands = _stands(live, made)
    if stands is None:
        return None
    contact, requirement = live.state.contacts[made.contact], stands.requirement
    steps = {one.name: one.steps for one in live.queues.values()}
    choice, way = live.router.agent_for(stands.place), ways(requirement, steps)[-1]
    return Line(
        queue=requirement.queue,
        queues=way.queues,
        skills=way.skills,
        language=requirement.language,
        step=requirement.step,
        steps=len(steps.get(requirement.queue, ())),
        waited_ms=at - stands.entered_at,
        age_ms=at - stands.since_at,
        points=contact.priority,
        lift=contact.lift,
        candidates=tuple(candidates(live, requirement, made.agent, at)),
        today=choice.agent if choice is not None else None,
    )
