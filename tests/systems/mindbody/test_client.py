"""Mindbody's own words over a real socket: one token for all, every page, and refusals by their code."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.systems.mindbody.a_desk import Json, payload
from tests.wire.loopback import Asked, HangsUp, Loopback, Reply, Says, a_client, a_server

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.systems.mindbody.client import PAGE, SLOT_GONE, Client, No
from frontdesk.systems.mindbody.tokens import Login, Tokens
from frontdesk.wire.foreign import Unreadable

LOGIN = Login(api_key="key1", site=5720, username="frontdesk", password="pass word")
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = date(2026, 3, 5)
Answers = Callable[[Asked], Reply]


@dataclass
class Turned:
    """A clock that a test turns."""

    shows: datetime = NOW

    def now(self) -> datetime:
        return self.shows


@dataclass
class Door:
    """Gives tokens, each with a number of its own; `lasts` is what they say of themselves."""

    inside: Answers
    lasts: str = "2026-03-03T15:00:00Z"
    given: int = 0
    refuses: set[str] = field(default_factory=set)
    seconds: float = 0

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/v6/usertoken/issue":
            self.given += 1
            return Says(body={"AccessToken": f"token{self.given}", "Expires": self.lasts}, seconds=self.seconds)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") in self.refuses:
            return Says(status=401, body={"Message": "A user token is required."})
        return self.inside(asked)


@asynccontextmanager
async def connected(
    inside: Answers, *, door: Door | None = None, clock: Turned | None = None, page: int = PAGE
) -> AsyncIterator[tuple[Client, Loopback]]:
    door = door or Door(inside)
    async with a_server(door) as server, a_client(server.address + "/v6") as http:
        yield Client(http, Tokens(http, LOGIN, clock or Turned()), LOGIN, page=page), server


def nothing(_: Asked) -> Reply:
    return Says(body={"Locations": [], "Appointments": [], "Clients": []})


def a_list(under: str, rows: list[Json], *, most: int = PAGE) -> Answers:
    """A list in pages of at most `most` rows."""

    def answer(asked: Asked) -> Reply:
        offset, limit = int(asked.query["Offset"]), min(int(asked.query["Limit"]), most)
        told = {"RequestedOffset": offset, "PageSize": limit, "TotalResults": len(rows)}
        return Says(body={"PaginationResponse": told, under: rows[offset : offset + limit]})

    return answer


def refusing(status: int, code: str | None = None) -> Answers:
    error = {"Error": {"Message": "Robin Testcase is not allowed", "Code": code}} if code else {"Message": "Robin"}
    return lambda _: Says(status=status, body=error)


def visits(count: int) -> list[Json]:
    return [payload("appointment") | {"Id": number} for number in range(1, count + 1)]


def calls(server: Loopback, path: str) -> list[Asked]:
    return [one for one in server.asked if one.path == f"/v6{path}"]


async def test_every_call_bears_the_key_the_site_and_a_token() -> None:
    async with connected(nothing) as (client, server):
        await client.locations()

    issue, read = server.asked
    assert issue.json == {"Username": "frontdesk", "Password": "pass word"}
    for asked in (issue, read):
        assert (asked.headers["api-key"], asked.headers["siteid"]) == ("key1", "5720")
    assert "authorization" not in issue.headers
    assert read.headers["authorization"] == "Bearer token1"
    assert "key1" not in repr(LOGIN)
    assert "pass word" not in repr(LOGIN)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"api_key": ""}, "api_key"),
        ({"api_key": "two words"}, "api_key"),
        ({"api_key": "ключ"}, "api_key"),
        ({"username": ""}, "username"),
        ({"password": ""}, "password"),
    ],
)
def test_a_login_that_cannot_be_one_is_told_at_once(wrong: dict[str, str], says: str) -> None:
    with pytest.raises(Impossible, match=rf"systems\.mindbody\.{says}"):
        Login(**({"api_key": "k", "site": 1, "username": "u", "password": "p"} | wrong))


async def test_many_who_wait_share_one_token() -> None:
    door = Door(nothing, seconds=0.05)
    async with connected(nothing, door=door) as (client, _):
        await asyncio.gather(*(client.locations() for _ in range(20)))

    assert door.given == 1


async def test_one_who_gives_up_does_not_take_the_token_from_the_others() -> None:
    door = Door(nothing, seconds=0.05)
    async with connected(nothing, door=door) as (client, _):
        impatient, patient = (asyncio.create_task(client.locations()) for _ in range(2))
        await asyncio.sleep(0.01)
        impatient.cancel()
        assert await patient == []

    assert door.given == 1


@pytest.mark.parametrize("told", ["2026-03-03T15:00:00Z", "2026-03-03T15:00:00.1234567", "2026-03-03T08:00:00-07:00"])
async def test_a_token_is_borne_until_shortly_before_its_end_by_the_desks_clock(told: str) -> None:
    clock = Turned()
    door = Door(nothing, lasts=told)
    async with connected(nothing, door=door, clock=clock) as (client, _):
        await client.locations()
        clock.shows = NOW + timedelta(hours=23, minutes=58)
        await client.locations()
        before = door.given
        clock.shows = NOW + timedelta(hours=23, minutes=59, seconds=30)
        await client.locations()

    assert (before, door.given) == (1, 2)


async def test_a_token_that_has_ended_by_our_clock_is_borne_a_minute_all_the_same() -> None:
    clock = Turned()
    door = Door(nothing, lasts="2026-03-02T14:00:00Z")
    async with connected(nothing, door=door, clock=clock) as (client, _):
        for _ in range(5):
            await client.locations()
        before = door.given
        clock.shows = NOW + timedelta(minutes=2)
        await client.locations()

    assert (before, door.given) == (1, 2)


async def test_a_token_that_is_refused_is_replaced_once_for_all_who_bore_it() -> None:
    door = Door(nothing)
    async with connected(nothing, door=door) as (client, server):
        await client.locations()
        door.refuses.add("token1")
        await asyncio.gather(*(client.locations() for _ in range(8)))

    assert door.given == 2
    assert len(calls(server, "/site/locations")) == 1 + 8 + 8


async def test_a_second_401_is_for_a_person_and_nothing_is_sent_a_third_time() -> None:
    door = Door(nothing, refuses={"token1", "token2"})
    async with connected(nothing, door=door) as (client, server):
        with pytest.raises(NotPermitted, match="401 to POST /appointment/addappointment twice"):
            await client.add_appointment({})

    assert len(calls(server, "/appointment/addappointment")) == 2


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_login_that_is_not_taken_is_for_a_person(status: int) -> None:
    async with a_server(refusing(status, "InvalidLoginCredentials")) as server, a_client(server.address) as http:
        client = Client(http, Tokens(http, LOGIN, Turned()), LOGIN)
        with pytest.raises(NotPermitted, match=f"{status} to the staff login of site 5720"):
            await client.locations()

    assert len(server.asked) == 1


@pytest.mark.parametrize("token", [{}, {"AccessToken": "t"}, {"AccessToken": "t", "Expires": "soon"}, [1]])
async def test_a_token_that_cannot_be_read_is_reported_and_not_borne(token: object) -> None:
    async with a_server(lambda _: Says(body=token)) as server, a_client(server.address) as http:
        with pytest.raises(Unreadable, match="token"):
            await Client(http, Tokens(http, LOGIN, Turned()), LOGIN).locations()


@pytest.mark.parametrize(
    ("count", "offsets"),
    [(0, [0]), (199, [0]), (200, [0]), (201, [0, 200]), (750, [0, 200, 400, 600])],
)
async def test_every_page_is_read_the_later_ones_side_by_side(count: int, offsets: list[int]) -> None:
    async with connected(a_list("Appointments", visits(count))) as (client, server):
        read = await client.appointments(DAY, DAY)

    assert [row.integer("Id") for row in read] == list(range(1, count + 1))
    asked = calls(server, "/appointment/staffappointments")
    assert sorted(int(one.query["Offset"]) for one in asked) == offsets


async def test_pages_that_are_smaller_than_asked_for_are_read_whole() -> None:
    async with connected(a_list("Appointments", visits(130), most=50)) as (client, server):
        read = await client.appointments(DAY, DAY)

    assert len(read) == 130
    assert len(calls(server, "/appointment/staffappointments")) == 3


async def test_a_list_that_says_nothing_of_pages_is_whole() -> None:
    async with connected(lambda _: Says(body={"Appointments": visits(3)})) as (client, _):
        assert len(await client.appointments(DAY, DAY)) == 3


async def test_a_row_that_slips_between_two_pages_is_read_at_the_second_try() -> None:
    rows = visits(4)
    turned: list[int] = []

    def answer(asked: Asked) -> Reply:
        offset = int(asked.query["Offset"])
        reply = a_list("Appointments", list(rows), most=2)(asked)
        if not turned:
            rows.pop(0)  # somebody deletes the first, and what was third is second
        turned.append(offset)
        return reply

    async with connected(answer) as (client, _):
        read = await client.appointments(DAY, DAY)

    assert {row.integer("Id") for row in read} == {2, 3, 4}
    assert turned == [0, 2, 0, 2]


async def test_a_list_that_never_comes_to_rest_is_not_taken_for_the_whole() -> None:
    asked_for = iter(range(100))

    def answer(asked: Asked) -> Reply:
        rows = [payload("appointment") | {"Id": next(asked_for) // 2 * 2}]
        return Says(body={"PaginationResponse": {"TotalResults": 9}, "Appointments": rows})

    async with connected(answer) as (client, _):
        with pytest.raises((Unreachable, Unreadable)):
            await client.appointments(DAY, DAY)


async def test_a_list_that_begins_anew_is_not_taken_for_the_whole() -> None:
    told = {"PaginationResponse": {"TotalResults": 4}, "Appointments": visits(2)}
    async with connected(lambda _: Says(body=told)) as (client, _):
        with pytest.raises(Unreadable, match="begins anew after 2 rows"):
            await client.appointments(DAY, DAY)


@pytest.mark.parametrize(
    "body",
    [{"Appointments": {"Id": 1}}, {"Visits": []}, {"Appointments": [1]}, [], {"Appointments": [{"Status": "Booked"}]}],
)
async def test_a_list_that_is_none_is_reported(body: object) -> None:
    async with connected(lambda _: Says(body=body)) as (client, _):
        with pytest.raises(Unreadable):
            await client.appointments(DAY, DAY)


async def test_bookable_times_are_asked_for_by_the_week_with_their_resources() -> None:
    async with connected(a_list("Availabilities", [payload("availability")])) as (client, server):
        read = await client.bookable(DAY, DAY + timedelta(days=15), session_type=42, staff=[77, 79], locations=[1, 2])

    asked = [parse_qs(urlsplit(one.target).query) for one in calls(server, "/appointment/bookableitems")]
    assert sorted((one["StartDate"][0], one["EndDate"][0]) for one in asked) == [
        ("2026-03-05", "2026-03-11"),
        ("2026-03-12", "2026-03-18"),
        ("2026-03-19", "2026-03-20"),
    ]
    assert {tuple(one["StaffIds"]) for one in asked} == {("77", "79")}
    assert {tuple(one["LocationIds"]) for one in asked} == {("1", "2")}
    assert {one["IncludeResourceAvailability"][0] for one in asked} == {"true"}
    assert len(read) == 3


async def test_two_windows_that_are_alike_count_as_two() -> None:
    alike = [payload("availability"), payload("availability")]
    async with connected(a_list("Availabilities", alike)) as (client, _):
        assert len(await client.bookable(DAY, DAY, session_type=42, staff=[77], locations=[1])) == 1


async def test_clients_are_asked_for_twenty_at_a_time_inactive_ones_too() -> None:
    async with connected(a_list("Clients", [])) as (client, server):
        await client.clients(ids=[str(number) for number in range(45)])
        await client.clients(ids=[])

    asked = [parse_qs(urlsplit(one.target).query) for one in calls(server, "/client/clients")]
    assert sorted(len(one["ClientIds"]) for one in asked) == [5, 20, 20]
    assert {one["IncludeInactive"][0] for one in asked} == {"true"}


async def test_a_new_visit_gives_its_number() -> None:
    made = {"Appointment": {"Id": 33871, "Status": "Booked"}}
    async with connected(lambda _: Says(body=made)) as (client, server):
        assert await client.add_appointment({"ClientId": "1"}) == 33871

    assert server.asked[-1].json == {"ClientId": "1"}


@pytest.mark.parametrize(
    "reply",
    [
        Says(),
        Says(body={"Appointment": {"Status": "Booked"}}),
        Says(body={"Appointment": None}),
        Says(body=[1]),
        Says(body=b"<html>saved</html>"),
        Says(status=500, body={"Error": {"Message": "x", "Code": "Unknown"}}),
        Says(status=400, body={"Error": {"Message": "x", "Code": "Unknown"}}),
        Says(status=400, body={"Error": {"Message": "x", "Code": "SQLDBMaintenance"}}),
        HangsUp(),
    ],
    ids=str,
)
async def test_an_entry_that_was_not_plainly_made_is_unknown_and_is_not_sent_again(reply: Reply) -> None:
    async with connected(lambda _: reply) as (client, server):
        with pytest.raises(OutcomeUnknown):
            await client.add_appointment({"ClientId": "1"})

    assert len(calls(server, "/appointment/addappointment")) == 1


@pytest.mark.parametrize("code", sorted(SLOT_GONE))
async def test_a_time_that_is_gone_is_no_fault_of_a_booking_and_one_of_anything_else(code: str) -> None:
    async with connected(refusing(400, code)) as (client, _):
        assert await client.add_appointment({}) == No(code=code)
        assert await client.update_appointment(1, {}) == No(code=code)
        with pytest.raises(Refused, match=code):
            await client.add_client({})
        with pytest.raises(Refused, match=code):
            await client.update_client({})
        with pytest.raises(Refused, match=code):
            await client.upload("1", {})
        with pytest.raises(Refused, match=code):
            await client.locations()


@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [
        (403, "DeniedAccess", NotPermitted),
        (400, "InvalidPermissionConfiguration", NotPermitted),
        (403, None, NotPermitted),
        (400, "TooManyRequests", Unreachable),
        (400, "ClientIsSuspended", Refused),
        (400, "PaymentRequired", Refused),
        (404, "ResourceDoesNotExist", Refused),
        (400, None, Refused),
        (400, "a code with spaces", Refused),
    ],
)
async def test_each_refusal_is_the_fault_that_its_code_calls_for_and_names_no_patient(
    status: int, code: str | None, fault: type[Fault]
) -> None:
    async with connected(refusing(status, code)) as (client, _):
        with pytest.raises(fault) as raised:
            await client.add_appointment({})

    assert "Robin" not in str(raised.value)


@pytest.mark.parametrize("code", ["SQLDBMaintenance", "Unknown", "TooManyRequests"])
async def test_trouble_while_reading_is_unreachable(code: str) -> None:
    async with connected(refusing(400, code)) as (client, _):
        with pytest.raises(Unreachable):
            await client.locations()


async def test_a_site_that_the_keys_do_not_open_is_for_a_person() -> None:
    async with connected(a_list("Sites", [{"Id": -99}])) as (client, _):
        with pytest.raises(NotPermitted, match="no site 5720"):
            await client.site()
