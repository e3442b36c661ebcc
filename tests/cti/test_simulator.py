"""Simulated people as the centre meets them: whole days under a virtual clock."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from msgspec import Struct
from msgspec.structs import replace
from scripted_centre import DISPOSITIONS, ScriptedCentre, bank
from virtual_clock import VirtualClock

from callcenter.cti.provider import Play, Reconnected, Say, WantedLeg
from callcenter.cti.simulator.curve import HOUR, MINUTE, SECOND
from callcenter.cti.simulator.directions import Directions
from callcenter.cti.simulator.drawn import Drawn
from callcenter.cti.simulator.legs import Carries
from callcenter.cti.simulator.load import LoadPlan, Steady
from callcenter.cti.simulator.people import About, Caller, Habits, Hold, Known, WrapUp
from callcenter.cti.simulator.simulation import Simulation, SimulatorSettings
from callcenter.cti.simulator.transport import SimulatorProvider
from callcenter.effects import Bridge, RingAgent
from callcenter.facts import (
    AgentSignedIn,
    CallArrived,
    CentreApplied,
    Entry,
    KeysEntered,
    KeysKind,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegId,
    Listen,
    Member,
    Part,
    PresenceChosen,
    Received,
    RecordingClosed,
    RecordingFailed,
    StationConnected,
    WrapUpSaved,
)
from callcenter.lifecycles import Presence

CUSTOMERS = (Known("+14155550101", "10023", "2468"), Known("+15105550102", "10047", "1357"))


def keep(digits: str) -> str:
    return "token"


class Plain(Struct, frozen=True):
    """Habits without chance."""

    answer: int | None = SECOND
    talk: int | None = None
    save: WrapUp | None = WrapUp(5 * SECOND, DISPOSITIONS[1], "A note.")
    work: int | None = None
    holds: Hold | None = None
    sends_on: int | None = None

    def sign_in_ms(self) -> int:
        return 0

    def answer_ms(self) -> int | None:
        return self.answer

    def talk_ms(self) -> int | None:
        return self.talk

    def hold(self) -> Hold | None:
        return self.holds

    def sends_on_ms(self) -> int | None:
        return self.sends_on

    def wrap_up(self, about: About, dispositions: Sequence[str]) -> WrapUp | None:
        return self.save

    def notice_ms(self) -> int:
        return MINUTE

    def work_ms(self) -> int | None:
        return self.work

    def break_ms(self) -> int:
        return 5 * MINUTE


class Script(Drawn):
    """Calls at random moments, but everybody alike."""

    def __init__(self, caller: Caller, habits: Habits | None = None) -> None:
        super().__init__(Random(1), bank(), Directions(bank()))
        self._caller = caller
        self._habits = habits or Plain()

    def caller(self, at: int) -> Caller:
        return self._caller

    def adopted(self, leg: LegId, at: int) -> Caller:
        return self._caller

    def habits(self, agent: int) -> Habits:
        return self._habits


def drawn(seed: int) -> Drawn:
    return Drawn(Random(seed), bank(), Directions(bank()), CUSTOMERS)


def simulation(
    calls_per_hour: float = 120,
    *,
    seed: int = 1,
    people: Drawn | Steady | None = None,
    lines_max: int = 500,
    agents_max: int | None = None,
    adopts: bool = True,
) -> Simulation:
    settings = SimulatorSettings(calls_per_hour, agents_max, lines_max, seed)
    return Simulation(
        settings,
        bank(),
        run="r1",
        now=0,
        keep_secret=keep,
        customers=CUSTOMERS,
        population=people,
        carries=Carries(adopts=adopts),
    )


def both(caller: LegId, agent: LegId) -> tuple[Member, ...]:
    return Member(caller, Part.TALKS, staff=False), Member(agent, Part.TALKS, staff=True)


def day(ms: int, **settings: object) -> tuple[Simulation, ScriptedCentre]:
    simulated = simulation(**settings)  # type: ignore[arg-type]
    centre = ScriptedCentre(simulated)
    simulated.start()
    centre.run(ms)
    return simulated, centre


# --- The day as a whole ---


def test_the_same_seed_gives_the_same_day():
    assert day(2 * HOUR, seed=7)[1].inputs == day(2 * HOUR, seed=7)[1].inputs


def test_another_seed_gives_another_day():
    assert day(2 * HOUR, seed=7)[1].inputs != day(2 * HOUR, seed=8)[1].inputs


@pytest.mark.parametrize("seed", range(5))
def test_when_nobody_calls_any_more_every_leg_has_ended_once(seed: int):
    simulated, centre = day(4 * HOUR, seed=seed)
    simulated.callers.set_rate(0)
    centre.run(2 * HOUR)
    ends = Counter(end.leg for end in centre.of(LegEnded))
    arrivals = {arrival.leg for arrival in centre.of(CallArrived)}
    assert centre.live == set()
    assert simulated.callers.on_line == 0
    assert arrivals <= ends.keys()
    assert set(ends.values()) == {1}


def test_a_day_has_everything_that_happens_in_a_centre():
    _, centre = day(8 * HOUR)
    kinds = {type(what) for _, what in centre.inputs}
    assert {AgentSignedIn, KeysEntered, LegAnswered, RecordingFailed, WrapUpSaved} <= kinds
    assert {end.cause for end in centre.of(LegEnded)} == {
        LegCause.HUNG_UP,
        LegCause.RELEASED,
        LegCause.VANISHED,
    }
    assert {chosen.presence for chosen in centre.of(PresenceChosen)} == {Presence.READY, Presence.AWAY}
    assert len(centre.of(WrapUpSaved)) < len(centre.of(LegAnswered)), "some forget"
    assert None in {arrival.ani for arrival in centre.of(CallArrived)}, "some withhold their number"


def test_as_many_call_as_are_wanted():
    _, centre = day(20 * HOUR, calls_per_hour=120, people=Script(Caller("+14155550101")))
    assert 2_200 < len(centre.of(CallArrived)) < 2_600


def test_the_rate_can_change_while_calls_are_in_progress():
    simulated, centre = day(HOUR, calls_per_hour=0, people=Script(Caller("+14155550101")))
    assert centre.of(CallArrived) == []
    simulated.callers.set_rate(600)
    centre.run(HOUR)
    many = len(centre.of(CallArrived))
    assert many > 450
    simulated.callers.set_rate(0)
    centre.run(HOUR)
    assert len(centre.of(CallArrived)) == many


def test_no_more_than_the_lines_are_on_the_telephone():
    simulated, centre = day(HOUR, calls_per_hour=3_600, lines_max=10, agents_max=0)
    assert simulated.callers.on_line <= 10
    assert simulated.callers.not_placed > 0
    assert simulated.callers.placed == len(centre.of(CallArrived))


def test_leg_ids_and_sources_of_two_runs_differ():
    settings, people = SimulatorSettings(3_600), Script(Caller("+14155550101"))
    runs = []
    for run in ("r1", "r2"):
        one = Simulation(settings, bank(), run=run, now=0, keep_secret=keep, population=people)
        centre = ScriptedCentre(one)
        one.start()
        centre.run(MINUTE)
        runs.append(centre)
    first, second = runs
    assert {one.source for one in first.received}.isdisjoint({one.source for one in second.received})
    assert {one.leg for one in first.of(CallArrived)}.isdisjoint({one.leg for one in second.of(CallArrived)})


# --- Callers ---


def test_a_caller_keys_waits_talks_and_hangs_up():
    people = Script(Caller("+14155550101", choices=("1", "0"), secrets=("2468",), talk_ms=30 * SECOND))
    simulated, centre = day(3 * MINUTE, people=people, lines_max=1, calls_per_hour=3_600)
    simulated.callers.set_rate(0)
    first = [what for _, what in centre.inputs if getattr(what, "leg", "") == "simulator:r1-1"]
    kinds = [type(what).__name__ for what in first]
    assert kinds == ["CallArrived", "KeysEntered", "KeysEntered", "PlayFinished", "KeysEntered", "LegEnded"]
    answered = next(at for at, what in centre.inputs if isinstance(what, LegAnswered))
    ended = next(at for at, what in centre.inputs if what == LegEnded("simulator:r1-1", LegCause.HUNG_UP))
    assert ended - answered == 30 * SECOND


def test_a_caller_loses_patience():
    people = Script(Caller("+14155550101", patience_ms=20 * SECOND))
    _, centre = day(HOUR, people=people, agents_max=0)
    assert centre.of(LegEnded)
    assert centre.of(LegAnswered) == []


def test_who_has_been_answered_no_longer_counts_the_wait():
    people = Script(Caller("+14155550101", patience_ms=20 * SECOND, talk_ms=MINUTE))
    _, centre = day(HOUR, people=people, calls_per_hour=20)
    answered = [at for at, what in centre.inputs if isinstance(what, LegAnswered)]
    gone = {at for at, what in centre.inputs if isinstance(what, LegEnded) and what.cause is LegCause.HUNG_UP}
    assert answered
    assert {at + MINUTE for at in answered if at + MINUTE <= HOUR} <= gone


def test_a_voice_makes_a_caller_forget_to_hang_up():
    simulated, centre = day(0, people=Script(Caller(None, choices=(), talk_ms=MINUTE)), calls_per_hour=0)
    caller, agent = "simulator:r0-5", "c1-l5"
    menu = Play(caller, 1, (Say("For your balance press 1."),), Listen(KeysKind.CHOICE, 1, 5_000))
    bridge = Bridge("simulator", 3, both(caller, agent), None)
    ring = RingAgent("simulator", agent, 1, 1)
    simulated.carrier.reconcile(
        [WantedLeg(caller, (menu, bridge)), WantedLeg(agent, (ring, bridge), answered=True)]
    )
    centre.run(MINUTE - 1)
    assert simulated.carrier.is_alive(caller)


def test_a_caller_with_nothing_more_to_choose_hangs_up():
    people = Script(Caller("+14155550101", choices=("1",), secrets=("2468",)))
    _, centre = day(HOUR, people=people)
    assert centre.of(LegEnded)
    assert centre.of(LegAnswered) == []


def test_a_caller_whose_network_stays_away_vanishes_from_the_talk():
    people = Script(Caller("+14155550101", talk_ms=MINUTE, away_ms=25 * SECOND))
    _, centre = day(HOUR, people=people)
    assert LegCause.VANISHED in {end.cause for end in centre.of(LegEnded)}


def test_a_wrong_pin_is_wrong():
    callers = [drawn(seed).caller(0) for seed in range(2_000)]
    right = {known.number: known.pin for known in CUSTOMERS}
    first = Counter(
        "right" if caller.secrets[0] == right[caller.number] else "wrong" if caller.secrets[0] else "nothing"
        for caller in callers
        if caller.number in right
    )
    assert first["right"] > first["wrong"] > 0
    assert first["nothing"] > 0


# --- Agents ---


def test_phones_are_connected_before_their_agents_sign_in_and_go_ready():
    _, centre = day(MINUTE, calls_per_hour=0)
    for agent in (1, 2, 3):
        mine = [type(what) for _, what in centre.inputs if getattr(what, "agent", None) == agent]
        assert mine == [StationConnected, AgentSignedIn, PresenceChosen]
    assert {station.agent for station in centre.of(StationConnected)} == {1, 2, 3}, "90 is a person"


def test_only_as_many_agents_come_as_are_wanted():
    _, centre = day(MINUTE, calls_per_hour=0, agents_max=2)
    assert {station.agent for station in centre.of(StationConnected)} == {1, 2}


def test_a_wrap_up_has_a_disposition_of_its_queue_and_a_note():
    _, centre = day(HOUR, people=Script(Caller("+14155550101")))
    saved = next(one for one in centre.received if isinstance(one.input, WrapUpSaved))
    assert isinstance(saved.input, WrapUpSaved)
    assert saved.input.disposition == DISPOSITIONS[1]
    assert saved.input.done
    assert saved.input.actor.startswith("agent"), "whose desk it is"
    assert [(value.ref, value.kind, value.text) for value in saved.values] == [
        (saved.input.note, "note", "A note.")
    ]


def test_who_forgets_the_wrap_up_saves_nothing_and_works_on():
    _, centre = day(HOUR, people=Script(Caller("+14155550101"), Plain(save=None)))
    assert centre.of(WrapUpSaved) == []
    assert len(centre.of(LegAnswered)) > 3


def test_who_missed_a_call_notices_and_goes_ready_again():
    _, centre = day(10 * MINUTE, people=Script(Caller("+14155550101"), Plain(answer=None)), agents_max=1)
    rung = next(at for at, what in centre.inputs if isinstance(what, LegEnded))
    back = [at for at, what in centre.inputs if isinstance(what, PresenceChosen) and at > 0]
    assert back[0] == rung + MINUTE


def test_a_break_comes_once_even_after_a_missed_call():
    people = Script(Caller("+14155550101"), Plain(answer=None, work=10 * MINUTE))
    _, centre = day(4 * HOUR, people=people, calls_per_hour=4, agents_max=1)
    chosen = [(at, what.presence) for at, what in centre.inputs if isinstance(what, PresenceChosen)]
    breaks = [n for n, (_, presence) in enumerate(chosen) if presence is Presence.AWAY]
    assert breaks
    assert {chosen[n][0] - chosen[n - 1][0] for n in breaks} == {10 * MINUTE}


def test_an_agent_takes_a_break_and_comes_back():
    people = Script(Caller("+14155550101"), Plain(work=10 * MINUTE))
    _, centre = day(40 * MINUTE, people=people, calls_per_hour=0, agents_max=1)
    chosen = [(at // MINUTE, what.presence) for at, what in centre.inputs if isinstance(what, PresenceChosen)]
    ready, away = Presence.READY, Presence.AWAY
    assert chosen == [(0, ready), (10, away), (15, ready), (25, away), (30, ready), (40, away)]


def test_an_agent_may_hang_up_first():
    _, centre = day(HOUR, people=Script(Caller("+14155550101"), Plain(talk=10 * SECOND)))
    hung_up = {end.leg.partition("-")[0] for end in centre.of(LegEnded) if end.cause is LegCause.HUNG_UP}
    assert hung_up == {"c1"}


def test_somebody_newly_set_up_comes_to_work_and_who_is_gone_stays_away():
    simulated, centre = day(MINUTE, calls_per_hour=0)
    setup = bank(agents=4)
    later = replace(setup, agents=setup.agents[1:])
    simulated.observe(Entry(1, 0, "s", CentreApplied(2, later, "admin"), ()))
    centre.run(MINUTE)
    assert [station.agent for station in centre.of(StationConnected)] == [1, 2, 3, 4]
    simulated.carrier.perform(RingAgent("simulator", "c1-l9", 1, 1))
    centre.run(0)
    assert centre.of(LegFailed) == [LegFailed("c1-l9", "no_station")]


# --- After a restart ---


def test_a_talk_from_before_a_restart_goes_on_and_ends_by_itself():
    simulated, centre = day(0, people=Script(Caller("+14155550101", talk_ms=MINUTE)), calls_per_hour=0)
    caller, agent = "simulator:r0-5", "c1-l5"
    bridge = Bridge("simulator", 3, both(caller, agent), None)
    ring = RingAgent("simulator", agent, 1, 1)
    wanted = [WantedLeg(caller, (bridge,)), WantedLeg(agent, (ring, bridge), answered=True)]
    simulated.carrier.reconcile(wanted)
    simulated.carrier.reconcile(wanted)
    centre.live |= {caller, agent}
    centre.run(MINUTE)
    assert centre.of(LegEnded) == [LegEnded(caller, LegCause.HUNG_UP)]
    assert simulated.carrier.is_alive(agent)


def test_who_waited_before_a_restart_waits_on_until_patience_ends():
    simulated, centre = day(
        0, people=Script(Caller("+14155550101", patience_ms=MINUTE)), calls_per_hour=0, agents_max=0
    )
    leg = "simulator:r0-5"
    simulated.carrier.reconcile([WantedLeg(leg, (Play(leg, 4, (Say(""),), loop=True),))])
    centre.live.add(leg)
    centre.run(MINUTE - 1)
    assert centre.of(LegEnded) == []
    centre.run(1)
    assert centre.of(LegEnded) == [LegEnded(leg, LegCause.HUNG_UP)]
    assert simulated.callers.on_line == 0


def test_the_person_on_an_adopted_leg_is_the_same_at_every_restart():
    one, other = drawn(3), drawn(3)
    other.caller(0)
    assert one.adopted("simulator:r0-5", 0) == other.adopted("simulator:r0-5", 0)
    assert one.adopted("simulator:r0-5", 0) != one.adopted("simulator:r0-6", 0)


# --- Load ---


def test_a_call_under_load_has_at_least_its_named_inputs_and_no_chance_in_it():
    people = Steady(LoadPlan(), CUSTOMERS)
    simulated = Simulation(
        SimulatorSettings(calls_per_hour=2 * 3_600),
        bank(agents=2),
        run="r1",
        now=0,
        keep_secret=keep,
        population=people,
        carries=Carries(ms_per_character=0, recordings=True),
    )
    centre = ScriptedCentre(simulated)
    simulated.start()
    centre.run(10 * SECOND)
    arrivals = [at for at, what in centre.inputs if isinstance(what, CallArrived)]
    assert arrivals == list(range(500, 10_001, 500))
    calls = Counter(type(what).__name__ for _, what in centre.inputs)
    whole = len(centre.of(WrapUpSaved))
    assert whole >= 19
    # What is left of the 15 are CustomerFound and PinChecked, the centre's own look-ups.
    assert calls["KeysEntered"] >= 4 * whole
    assert calls["LegEnded"] >= 2 * whole
    for kind in ("PlayFinished", "LegAnswered", "LegInterrupted", "LegRestored", "RecordingClosed"):
        assert calls[kind] >= whole
    lengths = {what.length_ms for what in centre.of(RecordingClosed)}
    assert lengths == {200}


# --- The provider ---


async def test_on_the_loops_own_clock_calls_come_without_being_asked_for():
    provider = SimulatorProvider(
        SimulatorSettings(calls_per_hour=500 * 3_600),
        bank(),
        keep_secret=keep,
        customers=CUSTOMERS,
    )
    arrived = 0
    async with asyncio.timeout(10):
        async for item in provider.events():
            if isinstance(item, Reconnected):
                continue
            provider.acknowledge(item.source)
            if isinstance(item.input, CallArrived):
                await provider.perform(Play(item.input.leg, 1, (Say(""),), loop=True))
                arrived += 1
            if arrived == 20:
                await provider.close()
    assert arrived == 20


async def test_an_entry_that_the_engine_tells_wakes_the_agents():
    clock = VirtualClock()
    provider = SimulatorProvider(
        SimulatorSettings(calls_per_hour=0), bank(agents=0), keep_secret=keep, clock=clock
    )
    events = provider.events()
    assert isinstance(await anext(events), Reconnected)
    provider.on_decisions(Entry(1, 0, "s", CentreApplied(2, bank(1), "admin"), ()))
    clock.pass_time(5 * SECOND)
    reports = [await anext(events) for _ in range(3)]
    kinds = [type(one.input) for one in reports if isinstance(one, Received)]
    assert kinds == [StationConnected, AgentSignedIn, PresenceChosen]
    await provider.close()


async def test_a_new_owner_is_told_again_whose_phones_can_be_rung():
    clock = VirtualClock()
    provider = SimulatorProvider(
        SimulatorSettings(calls_per_hour=0), bank(agents=2), keep_secret=keep, clock=clock
    )
    first = provider.events()
    assert isinstance(await anext(first), Reconnected)
    for _ in range(2):
        told = await anext(first)
        assert isinstance(told, Received)
        provider.acknowledge(told.source)
    await first.aclose()
    second = provider.events()
    assert isinstance(await anext(second), Reconnected)
    again = [await anext(second) for _ in range(2)]
    kinds = [type(one.input) for one in again if isinstance(one, Received)]
    assert kinds == [StationConnected, StationConnected]
    await provider.close()
