"""Two practices in one database: no query of one sees a row of the other, no key of one opens a cell of the other."""

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier
from tests.safety.tables import rows_of, tenant_tables
from tests.safety.two_practices import Both

from frontdesk.storage.database import as_application, place
from frontdesk.storage.sealed import SEALED
from frontdesk.vault.faults import CannotOpen

TRIED = {"audit_about", "claims_within"}
"""Functions that run as the tables' owner and so past row-level security, and are asked about the other's below.

The tables' security is not forced upon their owner, since these exist to look past it, for the sake of an index.
"""
NAMED = {
    "busy_within": "is a transaction by itself: the practice is its first argument, as in Storage.practice",
    "take_time": "begins a transaction by itself: the practice is its first argument, as in Storage.practice",
    "audit_waits": "tells the chainer in which practices events wait: ids of practices, which the directory shows too",
}


async def test_every_table_is_guarded_for_the_application_which_can_do_nothing_about_it(both: Both) -> None:
    with psycopg.connect(both.owner, row_factory=dict_row) as owner:
        tables = owner.execute(
            "select c.relname, c.relrowsecurity, c.relowner::regrole::text as owned_by, p.polcmd, "
            "p.polroles::regrole[]::text as roles, pg_get_expr(p.polqual, c.oid) as shows, "
            "pg_get_expr(p.polwithcheck, c.oid) as takes from pg_class c "
            "left join pg_policy p on p.polrelid = c.oid where c.relname = any(%s)",
            (tenant_tables(both.owner),),
        ).fetchall()
        role = owner.execute("select * from pg_roles where rolname = 'frontdesk_app'").fetchone()
    assert role is not None

    own = "(practice_id = this_practice())"
    assert len(tables) == len(tenant_tables(both.owner)) > 35  # one policy each: a second could only add to the first
    for table in tables:
        assert table["relrowsecurity"], f"{table['relname']}: alter table ... enable row level security"
        assert (table["polcmd"], table["roles"]) == ("*", "{frontdesk_app}"), table["relname"]
        assert (table["shows"], table["takes"]) == (own, own), table["relname"]
        assert table["owned_by"] != "frontdesk_app"
    assert [role[right] for right in ("rolsuper", "rolbypassrls", "rolinherit", "rolcreaterole")] == [False] * 4


async def test_a_query_of_one_practice_sees_no_row_of_the_other_in_any_table(both: Both) -> None:
    theirs = rows_of(both.owner, both.theirs.practice.id)
    empty = sorted(table for table, rows in theirs.items() if not rows and table != "queue")
    assert empty == [], "plant a row in each of these, in tests/safety/two_practices.py"

    with psycopg.connect(as_application(both.owner)) as connection:
        connection.execute("select enter_practice(%s)", (both.ours.practice.id,))
        for table in tenant_tables(both.owner):
            shown = connection.execute(SQL("select t::text from {} as t").format(Identifier(table))).fetchall()
            touched = connection.execute(
                SQL("select count(*) from {} where practice_id = %s").format(Identifier(table)),
                (both.theirs.practice.id,),
            ).fetchone()

            assert shown, f"{table} shows nothing of the practice itself"
            assert not {str(row) for (row,) in shown} & theirs[table], table
            assert touched == (0,), table


async def test_functions_that_run_past_row_level_security_show_nothing_of_the_other(both: Both) -> None:
    with psycopg.connect(both.owner) as owner:
        found = owner.execute(
            "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
        ).fetchall()
        claims = owner.execute("select lower(during) from claim where practice_id = %s", (both.theirs.practice.id,))
        starts = [start for (start,) in claims]
        patients = owner.execute("select id from patient where practice_id = %s", (both.theirs.practice.id,)).fetchall()
        events = owner.execute(
            "select count(*) from audit_event where practice_id = %s and subjects && %s",
            (both.theirs.practice.id, [id for (id,) in patients]),
        ).fetchone()
    assert {name for (name,) in found} == TRIED | NAMED.keys(), "try here what it shows"
    assert starts
    assert events is not None
    assert events[0] > 0

    with psycopg.connect(as_application(both.owner)) as connection:
        connection.execute("select enter_practice(%s)", (both.ours.practice.id,))
        about = connection.execute("select * from audit_about(%s)", ([id for (id,) in patients],)).fetchall()
        busy = connection.execute(
            "select count(*) from claims_within('2026-01-01', '2027-01-01', '2026-01-01')"
        ).fetchone()
        own = connection.execute("select count(*) from claim").fetchone()

    assert about == []
    assert busy == own


async def test_no_key_of_one_practice_opens_a_cell_of_the_other(both: Both) -> None:
    ours, theirs, tried = both.ours.practice.id, both.theirs.practice.id, 0
    async with both.desk.storage.practice(ours) as db:
        keyring, own = db.keyring, await db.all("select subject_id, wrapped from subject_key")
    keys = [keyring.subject(row["subject_id"], bytes(row["wrapped"])) for row in own]
    async with both.desk.storage.practice(theirs) as db:
        assert keyring.lookup("phone", both.theirs.phone) != db.keyring.lookup("phone", both.theirs.phone)
        assert not set(keyring.signatures("link", "x")) & set(db.keyring.signatures("link", "x"))
    with psycopg.connect(both.owner, row_factory=dict_row) as owner:
        for row in owner.execute("select * from subject_key where practice_id = %s", (theirs,)):
            with pytest.raises(CannotOpen):
                keyring.subject(row["subject_id"], bytes(row["wrapped"]))
        for sealed in SEALED:
            rows = owner.execute(
                SQL("select * from {} where practice_id = %s").format(Identifier(sealed.table)), (theirs,)
            ).fetchall()
            for row in rows:
                for column in sealed.columns:
                    cell = row[f"{column}_sealed"]
                    for key in keys if cell is not None else ():
                        with pytest.raises(CannotOpen):
                            key.open(bytes(cell), place=place(sealed.table, row[sealed.row], column))
                        tried += 1

    assert tried > 300
