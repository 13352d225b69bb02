"""The Admin API's own way to book at the simulated Boulevard, and what it warns of."""

import httpx
import pytest
from tests.systems.boulevard.simulated import THURSDAY, VISIT, Reached, a_business, errors, nodes, why, within

from frontdesk.systems.boulevard.simulator_example import (
    CONSULTATION,
    DANA,
    DOWNTOWN,
    LASER,
    LENA,
    NEUROTOXIN,
    RAVI,
    RILEY,
)
from frontdesk.systems.boulevard.simulator_rows import Json, urn

LIST = """query($place: ID!, $client: ID, $query: QueryString) {
  appointments(locationId: $place, clientId: $client, query: $query) { edges { node { id } } } }"""
BOOKING = "booking { id startTime bookingClients { id clientId } errors { code } } bookingWarnings { code }"
WARNINGS = "bookingWarnings { code staffId serviceId }"


async def chain(
    business: Reached, service: str, staff: str, at: str = f"{THURSDAY}T10:30:00", place: str = DOWNTOWN
) -> tuple[list[str], httpx.Response]:
    """The warnings of adding the service, and the answer to completing."""
    made = await business.changed("admin", "bookingCreate", BOOKING, locationId=place, clientId=RILEY, startTime=at)
    booking = str(within(made, "booking", "id"))
    added = await business.changed(
        "admin", "bookingAddService", f"bookingService {{ id serviceId staffId }} {WARNINGS}", bookingId=booking,
        bookingClientId=str(within(made, "booking", "bookingClients", 0, "id")), serviceId=service, staffId=staff,
    )  # fmt: skip
    done = await business.change(
        "admin", "bookingComplete",
        f"bookingAppointments {{ appointmentId clientId appointment {{ {VISIT} }} }} {WARNINGS}",
        bookingId=booking, bookWithStaffId=staff, notifyClient=False,
    )  # fmt: skip
    warnings = within(added, "bookingWarnings")
    assert isinstance(warnings, list)
    return [row["code"] for row in warnings], done


async def test_the_chain_books_in_three_steps() -> None:
    async with a_business() as business:
        warnings, done = await chain(business, NEUROTOXIN, DANA)

    [booked] = done.json()["data"]["bookingComplete"]["bookingAppointments"]
    assert (warnings, booked["clientId"]) == ([], RILEY)
    assert booked["appointment"]["startAt"] == "2026-03-05T17:30:00Z"
    assert booked["appointment"]["appointmentServices"][0]["price"] == 35000


@pytest.mark.parametrize(
    ("service", "staff", "at", "codes"),
    [
        (NEUROTOXIN, DANA, "2026-03-03T10:15:00", ["STAFF_DOUBLE_BOOKED"]),
        (CONSULTATION, DANA, "2026-03-04T13:30:00", ["STAFF_DOUBLE_BOOKED"]),
        (LASER, DANA, "2026-03-05T10:30:00", ["STAFF_DOES_NOT_PERFORM_SERVICE"]),
        (LASER, LENA, "2026-03-05T10:30:00", ["STAFF_DOES_NOT_PERFORM_SERVICE"]),
        (LASER, RAVI, "2026-03-04T12:00:00", ["STAFF_DOUBLE_BOOKED", "RESOURCE_DOUBLE_BOOKED"]),
        (NEUROTOXIN, DANA, "2026-03-05T06:00:00", []),
    ],
)
async def test_a_warning_stops_nothing(service: str, staff: str, at: str, codes: list[str]) -> None:
    async with a_business() as business:
        warnings, done = await chain(business, service, staff, at)

    assert warnings == codes
    assert [row["code"] for row in done.json()["data"]["bookingComplete"]["bookingWarnings"]] == codes
    assert len(business.simulator.business.appointments) == 7


async def test_the_chain_warns_of_a_time_that_a_cart_keeps() -> None:
    async with a_business() as business:
        await business.reserve(await business.a_cart())

        warnings, _ = await chain(business, NEUROTOXIN, DANA)

    assert warnings == ["STAFF_DOUBLE_BOOKED"]


async def test_repeating_the_chain_books_twice_and_completing_one_booking_twice_does_not() -> None:
    async with a_business() as business:
        await chain(business, NEUROTOXIN, DANA)
        again, done = await chain(business, NEUROTOXIN, DANA)
        booking = urn("Booking", 2)
        twice = await business.change(
            "admin", "bookingComplete", "booking { id }", bookingId=booking, bookWithStaffId=DANA
        )
        found = await business.admin(LIST, place=DOWNTOWN, client=RILEY, query="startAt = '2026-03-05T17:30:00Z'")

    assert (again, errors(done), why(twice)) == (["STAFF_DOUBLE_BOOKED"], [], "booking-completed")
    assert len(nodes(found, "appointments")) == 2


async def test_a_booking_gets_its_client_later_and_wants_that_clients_id_in_the_booking() -> None:
    async with a_business() as business:
        asked: dict[str, Json] = {"locationId": DOWNTOWN, "startTime": f"{THURSDAY}T10:30:00"}
        made = await business.changed("admin", "bookingCreate", BOOKING, **asked)
        booking = str(within(made, "booking", "id"))
        empty = await business.change(
            "admin", "bookingComplete", "booking { id }", bookingId=booking, bookWithStaffId=DANA
        )
        given = await business.changed("admin", "bookingSetClient", BOOKING, bookingId=booking, clientId=RILEY)
        service: dict[str, Json] = {"bookingId": booking, "serviceId": NEUROTOXIN, "staffId": DANA}
        wrong = await business.change("admin", "bookingAddService", "booking { id }", bookingClientId=RILEY, **service)

    assert within(made, "booking", "bookingClients") == []
    assert within(given, "booking", "bookingClients", 0, "clientId") == RILEY
    assert (why(empty), why(wrong)) == ("booking-empty", "booking-client-unknown")


OPEN = """mutation($input: CreateCartInput!){createCart(input:$input){cart{id availableCategories{name
  availableItems{id name ... on CartAvailableBookableItem{listDurationRange{min max}
  staffVariants{id duration price staff{id displayName}}}}}}}}"""
FILL = """mutation($input: AddCartSelectedBookableItemInput!){addCartSelectedBookableItem(input:$input){
  cart{id selectedItems{id}}}}"""
LOOK = """query($id: ID!, $d: Date!, $tz: Tz){cartBookableTimes(id:$id, searchDate:$d, tz:$tz){id startTime}}"""
ENTER = "mutation($input: CreateClientInput!){createClient(input:$input){client{id}}}"
TAKE = "mutation($input: TakeCartOwnershipInput!){takeCartOwnership(input:$input){cart{id}}}"
KEEP = """mutation($input: ReserveCartBookableItemsInput!){reserveCartBookableItems(input:$input){
  cart{id expiresAt startTime errors{code message}}}}"""
BOOK = """mutation($input: CheckoutCartInput!){checkoutCart(input:$input){
  appointments{appointmentId clientId forCartOwner} cart{completedAt}}}"""
DROP = """mutation($input: CancelAppointmentInput!){cancelAppointment(input:$input){
  appointment{id state cancelled}}}"""


async def test_a_new_patient_books_by_a_cart_and_cancels_as_the_published_example_does() -> None:
    async with a_business() as business:
        opened = await business.client(OPEN, input={"locationId": DOWNTOWN})
        cart = str(within(opened, "createCart", "cart", "id"))
        item = within(opened, "createCart", "cart", "availableCategories", 0, "availableItems", 1)
        choice = {"itemId": str(within(item, "id")), "itemStaffVariantId": str(within(item, "staffVariants", 0, "id"))}
        await business.client(FILL, input={"id": cart, **choice})
        times = await business.client(LOOK, id=cart, d=THURSDAY, tz="America/Denver")
        time = str(within(times, "cartBookableTimes", 0, "id"))
        who: dict[str, Json] = {"firstName": "Pat", "lastName": "Test", "mobilePhone": "+13035550150"}
        client = str(within(await business.admin(ENTER, input=who), "createClient", "client", "id"))
        await business.client(TAKE, client, input={"id": cart})
        kept = await business.client(KEEP, client, input={"id": cart, "bookableTimeId": time})
        booked = await business.client(BOOK, client, input={"id": cart})
        visit = str(within(booked, "checkoutCart", "appointments", 0, "appointmentId"))
        reason: dict[str, Json] = {"reason": "CLIENT_CANCEL", "notes": "Caller asked to cancel", "notifyClient": True}
        dropped = await business.admin(DROP, input={"id": visit, **reason})

    assert within(kept, "reserveCartBookableItems", "cart") == {
        "id": cart,
        "expiresAt": "2026-03-02T15:10:00Z",
        "startTime": "2026-03-05T09:00:00",
        "errors": [],
    }
    assert within(booked, "checkoutCart") == {
        "appointments": [{"appointmentId": visit, "clientId": client, "forCartOwner": True}],
        "cart": {"completedAt": "2026-03-02T15:00:00Z"},
    }
    assert dropped == {"cancelAppointment": {"appointment": {"id": visit, "state": "CANCELLED", "cancelled": True}}}
