"""What goes out is compared with the disk: each rule finds its own breach."""

from __future__ import annotations

from collections import Counter

import pytest

from callcenter import facts as f
from callcenter.center import Settled
from callcenter.cti.provider import Dial, Play
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.lifecycles import Presence, Routing
from callcenter.simulate.witness import AWAY_MS, Witness
from callcenter.store.in_memory import Disk


class Known:
    """Whose PINs were right so often."""

    def __init__(self) -> None:
        self.proven: Counter[int] = Counter()


class Court:
    def __init__(self) -> None:
        self.disk = Disk()
        self.customers = Known()
        self.found: list[str] = []
        self.witness = Witness(self.disk, self.customers, self.found.append)  # type: ignore[arg-type]

    def hear(self, input: f.Input, *decisions: f.Decision, at: int = 0, source: str = "x") -> None:
        self.witness.hear(f.Entry(1, at, source, input, decisions))


@pytest.fixture
def court() -> Court:
    return Court()


def test_what_is_not_on_the_disk_is_acknowledged_by_nobody(court: Court) -> None:
    court.disk.sources.add("here")
    court.witness.acknowledged("here")
    assert court.found == []
    court.witness.acknowledged("not here")
    assert court.found[0].startswith("I5")


def test_a_command_has_a_fact_before_it(court: Court) -> None:
    court.disk.values["n"] = "+1"
    court.hear(f.OwnerStarted(0), f.DialStarted("l1", 1, "n", 0), f.LegReleased("l2"))
    court.witness.commanded(Dial("l1", "+1"), reconciles=False)
    court.witness.commanded(HangUp("simulator", "l2"), reconciles=False)
    assert court.found == []
    for command in (HangUp("simulator", "l1"), Play("l1", 1, ()), RingAgent("simulator", "l3", 1, 2)):
        court.witness.commanded(command, reconciles=True)
    assert [one[:2] for one in court.found] == ["I5"] * 3


def test_a_leg_is_told_to_ring_once_and_again_only_to_reconcile(court: Court) -> None:
    court.disk.values["n"] = "+1"
    court.hear(f.OwnerStarted(0), f.DialStarted("l1", 1, "n", 0))
    for reconciles in (False, True, True):
        court.witness.commanded(Dial("l1", "+1"), reconciles=reconciles)
    assert court.found == []
    court.witness.commanded(Dial("l1", "+1"), reconciles=False)
    assert court.found[0].startswith("I6")


CALLER, AGENT, LISTENER = (
    f.Member("l1", f.Part.TALKS, staff=False),
    f.Member("l2", f.Part.TALKS, staff=True),
    f.Member("l3", f.Part.LISTENS, staff=True),
)


def bridge(*members: f.Member, paused: bool = False) -> Bridge:
    return Bridge("simulator", 4, members, 7, paused)


def test_a_command_holds_what_the_fact_says(court: Court) -> None:
    members = (LISTENER, CALLER, AGENT)
    court.hear(f.OwnerStarted(0), f.OfferMade(2, 1, 3, "l2", "", 0, None, 0), f.Bridged(1, 4, members, 7))
    court.witness.commanded(RingAgent("simulator", "l2", 3, 2), reconciles=False)
    court.witness.commanded(RingAgent("simulator", "l2", 3, 0), reconciles=True)  # it talks by now
    court.witness.commanded(bridge(*members), reconciles=False)
    court.hear(f.LegEnded("l3", f.LegCause.HUNG_UP))
    court.witness.commanded(bridge(CALLER, AGENT), reconciles=True)
    assert court.found == []
    for wrong in (
        RingAgent("simulator", "l2", 4, 0),
        RingAgent("simulator", "l2", 3, 9),
        bridge(CALLER),
        bridge(CALLER, AGENT, paused=True),
    ):
        court.witness.commanded(wrong, reconciles=True)
    assert [one[:2] for one in court.found] == ["I5"] * 4


def test_what_is_not_among_the_wanted_was_told_to_end(court: Court) -> None:
    court.hear(f.OwnerStarted(0), f.LegReleased("l1"), f.LegReleased("l2"))
    court.witness.reconciled({"l2"})
    assert court.witness.was_told(("hang up", "l1"))
    assert not court.witness.was_told(("hang up", "l2"))


def test_a_rule_that_raises_costs_one(court: Court) -> None:
    fault = (ArithmeticError(),)
    one, other = f.ContactQuarantined(1, "bug"), f.ContactQuarantined(2, "bug")
    aside = f.AgentStateChanged(1, Presence.READY, "our_fault", Routing.NOT_RESPONDING)
    fact = f.ContactReturned(1, 0, "")
    court.witness.broke(f.OwnerStarted(0), 1, fact, fact.contact, Settled((one,), fault))
    court.witness.broke(f.OwnerStarted(0), 2, fact, fact.contact, Settled((one, aside), fault * 2))
    assert court.found == []
    for cost in ((one, other), (one, aside)):
        court.witness.broke(f.OwnerStarted(0), 3, fact, fact.contact, Settled(cost, fault))
    assert [found[:2] for found in court.found] == ["I1"] * 2


def test_a_pin_is_right_as_often_as_it_was_keyed(court: Court) -> None:
    court.hear(f.OwnerStarted(0), f.LookUpWanted(5, 1, "pin", None, 7, None, 0))
    court.customers.proven[7] = 1
    court.hear(f.PinChecked(5, f.PinResult.RIGHT))
    assert court.found == []
    court.hear(f.PinChecked(5, f.PinResult.RIGHT))
    assert court.found[0].startswith("I6")


def test_a_new_owner_knows_how_long_nobody_was_there(court: Court) -> None:
    court.disk.alive = {"at": 10_000, "seq": 1}
    court.witness.starts("life2")
    court.hear(f.OwnerStarted(30_000), at=40_000, source="owner:1:life2")
    court.hear(f.OwnerStarted(30_000 - AWAY_MS), at=40_000, source="owner:1:life2")
    assert court.found == []
    court.hear(f.OwnerStarted(0), at=40_000, source="owner:1:life2")
    assert court.found[0].startswith("I12")


def test_a_rule_that_raises_is_no_luck(court: Court) -> None:
    court.hear(f.OwnerStarted(0), f.Refused("our_fault"))
    assert court.found[0].startswith("I1")
