"""A small centre for tests of the core, and the hands that drive it under a made-up clock."""

from __future__ import annotations

from callcenter import effects as e
from callcenter import facts as f
from callcenter import state as states
from callcenter.apply import apply_entry
from callcenter.center import Rules, decide, settle
from callcenter.lifecycles import Presence
from callcenter.state import Live, State
from callcenter.wanted import effects_of

SECOND = 1000

TREE = """
begin = "by_number"
language = "en"
[values]
balance = { personal = true }
[nodes.by_number]
kind = "identify"
by = "number"
found = "pin"
unknown = "person"
several = "person"
withheld = "person"
failed = "person"
[nodes.pin]
kind = "verify"
prompts = ["pin"]
tries = 3
right = "balance"
wrong = "person"
locked = "person"
failed = "person"
no_input = "person"
[nodes.balance]
kind = "say"
prompts = ["balance"]
next = "heard"
[nodes.heard]
kind = "milestone"
name = "balance_heard"
next = "more"
[nodes.more]
kind = "menu"
prompts = ["more"]
choices = { 0 = "person", 9 = "bye" }
tries = 2
no_input = "person"
too_many = "person"
[nodes.person]
kind = "queue"
queue = "accounts"
[nodes.bye]
kind = "hang_up"
prompts = ["bye"]
[prompts.en]
pin = "Your PIN, please."
balance = "You have {{ balance | money }}."
more = "0 for a person, 9 to end."
bye = "Goodbye."
"""

EN = f.SkillLevel("en", 1)


def agent(number: int, *skills: f.SkillLevel, station: str = "phone", **more: object) -> f.AgentSetup:
    return f.AgentSetup(
        number,
        f"agent{number}",
        skills or (f.SkillLevel("accounts", 3), EN),
        ("accounts",),
        station,
        **more,  # type: ignore[arg-type]
    )


def setup(*agents: f.AgentSetup, **queue: object) -> f.CentreSetup:
    accounts = f.QueueSetup(
        name="accounts",
        title="Accounts",
        skills=(f.SkillLevel("accounts", 1),),
        dispositions=("done", "complaint"),
        **queue,  # type: ignore[arg-type]
    )
    return f.CentreSetup(
        name="Test",
        time_zone="UTC",
        entries=(("*", "main"),),
        queues=(accounts,),
        agents=agents or (agent(1), agent(2)),
        trees=(f.TreeSetup("main", 1, TREE),),
        break_reasons=("lunch",),
        serves=(("phone", ("phone", "robot")),),
    )


class Centre:
    """Drives the core: `do` settles an input and remembers its entry and effects."""

    def __init__(self, configured: f.CentreSetup | None = None) -> None:
        self.live = Live(State(1))
        self.at = 1_000_000
        self.entries: list[f.Entry] = []
        self.effects: list[e.Effect] = []
        self.fault: Exception | None = None
        self.do(f.CentreApplied(1, configured or setup(), "test"))

    def do(self, input: f.Input, *, after_ms: int = 0, rules: Rules = decide) -> tuple[f.Decision, ...]:
        self.at += after_ms
        seq = len(self.entries) + 1
        settled = settle(self.live, input, self.at, rules)
        self.fault = next(iter(settled.faults), None)
        self.entries.append(f.Entry(seq, self.at, f"test:{seq}", input, settled.decisions))
        for decision in settled.decisions:
            self.effects += effects_of(self.live, decision)
        return settled.decisions

    def wait(self, seconds: float) -> None:
        self.at += int(seconds * SECOND)

    def ready(self, *agents: int, provider: str = "phone") -> None:
        for number in agents:
            self.do(f.AgentSignedIn(number, f"agent{number}"))
            self.do(f.StationConnected(number, provider))
            self.do(f.PresenceChosen(number, Presence.READY, "", f"agent{number}"))

    def call(self, leg: str = "phone:1", ani: str | None = None) -> int:
        """A call from a withheld number goes straight into the queue. Returns the contact."""
        self.do(f.CallArrived(leg, "phone", ani, "100"))
        return self.live.state.counters.contact

    def answer(self) -> f.LegId:
        """The agent with the newest offer answers."""
        leg = self.made().leg
        self.do(f.LegAnswered(leg))
        return leg

    def made(self) -> f.OfferMade:
        """The newest offer."""
        return next(
            fact
            for entry in reversed(self.entries)
            for fact in entry.decisions
            if isinstance(fact, f.OfferMade)
        )

    def last(self, kind: type[f.Fact]) -> f.Fact | None:
        found = [fact for entry in self.entries for fact in entry.decisions if isinstance(fact, kind)]
        return found[-1] if found else None

    def recovered(self) -> State:
        """The state that apply alone makes of the journal."""
        live = Live(State(1))
        for entry in self.entries:
            apply_entry(live, entry)
        return live.state

    def is_recoverable(self) -> bool:
        return states.encode(self.recovered()) == states.encode(self.live.state)
