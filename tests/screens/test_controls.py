"""What a desk says that it can, it can, and nothing else: on random days, asked of the core itself."""

from __future__ import annotations

import pytest

from callcenter import facts as f
from callcenter.center import decide
from callcenter.lifecycles import Routing
from callcenter.rights import Actor, Role
from callcenter.screens import asks, wire
from tests.screens.days import AGENTS, LEADER, Day
from tests.screens.test_views import row

STEPS = 400
NOWHERE = wire.Target(number="+14155550123")

CONTROLS = {
    "hold": wire.Hold,
    "resume": wire.Resume,
    "transfer": wire.Transfer,
    "consult": wire.Consult,
    "swap": wire.Swap,
    "conference": wire.Conference,
    "complete": wire.Complete,
    "take-back": wire.TakeBack,
    "leave": wire.Leave,
    "end-contact": wire.EndContact,
    "pause-recording": wire.PauseRecording,
    "resume-recording": wire.ResumeRecording,
    "start-recording": wire.StartRecording,
    "refuse-recording": wire.RefuseRecording,
    "identify": wire.Identify,
}


def possible(day: Day, agent: int, contact: int) -> set[str]:
    """Every control that the core would not refuse to this agent now."""
    live, actor = day.centre.live, Actor(f"agent{agent}", Role.AGENT, agent)
    found = set()
    for tag, kind in CONTROLS.items():
        more = {"to": NOWHERE} if tag in ("transfer", "consult") else {}
        more |= {"customer": 7} if tag == "identify" else {}
        received = asks.received(live, actor, kind(id="1", contact=contact, **more))  # type: ignore[operator]
        assert isinstance(received, f.Received)
        if not any(isinstance(one, f.Refused) for one in decide(live, received.input, day.centre.at)):
            found.add(tag)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_desk_can_what_the_core_does_not_refuse(seed: int):
    day = Day(seed)
    seen: set[str] = set()
    for _ in range(STEPS):
        day.step()
        for agent in (*AGENTS, LEADER):
            shown = row(day.centre, f"desk:{agent}", "contact")
            if isinstance(shown, wire.DeskContact):
                assert set(shown.can) == possible(day, agent, shown.contact), (shown.stage, shown.kind)
                seen.update(shown.can)
    assert seen >= {"hold", "transfer", "take-back", "end-contact", "pause-recording"}


def test_an_agent_in_no_call_can_nothing():
    day = Day(0)
    day.centre.ready(1)
    assert day.centre.live.state.agents[1].routing is Routing.IDLE
    assert possible(day, 1, day.centre.call()) == set()
