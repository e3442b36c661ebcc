"""What the setup of a centre, as it is now, says about a period's figures: limits, whose queues, who waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from callcenter.facts import CentreSetup
from callcenter.history.grid import Grid
from callcenter.queue.service_level import Limits
from callcenter.web.services import Waiting


def limits_of(setup: CentreSetup) -> Mapping[str, Limits]:
    return {
        queue.name: Limits(queue.threshold_seconds * 1000, queue.short_abandon_seconds * 1000)
        for queue in setup.queues
    }


def queues_of(setup: CentreSetup) -> Mapping[int, Sequence[str]]:
    """Agent → queues, as they are assigned now."""
    return {agent.agent: agent.queues for agent in setup.agents}


def waiting_places(cut: Grid, waiting: Iterable[Waiting]) -> list[tuple[int, str]]:
    """(interval of entry, queue) of who came in this period."""
    return [(at, one.queue) for one in waiting if (at := cut.index(one.entered_at)) is not None]
