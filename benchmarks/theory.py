"""The core against queueing theory: Erlang C for callers who wait for ever, Erlang A for those who do not.

Calls come by chance and talks last by chance (both exponential), all agents serve one queue and answer at once, and
nobody wraps up: for such a centre the chance to wait, the service level and the mean wait are known exactly. The
core itself settles each call (`center.settle`), the history's own fold counts the visits, and its own formulas make
the figures. What is found must differ from theory by no more than chance does: by `ERRORS_MAX` standard errors,
which are taken from `PARTS` parts of the run.

    .venv/bin/python -m benchmarks.theory [--json] [--full]      --full: 1,000,000 calls each, instead of 60,000
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from random import Random

from msgspec import Struct, field

from benchmarks.harness import Figure, Goal, Options, Result, at_most, result, run
from callcenter import facts as f
from callcenter.center import settle
from callcenter.history.fold import History
from callcenter.history.records import QueueVisit
from callcenter.lifecycles import Presence
from callcenter.queue.service_level import Limits, QueueFigures, VisitExit, average_answer_ms, service_level
from callcenter.state import Live, State

AGENTS, ERLANGS, HANDLE_S, THRESHOLD_S, PATIENCE_S = 14, 10.0, 180.0, 20.0, 120.0
CROWDED_ERLANGS = 14.5
"""offered to the same agents by callers who give up: more than they could ever serve"""
CALLS, CALLS_FULL, PARTS = 60_000, 1_000_000, 20
ERRORS_MAX = 3.5
"""in one of 2,000 runs a figure lies further from the truth by chance"""
SECOND = 1_000
TREE = """
begin = "person"
language = "en"
[nodes.person]
kind = "queue"
queue = "all"
[prompts.en]
"""


class Load(Struct, frozen=True):
    """Calls that come while so many are talked with on average; `patience_s` None: nobody ever gives up."""

    erlangs: float
    patience_s: float | None = None


class Measured(Struct):
    """Of one part of a run."""

    calls: int = 0
    waited: int = 0
    wait_ms: int = 0
    """of all, however it ended"""
    figures: QueueFigures = field(default_factory=QueueFigures)

    def add(self, visit: QueueVisit) -> None:
        wait_ms = visit.left_at - visit.entered_at
        self.calls += 1
        self.waited += wait_ms > 0
        self.wait_ms += wait_ms
        self.figures.add_visits(visit.exit, wait_ms, Limits(round(THRESHOLD_S * SECOND), 0))


# --- The core, with people by chance ---


class Centre:
    """Calls come until as many as are wanted have ended; what is on the way then is not counted."""

    def __init__(self, load: Load, seed: int) -> None:
        self.live = Live(State(1))
        self._random = Random(seed)
        self._load = load
        self._history = History()
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._planned = self._seq = self._calls = 0
        self._at = 0
        self._visits: list[QueueVisit] = []
        agents = tuple(
            f.AgentSetup(number, f"agent{number}", (), ("all",), "phone") for number in range(1, AGENTS + 1)
        )
        queue = f.QueueSetup("all", "All", wrap_up_seconds=0)
        trees = (f.TreeSetup("main", 1, TREE),)
        self._settle(
            f.CentreApplied(1, f.CentreSetup("Theory", "UTC", (("*", "main"),), (queue,), agents, trees), "")
        )
        for agent in agents:
            self._settle(f.AgentSignedIn(agent.agent, agent.login))
            self._settle(f.StationConnected(agent.agent, "phone"))
            self._settle(f.PresenceChosen(agent.agent, Presence.READY, "", agent.login))

    def visits(self, count: int) -> list[QueueVisit]:
        """So many that have ended, in the order in which they did."""
        self._after(self._gap_s(), self._call)
        while len(self._visits) < count:
            self._at, _, act = heappop(self._due)
            act()
        return self._visits[:count]

    def _call(self) -> None:
        self._after(self._gap_s(), self._call)
        self._calls += 1
        leg = f"phone:{self._calls}"
        if self._load.patience_s is not None:
            patience_s = self._random.expovariate(1 / self._load.patience_s)
            contact = self.live.state.counters.contact + 1
            self._after(patience_s, partial(self._give_up, leg, contact))
        self._settle(f.CallArrived(leg, "phone", None, "1"))

    def _give_up(self, leg: f.LegId, number: int) -> None:
        contact = self.live.state.contacts.get(number)
        if contact is not None and contact.owner is None:
            self._settle(f.LegEnded(leg, f.LegCause.HUNG_UP))

    def _gap_s(self) -> float:
        return self._random.expovariate(self._load.erlangs / HANDLE_S)

    def _settle(self, input: f.Input) -> None:
        self._seq += 1
        settled = settle(self.live, input, self._at)
        assert not settled.faults, settled.faults
        entry = f.Entry(self._seq, self._at, f"theory:{self._seq}", input, settled.decisions)
        self._visits += [row for row in self._history.fold(entry) if isinstance(row, QueueVisit)]
        for decision in settled.decisions:
            match decision:
                case f.OfferMade(leg=leg):
                    self._after(0, partial(self._settle, f.LegAnswered(leg)))
                case f.EngagementOpened(contact=number):
                    caller = self.live.state.contacts[number].leg
                    talk_s = self._random.expovariate(1 / HANDLE_S)
                    self._after(talk_s, partial(self._settle, f.LegEnded(caller, f.LegCause.HUNG_UP)))
                case f.LegReleased(leg=leg):
                    self._after(0, partial(self._settle, f.LegEnded(leg, f.LegCause.RELEASED)))
                case _:
                    pass

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._planned += 1
        heappush(self._due, (self._at + round(seconds * SECOND), self._planned, act))


# --- What theory says ---


def erlang_c() -> dict[str, float]:
    """A. K. Erlang, 1917: Poisson arrivals, exponential talks, nobody gives up."""
    blocked = 1.0
    for busy in range(1, AGENTS + 1):  # Erlang B, one agent more at a time
        blocked = ERLANGS * blocked / (busy + ERLANGS * blocked)
    waits = blocked / (1 - ERLANGS / AGENTS * (1 - blocked))
    free = AGENTS - ERLANGS
    return {
        "p_wait": waits,
        "service_level": 1 - waits * math.exp(-free * THRESHOLD_S / HANDLE_S),
        "asa_s": waits * HANDLE_S / free,
    }


def erlang_a() -> dict[str, float]:
    """C. Palm, 1957: who waits gives up after an exponential time. The chances of each number of callers, as a
    birth and death process, up to where they are nothing."""
    rate, talk, patience = CROWDED_ERLANGS / HANDLE_S, 1 / HANDLE_S, 1 / PATIENCE_S
    chances = [1.0]
    for here in range(1, 40 * AGENTS):
        leave = min(here, AGENTS) * talk + max(0, here - AGENTS) * patience
        chances.append(chances[-1] * rate / leave)
    every = sum(chances)
    waiting = sum(chance * max(0, here - AGENTS) for here, chance in enumerate(chances)) / every
    return {
        "p_wait": sum(chances[AGENTS:]) / every,
        "abandoned": waiting * patience / rate,
        "wait_s": waiting / rate,
    }


# --- One beside the other ---


def of_c(part: Measured) -> dict[str, float]:
    return {
        "p_wait": part.waited / part.calls,
        "service_level": (service_level(part.figures) or 0) / 100,
        "asa_s": (average_answer_ms(part.figures) or 0) / SECOND,
    }


def of_a(part: Measured) -> dict[str, float]:
    return {
        "p_wait": part.waited / part.calls,
        "abandoned": part.figures.abandoned / part.calls,
        "wait_s": part.wait_ms / part.calls / SECOND,
    }


async def main(options: Options) -> Result:
    calls = CALLS_FULL if options.full else CALLS
    figures: dict[str, Figure] = {}
    goals: dict[str, Goal] = {}
    beside = (
        ("erlang_c", Load(ERLANGS), erlang_c(), of_c),
        ("erlang_a", Load(CROWDED_ERLANGS, PATIENCE_S), erlang_a(), of_a),
    )
    for name, load, theory, figures_of in beside:
        options.say(f"{name}: {calls:,} calls")
        began = time.perf_counter()
        parts = [Measured() for _ in range(PARTS)]
        for index, visit in enumerate(Centre(load, seed=1).visits(calls)):
            assert visit.exit in (VisitExit.ANSWERED, VisitExit.ABANDONED)
            parts[index * PARTS // calls].add(visit)
        took = time.perf_counter() - began
        found = [figures_of(part) for part in parts]
        told: dict[str, float] = {"calls": calls, "us_per_call": round(took / calls * 1e6)}
        furthest = 0.0
        for figure, expected in theory.items():
            values = [one[figure] for one in found]
            mean, error = statistics.fmean(values), statistics.stdev(values) / math.sqrt(PARTS)
            furthest = max(furthest, abs(mean - expected) / error)
            told |= {
                figure: round(mean, 6),
                f"{figure}_in_theory": round(expected, 6),
                f"{figure}_error": round(error, 6),
            }
        figures[name] = told
        goals[f"{name}_standard_errors_from_theory"] = at_most(ERRORS_MAX, round(furthest, 2))
    return result("theory", figures, goals)


if __name__ == "__main__":
    run(main)
