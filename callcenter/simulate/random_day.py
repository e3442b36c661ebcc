"""One random day of the small centre: a seed, and how much of everything.

result = run_day(17)
result = run_day(17, Options(seconds=60, faults={}))
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from callcenter.queue.requirement import Way, suits
from callcenter.simulate.centres import BASE
from callcenter.simulate.days import Result, live
from callcenter.simulate.words import counted
from callcenter.simulate.world import BEGIN_MS, Options, SmallTown, worse

LONG_EACH, LONG_TIMES = 10, 4
SECONDS_MIN = 10


class RandomDay(Struct, frozen=True, tag="random"):
    """A `Day`. Made smaller it has fewer kinds of fault, callers, agents and seconds; whom some callers need stays,
    or it would go wrong without any bug."""

    TRIES_MAX = 400
    """a sixth of a second each, at first"""

    seed: int
    options: Options

    @property
    def name(self) -> str:
        return f"seed-{self.seed}"

    def lived(self) -> Result:
        return live(BEGIN_MS, lambda: SmallTown(self.seed, self.options), self.options.seconds)[1]

    def in_words(self) -> str:
        """Its options in lines, each kind of fault with the rate that this seed makes of it."""
        options, kinds = self.options, dict[str, list[str]]()
        for kind, fault in worse(self.seed, options.faults).items():
            rate = f"{fault.chance * 100:g} %" if fault.chance else f"{fault.per_hour:g} an hour"
            kinds.setdefault(rate, []).append(kind)
        most = "" if options.calls_max is None else f", at most {counted(options.calls_max, 'call')}"
        agents = ", ".join(str(agent) for agent in options.agents)
        faults = "faults:" if kinds else "no faults"
        day = f"seed {self.seed}: {counted(options.seconds, 'second')}{most}, agents {agents}, {faults}"
        return "\n".join([day, *(f"    {rate}: {', '.join(those)}" for rate, those in kinds.items())])

    def clock(self, at: int) -> str:
        return f"{(at - BEGIN_MS) / 1_000:.3f} s"

    def ways(self, result: Result) -> Sequence[str]:
        agents = [f"agent {agent}" for agent in self.options.agents]
        return ["unused faults", *self.options.faults, "calls", *agents, "seconds"]

    def smaller(self, way: str, result: Result) -> Iterator[RandomDay]:
        options = self.options
        if way == "unused faults":
            used = {kind: fault for kind, fault in options.faults.items() if kind in result.struck}
            if len(used) < len(options.faults):
                yield self._but(faults=used)
        elif way == "calls":
            most = result.calls if options.calls_max is None else options.calls_max
            for calls in sorted({most // 2, most * 3 // 4, most - 1}):
                if 0 < calls < most:
                    yield self._but(calls_max=calls)
        elif way == "seconds":
            for seconds in (options.seconds // 2, options.seconds * 3 // 4):
                if seconds >= SECONDS_MIN:
                    yield self._but(seconds=seconds)
        elif way.startswith("agent "):
            others = tuple(agent for agent in options.agents if way != f"agent {agent}")
            if others and _served(others) == _served(options.agents):
                yield self._but(agents=others)
        elif way in options.faults:
            yield self._but(faults={kind: it for kind, it in options.faults.items() if kind != way})

    def _but(self, **less: object) -> RandomDay:
        return RandomDay(self.seed, replace(self.options, **less))


def run_day(seed: int, options: Options | None = None) -> Result:
    """Lives it."""
    return RandomDay(seed, options or Options()).lived()


def of_seed(seed: int, options: Options) -> RandomDay:
    """One day in LONG_EACH is longer, and on it the carrier's line is mended by nobody: what waits for that, or for
    the longest deadlines, happens as well."""
    if seed % LONG_EACH:
        return RandomDay(seed, options)
    faults = {kind: fault for kind, fault in options.faults.items() if kind != "cut"}
    return RandomDay(seed, replace(options, seconds=options.seconds * LONG_TIMES, faults=faults))


def _served(agents: Collection[int]) -> set[tuple[str, str]]:
    """(queue, skill) for which somebody of these is there: a caller may want anybody, or one of that language."""
    able: set[tuple[str, str]] = set()
    for setup in BASE.agents:
        levels = {skill.skill: skill.level for skill in setup.skills}
        for queue in BASE.queues:
            if setup.agent in agents and suits(Way((queue.name,), queue.skills), levels, setup.queues):
                able |= {(queue.name, skill) for skill in levels}
    return able
