"""Phones that are rung without an offer: outside numbers, and the own phone of whoever asked for a call.

The rule: `DialStarted` is durable before the carrier hears of it and is never repeated; a number that rings for
longer than `DIAL_SECONDS` is not reached. A phone that answers by itself has done so long before
`OWN_PHONE_SECONDS`, or never will.
"""

from callcenter import facts as f
from callcenter.state import Contact, Live

DIAL_SECONDS = 45
OWN_PHONE_SECONDS = 10


def dial(live: Live, contact: Contact, leg: f.LegId, number: f.Ref, at: int) -> f.DialStarted:
    return f.DialStarted(leg, contact.contact, number, deadline_at=at + DIAL_SECONDS * 1000)


def ring_own(contact: int, leg: f.LegId, agent: int, at: int) -> f.LegRung:
    return f.LegRung(leg, contact, agent, deadline_at=at + OWN_PHONE_SECONDS * 1000)
