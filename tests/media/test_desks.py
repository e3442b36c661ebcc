"""Whose phone a desk's is, without sockets."""

from __future__ import annotations

from typing import cast

from callcenter.cti.browser.wire import Happened
from callcenter.media.desks import Desks
from callcenter.media.phones import Phone


class Tab:
    """What a desk sees of a page."""

    tab = ""
    leg = None

    def tell(self, message: object) -> None:
        """Shown."""

    def close(self, code: int) -> None:
        """Closed."""


class NoCalls:
    def desk_back(self, agent: int, phone: Phone) -> None:
        """Nobody calls."""

    def desk_away(self, agent: int) -> None:
        """Nobody calls."""

    def desk_lost(self, agent: int) -> None:
        """Nobody calls."""


def tab() -> Phone:
    return cast(Phone, Tab())


def test_a_page_that_was_never_let_in_claims_nothing() -> None:
    reports: list[Happened] = []
    desks = Desks(NoCalls(), reports.append, grace_seconds=4)
    owner, watching, stranger = tab(), tab(), tab()
    desks.claim(7, stranger)
    desks.connect(7, owner)
    desks.connect(7, watching)
    desks.claim(7, stranger)
    assert desks.phone(7) is owner
    desks.claim(7, watching)
    assert desks.phone(7) is watching
