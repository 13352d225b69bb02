"""A small invented medspa for tests and for trying out: two places, four people, five services, three weeks."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.mindbody.simulator_rows import Row
from frontdesk.systems.mindbody.simulator_site import Login, Permission, World
from frontdesk.systems.mindbody.simulator_world import (
    appointment,
    block,
    client,
    client_service,
    does,
    hours,
    location,
    pricing_option,
    program,
    resource,
    session_type,
    staff,
    weekdays_from,
)

DENVER = ZoneInfo("America/Denver")
MONDAY = date(2026, 3, 2)
"""The first day of the example's three weeks; the second Monday is the first in daylight saving time."""

SITE = 5720
DOWNTOWN, LAKESIDE = 1, 2
INJECTABLES, LASER, CLASSES = 21, 22, 23
CONSULTATION, BOTOX, FILLER, LASER_FACE, PEEL, STRETCHING = 41, 42, 43, 44, 45, 46
ROOM_A, LASER_ROOM, LAKE_ROOM = 5, 6, 7
DANA, RAVI, LENA, FORMER, DESK = 77, 78, 79, 80, 81
ROBIN, AVERY, AVERY_JUNIOR, CAMERON, MORGAN, INACTIVE = range(100_000_011, 100_000_017)
USERNAME, PASSWORD = "frontdesk", "simulated-password"
READER = "reader"


def example_world(*, monday: date = MONDAY, zone: ZoneInfo = DENVER, site: int = SITE) -> World:
    """A medspa whose three weeks of hours begin on `monday`. Everybody in it is invented.

    Dana works downtown with injectables, and takes ten minutes to clean up; Ravi downtown with the laser; Lena by the
    lake, mornings, with both. The two Averys share a name and a phone with their family. On Wednesdays at 13:00 Dana
    has a meeting. The login "reader" may read and nothing else.
    """
    everything = (CONSULTATION, BOTOX, FILLER, LASER_FACE)
    return World(
        site=site,
        name="Glow on Main",
        zone=zone,
        logins=(
            Login(username=USERNAME, password=PASSWORD, staff=DESK),
            Login(
                username=READER,
                password=PASSWORD,
                staff=DESK,
                permissions=frozenset({Permission.VIEW_APPOINTMENTS, Permission.VIEW_CLIENTS}),
            ),
        ),
        required=("BirthDate", "MobilePhone"),
        waiver="I agree to be treated. (A simulated waiver.)",
        locations=(
            location(DOWNTOWN, "Downtown", site=site),
            location(LAKESIDE, "Lakeside", site=site, phone="3035550101"),
        ),
        programs=(
            program(INJECTABLES, "Injectables"),
            program(LASER, "Laser and skin"),
            program(CLASSES, "Classes", kind="Class"),
        ),
        session_types=(
            session_type(CONSULTATION, "Consultation", 30, program=INJECTABLES, resources=(ROOM_A, LAKE_ROOM)),
            session_type(BOTOX, "Botox", 45, program=INJECTABLES, resources=(ROOM_A, LAKE_ROOM)),
            session_type(FILLER, "Filler", 60, program=INJECTABLES, resources=(ROOM_A, LAKE_ROOM)),
            session_type(LASER_FACE, "Laser, face", 90, program=LASER, resources=(LASER_ROOM,)),
            session_type(PEEL, "Quick peel", 15, program=LASER, add_on=True, online=False),
            session_type(STRETCHING, "Stretching class", 60, program=CLASSES, kind="Class"),
        ),
        pricing_options=(
            pricing_option(9001, "Botox, one area", 240.0, program=INJECTABLES, session_types=(BOTOX,),
                           locations=(DOWNTOWN, LAKESIDE), prices={str(LENA): 220.0}),
            pricing_option(9002, "Laser, one visit", 310.0, program=LASER, session_types=(LASER_FACE,),
                           locations=(DOWNTOWN,), online=False),
        ),
        resources=(
            resource(ROOM_A, "Room A", location=DOWNTOWN, programs=(INJECTABLES,)),
            resource(LASER_ROOM, "Laser room", location=DOWNTOWN, programs=(LASER,)),
            resource(LAKE_ROOM, "Lake room", location=LAKESIDE, programs=(INJECTABLES, LASER)),
        ),
        staff=(
            staff(DANA, "Dana", "Placeholder", does(CONSULTATION, 30, after=10), does(BOTOX, 45, after=10),
                  does(FILLER, 75, after=10)),
            staff(RAVI, "Ravi", "Specimen", does(LASER_FACE, 90, before=15), does(PEEL, 15)),
            staff(LENA, "Lena", "Mockup", *(does(one, 60) for one in everything), double=True),
            staff(FORMER, "Alex", "Former", does(BOTOX, 45), active=False),
            staff(DESK, "Sam", "Deskman", appointments=False),
        ),
        custom_fields=({"Id": 1, "Name": "Allergies", "DataType": "String"},),
        client_indexes=({"Id": 1, "Name": "Skin type", "RequiredBusinessMode": False, "RequiredConsumerMode": False,
                         "Values": []},),
        contact_log_types=({"Id": 1, "Name": "Phone call", "SubTypes": []},),
        availabilities=tuple(_times(monday)),
        clients=(
            client(ROBIN, "Robin", "Testcase", email="robin@example.com", phone="3035550142", born="1991-04-17"),
            client(AVERY, "Avery", "Sample", email="avery@example.com", phone="3035550143", born="1968-09-30"),
            client(AVERY_JUNIOR, "Avery", "Sample", phone="3035550143", born="2004-01-08"),
            client(CAMERON, "Cameron", "Invented", email="cameron@example.com", phone="3035550144", rssid="VIP-7"),
            client(MORGAN, "Morgan", "Onpause", email="morgan@example.com", phone="3035550145", status="Suspended"),
            client(INACTIVE, "Jordan", "Longgone", email="jordan@example.com", status="Expired", active=False),
        ),
        client_services=(client_service(500, "Six Botox visits", client=CAMERON, left=2, session_types=(BOTOX,)),),
        appointments=tuple(_appointments(monday)),
    )  # fmt: skip


def _times(monday: date) -> Iterator[Row]:
    number = 9000
    for day in weekdays_from(monday, 3):
        number += 10
        yield hours(number + 1, day, time(9), time(17), staff=DANA, location=DOWNTOWN, programs=(INJECTABLES,))
        yield hours(number + 2, day, time(10), time(18), staff=RAVI, location=DOWNTOWN, programs=(LASER,))
        yield hours(number + 3, day, time(8), time(12), staff=LENA, location=LAKESIDE, programs=(INJECTABLES, LASER))
        if day.weekday() == 2:
            yield block(number + 4, day, time(13), time(14), staff=DANA, location=DOWNTOWN, says="Team meeting")


def _appointments(monday: date) -> Iterator[Row]:
    def at(days: int, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(monday + timedelta(days=days), time(hour, minute))

    def visit(number: int, client: int, staff: int, service: int, when: datetime, minutes: int, room: int) -> Row:
        place = LAKESIDE if staff == LENA else DOWNTOWN
        category = LASER if service == LASER_FACE else INJECTABLES
        return appointment(
            number,
            client=client,
            staff=staff,
            session_type=service,
            program=category,
            location=place,
            at=when,
            minutes=minutes,
            resources=(room,),
        )

    yield visit(301, AVERY, DANA, BOTOX, at(1, 10), 45, ROOM_A)
    yield visit(302, CAMERON, DANA, CONSULTATION, at(1, 14), 30, ROOM_A)
    yield visit(303, ROBIN, RAVI, LASER_FACE, at(2, 11), 90, LASER_ROOM)
    yield visit(304, AVERY_JUNIOR, LENA, CONSULTATION, at(8, 8), 60, LAKE_ROOM)
    yield {**visit(305, CAMERON, DANA, FILLER, at(3, 9), 75, ROOM_A), "Status": "Cancelled"}
