"""Dialling an outside number: once, and for so long.

The rule: `DialStarted` is durable before the carrier hears of it and is never repeated; a number that rings for
longer than `DIAL_SECONDS` is not reached.
"""

from callcenter import facts as f
from callcenter.state import Contact, Live

DIAL_SECONDS = 45


def dial(live: Live, contact: Contact, leg: f.LegId, number: f.Ref, at: int) -> f.DialStarted:
    return f.DialStarted(leg, contact.contact, number, deadline_at=at + DIAL_SECONDS * 1000)
