"""Who booked the visits, and how many of the assistant's came while the clinic was closed."""

from datetime import datetime

from frontdesk.domain.time import Period
from frontdesk.outcomes.figures import Figure, share
from frontdesk.outcomes.proportions import Rate
from frontdesk.storage.database import Db

QUERY = "booked"


async def booked_by_assistant(db: Db, within: Period) -> Figure:
    """Of the visits that began in the stretch, whatever came of them, those that the assistant had booked."""
    row = await db.one(
        "select count(*) as visits, count(*) filter (where exists (select from booking b "
        "where b.practice_id = v.practice_id and b.appointment_id = v.number and b.doing = 'book' "
        "and b.conversation_id is not null and b.key not like %s and b.step in ('booked', 'verified', 'told'))) "
        "as ours "
        "from visit_outcome v where v.practice_id = %s and v.starts_at >= %s and v.starts_at < %s",
        ("hand:%", db.practice, within.start, within.end),
    )
    assert row is not None
    return share(QUERY, "by-assistant", Rate(hits=row["ours"], of=row["visits"]))


async def when_booked(db: Db, within: Period) -> list[datetime]:
    """When patients said the yes that the assistant booked in the stretch, in the order they did."""
    rows = await db.all(
        "select coalesce(m.sent_at, b.at) as said_at from booking b left join message m "
        "on m.practice_id = b.practice_id and m.id = b.message_id where b.practice_id = %s and b.doing = 'book' "
        "and b.conversation_id is not null and b.key not like %s and b.step in ('booked', 'verified', 'told') "
        "and b.at >= %s and b.at < %s order by 1",
        (db.practice, "hand:%", within.start, within.end),
    )
    return [row["said_at"] for row in rows]
