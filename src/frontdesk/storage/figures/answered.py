"""How soon the assistant answered."""

from frontdesk.domain.time import Period
from frontdesk.outcomes.figures import Figure, quantile, share
from frontdesk.outcomes.proportions import Rate
from frontdesk.storage.database import Db

QUERY = "answered"


async def answered(db: Db, within: Period) -> list[Figure]:
    """Of patients' messages in the stretch, those that the assistant answered; and how soon, from their arrival until
    the answer was handed to the channel's queue. What a carrier takes after that is not in it."""
    rows = await db.all(
        "select min(extract(epoch from r.sent_at - m.sent_at))::float8 as seconds from message m "
        "left join message r on r.practice_id = m.practice_id and r.conversation_id = m.conversation_id "
        "and r.answers_id = m.id and r.author = 'assistant' where m.practice_id = %s and m.author = 'patient' "
        "and m.sent_at >= %s and m.sent_at < %s group by m.id",
        (db.practice, within.start, within.end),
    )
    seconds = [row["seconds"] for row in rows if row["seconds"] is not None]
    return [
        share(QUERY, "answered", Rate(hits=len(seconds), of=len(rows))),
        quantile(QUERY, "response-time", seconds, 0.5, part="p50"),
        quantile(QUERY, "response-time", seconds, 0.95, part="p95"),
    ]
