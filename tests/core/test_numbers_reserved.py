"""Numbers that an imported history has taken are given to nobody else."""

from __future__ import annotations

from callcenter import facts as f
from tests.core.centre import Centre, agent, setup


def test_what_happens_begins_above_the_reserved_numbers():
    centre = Centre(setup(agent(1)))
    centre.do(f.NumbersReserved(contact=100, offer=200, engagement=300, recording=400))
    centre.ready(1)
    assert centre.call() == 101
    assert centre.made().offer == 201
    centre.answer()
    opened, bridged = centre.last(f.EngagementOpened), centre.last(f.Bridged)
    assert isinstance(opened, f.EngagementOpened)
    assert isinstance(bridged, f.Bridged)
    assert (opened.engagement, bridged.recording) == (301, 401)
    assert centre.is_recoverable()


def test_a_reservation_below_what_was_given_changes_nothing():
    centre = Centre(setup(agent(1)))
    centre.do(f.NumbersReserved(contact=100, offer=200, engagement=300, recording=400))
    centre.do(f.NumbersReserved(contact=5, offer=500, engagement=5, recording=5))
    counters = centre.live.state.counters
    assert (counters.contact, counters.offer, counters.engagement, counters.recording) == (100, 500, 300, 400)
