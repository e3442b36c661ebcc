"""Rows that many look at: drawn once for all that happened meanwhile, and never from what is over."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.lifecycles import Presence
from callcenter.screens.book import Book
from callcenter.screens.publisher import Publisher
from callcenter.screens.wire import AgentRow, DirectoryQueue, QueueRow
from tests.core.centre import Centre
from tests.screens.days import Everybody, Today, configured
from tests.screens.test_equation import Screen


class Floor:
    """A centre in which everything is durable at once, and its publisher."""

    def __init__(self) -> None:
        self.centre = Centre(configured())
        self.people = Everybody()
        self.publisher = Publisher(self.centre.live, 1, Book(self.people), Today())

    def screen(self, *topics: str) -> Screen:
        screen = Screen()
        for topic in topics:
            self.publisher.subscribe(screen, topic)  # type: ignore[arg-type]
        return screen

    def ready(self, agent: int) -> None:
        seq = len(self.centre.entries)
        self.centre.ready(agent)
        for entry in self.centre.entries[seq:]:
            self.publisher.observe((entry.input, *entry.decisions), entry.seq)
            self.publisher.durable(entry.seq)

    def do(self, input: f.Input) -> None:
        self.centre.do(input)
        entry = self.centre.entries[-1]
        self.publisher.observe((entry.input, *entry.decisions), entry.seq)
        self.publisher.durable(entry.seq)


async def test_who_moves_several_times_meanwhile_is_drawn_once_as_they_are_in_the_end():
    floor = Floor()
    screen = floor.screen("agents")
    drawn, number = floor.people.drawn, screen.numbers["agents"]
    floor.ready(1)
    floor.do(f.PresenceChosen(1, Presence.AWAY, "lunch", "agent1"))
    assert floor.people.drawn == drawn
    floor.publisher.draw_marked()
    assert (floor.people.drawn, screen.numbers["agents"]) == (drawn + 1, number + 1)
    row = screen.rows["agents"]["1"]
    assert isinstance(row, AgentRow)
    assert (row.presence, row.reason) == ("away", "lunch")


async def test_a_desk_is_drawn_with_the_entry():
    floor = Floor()
    screen = floor.screen("desk:1", "agents")
    floor.ready(1)
    assert screen.rows["desk:1"]["me"].presence == "ready"  # type: ignore[union-attr]


async def test_a_queue_that_closes_is_closed_in_the_directory_with_the_next_fact():
    floor = Floor()
    setup = floor.centre.live.state.setup
    assert setup is not None
    until_noon = tuple(replace(one, hours="00:00-12:00") for one in setup.queues)
    floor.do(f.CentreApplied(2, replace(setup, queues=until_noon), "sam"))
    screen = floor.screen("directory")
    shown = lambda: screen.rows["directory"]["queue:cards"].closed  # type: ignore[union-attr]  # noqa: E731
    assert not shown()
    floor.centre.wait(12 * 3600)
    floor.do(f.PlayExpired("phone:1", 1))  # which is about nobody
    floor.publisher.draw_marked()
    assert shown()


async def test_who_comes_between_two_drawings_gets_the_counts_as_they_are():
    floor = Floor()
    earlier = floor.screen("directory")
    floor.ready(1)
    later = floor.screen("queues")
    tile = later.rows["queues"]["accounts"]
    assert isinstance(tile, QueueRow)
    assert tile.agents["idle"] == 1
    floor.publisher.draw_marked()
    queue = earlier.rows["directory"]["queue:accounts"]
    assert isinstance(queue, DirectoryQueue)
    assert queue.ready == 1
