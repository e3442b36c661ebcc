"""The longer somebody waits, the less is asked of an agent."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callcenter import effects as e
from callcenter import facts as f
from callcenter.history.fold import History
from callcenter.history.records import QueueVisit
from callcenter.wanted import is_stale, resume
from tests.core.centre import EN, SECOND, Centre, agent, setup

STEPS = (
    f.RelaxationStep(20, lower=(f.SkillLevel("accounts", 1),)),
    f.RelaxationStep(50, drop=("accounts",), points=7),
)
EXPERT, BEGINNER, STRANGER = (
    f.SkillLevel("accounts", 4),
    f.SkillLevel("accounts", 1),
    f.SkillLevel("loans", 5),
)


def needing_three(*agents: f.AgentSetup, steps: tuple[f.RelaxationStep, ...] = STEPS) -> f.CentreSetup:
    applied = setup(*agents, steps=steps)
    return replace(applied, queues=(replace(applied.queues[0], skills=(f.SkillLevel("accounts", 3),)),))


def centre(*agents: f.AgentSetup, steps: tuple[f.RelaxationStep, ...] = STEPS) -> Centre:
    """Its queue asks for accounts at level 3."""
    return Centre(needing_three(*agents, steps=steps))


def due(centre: Centre) -> e.SetTimer:
    """The last timer for a step."""
    timers = [
        one for one in centre.effects if isinstance(one, e.SetTimer) and isinstance(one.timer, f.StepDue)
    ]
    return timers[-1]


def step(centre: Centre) -> tuple[f.Decision, ...]:
    """Its time has come."""
    timer = due(centre)
    return centre.do(timer.timer, after_ms=timer.at - centre.at)


def test_each_step_comes_at_its_seconds_and_asks_less() -> None:
    at = centre(agent(1, BEGINNER, EN), agent(2, STRANGER, EN))
    at.ready(1, 2)
    contact = at.call()
    assert due(at) == e.SetTimer(at.at + 20 * SECOND, f.StepDue(contact, 1, 1))
    assert not at.live.state.offers
    relaxed, made, _ = step(at)
    assert relaxed == f.ContactRelaxed(contact, 1, 0, at.at + 30 * SECOND)
    assert isinstance(made, f.OfferMade)
    assert (made.agent, made.step) == (1, 1)
    at.do(f.OfferExpired(made.offer))
    relaxed, made, _ = step(at)
    assert relaxed == f.ContactRelaxed(contact, 2, 7, None)
    assert isinstance(made, f.OfferMade)
    assert (made.agent, made.step) == (2, 2)
    assert at.live.state.contacts[contact].priority == 7
    assert at.is_recoverable()


def test_a_step_is_taken_while_a_desk_rings_and_counts_when_it_does_not_answer() -> None:
    at = centre(agent(1, EXPERT, EN), agent(2, BEGINNER, EN))
    at.ready(1, 2)
    at.call()
    assert at.made().agent == 1
    step(at)
    assert at.made().agent == 1, "it rings on"
    at.do(f.OfferExpired(1))
    assert at.made().agent == 2


def test_what_was_due_in_a_talk_is_made_up_for_afterwards() -> None:
    at = centre(agent(1, EXPERT, EN), agent(2, BEGINNER, EN))
    at.ready(1, 2)
    contact = at.call()
    leg = at.answer()
    timer = due(at)
    at.wait(60)
    assert is_stale(at.live, timer.timer)
    at.do(f.LegEnded(leg, f.LegCause.VANISHED))
    assert at.last(f.ContactRelaxed) == f.ContactRelaxed(contact, 1, 0, at.at + 30 * SECOND)
    assert at.made().agent == 2


def test_our_downtime_takes_no_step() -> None:
    at = centre(agent(1, EXPERT, EN))
    contact = at.call()
    at.do(f.OwnerStarted(40 * SECOND), after_ms=40 * SECOND)
    (timer,) = [
        one for one in resume(at.live) if isinstance(one, e.SetTimer) and isinstance(one.timer, f.StepDue)
    ]
    assert timer == e.SetTimer(at.at + 20 * SECOND, f.StepDue(contact, 1, 1))


@pytest.mark.parametrize("timer", [f.StepDue(1, 1, 2), f.StepDue(1, 2, 1), f.StepDue(9, 1, 1)])
def test_a_step_of_another_wait_or_out_of_turn_is_stale(timer: f.StepDue) -> None:
    at = centre(agent(1, EXPERT, EN))
    at.call()
    assert is_stale(at.live, timer)
    assert at.do(timer) == ()


def test_who_waits_is_given_the_steps_of_a_new_setup_and_keeps_the_place() -> None:
    at = centre(agent(1, BEGINNER, EN), steps=())
    at.ready(1)
    contact = at.call()
    since = at.live.state.contacts[contact].since_at
    at.wait(30)
    applied = needing_three(agent(1, BEGINNER, EN))
    decisions = at.do(f.CentreApplied(2, applied, "sam"))
    assert f.ContactRelaxed(contact, 0, 0, at.at + 20 * SECOND) in decisions
    step(at)
    assert at.made().agent == 1
    assert at.live.state.contacts[contact].since_at == since
    fewer = replace(applied, queues=(replace(applied.queues[0], steps=STEPS[:1]),))
    at.do(f.OfferExpired(1))
    at.do(f.CentreApplied(3, fewer, "sam"))
    assert f.ContactRelaxed(contact, 1, 0, None) in step(at)
    assert at.is_recoverable()


def test_steps_that_came_in_a_talk_count_when_somebody_waits_again() -> None:
    at = centre(agent(1, EXPERT, EN), agent(2, BEGINNER, EN), steps=())
    at.ready(1, 2)
    contact = at.call()
    leg = at.answer()
    at.do(f.CentreApplied(2, needing_three(agent(1, EXPERT, EN), agent(2, BEGINNER, EN)), "sam"))
    assert at.live.state.contacts[contact].relaxes_at is None
    at.do(f.LegEnded(leg, f.LegCause.VANISHED))
    assert at.last(f.ContactRelaxed) == f.ContactRelaxed(contact, 0, 0, at.at + 20 * SECOND)
    step(at)
    assert at.made().agent == 2


def test_who_waits_is_asked_for_as_the_queue_asks_now_and_keeps_the_place_and_the_language() -> None:
    people = agent(1, BEGINNER, EN), agent(2, EXPERT), agent(3, EXPERT, EN)
    at = centre(*people, steps=())
    at.ready(1)
    first = at.call("phone:1", ani="a1")
    at.do(f.CustomerFound(at.live.state.counters.look_up, 7, "A", "en", ()))
    at.do(f.KeysTimedOut("phone:1", 1))
    at.do(f.KeysTimedOut("phone:1", 2))
    at.do(f.KeysTimedOut("phone:1", 3))
    second = at.call("phone:2")
    assert not at.live.state.offers
    at.ready(2)
    assert at.made().contact == second  # the first one's language is not spoken
    easier = needing_three(*people, steps=())
    easy = replace(easier, queues=(replace(easier.queues[0], skills=(f.SkillLevel("accounts", 1),)),))
    at.do(f.CentreApplied(2, easy, "sam"))
    assert (at.made().contact, at.made().agent) == (first, 1)
    assert at.is_recoverable()


def test_how_far_it_was_relaxed_stands_in_the_history_of_the_visit() -> None:
    at = centre(agent(1, BEGINNER, EN))
    at.call()
    step(at)
    at.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    other = at.call("phone:2")
    at.do(f.LegEnded("phone:2", f.LegCause.HUNG_UP))
    history = History()
    visits = [row for entry in at.entries for row in history.fold(entry) if isinstance(row, QueueVisit)]
    assert [(visit.contact, visit.step) for visit in visits] == [(1, 1), (other, 0)]
