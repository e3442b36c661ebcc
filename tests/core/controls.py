"""A centre in which somebody talks, and words for what is done in it and who then hears whom."""

from __future__ import annotations

from callcenter import effects as e
from callcenter import facts as f
from callcenter.lifecycles import Routing
from callcenter.state import Contact, Engagement
from tests.core.centre import EN, Centre, agent, setup

CALLER = "phone:1"
LOANS = f.SkillLevel("loans", 1)


def staffed(agents: int = 3) -> Centre:
    """A second queue, "loans", which only the last agent serves; agents of 9 and above supervise."""
    both = setup(
        *(agent(number) for number in range(1, agents)),
        f.AgentSetup(agents, f"agent{agents}", (LOANS, EN, f.SkillLevel("accounts", 3)), ("loans",), "phone"),
        f.AgentSetup(9, "agent9", (), (), "phone"),
    )
    loans = f.QueueSetup("loans", "Loans", skills=(LOANS,), dispositions=("advice",))
    return Centre(f.CentreSetup(**{**_fields(both), "queues": (*both.queues, loans)}))


def _fields(of: f.CentreSetup) -> dict[str, object]:
    return {name: getattr(of, name) for name in of.__struct_fields__}


class Talk:
    """Contact 1: the caller talks to agent 1; agents 2 and 3 are ready, supervisor 9 has a phone."""

    def __init__(self, centre: Centre | None = None) -> None:
        self.centre = centre or staffed()
        self.centre.ready(1)
        self.number = self.centre.call(CALLER)
        self.leg = self.centre.answer()
        self.centre.ready(2, 3)
        self.centre.do(f.StationConnected(9, "phone"))

    @property
    def contact(self) -> Contact:
        return self.centre.live.state.contacts[self.number]

    @property
    def owner(self) -> Engagement | None:
        return self.centre.live.owner_of(self.contact)

    @property
    def owner_agent(self) -> int | None:
        return self.owner.agent if self.owner is not None else None

    def consult(self, target: f.Target | None = None) -> f.LegId:
        """Agent 1 consults agent 2, or this target; returns the newest leg."""
        self.do(f.ConsultAsked(self.number, target or f.ToAgent(2), "agent1"))
        return self.newest_leg()

    def consulted(self) -> f.LegId:
        """And the colleague has answered."""
        leg = self.consult()
        self.do(f.LegAnswered(leg))
        return leg

    def watched(self, part: f.Part = f.Part.LISTENS) -> f.LegId:
        self.do(f.MonitorAsked(self.number, 9, part, "agent9"))
        leg = self.newest_leg()
        self.do(f.LegAnswered(leg))
        return leg

    def newest_leg(self) -> f.LegId:
        return next(reversed(self.centre.live.state.legs))

    def do(self, input: f.Input, *, after_ms: int = 0) -> tuple[f.Decision, ...]:
        decisions = self.centre.do(input, after_ms=after_ms)
        assert self.centre.fault is None, self.centre.fault
        assert self.centre.is_recoverable()
        return decisions

    def refused(self, input: f.Input) -> str:
        decisions = self.do(input)
        assert len(decisions) == 1
        assert isinstance(decisions[0], f.Refused)
        return decisions[0].reason

    def parts(self) -> dict[f.LegId, f.Part]:
        """Of the newest arrangement that a provider was told."""
        bridges = [effect for effect in self.centre.effects if isinstance(effect, e.Bridge)]
        return {member.leg: member.part for member in bridges[-1].members}

    def released(self) -> set[f.LegId]:
        return {effect.leg for effect in self.centre.effects if isinstance(effect, e.HangUp)}

    def routing(self, agent: int) -> Routing:
        return self.centre.live.state.agents[agent].routing

    def ended(self) -> f.ContactEnded | None:
        fact = self.centre.last(f.ContactEnded)
        return fact if isinstance(fact, f.ContactEnded) else None
