"""Who may control a contact, and whom it can be sent to: what all controls of a call ask first.

The rule: the agent who has a contact controls it; who is consulted may only leave. What is not possible is refused
with its reason, and nothing changes.
"""

from callcenter import facts as f
from callcenter import hours
from callcenter.decisions import endings
from callcenter.lifecycles import ContactState, EngagementState, Routing
from callcenter.state import Agent, Contact, Engagement, Live

FREE_TO_CALL = frozenset({Routing.OFF_QUEUE, Routing.IDLE})


class Refusal(Exception):
    """This is not possible now. `reason` is a text key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def had(live: Live, number: int, actor: str) -> tuple[Contact, Engagement]:
    """The contact, in talk, that this person has. Raises Refusal."""
    contact = talking(live, number)
    owner = live.owner_of(contact)
    if owner is None or not endings.acts_for(actor, live.state.agents[owner.agent]):
        raise Refusal("not_your_contact")
    return contact, owner


def require_sound(contact: Contact) -> None:
    """Raises Refusal for a talk in which a rule of ours broke: it goes on, and leads nowhere else."""
    if contact.quarantined:
        raise Refusal("broken_by_us")


def talking(live: Live, number: int) -> Contact:
    """The contact, which somebody talks to. Raises Refusal."""
    contact = live.state.contacts.get(number)
    if contact is None or contact.state is not ContactState.TALKING or contact.talk is None:
        raise Refusal("not_talking")
    return contact


def worked_on_by(live: Live, contact: Contact, actor: str) -> Engagement | None:
    """What this person does for the contact, unless it is wrap-up."""
    for number in contact.engagements:
        engagement = live.state.engagements[number]
        works = engagement.state is EngagementState.TALKING
        if works and endings.acts_for(actor, live.state.agents[engagement.agent]):
            return engagement
    return None


def colleague(live: Live, number: int, provider: str, *, but: int) -> Agent:
    """Somebody of the staff whose phone can be rung now for a call of this provider. Raises Refusal."""
    agent = live.state.agents.get(number)
    if agent is None or number not in live.staff:
        raise Refusal("unknown_agent")
    if number == but:
        raise Refusal("yourself")
    if agent.routing is not Routing.IDLE or agent.watching is not None:
        raise Refusal("agent_busy")
    require_phone(live, agent, provider)
    return agent


def caller_at_desk(live: Live, number: int, actor: str) -> Agent:
    """The agent who wants to make a call, from wrap-up too: what is to be coded waits. Raises Refusal."""
    agent = live.state.agents.get(number)
    if agent is None or number not in live.staff or not endings.acts_for(actor, agent):
        raise Refusal("unknown_agent")
    if agent.routing not in {*FREE_TO_CALL, Routing.WRAP_UP} or agent.watching is not None:
        raise Refusal("on_a_contact")
    require_phone(live, agent, agent.setup.station)
    return agent


def require_phone(live: Live, agent: Agent, provider: str) -> None:
    """Raises Refusal when this agent can't hear calls of that provider."""
    if not agent.has_station:
        raise Refusal("no_phone")
    serves = dict(live.state.setup.serves) if live.state.setup is not None else {}
    if agent.setup.station not in serves.get(provider, (provider,)):
        raise Refusal("phone_not_served")


def require_target(live: Live, contact: Contact, target: f.Target, by: int, at: int) -> None:
    """Raises Refusal when a call can't be sent there now."""
    require_sound(contact)
    match target:
        case f.ToAgent(agent):
            colleague(live, agent, contact.provider, but=by)
        case f.ToQueue(queue) if queue not in live.queues:
            raise Refusal("unknown_queue")
        case f.ToQueue(queue) if live.state.setup and queue in hours.closed_queues(live.state.setup, at):
            raise Refusal("queue_closed")
        case _:
            pass


def next_leg(live: Live, ahead: int = 1) -> f.LegId:
    """The name of a leg of ours; `ahead`: which of those that one chain makes."""
    return f"c{live.state.centre}-l{live.state.counters.leg + ahead}"
