"""A week at a small clinic, put in by hand, so that every figure of it can be counted by hand too.

Monday, May 4, to Sunday, May 10, 2026, in Austin. The rows are what the desk would have kept.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from tests.clinic import BOTOX, DANA, MAIN, ZONE, a_practice

from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice

KEYS = UUID(int=2026)
MARIA, JOHN = PatientId(UUID(int=501)), PatientId(UUID(int=502))


def day(words: str) -> datetime:
    """An instant on the clinic's wall: "05-04 10:00"."""
    return datetime.fromisoformat(f"2026-{words}").replace(tzinfo=ZONE).astimezone(UTC)


WEEK = Period(start=day("05-04 00:00"), end=day("05-11 00:00"))
NOW = day("05-12 12:00")


def id_of(name: str) -> UUID:
    return uuid5(KEYS, name)


def the_clinic() -> Practice:
    practice = a_practice()
    botox, hair = practice.services
    return replace(practice, services=(replace(botox, price="$150"), replace(hair, price="$12 per unit")))


async def live(storage: Storage) -> Practice:
    """The week, lived."""
    practice = the_clinic()
    await apply_practice(storage, practice, [], now=day("04-01 09:00"))
    async with storage.practice(practice.id) as db:
        for patient, given in ((MARIA, "Maria"), (JOHN, "John")):
            await add_patient(db, Patient(id=patient, given=given, family="Test"), now=day("04-01 09:00"))
        await _visits(db)
        await _talks(db)
    return practice


async def _visits(db: Db) -> None:
    for number, status in enumerate(("fulfilled", "fulfilled", "fulfilled", "noshow")):  # the week before
        await visit(db, f"before-{number}", f"04-28 1{number}:00", became=status)
    await visit(db, "kept", "05-04 10:00", became="fulfilled")
    await visit(db, "missed", "05-04 11:00", became="noshow")
    await visit(db, "from the list", "05-05 10:00", became="arrived")
    await visit(db, "late", "05-05 11:00", became="cancelled", changed="05-05 09:00")
    await visit(db, "in time", "05-06 10:00", minutes=60, became="cancelled", changed="05-01 09:00")
    await visit(db, "nobody said", "05-06 12:00")
    await visit(db, "missed too", "05-07 10:00", became="noshow", patient=JOHN)
    await visit(db, "never booked", "05-07 12:00", status="pending", became="cancelled", changed="05-03 10:00")
    await visit(db, "blocked", "05-07 13:00", service=None)
    await visit(db, "not yet", "05-20 09:00")
    await visit(db, "moved", "05-07 15:00", minutes=45)
    await db.run(
        "update appointment set starts_at = %s, ends_at = %s, changed_at = %s where practice_id = %s and id = %s",
        (day("05-20 15:00"), day("05-20 15:45"), day("05-06 15:00"), db.practice, id_of("moved")),
    )


async def visit(
    db: Db,
    name: str,
    when: str,
    *,
    minutes: int = 30,
    status: str = "booked",
    became: str | None = None,
    changed: str | None = None,
    service: str | None = BOTOX,
    patient: PatientId = MARIA,
    booked: str = "04-20 09:00",
) -> None:
    """One visit of the built-in calendar, and what became of it."""
    start = day(when)
    await db.run(
        "insert into appointment (practice_id, id, patient_id, service, location, practitioner, starts_at, ends_at, "
        "status, held_until, source, created_at, changed_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'desk', "
        "%s, %s)",
        (
            db.practice,
            id_of(name),
            patient if service else None,
            service,
            MAIN,
            DANA,
            start,
            start + timedelta(minutes=minutes),
            status,
            day("05-03 09:00") if status == "pending" else None,
            day(booked),
            day(booked),
        ),
    )
    if became is not None:
        await db.run(
            "update appointment set status = %s, held_until = null, changed_at = %s where practice_id = %s and id = %s",
            (became, day(changed) if changed else start, db.practice, id_of(name)),
        )


async def _talks(db: Db) -> None:
    for name, patient in (("first", MARIA), ("second", JOHN), ("third", None)):
        await db.run(
            "insert into conversation (practice_id, id, channel, address_hash, patient_id, state_sealed, last_seq, "
            "started_at, last_at) values (%s, %s, 'sms', %s, %s, '', 20, %s, %s)",
            (db.practice, id_of(name), name.encode(), patient, day("05-01 09:00"), day("05-10 20:00")),
        )
    await said(db, "first", 1, "05-04 08:00", answered_after=2)
    yes = await said(db, "first", 3, "05-04 08:05", answered_after=4)
    await changed_by_talk(db, "message:1", "first", "kept", "05-04 08:05", message=yes)
    taken = await said(db, "first", 5, "05-04 11:00", answered_after=6)
    await changed_by_talk(db, "message:9", "first", "from the list", "05-04 11:00", message=taken)
    await offered(db, "05-05 10:00", asked="05-04 11:00", until="05-04 12:00", became="taken", stands="filled")
    await offered(db, "05-08 10:00", asked="05-06 11:00", until="05-06 12:00", became="asked", stands="over")
    await offered(db, "05-13 10:00", asked="05-10 11:00", until="05-12 13:00", became="asked", stands="asking")
    await changed_by_talk(db, "hand:1", None, "missed", "05-02 11:00")
    await said(db, "second", 1, "05-05 09:00", answered_after=10)
    await changed_by_talk(db, "message:2", "second", "late", "05-05 09:00", doing="cancel")
    await said(db, "second", 3, "05-06 09:00")
    await db.run(
        "insert into task (practice_id, id, conversation_id, reason, urgent, opened_at, last_at) "
        "values (%s, %s, %s, 'asked for a person', false, %s, %s)",
        (db.practice, id_of("task"), id_of("second"), day("05-06 09:00"), day("05-06 09:00")),
    )
    await said(db, "third", 1, "05-07 09:00")
    await said(db, "third", 3, "05-10 20:00")


async def said(db: Db, talk: str, seq: int, when: str, *, answered_after: int | None = None) -> UUID:
    """The patient's message, and the assistant's answer so many seconds later."""
    id, at = id_of(f"{talk} {seq}"), day(when)
    await _message(db, id, talk, seq, "patient", at, answers=None)
    if answered_after is not None:
        after = at + timedelta(seconds=answered_after)
        await _message(db, id_of(f"{talk} {seq + 1}"), talk, seq + 1, "assistant", after, answers=id)
    return id


async def _message(db: Db, id: UUID, talk: str, seq: int, author: str, at: datetime, *, answers: UUID | None) -> None:
    await db.run(
        "insert into message (practice_id, id, conversation_id, seq, author, text_sealed, sent_at, answers_id) "
        "values (%s, %s, %s, %s, %s, '', %s, %s)",
        (db.practice, id, id_of(talk), seq, author, at, answers),
    )


async def offered(db: Db, start: str, *, asked: str, until: str, became: str, stands: str) -> None:
    """A time that opened up, offered to one person of the waitlist."""
    id = id_of(f"opening {start}")
    await db.run(
        "insert into opening (practice_id, id, service, practitioner, starts_at, ends_at, slot, opened_at, next_at, "
        "stands) values (%s, %s, %s, %s, %s, %s, '{}', %s, %s, %s)",
        (
            *(db.practice, id, BOTOX, DANA, day(start), day(start) + timedelta(minutes=30)),
            *(day(asked), day(until), stands),
        ),
    )
    await db.run(
        "insert into opening_offer (practice_id, opening_id, waiting_id, conversation_id, kept, reasons, asked_at, "
        "open_until, became) values (%s, %s, %s, %s, true, '{}', %s, %s, %s)",
        (db.practice, id, id_of("waiting"), id_of("second"), day(asked), day(until), became),
    )


async def changed_by_talk(
    db: Db,
    key: str,
    talk: str | None,
    name: str | None,
    when: str,
    *,
    doing: str = "book",
    step: str = "told",
    message: UUID | None = None,
    held: str | None = None,
) -> None:
    """The row of a change to a visit."""
    await db.run(
        "insert into booking (practice_id, key, conversation_id, message_id, appointment_id, step, at, due_at, doing, "
        "held_until) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            db.practice,
            key,
            id_of(talk) if talk else None,
            message,
            str(id_of(name)) if name else None,
            step,
            day(when),
            day(when),
            doing,
            day(held) if held else None,
        ),
    )
