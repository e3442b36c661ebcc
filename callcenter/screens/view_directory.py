"""Whom a call can go to: colleagues with what they do just now, open and closed queues with who waits and who could
answer."""

from collections.abc import Iterator

from callcenter import hours
from callcenter.screens import wire
from callcenter.screens.view_eyes import Eyes, routing_shown
from callcenter.state import Live

AGENT = "agent:"
QUEUE = "queue:"


def directory_row(eyes: Eyes, key: str) -> wire.DirectoryAgent | wire.DirectoryQueue | None:
    if key.startswith(QUEUE):
        return _queue(eyes, key.removeprefix(QUEUE))
    return _agent(eyes, int(key.removeprefix(AGENT)))


def directory_keys(live: Live) -> Iterator[str]:
    yield from (f"{AGENT}{agent}" for agent in live.state.agents)
    yield from (f"{QUEUE}{queue}" for queue in live.queues)


def closed_queues(live: Live) -> frozenset[str]:
    """As of the last fact."""
    setup = live.state.setup
    return hours.closed_queues(setup, live.state.at) if setup is not None else frozenset()


def _agent(eyes: Eyes, number: int) -> wire.DirectoryAgent | None:
    agent = eyes.live.state.agents.get(number)
    if agent is None or number not in eyes.live.staff:
        return None
    return wire.DirectoryAgent(
        agent=number,
        name=eyes.names.agent(number),
        routing=routing_shown(agent).value,
        reason=agent.reason,
        since_at=agent.since_at,
        station=agent.has_station,
        skills=tuple(level.skill for level in agent.setup.skills),
        queues=agent.setup.queues,
    )


def _queue(eyes: Eyes, name: str) -> wire.DirectoryQueue | None:
    setup = eyes.live.queues.get(name)
    if setup is None:
        return None
    return wire.DirectoryQueue(
        queue=name,
        title=setup.title,
        title_zh=setup.title_zh,
        waiting=eyes.crowd.waiting(name),
        ready=eyes.crowd.ready(name),
        closed=name in closed_queues(eyes.live),
    )
