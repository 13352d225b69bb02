"""Which tables a backup holds, and their rows out of one database and into another."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from psycopg import Connection, sql
from psycopg.rows import DictRow

from frontdesk.storage.backup.archive import Reads, Table

Owner = Connection[DictRow]

LEFT_OUT = {
    "alembic_version": "the restored database is brought to its own revision",
    "installation": "what a restored desk is, is said anew; its recovery key stands in the head",
    "keyring": "keys go to the file of keys",
    "subject_key": "keys go to the file of keys; the head of a backup says which ones it needs",
    "session": "nobody is signed in on a restored desk",
    "identity_code": "no code that was sent out proves anything on a restored desk",
    "presence": "nobody has a page open on a restored desk",
    "sign_of_life": "no process of the old desk lives on a restored one",
    "trouble": "what is stuck on a restored desk is seen anew",
    "pace": "everybody begins anew, as after a crash",
    "mirrored_visit": "it is read anew from the system that the visits live in",
    "followed": "that system is asked for everything, as after it was connected",
    "system_notice": "the notices are about what is read anew",
}
"""Tables that are no part of a backup, each with the reason."""
NEEDS = "needs"
"""In the place of the keys: which ones, and how each looked."""
_NEEDED = sql.SQL(
    "select practice_id, subject_id, encode(substring(sha256(wrapped || coalesce(next_wrapped, '')) for 16), 'hex') "
    "from subject_key order by 1, 2"
)
_COPIED = 1 << 20


def columns_of(owner: Owner) -> dict[str, list[str]]:
    """Every table that a backup holds and its columns; a table comes after those that it refers to."""
    rows = owner.execute(
        "select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns from pg_class c "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition "
        "group by c.relname order by c.relname"
    ).fetchall()
    columns = {row["table"]: row["columns"] for row in rows if row["table"] not in LEFT_OUT}
    return {table: columns[table] for table in _in_order(owner) if table in columns}


def _in_order(owner: Owner) -> list[str]:
    rows = owner.execute(
        "select c.relname as table, array_agg(distinct r.relname::text) filter (where r.oid <> c.oid) as refers_to "
        "from pg_class c left join pg_constraint f on f.conrelid = c.oid and f.contype = 'f' "
        "left join pg_class r on r.oid = f.confrelid "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') group by c.oid, c.relname order by 1"
    ).fetchall()
    waiting = {row["table"]: set(row["refers_to"] or ()) for row in rows}
    ordered: list[str] = []
    while waiting:
        free = [table for table, refers_to in waiting.items() if refers_to <= set(ordered)]
        ordered += free
        for table in free:
            del waiting[table]
    return ordered


def spooled(owner: Owner, columns: dict[str, list[str]], folder: Path) -> Iterator[Table]:
    """Each table's rows as they stand, in a nameless file in that folder while it is looked at, and what is needed."""
    for table, names in columns.items():
        rows = sql.SQL("select {} from {}").format(_listed(names), sql.Identifier(table))
        yield from _spool(owner, table, rows, folder)
    yield from _spool(owner, NEEDS, _NEEDED, folder)


def _spool(owner: Owner, name: str, rows: sql.Composable, folder: Path) -> Iterator[Table]:
    with tempfile.TemporaryFile(dir=folder) as file, owner.cursor() as cursor:
        with cursor.copy(sql.SQL("copy ({}) to stdout").format(rows)) as copy:
            for part in copy:
                file.write(part)
        size = file.tell()
        file.seek(0)
        yield Table(name=name, rows=cursor.rowcount, size=size, content=cast(BinaryIO, file))


def needed(content: Reads) -> Iterator[tuple[str, str, str]]:
    """What a backup needs: practice, subject, and how the key looked."""
    for line in _lines(content):
        practice, subject, look = line.decode().split("\t")
        yield practice, subject, look


def _lines(content: Reads) -> Iterator[bytes]:
    rest = b""
    while part := content.read(_COPIED):
        *whole, rest = (rest + part).split(b"\n")
        yield from whole


def copy_in(owner: Owner, table: str, columns: list[str], content: Reads) -> int:
    """How many rows were put into a table, as they were: nothing that is told of a new row is told again."""
    name = sql.Identifier(table)
    owner.execute(sql.SQL("alter table {} disable trigger user").format(name))
    with owner.cursor() as cursor:
        with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(name, _listed(columns))) as copy:
            while part := content.read(_COPIED):
                copy.write(part)
        rows = cursor.rowcount
    owner.execute(sql.SQL("alter table {} enable trigger user").format(name))
    _count_on(owner, table)
    return rows


def _count_on(owner: Owner, table: str) -> None:
    """Have the table's own numbering go on after what it holds."""
    rows = owner.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attidentity <> '' and not attisdropped",
        (table,),
    ).fetchall()
    for row in rows:
        owner.execute(
            sql.SQL(
                "select setval(pg_get_serial_sequence(%s, %s), (select coalesce(max({}), 0) + 1 from {}), false)"
            ).format(sql.Identifier(row["attname"]), sql.Identifier(table)),
            (table, row["attname"]),
        )


def subjects_put(owner: Owner, rows: Iterable[tuple[object, ...]]) -> None:
    """Put data keys into their table."""
    with (
        owner.cursor() as cursor,
        cursor.copy("copy subject_key (practice_id, subject_id, wrapped, next_wrapped, next_mark) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _listed(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)
