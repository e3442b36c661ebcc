"""Who meets whom: the first waiting contact of the best class meets the agent who has been idle longest.

The rule: a contact asks for a requirement class (queue, skills with minimum levels, provider of its call);
an agent offers a profile (queues, skills with levels, provider of the phone). Waiting contacts stand in one
line per class (higher priority first, then longer age), ready agents in one line per profile (longest idle
first). Which profiles may serve a class is worked out once per pair, so the cost of a decision grows with the
number of classes and profiles, never with the crowd.
"""

from collections.abc import Mapping

from msgspec import Struct

from callcenter.facts import AgentSetup, SkillLevel
from callcenter.queue.line import Key, Line

LONGEST_IDLE = "longest_idle"
PREFERRED_PHONE = "preferred_phone"
"""somebody else had been idle longer, at a phone that this call is less gladly connected to"""


class Requirement(Struct, frozen=True):
    """What an agent needs to serve a contact."""

    queue: str
    skills: tuple[SkillLevel, ...]
    provider: str


class Profile(Struct, frozen=True):
    """What an agent can serve."""

    queues: tuple[str, ...]
    skills: tuple[SkillLevel, ...]
    station: str

    @classmethod
    def of(cls, setup: AgentSetup) -> "Profile":
        return cls(tuple(sorted(setup.queues)), tuple(sorted(setup.skills)), setup.station)


class Choice(Struct, frozen=True):
    """The agent for a contact, and who would have been next."""

    agent: int
    runner_up: int | None
    rule: str = LONGEST_IDLE


Serves = Mapping[str, tuple[str, ...]]
"""a call's provider -> providers of the phones that it can be connected to, the preferred first"""


def preference(requirement: Requirement, profile: Profile, serves: Serves) -> int | None:
    """How gladly this profile serves this requirement, 0 best; None: it may not."""
    if requirement.queue not in profile.queues:
        return None
    levels = {skill.skill: skill.level for skill in profile.skills}
    if any(levels.get(need.skill, 0) < need.level for need in requirement.skills):
        return None
    stations = serves.get(requirement.provider, (requirement.provider,))
    return stations.index(profile.station) if profile.station in stations else None


class Router:
    """The two sets of lines. Holds only what can be rebuilt from contacts and agents; never stored."""

    def __init__(self, serves: Serves | None = None) -> None:
        self._serves: Serves = serves or {}
        self._waiting: dict[Requirement, Line] = {}
        self._ready: dict[Profile, Line] = {}
        self._requirement_of: dict[int, Requirement] = {}
        self._profile_of: dict[int, Profile] = {}
        self._preferences: dict[tuple[Requirement, Profile], int | None] = {}

    def wait(self, contact: int, requirement: Requirement, priority: int, since_at: int) -> None:
        self.leave(contact)
        line = self._waiting.setdefault(requirement, Line())
        line.add((-priority, since_at, contact), contact)
        self._requirement_of[contact] = requirement

    def leave(self, contact: int) -> None:
        requirement = self._requirement_of.pop(contact, None)
        if requirement is not None:
            line = self._waiting[requirement]
            line.discard(contact)
            if not line:
                del self._waiting[requirement]

    def ready(self, agent: int, profile: Profile, idle_since: int) -> None:
        self.busy(agent)
        self._ready.setdefault(profile, Line()).add((idle_since, agent, 0), agent)
        self._profile_of[agent] = profile

    def busy(self, agent: int) -> None:
        profile = self._profile_of.pop(agent, None)
        if profile is not None:
            self._ready[profile].discard(agent)

    def agent_for(self, requirement: Requirement) -> Choice | None:
        """The best ready agent: the preferred kind of phone first, then the longest idle."""
        candidates: list[tuple[int, Key, int, Line]] = []
        for profile, line in self._ready.items():
            rank = self._rank(requirement, profile)
            if rank is not None and (first := line.first()) is not None:
                candidates.append((rank, first[0], first[1], line))
        if not candidates:
            return None
        rank, idle, agent, line = min(candidates)
        longest = min(key for _, key, _, _ in candidates)
        others = [(r, key, other) for r, key, other, its in candidates if its is not line]
        if (second := line.second()) is not None:
            others.append((rank, *second))
        rule = LONGEST_IDLE if idle[0] == longest[0] else PREFERRED_PHONE
        return Choice(agent, min(others)[2] if others else None, rule)

    def contact_for(self, profile: Profile) -> int | None:
        """The contact that this profile should take next."""
        best: Key | None = None
        for requirement, line in self._waiting.items():
            if self._rank(requirement, profile) is None:
                continue
            first = line.first()
            if first is not None and (best is None or first[0] < best):
                best = first[0]
        return None if best is None else best[2]

    def agent_for_place(self, contact: int) -> Choice | None:
        """The best ready agent for one who stands in line."""
        return self.agent_for(self._requirement_of[contact])

    def pairs(self) -> list[tuple[int, int]]:
        """Everyone who could be brought together now, (contact, agent) each; after a change of the setup."""
        waiting = sorted((key, req) for req, line in self._waiting.items() for key in line.places())
        taken: set[int] = set()
        found: list[tuple[int, int]] = []
        for (_, _, contact), requirement in waiting:
            free = [
                (rank, key)
                for profile, line in self._ready.items()
                if (rank := self._rank(requirement, profile)) is not None
                for key in line.places()
                if key[1] not in taken
            ]
            if free:
                agent = min(free)[1][1]
                taken.add(agent)
                found.append((contact, agent))
        return found

    def is_ready(self, agent: int) -> bool:
        return agent in self._profile_of

    def is_waiting(self, contact: int) -> bool:
        return contact in self._requirement_of

    def _rank(self, requirement: Requirement, profile: Profile) -> int | None:
        pair = (requirement, profile)
        try:
            return self._preferences[pair]
        except KeyError:
            rank = self._preferences[pair] = preference(requirement, profile, self._serves)
            return rank
