"""How many wait, talk and are what, per queue: counted once, then moved along.

The rule: whoever may have moved is looked up in the state and put on the place that the state says. So it
doesn't matter which fact moved them, and a tile costs the same with ten waiting and with ten thousand.
"""

from collections import Counter, defaultdict

from callcenter.lifecycles import ContactState, Routing
from callcenter.queue.line import Line
from callcenter.state import Contact, Live

_IN_QUEUE = frozenset({ContactState.WAITING, ContactState.OFFERED})


_Place = tuple[str, int | None, bool]
"""of a contact: its queue, since when it waits there (None: it talks), and whether many have let it pass"""


def is_in_queue(contact: Contact) -> bool:
    """Waits there, or is offered from there. Who was sent to somebody is in no line."""
    return contact.state in _IN_QUEUE and contact.sent_by is None


class Crowd:
    """Derived from the state as it is at the beginning; `move_*` after every change."""

    def __init__(self, live: Live) -> None:
        self._waiting: dict[str, Line] = {}
        self._talking: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._agents: defaultdict[str, Counter[Routing]] = defaultdict(Counter)
        self._ready: Counter[str] = Counter()
        self._contact_at: dict[int, _Place] = {}
        self._agent_at: dict[int, tuple[tuple[str, ...], Routing, bool]] = {}
        for contact in live.state.contacts:
            self.move_contact(live, contact)
        for agent in live.state.agents:
            self.move_agent(live, agent)

    def waiting(self, queue: str) -> int:
        return len(self._waiting.get(queue, ()))

    def longest_since_at(self, queue: str) -> int | None:
        """When the one who has been in this queue for longest entered it."""
        line = self._waiting.get(queue)
        first = line.first() if line is not None else None
        return first[0][0] if first is not None else None

    def talking(self, queue: str) -> int:
        return self._talking[queue]

    def refused(self, queue: str) -> int:
        """Of those who wait: whom so many agents have let pass that somebody should look."""
        return self._refused[queue]

    def agents(self, queue: str) -> dict[str, int]:
        """Routing status -> agents of this queue; a status that nobody has is left out."""
        return {routing.value: count for routing, count in self._agents[queue].items() if count}

    def ready(self, queue: str) -> int:
        """Agents of this queue who could take a call at once."""
        return self._ready[queue]

    def move_contact(self, live: Live, number: int) -> tuple[str, ...]:
        """The queues whose figures changed."""
        contact = live.state.contacts.get(number)
        place: _Place | None = None
        if contact is not None and is_in_queue(contact):
            place = (contact.queue, contact.entered_at, contact.is_refused_often)
        elif contact is not None and contact.state is ContactState.TALKING:
            place = (contact.queue, None, False)
        left = self._contact_at.get(number)
        if place == left:
            return ()
        if left is not None:
            self._leave(number, *left)
        if place is None or contact is None:
            return (left[0],) if left is not None else ()
        self._contact_at[number] = place
        queue, since_at, refused = place
        self._refused[queue] += refused
        if since_at is not None:
            self._waiting.setdefault(queue, Line()).add((since_at, number, 0), number)
        else:
            self._talking[queue] += 1
        return (queue,) if left is None or left[0] == queue else (queue, left[0])

    def move_agent(self, live: Live, number: int) -> tuple[str, ...]:
        """The queues whose figures changed."""
        agent = live.state.agents.get(number)
        ready = live.router.is_ready(number)
        place = None if agent is None else (agent.setup.queues, agent.routing, ready)
        left = self._agent_at.get(number)
        if place == left:
            return ()
        self._count_agent(left, -1)
        self._count_agent(place, +1)
        if place is None:
            del self._agent_at[number]
        else:
            self._agent_at[number] = place
        return (*(left[0] if left else ()), *(place[0] if place else ()))

    def _leave(self, number: int, queue: str, since_at: int | None, refused: bool) -> None:
        del self._contact_at[number]
        self._refused[queue] -= refused
        if since_at is not None:
            self._waiting[queue].discard(number)
        else:
            self._talking[queue] -= 1

    def _count_agent(self, place: tuple[tuple[str, ...], Routing, bool] | None, by: int) -> None:
        if place is not None:
            queues, routing, ready = place
            for queue in queues:
                self._agents[queue][routing] += by
                self._ready[queue] += by if ready else 0
