"""Accesses to other people's records: written to the audit before they are granted.

The rule: an access that can't be written is not granted, and one that was refused is written too. The same access
by the same person soon again (a player that seeks, a page that is reloaded) is one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from aiohttp import web

from callcenter.history.audit import AuditAction, Deed, Detail
from callcenter.web.keys import NOTED, SERVICES, actor_of

_TELLING = frozenset(
    (
        *("from", "to", "step", "by", "sort", "order", "lang"),
        *("agent", "outcome", "direction", "uncoded", "recorded", "min_wait", "min_talk"),
    )
)
"""what can hold nothing but a choice, a number or a moment: whatever else is asked may be a person's"""

REFUSED_AT_THE_DOOR: Mapping[str, tuple[AuditAction, Detail]] = {
    "/api/history.csv": (AuditAction.EXPORT, (("what", "history"),)),
    "/api/report.csv": (AuditAction.EXPORT, (("what", "report"),)),
    "/api/audit": (AuditAction.READ_AUDIT, ()),
}
"""what was tried by whoever may not take this route at all"""


async def note(
    request: web.Request,
    action: AuditAction,
    *,
    agent: int | None = None,
    contact: int | None = None,
    detail: Detail = (),
    refused: str = "",
) -> None:
    """Durable when this returns. Raises what the store raises: then the request fails, and grants nothing."""
    services, noted = request.app[SERVICES], request.app[NOTED]
    now, login = services.now(), actor_of(request).login
    access = login, action, agent, contact, detail, refused
    if not noted.is_new(access, now):
        return
    await services.trail.note(
        Deed(
            source=f"web:{secrets.token_hex(12)}",
            at=now,
            actor=login,
            action=action,
            refused=refused,
            agent=agent,
            contact=contact,
            detail=detail,
        )
    )
    noted.keep(access, now)


async def note_refused(request: web.Request) -> None:
    """The route is not theirs; what it was asked is not looked at. Raises what the store raises."""
    if (tried := REFUSED_AT_THE_DOOR.get(request.path)) is not None:
        action, detail = tried
        await note(request, action, detail=detail, refused="forbidden")


def exported(request: web.Request, what: str) -> Detail:
    """What a file was asked to hold. Words that somebody typed stay out of the audit, which nobody can erase from:
    of them it says that they were given, and of codes only those that the centre has."""
    asked = ((name, value if _may_stand(request, name, value) else "…") for name, value in _given(request))
    return (("what", what), *asked)


def _given(request: web.Request) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in request.query.items() if value)


def _may_stand(request: web.Request, name: str, value: str) -> bool:
    setup = request.app[SERVICES].setup()
    match name:
        case "queue":
            return any(queue.name == value for queue in setup.queues)
        case "disposition":
            return any(value in queue.dispositions for queue in setup.queues)
        case "language":
            return any(level.skill == value for agent in setup.agents for level in agent.skills)
        case _:
            return name in _TELLING
