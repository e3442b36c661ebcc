"""A state with what is derived from it: the router, who serves what, trees as they are read, each desk's list.

The rule: nothing here is stored. It is built anew after a snapshot was loaded or the setup changed, and moved along
by `apply`; whoever rebuilds it from the same state has the same.
"""

from collections.abc import Collection

from callcenter.facts import CentreSetup, QueueSetup, SkillLevel
from callcenter.ivr.tree import Input, Tree, read_tree
from callcenter.lifecycles import ContactState, Direction, Routing
from callcenter.queue.order import Rules, Standing
from callcenter.queue.requirement import Requirement, Way, may_serve
from callcenter.queue.routing import Router
from callcenter.state.records import Agent, Contact, Engagement, State, Todo

CONSULT_LIFT = 100
"""a consultation goes before callers: one of them is on hold for it"""


class Live:
    """A state with what is derived from it. The owner holds one; snapshots store `state` alone."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.queues: dict[str, QueueSetup] = {}
        self.entries: dict[str, tuple[str, int]] = {}
        """called number, or "*" for any other -> the tree that answers it, and its version"""
        self.hours: tuple[tuple[str, str], ...] = ()
        """(queue, when it is open)"""
        self.staff: frozenset[int] = frozenset()
        """agents of the current setup; the state keeps those of earlier ones"""
        self.skills: dict[str, frozenset[str]] = {}
        """queue -> what somebody who can serve it has, languages among them"""
        self._todos: dict[int, dict[int, None]] = {}
        """agent -> engagements not coded, the oldest first"""
        self._trees: dict[str, Tree] = {}
        self._keyed: dict[str, frozenset[str]] = {}
        """tree -> the values that its callers key"""
        self.router = Router()
        self.rebuild()

    def rebuild(self) -> None:
        """Derives everything anew; after a snapshot was loaded or the setup changed."""
        setup = self.state.setup
        self.queues = {queue.name: queue for queue in setup.queues} if setup else {}
        versions = {tree.name: tree.version for tree in setup.trees} if setup else {}
        self.entries = {dnis: (tree, versions.get(tree, 0)) for dnis, tree in setup.entries} if setup else {}
        self.hours = tuple((queue.name, queue.hours) for queue in self.queues.values())
        self.staff = frozenset(agent.agent for agent in setup.agents) if setup else frozenset()
        self.staff_changed()
        self.router = _router(setup)
        for agent in self.state.agents.values():
            self.router.learn(agent.agent, agent.setup)
        for contact in self.state.contacts.values():
            if contact.state is ContactState.WAITING:
                self.stand_in_line(contact)
            self.consult_in_line(contact)
        for agent in self.state.agents.values():
            self.set_readiness(agent)
        self._todos = {}
        for todo in self.state.todos.values():
            self.add_todo(todo)

    def staff_changed(self) -> None:
        """Who serves which queue is another."""
        self.skills = {queue.name: self._skills_in(queue) for queue in self.queues.values()}

    def tree_of(self, contact: Contact) -> Tree | None:
        """The tree that this contact walks, in the version with which it began."""
        return self.tree(tree_key(contact.tree, contact.tree_version))

    def tree(self, key: str) -> Tree | None:
        if key not in self._trees and (setup := self.state.trees.get(key)) is not None:
            tree = self._trees[key] = read_tree(setup.source)
            self._keyed[key] = frozenset(node.name for node in tree.nodes.values() if isinstance(node, Input))
        return self._trees.get(key)

    def keyed_in(self, contact: Contact) -> frozenset[str]:
        """The names of the values that callers of this contact's tree key."""
        key = tree_key(contact.tree, contact.tree_version)
        return self._keyed.get(key, frozenset()) if self.tree(key) is not None else frozenset()

    def queue_of(self, contact: Contact) -> QueueSetup:
        """The queue that this contact entered; the first one where a newer setup has it no more, because somebody
        must answer."""
        assert self.state.setup is not None, "a contact in a queue has a setup"
        return self.queues.get(contact.queue, self.state.setup.queues[0])

    def requirement(self, contact: Contact) -> Requirement:
        """What an agent needs to serve this contact. In another queue than it entered: that one's skills, and its
        language."""
        queue = self.queue_of(contact)
        entered = queue.name == contact.queue
        if entered and contact.direction is Direction.OUTBOUND and not contact.waits:
            return self.requirement_in(queue.name, contact)
        asked = {need.skill for need in queue.skills}
        own = tuple(need for need in contact.own_skills if need.skill not in asked)
        skills, step = (*queue.skills, *own), contact.step if entered else 0
        return Requirement(queue.name, skills, contact.provider, step, contact.language)

    def requirement_in(self, name: str, contact: Contact) -> Requirement:
        """What an agent of this queue needs to be with this contact: its skills, and the caller's language when
        somebody there speaks it."""
        queue = self.queues[name]
        speaks = (SkillLevel(contact.language, 1),) if contact.language in self.skills[name] else ()
        return Requirement(name, (*queue.skills, *speaks), contact.provider, language=contact.language)

    def waits_since(self, contact: Contact, queue: str, at: int) -> int:
        """How old who enters this queue now is there. Its age goes along: who has waited before does not wait
        behind those who have not."""
        if contact.since_at:
            return contact.since_at
        return contact.arrived_at if self.queues[queue].counts_ivr else at

    def priority_of(self, grade: str) -> int:
        """What customers of this grade are worth to a queue; nothing is known of whom nobody knows."""
        return dict(self.state.setup.grades).get(grade, 0) if self.state.setup is not None else 0

    def owner_of(self, contact: Contact) -> Engagement | None:
        """The work of the agent who has this contact."""
        return self.state.engagements.get(contact.owner) if contact.owner is not None else None

    def stand_in_line(self, contact: Contact) -> None:
        """No rule touches a contact in quarantine any more, and nobody answers into silence: who has just lost
        the network keeps the place and is offered again when it is back. Who is sent to somebody waits for no
        other."""
        if contact.quarantined or contact.sent_by is not None or self.state.legs[contact.leg].interrupted:
            return
        standing = Standing(contact.contact, contact.priority, contact.since_at, contact.lift)
        self.router.wait(standing, self.requirement(contact))

    def consult_in_line(self, contact: Contact) -> None:
        """A consultation waits for an agent of the queue that was asked, as minus the contact's number."""
        consult = contact.consult
        if consult is None or consult.requirement is None or consult.offer or consult.engagement:
            return
        if not contact.quarantined:
            lift = contact.lift + CONSULT_LIFT
            standing = Standing(-contact.contact, contact.priority, consult.since_at, lift)
            self.router.wait(standing, consult.requirement)

    def set_readiness(self, agent: Agent) -> None:
        """Ready agents stand in the router's lines, all others don't."""
        if agent.routing is Routing.IDLE and agent.has_station and agent.watching is None:
            self.router.ready(agent.agent, agent.setup, agent.merit)
        else:
            self.router.busy(agent.agent)

    def todos_of(self, agent: int) -> Collection[int]:
        """This agent's engagements that are not coded, the oldest first."""
        return self._todos.get(agent, {}).keys()

    def add_todo(self, todo: Todo) -> None:
        self.state.todos[todo.engagement] = todo
        self._todos.setdefault(todo.agent, {})[todo.engagement] = None

    def drop_todo(self, engagement: int) -> None:
        """Coded, or fallen off the list."""
        todo = self.state.todos.pop(engagement, None)
        if todo is not None:
            del self._todos[todo.agent][engagement]

    def _skills_in(self, queue: QueueSetup) -> frozenset[str]:
        way = Way((queue.name,), queue.skills)
        serving = (agent.setup.skills for agent in self.state.agents.values() if may_serve(way, agent.setup))
        return frozenset(level.skill for skills in serving for level in skills)


def rules_of(queue: QueueSetup | None) -> Rules:
    """By which its contacts stand in order."""
    return Rules() if queue is None else Rules(queue.ageing_per_minute, queue.ceiling, queue.weight)


def _router(setup: CentreSetup | None) -> Router:
    if setup is None:
        return Router()
    rules = {one.name: rules_of(one) for one in setup.queues}
    choices = {one.name: one.choice for one in setup.queues}
    return Router(dict(setup.serves), rules, {one.name: one.steps for one in setup.queues}, choices)


def tree_key(name: str, version: int) -> str:
    return f"{name}@{version}"
