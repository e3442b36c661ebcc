"""The centre of random days, and the setups that somebody applies in their middle."""

from __future__ import annotations

from random import Random
from typing import Any

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.cti.simulator.legs import NAME
from callcenter.resources import scenarios

TREE = (scenarios() / "small" / "main.toml").read_text(encoding="utf-8")
SECOND_TREE = TREE.replace('queue = "accounts"', 'queue = "cards"')


STEPS = (
    f.RelaxationStep(6, lower=(f.SkillLevel("accounts", 1),)),
    f.RelaxationStep(15, drop=("accounts", "en"), points=5),
    f.RelaxationStep(25, agents_of=("cards",)),
    f.RelaxationStep(40, anyone=True),
)


def _agent(number: int, station: str, queues: tuple[str, ...], *skills: tuple[str, int]) -> f.AgentSetup:
    levels = tuple(f.SkillLevel(skill, level) for skill, level in skills)
    return f.AgentSetup(number, f"agent{number}", levels, queues, station, may_reject=number % 2 == 0)


def _queue(name: str, **more: Any) -> f.QueueSetup:
    queue = f.QueueSetup(
        name=name,
        title=name,
        skills=(f.SkillLevel(name, 2),),
        dispositions=("done", "complaint"),
        offer_seconds=8,
        wrap_up_seconds=12,
        pause_seconds=10,
    )
    return replace(queue, **more)


BASE = f.CentreSetup(
    name="Test",
    time_zone="UTC",
    entries=(("200", "cards"), ("*", "main")),
    queues=(
        _queue("accounts", ageing_per_minute=60, ceiling=60, steps=STEPS),
        _queue(
            "cards",
            offer_seconds=6,
            wrap_up_seconds=0,
            pause_seconds=8,
            ageing_per_minute=20,
            weight=150,
            counts_ivr=True,
        ),
    ),
    agents=(
        _agent(1, NAME, ("accounts", "cards"), ("accounts", 5), ("cards", 2), ("en", 5), ("zh", 2)),
        _agent(2, NAME, ("accounts",), ("accounts", 2), ("en", 2)),
        _agent(3, "desk", ("accounts",), ("accounts", 3), ("en", 5)),
        _agent(4, "desk", ("cards", "accounts"), ("accounts", 1), ("cards", 4), ("en", 3)),
        _agent(5, NAME, ("accounts", "cards"), ("accounts", 4), ("cards", 3), ("en", 3), ("zh", 5)),
        _agent(6, NAME, (), ("accounts", 2), ("en", 2)),  # supervises
    ),
    trees=(f.TreeSetup("main", 1, TREE), f.TreeSetup("cards", 1, SECOND_TREE)),
    break_reasons=("lunch",),
    serves=((NAME, ("desk", NAME)),),
)


CHOICES = tuple(f.AgentChoice)
STAYS = 0.6
"""of the agents, in a centre of fewer"""


def choosing(random: Random) -> f.CentreSetup:
    """The centre with queues that choose their agents in some way."""
    return replace(BASE, queues=tuple(replace(one, choice=random.choice(CHOICES)) for one in BASE.queues))


def another(random: Random, version: int, base: f.CentreSetup) -> f.CentreSetup:
    """Somebody changes the centre in mid-day."""
    kind = random.choice(
        ["skills", "queues", "trees", "fewer_agents", "fewer_queues", "fewer_queues", "as_it_was"]
    )
    match kind:
        case "skills":
            agents = tuple(replace(one, skills=one.skills[random.randrange(3) :]) for one in base.agents)
            return replace(base, agents=agents)
        case "queues":
            steps = STEPS[: random.randrange(len(STEPS) + 1)]
            accounts, cards = (
                replace(one, wrap_up_seconds=3, skills=(f.SkillLevel(one.name, random.randint(1, 3)),))
                for one in choosing(random).queues
            )
            return replace(base, queues=(replace(accounts, steps=steps), cards))
        case "trees":
            return replace(base, trees=tuple(replace(one, version=version) for one in base.trees))
        case "fewer_agents":
            return replace(base, agents=tuple(one for one in base.agents if random.random() < STAYS))
        case "fewer_queues":
            agents = tuple(replace(one, queues=("accounts",)) for one in base.agents)
            return replace(
                base, queues=base.queues[:1], agents=agents, entries=(("*", "main"),), trees=base.trees[:1]
            )
        case _:
            return base
