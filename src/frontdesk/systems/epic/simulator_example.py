"""A small invented hospital group to try things on: two departments in two zones, three people, a room and a device."""

from collections.abc import Iterator
from datetime import date, timedelta

from frontdesk.systems.epic.simulator_hospital import World
from frontdesk.systems.epic.simulator_rows import Row
from frontdesk.systems.epic.simulator_world import (
    coverage,
    department,
    does,
    indication,
    openings,
    patient,
    provider,
    resource,
    visit,
    visit_type,
    weekdays_from,
)

MONDAY = date(2027, 3, 8)
"""The first day of the example's two weeks; daylight saving time begins on the Sunday between them."""

MAIN, DESERT = "603", "721"
OKAFOR, LINDQVIST, PATEL = "E1001", "E1002", "E2001"
ROOM, DEVICE = "E9001", "E9002"
OFFICE, CONSULT, NEW, SCAN = "95014", "95020", "95001", "95077"
LENA, AVERY, AVERY_YOUNG, MORGAN, QUINN = "3258559", "3258560", "3258561", "3258562", "3258563"
KNEE = "46866001"


def example_world(*, monday: date = MONDAY) -> World:
    """A hospital group whose two weeks of templates begin on `monday`. Everybody in it is invented.

    In the Main Clinic, on US Central time, Dr. Okafor is there from 9 to 12 and from 13 to 15, and Sam Lindqvist from 9
    to 11; scans on Tuesdays and Thursdays need the scanner, which begins ten minutes later. In the Desert Clinic, on
    Arizona's clock, Dr. Patel is there from 9 to 12. On Wednesdays Dr. Okafor's 11:00 to 12:00 is held for staff; on
    Fridays her afternoon is not for the web.
    """
    return World(
        name="Riverbend Health",
        usual_visit_type=OFFICE,
        user="simulated",
        password="simulated-password",  # noqa: S106 - obviously no real one
        departments=(
            department(MAIN, "Main Clinic", zone="America/Chicago", title="Central Time", short="CT",
                       city="Austin", state="TX", phone="512-555-0100"),
            department(DESERT, "Desert Clinic", zone="America/Phoenix", title="Arizona Time", short="MST",
                       city="Tempe", state="AZ", phone="480-555-0100"),
        ),
        providers=(
            provider(OKAFOR, "Ada", "Okafor", npi="1234567893"),
            provider(LINDQVIST, "Sam", "Lindqvist", degree="NP", npi="1999999992"),
            provider(PATEL, "Ira", "Patel", npi="1999999984", specialty="30"),
            resource(ROOM, "PROCEDURE ROOM 2"),
            resource(DEVICE, "SCANNER", kind="EQUIPMENT"),
        ),
        visit_types=(
            visit_type(OFFICE, "Office Visit", 30, advice="Arrive 10 minutes early."),
            visit_type(CONSULT, "Skin Consult", 45, advice="Bring a list of your medicines.\nNo make-up, please."),
            visit_type(NEW, "New Patient", 60, new_only=True),
            visit_type(SCAN, "Knee Scan", 15),
        ),
        does=tuple(_does()),
        indications=(
            indication(KNEE, SCAN),
            indication("S82.90XA", SCAN, system="urn:oid:2.16.840.1.113883.6.90"),
            indication("95014", OFFICE, system="urn:oid:1.2.840.114350.1.13.999.2.7.2.696871"),
        ),
        patients=(
            patient(LENA, "Lena", "Rivera", born="1988-04-12", mobile="512-555-0148", email="lena@example.org",
                    street="100 Main St", city="Austin", state="TX", zip="78701", mrn="202497"),
            patient(AVERY, "Avery", "Sample", born="1968-09-30", gender="male", mobile="512-555-0143", mrn="202498"),
            patient(AVERY_YOUNG, "Avery", "Sample", born="2012-01-08", gender="male", home="512-555-0143",
                    mrn="202499"),
            patient(MORGAN, "Morgan", "Invented", born="1985-12-24", gender="other", mobile="480-555-0144",
                    mrn="202500"),
            patient(QUINN, "Quinn", "Sample", born="2015-06-30", home="512-555-0143", mrn="202501"),
        ),
        openings=tuple(_templates(monday)),
        visits=tuple(_visits(monday)),
        coverages=(coverage("7001", patient=LENA, payer="Invented Health PPO", member="INV123456", group="G77"),),
    )  # fmt: skip


def _does() -> Iterator[Row]:
    rows = (
        (OKAFOR, OFFICE, MAIN), (OKAFOR, CONSULT, MAIN), (OKAFOR, NEW, MAIN), (LINDQVIST, OFFICE, MAIN),
        (PATEL, OFFICE, DESERT), (PATEL, NEW, DESERT),
    )  # fmt: skip
    for count, (who, what, where) in enumerate(rows, start=1):
        yield does(count, provider=who, visit_type=what, department=where, with_=ROOM if what == CONSULT else "")
    yield does(7, provider=LINDQVIST, visit_type=SCAN, department=MAIN, with_=DEVICE, later=10)


def _templates(monday: date) -> Iterator[Row]:
    for day in weekdays_from(monday, 2):
        for piece in openings(OKAFOR, MAIN, day, first="09:00", last="12:00"):
            held = day.weekday() == 2 and str(piece["time"]) >= "11:00"
            yield {**piece, "held": "Staff meeting", "before": "Staff meeting"} if held else piece
        for piece in openings(OKAFOR, MAIN, day, first="13:00", last="15:00"):
            yield {**piece, "public": day.weekday() != 4}
        yield from openings(LINDQVIST, MAIN, day, first="09:00", last="11:00")
        yield from openings(PATEL, DESERT, day, first="09:00", last="12:00")


def _visits(monday: date) -> Iterator[Row]:
    tuesday, wednesday, late = monday + timedelta(days=1), monday + timedelta(days=2), monday + timedelta(days=8)
    booked = (
        ("256594301", AVERY, OKAFOR, f"{tuesday}T09:00", "booked"),
        ("256594302", QUINN, LINDQVIST, f"{tuesday}T09:30", "booked"),
        ("256594304", AVERY, OKAFOR, f"{late}T10:30", "booked"),
        ("256594305", LENA, OKAFOR, "2026-11-30T10:00", "fulfilled"),
    )
    for number, who, whom, at, status in booked:
        yield visit(number, patient=who, provider=whom, department=MAIN, visit_type=OFFICE, minutes=30, at=at,
                    status=status)  # fmt: skip
    yield visit("256594303", patient=MORGAN, provider=PATEL, department=DESERT, visit_type=OFFICE, minutes=30,
                at=f"{wednesday}T10:00", zone="America/Phoenix")  # fmt: skip
