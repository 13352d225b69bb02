"""The catalogue of the simulated Boulevard, its shifts and blocks, and its clients."""

from dataclasses import replace

import pytest
from tests.systems.boulevard.simulated import a_business, code, nodes, why, within

from frontdesk.systems.boulevard.simulator_example import (
    AVERY,
    AVERY_JUNIOR,
    CONSULTATION,
    DANA,
    DOWNTOWN,
    FILLER,
    LAKESIDE,
    LENA,
    MEETING,
    RAVI,
    RILEY,
    TOUCH_UP,
    example_world,
)
from frontdesk.systems.boulevard.simulator_rows import Json, urn, uuid_of

STATUS = """query($id: ID!, $place: ID!, $staff: ID) {
  service(id: $id) { serviceStatus(locationId: $place, staffId: $staff) { active bookable } } }"""
SHIFTS = """query($place: ID!, $from: Date!, $to: Date!, $staff: [ID!]) {
  shifts(locationId: $place, startIso8601: $from, endIso8601: $to, staffIds: $staff) {
    shifts { staffId locationId clockIn clockOut day available recurrenceStart recurrenceEnd } } }"""
BLOCKS = """query($place: ID!) { timeblocks(locationId: $place) {
  edges { node { id startAt endAt duration title reason cancelled staff { id name } } } } }"""
CLIENTS = """query($emails: [String!]) { clients(emails: $emails) { edges { node {
  id name firstName lastName email mobilePhone active createdAt appointmentCount primaryLocation { id name }
  tags { id name } } } } }"""


async def test_staff_are_listed_for_all_places_with_where_they_work() -> None:
    async with a_business() as business:
        columns = "id name displayName active externallyBookable role { name } locations { id }"
        found = await business.admin(f"{{ staff {{ edges {{ node {{ {columns} }} }} }} }}")
        one = await business.admin("query($id: ID!) { staffMember(id: $id) { name } }", id=RAVI)
        nobody = await business.admin("query($id: ID!) { staffMember(id: $id) { name } }", id=uuid_of(RAVI))

    dana, _, lena, former = nodes(found, "staff")
    assert (dana["name"], dana["displayName"], within(lena, "locations", 0, "id")) == (
        "Dana Placeholder",
        "Dana P.",
        LAKESIDE,
    )
    assert (former["active"], one, nobody) == (False, {"staffMember": {"name": "Ravi Specimen"}}, {"staffMember": None})


async def test_services_come_with_length_and_price_in_cents() -> None:
    async with a_business() as business:
        found = await business.admin(
            "{ services { edges { node { id name addon defaultDuration defaultPrice category { id name } } } }"
            " serviceCategories { edges { node { name } } } }"
        )

    services = nodes(found, "services")
    assert services[2] == {
        "id": FILLER,
        "name": "Filler",
        "addon": False,
        "defaultDuration": 60,
        "defaultPrice": 65000,
        "category": {"id": urn("ServiceCategory", 1), "name": "Injectables"},
    }
    assert [row["name"] for row in nodes(found, "serviceCategories")] == ["Injectables", "Laser and skin"]


@pytest.mark.parametrize(
    ("service", "place", "staff", "status"),
    [
        (FILLER, DOWNTOWN, None, (True, True)),
        (FILLER, LAKESIDE, None, (False, False)),
        (FILLER, DOWNTOWN, RAVI, (False, False)),
        (TOUCH_UP, DOWNTOWN, DANA, (True, False)),
    ],
)
async def test_a_service_is_active_where_somebody_does_it_and_bookable_where_clients_see_it(
    service: str, place: str, staff: str | None, status: tuple[bool, bool]
) -> None:
    async with a_business() as business:
        found = await business.admin(STATUS, id=service, place=place, staff=staff)

    assert within(found, "service", "serviceStatus") == {"active": status[0], "bookable": status[1]}


async def test_the_status_of_a_service_is_asked_for_somebody_who_exists() -> None:
    async with a_business() as business:
        answer = await business.ask_admin(STATUS, id=FILLER, place=DOWNTOWN, staff=urn("Staff", 99))
        asked = f'locationId: "{DOWNTOWN}", clientId: "{urn("Client", 99)}"'
        client = await business.ask_admin(f'{{ service(id: "{FILLER}") {{ serviceStatus({asked}) {{ active }} }} }}')

    assert (code(answer), code(client)) == ("NOT_FOUND", "NOT_FOUND")


async def test_shifts_recur_and_name_staff_and_place_without_a_prefix() -> None:
    async with a_business() as business:
        asked: dict[str, Json] = {"place": DOWNTOWN, "from": "2026-03-02", "to": "2026-03-08"}
        found = await business.admin(SHIFTS, **asked)
        danas = await business.admin(SHIFTS, **asked, staff=[DANA])

    shifts, hers = within(found, "shifts", "shifts"), within(danas, "shifts", "shifts")
    assert isinstance(shifts, list)
    assert isinstance(hers, list)
    assert (len(shifts), len(hers)) == (10, 5)
    assert hers[0] == {
        "staffId": uuid_of(DANA),
        "locationId": uuid_of(DOWNTOWN),
        "clockIn": "09:00:00",
        "clockOut": "17:00:00",
        "day": 1,
        "available": True,
        "recurrenceStart": None,
        "recurrenceEnd": None,
    }


async def test_shifts_that_begin_later_are_not_listed_and_days_go_forward() -> None:
    world = example_world()
    later = tuple({**row, "recurrenceStart": "2026-04-01"} for row in world.shifts)

    async with a_business(replace(world, shifts=later)) as business:
        asked: dict[str, Json] = {"place": DOWNTOWN, "from": "2026-03-02"}
        found = await business.admin(SHIFTS, **asked, to="2026-03-31")
        reaching = await business.admin(SHIFTS, **asked, to="2026-04-01")
        backwards = await business.ask_admin(SHIFTS, **asked, to="2026-03-01")

    assert within(found, "shifts", "shifts") == []
    assert len(within(reaching, "shifts", "shifts")) == 10  # type: ignore[arg-type]
    assert why(backwards) == "days-the-wrong-way"


async def test_a_block_takes_time_until_it_is_deleted_and_then_stays_as_cancelled() -> None:
    async with a_business() as business:
        asked: dict[str, Json] = {
            "locationId": DOWNTOWN,
            "staffId": DANA,
            "startTime": "2026-03-05T09:00:00-07:00",
            "duration": 90,
            "title": "Training",
            "reason": "PERSONAL",
        }
        made = await business.changed("admin", "createTimeblock", "timeblock { id startAt endAt }", **asked)
        cart = await business.a_cart()
        blocked = await business.times(cart)
        id = str(within(made, "timeblock", "id"))
        gone = await business.changed("admin", "deleteTimeblock", "timeblock { id cancelled }", id=id)
        twice = await business.change("admin", "deleteTimeblock", "timeblock { id }", id=id)
        free = await business.times(cart)
        listed = nodes(await business.admin(BLOCKS, place=DOWNTOWN), "timeblocks")

    assert within(made, "timeblock") == {"id": id, "startAt": "2026-03-05T16:00:00Z", "endAt": "2026-03-05T17:30:00Z"}
    assert (blocked[0], free[0]) == ("t_2026-03-05T10:30:00", "t_2026-03-05T09:00:00")
    assert (within(gone, "timeblock", "cancelled"), why(twice)) == (True, "block-deleted-twice")
    assert [(row["id"], row["cancelled"]) for row in listed] == [(MEETING, False), (id, True)]
    assert listed[0]["staff"] == {"id": DANA, "name": "Dana Placeholder"}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"startTime": "2026-03-05T09:00:00"}, "value-of-wrong-kind"),
        ({"reason": "LUNCH"}, "value-of-wrong-kind"),
        ({"duration": 0}, "block-length"),
        ({"staffId": uuid_of(DANA)}, "missing-on-writing"),
    ],
)
async def test_a_block_that_cannot_be_is_refused(fields: dict[str, Json], rule: str) -> None:
    asked: dict[str, Json] = {
        "locationId": DOWNTOWN,
        "staffId": DANA,
        "startTime": "2026-03-05T09:00:00-07:00",
        "duration": 30,
    }

    async with a_business() as business:
        answer = await business.change("admin", "createTimeblock", "timeblock { id }", **(asked | fields))

    assert why(answer) == rule


async def test_clients_are_found_by_their_email_alone() -> None:
    async with a_business() as business:
        found = nodes(await business.admin(CLIENTS, emails=["Riley.Q@example.com"]), "clients")
        none = nodes(await business.admin(CLIENTS, emails=[]), "clients")
        every = nodes(await business.admin(CLIENTS), "clients")
        by_phone = await business.ask_admin('{ clients(phone: "+13035550142") { edges { node { id } } } }')

    [riley] = found
    assert riley == {
        "id": RILEY,
        "name": "Riley Quill",
        "firstName": "Riley",
        "lastName": "Quill",
        "email": "riley.q@example.com",
        "mobilePhone": "+13035550142",
        "active": True,
        "createdAt": "2026-01-05T16:00:00Z",
        "appointmentCount": 2,
        "primaryLocation": {"id": DOWNTOWN, "name": "Downtown"},
        "tags": [],
    }
    assert (none, len(every), why(by_phone)) == ([], 6, "document-error-form")
    assert [row["id"] for row in every if row["name"] == "Avery Sample"] == [AVERY, AVERY_JUNIOR]


async def test_a_new_client_is_made_even_where_there_is_one_with_the_same_email() -> None:
    async with a_business() as business:
        who: dict[str, Json] = {"firstName": "Riley", "lastName": "Quill", "email": "riley.q@example.com"}
        made = await business.changed("admin", "createClient", "client { id }", **who, mobilePhone="+13035550150")
        both = nodes(await business.admin(CLIENTS, emails=["riley.q@example.com"]), "clients")

    assert [row["id"] for row in both] == [RILEY, within(made, "client", "id")]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"mobilePhone": "(303) 555-0150"}, "value-of-wrong-kind"),
        ({"email": "nobody"}, "value-of-wrong-kind"),
        ({"lastName": " "}, "names-needed"),
        ({"lastName": None}, "value-of-wrong-kind"),
    ],
)
async def test_a_client_that_cannot_be_is_refused(fields: dict[str, Json], rule: str) -> None:
    async with a_business() as business:
        answer = await business.change(
            "admin", "createClient", "client { id }", **({"firstName": "Pat", "lastName": "Test"} | fields)
        )

    assert (why(answer), len(business.simulator.business.clients)) == (rule, 6)


async def test_a_client_is_changed_by_the_business_and_by_themselves() -> None:
    async with a_business() as business:
        changed = await business.changed(
            "admin", "updateClient", "client { name }", id=AVERY_JUNIOR, email="junior@example.com"
        )
        own = await business.changed("client", "updateClient", "client { name pronoun }", RILEY, pronoun="they/them")
        info = await business.changed(
            "client",
            "updateClientInfo",
            "client { id }",
            RILEY,
            address={"line1": "1 Test Street", "city": "Denver"},
            emergencyContactPhone="+13035550199",
        )
        blank = await business.change("client", "updateClient", "client { id }", RILEY, firstName="")
        guest = await business.change("client", "updateClient", "client { id }", firstName="Nobody")

    assert within(changed, "client", "name") == "Avery Sample"
    assert (within(own, "client", "pronoun"), within(info, "client", "id")) == ("they/them", RILEY)
    assert (why(blank), code(guest)) == ("names-needed", "UNAUTHENTICATED")
    assert (business.simulator.business.clients.get(AVERY_JUNIOR) or {})["email"] == "junior@example.com"


async def test_a_client_notes_an_allergy() -> None:
    async with a_business() as business:
        made = await business.changed(
            "client", "createClientNote", "id insertedAt", RILEY, text="Latex", type="ALLERGY"
        )
        blank = await business.change("client", "createClientNote", "id", RILEY, text=" ", type="DEFAULT")
        guest = await business.change("client", "createClientNote", "id", text="Latex", type="ALLERGY")

    [note] = business.simulator.business.notes
    assert (note["clientId"], note["text"], note["type"]) == (RILEY, "Latex", "ALLERGY")
    assert made == {"id": note["id"], "insertedAt": "2026-03-02T15:00:00Z"}
    assert (why(blank), code(guest)) == ("note-blank", "UNAUTHENTICATED")


async def test_what_a_client_sees_of_a_service_is_what_is_shown_online_there() -> None:
    query = """query($id: ID!) { cart(id: $id) { availableCategories { name availableItems { id name
      ... on CartAvailableBookableItem { listDurationRange { min max variable } listPriceRange { min max }
      staffVariants { id duration price staff { id displayName } } locationVariants { location { name } } } } } } }"""

    async with a_business() as business:
        cart = await business.a_cart(at=LAKESIDE, variant="")
        lakeside = await business.client(query, id=cart)
        anywhere = await business.changed("client", "createCart", "cart { id }")
        everywhere = await business.client(query, id=str(within(anywhere, "cart", "id")))

    items = within(lakeside, "cart", "availableCategories", 0, "availableItems")
    assert isinstance(items, list)
    assert [row["name"] for row in items] == ["Consultation", "Neurotoxin 30"]
    assert items[1]["staffVariants"] == [
        {"id": "sv_3_2", "duration": 45, "price": 33000, "staff": {"id": LENA, "displayName": "Lena M."}}
    ]
    wide = within(everywhere, "cart", "availableCategories", 0, "availableItems", 0)
    assert within(wide, "listDurationRange") == {"min": 30, "max": 45, "variable": True}
    assert within(wide, "locationVariants") == [{"location": {"name": "Downtown"}}, {"location": {"name": "Lakeside"}}]


async def test_a_service_with_no_choice_of_staff_lists_no_variants_and_hidden_ones_are_no_items() -> None:
    world = example_world()
    services = tuple({**row, "no_preference": row["id"] == CONSULTATION} for row in world.services)
    item = """query($id: ID!, $item: ID!) { cart(id: $id) { availableItem(id: $item) { id
      ... on CartAvailableBookableItem { staffVariants { id } listDurationRange { min } } } } }"""

    async with a_business(replace(world, services=services)) as business:
        cart = await business.a_cart("s_1", variant="")
        forced = await business.client(item, id=cart, item="s_1")
        addon = await business.client(item, id=cart, item="s_5")
        chosen = await business.change(
            "client", "addCartSelectedBookableItem", "cart { id }", id=cart, itemId="s_1", itemStaffVariantId="sv_1_1"
        )

    assert within(forced, "cart", "availableItem") == {
        "id": "s_1",
        "staffVariants": [],
        "listDurationRange": {"min": 30},
    }
    assert (within(addon, "cart", "availableItem"), why(chosen)) == (None, "variant-unknown")
