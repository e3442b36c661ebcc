"""What a supervisor's power reaches beyond the core: sessions that end, and the audit of what never came to it.

The rule: the audit is written first. What can't be written there is not done.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from callcenter import facts as f
from callcenter.history.audit import AuditAction, Deed
from callcenter.rights import Actor
from callcenter.screens import wire
from callcenter.state import Live
from callcenter.store.audit import AuditTrail
from callcenter.store.people import People

ACTIONS: dict[type[wire.Supervision], AuditAction] = {
    wire.Monitor: AuditAction.LISTEN,
    wire.Coach: AuditAction.WHISPER,
    wire.Barge: AuditAction.BARGE,
    wire.TakeOver: AuditAction.TAKE_OVER,
    wire.ForceState: AuditAction.FORCE_STATE,
    wire.ForceSignOut: AuditAction.FORCE_SIGN_OUT,
    wire.MoveAgent: AuditAction.MOVE_AGENT,
    wire.PullForward: AuditAction.PULL_FORWARD,
}


class Overseer:
    """`now`: the centre's own time."""

    def __init__(self, people: People, trail: AuditTrail, now: Callable[[], int]) -> None:
        self._people = people
        self._trail = trail
        self._now = now

    async def end_sessions(self, login: str) -> None:
        """Their screens are closed within a second: nobody's outlives its session."""
        await self._people.end_sessions(login)

    async def note_refused(self, actor: Actor, ask: wire.Supervision, refused: str) -> None:
        await self._trail.note(
            Deed(
                source=f"refused:{secrets.token_hex(12)}",  # ours: an id that a screen repeats hides no deed
                at=self._now(),
                actor=actor.login,
                action=ACTIONS[type(ask)],
                refused=refused,
                agent=getattr(ask, "agent", None),
                contact=getattr(ask, "contact", None),
            )
        )


class Audited:
    """Follows the owner: deeds of what is durable go into the audit."""

    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail

    def observe(self, live: Live, entry: f.Entry) -> None:
        """Nothing is written of what is not durable."""

    def durable(self, entries: Sequence[f.Entry]) -> None:
        self._trail.feed(entries)

    def start_over(self, live: Live, seq: int) -> None:
        """Only what is durable was heard, and that stays."""
