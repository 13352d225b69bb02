"""What every call of the simulated Epic holds to: tokens, headers, media, paths, its file, its page, and its rules."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from joserfc.jwk import RSAKey
from tests.systems.epic.simulated import (
    BOOK_2018,
    DAYS2,
    FIND,
    LENA_ID,
    NOW,
    Hands,
    Reached,
    a_booking,
    a_hospital,
    a_world,
    finding,
    proposals,
    rows_in,
    service,
    why,
)

from frontdesk.proving.simulator_server import served
from frontdesk.systems import epic
from frontdesk.systems.epic.simulator import CALLS, Simulator
from frontdesk.systems.epic.simulator_example import AVERY, CONSULT

FOLDER = Path(epic.__file__).parent


async def test_a_token_is_given_for_a_signed_assertion_and_lasts_an_hour() -> None:
    async with a_hospital(signed_in=False) as hospital:
        answer = await hospital.ask_for_token()
        hospital.http.headers["Authorization"] = f"bearer {answer.json()['access_token']}"
        hospital.hands.turn(minutes=59, seconds=59)
        still = await hospital.http.get("/api/FHIR/R4/Location")
        hospital.hands.turn(seconds=1)
        over = await hospital.http.get("/api/FHIR/R4/Location")

    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("bearer", 3600)
    assert {"Patient.read", "Patient.search"} < set(told["scope"].split())
    assert "refresh_token" not in told
    assert (still.status_code, over.status_code, over.json(), why(over)) == (200, 401, "Unauthorized", "token-over")


SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "another"},
        {"sub": "another"},
        {"aud": "https://gateway/oauth2/token"},
        {"exp": SECONDS},
        {"exp": SECONDS + 301, "iat": SECONDS},
        {"exp": None},
        {"jti": None},
        {"jti": "x" * 152},
        {"iat": SECONDS + 1},
        {"nbf": SECONDS + 1},
        {"iat": SECONDS - 100},
    ],
)
async def test_whatever_is_wrong_with_an_assertion_there_is_no_reason_given(claims: dict[str, object]) -> None:
    async with a_hospital(signed_in=False) as hospital:
        answer = await hospital.ask_for_token({"exp": SECONDS + 240} | claims)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client", "error_description": None})


async def test_an_assertion_is_taken_once_and_a_jti_may_have_151_characters() -> None:
    async with a_hospital(signed_in=False) as hospital:
        long = await hospital.ask_for_token({"jti": "x" * 151})
        again = await hospital.ask_for_token({"jti": "x" * 151})

    assert (long.status_code, again.status_code) == (200, 400)


async def test_another_key_an_unmapped_client_and_a_key_still_on_its_way_get_no_token() -> None:
    other = RSAKey.generate_key(2048, {"kid": "simulated"})

    async with a_hospital(signed_in=False) as hospital:
        forged = await hospital.ask_for_token(key=other)
    async with a_hospital(replace(a_world(), mapped=False), signed_in=False) as hospital:
        unmapped = await hospital.ask_for_token()
    async with a_hospital(replace(a_world(), known_from=NOW + timedelta(hours=1)), signed_in=False) as hospital:
        early = await hospital.ask_for_token()
        hospital.hands.turn(hours=1)
        late = await hospital.ask_for_token()

    assert [one.status_code for one in (forged, unmapped, early, late)] == [400, 400, 400, 200]
    assert why(early) == "invalid-client-without-reason"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "x"}, "invalid_request"),
        ({"scope": "Everything.read"}, "invalid_scope"),
        ({"client_assertion_type": "x"}, "invalid_client"),
    ],
)
async def test_a_token_is_refused_for_another_form(form: dict[str, str], error: str) -> None:
    async with a_hospital(signed_in=False) as hospital:
        answer = await hospital.ask_for_token(**form)  # type: ignore[arg-type]  # texts are neither claims nor key

    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_a_token_request_is_a_form() -> None:
    async with a_hospital(signed_in=False) as hospital:
        answer = await hospital.http.post("/oauth2/token", json={"grant_type": "client_credentials"})

    assert (answer.status_code, why(answer)) == (400, "token-is-a-form")


async def test_a_client_may_do_what_it_was_registered_for_and_a_token_may_be_for_less() -> None:
    world = replace(a_world(), scopes=frozenset({"Location.search", "Patient.search"}))

    async with a_hospital(world) as hospital:
        may = await hospital.http.get("/api/FHIR/R4/Location")
        may_not = await hospital.http.get("/api/FHIR/R4/Practitioner")
        narrow = await hospital.ask_for_token(scope="Patient.search")
        hospital.http.headers["Authorization"] = f"Bearer {narrow.json()['access_token']}"
        no_longer = await hospital.http.get("/api/FHIR/R4/Location")

    assert [one.status_code for one in (may, may_not, no_longer)] == [200, 403, 403]
    assert (why(may_not), narrow.json()["scope"]) == ("scope-lacks", "Patient.search")


async def test_the_older_way_in_is_a_password_with_headers_that_name_client_and_user() -> None:
    def basic(password: str) -> str:
        return f"Basic {base64.b64encode(f'emp$simulated:{password}'.encode()).decode()}"

    named = {"Epic-Client-ID": a_world().client_id, "Epic-User-ID": "SIMULATED", "Epic-User-IDType": "External"}

    async with a_hospital(signed_in=False) as hospital:
        path, query = BOOK_2018, a_booking()
        right = await hospital.http.post(
            path, params=query, json={}, headers={**named, "Authorization": basic("simulated-password")}
        )
        wrong = await hospital.http.post(path, params=query, json={}, headers={**named, "Authorization": basic("x")})
        bare = await hospital.http.post(
            path, params=query, json={}, headers={"Authorization": basic("simulated-password")}
        )
        none = await hospital.http.post(path, params=query, json={})

    assert [one.status_code for one in (right, wrong, bare, none)] == [200, 401, 401, 401]
    assert (why(wrong), why(bare), why(none)) == ("older-password", "older-password", "token-needed")


async def test_without_asking_for_json_fhir_answers_xml() -> None:
    async with a_hospital() as hospital:
        bundle = await hospital.http.post(FIND, json=finding(service(CONSULT)), headers={"Accept": "*/*"})
        refused = await hospital.http.get("/api/FHIR/R4/Patient", headers={"Accept": "*/*"})
        layer_2 = await hospital.book()

    root = ElementTree.fromstring(bundle.text)
    names = {"f": "http://hl7.org/fhir"}
    start = root.find("f:entry/f:resource/f:Appointment/f:start", names)
    assert bundle.headers["content-type"] == refused.headers["content-type"] == "application/fhir+xml"
    assert start is not None
    assert (root.tag, start.get("value")) == ("{http://hl7.org/fhir}Bundle", "2027-03-09T15:30:00Z")
    assert refused.text.startswith('<?xml version="1.0" encoding="utf-8"?><OperationOutcome')
    assert layer_2.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("GET", "/api/FHIR/R4/Nothing", 404, "no-such-path"),
        ("GET", "/api/FHIR/R4/patient/x", 404, "no-such-path"),
        ("POST", "/api/epic/2099/Anything", 404, "no-such-path"),
        ("GET", DAYS2, 404, "no-such-path"),
        ("POST", "/api/FHIR/STU3/Appointment", 405, "no-update-by-fhir"),
        ("PUT", "/api/FHIR/R4/Patient/x", 501, "not-simulated"),
        ("GET", "/api/epic/2012/Scheduling/Provider/GETPROVIDERAVAILABILITY/Availability", 501, "not-simulated"),
        ("GET", "https://gateway/other-instance/api/FHIR/R4/Location", 404, "no-such-path"),
    ],
)
async def test_what_is_not_played_is_refused_and_says_why(method: str, path: str, status: int, rule: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.http.request(method, path)

    assert (answer.status_code, why(answer)) == (status, rule)


@pytest.mark.parametrize(
    ("path", "content", "kind", "rule"),
    [
        (FIND, "{}", "text/plain", "not-json"),
        (FIND, "[]", "application/json", "not-json"),
        (FIND, '{"resourceType": "Parameters", "resourceType": "Parameters"}', "application/json", "not-json"),
        (DAYS2, "not json", "application/json", "not-json"),
        (DAYS2, '{"Days": 1}', "application/json", "unknown-name"),
        (f"{DAYS2}?Days=1", "{}", "application/json", "unknown-name"),
        (f"{BOOK_2018}?Date=2027-03-09&Date=2027-03-10", "{}", "application/json", "repeated-name"),
        (f"{BOOK_2018}?Date=%FF", "{}", "application/json", "value-does-not-fit"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(path: str, content: str, kind: str, rule: str) -> None:
    async with a_hospital() as hospital:
        answer = await hospital.http.post(path, content=content, headers={"Content-Type": kind})

    assert (answer.status_code in (400, 415), why(answer)) == (True, rule)


async def test_a_body_where_none_belongs_and_a_header_that_is_not_known_are_refused() -> None:
    async with a_hospital() as hospital:
        body = await hospital.http.request("GET", "/api/FHIR/R4/Location", json={})
        header = await hospital.http.get("/api/FHIR/R4/Location", headers={"If-None-Exist": "x"})
        prefer = await hospital.http.get("/api/FHIR/R4/Location", headers={"Prefer": "handling=strict"})

    assert (why(body), why(header), prefer.status_code) == ("body-where-none-belongs", "unknown-header", 200)


async def test_the_servers_say_what_they_offer_without_a_token() -> None:
    async with a_hospital(signed_in=False) as hospital:
        stu3 = (await hospital.http.get("/api/FHIR/STU3/metadata")).json()
        r4 = (await hospital.http.get("/api/FHIR/R4/metadata")).json()
        smart = (await hospital.http.get("/api/FHIR/R4/.well-known/smart-configuration")).json()

    offered = {one["type"]: one for one in stu3["rest"][0]["resource"]}
    assert [one["name"] for one in offered["Appointment"]["operation"]] == ["find", "book"]
    assert [one["code"] for one in offered["Appointment"]["interaction"]] == ["read", "search-type"]
    assert (stu3["fhirVersion"], r4["fhirVersion"]) == ("3.0.1", "4.0.1")
    assert "Coverage" in {one["type"] for one in r4["rest"][0]["resource"]}
    assert smart["token_endpoint"] == "https://gateway/interconnect-simulated-oauth/oauth2/token"


async def test_over_loopback_links_and_audience_are_at_the_address_that_was_asked() -> None:
    hands = Hands()
    simulator = Simulator(a_world(), clock=hands, wait=hands.wait)

    async with served(simulator) as address:
        base = f"{address}{simulator.base_path}"
        async with httpx.AsyncClient(base_url=base, headers={"Accept": "application/json"}) as http:
            hospital = Reached(simulator, hands, http)
            elsewhere = await hospital.ask_for_token({"aud": f"{a_world().base}/oauth2/token"})
            answer = await hospital.ask_for_token({"aud": f"{base}/oauth2/token"})
            http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            page = await hospital.asked(FIND, finding())

    assert (elsewhere.status_code, answer.status_code) == (400, 200)
    assert [str(one["url"]).partition("?")[0] for one in rows_in(page, "link")] == [f"{base}{FIND}"] * 2


async def test_a_hospital_that_keeps_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "hospital.json"

    async with a_hospital(keep=keep) as hospital:
        await hospital.book()
        proposal = str(proposals(await hospital.found(service(CONSULT)))[-1]["id"])
    async with a_hospital(keep=keep) as again:
        rows = await again.visits()
        booked = await again.book_by_fhir(proposal)
        csn = booked.json()["entry"][0]["resource"]["identifier"][0]["value"]

    assert [row["AppointmentStatus"] for row in rows] == ["Completed", "Scheduled"]
    assert (booked.status_code, csn) == (200, "256594307")


async def test_every_request_is_remembered_with_its_call() -> None:
    async with a_hospital() as hospital:
        await hospital.http.get("/api/FHIR/R4/Appointment", params={"patient": LENA_ID})
        heard = hospital.simulator.heard[-1]

    assert (heard.call, heard.query, heard.status) == ("GET /FHIR/R4/Appointment", f"patient={LENA_ID}", 200)
    assert hospital.simulator.heard[0].call == "POST /oauth2/token"


async def test_people_see_the_book_on_a_page_and_may_move_and_cancel_there() -> None:
    async with a_hospital() as hospital:
        seen = await hospital.http.get("https://gateway/__page?date=2027-03-09")
        form = {"csn": "256594301", "back": "2027-03-09"}
        moved = await hospital.http.post(
            "https://gateway/__page", data={**form, "act": "move", "at": "2027-03-09T11:00"}
        )
        form["csn"] = "256594306"
        cancelled = await hospital.http.post("https://gateway/__page", data={**form, "act": "cancel"})
        odd = await hospital.http.post("https://gateway/__page", data={**form, "act": "cancel"})
        nowhere = await hospital.http.get("https://gateway/__else")
        rows = await hospital.visits(AVERY)

    assert "Avery Sample" in seen.text
    assert "Desert Clinic" in seen.text
    assert (moved.status_code, cancelled.status_code, odd.status_code, nowhere.status_code) == (303, 303, 400, 404)
    assert [(row["AppointmentStartTime"], row["AppointmentStatus"]) for row in rows[:2]] == [
        (" 9:00 AM", "Canceled"),
        ("11:00 AM", "Canceled"),
    ]


KINDS = {
    "verbatim": "documented",
    "documented": "documented",
    "seen": "seen",
    "guess": "guess",
    "not_fhir": "guess",
    "not_layer2": "guess",
    "make_failed": "seen",
    "unauthorized": "seen",
    "_objected": "guess",
    "Objected": "guess",
}


def rules_in_the_code() -> Iterator[tuple[str, str]]:
    words = "|".join(KINDS)  # the functions by which a rule refuses
    for path in FOLDER.glob("simulator*.py"):
        code = path.read_text()
        for kind, rule in re.findall(rf'(?<!\w)({words})\(\s*"([a-z0-9-]+)"', code):
            yield rule, KINDS[kind]
        for rule in re.findall(r'\b(?:not_processed|refused)\([\w.]+(?:, request)?,\s*"([a-z0-9-]+)"', code):
            yield rule, "guess"
        for kind, named in re.findall(r"\b(Documented|Seen|Guess)\s+((?:\[[a-z0-9-]+\](?:,\s+|\s+and\s+)?)+)", code):
            for rule in re.findall(r"\[([a-z0-9-]+)\]", named):
                yield rule, kind.lower()


def test_every_rule_of_the_code_stands_in_the_table_and_every_line_of_the_table_in_the_code() -> None:
    table = dict(re.findall(r"^\| ([a-z0-9-]+) \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE))

    assert set(table.items()) == set(rules_in_the_code())


def test_the_table_counts_its_own_rules() -> None:
    counted = dict(re.findall(r"^\| (documented|seen|guess): [^|]+ \| (\d+) \|", read_table(), flags=re.MULTILINE))
    kinds = re.findall(r"^\| [a-z0-9-]+ \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE)

    assert {kind: int(count) for kind, count in counted.items()} == {kind: kinds.count(kind) for kind in set(kinds)}


def test_each_call_is_named_in_the_table_of_calls() -> None:
    named = set(re.findall(r"`((?:GET|POST) /[^`]+)`", read_table()))

    assert {call.name for call in CALLS} <= named


def read_table() -> str:
    return (FOLDER / "SIMULATOR.md").read_text()
