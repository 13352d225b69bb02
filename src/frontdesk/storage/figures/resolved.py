"""How often what a patient came for was done, done right, and they did not have to come back about it."""

from datetime import datetime, timedelta
from typing import LiteralString

from frontdesk.domain.time import Period
from frontdesk.outcomes.figures import Figure, share
from frontdesk.outcomes.proportions import Rate
from frontdesk.storage.database import Db

QUERY = "resolved"
A_SITTING = timedelta(hours=4)
"""What a patient writes with shorter pauses is about one thing (a guess)."""
SILENCE = timedelta(hours=72)
"""So long nothing more is heard about it."""

_SITTINGS: LiteralString = """
    with said as (
        select m.conversation_id, m.sent_at, m.sent_at - lag(m.sent_at) over one > %(pause)s as begins
        from message m where m.practice_id = %(practice)s and m.author = 'patient'
            and m.sent_at >= %(start)s - %(pause)s and m.sent_at < %(end)s + %(silence)s + %(pause)s
        window one as (partition by m.conversation_id order by m.seq)
    ), numbered as (
        select conversation_id, sent_at, count(*) filter (where begins) over (partition by conversation_id
            order by sent_at rows unbounded preceding) as sitting from said
    ), sitting as (
        select conversation_id, min(sent_at) as began, max(sent_at) as ended from numbered
        group by conversation_id, sitting
    ), followed as (
        select s.*, lead(s.began) over (partition by coalesce(c.patient_id, c.id) order by s.began) as next
        from sitting s join conversation c on c.practice_id = %(practice)s and c.id = s.conversation_id
    ), asked as (
        select * from followed
        where began >= %(start)s and began < %(end)s and ended + %(silence)s <= %(now)s
    ), touched as materialized (
        select h.appointment_id::text as number, h.changed_at from appointment_history h
        where h.practice_id = %(practice)s and h.changed_by = 'staff' and h.changed_at >= %(start)s
            and h.status in ('booked', 'cancelled', 'entered-in-error')
    ), undone as materialized (
        select b.conversation_id, b.at, t.changed_at from touched t join booking b on b.practice_id = %(practice)s
            and b.appointment_id = t.number and b.at < t.changed_at
    ), seen as materialized (
        select
            exists (select from booking b where b.practice_id = %(practice)s and b.step = 'told'
                and b.conversation_id = a.conversation_id and b.at between a.began and a.ended + %(pause)s)
            or exists (select from confirmation f where f.practice_id = %(practice)s
                and f.conversation_id = a.conversation_id and f.confirmed_at between a.began and a.ended + %(pause)s)
            as done,
            exists (select from task t where t.practice_id = %(practice)s and t.conversation_id = a.conversation_id
                and t.last_at between a.began and a.ended + %(silence)s)
            or exists (select from undone u where u.conversation_id = a.conversation_id
                and u.at between a.began and a.ended + %(pause)s and u.changed_at <= a.ended + %(silence)s)
            as wrong,
            coalesce(a.next <= a.ended + %(silence)s, false) as came_back
        from asked a
    )
    select count(*) as sittings, count(*) filter (where done and not wrong and not came_back) as resolved,
        count(*) filter (where not wrong and not came_back) as alone from seen
"""


async def resolved(db: Db, within: Period, *, now: datetime) -> list[Figure]:
    """Of everything that patients came for in the stretch and that is 72 hours old: done, right, and nothing after.

    Done: a visit was booked, moved, cancelled or confirmed, and the patient told. Right: no task for a person about it,
    and no person changed the visit within 72 hours. Nothing after: they wrote no more, on any channel. Beside it, what
    ended without a person and without another contact, whether or not anything was to be done.
    """
    row = await db.one(
        _SITTINGS,
        {
            "practice": db.practice,
            "start": within.start,
            "end": within.end,
            "now": now,
            "pause": A_SITTING,
            "silence": SILENCE,
        },
    )
    assert row is not None
    return [
        share(QUERY, "resolved", Rate(hits=row["resolved"], of=row["sittings"])),
        share(QUERY, "without-a-person", Rate(hits=row["alone"], of=row["sittings"])),
    ]
