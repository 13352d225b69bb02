"""A small invented office for tests and for trying out: one clinic, two providers, three operatories, three weeks."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.opendental.simulator_office import World
from frontdesk.systems.opendental.simulator_rows import Row
from frontdesk.systems.opendental.simulator_world import (
    appointment,
    appointment_type,
    blockout,
    clinic,
    definition,
    hours,
    office_note,
    operatory,
    patient,
    preference,
    provider,
    staff_hours,
    weekdays_from,
)

AUSTIN = ZoneInfo("America/Chicago")
MONDAY = date(2026, 3, 2)
"""The first day of the example's three weeks; the second Monday is the first in daylight saving time."""

DENTIST, HYGIENIST = 1, 2
ROOM_1, ROOM_2, HYGIENE = 1, 2, 3
CLINIC = 1
ROBIN, AVERY, AVERY_JUNIOR, CAMERON, ARCHIVED = 11, 12, 13, 14, 15
NOT_CALLED, UNCONFIRMED, CONFIRMED, ARRIVED = 19, 20, 21, 22
STAFF_MEETING = 248
EXAM, CLEANING, CONSULTATION, BY_PROCEDURES, RETIRED = 1, 2, 3, 4, 5


def example_world(*, monday: date = MONDAY, zone: ZoneInfo = AUSTIN) -> World:
    """An office whose three weeks of schedules begin on `monday`. Everybody in it is invented.

    The dentist works in rooms 1 and 2, mornings and afternoons; the hygienist in room 3, on Fridays by an entry that
    names no operatory. Wednesdays at 13:00 there is a staff meeting; the second Friday is a holiday.
    """
    return World(
        zone=zone,
        clinics=(clinic(CLINIC, "Smile on Main"),),
        providers=(
            provider(DENTIST, "DOC1", "Ana", "Rivera"),
            provider(HYGIENIST, "HYG1", "Sam", "Ortiz", hygienist=True),
        ),
        operatories=(
            operatory(ROOM_1, "Room 1", dentist=DENTIST, clinic=CLINIC),
            operatory(ROOM_2, "Room 2", dentist=DENTIST, clinic=CLINIC),
            operatory(HYGIENE, "Hygiene", hygienist=HYGIENIST, clinic=CLINIC),
        ),
        definitions=(
            definition(NOT_CALLED, 2, "ApptConfirmed", "Not Called"),
            definition(UNCONFIRMED, 2, "ApptConfirmed", "Unconfirmed"),
            definition(CONFIRMED, 2, "ApptConfirmed", "Appointment Confirmed"),
            definition(ARRIVED, 2, "ApptConfirmed", "Arrived"),
            definition(23, 2, "ApptConfirmed", "Old Status", hidden=True),
            definition(40, 4, "BillingTypes", "Standard Account"),
            definition(92, 13, "RecallUnschedStatus", "Left Message"),
            definition(130, 18, "ImageCats", "Patient Forms"),
            definition(STAFF_MEETING, 25, "BlockoutTypes", "Staff Meeting"),
            definition(235, 27, "CommLogTypes", "ApptRelated"),
            definition(239, 27, "CommLogTypes", "Misc"),
            definition(263, 35, "ProviderSpecialties", "General"),
            definition(264, 35, "ProviderSpecialties", "Hygienist"),
        ),
        preferences=(
            preference(1, "ProgramVersion", "25.4.9.0"),
            preference(2, "PracticeTitle", "Smile on Main"),
            preference(3, "PracticePhone", "5125550100"),
            preference(4, "PracticeDefaultProv", str(DENTIST)),
            preference(5, "BrokenApptProcedure", "0"),
            preference(6, "BrokenApptCommLog", "0"),
        ),
        confirm_values={"Sent": UNCONFIRMED, "Confirmed": CONFIRMED},
        appointment_types=(
            appointment_type(EXAM, "New patient exam", "/XXXXXXXXXX/", codes="D0150"),
            appointment_type(CLEANING, "Cleaning", "/XXXXXX/", codes="D1110"),
            appointment_type(CONSULTATION, "Consultation", "/XXXX/"),
            appointment_type(BY_PROCEDURES, "By its procedures", "", codes="D2740"),
            appointment_type(RETIRED, "No longer offered", "/XX/", hidden=True),
        ),
        schedules=tuple(_schedules(monday)),
        patients=(
            patient(ROBIN, "Robin", "Testcase", born="1991-04-17", phone="5125550142", email="robin@example.com",
                    clinic=CLINIC),
            patient(AVERY, "Avery", "Sample", born="1968-09-30", phone="5125550143", clinic=CLINIC),
            patient(AVERY_JUNIOR, "Avery", "Sample", born="2012-01-08", phone="5125550143", guarantor=AVERY,
                    clinic=CLINIC),
            patient(CAMERON, "Cameron", "Invented", born="1985-12-24", phone="5125550144", clinic=CLINIC),
            patient(ARCHIVED, "Morgan", "Longgone", born="1950-02-02", phone="5125550145", status="Archived",
                    clinic=CLINIC),
        ),
        appointments=tuple({**row, "ClinicNum": CLINIC, "Confirmed": NOT_CALLED} for row in _appointments(monday)),
    )  # fmt: skip


def _schedules(monday: date) -> Iterator[Row]:
    holiday = monday + timedelta(days=11)
    number = 1000
    for day in weekdays_from(monday, 3):
        number += 10
        if day == holiday:
            yield office_note(number, day, "Closed: staff training")
            continue
        yield hours(number + 1, day, time(8), time(12), provider=DENTIST, operatories=(ROOM_1, ROOM_2))
        yield hours(number + 2, day, time(13), time(17), provider=DENTIST, operatories=(ROOM_1, ROOM_2))
        chairs = () if day.weekday() == 4 else (HYGIENE,)
        yield hours(number + 3, day, time(9), time(15), provider=HYGIENIST, operatories=chairs)
        if day.weekday() == 2:
            everywhere = (ROOM_1, ROOM_2, HYGIENE)
            yield blockout(number + 4, day, time(13), time(14), kind=STAFF_MEETING, operatories=everywhere)
        if day.weekday() == 0:
            yield staff_hours(number + 5, day, time(7, 30), time(15, 30), employee=2)


def _appointments(monday: date) -> Iterator[Row]:
    def at(days: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(monday + timedelta(days=days), time(hour, minute))

    yield appointment(101, patient=AVERY, operatory=ROOM_1, at=at(1, 9), pattern="/XXXXXXXXXX/", kind=EXAM)
    yield appointment(102, patient=CAMERON, operatory=ROOM_2, at=at(1, 14), kind=CONSULTATION)
    yield appointment(
        103,
        patient=ROBIN,
        operatory=HYGIENE,
        at=at(2, 9, 30),
        pattern="/XXXXXX/",
        provider=HYGIENIST,
        hygienist=HYGIENIST,
        kind=CLEANING,
    )
    yield appointment(104, patient=AVERY_JUNIOR, operatory=ROOM_1, at=at(8, 8), kind=CONSULTATION)
    yield appointment(105, patient=CAMERON, operatory=ROOM_1, at=at(3, 10), status="UnschedList")
