"""A small invented practice to try things on: two places in two zones, three people and a device, two weeks."""

from collections.abc import Iterator
from datetime import date
from itertools import count

from frontdesk.systems.athenahealth.simulator_practice import World
from frontdesk.systems.athenahealth.simulator_rows import Row
from frontdesk.systems.athenahealth.simulator_world import (
    cancel_reason,
    custom_field,
    department,
    frozen,
    kind,
    mapping,
    patient,
    provider,
    reason,
    slot,
    visit,
    weekdays_from,
)

MONDAY = date(2026, 3, 2)
"""The first day of the example's two weeks; the second Monday is the first in daylight saving time in Natick."""

PRACTICE = 195900
NATICK, TEMPE, BACK_OFFICE = 1, 21, 30
RIVERA, ORTIZ, PARK, ULTRASOUND_ROOM = 58, 59, 60, 71
ANY_15, ANY_30, FOLLOW_UP, NEW_PATIENT, PHYSICAL, ULTRASOUND, TEMPLATE, MEETING = 82, 640, 42, 8, 4, 90, 44, 77
FIRST_VISIT, COME_BACK, CHECK_UP, SCAN = 541, 563, 901, 930
ROBIN, AVERY, AVERY_JUNIOR, CAMERON, MORGAN, QUINN = 4011, 4012, 4013, 4014, 4015, 4016
FROM_API, CALLED_OFF, MISSED, LEFT_PRACTICE = -5, 2, 5, 9
UNCONFIRMED, CONFIRMED, LEFT_MESSAGE = 1, 2, 3
BOOKING_KEY, LANGUAGE, LEGACY = 641, 642, 1


def example_world(*, monday: date = MONDAY) -> World:
    """A practice whose two weeks of slots begin on `monday`. Everybody in it is invented.

    In Natick, on US/Eastern, Dr. Rivera has half hours from 9 to 12 and 45 minutes at 14:00 and 14:45; Sam Ortiz has
    quarters from 9 to 11 and a template slot at 13:00; the ultrasound room has half hours on Tuesdays and Thursdays
    from 10 to 12. In Tempe, on Arizona's clock, Dr. Park has half hours from 9 to 12. On Wednesdays Dr. Rivera's 11:00
    is held; her 11:30 on Thursdays is for staff alone, and on Fridays for nobody.
    """
    return World(
        practice_id=PRACTICE,
        name="Riverbend Family Care",
        required_at_check_in=("dob", "mobilephone", "email"),
        departments=(
            department(NATICK, "Riverbend Natick", zone="US/Eastern", city="Natick", state="MA", zip_code="01760",
                       phone="(508) 555-0100"),
            department(TEMPE, "Riverbend Tempe", zone="America/Phoenix", city="Tempe", state="AZ", zip_code="85281",
                       phone="(480) 555-0100"),
            department(BACK_OFFICE, "Back office", zone="US/Eastern", city="Natick", state="MA", zip_code="01760",
                       phone="(508) 555-0101", hidden=True),
        ),
        providers=(
            provider(RIVERA, "Ana", "Rivera"),
            provider(ORTIZ, "Sam", "Ortiz", kind="NP"),
            provider(PARK, "Lee", "Park", new=False),
            provider(ULTRASOUND_ROOM, "", "ULTRASOUND ROOM", kind="DEVICE", person=False),
        ),
        types=(
            kind(PHYSICAL, "PHYSICAL EXAM", 45, shown="Physical Exam Visit"),
            kind(NEW_PATIENT, "New Patient Appointment", 45),
            kind(FOLLOW_UP, "Established", 15, shown="Established Visit"),
            kind(TEMPLATE, "Template: Walk-in", 15, template=True),
            kind(MEETING, "Staff meeting", 60, patient=False),
            kind(ANY_15, "Any 15", 15, shown="Established Patient", generic=True),
            kind(ULTRASOUND, "Ultrasound", 30),
            kind(ANY_30, "Any 30", 30, shown="Office Visit", generic=True),
        ),
        reasons=(
            reason(FIRST_VISIT, "New Patient", of="new", hours=1),
            reason(COME_BACK, "Follow Up", of="existing", hours=48),
            reason(CHECK_UP, "Annual Physical", of="existing"),
            reason(SCAN, "Ultrasound"),
        ),
        mappings=(
            mapping(1, reason=FIRST_VISIT, department=NATICK, provider=RIVERA, kind=NEW_PATIENT),
            mapping(2, reason=COME_BACK, department=NATICK, provider=RIVERA, kind=FOLLOW_UP),
            mapping(3, reason=CHECK_UP, department=NATICK, provider=RIVERA, kind=PHYSICAL),
            mapping(4, reason=COME_BACK, department=NATICK, provider=ORTIZ, kind=FOLLOW_UP),
            mapping(5, reason=SCAN, department=NATICK, provider=ULTRASOUND_ROOM, kind=ULTRASOUND),
            mapping(6, reason=COME_BACK, department=TEMPE, provider=PARK, kind=FOLLOW_UP),
            mapping(7, reason=FIRST_VISIT, department=TEMPE, provider=PARK, kind=NEW_PATIENT),
        ),
        cancel_reasons=(
            cancel_reason(FROM_API, "CANCELLED FROM API"),
            cancel_reason(CALLED_OFF, "PATIENT CANCELLED"),
            cancel_reason(MISSED, "PATIENT NO SHOW", missed=True, reopens=False),
            cancel_reason(LEFT_PRACTICE, "PROVIDER UNAVAILABLE", reopens=False),
        ),
        confirmations=(
            {"statusid": UNCONFIRMED, "name": "Unconfirmed"},
            {"statusid": CONFIRMED, "name": "Confirmed"},
            {"statusid": LEFT_MESSAGE, "name": "Left message"},
        ),
        custom_fields=(
            custom_field(LEGACY, "Legacy Patient ID", of="patient", locked=True),
            custom_field(LANGUAGE, "Preferred language of calls", of="patient", options="English,Spanish"),
            custom_field(BOOKING_KEY, "Booking key", of="appointment"),
        ),
        packages=(
            {"insurancepackageid": 31724, "name": "INVENTED HEALTH (PPO) [31724]", "state": "MA"},
            {"insurancepackageid": 31725, "name": "INVENTED HEALTH (HMO) [31725]", "state": "MA"},
            {"insurancepackageid": 40001, "name": "MADE UP MUTUAL [40001]", "state": "AZ"},
        ),
        patients=(
            patient(ROBIN, "Robin", "Testcase", born="1991-04-17", phone="6175550142", email="robin@example.com"),
            patient(AVERY, "Avery", "Sample", born="1968-09-30", phone="6175550143", provider=RIVERA),
            patient(AVERY_JUNIOR, "Avery", "Sample", born="2012-01-08", home="6175550143"),
            patient(CAMERON, "Cameron", "Invented", born="1985-12-24", phone="4805550144", department=TEMPE),
            patient(MORGAN, "Morgan", "Longgone", born="1950-02-02", phone="6175550145", status="inactive"),
            patient(QUINN, "Quinn", "Sample", born="2015-06-30", home="6175550143"),
        ),
        appointments=tuple(_book(monday)),
    )  # fmt: skip


def _book(monday: date) -> Iterator[Row]:
    """The slots, numbered as they come, with five visits among them."""
    visits = {
        (1, RIVERA, "09:00"): {"patient": AVERY, "kind": FOLLOW_UP, "reason": COME_BACK},
        (1, RIVERA, "14:00"): {"patient": AVERY_JUNIOR, "kind": PHYSICAL, "reason": CHECK_UP},
        (2, ORTIZ, "09:30"): {"patient": ROBIN, "kind": FOLLOW_UP, "reason": COME_BACK},
        (3, PARK, "10:00"): {"patient": CAMERON, "kind": FOLLOW_UP, "reason": COME_BACK},
        (8, RIVERA, "10:30"): {"patient": ROBIN, "kind": FOLLOW_UP, "reason": COME_BACK},
    }
    numbers = count(1204401)
    for day in weekdays_from(monday, 2):
        for place, who, at, which, minutes in _hours_of(day):
            opened = {3: "staff", 4: "nobody"}.get(day.weekday(), "web") if (who, at) == (RIVERA, "11:30") else "web"
            one = slot(next(numbers), department=place, provider=who, day=day, at=at, kind=which, minutes=minutes,
                       opened=opened)  # fmt: skip
            taken = visits.get(((day - monday).days, who, at))
            held = (day.weekday(), who, at) == (2, RIVERA, "11:00")
            yield visit(one, **taken) if taken else frozen(one) if held else one


def _hours_of(day: date) -> Iterator[tuple[int, int, str, int, int]]:
    halves = [f"{hour:02}:{minute:02}" for hour in (9, 10, 11) for minute in (0, 30)]
    yield from ((NATICK, RIVERA, at, ANY_30, 30) for at in halves)
    yield from ((NATICK, RIVERA, at, PHYSICAL, 45) for at in ("14:00", "14:45"))
    yield from ((NATICK, ORTIZ, f"{hour:02}:{minute:02}", ANY_15, 15) for hour in (9, 10) for minute in (0, 15, 30, 45))
    yield NATICK, ORTIZ, "13:00", TEMPLATE, 15
    if day.weekday() in (1, 3):
        yield from ((NATICK, ULTRASOUND_ROOM, at, ULTRASOUND, 30) for at in halves[2:])
    yield from ((TEMPE, PARK, at, ANY_30, 30) for at in halves)
