"""Boulevard's own words over a real socket: signed, paged, and never guessed at."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
from tests.systems.boulevard.a_desk import NOW, Hands
from tests.systems.boulevard.a_payload import payload
from tests.wire.loopback import Answers, Asked, HangsUp, Loopback, Reply, Says, a_client, a_server

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Unreachable
from frontdesk.systems.boulevard.admin import Admin
from frontdesk.systems.boulevard.carts import CartLost, Carts, codes_of
from frontdesk.systems.boulevard.client import Client, Declined
from frontdesk.systems.boulevard.signing import Keys
from frontdesk.wire.foreign import Unreadable

SECRET = base64.b64encode(b"a secret of nobody").decode()
KEYS = Keys(api_key="key-1", secret=SECRET, business="3f0c")
SECONDS = int(NOW.timestamp())


@dataclass
class Here:
    """The client, and what the other side heard; `paused` are the seconds it waited."""

    client: Client
    server: Loopback
    hands: Hands
    paused: list[float] = field(default_factory=list)

    @property
    def admin(self) -> Admin:
        return Admin(client=self.client)

    @property
    def carts(self) -> Carts:
        return Carts(client=self.client)


@asynccontextmanager
async def connected(answers: Answers) -> AsyncIterator[Here]:
    hands, paused = Hands(), list[float]()

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    async with a_server(answers) as server, a_client(server.address + "/api/2020-01") as http:
        yield Here(Client(http, KEYS, clock=hands, pause=pause), server, hands, paused)


def data(**fields: object) -> Says:
    return Says(body={"data": fields})


def error(message: str = "No", code: str | None = None, **rest: object) -> Says:
    told = {"message": message} | ({"code": code} if code else {}) | rest
    return Says(body={"data": None, "errors": [told]})


def clients(*numbers: int, next: str | None = None) -> Says:
    nodes = [{"node": payload("client") | {"id": f"urn:blvd:Client:{number}"}} for number in numbers]
    return data(clients={"edges": nodes, "pageInfo": {"hasNextPage": next is not None, "endCursor": next}})


def signed_by(prefix: str, client: str = "") -> str:
    """The header that the vendor's own description of its tokens gives."""
    told = f"{prefix}3f0c{client}{SECONDS}"
    mac = base64.b64encode(hmac.new(b"a secret of nobody", told.encode(), hashlib.sha256).digest()).decode()
    return f"Basic {base64.b64encode(f'key-1:{mac}{told}'.encode()).decode()}"


async def test_each_api_has_its_own_path_and_token() -> None:
    async with connected(lambda _: data(appointment=None, cart=None)) as here:
        await here.admin.appointment("urn:blvd:Appointment:1")
        await here.carts.read("urn:blvd:Cart:1", whose="")
        await here.carts.read("urn:blvd:Cart:1", whose="9e21")

    asked = [(one.path, one.headers["authorization"]) for one in here.server.asked]
    assert asked == [
        ("/api/2020-01/admin", signed_by("blvd-admin-v1")),
        ("/api/2020-01/3f0c/client", f"Basic {base64.b64encode(b'key-1:').decode()}"),
        ("/api/2020-01/3f0c/client", signed_by("blvd-client-v1", "9e21")),
    ]


async def test_every_request_is_signed_at_its_own_moment() -> None:
    async with connected(lambda _: data(appointment=None)) as here:
        await here.admin.appointment("urn:blvd:Appointment:1")
        here.hands.turn(seconds=90)
        await here.admin.appointment("urn:blvd:Appointment:1")

    first, second = (one.headers["authorization"] for one in here.server.asked)
    assert first != second


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("api_key", ""),
        ("api_key", "two words"),
        ("api_key", "with:colon"),
        ("secret", ""),
        ("secret", "not base64!"),
        ("business", "urn:blvd:Business:3f0c"),
        ("business", "../admin"),
    ],
)
def test_a_setting_that_cannot_be_one_is_told_at_once(field: str, value: str) -> None:
    given = {"api_key": "key-1", "secret": SECRET, "business": "3f0c"} | {field: value}

    with pytest.raises(Impossible, match=r"systems\.boulevard\."):
        Keys(**given)


def test_keys_are_not_shown() -> None:
    assert "key-1" not in repr(KEYS)
    assert SECRET not in repr(KEYS)


async def test_pages_are_turned_to_the_last() -> None:
    pages = {None: clients(1, 2, next="a"), "a": clients(3, next="b"), "b": clients(4, next="c"), "c": clients(5)}

    async with connected(lambda asked: pages[asked.json["variables"]["after"]]) as here:  # type: ignore[index,call-overload]
        found = await here.admin.clients_of_email("riley.q@example.com")

    assert [row.text("id")[-1] for row in found] == ["1", "2", "3", "4", "5"]
    assert all(one.json["variables"]["emails"] == ["riley.q@example.com"] for one in here.server.asked)  # type: ignore[index,call-overload]


async def test_a_list_that_begins_anew_is_not_taken_for_the_whole() -> None:
    async with connected(lambda _: clients(1, next="a")) as here:
        with pytest.raises(Unreadable, match="begins anew"):
            await here.admin.clients_of_email("riley.q@example.com")

    assert len(here.server.asked) == 2


async def test_a_missing_appointment_is_none() -> None:
    async with connected(lambda _: data(appointment=None)) as here:
        assert await here.admin.appointment("urn:blvd:Appointment:1") is None


async def test_a_key_that_is_not_taken_needs_a_person() -> None:
    async with connected(lambda _: Says(body=payload("unauthenticated"))) as here:
        with pytest.raises(NotPermitted, match="clock"):
            await here.admin.appointment("urn:blvd:Appointment:1")


async def test_a_token_that_is_refused_is_signed_anew_once() -> None:
    answers = [Says(status=401), data(cancelAppointment={"appointment": {"id": "1"}})]

    async with connected(lambda _: answers.pop(0)) as here:
        await here.admin.cancel("urn:blvd:Appointment:1", reason="MISTAKE", notes="")

    assert len(here.server.asked) == 2


async def test_refused_twice_it_is_the_key() -> None:
    async with connected(lambda _: Says(status=401)) as here:
        with pytest.raises(NotPermitted, match="API key"):
            await here.admin.appointment("urn:blvd:Appointment:1")

    assert len(here.server.asked) == 2


@pytest.mark.parametrize(
    "told",
    [{"code": "TIME_GONE"}, {"extensions": {"code": "TIME_GONE"}}, {"code": 5, "extensions": {"code": "TIME_GONE"}}],
)
async def test_a_code_is_read_wherever_it_stands(told: dict[str, object]) -> None:
    async with connected(
        lambda _: Says(body={"data": None, "errors": [{"message": "Riley Quill is late", **told}]})
    ) as here:
        with pytest.raises(Declined, match="TIME_GONE") as refused:
            await here.carts.reserve("urn:blvd:Cart:1", "t_1", whose="")

    assert refused.value.codes == ("TIME_GONE",)
    assert "Riley" not in str(refused.value)


async def test_what_may_name_a_patient_is_no_code() -> None:
    async with connected(lambda _: error(code="Riley Quill")) as here:
        with pytest.raises(Declined) as refused:
            await here.carts.check_out("urn:blvd:Cart:1", whose="")

    assert refused.value.codes == ()


async def test_above_the_limit_it_waits_as_long_as_it_is_told_and_asks_again() -> None:
    answers = [error("API limit exceeded, wait 1200ms"), error("API limit: wait 300 ms"), data(appointment=None)]

    async with connected(lambda _: answers.pop(0)) as here:
        await here.admin.appointment("urn:blvd:Appointment:1")

    assert here.paused == [1.2, 0.3]


async def test_a_limit_longer_than_a_patient_waits_is_unreachable_even_for_an_act() -> None:
    async with connected(lambda _: error("API limit exceeded, wait 60000ms")) as here:
        with pytest.raises(Unreachable, match="was not done"):
            await here.carts.check_out("urn:blvd:Cart:1", whose="")

    assert here.paused == []


@pytest.mark.parametrize(
    "reply", [HangsUp(), Says(status=500), Says(body=b"<html>"), Says(body=[]), Says(body={}), Says(body={"data": {}})]
)
async def test_an_act_whose_answer_is_none_may_have_been_done(reply: Reply) -> None:
    async with connected(lambda _: reply) as here:
        with pytest.raises(OutcomeUnknown):
            await here.carts.check_out("urn:blvd:Cart:1", whose="")

    assert len(here.server.asked) == 1


async def test_trouble_inside_the_vendor_is_no_refusal() -> None:
    async with connected(lambda _: error(code="INTERNAL_SERVER_ERROR")) as here:
        with pytest.raises(OutcomeUnknown):
            await here.carts.check_out("urn:blvd:Cart:1", whose="")
        with pytest.raises(Unreachable):
            await here.admin.appointment("urn:blvd:Appointment:1")


async def test_a_new_file_without_an_id_may_be_there_all_the_same() -> None:
    async with connected(lambda _: data(createClient={"client": {}})) as here:
        with pytest.raises(OutcomeUnknown):
            await here.admin.create_client({"firstName": "Noor"})


async def test_a_lost_choice_is_never_sent_twice_into_one_cart() -> None:
    async with connected(lambda _: HangsUp()) as here:
        with pytest.raises(CartLost):
            await here.carts.choose("urn:blvd:Cart:1", "s_90", variant=None, whose="")

    assert len(here.server.asked) == 1


async def test_a_reservation_whose_answer_is_lost_is_asked_for_again() -> None:
    answers: list[Reply] = [HangsUp(), data(reserveCartBookableItems={"cart": {"id": "urn:blvd:Cart:1"}})]

    async with connected(lambda _: answers.pop(0)) as here:
        cart = await here.carts.reserve("urn:blvd:Cart:1", "t_1", whose="")

    assert cart.text("id") == "urn:blvd:Cart:1"


async def test_many_days_and_people_are_few_documents_and_each_list_is_its_own() -> None:
    def answer(asked: Asked) -> Reply:
        lines = str(asked.json["query"]).count("cartBookableTimes(")
        values = asked.json["variables"]
        assert isinstance(values, dict)
        return data(**{f"t{place}": [{"id": f"{values['d0']} {place}"}] for place in range(lines)})

    days = [date(2026, 8, number) for number in range(1, 15)]
    async with connected(answer) as here:
        found = await here.carts.times(
            "c", days=days, variants=[f"v{n}" for n in range(20)], zone="America/Denver", whose=""
        )

    assert len(found) == 280
    assert len(here.server.asked) == 7
    assert found[days[0], "v3"][0].text("id") == "2026-08-01 3"


async def test_nothing_of_a_search_is_written_into_the_document() -> None:
    async with connected(lambda _: data(cartBookableTimes=[])) as here:
        await here.carts.times_chosen("urn:blvd:Cart:x", day=date(2026, 8, 4), zone="America/Denver", whose="")

    assert "Cart:x" not in str(here.server.asked[0].json["query"])
    assert here.server.asked[0].json["variables"] == {
        "id": "urn:blvd:Cart:x",
        "day": "2026-08-04",
        "tz": "America/Denver",
    }


async def test_the_stretch_of_appointments_is_written_in_utc() -> None:
    empty = data(appointments={"edges": [], "pageInfo": {"hasNextPage": False}})
    until = datetime.fromisoformat("2026-08-05T00:00:00-06:00")

    async with connected(lambda _: empty) as here:
        await here.admin.appointments("urn:blvd:Location:11aa", since=NOW, until=until)

    variables = here.server.asked[0].json["variables"]
    assert isinstance(variables, dict)
    assert variables["query"] == "startAt >= '2026-03-02T15:00:00Z' AND startAt < '2026-08-05T06:00:00Z'"


@pytest.mark.parametrize("several", [True, False])
async def test_the_times_for_a_move_come_as_one_answer_or_one_for_each_service(several: bool) -> None:
    one = {"availableTimes": [{"bookableTimeId": "a"}, {"bookableTimeId": "b"}]}
    other = {"availableTimes": [{"bookableTimeId": "b"}]}
    answer = data(appointmentRescheduleAvailableTimes=[one, other] if several else one)

    async with connected(lambda _: answer) as here:
        rows = await here.admin.other_times("urn:blvd:Appointment:1", day=date(2026, 8, 4), zone="America/Denver")

    assert [row.text("bookableTimeId") for row in rows] == (["b"] if several else ["a", "b"])


async def test_the_owners_appointment_comes_first() -> None:
    made = [
        {"appointmentId": "guest", "forCartOwner": False},
        {"appointmentId": "own", "forCartOwner": True},
    ]
    async with connected(lambda _: data(checkoutCart={"appointments": made, "cart": {}})) as here:
        assert await here.carts.check_out("c", whose="") == ["own", "guest"]


async def test_why_a_cart_is_not_complete_is_told_of_it_and_of_its_items() -> None:
    cart = {
        "id": "c",
        "errors": [{"code": "CART_MISSING_LOCATION"}],
        "selectedItems": [{"id": "1", "errors": [{"code": "CART_MISSING_ITEM_TIME"}]}],
    }
    async with connected(lambda _: data(cart=cart)) as here:
        found = await here.carts.read("c", whose="")

    assert found is not None
    assert list(codes_of(found)) == ["CART_MISSING_LOCATION", "CART_MISSING_ITEM_TIME"]
