"""What every call of the simulated Mindbody holds to: key, site, token, headers, names, pages, quota, and its rules."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.systems.mindbody.simulated import ANY_DAY, ROBINS_ID, a_site, code, why

from frontdesk.systems import mindbody
from frontdesk.systems.mindbody.simulator_example import BOTOX, CONSULTATION, DANA, READER, example_world
from frontdesk.systems.mindbody.simulator_site import SANDBOX, Permission
from frontdesk.systems.mindbody.simulator_world import client

FOLDER = Path(mindbody.__file__).parent


@pytest.mark.parametrize(
    ("given", "status", "rule"),
    [
        ({"Api-Key": "another"}, 401, "key-refused"),
        ({"SiteId": "main"}, 400, "site-header"),
        ({"SiteId": "5721"}, 403, "site-refused"),
        ({"Authorization": "Bearer forged"}, 401, "token-refused"),
        ({"Content-Type": "text/plain"}, 400, "content-type"),
        ({"Idempotency-Key": "7f"}, 400, "unknown-header"),
        ({"X-RequestDeduplication-Skip": "yes"}, 400, "unknown-header"),
    ],
)
async def test_a_call_with_other_headers_than_the_published_is_refused(
    given: dict[str, str], status: int, rule: str
) -> None:
    async with a_site() as site:
        answer = await site.http.get("/public/v6/site/locations", headers=given)

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_header_names_are_read_in_any_case() -> None:
    async with a_site() as site:
        headers = {"API-KEY": site.http.headers.pop("Api-Key"), "siteid": site.http.headers.pop("SiteId")}

        answer = await site.http.get("/public/v6/site/locations", headers=headers)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("GET", "/public/v6/site/location", 501, "not-simulated"),
        ("GET", "/public/v6/Site/Locations", 404, "no-such-path"),
        ("GET", "/public/v5/site/locations", 404, "no-such-path"),
        ("GET", "/public/v6/appointment/addappointment", 405, "no-such-method"),
        ("PUT", "/public/v6/appointment/availabilities", 405, "no-such-method"),
        ("GET", "/public/v6/class/classes", 501, "not-simulated"),
        ("GET", "/public/v6/client/contactlogs", 501, "not-simulated"),
        ("GET", "/api/v1/metrics", 501, "not-simulated"),
        ("GET", "/api/v1/events", 404, "webhook-no-such-path"),
    ],
)
async def test_what_is_not_played_is_refused_and_says_why(method: str, path: str, status: int, rule: str) -> None:
    async with a_site() as site:
        answer = await site.http.request(method, path)

    assert (answer.status_code, why(answer)) == (status, rule)


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("SessionTypeIds=42&Location=1", "unknown-name"),
        ("SessionTypeIds=42&StaffId=77", "unknown-name"),
        ("SessionTypeIds=42&Limit=5&Limit=6", "repeated-name"),
        ("SessionTypeIds=41,42", "value-of-wrong-kind"),
        ("SessionTypeIds=Botox", "value-of-wrong-kind"),
        ("SessionTypeIds=42&IncludeResourceAvailability=1", "value-of-wrong-kind"),
        ("SessionTypeIds=42&StartDate=03/05/2026", "time-format"),
        ("SessionTypeIds=42&StartDate=2026-02-30", "time-format"),
        ("SessionTypeIds=42&StartDate=2026-03-05&EndDate=2026-03-04", "days-the-wrong-way"),
        ("SessionTypeIds=42&Limit=0", "page-out-of-range"),
        ("StartDate=2026-03-05", "required-fields"),
        ("SessionTypeIds=999", "code-of-the-missing"),
    ],
)
async def test_a_parameter_that_is_not_published_is_never_ignored(query: str, rule: str) -> None:
    async with a_site() as site:
        answer = await site.http.get(f"/public/v6/appointment/bookableitems?{query}")

    assert (answer.status_code in (400, 404), why(answer)) == (True, rule)


async def test_parameters_are_read_with_the_sdks_prefix_and_without_in_any_case() -> None:
    async with a_site() as site:
        path, day = "/public/v6/appointment/bookableitems?", "=2026-03-05"
        ours = await site.http.get(f"{path}SessionTypeIds={CONSULTATION}&SessionTypeIds={BOTOX}&StartDate{day}")
        sdk = await site.http.get(
            f"{path}request.sessionTypeIds={CONSULTATION}&request.sessionTypeIds={BOTOX}&request.startDate{day}"
        )

    assert ours.json()["PaginationResponse"]["TotalResults"] == 4
    assert sdk.json() == ours.json()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('{"ClientId": "100000011", "Note": "n", "note": "n"}', "unknown-name"),
        ('{"ClientId": "100000011", "Note": "n", "Note": "m"}', "repeated-name"),
        ('{"ClientId": 100000011, "Note": "n"}', "value-of-wrong-kind"),
        ('{"ClientId": "100000011", "Note": " "}', "empty-value"),
        ('{"ClientId": "100000011"}', "required-fields"),
        ('{"ClientId": "100000011", "Note": null}', "required-fields"),
        ('{"ClientId": "nobody", "Note": "n"}', "client-not-found"),
        ('["n"]', "body-not-json"),
        ("", "body-not-json"),
    ],
)
async def test_a_body_that_is_not_published_is_never_ignored(body: str, rule: str) -> None:
    async with a_site() as site:
        answer = await site.http.post(
            "/public/v6/client/addclientformulanote", content=body, headers={"Content-Type": "application/json"}
        )

        assert why(answer) == rule
        assert len(site.simulator.site.formula_notes) == 0


async def test_a_read_with_a_body_is_refused() -> None:
    async with a_site() as site:
        answer = await site.http.request("GET", "/public/v6/site/locations", json={})

    assert (answer.status_code, why(answer)) == (400, "body-where-none-belongs")


async def test_a_refusal_carries_a_message_and_a_code() -> None:
    async with a_site() as site:
        answer = await site.ask("/client/clientschedule", ClientId="11123")

    assert answer.status_code == 404
    assert answer.json() == {"Error": {"Message": "Client 11123 does not exist.", "Code": "ClientNotFound"}}
    assert answer.headers["x-simulator"] == "client-not-found; seen by third parties, our wording"


async def test_a_token_is_issued_for_a_name_and_a_password() -> None:
    async with a_site() as site:
        issued = (await site.sign_in()).json()
        wrong = await site.post("/usertoken/issue", Username="frontdesk", Password="guessed")

    assert (issued["TokenType"], issued["Expires"]) == ("Bearer", "2026-03-03T15:00:00Z")
    assert issued["User"] == {"Id": 81, "FirstName": "Front", "LastName": "Desk", "Type": "Staff"}
    assert (wrong.status_code, code(wrong)) == (401, "InvalidLoginCredentials")


async def test_a_token_ends_when_it_says_and_is_taken_without_bearer_too() -> None:
    async with a_site() as site:
        site.http.headers["Authorization"] = site.http.headers["Authorization"].removeprefix("Bearer ")
        bare = await site.ask("/client/clients")
        site.hands.turn(hours=24)
        over = await site.ask("/client/clients")

    assert (bare.status_code, over.status_code, why(over)) == (200, 401, "token-refused")


async def test_a_token_is_renewed_from_its_end_seven_times() -> None:
    async with a_site() as site:
        ends = [(await site.http.post("/public/v6/usertoken/renew")).json()["Expires"] for _ in range(7)]
        once_more = await site.http.post("/public/v6/usertoken/renew")
        site.hands.turn(days=7)
        late = await site.ask("/client/clients")

    assert (ends[0], ends[6]) == ("2026-03-04T15:00:00Z", "2026-03-10T15:00:00Z")
    assert (once_more.status_code, why(once_more), late.status_code) == (401, "renewed-too-often", 200)


async def test_a_token_that_was_revoked_or_signed_out_at_the_site_is_refused() -> None:
    async with a_site() as site:
        revoked = await site.http.delete("/public/v6/usertoken/revoke")
        after = await site.ask("/client/clients")
        await site.sign_in()
        site.simulator.front_desk.end_tokens()
        signed_out = await site.ask("/client/clients")

    assert (revoked.status_code, after.status_code, signed_out.status_code) == (200, 401, 401)


async def test_without_a_token_only_the_catalogue_is_read_and_staff_are_cut() -> None:
    async with a_site() as site:
        del site.http.headers["Authorization"]
        staff = await site.rows("/staff/staff", "StaffMembers")
        people = await site.ask("/client/clients")
        booked = await site.book()

    assert set(staff[0]) == {"Id", "FirstName", "LastName", "DisplayName", "Bio", "ImageUrl"}
    assert (people.status_code, why(people)) == (401, "no-token")
    assert (booked.status_code, len(site.simulator.site.appointments)) == (401, 5)


async def test_a_token_can_do_no_more_than_its_staff_member() -> None:
    async with a_site() as site:
        await site.sign_in(READER)
        read = await site.ask("/appointment/staffappointments", **ANY_DAY)
        booked = await site.book()
        rates = await site.ask("/staff/sessiontypes", StaffId=DANA)

    assert read.status_code == 200
    assert [(one.status_code, code(one)) for one in (booked, rates)] == [(403, "DeniedAccess")] * 2


async def test_only_who_may_book_for_others_does_and_a_request_needs_no_such_permission() -> None:
    world = example_world()
    alone = Permission.BOOK_FOR_OTHERS
    logins = tuple(replace(one, permissions=frozenset(Permission) - {alone}) for one in world.logins)

    async with a_site(replace(world, logins=logins)) as site:
        booked = await site.book()
        requested = await site.book(IsRequest=True)

    assert (booked.status_code, why(booked)) == (403, "permission-missing")
    assert requested.json()["Appointment"]["Status"] == "Requested"


async def test_a_list_is_read_page_by_page() -> None:
    many = tuple(client(100_001_000 + count, "Pat", f"Number{count}") for count in range(450))

    async with a_site(replace(example_world(), clients=many, appointments=())) as site:
        first = await site.get("/client/clients")
        large = await site.get("/client/clients", Limit=500)
        pages = [await site.rows("/client/clients", "Clients", Limit=150, Offset=start) for start in (0, 150, 300, 450)]

    assert first["PaginationResponse"] == {
        "RequestedLimit": 100,
        "RequestedOffset": 0,
        "PageSize": 100,
        "TotalResults": 450,
    }
    assert len(large["Clients"]) == 200  # type: ignore[arg-type]
    assert [len(page) for page in pages] == [150, 150, 150, 0]
    assert len({row["UniqueId"] for page in pages for row in page}) == 450


async def test_the_sandbox_ends_after_a_thousand_calls_a_day_and_a_live_site_does_not() -> None:
    async with a_site(example_world(site=SANDBOX)) as sandbox, a_site() as live:
        for site in (sandbox, live):
            for _ in range(999):
                await site.ask("/site/locations")
        over, paid = await sandbox.ask("/site/locations"), await live.ask("/site/locations")
        sandbox.hands.turn(hours=9)
        next_day = await sandbox.ask("/site/locations")

    assert (over.status_code, code(over), "retry-after" in over.headers) == (429, "TooManyRequests", False)
    assert (paid.status_code, next_day.status_code) == (200, 200)


async def test_a_site_that_keeps_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "site.json"

    async with a_site(keep=keep) as site:
        booked = await site.booked(Notes="by phone")
        site.simulator.front_desk.cancel(301)
        token = site.http.headers["Authorization"]
    async with a_site(keep=keep) as again:
        again.http.headers["Authorization"] = token
        there, gone = await again.visit(306), await again.visit(301)

    assert (booked["Id"], there["Notes"], there["ClientId"]) == (306, "by phone", ROBINS_ID)
    assert gone["Status"] == "Cancelled"


async def test_all_that_was_asked_is_heard() -> None:
    async with a_site() as site:
        await site.ask("/site/programs", ScheduleType="Appointment")
        await site.ask("/nowhere")

    heard = site.simulator.heard
    assert [(one.call, one.query, one.status) for one in heard[1:]] == [
        ("GET /site/programs", "ScheduleType=Appointment", 200),
        ("", "", 404),
    ]


def rules_in_the_code() -> Iterator[tuple[str, str]]:
    kinds = {"verbatim": "documented"}
    for path in FOLDER.glob("simulator*.py"):
        text = path.read_text()
        for kind, rule in re.findall(r'\b(documented|verbatim|seen|guess)\(\s*"([a-z0-9-]+)"', text):
            yield rule, kinds.get(kind, kind)
        for kind, named in re.findall(r"\b(Documented|Seen|Guess)\s+((?:\[[a-z0-9-]+\](?:,\s+|\s+and\s+)?)+)", text):
            for rule in re.findall(r"\[([a-z0-9-]+)\]", named):
                yield rule, kind.lower()


def test_every_rule_of_the_code_stands_in_the_table_and_every_line_of_the_table_in_the_code() -> None:
    table = re.findall(r"^\| ([a-z0-9-]+) \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE)

    assert set(table) == set(rules_in_the_code())
    assert len(table) == len(dict(table))


def test_the_table_counts_its_own_rules() -> None:
    counted = dict(re.findall(r"^\| (documented|seen|guess): [^|]+ \| (\d+) \|", read_table(), flags=re.MULTILINE))
    kinds = re.findall(r"^\| [a-z0-9-]+ \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE)

    assert {kind: int(count) for kind, count in counted.items()} == {kind: kinds.count(kind) for kind in set(kinds)}


def read_table() -> str:
    return (FOLDER / "SIMULATOR.md").read_text()
