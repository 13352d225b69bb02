"""What past visits taught about those that are missed, and what is known of the visits to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from zoneinfo import ZoneInfo

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, PractitionerId, ServiceId
from frontdesk.domain.time import Period, wall
from frontdesk.outcomes.noshow import FEATURES, Ahead, Model
from frontdesk.storage.database import Db
from frontdesk.storage.json_values import as_plain, from_plain

THE_DAY_BEFORE = timedelta(days=1)
"""What is told of a visit is what was known so long before it."""
MOST = 8000
"""So many of the newest visits teach; more would tell little more, and take seconds (a guess)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """A visit to come that a patient has, with what is known of it."""

    id: AppointmentId
    patient: PatientId
    service: ServiceId | None
    practitioner: PractitionerId | None
    location: LocationId
    during: Period
    known: Ahead


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """A model as it was kept."""

    at: datetime
    model: Model


async def past_visits(db: Db, zones: Mapping[str, ZoneInfo], *, until: datetime) -> tuple[list[Ahead], list[bool]]:
    """What was known of each visit the day before, and whether it was missed, in the order they began.

    Visits of unknown outcome and cancelled ones teach nothing; nor do those of whom nobody knows whose they were.
    """
    rows = await db.all(
        "select * from (select location, starts_at, booked_at, confirmed_at, became, "
        "count(*) filter (where became = 'came') over earlier as came, "
        "count(*) filter (where became = 'missed') over earlier as lost, "
        "count(*) filter (where became in ('came', 'missed', 'not-said')) over earlier as any "
        "from visit_outcome where practice_id = %s and patient_id is not null and starts_at <= %s "
        "window earlier as (partition by patient_id order by starts_at, number rows between unbounded preceding "
        "and 1 preceding)) v where became in ('came', 'missed') order by starts_at desc limit %s",
        (db.practice, until, MOST),
    )
    rows.reverse()
    return [_known(row, zones) for row in rows], [row["became"] == "missed" for row in rows]


_HERE: LiteralString = (
    "select a.id::text as number, a.patient_id, a.service, a.practitioner, a.location, a.starts_at, a.ends_at, "
    "a.created_at as booked_at from appointment a where a.practice_id = %(practice)s and a.status = 'booked' "
    "and a.service is not null and a.patient_id is not null and a.starts_at >= %(start)s and a.starts_at < %(end)s"
)
_THERE: LiteralString = (
    "select m.number, m.patient_id, m.service, m.practitioner, m.location, m.starts_at, m.ends_at, "
    "(select min(b.at) from booking b where b.practice_id = m.practice_id and b.appointment_id = m.number "
    "and b.doing = 'book') as booked_at from mirrored_visit m join connection c on c.practice_id = m.practice_id "
    "and c.system = m.system where m.practice_id = %(practice)s and m.status = 'booked' and m.patient_id is not null "
    "and m.starts_at >= %(start)s and m.starts_at < %(end)s"
)


async def coming_visits(db: Db, zones: Mapping[str, ZoneInfo], within: Period) -> list[Coming]:
    """The booked visits that begin in the stretch, soonest first."""
    connected = await db.one("select from connection where practice_id = %s", (db.practice,))
    which: LiteralString = _THERE if connected is not None else _HERE
    rows = await db.all(
        "select v.*, (select min(c.confirmed_at) from confirmation c where c.practice_id = %(practice)s "
        "and c.appointment_id = v.number) as confirmed_at, o.came, o.lost, o.any from (" + which + ") v, "
        "lateral (select count(*) filter (where became = 'came') as came, "
        "count(*) filter (where became = 'missed') as lost, "
        "count(*) filter (where became in ('came', 'missed', 'not-said')) as any from visit_outcome e "
        "where e.practice_id = %(practice)s and e.patient_id = v.patient_id and e.starts_at < v.starts_at) o "
        "order by v.starts_at, v.number",
        {"practice": db.practice, "start": within.start, "end": within.end},
    )
    return [
        Coming(
            id=AppointmentId(row["number"]),
            patient=PatientId(row["patient_id"]),
            service=ServiceId(row["service"]) if row["service"] else None,
            practitioner=PractitionerId(row["practitioner"]) if row["practitioner"] else None,
            location=LocationId(row["location"]),
            during=Period(start=row["starts_at"], end=row["ends_at"]),
            known=_known(row, zones, confirmed=row["confirmed_at"] is not None),
        )
        for row in rows
    ]


async def keep_model(db: Db, model: Model, *, now: datetime) -> None:
    """Keep what was learned, with the names of its weights, beside what was learned before."""
    learned = {"features": list(FEATURES), "model": as_plain(model)}
    await db.run(
        "insert into noshow_model (practice_id, learned_at, learned) values (%s, %s, %s) "
        "on conflict (practice_id, learned_at) do update set learned = excluded.learned",
        (db.practice, now, Jsonb(learned)),
    )


async def last_model(db: Db) -> Learned | None:
    """What was learned last; None before the first time, and of what was learned with other features than today's."""
    row = await db.one(
        "select learned_at, learned from noshow_model where practice_id = %s order by learned_at desc limit 1",
        (db.practice,),
    )
    if row is None or tuple(row["learned"]["features"]) != FEATURES:
        return None
    return Learned(at=row["learned_at"], model=from_plain(row["learned"]["model"], Model))


def weights_of(model: Model) -> Sequence[tuple[str, float]]:
    """Each weight with its name, in their order; () where it tells no visits apart."""
    return tuple(zip(FEATURES, model.weights, strict=True)) if model.weights else ()


def _known(row: DictRow, zones: Mapping[str, ZoneInfo], *, confirmed: bool | None = None) -> Ahead:
    start, booked, said = row["starts_at"], row["booked_at"], row["confirmed_at"]
    zone = zones.get(row["location"]) or next(iter(zones.values()))
    return Ahead(
        start=wall(start, zone),
        lead=start - booked if booked is not None else None,
        came=row["came"],
        missed=row["lost"],
        first=row["any"] == 0,
        confirmed=confirmed if confirmed is not None else said is not None and said <= start - THE_DAY_BEFORE,
    )
