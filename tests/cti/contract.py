"""What every provider has to keep: the tests of `callcenter.cti.provider`, to be inherited.

For a new provider write its `ProviderUnderTest`, then

    class TestMyProvider(ProviderContract):
        @pytest.fixture
        async def world(self): ...  # yields a ProviderUnderTest, closes it afterwards

`contract_world` has the world and the centre's end, `contract_talks` what is arranged among many legs,
`contract_dialling` outside numbers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from contract_dialling import DialContract
from contract_talks import TalkContract
from contract_world import (
    GREETING,
    MUSIC,
    NUMBER,
    TIMEOUT_MS,
    Centre,
    ProviderUnderTest,
    Scene,
    agent_answered,
    also_unreachable,
    customer,
    in_every_state,
    listen_for,
    network_gone,
    staff,
)

from callcenter.cti.provider import Play, Reconnected, WantedLeg
from callcenter.effects import Bridge, RingAgent
from callcenter.errors import ProviderError
from callcenter.facts import (
    CallArrived,
    KeysEntered,
    KeysKind,
    KeysTimedOut,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegInterrupted,
    LegRestored,
    PlayFinished,
    RecordingClosed,
    RecordingFailed,
)

__all__ = ["GREETING", "MUSIC", "Centre", "ProviderContract", "ProviderUnderTest", "customer", "staff"]


class ProviderContract(TalkContract, DialContract):
    """The fixture `world` is the inheriting class's."""

    @pytest.fixture
    async def centre(self, world: ProviderUnderTest) -> AsyncIterator[Centre]:
        centre = Centre(world)
        assert isinstance(await centre.next(), Reconnected), "a provider begins with Reconnected"
        await centre.provider.reconcile([])
        yield centre
        await centre.close()

    # --- Reports ---

    async def test_an_arrival_is_repeated_until_it_is_acknowledged(self, centre: Centre):
        await centre.world.call(NUMBER)
        first = await centre.received()
        await centre.reconnected()
        again = await centre.received()
        assert again == first, "the same report has the same source"
        centre.provider.acknowledge(again.source)
        await centre.reconnected()
        await centre.nothing_more()

    async def test_reports_are_repeated_in_their_order(self, centre: Centre):
        await centre.world.call(NUMBER)
        arrival = await centre.received()
        assert isinstance(arrival.input, CallArrived)
        await centre.world.hang_up(arrival.input.leg)
        end = await centre.received()
        await centre.reconnected()
        assert [await centre.received(), await centre.received()] == [arrival, end]

    async def test_an_acknowledgement_may_come_twice(self, centre: Centre):
        await centre.world.call(NUMBER)
        arrival = await centre.received()
        centre.provider.acknowledge(arrival.source)
        centre.provider.acknowledge(arrival.source)
        await centre.nothing_more()

    async def test_every_report_has_a_source_of_its_own(self, centre: Centre):
        sources = set()
        for _ in range(3):
            await centre.world.call(NUMBER)
            sources.add((await centre.received()).source)
        assert len(sources) == 3
        assert all(source.startswith(f"{centre.provider.name}:") for source in sources)

    async def test_an_arrival_names_its_number_only_by_reference(self, centre: Centre):
        await centre.world.call(NUMBER)
        received = await centre.received()
        arrival = received.input
        assert isinstance(arrival, CallArrived)
        assert arrival.provider == centre.provider.name
        assert arrival.leg.startswith(f"{centre.provider.name}:")
        assert {(value.ref, value.text) for value in received.values} == {(arrival.ani, NUMBER)}
        assert NUMBER.lstrip("+").encode() not in msgspec.json.encode((received.source, arrival))

    async def test_a_withheld_number_is_no_number(self, centre: Centre):
        await centre.world.call(None)
        received = await centre.received()
        assert isinstance(received.input, CallArrived)
        assert received.input.ani is None
        assert received.values == ()

    # --- Plays and keys ---

    async def test_a_play_that_was_heard_is_finished(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1)
        await centre.world.pass_time(60_000)
        assert await centre.report(PlayFinished) == PlayFinished(leg, 1)

    async def test_the_same_play_twice_is_heard_once(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1)
        await centre.play(leg, 1)
        await centre.world.pass_time(60_000)
        await centre.report(PlayFinished)
        await centre.play(leg, 1)
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    async def test_a_play_replaces_what_was_heard_before(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1)
        await centre.play(leg, 2)
        await centre.world.pass_time(60_000)
        assert await centre.report(PlayFinished) == PlayFinished(leg, 2)
        await centre.nothing_more()

    async def test_a_play_with_a_lower_number_is_stale(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 2, listen_for(KeysKind.CHOICE))
        await centre.play(leg, 1)
        await centre.world.press(leg, "3")
        assert await centre.report(KeysEntered) == KeysEntered(leg, 2, choice="3")
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    async def test_music_has_no_end(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, loop=True)
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    async def test_a_choice_may_be_keyed_into_the_prompts(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(KeysKind.CHOICE))
        await centre.world.press(leg, "0")
        assert await centre.report(KeysEntered) == KeysEntered(leg, 1, choice="0")
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    async def test_keys_beyond_the_wanted_ones_are_not_heard(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(KeysKind.CHOICE))
        await centre.world.press(leg, "123")
        assert await centre.report(KeysEntered) == KeysEntered(leg, 1, choice="1")
        await centre.nothing_more()

    async def test_keys_nobody_asked_for_are_not_heard(self, centre: Centre):
        leg = await centre.call()
        await centre.world.press(leg, "1")
        await centre.play(leg, 1)
        await centre.world.press(leg, "2")
        await centre.world.pass_time(60_000)
        await centre.report(PlayFinished)

    async def test_keys_of_an_earlier_play_do_not_count_for_the_next(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(KeysKind.SECRET, 4))
        await centre.world.press(leg, "99")
        await centre.play(leg, 2, listen_for(KeysKind.SECRET, 4))
        await centre.world.press(leg, "1234")
        keyed = await centre.report(KeysEntered)
        assert keyed.secret is not None
        assert centre.world.digits_of(keyed.secret) == "1234"

    async def test_a_value_is_told_by_reference(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(KeysKind.VALUE, 10, "#"))
        await centre.world.press(leg, "10023#")
        received = await centre.received()
        keyed = received.input
        assert isinstance(keyed, KeysEntered)
        assert (keyed.choice, keyed.secret) == ("", None)
        assert [(value.ref, value.text) for value in received.values] == [(keyed.value, "10023")]
        assert b"10023" not in msgspec.json.encode((received.source, keyed))

    async def test_a_secret_is_told_by_token_only(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(KeysKind.SECRET, 4, "#"))
        await centre.world.press(leg, "7193")
        received = await centre.received()
        keyed = received.input
        assert isinstance(keyed, KeysEntered)
        assert (keyed.choice, keyed.value, received.values) == ("", None, ())
        assert keyed.secret is not None
        assert b"7193" not in msgspec.json.encode(received)
        assert centre.world.digits_of(keyed.secret) == "7193"

    @pytest.mark.parametrize("kind", [KeysKind.VALUE, KeysKind.SECRET])
    async def test_the_finish_key_alone_is_an_empty_entry(self, centre: Centre, kind: KeysKind):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(kind, 4, "#"))
        await centre.world.press(leg, "#")
        assert await centre.report(KeysEntered) == KeysEntered(leg, 1)
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    async def test_the_finish_key_of_a_choice_is_a_choice_when_there_is_none(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(KeysKind.CHOICE, 1, ""))
        await centre.world.press(leg, "#")
        assert await centre.report(KeysEntered) == KeysEntered(leg, 1, choice="#")

    async def test_silence_times_out_once(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(KeysKind.CHOICE))
        await centre.world.pass_time(60_000)
        assert await centre.report(KeysTimedOut) == KeysTimedOut(leg, 1)
        await centre.world.press(leg, "1")
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    async def test_keys_that_stop_half_way_are_told_as_they_are(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, listen_for(KeysKind.SECRET, 4, "#"))
        await centre.world.press(leg, "71")
        await centre.world.pass_time(TIMEOUT_MS)
        keyed = await centre.report(KeysEntered)
        assert keyed.secret is not None
        assert centre.world.digits_of(keyed.secret) == "71"

    # --- Agents' phones ---

    async def test_a_phone_that_rings_can_be_answered(self, centre: Centre):
        leg = await centre.ring("c1-l1")
        await centre.world.answer(leg)
        assert await centre.report(LegAnswered) == LegAnswered(leg)

    async def test_a_phone_rung_twice_is_answered_once(self, centre: Centre):
        leg = await centre.ring("c1-l1")
        await centre.ring(leg)
        await centre.world.answer(leg)
        await centre.world.answer(leg)
        await centre.report(LegAnswered)
        await centre.ring(leg)
        await centre.nothing_more()

    async def test_a_phone_nobody_answers_rings_until_it_is_released(self, centre: Centre):
        leg = await centre.ring("c1-l1")
        await centre.world.pass_time(60_000)
        await centre.nothing_more()
        await centre.release(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)

    async def test_a_late_answer_has_no_effect(self, centre: Centre):
        leg = await centre.ring("c1-l1")
        await centre.release(leg)
        await centre.world.answer(leg)
        await centre.report(LegEnded)
        await centre.nothing_more()

    async def test_the_same_phone_rings_again_for_another_offer(self, centre: Centre):
        leg = await centre.ring("c1-l1")
        await centre.release(leg)
        await centre.report(LegEnded)
        leg = await centre.ring("c1-l2")
        await centre.world.answer(leg)
        assert await centre.report(LegAnswered) == LegAnswered("c1-l2")

    async def test_a_leg_that_is_over_does_not_ring_again(self, centre: Centre):
        leg = await centre.ring("c1-l1")
        await centre.release(leg)
        end = await centre.received()
        assert end.input == LegEnded(leg, LegCause.RELEASED)
        await centre.ring(leg)
        await centre.world.answer(leg)
        await centre.nothing_more()

    async def test_a_phone_that_is_not_there_fails(self, centre: Centre):
        await centre.provider.perform(RingAgent(centre.provider.name, "c1-l9", 999_999, 1))
        failed = await centre.report(LegFailed)
        assert failed.leg == "c1-l9"
        assert failed.reason

    # --- Talking ---

    async def test_a_talk_ended_by_the_caller_leaves_the_agent_on_the_phone(self, centre: Centre):
        caller, agent = await centre.talk(recording=7)
        await centre.world.hang_up(caller)
        assert await centre.report(LegEnded) == LegEnded(caller, LegCause.HUNG_UP)
        await centre.recording_over(7)
        await centre.nothing_more()
        await centre.release(agent)
        assert await centre.report(LegEnded) == LegEnded(agent, LegCause.RELEASED)

    async def test_a_talk_ended_by_the_agent_leaves_the_caller_on_the_line(self, centre: Centre):
        caller, agent = await centre.talk(recording=7)
        await centre.world.hang_up(agent)
        assert await centre.report(LegEnded) == LegEnded(agent, LegCause.HUNG_UP)
        await centre.recording_over(7)
        await centre.play(caller, 1)
        await centre.world.pass_time(60_000)
        assert await centre.report(PlayFinished) == PlayFinished(caller, 1)

    async def test_a_talk_that_is_not_recorded_has_no_recording(self, centre: Centre):
        caller, _ = await centre.talk(recording=None)
        await centre.world.hang_up(caller)
        await centre.report(LegEnded)
        await centre.nothing_more()

    async def test_a_bridge_twice_is_one_talk_with_one_recording(self, centre: Centre):
        caller, agent = await centre.talk(recording=7)
        await centre.bridge(1, customer(caller), staff(agent), recording=7)
        await centre.world.hang_up(caller)
        await centre.report(LegEnded)
        await centre.recording_over(7)
        await centre.bridge(1, customer(caller), staff(agent), recording=7)
        await centre.nothing_more()

    async def test_a_bridge_ends_what_the_caller_heard_before(self, centre: Centre):
        caller, agent = await centre.call(), await agent_answered(centre)
        await centre.play(caller, 1, listen_for(KeysKind.CHOICE))
        await centre.bridge(1, customer(caller), staff(agent))
        await centre.world.press(caller, "1")
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    async def test_a_play_already_heard_does_not_end_the_talk(self, centre: Centre):
        caller, agent = await centre.call(), await agent_answered(centre)
        await centre.play(caller, 1, loop=True)
        await centre.bridge(1, customer(caller), staff(agent), recording=7)
        await centre.play(caller, 1, loop=True)
        await centre.nothing_more()
        await centre.world.hang_up(caller)
        await centre.report(LegEnded)
        await centre.recording_over(7)

    async def test_a_play_on_a_talking_leg_ends_the_talk(self, centre: Centre):
        caller, _ = await centre.talk(recording=7)
        await centre.play(caller, 1, loop=True)
        await centre.recording_over(7)
        await centre.nothing_more()

    async def test_a_bridge_that_comes_too_late_says_that_nothing_is_recorded(self, centre: Centre):
        caller, agent = await centre.call(), await agent_answered(centre)
        await centre.world.hang_up(caller)
        end = await centre.received()
        assert end.input == LegEnded(caller, LegCause.HUNG_UP)
        await centre.bridge(1, customer(caller), staff(agent), recording=7)
        assert (await centre.report(RecordingFailed)).recording == 7

    # --- The end of a leg ---

    @in_every_state
    async def test_who_hangs_up_is_gone_once_and_for_all(self, centre: Centre, scene: Scene):
        leg = await scene(centre)
        await centre.world.hang_up(leg)
        await centre.world.hang_up(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.HUNG_UP)
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    @also_unreachable
    async def test_a_released_leg_ends_once(self, centre: Centre, scene: Scene):
        leg = await scene(centre)
        await centre.release(leg)
        await centre.release(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)
        await centre.release(leg)
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    @in_every_state
    async def test_commands_for_a_leg_that_is_over_have_no_effect(self, centre: Centre, scene: Scene):
        leg = await scene(centre)
        await centre.world.hang_up(leg)
        end = await centre.received()
        for _ in range(2):
            await centre.play(leg, 9)
            await centre.release(leg)
            await centre.world.pass_time(60_000)
            centre.provider.acknowledge(end.source)
        await centre.nothing_more()

    async def test_a_network_that_comes_back_goes_on(self, centre: Centre):
        leg = await centre.call()
        await centre.play(leg, 1, loop=True)
        await centre.world.lose_network(leg)
        assert await centre.report(LegInterrupted) == LegInterrupted(leg)
        await centre.world.find_network(leg)
        assert await centre.report(LegRestored) == LegRestored(leg)
        await centre.world.pass_time(centre.world.vanish_ms)
        await centre.play(leg, 2, listen_for(KeysKind.CHOICE))
        await centre.world.press(leg, "5")
        assert await centre.report(KeysEntered) == KeysEntered(leg, 2, choice="5")

    async def test_each_loss_of_the_network_has_its_full_time(self, centre: Centre):
        leg = await network_gone(centre)
        await centre.world.pass_time(centre.world.vanish_ms // 2)
        await centre.world.find_network(leg)
        await centre.report(LegRestored)
        await centre.world.lose_network(leg)
        await centre.report(LegInterrupted)
        await centre.world.pass_time(centre.world.vanish_ms * 3 // 4)
        await centre.nothing_more()

    async def test_a_network_that_stays_away_ends_the_leg(self, centre: Centre):
        leg = await network_gone(centre)
        await centre.world.pass_time(centre.world.vanish_ms)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.VANISHED)
        await centre.nothing_more()

    async def test_a_talk_outlives_a_short_loss_of_the_network(self, centre: Centre):
        caller, _ = await centre.talk(recording=7)
        await centre.world.lose_network(caller)
        await centre.report(LegInterrupted)
        await centre.world.find_network(caller)
        await centre.report(LegRestored)
        await centre.nothing_more()

    # --- Refusal ---

    async def test_a_refused_call_is_over_and_never_heard_of_again(self, centre: Centre):
        await centre.world.call(NUMBER)
        arrival = await centre.received()
        assert isinstance(arrival.input, CallArrived)
        centre.provider.refuse(arrival)
        await centre.world.pass_time(60_000)
        await centre.world.hang_up(arrival.input.leg)
        await centre.play(arrival.input.leg, 1)
        await centre.world.pass_time(60_000)
        await centre.nothing_more()
        await centre.reconnected()
        await centre.nothing_more()

    # --- Reconciliation ---

    async def test_a_wanted_leg_that_lives_is_brought_to_its_state(self, centre: Centre):
        leg = await centre.call()
        play = Play(leg, 3, GREETING, listen_for(KeysKind.CHOICE))
        await centre.reconnected()
        await centre.provider.reconcile([WantedLeg(leg, (play,))])
        await centre.provider.reconcile([WantedLeg(leg, (play,))])
        await centre.world.press(leg, "4")
        assert await centre.report(KeysEntered) == KeysEntered(leg, 3, choice="4")
        await centre.nothing_more()

    async def test_a_talk_goes_on_through_a_reconnection(self, centre: Centre):
        caller, agent = await centre.talk(recording=7)
        name = centre.provider.name
        bridge = Bridge(name, 1, (customer(caller), staff(agent)), 7)
        await centre.reconnected()
        await centre.provider.reconcile(
            [
                WantedLeg(caller, (bridge,)),
                WantedLeg(agent, (RingAgent(name, agent, centre.world.agent, 1), bridge), answered=True),
            ]
        )
        # The fence is a call nobody wanted when the list was made: it was not there yet.
        await centre.nothing_more()
        await centre.world.hang_up(caller)
        await centre.report(LegEnded)
        await centre.recording_over(7)

    async def test_a_leg_nobody_wants_is_ended(self, centre: Centre):
        leg = await centre.call()
        await centre.provider.reconcile([])
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)
        await centre.provider.reconcile([])
        await centre.nothing_more()

    async def test_a_leg_the_centre_has_not_heard_of_is_left_alone(self, centre: Centre):
        await centre.world.call(NUMBER)
        arrival = await centre.received()
        assert isinstance(arrival.input, CallArrived)
        await centre.provider.reconcile([])
        centre.provider.acknowledge(arrival.source)
        await centre.play(arrival.input.leg, 1)
        await centre.world.pass_time(60_000)
        await centre.report(PlayFinished)

    async def test_a_lost_leg_is_told_as_our_fault_once(self, centre: Centre):
        leg = f"{centre.provider.name}:lost-long-ago"
        wanted = [WantedLeg(leg, (Play(leg, 4, MUSIC, loop=True),))]
        await centre.provider.reconcile(wanted)
        await centre.provider.reconcile(wanted)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.SYSTEM)
        await centre.nothing_more()

    async def test_a_lost_talk_says_what_became_of_its_recording(self, centre: Centre):
        name = centre.provider.name
        caller, agent = f"{name}:lost-long-ago", "c1-l8"
        bridge = Bridge(name, 4, (customer(caller), staff(agent)), 12)
        ring = RingAgent(name, agent, centre.world.agent, 8)
        await centre.provider.reconcile(
            [WantedLeg(caller, (bridge,)), WantedLeg(agent, (ring, bridge), answered=True)]
        )
        told = [(await centre.received()).input for _ in range(3)]
        assert LegEnded(caller, LegCause.SYSTEM) in told
        assert LegEnded(agent, LegCause.SYSTEM) in told
        assert [one.recording for one in told if isinstance(one, RecordingClosed | RecordingFailed)] == [12]
        await centre.nothing_more()

    async def test_a_wanted_ring_that_never_got_through_rings_now(self, centre: Centre):
        ring = RingAgent(centre.provider.name, "c1-l3", centre.world.agent, 3)
        await centre.provider.reconcile([WantedLeg("c1-l3", (ring,))])
        await centre.world.answer("c1-l3")
        assert await centre.report(LegAnswered) == LegAnswered("c1-l3")

    # --- Closing ---

    async def test_a_closed_provider_says_no_more_and_takes_no_commands(self, centre: Centre):
        leg = await centre.call()
        await centre.provider.close()
        with pytest.raises(StopAsyncIteration):
            await centre.next()
        with pytest.raises(ProviderError):
            await centre.release(leg)
