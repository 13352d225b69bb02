"""Open times of the simulated Boulevard: days and times of a cart, in any zone, for one item or two."""

from dataclasses import replace
from itertools import pairwise

from tests.systems.boulevard.simulated import THURSDAY, a_business, code, why, within

from frontdesk.systems.boulevard.simulator_example import DANA, DOWNTOWN, LAKESIDE, LASER, RAVI, example_world
from frontdesk.systems.boulevard.simulator_rows import rows_in, urn
from frontdesk.systems.boulevard.simulator_world import does, shift, staff

DATES = """query($id: ID!, $from: Date, $to: Date, $limit: Int, $tz: Tz, $where: ID) {
  cartBookableDates(id: $id, searchRangeLower: $from, searchRangeUpper: $to, limit: $limit, tz: $tz,
    locationId: $where) { date } }"""
TIMES = """query($id: ID!, $day: Date!, $tz: Tz) {
  cartBookableTimes(id: $id, searchDate: $day, tz: $tz) { id startTime } }"""
WHO = """query($id: ID!, $item: ID!, $time: ID!) {
  cartBookableStaffVariants(id: $id, itemId: $item, bookableTimeId: $time) { id staff { id } } }"""


def dates(found: object) -> list[object]:
    rows = within(found, "cartBookableDates")
    assert isinstance(rows, list)
    return [row["date"] for row in rows]


async def test_open_times_are_a_quarter_apart_within_the_shift_and_around_what_is_booked() -> None:
    async with a_business() as business:
        tuesday = await business.times(await business.a_cart(), "2026-03-03")

    assert tuesday[:4] == [f"t_2026-03-03T{time}:00" for time in ("09:00", "09:15", "09:30", "10:30")]
    assert tuesday[-1] == "t_2026-03-03T16:30:00"
    assert "t_2026-03-03T13:45:00" not in tuesday
    assert "t_2026-03-03T13:30:00" in tuesday


async def test_open_times_come_with_the_offset_of_the_zone_that_is_asked_for() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        here = await business.client(TIMES, id=cart, day=THURSDAY)
        there = await business.client(TIMES, id=cart, day=THURSDAY, tz="America/New_York")
        after_the_change = await business.client(TIMES, id=cart, day="2026-03-09")

    assert within(here, "cartBookableTimes", 0) == {
        "id": "t_2026-03-05T09:00:00",
        "startTime": "2026-03-05T09:00:00-07:00",
    }
    assert within(there, "cartBookableTimes", 0, "startTime") == "2026-03-05T11:00:00-05:00"
    assert within(after_the_change, "cartBookableTimes", 0, "startTime") == "2026-03-09T09:00:00-06:00"


async def test_a_day_in_a_far_zone_holds_times_of_two_days_at_the_location() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        found = await business.client(TIMES, id=cart, day="2026-03-06", tz="Asia/Tokyo")

    rows = within(found, "cartBookableTimes")
    assert isinstance(rows, list)
    assert (rows[0]["id"], rows[-1]["id"]) == ("t_2026-03-05T09:00:00", "t_2026-03-05T16:30:00")
    assert {row["startTime"][:10] for row in rows} == {"2026-03-06"}


async def test_times_begin_an_hour_from_now_and_end_after_ninety_days() -> None:
    async with a_business() as business:
        business.hands.turn(hours=2, minutes=10)
        cart = await business.a_cart()
        today = await business.times(cart, "2026-03-02")
        far = await business.times(cart, "2026-06-05")
        too_soon = await business.reserve(cart, "t_2026-03-02T11:00:00")

    assert (today[0], far) == ("t_2026-03-02T11:15:00", [])
    assert why(too_soon) == "reserve-fails-when-gone"


async def test_open_dates_are_a_week_from_the_first_bookable_day_unless_told() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        week = dates(await business.client(DATES, id=cart))
        two = dates(await business.client(DATES, id=cart, limit=2))
        months = dates(await business.client(DATES, id=cart, **{"from": "2026-03-01", "to": "2026-12-31"}))
        past = dates(await business.client(DATES, id=cart, **{"from": "2026-02-02", "to": "2026-02-20"}))
        backwards = await business.ask_client(DATES, id=cart, **{"from": "2026-03-05", "to": "2026-03-04"})
        endless = await business.ask_client(DATES, id=cart, **{"from": "2026-03-05", "to": "2027-04-04"})

    assert week == [f"2026-03-{day:02}" for day in (2, 3, 4, 5, 6, 9)]
    assert (two, len(months), past) == (week[:2], 31, [])
    assert (why(backwards), why(endless)) == ("days-the-wrong-way", "longest-look")


async def test_two_items_follow_each_other_and_need_the_laser_that_is_there_once() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        await business.changed("client", "addCartSelectedBookableItem", "cart { id }", id=cart, itemId="s_4")
        wednesday = await business.times(cart, "2026-03-04")
        kept = await business.reserve(cart, "t_2026-03-04T12:00:00")

    assert "t_2026-03-04T09:30:00" not in wednesday  # the laser is used from eleven
    assert wednesday[0] == "t_2026-03-04T12:00:00"  # half an hour with Dana, then the laser
    data = kept.json()["data"]["reserveCartBookableItems"]["cart"]
    assert (data["startTime"], data["endTime"]) == ("2026-03-04T12:00:00", "2026-03-04T14:00:00")


async def test_a_laser_that_is_in_use_is_not_offered_with_somebody_else_who_is_free() -> None:
    world = example_world()
    second = staff(5, "Noor", "Example", does(LASER, 90, 31000), places=(DOWNTOWN,))
    hers = shift(99, 3, "10:00:00", "18:00:00", staff=urn("Staff", 5), location=DOWNTOWN)

    async with a_business(replace(world, staff=(*world.staff, second), shifts=(*world.shifts, hers))) as business:
        wednesday = await business.times(await business.a_cart("s_4", variant="sv_5_4"), "2026-03-04")

    assert wednesday[0] == "t_2026-03-04T12:30:00"  # Ravi has it from eleven; half past nine is before she comes


async def test_without_a_choice_whoever_is_free_first_does_it() -> None:
    async with a_business() as business:
        cart = await business.a_cart("s_1", variant="")
        item = await business.client("query($id: ID!) { cart(id: $id) { selectedItems { id } } }", id=cart)
        selected = str(within(item, "cart", "selectedItems", 0, "id"))
        narrowed = await business.times(cart, "2026-03-03", who=["sv_2_1"])
        who = await business.client(WHO, id=cart, item=selected, time="t_2026-03-03T14:00:00")
        await business.reserve(cart, "t_2026-03-03T14:00:00")
        shown = await business.client(
            """query($id: ID!) { cart(id: $id) { selectedItems { ... on CartBookableItem {
              startTime price selectedStaffVariant { id staff { id } } } } } }""",
            id=cart,
        )

    assert (narrowed[0], narrowed[-1]) == ("t_2026-03-03T10:00:00", "t_2026-03-03T17:30:00")
    assert within(who, "cartBookableStaffVariants") == [{"id": "sv_2_1", "staff": {"id": RAVI}}]  # Dana has a visit
    assert within(shown, "cart", "selectedItems", 0) == {
        "startTime": "2026-03-03T14:00:00",
        "price": 5000,
        "selectedStaffVariant": {"id": "sv_2_1", "staff": {"id": RAVI}},
    }


async def test_a_search_names_the_place_where_the_cart_has_none() -> None:
    async with a_business() as business:
        made = await business.changed("client", "createCart", "cart { id }")
        cart = str(within(made, "cart", "id"))
        empty = await business.ask_client(DATES, id=cart, where=LAKESIDE)
        await business.changed("client", "addCartSelectedBookableItem", "cart { id }", id=cart, itemId="s_2")
        nowhere = await business.ask_client(DATES, id=cart)
        there = dates(await business.client(DATES, id=cart, where=LAKESIDE))
        settled = await business.a_cart()
        other = await business.ask_client(DATES, id=settled, where=LAKESIDE)

    assert (code(empty), code(nowhere), why(other)) == ("CART_MISSING_ITEMS", "CART_MISSING_LOCATION", "other-location")
    assert there[0] == "2026-03-02"


async def test_a_time_off_the_quarter_hour_cannot_be_kept() -> None:
    async with a_business() as business:
        answer = await business.reserve(await business.a_cart(), f"t_{THURSDAY}T10:35:00")

    assert why(answer) == "reserve-fails-when-gone"


async def test_a_day_fills_up_without_two_visits_of_one_person_at_once() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        count = 0
        while times := await business.times(cart, "2026-03-03"):
            await business.booked(times[0 if count % 2 else -1])
            count += 1
        danas = sorted(
            (str(service["startAt"]), str(service["endAt"]))
            for row in business.simulator.business.appointments
            for service in rows_in(row, "appointmentServices")
            if service["staffId"] == DANA and not row["cancelled"]
        )

    assert count == 14  # eight hours of half an hour each, less the two visits that were there
    assert all(one[1] <= other[0] for one, other in pairwise(danas))
