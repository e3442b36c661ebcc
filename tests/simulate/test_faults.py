"""The dice: as often as planned, when planned, and each kind by itself."""

from __future__ import annotations

from callcenter.simulate.faults import BAD_LUCK, CHANCES, MISFORTUNES, Dice, Fault


def strikes(plan: dict[str, Fault], kind: str, tries: int = 10_000, minute: int = 0) -> int:
    dice = Dice(1, plan, lambda: minute * 60_000)
    return sum(dice.strikes(kind) for _ in range(tries))


def test_a_chance_is_kept() -> None:
    assert 900 < strikes({"event_lost": Fault(chance=0.1)}, "event_lost") < 1_100


def test_a_window_holds_a_fault_in() -> None:
    plan = {"event_lost": Fault(chance=1.0, from_minute=10, to_minute=20)}
    assert [strikes(plan, "event_lost", 5, minute) for minute in (0, 9, 10, 19, 20)] == [0, 0, 5, 5, 0]


def test_what_is_not_planned_never_strikes_and_nothing_does_after_the_healing() -> None:
    assert strikes({}, "event_lost") == 0
    dice = Dice(1, BAD_LUCK, lambda: 0)
    dice.heal()
    assert not any(dice.strikes(kind) for kind in CHANCES for _ in range(1_000))
    assert not any(dice.befalls(kind) for kind in MISFORTUNES)


def test_one_kind_left_out_moves_no_other() -> None:
    whole, less = (
        Dice(7, plan, lambda: 0)
        for plan in (BAD_LUCK, {kind: it for kind, it in BAD_LUCK.items() if kind != "event_lost"})
    )
    for dice in (whole, less):
        dice.strikes("event_lost")
    rolls = [[dice.strikes("command_lost") for _ in range(500)] for dice in (whole, less)]
    assert rolls[0] == rolls[1]
    assert any(rolls[0])


def test_misfortunes_come_as_often_in_an_hour_as_planned() -> None:
    dice = Dice(3, {"crash": Fault(per_hour=60)}, lambda: 0)
    waits = [dice.wait_ms("crash") or 0 for _ in range(2_000)]
    assert 57_000 < sum(waits) / len(waits) < 63_000
    assert dice.wait_ms("cut") is None
