"""What the database itself says it holds of practices: the tables, found in its catalogue and in no list of ours."""

import re
from collections.abc import Mapping
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SHARED = frozenset({"endpoint"})
"""Leads to a practice and holds no patient: read before it is known whose desk is asked."""


def tenant_tables(owner: str) -> list[str]:
    """Every table whose rows belong to a practice."""
    with psycopg.connect(owner) as connection:
        rows = connection.execute(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'practice_id' "
            "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1"
        ).fetchall()
    return [str(name) for (name,) in rows if name not in SHARED]


def rows_of(owner: str, practice: UUID) -> dict[str, frozenset[str]]:
    """Every row of a practice as text, by table; with the jobs that are queued for it."""
    with psycopg.connect(owner) as connection:
        rows = {
            table: frozenset(
                str(row)
                for (row,) in connection.execute(
                    SQL("select t::text from {} as t where practice_id = %s").format(Identifier(table)), (practice,)
                )
            )
            for table in tenant_tables(owner)
        }
        queued = connection.execute(
            "select payload from queue.pgqueuer where convert_from(payload, 'UTF8') like %s", (f"%{practice}%",)
        ).fetchall()
    return {**rows, "queue": frozenset(str(bytes(payload)) for (payload,) in queued)}


def ids_in(rows: Mapping[str, frozenset[str]]) -> dict[str, set[UUID]]:
    """Every id that stands in these rows, by table."""
    return {
        table: {UUID(found) for row in of_table for found in UUID_TEXT.findall(row)} for table, of_table in rows.items()
    }


def one_id_of_each(owner: str, practice: UUID) -> dict[str, UUID]:
    """The id of a practice's first row, by table, where rows have one or belong to something that does."""
    with psycopg.connect(owner) as connection:
        columns = connection.execute(
            "select distinct on (table_name) table_name, column_name from information_schema.columns "
            "where table_schema = 'public' and data_type = 'uuid' and column_name <> 'practice_id' "
            "and table_name = any(%s) order by table_name, ordinal_position",
            (tenant_tables(owner),),
        ).fetchall()
        found = {
            table: connection.execute(
                SQL("select {0} from {1} where practice_id = %s and {0} is not null order by 1 limit 1").format(
                    Identifier(column), Identifier(table)
                ),
                (practice,),
            ).fetchone()
            for table, column in columns
        }
    return {table: row[0] for table, row in found.items() if row is not None}
