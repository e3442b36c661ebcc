-- Statements of callcenter/store/backup.py.

-- name: export_snapshot
-- The name under which pg_dump sees what this transaction sees.
select pg_export_snapshot();

-- name: tables
-- Every table that isn't PostgreSQL's own, as it is written in a statement.
select format('%I.%I', schemaname, tablename) as name from pg_tables
where schemaname not in ('pg_catalog', 'information_schema') order by 1;

-- name: count_rows
-- How many rows it has.
select count(*) from $table;

-- name: last_migration
-- The schema's version.
select coalesce(max(number), 0) from schema_migrations;
