"""The router beside a plain scan over everybody: the same choices, whatever came and went before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from callcenter.facts import AgentChoice, AgentSetup, RelaxationStep, SkillLevel
from callcenter.queue.choice import Merit
from callcenter.queue.line import Line
from callcenter.queue.order import MINUTE_MS, Rules, Standing, ceiling_at, rank
from callcenter.queue.plain import Scan
from callcenter.queue.requirement import Requirement
from callcenter.queue.routing import EARLIER_STEP, LONGEST_IDLE, PREFERRED_PHONE, Choice, Router

SERVES = {"phone": ("desk", "phone"), "robot": ("robot",)}
STEPS = {
    "a": (
        RelaxationStep(10, lower=(SkillLevel("cards", 1),)),
        RelaxationStep(20, drop=("loans", "en")),
        RelaxationStep(30, agents_of=("b", "c")),
        RelaxationStep(40, anyone=True),
    ),
    "b": (RelaxationStep(10, points=5), RelaxationStep(20, anyone=True)),
}
RULES = {"a": Rules(ageing=2, ceiling=5), "b": Rules(ageing=1, weight=300), "c": Rules()}

skill_levels = st.lists(
    st.builds(SkillLevel, st.sampled_from(["cards", "loans", "en"]), st.integers(1, 3)),
    max_size=2,
    unique_by=lambda level: level.skill,
).map(tuple)
requirements = st.builds(
    Requirement,
    st.sampled_from(["a", "b", "c"]),
    skill_levels,
    st.sampled_from(["phone", "robot", "other"]),
    st.integers(0, 4),
    st.sampled_from(["", "en"]),
)


def setup(
    agent: int,
    queues: tuple[str, ...] = ("a",),
    skills: tuple[SkillLevel, ...] = (),
    station: str = "phone",
) -> AgentSetup:
    return AgentSetup(agent, f"agent{agent}", skills, queues, station)


# Few numbers and few moments: so that equals meet and the same one comes and goes.
numbers = st.integers(1, 6)
standings = st.builds(
    Standing,
    place=st.one_of(numbers, numbers.map(lambda number: -number)),
    points=st.integers(0, 6),
    since_at=st.integers(0, 3).map(lambda minutes: minutes * MINUTE_MS),
    lift=st.sampled_from([0, 0, 0, 50]),
)


merits = st.builds(Merit, st.integers(0, 3), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))


class Beside(RuleBasedStateMachine):
    """Whatever comes and goes, both say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.router, self.scan = Router(SERVES, RULES, STEPS), Scan(SERVES, RULES, STEPS)
        self.at = 0

    @initialize(choices=st.fixed_dictionaries(dict.fromkeys("ab", st.sampled_from(AgentChoice))))
    def choose(self, choices: dict[str, AgentChoice]) -> None:
        self.router, self.scan = (
            Router(SERVES, RULES, STEPS, choices),
            Scan(SERVES, RULES, STEPS, choices),
        )

    @rule(standing=standings, requirement=requirements)
    def waits(self, standing: Standing, requirement: Requirement) -> None:
        for one in (self.router, self.scan):
            one.wait(standing, requirement)

    @rule(place=st.one_of(numbers, numbers.map(lambda number: -number)))
    def leaves(self, place: int) -> None:
        for one in (self.router, self.scan):
            one.leave(place)

    @rule(
        agent=numbers,
        queues=st.sampled_from([("a",), ("b",), ("c", "a"), ("a", "b", "c")]),
        skills=skill_levels,
        station=st.sampled_from(["desk", "phone", "robot", "other"]),
        merit=merits,
    )
    def becomes_ready(
        self,
        agent: int,
        queues: tuple[str, ...],
        skills: tuple[SkillLevel, ...],
        station: str,
        merit: Merit,
    ) -> None:
        for one in (self.router, self.scan):
            one.ready(agent, setup(agent, queues, skills, station), merit)

    @rule(agent=numbers)
    def is_busy(self, agent: int) -> None:
        for one in (self.router, self.scan):
            one.busy(agent)

    @rule(minutes=st.integers(1, 3))
    def time_passes(self, minutes: int) -> None:
        self.at += minutes * MINUTE_MS

    @invariant()
    def both_say_the_same(self) -> None:
        router, scan = self.router, self.scan
        for agent in range(1, 7):
            assert router.is_ready(agent) == scan.is_ready(agent)
            if scan.is_ready(agent):
                assert router.contact_for(agent, self.at) == scan.contact_for(agent, self.at)
        for place in {*scan.waiting, *range(-6, 7)}:
            assert router.is_waiting(place) == scan.is_waiting(place)
        for place in scan.waiting:
            assert router.agent_for(place) == scan.agent_for(place)
        pairs = router.pairs(self.at)
        assert pairs == scan.pairs(self.at)
        met = {agent for _, agent in pairs}
        alone = [place for place in scan.waiting if place not in dict(pairs)]
        assert all(choice is None or choice.agent in met for choice in map(scan.agent_for, alone))


TestBeside = Beside.TestCase
TestBeside.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(0, 3))), max_size=60))
def test_a_line_knows_its_first_however_often_they_come_and_go(changes: list[tuple[int, int | None]]) -> None:
    line = Line()
    plain: dict[int, tuple[int, int]] = {}
    for item, at in changes:
        if at is None:
            line.discard(item)
            plain.pop(item, None)
        else:
            line.add((at, item), item)
            plain[item] = (at, item)
        assert line.first() == min(((key, item) for item, key in plain.items()), default=None)
        assert len(line) == len(plain)


@settings(max_examples=300, deadline=None)
@given(
    st.builds(Rules, ageing=st.integers(1, 20), ceiling=st.integers(1, 60), weight=st.integers(1, 500)),
    st.builds(Standing, place=st.just(1), points=st.integers(0, 50), since_at=st.integers(0, 10**7)),
    st.builds(Standing, place=st.just(2), points=st.integers(0, 50), since_at=st.integers(0, 10**7)),
    st.integers(0, 10**8),
)
def test_nobody_starves(rules: Rules, one: Standing, other: Standing, later_ms: int) -> None:
    """From the moment at which it reaches the ceiling only who is older goes before it, of whatever grade."""
    reached_at = ceiling_at(one, rules)
    assert reached_at is not None
    bound_ms = max(0, (rules.ceiling or 0) - one.points) * MINUTE_MS / rules.ageing
    assert reached_at - one.since_at <= bound_ms + 1
    at = reached_at + later_ms
    if other.since_at > one.since_at:
        assert rank(one, rules, at) < rank(other, rules, at)


def test_a_ceiling_lets_an_old_customer_of_no_grade_through_a_stream_of_the_best_ones() -> None:
    """Without one they wait for ever."""
    old = 5_000
    served_in: dict[int | None, int | None] = {}
    for ceiling in (None, 40):
        router = Router(rules={"a": Rules(ageing=2, ceiling=ceiling)})
        requirement = Requirement("a", (), "phone")
        router.learn(1, setup(1))
        router.wait(Standing(old, 20, 0), requirement)
        served_in[ceiling] = None
        for minute in range(1, 200):
            for one in (minute, 1_000 + minute):
                router.wait(Standing(one, 1_000, minute * MINUTE_MS), requirement)
            place = router.contact_for(1, minute * MINUTE_MS)
            assert place is not None
            router.leave(place)
            if place == old:
                served_in[ceiling] = minute
                break
    assert served_in == {None: None, 40: 10}


def test_queues_of_one_agent_count_by_their_weight() -> None:
    router = Router(rules={"a": Rules(ageing=1), "b": Rules(ageing=1, weight=150)})
    router.learn(1, setup(1, ("a", "b")))
    router.wait(Standing(1, 20, 0), Requirement("a", (), "phone"))
    router.wait(Standing(2, 15, 0), Requirement("b", (), "phone"))
    assert router.contact_for(1, 0) == 2
    router.wait(Standing(1, 30, 0), Requirement("a", (), "phone"))
    assert router.contact_for(1, 0) == 1


def test_who_was_put_forward_goes_before_any_points() -> None:
    router = Router(rules={"a": Rules(ageing=100)})
    router.learn(1, setup(1))
    router.wait(Standing(1, 500, 0), Requirement("a", (), "phone"))
    router.wait(Standing(2, 0, 0, lift=50), Requirement("a", (), "phone"))
    assert router.contact_for(1, 60 * MINUTE_MS) == 2


def test_equals_are_served_in_the_order_of_their_numbers() -> None:
    router, requirement = Router(), Requirement("a", (), "phone")
    for contact in (3, 1, 2):
        router.wait(Standing(contact, 0, 7), requirement)
    for agent in (9, 8):
        router.ready(agent, setup(agent), Merit(5))
    assert router.contact_for(9, 8) == 1
    assert router.agent_for(1) == Choice(8, 9)


@pytest.mark.parametrize("crowd", [3, 40])
def test_of_few_and_of_many_the_longest_idle_is_found(crowd: int) -> None:
    router = Router()
    router.wait(Standing(1, 0, 0), Requirement("a", (SkillLevel("en", 2),), "phone"))
    for agent in range(1, 101):
        level = 2 if agent <= crowd else 1
        router.ready(agent, setup(agent, skills=(SkillLevel("en", level),)), Merit(1_000 - agent))
    assert router.agent_for(1) == Choice(crowd, crowd - 1)


def test_the_rule_says_when_the_kind_of_phone_decided() -> None:
    router = Router(SERVES)
    router.wait(Standing(1, 0, 0), Requirement("a", (), "phone"))
    router.ready(1, setup(1), Merit(5))
    assert router.agent_for(1) == Choice(1, None, LONGEST_IDLE)
    desk = setup(2, station="desk")
    router.ready(2, desk, Merit(9))  # the preferred phone, ready for less long
    assert router.agent_for(1) == Choice(2, 1, PREFERRED_PHONE)
    router.ready(2, desk, Merit(5))  # as long: nobody was passed over
    assert router.agent_for(1) == Choice(2, 1, LONGEST_IDLE)
    router.ready(2, desk, Merit(4))
    assert router.agent_for(1) == Choice(2, 1, LONGEST_IDLE)


def test_who_serves_by_an_earlier_step_goes_before_whoever_has_been_idle_longer() -> None:
    cards = SkillLevel("cards", 3)
    router = Router(SERVES, steps=STEPS)
    router.ready(1, setup(1, skills=(SkillLevel("cards", 1),)), Merit(1))
    router.ready(2, setup(2, skills=(cards,)), Merit(5))
    router.wait(Standing(1, 0, 0), Requirement("a", (cards,), "phone", step=1))
    assert router.agent_for(1) == Choice(2, 1, EARLIER_STEP)
    router.busy(2)
    assert router.agent_for(1) == Choice(1, None, LONGEST_IDLE)
    router.wait(Standing(1, 0, 0), Requirement("a", (cards,), "phone"))
    assert router.agent_for(1) is None


def test_no_step_gives_up_the_language() -> None:
    needs = (SkillLevel("cards", 3), SkillLevel("en", 1))
    router = Router(SERVES, steps=STEPS)
    router.ready(1, setup(1), Merit(1))
    router.wait(Standing(1, 0, 0), Requirement("a", needs, "phone", step=4, language="en"))
    assert router.agent_for(1) is None
    router.ready(2, setup(2, skills=(SkillLevel("en", 2),)), Merit(1))
    assert router.agent_for(1) == Choice(2, None)


CARDS, LOANS, EN = SkillLevel("cards", 1), SkillLevel("loans", 1), SkillLevel("en", 1)


def skilled(agent: int, cards: int, loans: int, english: int = 1) -> AgentSetup:
    levels = SkillLevel("cards", cards), SkillLevel("loans", loans), SkillLevel("en", english)
    return setup(agent, skills=levels)


@pytest.mark.parametrize(
    ("choice", "first", "next_"),
    [
        (AgentChoice.LONGEST_IDLE, 1, 2),
        (AgentChoice.MOST_SKILLED, 2, 3),  # 3 knows the language best, which is not asked for twice
        (AgentChoice.LEAST_SKILLED, 1, 3),
        (AgentChoice.LEAST_OCCUPIED, 3, 1),
        (AgentChoice.FEWEST_CONTACTS, 2, 1),
        (AgentChoice.ROUND_ROBIN, 3, 2),
    ],
)
def test_each_queue_has_its_own_choice_among_equals(choice: AgentChoice, first: int, next_: int) -> None:
    router = Router(choices={"a": choice, "b": AgentChoice.LONGEST_IDLE})
    router.ready(1, skilled(1, 1, 1), Merit(1, contacts=4, busy_permille=500, last_offer=9))
    router.ready(2, skilled(2, 3, 2), Merit(2, contacts=2, busy_permille=700, last_offer=8))
    router.ready(3, skilled(3, 2, 2, english=5), Merit(3, contacts=5, busy_permille=300, last_offer=7))
    router.wait(Standing(1, 0, 0), Requirement("a", (CARDS, LOANS, EN), "phone", language="en"))
    assert router.agent_for(1) == Choice(first, next_, choice.value)
    router.busy(first)
    choice_then = router.agent_for(1)
    assert choice_then is not None
    assert choice_then.agent == next_


def test_equals_by_the_queue_choice_go_by_how_long_they_have_been_idle() -> None:
    router = Router(choices={"a": AgentChoice.FEWEST_CONTACTS})
    router.ready(1, setup(1), Merit(7, contacts=2))
    router.ready(2, setup(2), Merit(5, contacts=2))
    router.wait(Standing(1, 0, 0), Requirement("a", (), "phone"))
    assert router.agent_for(1) == Choice(2, 1, AgentChoice.FEWEST_CONTACTS)


def test_the_preferred_phone_and_the_earlier_step_go_before_the_choice() -> None:
    router = Router(SERVES, steps=STEPS, choices={"a": AgentChoice.ROUND_ROBIN})
    router.ready(1, setup(1), Merit(1, last_offer=1))
    router.ready(2, setup(2, station="desk"), Merit(2, last_offer=5))
    router.wait(Standing(1, 0, 0), Requirement("a", (), "phone"))
    assert router.agent_for(1) == Choice(2, 1, PREFERRED_PHONE)
    router.wait(Standing(1, 0, 0), Requirement("a", (SkillLevel("cards", 2),), "phone", step=1))
    router.ready(2, setup(2, skills=(SkillLevel("cards", 2),)), Merit(2, last_offer=5))
    router.ready(1, setup(1, skills=(CARDS,)), Merit(1, last_offer=1))
    assert router.agent_for(1) == Choice(2, 1, EARLIER_STEP)
