"""What is to be written to the connected system beside the visits: a row for each, until it is written or given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId
from frontdesk.intake.due import InChart
from frontdesk.storage.database import Db
from frontdesk.storage.jobs import Job, Work

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
"""How long after each fault it is tried again; after the last a person has it."""
TAKEN_FOR = timedelta(minutes=2)
"""How long whoever takes one up has it."""


class What(Enum):
    """What is written."""

    CONFIRM = "confirm"
    DEMOGRAPHICS = "demographics"
    COVERAGE = "coverage"
    FORM = "form"
    SAID = "said"
    """A note of what was said before a visit was booked."""


class Became(Enum):
    """How it ended."""

    WRITTEN = "written"
    NOTED = "noted"
    """As a note on the visit, where the system takes no papers."""
    BY_HAND = "by-hand"
    """A person enters it there."""
    UNSURE = "unsure"
    """It was sent, no answer came, and the system cannot be asked: a person looks."""
    NOTHING = "nothing"
    """There was nothing to write, or the system has no place for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """It cannot be written yet: nothing was heard, there is no file there, or nobody knows whose it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WriteBack:
    """One thing to write. `about`: the visit's id, the patient's, the coverage's or the form's; `patient` None: the
    conversation's, once it has one. `sent`: it may have reached a system that cannot be asked whether it did."""

    id: UUID
    what: What
    about: str
    conversation: ConversationId | None = None
    patient: PatientId | None = None
    attempts: int = 0
    sent: bool = False


async def put(db: Db, one: WriteBack, *, now: datetime, wait: timedelta = timedelta(0)) -> None:
    """Have it written, after that wait, where the practice's calendar lives elsewhere; the same id twice is one."""
    written = await db.run(
        "insert into write_back (practice_id, id, what, about, conversation_id, patient_id, asked_at, due_at) "
        "select %s, %s, %s, %s, %s, %s, %s, %s from connection where practice_id = %s on conflict do nothing",
        (
            db.practice,
            one.id,
            one.what.value,
            one.about,
            one.conversation,
            one.patient,
            now,
            now + wait,
            db.practice,
        ),
    )
    if written and not wait:
        db.enqueue(Job(work=Work.WRITE, practice=db.practice, on=db.practice))


DUE: LiteralString = "select from write_back where practice_id = %(practice)s and due_at <= %(now)s"
"""What is to be written by now."""


async def take_up(db: Db, *, now: datetime, most: int = 50) -> list[WriteBack]:
    """What is to be written by now, in the order it was asked for; whoever asks has it for two minutes."""
    rows = await db.all(
        "update write_back set due_at = %(until)s where practice_id = %(practice)s and id in "
        "(select id from write_back where practice_id = %(practice)s and due_at <= %(now)s "
        "order by asked_at limit %(most)s for update skip locked) returning *",
        {"practice": db.practice, "now": now, "until": now + TAKEN_FOR, "most": most},
    )
    return [_read(row) for row in sorted(rows, key=lambda row: row["asked_at"])]


async def try_later(db: Db, one: WriteBack, *, now: datetime) -> bool:
    """Whether it is tried once more; False: it has been tried often enough."""
    if one.attempts >= len(WAITS):
        return False
    await db.run(
        "update write_back set attempts = attempts + 1, due_at = %s, sent_at = null where practice_id = %s and id = %s",
        (now + WAITS[one.attempts], db.practice, one.id),
    )
    return True


async def sending(db: Db, one: WriteBack, *, now: datetime) -> None:
    """It is about to be sent to a system that cannot be asked afterwards whether it arrived."""
    await db.run("update write_back set sent_at = %s where practice_id = %s and id = %s", (now, db.practice, one.id))


async def ended(db: Db, one: WriteBack, became: Became, *, now: datetime) -> None:
    """It is written, or nothing that a program can write any more."""
    await db.run(
        "update write_back set due_at = null, attempts = attempts + 1, became = %s, ended_at = %s "
        "where practice_id = %s and id = %s and ended_at is null",
        (became.value, now, db.practice, one.id),
    )


async def is_asked(db: Db, id: UUID) -> bool:
    """Whether it was asked for, written by now or not."""
    return await db.one("select from write_back where practice_id = %s and id = %s", (db.practice, id)) is not None


async def note_of(db: Db, visit: AppointmentId) -> InChart | None:
    """How the note of what was said stands with the visit in the connected system; None where there is none."""
    row = await db.one(
        "select became from write_back where practice_id = %s and about = %s and what = 'said'",
        (db.practice, visit),
    )
    return in_chart(row["became"]) if row else None


async def chart_of(db: Db, form: UUID) -> InChart | None:
    """How a form stands with the connected system's chart; None where it is not for one."""
    row = await db.one(
        "select became from write_back where practice_id = %s and about = %s and what = 'form'",
        (db.practice, str(form)),
    )
    return in_chart(row["became"]) if row else None


def in_chart(became: str | None) -> InChart | None:
    """The same of how it ended; None: it has not ended yet."""
    return {
        None: InChart.WAITING,
        Became.WRITTEN.value: InChart.WRITTEN,
        Became.NOTED.value: InChart.NOTED,
        Became.BY_HAND.value: InChart.BY_HAND,
        Became.UNSURE.value: InChart.UNSURE,
    }.get(became)


def _read(row: DictRow) -> WriteBack:
    return WriteBack(
        id=row["id"],
        what=What(row["what"]),
        about=row["about"],
        conversation=ConversationId(row["conversation_id"]) if row["conversation_id"] else None,
        patient=PatientId(row["patient_id"]) if row["patient_id"] else None,
        attempts=row["attempts"],
        sent=row["sent_at"] is not None,
    )
