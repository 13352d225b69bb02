"""athenaOne's own words over a real socket: one token for all, forms, pages, and nothing guessed at."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.systems.athenahealth.test_mapping import payload
from tests.wire.loopback import Asked, HangsUp, Loopback, Reply, Says, Waiting, a_client, a_server

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.systems.athenahealth.client import Client, Did
from frontdesk.systems.athenahealth.tokens import Keys, Tokens
from frontdesk.wire.client import Trace
from frontdesk.wire.foreign import Unreadable

KEYS = Keys(client_id="app1", client_secret="s3cret")
JULY_6 = date(2026, 7, 6)
TOKEN = "/oauth2/v1/token"


@dataclass
class Clock:
    """Shows what it was set to."""

    shows: datetime = field(default_factory=lambda: datetime(2026, 7, 1, 12, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.shows


@dataclass
class Gateway:
    """Gives tokens t1, t2, ... and answers whatever else as told."""

    answers: Callable[[Asked], Reply]
    tokens: int = 0
    token_reply: Reply | None = None

    async def __call__(self, asked: Asked) -> Reply:
        if asked.path != TOKEN:
            return self.answers(asked)
        await asyncio.sleep(0.01)
        self.tokens += 1
        return self.token_reply or Says(body=payload("token") | {"access_token": f"t{self.tokens}"})


@dataclass
class Connected:
    client: Client
    gateway: Gateway
    server: Loopback
    clock: Clock
    waiting: Waiting
    traces: list[Trace]

    def asked(self) -> list[Asked]:
        """What was asked besides tokens."""
        return [one for one in self.server.asked if one.path != TOKEN]


@asynccontextmanager
async def connected(
    answers: Callable[[Asked], Reply], *, page: int = 2, token_reply: Reply | None = None
) -> AsyncIterator[Connected]:
    gateway, clock, waiting = Gateway(answers, token_reply=token_reply), Clock(), Waiting()
    traces: list[Trace] = []
    async with a_server(gateway) as server, a_client(server.address, waiting=waiting, traces=traces) as http:
        client = Client(http, Tokens(http, KEYS, clock), practice=195900, page=page, pause=waiting.pause)
        yield Connected(client, gateway, server, clock, waiting, traces)


def pages_of(*pages: list[int], total: int | None = None, follows: bool = True) -> Callable[[Asked], Reply]:
    """A list of appointments in pages, as the offset asks for them."""
    numbers = [number for page in pages for number in page]

    def answer(asked: Asked) -> Reply:
        offset, limit = int(asked.query["offset"]), int(asked.query["limit"])
        some = [payload("open_slots")["appointments"][0] | {"appointmentid": n} for n in numbers[offset:][:limit]]
        more = {"next": f"/v1/195900/appointments/open?offset={offset + limit}"} if numbers[offset + limit :] else {}
        counted = {} if total is None else {"totalcount": total}
        return Says(body={"appointments": some, **counted, **(more if follows else {})})

    return answer


async def slots_of(client: Client, days: int = 1) -> list[int]:
    found = await client.open_slots(
        JULY_6, JULY_6 + timedelta(days=days - 1), departments=[1, 21], providers=[58, 59], which={"reasonid": "1210"}
    )
    return [row.integer("appointmentid") for row in found]


async def test_a_token_is_asked_for_with_the_keys_and_borne_by_every_call() -> None:
    async with connected(lambda _: Says(body=payload("appointment"))) as desk:
        await desk.client.appointment(1204401)
        await desk.client.appointment(1204401)

    token, *calls = desk.server.asked
    assert (token.method, token.path) == ("POST", TOKEN)
    assert token.headers["authorization"] == f"Basic {base64.b64encode(b'app1:s3cret').decode()}"
    assert parse_qs(token.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["athena/service/Athenanet.MDP.*"],
    }
    assert [call.headers["authorization"] for call in calls] == ["Bearer t1", "Bearer t1"]
    assert len({call.headers["x-request-id"] for call in calls}) == 2


async def test_many_calls_that_wait_for_a_token_ask_for_one() -> None:
    async with connected(lambda _: Says(body=payload("appointment"))) as desk:
        await asyncio.gather(*(desk.client.appointment(number) for number in range(1, 30)))

    assert desk.gateway.tokens == 1


async def test_a_token_is_used_for_its_hour_by_the_desks_clock_and_no_longer() -> None:
    async with connected(lambda _: Says(body=payload("appointment"))) as desk:
        await desk.client.appointment(1)
        desk.clock.shows += timedelta(minutes=58)
        await desk.client.appointment(1)
        before = desk.gateway.tokens
        desk.clock.shows += timedelta(minutes=1)
        await desk.client.appointment(1)

    assert (before, desk.gateway.tokens) == (1, 2)


def only_with(token: str) -> Callable[[Asked], Reply]:
    return lambda asked: (
        Says(body=payload("appointment")) if asked.headers["authorization"] == f"Bearer {token}" else Says(status=401)
    )


async def test_a_stray_401_is_met_with_one_new_token_for_all_who_met_it() -> None:
    async with connected(only_with("t2")) as desk:
        found = await asyncio.gather(*(desk.client.appointment(number) for number in range(1, 9)))

    assert all(row is not None for row in found)
    assert desk.gateway.tokens == 2


async def test_a_401_with_a_fresh_token_is_for_a_person() -> None:
    async with connected(lambda _: Says(status=401, body={"error": "Incorrect permissions."})) as desk:
        with pytest.raises(NotPermitted, match=r"answered 401 to GET /appointments/\{appointmentid\}"):
            await desk.client.appointment(1)

    assert (desk.gateway.tokens, len(desk.asked())) == (2, 2)


async def test_keys_that_are_not_taken_are_for_a_person_and_tell_no_secret() -> None:
    async with connected(lambda _: Says(), token_reply=Says(status=401)) as desk:
        with pytest.raises(NotPermitted) as told:
            await desk.client.appointment(1)

    assert desk.asked() == []
    assert "s3cret" not in str(told.value) + repr(KEYS)


async def test_where_no_token_is_to_be_had_everybody_hears_so_and_the_next_asks_anew() -> None:
    async with connected(lambda _: Says(body=payload("appointment")), token_reply=Says(status=503)) as desk:
        outcomes = await asyncio.gather(*(desk.client.appointment(n) for n in range(5)), return_exceptions=True)
        asked = desk.gateway.tokens
        desk.gateway.token_reply = None
        found = await desk.client.appointment(1)

    assert all(isinstance(outcome, Unreachable) for outcome in outcomes)
    assert asked == 3  # the three tries of one question
    assert found is not None


async def test_whoever_gives_up_waiting_for_a_token_leaves_it_to_the_others() -> None:
    async with connected(lambda _: Says(body=payload("appointment"))) as desk:
        first, second = (asyncio.create_task(desk.client.appointment(n)) for n in (1, 2))
        await asyncio.sleep(0)
        first.cancel()
        found = await second

    assert found is not None
    assert desk.gateway.tokens == 1


@pytest.mark.parametrize(
    ("client_id", "client_secret"), [("", "s"), ("a", ""), ("a b", "s"), ("a", "s\n"), ("a:b", "s"), ("ä", "s")]
)
def test_a_key_that_is_none_is_told_before_anything_is_asked(client_id: str, client_secret: str) -> None:
    with pytest.raises(Impossible, match=r"systems\.athenahealth\.client"):
        Keys(client_id=client_id, client_secret=client_secret)


async def test_a_gateway_over_its_rate_is_asked_again_once() -> None:
    replies = [Says(status=403, body=b"<h1>Developer Over Rate</h1>"), Says(body=payload("appointment"))]
    async with connected(lambda _: replies.pop(0)) as desk:
        found = await desk.client.appointment(1)

    assert found is not None
    assert desk.waiting.waits == [1.0]


async def test_a_403_that_stays_is_for_a_person() -> None:
    async with connected(lambda _: Says(status=403)) as desk:
        with pytest.raises(NotPermitted, match="must be switched on for the practice"):
            await desk.client.booked(JULY_6, JULY_6, department=1)

    assert len(desk.asked()) == 2


async def test_an_app_whose_calls_of_the_day_are_used_up_can_ask_later() -> None:
    async with connected(lambda _: Says(status=403, body=b"<h1>Developer Over Rate</h1>")) as desk:
        with pytest.raises(Unreachable, match="no more calls of this app"):
            await desk.client.book(7, {"patientid": "3"})

    assert len(desk.asked()) == 2


async def test_open_slots_are_asked_for_as_athena_wants_them() -> None:
    async with connected(pages_of([1])) as desk:
        await slots_of(desk.client)

    [asked] = desk.asked()
    assert asked.path == "/v1/195900/appointments/open"
    assert asked.query == {
        "departmentid": "1,21",
        "providerid": "58,59",
        "reasonid": "1210",
        "startdate": "07/06/2026",
        "enddate": "07/06/2026",
        "limit": "2",
        "offset": "0",
    }


async def test_more_days_than_a_week_are_asked_for_side_by_side_and_each_once() -> None:
    async with connected(pages_of([1])) as desk:
        await slots_of(desk.client, days=16)

    stretches = sorted((asked.query["startdate"], asked.query["enddate"]) for asked in desk.asked())
    assert stretches == [("07/06/2026", "07/12/2026"), ("07/13/2026", "07/19/2026"), ("07/20/2026", "07/21/2026")]


@pytest.mark.parametrize(("total", "follows"), [(7, True), (7, False), (None, True)])
async def test_every_page_is_turned_whether_the_count_or_the_link_says_that_there_is_more(
    total: int | None, follows: bool
) -> None:
    async with connected(pages_of([1, 2], [3, 4], [5, 6], [7], total=total, follows=follows)) as desk:
        found = await slots_of(desk.client)

    assert found == [1, 2, 3, 4, 5, 6, 7]
    assert [asked.query["offset"] for asked in desk.asked()] == ["0", "2", "4", "6"]


async def test_pages_that_are_shorter_than_asked_for_leave_nothing_out() -> None:
    numbers = list(range(1, 8))

    def capped(asked: Asked) -> Reply:
        offset = int(asked.query["offset"])
        some = [payload("open_slots")["appointments"][0] | {"appointmentid": n} for n in numbers[offset : offset + 2]]
        return Says(body={"totalcount": "7", "appointments": some})

    async with connected(capped, page=5000) as desk:
        assert await slots_of(desk.client) == numbers


async def test_a_row_that_moves_while_pages_are_turned_comes_once() -> None:
    async with connected(pages_of([1, 2], [2, 3], total=4)) as desk:
        assert await slots_of(desk.client) == [1, 2, 3]


async def test_a_list_that_begins_anew_is_reported_and_not_read_for_ever() -> None:
    whole = payload("open_slots") | {"totalcount": 99}
    async with connected(lambda _: Says(body=whole)) as desk:
        with pytest.raises(Unreadable, match="begins anew after 2 rows"):
            await slots_of(desk.client)


async def test_a_count_that_promises_more_than_there_is_ends_with_an_empty_page() -> None:
    async with connected(pages_of([1, 2], total=5)) as desk:
        assert await slots_of(desk.client) == [1, 2]


@pytest.mark.parametrize("body", [{}, {"a": [], "b": []}, "a text", [1], {"appointments": [7]}])
async def test_a_list_that_is_none_is_reported(body: object) -> None:
    async with connected(lambda _: Says(body=body)) as desk:
        with pytest.raises(Unreadable):
            await slots_of(desk.client)


async def test_a_short_list_may_come_bare() -> None:
    async with connected(lambda _: Says(body=[{"statusid": "2", "name": "Confirmed"}])) as desk:
        [row] = await desk.client.confirmation_statuses()

    assert (row.integer("statusid"), row.text("name")) == (2, "Confirmed")


async def test_a_missing_visit_is_none_and_a_missing_gateway_is_not() -> None:
    said: list[Any] = [
        Says(status=404, body={"error": "The appointment is not available."}),
        Says(status=404, body=b"Service not registered with API gateway."),
        Says(status=404, body={"error": "Invalid practice.", "detailedmessage": "The practice ID does not exist."}),
    ]
    async with connected(lambda _: said.pop(0)) as desk:
        assert await desk.client.appointment(1) is None
        with pytest.raises(Refused, match="Correct the address"):
            await desk.client.appointment(1)
        with pytest.raises(NotPermitted, match="no practice of that number"):
            await desk.client.appointment(1)


async def test_visits_of_a_patient_that_is_none_are_none_and_other_lists_are_refused() -> None:
    gone = Says(status=404, body={"error": "The specified patient does not exist in that department."})
    async with connected(lambda _: gone) as desk:
        assert await desk.client.appointments_of(9) == []
        with pytest.raises(Refused, match="departments and providers"):
            await desk.client.departments()


@pytest.mark.parametrize(("reply", "did"), [(Says(status=409, body=payload("taken")), Did.NOT_SO), (Says(), Did.DONE)])
async def test_a_slot_that_is_taken_is_told_and_not_raised(reply: Reply, did: Did) -> None:
    async with connected(lambda _: reply) as desk:
        assert await desk.client.book(7, {"patientid": "3", "reasonid": "1210"}) is did

    [asked] = desk.asked()
    assert (asked.method, asked.path) == ("PUT", "/v1/195900/appointments/7")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.body.decode()) == {"patientid": ["3"], "reasonid": ["1210"]}


async def test_a_success_of_false_is_no_success() -> None:
    async with connected(lambda _: Says(body={"success": "false", "message": "..."})) as desk:
        assert await desk.client.start_check_in(7) is Did.NOT_SO


@pytest.mark.parametrize("reply", [HangsUp(), Says(status=500), Says(status=503, body=b"<html>")], ids=str)
async def test_a_booking_without_an_answer_is_unknown_and_sent_once(reply: Reply) -> None:
    async with connected(lambda _: reply) as desk:
        with pytest.raises(OutcomeUnknown):
            await desk.client.book(7, {"patientid": "3"})

    assert len(desk.asked()) == 1


async def test_too_many_calls_are_waited_out_and_a_booking_goes_through_once() -> None:
    replies = [Says(status=429), Says(body=payload("appointment"))]
    async with connected(lambda _: replies.pop(0)) as desk:
        assert await desk.client.book(7, {"patientid": "3"}) is Did.DONE

    assert len(desk.waiting.waits) == 1


async def test_a_new_file_that_the_answer_does_not_name_may_be_there() -> None:
    async with connected(lambda _: Says(body=[{"errormessage": "..."}])) as desk:
        with pytest.raises(OutcomeUnknown, match="names no patientid"):
            await desk.client.create_patient({"firstname": "Maria"})


async def test_no_patient_is_in_what_is_traced() -> None:
    async with connected(lambda _: Says(body=payload("patients"))) as desk:
        await desk.client.patients({"lastname": "Quill", "dob": "04/09/1988"})
        with pytest.raises(Unreadable) as told:
            await desk.client.appointments_of(40211)

    traced = repr(desk.traces) + str(told.value)
    assert "Quill" not in traced
    assert "40211" not in traced
    assert "1988" not in traced
    assert {trace.path for trace in desk.traces} == {
        TOKEN,
        "/v1/{practiceid}/patients",
        "/v1/{practiceid}/patients/{patientid}/appointments",
    }


async def test_only_what_a_search_needs_is_asked_of_a_file() -> None:
    async with connected(lambda _: Says(body=payload("patients"))) as desk:
        await desk.client.patients({"anyphone": "6175550142"})

    [asked] = desk.asked()
    assert {"omitbalances", "omitphotoinformation", "omitdefaultpharmacy"} <= asked.query.keys()
