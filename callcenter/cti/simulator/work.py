"""What agents do with a contact: hold it, send it on, code it.

The rule: what a call is about they have from the caller, and only from one of ours: whoever calls in person is
never put on hold or sent on by a machine. What they planned goes stale when the talk is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.desk import AgentAtDesk
from callcenter.cti.simulator.legs import NAME
from callcenter.cti.simulator.people import About, Hold, WrapUp
from callcenter.cti.simulator.reports import Reports
from callcenter.cti.simulator.trade import other_queues, reason_in
from callcenter.facts import (
    CentreSetup,
    ContactEnded,
    ContactOpened,
    ContactQueued,
    EngagementClosed,
    EngagementOpened,
    HoldAsked,
    LegId,
    ResumeAsked,
    ToQueue,
    TransferAsked,
    Value,
    WrapUpSaved,
    WrapUpStarted,
)


class Work(Struct):
    """An open engagement of one of ours."""

    agent: int
    contact: int
    about: About
    talks: bool = True
    held: bool = False


class AtWork:
    """`desks`: who is at work, by agent. `about`: what the caller on a leg tells them."""

    def __init__(
        self,
        agenda: Agenda,
        reports: Reports,
        desks: Mapping[int, AgentAtDesk],
        *,
        run: str,
        about: Callable[[LegId], About | None],
    ) -> None:
        self.seen: Mapping[type[Any], Callable[[Any], None]] = {
            ContactOpened: self._contact_opened,
            ContactQueued: self._contact_queued,
            ContactEnded: self._contact_ended,
            EngagementOpened: self._engagement_opened,
            WrapUpStarted: self._wrap_up_started,
            EngagementClosed: self._engagement_closed,
        }
        """what desks show, and what is made of it"""
        self._agenda = agenda
        self._reports = reports
        self._desks = desks
        self._run = run
        self._about = about
        self._setup: CentreSetup | None = None
        self._dispositions: dict[str, tuple[str, ...]] = {}
        self._legs: dict[int, LegId] = {}  # of each contact's caller
        self._queues: dict[int, str] = {}  # of each contact that waits
        self._work: dict[int, Work] = {}

    def follow(self, setup: CentreSetup) -> None:
        self._setup = setup
        self._dispositions = {queue.name: queue.dispositions for queue in setup.queues}

    # --- Contacts ---

    def _contact_opened(self, decision: ContactOpened) -> None:
        self._legs[decision.contact] = decision.leg

    def _contact_queued(self, decision: ContactQueued) -> None:
        self._queues[decision.contact] = decision.queue

    def _contact_ended(self, decision: ContactEnded) -> None:
        self._legs.pop(decision.contact, None)
        self._queues.pop(decision.contact, None)

    # --- Talk ---

    def _engagement_opened(self, decision: EngagementOpened) -> None:
        if (desk := self._desks.get(decision.agent)) is None:
            return
        queue = self._queues.get(decision.contact, "")
        told = self._about(self._legs.get(decision.contact, ""))
        about = told or About(queue)
        about = replace(about, queue=queue, reason=reason_in(queue, about.reason))
        work = Work(decision.agent, decision.contact, about)
        self._work[decision.engagement] = work
        if told is None:
            return
        if (after_ms := desk.habits.sends_on_ms()) is not None:
            self._agenda.after(after_ms, self._send_on, decision.engagement)
        if (hold := desk.habits.hold()) is not None:
            self._agenda.after(hold.after_ms, self._hold, decision.engagement, hold)

    def _hold(self, engagement: int, hold: Hold) -> None:
        if (found := self._at_hand(engagement)) is not None:
            work, desk = found
            work.held = True
            self._reports.add(HoldAsked(work.contact, desk.setup.login))
            self._agenda.after(hold.for_ms, self._resume, engagement)

    def _resume(self, engagement: int) -> None:
        if (found := self._at_hand(engagement)) is not None:
            work, desk = found
            work.held = False
            self._reports.add(ResumeAsked(work.contact, desk.setup.login))

    def _send_on(self, engagement: int) -> None:
        found = self._at_hand(engagement)
        if found is None or found[0].held or self._setup is None:
            return
        work, desk = found
        about = work.about
        others = other_queues(self._setup, about.queue, about.reason, about.language, self._agenda.now)
        if others:
            target = others[engagement % len(others)]
            work.about = replace(about, sent_on=target.title)
            self._reports.add(TransferAsked(work.contact, ToQueue(target.name), desk.setup.login))

    def _at_hand(self, engagement: int) -> tuple[Work, AgentAtDesk] | None:
        """None: the talk is over, or its agent has gone."""
        work = self._work.get(engagement)
        desk = self._desks.get(work.agent) if work is not None else None
        return (work, desk) if work is not None and desk is not None and work.talks else None

    # --- Wrap-up ---

    def _wrap_up_started(self, decision: WrapUpStarted) -> None:
        work = self._work.get(decision.engagement)
        if work is None or (desk := self._desks.get(work.agent)) is None:
            return
        work.talks = False
        wrap_up = desk.habits.wrap_up(work.about, self._dispositions.get(work.about.queue, ()))
        if wrap_up is not None:
            self._agenda.after(wrap_up.after_ms, self._save, decision.engagement, wrap_up)

    def _save(self, engagement: int, wrap_up: WrapUp) -> None:
        work = self._work.get(engagement)
        if work is None or (desk := self._desks.get(work.agent)) is None:
            return
        note = f"{NAME}:{self._run}/note-{engagement}"
        self._reports.add(
            WrapUpSaved(engagement, wrap_up.disposition, note, done=True, actor=desk.setup.login),
            Value(note, "note", wrap_up.note),
        )

    def _engagement_closed(self, decision: EngagementClosed) -> None:
        self._work.pop(decision.engagement, None)
