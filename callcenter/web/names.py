"""What rows are called: people and customers by name instead of reference, queues by their setup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callcenter.web.history_shapes import Names
from callcenter.web.services import Services


async def agent_names(services: Services) -> Mapping[int, str]:
    """An agent who is no person goes by the login."""
    logins = {agent.agent: agent.login for agent in services.setup().agents}
    return logins | await services.people.agent_names()


async def names_of(services: Services, customers: Sequence[int | None]) -> Names:
    wanted = sorted({customer for customer in customers if customer is not None})
    return Names(
        agents=await agent_names(services),
        customers=await services.customers.names(wanted),
        queues={queue.name: queue for queue in services.setup().queues},
    )
