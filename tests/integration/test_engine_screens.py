"""Screens when the owner begins anew: what was undone was never seen, and what is so is seen at once."""

from __future__ import annotations

from callcenter.apply import apply_entry
from callcenter.state import Live, State
from tests.screens.stage import Owner, staged


def undo(owner: Owner, entries: int) -> None:
    """What the engine does when its memory had forgotten an input."""
    centre = owner.centre
    del centre.entries[-entries:]
    durable = Live(State(1))
    for entry in centre.entries:
        apply_entry(durable, entry)
    centre.live.state = durable.state
    centre.live.rebuild()
    assert owner.feed is not None
    owner.feed.start_over(centre.live, len(centre.entries))


async def test_what_was_undone_is_never_seen_and_screens_come_back_to_what_is_so() -> None:
    async with staged() as stage:
        screen = await stage.screen("super")
        await screen.follow("waiting", "agents", "queues")
        stage.owner.call("phone:1")
        await screen.until(lambda: screen.topics["waiting"].keys() == {"1"})
        stage.owner.writing.clear()
        stage.owner.call("phone:2")
        stage.owner.call("phone:3")
        undo(stage.owner, 2)
        assert await screen.closed_with() == 1012
        assert screen.topics["waiting"].keys() == {"1"}

        stage.owner.writing.set()
        back = await stage.screen("super")
        await back.follow("waiting", "agents", "queues")
        assert back.topics["waiting"].keys() == {"1"}
        stage.owner.call("phone:4")
        await back.until(lambda: back.topics["waiting"].keys() == {"1", "2"})
