"""How much of the time that patients gave back was filled from the waitlist, by offers and by hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.ids import ServiceId
from frontdesk.domain.time import Period
from frontdesk.outcomes.figures import Figure, Unit, part_of, share
from frontdesk.outcomes.proportions import Rate
from frontdesk.storage.database import Db

QUERY = "filled"
_FREED = (
    "select starts_at, ends_at from visit_outcome where practice_id = %(practice)s and starts_at >= %(start)s "
    "and starts_at < %(end)s and became in ('cancelled', 'cancelled-late') union all "
    "select h.starts_at, h.ends_at from (select starts_at, ends_at, status, appointment_id, "
    "lead(starts_at) over later as next_start, lead(changed_at) over later as moved_at from appointment_history "
    "where practice_id = %(practice)s window later as (partition by appointment_id order by version)) h "
    "join appointment a on a.practice_id = %(practice)s and a.id = h.appointment_id and a.service is not null "
    "where h.status = 'booked' and h.next_start <> h.starts_at and h.moved_at < h.starts_at "
    "and h.starts_at >= %(start)s and h.starts_at < %(end)s"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FromTheList:
    """A visit that somebody took from the waitlist: its hours, its service, and what came of it."""

    hours: float
    service: ServiceId | None
    became: str


async def filled(db: Db, within: Period, *, now: datetime) -> list[Figure]:
    """Offers that were taken of offers made in the stretch; hours filled of hours that came free in it.

    Offers that still wait for an answer are not counted. Hours come free when a visit is cancelled or moved before it
    began; the moves of a connected system are not known.
    """
    offers = await db.one(
        "select count(*) as made, count(*) filter (where became = 'taken') as taken "
        "from opening_offer where practice_id = %s and asked_at >= %s and asked_at < %s "
        "and became not in ('begun', 'not-asked') and (became <> 'asked' or open_until <= %s)",
        (db.practice, within.start, within.end, now),
    )
    assert offers is not None
    freed = await db.one(
        "select coalesce(sum(extract(epoch from ends_at - starts_at)), 0)::float8 / 3600 as hours from ("
        + _FREED
        + ") f",
        {"practice": db.practice, "start": within.start, "end": within.end},
    )
    assert freed is not None
    taken = [one for one in await _from_the_list(db, within) if one.became not in {"cancelled", "cancelled-late"}]
    hours = sum(one.hours for one in taken)
    return [
        share(QUERY, "offers-taken", Rate(hits=offers["taken"], of=offers["made"])),
        part_of(QUERY, "hours-filled", hours, freed["hours"]),
    ]


async def recovered(db: Db, within: Period, *, prices: Mapping[ServiceId, float]) -> list[Figure]:
    """Hours and money of visits from the waitlist that took place, of all that were taken from it.

    Money is the sum of the practice's own prices, where the service has one that is a plain amount; the figure's
    denominator is how many of those visits there were, its numerator how many have such a price.
    """
    taken = await _from_the_list(db, within)
    came = [one for one in taken if one.became == "came"]
    priced = [prices[one.service] for one in came if one.service is not None and one.service in prices]
    money = Figure(
        query="recovered",
        name="money-recovered",
        unit=Unit.MONEY,
        numerator=len(priced),
        denominator=len(came),
        value=sum(priced) if priced else None,
    )
    return [
        part_of("recovered", "hours-recovered", sum(one.hours for one in came), sum(one.hours for one in taken)),
        money,
    ]


async def _from_the_list(db: Db, within: Period) -> list[FromTheList]:
    rows = await db.all(
        "select extract(epoch from v.ends_at - v.starts_at)::float8 / 3600 as hours, v.service, v.became "
        "from visit_outcome v where v.practice_id = %s and v.starts_at >= %s and v.starts_at < %s and exists "
        "(select from opening o where o.practice_id = v.practice_id and o.stands = 'filled' "
        "and o.starts_at = v.starts_at and o.practitioner = v.practitioner and o.service = v.service) "
        "order by v.starts_at, v.number",
        (db.practice, within.start, within.end),
    )
    return [
        FromTheList(
            hours=row["hours"], service=ServiceId(row["service"]) if row["service"] else None, became=row["became"]
        )
        for row in rows
    ]
