"""What every call of the simulated domain holds to: tokens, tenants, headers, discovery, the page, and its rules."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.systems.cerner.simulated import NOW, SCOPE, a_domain, why

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.standards.simulating.fhir_values import text_at
from frontdesk.systems import cerner
from frontdesk.systems.cerner.simulator import CALLS, METADATA_CALL, SMART_CALL, TOKEN_CALL
from frontdesk.systems.cerner.simulator_example import ROBIN, example_world

FOLDER = Path(cerner.__file__).parent
BY_KEY = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KINDS = {
    "verbatim": "documented",
    "bad_parameter": "documented",
    "broken_rule": "documented",
    "stands_in_the_way": "guess",
}


async def test_a_token_is_given_for_the_right_secret_and_lasts_nine_and_a_half_minutes() -> None:
    async with a_domain(scope="") as domain:
        answer = await domain.ask_for_token()
        domain.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        domain.hands.turn(seconds=569)
        still = await domain.http.get(f"Patient/{ROBIN}")
        domain.hands.turn(seconds=1)
        over = await domain.http.get(f"Patient/{ROBIN}")

    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 570, SCOPE)
    assert "refresh_token" not in told
    assert (still.status_code, over.status_code, why(over), over.content) == (200, 401, "token-life", b"")
    assert over.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"secret": "another"}, 401, "invalid_client"),
        ({"scope": "system/Encounter.read"}, 400, "invalid_scope"),
        ({"scope": "system/*.read"}, 400, "invalid_scope"),
        ({"scope": "system/Slot.*"}, 400, "invalid_scope"),
        ({"scope": "system/Slot.rs"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"scope": " ".join([SCOPE] * 5)}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "simulated-client"}, 400, "invalid_request"),
    ],
)
async def test_a_token_is_refused_for_anything_else(changed: dict[str, str], status: int, error: str) -> None:
    async with a_domain(scope="") as domain:
        answer = await domain.ask_for_token(**changed)  # type: ignore[arg-type]  # secret and scope are texts too

    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_token_is_asked_for_by_a_form_that_wants_json_at_its_own_tenants_address() -> None:
    form = {"grant_type": "client_credentials", "scope": SCOPE}
    async with a_domain(scope="") as domain:
        fhir = await domain.http.post(domain.token_url, data=form)
        wanted = {"Accept": "application/json"}
        body = await domain.http.post(domain.token_url, json=form, headers=wanted)
        elsewhere = await domain.http.post(domain.token_url.replace("0000", "9999", 1), data=form, headers=wanted)

    assert [(one.status_code, why(one)) for one in (fhir, body, elsewhere)] == [
        (406, "token-accept"),
        (400, "token-form"),
        (404, "token-of-another-tenant"),
    ]


async def test_a_signed_assertion_stands_for_the_secret_once() -> None:
    key = ECKey.generate_key("P-384", {"kid": "ours", "use": "sig"})
    world = replace(example_world(), client_keys=json.dumps({"keys": [key.as_dict(private=False)]}))
    ends = int((NOW + timedelta(minutes=4)).timestamp())

    def signed(jti: str, audience: str) -> dict[str, str]:
        claims = {"iss": world.client_id, "sub": world.client_id, "aud": audience, "exp": ends, "jti": jti}
        assertion = jwt.encode({"alg": "ES384", "kid": "ours"}, claims, key, algorithms=["ES384"])
        form = {"grant_type": "client_credentials", "scope": SCOPE, "client_assertion_type": BY_KEY}
        return {**form, "client_assertion": assertion}

    async with a_domain(world, scope="") as domain:
        wanted = {"Accept": "application/json"}
        local = f"http://127.0.0.1:8080{domain.simulator.token_path}"
        answers = [
            await domain.http.post(url, data=signed(jti, audience), headers=wanted)
            for url, jti, audience in (
                (domain.token_url, "one", domain.token_url),
                (domain.token_url, "one", domain.token_url),
                (domain.token_url, "two", "https://elsewhere.example"),
                (local, "three", local),
            )
        ]

    assert [one.status_code for one in answers] == [200, 401, 401, 200]


async def test_an_app_that_asks_for_tokens_too_often_may_be_throttled() -> None:
    async with a_domain(replace(example_world(), throttles_tokens=True), scope="") as domain:
        answers = [await domain.ask_for_token(), await domain.ask_for_token()]
        domain.hands.turn(minutes=1)
        answers.append(await domain.ask_for_token())

    assert [one.status_code for one in answers] == [200, 429, 200]


@pytest.mark.parametrize("sent", ["", "Bearer forged", "Basic c2ltdWxhdGVk"])
async def test_a_call_without_a_good_token_is_refused_without_a_word(sent: str) -> None:
    async with a_domain(scope="") as domain:
        answer = await domain.http.get(f"Patient/{ROBIN}", headers={"Authorization": sent})

    assert (answer.status_code, why(answer), answer.content) == (401, "bearer-token", b"")


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("GET", f"Patient/{ROBIN}", "system/Patient.read"),
        ("GET", "Patient?phone=1", "system/Patient.read"),
        ("POST", "Patient", "system/Patient.write"),
        ("PATCH", "Slot/1", "system/Slot.write"),
        ("GET", "Coverage?patient=1", "system/Coverage.read"),
    ],
)
async def test_a_call_needs_the_scope_of_its_type(method: str, path: str, needed: str) -> None:
    scope = " ".join(one for one in SCOPE.split() if one != needed)
    async with a_domain(scope=scope) as domain:
        answer = await domain.http.request(method, path)

    assert (answer.status_code, why(answer), needed in answer.text) == (403, "scope-missing", True)


async def test_another_tenant_or_a_hospital_that_does_not_let_the_app_in_is_forbidden() -> None:
    async with a_domain() as domain:
        other = await domain.http.get(f"https://fhir-ehr-code.cerner.com/r4/another/Patient/{ROBIN}")
    async with a_domain(replace(example_world(), enabled=False)) as closed:
        not_in = await closed.http.get(f"Patient/{ROBIN}")

    for answer in (other, not_in):
        assert (answer.status_code, answer.text) == (403, "Tenant not valid or accessible")


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("GET", "Patient/1", 404, "not-found"),
        ("GET", "Nothing/1", 404, "not-found"),
        ("GET", "patient/1", 404, "not-found"),
        ("GET", "", 404, "not-found"),
        ("PUT", f"Patient/{ROBIN}", 405, "method-not-offered"),
        ("DELETE", "Appointment/20465901", 405, "method-not-offered"),
        ("POST", "Slot", 405, "method-not-offered"),
        ("GET", "Encounter/1", 501, "not-simulated"),
        ("POST", "QuestionnaireResponse", 501, "not-simulated"),
        ("GET", "DocumentReference?patient=1", 501, "not-simulated"),
        ("GET", "HealthcareService", 404, "not-found"),
        ("GET", "Appointment/20465901/_history", 404, "not-found"),
        ("POST", "Appointment/$book", 404, "not-found"),
        ("GET", "Subscription", 404, "not-found"),
        ("PATCH", "Appointment/20465901?_format=json", 400, "no-query-on-writes"),
    ],
)
async def test_what_is_not_there_or_not_offered_is_told_apart(method: str, path: str, status: int, rule: str) -> None:
    async with a_domain() as domain:
        answer = await domain.http.request(method, path)

    assert (answer.status_code, why(answer)) == (status, rule)


@pytest.mark.parametrize(
    ("headers", "status", "rule"),
    [
        ({"Accept": "application/xml"}, 406, "json-only"),
        ({"Accept": "*/*"}, 406, "json-only"),
        ({"Accept": "application/json+fhir"}, 200, ""),
        ({"Accept": "application/fhir+json;fhirVersion=4.0, text/html;q=0.1"}, 200, ""),
        ({"Prefer": "handling=strict"}, 200, ""),
        ({"Prefer": "return=representation"}, 400, "unknown-header"),
        ({"Idempotency-Key": "1"}, 400, "unknown-header"),
        ({"If-Match": 'W/"0"'}, 400, "body-where-none-belongs"),
    ],
)
async def test_a_call_with_other_headers_than_the_published_is_refused(
    headers: dict[str, str], status: int, rule: str
) -> None:
    async with a_domain() as domain:
        answer = await domain.http.get(f"Patient/{ROBIN}", headers=headers)

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_a_create_names_no_version() -> None:
    async with a_domain() as domain:
        answer = await domain.post("Patient", {}, **{"If-Match": 'W/"0"'})

    assert (answer.status_code, why(answer)) == (400, "no-version-on-create")


async def test_each_answer_names_itself_and_a_read_its_version() -> None:
    async with a_domain() as domain:
        first, second = [await domain.http.get(f"Patient/{ROBIN}") for _ in range(2)]
        missing = await domain.http.get("Patient/1")

    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert all("opc-request-id" in one.headers for one in (first, missing))
    assert (first.headers["etag"], first.headers["content-type"]) == ('W/"0"', "application/fhir+json")
    assert missing.content == b""


async def test_what_the_server_says_of_itself_needs_no_token() -> None:
    async with a_domain(scope="") as domain:
        smart = await domain.http.get(".well-known/smart-configuration", headers={"Accept": "application/json"})
        statement = await domain.http.get("metadata")
        local = f"http://127.0.0.1:8080{domain.simulator.base_path}/metadata"
        async with httpx.AsyncClient(transport=InProcess(domain.simulator)) as near:
            here = (await near.get(local)).json()

    told = statement.json()
    kinds = {one["type"]: [step["code"] for step in one["interaction"]] for one in told["rest"][0]["resource"]}
    assert smart.json()["token_endpoint"] == domain.token_url
    assert smart.json()["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "private_key_jwt"]
    assert statement.headers["content-type"] == "application/json+fhir"
    assert kinds["Slot"] == ["search-type", "read", "patch"]
    assert (kinds["Schedule"], "HealthcareService" in kinds) == (["search-type", "read"], False)
    assert text_at(told, "rest", 0, "security", "extension", 0, "extension", 0, "valueUri") == domain.token_url
    assert here["url"] == local


async def test_addresses_in_answers_on_this_host_lead_back_to_it() -> None:
    async with a_domain() as domain:
        token = domain.http.headers["Authorization"]
        headers = {"Authorization": token, "Accept": "application/fhir+json"}
        base = f"http://127.0.0.1:8080{domain.simulator.base_path}"
        async with httpx.AsyncClient(transport=InProcess(domain.simulator), headers=headers) as near:
            first = (await near.get(f"{base}/Patient?family=Sample&_count=1")).json()
            pages = [first]
            while (link := pages[-1]["link"][1])["relation"] == "next":
                pages.append((await near.get(link["url"])).json())

    assert first["link"][1]["url"].startswith(f"{base}/Patient?-pageContext=")
    assert [page["entry"][0]["fullUrl"].startswith(base) for page in pages] == [True] * 3


async def test_every_request_is_heard() -> None:
    async with a_domain(scope="") as domain:
        await domain.sign_in()
        await domain.http.get("metadata")
        await domain.http.get(".well-known/smart-configuration")
        await domain.slots()
        await domain.http.get("nowhere")

    heard = domain.simulator.heard
    assert [one.call for one in heard] == [TOKEN_CALL, METADATA_CALL, SMART_CALL, "GET /Slot", ""]
    assert [one.status for one in heard] == [200, 200, 200, 200, 404]
    assert "service-type=" in heard[3].query


async def test_a_domain_that_keeps_its_state_comes_back_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "domain.json"

    async with a_domain(keep=keep) as domain:
        made = await domain.book()
        domain.simulator.front_desk.mark("20465902", "noshow")
    async with a_domain(keep=keep) as again:
        visit = await again.visit(made)
        missed = await again.get("Appointment/20465902")
        slot = await again.get(text_at(visit, "slot", 0, "reference"))
        other = await again.book()

    assert (visit["status"], missed["status"], slot["status"]) == ("booked", "noshow", "busy")
    assert other.headers["location"] != made.headers["location"]


async def test_people_see_the_book_on_a_page_and_may_move_and_cancel_there() -> None:
    page = "https://fhir-ehr-code.cerner.com/__page"
    async with a_domain() as domain:
        seen = await domain.http.get(f"{page}?date=2026-03-03")
        today = await domain.http.get(page)
        options = re.findall(r"<option value='([0-9-]+)'>2026-03-03", seen.text)
        form = {"appointment": "20465901", "back": "2026-03-03"}
        moved = await domain.http.post(page, data={**form, "act": "move", "slot": options[0]})
        visit = await domain.get("Appointment/20465901")
        cancelled = await domain.http.post(page, data={**form, "act": "cancel"})
        odd = await domain.http.post(page, data={**form, "act": "cancel"})
        unknown = await domain.http.post(page, data={**form, "appointment": "1", "act": "cancel"})
        gone = await domain.get("Appointment/20465901")
        lost = await domain.http.get(f"{page}s")

    assert all(word in seen.text for word in ("Sample, Avery", "Riverbend Downtown Clinic", "Rivera, Ana", "Laser"))
    assert "It is 07:00 on March 2 there." in today.text
    assert text_at(visit, "slot", 0, "reference") == f"Slot/{options[0]}"
    assert [one.status_code for one in (moved, cancelled, odd, unknown, lost)] == [303, 303, 400, 400, 404]
    assert gone["status"] == "cancelled"


def rules_in_the_code() -> Iterator[tuple[str, str]]:
    words = "documented|verbatim|seen|guess|bad_parameter|broken_rule|stands_in_the_way"
    for path in FOLDER.glob("simulator*.py"):
        code = path.read_text()
        for kind, rule in re.findall(rf'\b({words})\(\s*"([a-z0-9-]+)"', code):
            yield rule, KINDS.get(kind, kind)
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
    named = set(re.findall(r"`((?:GET|POST|PATCH) /[^`]+)`", read_table()))

    assert {call.name for call in CALLS} | {TOKEN_CALL, METADATA_CALL, SMART_CALL} <= named


def read_table() -> str:
    return (FOLDER / "SIMULATOR.md").read_text()
