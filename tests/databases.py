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
EMPTYING_SECONDS_MAX = 5
KEPT = "schema_migrations"
SHAPE = f"""
select md5(concat_ws('/',
    (select string_agg(concat_ws(' ', relname, attname, atttypid, attnotnull), ',' order by relname, attnum)
     from pg_attribute join pg_class c on c.oid = attrelid where relnamespace = 'public'::regnamespace),
    (select string_agg(concat_ws(' ', tgname, tgenabled), ',' order by tgname) from pg_trigger),
    (select string_agg(pg_get_constraintdef(oid), ',' order by conname, conrelid::regclass::text)
     from pg_constraint where connamespace = 'public'::regnamespace),
    (select string_agg(setconfig::text, ',') from pg_db_role_setting
     where setdatabase = (select oid from pg_database where datname = current_database())),
    (select string_agg(kept::text, ',' order by kept::text) from {KEPT} as kept)
))
"""
TABLES = f"select tablename from pg_tables where schemaname = 'public' and tablename <> '{KEPT}'"
SEQUENCES = "select sequencename from pg_sequences where schemaname = 'public' and last_value is not null"
DISCONNECT = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1"


class Databases:
    def __init__(self, url: str) -> None:
        """`url`: of the server's own database, which is left alone."""
        self._url = url
        self._shape = ""
        self._empty: list[str] = []
        self._numbers = itertools.count(1)

    async def make_template(self) -> None:
        await self._on_server(f"create database {TEMPLATE}")
        database = await Database.open(self.url(TEMPLATE))
        await database.migrate()
        self._shape = await database.pool.fetchval(SHAPE)
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
        server = await asyncpg.connect(self._url)
        await server.fetch(DISCONNECT, name)
        await server.close()
        connection = await asyncpg.connect(
            self.url(name), server_settings={"lock_timeout": f"{EMPTYING_SECONDS_MAX}s"}
        )
        try:
            if await connection.fetchval(SHAPE) != self._shape:
                return False
            tables = [row["tablename"] for row in await connection.fetch(TABLES)]
            sequences = [row["sequencename"] for row in await connection.fetch(SEQUENCES)]
            # As a replica no trigger speaks up: some tables are never to lose a row.
            await connection.execute(
                "set session_replication_role = replica;"
                + "".join(f"delete from {table};" for table in tables)
                + "".join(f"alter sequence {sequence} restart;" for sequence in sequences)
            )
        finally:
            await connection.close()
        return True

    async def _on_server(self, statement: str) -> None:
        server = await asyncpg.connect(self._url)
        await server.execute(statement)
        await server.close()
