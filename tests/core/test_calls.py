"""The course of calls through the core: who meets whom, who hangs up, what is too late."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callcenter import effects as e
from callcenter import facts as f
from callcenter.apply import agents as appliers
from callcenter.apply import apply
from callcenter.decisions.transfers import FRONT_LIFT
from callcenter.lifecycles import ContactState, OfferState, Outcome, Presence, Routing
from callcenter.state import Live
from callcenter.wanted import live_legs
from tests.core.centre import EN, SECOND, Centre, agent, setup
from tests.core.controls import staffed


def outcome(centre: Centre) -> Outcome | None:
    ended = centre.last(f.ContactEnded)
    return ended.outcome if isinstance(ended, f.ContactEnded) else None


def talkers(bridge: e.Bridge | f.Bridged) -> set[f.LegId]:
    return {member.leg for member in bridge.members if member.part is f.Part.TALKS}


def routing(centre: Centre, number: int) -> Routing:
    return centre.live.state.agents[number].routing


def test_a_call_meets_the_agent_who_has_been_idle_longest() -> None:
    centre = Centre()
    centre.ready(2)
    centre.wait(5)
    centre.ready(1)
    centre.call()
    assert (centre.made().agent, centre.made().runner_up, centre.made().rule) == (2, 1, "longest_idle")


def test_the_answered_phone_is_the_acceptance_and_brings_both_voices_together() -> None:
    centre = Centre()
    centre.ready(1)
    contact = centre.call()
    leg = centre.answer()
    bridge = next(effect for effect in centre.effects if isinstance(effect, e.Bridge))
    assert (talkers(bridge), bridge.recording) == ({"phone:1", leg}, 1)
    assert centre.live.state.contacts[contact].state is ContactState.TALKING
    assert routing(centre, 1) is Routing.ON_CONTACT


def test_after_a_talk_the_agent_wraps_up_and_takes_the_next_call() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call("phone:1")
    leg = centre.answer()
    centre.call("phone:2")
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    assert (outcome(centre), routing(centre, 1)) == (Outcome.ANSWERED, Routing.WRAP_UP)
    centre.do(f.LegEnded(leg, f.LegCause.RELEASED))
    centre.do(f.WrapUpSaved(1, "done", "note:1", True, "agent1"))
    assert routing(centre, 1) is Routing.OFFERED
    assert centre.made().contact == 2
    assert 1 not in centre.live.state.contacts, "what is over leaves the state"


def test_an_unanswered_offer_costs_the_caller_no_place_and_the_agent_the_next_offer() -> None:
    centre = Centre()
    centre.ready(1)
    first = centre.call("phone:1")
    centre.call("phone:2")
    offer = centre.made()
    centre.do(f.OfferExpired(offer.offer), after_ms=15 * SECOND)
    assert routing(centre, 1) is Routing.NOT_RESPONDING
    centre.ready(2)
    assert (centre.made().contact, centre.made().agent) == (first, 2)


def test_a_late_answer_is_ignored_and_its_leg_stays_released() -> None:
    centre = Centre()
    centre.ready(1)
    contact = centre.call()
    offer = centre.made()
    centre.do(f.OfferExpired(offer.offer))
    decisions = centre.do(f.LegAnswered(offer.leg))
    assert decisions == (f.Refused("offer_closed"),)
    assert centre.live.state.contacts[contact].state is ContactState.WAITING


def test_a_stale_timer_does_not_touch_the_next_offer() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    first = centre.made().offer
    centre.do(f.OfferExpired(first))
    centre.do(f.PresenceChosen(1, Presence.READY, "", "agent1"))
    assert centre.made().offer != first
    assert centre.do(f.OfferExpired(first)) == ()
    assert routing(centre, 1) is Routing.OFFERED


def test_a_caller_who_leaves_while_the_desk_rings_has_abandoned_and_blames_nobody() -> None:
    centre = Centre()
    centre.ready(1)
    centre.wait(1)
    centre.ready(2)
    centre.call()
    offer = centre.made()
    idle_since = centre.live.state.agents[offer.agent].idle_since
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP), after_ms=3 * SECOND)
    closed = centre.last(f.OfferClosed)
    assert isinstance(closed, f.OfferClosed)
    assert closed.result is OfferState.CANCELED
    assert (outcome(centre), routing(centre, offer.agent)) == (Outcome.ABANDONED, Routing.IDLE)
    assert centre.live.state.agents[offer.agent].idle_since == idle_since
    assert any(isinstance(effect, e.HangUp) and effect.leg == offer.leg for effect in centre.effects)


def test_a_caller_lost_by_us_is_never_an_abandon() -> None:
    centre = Centre()
    centre.call()
    centre.do(f.LegEnded("phone:1", f.LegCause.SYSTEM))
    assert outcome(centre) is Outcome.LOST_BY_SYSTEM


def test_the_caller_of_a_vanished_agent_goes_to_the_front_with_the_old_age() -> None:
    centre = Centre()
    centre.ready(1)
    first = centre.call("phone:1")
    since = centre.live.state.contacts[first].since_at
    leg = centre.answer()
    centre.call("phone:2")
    centre.wait(30)
    centre.do(f.LegEnded(leg, f.LegCause.VANISHED))
    contact = centre.live.state.contacts[first]
    assert (contact.state, contact.since_at) == (ContactState.WAITING, since)
    assert contact.talk is None
    centre.ready(2)
    assert (centre.made().contact, centre.made().agent) == (first, 2)
    assert routing(centre, 1) is Routing.WRAP_UP


def test_a_phone_that_is_gone_is_not_offered_again_until_it_is_connected() -> None:
    centre = Centre()
    centre.ready(1)
    contact = centre.call()
    offer = centre.made()
    centre.do(f.StationLost(1, "phone"))
    centre.do(f.LegFailed(offer.leg, "no socket"))
    assert centre.made() == offer, "no endless offers to a dead phone"
    assert centre.live.state.contacts[contact].state is ContactState.WAITING
    assert routing(centre, 1) is Routing.IDLE, "nobody is to blame"
    centre.do(f.StationConnected(1, "phone"))
    assert centre.made().offer == offer.offer + 1


def test_a_phone_that_is_there_and_fails_rings_again_when_its_agent_says_so() -> None:
    """A reply that was lost, or a full outbox, says nothing of a phone: else nobody would ever ring it again."""
    centre = Centre()
    centre.ready(1)
    centre.call()
    offer = centre.made()
    centre.do(f.LegFailed(offer.leg, "its outbox is full"))
    assert centre.made() == offer
    assert routing(centre, 1) is Routing.NOT_RESPONDING
    assert centre.live.state.agents[1].has_station
    centre.do(f.PresenceChosen(1, Presence.READY, "", "agent1"))
    assert centre.made().offer == offer.offer + 1


def test_a_phone_that_has_come_back_outlives_the_leg_that_was_lost_before() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    leg = centre.answer()
    centre.do(f.StationLost(1, "phone"))
    centre.do(f.StationConnected(1, "phone"))
    centre.do(f.LegEnded(leg, f.LegCause.VANISHED))
    assert centre.live.state.agents[1].has_station


def test_a_failing_phone_without_a_station_of_its_own_does_not_ring_for_ever() -> None:
    centre = Centre(setup(agent(1, station="robot")))
    centre.ready(1, provider="robot")
    centre.call()
    centre.do(f.LegFailed(centre.made().leg, "broken"))
    assert routing(centre, 1) is Routing.NOT_RESPONDING


def test_three_refusals_raise_the_contact_and_an_alarm() -> None:
    centre = Centre()
    centre.ready(1)
    contact = centre.call()
    for _ in range(3):
        centre.do(f.OfferExpired(centre.made().offer))
        centre.do(f.PresenceChosen(1, Presence.READY, "", "agent1"))
    assert centre.live.state.contacts[contact].lift == 50
    assert centre.last(f.AlarmRaised) == f.AlarmRaised("refused_often", contact, None)


def test_who_was_answered_and_waits_again_has_three_refusals_more() -> None:
    centre = Centre(setup(agent(1), agent(2), agent(3), agent(4)))
    centre.ready(1, 2, 3)
    contact = centre.call()
    for _ in range(2):
        centre.do(f.OfferExpired(centre.made().offer))
    leg = centre.answer()
    centre.do(f.LegEnded(leg, f.LegCause.VANISHED))
    lift = centre.live.state.contacts[contact].lift
    centre.ready(4)
    centre.do(f.OfferExpired(centre.made().offer))
    assert centre.live.state.contacts[contact].lift == lift
    assert centre.last(f.AlarmRaised) is None


def test_declining_is_a_right_that_not_everybody_has() -> None:
    centre = Centre(setup(agent(1), agent(2, may_reject=True)))
    centre.ready(1)
    centre.call()
    assert centre.do(f.OfferDeclined(centre.made().offer, "agent1")) == (f.Refused("may_not_reject"),)
    centre.do(f.OfferExpired(centre.made().offer))
    centre.ready(2)
    centre.do(f.OfferDeclined(centre.made().offer, "agent2"))
    closed = centre.last(f.OfferClosed)
    assert isinstance(closed, f.OfferClosed)
    assert closed.result is OfferState.REJECTED


def test_a_break_chosen_during_a_talk_comes_after_it() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    centre.do(f.PresenceChosen(1, Presence.AWAY, "lunch", "agent1"))
    assert centre.live.state.agents[1].presence is Presence.READY
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    centre.do(f.WrapUpExpired(1))
    later = centre.live.state.agents[1]
    assert (later.presence, later.reason, later.routing) == (Presence.AWAY, "lunch", Routing.OFF_QUEUE)


def test_a_wrap_up_that_runs_out_leaves_the_interaction_to_be_coded_later() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    centre.do(f.HangUpAsked(1, "agent1"))
    centre.do(f.WrapUpExpired(1), after_ms=60 * SECOND)
    assert list(centre.live.state.todos) == [1]
    refused = centre.do(f.WrapUpSaved(1, "nonsense", None, True, "agent1"))
    assert refused == (f.Refused("unknown_disposition"),)
    centre.do(f.WrapUpSaved(1, "complaint", "note:1", True, "agent1"))
    assert centre.live.state.todos == {}


def test_nobody_codes_or_ends_what_is_another_agents() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    assert centre.do(f.HangUpAsked(1, "agent2")) == (f.Refused("not_your_contact"),)
    assert centre.do(f.WrapUpSaved(1, "done", None, True, "agent2")) == (f.Refused("not_your_contact"),)


def test_a_graded_customer_goes_before_the_others() -> None:
    centre = Centre()
    centre.call("phone:1")
    centre.do(f.CallArrived("phone:2", "phone", "ref:2", "100"))
    centre.do(f.CustomerFound(1, 7, "A", "en"))
    for _ in range(3):
        centre.do(f.KeysTimedOut("phone:2", centre.live.state.legs["phone:2"].plays))
    centre.ready(1)
    assert centre.made().contact == 2


def test_a_verified_balance_is_read_out_by_reference() -> None:
    centre = Centre()
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    centre.do(f.CustomerFound(1, 7, "B", "en", (("balance", "ref:balance"),)))
    centre.do(f.KeysEntered("phone:1", 1, secret="token"))
    asked = next(effect for effect in centre.effects if isinstance(effect, e.LookUp) and effect.kind == "pin")
    assert (asked.customer, asked.secret) == (7, "token")
    centre.do(f.PinChecked(asked.look_up, f.PinResult.RIGHT))
    play = centre.live.state.legs["phone:1"].play
    assert play is not None
    assert play.prompts == (f.Prompt("balance", refs=(("balance", "ref:balance"),)),)
    centre.do(f.PlayFinished("phone:1", 2))
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    assert outcome(centre) is Outcome.RESOLVED_IN_IVR


def test_digits_lost_in_a_crash_are_asked_for_again() -> None:
    centre = Centre()
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    centre.do(f.CustomerFound(1, 7, "B", "en"))
    centre.do(f.KeysEntered("phone:1", 1, secret="token"))
    centre.do(f.PinChecked(2, f.PinResult.FORGOTTEN))
    play = centre.live.state.legs["phone:1"].play
    assert play is not None
    assert play.play == 2
    assert play.listen is not None


def test_late_keys_belong_to_nothing() -> None:
    centre = Centre()
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    centre.do(f.CustomerFound(1, 7, "B", "en"))
    centre.do(f.KeysTimedOut("phone:1", 1))
    assert centre.do(f.KeysEntered("phone:1", 1, secret="token")) == ()


def test_our_downtime_expires_nothing() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    before = centre.live.state.offers[1].deadline_at
    centre.do(f.OwnerStarted(120 * SECOND), after_ms=120 * SECOND)
    assert centre.live.state.offers[1].deadline_at == before + 120 * SECOND


def test_our_downtime_lets_a_number_and_an_own_phone_ring_for_as_long_as_ever() -> None:
    centre = staffed()
    centre.ready(1, 2)
    centre.do(f.DialAsked(1, "screen:1/number", None, "", "agent1"))
    centre.do(f.LegAnswered("c1-l2"))
    centre.do(f.DialAsked(2, "screen:2/number", None, "", "agent2"))
    rings = {leg.leg: leg.deadline_at for leg in centre.live.state.legs.values() if leg.state == "ringing"}
    centre.do(f.OwnerStarted(120 * SECOND), after_ms=120 * SECOND)
    for leg, before in rings.items():
        assert before is not None
        assert centre.live.state.legs[leg].deadline_at == before + 120 * SECOND
    assert len(rings) == 2


def test_a_new_setup_brings_those_together_who_could_not_meet_before() -> None:
    centre = Centre(setup(agent(1, f.SkillLevel("loans", 1)), agent(2, f.SkillLevel("loans", 1))))
    centre.ready(1, 2)
    centre.call("phone:1")
    centre.call("phone:2")
    assert centre.last(f.OfferMade) is None
    decisions = centre.do(f.CentreApplied(2, setup(agent(1), agent(2)), "sam"))
    offers = [decision for decision in decisions if isinstance(decision, f.OfferMade)]
    assert [(offer.contact, offer.agent, offer.offer) for offer in offers] == [(1, 1, 1), (2, 2, 2)]


def test_every_course_is_recovered_by_apply_alone() -> None:
    centre = Centre()
    centre.ready(1, 2)
    centre.call("phone:1")
    centre.call("phone:2")
    centre.answer()
    centre.do(f.LegEnded("phone:2", f.LegCause.HUNG_UP))
    centre.do(f.OwnerStarted(5), after_ms=5)
    assert centre.is_recoverable()


def test_a_language_that_nobody_speaks_is_not_asked_for() -> None:
    centre = Centre()
    centre.ready(1)
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    centre.do(f.CustomerFound(1, 7, "B", "zh"))
    for _ in range(3):
        centre.do(f.KeysTimedOut("phone:1", centre.live.state.legs["phone:1"].plays))
    assert centre.made().contact == 1


def test_a_running_call_whose_queue_is_gone_is_answered_by_the_first_one() -> None:
    centre = Centre()
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    applied = setup(agent(1))
    renamed = replace(applied, queues=(replace(applied.queues[0], name="cards"),), trees=())
    centre.do(f.CentreApplied(2, renamed, "sam"))
    decisions = centre.do(f.CustomerUnknown(1))
    assert f.AlarmRaised("queue_gone", 1, None) in decisions
    assert centre.live.state.contacts[1].queue == "cards"


def test_who_waits_in_a_queue_that_is_taken_away_is_answered_by_the_first_one() -> None:
    centre = Centre()
    centre.call("phone:1")
    renamed = replace(
        setup().queues[0], name="cards", skills=(f.SkillLevel("cards", 1),), hold_prompt="other"
    )
    served = replace(agent(1, f.SkillLevel("cards", 1), EN), queues=("cards",))
    centre.ready(1)
    centre.do(f.OfferExpired(1), after_ms=15 * SECOND)
    centre.do(f.CentreApplied(2, replace(setup(served), queues=(renamed,)), "sam"))
    centre.do(f.PresenceChosen(1, Presence.READY, "", "agent1"))
    assert (centre.made().contact, centre.made().offer) == (1, 2)
    leg = centre.answer()
    centre.do(f.LegEnded(leg, f.LegCause.VANISHED))
    play = centre.live.state.legs["phone:1"].play
    assert centre.fault is None
    assert play is not None
    assert play.prompts == (f.Prompt("other"),)


def test_another_customer_has_to_prove_it_anew() -> None:
    centre = Centre()
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    centre.do(f.CustomerFound(1, 7, "B", "en", (("balance", "ref:balance"),)))
    contact = centre.live.state.contacts[1]
    contact.verified = True
    apply(centre.live, f.CustomerIdentified(1, 8, "C", "en"), centre.at)
    assert (contact.verified, contact.values) == (False, {})


def test_keys_that_come_twice_are_looked_up_once() -> None:
    centre = Centre()
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    centre.do(f.CustomerFound(1, 7, "B", "en"))
    centre.do(f.KeysEntered("phone:1", 1, secret="token"))
    assert centre.do(f.KeysEntered("phone:1", 1, secret="other")) == ()
    centre.do(f.PinChecked(2, f.PinResult.RIGHT))
    assert centre.fault is None


def test_nobody_declines_an_offer_of_another_agent() -> None:
    centre = Centre(setup(agent(1, may_reject=True)))
    centre.ready(1)
    centre.call()
    assert centre.do(f.OfferDeclined(1, "agent2")) == (f.Refused("not_your_contact"),)


def test_a_desk_that_was_closed_while_we_were_down_is_offered_nothing() -> None:
    centre = Centre()
    centre.ready(1)
    centre.do(f.OwnerStarted(60 * SECOND), after_ms=60 * SECOND)
    centre.call()
    assert centre.last(f.OfferMade) is None
    assert centre.live.state.agents[1].presence is Presence.READY, "our downtime changes no presence"
    centre.do(f.StationConnected(1, "phone"))
    assert centre.made().agent == 1


def test_who_is_no_longer_of_the_centre_gets_no_further_call() -> None:
    centre = Centre()
    centre.ready(1, 2)
    configured = centre.live.state.setup
    assert configured is not None
    centre.do(f.CentreApplied(2, replace(configured, agents=configured.agents[1:]), "sam"))
    gone = centre.live.state.agents[1]
    assert (gone.presence, gone.routing) == (Presence.OFFLINE, Routing.OFF_QUEUE)
    refused = centre.do(f.PresenceChosen(1, Presence.READY, "", "agent1"))
    assert refused == (f.Refused("unknown_agent"),)
    centre.call()
    assert (centre.made().agent, centre.made().runner_up) == (2, None)


def test_who_is_taken_out_of_the_centre_does_not_come_back_by_an_earlier_choice() -> None:
    centre = Centre()
    centre.ready(1)
    centre.do(f.AgentSignedOut(1, "agent1"))
    centre.do(f.DialAsked(1, "screen:1/number", None, "accounts", "agent1"))
    centre.do(f.AgentSignedIn(1, "agent1"))
    centre.do(f.PresenceChosen(1, Presence.READY, "", "agent1"))
    centre.do(f.CentreApplied(2, setup(agent(2)), "sam"))
    centre.do(f.LegEnded(next(reversed(centre.live.state.legs)), f.LegCause.HUNG_UP))
    centre.do(f.WrapUpExpired(1))
    assert centre.live.state.agents[1].presence is Presence.OFFLINE
    assert centre.is_recoverable()


def test_who_is_taken_out_of_the_centre_in_mid_talk_leaves_after_the_wrap_up() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    configured = centre.live.state.setup
    assert configured is not None
    centre.do(f.CentreApplied(2, replace(configured, agents=configured.agents[1:]), "sam"))
    assert routing(centre, 1) is Routing.ON_CONTACT
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    centre.do(f.WrapUpSaved(1, "done", None, True, "agent1"))
    gone = centre.live.state.agents[1]
    assert (gone.presence, gone.routing) == (Presence.OFFLINE, Routing.OFF_QUEUE)


def test_a_language_that_nobody_in_the_queue_speaks_is_not_waited_for() -> None:
    elsewhere = replace(agent(9, f.SkillLevel("zh", 3)), queues=("cards",))
    centre = Centre(setup(agent(1), elsewhere))
    centre.ready(1)
    centre.do(f.CallArrived("phone:1", "phone", "ref:1", "100"))
    centre.do(f.CustomerFound(1, 5, "A", "zh"))
    for play in (1, 2, 3):
        centre.do(f.KeysTimedOut("phone:1", play))
    assert (centre.made().contact, centre.made().agent) == (1, 1)


def test_a_leg_that_arrives_twice_is_one_contact() -> None:
    centre = Centre()
    centre.call("phone:1")
    assert centre.do(f.CallArrived("phone:1", "phone", None, "100")) == ()
    assert list(centre.live.state.contacts) == [1]


def test_a_failed_ring_that_comes_after_the_answer_ends_no_talk() -> None:
    centre = Centre()
    centre.ready(1)
    contact = centre.call()
    leg = centre.answer()
    centre.do(f.LegFailed(leg, f.IN_DOUBT))
    assert leg in dict(live_legs(centre.live, "phone"))
    assert centre.live.state.contacts[contact].state is ContactState.TALKING


def test_a_phone_that_its_provider_does_not_know_any_more_has_left_the_talk() -> None:
    """A carrier that died as the phone was answered is told to ring it once more, and can't."""
    centre = Centre()
    centre.ready(1)
    contact = centre.call()
    centre.do(f.LegFailed(centre.answer(), "no_station"))
    assert centre.last(f.ContactReturned) == f.ContactReturned(contact, FRONT_LIFT, "agent_lost")
    assert centre.is_recoverable()


def test_an_agent_who_is_left_out_of_a_new_setup_is_offered_nothing() -> None:
    centre = Centre()
    centre.ready(1)
    centre.do(f.CentreApplied(2, setup(agent(2)), "sam"))
    centre.call()
    assert centre.last(f.OfferMade) is None
    centre.ready(2)
    assert centre.made().agent == 2


def test_a_list_to_be_coded_keeps_the_newest_and_is_the_same_after_recovery(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(appliers, "TODO_MAX", 3)
    centre = Centre(setup(agent(1), wrap_up_seconds=0))
    centre.ready(1)
    for number in range(1, 6):
        centre.call(f"phone:{number}")
        centre.answer()
        centre.do(f.LegEnded(f"phone:{number}", f.LegCause.HUNG_UP))
    assert list(centre.live.todos_of(1)) == list(centre.live.state.todos) == [3, 4, 5]
    centre.do(f.WrapUpSaved(3, "done", None, True, "agent1"))
    assert list(centre.live.todos_of(1)) == list(Live(centre.recovered()).todos_of(1)) == [4, 5]


def test_nobody_is_asked_to_answer_into_silence() -> None:
    centre = Centre()
    first = centre.call("phone:1")
    second = centre.call("phone:2")
    centre.do(f.LegInterrupted("phone:1"))
    centre.ready(1)
    assert centre.made().contact == second
    centre.do(f.LegRestored("phone:1"))
    centre.ready(2)
    assert centre.made().contact == first


def test_who_is_back_from_a_lost_network_is_offered_at_once() -> None:
    centre = Centre()
    centre.call("phone:1")
    centre.do(f.LegInterrupted("phone:1"))
    centre.ready(1)
    assert centre.last(f.OfferMade) is None
    centre.do(f.LegRestored("phone:1"))
    assert centre.made().agent == 1


def test_who_signed_out_in_mid_call_is_nobodys_to_make_ready_and_may_come_back() -> None:
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    centre.do(f.AgentSignedOut(1, "agent1"))
    assert centre.do(f.PresenceChosen(1, Presence.READY, "", "sam")) == (f.Refused("signed_out"),)
    assert centre.do(f.AgentSignedIn(1, "agent1")) == (f.PresencePostponed(1, Presence.AWAY, "signed_in"),)


def test_a_phone_that_is_back_stays_so_when_the_end_of_its_lost_leg_is_told_late() -> None:
    """The media process died, pages connected anew, and only then its next life says what became of the talk."""
    centre = Centre()
    centre.ready(1)
    contact = centre.call()
    leg = centre.answer()
    centre.do(f.StationConnected(1, "phone"))
    centre.do(f.LegEnded("phone:1", f.LegCause.SYSTEM))
    centre.do(f.LegEnded(leg, f.LegCause.SYSTEM))
    centre.do(f.WrapUpSaved(centre.last(f.WrapUpStarted).engagement, "done", None, True, "agent1"))
    centre.call("phone:2")
    assert centre.made().agent == 1
    assert centre.made().contact != contact
