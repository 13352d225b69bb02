"""Why conversations went to a person."""

from frontdesk.domain.time import Period
from frontdesk.outcomes.figures import Figure, share
from frontdesk.outcomes.proportions import Rate
from frontdesk.storage.database import Db

QUERY = "handed_over"


async def handed_over(db: Db, within: Period) -> list[Figure]:
    """Of the conversations in which a patient wrote in the stretch: those that came to a person, in all and by reason.

    A conversation counts once for each reason. Reasons are from the desk's own list; the commonest come first.
    """
    rows = await db.all(
        "with heard as (select distinct conversation_id as id from message where practice_id = %(practice)s "
        "and author = 'patient' and sent_at >= %(start)s and sent_at < %(end)s), given as (select t.reason, h.id "
        "from task t join heard h on h.id = t.conversation_id where t.practice_id = %(practice)s "
        "and t.opened_at >= %(start)s and t.opened_at < %(end)s) "
        "select null as reason, (select count(distinct id) from given) as given, (select count(*) from heard) as heard "
        "union all select reason, count(distinct id), (select count(*) from heard) from given group by reason "
        "order by 1 nulls first",
        {"practice": db.practice, "start": within.start, "end": within.end},
    )
    every, *reasons = rows
    commonest = sorted(reasons, key=lambda one: (-one["given"], one["reason"]))
    return [
        share(QUERY, "handed-over", Rate(hits=every["given"], of=every["heard"])),
        *(share(QUERY, "hand-off", Rate(hits=row["given"], of=row["heard"]), part=row["reason"]) for row in commonest),
    ]
