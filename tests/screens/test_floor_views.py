"""What supervisors see of a talk that others control, and of themselves in it, sentence by sentence."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter import facts as f
from callcenter.lifecycles import Presence
from callcenter.screens.wire import AgentRow, BoardAgent, Me, QueueRow, WaitingRow
from tests.core.centre import Centre
from tests.screens.days import LEADER, configured
from tests.screens.test_views import row


def in_talk(*ready: int) -> tuple[Centre, int]:
    """Agent 1 talks to a caller of the first queue; `ready`: who else is ready then."""
    centre = Centre(configured())
    centre.ready(1)
    contact = centre.call()
    centre.answer()
    centre.ready(*ready)
    return centre, contact


def line(centre: Centre, agent: int = 1) -> AgentRow:
    shown = row(centre, "agents", agent)
    assert isinstance(shown, AgentRow)
    return shown


def waits(centre: Centre, contact: int) -> WaitingRow:
    shown = row(centre, "waiting", contact)
    assert isinstance(shown, WaitingRow)
    return shown


def listens(centre: Centre, contact: int, part: f.Part = f.Part.LISTENS) -> f.LegId:
    """The leader's phone is rung and has answered."""
    centre.do(f.StationConnected(LEADER, "phone"))
    centre.do(f.MonitorAsked(contact, LEADER, part, "sam"))
    joined = centre.last(f.SupervisorJoined)
    assert isinstance(joined, f.SupervisorJoined)
    centre.do(f.LegAnswered(joined.leg))
    return joined.leg


def test_a_line_says_what_a_talk_is_just_now():
    centre, contact = in_talk(2)
    assert (line(centre).doing, line(centre).contact, line(centre).contact_queue) == (
        "talk",
        contact,
        "accounts",
    )
    centre.do(f.HoldAsked(contact, "agent1"))
    assert line(centre).doing == "hold"
    centre.do(f.ConsultAsked(contact, f.ToAgent(2), "agent1"))
    assert [line(centre).doing, line(centre, 2).doing] == ["consult", ""]
    centre.answer()
    assert [line(centre).doing, line(centre, 2).doing] == ["consult", "consult"]
    centre.do(f.ConferenceAsked(contact, "agent1"))
    assert [line(centre).doing, line(centre, 2).doing] == ["conference", "conference"]
    centre.do(f.LeaveAsked(contact, "agent1"))
    assert [line(centre).doing, line(centre, 2).doing] == ["", "talk"]


def test_a_line_tells_calls_out_and_between_colleagues():
    centre = Centre(configured())
    centre.ready(1, 2)
    centre.do(f.DialAsked(1, "n1", 7, "cards", "agent1"))
    shown = line(centre)
    assert (shown.doing, shown.direction, shown.contact_queue) == ("dialling", "outbound", "cards")
    centre.do(f.HangUpAsked(shown.contact or 0, "agent1"))
    centre = Centre(configured())
    centre.ready(1, 2)
    centre.do(f.InternalCallAsked(1, 2, "agent1"))
    assert (line(centre).doing, line(centre).direction) == ("dialling", "internal")


def test_who_listens_is_told_to_supervisors_and_to_nobody_in_the_talk():
    centre, contact = in_talk()
    leg = listens(centre, contact)
    assert line(centre).watched_by == ("Dee",)
    assert line(centre).doing == "talk"
    mine = line(centre, LEADER)
    assert (mine.doing, mine.contact, mine.watched_by) == ("listens", contact, ())
    shown = row(centre, f"desk:{LEADER}", "me")
    assert isinstance(shown, Me)
    assert (shown.watching, shown.watching_part) == (contact, "listens")
    for part, doing in ((f.Part.COACHES, "coaches"), (f.Part.TALKS, "barges")):
        centre.do(f.MonitorAsked(contact, LEADER, part, "sam"))
        assert (line(centre, LEADER).doing, line(centre).doing) == (doing, "talk")
    centre.do(f.LegEnded(leg, f.LegCause.HUNG_UP))
    assert (line(centre).watched_by, line(centre, LEADER).doing) == ((), "")


def test_a_television_tells_what_somebody_does_and_neither_with_whom_nor_who_listens():
    centre, contact = in_talk(2)
    listens(centre, contact)
    since = centre.live.state.agents[1].since_at
    assert row(centre, "board", 1) == BoardAgent(1, "Ann", "on_contact", "ready", since)
    leader = row(centre, "board", LEADER)
    assert isinstance(leader, BoardAgent)
    assert (leader.routing, leader.presence) == ("off_queue", "offline")
    centre.do(f.PresenceChosen(2, Presence.AWAY, "lunch", "agent2"))
    shown = row(centre, "board", 2)
    assert isinstance(shown, BoardAgent)
    assert (shown.routing, shown.presence) == ("off_queue", "away")
    assert "lunch" not in repr(shown)


def test_who_takes_over_has_the_contact_on_the_own_line():
    centre, contact = in_talk()
    listens(centre, contact)
    centre.do(f.TakeOverAsked(contact, LEADER, "agent4"))
    before, after = line(centre), line(centre, LEADER)
    assert (before.routing, before.doing) == ("wrap_up", "")
    assert (after.routing, after.doing, after.contact, after.watched_by) == (
        "on_contact",
        "talk",
        contact,
        (),
    )


def test_a_line_says_what_follows_the_call():
    centre, _ = in_talk()
    centre.do(f.PresenceChosen(1, Presence.AWAY, "lunch", "sam"))
    assert (line(centre).presence, line(centre).postponed) == ("ready", "away:lunch")


def test_an_agent_who_was_moved_stands_under_the_new_queues():
    centre = Centre(configured())
    centre.ready(3)
    assert (line(centre, 3).queues, line(centre, 3).skills) == (("accounts",), (("accounts", 3), ("en", 1)))
    centre.do(f.AgentMoved(3, ("cards",), "sam"))
    assert line(centre, 3).queues == ("cards",)
    tiles = [row(centre, "queues", name) for name in ("accounts", "cards")]
    assert [tile.agents.get("idle", 0) for tile in tiles if isinstance(tile, QueueRow)] == [0, 1]


def test_an_agent_of_an_earlier_setup_is_shown_until_they_are_off():
    centre, _ = in_talk()
    setup = configured()
    others = tuple(one for one in setup.agents if one.agent != 1)
    centre.do(f.CentreApplied(2, replace(setup, agents=others), "ada"))
    assert line(centre).doing == "talk"
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    centre.do(f.WrapUpExpired(1))
    assert row(centre, "agents", 1) is None


def test_who_was_pulled_forward_waits_with_a_higher_priority_and_the_same_age():
    centre = Centre(configured())
    centre.call("phone:1")
    centre.wait(20)
    last = centre.call("phone:2")
    before = waits(centre, last)
    centre.do(f.ContactPulled(last, "sam"))
    after = waits(centre, last)
    assert (after.since_at, after.entered_at, after.step) == (before.since_at, before.entered_at, 0)
    assert before.lift == 0 < after.lift
    assert before.points == after.points
    centre.ready(1)
    assert waits(centre, last).offered_to == "Ann"


def test_a_tile_is_named_in_both_languages_and_says_what_it_asks_for():
    shown = row(Centre(configured()), "queues", "cards")
    assert isinstance(shown, QueueRow)
    assert (shown.title, shown.title_zh, shown.skills) == ("Cards", "银行卡", (("accounts", 1),))
