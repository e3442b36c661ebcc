"""From facts to changed rows, and from durable rows to the screens that read them.

The rule: nothing is shown before it is durable. Rows are drawn from the state, which runs ahead of the journal,
and wait with its sequence number until that is written. A desk's rows are drawn with the entry that changes them;
those that many look at, at most each COALESCE_MS, for whoever has moved meanwhile. What nobody reads is not drawn
at all, and the centre's owner, who calls `observe` and `durable`, never waits here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import structlog

from callcenter.facts import Fact
from callcenter.screens import views
from callcenter.screens.book import Book, RowKey
from callcenter.screens.reader import Reader
from callcenter.screens.topic import Rows, Topic
from callcenter.screens.view_crowd import Crowd
from callcenter.screens.view_desk import CONTACT, ME, todo_keys
from callcenter.screens.view_directory import AGENT, QUEUE, closed_queues
from callcenter.screens.view_eyes import Eyes, Today
from callcenter.screens.view_marks import Marker, Marks
from callcenter.screens.views import AGENTS, BOARD, DESK, DIRECTORY, QUEUES, WAITING
from callcenter.screens.wire import Row
from callcenter.state import Live

COALESCE_MS = 80
"""rows that many look at are drawn at most this often: all of them are on their screens 0.1 s after the commit"""
COUNTING = frozenset({QUEUES, DIRECTORY})
"""topics with counts of who waits and who is ready"""
CROWD = COUNTING | {AGENTS, BOARD, WAITING}
"""topics that many look at"""

log = structlog.get_logger(__name__)


class _Drawn(NamedTuple):
    """Rows that wait until `seq` is durable."""

    seq: int
    topic: Topic
    rows: Rows


class Publisher:
    """The topics of one centre. `live` is its state after entry `seq`, all of it durable."""

    def __init__(self, live: Live, seq: int, book: Book, today: Today) -> None:
        self.live = live
        self._book = book
        self._today = today
        self._seq = self._durable = seq
        self._topics: dict[str, Topic] = {}
        self._held: deque[_Drawn] = deque()
        self._dirty: set[RowKey] = set()
        self._moved = Marks()
        """who may have moved since the crowd was drawn: most move more than once meanwhile"""
        self._closed: frozenset[str] = frozenset()
        """queues, as the directory was drawn"""
        self._timer: asyncio.TimerHandle | None = None
        self._look()

    # --- Called by the owner ---

    def observe(self, facts: Iterable[Fact], seq: int) -> None:
        """The state now holds the facts of entry `seq`."""
        self._seq = seq
        if not self._topics:
            return
        marks = self._marker.mark(self.live, facts)
        if marks.everything:
            self._look()
            for topic in self._topics.values():
                self._draw_whole(topic)
            return
        if marks.contacts or marks.agents or marks.lists:
            self._draw_desks(marks)
            self._mark_crowd(marks)
        if DIRECTORY in self._topics:
            self._mark_closed()

    def durable(self, seq: int) -> None:
        """Everything up to entry `seq` is written."""
        self._durable = seq
        ready: dict[Topic, Rows] = {}
        while self._held and self._held[0].seq <= seq:
            _, topic, rows = self._held.popleft()
            ready.setdefault(topic, {}).update(rows)
        for topic, rows in ready.items():
            topic.publish(rows)

    # --- Called by the feed ---

    def subscribe(self, reader: Reader, name: str) -> None:
        """The reader gets a snapshot of this topic, as soon as there is a durable one, then its changes."""
        topic = self._topics.get(name)
        if topic is None:
            self._dirty |= self._moved_rows()
            if not self._topics or (name in COUNTING and not self._reads(COUNTING)):
                self._look()
            topic = self._topics[name] = Topic(name)
            self._draw_whole(topic, first=True)
        topic.readers[reader] = None
        reader.topics.add(name)
        topic.tell_whole(reader)
        self.durable(self._durable)

    def leave(self, reader: Reader, names: Iterable[str] | None = None) -> None:
        """The reader follows these topics no more; None: none at all."""
        for name in reader.topics.copy() if names is None else reader.topics.intersection(names):
            reader.topics.discard(name)
            reader.forget_snapshot(name)
            topic = self._topics[name]
            topic.readers.pop(reader, None)
            if not topic.readers:
                del self._topics[name]

    def figures_changed(self, queues: Iterable[str], agents: Iterable[int]) -> None:
        """Today's figures of these have changed, without a fact or after it."""
        if self._reads(CROWD):
            self._dirty.update((QUEUES, queue) for queue in queues)
            self._dirty.update((AGENTS, str(agent)) for agent in agents)
            self._draw_soon()

    def redraw(self, rows: Iterable[RowKey]) -> None:
        """What was missing in these rows has been looked up."""
        self._draw_rows(rows, looked_up=True)

    def close(self) -> None:
        """Draws nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    # --- Inside ---

    def _reads(self, names: frozenset[str]) -> bool:
        """Whether somebody reads one of these topics, so that it is kept up to date."""
        return not self._topics.keys().isdisjoint(names)

    def _look(self) -> None:
        """Derives everything anew from the state: while nobody reads, nothing is kept up to date."""
        self._marker = Marker(self.live)
        self._eyes = Eyes(self.live, self._book, self._today, Crowd(self.live))

    def _draw_desks(self, marks: Marks) -> None:
        desks = {agent: {ME, CONTACT} for agent in marks.agents}
        for contact in marks.contacts:
            for agent in self._workers(contact):
                desks.setdefault(agent, set()).add(CONTACT)
            for agent in self._watchers(contact):
                desks.setdefault(agent, set()).add(ME)
        for agent in marks.lists:
            desks.setdefault(agent, set()).update(todo_keys(self.live, agent))
        for agent, keys in desks.items():
            topic = self._topics.get(f"{DESK}{agent}")
            if topic is not None:
                if agent in marks.lists:
                    keys |= topic.drawn.keys()
                self._draw(topic, keys)

    def _workers(self, number: int) -> Iterable[int]:
        """Agents on whose desk this contact is."""
        state = self.live.state
        contact = state.contacts.get(number)
        if contact is None:
            return
        if contact.offer is not None:
            yield state.offers[contact.offer].agent
        if contact.consult is not None and contact.consult.offer is not None:
            yield state.offers[contact.consult.offer].agent
        for engagement in contact.engagements:
            yield state.engagements[engagement].agent

    def _watchers(self, number: int) -> Iterable[int]:
        """Supervisors who are in the talk of this contact."""
        state = self.live.state
        contact = state.contacts.get(number)
        for leg in contact.watchers if contact is not None else ():
            if (agent := state.legs[leg].agent) is not None:
                yield agent

    def _mark_crowd(self, marks: Marks) -> None:
        if self._reads(CROWD):
            self._moved.contacts |= marks.contacts
            self._moved.agents |= marks.agents
            self._draw_soon()

    def _mark_closed(self) -> None:
        """No fact tells that a queue opens or closes: the first one afterwards shows it."""
        closed = closed_queues(self.live)
        if closed != self._closed:
            self._dirty.update((DIRECTORY, f"{QUEUE}{queue}") for queue in closed ^ self._closed)
            self._closed = closed
            self._draw_soon()

    def _moved_rows(self) -> set[RowKey]:
        """The rows of whoever may have moved. By now the state tells where they are."""
        moved, self._moved = self._moved, Marks()
        topics, rows = self._topics, set[RowKey]()
        if self._reads(COUNTING):
            for queue in self._queues_of(moved):
                rows |= {(QUEUES, queue), (DIRECTORY, f"{QUEUE}{queue}")}
        if WAITING in topics:
            rows.update((WAITING, str(contact)) for contact in moved.contacts)
        if AGENTS in topics:
            rows.update((AGENTS, str(agent)) for agent in moved.agents)
            for contact in moved.contacts:
                rows.update((AGENTS, str(agent)) for agent in self._workers(contact))
                rows.update((AGENTS, str(agent)) for agent in self._watchers(contact))
        if BOARD in topics:
            rows.update((BOARD, str(agent)) for agent in moved.agents)
        if DIRECTORY in topics:
            rows.update((DIRECTORY, f"{AGENT}{agent}") for agent in moved.agents)
        return rows

    def _queues_of(self, moved: Marks) -> Iterable[str]:
        """Those whose counts these have changed."""
        crowd = self._eyes.crowd
        for contact in moved.contacts:
            yield from crowd.move_contact(self.live, contact)
        for agent in moved.agents:
            yield from crowd.move_agent(self.live, agent)

    def _draw_soon(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(COALESCE_MS / 1000, self.draw_marked)

    def draw_marked(self) -> None:
        """Draws the rows that wait for their turn; called by the timer that they set."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        dirty, self._dirty = self._dirty | self._moved_rows(), set()
        self._draw_rows(dirty)

    def _draw_rows(self, rows: Iterable[RowKey], looked_up: bool = False) -> None:
        by_topic: dict[Topic, list[str]] = {}
        for name, key in rows:
            if (topic := self._topics.get(name)) is not None:
                by_topic.setdefault(topic, []).append(key)
        for topic, keys in by_topic.items():
            self._draw(topic, keys, looked_up=looked_up)
        self.durable(self._durable)

    def _draw_whole(self, topic: Topic, first: bool = False) -> None:
        keys = {*topic.drawn, *views.keys(self.live, topic.name)}
        self._draw(topic, keys, first=first)

    def _draw(
        self, topic: Topic, keys: Iterable[str], *, first: bool = False, looked_up: bool = False
    ) -> None:
        rows: Rows = {}
        for key in keys:
            self._book.for_row(None if looked_up else (topic.name, key))
            rows[key] = self._row(topic.name, key)
        changed = topic.draw(rows)
        if changed or first:
            self._held.append(_Drawn(self._seq, topic, changed))

    def _row(self, topic: str, key: str) -> Row | None:
        try:
            return views.row(self._eyes, topic, key)
        except Exception:  # data that break a view cost that row, never the owner or other rows
            log.exception("screens.row_failed", topic=topic, row=key)
            return None
