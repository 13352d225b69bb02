"""Every kind of event that the audit knows is written when it happens: here, or in the test that is named."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from tests.clinic import NOW
from tests.compliance.test_agreements import MAIL, an_agreement
from tests.reception.test_forgetting import PHONE, a_patient_who_booked, forgotten

from frontdesk.compliance.identity import Claim
from frontdesk.compliance.roles import Field, Grant, Role
from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.audit import Happened
from frontdesk.domain.ids import AppointmentId, ServiceId
from frontdesk.domain.wish import Wish
from frontdesk.ports.faults import NotPermitted
from frontdesk.reception.forgetting import file_of
from frontdesk.reception.identity import prove, send_code
from frontdesk.sample.practice import SMILE_ID
from frontdesk.scheduling.ranking import Urgency
from frontdesk.storage import chat_links, coverage, people, waitlist
from frontdesk.storage.agreements import AgreementGate, end_agreement, record_agreement
from frontdesk.storage.backup.backups import Backups
from frontdesk.storage.backup.making import BackupPlace
from frontdesk.storage.chat_links import ChatLink
from frontdesk.storage.conversations import read_conversation
from frontdesk.storage.database import Db, place
from frontdesk.storage.holding import hold
from frontdesk.storage.key_rotation import begin_rotation
from frontdesk.storage.notes import Note, add_note
from frontdesk.storage.people import Access, Account
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.storage.recovery_key import adopt_recovery_key, confirm_recovery_key
from frontdesk.vault.recovery import new_recovery_key
from frontdesk.wiring import Frontdesk

HOUR = timedelta(hours=1)
TESTS = Path(__file__).parents[1]
ELSEWHERE = {
    Happened.RESTORED: "storage/backup/test_backup.py",
    Happened.SIGNED_IN: "web/pages/staff/test_audited.py",
    Happened.SIGNED_OUT: "web/pages/staff/test_audited.py",
    Happened.ACCESS_DENIED: "web/pages/staff/test_audited.py",
    Happened.SYSTEM_CALLED: "storage/test_recorded_system.py",
    Happened.REPLY_HELD_BACK: "reception/test_held_back.py",
    Happened.AUDIT_EXPORTED: "cli/test_audit.py",
    Happened.TASK_CHANGED: "storage/test_tasks.py",
    Happened.MESSAGE_RETRIED: "storage/test_dead_letters.py",
    Happened.MESSAGE_DROPPED: "storage/test_dead_letters.py",
    Happened.STAFF_TOLD: "work/test_tell.py",
    Happened.ASSISTANT_PAUSED: "reception/test_taking_over.py",
    Happened.ASSISTANT_RESUMED: "reception/test_taking_over.py",
    Happened.STAFF_ACKNOWLEDGED: "reception/test_acknowledging.py",
    Happened.CALL_PUT_THROUGH: "voice/test_transfer.py",
    Happened.CALL_PLACED: "reception/test_calling_out.py",
    Happened.AFTER_VISIT_SETTLED: "reception/test_after_visits.py",
    Happened.REMINDER_SETTLED: "reception/test_reminding.py",
    Happened.CHART_WRITTEN: "reception/test_filing.py",
}
"""Where an event of that kind is looked for in the audit after it was done for real."""


@pytest.fixture
async def lived(smile: Frontdesk, tmp_path: Path) -> Frontdesk:
    """A desk at which everything has happened once that needs no browser, machine or system beside it."""
    maria = await a_patient_who_booked(smile)
    practice = await smile.practice(SMILE_ID)
    system = smile.system_of(SMILE_ID)
    async with smile.storage.practice(SMILE_ID) as db:
        await _identity(db, smile)
        await _besides(db)
        await _people(db)
        await _written_by_hand(db)
    await _agreements(smile)
    await file_of(smile.storage, practice, system, maria, now=NOW)
    await apply_practice(smile.storage, practice, [], now=NOW)
    await _keys_and_backup(smile, tmp_path)
    assert maria.patient is not None
    for visit in await system.appointments_of([maria.patient]):
        await system.cancel(visit.id, reason=Cancellation.PATIENT)
    await forgotten(smile, maria)
    return smile


async def _identity(db: Db, desk: Frontdesk) -> None:
    row = await db.one("select id from conversation where practice_id = %s limit 1", (SMILE_ID,))
    assert row is not None
    conversation = await read_conversation(db, row["id"])
    assert conversation is not None
    claim = Claim(given="Maria", family="Gonzalez", birth_date=date(1980, 1, 1), phone=PHONE)
    await prove(db, conversation, claim, now=NOW)
    practice = await Practices().read(db)
    await send_code(db, practice, conversation, given="Maria", family="Gonzalez", phone=PHONE, message=uuid4(), now=NOW)


async def _besides(db: Db) -> None:
    row = await db.one("select id from conversation where practice_id = %s limit 1", (SMILE_ID,))
    patient = await db.one("select id from patient where practice_id = %s limit 1", (SMILE_ID,))
    assert row is not None
    assert patient is not None
    entry = waitlist.Waiting(
        id=uuid4(),
        conversation=row["id"],
        patient=patient["id"],
        service=ServiceId("hydrafacial"),
        wish=Wish(),
        instead=None,
        joined=NOW,
    )
    await waitlist.join(db, entry)
    await waitlist.set_order(db, entry.id, urgency=Urgency.SOON, notice=HOUR)
    await waitlist.leave(db, row["id"], now=NOW)
    told = coverage.Told(id=uuid4(), conversation=row["id"], payer="Aetna", member=None, at=NOW)
    await coverage.keep_coverage(db, told)
    link = ChatLink(id=uuid4(), conversation=row["id"], expires=NOW + HOUR, stays_until=NOW + HOUR)
    await chat_links.add_link(db, link, now=NOW)
    await chat_links.open_link(db, link.id, "a browser's token", now=NOW)
    await chat_links.revoke_links(db, row["id"], now=NOW)
    await hold(db, row["id"], uuid4(), now=NOW)
    await add_note(db, Note(id=uuid4(), conversation=row["id"], by=uuid4(), text="Called back", written=NOW))
    await coverage.keep_confirmation(db, AppointmentId(str(uuid4())), row["id"], now=NOW)


async def _people(db: Db) -> None:
    ann = Account(id=uuid4(), name="Ann Lee", email="ann@example.com", role=Role.MANAGER, access=Access.ACTIVE)
    await people.add_account(db, ann, by="test", now=NOW)
    await people.set_role(db, ann.id, Role.OWNER)
    grant = Grant(
        id=uuid4(), reason="a visit is wrong", fields=frozenset(list(Field)[:1]), until=NOW + timedelta(hours=1)
    )
    await people.give_leave(db, grant, kind="support", account=ann.id, by=ann.id, now=NOW)
    await people.end_leave(db, grant.id, by=ann.id, now=NOW)


async def _written_by_hand(db: Db) -> None:
    """A field that is written where no other event says so."""
    row = await db.one("select id from patient where practice_id = %s limit 1", (SMILE_ID,))
    assert row is not None
    key = await db.subject(row["id"])
    sealed = key.seal("Another", place=place("patient", row["id"], "given"))
    await db.run(
        "update patient set given_sealed = %s where practice_id = %s and id = %s", (sealed, SMILE_ID, row["id"])
    )


async def _agreements(desk: Frontdesk) -> None:
    gate = AgreementGate(desk.storage, Practices(), desk.clock, SMILE_ID, MAIL)
    with pytest.raises(NotPermitted):
        await gate.pass_through()
    agreement = an_agreement()
    async with desk.storage.practice(SMILE_ID) as db:
        await record_agreement(db, agreement, by="owner", now=NOW)
    await gate.pass_through()
    async with desk.storage.practice(SMILE_ID) as db:
        await end_agreement(db, agreement.id, on=date(2026, 12, 31), by="owner", now=NOW)


async def _keys_and_backup(desk: Frontdesk, tmp_path: Path) -> None:
    url, key = make_conninfo(desk.storage.url, options=""), new_recovery_key()
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as owner:
        await adopt_recovery_key(owner, desk.storage, key.recipient, now=NOW)
        await confirm_recovery_key(owner, desk.storage, key, now=NOW)
    backup_place = BackupPlace(folder=tmp_path / "backups", spool=tmp_path)
    await Backups(url, desk.storage, backup_place, desk.clock).make()
    await begin_rotation(desk.storage, SMILE_ID, now=NOW)


async def test_whatever_happens_is_in_the_audit(lived: Frontdesk) -> None:
    async with lived.storage.practice(SMILE_ID) as db:
        rows = await db.all("select distinct what from audit_event where practice_id = %s", (SMILE_ID,))

    recorded = {row["what"] for row in rows}
    assert {kind.code for kind in Happened if kind not in ELSEWHERE} - recorded == set()


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_the_other_kinds_are_looked_for_in_the_test_that_is_named(kind: Happened) -> None:
    text = (TESTS / ELSEWHERE[kind]).read_text()

    assert kind.code in text or f"Happened.{kind.name}" in text
