"""Clients of the simulated site: found, compared, added, changed; and what is written about them."""

import base64
from dataclasses import replace

import pytest
from tests.systems.mindbody.simulated import ROBINS_ID, a_site, code, why

from frontdesk.systems.mindbody.simulator_example import AVERY, CAMERON, DANA, DOWNTOWN, LAKESIDE, ROBIN, example_world
from frontdesk.systems.mindbody.simulator_rows import Json

RILEY: dict[str, Json] = {
    "FirstName": "Riley",
    "LastName": "Quill",
    "Email": "riley.q@example.com",
    "MobilePhone": "3035550149",
    "BirthDate": "1988-03-09T00:00:00",
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"SearchText": "avery"}, ["100000012", "100000013"]),
        ({"SearchText": "sample avery@example.com"}, ["100000012"]),
        ({"SearchText": "ROBIN TEST"}, [ROBINS_ID]),
        ({"SearchText": "3035550143"}, []),
        ({"SearchText": "1991"}, []),
        ({"SearchText": "jordan"}, []),
        ({"SearchText": "jordan", "IncludeInactive": "true"}, ["100000016"]),
        ({"ClientIds": ["VIP-7", ROBINS_ID]}, [ROBINS_ID, "VIP-7"]),
        ({"ClientIds": str(CAMERON)}, []),
        ({"UniqueIds": CAMERON}, ["VIP-7"]),
        ({"IsProspect": "true"}, []),
    ],
)
async def test_clients_are_found_by_name_or_email_and_by_nothing_else(query: dict[str, Json], found: list[str]) -> None:
    async with a_site() as site:
        rows = await site.rows("/client/clients", "Clients", **query)

    assert [row["Id"] for row in rows] == found


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ({"ClientIds": [str(count) for count in range(21)]}, "twenty-ids"),
        ({"UniqueIds": AVERY, "SearchText": "avery"}, "unique-ids-alone"),
        ({"UniqueIds": AVERY, "ClientIds": "VIP-7"}, "unique-ids-alone"),
        ({"Phone": "3035550143"}, "unknown-name"),
        ({"SearchText": ""}, "empty-value"),
    ],
)
async def test_a_search_that_is_not_published_is_refused(query: dict[str, Json], rule: str) -> None:
    async with a_site() as site:
        answer = await site.ask("/client/clients", **query)

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_who_changed_since_a_moment_is_listed_by_utc() -> None:
    async with a_site() as site:
        site.hands.turn(minutes=30)
        site.simulator.front_desk.change_client(ROBIN, {"MobilePhone": "3035550199"})
        since = await site.rows("/client/clients", "Clients", LastModifiedDate="2026-03-02T15:30:00")
        later = await site.rows("/client/clients", "Clients", LastModifiedDate="2026-03-02T15:30:01Z")

    assert [(row["Id"], row["MobilePhone"]) for row in since] == [(ROBINS_ID, "3035550199")]
    assert (since[0]["LastModifiedDateTime"], later) == ("2026-03-02T15:30:00Z", [])


async def test_a_client_is_added_with_an_id_that_is_the_unique_id_as_text() -> None:
    async with a_site() as site:
        answer = await site.post("/client/addclient", **RILEY, LiabilityRelease=True, HomeLocation={"Id": LAKESIDE})
        made = answer.json()["Client"]
        [there] = await site.rows("/client/clients", "Clients", SearchText="quill")

    assert answer.status_code == 200
    assert made == there
    assert (made["Id"], made["UniqueId"], made["Status"], made["Active"]) == (
        "100000017",
        100000017,
        "Non-Member",
        True,
    )
    assert (made["BirthDate"], made["CreationDate"]) == ("1988-03-09T00:00:00", "2026-03-02T08:00:00")
    assert made["HomeLocation"] == {"Id": LAKESIDE, "Name": "Lakeside"}
    assert made["Liability"] == {"AgreementDate": "2026-03-02T08:00:00", "IsReleased": True, "ReleasedBy": 81}


async def test_opting_in_to_text_messages_is_taken_and_ignored() -> None:
    async with a_site() as site:
        made = await site.post("/client/addclient", **RILEY, SendScheduleTexts=True, SendScheduleEmails=True)

    client = made.json()["Client"]
    assert (client["SendScheduleTexts"], client["SendScheduleEmails"]) == (False, True)


@pytest.mark.parametrize(
    ("fields", "refused", "rule"),
    [
        ({"FirstName": None}, "MissingRequiredFields", "required-fields"),
        ({"BirthDate": None}, "MissingRequiredFields", "required-of-the-site"),
        ({"MobilePhone": ""}, "MissingRequiredFields", "required-of-the-site"),
        ({"BirthDate": "1988-03-09"}, "InvalidParameter", "time-format"),
        ({"FirstName": "ROBIN", "LastName": "testcase", "Email": "Robin@example.com"}, "InvalidClientCreation",
         "no-duplicates"),
        ({"Gender": "Unheard of"}, "InvalidParameter", "gender-of-the-site"),
        ({"HomeLocation": {"Id": 9}}, "InvalidLocation", "code-of-the-missing"),
        ({"NickName": "Ri"}, "InvalidParameter", "unknown-name"),
    ],
)  # fmt: skip
async def test_a_client_who_cannot_be_added_is_refused(fields: dict[str, Json], refused: str, rule: str) -> None:
    async with a_site() as site:
        answer = await site.post("/client/addclient", **(RILEY | fields))

        assert (code(answer), why(answer), len(site.simulator.site.clients)) == (refused, rule, 6)


async def test_where_an_emergency_contact_is_required_all_four_fields_are() -> None:
    contact: dict[str, Json] = {f"EmergencyContactInfo{part}": part for part in ("Name", "Email", "Phone")}

    async with a_site(replace(example_world(), required=("EmergContact",))) as site:
        three = await site.post("/client/addclient", **RILEY, **contact)
        four = await site.post("/client/addclient", **RILEY, **contact, EmergencyContactInfoRelationship="friend")

    assert (why(three), four.status_code) == ("required-of-the-site", 200)


async def test_a_family_without_emails_may_share_a_name_and_is_no_duplicate() -> None:
    async with a_site() as site:
        again = await site.post(
            "/client/addclient", **(RILEY | {"FirstName": "Avery", "LastName": "Sample", "Email": ""})
        )
        same = await site.rows(
            "/client/clientduplicates",
            "ClientDuplicates",
            FirstName="avery",
            LastName="SAMPLE",
            Email="avery@example.com",
        )
        partly = await site.ask("/client/clientduplicates", FirstName="avery", LastName="sample")

    assert again.status_code == 200
    assert [(row["Id"], row["UniqueId"]) for row in same] == [("100000012", AVERY)]
    assert (partly.status_code, why(partly)) == (400, "required-fields")


async def test_a_test_adds_nobody() -> None:
    async with a_site() as site:
        tried = await site.post("/client/addclient", **RILEY, Test=True)

        assert (tried.json()["Client"]["UniqueId"], len(site.simulator.site.clients)) == (0, 6)


async def test_a_client_is_changed_in_what_is_sent_and_becomes_active_again() -> None:
    async with a_site() as site:
        changed = await site.post("/client/updateclient", Client={"Id": "100000016", "City": "Boulder"})
        kept = await site.post("/client/updateclient", Client={"Id": "100000016", "City": "Erie", "Active": False})

    first, second = changed.json()["Client"], kept.json()["Client"]
    assert (first["City"], first["Active"], first["Email"]) == ("Boulder", True, "jordan@example.com")
    assert (second["City"], second["Active"]) == ("Erie", False)


@pytest.mark.parametrize(
    ("fields", "refused", "rule"),
    [
        ({"Client": {"Id": "nobody"}}, "ClientNotFound", "client-not-found"),
        ({"Client": {"City": "Erie"}}, "MissingRequiredFields", "required-fields"),
        ({"Client": {"Id": ROBINS_ID, "MobilePhone": ""}}, "MissingRequiredFields", "required-of-the-site"),
        ({"Client": {"Id": ROBINS_ID, "UniqueId": 5}}, "InvalidParameter", "unknown-name"),
        ({"Client": {"Id": "100000013", "Email": "avery@example.com"}}, "InvalidClientUpdate", "no-duplicates"),
        ({"Client": {"Id": ROBINS_ID}, "NewId": "VIP-7"}, "InvalidClientUpdate", "new-id-free"),
        ({"Client": {"Id": ROBINS_ID}, "NewId": "100500000"}, "InvalidClientUpdate", "new-id-free"),
    ],
)
async def test_a_change_of_a_client_that_cannot_be_is_refused(fields: dict[str, Json], refused: str, rule: str) -> None:
    async with a_site() as site:
        answer = await site.post("/client/updateclient", **fields)

    assert (code(answer), why(answer)) == (refused, rule)


async def test_a_client_with_a_new_id_keeps_the_visits_and_the_unique_id() -> None:
    async with a_site() as site:
        await site.post("/client/updateclient", Client={"Id": ROBINS_ID}, NewId="R-1")
        site.simulator.front_desk.change_client(CAMERON, {"Id": "VIP-8"})
        old = await site.book(ClientId=ROBINS_ID)
        visits = [(await site.visit(one))["ClientId"] for one in (303, 302)]
        [row] = await site.rows("/client/clients", "Clients", UniqueIds=ROBIN)

    assert (code(old), visits, row["Id"]) == ("ClientNotFound", ["R-1", "VIP-8"], "R-1")


async def test_clients_that_are_merged_become_one_with_all_visits() -> None:
    async with a_site() as site:
        site.simulator.front_desk.merge_clients(into=AVERY, gone=CAMERON)
        gone = await site.rows("/client/clients", "Clients", SearchText="cameron", IncludeInactive="true")

        assert (gone, (await site.visit(302))["ClientId"]) == ([], "100000012")


async def test_a_call_is_noted_as_a_task_for_the_staff() -> None:
    async with a_site() as site:
        answer = await site.post(
            "/client/addcontactlog",
            ClientId=ROBINS_ID,
            Text="Wants to be called back",
            AssignedToStaffId=DANA,
            FollowupByDate="2026-03-03T12:00:00",
            ContactMethod="Phone",
            ContactName="Robin",
            Types=[{"Id": 1}],
        )
        unknown = await site.post("/client/addcontactlog", ClientId=ROBINS_ID, Text="x", Types=[{"Id": 9}])

    log = answer.json()
    assert (log["Id"], log["Text"], log["CreatedDateTime"]) == (1, "Wants to be called back", "2026-03-02T08:00:00")
    assert (log["AssignedTo"]["Id"], log["Client"]["Id"], log["Types"][0]["Name"]) == (DANA, ROBINS_ID, "Phone call")
    assert why(unknown) == "log-type-unknown"


async def test_a_note_is_of_a_client_or_of_a_visit_of_theirs() -> None:
    async with a_site() as site:
        note = await site.post("/client/addclientformulanote", ClientId=ROBINS_ID, Note="18 units", AppointmentId=303)
        other = await site.post("/client/addclientformulanote", ClientId=ROBINS_ID, Note="18 units", AppointmentId=301)

    assert (note.json()["AppointmentId"], note.json()["EntryDate"]) == (303, "2026-03-02T08:00:00")
    assert (other.status_code, why(other)) == (404, "note-of-another")


@pytest.mark.parametrize(
    ("kind", "content", "status", "rule"),
    [
        ("pdf", base64.b64encode(b"%PDF-1.7").decode(), 200, ""),
        ("exe", base64.b64encode(b"MZ").decode(), 400, "file-limits"),
        ("PDF", base64.b64encode(b"%PDF-1.7").decode(), 400, "file-limits"),
        ("pdf", "not base64!", 400, "not-base64"),
        ("pdf", base64.b64encode(bytes(4 * 1024 * 1024 + 1)).decode(), 400, "file-limits"),
    ],
)
async def test_a_document_is_attached_within_its_limits(kind: str, content: str, status: int, rule: str) -> None:
    async with a_site() as site:
        file: Json = {"FileName": "intake.pdf", "MediaType": kind, "Buffer": content}
        answer = await site.post("/client/uploadclientdocument", ClientId=ROBINS_ID, File=file)

        assert (answer.status_code, why(answer)) == (status, rule)
        assert len(site.simulator.site.documents) == (status == 200)


async def test_an_arrival_is_noted_beside_the_visits() -> None:
    async with a_site() as site:
        answer = await site.post("/client/addarrival", ClientId=ROBINS_ID, LocationId=DOWNTOWN)

        assert (answer.json()["ArrivalAdded"], len(site.simulator.site.arrivals)) == (True, 1)
        assert (await site.visit(303))["Status"] == "Booked"
