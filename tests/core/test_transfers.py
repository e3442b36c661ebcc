"""Blind transfers: nobody is lost on the way."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callcenter import effects as e
from callcenter import facts as f
from callcenter.lifecycles import ContactState, OfferKind, Outcome, Presence, Routing
from tests.core.centre import SECOND
from tests.core.controls import CALLER, Talk

TALKS = f.Part.TALKS
HUNG_UP, VANISHED = f.LegCause.HUNG_UP, f.LegCause.VANISHED


def to_agent(talk: Talk) -> f.OfferMade:
    talk.do(f.TransferAsked(1, f.ToAgent(2), "agent1"))
    return talk.centre.made()


def test_the_colleague_rings_the_caller_hears_music_and_the_agent_wraps_up() -> None:
    talk = Talk()
    offer = to_agent(talk)
    assert (offer.agent, offer.kind, offer.rule) == (2, OfferKind.TRANSFER, "asked_for")
    assert talk.routing(1) is Routing.WRAP_UP
    play = next(one for one in reversed(talk.centre.effects) if isinstance(one, e.PlayPrompt))
    assert (play.leg, play.loop) == (CALLER, True)
    leg = talk.centre.answer()
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}
    assert talk.owner_agent == 2


def test_an_unanswered_transfer_comes_back_to_the_agent_who_let_go() -> None:
    talk = Talk()
    offer = to_agent(talk)
    talk.do(f.OfferExpired(offer.offer), after_ms=15 * SECOND)
    again = talk.centre.made()
    assert (again.agent, again.kind, again.rule) == (1, OfferKind.RECALL, "sent_back")
    assert talk.routing(2) is Routing.NOT_RESPONDING
    leg = talk.centre.answer()
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}
    assert talk.owner_agent == 1
    assert not talk.centre.live.state.todos, "the work goes on and is coded when it is over"


def test_and_then_to_the_front_of_the_queue_with_its_age() -> None:
    talk = Talk()
    since_at = talk.contact.since_at
    talk.do(f.AgentSignedOut(3, "agent3"))
    offer = to_agent(talk)
    talk.do(f.CallArrived("phone:2", "phone", "phone:2/ani", "100"))
    talk.do(f.CustomerFound(1, 7, "A", "en"))
    talk.do(f.KeysEntered("phone:2", 1))  # no PIN: to a person, and in the queue with the priority of grade A
    assert talk.centre.live.state.contacts[2].priority > talk.contact.priority
    talk.do(f.OfferExpired(offer.offer), after_ms=15 * SECOND)
    talk.do(f.OfferExpired(talk.centre.made().offer), after_ms=15 * SECOND)
    assert (talk.contact.state, talk.contact.since_at) == (ContactState.WAITING, since_at)
    talk.centre.ready(2)
    assert (talk.centre.made().contact, talk.centre.made().agent) == (1, 2)


def test_it_goes_to_the_front_when_the_agent_who_let_go_can_not_have_it_back() -> None:
    talk = Talk()
    offer = to_agent(talk)
    talk.do(f.StationLost(1, "phone"))
    talk.do(f.OfferExpired(offer.offer), after_ms=15 * SECOND)
    assert talk.contact.state is ContactState.WAITING
    assert talk.centre.live.router.is_waiting(1)


def test_a_caller_who_hangs_up_on_the_way_takes_the_offer_along() -> None:
    talk = Talk()
    to_agent(talk)
    talk.do(f.LegEnded(CALLER, HUNG_UP))
    assert talk.ended() == f.ContactEnded(1, Outcome.ABANDONED)
    assert talk.routing(2) is Routing.IDLE


def test_a_colleague_whose_phone_is_lost_sends_it_back() -> None:
    talk = Talk()
    offer = to_agent(talk)
    talk.do(f.LegFailed(offer.leg, "station-not-connected"))
    assert talk.centre.made().kind is OfferKind.RECALL


def test_who_lets_a_recall_pass_is_what_they_chose_to_be() -> None:
    talk = Talk()
    talk.do(f.LegEnded(CALLER, HUNG_UP))
    talk.do(f.WrapUpSaved(1, "done", None, True, "agent1"))
    talk.do(f.PresenceChosen(1, Presence.AWAY, "lunch", "agent1"))
    talk.do(f.DialAsked(1, "screen:1/number", None, "", "agent1"))
    talk.do(f.LegAnswered("c1-l3"))
    talk.do(f.LegAnswered("c1-l2"))
    talk.do(f.TransferAsked(2, f.ToAgent(2), "agent1"))
    talk.do(f.OfferExpired(talk.centre.made().offer))
    assert talk.centre.made().kind is OfferKind.RECALL
    talk.do(f.OfferExpired(talk.centre.made().offer))
    agent = talk.centre.live.state.agents[1]
    assert (agent.presence, agent.reason, agent.routing) == (Presence.AWAY, "lunch", Routing.OFF_QUEUE)


def test_who_let_go_and_is_of_the_centre_no_more_has_nobody_back() -> None:
    talk = Talk()
    to_agent(talk)
    setup = talk.centre.live.state.setup
    assert setup is not None
    fewer = replace(setup, agents=tuple(one for one in setup.agents if one.agent != 1))
    talk.do(f.CentreApplied(2, fewer, "sam"))
    talk.do(f.OfferExpired(talk.centre.made().offer), after_ms=15 * SECOND)
    assert talk.centre.made().kind is not OfferKind.RECALL


def test_to_a_queue_the_contact_keeps_its_age_and_is_counted_there() -> None:
    talk = Talk()
    since_at = talk.contact.since_at
    talk.centre.wait(60)
    talk.do(f.TransferAsked(1, f.ToQueue("loans"), "agent1"))
    queued = talk.centre.last(f.ContactQueued)
    assert isinstance(queued, f.ContactQueued)
    assert (queued.queue, queued.since_at) == ("loans", since_at)
    assert talk.contact.entered_at == talk.centre.at
    assert (talk.centre.made().agent, talk.centre.made().kind) == (3, OfferKind.CONTACT)


def test_what_was_to_be_coded_is_on_the_list_of_who_lets_the_recall_pass() -> None:
    for answers in (True, False):
        talk = Talk()
        to_agent(talk)
        talk.do(f.OfferExpired(talk.centre.made().offer), after_ms=15 * SECOND)
        recall = talk.centre.made()
        assert (recall.kind, talk.centre.live.state.todos) == (OfferKind.RECALL, {})
        if answers:
            talk.do(f.LegAnswered(recall.leg))
        else:
            talk.do(f.LegEnded(CALLER, HUNG_UP))
        assert list(talk.centre.live.state.todos) == ([] if answers else [1])


def test_a_talk_is_no_part_of_any_wait_afterwards() -> None:
    """Neither for whom the call is sent to, nor in the queue to whose front it comes back, nor in its forecast."""
    talk = Talk()
    since_at = talk.contact.since_at
    talk.centre.wait(150)
    to_agent(talk)
    assert talk.contact.entered_at == talk.centre.at
    talk.do(f.StationLost(1, "phone"))
    talk.do(f.OfferExpired(talk.centre.made().offer), after_ms=15 * SECOND)
    assert talk.centre.last(f.ContactReturned) is not None
    assert (talk.contact.since_at, talk.contact.entered_at) == (since_at, talk.centre.at)
    talk.centre.wait(4)
    talk.centre.ready(2)
    talk.do(f.LegAnswered(talk.centre.made().leg))
    assert talk.centre.live.state.recent_waits["accounts"][-1] <= 5 * SECOND


def test_to_a_number_the_two_talk_without_an_agent() -> None:
    talk = Talk()
    talk.do(f.TransferAsked(1, f.ToNumber("screen:1/number"), "agent1"))
    leg = talk.newest_leg()
    talk.do(f.LegAnswered(leg))
    assert talk.parts() == {CALLER: TALKS, leg: TALKS}
    assert (talk.contact.state, talk.routing(1)) == (ContactState.TALKING, Routing.WRAP_UP)
    talk.do(f.LegEnded(leg, HUNG_UP))
    assert talk.ended() == f.ContactEnded(1, Outcome.ANSWERED)


@pytest.mark.parametrize("reason", ["busy", "no_answer", "unknown"])
def test_a_number_that_is_not_reached_sends_the_caller_back(reason: str) -> None:
    talk = Talk()
    talk.do(f.TransferAsked(1, f.ToNumber("screen:1/number"), "agent1"))
    talk.do(f.LegFailed(talk.newest_leg(), reason))
    assert (talk.centre.made().agent, talk.centre.made().kind) == (1, OfferKind.RECALL)
    assert len([one for one in talk.centre.effects if isinstance(one, e.DialNumber)]) == 1


def test_a_number_that_rings_too_long_sends_the_caller_back() -> None:
    talk = Talk()
    talk.do(f.TransferAsked(1, f.ToNumber("screen:1/number"), "agent1"))
    talk.do(f.DialExpired(talk.newest_leg()), after_ms=45 * SECOND)
    assert talk.centre.made().kind is OfferKind.RECALL
    assert [one.number for one in talk.centre.live.state.legs.values() if one.leg in talk.released()][
        -1:
    ] == ["screen:1/number"]


def test_a_transfer_that_can_not_be_is_refused_and_changes_nothing() -> None:
    talk = Talk()
    for target, reason in (
        (f.ToAgent(1), "yourself"),
        (f.ToAgent(9), "agent_busy"),
        (f.ToAgent(55), "unknown_agent"),
        (f.ToQueue("nowhere"), "unknown_queue"),
    ):
        assert talk.refused(f.TransferAsked(1, target, "agent1")) == reason
    assert talk.refused(f.TransferAsked(1, f.ToAgent(2), "agent3")) == "not_your_contact"
    assert talk.owner_agent == 1


def test_nobody_is_sent_to_a_queue_that_is_closed() -> None:
    """The centre's clock stands at 00:16 on a Thursday, in UTC."""
    for hours, reason in (("08:00-20:00", "queue_closed"), ("thu 00:00-00:17", "")):
        talk = Talk()
        setup = talk.centre.live.state.setup
        assert setup is not None
        limited = tuple(replace(one, hours=hours) if one.name == "loans" else one for one in setup.queues)
        talk.do(f.CentreApplied(2, replace(setup, queues=limited), "sam"))
        for ask in (f.ConsultAsked, f.TransferAsked):
            if reason:
                assert talk.refused(ask(1, f.ToQueue("loans"), "agent1")) == reason
            else:
                talk.do(ask(1, f.ToQueue("loans"), "agent1"))
                assert talk.centre.made().agent == 3
                talk.do(f.TakeBackAsked(1, "agent1"))


def test_what_an_agent_wraps_up_after_a_transfer_is_theirs_to_code() -> None:
    talk = Talk()
    to_agent(talk)
    talk.centre.answer()
    talk.do(f.WrapUpExpired(1), after_ms=60 * SECOND)
    assert list(talk.centre.live.state.todos) == [1]
    talk.do(f.LegEnded(CALLER, HUNG_UP))
    assert talk.routing(2) is Routing.WRAP_UP
