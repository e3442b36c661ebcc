"""What rows say, sentence by sentence."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.customer_record import PastContact
from callcenter.lifecycles import Presence
from callcenter.queue.service_level import QueueFigures
from callcenter.screens import views
from callcenter.screens.view_crowd import Crowd
from callcenter.screens.view_desk import CONTACT, ME
from callcenter.screens.view_eyes import Eyes
from callcenter.screens.wire import AgentRow, DeskContact, Me, QueueRow, Row, Todo, WaitingRow
from tests.core.centre import Centre, setup
from tests.core.centre import agent as agent_setup
from tests.screens.days import Everybody, Today, record, value


class Names(Everybody):
    """Everything at hand."""

    def agent(self, agent: int) -> str:
        return self.agent_name(agent)

    def value(self, ref: f.Ref) -> str:
        return value(ref)

    def customer(self, customer: int) -> str:
        return record(customer).name

    def record(self, customer: int) -> object:  # type: ignore[override]
        return record(customer)


def row(centre: Centre, topic: str, key: object, today: Today | None = None) -> Row | None:
    eyes = Eyes(centre.live, Names(), today or Today(), Crowd(centre.live))  # type: ignore[arg-type]
    return views.row(eyes, topic, str(key))


def desk(centre: Centre, agent: int = 1) -> DeskContact:
    shown = row(centre, f"desk:{agent}", CONTACT)
    assert isinstance(shown, DeskContact)
    return shown


def identified(centre: Centre) -> None:
    """Customer 7 verifies, hears the balance and asks for a person."""
    centre.call(ani="a1")
    centre.do(f.CustomerFound(centre.live.state.counters.look_up, 7, "A", "en", (("balance", "b1"),)))
    centre.do(f.KeysEntered("phone:1", 1, secret="token"))
    centre.do(f.PinChecked(centre.live.state.counters.look_up, f.PinResult.RIGHT))
    centre.do(f.PlayFinished("phone:1", 2))
    centre.do(f.KeysEntered("phone:1", 3, choice="0"), after_ms=1_000)


def test_an_offer_shows_who_calls_before_it_is_answered():
    centre = Centre()
    centre.ready(1)
    identified(centre)
    shown = desk(centre)
    assert (shown.stage, shown.offer, shown.engagement) == ("offered", 1, None)
    assert shown.number == value("a1")
    assert shown.customer == record(7)
    assert shown.verified
    assert shown.milestones == ("balance_heard",)
    assert shown.path[-1] == ("more", "0")
    assert shown.queue_title == "Accounts"
    assert shown.deadline_at == centre.made().deadline_at
    assert shown.leg == centre.made().leg
    assert (shown.kind, shown.sent_by, shown.can, shown.recording) == ("contact", "", (), "off")


def test_a_desk_is_told_of_contacts_of_its_own_lines_alone(monkeypatch: pytest.MonkeyPatch):
    def past(number: int, line: str) -> PastContact:
        return PastContact(number, 0, "accounts", "Ann", "answered", "", "", business_line=line)

    known = replace(record(7), contacts=(past(1, "cards"), past(2, "loans"), past(3, "")))
    monkeypatch.setattr(Names, "record", lambda self, customer: known)
    centre = Centre()
    centre.ready(1)
    identified(centre)
    for lines, seen in ((frozenset[str](), [1, 2, 3]), (frozenset({"cards"}), [1, 3])):
        monkeypatch.setattr(Names, "lines_of", lambda self, agent, lines=lines: lines)
        customer = desk(centre).customer
        assert customer is not None
        assert [one.interaction for one in customer.contacts] == seen


def test_what_the_record_holds_is_not_what_the_caller_keyed():
    centre = Centre()
    centre.ready(1)
    identified(centre)
    assert desk(centre).entered == ()


def test_a_talk_is_recorded_and_shows_its_wait():
    centre = Centre()
    centre.call()
    centre.wait(30)
    centre.ready(1)
    centre.wait(2)
    centre.answer()
    shown = desk(centre)
    assert (shown.stage, shown.waited_ms, shown.recording) == ("talking", 32_000, "on")


def test_a_caller_whose_network_wavers_is_away_until_it_is_back():
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    centre.do(f.LegInterrupted("phone:1"))
    assert desk(centre).caller_away
    centre.do(f.LegRestored("phone:1"))
    assert not desk(centre).caller_away


def test_a_wrap_up_has_a_deadline_and_the_queues_dispositions():
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    shown = desk(centre)
    assert (shown.stage, shown.dispositions) == ("wrap_up", ("done", "complaint"))
    assert shown.deadline_at == centre.at + 60_000


def test_a_wrap_up_that_ran_out_lands_on_the_list_of_its_agent_alone():
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    centre.do(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
    centre.do(f.WrapUpSaved(1, "", "note:1", False, "agent1"))
    centre.do(f.WrapUpExpired(1))
    shown = row(centre, "desk:1", "todo:1")
    assert isinstance(shown, Todo)
    assert (shown.public_id, shown.queue, shown.note) == ("c1-k1", "accounts", value("note:1"))
    assert row(centre, "desk:2", "todo:1") is None
    assert row(centre, "desk:1", CONTACT) is None


def test_a_break_asked_for_during_a_talk_is_announced():
    centre = Centre()
    centre.ready(1)
    centre.call()
    centre.answer()
    centre.do(f.PresenceChosen(1, Presence.AWAY, "lunch", "agent1"))
    shown = row(centre, "desk:1", ME)
    assert isinstance(shown, Me)
    assert (shown.routing, shown.presence, shown.postponed) == ("on_contact", "ready", "away:lunch")
    assert (shown.name, shown.station, shown.break_reasons) == ("Ann", True, ("lunch",))


def test_a_tile_counts_who_waits_and_what_was_today():
    centre = Centre()
    centre.call("phone:1")
    first_at = centre.at
    centre.wait(10)
    centre.call("phone:2")
    today = Today()
    today.queues["accounts"] = QueueFigures(
        answered=4, answered_in_threshold=3, abandoned=1, answer_ms=10_000
    )
    shown = row(centre, "queues", "accounts", today)
    assert isinstance(shown, QueueRow)
    assert (shown.waiting, shown.longest_since_at, shown.talking, shown.entered) == (2, first_at, 0, 7)
    assert (shown.service_level, shown.average_answer_ms) == (60.0, 2_500)
    assert shown.agents == {"off_queue": 2}


def test_who_was_let_pass_three_times_is_told_until_somebody_answers():
    centre = Centre(setup(*(agent_setup(number) for number in range(1, 5))))
    contact = centre.call()
    told = []
    for number in range(1, 5):
        centre.ready(number)
        if number < 4:
            centre.do(f.OfferExpired(centre.made().offer), after_ms=15_000)
        queue, waits = row(centre, "queues", "accounts"), row(centre, "waiting", contact)
        assert isinstance(queue, QueueRow)
        assert isinstance(waits, WaitingRow)
        told.append((waits.refusals, queue.refused))
    assert told == [(1, 0), (2, 0), (3, 1), (3, 1)]
    centre.answer()
    queue = row(centre, "queues", "accounts")
    assert isinstance(queue, QueueRow)
    assert queue.refused == 0


def test_a_line_of_an_agent_tells_the_simulated_from_the_living():
    centre = Centre(setup(agent_setup(1), agent_setup(2, station="simulator")))
    centre.ready(1)
    contact = centre.call()
    first, second = row(centre, "agents", 1), row(centre, "agents", 2)
    assert isinstance(first, AgentRow)
    assert isinstance(second, AgentRow)
    assert (first.simulated, first.contact, first.routing) == (False, contact, "offered")
    assert (second.simulated, second.contact, second.routing) == (True, None, "off_queue")


def test_who_waits_is_shown_until_somebody_answers():
    centre = Centre()
    contact = centre.call()
    shown = row(centre, "waiting", contact)
    assert isinstance(shown, WaitingRow)
    assert (shown.offered_to, shown.skills, shown.customer) == ("", ("accounts",), "")
    centre.ready(1)
    shown = row(centre, "waiting", contact)
    assert isinstance(shown, WaitingRow)
    assert shown.offered_to == "Ann"
    centre.answer()
    assert row(centre, "waiting", contact) is None


def test_what_does_not_exist_has_no_row():
    centre = Centre()
    for topic, key in [("desk:9", ME), ("desk:1", "todo:5"), ("queues", "x"), ("agents", 9), ("waiting", 9)]:
        assert row(centre, topic, key) is None
