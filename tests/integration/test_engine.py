"""The engine on a real PostgreSQL: what goes out, when, and in what order."""

from __future__ import annotations

import asyncio

import pytest

from callcenter import center
from callcenter import facts as f
from callcenter.cti.provider import Play
from callcenter.effects import Bridge, HangUp, RingAgent
from callcenter.engine import owner
from callcenter.engine.clock import SteadyClock
from callcenter.engine.recent import Recent
from callcenter.engine.recovery import recover
from callcenter.engine.timers import Timers
from callcenter.errors import Fenced
from callcenter.lifecycles import OfferState, Outcome
from callcenter.simulate.invariants import check_journal
from callcenter.store.database import Database
from callcenter.store.journal import Journal
from tests.core.centre import agent, setup
from tests.integration.engine_world import Changes, Hands, working
from tests.store.cutting_proxy import cutting_proxy

pytestmark = pytest.mark.timeout(30)


async def journal_of(database: Database) -> list[f.Entry]:
    journal = Journal(database, 1)
    seq, _ = await journal.last()
    return [entry async for entry in journal.entries(0, seq)]


async def test_a_call_goes_its_way_through_journal_and_provider(database: Database) -> None:
    async with working(database) as world:
        await world.applied()
        await world.ready(1)
        arrived = world.call("phone:1")
        ring = await world.rung()
        answered = world.hands.tell(f.LegAnswered(ring.leg))
        await world.until(lambda: any(isinstance(done, Bridge) for done in world.hands.done))
        ended = world.hands.tell(f.LegEnded("phone:1", f.LegCause.HUNG_UP))
        await world.until(lambda: HangUp("phone", ring.leg) in world.hands.done)
        released = world.hands.tell(f.LegEnded(ring.leg, f.LegCause.RELEASED))
        assert await world.ask(f.WrapUpSaved(1, "done", None, True, "agent1")) == ""
        assert await world.ask(f.WrapUpSaved(1, "done", None, True, "agent1")) == "already_coded"
        await world.acknowledged(arrived, answered, ended, released)
        assert [type(done) for done in world.hands.done] == [Play, RingAgent, Bridge, HangUp]
        assert world.heard.durable_entries == await journal_of(database)
    check_journal(await journal_of(database), everybody_gone=True)


async def test_nothing_is_acknowledged_done_or_shown_before_it_is_durable(database: Database) -> None:
    async with working(database) as world:
        await world.applied()
        await world.ready(1)
        shown = len(world.heard.durable_entries)
        world.store.door.clear()
        arrived = world.call("phone:1")
        asked = asyncio.create_task(world.ask(f.AgentSignedIn(2, "agent2")))
        await world.until(lambda: len(world.heard.observed) == shown + 2)
        assert (world.hands.acknowledged, world.hands.done, asked.done()) == ([], [], False)
        assert len(world.heard.durable_entries) == shown
        world.store.door.set()
        await world.rung()
        await world.acknowledged(arrived)
        assert await asked == ""


async def test_commands_leave_in_the_order_of_the_journal(database: Database) -> None:
    async with working(database) as world:
        await world.applied()
        world.store.door.clear()
        legs = [f"phone:{number}" for number in range(200)]
        for leg in legs:
            world.call(leg)
        await world.until(lambda: len(world.heard.observed) >= 200)
        world.store.door.set()
        await world.until(lambda: len(world.hands.done) == 200)
        assert [done.leg for done in world.hands.done if isinstance(done, Play)] == legs
        assert world.store.commits < 100, "what waits together is committed together"


async def test_an_input_that_comes_twice_has_one_effect_and_two_acknowledgements(database: Database) -> None:
    async with working(database) as world:
        await world.applied()
        world.store.door.clear()
        for _ in range(2):
            world.hands.tell(f.CallArrived("phone:1", "phone", None, "100"), "phone:once")
        await world.until(lambda: world.engine.backlog == 2)
        assert world.hands.acknowledged == [], "the double is no more durable than the first"
        world.store.door.set()
        await world.until(lambda: len(world.hands.acknowledged) == 2)
        assert len(world.engine.live.state.contacts) == 1
        world.hands.tell(f.CallArrived("phone:1", "phone", None, "100"), "phone:once")
        await world.until(lambda: len(world.hands.acknowledged) == 3)
        assert world.hands.acknowledged == ["phone:once"] * 3
        assert len(world.engine.live.state.contacts) == 1


async def test_new_calls_are_refused_first_and_results_never(database: Database) -> None:
    async with working(database, inbox_max=5) as world:
        await world.applied()
        known = world.call("phone:known")
        await world.acknowledged(known)
        world.store.door.clear()
        for number in range(20):
            world.call(f"phone:{number}")
        await world.until(lambda: len(world.hands.refused) >= 10)
        ended = world.hands.tell(f.LegEnded("phone:known", f.LegCause.HUNG_UP))
        world.hands.tell(f.StationConnected(1, "phone"))
        await world.until(lambda: world.heard.observed[-1].input == f.StationConnected(1, "phone"))
        assert await world.ask(f.AgentSignedIn(1, "agent1")) == "busy"
        world.store.door.set()
        await world.acknowledged(ended)
        assert len(world.engine.live.state.contacts) + len(world.hands.refused) == 20
        await world.acknowledged(world.call("phone:late"))


async def test_a_database_that_is_away_loses_nothing(database: Database, database_url: str) -> None:
    async with cutting_proxy(database_url) as proxy:
        behind = await Database.open(proxy.url)
        async with working(behind) as world:
            await world.applied()
            await world.ready(1)
            proxy.go_away()
            sources = [world.call(f"phone:{number}") for number in range(10)]
            for _ in range(5):  # each waits longer than the one before: about 2 s
                proxy.tried.clear()
                await proxy.tried.wait()
            assert (world.hands.acknowledged, world.hands.rings()) == ([], [])
            proxy.come_back()
            await world.acknowledged(*sources)
            ring = await world.rung()
            await world.acknowledged(world.hands.tell(f.LegAnswered(ring.leg)))
        await behind.close()
    entries = await journal_of(database)
    assert sum(isinstance(entry.input, f.CallArrived) for entry in entries) == 10
    check_journal(entries)


async def test_an_input_that_memory_has_forgotten_never_happens_again(database: Database) -> None:
    """The journal knows it, though it is older than all that memory holds; whatever came with it goes on."""
    changes = Changes()
    robot = Hands(changes, "robot")
    async with working(database, others=[robot], changes=changes) as world:
        await world.applied()
        world.hands.tell(
            f.CallArrived("phone:1", "phone", "ani:1", "100"), "phone:old", f.Value("ani:1", "ani", "+1")
        )
        await world.acknowledged("phone:old", world.hands.tell(f.LegEnded("phone:1", f.LegCause.HUNG_UP)))
    recovered = await recover(Journal(database, 1), 1)
    recovered.recent = Recent()
    async with working(database, recovered=recovered, others=[robot], changes=changes) as world:
        world.store.door.clear()
        before = world.call("phone:2")
        world.hands.tell(
            f.CallArrived("phone:1", "phone", "ani:1", "100"), "phone:old", f.Value("ani:1", "ani", "+1")
        )
        world.hands.reconnect()
        after = robot.tell(f.CallArrived("robot:1", "robot", None, "100"), "robot:new")
        asked = asyncio.create_task(world.ask(f.AgentSignedIn(1, "agent1")))
        await world.until(lambda: world.engine.backlog >= 5)
        assert len(world.engine.live.state.contacts) == 3
        world.store.door.set()
        await world.acknowledged(before, "phone:old")
        await world.until(lambda: after in robot.acknowledged)
        assert await asked == ""
        assert sorted(world.engine.live.state.legs) == ["phone:2", "robot:1"]
        assert [leg.leg for leg in world.hands.reconciled[-1]] == ["phone:2"]
        assert len(world.heard.started_over) == 1
        await world.ready(1)
        assert world.engine.live.state.legs[(await world.rung()).leg].contact == 2
    entries = await journal_of(database)
    assert [entry.source for entry in entries].count("phone:old") == 1
    check_journal(entries)


@pytest.mark.parametrize("fault", ["request", "answer", "late"])
async def test_an_unknown_commit_has_one_effect(database: Database, database_url: str, fault: str) -> None:
    async with cutting_proxy(database_url) as proxy:
        behind = await Database.open(proxy.url)
        async with working(behind) as world:
            await world.applied()
            {"request": proxy.cut_before, "answer": proxy.cut_after, "late": proxy.cut_and_delay}[fault](
                "phone:cut"
            )
            world.hands.tell(f.CallArrived("phone:1", "phone", None, "100"), "phone:cut")
            await world.acknowledged("phone:cut", world.call("phone:2"))
            await world.until(lambda: len(world.hands.done) == 2)
        await behind.close()
    entries = await journal_of(database)
    assert [entry.source for entry in entries].count("phone:cut") == 1
    check_journal(entries)


async def test_the_old_of_two_owners_stops_and_lets_nothing_more_out(database: Database) -> None:
    async with working(database) as old:
        await old.applied()
        async with working(database) as new:
            await new.ask(f.AgentSignedIn(1, "agent1"))
            old.call("phone:1")
            await old.until(lambda: old.failure)
        assert (old.hands.acknowledged, old.hands.done) == ([], [])
        assert isinstance(old.failure, ExceptionGroup)
        assert [type(error) for error in old.failure.exceptions] == [Fenced]
    entries = await journal_of(database)
    assert not any(isinstance(entry.input, f.CallArrived) for entry in entries)


async def test_a_provider_that_hangs_stalls_no_other(database: Database) -> None:
    changes = Changes()
    robot = Hands(changes, "robot")
    async with working(database, others=[robot], changes=changes) as world:
        await world.applied()
        world.hands.stuck = asyncio.Event()
        stuck = world.call("phone:1")
        await world.until(lambda: stuck in {entry.source for entry in world.heard.durable_entries})
        source = robot.tell(f.CallArrived("robot:1", "robot", None, "100"))
        await world.until(lambda: robot.done and source in robot.acknowledged)
        assert world.hands.done == []
        world.hands.stuck.set()
        await world.until(lambda: world.hands.done)


async def test_a_phone_that_cannot_be_rung_brings_the_caller_to_the_next(database: Database) -> None:
    async with working(database) as world:
        await world.applied()
        await world.ready(1)
        await world.ready(2)
        world.hands.fails = lambda command: isinstance(command, RingAgent) and command.agent == 1
        world.call("phone:1")
        ring = await world.rung()
        assert ring.agent == 2
        closed = [fact for entry in await journal_of(database) for fact in entry.decisions]
        assert f.OfferClosed(1, OfferState.FAILED) in closed


async def test_a_full_outbox_fails_rings_and_keeps_acknowledgements(database: Database) -> None:
    async with working(database, outbox_max=1) as world:
        await world.applied()
        await world.ready(1)
        world.hands.stuck = asyncio.Event()
        calls = [world.call(f"phone:{number}") for number in range(3)]
        failed = f.LegFailed("c1-l1", "its outbox is full")
        await world.until(lambda: any(entry.input == failed for entry in world.heard.durable_entries))
        world.hands.stuck.set()
        await world.acknowledged(*calls)
        assert world.hands.rings() == []


async def test_a_rule_that_raises_costs_one_contact_and_the_engine_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(live: object, fact: f.LegInterrupted, at: int) -> list[f.Decision]:
        raise RuntimeError("a bug")

    monkeypatch.setitem(center._RULES, f.LegInterrupted, raises)
    async with working(database) as world:
        await world.applied()
        for leg in ("phone:1", "phone:2"):
            await world.acknowledged(world.call(leg))
        await world.acknowledged(world.hands.tell(f.LegInterrupted("phone:1")))
        await world.until(lambda: HangUp("phone", "phone:1") in world.hands.done)
        await world.ready(1)
        ring = await world.rung()
        assert world.engine.live.state.legs[ring.leg].contact == 2
    facts = [fact for entry in await journal_of(database) for fact in entry.decisions]
    assert f.ContactQuarantined(1, "RuntimeError") in facts
    assert f.ContactEnded(1, Outcome.LOST_BY_SYSTEM) in facts


async def test_our_downtime_expires_no_offer(database: Database) -> None:
    """And its timer is set again: by the deadline that the absence has moved."""
    async with working(database) as world:
        await world.applied(setup(agent(1), offer_seconds=1))
        await world.ready(1)
        world.call("phone:1")
        ring = await world.rung()
    later_ms = 3_600_000
    async with working(database, clock_ahead_ms=later_ms) as world:
        offer = world.engine.live.state.offers[ring.offer]
        expired = f.OfferExpired(ring.offer)
        await world.until(lambda: any(entry.input == expired for entry in world.heard.durable_entries))
        entry = next(entry for entry in world.heard.durable_entries if entry.input == expired)
        assert entry.at >= offer.deadline_at > offer.made_at + later_ms
    check_journal(await journal_of(database))


async def test_a_provider_hears_what_is_wanted_of_its_legs_whenever_it_reconnects(database: Database) -> None:
    async with working(database) as world:
        await world.applied()
        await world.ready(1)
        await world.acknowledged(world.call("phone:1"))
        ring = await world.rung()
        world.hands.reconnect()
        await world.until(lambda: world.hands.reconciled)
        wanted = {leg.leg: leg.commands for leg in world.hands.reconciled[-1]}
        assert wanted.keys() == {"phone:1", ring.leg}
        assert wanted[ring.leg] == (ring,)
    async with working(database) as world:
        world.hands.reconnect()
        await world.until(lambda: world.hands.reconciled)
        assert {leg.leg: leg.commands for leg in world.hands.reconciled[-1]} == wanted


async def test_followers_hear_every_entry_once_and_only_then_that_it_is_durable(database: Database) -> None:
    async with working(database) as world:
        await world.applied()
        for number in range(50):
            world.call(f"phone:{number}")
        await world.until(lambda: len(world.heard.durable_entries) >= 50)
        await world.engine.drained()
        assert world.heard.durable_entries == world.heard.observed
        assert [entry.seq for entry in world.heard.observed] == list(range(1, world.engine.seq + 1))
        assert world.engine.backlog == 0


async def test_a_snapshot_that_cannot_be_kept_stops_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "SNAPSHOT_ENTRIES", 5)
    async with working(database) as world:
        await world.applied()
        world.store.snapshots_fail = True
        for number in range(10):
            await world.acknowledged(world.call(f"phone:{number}"))
        world.store.snapshots_fail = False
        for number in range(10, 15):
            await world.acknowledged(world.call(f"phone:{number}"))
    rows = await database.pool.fetch("select seq from centre_snapshot where centre = 1")
    assert [row["seq"] for row in rows] == [15]


async def test_a_cancellation_that_meets_a_new_timer_is_not_lost() -> None:
    clock = SteadyClock()
    for steps in range(5):
        timers = Timers(clock, lambda received: None)
        running = asyncio.create_task(timers.run())
        await asyncio.sleep(0)
        timers.set(clock.now() + 60_000, f.OfferExpired(1))
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running], timeout=5)
        assert running.cancelled()
