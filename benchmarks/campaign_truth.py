"""What must hold when every desk stands still: asked of the database by its owner, past all code of ours."""

import psycopg

MUST_BE_NONE = {
    "double bookings": """
        select count(*) from claim a join claim b on a.practice_id = b.practice_id and a.kind = b.kind
            and a.subject = b.subject and a.lane = b.lane and a.appointment_id < b.appointment_id
            and a.during && b.during
        where a.guarded and b.guarded""",
    "patients whose last word is not so": """
        select count(*) from promise p left join appointment a
            on a.practice_id = p.practice_id and a.id = p.appointment_id::uuid
        where greatest(p.starts_at, a.starts_at) > %(since)s
            and case when p.status = 'booked'
                then a.id is null or not (a.status in ('booked', 'arrived', 'checked-in', 'fulfilled')
                    and a.starts_at = p.starts_at and a.ends_at = p.ends_at and a.practitioner = p.practitioner)
                else a.status in ('booked', 'arrived', 'checked-in', 'fulfilled', 'pending') end
            and (p.starts_at > %(now)s or a.starts_at > %(now)s)""",
    "words that the calendar never showed": """
        select count(*) from campaign_said s where s.told_in >= %(round)s and s.said = 'yes' and not exists (
            select from appointment_history h where h.appointment_id = s.visit::uuid and h.starts_at = s.starts_at
            and h.practitioner = s.practitioner and h.status in ('booked', 'arrived', 'checked-in', 'fulfilled'))""",
    "cancellations told that were none": """
        select count(*) from campaign_said s where s.told_in >= %(round)s and s.said = 'out' and not exists (
            select from appointment_history h where h.appointment_id = s.visit::uuid
            and h.status in ('cancelled', 'noshow', 'entered-in-error'))""",
    "patients told no whose visit stands": """
        select count(*) from campaign_said s join booking b on b.key = s.key
            join acted k on k.practice_id = b.practice_id and k.key = s.key
            join appointment a on a.practice_id = k.practice_id and a.id = k.appointment_id
        where s.told_in >= %(round)s and s.said = 'no' and b.doing = 'book'
            and a.status in ('booked', 'pending')""",
    "patients told yes whose intent did not end so": """
        select count(*) from campaign_said s left join booking b on b.key = s.key
        where s.told_in >= %(round)s and s.said <> 'no' and b.step is distinct from 'told'""",
    "intents that never ended": """
        select count(*) from booking where step in ('intended', 'held', 'agreed', 'booked', 'verified')""",
    "intents left to a person": "select count(*) from booking where step = 'unknown'",
    "visits that nobody was told of": """
        select count(*) from appointment a where a.source = 'desk' and a.status = 'booked' and a.starts_at > %(since)s
            and not exists (select from promise p
                where p.practice_id = a.practice_id and p.appointment_id = a.id::text)""",
    "told intents without their visit": """
        select count(*) from booking b where b.step = 'told' and b.doing <> 'cancel' and not exists (
            select from acted k where k.practice_id = b.practice_id and k.key = b.key
            and k.appointment_id::text = b.appointment_id)""",
    "times kept busy by nothing": """
        select count(*) from claim c join appointment a on a.practice_id = c.practice_id and a.id = c.appointment_id
        where a.status not in ('booked', 'pending', 'arrived', 'checked-in', 'fulfilled')""",
    "visits that keep nothing busy": """
        select count(*) from appointment a where a.status in ('booked', 'pending') and a.starts_at > %(since)s
            and not exists (select from claim c where c.practice_id = a.practice_id and c.appointment_id = a.id)""",
}
"""Each counts what there must be none of. `since`: what began earlier was looked at in an earlier round."""


def wrong(url: str, *, since: object, now: object, round: int) -> dict[str, int]:
    """How many of each there are; only those that are not none."""
    found: dict[str, int] = {}
    with psycopg.connect(url) as owner:
        for name, sql in MUST_BE_NONE.items():
            row = owner.execute(sql, {"since": since, "now": now, "round": round}).fetchone()
            if row is not None and row[0]:
                found[name] = int(row[0])
    return found
