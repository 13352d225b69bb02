"""Patients found by the beginnings of their names, or by name and birth date, through keyed hashes alone."""

import re
import unicodedata
from datetime import date

from psycopg import sql

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.storage.database import Db

SHORTEST, LONGEST = 2, 12
"""Letters of a beginning that can be looked for; what is longer is compared once the name is opened."""
_MOST_WORDS = 6
_PREFIX, _BORN = "name prefix", "name and birth date"


def words_of(name: str) -> list[str]:
    """A name's words as they are looked for: without accents and capitals ("José-María" is "jose" and "maria")."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return re.findall(r"[^\W\d_]+", plain)


def beginnings_of(name: str) -> set[str]:
    """Every beginning that finds the name."""
    return {word[:length] for word in words_of(name) for length in range(min(SHORTEST, len(word)), LONGEST + 1)}


async def enter_name(db: Db, id: PatientId, name: str) -> None:
    """Make a patient findable by the beginnings of their name."""
    await db.run(
        "insert into patient_name (practice_id, patient_id, prefix_hash) select %s, %s, unnest(%s::bytea[]) "
        "on conflict do nothing",
        (db.practice, id, [db.keyring.lookup(_PREFIX, one) for one in sorted(beginnings_of(name))]),
    )


async def called(db: Db, typed: str, *, most: int) -> list[PatientId]:
    """Whose name has a word that begins with each of those typed ("mar gon"); the longest known first, at most `most`.

    None where less than two letters of each were typed. A word of more than twelve letters is looked for by these.
    """
    typed_words = words_of(typed)[:_MOST_WORDS]
    if not typed_words or any(len(word) < SHORTEST for word in typed_words):
        return []
    has_each = sql.SQL(" and ").join(
        sql.SQL(
            "exists (select from patient_name n where n.practice_id = p.practice_id and n.patient_id = p.id "
            "and n.prefix_hash = any({}))"
        ).format(sql.Placeholder())
        for _ in typed_words
    )
    cursor = await db.connection.execute(
        sql.SQL("select p.id from patient p where p.practice_id = {} and {} order by created_at, id limit {}").format(
            sql.Placeholder(), has_each, sql.Placeholder()
        ),
        (db.practice, *(db.keyring.lookups(_PREFIX, word[:LONGEST]) for word in typed_words), most),
    )
    return [PatientId(row["id"]) for row in await cursor.fetchall()]


def born_hash(db: Db, patient: Patient, born: date) -> bytes:
    """What stands for a patient's name and birth date together."""
    return db.keyring.lookup(_BORN, _named_and_born(patient.name, born))


async def born(db: Db, name: str, day: date) -> list[PatientId]:
    """Who has that whole name and birth date; the longest known first."""
    rows = await db.all(
        "select id from patient where practice_id = %s and born_hash = any(%s) order by created_at, id",
        (db.practice, db.keyring.lookups(_BORN, _named_and_born(name, day))),
    )
    return [PatientId(row["id"]) for row in rows]


def _named_and_born(name: str, day: date) -> str:
    return f"{' '.join(words_of(name))} {day.isoformat()}"
