"""No practice, no data: what the application role can and cannot reach."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from tests.clinic import NOW, a_practice

from frontdesk.storage.database import Storage, as_application
from frontdesk.storage.practices import Endpoint, Practices, apply_practice


async def test_a_query_without_a_practice_sees_no_row_of_any_practice_table(
    storage: Storage, database_url: str
) -> None:
    practice = a_practice()
    await apply_practice(storage, practice, [Endpoint(channel="sms", address=practice.locations[0].phone)], now=NOW)

    with psycopg.connect(as_application(database_url)) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "select table_name from information_schema.columns where column_name = 'practice_id' "
                "and table_schema = 'public' and table_name <> 'endpoint'"
            )
        ]
        seen = {
            table: connection.execute(
                psycopg.sql.SQL("select count(*) from {}").format(psycopg.sql.Identifier(table))
            ).fetchone()
            for table in tables
        }

    assert len(tables) >= 15
    assert set(seen.values()) == {(0,)}


def test_every_table_with_a_practice_is_guarded_and_none_belongs_to_the_application(database_url: str) -> None:
    with psycopg.connect(database_url) as owner:
        unguarded = owner.execute(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'practice_id' "
            "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r' "
            "and not c.relrowsecurity and c.relname <> 'endpoint'"
        ).fetchall()
        owned = owner.execute(
            "select relname from pg_class where relowner = (select oid from pg_roles where rolname = 'frontdesk_app')"
        ).fetchall()

    assert unguarded == []
    assert owned == []


async def test_a_practice_cannot_write_rows_of_another(storage: Storage) -> None:
    mine, theirs = a_practice("mine", 1), a_practice("theirs", 2)
    for practice in (mine, theirs):
        await apply_practice(storage, practice, [], now=NOW)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with storage.practice(mine.id) as db:
            await db.run(
                "insert into subject_key (practice_id, subject_id, wrapped) values (%s, %s, %s)",
                (theirs.id, uuid4(), b"x"),
            )


async def test_a_number_can_belong_to_one_practice_only(storage: Storage) -> None:
    number = Endpoint(channel="sms", address="+15125550100")
    await apply_practice(storage, a_practice("mine", 1), [number], now=NOW)

    with pytest.raises(ValueError, match="belongs to another practice"):
        await apply_practice(storage, a_practice("theirs", 2), [number], now=NOW)


async def test_the_practice_that_was_applied_last_is_the_one_in_force(storage: Storage) -> None:
    practice = a_practice()
    await apply_practice(storage, practice, [], now=NOW)
    practices = Practices()
    async with storage.practice(practice.id) as db:
        before = await practices.read(db)

    await apply_practice(storage, replace(practice, name="Renamed Clinic"), [], now=NOW)
    async with storage.practice(practice.id) as db:
        after = await practices.read(db)

    assert before == practice
    assert after.name == "Renamed Clinic"
