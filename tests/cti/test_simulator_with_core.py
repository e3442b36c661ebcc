"""A simulated day through the production core and the demo's centre: what the people were made for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TypeVar

import pytest

from callcenter import effects as e
from callcenter import facts as f
from callcenter.center import settle
from callcenter.cti.simulator.curve import HOUR, MINUTE, SECOND
from callcenter.cti.simulator.legs import NAME, Carries
from callcenter.cti.simulator.load import LoadPlan, Steady
from callcenter.cti.simulator.people import Known, Population
from callcenter.cti.simulator.simulation import Simulation, SimulatorSettings
from callcenter.engine.speech import Speech
from callcenter.engine.values import Values
from callcenter.lifecycles import Outcome
from callcenter.setup.centre_toml import read_centre, with_simulated_agents
from callcenter.state import Live, State
from callcenter.wanted import effects_of, live_legs

DEMO = Path(__file__).parents[2] / "demo" / "centre.toml"
F = TypeVar("F", bound=f.Fact)

MONDAY_AT_NINE = 1_795_453_200_000
"""in San Francisco: all queues are open, for nine hours"""
CUSTOMERS = tuple(Known(f"+14155550{n}", f"100{n}", f"2{n}") for n in range(101, 121))


class Day:
    """The core without its engine: every input is settled at once, every effect done at once."""

    def __init__(
        self,
        settings: SimulatorSettings,
        population: Population | None = None,
        *,
        carries: Carries,
    ) -> None:
        setup = with_simulated_agents(read_centre(DEMO).setup, 8)
        self.live = Live(State(1))
        self.entries: list[f.Entry] = []
        self._settings = settings
        self._population = population
        self._carries = carries
        self._values = Values()
        self._secrets: list[str] = []
        self._answers: list[f.Received] = []
        self._speech = Speech(self.live, self._values)
        self.simulation = self._simulation(setup, "r1", MONDAY_AT_NINE)
        self._settle(f.Received("setup", f.CentreApplied(1, setup, "test")))
        self.simulation.start()

    def run(self, ms: int) -> None:
        agenda = self.simulation.agenda
        until = agenda.now + ms
        self._take()
        while agenda.next_due is not None and agenda.next_due <= until:
            agenda.advance(agenda.next_due)
            self._take()
        agenda.advance(until)

    def restart(self) -> None:
        """The process dies with its legs; the next one finds the state as it was."""
        setup = self.live.state.setup
        assert setup is not None
        now = self.simulation.agenda.now
        self.simulation = self._simulation(setup, "r2", now)
        self.simulation.start()
        self.simulation.carrier.reconcile(tuple(self._speech.wanted_legs(live_legs(self.live, NAME))))
        # The old agenda held the timers too; the engine would set them again.
        for engagement in self.live.state.engagements.values():
            if engagement.deadline_at is not None:
                self._timer(engagement.deadline_at, f.WrapUpExpired(engagement.engagement))
        for offer in self.live.state.offers.values():
            self._timer(offer.deadline_at, f.OfferExpired(offer.offer))

    def of(self, kind: type[F]) -> list[F]:
        facts = (fact for entry in self.entries for fact in (entry.input, *entry.decisions))
        return [fact for fact in facts if isinstance(fact, kind)]

    def outcomes(self) -> Counter[Outcome]:
        return Counter(fact.outcome for fact in self.of(f.ContactEnded))

    def _simulation(self, setup: f.CentreSetup, run: str, now: int) -> Simulation:
        return Simulation(
            self._settings,
            setup,
            run=run,
            now=now,
            keep_secret=self._keep,
            customers=CUSTOMERS,
            population=self._population,
            carries=self._carries,
        )

    def _keep(self, digits: str) -> str:
        self._secrets.append(digits)
        return str(len(self._secrets) - 1)

    def _take(self) -> None:
        reports = self.simulation.reports
        while (item := reports.take()) is not None:
            assert isinstance(item, f.Received)
            self._settle(item)
            what = reports.acknowledge(item.source)
            assert what is not None
            self.simulation.carrier.acknowledged(what)

    def _settle(self, received: f.Received) -> None:
        at = self.simulation.agenda.now
        for value in received.values:
            self._values.put(value.ref, value.text)
        settled = settle(self.live, received.input, at)
        assert not settled.faults
        entry = f.Entry(len(self.entries) + 1, at, received.source, received.input, settled.decisions)
        self.entries.append(entry)
        for decision in settled.decisions:
            for effect in effects_of(self.live, decision):
                self._do(effect)
        self.simulation.observe(entry)
        while self._answers:
            self._settle(self._answers.pop())

    def _do(self, effect: e.Effect) -> None:
        match effect:
            case e.SetTimer(at, timer):
                self._timer(at, timer)
            case e.LookUp():
                self._answers.append(f.Received(f"look-up:{effect.look_up}", self._answer(effect)))
            case e.PlayPrompt():
                if (play := self._speech.play(effect)) is not None:
                    self.simulation.carrier.perform(play)
            case _:
                self.simulation.carrier.perform(effect)

    def _timer(self, at: int, timer: f.Timer) -> None:
        self.simulation.agenda.at(at, self._settle, f.Received("timer", timer))

    def _answer(self, effect: e.LookUp) -> f.Input:
        if effect.kind == "pin":
            assert effect.secret is not None
            assert effect.customer is not None
            right = self._secrets[int(effect.secret)] == CUSTOMERS[effect.customer].pin
            return f.PinChecked(effect.look_up, f.PinResult.RIGHT if right else f.PinResult.WRONG)
        wanted = self._values[effect.value] if effect.value else ""
        for index, known in enumerate(CUSTOMERS):
            if wanted in (known.number, known.account):
                self._values.put(f"balance-{index}", "123456")
                return f.CustomerFound(effect.look_up, index, "B", "en", (("balance", f"balance-{index}"),))
        return f.CustomerUnknown(effect.look_up)


@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_simulated_people_ends_with_every_call_accounted_for(seed: int):
    day = Day(SimulatorSettings(calls_per_hour=270, seed=seed), carries=Carries())
    day.run(8 * HOUR)
    day.simulation.callers.set_rate(0)
    day.run(HOUR)
    outcomes = day.outcomes()
    assert sum(outcomes.values()) == len(day.of(f.CallArrived)) == len(day.of(f.ContactOpened))
    assert not day.live.state.contacts
    assert not day.live.state.legs
    assert day.of(f.ContactQuarantined) == []
    assert outcomes[Outcome.LOST_BY_SYSTEM] == 0
    assert outcomes[Outcome.ANSWERED] > sum(outcomes.values()) * 0.45
    assert min(outcomes[one] for one in (Outcome.ABANDONED, Outcome.LEFT_IN_IVR, Outcome.RESOLVED_IN_IVR)) > 0


def test_simulated_agents_do_nothing_that_their_desk_refuses():
    day = Day(SimulatorSettings(calls_per_hour=240), carries=Carries())
    day.run(8 * HOUR)
    asked = f.AgentSignedIn | f.PresenceChosen | f.WrapUpSaved | f.HoldAsked | f.ResumeAsked | f.TransferAsked
    entries = [entry for entry in day.entries if isinstance(entry.input, asked)]
    assert len(entries) > 100
    assert [entry for entry in entries if any(isinstance(one, f.Refused) for one in entry.decisions)] == []


def test_simulated_agents_hold_calls_and_send_some_on_to_who_answers_them():
    day = Day(SimulatorSettings(calls_per_hour=240), carries=Carries())
    day.run(4 * HOUR)
    held, resumed = day.of(f.HoldAsked), day.of(f.ResumeAsked)
    assert len(held) > 20
    assert len(held) - len(resumed) < len(held) // 3, "who hangs up on hold is not fetched back"
    sent = {fact.contact for fact in day.of(f.ContactTransferred)}
    assert len(sent) > 5
    queues = {
        contact: [fact.queue for fact in day.of(f.ContactQueued) if fact.contact == contact]
        for contact in sent
    }
    assert all(len(set(found)) == 2 for found in queues.values())
    work = Counter(fact.contact for fact in day.of(f.EngagementOpened))
    assert sum(work[contact] == 2 for contact in sent) > len(sent) // 2


def test_a_restart_loses_no_call_of_simulated_people():
    day = Day(SimulatorSettings(calls_per_hour=240), carries=Carries())
    day.run(30 * MINUTE)
    alive = len(day.live.state.contacts)
    day.restart()
    day.run(10 * MINUTE)
    day.simulation.callers.set_rate(0)
    day.run(HOUR)
    assert alive > 3
    assert day.outcomes()[Outcome.LOST_BY_SYSTEM] == 0
    assert sum(day.outcomes().values()) == len(day.of(f.CallArrived))
    assert not day.live.state.contacts


def test_a_call_of_the_load_is_at_least_15_inputs():
    day = Day(
        SimulatorSettings(calls_per_hour=3_600),
        Steady(LoadPlan(), CUSTOMERS),
        carries=Carries(ms_per_character=0, recordings=True),
    )
    day.run(60 * SECOND)
    day.simulation.callers.set_rate(0)
    day.run(MINUTE)
    outcomes = day.outcomes()
    assert outcomes == {Outcome.ANSWERED: 60}
    timers = f.OfferExpired | f.WrapUpExpired | f.LookUpExpired | f.PlayExpired | f.LegExpired
    centre = f.CentreApplied | f.StationConnected | f.AgentSignedIn | f.PresenceChosen
    kinds = Counter(
        type(entry.input).__name__ for entry in day.entries if not isinstance(entry.input, timers | centre)
    )
    assert sum(kinds.values()) / 60 >= 15, kinds
