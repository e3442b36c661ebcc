"""What the state looks like to a person: rows, by topic and key.

The rule: a row is a function of the state, of what is known of people, and of today's figures; of nothing else,
so a fresh snapshot equals the old one with all its changes. A row that is not there is None.
"""

from collections.abc import Iterable

from callcenter.screens.view_desk import CONTACT, ME, desk_row, todo_keys
from callcenter.screens.view_directory import directory_keys, directory_row
from callcenter.screens.view_eyes import Eyes
from callcenter.screens.view_floor import agent_row, board_row, queue_row, waiting_row
from callcenter.screens.wire import Row
from callcenter.state import Live

DESK = "desk:"
DIRECTORY = "directory"
QUEUES = "queues"
AGENTS = "agents"
BOARD = "board"
WAITING = "waiting"


def row(eyes: Eyes, topic: str, key: str) -> Row | None:
    """One row; None if there is none of that key in that topic."""
    if topic == QUEUES:
        return queue_row(eyes, key)
    if topic == AGENTS:
        return agent_row(eyes, int(key))
    if topic == BOARD:
        return board_row(eyes, int(key))
    if topic == WAITING:
        return waiting_row(eyes, int(key))
    if topic == DIRECTORY:
        return directory_row(eyes, key)
    return desk_row(eyes, int(topic.removeprefix(DESK)), key)


def rows(eyes: Eyes, topic: str) -> dict[str, Row]:
    """A topic whole, from the state alone."""
    drawn = ((key, row(eyes, topic, key)) for key in keys(eyes.live, topic))
    return {key: one for key, one in drawn if one is not None}


def keys(live: Live, topic: str) -> Iterable[str]:
    """Every key that has a row in this topic, and possibly some that have none."""
    if topic.startswith(DESK):
        return [ME, CONTACT, *sorted(todo_keys(live, int(topic.removeprefix(DESK))))]
    if topic == QUEUES:
        return live.queues
    if topic == DIRECTORY:
        return directory_keys(live)
    return map(str, live.state.agents if topic in (AGENTS, BOARD) else live.state.contacts)
