"""Carts of the simulated Boulevard: open times, times kept, checkout, questions, ownership, waitlist."""

from dataclasses import replace

import pytest
from tests.systems.boulevard.simulated import CART, THURSDAY, a_business, code, errors, why, within

from frontdesk.systems.boulevard.simulator_example import (
    AVERY,
    DANA,
    DOWNTOWN,
    LAKESIDE,
    LASER,
    RILEY,
    example_world,
)
from frontdesk.systems.boulevard.simulator_rows import Json, urn
from frontdesk.systems.boulevard.simulator_world import location, question

READ = f"query($id: ID!) {{ cart(id: $id) {{ {CART} }} }}"


async def test_a_time_that_is_kept_is_nobody_elses_until_it_runs_out() -> None:
    async with a_business() as business:
        first, second = await business.a_cart(), await business.a_cart()
        kept = await business.reserve(first)
        meanwhile = await business.times(second)
        clash = await business.reserve(second)
        business.hands.turn(minutes=10)
        over = await business.client(READ, id=first)
        after = await business.reserve(second)

    data = kept.json()["data"]["reserveCartBookableItems"]["cart"]
    assert (data["expiresAt"], data["startTimeId"]) == ("2026-03-02T15:10:00Z", "t_2026-03-05T10:30:00")
    assert (data["startTime"], data["endTime"]) == ("2026-03-05T10:30:00", "2026-03-05T11:00:00")
    assert [row["code"] for row in data["errors"]] == ["CART_MISSING_CLIENT_INFORMATION"]
    assert "t_2026-03-05T10:15:00" not in meanwhile
    assert (why(clash), code(clash), clash.json()["data"]) == (
        "reserve-fails-when-gone",
        "CONFLICT",
        {"reserveCartBookableItems": None},
    )
    assert within(over, "cart", "expiresAt") is None
    assert within(over, "cart", "selectedItems", 0, "errors") == [{"code": "CART_MISSING_ITEM_TIME"}]
    assert not errors(after)


async def test_reserving_again_keeps_the_time_longer() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        await business.reserve(cart)
        business.hands.turn(minutes=9)
        again = await business.reserve(cart)

    assert again.json()["data"]["reserveCartBookableItems"]["cart"]["expiresAt"] == "2026-03-02T15:19:00Z"


async def test_a_time_stays_kept_where_the_next_one_is_gone() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        await business.reserve(cart)
        gone = await business.reserve(cart, "t_2026-03-03T10:00:00")
        read = await business.client(READ, id=cart)

    assert why(gone) == "reserve-fails-when-gone"
    assert within(read, "cart", "startTimeId") == "t_2026-03-05T10:30:00"


async def test_a_known_clients_cart_books_into_their_chart() -> None:
    async with a_business() as business:
        booked = await business.booked()
        visit = await business.visit(booked)

    assert visit["startAt"] == "2026-03-05T17:30:00Z"
    assert (visit["endAt"], visit["state"], visit["clientId"]) == ("2026-03-05T18:00:00Z", "BOOKED", RILEY)
    assert visit["appointmentServices"] == [
        {
            "serviceId": urn("Service", 2),
            "staffId": DANA,
            "staffRequested": True,
            "duration": 30,
            "price": 35000,
        }
    ]
    assert len(business.simulator.business.clients) == 6


async def test_a_guests_cart_makes_a_new_client_even_of_one_who_is_known() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        await business.changed(
            "client",
            "updateCart",
            "cart { clientInformation { firstName phoneNumber } }",
            id=cart,
            clientInformation={"firstName": "Riley", "email": "riley.q@example.com"},
            clientMessage="By phone",
        )
        await business.reserve(cart)
        done = await business.check_out(cart)
        query = "query($id: ID!, $cart: ID) { appointment(id: $id, cartId: $cart) { notes client { firstName } } }"
        [booked] = done.json()["data"]["checkoutCart"]["appointments"]
        seen = await business.client(query, id=booked["appointmentId"], cart=cart)
        unseen = await business.ask_client(query, id=booked["appointmentId"])

    assert (booked["clientId"], booked["forCartOwner"]) == (urn("Client", 7), True)
    assert within(seen, "appointment") == {"notes": "By phone", "client": {"firstName": "Riley"}}
    assert code(unseen) == "UNAUTHENTICATED"


async def test_a_cart_for_somebody_else_books_for_them() -> None:
    async with a_business() as business:
        cart = await business.a_cart(client=RILEY)
        information: dict[str, Json] = {"firstName": "Robin", "lastName": "Quill"}
        await business.changed("client", "updateCart", "cart { id }", RILEY, id=cart, clientInformation=information)
        await business.reserve(cart, client=RILEY)
        done = await business.check_out(cart, RILEY)

    assert done.json()["data"]["checkoutCart"]["appointments"][0]["clientId"] == urn("Client", 7)
    assert done.json()["data"]["checkoutCart"]["appointments"][0]["forCartOwner"] is False


async def test_a_completed_cart_can_be_read_and_not_changed() -> None:
    async with a_business() as business:
        cart = await business.a_cart(client=RILEY)
        await business.reserve(cart, client=RILEY)
        await business.check_out(cart, RILEY)
        twice = await business.check_out(cart, RILEY)
        moved = await business.reserve(cart, f"t_{THURSDAY}T14:00:00", RILEY)
        read = await business.client(READ, RILEY, id=cart)

    assert [why(twice), why(moved)] == ["completed-is-locked"] * 2
    assert (within(read, "cart", "completedAt"), within(read, "cart", "errors")) == ("2026-03-02T15:00:00Z", [])
    assert len(business.simulator.business.appointments) == 7


async def test_a_checkout_is_refused_for_what_the_cart_lacks() -> None:
    async with a_business() as business:
        empty = await business.changed("client", "createCart", f"cart {{ {CART} }}")
        nowhere = await business.check_out(str(within(empty, "cart", "id")))
        cart = await business.a_cart(client=RILEY)
        no_time = await business.check_out(cart, RILEY)
        await business.reserve(cart, client=RILEY)
        business.hands.turn(minutes=10)
        too_late = await business.check_out(cart, RILEY)

    assert within(empty, "cart", "errors") == [
        {"code": code} for code in ("CART_MISSING_LOCATION", "CART_MISSING_ITEMS", "CART_MISSING_CLIENT_INFORMATION")
    ]
    assert (code(nowhere), code(no_time), code(too_late)) == (
        "CART_MISSING_LOCATION",
        "CART_MISSING_ITEM_TIME",
        "CART_MISSING_ITEM_TIME",
    )
    assert no_time.json()["data"] == {"checkoutCart": None}


async def test_a_time_that_staff_booked_over_a_hold_is_gone_at_the_checkout() -> None:
    async with a_business() as business:
        cart = await business.a_cart(client=RILEY)
        await business.reserve(cart, client=RILEY)
        business.simulator.front_desk.book(
            client=AVERY, staff=DANA, service=urn("Service", 2), location=DOWNTOWN, at=f"{THURSDAY}T10:30:00"
        )
        done = await business.check_out(cart, RILEY)
        read = await business.client(READ, RILEY, id=cart)

    assert (why(done), code(done)) == ("hold-overridden", "CART_MISSING_ITEM_TIME")
    assert within(read, "cart", "errors") == [{"code": "CART_MISSING_ITEM_TIME"}]


async def test_taking_a_cart_and_changing_an_item_drop_the_hold() -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        await business.reserve(cart)
        taken = await business.changed("client", "takeCartOwnership", f"cart {{ {CART} }}", RILEY, id=cart)
        await business.reserve(cart, client=RILEY)
        item = str(within(taken, "cart", "selectedItems", 0, "id"))
        same = await business.changed(
            "client", "updateCartSelectedBookableItem", f"cart {{ {CART} }}", RILEY, id=cart, itemId=item
        )
        freed = await business.changed(
            "client",
            "updateCartSelectedBookableItem",
            f"cart {{ {CART} }}",
            RILEY,
            id=cart,
            itemId=item,
            itemStaffVariantId=None,
        )
        missing = await business.change(
            "client", "updateCartSelectedBookableItem", "cart { id }", RILEY, id=cart, itemId="ci_9"
        )
        guest = await business.ask_client(READ, id=cart)
        other = await business.ask_client(READ, AVERY, id=cart)
        unsigned = await business.change("client", "takeCartOwnership", "cart { id }", id=cart)

    assert within(taken, "cart", "expiresAt") is None
    assert within(same, "cart", "expiresAt") == "2026-03-02T15:10:00Z"
    assert within(freed, "cart", "expiresAt") is None
    assert [why(guest), why(other)] == ["cart-of-somebody"] * 2
    assert (code(unsigned), code(missing)) == ("UNAUTHENTICATED", "NOT_FOUND")


async def test_a_location_is_set_once() -> None:
    async with a_business() as business:
        made = await business.changed("client", "createCart", "cart { id location { id } }")
        cart = str(within(made, "cart", "id"))
        first = await business.changed("client", "cartSetLocation", "cart { location { name } }", id=cart,
                                       locationId=LAKESIDE)  # fmt: skip
        again = await business.change("client", "cartSetLocation", "cart { id }", id=cart, locationId=DOWNTOWN)
        elsewhere = await business.change("client", "createCart", "cart { id }", locationId=urn("Location", 9))

    assert within(made, "cart", "location") is None
    assert within(first, "cart", "location", "name") == "Lakeside"
    assert (code(again), code(elsewhere)) == ("CART_LOCATION_ALREADY_SET", "NOT_FOUND")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"itemId": "s_5"}, "item-unknown"),
        ({"itemId": "s_6"}, "item-unknown"),
        ({"itemId": LASER}, "item-unknown"),
        ({"itemStaffVariantId": "sv_3_2"}, "variant-unknown"),
        ({"itemStaffVariantId": "sv_9_9"}, "variant-unknown"),
        ({"itemGuestId": "g"}, "no-guests-or-options"),
        ({"itemOptionIds": ["o"]}, "no-guests-or-options"),
    ],
)
async def test_an_item_that_is_not_offered_is_refused(fields: dict[str, Json], rule: str) -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        answer = await business.change(
            "client", "addCartSelectedBookableItem", "cart { id }", **({"id": cart, "itemId": "s_2"} | fields)
        )

    assert why(answer) == rule


@pytest.mark.parametrize(
    "time",
    ["2026-03-05T10:30:00", "t_soon", "t_2026-3-5T10:30:00", "t_2026-03-08T02:30:00", f"t_{THURSDAY}T10:35:30Z", ""],
)
async def test_a_time_that_is_none_is_refused(time: str) -> None:
    async with a_business() as business:
        answer = await business.reserve(await business.a_cart(), time)

    assert why(answer) == "time-id-unknown"


async def test_a_discount_that_does_not_exist_does_nothing_and_a_gratuity_is_not_played() -> None:
    async with a_business() as business:
        fine = await business.change("client", "createCart", "cart { id }", discountCode="NONE")
        refused = await business.change("client", "createCart", "cart { id }", advanceGratuity={"percentage": 20.0})
        nameless = await business.change("client", "createCart", "cart { id }", clientInformation={"firstName": " "})

    assert (errors(fine), why(refused), why(nameless)) == ([], "gratuity-and-codes", "names-needed")


QUESTIONS = (
    question(1, "Any allergies?", "TEXT", required=True, of="CLIENT"),
    question(2, "First visit?", "BOOLEAN"),
    question(3, "How did you hear of us?", "SELECT", options=("Friend", "Web")),
)


async def test_a_required_question_stands_in_the_way_until_it_is_answered() -> None:
    async with a_business(replace(example_world(), questions=QUESTIONS)) as business:
        cart = await business.a_cart(client=RILEY)
        await business.reserve(cart, client=RILEY)
        refused = await business.check_out(cart, RILEY)
        asked = "cart { bookingQuestions { id schema valueType required errors options { id } } errors { code } }"
        answered = await business.changed(
            "client", "cartBookingQuestionAddAnswer", asked, RILEY, id=cart, questionId="q_1",
            answer={"textValue": "None"},
        )  # fmt: skip
        done = await business.check_out(cart, RILEY)

    assert code(refused) == "CART_BOOKING_QUESTION_ANSWER_MISSING"
    assert within(answered, "cart", "errors") == []
    assert within(answered, "cart", "bookingQuestions", 0, "schema") == "CLIENT"
    assert not errors(done)


@pytest.mark.parametrize(
    ("question_id", "answer", "rule"),
    [
        ("q_1", {"booleanValue": True}, "answer-of-wrong-kind"),
        ("q_1", {"textValue": "None", "booleanValue": True}, "answer-of-wrong-kind"),
        ("q_3", {"optionValue": {"optionId": "o_3_9"}}, "answer-of-wrong-kind"),
        ("q_9", {"textValue": "None"}, "missing-on-writing"),
        ("q_3", {"optionValue": {"optionId": "o_3_2"}}, ""),
        ("q_2", {"booleanValue": False}, ""),
    ],
)
async def test_an_answer_is_of_the_kind_of_its_question(question_id: str, answer: dict[str, Json], rule: str) -> None:
    async with a_business(replace(example_world(), questions=QUESTIONS)) as business:
        cart = await business.a_cart()
        given = await business.change(
            "client", "cartBookingQuestionAddAnswer", "cart { id }", id=cart, questionId=question_id, answer=answer
        )

    assert why(given) == rule


async def test_a_place_that_wants_a_card_says_so_and_takes_no_booking_without() -> None:
    world = replace(example_world(), locations=(location(1, "Downtown", payment_required=True),))

    async with a_business(world) as business:
        cart = await business.a_cart(client=RILEY)
        kept = await business.reserve(cart, client=RILEY)
        features = "query($id: ID!) { cart(id: $id) { features { paymentInfoRequired bookingQuestionsEnabled } } }"
        told = await business.client(features, RILEY, id=cart)
        done = await business.check_out(cart, RILEY)

    assert within(told, "cart", "features") == {"paymentInfoRequired": True, "bookingQuestionsEnabled": False}
    assert not errors(kept)
    assert code(done) == "CART_MISSING_ITEM_PAYMENT_METHOD"


async def test_a_place_that_takes_no_online_bookings_opens_no_cart() -> None:
    world = replace(example_world(), locations=(location(1, "Downtown", online=False),))

    async with a_business(world) as business:
        answer = await business.change("client", "createCart", "cart { id }", locationId=DOWNTOWN)

    assert why(answer) == "online-booking-off"


async def test_a_cart_goes_on_the_waitlist_and_is_closed() -> None:
    async with a_business() as business:
        cart = await business.a_cart(client=RILEY)
        bounds: dict[str, Json] = {
            "preferredTimeLower": "2026-03-05T09:00:00",
            "preferredTimeUpper": "2026-03-05T17:00:00",
        }
        backwards = await business.change(
            "client", "cartAddToWaitlist", "cart { id }", RILEY, id=cart, preferredTimeLower="2026-03-05T09:00:00",
            preferredTimeUpper="2026-03-05T08:00:00",
        )  # fmt: skip
        done = await business.changed("client", "cartAddToWaitlist", "cart { completedAt }", RILEY, id=cart, **bounds)
        other = await business.a_cart(client=RILEY)
        naive = bounds | {"id": other, "preferredTimeUpper": "2026-03-05T17:00:00Z"}
        zulu = await business.change("client", "cartAddToWaitlist", "cart { id }", RILEY, **naive)

        empty = await business.changed("client", "createCart", "cart { id }", RILEY, locationId=DOWNTOWN)
        asked = bounds | {"id": str(within(empty, "cart", "id"))}
        nothing = await business.change("client", "cartAddToWaitlist", "cart { id }", RILEY, **asked)

    [entry] = business.simulator.business.waitlist
    assert (entry["clientId"], entry["from"], entry["tz"]) == (RILEY, "2026-03-05T09:00:00", "America/Denver")
    assert within(done, "cart", "completedAt") == "2026-03-02T15:00:00Z"
    assert (why(backwards), why(zulu)) == ("waitlist-bounds", "value-of-wrong-kind")
    assert code(nothing) == "CART_MISSING_ITEMS"


async def test_tags_go_on_what_a_cart_booked_and_on_nothing_else() -> None:
    async with a_business() as business:
        cart = await business.a_cart(client=RILEY)
        await business.reserve(cart, client=RILEY)
        done = await business.check_out(cart, RILEY)
        visit = done.json()["data"]["checkoutCart"]["appointments"][0]["appointmentId"]
        tags: dict[str, Json] = {"cartId": cart, "tagIds": [urn("Tag", 1)]}
        for _ in range(2):
            await business.changed("client", "appointmentAddTags", "success", id=visit, **tags)
        other = await business.change("client", "appointmentAddTags", "success", id=urn("Appointment", 1), **tags)
        wrong = await business.change(
            "client", "appointmentAddTags", "success", id=visit, cartId=cart, tagIds=[urn("Tag", 2)]
        )

    assert (business.simulator.business.appointments.get(visit) or {})["tags"] == [urn("Tag", 1)]
    assert (why(other), code(wrong)) == ("tags-of-own-carts", "NOT_FOUND")
