"""Who calls, when, about what and how they find their way; when agents come, are away and leave."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from scripted_centre import ScriptedCentre, bank

from callcenter.cti.provider import Say
from callcenter.cti.simulator.curve import DAY, HOUR, MINUTE, SECOND, WEEK, Curve, Flat
from callcenter.cti.simulator.directions import Directions, Guide, Wish
from callcenter.cti.simulator.drawn import Drawn, Public
from callcenter.cti.simulator.habits import Reasons, coded
from callcenter.cti.simulator.notes import NOTES, WORDS_OF, disposition, note
from callcenter.cti.simulator.people import About, Caller, Known
from callcenter.cti.simulator.rota import turn
from callcenter.cti.simulator.shifts import Stretch, current_or_next, touching
from callcenter.cti.simulator.simulation import Simulation, SimulatorSettings
from callcenter.cti.simulator.trade import HANDLING, Reason, other_queues, reason_in, talk_ms
from callcenter.facts import (
    AgentSignedIn,
    AgentSignedOut,
    CallArrived,
    CentreSetup,
    PresenceChosen,
    Prompt,
)
from callcenter.ivr.prompts import render
from callcenter.ivr.tree import Menu, read_tree
from callcenter.lifecycles import Presence
from callcenter.setup.centre_toml import read_centre, with_doors_open

DEMO = Path(__file__).parents[2] / "demo" / "centre.toml"
ZONE = ZoneInfo("America/Los_Angeles")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1_000


MONDAY = at("2026-11-23 00:00")


@pytest.fixture(scope="module")
def harbour() -> CentreSetup:
    return read_centre(DEMO).setup


@pytest.fixture(scope="module")
def directions(harbour: CentreSetup) -> Directions:
    return Directions(harbour)


# --- The curve ---


def test_a_half_hour_has_its_rate_until_the_next_begins():
    curve = Curve(ZONE)
    assert curve.per_hour(at("2026-11-23 10:30")) == (2 * 198, at("2026-11-23 11:00"))
    assert curve.per_hour(at("2026-11-23 10:59")) == (2 * 198, at("2026-11-23 11:00"))
    assert curve.per_hour(at("2026-11-23 11:00"))[0] == 2 * 186


def test_other_days_have_their_share_of_a_monday():
    curve = Curve(ZONE)
    assert curve.per_hour(at("2026-11-25 10:30"))[0] == pytest.approx(2 * 198 * WEEK[2])
    assert curve.per_hour(at("2026-11-29 10:30"))[0] == pytest.approx(2 * 198 * WEEK[6])


def test_somebody_calls_at_any_hour_where_that_is_wanted():
    assert Curve(ZONE, least=240).per_hour(at("2026-11-29 03:10")) == (240, at("2026-11-29 03:30"))
    assert Flat(60).per_hour(MONDAY) == (60, None)


def test_the_night_in_which_the_clocks_go_back_has_an_hour_more():
    curve, moment, slots = Curve(ZONE), at("2026-11-01 00:00"), 0
    while moment < at("2026-11-02 00:00"):
        _, until = curve.per_hour(moment)
        assert until is not None
        moment, slots = until, slots + 1
    assert slots == 50


def simulated(settings: SimulatorSettings, setup: CentreSetup, now: int, population: Drawn) -> ScriptedCentre:
    simulation = Simulation(
        settings, setup, run="r1", now=now, keep_secret=lambda _: "token", population=population
    )
    centre = ScriptedCentre(simulation)
    simulation.start()
    return centre


class Brief(Drawn):
    """Whoever calls hangs up at once and doesn't call again."""

    def caller(self, at: int) -> Caller:
        return Caller("+14155550101", choices=())


def test_a_monday_of_callers_follows_the_curve():
    population = Brief(Random(5), bank(), Directions(bank()))
    centre = simulated(SimulatorSettings(agents_max=0), bank(), MONDAY, population)
    centre.run(24 * HOUR)
    slots = Counter(
        (when - MONDAY) // (30 * MINUTE) for when, what in centre.inputs if isinstance(what, CallArrived)
    )
    assert abs(sum(slots.values()) / sum(DAY) - 1) < 0.06
    for slot, expected in enumerate(DAY):
        assert abs(slots[slot] - expected) < 5 * expected**0.5 + 2, slot


# --- Finding the way ---


def spoken(tree_source: str, menu: str, language: str) -> tuple[Say, ...]:
    tree = read_tree(tree_source)
    node = tree.nodes[menu]
    assert isinstance(node, Menu)
    heard = (render(tree, Prompt(key), language, {}) for key in node.prompts)
    return tuple(Say(one.text, one.language) for one in heard)


@pytest.mark.parametrize(
    ("menu", "language", "wish", "key"),
    [
        ("language", "en", Wish("accounts"), "1"),
        ("language", "en", Wish("personal_zh", language="zh"), "2"),
        ("language", "en", Wish("accounts", unrecorded=True), "9"),
        ("main", "en", Wish("lost_card"), "1"),
        ("main", "zh", Wish("lost_card", language="zh"), "1"),
        ("main", "zh", Wish("personal_zh", language="zh"), "0"),
        ("main", "en", Wish("roadside"), "3"),
        ("car", "en", Wish("roadside"), "1"),
        ("main", "en", Wish("complaints"), "4"),
        ("bank_menu", "en", Wish(milestone="balance_heard"), "1"),
    ],
)
def test_a_caller_hears_which_key_leads_where_they_want_to_go(
    harbour: CentreSetup, directions: Directions, menu: str, language: str, wish: Wish, key: str
):
    choice = directions.choice(spoken(harbour.trees[0].source, menu, language), wish)
    assert choice is not None
    assert choice.key == key


def test_words_that_come_before_a_menu_change_nothing(harbour: CentreSetup, directions: Directions):
    menu = spoken(harbour.trees[0].source, "main", "en")
    again = (Say("That is not one of the choices."), *menu)
    assert directions.choice(again, Wish("roadside")) == directions.choice(menu, Wish("roadside"))


def test_who_understands_nothing_asks_for_a_person_or_gives_up(directions: Directions):
    says = (Say("Dial the extension of the person you want."),)
    person = directions.choice(says, Wish("accounts"))
    assert person is not None
    assert person.key == "0"
    assert directions.choice(says, Wish(milestone="balance_heard")) is None


def test_nobody_presses_the_same_key_of_the_same_menu_for_ever(harbour: CentreSetup, directions: Directions):
    menu = spoken(harbour.trees[0].source, "main", "en")
    guide = Guide(directions, Wish("roadside"))
    assert [guide.key(menu) for _ in range(3)] == ["3", "3", None]


def test_a_slip_happens_once(harbour: CentreSetup, directions: Directions):
    menu = spoken(harbour.trees[0].source, "main", "en")
    guide = Guide(directions, Wish("roadside"), slip=(0, "7"))
    assert [guide.key(menu) for _ in range(2)] == ["7", "3"]


def test_a_balance_is_for_customers_and_opening_hours_are_for_everybody(directions: Directions):
    assert "balance_heard" in directions.customers_milestones
    assert "hours_heard" in directions.open_milestones


# --- Who they are ---


def test_the_public_is_of_the_wanted_kinds(harbour: CentreSetup, directions: Directions):
    customers = tuple(
        Known(f"+14155550{n}", f"1{n}", f"2{n}", language="zh" if n % 3 == 0 else "en", customer=n)
        for n in range(101, 131)
    )
    public, chance = Public(with_doors_open(harbour), directions, customers), Random(3)
    callers = [public.caller(chance, MONDAY) for _ in range(6_000)]
    wants = [caller for caller in callers if caller.wish is not None and caller.wish.queue]
    assert abs(len(wants) / len(callers) - 0.56) < 0.03
    queues = Counter(caller.about.queue for caller in wants)
    assert abs(queues["personal_zh"] / len(wants) - 0.17) < 0.02
    reasons = Counter(caller.about.reason for caller in wants)
    assert abs(reasons[Reason.BALANCE] / len(wants) - 0.22) < 0.02
    assert abs(reasons[Reason.APPOINTMENT] / len(wants) - 0.12) < 0.02
    assert 0.04 < sum(caller.number is None for caller in callers) / len(callers) < 0.08
    assert 0.3 < sum(caller.customer > 0 for caller in wants) / len(wants) < 0.5
    for caller in wants:
        if caller.customer:
            speaks = "zh" if caller.customer % 3 == 0 else "en"
            assert caller.about.language == speaks
    assert any(caller.wish.unrecorded for caller in wants if caller.wish)


def test_at_night_more_of_the_few_want_what_is_open(harbour: CentreSetup, directions: Directions):
    public, chance = Public(harbour, directions), Random(3)

    def share(moment: int) -> float:
        wants = [one for one in (public.caller(chance, moment) for _ in range(3_000)) if one.about.queue]
        return sum(one.about.queue in ("lost_card", "roadside") for one in wants) / len(wants)

    assert share(at("2026-11-23 03:00")) > 1.8 * share(at("2026-11-23 11:00"))


@pytest.mark.parametrize("queue", HANDLING)
def test_talks_are_as_long_as_the_queue_says_on_average_and_some_very_long(queue: str):
    chance = Random(9)
    times = sorted(talk_ms(queue, chance) for _ in range(4_000))
    mean = HANDLING[queue].handle_ms
    assert abs(sum(times) / len(times) / mean - 0.89) < 0.05
    assert times[-1] > 4 * mean
    assert times[len(times) // 2] < mean


def test_notes_leave_no_blank_and_speak_the_language():
    chance = Random(1)
    for language, by_reason in NOTES.items():
        assert by_reason.keys() == set(Reason)
        for reason in by_reason:
            text = note(reason, language, chance)
            assert "{" not in text
            assert any("\u4e00" <= one <= "\u9fff" for one in text) == (language == "zh")


def test_what_a_call_was_about_decides_how_it_is_coded(harbour: CentreSetup):
    chance = Random(2)
    loans = next(queue for queue in harbour.queues if queue.name == "loans")
    drawn = Counter(disposition(Reason.LOAN, loans.dispositions, chance) for _ in range(500))
    fitting = [
        one for one in loans.dispositions if any(word in one.lower() for word in WORDS_OF[Reason.LOAN])
    ]
    assert sum(drawn[one] for one in fitting) == 500
    assert disposition(Reason.LOAN, ("Weather",), chance) == "Weather"  # none fits
    assert disposition(Reason.LOAN, (), chance) == ""
    assert coded(About("loans", Reason.LOAN), loans.dispositions, chance).disposition in loans.dispositions


# --- Shifts ---


def test_a_shift_that_goes_over_midnight_is_still_on_after_it():
    night = current_or_next("22:00-06:30", at("2026-11-24 03:00"), ZONE)
    assert night == Stretch(at("2026-11-23 22:00"), at("2026-11-24 06:30"))
    later = current_or_next("22:00-06:30", at("2026-11-24 12:00"), ZONE)
    assert later == Stretch(at("2026-11-24 22:00"), at("2026-11-25 06:30"))


def test_a_shift_of_weekdays_comes_again_on_monday():
    found = current_or_next("mon-fri 08:00-16:30", at("2026-11-28 12:00"), ZONE)
    assert found == Stretch(at("2026-11-30 08:00"), at("2026-11-30 16:30"))


def test_the_shifts_of_a_day_are_those_that_touch_it():
    day = at("2026-11-23 00:00"), at("2026-11-24 00:00")
    assert len(touching("22:00-06:30", *day, ZONE)) == 2
    assert len(touching("08:00-16:30", *day, ZONE)) == 1


def test_a_turn_lies_in_its_shift_and_holds_its_lunch():
    shift = Stretch(at("2026-11-23 08:00"), at("2026-11-23 16:30"))
    for seed in range(50):
        one = turn(shift, "12:00-12:45", ZONE, Reasons("Lunch", "Short break", ("Training",)), Random(seed))
        assert shift.from_at <= one.come_at < shift.from_at + 3 * MINUTE
        assert shift.to_at <= one.leave_at < shift.to_at + 3 * MINUTE
        (lunch,) = (away for away in one.aways if away.reason == "Lunch")
        assert at("2026-11-23 12:00") <= lunch.at < at("2026-11-23 12:02")
        assert 44 * MINUTE <= lunch.for_ms < 48 * MINUTE
        assert sum(away.reason == "Short break" for away in one.aways) == 2


def shift_bank(shift: str, lunch: str = "") -> CentreSetup:
    setup = replace(bank(1), break_reasons=("Lunch", "Short break"))
    agents = tuple(replace(agent, shift=shift, lunch=lunch) for agent in setup.agents)
    return replace(setup, agents=agents)


def test_an_agent_comes_takes_lunch_and_goes_home_day_after_day():
    setup = shift_bank("08:00-16:30", "12:00-12:45")
    population = Brief(Random(5), setup, Directions(setup))
    centre = simulated(SimulatorSettings(calls_per_hour=0), setup, MONDAY, population)
    centre.run(48 * HOUR)
    mine = [(when, what) for when, what in centre.inputs if getattr(what, "agent", None) == 1]
    comes = [when for when, what in mine if isinstance(what, AgentSignedIn)]
    leaves = [when for when, what in mine if isinstance(what, AgentSignedOut)]
    assert len(comes) == 2
    assert len(leaves) == 3, "whoever was left at the desk by an earlier process is sent home first"
    for day, (come, leave) in enumerate(zip(comes, leaves[1:], strict=True)):
        begin = MONDAY + day * 24 * HOUR
        assert begin + 8 * HOUR <= come < begin + 8 * HOUR + 3 * MINUTE
        assert begin + 16.5 * HOUR <= leave < begin + 16.5 * HOUR + 3 * MINUTE
    lunches = [when for when, what in mine if isinstance(what, PresenceChosen) and what.reason == "Lunch"]
    assert [(when - MONDAY) // HOUR for when in lunches] == [12, 36]
    worked = [
        when for when, what in mine if isinstance(what, PresenceChosen) and what.presence is Presence.READY
    ]
    assert all(8 * HOUR <= (when - MONDAY) % (24 * HOUR) < 16.6 * HOUR for when in worked)


def test_who_starts_in_the_middle_of_a_night_shift_is_at_work_at_once():
    setup = shift_bank("22:00-06:30")
    population = Brief(Random(5), setup, Directions(setup))
    centre = simulated(SimulatorSettings(calls_per_hour=0), setup, at("2026-11-24 03:00"), population)
    centre.run(MINUTE)
    assert [what.agent for what in centre.of(AgentSignedIn)] == [1]
    assert centre.of(AgentSignedOut) == []


def test_nobody_looks_at_an_empty_centre():
    population = Brief(Random(5), bank(), Directions(bank()))
    settings = SimulatorSettings(calls_per_hour=0, agents_max=0, rush=24)
    centre = simulated(settings, bank(), MONDAY, population)
    centre.run(30 * SECOND)
    assert len(centre.of(CallArrived)) == 24
    centre.run(HOUR)
    assert len(centre.of(CallArrived)) == 24


def test_a_call_that_belongs_elsewhere_is_sent_where_it_fits(harbour: CentreSetup):
    morning, night = at("2026-11-23 11:00"), at("2026-11-23 03:00")

    def names(queue: str, reason: Reason, language: str, moment: int) -> list[str]:
        return [one.name for one in other_queues(harbour, queue, reason, language, moment)]

    assert names("accounts", Reason.FEE, "en", morning) == ["complaints"]
    assert names("accounts", Reason.FEE, "en", night) == []
    assert names("personal_zh", Reason.PIN, "zh", morning) == ["lost_card"]
    assert names("car_service", Reason.APPOINTMENT, "en", morning) == ["roadside"]
    assert reason_in("lost_card", Reason.PIN) is Reason.CARD
    assert reason_in("accounts", Reason.PIN) is Reason.PIN


def test_who_gave_up_calls_again_with_more_patience():
    again = Caller("+14155550101", patience_ms=20 * SECOND, again_ms=5 * MINUTE)

    class Impatient(Drawn):
        def caller(self, at: int) -> Caller:
            return again

    population = Impatient(Random(5), bank(), Directions(bank()))
    centre = simulated(SimulatorSettings(calls_per_hour=1, agents_max=0), bank(), MONDAY, population)
    centre.run(24 * HOUR)
    arrivals = [when for when, what in centre.inputs if isinstance(what, CallArrived)]
    gaps = Counter(later - earlier for earlier, later in itertools.pairwise(arrivals))
    assert len(arrivals) > 30
    assert sum(5 * MINUTE <= gap < 6 * MINUTE for gap in gaps.elements()) > 10
