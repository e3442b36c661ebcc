"""The ground: the database and what stands on it, for every command that touches data.

The rule: whoever opens it closes it, in reverse; it is brought up to this release before anything stands on it.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from msgspec import Struct

from callcenter.config import Config
from callcenter.engine.clock import SteadyClock
from callcenter.store.customers import Customers
from callcenter.store.database import Database
from callcenter.store.imported import ImportedHistory
from callcenter.store.journal import Journal
from callcenter.store.passwords import Passwords
from callcenter.store.people import People
from callcenter.store.pins import pin_key
from callcenter.store.postgres import Postgres, running_url

CENTRE = 1
"""the number of the one centre that a process owns"""

Progress = Callable[[str], None]


class Store(Struct, frozen=True):
    """What every command that touches data needs of the database."""

    postgres: Postgres | None
    database: Database
    journal: Journal
    customers: Customers
    people: People
    imported: ImportedHistory


@asynccontextmanager
async def open_ground(
    config: Config, progress: Progress, *, beside: bool = False
) -> AsyncIterator[tuple[Postgres | None, Database]]:
    """The database, embedded or given, as it is. `beside`: use the server of a service that runs, if one does.

    Raises UserError and its kinds."""
    data = config.data_directory
    async with AsyncExitStack() as stack:
        postgres: Postgres | None = None
        url = config.database.url or (running_url(data) if beside else None)
        if not url:
            postgres = await Postgres.start(data, progress=progress)
            stack.push_async_callback(postgres.stop)
            url = postgres.url
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        yield postgres, database


@asynccontextmanager
async def open_store(config: Config, progress: Progress, *, beside: bool = False) -> AsyncIterator[Store]:
    """The database brought up to this release, and what stands on it."""
    async with AsyncExitStack() as stack:
        postgres, database = await stack.enter_async_context(open_ground(config, progress, beside=beside))
        await database.migrate()
        journal = Journal(database, CENTRE)
        stack.push_async_callback(journal.close)
        passwords = Passwords()
        stack.callback(passwords.close)
        people = People(
            database,
            CENTRE,
            passwords,
            SteadyClock().now,
            idle_hours=config.people.session_idle_hours,
            absolute_hours=config.people.session_absolute_hours,
            display_days=config.people.display_session_days,
        )
        key = pin_key(config.data_directory, os.environ.get(config.secrets.pin_key, ""))
        customers, imported = Customers(database, CENTRE, key), ImportedHistory(database, CENTRE)
        yield Store(postgres, database, journal, customers, people, imported)
