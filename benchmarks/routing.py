"""What a decision about who meets whom costs the core, by kind of fact, at growing crowds, classes and staffs.

The core itself settles each input (`center.settle`): the rules, the state and the router, without journal, screens
and people. In a *busy* centre so many wait and every agent who becomes free takes one; in a *free* one all agents
are ready and every call finds one. `classes` is how many different requirements one agent may serve. Beside it the
same inputs go to a core whose router looks at everybody each time (`queue/plain.py`); both must decide alike.
Inputs from which nothing follows are not counted.

    .venv/bin/python -m benchmarks.routing [--json] [--full]      --full: also 2,000 agents beside 10,000 who wait
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from random import Random

from msgspec import Struct

from benchmarks.harness import Figure, Goal, Options, Result, at_most, percentile, result, run
from callcenter import facts as f
from callcenter.center import settle
from callcenter.lifecycles import Presence
from callcenter.queue.order import Rules
from callcenter.queue.plain import Scan
from callcenter.state import Live, State

SKILLS = 50
TREE = """
begin = "person"
language = "en"
[nodes.person]
kind = "queue"
queue = "{queue}"
[prompts.en]
"""
QUEUES_FEW, QUEUES_MANY = 15, 250
"""of two languages each: 30 and 500 requirements"""
CYCLES, CYCLES_PLAIN = 400, 25
SECOND = 1_000
FEW_US, MANY_US, GROWTH = 30, 100, 2.0


class Crowd(Struct, frozen=True):
    """`waiting` 0: the agents are ready and wait for calls."""

    waiting: int
    agents: int
    queues: int

    def __str__(self) -> str:
        who = f"{self.waiting}_waiting" if self.waiting else "free"
        return f"{who}_{self.agents}_agents_{2 * self.queues}_classes"


CROWDS = (
    Crowd(100, 20, QUEUES_FEW),
    Crowd(1_000, 200, QUEUES_FEW),
    Crowd(10_000, 200, QUEUES_FEW),
    Crowd(100, 20, QUEUES_MANY),
    Crowd(1_000, 200, QUEUES_MANY),
    Crowd(10_000, 200, QUEUES_MANY),
    Crowd(0, 20, QUEUES_MANY),
    Crowd(0, 200, QUEUES_MANY),
    Crowd(0, 2_000, QUEUES_MANY),
)
FULL = (Crowd(10_000, 2_000, QUEUES_MANY),)


class Centre:
    """A core and nothing else. Time is what the inputs say."""

    def __init__(self, crowd: Crowd, plain: bool = False) -> None:
        self.live = Live(State(1))
        self.at = 1_000_000_000
        self.took: defaultdict[str, list[int]] = defaultdict(list)
        self.decided: list[tuple[f.Decision, ...]] = []
        self._crowd = crowd
        self._random = Random(f"{crowd}")
        self._legs = 0
        self._waiting: list[f.LegId] = []
        setup = _setup(crowd, self._random)
        self.do(f.CentreApplied(1, setup, "bench"))
        if plain:
            rules = {one.name: Rules(one.ageing_per_minute, one.ceiling) for one in setup.queues}
            scan = Scan(dict(setup.serves), rules)
            for agent in setup.agents:
                scan.learn(agent.agent, agent)
            self.live.router = scan  # type: ignore[assignment]
        for tree in self.live.state.trees:
            self.live.tree(tree)  # read before anybody comes through it
        for agent in setup.agents:
            self.do(f.StationConnected(agent.agent, "phone"))
            self.do(f.AgentSignedIn(agent.agent, agent.login))
        if not crowd.waiting:
            for agent in setup.agents:
                self.is_ready(agent.agent)
        while len(self._waiting) < crowd.waiting:
            self._arrive()

    def do(self, input: f.Input, kind: str = "") -> tuple[f.Decision, ...]:
        self.at += 7
        began = time.perf_counter_ns()
        settled = settle(self.live, input, self.at)
        took = time.perf_counter_ns() - began
        assert not settled.faults, settled.faults
        if kind and settled.decisions:
            self.took[kind].append(took)
        if kind:
            self.decided.append(settled.decisions)
        return settled.decisions

    def is_ready(self, agent: int, kind: str = "") -> tuple[f.Decision, ...]:
        return self.do(f.PresenceChosen(agent, Presence.READY, "", f"agent{agent}"), kind)

    def busy_cycle(self) -> None:
        """Somebody calls, an agent becomes free, takes one, and it ends; now and then one gives up."""
        self._arrive("a_call_waits")
        if self._random.random() < 0.3:
            gone = self._waiting.pop(self._random.randrange(len(self._waiting)))
            self.do(f.LegEnded(gone, f.LegCause.HUNG_UP), "a_caller_gives_up")
            self._arrive("a_call_waits")
        agent = self._random.randrange(self._crowd.agents) + 1
        made = _made(self.is_ready(agent, "an_agent_is_free"))
        self.do(f.PresenceChosen(agent, Presence.AWAY, "lunch", f"agent{agent}"))  # afterwards
        self._talk(made)

    def free_cycle(self) -> None:
        """Somebody calls, is answered, and the agent is ready again."""
        made = _made(self._arrive("a_call_finds_an_agent"))
        self._talk(made)

    def _talk(self, made: f.OfferMade) -> None:
        customer = self.live.state.contacts[made.contact].leg
        self._waiting.remove(customer)
        self.do(f.LegAnswered(made.leg), "an_answer")
        self.do(f.LegEnded(customer, f.LegCause.HUNG_UP), "a_hang_up")
        self.do(f.LegEnded(made.leg, f.LegCause.RELEASED))

    def _arrive(self, kind: str = "") -> tuple[f.Decision, ...]:
        self._legs += 1
        leg = f"phone:{self._legs}"
        self._waiting.append(leg)
        # The tree's first node lets wait: the call and the line in one input.
        dnis = str(self._random.randrange(2 * self._crowd.queues))
        return self.do(f.CallArrived(leg, "phone", None, dnis), kind)


def _made(decisions: tuple[f.Decision, ...]) -> f.OfferMade:
    return next(one for one in decisions if isinstance(one, f.OfferMade))


def _setup(crowd: Crowd, random: Random) -> f.CentreSetup:
    """Each queue asks for one of the skills, and is entered in two languages. Everybody serves all queues, most of
    them with all skills: one agent has every class to choose from."""
    skills = [f"skill{number}" for number in range(SKILLS)]
    queues = tuple(
        f.QueueSetup(
            f"queue{number}",
            f"Queue {number}",
            (f.SkillLevel(skills[number % SKILLS], 1 + number % 4),),
            wrap_up_seconds=0,
            ageing_per_minute=2,
            ceiling=60,
        )
        for number in range(crowd.queues)
    )
    agents = tuple(
        f.AgentSetup(
            number,
            f"agent{number}",
            tuple(f.SkillLevel(one, 5) for one in (*_some(skills, random), "en", "zh")),
            tuple(queue.name for queue in queues),
            "phone",
        )
        for number in range(1, crowd.agents + 1)
    )
    trees = tuple(
        f.TreeSetup(f"{language}{number}", 1, _tree(queues[number].name, language))
        for number in range(crowd.queues)
        for language in ("en", "zh")
    )
    entries = tuple((str(index), tree.name) for index, tree in enumerate(trees))
    return f.CentreSetup("Bench", "UTC", entries, queues, agents, trees, break_reasons=("lunch",))


def _some(skills: list[str], random: Random) -> list[str]:
    """All of them, or all but a few: whoever waits finds somebody."""
    return skills if random.random() < 0.9 else random.sample(skills, SKILLS - 5)


def _tree(queue: str, language: str) -> str:
    text = TREE.format(queue=queue)
    if language == "zh":
        text = text.replace('language = "en"', 'language = "zh"').replace("[prompts.en]", "[prompts.zh]")
    return text


def _lived(crowd: Crowd, cycles: int, plain: bool = False) -> Centre:
    centre = Centre(crowd, plain)
    for _ in range(cycles):
        if crowd.waiting:
            centre.busy_cycle()
        else:
            centre.free_cycle()
    return centre


async def main(options: Options) -> Result:
    figures: dict[str, Figure] = {}
    median: dict[Crowd, float] = {}
    for crowd in (*CROWDS, *(FULL if options.full else ())):
        options.say(f"{crowd}")
        centre, beside = _lived(crowd, CYCLES), _lived(crowd, CYCLES_PLAIN, plain=True)
        if centre.decided[: len(beside.decided)] != beside.decided:
            raise AssertionError(f"{crowd}: a plain scan decides otherwise")
        for kind, took in centre.took.items():
            figures[f"{crowd}: {kind}"] = dict(_spread(took, beside.took[kind]))
        routed = [one for kind in ROUTED for one in centre.took[kind]]
        median[crowd] = percentile(routed, 50) / 1_000
    return result("routing", figures, _goals(median))


ROUTED = ("an_agent_is_free", "a_call_finds_an_agent")
"""kinds in which somebody meets somebody"""


def _spread(took: list[int], plain: list[int]) -> Iterator[tuple[str, float]]:
    """In µs; `plain_p50`: of the scan, and how many times as long that is."""
    p50, scan = percentile(took, 50) / 1_000, percentile(plain, 50) / 1_000
    yield "p50", round(p50, 1)
    yield "p99", round(percentile(took, 99) / 1_000, 1)
    yield "plain_p50", round(scan, 1)
    yield "times", round(scan / p50, 1)


def _goals(median: dict[Crowd, float]) -> dict[str, Goal]:
    few, many = Crowd(1_000, 200, QUEUES_FEW), Crowd(1_000, 200, QUEUES_MANY)
    grown = median[Crowd(10_000, 200, QUEUES_MANY)] / median[Crowd(100, 20, QUEUES_MANY)]
    return {
        "us_with_30_classes": at_most(FEW_US, median[few]),
        "us_with_500_classes": at_most(MANY_US, median[many]),
        "a_crowd_100_times_as_large_costs_times": at_most(GROWTH, grown),
    }


if __name__ == "__main__":
    run(main)
