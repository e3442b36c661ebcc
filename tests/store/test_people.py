"""People, sessions and wrong passwords, against a real PostgreSQL and a clock of our own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher, Type

from callcenter.errors import UserError
from callcenter.rights import Role
from callcenter.store.database import Database
from callcenter.store.passwords import HASHER, THREADS, Busy, Passwords
from callcenter.store.people import (
    FORGIVEN_AFTER_MS,
    FREE_FAILURES_ADDRESS,
    FREE_FAILURES_LOGIN,
    HOUR_MS,
    WAIT_MAX_MS,
    People,
    PersonSetup,
    Refusal,
    SignedIn,
    token_hash,
)

ANNA = PersonSetup("anna", "Anna Berg", Role.AGENT, 7, "correct horse", ("cards",))
DAY_MS = 24 * HOUR_MS
SAM = PersonSetup("sam", "Sam Lee", Role.SUPERVISOR, None, "battery staple")
HOME, AWAY = "192.0.2.1", "198.51.100.9"


@dataclass
class Clock:
    at: int = 1_700_000_000_000

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    pool = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))  # cheap: these are many
    yield pool
    pool.close()


@pytest.fixture
async def people(database: Database, passwords: Passwords, clock: Clock) -> People:
    people = People(database, 1, passwords, clock, idle_hours=1, absolute_hours=10)
    await people.set_people([ANNA, SAM])
    return people


async def signed_in(people: People, login: str = "anna", password: str = "correct horse") -> SignedIn:
    outcome = await people.sign_in(login, password, HOME)
    assert isinstance(outcome, SignedIn)
    return outcome


async def test_the_right_password_opens_a_session_with_name_and_rights(people: People):
    opened = await signed_in(people, " Anna ")
    session = await people.session(opened.token)
    assert session == opened.session
    assert session.name == "Anna Berg"
    assert (session.actor.role, session.actor.agent) == (Role.AGENT, 7)
    assert session.actor.business_lines == {"cards"}


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("anna", "wrong"),
        ("nobody", "correct horse"),
        ("anna", ""),
        ("", ""),
        ("x" * 101, "y"),
        ("anna", "z" * 257),
    ],
)
async def test_a_wrong_login_or_password_is_refused(people: People, login: str, password: str):
    assert await people.sign_in(login, password, HOME) == Refusal()


async def test_the_database_holds_neither_password_nor_token(people: People, database: Database):
    opened = await signed_in(people)
    rows = await database.pool.fetch("select to_jsonb(p)::text from person p")
    rows += await database.pool.fetch("select to_jsonb(s)::text from session s")
    everything = " ".join(row[0] for row in rows)
    assert "correct horse" not in everything
    assert opened.token not in everything
    assert opened.token.encode().hex() not in everything
    assert "$argon2id$" in everything


async def test_each_sign_in_has_a_new_token_and_the_old_one_lives_until_signed_out(people: People):
    first, second = await signed_in(people), await signed_in(people)
    assert first.token != second.token
    await people.sign_out(first.token)
    assert await people.session(first.token) is None
    assert await people.session(second.token) is not None


async def test_a_session_ends_when_idle_and_is_kept_by_use(people: People, clock: Clock):
    opened = await signed_in(people)
    for _ in range(3):
        clock.at += HOUR_MS - 1
        assert await people.session(opened.token) is not None
    clock.at += HOUR_MS
    assert await people.session(opened.token) is None


async def test_a_session_ends_at_its_absolute_limit_however_busy(people: People, clock: Clock):
    opened = await signed_in(people)
    for _ in range(20):
        clock.at += HOUR_MS // 2
        alive = await people.session(opened.token)
    assert alive is None


async def test_a_television_stays_signed_in_for_months_though_nobody_touches_it(people: People, clock: Clock):
    await people.set_people([ANNA, SAM, PersonSetup("wall", "Wall", Role.DISPLAY, None, "a television")])
    opened = await signed_in(people, "wall", "a television")
    assert opened.lasts_ms == 90 * DAY_MS
    clock.at += 89 * DAY_MS
    await people.tidy()
    assert await people.session(opened.token) is not None
    clock.at += DAY_MS
    assert await people.session(opened.token) is None


async def test_an_open_screen_keeps_its_session_and_only_living_ones_are_told(people: People, clock: Clock):
    anna, sam = await signed_in(people), await signed_in(people, "sam", "battery staple")
    clock.at += HOUR_MS - 1
    assert await people.touch([anna.session.key]) == {anna.session.key}
    clock.at += 2
    assert await people.live([anna.session.key, sam.session.key]) == {anna.session.key}
    assert await people.touch([anna.session.key, sam.session.key]) == {anna.session.key}


async def test_what_is_over_is_tidied_away(people: People, clock: Clock, database: Database):
    await signed_in(people)
    await people.sign_in("anna", "wrong", AWAY)
    clock.at += 100 * 24 * HOUR_MS
    await people.tidy()
    for table in ("session", "sign_in_attempt", "sign_in_known"):
        assert await database.pool.fetchval(f"select count(*) from {table}") == 0


# --- set-up ---


async def test_setting_people_up_again_keeps_sessions_and_passwords(people: People):
    await people.set_password("anna", "her own")
    opened = await signed_in(people, "anna", "her own")
    await people.set_people([ANNA, SAM])
    assert await people.session(opened.token) is not None
    assert isinstance(await people.sign_in("anna", "correct horse", HOME), Refusal)


async def test_a_changed_role_or_somebody_left_out_ends_the_sessions(people: People):
    anna, sam = await signed_in(people), await signed_in(people, "sam", "battery staple")
    await people.set_people([PersonSetup("anna", "Anna Berg", Role.SUPERVISOR, 7)])
    assert await people.session(anna.token) is None
    assert await people.session(sam.token) is None
    assert await people.sign_in("sam", "battery staple", HOME) == Refusal()
    assert (await signed_in(people)).session.actor.role is Role.SUPERVISOR


async def test_a_new_password_ends_the_sessions_under_the_old_one(people: People):
    opened = await signed_in(people)
    assert await people.set_password("anna", "new")
    assert await people.session(opened.token) is None
    assert not await people.set_password("nobody", "new")


async def test_agents_may_swap_their_numbers(people: People):
    await people.set_people([ANNA, PersonSetup("bo", "Bo", Role.AGENT, 8)])
    await people.set_people(
        [PersonSetup("anna", "Anna", Role.AGENT, 8), PersonSetup("bo", "Bo", Role.AGENT, 7)]
    )
    assert await people.agent_names() == {7: "Bo", 8: "Anna"}


async def test_two_people_with_one_agent_number_are_refused_and_nothing_changes(people: People):
    with pytest.raises(UserError, match="same agent number"):
        await people.set_people([ANNA, PersonSetup("bo", "Bo", Role.AGENT, 7)])
    assert isinstance(await people.sign_in("sam", "battery staple", HOME), SignedIn)


async def test_who_has_left_keeps_the_name_for_the_history(people: People):
    await people.set_people([SAM])
    assert await people.agent_names() == {7: "Anna Berg"}


async def test_somebody_without_a_password_cannot_sign_in(people: People):
    await people.set_people([PersonSetup("robot", "Robot", Role.AGENT, 99)])
    assert await people.sign_in("robot", "", HOME) == Refusal()


async def test_another_centre_has_other_people(
    people: People, database: Database, passwords: Passwords, clock: Clock
):
    opened = await signed_in(people)
    other = People(database, 2, passwords, clock)
    assert await other.session(opened.token) is None
    assert await other.sign_in("anna", "correct horse", HOME) == Refusal()


# --- patience ---


async def fail(people: People, times: int, address: str = AWAY, login: str = "anna") -> list[int]:
    waits = []
    for _ in range(times):
        outcome = await people.sign_in(login, "wrong", address)
        assert isinstance(outcome, Refusal)
        waits.append(outcome.wait_ms)
    return waits


async def test_after_some_failures_even_the_right_password_has_to_wait(people: People, clock: Clock):
    assert await fail(people, FREE_FAILURES_LOGIN) == [0] * FREE_FAILURES_LOGIN
    refused = await people.sign_in("anna", "correct horse", AWAY)
    assert isinstance(refused, Refusal)
    assert 0 < refused.wait_ms <= 1000
    clock.at += refused.wait_ms
    assert isinstance(await people.sign_in("anna", "correct horse", AWAY), SignedIn)


async def test_the_wait_doubles_up_to_a_minute_and_no_further(people: People, clock: Clock):
    await fail(people, FREE_FAILURES_LOGIN - 1)
    waits = []
    for _ in range(9):
        await fail(people, 1)
        blocked = await people.sign_in("anna", "wrong", AWAY)
        assert isinstance(blocked, Refusal)
        waits.append(blocked.wait_ms)
        clock.at += blocked.wait_ms
    assert waits == [1000, 2000, 4000, 8000, 16000, 32000, WAIT_MAX_MS, WAIT_MAX_MS, WAIT_MAX_MS]


async def test_tries_while_one_waits_make_the_wait_no_longer(people: People, clock: Clock):
    await fail(people, FREE_FAILURES_LOGIN)
    await fail(people, 20)
    clock.at += 1000
    assert isinstance(await people.sign_in("anna", "correct horse", AWAY), SignedIn)


async def test_strangers_who_guess_do_not_lock_out_the_owner_on_a_known_machine(people: People):
    await signed_in(people)
    await fail(people, FREE_FAILURES_LOGIN + 3)
    assert isinstance(await people.sign_in("anna", "correct horse", HOME), SignedIn)
    assert (await fail(people, 1))[0] > 0, "the strangers still wait"


async def test_a_known_machine_has_its_own_limit(people: People):
    await signed_in(people)
    assert (await fail(people, FREE_FAILURES_LOGIN + 1, HOME))[-1] > 0


async def test_old_failures_are_forgiven(people: People, clock: Clock):
    await fail(people, FREE_FAILURES_LOGIN - 1)
    clock.at += FORGIVEN_AFTER_MS + 1
    assert await fail(people, FREE_FAILURES_LOGIN) == [0] * FREE_FAILURES_LOGIN


async def test_many_tries_at_once_do_not_slip_through(people: People):
    outcomes = await asyncio.gather(*(people.sign_in("anna", f"guess {n}", AWAY) for n in range(30)))
    assert sum(outcome == Refusal() for outcome in outcomes) == FREE_FAILURES_LOGIN


async def test_one_address_that_tries_many_logins_has_to_wait(people: People, database: Database):
    await fail(people, 1, AWAY, "nobody")
    await database.pool.execute("update sign_in_attempt set failures = $1", FREE_FAILURES_ADDRESS - 1)
    await fail(people, 1, AWAY, "someone")
    assert (await fail(people, 1, AWAY, "else"))[0] > 0
    assert await fail(people, 1, HOME, "else") == [0]


class SlowHasher(PasswordHasher):
    """Compares only when the test lets it, and knows how many compare at once."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.go_on = threading.Event()
        self.comparing = self.most = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.comparing += 1
        self.most = max(self.most, self.comparing)
        assert self.go_on.wait(timeout=60), "the loop stands still"
        self.comparing -= 1
        return bool(super().verify(hash, password))


async def test_fifty_sign_ins_at_once_do_not_hold_the_loop(database: Database, clock: Clock):
    hasher = SlowHasher()
    passwords = Passwords(hasher)
    people = People(database, 1, passwords, clock)
    crowd = [PersonSetup(f"agent{n}", "Agent", Role.AGENT, n, "same") for n in range(50)]
    await people.set_people(crowd)
    signing_in = [
        asyncio.create_task(people.sign_in(person.login, "same", HOME), name=person.login) for person in crowd
    ]
    while await database.pool.fetchval("select count(*) from sign_in_attempt") < 50 + 1:
        pass  # each turn is the loop at work while every thread is stuck in a comparison
    assert not any(task.done() for task in signing_in)
    hasher.go_on.set()
    outcomes = await asyncio.gather(*signing_in)
    passwords.close()
    assert all(isinstance(outcome, SignedIn) for outcome in outcomes)
    assert 1 <= hasher.most <= THREADS


async def test_who_comes_when_too_many_wait_is_turned_away_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("callcenter.store.passwords.PENDING_MAX", 1)
    hasher = SlowHasher()
    passwords = Passwords(hasher)
    first = asyncio.create_task(passwords.matches(None, "x"), name="first")
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await passwords.matches(None, "x")
    hasher.go_on.set()
    assert not await first
    passwords.close()


def test_a_token_is_known_by_its_hash():
    assert token_hash("a") != token_hash("b")
    assert len(token_hash("a")) == 32


def test_a_real_hash_is_as_costly_as_the_standard_asks():
    assert (HASHER.time_cost, HASHER.memory_cost, HASHER.type) == (3, 64 * 1024, Type.ID)
