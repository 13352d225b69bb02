"""A site of twenty who are booked all day: two weeks are found in few calls, and lists of many pages are read whole."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

from tests.systems.mindbody.a_desk import BOTOX, Json, a_desk, a_practice, connected_to, day_of, payload
from tests.wire.loopback import Asked, Reply, Says, a_server

from frontdesk.domain.ids import PractitionerId, RoomId
from frontdesk.domain.practice import Practice
from frontdesk.ports.system import SlotRequest
from frontdesk.systems.mindbody import simulator_example as example
from frontdesk.systems.mindbody.simulator_world import appointment

MANY = range(200, 220)
"""The numbers of those who work there; each has a room of the number 100 more. The first two may be booked twice."""
DAYS = [example.MONDAY + timedelta(days=ahead) for ahead in range(14)]
NUMBERS = {
    "locations": {"downtown": 1},
    "staff": {f"p-{one}": one for one in MANY},
    "services": {"botox": 42},
    "rooms": {f"room-{one}": [one + 100] for one in MANY},
}


class LargeSite:
    """Answers like a large site, each time after a tenth of a second: rows alone, in pages."""

    def __init__(self) -> None:
        self.windows = [row for day in DAYS for who in MANY for row in windows_of(day, who)]
        self.visits = [visit_of(place * 100 + who, day, who) for place, day in enumerate(DAYS) for who in MANY[:2]]

    def __call__(self, asked: Asked) -> Reply:
        query = parse_qs(urlsplit(asked.target).query)
        first, last = (query.get(name, [""])[0] for name in ("StartDate", "EndDate"))
        match asked.path.removeprefix("/public/v6"):
            case "/usertoken/issue":
                return Says(body={"AccessToken": "t", "Expires": "2026-03-03T15:00:00Z"}, seconds=0.1)
            case "/site/sites":
                return paged(query, "Sites", [{"Id": 5720, "TimeZone": "America/Denver"}])
            case "/appointment/activesessiontimes":
                return paged(
                    query, "ActiveSessionTimes", [f"{hour:02}:{m:02}:00" for hour in range(24) for m in (0, 30)]
                )
            case "/staff/staff":
                return paged(
                    query, "StaffMembers", [{"Id": one, "AlwaysAllowDoubleBooking": one < 202} for one in MANY]
                )
            case "/appointment/bookableitems":
                return paged(query, "Availabilities", [one for one in self.windows if first <= day_in(one) <= last])
            case "/appointment/staffappointments":
                return paged(query, "Appointments", [one for one in self.visits if first <= day_in(one) <= last])
            case path:
                return Says(status=404, body={"Message": path})


def windows_of(day: date, who: int) -> Iterator[Json]:
    """Three stretches between visits."""
    for start, end in ((9, 11), (12, 14), (15, 17)):
        begins, ends = (f"{day}T{hour:02}:00:00" for hour in (start, end))
        yield payload("availability") | {
            "Staff": {"Id": who},
            "StartDateTime": begins,
            "EndDateTime": ends,
            "BookableEndDateTime": f"{day}T{end - 1:02}:30:00",
            "ResourceAvailabilities": [{"ResourceId": who + 100, "StartDateTime": begins, "EndDateTime": ends}],
        }


def visit_of(number: int, day: date, who: int) -> Json:
    """At nine, in the first of the stretches."""
    begins, ends = f"{day}T09:00:00", f"{day}T09:30:00"
    return payload("appointment") | {"Id": number, "StaffId": who, "StartDateTime": begins, "EndDateTime": ends}


def day_in(row: Json) -> str:
    return str(row["StartDateTime"])[:10]


def paged(query: dict[str, list[str]], under: str, rows: list[Json] | list[str]) -> Reply:
    offset, limit = int(query["Offset"][0]), int(query["Limit"][0])
    told = {"RequestedOffset": offset, "RequestedLimit": limit, "TotalResults": len(rows)}
    return Says(body={"PaginationResponse": told, under: rows[offset : offset + limit]}, seconds=0.1)


def a_large_practice() -> Practice:
    """Twenty injectors and a room for each."""
    practice = a_practice()
    people = (replace(practice.practitioners[0], id=PractitionerId(f"p-{one}"), name=f"Dana Nr{one}") for one in MANY)
    rooms = (replace(practice.rooms[0], id=RoomId(f"room-{one}"), name=f"Room {one}") for one in MANY)
    botox = replace(practice.service(BOTOX), length=timedelta(minutes=30), lengths={})
    return replace(practice, practitioners=tuple(people), rooms=tuple(rooms), services=(botox,))


async def test_two_weeks_of_twenty_people_are_found_in_few_calls() -> None:
    site = LargeSite()
    async with a_server(site) as server:
        system = connected_to(server.address + "/public/v6", practice=a_large_practice(), numbers=NUMBERS)
        try:
            await system.find_slots(SlotRequest(service=BOTOX, within=day_of("2026-03-02")))
            server.asked.clear()
            found = await system.find_slots(SlotRequest(service=BOTOX, within=day_of("2026-03-02", 14)))
        finally:
            await system.close()

    assert len(found) == 20 * 14 * 12 - 20 * 2 - 2 * 14 + 2  # less the lead time, and less the visits of two
    assert len(server.asked) <= 10


async def test_a_book_of_many_pages_is_read_whole() -> None:
    count = 650
    visits = tuple(
        appointment(
            1000 + number,
            client=example.AVERY,
            staff=example.LENA,
            session_type=example.CONSULTATION,
            program=example.INJECTABLES,
            location=example.LAKESIDE,
            at=datetime.combine(example.MONDAY + timedelta(days=number % 40), time(9)),
            minutes=30,
        )
        for number in range(count)
    )
    async with a_desk(replace(example.example_world(), appointments=visits)) as desk:
        told = await desk.system.changes(None)

        assert sorted(int(one.id) for one in told.visits) == list(range(1000, 1000 + count))
        assert len(desk.asked("GET /appointment/staffappointments")) == 4
