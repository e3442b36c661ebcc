"""Migrated, empty databases on one server: each test has one for itself.

The rule: making a database takes longer than most tests, so one that a test has used is emptied and lent again,
unless its tables and settings are no longer what the migrations made.
"""

from __future__ import annotations

import itertools
import os
from contextlib import suppress

import asyncpg

from callcenter.store.database import Database

TEMPLATE = "template_migrated"
EMPTYING = {"lock_timeout": "5s", "synchronous_commit": "off"}
KEPT = "schema_migrations"
CATALOGUES = ("pg_attribute", "pg_constraint", "pg_index", "pg_proc", "pg_trigger", "pg_type")
"""Whatever changes tables, columns, constraints, functions or triggers, even there and back, writes here."""
SHAPE = f"""
select concat_ws('/',
    {", ".join(f"(select concat(count(*), ' ', max(xmin::text::int8)) from {name})" for name in CATALOGUES)},
    (select string_agg(setconfig::text, ',') from pg_db_role_setting
     where setdatabase = (select oid from pg_database where datname = current_database())),
    (select string_agg(kept::text, ',' order by kept::text) from {KEPT} as kept)
)
"""
TABLES = f"""
select array_agg(format('%I', relname)) from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> '{KEPT}'
"""
SEQUENCES = "select array_agg(format('select setval(%s, %s, false)', seqrelid, seqstart)) from pg_sequence"
DISCONNECT_OTHERS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""


class Databases:
    def __init__(self, url: str) -> None:
        """`url`: of the server's own database, which is left alone."""
        self._url = url
        self._shape = ""
        self._emptying = ""
        self._empty: list[str] = []
        self._numbers = itertools.count(1)

    async def make_template(self) -> None:
        await self._on_server(f"create database {TEMPLATE}")
        database = await Database.open(self.url(TEMPLATE))
        await database.migrate()
        self._shape = await database.pool.fetchval(SHAPE)
        tables, sequences = [await database.pool.fetchval(names) or [] for names in (TABLES, SEQUENCES)]
        # As a replica no trigger speaks up: some tables are never to lose a row.
        everything = [f"delete from {table}" for table in tables] + sequences
        self._emptying = "; ".join(["set session_replication_role = replica", *everything])
        await database.close()

    def url(self, name: str) -> str:
        """The address of a database on this server."""
        return self._url.replace("/callcenter?", f"/{name}?")

    async def lend(self) -> str:
        """The name of an empty one."""
        if self._empty:
            return self._empty.pop()
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        await self._on_server(f"create database {name} template {TEMPLATE}")
        return name

    async def take_back(self, name: str) -> None:
        emptied = False
        with suppress(asyncpg.PostgresError):  # the next one gets a new one
            emptied = await self._emptied(name)
        if emptied:
            self._empty.append(name)
        else:
            await self._on_server(f"drop database {name} with (force)")

    async def _emptied(self, name: str) -> bool:
        connection = await asyncpg.connect(self.url(name), server_settings=EMPTYING)
        try:
            await connection.execute(DISCONNECT_OTHERS)
            if await connection.fetchval(SHAPE) != self._shape:
                return False
            await connection.execute(self._emptying)
        finally:
            await connection.close()
        return True

    async def _on_server(self, statement: str) -> None:
        server = await asyncpg.connect(self._url)
        await server.execute(statement)
        await server.close()
