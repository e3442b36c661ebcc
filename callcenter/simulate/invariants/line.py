"""Who waits keeps their age and their place, and waits for nobody who sits ready: I3, I11."""

from __future__ import annotations

from msgspec import Struct

from callcenter import facts as f
from callcenter.lifecycles import Routing
from callcenter.simulate.invariants.deadlines import is_so_long
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
    if contact.sent and contact.target != f.ToQueue(fact.queue):
        raise seen.violated("I2", f"contact {fact.contact} is sent to {contact.target}, not {fact.queue}")
    contact.queue, contact.called_for = fact.queue, False
    asked = seen.centre.queues[fact.queue].skills
    if not set(asked) <= set(fact.skills):
        raise seen.violated("I11", f"contact {fact.contact} waits without {asked}")
    contact.speaks = tuple(skill for skill in fact.skills if skill not in asked)
    if any(not _is_spoken(seen, fact.queue, skill.skill) for skill in contact.speaks):
        raise seen.violated(
            "I11", f"contact {fact.contact} waits for {contact.speaks}, which nobody there has"
        )
    contact.priority, contact.since_at = fact.priority, fact.since_at
    contact.step = 0
    _next_step(seen, fact.contact, fact.relaxes_at)
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
    if contact.relaxes_at is not None:  # what was due meanwhile is now
        seen.due["step", fact.contact] = max(contact.relaxes_at, seen.entry.at)
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
    if fact.lift <= 0:
        raise seen.violated("I3", f"contact {fact.contact} is pulled forward by {fact.lift}")
    seen.contacts[fact.contact].lift += fact.lift


def contact_relaxed(seen: Seen, fact: f.ContactRelaxed) -> None:
    """One step more, when it is due; or a new setup has given who waits another one."""
    contact = seen.contacts[fact.contact]
    steps, before = _steps(seen, contact), contact.step
    one_more = fact.step == before + 1 and before < len(steps)
    if fact.points != (steps[before].points if one_more else 0) or not (one_more or fact.step == before):
        raise seen.violated("I11", f"contact {fact.contact} takes step {fact.step} after {before}")
    if one_more and (contact.relaxes_at is None or seen.entry.at < contact.relaxes_at):
        raise seen.violated("I12", f"contact {fact.contact} takes step {fact.step} early")
    contact.step, contact.priority = fact.step, contact.priority + fact.points
    _next_step(seen, fact.contact, fact.relaxes_at)


def _next_step(seen: Seen, number: int, at: int | None) -> None:
    """It is due at its seconds of the wait, or after the step before."""
    contact = seen.contacts[number]
    contact.relaxes_at = at
    steps, taken = _steps(seen, contact), contact.step
    if (at is None) != (taken >= len(steps)):
        raise seen.violated("I7", f"contact {number} has taken {taken} of {len(steps)} steps")
    if at is None:
        seen.due.drop(("step", number))
        return
    before = steps[taken - 1].after_seconds if taken else 0
    is_so_long(seen, "a step", at, (steps[taken].after_seconds - before) * 1_000)
    seen.due["step", number] = at


def has_next_step(seen: Seen, number: int, contact: Contact) -> None:
    """Whoever waits, and has not taken all steps, has one that is due some time."""
    waits = contact.waiting and not contact.quarantined and not contact.called_for
    if waits and contact.relaxes_at is None and contact.step < len(_steps(seen, contact)):
        raise seen.violated("I7", f"contact {number} will never take a step again")


def _steps(seen: Seen, contact: Contact) -> tuple[f.RelaxationStep, ...]:
    queue = seen.centre.queues.get(contact.queue)
    return queue.steps if queue is not None else ()


FRONT_LIFT, PASSED_LIFT, PASSED_MAX = 1_000, 50, 3


# --- Who is the best for whom ---


class Asked(Struct, frozen=True):
    """One of the things that somebody who waits asks of an agent: the sooner it is enough, the better the agent."""

    queues: tuple[str, ...]
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
    """The preferred phone, then whom the queue chooses."""
    asked = _asked_by(seen, contact)
    choice = (seen.centre.queues.get(contact.queue) or seen.centre.setup.queues[0]).choice
    ranked = []
    for other, agent in seen.ready():
        rank = _rank(agent, asked)
        if rank is not None:
            ranked.append((rank, _turn(agent, choice, asked[0], contact.language), other))
    best = [one[2] for one in (ranked if _may_ask(seen, contact) else sorted(ranked)[:1])]
    if number not in best:
        raise seen.violated("I3", f"agent {number} is not first of {ranked}")


def best_to_ask(seen: Seen, contact: Contact, queue: str, number: int) -> None:
    """Of those of that queue, perhaps of those who speak the customer's language."""
    with_language, choice = _asked_in_consult(seen, contact, queue), seen.centre.queues[queue].choice
    for asked in (with_language, _asked_in(seen, contact, queue, seen.centre.queues[queue].skills)):
        ranked = [
            (rank, _turn(agent, choice, asked, contact.language), other)
            for other, agent in seen.ready()
            if (rank := _rank(agent, [asked])) is not None
        ]
        if ranked and min(ranked)[2] == number:
            return
    raise seen.violated("I3", f"agent {number} is not the first to be asked")


def _turn(agent: Agent, choice: f.AgentChoice, asked: Asked, language: str) -> tuple[int, int]:
    """By what the queue chooses; who has less goes first, then who is idle for longest."""
    wanted = {need.skill for need in asked.skills} - {language}
    skill = sum(one.level for one in agent.setup.skills if one.skill in wanted)
    worked = sum(ms for routing, ms in agent.worked_ms.items() if routing in _WORKED)
    busy = sum(ms for routing, ms in agent.worked_ms.items() if routing in _BUSY)
    counts = {
        f.AgentChoice.MOST_SKILLED: -skill,
        f.AgentChoice.LEAST_SKILLED: skill,
        f.AgentChoice.FEWEST_CONTACTS: agent.contacts,
        f.AgentChoice.LEAST_OCCUPIED: 1_000 * busy // worked if worked else 0,
        f.AgentChoice.ROUND_ROBIN: agent.last_offer,
    }
    return counts.get(choice, 0), agent.idle_since


_BUSY = (Routing.ON_CONTACT, Routing.WRAP_UP)
_WORKED = (Routing.IDLE, Routing.OFFERED, *_BUSY)


def _rank(agent: Agent, asked: list[Asked]) -> tuple[int, int] | None:
    """How gladly this agent serves it, by what is asked and by the phone; None: the agent may not."""
    setup = agent.setup
    has = {skill.skill: skill.level for skill in setup.skills}
    for index, one in enumerate(asked):
        able = all(has.get(need.skill, 0) >= need.level for need in one.skills)
        if able and setup.station in one.stations and not set(one.queues).isdisjoint(setup.queues):
            return index, one.stations.index(setup.station)
    return None


def _asked_by(seen: Seen, contact: Contact) -> list[Asked]:
    centre = seen.centre
    if contact.queue not in centre.queues:  # gone: the first one answers
        first = centre.setup.queues[0]
        return [_asked_in(seen, contact, first.name, _with(first, contact.speaks))]
    if contact.called_for:
        speaks = (f.SkillLevel(contact.language, 1),) if contact.spoken else ()
        return [_asked_in(seen, contact, contact.queue, (*centre.queues[contact.queue].skills, *speaks))]
    needs = _with(centre.queues[contact.queue], contact.speaks)
    found = [_asked_in(seen, contact, contact.queue, needs)]
    for step in _steps(seen, contact)[: contact.step]:
        found.append(_less(found[-1], step, contact.language))
    return found


def _with(queue: f.QueueSetup, speaks: tuple[f.SkillLevel, ...]) -> tuple[f.SkillLevel, ...]:
    """What the queue asks for now, however long somebody has waited, and what is asked for beside it."""
    asked = [need.skill for need in queue.skills]
    return (*queue.skills, *(need for need in speaks if need.skill not in asked))


def _less(asked: Asked, step: f.RelaxationStep, language: str) -> Asked:
    """After one more step; the language stays."""
    lower = {one.skill: one.level for one in step.lower}
    skills = tuple(
        f.SkillLevel(one.skill, min(one.level, lower.get(one.skill, one.level)))
        for one in asked.skills
        if one.skill == language or not (step.anyone or one.skill in step.drop)
    )
    return Asked((*asked.queues, *step.agents_of), skills, asked.stations)


def _asked_in(seen: Seen, contact: Contact, queue: str, skills: tuple[f.SkillLevel, ...]) -> Asked:
    return Asked((queue,), skills, _stations(seen, contact))


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
    return _asked_in(seen, contact, queue, (*seen.centre.queues[queue].skills, *speaks))


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
            agent = _any_of(ready, [_asked_in_consult(seen, contact, queue)])
            if agent is not None:
                raise seen.violated("I11", f"contact {number} is on hold, agent {agent} sits ready")


def _any_of(ready: list[tuple[int, Agent]], asked: list[Asked]) -> int | None:
    """The number of the first who may serve it."""
    for number, agent in ready:
        if _rank(agent, asked) is not None:
            return number
    return None
