"""A small invented practice for tests and for trying out: two places, four people, five kinds of visit, three weeks."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.allscripts.simulator_practice import Login, World
from frontdesk.systems.allscripts.simulator_rows import Row
from frontdesk.systems.allscripts.simulator_world import (
    appointment,
    appointment_type,
    block,
    department,
    hours,
    location,
    patient,
    practitioner,
    reason,
    resource,
    weekdays_from,
)

DENVER = ZoneInfo("America/Denver")
MONDAY = date(2026, 3, 2)
"""The first day of the example's three weeks; the second Monday is the first in daylight saving time."""

FAMILY = 1
MAIN, NORTH = 11, 12
GRAY, HALE, IRIS, FORMER = 31, 32, 33, 34
GRAYS, HALES, IRISES, ROOM, DEVICE = 101, 102, 103, 104, 105
NEW_PATIENT, FOLLOW_UP, PHYSICAL, PROCEDURE, ULTRASOUND = 201, 202, 203, 204, 205
ASH, ROBIN, ROBIN_JUNIOR, CAMERON, MORGAN = 33_760, 33_761, 33_762, 33_763, 33_764
PATIENT_CALLED, DOCTOR_AWAY = 4, 5
LEFT_MESSAGE, SAID_YES = 1, 2
USER, PASSWORD, OTHER_USER = "frontdesk", "simulated-password", "manager"
EHR_PASSWORD = "simulated-ehr-password"  # noqa: S105 - opens nothing but this simulator


def example_world(*, monday: date = MONDAY) -> World:
    """A practice whose three weeks of hours begin on `monday`. Everybody in it is invented.

    Dr. Gray and Dr. Hale work in the main office, Ms. Iris in the north, mornings. The procedure room and the
    ultrasound are booked for themselves. The two Robins share a name and a phone with their family. On Wednesdays at
    13:00 Dr. Gray has a meeting.
    """
    return World(
        name="Simulated Family Practice",
        zone=DENVER,
        windows_zone="Mountain Standard Time",
        logins=(
            Login(user=USER, password=PASSWORD, ehr_password=EHR_PASSWORD),
            Login(user=OTHER_USER, password=PASSWORD),
        ),
        departments=(department(FAMILY, "FM", "Family Medicine"),),
        locations=(
            location(MAIN, "MAIN", "Main Office", department="FM"),
            location(NORTH, "NORTH", "North Office", department="FM", phone="8015550101"),
        ),
        practitioners=(
            practitioner(GRAY, "GRAY", "Dana", "Gray"),
            practitioner(HALE, "HALE", "Pat", "Hale"),
            practitioner(IRIS, "IRIS", "Lou", "Iris", suffix="NP", physician=False),
            practitioner(FORMER, "FORMER", "Alex", "Former", inactive_since="2025-12-31"),
        ),
        resources=(
            resource(GRAYS, "GRAY", "Dana Gray, MD", practitioner=GRAY, types=(NEW_PATIENT, FOLLOW_UP, PHYSICAL)),
            resource(HALES, "HALE", "Pat Hale, MD", practitioner=HALE, types=(FOLLOW_UP, PHYSICAL)),
            resource(IRISES, "IRIS", "Lou Iris, NP", practitioner=IRIS, types=(NEW_PATIENT, FOLLOW_UP)),
            resource(ROOM, "PROCRM", "Procedure room", types=(PROCEDURE,), kind="Room"),
            resource(DEVICE, "ULTRA", "Ultrasound", types=(ULTRASOUND,), kind="Equipment"),
        ),
        appointment_types=(
            appointment_type(NEW_PATIENT, "NEWPAT", "New patient", 30),
            appointment_type(FOLLOW_UP, "FU", "Follow-up", 15),
            appointment_type(PHYSICAL, "PHYS", "Annual physical", 45),
            appointment_type(PROCEDURE, "PROC", "Minor procedure", 60),
            appointment_type(ULTRASOUND, "US", "Ultrasound", 30),
        ),
        cancellation_reasons=(
            reason("Cancellation_Reason_ID", PATIENT_CALLED, "PTCALL", "Patient called"),
            reason("Cancellation_Reason_ID", DOCTOR_AWAY, "DRAWAY", "Doctor away"),
        ),
        confirmation_results=(
            reason("Confirmation_Result_ID", LEFT_MESSAGE, "LM", "Left message"),
            reason("Confirmation_Result_ID", SAID_YES, "YES", "Patient confirmed"),
        ),
        hours=tuple(_hours(monday)),
        blocks=tuple(_meetings(monday)),
        patients=(
            patient(ASH, "Ash", "Rowan", born="1990-02-03", sex="F", cell="8015550142", email="ash@example.com"),
            patient(ROBIN, "Robin", "Sample", born="1968-09-30", sex="M", home="8015550143", middle="T"),
            patient(ROBIN_JUNIOR, "Robin", "Sample", born="2004-01-08", home="8015550143"),
            patient(CAMERON, "Cameron", "Invented", born="1985-12-24", sex="F", cell="8015550144"),
            patient(MORGAN, "Morgan", "Mockup", born="", cell="8015550145"),
        ),
        appointments=tuple(_appointments(monday)),
    )


def _hours(monday: date) -> Iterator[Row]:
    number = 0
    for day in weekdays_from(monday, 3):
        for who, place, start, end in (
            (GRAYS, MAIN, time(9), time(17)),
            (HALES, MAIN, time(10), time(18)),
            (IRISES, NORTH, time(8), time(12)),
            (ROOM, MAIN, time(9), time(17)),
            (DEVICE, MAIN, time(9), time(17)),
        ):
            number += 1
            yield hours(number, day, start, end, resource=who, location=place)


def _meetings(monday: date) -> Iterator[Row]:
    for week in range(3):
        day = monday + timedelta(days=2 + 7 * week)
        yield block(week + 1, day, time(13), time(14), resource=GRAYS, says="Team meeting")


def _appointments(monday: date) -> Iterator[Row]:
    def visit(number: int, who: int, on: int, type: int, days: int, start: time, minutes: int) -> Row:
        when = datetime.combine(monday + timedelta(days=days), start)
        place = NORTH if on == IRISES else MAIN
        return appointment(
            number, patient=who, resource=on, location=place, type=type, at=when, minutes=minutes, comments=""
        )

    yield visit(9_901, ROBIN, GRAYS, FOLLOW_UP, 1, time(10), 15)
    yield visit(9_902, CAMERON, HALES, PHYSICAL, 1, time(14), 45)
    yield visit(9_903, ASH, ROOM, PROCEDURE, 2, time(11), 60)
    yield visit(9_904, ROBIN_JUNIOR, IRISES, NEW_PATIENT, 8, time(8), 30)
    yield {**visit(9_905, CAMERON, GRAYS, FOLLOW_UP, 3, time(9), 15), "status": "X", "cancelled": f"{monday}T08:00:00"}
