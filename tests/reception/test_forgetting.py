"""Forgetting a real patient of a real desk: what goes, what stays, and that nothing opens any more."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.clinic import NOW

from frontdesk.compliance.roles import Role
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.ids import PatientId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.reception.forgetting import Forgotten, StillExpected, file_of, forget
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import intakes
from frontdesk.storage.consents import Whose, latest_at, record_consent
from frontdesk.storage.forget import certificates, kept_records
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.notes import Note, add_note
from frontdesk.storage.patient_file import Person, people
from frontdesk.storage.patients import add_patient, read_patient
from frontdesk.storage.people import Access, Account, add_account
from frontdesk.wiring import Frontdesk
from frontdesk.work.deliver import deliver

PHONE = "+15125550147"
BOOKS = (
    "Hi, I'd like to book a Botox consultation",
    "First time",
    "Evenings would be great",
    "Thursday",
    "Maria Gonzalez, 512 555 0147",
    "maria@example.com",
    "yes",
)
ANSWERS = {"given": "Maria", "allergies": "Penicillin", "born": "1988-04-27"}
AFTER = NOW + timedelta(days=30)
KEPT_ON_PURPOSE = {"forgotten", "kept_record", "audit_event"}
"""Tables that name a forgotten patient by id: the certificate, what the law wants kept, and what was done."""


async def say(desk: Frontdesk, *texts: str, phone: str = PHONE) -> None:
    for text in texts:
        received = await desk.reception.receive(SMILE_ID, ChannelKind.SMS, phone, text, provider_id=None)
        await desk.reception.answer(SMILE_ID, received.conversation)
        await deliver(desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=received.conversation))


async def a_patient_who_booked(desk: Frontdesk) -> Person:
    """Maria, with her visit, her mail, her form and her consents."""
    await say(desk, *BOOKS)
    async with desk.storage.practice(SMILE_ID) as db:
        person = (await people(db, PHONE))[0]
        assert person.patient is not None
        row = await db.one("select id from intake where practice_id = %s", (SMILE_ID,))
        assert row is not None
        form = await intakes.read_intake(db, row["id"])
        assert form is not None
        await intakes.submit_intake(db, form, json.dumps(ANSWERS), now=NOW)
        whose = Whose(subject=person.patient, patient=person.patient)
        consent = Consent(
            id=uuid4(), use=Use.CALLS, allowed=True, source=Source.FORM, recorded=NOW, said="ticked", shown="May we?"
        )
        await record_consent(db, consent, whose)
    return person


async def forgotten(desk: Frontdesk, person: Person) -> dict[str, object]:
    practice = await desk.practice(SMILE_ID)
    outcome = await forget(desk.storage, practice, desk.system_of(SMILE_ID), person, book=desk.book, now=AFTER)
    assert isinstance(outcome, Forgotten)
    return outcome.certificate


async def test_a_file_holds_everything_as_fhir(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)

    practice = await smile.practice(SMILE_ID)
    file = await file_of(smile.storage, practice, smile.system_of(SMILE_ID), person, now=NOW)

    kinds = [entry["resource"]["resourceType"] for entry in file["entry"]]
    text = json.dumps(file, ensure_ascii=False)
    assert set(kinds) == {"Patient", "Appointment", "Communication", "QuestionnaireResponse", "Consent"}
    assert kinds.count("Communication") == 2 * len(BOOKS)
    for said in (*BOOKS, "Gonzalez", "Penicillin", "Botox consultation"):
        assert said in text
    assert all(entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}" for entry in file["entry"])


async def test_what_staff_wrote_beside_the_talk_is_in_the_file_with_who_and_when(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)
    practice = await smile.practice(SMILE_ID)
    words = "Asked twice about numbing cream"
    async with smile.storage.practice(SMILE_ID) as db:
        nora = Account(
            id=uuid4(), name="Nora Blake", email="nora@example.com", role=Role.FRONT_DESK, access=Access.INVITED
        )
        await add_account(db, nora, by="test", now=NOW)
        talk = next(iter(person.conversations))
        await add_note(db, Note(id=uuid4(), conversation=talk, by=nora.id, text=words, written=NOW))

    file = await file_of(smile.storage, practice, smile.system_of(SMILE_ID), person, now=NOW)

    [note] = [
        one for entry in file["entry"] if (one := entry["resource"]).get("category") == [{"text": "internal note"}]
    ]
    assert note["payload"] == [{"contentString": words}]
    assert note["sender"] == {"display": "Nora Blake"}
    assert note["sent"] == NOW.isoformat()


async def test_nobody_is_forgotten_while_they_are_expected(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)

    practice = await smile.practice(SMILE_ID)
    outcome = await forget(smile.storage, practice, smile.system_of(SMILE_ID), person, book=smile.book, now=NOW)

    assert isinstance(outcome, StillExpected)
    assert len(outcome.visits) == 1
    async with smile.storage.practice(SMILE_ID) as db:
        assert await read_patient(db, person.id) is not None


async def test_a_patient_who_was_seen_is_forgotten_but_for_the_record_that_the_law_wants(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)
    await say(smile, "STOP")

    certificate = await forgotten(smile, person)

    async with smile.storage.practice(SMILE_ID) as db:
        assert await people(db, PHONE) == []
        assert await people(db, "maria@example.com") == []
        for subject in (person.id, *person.conversations):
            with pytest.raises(LookupError):
                await db.subject(subject)
        records = await kept_records(db)
        refusal = await db.all(
            "select allowed, words_sealed, patient_id from consent where practice_id = %s", (SMILE_ID,)
        )
        assert await certificates(db) == {person.id: certificate}
        ended = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, PHONE)
    assert [(one.patient, str(one.until)) for one in records] == [(person.id, "2047-05-28")]
    assert "Gonzalez" in records[0].content
    assert "Penicillin" in records[0].content
    assert "Communication" not in records[0].content
    assert [tuple(row.values()) for row in refusal] == [(False, None, None)]
    assert ended is not None
    assert not ended.allowed
    assert [kept["by"] for kept in certificate["kept"]] == [
        "Texas Medical Board, 22 TAC chapter 163 (formerly 165.1)",
        "47 CFR 64.1200(d)(6): who ended texts is left alone",
    ]
    assert certificate["destroyed"]["messages"] == 2 * len(BOOKS) + 2
    assert "Maria" not in json.dumps(certificate)


async def test_no_table_names_a_forgotten_patient_but_the_certificate_and_the_record(smile: Frontdesk) -> None:
    person = await a_patient_who_booked(smile)
    ids = [str(person.id), *map(str, person.conversations)]

    named_before = await tables_naming(smile, ids)
    await forgotten(smile, person)

    assert {"patient", "conversation", "message", "intake", "outbox", "subject_key", "appointment"} <= named_before
    assert await tables_naming(smile, ids) - KEPT_ON_PURPOSE == set()


async def tables_naming(desk: Frontdesk, ids: list[str]) -> set[str]:
    """Every table in which one of these ids stands anywhere."""
    named = set()
    with psycopg.connect(desk.storage.url) as connection:
        connection.execute("set role none")
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        for (table,) in tables:
            query = psycopg.sql.SQL("select 1 from {} as row where row::text ~ %s limit 1")
            if connection.execute(query.format(psycopg.sql.Identifier(table)), ("|".join(ids),)).fetchone():
                named.add(table)
    return named


async def test_whoever_only_wrote_is_forgotten_whole(smile: Frontdesk) -> None:
    await say(smile, "Hi, what are your hours?")
    async with smile.storage.practice(SMILE_ID) as db:
        person = (await people(db, PHONE))[0]

    certificate = await forgotten(smile, person)

    async with smile.storage.practice(SMILE_ID) as db:
        assert await people(db, PHONE) == []
        assert await kept_records(db) == []
    assert person.patient is None
    assert certificate["kept"] == []
    assert certificate["destroyed"]["messages"] == 2


async def test_of_two_who_share_a_phone_only_one_is_forgotten(smile: Frontdesk) -> None:
    maria = await a_patient_who_booked(smile)
    luis = Patient(id=PatientId(UUID(int=9)), given="Luis", family="Gonzalez", phone=PHONE)
    async with smile.storage.practice(SMILE_ID) as db:
        await add_patient(db, luis, now=NOW)
        both = await people(db, PHONE)
        chosen = (await people(db, str(maria.patient)))[0]

    await forgotten(smile, chosen)

    assert {person.id for person in both} == {maria.id, luis.id}
    async with smile.storage.practice(SMILE_ID) as db:
        assert await read_patient(db, luis.id) == luis
        assert await read_patient(db, maria.id) is None
