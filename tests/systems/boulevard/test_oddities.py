"""What is odd about Boulevard: its ids, its menus, its nights, its lists."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.systems.boulevard.a_desk import a_practice
from tests.systems.boulevard.a_payload import (
    DANA,
    DOWNTOWN,
    LENA,
    NUMBERS,
    a_row,
    a_visit,
    cancelled_for,
    part,
    payload,
)

from frontdesk.domain.appointment import Status
from frontdesk.ports.faults import NotPermitted
from frontdesk.systems.boulevard.client import page_of, rows_of
from frontdesk.systems.boulevard.mapping import appointment
from frontdesk.systems.boulevard.menu import item_named, items_of, openings, time_at, told_apart
from frontdesk.wire.foreign import Unreadable

DENVER = ZoneInfo("America/Denver")


def a_time(id: str, start: str) -> dict[str, str]:
    return {"id": id, "startTime": start}


def test_ids_may_come_without_their_kind() -> None:
    found = a_visit(appointmentServices=[part(staffId="55", serviceId="90")], locationId="11aa", clientId="9e21")

    assert (found.staff, found.service, found.location) == ("urn:blvd:Staff:55", "urn:blvd:Service:90", DOWNTOWN)
    assert found.client == "urn:blvd:Client:9e21"


def test_an_appointment_of_several_parts_is_told_by_the_one_that_begins_first() -> None:
    later = part(staffId="urn:blvd:Staff:56", serviceId="urn:blvd:Service:91", startAt="2026-08-04T17:00:00Z")
    found = a_visit(appointmentServices=[later, part()], endAt="2026-08-04T17:30:00Z")

    assert found.staff == "urn:blvd:Staff:55"
    assert found.during.length == timedelta(hours=1)


def test_an_appointment_without_parts_keeps_its_time() -> None:
    found = appointment(a_visit(appointmentServices=[]), NUMBERS, a_practice(), None)

    assert (found.practitioner, found.service, found.status) == (None, None, Status.BOOKED)


def test_cancelled_may_be_said_beside_the_state() -> None:
    assert a_visit(state="BOOKED", cancelled=True).standing is Status.CANCELLED


def test_an_unknown_state_keeps_its_time_and_is_told_with_its_row() -> None:
    found = a_visit(state="TELEPORTED")

    assert found.in_use
    with pytest.raises(Unreadable, match="appointment a1b2: state"):
        appointment(found, NUMBERS, a_practice(), None)


def test_an_unknown_reason_for_a_cancellation_is_told_and_not_guessed() -> None:
    with pytest.raises(Unreadable, match="reason"):
        appointment(a_visit(**cancelled_for("ECLIPSE")), NUMBERS, a_practice(), None)


@pytest.mark.parametrize("start", ["2026-08-04T10:30:00", "half past ten", "", None])
def test_a_time_without_an_offset_is_not_guessed(start: object) -> None:
    with pytest.raises(Unreadable, match="startAt"):
        a_visit(startAt=start)


def test_a_time_with_an_offset_is_the_instant_it_names() -> None:
    assert a_visit(startAt="2026-08-04T10:30:00-06:00").during.start == datetime(2026, 8, 4, 16, 30, tzinfo=UTC)


def test_a_menu_holds_what_can_be_booked_and_nothing_else() -> None:
    items = items_of(a_row("cart"))

    assert [one.name for one in items] == ["Neurotoxin 30"]
    assert [(one.id, one.length) for one in items[0].variants] == [
        ("sv_5", timedelta(minutes=30)),
        ("sv_6", timedelta(minutes=45)),
    ]


def test_a_disabled_item_cannot_be_chosen() -> None:
    cart = payload("cart")
    cart["availableCategories"][0]["availableItems"][0]["disabled"] = True

    assert items_of(a_row("cart", **cart)) == []


def test_a_business_that_wants_a_card_is_told_so_before_anything_is_offered() -> None:
    with pytest.raises(NotPermitted, match="wants a card"):
        items_of(a_row("cart", features={"paymentInfoRequired": True}))


def test_an_item_is_known_by_the_name_of_its_service() -> None:
    items = items_of(a_row("cart"))

    assert item_named(items, " neurotoxin  30") == items[0]
    assert item_named(items, "Neurotoxin") is None


def test_an_item_shown_in_two_categories_is_one_item() -> None:
    items = items_of(a_row("cart"))

    assert item_named([*items, *items], "Neurotoxin 30") == items[0]


def test_two_items_of_one_name_are_for_a_person_to_tell_apart() -> None:
    cart = payload("cart")
    listed = cart["availableCategories"][0]["availableItems"]
    listed.append(listed[0] | {"id": "s_91"})

    with pytest.raises(NotPermitted, match="2 services named"):
        item_named(items_of(a_row("cart", **cart)), "Neurotoxin 30")


def test_a_service_for_which_nobody_can_be_chosen_is_not_offered() -> None:
    cart = payload("cart")
    cart["availableCategories"][0]["availableItems"][0]["staffVariants"] = []

    with pytest.raises(NotPermitted, match="cannot be told who will do it"):
        item_named(items_of(a_row("cart", **cart)), "Neurotoxin 30")


def test_each_variants_times_last_as_long_as_that_person_takes() -> None:
    item = items_of(a_row("cart"))[0]
    rows = rows_of(payload("times"), "bookable time")
    day = date(2026, 8, 4)

    found = list(openings({(day, "sv_5"): rows, (day, "sv_6"): rows[:1]}, item, location=DOWNTOWN, numbers=NUMBERS))

    assert {(one.practitioner, one.during.length) for one in found} == {
        (DANA, timedelta(minutes=30)),
        (LENA, timedelta(minutes=45)),
    }
    assert len(found) == 3


def test_two_times_of_one_id_in_the_night_the_clock_is_set_back_are_neither_there() -> None:
    twice = [
        a_time("t_2026-11-01T01:30:00", "2026-11-01T01:30:00-06:00"),
        a_time("t_2026-11-01T01:30:00", "2026-11-01T01:30:00-07:00"),
        a_time("t_2026-11-01T03:00:00", "2026-11-01T03:00:00-07:00"),
    ]
    rows = rows_of(twice, "bookable time")

    assert list(told_apart(rows)) == ["t_2026-11-01T03:00:00"]
    assert time_at(rows, datetime(2026, 11, 1, 7, 30, tzinfo=UTC)) is None


def test_a_time_is_found_by_its_instant_whatever_its_offset() -> None:
    rows = rows_of(payload("times"), "bookable time")

    assert time_at(rows, datetime(2026, 8, 4, 10, 30, tzinfo=DENVER).astimezone(UTC)) == "t_2026-08-04T10:30:00"
    assert time_at(rows, datetime(2026, 8, 4, 10, 30, tzinfo=UTC)) is None


def test_holes_in_a_list_are_left_out() -> None:
    page = page_of(
        {
            "edges": [None, {"node": None}, {"node": payload("client")}],
            "pageInfo": {"hasNextPage": False, "endCursor": None},
        },
        "client",
    )

    assert [row.text("id") for row in page.rows] == ["urn:blvd:Client:9e21"]
    assert page.next is None


def test_a_list_may_have_no_edges_at_all() -> None:
    assert page_of({"edges": None, "pageInfo": {"hasNextPage": False}}, "client").rows == ()


def test_a_page_that_names_no_next_one_is_not_taken_for_the_last() -> None:
    with pytest.raises(Unreadable, match="endCursor"):
        page_of({"edges": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}, "client")
