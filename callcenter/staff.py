"""Who people are, for the screens: what is in memory at once, what is not from the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from callcenter.customer_record import CustomerRecord
from callcenter.engine.values import Values
from callcenter.facts import AgentSetup, Ref
from callcenter.store.customers import Customers
from callcenter.store.journal import Journal
from callcenter.store.people import People


class Staff:
    """Names of agents, records and names of customers, personal values: what rows on screens are filled from."""

    def __init__(self, people: People, customers: Customers, journal: Journal, values: Values) -> None:
        self._people = people
        self._customers = customers
        self._journal = journal
        self._values = values
        self._names: dict[int, str] = {}
        self._lines: dict[int, frozenset[str]] = {}

    async def refresh(self, agents: Sequence[AgentSetup]) -> None:
        """After people or the setup changed. An agent who is no person goes by the login."""
        self._names = {agent.agent: agent.login for agent in agents} | await self._people.agent_names()
        self._lines = await self._people.agent_lines()

    def agent_name(self, agent: int) -> str:
        return self._names.get(agent, str(agent))

    def lines_of(self, agent: int) -> frozenset[str]:
        """The business lines that this agent is confined to; empty: all."""
        return self._lines.get(agent, frozenset())

    def record_at_hand(self, customer: int) -> CustomerRecord | None:
        return self._customers.record_at_hand(customer)

    async def record(self, customer: int) -> CustomerRecord | None:
        return await self._customers.record(customer)

    async def names(self, customers: Sequence[int]) -> Mapping[int, str]:
        return await self._customers.names(customers)

    def value_at_hand(self, ref: Ref) -> str | None:
        return self._values.get(ref)

    async def values(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        return await self._journal.values(refs)
