"""People who sign in: agents, supervisors, admins; their sessions; and patience with wrong passwords.

    outcome = await people.sign_in(login, password, address)     # SignedIn(token, session) or Refusal
    session = await people.session(token)                        # None: idle, too old, signed out, never was
    await people.sign_out(token)

A token is random, new at each sign-in, and only its SHA-256 is stored. A try counts as failed *before* the
password is compared, so that many at once don't slip through. After FREE_FAILURES_* each failure doubles the
wait up to WAIT_MAX_MS. Tries while one waits count for nothing, and strangers who guess at a login make nobody
wait where its owner has signed in before: nobody is ever locked out for good.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence

import asyncpg
from msgspec import Struct

from callcenter.errors import UserError
from callcenter.rights import Actor, Role
from callcenter.store.database import Connection, Database
from callcenter.store.passwords import PASSWORD_CHARACTERS_MAX, Passwords
from callcenter.store.statements import statements

SQL = statements("people")

LOGIN_CHARACTERS_MAX = 100
FREE_FAILURES_LOGIN = 5
FREE_FAILURES_ADDRESS = 100
"""a whole shift may sign in from behind one address"""
WAIT_MAX_MS = 60_000
FORGIVEN_AFTER_MS = 15 * 60_000
KNOWN_FOR_MS = 90 * 24 * 3_600_000
TOUCH_EVERY_MS = 60_000
"""how exactly a session knows when it was last used; saves a write a request"""
HOUR_MS = 3_600_000


class PersonSetup(Struct, frozen=True):
    """`initial_password`: for somebody who has none yet; None: can't sign in until somebody sets one."""

    login: str
    name: str
    role: Role
    agent: int | None = None
    initial_password: str | None = None
    business_lines: tuple[str, ...] = ()


class Session(Struct, frozen=True):
    """Somebody who is signed in. `key` names the session inside the service; it opens nothing."""

    key: bytes
    name: str
    actor: Actor


class SignedIn(Struct, frozen=True):
    token: str
    session: Session
    lasts_ms: int
    """the browser may keep it for so long; 0: until it is closed"""


class Refusal(Struct, frozen=True):
    """`wait_ms` > 0: not even tried, come back then."""

    wait_ms: int = 0


class People:
    """The people of one centre. `now` gives integer milliseconds since 1970."""

    def __init__(
        self,
        database: Database,
        centre: int,
        passwords: Passwords,
        now: Callable[[], int],
        *,
        idle_hours: float = 12,
        absolute_hours: float = 24,
        display_days: float = 90,
    ) -> None:
        self._pool = database.pool
        self._centre = centre
        self._passwords = passwords
        self._now = now
        self._idle_ms = int(idle_hours * HOUR_MS)
        self._absolute_ms = int(absolute_hours * HOUR_MS)
        self._display_ms = int(display_days * 24 * HOUR_MS)

    # --- who there is ---

    async def set_people(self, people: Sequence[PersonSetup]) -> None:
        """Exactly these people may sign in from now on. Raises UserError, and changes nothing, when two have
        one agent number or one login.

        Who is left out keeps the name for the history; a changed role ends that person's sessions."""
        hashes = await self._initial_hashes(people)
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await self._put(connection, people, hashes)
        except asyncpg.UniqueViolationError:
            raise UserError(
                "Two people have the same agent number, or one has that of somebody who has left.",
                "Give everybody a number of their own; the history needs the old ones.",
            ) from None

    async def set_password(self, login: str, password: str) -> bool:
        """A new password ends the sessions under the old one. False: there is nobody with this login."""
        hashed = await self._passwords.hash(password)
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(SQL.set_password, self._centre, login, hashed)
            await connection.execute(SQL.close_sessions_of, self._centre, [login])
        return found is not None

    async def agent_names(self) -> dict[int, str]:
        """Agent number → name, of those who have left as well."""
        rows = await self._pool.fetch(SQL.agent_names, self._centre)
        return {row["agent"]: row["name"] for row in rows}

    async def agent_lines(self) -> dict[int, frozenset[str]]:
        """Agent number → the business lines that this agent is confined to; who isn't is not in it."""
        rows = await self._pool.fetch(SQL.agent_lines, self._centre)
        return {row["agent"]: frozenset(row["business_lines"]) for row in rows}

    async def names(self) -> dict[str, str]:
        """Login → name, of those who have left as well."""
        rows = await self._pool.fetch(SQL.names, self._centre)
        return {row["login"]: row["name"] for row in rows}

    # --- sessions ---

    async def sign_in(self, login: str, password: str, address: str) -> SignedIn | Refusal:
        login = login.strip().lower()
        if len(login) > LOGIN_CHARACTERS_MAX or len(password) > PASSWORD_CHARACTERS_MAX:
            return Refusal()
        keys = await self._keys(login, address)
        if wait_ms := await self._count(keys):
            return Refusal(wait_ms)
        row = await self._pool.fetchrow(SQL.person, self._centre, login)
        if not await self._passwords.matches(row and row["password"], password):
            return Refusal()
        if self._passwords.outdated(row["password"]):
            await self._pool.execute(
                SQL.set_password, self._centre, login, await self._passwords.hash(password)
            )
        await self._forgive(keys)
        token, now = secrets.token_urlsafe(32), self._now()
        key = token_hash(token)
        session = _session(key, row)
        # A set may be off for a long time, and nobody is idle at it.
        shows = session.actor.role is Role.DISPLAY
        idle_ms = self._display_ms if shows else self._idle_ms
        lasts_ms = self._display_ms if shows else self._absolute_ms
        await self._pool.execute(SQL.open_session, self._centre, key, login, now, idle_ms, now + lasts_ms)
        return SignedIn(token, session, lasts_ms if shows else 0)

    async def session(self, token: str) -> Session | None:
        now = self._now()
        key = token_hash(token)
        row = await self._pool.fetchrow(SQL.session, self._centre, key, now)
        if row is None:
            return None
        if now - row["seen_at"] >= TOUCH_EVERY_MS:
            await self.touch([key])
        return _session(key, row)

    async def touch(self, keys: Iterable[bytes]) -> set[bytes]:
        """These sessions are in use (a screen is open); the ones that still live come back."""
        now = self._now()
        rows = await self._pool.fetch(SQL.touch_sessions, self._centre, list(keys), now)
        return {row["token_hash"] for row in rows}

    async def live(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of these sessions that still live."""
        rows = await self._pool.fetch(SQL.live_sessions, self._centre, list(keys), self._now())
        return {row["token_hash"] for row in rows}

    async def sign_out(self, token: str) -> None:
        await self._pool.execute(SQL.close_session, self._centre, token_hash(token))

    async def end_sessions(self, login: str) -> None:
        """Whoever this is signs in anew, on every machine."""
        await self._pool.execute(SQL.close_sessions_of, self._centre, [login])

    async def tidy(self) -> None:
        """Delete what is of no use any more: sessions that are over, failures that are forgiven."""
        now = self._now()
        await self._pool.execute(SQL.forget_old_sessions, self._centre, now)
        await self._pool.execute(
            SQL.forget_old_attempts, self._centre, now - FORGIVEN_AFTER_MS, now - KNOWN_FOR_MS
        )

    # --- private ---

    async def _initial_hashes(self, people: Sequence[PersonSetup]) -> dict[str, str]:
        """Only for those who need one: hashing twenty passwords at each start would take seconds."""
        given = {person.login: person.initial_password for person in people if person.initial_password}
        rows = await self._pool.fetch(SQL.logins_with_password, self._centre, list(given))
        missing = set(given) - {row["login"] for row in rows}
        return {login: await self._passwords.hash(given[login]) for login in sorted(missing)}

    async def _put(
        self, connection: Connection, people: Sequence[PersonSetup], hashes: dict[str, str]
    ) -> None:
        logins = [person.login for person in people]
        retired = await connection.fetch(SQL.retire_others, self._centre, logins)
        over = [row["login"] for row in retired]
        for person in people:
            changed = await connection.fetchval(
                SQL.put_person,
                self._centre,
                person.login,
                person.name,
                person.role.value,
                person.agent,
                hashes.get(person.login),
                list(person.business_lines),
            )
            if changed:
                over.append(person.login)
        await connection.execute(SQL.close_sessions_of, self._centre, over)

    async def _keys(self, login: str, address: str) -> tuple[bytes, bytes, bytes]:
        """(the address, what else is counted: the login, or where its owner is known the pair; the pair)"""
        pair = _key("pair", login, address)
        known = await self._pool.fetchval(SQL.is_known, self._centre, pair, self._now() - KNOWN_FOR_MS)
        return _key("address", address), pair if known else _key("login", login), pair

    async def _count(self, keys: tuple[bytes, bytes, bytes]) -> int:
        """Milliseconds to wait, 0: the try is counted and may be made."""
        now = self._now()
        for key, free in zip(keys, (FREE_FAILURES_ADDRESS, FREE_FAILURES_LOGIN), strict=False):
            counted = await self._pool.fetchval(
                SQL.count_attempt, self._centre, key, now, now - FORGIVEN_AFTER_MS, free, WAIT_MAX_MS
            )
            if counted is None:
                until: int = await self._pool.fetchval(SQL.blocked_until, self._centre, list(keys))
                return max(until - now, 1)
        return 0

    async def _forgive(self, keys: tuple[bytes, bytes, bytes]) -> None:
        address, counted, pair = keys
        await self._pool.execute(SQL.forgive, self._centre, [counted, pair])
        await self._pool.execute(SQL.uncount_attempt, self._centre, address)
        await self._pool.execute(SQL.remember_known, self._centre, pair, self._now())


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _session(key: bytes, row: asyncpg.Record) -> Session:
    actor = Actor(row["login"], Role(row["role"]), row["agent"], frozenset(row["business_lines"]))
    return Session(key, row["name"], actor)
