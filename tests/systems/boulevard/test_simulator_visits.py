"""Appointments of the simulated Boulevard: read, filtered, changed, cancelled and moved."""

from dataclasses import replace

import httpx
import pytest
from tests.systems.boulevard.simulated import THURSDAY, VISIT, Reached, a_business, code, errors, nodes, why, within

from frontdesk.systems.boulevard.simulator_example import (
    AVERY,
    BY_THE_LAKE,
    CALLED_OFF,
    CAMERON,
    DANA,
    DOWNTOWN,
    GROUP,
    LAKESIDE,
    NEUROTOXIN,
    ON_TUESDAY,
    ON_WEDNESDAY,
    RAVI,
    RILEY,
    SECOND_ON_TUESDAY,
    example_world,
)
from frontdesk.systems.boulevard.simulator_rows import Json, urn, uuid_of
from frontdesk.systems.boulevard.simulator_world import client, location

LIST = f"""query($place: ID!, $client: ID, $query: QueryString) {{
  appointments(locationId: $place, clientId: $client, query: $query) {{ edges {{ node {{ {VISIT} }} }} }} }}"""
ANSWERS = """query($id: ID!) { appointment(id: $id) {
  cancellable confirmable reschedulable nonReschedulableReason clientDuration
  calendarLinks { icsDownload } customForms { id } pendingFormTemplates { name } } }"""


def ids(found: dict[str, object], field: str = "appointments") -> set[object]:
    return {row["id"] for row in nodes(found, field)}


async def test_a_visit_is_read_with_all_that_belongs_to_it() -> None:
    query = """query($id: ID!) { appointment(id: $id) { id startAt duration isGroup createdAt client { name }
      location { name } appointmentServices { id totalDuration startTimeOffset service { name category { id } }
      staff { name } } } }"""

    async with a_business() as business:
        found = await business.admin(query, id=ON_WEDNESDAY)
        missing = await business.ask_admin(query, id=urn("Appointment", 99))

    assert within(found, "appointment", "startAt") == "2026-03-04T18:00:00Z"
    assert within(found, "appointment", "duration") == 90
    assert within(found, "appointment", "appointmentServices", 0, "staff", "name") == "Ravi Specimen"
    assert within(found, "appointment", "appointmentServices", 0, "startTimeOffset") == 0
    assert (missing.json(), why(missing)) == ({"data": {"appointment": None}}, "")


async def test_visits_are_listed_for_one_place_in_no_order_of_time() -> None:
    async with a_business() as business:
        downtown = nodes(await business.admin(LIST, place=DOWNTOWN), "appointments")
        lakeside = await business.admin(LIST, place=LAKESIDE)
        rileys = await business.admin(LIST, place=DOWNTOWN, client=RILEY)
        nowhere = await business.ask_admin(LIST, place=uuid_of(DOWNTOWN))
        nobody = await business.ask_admin(LIST, place=DOWNTOWN, client=urn("Client", 99))

    starts = [str(row["startAt"]) for row in downtown]
    assert (len(starts), starts == sorted(starts), starts == sorted(starts, reverse=True)) == (5, False, False)
    assert (ids(lakeside), ids(rileys)) == ({BY_THE_LAKE}, {ON_WEDNESDAY, GROUP})
    assert (code(nowhere), code(nobody)) == ("NOT_FOUND", "NOT_FOUND")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("startAt >= '2026-03-04T18:00:00Z'", {ON_WEDNESDAY, GROUP, CALLED_OFF}),
        ("startAt > '2026-03-04T11:00:00-07:00' AND cancelled = false", {GROUP}),
        ("startAt < '2026-03-03T21:00:00Z'", {ON_TUESDAY}),
        ("startAt <= '2026-03-03T21:00:00'", {ON_TUESDAY, SECOND_ON_TUESDAY}),
        ("startAt = '2026-03-03T17:00:00Z'", {ON_TUESDAY}),
        ("cancelled = true", {CALLED_OFF}),
        (f"staffId = '{RAVI}'", {ON_WEDNESDAY}),
        (f"staffId = '{uuid_of(RAVI)}'", set()),
        (f"id = '{GROUP}' OR id = '{CALLED_OFF}' AND cancelled = false", {GROUP}),
        (f"(id = '{GROUP}' OR id = '{CALLED_OFF}') AND cancelled = true", {CALLED_OFF}),
        ("createdAt >= '2026-03-01'", set()),
        ("createdAt IS NULL", set()),
        (f"staffId IS NOT NULL AND id = '{GROUP}'", {GROUP}),
        ("id = 'it\\'s'", set()),
    ],
)
async def test_a_query_filters_visits(query: str, found: set[str]) -> None:
    async with a_business() as business:
        assert ids(await business.admin(LIST, place=DOWNTOWN, query=query)) == found


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("endAt < '2026-03-04T18:00:00Z'", "query-field"),
        ("updatedAt >= '2026-03-04'", "query-field"),
        ("startat >= '2026-03-04'", "query-field"),
        ("locationId = 'x'", "query-field"),
        ("startAt >= 2026", "query-value"),
        ("startAt >= 'tomorrow'", "query-value"),
        ("cancelled = 'true'", "query-value"),
        ("cancelled > false", "query-comparison"),
        ("startAt", "query-unread"),
        ("startAt IS 5", "query-unread"),
        ("(cancelled = true", "query-unread"),
        ("cancelled = true cancelled = true", "query-unread"),
        ("cancelled = true AND", "query-field"),
        ("cancelled != true", "query-unread"),
        ("", "query-field"),
    ],
)
async def test_a_query_that_cannot_be_read_is_refused(query: str, rule: str) -> None:
    async with a_business() as business:
        answer = await business.ask_admin(LIST, place=DOWNTOWN, query=query)

    assert (why(answer), answer.json()["data"]) == (rule, {"appointments": None})


async def test_what_was_booked_since_is_found_by_when_it_was_made() -> None:
    async with a_business() as business:
        business.hands.turn(hours=1)
        booked = await business.booked()

        since = await business.admin(LIST, place=DOWNTOWN, query="createdAt >= '2026-03-02T16:00:00Z'")

    assert ids(since) == {booked}


async def test_a_client_sees_their_own_visits_by_start() -> None:
    query = """query($query: QueryString, $first: Int) { myAppointments(query: $query, first: $first) {
      edges { node { id } } pageInfo { hasNextPage } } }"""

    async with a_business() as business:
        mine = await business.client(query, RILEY, first=1)
        cancelled = await business.client(query, CAMERON, query="cancelled = true")
        there = await business.client(query, CAMERON, query=f"locationId = '{LAKESIDE}'")
        unknown = await business.ask_client(query, RILEY, query="createdAt >= '2026-03-01'")

    assert [row["id"] for row in nodes(mine, "myAppointments")] == [ON_WEDNESDAY]
    assert within(mine, "myAppointments", "pageInfo", "hasNextPage") is True
    assert (ids(cancelled, "myAppointments"), ids(there, "myAppointments")) == ({CALLED_OFF}, set())
    assert why(unknown) == "query-field"


async def test_a_client_does_not_see_the_visit_of_another() -> None:
    async with a_business() as business:
        mine = await business.client("query($id: ID!) { appointment(id: $id) { id } }", AVERY, id=ON_TUESDAY)
        others = await business.client("query($id: ID!) { appointment(id: $id) { id } }", RILEY, id=ON_TUESDAY)
        cancelled = await business.change("client", "cancelAppointment", "appointment { id }", RILEY, id=ON_TUESDAY)

    assert (mine, others) == ({"appointment": {"id": ON_TUESDAY}}, {"appointment": None})
    assert code(cancelled) == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("visit", "who", "turned", "answers"),
    [
        (ON_WEDNESDAY, RILEY, 0, (True, True, True, None)),
        (ON_WEDNESDAY, RILEY, 28, (False, True, False, "OUTSIDE_CANCELLATION_WINDOW")),
        (ON_WEDNESDAY, RILEY, 60, (False, False, False, "OUTSIDE_CANCELLATION_WINDOW")),
        (GROUP, RILEY, 0, (True, True, False, "GROUP_APPOINTMENT")),
        (CALLED_OFF, CAMERON, 0, (False, False, False, "CANCELLED_APPOINTMENT")),
    ],
)
async def test_a_visit_tells_its_client_what_can_be_done_with_it(
    visit: str, who: str, turned: int, answers: tuple[bool, bool, bool, str | None]
) -> None:
    async with a_business() as business:
        business.hands.turn(hours=turned)
        found = within(await business.client(ANSWERS, who, id=visit), "appointment")

    names = ("cancellable", "confirmable", "reschedulable", "nonReschedulableReason")
    assert tuple(within(found, name) for name in names) == answers
    assert (within(found, "customForms"), within(found, "pendingFormTemplates")) == ([], [])
    assert str(within(found, "calendarLinks", "icsDownload")).endswith("/icsDownload")


async def test_a_place_or_a_service_can_keep_visits_where_they_are() -> None:
    world = example_world()
    offline = tuple({**row, "online": []} for row in world.services)

    async with a_business(replace(world, locations=(location(1, "Downtown", online=False),))) as business:
        place = await business.client(ANSWERS, RILEY, id=ON_WEDNESDAY)
    async with a_business(replace(world, services=offline)) as business:
        service = await business.client(ANSWERS, RILEY, id=ON_WEDNESDAY)
        moved = await move(business, "client", ON_WEDNESDAY, "r_3_t_2026-03-05T12:00:00", RILEY)

    assert within(place, "appointment", "nonReschedulableReason") == "ONLINE_BOOKING_NOT_ALLOWED"
    assert within(service, "appointment", "nonReschedulableReason") == "SERVICE_NOT_BOOKABLE"
    assert why(moved) == "not-reschedulable"


async def test_a_visit_is_confirmed_by_its_client_and_marked_by_the_business() -> None:
    async with a_business() as business:
        confirmed = await business.changed(
            "client", "confirmAppointment", "appointment { state }", RILEY, id=ON_WEDNESDAY
        )
        twice = await business.change("client", "confirmAppointment", "appointment { id }", RILEY, id=ON_WEDNESDAY)
        arrived = await business.changed(
            "admin", "updateAppointment", "appointment { state notes }", id=ON_WEDNESDAY, state="ARRIVED", notes="Early"
        )
        note = await business.changed("admin", "updateAppointment", "appointment { state notes }", id=ON_WEDNESDAY,
                                      notes=None)  # fmt: skip
        final = await business.change(
            "admin", "updateAppointment", "appointment { id }", id=ON_WEDNESDAY, state="FINAL"
        )
        business.simulator.front_desk.check_out(ON_WEDNESDAY)
        late = await business.change("admin", "updateAppointment", "appointment { id }", id=ON_WEDNESDAY, notes="Late")

    assert (within(confirmed, "appointment", "state"), why(twice)) == ("CONFIRMED", "confirmable-only")
    assert within(arrived, "appointment") == {"state": "ARRIVED", "notes": "Early"}
    assert within(note, "appointment") == {"state": "ARRIVED", "notes": None}
    assert (why(final), why(late)) == ("value-of-wrong-kind", "final-is-final")


async def test_the_business_cancels_for_a_reason_and_a_missed_visit_is_one() -> None:
    async with a_business() as business:
        asked: dict[str, Json] = {"id": ON_TUESDAY, "reason": "NO_SHOW", "notes": "Did not come", "notifyClient": False}
        done = await business.changed("admin", "cancelAppointment", f"appointment {{ {VISIT} }}", **asked)
        twice = await business.change("admin", "cancelAppointment", "appointment { id }", **asked)
        changed = await business.change("admin", "updateAppointment", "appointment { id }", id=ON_TUESDAY, notes="x")
        bored = await business.change("admin", "cancelAppointment", "appointment { id }", id=GROUP, reason="BORED")

    visit = within(done, "appointment")
    assert (within(visit, "state"), within(visit, "cancelled")) == ("CANCELLED", True)
    assert within(visit, "cancellation") == {
        "reason": "NO_SHOW",
        "notes": "Did not come",
        "cancelledAt": "2026-03-02T15:00:00Z",
    }
    assert (why(twice), why(changed), why(bored)) == ("cancelled-twice", "final-is-final", "value-of-wrong-kind")


async def test_a_client_cancels_in_time_and_the_time_is_free_again() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        before = await business.times(cart, "2026-03-03")
        done = await business.changed(
            "client", "cancelAppointment", "appointment { cancellation { reason notes } }", AVERY, id=ON_TUESDAY,
            notes="Ill",
        )  # fmt: skip
        after = await business.times(cart, "2026-03-03")
        business.hands.turn(hours=28)
        late = await business.change("client", "cancelAppointment", "appointment { id }", RILEY, id=ON_WEDNESDAY)

    assert within(done, "appointment", "cancellation") == {"reason": "CLIENT_CANCEL", "notes": "Ill"}
    assert ("t_2026-03-03T10:00:00" in before, "t_2026-03-03T10:00:00" in after) == (False, True)
    assert why(late) == "cancellable-only"


async def new_times(business: Reached, api: str, visit: str, day: str, who: str = "") -> list[str]:
    field, selection = "appointmentRescheduleAvailableTimes", "availableTimes { bookableTimeId startTime }"
    answer = await business.change(api, field, selection, who, appointmentId=visit, date=day)
    assert not errors(answer), answer.text
    payload = answer.json()["data"][field]
    assert isinstance(payload, list) is (api == "admin")
    return [row["bookableTimeId"] for row in (payload[0] if api == "admin" else payload)["availableTimes"]]


async def move(business: Reached, api: str, visit: str, time: str, who: str = "", /) -> httpx.Response:
    asked: dict[str, Json] = {"appointmentId": visit, "bookableTimeId": time, "sendNotification": False}
    return await business.change(api, "appointmentReschedule", f"appointment {{ {VISIT} }}", who, **asked)


@pytest.mark.parametrize("api", ["admin", "client"])
async def test_a_visit_moves_to_a_time_that_the_list_gave(api: str) -> None:
    async with a_business() as business:
        who = RILEY if api == "client" else ""
        times = await new_times(business, api, ON_WEDNESDAY, "2026-03-04", who)
        done = await move(business, api, ON_WEDNESDAY, times[0], who)
        visit = await business.visit(ON_WEDNESDAY)

    assert times[0] == "r_3_t_2026-03-04T10:00:00"  # over its own time, which is out of the way
    assert not errors(done)
    assert (visit["startAt"], visit["endAt"]) == ("2026-03-04T17:00:00Z", "2026-03-04T18:30:00Z")
    assert within(visit, "appointmentServices", 0, "staffId") == RAVI


async def test_the_business_may_move_a_visit_that_its_client_may_not() -> None:
    async with a_business() as business:
        asked: dict[str, Json] = {"appointmentId": GROUP, "date": "2026-03-06"}
        field = "appointmentRescheduleAvailableTimes"
        refused = await business.change("client", field, "availableTimes { startTime }", RILEY, **asked)
        times = await new_times(business, "admin", GROUP, "2026-03-06")
        done = await move(business, "admin", GROUP, times[0])

    assert (why(refused), str(errors(refused)[0]["message"])) == (
        "not-reschedulable",
        "Not reschedulable: GROUP_APPOINTMENT",
    )
    assert not errors(done)


async def test_days_to_move_to_are_those_with_a_time() -> None:
    field, selection = "appointmentRescheduleAvailableDates", "availableDates { date }"
    asked: dict[str, Json] = {
        "appointmentId": ON_WEDNESDAY,
        "searchRangeLower": "2026-03-06",
        "searchRangeUpper": "2026-03-10",
    }

    async with a_business() as business:
        own = await business.changed("client", field, selection, RILEY, **asked)
        listed = await business.change("admin", field, selection, **asked)
        called_off = await business.change("admin", field, selection, **(asked | {"appointmentId": CALLED_OFF}))

    days = [{"date": f"2026-03-{day:02}"} for day in (6, 9, 10)]
    assert own == {"availableDates": days}
    assert listed.json()["data"][field] == [{"availableDates": days}]
    assert why(called_off) == "not-reschedulable"


@pytest.mark.parametrize(
    ("time", "rule"),
    [
        ("r_3_t_2026-03-07T12:00:00", "move-no-longer"),
        ("r_3_t_2026-03-05T12:05:00", "move-no-longer"),
        ("r_4_t_2026-03-05T12:00:00", "move-no-longer"),
        ("t_2026-03-05T12:00:00", "time-id-unknown"),
        ("soon", "time-id-unknown"),
    ],
)
async def test_a_visit_does_not_move_to_a_time_that_no_list_gave(time: str, rule: str) -> None:
    async with a_business() as business:
        answer = await move(business, "admin", ON_WEDNESDAY, time)

    assert why(answer) == rule


async def test_a_time_to_move_to_may_be_gone_and_called_off_visits_stay() -> None:
    async with a_business() as business:
        [time, *_] = await new_times(business, "admin", ON_TUESDAY, THURSDAY)
        await business.booked(time.removeprefix("r_1_"))
        gone = await move(business, "admin", ON_TUESDAY, time)
        dead = await move(business, "admin", CALLED_OFF, "r_5_t_2026-03-06T09:00:00")
        past = await move(business, "admin", ON_TUESDAY, "r_1_t_2026-02-27T09:00:00")

    assert [why(one) for one in (gone, dead, past)] == ["move-no-longer", "not-reschedulable", "move-no-longer"]


async def test_more_visits_than_fit_on_three_pages_are_each_read_once() -> None:
    async with a_business(
        replace(example_world(), clients=(client(1, "Riley", "Quill"),), appointments=())
    ) as business:
        for count in range(70):
            business.simulator.front_desk.book(
                client=RILEY, staff=DANA, service=NEUROTOXIN, location=DOWNTOWN,
                at=f"2026-04-{1 + count // 10:02}T{8 + count % 10:02}:00:00",
            )  # fmt: skip
        query = """query($place: ID!, $after: String) { appointments(locationId: $place, first: 20, after: $after) {
          edges { node { id } } pageInfo { hasNextPage endCursor } } }"""
        seen: list[object] = []
        more: list[object] = []
        after: Json = None
        for _ in range(4):
            found = await business.admin(query, place=DOWNTOWN, after=after)
            seen += [row["id"] for row in nodes(found, "appointments")]
            more.append(within(found, "appointments", "pageInfo", "hasNextPage"))
            after = str(within(found, "appointments", "pageInfo", "endCursor"))

    assert (len(seen), len(set(seen))) == (70, 70)
    assert more == [True, True, True, False]
