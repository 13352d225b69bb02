"""How many visits were missed, against the clinic's own base."""

from datetime import datetime

from frontdesk.domain.time import Period
from frontdesk.outcomes.figures import Figure, change, share
from frontdesk.outcomes.proportions import Rate, difference
from frontdesk.storage.database import Db
from frontdesk.storage.figures.gathering import LONG_AGO

QUERY = "missed"
FEWEST_BEFORE = 30
"""With fewer outcomes from before the first reminder there is no base in them (a guess)."""


async def missed(db: Db, within: Period) -> list[Figure]:
    """Of visits that began in the stretch: missed, cancelled late, of unknown outcome; and the change since the base.

    A visit of unknown outcome is in no rate but its own: nobody has said whether the patient came.
    """
    found = await _counts(db, within.start, within.end)
    came, lost, late, unsaid = (found.get(one, 0) for one in ("came", "missed", "cancelled-late", "not-said"))
    rate = Rate(hits=lost, of=came + lost)
    base, named = await _base(db, within)
    return [
        share(QUERY, "missed", rate),
        share(QUERY, "missed-base", base, part=named),
        change(QUERY, "missed-change", difference(rate, base), now=rate, part=named),
        share(QUERY, "cancelled-late", Rate(hits=late, of=came + lost + late)),
        share(QUERY, "not-said", Rate(hits=unsaid, of=came + lost + unsaid)),
    ]


async def missed_by_week(db: Db, within: Period) -> list[Figure]:
    """The share that was missed, week by week (UTC), for the plot; `part` is the week's Monday."""
    rows = await db.all(
        "select date_trunc('week', starts_at)::date as week, count(*) filter (where became = 'missed') as missed, "
        "count(*) as of from visit_outcome where practice_id = %s and starts_at >= %s and starts_at < %s "
        "and became in ('came', 'missed') group by 1 order by 1",
        (db.practice, within.start, within.end),
    )
    return [
        share("missed_by_week", "missed-week", Rate(hits=row["missed"], of=row["of"]), part=str(row["week"]))
        for row in rows
    ]


async def _base(db: Db, within: Period) -> tuple[Rate, str]:
    """What was missed before this desk reminded of anything; else in the equally long stretch before this one."""
    first = await db.one(
        "select min(changed_at) as at from reminder where practice_id = %s and state = 'sent'", (db.practice,)
    )
    before = min(first["at"], within.start) if first and first["at"] else None
    if before is not None:
        counts = await _counts(db, LONG_AGO, before)
        base = Rate(hits=counts.get("missed", 0), of=counts.get("came", 0) + counts.get("missed", 0))
        if base.of >= FEWEST_BEFORE:
            return base, "before-reminders"
    counts = await _counts(db, within.start - within.length, within.start)
    return (
        Rate(hits=counts.get("missed", 0), of=counts.get("came", 0) + counts.get("missed", 0)),
        "stretch-before",
    )


async def _counts(db: Db, start: datetime, end: datetime) -> dict[str, int]:
    rows = await db.all(
        "select became, count(*) as many from visit_outcome where practice_id = %s and starts_at >= %s "
        "and starts_at < %s group by became",
        (db.practice, start, end),
    )
    return {row["became"]: row["many"] for row in rows}
