"""What simulated people notice of talks that change (hold, consultation, transfer), and who answers outside."""

from __future__ import annotations

import pytest
from contract_world import customer, staff
from msgspec import Struct

from callcenter.cti.imagined import RING_MS_MAX, reaction
from callcenter.cti.provider import Dial, Play, Say
from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.carrier import Carrier
from callcenter.cti.simulator.legs import Carries
from callcenter.cti.simulator.outside import HOLD_PATIENCE_MS, TALK_MS, Outsider
from callcenter.cti.simulator.reports import Reports
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.facts import (
    Input,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegId,
    Member,
    Part,
    Received,
    RecordingClosed,
)

CALLER, AGENT, COLLEAGUE, OUTSIDE = "simulator:1", "c1-l1", "c1-l2", "c1-l9"
TALKS, HELD = Part.TALKS, Part.HELD


class Noted(Struct):
    """Somebody who writes down what they notice, and answers their phone at once."""

    world: World
    noticed: list[str] = []

    def rings(self, leg: LegId) -> None:
        self.world.carrier.answer(leg)

    def hears(self, leg: LegId, play: Play, length_ms: int) -> None:
        self.noticed.append("music" if play.loop else "prompt")

    def talks(self, leg: LegId) -> None:
        self.noticed.append("talks")

    def ended(self, leg: LegId) -> None:
        self.noticed.append("ended")


class World:
    def __init__(self) -> None:
        self.agenda = Agenda(0, lambda: None)
        self.reports = Reports("simulator:t", lambda: None)
        self.carrier = Carrier(
            self.agenda,
            self.reports,
            carries=Carries(recordings=True),
            keep_secret=str,
            adopted=lambda leg: Noted(self),
            dialled=lambda number: Outsider(self.agenda, self.carrier, number),
        )
        self.people = {who: Noted(self, []) for who in (CALLER, AGENT, COLLEAGUE)}
        self.carrier.stations.update({1: self.people[AGENT], 2: self.people[COLLEAGUE]})
        self.bridges = 0

    def talk(self) -> None:
        self.carrier.arrive(CALLER, None, "1000", self.people[CALLER])
        self.carrier.perform(RingAgent("simulator", AGENT, 1, 1))
        self.arrange(customer(CALLER), staff(AGENT))

    def consult(self) -> None:
        self.carrier.perform(RingAgent("simulator", COLLEAGUE, 2, 2))
        self.arrange(customer(CALLER, HELD), staff(AGENT), staff(COLLEAGUE))

    def arrange(self, *members: Member) -> None:
        self.bridges += 1
        self.carrier.perform(Bridge("simulator", self.bridges, members, 7))

    def noticed(self, who: str) -> list[str]:
        """Since this was last asked."""
        found = list(self.people[who].noticed)
        self.people[who].noticed.clear()
        return found

    def told(self, kind: type[Input]) -> list[Input]:
        told = []
        while (item := self.reports.take()) is not None:
            if isinstance(item, Received) and isinstance(item.input, kind):
                told.append(item.input)
        return told


@pytest.fixture
def world() -> World:
    world = World()
    world.talk()
    for who in (CALLER, AGENT):
        assert world.noticed(who) == ["talks"]
    return world


def test_who_is_on_hold_hears_music_and_talks_again(world: World):
    world.arrange(customer(CALLER, HELD), staff(AGENT))
    assert (world.noticed(CALLER), world.noticed(AGENT)) == (["music"], [])
    world.arrange(customer(CALLER), staff(AGENT))
    assert (world.noticed(CALLER), world.noticed(AGENT)) == (["talks"], ["talks"])


def test_a_consulted_colleague_talks_while_the_caller_hears_music_on(world: World):
    world.arrange(customer(CALLER, HELD), staff(AGENT))
    world.noticed(CALLER)
    world.consult()
    assert (world.noticed(AGENT), world.noticed(COLLEAGUE)) == (["talks"], ["talks"])
    assert world.noticed(CALLER) == [], "the music goes on as it is"


def test_a_conference_is_news_to_the_caller_only(world: World):
    world.consult()
    for who in world.people:
        world.noticed(who)
    world.arrange(customer(CALLER), staff(AGENT), staff(COLLEAGUE))
    assert [world.noticed(who) for who in (CALLER, AGENT, COLLEAGUE)] == [["talks"], [], []]


def test_a_transferred_caller_talks_to_the_colleague_in_the_same_recording(world: World):
    world.consult()
    world.arrange(customer(CALLER), staff(COLLEAGUE))
    world.carrier.perform(HangUp("simulator", AGENT))
    assert world.noticed(CALLER) == ["music", "talks"]
    assert world.noticed(AGENT) == ["ended"]
    assert world.told(RecordingClosed) == []
    world.agenda.advance(9_000)
    world.carrier.hang_up(CALLER)
    assert world.told(RecordingClosed) == [RecordingClosed(7, 9_000, ())]


def test_a_supervisor_who_listens_is_noticed_by_nobody(world: World):
    supervisor = "c1-l3"
    world.carrier.perform(RingAgent("simulator", supervisor, 2, 0, auto=True))
    assert world.told(LegAnswered)[-1] == LegAnswered(supervisor)
    world.arrange(customer(CALLER), staff(AGENT), staff(supervisor, Part.LISTENS))
    assert [world.noticed(who) for who in (CALLER, AGENT, COLLEAGUE)] == [[], [], []]


def test_who_plays_something_to_themselves_is_out_and_the_others_go_on(world: World):
    world.consult()
    for who in world.people:
        world.noticed(who)
    world.carrier.perform(Play(CALLER, 1, (Say("Please hold."),), loop=True))
    assert [world.noticed(who) for who in (CALLER, AGENT, COLLEAGUE)] == [["music"], [], []]
    assert world.told(RecordingClosed) == []


# --- Outside ---


def number_whose(failure: str) -> str:
    numbers = (f"+1415555{n:04}" for n in range(100, 200))
    return next(number for number in numbers if reaction(number).failure == failure)


def dialled(world: World, failure: str) -> str:
    number = number_whose(failure)
    world.carrier.perform(Dial(OUTSIDE, number))
    return number


def test_somebody_outside_answers_talks_for_a_while_and_hangs_up(world: World):
    number = dialled(world, "")
    world.arrange(customer(CALLER, HELD), staff(AGENT), customer(OUTSIDE))
    assert world.told(LegAnswered) == [LegAnswered(AGENT)]
    world.agenda.advance(reaction(number).after_ms)
    assert world.told(LegAnswered) == [LegAnswered(OUTSIDE)]
    assert world.noticed(AGENT) == ["talks"]
    world.agenda.advance(world.agenda.now + TALK_MS[1])
    assert world.told(LegEnded) == [LegEnded(OUTSIDE, LegCause.HUNG_UP)]


def test_somebody_outside_waits_on_hold_with_patience(world: World):
    number = dialled(world, "")
    world.agenda.advance(reaction(number).after_ms)
    world.arrange(customer(CALLER), staff(AGENT), customer(OUTSIDE))
    world.arrange(customer(CALLER), staff(AGENT), customer(OUTSIDE, HELD))
    world.agenda.advance(world.agenda.now + HOLD_PATIENCE_MS - 1)
    assert world.told(LegEnded) == [], "what they had to say waits"
    world.agenda.advance(world.agenda.now + 1)
    assert world.told(LegEnded) == [LegEnded(OUTSIDE, LegCause.HUNG_UP)]


@pytest.mark.parametrize("failure", ["busy", "no_answer"])
def test_some_outside_are_engaged_and_some_not_at_home(world: World, failure: str):
    number = dialled(world, failure)
    world.agenda.advance(reaction(number).after_ms - 1)
    assert world.told(LegFailed) == []
    world.agenda.advance(RING_MS_MAX)
    assert world.told(LegFailed) == [LegFailed(OUTSIDE, failure)]


def test_somebody_who_calls_us_is_engaged(world: World):
    number = number_whose("")
    world.carrier.arrive("simulator:2", number, "1000", Noted(world, []))
    dialled(world, "")
    assert world.told(LegFailed) == [LegFailed(OUTSIDE, "busy")]
