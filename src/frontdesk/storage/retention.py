"""What is older than the practice's rules allow, and its removal."""

from datetime import datetime, timedelta
from typing import LiteralString

from frontdesk.domain.ids import ConversationId, PatientId
from frontdesk.domain.retention import A_YEAR, Retention
from frontdesk.storage import openings
from frontdesk.storage.chat_links import forget_ended
from frontdesk.storage.database import Db
from frontdesk.storage.figures.gathering import drop_old
from frontdesk.storage.mirror import forget_old
from frontdesk.storage.text_looks import forget_settled

EVERY = timedelta(days=1)
AT_ONCE = 200
COPIES = timedelta(days=30)
"""How long after a visit in a connected system the copy of it stays; the system itself keeps it."""

OUTCOMES = 3 * A_YEAR
"""How long what came of a visit is kept for figures; the visit itself is kept by the law on records."""


BEGUN: LiteralString = "select from retention_run where practice_id = %(practice)s and begun_at > %(begun_since)s"
"""That the rules were applied since then."""


async def begin_run(db: Db, *, now: datetime) -> bool:
    """Whether the rules are to be applied now; of several processes that ask, one is told so."""
    begun = await db.one(
        "insert into retention_run (practice_id, begun_at) values (%s, %s) on conflict (practice_id) "
        "do update set begun_at = excluded.begun_at where retention_run.begun_at <= %s returning begun_at",
        (db.practice, now, now - EVERY),
    )
    return begun is not None


async def remove_old(db: Db, rules: Retention, *, now: datetime) -> dict[str, int]:
    """How much of each kind was removed: copies of what was sent, forms nobody used, tasks long done."""
    return {
        "sent": await db.run(
            "delete from outbox where practice_id = %s and state <> 'waiting' and created_at < %s",
            (db.practice, now - rules.sent),
        ),
        "unused forms": await db.run(
            "delete from intake where practice_id = %s and submitted_at is null and expires_at < %s",
            (db.practice, now - rules.unused_forms),
        ),
        "done tasks": await db.run(
            "delete from task where practice_id = %s and closed_at < %s", (db.practice, now - rules.done_tasks)
        ),
        "times that opened up": await openings.forget_old(db, before=now - rules.sent),
        "links into conversations": await forget_ended(db, before=now - rules.sent),
        "copies of visits elsewhere": await forget_old(db, before=now - COPIES),
        "texts that were no messages": await forget_settled(db, now=now),
        "outcomes of visits": await drop_old(db, before=now - OUTCOMES),
    }


async def old_conversations(db: Db, rules: Retention, *, now: datetime) -> list[ConversationId]:
    """Conversations past their time, the longest idle first, so many as one go may hold."""
    rows = await db.all(
        "select id from conversation where practice_id = %s and last_at < "
        "case when patient_id is null then %s else %s end::timestamptz order by last_at limit %s",
        (db.practice, now - rules.strangers, now - rules.conversations, AT_ONCE),
    )
    return [ConversationId(row["id"]) for row in rows]


async def quiet_patients(db: Db, rules: Retention, *, now: datetime) -> list[PatientId]:
    """Patients entered long ago of whom nothing was heard lately; whether they came is the calendar's to say."""
    since = now - rules.leads
    rows = await db.all(
        "select id from patient p where practice_id = %s and created_at < %s "
        "and not exists (select from conversation c where c.practice_id = p.practice_id and c.patient_id = p.id "
        "and c.last_at >= %s) "
        "and not exists (select from appointment a where a.practice_id = p.practice_id and a.patient_id = p.id "
        "and a.starts_at >= %s) order by created_at",
        (db.practice, since, since, since),
    )
    return [PatientId(row["id"]) for row in rows]
