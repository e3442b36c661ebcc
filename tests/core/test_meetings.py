"""Who meets whom when several become ready in one moment."""

from __future__ import annotations

from callcenter import facts as f
from callcenter.apply import apply
from callcenter.decisions import offers
from callcenter.lifecycles import Presence, Routing
from tests.core.centre import EN, Centre, agent, setup


def test_of_two_who_become_ready_together_the_better_one_gets_the_contact_and_the_other_looks_on() -> None:
    centre = Centre(setup(agent(1, station="robot"), agent(2)))
    first = centre.call("phone:1")
    for number, station in ((1, "robot"), (2, "phone")):
        centre.do(f.AgentSignedIn(number, f"agent{number}"))
        centre.live.state.agents[number].stations.add(station)
        apply(centre.live, f.AgentStateChanged(number, Presence.READY, "", Routing.IDLE), centre.at)
    made, ringing, looks_on = offers.on_agent_may_be_ready(centre.live, 1, centre.at)
    assert isinstance(made, f.OfferMade)
    assert (made.contact, made.agent, made.runner_up) == (first, 2, 1)
    assert ringing == f.AgentStateChanged(2, Presence.READY, "", Routing.OFFERED)
    assert looks_on == f.AgentStateChanged(1, Presence.READY, "", Routing.IDLE)


def test_whoever_is_the_best_for_a_contact_takes_the_one_that_stands_before_it() -> None:
    """Agent 2 is better for the second contact, and the first one, which agent 1 can't serve, goes before it."""
    zh = f.SkillLevel("zh", 1)
    centre = Centre(setup(agent(1), agent(2, f.SkillLevel("accounts", 3), EN, zh, station="phone")))
    centre.do(f.CallArrived("phone:1", "phone", "phone:1/ani", "100"))
    centre.do(f.CustomerFound(1, 7, "", "zh"))
    centre.do(f.KeysEntered("phone:1", 1))
    centre.call("phone:2")
    for number in (2, 1):
        centre.do(f.AgentSignedIn(number, f"agent{number}"))
        centre.live.state.agents[number].stations.add("phone")
        apply(centre.live, f.AgentStateChanged(number, Presence.READY, "", Routing.IDLE), centre.at)
        centre.wait(1)
    made, *_ = offers.on_agent_may_be_ready(centre.live, 1, centre.at)
    assert isinstance(made, f.OfferMade)
    assert (made.contact, made.agent) == (1, 2)
