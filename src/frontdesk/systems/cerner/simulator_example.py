"""A small invented clinic group to try things on: two clinics of one hospital, three people, a room, two weeks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from frontdesk.standards.simulating.fhir_values import Resource, elements_at, text_at
from frontdesk.systems.cerner.simulator_world import (
    LONG_AGO,
    World,
    appointment_type,
    location,
    organization,
    patient,
    practitioner,
    slot,
)

MONDAY = date(2026, 3, 2)
"""The first day of the example's two weeks; the second Monday is the first in daylight saving time."""

TENANT = "00000000-1111-4222-8333-444444444444"
ZONE = ZoneInfo("America/Chicago")
HOSPITAL, PAYER = "675844", "643847"
MAIN, DOWNTOWN, LAKESIDE, EXAM_1 = "21300001", "21304876", "21304877", "21304901"
RIVERA, ORTIZ, PARK, FORMER = "4122001", "4122002", "4122003", "4122009"
ROBIN, AVERY, AVERY_JUNIOR, CAMERON, MORGAN, QUINN = (
    "13500101",
    "13500102",
    "13500103",
    "13500104",
    "13500105",
    "13500106",
)
LASER = "Laser Room"
FOLLOW_UP, NEW_PATIENT, PHYSICAL, LASER_SESSION = "24477854", "24477855", "24477856", "24477857"

TYPES = {
    FOLLOW_UP: appointment_type(TENANT, FOLLOW_UP, "Established Patient", snomed="408443003"),
    NEW_PATIENT: appointment_type(TENANT, NEW_PATIENT, "New Patient", snomed="408443003"),
    PHYSICAL: appointment_type(TENANT, PHYSICAL, "Annual Physical"),
    LASER_SESSION: appointment_type(TENANT, LASER_SESSION, "Laser Session"),
}

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
UNCODED: Resource = {
    "coding": [{"extension": [{"url": ABSENT, "valueCode": "unknown"}]}],
    "text": "Established Patient",
}
"""A type without a code. Documented [data-absent]: an extension stands where the code is not known."""


def example_world(*, monday: date = MONDAY) -> World:
    """A domain whose two weeks of slots begin on `monday`. Everybody in it is invented.

    At Downtown, Dr. Rivera has half hours from 9 to 12 for established patients, and over the same time hours for new
    ones; physicals of 45 minutes at 14:00 and 14:45. Sam Ortiz has quarters from 9 to 11 there; and with the laser
    room, which has no id, hours at 13:00 and 14:00 on Tuesdays and Thursdays. At Lakeside, Dr. Park has half hours
    from 9 to 12. Dr. Rivera has no time from 11 to 12 on Wednesdays. Five visits stand in the book; the type of
    CAMERON's has no code.
    """
    schedule = list(_slots(monday))
    return World(
        tenant=TENANT,
        name="Riverbend Health",
        zone=ZONE,
        organization=HOSPITAL,
        resources=(
            organization(HOSPITAL, "Riverbend Hospital"),
            organization(PAYER, "Invented Health PPO"),
            location(MAIN, "Riverbend Main Building", physical="bu", role="HOSP", organization=HOSPITAL),
            location(DOWNTOWN, "Riverbend Downtown Clinic", physical="wa", role="OF", organization=HOSPITAL,
                     part_of=MAIN, phone="512-555-0100"),
            location(LAKESIDE, "Riverbend Lakeside Clinic", physical="wa", role="OF", organization=HOSPITAL,
                     phone="512-555-0101"),
            location(EXAM_1, "Exam 1", physical="ro", role="OF", organization=HOSPITAL, part_of=DOWNTOWN),
            practitioner(RIVERA, "Ana", "Rivera", npi="1999999901"),
            practitioner(ORTIZ, "Sam", "Ortiz", npi="1999999902", physician=False),
            practitioner(PARK, "Lee", "Park", npi="1999999903"),
            practitioner(FORMER, "Kim", "Formerly", npi="1999999909", active=False),
            patient(ROBIN, "Robin", "Testcase", born="1991-04-17", gender="other", phones=("5125550142",),
                    email="robin@example.org", ssn="000-00-0001", organization=HOSPITAL),
            patient(AVERY, "Avery", "Sample", born="1968-09-30", gender="female",
                    phones=("5125550143", "(512) 555-0149"), before="Earlier", organization=HOSPITAL),
            patient(AVERY_JUNIOR, "Avery", "Sample", born="2012-01-08", phones=("5125550143",), organization=HOSPITAL),
            patient(CAMERON, "Cameron", "Invented", born="1985-12-24", gender="male", phones=("+15125550144",),
                    organization=HOSPITAL),
            patient(MORGAN, "Morgan", "Longgone", born="1950-02-02", phones=("5125550145",), organization=HOSPITAL),
            patient(QUINN, "Quinn", "Sample", born="2015-06-30", phones=("5125550143",), organization=HOSPITAL),
            *(one for pair in schedule for one in pair),
            *_visits(monday, [pair[0] for pair in schedule]),
            *_blocks(monday),
        ),
    )  # fmt: skip


def at(day: date, clock: str) -> datetime:
    """The instant when the clinics' clocks show this, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=ZONE).astimezone(UTC)


def _slots(monday: date) -> Iterator[tuple[Resource, Resource]]:
    numbers = count(63_001_122, 3)
    for days in range(14):
        day = monday + timedelta(days=days)
        if day.weekday() > 4:
            continue
        for kind, place, who, room, clock, minutes in _hours_of(day):
            yield slot(
                kind=TYPES[kind],
                location=place,
                practitioner=who,
                room=room,
                number=next(numbers),
                at=at(day, clock),
                minutes=minutes,
                zone=ZONE,
            )


def _hours_of(day: date) -> Iterator[tuple[str, str, str, str, str, int]]:
    halves = [f"{hour:02}:{minute:02}" for hour in (9, 10, 11) for minute in (0, 30)]
    yield from ((FOLLOW_UP, DOWNTOWN, RIVERA, "", clock, 30) for clock in halves)
    yield from ((NEW_PATIENT, DOWNTOWN, RIVERA, "", f"{hour:02}:00", 60) for hour in (9, 10, 11))
    yield from ((PHYSICAL, DOWNTOWN, RIVERA, "", clock, 45) for clock in ("14:00", "14:45"))
    quarters = [f"{hour:02}:{minute:02}" for hour in (9, 10) for minute in (0, 15, 30, 45)]
    yield from ((FOLLOW_UP, DOWNTOWN, ORTIZ, "", clock, 15) for clock in quarters)
    if day.weekday() in (1, 3):
        yield from ((LASER_SESSION, DOWNTOWN, ORTIZ, LASER, f"{hour}:00", 60) for hour in (13, 14))
    yield from ((FOLLOW_UP, LAKESIDE, PARK, "", clock, 30) for clock in halves)


def _visits(monday: date, slots: list[Resource]) -> Iterator[Resource]:
    """Five visits that staff booked; the first is confirmed."""
    numbers = count(20_465_901)
    for days, who, clock, whom, status in (
        (1, RIVERA, "09:00", AVERY, "accepted"),
        (1, RIVERA, "14:00", AVERY_JUNIOR, "tentative"),
        (2, ORTIZ, "09:30", ROBIN, "tentative"),
        (3, PARK, "10:00", CAMERON, "tentative"),
        (8, RIVERA, "10:30", ROBIN, "tentative"),
    ):
        start = at(monday + timedelta(days=days), clock).isoformat().replace("+00:00", "Z")
        taken = next(
            one for one in slots
            if one["start"] == start and text_at(one, "serviceType", 0, "coding", 0, "code") != NEW_PATIENT
            and _place_of(who) == text_at(elements_at(one, "extension")[0], "valueReference", "reference")
            and _lasts(one) == {RIVERA: 45 if clock == "14:00" else 30, ORTIZ: 15, PARK: 30}[who]
        )  # fmt: skip
        yield {
            "resourceType": "Appointment",
            "id": str(next(numbers)),
            "meta": {"lastUpdated": LONG_AGO},
            "status": "booked",
            "serviceType": [UNCODED] if whom == CAMERON else taken["serviceType"],
            "description": text_at(taken, "serviceType", 0, "text"),
            "start": taken["start"],
            "end": taken["end"],
            "minutesDuration": _lasts(taken),
            "slot": [{"reference": f"Slot/{taken['id']}"}],
            "participant": [
                {"actor": {"reference": f"Practitioner/{who}"}, "required": "required", "status": "accepted"},
                {"actor": {"reference": f"Patient/{whom}"}, "required": "required", "status": status},
                {"actor": {"reference": _place_of(who)}, "required": "required", "status": "accepted"},
            ],
        }


def _blocks(monday: date) -> Iterator[Resource]:
    for number, days in enumerate((2, 9), start=1):
        day = monday + timedelta(days=days)
        begins, ends = (at(day, clock).isoformat().replace("+00:00", "Z") for clock in ("11:00", "12:00"))
        yield {
            "resourceType": "Block",
            "id": str(number),
            "meta": {"lastUpdated": LONG_AGO},
            "actor": f"Practitioner/{RIVERA}",
            "start": begins,
            "end": ends,
        }


def _place_of(who: str) -> str:
    return f"Location/{LAKESIDE if who == PARK else DOWNTOWN}"


def _lasts(one: Resource) -> int:
    begins, ends = (datetime.fromisoformat(text_at(one, edge)) for edge in ("start", "end"))
    return int((ends - begins).total_seconds()) // 60
