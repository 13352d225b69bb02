"""Faults on demand, and the front desk: what a caller meets, and what stands in the book afterwards."""

from datetime import timedelta

import httpx
import pytest
from tests.systems.boulevard.simulated import THURSDAY, Reached, a_business, code, errors, why

from frontdesk.standards.simulating.faults import (
    CutsConnection,
    Fails,
    Fault,
    GoesSilent,
    KeyRefused,
    Maintenance,
    OfficeOffline,
    Overtaken,
    Slow,
    StaleSlots,
    TooMany,
    When,
)
from frontdesk.systems.boulevard.simulator_example import (
    AVERY,
    CAMERON,
    DANA,
    DOWNTOWN,
    NEUROTOXIN,
    ON_TUESDAY,
    ON_WEDNESDAY,
    RAVI,
    RILEY,
)
from frontdesk.systems.boulevard.simulator_rows import Json, urn

CHECKOUT = "client checkoutCart"


async def a_kept_cart(business: Reached) -> str:
    cart = await business.a_cart(client=RILEY)
    assert not errors(await business.reserve(cart, client=RILEY))
    return cart


def visits(business: Reached) -> int:
    return len(business.simulator.business.appointments)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TooMany(), 429),
        (Fails(when=When.BEFORE_COMMIT), 500),
        (KeyRefused(), 401),
        (Maintenance(), 503),
    ],
)
async def test_a_fault_before_the_commit_leaves_the_book_as_it_was(fault: Fault, status: int) -> None:
    async with a_business() as business:
        cart = await a_kept_cart(business)
        business.simulator.faults.plan(fault, on=CHECKOUT)
        failed = await business.check_out(cart, RILEY)
        before = visits(business)
        again = await business.check_out(cart, RILEY)

    assert (failed.status_code, before, errors(again), visits(business)) == (status, 6, [], 7)


async def test_too_many_requests_say_in_words_how_long_to_wait_and_maintenance_is_a_page() -> None:
    async with a_business() as business:
        business.simulator.faults.plan(TooMany(retry_after=7))
        business.simulator.faults.plan(Maintenance())
        many, page = await business.ask_client("{ business { id } }"), await business.ask_client("{ business { id } }")

    assert str(errors(many)[0]["message"]) == "API limit exceeded, please wait 7000ms"
    assert "retry-after" not in many.headers
    assert page.headers["content-type"] == "text/html"


@pytest.mark.parametrize(("when", "booked"), [(When.BEFORE_COMMIT, 6), (When.AFTER_COMMIT, 7)])
@pytest.mark.parametrize(("fault", "raised"), [(CutsConnection, httpx.ReadError), (GoesSilent, httpx.ReadTimeout)])
async def test_a_lost_reply_leaves_the_visit_booked_only_after_the_commit(
    fault: type[CutsConnection] | type[GoesSilent], raised: type[httpx.TransportError], when: When, booked: int
) -> None:
    async with a_business() as business:
        cart = await a_kept_cart(business)
        business.simulator.faults.plan(fault(when=when), on=CHECKOUT)

        with pytest.raises(raised):
            await business.check_out(cart, RILEY)

    assert visits(business) == booked
    assert [heard.status for heard in business.simulator.heard if heard.call == CHECKOUT] == [0]


async def test_a_500_after_the_commit_leaves_the_visit_booked_and_the_cart_locked() -> None:
    async with a_business() as business:
        cart = await a_kept_cart(business)
        business.simulator.faults.plan(Fails(when=When.AFTER_COMMIT), on=CHECKOUT)
        failed, again = await business.check_out(cart, RILEY), await business.check_out(cart, RILEY)

    assert (failed.status_code, why(failed), why(again), visits(business)) == (
        500,
        "server-error",
        "completed-is-locked",
        7,
    )


async def test_a_slow_answer_outlasts_the_hold() -> None:
    async with a_business() as business:
        cart = await a_kept_cart(business)
        business.simulator.faults.plan(Slow(by=timedelta(minutes=10)), on=CHECKOUT)

        late = await business.check_out(cart, RILEY)

    # The token is stale by then as well: it was signed before the wait.
    assert (late.status_code, why(late), business.hands.waited) == (401, "token-short-lived", [timedelta(minutes=10)])


async def test_stale_times_still_show_what_was_taken_a_moment_ago_and_cannot_be_kept() -> None:
    async with a_business() as business:
        first = await business.a_cart()
        business.hands.turn(minutes=1)
        await business.booked(f"t_{THURSDAY}T09:00:00")
        other = await business.a_cart()
        await business.reserve(other, f"t_{THURSDAY}T09:30:00")
        business.hands.turn(seconds=30)
        business.simulator.faults.plan(StaleSlots(by=timedelta(minutes=2)), on="client cartBookableTimes")
        stale, fresh = await business.times(first), await business.times(first)
        kept = await business.reserve(first, stale[0])

    assert (stale[0], fresh[0]) == (f"t_{THURSDAY}T09:00:00", f"t_{THURSDAY}T10:00:00")
    assert why(kept) == "reserve-fails-when-gone"


async def test_the_front_desk_takes_a_time_just_before_it_is_kept() -> None:
    async with a_business() as business:
        cart = await business.a_cart(client=RILEY)
        fault = Overtaken(when=When.BEFORE_COMMIT, patient=CAMERON)
        business.simulator.faults.plan(fault, on="client reserveCartBookableItems")
        kept = await business.reserve(cart, client=RILEY)
        visit = await business.visit(urn("Appointment", 7))

    assert (why(kept), visit["clientId"]) == ("reserve-fails-when-gone", CAMERON)


@pytest.mark.parametrize(("when", "says"), [(When.BEFORE_COMMIT, "CART_MISSING_ITEM_TIME"), (When.AFTER_COMMIT, "")])
async def test_the_front_desk_takes_the_time_around_a_checkout(when: When, says: str) -> None:
    async with a_business() as business:
        cart = await a_kept_cart(business)
        business.simulator.faults.plan(Overtaken(when=when), on=CHECKOUT)
        done = await business.check_out(cart, RILEY)

    at = [row for row in business.simulator.business.appointments if row["startAt"] == "2026-03-05T17:30:00Z"]
    assert code(done) == says
    assert [row["clientId"] for row in at] == ([AVERY] if says else [RILEY, AVERY])


async def test_the_front_desk_takes_the_time_that_a_booking_completes() -> None:
    async with a_business() as business:
        made = await business.changed(
            "admin", "bookingCreate", "booking { id bookingClients { id } }", locationId=DOWNTOWN, clientId=RILEY,
            startTime=f"{THURSDAY}T10:30:00",
        )  # fmt: skip
        booking = made["booking"]
        assert isinstance(booking, dict)
        service: dict[str, Json] = {"serviceId": NEUROTOXIN, "staffId": DANA}
        await business.changed(
            "admin", "bookingAddService", "bookingWarnings { code }", bookingId=booking["id"],
            bookingClientId=booking["bookingClients"][0]["id"], **service,
        )  # fmt: skip
        business.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT), on="admin bookingComplete")
        done = await business.changed(
            "admin", "bookingComplete", "bookingWarnings { code }", bookingId=booking["id"], bookWithStaffId=DANA
        )

    assert done == {"bookingWarnings": [{"code": "STAFF_DOUBLE_BOOKED"}]}


async def test_the_front_desk_takes_the_time_a_visit_is_moved_to() -> None:
    async with a_business() as business:
        business.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT), on="admin appointmentReschedule")
        asked: dict[str, Json] = {
            "appointmentId": ON_WEDNESDAY,
            "bookableTimeId": f"r_3_t_{THURSDAY}T10:00:00",
            "sendNotification": True,
        }
        moved = await business.change("admin", "appointmentReschedule", "appointment { id }", **asked)

    taken = business.simulator.business.appointments.get(urn("Appointment", 7)) or {}
    assert (why(moved), taken["clientId"], taken["startAt"]) == ("move-no-longer", AVERY, "2026-03-05T17:00:00Z")


async def test_nothing_is_overtaken_where_nothing_would_be_booked() -> None:
    async with a_business() as business:
        business.simulator.faults.plan(Overtaken(when=When.BEFORE_COMMIT), times=4)
        await business.ask_client("{ business { id } }")
        await business.check_out(urn("Cart", 99))
        await business.change("admin", "bookingComplete", "booking { id }", bookingId="b", bookWithStaffId=DANA)
        await business.change(
            "admin", "appointmentReschedule", "appointment { id }", appointmentId="a", bookableTimeId="t",
            sendNotification=False,
        )  # fmt: skip

    assert (visits(business), business.simulator.faults.waiting()) == (6, 0)


async def test_a_fault_waits_for_its_call_and_strikes_as_often_as_planned() -> None:
    async with a_business() as business:
        business.simulator.faults.plan(Maintenance(), on="admin clients", times=2, after=1)
        others = [(await business.ask_admin("{ business { id } }")).status_code for _ in range(2)]
        these = [(await business.ask_admin("{ clients { edges { cursor } } }")).status_code for _ in range(4)]

    assert (others, these) == ([200, 200], [200, 503, 503, 200])


async def test_a_key_that_is_switched_off_is_refused_until_it_is_switched_on() -> None:
    async with a_business() as business:
        business.simulator.faults.key_enabled = False
        off = [await business.ask_admin("{ business { id } }"), await business.ask_client("{ business { id } }")]
        business.simulator.faults.clear()
        on = await business.ask_admin("{ business { id } }")

    assert ([one.status_code for one in off], on.status_code) == ([401, 401], 200)


async def test_a_server_at_the_clinic_is_nothing_that_boulevard_has() -> None:
    async with a_business() as business:
        business.simulator.faults.plan(OfficeOffline())

        with pytest.raises(ValueError, match="plan another fault"):
            await business.ask_client("{ business { id } }")


async def test_what_staff_do_in_the_dashboard_shows_in_the_api() -> None:
    async with a_business() as business:
        desk = business.simulator.front_desk
        booked = desk.book(client=AVERY, staff=DANA, service=NEUROTOXIN, location=DOWNTOWN, at=f"{THURSDAY}T09:00:00",
                           minutes=60)  # fmt: skip
        desk.move(booked, at=f"{THURSDAY}T15:00:00", staff=RAVI)
        desk.confirm(booked)
        desk.mark_arrived(booked)
        desk.mark_missed(ON_TUESDAY)
        block = desk.block(DANA, location=DOWNTOWN, start=f"{THURSDAY}T09:00:00", minutes=60)
        cart = await business.a_cart()
        blocked = await business.times(cart)
        desk.unblock(block)
        free = await business.times(cart)
        visit, missed = await business.visit(booked), await business.visit(ON_TUESDAY)

    assert (visit["startAt"], visit["endAt"]) == ("2026-03-05T22:00:00Z", "2026-03-05T23:00:00Z")
    assert visit["state"] == "ARRIVED"
    assert missed["cancellation"] == {"reason": "NO_SHOW", "notes": None, "cancelledAt": "2026-03-02T15:00:00Z"}
    assert (blocked[0], free[0]) == (f"t_{THURSDAY}T10:00:00", f"t_{THURSDAY}T09:00:00")


async def test_a_client_is_renamed_and_merged_and_a_staff_member_leaves() -> None:
    async with a_business() as business:
        desk = business.simulator.front_desk
        desk.change_client(CAMERON, {"lastName": "Renamed"})
        desk.merge_clients(into=AVERY, gone=RILEY)
        desk.change_staff(DANA, {"active": False})
        moved = await business.visit(ON_WEDNESDAY)
        query = "query($id: ID!) { client(id: $id) { name active } }"
        gone, renamed = await business.admin(query, id=RILEY), await business.admin(query, id=CAMERON)
        no_more = await business.change("client", "createCart", "cart { id }", RILEY)
        cart = await business.changed(
            "client", "createCart", "cart { availableCategories { name } }", locationId=DOWNTOWN
        )

    assert moved["clientId"] == AVERY
    assert (gone, renamed) == (
        {"client": {"name": "Riley Quill", "active": False}},
        {"client": {"name": "Cameron Renamed", "active": True}},
    )
    assert no_more.status_code == 401
    assert cart == {"cart": {"availableCategories": [{"name": "Injectables"}, {"name": "Laser and skin"}]}}


async def test_the_front_desk_needs_somebody_else_to_book() -> None:
    async with a_business() as business:
        for client in list(business.simulator.business.clients):
            if client["id"] != RILEY:
                business.simulator.front_desk.change_client(str(client["id"]), {"active": False})

        with pytest.raises(LookupError):
            business.simulator.front_desk.somebody_else(RILEY)


async def test_people_see_the_book_and_move_and_cancel_there() -> None:
    async with a_business() as business:
        page = await business.http.get("/__page", params={"date": "2026-03-04"})
        moved = await business.http.post(
            "/__page", data={"act": "move", "id": ON_WEDNESDAY, "at": "2026-03-05T12:00", "staffId": RAVI}
        )
        gone = await business.http.post("/__page", data={"act": "cancel", "id": ON_TUESDAY, "back": "2026-03-03"})
        again = await business.http.post("/__page", data={"act": "cancel", "id": ON_TUESDAY, "back": "2026-03-03"})
        visit, cancelled = await business.visit(ON_WEDNESDAY), await business.visit(ON_TUESDAY)

    assert page.status_code == 200
    assert all(text in page.text for text in ("Riley Quill", "Laser, face", "Team meeting", "Lakeside"))
    assert (moved.status_code, moved.headers["location"]) == (303, "/__page?date=2026-03-05")
    assert (visit["startAt"], cancelled["state"]) == ("2026-03-05T19:00:00Z", "CANCELLED")
    assert (gone.status_code, again.status_code) == (303, 404)


@pytest.mark.parametrize(
    ("method", "address", "data", "status"),
    [
        ("GET", "/__page?date=soon", {}, 400),
        ("GET", "/__other", {}, 404),
        ("DELETE", "/__page", {}, 404),
        ("POST", "/__page", {"act": "cancel"}, 400),
        ("GET", "/__page", {}, 200),
    ],
)
async def test_a_page_that_is_none_says_so(method: str, address: str, data: dict[str, str], status: int) -> None:
    async with a_business() as business:
        answer = await business.http.request(method, address, data=data)

    assert answer.status_code == status
