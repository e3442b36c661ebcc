"""A process takes the centre over, a setup is applied."""

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.state import (
    Agent,
    Contact,
    Live,
    tree_key,
)


def owner_started(live: Live, fact: f.OwnerStarted, at: int) -> None:
    """Nobody owned the centre for a while: that time counts against no deadline (invariant I12).

    Whose phone can be rung is told anew by the providers: a desk that was closed meanwhile must not be offered
    anything. What agents have chosen stays."""
    state = live.state
    for agent in state.agents.values():
        agent.stations.clear()
        live.set_readiness(agent)
    for leg in state.legs.values():
        if leg.play is not None and leg.play.deadline_at is not None:
            leg.play = replace(leg.play, deadline_at=leg.play.deadline_at + fact.down_ms)
        if leg.deadline_at is not None:
            leg.deadline_at += fact.down_ms
    for number, wanted in state.look_ups.items():
        state.look_ups[number] = replace(wanted, deadline_at=wanted.deadline_at + fact.down_ms)
    for contact in state.contacts.values():
        if contact.relaxes_at is not None:
            contact.relaxes_at += fact.down_ms
        if contact.pause is not None and contact.pause.until_at is not None:
            contact.pause = replace(contact.pause, until_at=contact.pause.until_at + fact.down_ms)
    for offer in state.offers.values():
        offer.deadline_at += fact.down_ms
    for engagement in state.engagements.values():
        if engagement.deadline_at is not None:
            engagement.deadline_at += fact.down_ms


def centre_applied(live: Live, fact: f.CentreApplied, at: int) -> None:
    state = live.state
    state.setup, state.version = fact.setup, fact.version
    for tree in fact.setup.trees:
        state.trees[tree_key(tree.name, tree.version)] = tree
    for setup in fact.setup.agents:
        agent = state.agents.get(setup.agent)
        if agent is None:
            state.agents[setup.agent] = Agent(setup.agent, setup, since_at=at)
        else:
            agent.setup = setup
    # Who is no longer in the setup ends what is at hand and serves no queue from now on.
    for number in state.agents.keys() - {setup.agent for setup in fact.setup.agents}:
        state.agents[number].setup = replace(state.agents[number].setup, queues=())
    _drop_unused_trees(live)
    live.rebuild()
    for contact in state.contacts.values():
        _asks_anew(live, contact)


def _asks_anew(live: Live, contact: Contact) -> None:
    """A consultation that waits asks for what its queue asks for now, as callers do."""
    consult = contact.consult
    if consult is not None and consult.requirement is not None and consult.requirement.queue in live.queues:
        consult.requirement = live.requirement_in(consult.requirement.queue, contact)
        live.consult_in_line(contact)


def numbers_reserved(live: Live, fact: f.NumbersReserved, at: int) -> None:
    counters = live.state.counters
    counters.contact = max(counters.contact, fact.contact)
    counters.offer = max(counters.offer, fact.offer)
    counters.engagement = max(counters.engagement, fact.engagement)
    counters.recording = max(counters.recording, fact.recording)


def _drop_unused_trees(live: Live) -> None:
    state = live.state
    assert state.setup is not None
    used = {tree_key(tree.name, tree.version) for tree in state.setup.trees}
    used |= {tree_key(contact.tree, contact.tree_version) for contact in state.contacts.values()}
    for key in state.trees.keys() - used:
        del state.trees[key]
