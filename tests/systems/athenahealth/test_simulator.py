"""What every call of the simulated athenaOne holds to: tokens, headers, names, pages, pace, types, and its rules."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.systems.athenahealth.simulated import NOW, REST, a_practice, why

from frontdesk.systems import athenahealth
from frontdesk.systems.athenahealth.simulator import CALLS, TOKEN
from frontdesk.systems.athenahealth.simulator_encoding import Encoding
from frontdesk.systems.athenahealth.simulator_example import example_world
from frontdesk.systems.athenahealth.simulator_pace import PREVIEW, PRODUCTION, Limits
from frontdesk.systems.athenahealth.simulator_practice import Rollout

FOLDER = Path(athenahealth.__file__).parent
BY_KEY = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def test_a_token_is_given_for_the_right_secret_and_lasts_an_hour() -> None:
    async with a_practice(scope="") as office:
        answer = await office.ask_for_token()
        office.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        office.hands.turn(minutes=59, seconds=59)
        still = await office.http.get("/providers")
        office.hands.turn(seconds=1)
        over = await office.http.get("/providers")

    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 3600, REST)
    assert "refresh_token" not in told
    assert (still.status_code, over.status_code, why(over)) == (200, 401, "token-hour")
    assert over.json() == {"error": "Incorrect permissions.", "detailedmessage": "Bad auth."}


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"secret": "another"}, 401, "invalid_client"),
        ({"scope": "system/Patient.read"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "simulated-client"}, 400, "invalid_request"),
    ],
)
async def test_a_token_is_refused_for_anything_else(changed: dict[str, str], status: int, error: str) -> None:
    async with a_practice(scope="") as office:
        answer = await office.ask_for_token(**changed)  # type: ignore[arg-type]  # secret and scope are texts too

    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_signed_assertion_stands_for_the_secret_once() -> None:
    key = ECKey.generate_key("P-384", {"kid": "ours", "use": "sig"})
    keys = json.dumps({"keys": [key.as_dict(private=False)]})
    world = replace(example_world(), client_keys=keys)
    ends = int((NOW + timedelta(minutes=4)).timestamp())
    claims = {"iss": world.client_id, "sub": world.client_id, "aud": world.token_url, "exp": ends, "jti": "one"}

    def signed(**changed: str | int) -> dict[str, str]:
        assertion = jwt.encode({"alg": "ES384", "kid": "ours"}, {**claims, **changed}, key, algorithms=["ES384"])
        form = {"grant_type": "client_credentials", "scope": REST, "client_assertion_type": BY_KEY}
        return {**form, "client_assertion": assertion}

    async with a_practice(world, scope="") as office:
        first = await office.http.post(f"https://gateway{TOKEN}", data=signed())
        again = await office.http.post(f"https://gateway{TOKEN}", data=signed())
        elsewhere = await office.http.post(f"https://gateway{TOKEN}", data=signed(jti="two", aud="https://other"))
        too_long = await office.http.post(f"https://gateway{TOKEN}", data=signed(jti="three", exp=ends + 600))

    assert [one.status_code for one in (first, again, elsewhere, too_long)] == [200, 401, 401, 401]


@pytest.mark.parametrize(
    ("given", "status", "rule"),
    [
        ({"Authorization": "Bearer forged"}, 401, "bearer-token"),
        ({"Authorization": "Basic c2ltdWxhdGVk"}, 401, "bearer-token"),
        ({"X-Request-Id": "first"}, 400, "request-id-is-a-uuid"),
        ({"Idempotency-Key": "7f"}, 400, "unknown-header"),
    ],
)
async def test_a_call_with_other_headers_than_the_published_is_refused(
    given: dict[str, str], status: int, rule: str
) -> None:
    async with a_practice() as office:
        answer = await office.http.get("/providers", headers=given)

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_without_a_bearer_header_the_developer_is_inactive_and_a_request_id_is_welcome() -> None:
    async with a_practice() as office:
        traced = await office.http.get("/ping", headers={"X-Request-Id": "5ab1e9c2-44e3-4d7a-9d3a-0f5f1e9a7c11"})
        del office.http.headers["Authorization"]
        bare = await office.http.get("/ping")

    assert (traced.status_code, bare.status_code, bare.text) == (200, 401, "Developer Inactive")


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("GET", "/appointment", 404, "no-such-path"),
        ("GET", "/Departments", 404, "no-such-path"),
        ("GET", "/appointments/first", 404, "no-such-path"),
        ("DELETE", "/patients/4011", 404, "no-such-path"),
        ("POST", "/appointments/expedited", 501, "not-simulated"),
        ("GET", "/patients/search?searchterm=Sam", 501, "not-simulated"),
        ("GET", "/patients/changed", 501, "not-simulated"),
        ("GET", "/patients?lastname=Sample&ssn=1", 501, "not-simulated"),
        ("GET", "/patients?guarantorlastname=Sample", 501, "not-simulated"),
        ("GET", "/patients/4011?showportalstatus=true", 501, "not-simulated"),
    ],
)
async def test_what_is_not_played_is_refused_and_says_why(method: str, path: str, status: int, rule: str) -> None:
    async with a_practice() as office:
        answer = await office.http.request(method, path)

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_an_unknown_path_gets_the_gateways_plain_text() -> None:
    async with a_practice() as office:
        answer = await office.http.get("/nothing")

    assert answer.text == "Service not registered with API gateway."
    assert answer.headers["content-type"] == "text/plain"


async def test_another_practice_is_not_there_but_the_list_of_practices_is() -> None:
    async with a_practice() as office:
        other = await office.http.get("https://gateway/v1/1128700/departments")
        listed = await office.http.get("https://gateway/v1/1/practiceinfo")

    assert other.json() == {"error": "Invalid practice.", "detailedmessage": "The practice ID does not exist."}
    assert other.status_code == 404
    assert listed.json()["practiceinfo"][0]["practiceid"] == "195900"


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/departments?Limit=5", "unknown-name"),
        ("/departments?limit=5&limit=6", "repeated-name"),
        ("/departments?limit=5001", "limit-above-largest"),
        ("/departments?limit=many", "value-does-not-fit"),
        ("/departments?showalldepartments=True", "value-does-not-fit"),
        ("/departments?hospitalonly=true", "not-simulated"),
        ("/appointments/open?reasonid=-1", "missing-fields"),
        ("/appointments/open?departmentid=1&reasonid=563", "reason-needs-provider"),
        ("/appointments/open?departmentid=1&reasonid=-1&appointmenttypeid=42", "reason-or-type"),
        ("/appointments/open?departmentid=1&reasonid=-1&startdate=2026-03-03", "date-wording"),
        ("/appointments/open?departmentid=1&reasonid=-1&startdate=02/30/2026", "date-wording"),
        ("/appointments/open?departmentid=1&reasonid=-1&limit=10001", "limit-above-largest"),
        ("/appointments/booked?departmentid=1&startdate=03/02/2026", "missing-fields"),
        ("/appointments/booked?startdate=03/02/2026&enddate=03/03/2026&departmentid=1,21", "value-does-not-fit"),
        ("/appointmenttypes/999", "type-invalid"),
        ("/patientappointmentreasons?departmentid=1", "missing-fields"),
        ("/patients?dob=1991-04-17", "improper-dob"),
    ],
)
async def test_a_parameter_that_is_not_published_is_never_ignored(path: str, rule: str) -> None:
    async with a_practice() as office:
        answer = await office.http.get(path)

    assert (answer.status_code in (400, 501), why(answer)) == (True, rule)


@pytest.mark.parametrize(
    ("content", "kind", "rule"),
    [
        ('{"notetext": "Called"}', "application/json", "not-a-form"),
        ("notetext=Called&notetext=twice", "application/x-www-form-urlencoded", "repeated-name"),
        ("notetext=Called&NoteText=twice", "application/x-www-form-urlencoded", "unknown-name"),
        ("displayonschedule=true", "application/x-www-form-urlencoded", "missing-fields"),
        ("notetext=%FF", "application/x-www-form-urlencoded", "value-does-not-fit"),
    ],
)
async def test_a_body_that_is_not_published_is_never_ignored(content: str, kind: str, rule: str) -> None:
    async with a_practice() as office:
        answer = await office.http.post("/appointments/1204424/notes", content=content, headers={"Content-Type": kind})
        notes = await office.rows("/appointments/1204424/notes", "notes")

    assert (why(answer), notes) == (rule, [])


async def test_a_put_may_carry_its_fields_in_the_address_and_a_post_may_not() -> None:
    async with a_practice() as office:
        frozen = await office.http.put("/appointments/1204425/freeze?freeze=true")
        noted = await office.http.post("/appointments/1204424/notes?notetext=Called")

    assert frozen.json() == {"success": True, "errormessage": ""}
    assert (noted.status_code, why(noted)) == (400, "no-query-on-post")


async def test_a_list_is_read_page_by_page_along_its_links() -> None:
    seen: list[str] = []
    address, pages = "/appointmenttypes?limit=2", 0

    async with a_practice() as office:
        while address:
            page = (await office.http.get(address if pages == 0 else f"https://gateway{address}")).json()
            assert page["totalcount"] == 7
            seen += [row["appointmenttypeid"] for row in page["appointmenttypes"]]
            address, pages = page.get("next", ""), pages + 1

    assert (len(seen), len(set(seen)), pages) == (7, 7, 4)
    assert page["previous"] == "/v1/195900/appointmenttypes?limit=2&offset=4"


async def test_slots_come_a_thousand_at_a_time_and_other_lists_by_fifteen_hundred() -> None:
    usual = {call.name: (call.usual, call.largest) for call in CALLS}

    assert (usual["GET /appointments/open"], usual["GET /patients"]) == ((1000, 10_000), (1500, 5000))


@pytest.mark.parametrize(("limits", "allowed"), [(PREVIEW, 5), (PRODUCTION, 50), (None, 50)])
async def test_tokens_are_limited_for_the_rest_of_the_minute(limits: Limits | None, allowed: int) -> None:
    async with a_practice(limits=limits, scope="") as office:
        answers = [(await office.ask_for_token()).status_code for _ in range(allowed + 2)]
        office.hands.turn(seconds=61)
        later = await office.ask_for_token()

    assert answers == [200] * allowed + [429, 429]
    assert later.status_code == 200


async def test_calls_are_limited_by_the_second_and_by_the_day_until_midnight_gmt() -> None:
    async with a_practice(limits=Limits(calls_a_second=3, calls_a_day=5)) as office:
        within = [await office.http.get("/ping") for _ in range(4)]
        office.hands.turn(seconds=1)
        of_day = [await office.http.get("/ping") for _ in range(2)]
        office.hands.turn(hours=11)
        await office.sign_in()
        next_day = await office.http.get("/ping")

    assert [one.status_code for one in within] == [200, 200, 200, 429]
    assert [(one.status_code, one.text) for one in of_day][1] == (403, "Developer Over Rate")
    assert (within[0].headers["x-ratelimit-remaining"], within[0].headers["x-ratelimit-reset"]) == ("4", "39600")
    assert next_day.status_code == 200


async def test_numbers_and_booleans_wander_between_text_and_json() -> None:
    async def read(encoding: Encoding) -> tuple[object, ...]:
        async with a_practice(replace(example_world(), encoding=encoding)) as office:
            slot, visit = (await office.open_slots())[0], await office.visit(1204424)
            frozen = await office.put("/appointments/1204425/freeze", freeze="true")
            types = (slot["appointmentid"], visit["appointmentid"], visit["duration"], frozen.json()["success"])
            page = await office.get("/departments")
            assert isinstance(page, dict)
            return (*(type(one).__name__ for one in types), type(page["totalcount"]).__name__)

    assert await read(Encoding.AS_RECORDED) == ("int", "str", "int", "bool", "int")
    assert await read(Encoding.ALL_TEXT) == ("str", "str", "str", "str", "int")
    assert await read(Encoding.PROPER) == ("int", "int", "int", "bool", "int")


async def test_an_app_that_asks_for_proper_types_gets_them_from_then_on() -> None:
    async with a_practice() as office:
        before = await office.visit(1204424)
        await office.post("/misc/properjsonencoding")
        after = await office.visit(1204424)

    assert (before["patientid"], after["patientid"]) == ("4012", 4012)


async def test_keys_come_in_no_order() -> None:
    async with a_practice() as office:
        first, second = [list(await office.visit(1204424)) for _ in range(2)]

    assert first != second
    assert set(first) == set(second)


@pytest.mark.parametrize(
    ("missing", "method", "path"),
    [
        (Rollout.BOOKED, "GET", "/appointments/booked?departmentid=1&startdate=03/02/2026&enddate=03/03/2026"),
        (Rollout.DETAILS, "GET", "/appointments/1204424"),
        (Rollout.CHANGED, "GET", "/appointments/changed"),
        (Rollout.CREATE_PATIENT, "POST", "/patients"),
        (Rollout.BEST_MATCH, "GET", "/patients/enhancedbestmatch?firstname=A&lastname=B&dob=01/01/2000"),
    ],
)
async def test_what_the_practice_has_not_switched_on_is_refused(missing: Rollout, method: str, path: str) -> None:
    async with a_practice(replace(example_world(), rolled_out=frozenset(Rollout) - {missing})) as office:
        answer = await office.http.request(method, path)

    assert (answer.status_code, why(answer)) == (401, "permissioned-rollout")


async def test_a_practice_that_keeps_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "practice.json"

    async with a_practice(keep=keep) as office:
        await office.book()
        office.simulator.front_desk.mark_missed(1204424)
    async with a_practice(keep=keep) as again:
        booked, missed = await again.visit(1204425), await again.visit(1204424)
        made = await again.post(
            "/appointments/open",
            appointmentdate="03/03/2026",
            appointmenttime="16:00",
            departmentid=1,
            providerid=58,
            appointmenttypeid=42,
        )

    assert (booked["patientid"], missed["cancelreasonnoshow"]) == ("4011", True)
    assert list(made.json()["appointmentids"].values()) == ["16:00"]
    assert str(missed["appointmentid"]) not in made.json()["appointmentids"]


async def test_people_see_the_book_on_a_page_and_may_move_and_cancel_there() -> None:
    async with a_practice() as office:
        seen = await office.http.get("https://gateway/__page?date=2026-03-03")
        form = {"appointmentid": "1204424", "back": "2026-03-03"}
        moved = await office.http.post("https://gateway/__page", data={**form, "act": "move", "slot": "1204425"})
        form["appointmentid"] = "1204425"
        cancelled = await office.http.post("https://gateway/__page", data={**form, "act": "cancel"})
        odd = await office.http.post("https://gateway/__page", data={**form, "act": "cancel"})
        old, new = await office.visit(1204424), await office.visit(1204425)

    assert "Avery Sample" in seen.text
    assert "Riverbend Tempe" in seen.text
    assert (moved.status_code, cancelled.status_code, odd.status_code) == (303, 303, 400)
    assert (old["rescheduledappointmentid"], new["appointmentstatus"]) == ("1204425", "x")


def rules_in_the_code() -> Iterator[tuple[str, str]]:
    kinds = {"verbatim": "documented"}
    for path in FOLDER.glob("simulator*.py"):
        code = path.read_text()
        for kind, rule in re.findall(r'\b(documented|verbatim|seen|guess)\(\s*"([a-z0-9-]+)"', code):
            yield rule, kinds.get(kind, kind)
        for kind, named in re.findall(r"\b(Documented|Seen|Guess)\s+((?:\[[a-z0-9-]+\](?:,\s+|\s+and\s+)?)+)", code):
            for rule in re.findall(r"\[([a-z0-9-]+)\]", named):
                yield rule, kind.lower()


def test_every_rule_of_the_code_stands_in_the_table_and_every_line_of_the_table_in_the_code() -> None:
    table = dict(re.findall(r"^\| ([a-z0-9-]+) \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE))

    assert set(table.items()) == {(rule, kind) for rule, kind in rules_in_the_code()}


def test_the_table_counts_its_own_rules() -> None:
    counted = dict(re.findall(r"^\| (documented|seen|guess): [^|]+ \| (\d+) \|", read_table(), flags=re.MULTILINE))
    kinds = re.findall(r"^\| [a-z0-9-]+ \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE)

    assert {kind: int(count) for kind, count in counted.items()} == {kind: kinds.count(kind) for kind in set(kinds)}


def test_each_call_is_named_in_the_table_of_calls() -> None:
    named = set(re.findall(r"`((?:GET|POST|PUT|DELETE) /[^`]+)`", read_table()))

    assert {call.name for call in CALLS} <= named


def read_table() -> str:
    return (FOLDER / "SIMULATOR.md").read_text()
