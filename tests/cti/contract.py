"""What every provider has to keep: the tests of `callcenter.cti.provider`, to be inherited.

The rule: a test acts as the world (through `ProviderUnderTest`) and as the centre (through the provider), and
looks only at what is reported. For a new provider write its `ProviderUnderTest`, then

    class TestMyProvider(ProviderContract):
        @pytest.fixture
        async def world(self): ...  # yields a ProviderUnderTest, closes it afterwards

"Nothing more is reported" is shown by a fence: another call comes in, and its arrival is the next report.
No test sleeps: `pass_time` lets the carrier's own time go by, virtual where the provider allows it.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import msgspec
import pytest

from callcenter.cti.provider import Play, Provider, Reconnected, Say, WantedLeg
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.errors import ProviderError
from callcenter.facts import (
    CallArrived,
    Input,
    KeysEntered,
    KeysKind,
    KeysTimedOut,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegId,
    LegInterrupted,
    LegRestored,
    Listen,
    PlayFinished,
    Received,
    RecordingClosed,
    RecordingFailed,
    StationConnected,
)

NUMBER = "+14155550101"
REPORT_SECONDS = 10
TIMEOUT_MS = 1_000
"""what the tests' plays allow for a key"""

GREETING = (Say("Welcome."),)
MUSIC = (Say("", file="music"),)

In = TypeVar("In", bound=Input)


class ProviderUnderTest(ABC):
    """The world around one provider: its callers, its agents' phones, its connection."""

    provider: Provider
    agent: int
    """an agent whose phone is connected (StationConnected may have been reported before the first call)"""
    vanish_ms: int
    """a person's network that is gone for longer is given up"""

    @abstractmethod
    async def call(self, number: str | None) -> None:
        """Somebody rings the centre, from this number or withholding it."""

    @abstractmethod
    async def press(self, leg: LegId, keys: str) -> None:
        """The caller keys, one after the other at once."""

    @abstractmethod
    async def answer(self, leg: LegId) -> None:
        """The agent whose phone rings as this leg picks up; nothing happens when it doesn't ring any more."""

    @abstractmethod
    async def hang_up(self, leg: LegId) -> None:
        """The person at this leg's end hangs up."""

    @abstractmethod
    async def lose_network(self, leg: LegId) -> None:
        """The network of the person at this leg's end is gone."""

    @abstractmethod
    async def find_network(self, leg: LegId) -> None:
        """It is back."""

    @abstractmethod
    async def cut(self) -> None:
        """The connection between the provider and its carrier breaks, and comes back."""

    @abstractmethod
    async def pass_time(self, ms: int) -> None:
        """So much of the carrier's time goes by."""

    @abstractmethod
    def digits_of(self, token: str) -> str | None:
        """The digits that the provider kept under this token."""


class Centre:
    """The centre's end: takes the reports in their order and acknowledges them."""

    def __init__(self, world: ProviderUnderTest) -> None:
        self.world = world
        self.provider = world.provider
        self._events: AsyncIterator[Received | Reconnected] = world.provider.events()
        self._stations = 0

    async def next(self) -> Received | Reconnected:
        """What comes next, unacknowledged."""
        async with asyncio.timeout(REPORT_SECONDS):
            return await anext(self._events)

    async def received(self) -> Received:
        """The next report, unacknowledged."""
        item = await self._next_but_stations()
        assert isinstance(item, Received), "reconnected without a reason"
        return item

    async def report(self, kind: type[In]) -> In:
        """The next report, which is of this kind; acknowledged."""
        received = await self.received()
        assert isinstance(received.input, kind)
        self.provider.acknowledge(received.source)
        return received.input

    async def call(self, number: str | None = NUMBER) -> LegId:
        """A caller's new leg."""
        await self.world.call(number)
        return (await self.report(CallArrived)).leg

    async def nothing_more(self) -> None:
        """No report was made before this one."""
        await self.call(None)

    async def reconnected(self) -> None:
        await self.world.cut()
        assert isinstance(await self._next_but_stations(), Reconnected)

    async def talk(self, recording: int | None = 1) -> tuple[LegId, LegId]:
        """A caller and an agent who hear each other as bridge 1."""
        caller, agent = await self.call(), await self.ring("c1-l1")
        await self.world.answer(agent)
        await self.report(LegAnswered)
        await self.provider.perform(Bridge(self.provider.name, 1, caller, agent, recording))
        return caller, agent

    async def ring(self, leg: LegId) -> LegId:
        await self.provider.perform(RingAgent(self.provider.name, leg, self.world.agent, 1))
        return leg

    async def play(self, leg: LegId, play: int, listen: Listen | None = None, *, loop: bool = False) -> None:
        await self.provider.perform(Play(leg, play, MUSIC if loop else GREETING, listen, loop=loop))

    async def release(self, leg: LegId) -> None:
        await self.provider.perform(HangUp(self.provider.name, leg))

    async def recording_over(self, recording: int) -> None:
        received = await self.received()
        assert isinstance(received.input, RecordingClosed | RecordingFailed)
        assert received.input.recording == recording
        self.provider.acknowledge(received.source)

    async def _next_but_stations(self) -> Received | Reconnected:
        """Phones connect when they like: that is acknowledged in passing."""
        while True:
            item = await self.next()
            if isinstance(item, Reconnected) or not isinstance(item.input, StationConnected):
                return item
            self.provider.acknowledge(item.source)

    async def close(self) -> None:
        await self.provider.close()
        await self._events.aclose()  # type: ignore[attr-defined]


def listen_for(kind: KeysKind, digits: int = 1, finish_key: str = "") -> Listen:
    return Listen(kind, digits, TIMEOUT_MS, finish_key)


Scene = Callable[[Centre], Awaitable[LegId]]


async def just_arrived(centre: Centre) -> LegId:
    return await centre.call()


async def prompted(centre: Centre) -> LegId:
    leg = await centre.call()
    await centre.play(leg, 1)
    return leg


async def half_way_through_keying(centre: Centre) -> LegId:
    leg = await centre.call()
    await centre.play(leg, 1, listen_for(KeysKind.SECRET, 4))
    await centre.world.press(leg, "12")
    return leg


async def waiting_with_music(centre: Centre) -> LegId:
    leg = await centre.call()
    await centre.play(leg, 1, loop=True)
    return leg


async def network_gone(centre: Centre) -> LegId:
    leg = await centre.call()
    await centre.world.lose_network(leg)
    await centre.report(LegInterrupted)
    return leg


async def talking(centre: Centre) -> LegId:
    return (await centre.talk(recording=None))[0]


async def agent_ringing(centre: Centre) -> LegId:
    return await centre.ring("c1-l1")


async def agent_answered(centre: Centre) -> LegId:
    leg = await centre.ring("c1-l1")
    await centre.world.answer(leg)
    await centre.report(LegAnswered)
    return leg


async def agent_talking(centre: Centre) -> LegId:
    return (await centre.talk(recording=None))[1]


STATES: list[Scene] = [
    just_arrived,
    prompted,
    half_way_through_keying,
    waiting_with_music,
    talking,
    agent_answered,
    agent_talking,
]
in_every_state = pytest.mark.parametrize("scene", STATES, ids=lambda scene: scene.__name__)
also_unreachable = pytest.mark.parametrize(
    "scene", [*STATES, agent_ringing, network_gone], ids=lambda scene: scene.__name__
)


class ProviderContract:
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
        bridge = Bridge(centre.provider.name, 1, caller, agent, 7)
        await centre.provider.perform(bridge)
        await centre.world.hang_up(caller)
        await centre.report(LegEnded)
        await centre.recording_over(7)
        await centre.provider.perform(bridge)
        await centre.nothing_more()

    async def test_a_bridge_ends_what_the_caller_heard_before(self, centre: Centre):
        caller, agent = await centre.call(), await agent_answered(centre)
        await centre.play(caller, 1, listen_for(KeysKind.CHOICE))
        await centre.provider.perform(Bridge(centre.provider.name, 1, caller, agent, None))
        await centre.world.press(caller, "1")
        await centre.world.pass_time(60_000)
        await centre.nothing_more()

    async def test_a_play_already_heard_does_not_end_the_talk(self, centre: Centre):
        caller, agent = await centre.call(), await agent_answered(centre)
        await centre.play(caller, 1, loop=True)
        await centre.provider.perform(Bridge(centre.provider.name, 1, caller, agent, 7))
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
        await centre.provider.perform(Bridge(centre.provider.name, 1, caller, agent, 7))
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
        bridge = Bridge(name, 1, caller, agent, 7)
        await centre.reconnected()
        await centre.provider.reconcile(
            [
                WantedLeg(caller, (bridge,)),
                WantedLeg(agent, (RingAgent(name, agent, centre.world.agent, 1), bridge)),
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
        bridge = Bridge(name, 4, caller, agent, 12)
        ring = RingAgent(name, agent, centre.world.agent, 8)
        await centre.provider.reconcile([WantedLeg(caller, (bridge,)), WantedLeg(agent, (ring, bridge))])
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
