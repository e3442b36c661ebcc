"""The part of the provider contract about talks of many: hold, consultation, conference, supervision, pauses.

The rule: every arrangement is tried with every leg of it leaving in every way; whoever is left goes on, nothing
but that end is reported, and the recording is over once, when fewer than two are left. Who hears whom follows from
the parts and is heard in `tests/media`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from contract_world import GREETING, NUMBER, Centre, customer, listen_for, staff
from msgspec import Struct

from callcenter.cti.provider import Dial, Play, WantedLeg
from callcenter.effects import Bridge, RingAgent
from callcenter.facts import (
    Input,
    KeysEntered,
    KeysKind,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
    LegId,
    LegInterrupted,
    LegRestored,
    Member,
    Part,
    PlayFinished,
    RecordingClosed,
    RecordingFailed,
)

RECORDING = 7
CALLER, AGENT, COLLEAGUE, SUPERVISOR, OUTSIDE = "caller", "agent", "colleague", "supervisor", "outside"
AGENT_LEG, COLLEAGUE_LEG, SUPERVISOR_LEG, OUTSIDE_LEG = "c1-l1", "c1-l2", "c1-l3", "c1-l4"


class Cast(Struct):
    """Who is there, and the newest bridge."""

    centre: Centre
    legs: dict[str, LegId]
    bridge: Bridge

    @property
    def alive(self) -> list[LegId]:
        return list(self.legs.values())

    def member(self, role: str, part: Part = Part.TALKS) -> Member:
        leg = self.legs[role]
        return customer(leg, part) if role in (CALLER, OUTSIDE) else staff(leg, part)

    async def arrange(
        self, number: int, *, recording: int | None = RECORDING, paused: bool = False, **parts: Part
    ) -> None:
        members = tuple(self.member(role, part) for role, part in parts.items())
        self.bridge = Bridge(self.centre.provider.name, number, members, recording, paused)
        await self.centre.provider.perform(self.bridge)

    async def join(self, role: str, leg: LegId, agent: int) -> None:
        self.legs[role] = await self.centre.answered(leg, agent)

    async def release(self, role: str) -> None:
        """The centre lets one go in whose place others talk on."""
        leg = self.legs.pop(role)
        await self.centre.release(leg)
        assert await self.centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)

    def wanted(self) -> list[WantedLeg]:
        """From nothing to what is now."""
        name, world = self.centre.provider.name, self.centre.world
        first = {
            AGENT: RingAgent(name, AGENT_LEG, world.agent, 1),
            COLLEAGUE: RingAgent(name, COLLEAGUE_LEG, world.colleague, 2),
            SUPERVISOR: RingAgent(name, SUPERVISOR_LEG, world.supervisor, 3, auto=True),
            OUTSIDE: Dial(OUTSIDE_LEG, world.telephone),
        }
        return [
            WantedLeg(leg, (first[role], self.bridge) if role in first else (self.bridge,), answered=True)
            for role, leg in self.legs.items()
        ]


async def talk(centre: Centre) -> Cast:
    caller, agent = await centre.talk(recording=RECORDING)
    bridge = Bridge(centre.provider.name, 1, (customer(caller), staff(agent)), RECORDING)
    return Cast(centre, {CALLER: caller, AGENT: agent}, bridge)


async def on_hold(centre: Centre) -> Cast:
    cast = await talk(centre)
    await cast.arrange(2, caller=Part.HELD, agent=Part.TALKS)
    return cast


async def resumed(centre: Centre) -> Cast:
    cast = await on_hold(centre)
    await cast.arrange(3, caller=Part.TALKS, agent=Part.TALKS)
    return cast


async def consulting(centre: Centre) -> Cast:
    cast = await on_hold(centre)
    await cast.join(COLLEAGUE, COLLEAGUE_LEG, centre.world.colleague)
    await cast.arrange(3, caller=Part.HELD, agent=Part.TALKS, colleague=Part.TALKS)
    return cast


async def consulted_while_it_rang(centre: Centre) -> Cast:
    """The bridge comes first: the colleague takes the place in it by answering."""
    cast = await on_hold(centre)
    cast.legs[COLLEAGUE] = await centre.ring(COLLEAGUE_LEG, centre.world.colleague)
    await cast.arrange(3, caller=Part.HELD, agent=Part.TALKS, colleague=Part.TALKS)
    await centre.world.answer(COLLEAGUE_LEG)
    assert await centre.report(LegAnswered) == LegAnswered(COLLEAGUE_LEG)
    return cast


async def swapped(centre: Centre) -> Cast:
    cast = await consulting(centre)
    await cast.arrange(4, caller=Part.TALKS, agent=Part.TALKS, colleague=Part.HELD)
    return cast


async def conference(centre: Centre) -> Cast:
    cast = await consulting(centre)
    await cast.arrange(4, caller=Part.TALKS, agent=Part.TALKS, colleague=Part.TALKS)
    return cast


async def completed(centre: Centre) -> Cast:
    """A warm transfer: the agent is gone, the two others talk on."""
    cast = await consulting(centre)
    await cast.arrange(4, caller=Part.TALKS, colleague=Part.TALKS)
    await cast.release(AGENT)
    return cast


async def released_before_the_others_were_joined(centre: Centre) -> Cast:
    cast = await consulting(centre)
    await cast.release(AGENT)
    await cast.arrange(4, caller=Part.TALKS, colleague=Part.TALKS)
    return cast


async def taken_back(centre: Centre) -> Cast:
    cast = await consulting(centre)
    await cast.arrange(4, caller=Part.TALKS, agent=Part.TALKS)
    await cast.release(COLLEAGUE)
    return cast


async def monitored(centre: Centre) -> Cast:
    cast = await talk(centre)
    await cast.join(SUPERVISOR, SUPERVISOR_LEG, centre.world.supervisor)
    await cast.arrange(2, caller=Part.TALKS, agent=Part.TALKS, supervisor=Part.LISTENS)
    return cast


async def whispered_to(centre: Centre) -> Cast:
    cast = await monitored(centre)
    await cast.arrange(3, caller=Part.TALKS, agent=Part.TALKS, supervisor=Part.COACHES)
    return cast


async def barged_into(centre: Centre) -> Cast:
    cast = await whispered_to(centre)
    await cast.arrange(4, caller=Part.TALKS, agent=Part.TALKS, supervisor=Part.TALKS)
    return cast


async def taken_over(centre: Centre) -> Cast:
    cast = await monitored(centre)
    await cast.arrange(3, caller=Part.TALKS, supervisor=Part.TALKS)
    await cast.release(AGENT)
    return cast


async def paused(centre: Centre) -> Cast:
    cast = await talk(centre)
    await cast.arrange(2, paused=True, caller=Part.TALKS, agent=Part.TALKS)
    return cast


async def recorded_again(centre: Centre) -> Cast:
    cast = await paused(centre)
    await cast.arrange(3, caller=Part.TALKS, agent=Part.TALKS)
    return cast


async def called_out(centre: Centre) -> Cast:
    """The agent calls a number, and hears it ring until it is answered."""
    agent = await centre.answered(AGENT_LEG, centre.world.agent)
    outside = await centre.dial(OUTSIDE_LEG)
    cast = Cast(centre, {AGENT: agent, OUTSIDE: outside}, Bridge("", 0, (), None))
    await cast.arrange(1, outside=Part.TALKS, agent=Part.TALKS)
    await centre.world.answer(outside)
    assert await centre.report(LegAnswered) == LegAnswered(outside)
    return cast


async def consulting_a_number(centre: Centre) -> Cast:
    cast = await on_hold(centre)
    cast.legs[OUTSIDE] = await centre.dial(OUTSIDE_LEG)
    await cast.arrange(3, caller=Part.HELD, agent=Part.TALKS, outside=Part.TALKS)
    await centre.world.answer(OUTSIDE_LEG)
    assert await centre.report(LegAnswered) == LegAnswered(OUTSIDE_LEG)
    return cast


async def transferred_to_a_number(centre: Centre) -> Cast:
    cast = await consulting_a_number(centre)
    await cast.arrange(4, caller=Part.TALKS, outside=Part.TALKS)
    await cast.release(AGENT)
    return cast


Arrangement = Callable[[Centre], Awaitable[Cast]]

ROLES: dict[Arrangement, tuple[str, ...]] = {
    talk: (CALLER, AGENT),
    on_hold: (CALLER, AGENT),
    resumed: (CALLER, AGENT),
    consulting: (CALLER, AGENT, COLLEAGUE),
    consulted_while_it_rang: (CALLER, AGENT, COLLEAGUE),
    swapped: (CALLER, AGENT, COLLEAGUE),
    conference: (CALLER, AGENT, COLLEAGUE),
    completed: (CALLER, COLLEAGUE),
    released_before_the_others_were_joined: (CALLER, COLLEAGUE),
    taken_back: (CALLER, AGENT),
    monitored: (CALLER, AGENT, SUPERVISOR),
    whispered_to: (CALLER, AGENT, SUPERVISOR),
    barged_into: (CALLER, AGENT, SUPERVISOR),
    taken_over: (CALLER, SUPERVISOR),
    paused: (CALLER, AGENT),
    recorded_again: (CALLER, AGENT),
    called_out: (OUTSIDE, AGENT),
    consulting_a_number: (CALLER, AGENT, OUTSIDE),
    transferred_to_a_number: (CALLER, OUTSIDE),
}

in_every_arrangement = pytest.mark.parametrize("arrangement", ROLES, ids=lambda one: one.__name__)
from_every_side = pytest.mark.parametrize(
    ("arrangement", "role"),
    [(arrangement, role) for arrangement, roles in ROLES.items() for role in roles],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
of_three = pytest.mark.parametrize(
    "arrangement", [one for one, roles in ROLES.items() if len(roles) > 2], ids=lambda one: one.__name__
)


async def goes_on_without(cast: Cast, role: str) -> None:
    """The end of this leg was reported; the recording is over if only one is left, and only then."""
    del cast.legs[role]
    if len(cast.legs) < 2:
        await cast.centre.recording_over(RECORDING)
    await cast.centre.nothing_more()


async def ends_in_good_order(cast: Cast) -> None:
    """All go, one after the other; their recording is over when fewer than two are left."""
    was_over = len(cast.legs) < 2
    for role in list(cast.legs):
        await cast.release(role)
        if len(cast.legs) < 2 and not was_over:
            await cast.centre.recording_over(RECORDING)
            was_over = True
    await cast.centre.nothing_more()


class TalkContract:
    """Inherited by `contract.ProviderContract`."""

    # --- Hang-ups from every side in every arrangement ---

    @from_every_side
    async def test_the_others_go_on_when_one_hangs_up(
        self, centre: Centre, arrangement: Arrangement, role: str
    ):
        cast = await arrangement(centre)
        leg = cast.legs[role]
        await centre.world.hang_up(leg)
        await centre.world.hang_up(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.HUNG_UP)
        await goes_on_without(cast, role)
        await ends_in_good_order(cast)

    @from_every_side
    async def test_the_others_go_on_when_one_is_released(
        self, centre: Centre, arrangement: Arrangement, role: str
    ):
        cast = await arrangement(centre)
        leg = cast.legs[role]
        await centre.release(leg)
        await centre.release(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)
        await goes_on_without(cast, role)
        await ends_in_good_order(cast)

    @from_every_side
    async def test_a_network_that_is_back_in_time_changes_nothing(
        self, centre: Centre, arrangement: Arrangement, role: str
    ):
        cast = await arrangement(centre)
        leg = cast.legs[role]
        await centre.world.lose_network(leg)
        assert await centre.report(LegInterrupted) == LegInterrupted(leg)
        await centre.world.find_network(leg)
        assert await centre.report(LegRestored) == LegRestored(leg)
        await centre.nothing_more()
        await ends_in_good_order(cast)

    @from_every_side
    async def test_the_others_go_on_when_a_network_stays_away(
        self, centre: Centre, arrangement: Arrangement, role: str
    ):
        cast = await arrangement(centre)
        leg = cast.legs[role]
        await centre.world.lose_network(leg)
        assert await centre.report(LegInterrupted) == LegInterrupted(leg)
        await centre.world.pass_time(centre.world.vanish_ms)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.VANISHED)
        await goes_on_without(cast, role)
        await ends_in_good_order(cast)

    # --- Again, late, and after a reconnection ---

    @in_every_arrangement
    async def test_a_bridge_twice_changes_nothing(self, centre: Centre, arrangement: Arrangement):
        cast = await arrangement(centre)
        await centre.provider.perform(cast.bridge)
        await centre.nothing_more()
        await ends_in_good_order(cast)
        await centre.provider.perform(cast.bridge)
        await centre.nothing_more()

    @in_every_arrangement
    async def test_an_older_bridge_changes_nothing(self, centre: Centre, arrangement: Arrangement):
        """Not even one that names a leg which no newer one has named."""
        cast = await arrangement(centre)
        other = await centre.call()
        older = cast.bridge.bridge - 1
        members = [cast.member(role, Part.TALKS) for role in cast.legs]
        await centre.bridge(older, *members[:2], recording=RECORDING)
        await centre.bridge(older, members[0], customer(other), recording=RECORDING)
        await centre.nothing_more()
        await ends_in_good_order(cast)

    @in_every_arrangement
    async def test_every_arrangement_outlives_a_reconnection(self, centre: Centre, arrangement: Arrangement):
        cast = await arrangement(centre)
        await centre.reconnected()
        await centre.provider.reconcile(cast.wanted())
        await centre.nothing_more()
        await ends_in_good_order(cast)

    @in_every_arrangement
    async def test_every_arrangement_is_brought_about_by_a_reconciliation(
        self, centre: Centre, arrangement: Arrangement
    ):
        """The newest bridge got lost on its way: the list has it."""
        cast = await arrangement(centre)
        bridge = cast.bridge
        cast.bridge = Bridge(bridge.provider, bridge.bridge + 1, bridge.members, bridge.recording)
        await centre.reconnected()
        await centre.provider.reconcile(cast.wanted())
        await centre.nothing_more()
        await ends_in_good_order(cast)

    @in_every_arrangement
    async def test_legs_that_are_lost_are_told_once_and_their_recording_too(
        self, centre: Centre, arrangement: Arrangement
    ):
        """From nothing: a provider without a memory has what it can have again, and ends the rest."""
        cast = await arrangement(centre)
        lost = {
            role: f"{centre.provider.name}:lost-long-ago" if role == CALLER else f"{leg}9"
            for role, leg in cast.legs.items()
        }
        name = {leg: lost[role] for role, leg in cast.legs.items()}
        members = tuple(Member(name[member.leg], member.part, member.staff) for member in cast.bridge.members)
        ghost = Bridge(centre.provider.name, 99, members, 12)
        wanted = [
            WantedLeg(
                name[each.leg], (*(_renamed(one, name) for one in each.commands[:-1]), ghost), answered=True
            )
            for each in cast.wanted()
        ]
        await ends_in_good_order(cast)
        await centre.provider.reconcile(wanted)
        await centre.world.pass_time(centre.world.vanish_ms)
        for leg in lost.values():
            await centre.release(leg)
        told: list[Input] = []
        while len(told) < len(lost) + 1:
            one = await _acknowledged(centre)
            if not isinstance(one, LegEnded) or one.leg in lost.values():  # others are fences
                told.append(one)
        assert sorted(one.leg for one in told if isinstance(one, LegEnded)) == sorted(lost.values())
        assert [one.recording for one in told if isinstance(one, RecordingClosed | RecordingFailed)] == [12]
        if CALLER in lost:
            assert LegEnded(lost[CALLER], LegCause.SYSTEM) in told
        await centre.nothing_more()

    # --- Recordings ---

    async def test_another_recording_ends_the_one_before(self, centre: Centre):
        cast = await talk(centre)
        await cast.arrange(2, recording=8, caller=Part.TALKS, agent=Part.TALKS)
        await centre.recording_over(RECORDING)
        await cast.release(AGENT)
        await centre.recording_over(8)
        await centre.nothing_more()

    async def test_no_recording_ends_the_one_before(self, centre: Centre):
        cast = await talk(centre)
        await cast.arrange(2, recording=None, caller=Part.TALKS, agent=Part.TALKS)
        await centre.recording_over(RECORDING)
        await cast.release(AGENT)
        await centre.nothing_more()

    async def test_a_talk_may_be_recorded_from_its_middle_on(self, centre: Centre):
        cast = await talk(centre)
        await cast.arrange(2, recording=None, caller=Part.TALKS, agent=Part.TALKS)
        await centre.recording_over(RECORDING)
        await cast.arrange(3, recording=8, caller=Part.TALKS, agent=Part.TALKS)
        await centre.nothing_more()
        await cast.release(AGENT)
        await centre.recording_over(8)

    async def test_a_recording_that_is_over_is_reported_no_second_time(self, centre: Centre):
        cast = await talk(centre)
        await centre.play(cast.legs[CALLER], 1, loop=True)
        await centre.recording_over(RECORDING)
        await cast.arrange(2, caller=Part.TALKS, agent=Part.TALKS)
        await cast.release(AGENT)
        await centre.nothing_more()

    async def test_a_recording_is_paused_and_goes_on_as_often_as_wanted(self, centre: Centre):
        cast = await talk(centre)
        for number in range(2, 8):
            await cast.arrange(number, paused=number % 2 == 0, caller=Part.TALKS, agent=Part.TALKS)
        await centre.nothing_more()
        await ends_in_good_order(cast)

    async def test_a_talk_begins_with_its_recording_paused(self, centre: Centre):
        caller, agent = await centre.call(), await centre.answered(AGENT_LEG, centre.world.agent)
        cast = Cast(centre, {CALLER: caller, AGENT: agent}, Bridge("", 0, (), None))
        await cast.arrange(1, paused=True, caller=Part.TALKS, agent=Part.TALKS)
        await cast.arrange(2, caller=Part.TALKS, agent=Part.TALKS)
        await centre.nothing_more()
        await ends_in_good_order(cast)

    # --- Members who are not there ---

    async def test_a_member_who_is_gone_is_skipped(self, centre: Centre):
        cast = await consulting(centre)
        gone = cast.member(COLLEAGUE)
        await centre.world.hang_up(gone.leg)
        assert await centre.report(LegEnded) == LegEnded(gone.leg, LegCause.HUNG_UP)
        del cast.legs[COLLEAGUE]
        await centre.bridge(4, cast.member(CALLER), cast.member(AGENT), gone, recording=RECORDING)
        await centre.nothing_more()
        await ends_in_good_order(cast)

    async def test_who_is_left_alone_by_a_late_bridge_is_in_no_talk(self, centre: Centre):
        cast = await consulting(centre)
        gone = cast.member(COLLEAGUE)
        await centre.world.hang_up(gone.leg)
        await centre.report(LegEnded)
        await centre.bridge(4, cast.member(CALLER), gone, recording=8)
        told = [await _acknowledged(centre) for _ in range(2)]  # the agent is alone by it too
        ends = [one for one in told if isinstance(one, RecordingClosed | RecordingFailed)]
        assert sorted(one.recording for one in ends) == [RECORDING, 8]
        assert RecordingFailed in {type(one) for one in ends if one.recording == 8}
        for leg in (cast.legs[CALLER], cast.legs[AGENT]):
            await centre.release(leg)
            assert await centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)
        await centre.nothing_more()

    async def test_who_is_named_no_more_is_out_until_a_command_comes(self, centre: Centre):
        cast = await conference(centre)
        await cast.arrange(5, caller=Part.TALKS, colleague=Part.TALKS)
        agent = cast.legs.pop(AGENT)
        await centre.nothing_more()
        await ends_in_good_order(cast)
        await centre.play(agent, 1)
        await centre.world.pass_time(60_000)
        assert await centre.report(PlayFinished) == PlayFinished(agent, 1)

    async def test_a_colleague_who_can_not_be_rung_leaves_the_others_as_they_are(self, centre: Centre):
        cast = await on_hold(centre)
        await centre.ring(COLLEAGUE_LEG, 999_999)
        await centre.bridge(
            3,
            cast.member(CALLER, Part.HELD),
            cast.member(AGENT),
            staff(COLLEAGUE_LEG),
            recording=RECORDING,
        )
        assert (await centre.report(LegFailed)).leg == COLLEAGUE_LEG
        await centre.nothing_more()
        await ends_in_good_order(cast)

    async def test_a_colleague_who_does_not_answer_is_cut_and_the_others_go_on(self, centre: Centre):
        cast = await on_hold(centre)
        cast.legs[COLLEAGUE] = await centre.ring(COLLEAGUE_LEG, centre.world.colleague)
        await cast.arrange(3, caller=Part.HELD, agent=Part.TALKS, colleague=Part.TALKS)
        await centre.world.pass_time(60_000)
        await cast.release(COLLEAGUE)
        await centre.world.answer(COLLEAGUE_LEG)
        await centre.nothing_more()
        await ends_in_good_order(cast)

    @of_three
    async def test_who_hears_something_else_is_out_and_the_others_go_on(
        self, centre: Centre, arrangement: Arrangement
    ):
        cast = await arrangement(centre)
        caller = cast.legs.pop(CALLER)
        await centre.play(caller, 1)
        await centre.world.pass_time(60_000)
        assert await centre.report(PlayFinished) == PlayFinished(caller, 1)
        await centre.nothing_more()
        await ends_in_good_order(cast)

    # --- Keys ---

    @in_every_arrangement
    async def test_keys_in_a_talk_are_no_answer_to_anything(self, centre: Centre, arrangement: Arrangement):
        cast = await arrangement(centre)
        for leg in cast.alive:
            await centre.world.press(leg, "12#")
        await centre.nothing_more()
        first = cast.alive[0]
        play = Play(first, 1, GREETING, listen_for(KeysKind.CHOICE))
        await centre.provider.perform(play)
        if len(cast.legs) < 3:
            await centre.recording_over(RECORDING)
        await centre.world.press(first, "5")
        assert await centre.report(KeysEntered) == KeysEntered(first, 1, choice="5")

    # --- Phones that answer by themselves ---

    async def test_a_phone_whose_person_asked_for_the_call_answers_at_once(self, centre: Centre):
        leg = await centre.ring(SUPERVISOR_LEG, centre.world.supervisor, auto=True)
        assert await centre.report(LegAnswered) == LegAnswered(leg)

    async def test_a_phone_that_answers_by_itself_answers_once(self, centre: Centre):
        leg = await centre.ring(SUPERVISOR_LEG, centre.world.supervisor, auto=True)
        await centre.report(LegAnswered)
        await centre.ring(leg, centre.world.supervisor, auto=True)
        await centre.world.answer(leg)
        await centre.nothing_more()
        await centre.world.hang_up(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.HUNG_UP)
        await centre.ring(leg, centre.world.supervisor, auto=True)
        await centre.nothing_more()

    async def test_who_answers_by_itself_is_in_the_talk_that_names_it(self, centre: Centre):
        cast = await talk(centre)
        cast.legs[SUPERVISOR] = await centre.ring(SUPERVISOR_LEG, centre.world.supervisor, auto=True)
        await cast.arrange(2, caller=Part.TALKS, agent=Part.TALKS, supervisor=Part.LISTENS)
        assert await centre.report(LegAnswered) == LegAnswered(SUPERVISOR_LEG)
        await centre.nothing_more()
        await ends_in_good_order(cast)

    # --- More than one talk ---

    async def test_two_talks_have_nothing_to_do_with_each_other(self, centre: Centre):
        cast = await talk(centre)
        other = await centre.call(NUMBER.replace("101", "102"))
        colleague = await centre.answered(COLLEAGUE_LEG, centre.world.colleague)
        await centre.bridge(2, customer(other), staff(colleague), recording=8)
        await centre.world.hang_up(other)
        assert await centre.report(LegEnded) == LegEnded(other, LegCause.HUNG_UP)
        await centre.recording_over(8)
        await centre.nothing_more()
        await ends_in_good_order(cast)


def _renamed(command: object, name: dict[LegId, LegId]) -> RingAgent | Dial:
    match command:
        case RingAgent(provider, leg, agent, offer, auto):
            return RingAgent(provider, name[leg], agent, offer, auto)
        case Dial(leg, number):
            return Dial(name[leg], number)
    raise AssertionError(command)


async def _acknowledged(centre: Centre) -> Input:
    received = await centre.received()
    centre.provider.acknowledge(received.source)
    return received.input
