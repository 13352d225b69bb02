"""What came of each visit whose time has come, kept from whichever calendar the practice has."""

from datetime import UTC, datetime, timedelta
from typing import LiteralString

from frontdesk.storage.database import Db

EVERY = timedelta(hours=1)
LEARN_EVERY = timedelta(days=30)
LOOKS_BACK = timedelta(days=45)
"""What is marked later than that after the visit is not seen any more (a guess; copies of visits go after 30 days)."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any visit."""

_HERE: LiteralString = """
    select '' as system, a.id::text as number, a.patient_id, a.service, a.location, a.practitioner, a.starts_at,
        a.ends_at, a.created_at as booked_at, a.status, a.changed_at
    from appointment a
    where a.practice_id = %(practice)s and a.service is not null
        and a.starts_at <= %(now)s and a.starts_at > %(since)s
        and a.status in ('booked', 'arrived', 'checked-in', 'fulfilled', 'noshow', 'cancelled')
        and exists (select from appointment_history h where h.practice_id = a.practice_id and h.appointment_id = a.id
            and h.status not in ('pending', 'proposed', 'waitlist', 'cancelled'))
"""
_THERE: LiteralString = """
    select m.system, m.number, m.patient_id, m.service, m.location, m.practitioner, m.starts_at, m.ends_at,
        (select min(b.at) from booking b where b.practice_id = m.practice_id and b.appointment_id = m.number
            and b.doing = 'book') as booked_at, m.status, m.changed_at
    from mirrored_visit m join connection c on c.practice_id = m.practice_id and c.system = m.system
    where m.practice_id = %(practice)s and m.starts_at <= %(now)s and m.starts_at > %(since)s
        and m.status in ('booked', 'arrived', 'checked-in', 'fulfilled', 'noshow', 'cancelled')
"""
_KEEP: LiteralString = """
    insert into visit_outcome as o (practice_id, system, number, patient_id, service, location, practitioner, starts_at,
        ends_at, booked_at, confirmed_at, became)
    select %(practice)s, v.system, v.number, v.patient_id, v.service, v.location, v.practitioner, v.starts_at,
        v.ends_at, v.booked_at, (select c.confirmed_at from confirmation c where c.practice_id = %(practice)s
            and c.appointment_id = v.number and c.confirmed_at < v.starts_at),
        case when v.status in ('arrived', 'checked-in', 'fulfilled') then 'came' when v.status = 'noshow' then 'missed'
            when v.status = 'booked' then 'not-said'
            when v.changed_at > v.starts_at - %(notice)s then 'cancelled-late' else 'cancelled' end
    from visits v
    on conflict (practice_id, system, number) do update set patient_id = excluded.patient_id,
        service = excluded.service, location = excluded.location, practitioner = excluded.practitioner,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, became = excluded.became,
        booked_at = coalesce(o.booked_at, excluded.booked_at),
        confirmed_at = coalesce(excluded.confirmed_at, o.confirmed_at)
    where (o.patient_id, o.service, o.location, o.practitioner, o.starts_at, o.ends_at, o.became, o.booked_at,
        o.confirmed_at) is distinct from (excluded.patient_id, excluded.service, excluded.location,
        excluded.practitioner, excluded.starts_at, excluded.ends_at, excluded.became,
        coalesce(o.booked_at, excluded.booked_at), coalesce(excluded.confirmed_at, o.confirmed_at))
"""
# An array, so that the few are found once: a join on an id that is turned into text looks through all for each.
_NEVER_WAS_HERE: LiteralString = (
    "delete from visit_outcome where practice_id = %(practice)s and system = '' and number = any (array("
    "select a.id::text from appointment a where a.practice_id = %(practice)s and a.status = 'entered-in-error'))"
)
_NEVER_WAS_THERE: LiteralString = (
    "delete from visit_outcome o where o.practice_id = %(practice)s and o.system <> '' and (o.system, o.number) in "
    "(select m.system, m.number from mirrored_visit m where m.practice_id = %(practice)s "
    "and m.status = 'entered-in-error')"
)


async def gather(db: Db, *, notice: timedelta, now: datetime) -> int:
    """How many outcomes are new or otherwise than they were. Safe to repeat at any time.

    Cancelled within `notice` of its start, a visit was cancelled late. The first time everything is gathered.
    """
    run = await db.one("select gathered_at from outcome_run where practice_id = %s for update", (db.practice,))
    since = run["gathered_at"] - LOOKS_BACK if run else LONG_AGO
    connected = await db.one("select from connection where practice_id = %s", (db.practice,))
    wanted = {"practice": db.practice, "now": now, "since": since, "notice": notice}
    here: LiteralString = "with visits as (" + _HERE + ")" + _KEEP
    there: LiteralString = "with visits as (" + _THERE + ")" + _KEEP
    kept = await db.run(there if connected is not None else here, wanted)
    for calendar in (_NEVER_WAS_HERE, _NEVER_WAS_THERE):
        await db.run(calendar, wanted)
    await db.run(
        "insert into outcome_run (practice_id, gathered_at) values (%s, %s) "
        "on conflict (practice_id) do update set gathered_at = excluded.gathered_at",
        (db.practice, now),
    )
    return kept


GATHERED: LiteralString = (
    "select from outcome_run where practice_id = %(practice)s and gathered_at > %(gathered_since)s"
)
"""That outcomes were gathered since then."""


async def lesson_is_due(db: Db, *, now: datetime) -> bool:
    """Whether the month is over since the visits' lesson was learned."""
    row = await db.one(
        "select from outcome_run where practice_id = %s and (learned_at is null or learned_at <= %s)",
        (db.practice, now - LEARN_EVERY),
    )
    return row is not None


async def lesson_was_learned(db: Db, *, now: datetime) -> None:
    """The next lesson is a month from now."""
    await db.run("update outcome_run set learned_at = %s where practice_id = %s", (now, db.practice))


async def drop_old(db: Db, *, before: datetime) -> int:
    """How many outcomes of visits before then were removed."""
    return await db.run("delete from visit_outcome where practice_id = %s and starts_at < %s", (db.practice, before))
