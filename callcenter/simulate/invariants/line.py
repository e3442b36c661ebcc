"""Who waits keeps their age and their place, and waits for nobody who sits ready: I3, I11."""

from __future__ import annotations

from msgspec import Struct

from callcenter import facts as f
from callcenter.simulate.invariants.records import Agent, Contact
from callcenter.simulate.invariants.seen import Seen
from callcenter.simulate.invariants.talks import no_talk


def contact_queued(seen: Seen, fact: f.ContactQueued) -> None:
    contact = seen.contacts[fact.contact]
    if fact.priority != seen.centre.grades.get(contact.grade, 0):
        raise seen.violated("I3", f"{fact.priority} for {contact.grade!r}")
    # Who is transferred keeps the age.
    begins_at = contact.arrived_at if seen.centre.queues[fact.queue].counts_ivr else seen.entry.at
    since_at = (contact.since_at if contact.sent else 0) or begins_at
    if fact.since_at != since_at:
        raise seen.violated("I3", f"contact {fact.contact} has another age")
    contact.queue, contact.skills, contact.called_for = fact.queue, fact.skills, False
    asked = seen.centre.queues[fact.queue].skills
    contact.speaks = tuple(skill for skill in fact.skills if skill not in asked)
    if any(not _is_spoken(seen, fact.queue, skill.skill) for skill in contact.speaks):
        raise seen.violated(
            "I11", f"contact {fact.contact} waits for {contact.speaks}, which nobody there has"
        )
    contact.priority, contact.since_at = fact.priority, fact.since_at
    contact.waiting = contact.queued = True
    no_talk(seen, fact.contact)
    seen.to_settle.add(fact.contact)


def contact_returned(seen: Seen, fact: f.ContactReturned) -> None:
    contact = seen.contacts[fact.contact]
    if contact.offer is not None:
        raise seen.violated("I2", f"contact {fact.contact} waits and is offered")
    if fact.lift != _lift(seen, contact):
        raise seen.violated("I3", f"contact {fact.contact} rises by {fact.lift}, not {_lift(seen, contact)}")
    contact.lift += fact.lift
    contact.since_at = contact.since_at or seen.entry.at
    contact.waiting = contact.queued = True
    contact.spoken = _is_asked_for_language(seen, contact)
    no_talk(seen, fact.contact)
    seen.to_settle.add(fact.contact)


def _lift(seen: Seen, contact: Contact) -> int:
    """Who was in a talk, or on the way to one, goes to the front; who was let pass three times rises."""
    if contact.talking or contact.sent:
        return FRONT_LIFT
    if contact.passed == PASSED_MAX and contact.passed_in == seen.entry.seq:
        return PASSED_LIFT
    return 0


def contact_raised(seen: Seen, fact: f.ContactRaised) -> None:
    seen.contacts[fact.contact].lift += fact.lift


FRONT_LIFT, PASSED_LIFT, PASSED_MAX = 1_000, 50, 3


# --- Who is the best for whom ---


class Asked(Struct, frozen=True):
    """What somebody who waits asks of an agent."""

    queue: str
    skills: tuple[f.SkillLevel, ...]
    stations: tuple[str, ...]
    """where the agent's phone may be, the preferred place first"""


def best_contact(seen: Seen, number: int, agent: Agent) -> None:
    """No other who waits and may have this agent goes before."""
    chosen = _place(seen, seen.contacts[number])
    for other in seen.live:
        contact = seen.contacts[other]
        if (
            other == number
            or not contact.is_there()
            or _may_ask(seen, contact)
            or _place(seen, contact) >= chosen
        ):
            continue
        if _rank(agent, _asked_by(seen, contact)) is not None:
            raise seen.violated("I3", f"contact {other} goes before {number}")


def _place(seen: Seen, contact: Contact) -> tuple[int, ...]:
    """Put forward, then the oldest of those who have waited enough, then by points of grade and wait."""
    queue = seen.centre.queues.get(contact.queue) or seen.centre.setup.queues[0]
    points = contact.priority * 60_000 + queue.ageing_per_minute * (seen.entry.at - contact.since_at)
    if queue.ceiling is not None and points >= queue.ceiling * 60_000:
        return -contact.lift, 0, contact.since_at
    return -contact.lift, 1, -points * queue.weight, contact.since_at


def best_agent(seen: Seen, contact: Contact, number: int) -> None:
    """The preferred phone, then whoever is idle for longest."""
    asked = _asked_by(seen, contact)
    ranked = []
    for other, agent in seen.ready():
        rank = _rank(agent, asked)
        if rank is not None:
            ranked.append((rank, agent.idle_since, other))
    best = [one[2] for one in (ranked if _may_ask(seen, contact) else sorted(ranked)[:1])]
    if number not in best:
        raise seen.violated("I3", f"agent {number} is not first of {ranked}")


def best_to_ask(seen: Seen, contact: Contact, queue: str, number: int) -> None:
    """Of those of that queue, perhaps of those who speak the customer's language."""
    queue_skills = seen.centre.queues[queue].skills
    for asked in (
        _asked_in_consult(seen, contact, queue),
        Asked(queue, queue_skills, _stations(seen, contact)),
    ):
        ranked = [
            (rank, agent.idle_since, other)
            for other, agent in seen.ready()
            if (rank := _rank(agent, asked)) is not None
        ]
        if ranked and min(ranked)[2] == number:
            return
    raise seen.violated("I3", f"agent {number} is not the first to be asked")


def _rank(agent: Agent, asked: Asked) -> int | None:
    """How gladly this agent's phone is rung for it; None: the agent may not serve it."""
    setup = agent.setup
    if asked.queue not in setup.queues or setup.station not in asked.stations:
        return None
    has = {skill.skill: skill.level for skill in setup.skills}
    if any(has.get(one.skill, 0) < one.level for one in asked.skills):
        return None
    return asked.stations.index(setup.station)


def _asked_by(seen: Seen, contact: Contact) -> Asked:
    centre = seen.centre
    queue, skills = contact.queue, contact.skills
    if queue not in centre.queues:  # gone: the first one answers
        first = centre.setup.queues[0]
        queue, skills = first.name, (*first.skills, *contact.speaks)
    elif contact.called_for:
        speaks = (f.SkillLevel(contact.language, 1),) if contact.spoken else ()
        skills = (*centre.queues[queue].skills, *speaks)
    return Asked(queue, skills, _stations(seen, contact))


def _may_ask(seen: Seen, contact: Contact) -> bool:
    """Who speaks it has come or gone since whom we called began to wait: the language is asked for or not."""
    if not contact.called_for or contact.queue not in seen.centre.queues:
        return False
    return contact.spoken != _is_asked_for_language(seen, contact)


def _is_asked_for_language(seen: Seen, contact: Contact) -> bool:
    """Of whom we called for a queue it is when somebody there speaks it."""
    asks = contact.called_for and contact.language and contact.queue in seen.centre.queues
    return bool(asks) and _is_spoken(seen, contact.queue, contact.language)


def _is_spoken(seen: Seen, queue: str, skill: str) -> bool:
    """Somebody of this centre who serves the queue has it."""
    needs = seen.centre.queues[queue].skills
    for one in seen.centre.setup.agents:
        setup = seen.agents[one.agent].setup
        has = {level.skill: level.level for level in setup.skills}
        able = all(has.get(need.skill, 0) >= need.level for need in needs)
        if able and skill in has and queue in setup.queues:
            return True
    return False


def _asked_in_consult(seen: Seen, contact: Contact, queue: str) -> Asked:
    """Who has these can be asked; whether the language is needed depends on who else is there."""
    speaks = (f.SkillLevel(contact.language, 1),) if contact.language else ()
    return Asked(queue, (*seen.centre.queues[queue].skills, *speaks), _stations(seen, contact))


def _stations(seen: Seen, contact: Contact) -> tuple[str, ...]:
    return seen.centre.serves.get(contact.provider, (contact.provider,))


# --- What must be true when an entry is over ---


def nobody_waits_in_vain(seen: Seen) -> None:
    """Neither in the line, nor on hold while a consultation asks a queue."""
    ready = seen.ready()
    for number in seen.live if ready else ():
        contact = seen.contacts[number]
        if contact.is_there() and not _may_ask(seen, contact):
            agent = _any_of(ready, _asked_by(seen, contact))
            if agent is not None:
                raise seen.violated("I11", f"contact {number} waits, agent {agent} sits ready")
        queue = contact.consult
        if queue is not None and queue in seen.centre.queues and not contact.quarantined:
            agent = _any_of(ready, _asked_in_consult(seen, contact, queue))
            if agent is not None:
                raise seen.violated("I11", f"contact {number} is on hold, agent {agent} sits ready")


def _any_of(ready: list[tuple[int, Agent]], asked: Asked) -> int | None:
    """The number of the first who may serve it."""
    for number, agent in ready:
        if _rank(agent, asked) is not None:
            return number
    return None
