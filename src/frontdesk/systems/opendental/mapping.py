"""Pure: Open Dental's rows as our values, and our values as its fields.

Its words: an operatory is a room, a provider a practitioner, an appointment type a service. A `Pattern` holds one
character per five minutes: X where the provider is at work, / where the operatory is in use without them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Appointment, Slot, Status
from frontdesk.domain.ids import AppointmentId, LocationId, PatientId, ServiceId
from frontdesk.domain.practice import Location, Practice, Service
from frontdesk.domain.time import Period, instant, wall
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.systems.opendental.numbers import Numbers
from frontdesk.wire.foreign import Foreign, Unreadable

TICK = timedelta(minutes=5)
LONGEST = timedelta(hours=9)
"""Open Dental cuts what is longer."""

STATUS: Mapping[str, Status | None] = MappingProxyType(
    {
        "Scheduled": Status.BOOKED,
        "ASAP": Status.BOOKED,  # until 17.4: on the book, and wanted sooner
        "Complete": Status.FULFILLED,
        "UnschedList": Status.CANCELLED,
        "Broken": Status.CANCELLED,  # missed or cancelled: the row does not say which, unless by MISSED
        "Planned": Status.PROPOSED,
        "PtNote": None,  # a note on the schedule, no visit
        "PtNoteCompleted": None,
    }
)
MISSED = "Frontdesk: the patient did not come"
"""Stands in the note of a visit that we have marked as missed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A row of `GET /appointments`.

    `whole` is how long the operatory is in use, `during` what the patient was told: without set-up and clean-up.
    `providers` are the ProvNums that are busy, each with when. `standing` None: the row is a note, no visit; its
    `strange` says what in it could not be read, and then it counts as in use. `entered` and `changed` are when, on
    the office's clock, "" where an older version does not tell; `confirmed` is the DefNum of its confirmation.
    """

    number: int
    patient: int
    standing: Status | None
    whole: Period
    during: Period
    operatory: int
    location: LocationId
    providers: tuple[tuple[int, Period], ...]
    service: ServiceId | None
    note: str
    entered: str
    changed: str = ""
    confirmed: int = 0
    strange: Unreadable | None = None

    @property
    def in_use(self) -> bool:
        """Whether it keeps its operatory."""
        return self.strange is not None or self.standing is None or self.standing.takes_time

    @property
    def is_visit(self) -> bool:
        """Whether somebody comes, or came, or was to come; a note on the schedule is no visit."""
        return self.strange is not None or self.standing is not None

    @property
    def order(self) -> tuple[str, int]:
        """Which of two visits was there first."""
        return self.entered, self.number


def visit(row: Foreign, numbers: Numbers, practice: Practice) -> Visit | None:
    """A row of the book; None where it has no time yet, as planned visits have none.

    Raises: Unreadable (a field is not as documented; an unknown AptStatus is kept and told in `strange`).
    """
    if row.wall("AptDateTime").year == 1:
        return None
    operatory = row.integer("Op")
    location = _location(row, operatory, numbers, practice)
    pattern = _pattern(row)
    service = numbers.service_of(row.integer("AppointmentTypeNum")) if row.has("AppointmentTypeNum") else None
    told = _told(pattern, practice.service(service) if service else None)
    strange: Unreadable | None = None
    standing: Status | None = None
    try:
        standing = _standing(row)
    except Unreadable as unknown:
        strange = unknown
    start = row.wall("AptDateTime")
    comes, stays = start + told[0] * TICK, (told[1] - told[0]) * TICK
    begins = instant(comes.date(), comes.time(), location.zone)
    return Visit(
        number=row.integer("AptNum"),
        patient=row.integer("PatNum"),
        standing=standing,
        whole=_kept(start, len(pattern) * TICK, location.zone),
        during=Period(start=begins, end=begins + stays),
        operatory=operatory,
        location=location.id,
        providers=_providers(row, start, _kept(comes, stays, location.zone), location.zone),
        service=service,
        note=row.text("Note") if row.has("Note") else "",
        entered=row.text("SecDateTEntry") if row.has("SecDateTEntry") else "",
        changed=row.text("DateTStamp") if row.has("DateTStamp") else "",
        confirmed=row.integer("Confirmed") if row.has("Confirmed") else 0,
        strange=strange,
    )


def appointment(visit: Visit, numbers: Numbers, patient: PatientId | None) -> Appointment:
    """A visit as the desk knows it. Raises: Unreadable (its AptStatus is unknown, or it is a note)."""
    if visit.strange is not None:
        raise visit.strange
    if visit.standing is None:
        raise Unreadable(f"appointment {visit.number}", "AptStatus", "is that of a note, and a visit was wanted")
    place = numbers.room_of(visit.operatory)
    return Appointment(
        id=AppointmentId(str(visit.number)),
        service=visit.service,
        location=visit.location,
        practitioner=numbers.practitioner_of(visit.providers[0][0]) if visit.providers else None,
        room=place[0] if place else None,
        devices=(),  # Open Dental has no word for them
        during=visit.during,
        status=visit.standing,
        patient=patient,
    )


def pattern_of(service: Service, length: timedelta) -> str:
    """The Pattern of a visit: set-up, the visit, clean-up. Raises: NotPermitted, Refused."""
    for what, lasts in (("length", length), ("set-up", service.before), ("clean-up", service.after)):
        if lasts % TICK:
            raise NotPermitted(
                f"The {what} of service {service.id} is {lasts}, and Open Dental counts in five minutes. Round it."
            )
    if service.before + length + service.after > LONGEST:
        raise Refused(f"Service {service.id} takes longer than the nine hours Open Dental allows.")
    return "/" * (service.before // TICK) + "X" * (length // TICK) + "/" * (service.after // TICK)


def new_appointment(
    slot: Slot, *, chart: int, service: Service, zone: ZoneInfo, numbers: Numbers, note: str, first_visit: bool
) -> dict[str, object]:
    """The fields of `POST /appointments`. AptDateTime is when the operatory is needed: set-up included."""
    provider = numbers.practitioners[slot.practitioner]
    starts = wall(slot.during.start - service.before, zone)
    by_hygienist: dict[str, object] = {"ProvHyg": provider.number, "IsHygiene": "true"}
    clinic = {"ClinicNum": numbers.clinics[slot.location]} if slot.location in numbers.clinics else {}
    return {
        "PatNum": chart,
        "Op": operatory_of(slot, numbers),
        "AptDateTime": f"{starts:%Y-%m-%d %H:%M:%S}",
        "Pattern": pattern_of(service, slot.during.length),
        **(by_hygienist if provider.hygienist else {"ProvNum": provider.number}),
        **clinic,
        "AppointmentTypeNum": numbers.services[slot.service],
        **({"IsNewPatient": "true"} if first_visit else {}),
        "Note": note,
    }


def operatory_of(slot: Slot, numbers: Numbers) -> int:
    """The OperatoryNum of a slot's room, in the lane that its claim names. Raises: NotPermitted."""
    lane = next((claim.lane for claim in slot.claims if claim.id == slot.room), 1)
    operatories = numbers.rooms.get(slot.room, ()) if slot.room else ()
    if not 1 <= lane <= len(operatories):
        raise NotPermitted(f"Room {slot.room}, lane {lane}, has no operatory in Open Dental. Give it one.")
    return operatories[lane - 1]


def shown_once(during: Period, zone: ZoneInfo) -> bool:
    """Whether Open Dental, which knows only the clock on the wall, would take these times as we mean them."""
    start, end = (wall(moment, zone).replace(tzinfo=None, fold=0) for moment in (during.start, during.end))
    return end - start == during.length and _kept(start, during.length, zone) == during


def _standing(row: Foreign) -> Status | None:
    standing = row.word("AptStatus", STATUS)
    if standing is Status.BOOKED and row.has("DateTimeArrived") and row.wall("DateTimeArrived").time() != time(0):
        return Status.ARRIVED
    missed = standing is Status.CANCELLED and row.text("AptStatus") == "Broken"
    return Status.NOSHOW if missed and row.has("Note") and MISSED in row.text("Note") else standing


def _location(row: Foreign, operatory: int, numbers: Numbers, practice: Practice) -> Location:
    place = numbers.room_of(operatory)
    if place is not None:
        return practice.location(practice.room(place[0]).location)
    clinic = row.integer("ClinicNum") if row.has("ClinicNum") else 0
    for id, number in numbers.clinics.items():
        if number == clinic:
            return practice.location(id)
    return practice.locations[0]  # an operatory that is not ours still keeps its provider busy


def _pattern(row: Foreign) -> str:
    pattern = row.text("Pattern")
    if not re.fullmatch(r"[X/]+", pattern):
        raise Unreadable(row.row, "Pattern", "is not made of X and / alone")
    return pattern


def _told(pattern: str, service: Service | None) -> tuple[int, int]:
    """From which to which character the visit lasts as the patient was told: without the service's own buffers."""
    before, after = (service.before // TICK, service.after // TICK) if service else (0, 0)
    inside = pattern[before : len(pattern) - after]
    if not inside or "X" in pattern[:before] or "X" in pattern[len(pattern) - after :]:
        return 0, len(pattern)  # staff gave it a pattern of their own
    return before, before + len(inside)


def _providers(row: Foreign, start: datetime, told: Period, zone: ZoneInfo) -> tuple[tuple[int, Period], ...]:
    """Who is busy, and when: the main provider all the visit long, the second where PatternSecondary has an X.

    With IsHygiene the hygienist is the main provider, as in Open Dental's own look for double bookings.
    """
    dentist = row.integer("ProvNum")
    hygienist = row.integer("ProvHyg") if row.has("ProvHyg") else 0
    by_hygienist = bool(hygienist) and row.has("IsHygiene") and row.yes("IsHygiene")
    main, second = (hygienist, dentist) if by_hygienist else (dentist, hygienist)
    busy = [(main, told)] if main else []
    at_work = row.text("PatternSecondary") if row.has("PatternSecondary") else ""
    if second and "X" in at_work:
        first, end = at_work.index("X"), at_work.rindex("X") + 1
        busy.append((second, _kept(start + first * TICK, (end - first) * TICK, zone)))
    return tuple(busy)


def _kept(start: datetime, length: timedelta, zone: ZoneInfo) -> Period:
    """The time that a wall-clock start and a length keep; where the clock is changed, all that may be meant."""
    begins = instant(start.date(), start.time(), zone)
    shown_end = start + length
    last = instant(shown_end.date(), shown_end.time().replace(fold=1), zone)
    return Period(start=begins, end=max(begins + length, last))
