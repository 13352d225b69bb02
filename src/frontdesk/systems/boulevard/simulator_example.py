"""A small invented medspa for tests and for trying out: two places, four people, six services."""

import base64
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frontdesk.systems.boulevard.simulator_business import World
from frontdesk.systems.boulevard.simulator_rows import Row, urn
from frontdesk.systems.boulevard.simulator_world import (
    appointment,
    category,
    client,
    does,
    location,
    resource,
    service,
    shift,
    staff,
    timeblock,
)

DENVER = ZoneInfo("America/Denver")
MONDAY = date(2026, 3, 2)
"""The first day of the example; the second Monday is the first in daylight saving time."""

BUSINESS = "0b1e55ed-0000-4000-8000-000000000001"
API_KEY = "simulated-api-key"
API_SECRET = base64.b64encode(b"a simulated secret, good for nothing").decode()
DOWNTOWN, LAKESIDE = urn("Location", 1), urn("Location", 2)
CONSULTATION, NEUROTOXIN, FILLER, LASER, PEEL, TOUCH_UP = (urn("Service", number) for number in range(1, 7))
DANA, RAVI, LENA, FORMER = (urn("Staff", number) for number in range(1, 5))
ROOM, LASER_ROOM, LAKE_ROOM = (urn("Resource", number) for number in range(1, 4))
RILEY, AVERY, AVERY_JUNIOR, CAMERON, MORGAN, JORDAN = (urn("Client", number) for number in range(1, 7))
ON_TUESDAY, SECOND_ON_TUESDAY, ON_WEDNESDAY, BY_THE_LAKE, CALLED_OFF, GROUP = (
    urn("Appointment", number) for number in range(1, 7)
)
MEETING = urn("Timeblock", 1)


def example_world(*, monday: date = MONDAY) -> World:
    """A medspa whose visits begin in the week of `monday`. Everybody in it is invented.

    Dana works downtown, Monday to Friday from nine to five, with injectables; Ravi there from ten to six with the
    laser, of which there is one; Lena by the lake, mornings, with both. The two Averys share a name, and a phone with
    their family. On Wednesdays at one Dana has a meeting. Fillers are not shown online by the lake.
    """
    both = (DOWNTOWN, LAKESIDE)
    return World(
        id=BUSINESS,
        name="Juniper Skin Studio",
        tz="America/Denver",
        api_key=API_KEY,
        api_secret=API_SECRET,
        application="0b1e55ed-0000-4000-8000-000000000002",
        phone="+13035550100",
        website="https://juniper.example.com",
        referral_sources=("Friend", "Web"),
        tags=({"id": urn("Tag", 1), "name": "Booked by the AI receptionist"},),
        locations=(location(1, "Downtown"), location(2, "Lakeside", phone="+13035550101", closes=13)),
        resources=(
            resource(1, location=DOWNTOWN, services=(CONSULTATION, NEUROTOXIN, FILLER)),
            resource(2, location=DOWNTOWN, services=(LASER,)),
            resource(3, location=LAKESIDE, services=(LASER,)),
        ),
        categories=(category(1, "Injectables"), category(2, "Laser and skin")),
        services=(
            service(1, "Consultation", 30, 5000, category=1, online=both),
            service(2, "Neurotoxin 30", 30, 35000, category=1, online=both),
            service(3, "Filler", 60, 65000, category=1, online=(DOWNTOWN,)),
            service(4, "Laser, face", 90, 31000, category=2, online=both, needs_resource=True),
            service(5, "Quick peel", 15, 9000, category=2, online=both, addon=True),
            service(6, "Touch-up", 15, 0, category=1),
        ),
        staff=(
            staff(1, "Dana", "Placeholder", does(CONSULTATION, 30, 5000), does(NEUROTOXIN, 30, 35000),
                  does(FILLER, 75, 70000), does(TOUCH_UP, 15, 0), places=(DOWNTOWN,)),
            staff(2, "Ravi", "Specimen", does(LASER, 90, 31000), does(PEEL, 15, 9000), does(CONSULTATION, 30, 5000),
                  places=(DOWNTOWN,)),
            staff(3, "Lena", "Mockup", does(CONSULTATION, 45, 6000), does(NEUROTOXIN, 45, 33000),
                  does(LASER, 90, 30000), places=(LAKESIDE,)),
            staff(4, "Alex", "Former", does(NEUROTOXIN, 30, 35000), places=(DOWNTOWN,), active=False),
        ),
        shifts=tuple(_shifts()),
        timeblocks=(
            timeblock(1, staff=DANA, location=DOWNTOWN, at=_at(monday, 2, 13), minutes=60, title="Team meeting",
                      zone=DENVER),
        ),
        clients=(
            client(1, "Riley", "Quill", email="riley.q@example.com", phone="+13035550142", home=DOWNTOWN),
            client(2, "Avery", "Sample", email="avery@example.com", phone="+13035550143", home=DOWNTOWN),
            client(3, "Avery", "Sample", phone="+13035550143", home=LAKESIDE),
            client(4, "Cameron", "Invented", email="cameron@example.com", phone="+13035550144"),
            client(5, "Morgan", "Madeup", email="morgan@example.com", phone="+13035550143"),
            client(6, "Jordan", "Longgone", email="jordan@example.com", active=False),
        ),
        appointments=tuple(_visits(monday)),
    )  # fmt: skip


def _shifts() -> Iterator[Row]:
    for day in range(1, 6):
        yield shift(10 * day + 1, day, "09:00:00", "17:00:00", staff=DANA, location=DOWNTOWN)
        yield shift(10 * day + 2, day, "10:00:00", "18:00:00", staff=RAVI, location=DOWNTOWN)
        yield shift(10 * day + 3, day, "08:00:00", "12:00:00", staff=LENA, location=LAKESIDE)


def _visits(monday: date) -> Iterator[Row]:
    def visit(number: int, who: str, by: str, what: str, at: datetime, minutes: int, **more: str | bool) -> Row:
        place = LAKESIDE if by == LENA else DOWNTOWN
        return appointment(
            number,
            client=who,
            staff=by,
            service=what,
            at=at,
            minutes=minutes,
            location=place,
            zone=DENVER,
            resource=LASER_ROOM if what == LASER else "",
            group=more.get("group") is True,
            reason=str(more.get("reason", "")),
        )

    yield visit(1, AVERY, DANA, NEUROTOXIN, _at(monday, 1, 10), 30)
    yield visit(2, CAMERON, DANA, CONSULTATION, _at(monday, 1, 14), 30)
    yield visit(3, RILEY, RAVI, LASER, _at(monday, 2, 11), 90)
    yield visit(4, AVERY_JUNIOR, LENA, CONSULTATION, _at(monday, 8, 8), 45)
    yield visit(5, CAMERON, DANA, FILLER, _at(monday, 3, 9), 75, reason="CLIENT_CANCEL")
    yield visit(6, RILEY, DANA, CONSULTATION, _at(monday, 4, 15), 30, group=True)


def _at(monday: date, days: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(monday + timedelta(days=days), time(hour, minute))
