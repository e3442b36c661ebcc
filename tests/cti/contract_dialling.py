"""The part of the provider contract about outside numbers: called at most once, and their fate is told once."""

from __future__ import annotations

import pytest
from contract_world import (
    MUSIC,
    Centre,
    Scene,
    customer,
    listen_for,
    outside_answered,
    outside_ringing,
    staff,
)

from callcenter.cti.provider import Dial, Play, Say, WantedLeg
from callcenter.effects import Bridge, RingAgent
from callcenter.facts import (
    FORGOTTEN,
    KeysEntered,
    KeysKind,
    LegAnswered,
    LegCause,
    LegEnded,
    LegFailed,
)

LEG = "c1-l9"
LONG_MS = 120_000
"""longer than any telephone rings"""


class DialContract:
    """Inherited by `contract.ProviderContract`."""

    async def test_a_number_that_rings_can_be_answered(self, centre: Centre):
        leg = await centre.dial(LEG)
        await centre.nothing_more()
        await centre.world.answer(leg)
        assert await centre.report(LegAnswered) == LegAnswered(leg)
        await centre.world.pass_time(LONG_MS)
        await centre.nothing_more()

    async def test_a_number_is_called_once_however_often_it_is_told(self, centre: Centre):
        leg = await centre.dial(LEG)
        await centre.dial(leg)
        await centre.world.answer(leg)
        await centre.world.answer(leg)
        assert await centre.report(LegAnswered) == LegAnswered(leg)
        await centre.dial(leg)
        await centre.nothing_more()

    @pytest.mark.parametrize("scene", [outside_ringing, outside_answered], ids=lambda scene: scene.__name__)
    async def test_a_number_is_not_called_again_for_a_leg_that_is_over(self, centre: Centre, scene: Scene):
        leg = await scene(centre)
        await centre.release(leg)
        await centre.report(LegEnded)
        await centre.dial(leg)
        await centre.world.answer(leg)
        await centre.world.pass_time(LONG_MS)
        await centre.nothing_more()

    async def test_a_number_that_failed_is_not_called_again(self, centre: Centre):
        leg = await centre.dial(LEG)
        await centre.world.hang_up(leg)
        assert await centre.report(LegFailed) == LegFailed(leg, "busy")
        await centre.dial(leg)
        await centre.world.answer(leg)
        await centre.world.pass_time(LONG_MS)
        await centre.nothing_more()

    async def test_who_declines_is_busy(self, centre: Centre):
        leg = await centre.dial(LEG)
        await centre.world.hang_up(leg)
        assert await centre.report(LegFailed) == LegFailed(leg, "busy")
        await centre.world.hang_up(leg)
        await centre.nothing_more()

    async def test_an_engaged_number_is_busy(self, centre: Centre):
        leg = await centre.dial(LEG, centre.world.busy_number)
        await centre.world.pass_time(10_000)
        assert await centre.report(LegFailed) == LegFailed(leg, "busy")
        await centre.nothing_more()

    async def test_who_is_in_a_call_already_is_busy(self, centre: Centre):
        first = await outside_answered(centre)
        second = await centre.dial("c1-l10")
        assert await centre.report(LegFailed) == LegFailed(second, "busy")
        await centre.nothing_more()
        await centre.world.hang_up(first)
        assert await centre.report(LegEnded) == LegEnded(first, LegCause.HUNG_UP)

    async def test_a_number_that_nobody_has_is_unreachable(self, centre: Centre):
        leg = await centre.dial(LEG, centre.world.unreachable_number)
        await centre.world.pass_time(10_000)
        assert await centre.report(LegFailed) == LegFailed(leg, "unreachable")
        await centre.nothing_more()

    async def test_a_telephone_that_nobody_picks_up_is_given_up_once(self, centre: Centre):
        leg = await centre.dial(LEG)
        await centre.world.pass_time(LONG_MS)
        assert await centre.report(LegFailed) == LegFailed(leg, "no_answer")
        await centre.world.answer(leg)
        await centre.release(leg)
        await centre.nothing_more()

    async def test_a_call_that_is_cut_while_it_rings_is_over(self, centre: Centre):
        leg = await centre.dial(LEG)
        await centre.release(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)
        await centre.world.answer(leg)
        await centre.world.pass_time(LONG_MS)
        await centre.nothing_more()

    async def test_the_same_number_is_called_again_as_another_leg(self, centre: Centre):
        leg = await centre.dial(LEG)
        await centre.release(leg)
        await centre.report(LegEnded)
        leg = await centre.dial("c1-l10")
        await centre.world.answer(leg)
        assert await centre.report(LegAnswered) == LegAnswered(leg)

    async def test_an_agent_who_leaves_while_it_rings_leaves_it_ringing(self, centre: Centre):
        agent, leg = await self._ringing_for_an_agent(centre)
        await centre.world.hang_up(agent)
        assert await centre.report(LegEnded) == LegEnded(agent, LegCause.HUNG_UP)
        await centre.recording_over(7)
        await centre.nothing_more()
        await centre.release(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)

    async def test_a_number_that_declines_leaves_the_agent_on_the_phone(self, centre: Centre):
        agent, leg = await self._ringing_for_an_agent(centre)
        await centre.world.hang_up(leg)
        assert await centre.report(LegFailed) == LegFailed(leg, "busy")
        await centre.recording_over(7)
        await centre.nothing_more()
        await centre.release(agent)
        assert await centre.report(LegEnded) == LegEnded(agent, LegCause.RELEASED)

    async def test_whom_we_called_can_be_asked(self, centre: Centre):
        leg = await outside_answered(centre)
        await centre.provider.perform(Play(leg, 1, (Say("Press 1."),), listen_for(KeysKind.CHOICE)))
        await centre.world.press(leg, "1")
        assert await centre.report(KeysEntered) == KeysEntered(leg, 1, choice="1")

    # --- Reconciliation ---

    async def test_a_number_that_rings_rings_on_through_a_reconnection(self, centre: Centre):
        agent, leg = await self._ringing_for_an_agent(centre)
        await centre.reconnected()
        await centre.provider.reconcile(self._wanted(centre, agent, leg))
        await centre.nothing_more()
        await centre.world.answer(leg)
        assert await centre.report(LegAnswered) == LegAnswered(leg)

    async def test_a_number_that_may_have_rung_before_is_not_called(self, centre: Centre):
        await centre.provider.reconcile([WantedLeg(LEG, (Dial(LEG, centre.world.telephone),))])
        assert await centre.report(LegFailed) == LegFailed(LEG, FORGOTTEN)
        await centre.dial(LEG)
        await centre.provider.reconcile([WantedLeg(LEG, (Dial(LEG, centre.world.telephone),))])
        await centre.world.answer(LEG)
        await centre.nothing_more()

    async def test_whom_we_called_and_who_waits_waits_on_through_a_reconnection(self, centre: Centre):
        leg = await outside_answered(centre)
        play = Play(leg, 1, MUSIC, loop=True)
        await centre.provider.perform(play)
        await centre.reconnected()
        await centre.provider.reconcile(
            [WantedLeg(leg, (Dial(leg, centre.world.telephone), play), answered=True)]
        )
        await centre.nothing_more()
        await centre.world.hang_up(leg)
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.HUNG_UP)

    @pytest.mark.parametrize("plays", [True, False], ids=["with music", "with nothing to hear"])
    async def test_whom_we_called_and_who_waited_in_a_life_before_is_lost_by_our_fault(
        self, centre: Centre, plays: bool
    ):
        play = Play(LEG, 1, MUSIC, loop=True)
        dial = Dial(LEG, centre.world.telephone)
        await centre.provider.reconcile([WantedLeg(LEG, (dial, *((play,) if plays else ())), answered=True)])
        await centre.world.pass_time(centre.world.vanish_ms)
        assert await centre.report(LegEnded) == LegEnded(LEG, LegCause.SYSTEM)
        await centre.nothing_more()

    async def test_a_number_that_nobody_wants_called_any_more_rings_no_more(self, centre: Centre):
        leg = await centre.dial(LEG)
        await centre.provider.reconcile([])
        assert await centre.report(LegEnded) == LegEnded(leg, LegCause.RELEASED)
        await centre.world.answer(leg)
        await centre.nothing_more()

    async def _ringing_for_an_agent(self, centre: Centre) -> tuple[str, str]:
        agent = await centre.answered("c1-l1", centre.world.agent)
        leg = await centre.dial(LEG)
        await centre.bridge(1, customer(leg), staff(agent), recording=7)
        return agent, leg

    def _wanted(self, centre: Centre, agent: str, leg: str) -> list[WantedLeg]:
        name = centre.provider.name
        bridge = Bridge(name, 1, (customer(leg), staff(agent)), 7)
        ring = RingAgent(name, agent, centre.world.agent, 1)
        return [WantedLeg(agent, (ring, bridge)), WantedLeg(leg, (Dial(leg, centre.world.telephone),))]
