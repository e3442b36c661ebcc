"""How fast the centre's time goes, as screens are told it."""

from __future__ import annotations

from callcenter.screens.wire import Hello, Reply
from tests.screens.stage import staged


async def test_every_screen_is_greeted_anew_when_time_goes_at_another_speed():
    speeds = [60]
    async with staged(speed=lambda: speeds[-1]) as stage:
        screens = [await stage.screen(login) for login in ("super", "admin", "agent1")]
        assert [screen.told[0].speed for screen in screens if isinstance(screen.told[0], Hello)] == [60] * 3
        speeds.append(1)
        stage.feed.tell_time()
        for screen in screens:
            hello = await screen.hear()
            assert isinstance(hello, Hello)
            assert (hello.speed, hello.now) == (1, stage.owner.centre.at)


async def test_every_reply_tells_the_time_for_a_page_whose_clock_was_set():
    async with staged() as stage:
        screen = await stage.screen("agent1")
        stage.owner.centre.at += 3_600_000
        await screen.ask("subscribe", topics=[])
        reply = screen.told[-1]
        assert isinstance(reply, Reply)
        assert reply.now == stage.owner.centre.at
