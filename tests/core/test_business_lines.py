"""Whose a contact is: the business line of the queue that it entered, or on whose behalf it was called."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.history.fold import History
from callcenter.history.records import Interaction
from tests.core.centre import Centre
from tests.core.controls import Talk, staffed


def lined(accounts: str = "cards", loans: str = "loans") -> Centre:
    setup = staffed().live.state.setup
    assert setup is not None
    queues = tuple(
        replace(queue, business_line=line)
        for queue, line in zip(setup.queues, (accounts, loans), strict=True)
    )
    return Centre(replace(setup, queues=queues))


def told(centre: Centre) -> list[str]:
    """The contact's line in the state and in the history."""
    history = History()
    rows = [row for entry in centre.entries for row in history.fold(entry)]
    return [
        centre.live.state.contacts[1].business_line,
        [row for row in rows if isinstance(row, Interaction)][-1].business_line,
    ]


def test_a_call_is_its_queues_once_it_has_entered_one() -> None:
    centre = lined()
    centre.do(f.CallArrived("phone:1", "phone", "phone:1/ani", "100"))
    assert told(centre) == ["", ""]
    talk = Talk(lined())
    assert told(talk.centre) == ["cards", "cards"]
    talk.do(f.TransferAsked(1, f.ToQueue("loans"), "agent1"))
    assert told(talk.centre) == ["loans", "loans"]


def test_a_queue_of_no_line_opens_nothing_to_others() -> None:
    talk = Talk(lined(loans=""))
    talk.do(f.TransferAsked(1, f.ToQueue("loans"), "agent1"))
    assert told(talk.centre) == ["cards", "cards"]


def test_whom_we_call_is_of_the_line_on_whose_behalf() -> None:
    centre = lined()
    centre.ready(1)
    centre.do(f.DialAsked(1, "screen:1/number", None, "accounts", "agent1"))
    assert told(centre) == ["cards", "cards"]


def test_what_was_written_before_facts_told_a_line_has_it_when_it_is_folded_again() -> None:
    centre = Talk(lined()).centre
    history, rows = History(), []
    for entry in centre.entries:
        decisions = tuple(
            replace(one, business_line="") if isinstance(one, f.ContactQueued) else one
            for one in entry.decisions
        )
        rows += history.fold(replace(entry, decisions=decisions))
    assert [row for row in rows if isinstance(row, Interaction)][-1].business_line == "cards"
