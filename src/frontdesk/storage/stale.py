"""What is still sealed or hashed with old keys: found in batches, dealt with, counted."""

from uuid import UUID

from psycopg import sql
from psycopg.rows import DictRow

from frontdesk.storage.database import Db
from frontdesk.storage.sealed import HASHED, SEALED, Hashed, Sealed

BATCH = 200
"""Rows in one transaction: a few hundredths of a second, in which whoever wants one of them waits."""


async def lay_new_keys(db: Db) -> int:
    """How many subjects got the data key that they will be sealed with."""
    rows = await db.all(
        "select subject_id from subject_key where practice_id = %s and next_wrapped is null limit %s "
        "for update skip locked",
        (db.practice, BATCH),
    )
    for row in rows:
        wrapped = db.keyring.new_subject_key(row["subject_id"])
        await db.run(
            "update subject_key set next_wrapped = %s, next_mark = %s where practice_id = %s and subject_id = %s",
            (wrapped, db.keyring.subject(row["subject_id"], wrapped).mark, db.practice, row["subject_id"]),
        )
    return len(rows)


async def carry_over(db: Db) -> int:
    """How many values of look-up hashes were carried over to the new key; 0 when none is left that is free."""
    for hashed in HASHED:
        if (rows := await _stale_hashes(db, hashed)) and (moved := await _carry(db, hashed, rows)):
            await db.run(
                "update rotation set carried_over = carried_over + %s where practice_id = %s and ended_at is null",
                (moved, db.practice),
            )
            return moved
    return 0


async def _stale_hashes(db: Db, hashed: Hashed) -> list[bytes]:
    cursor = await db.connection.execute(
        sql.SQL(
            "select distinct {column} as hash from {table} where practice_id = %s and {column} is not null "
            "and (length({column}) <> 34 or substring({column} from 1 for 2) <> %s) limit %s"
        ).format(column=sql.Identifier(hashed.column), table=sql.Identifier(hashed.table)),
        (db.practice, db.keyring.lookup_mark, BATCH),
    )
    return [bytes(row["hash"]) for row in await cursor.fetchall()]


async def _carry(db: Db, hashed: Hashed, stale: list[bytes]) -> int:
    cursor = await db.connection.execute(
        sql.SQL(
            "with free as (select ctid from {table} where practice_id = %s and {column} = any(%s) "
            "for update skip locked) "
            "update {table} as t set {column} = moved.after "
            "from free, unnest(%s::bytea[], %s::bytea[]) as moved (before, after) "
            "where t.ctid = free.ctid and t.{column} = moved.before"
        ).format(column=sql.Identifier(hashed.column), table=sql.Identifier(hashed.table)),
        (db.practice, stale, stale, [db.keyring.carried_over(one) for one in stale]),
    )
    return cursor.rowcount


def _is_stale(sealed: Sealed) -> sql.Composed:
    return sql.SQL(" or ").join(
        sql.SQL("substring(t.{} from 1 for 5) <> k.next_mark").format(sql.Identifier(f"{column}_sealed"))
        for column in sealed.columns
    )


async def stale_rows(db: Db, sealed: Sealed, *, after: UUID) -> list[DictRow]:
    """Rows of a table past `after` that are sealed with an old key, held against others; those in use are left out."""
    cursor = await db.connection.execute(
        sql.SQL(
            "select t.{row} as row, t.{subject} as subject, k.next_mark, {columns} from {table} as t "
            "join subject_key as k on k.practice_id = t.practice_id and k.subject_id = t.{subject} "
            "where t.practice_id = %s and t.{row} > %s and k.next_mark is not null and ({stale}) "
            "order by t.{row} limit %s for update of t skip locked"
        ).format(
            row=sql.Identifier(sealed.row),
            subject=sql.Identifier(sealed.subject),
            columns=sql.SQL(", ").join(sql.Identifier("t", f"{column}_sealed") for column in sealed.columns),
            table=sql.Identifier(sealed.table),
            stale=_is_stale(sealed),
        ),
        (db.practice, after, BATCH),
    )
    return await cursor.fetchall()


async def anything_left(db: Db) -> bool:
    """Whether anything is still sealed with an old key, whoever has it in hand."""
    for sealed in SEALED:
        cursor = await db.connection.execute(
            sql.SQL(
                "select from {table} as t join subject_key as k on k.practice_id = t.practice_id "
                "and k.subject_id = t.{subject} "
                "where t.practice_id = %s and k.next_mark is not null and ({stale}) limit 1"
            ).format(
                table=sql.Identifier(sealed.table), subject=sql.Identifier(sealed.subject), stale=_is_stale(sealed)
            ),
            (db.practice,),
        )
        if cursor.rowcount:
            return True
    return False


async def drop_old_keys(db: Db) -> int:
    """How many subjects lost their old key."""
    return await db.run(
        "update subject_key set wrapped = next_wrapped, next_wrapped = null, next_mark = null "
        "where practice_id = %s and subject_id in (select subject_id from subject_key where practice_id = %s "
        "and next_wrapped is not null limit 1000 for update skip locked)",
        (db.practice, db.practice),
    )


async def any_stale_hash(db: Db) -> bool:
    """Whether a look-up hash is still the old key's."""
    for hashed in HASHED:
        if await _stale_hashes(db, hashed):
            return True
    return False
