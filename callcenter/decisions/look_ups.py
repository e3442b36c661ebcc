"""Questions that the core asks of the customer base: who is this, is this PIN right?

The rule: a contact has one open question at most. It is closed by its answer or by its deadline, and what comes
later belongs to nothing.
"""

from callcenter import facts as f
from callcenter.state import Contact, Live

LOOK_UP_SECONDS = 5


def ask(
    live: Live,
    contact: int,
    kind: str,
    at: int,
    *,
    value: f.Ref | None = None,
    customer: int | None = None,
    secret: str | None = None,
) -> f.LookUpWanted:
    """`kind`: see `LookUpWanted`."""
    number = live.state.counters.look_up + 1
    deadline_at = at + LOOK_UP_SECONDS * 1000
    return f.LookUpWanted(number, contact, kind, value, customer, secret, deadline_at)


def asking(live: Live, look_up: int) -> Contact | None:
    """The contact that waits for this look-up; None when the answer is late."""
    wanted = live.state.look_ups.get(look_up)
    return live.state.contacts[wanted.contact] if wanted is not None else None
