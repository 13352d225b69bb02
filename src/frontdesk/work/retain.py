"""Job: apply a practice's retention rules, once a day."""

from datetime import date, datetime

import structlog

from frontdesk.compliance.records import kept_until, rule_of
from frontdesk.domain.ids import PatientId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.reception.forgetting import Forgotten, forget
from frontdesk.storage import retention
from frontdesk.storage.database import Db
from frontdesk.storage.forget import destroy_kept_records, forget_conversations
from frontdesk.storage.inventory import every_waiting
from frontdesk.storage.jobs import Job
from frontdesk.storage.patient_file import Person, person_of
from frontdesk.storage.patients import read_patient
from frontdesk.storage.waitlist import take_off
from frontdesk.wiring import Frontdesk

_log = structlog.get_logger()


async def retain(desk: Frontdesk, job: Job) -> None:
    """Remove what is older than the practice's rules allow. Repeated, it removes nothing more."""
    practice = await desk.practice(job.practice)
    now = desk.clock.now()
    rules, today = practice.policies.retention, wall(now, practice.locations[0].zone).date()
    async with desk.storage.practice(practice.id) as db:
        removed = await retention.remove_old(db, rules, now=now)
        removed["records kept long enough"] = await destroy_kept_records(db, today=today)
        quiet = await retention.quiet_patients(db, rules, now=now)
        removed["waited for days that are over"] = await _end_past_wishes(db, today=today, now=now)
    removed["patients"] = sum([await _forget_if_over(desk, practice, one) for one in quiet])
    removed["conversations"] = await _forget_conversations(desk, practice)
    _log.info(
        "retention rules were applied", practice=str(practice.id), removed={k: n for k, n in removed.items() if n}
    )


async def _end_past_wishes(db: Db, *, today: date, now: datetime) -> int:
    """How many waited for days that are all over by the clinic's wall: nothing can open for them, and none is told."""
    past = [entry for entry in await every_waiting(db) if entry.wish.is_past(today)]
    return sum([await take_off(db, entry.id, now=now) for entry in past])


async def _forget_conversations(desk: Frontdesk, practice: Practice) -> int:
    """A transaction for each so many, so that nobody waits long."""
    forgotten = 0
    while True:
        async with desk.storage.practice(practice.id) as db:
            old = await retention.old_conversations(db, practice.policies.retention, now=desk.clock.now())
            if old:
                await forget_conversations(db, Person(patient=None, conversations=tuple(old)))
        forgotten += len(old)
        if len(old) < retention.AT_ONCE:
            return forgotten


async def _forget_if_over(desk: Frontdesk, practice: Practice, id: PatientId) -> bool:
    """Whether a patient was forgotten: they never came, or the law wants their record no more."""
    system, now = desk.system_of(practice.id), desk.clock.now()
    seen = [visit.during.start for visit in await system.appointments_of([id]) if visit.status.takes_time]
    async with desk.storage.practice(practice.id) as db:
        patient, person = await read_patient(db, id), await person_of(db, id)
    if patient is None:
        return False
    if seen:
        zone = practice.locations[0].zone
        rule = rule_of(practice.policies.retention, desk.book.rules, today=wall(now, zone).date())
        last = kept_until(rule, last_visit=wall(max(seen), zone).date(), born=patient.birth_date)
        if wall(now, zone).date() <= last:
            return False
    return isinstance(await forget(desk.storage, practice, system, person, book=desk.book, now=now), Forgotten)
