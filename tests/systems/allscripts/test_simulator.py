"""What every call of the simulated Unity holds to: address, keys, token, user, licence, errors; and its rules."""

import re
from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.systems.allscripts.simulated import Reached, a_practice, error, why, xml

from frontdesk.standards.simulating.faults import Fails, When
from frontdesk.systems import allscripts
from frontdesk.systems.allscripts.simulator_example import ASH, OTHER_USER, PASSWORD, USER, example_world
from frontdesk.systems.allscripts.simulator_practice import Login
from frontdesk.systems.allscripts.simulator_refusals import Form

FOLDER = Path(allscripts.__file__).parent
SERVICE, SECRET = "Simu-0000-CCPM-test", "simulated-service-password"
LOGGED_OUT = "As a Security precaution, you have been logged out due to inactivity."


async def test_a_token_comes_for_the_service_user_and_is_the_body_itself() -> None:
    async with a_practice(signed_in=False) as practice:
        answer = await practice.take_token()

    assert answer.headers["content-type"] == "application/octet-stream"
    assert re.fullmatch(r'"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"', answer.text)


async def test_a_token_comes_without_quotes_where_a_server_sends_none() -> None:
    async with a_practice(replace(example_world(), quoted_token=False), signed_in=False) as practice:
        answer = await practice.take_token()

    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", answer.text)


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        ({"Username": SERVICE, "Password": "guessed"}, "token-refused"),
        ({"Username": f"VHCP001PM:PMGA02^8^{SERVICE}", "Password": SECRET}, "token-refused"),
        ({"Username": SERVICE}, "token-refused"),
        ({"Username": SERVICE, "Password": SECRET, "Appname": "X"}, "token-refused"),
        ({"Username": SERVICE, "Password": SECRET, "Scope": "x"}, "token-fields"),
    ],
)
async def test_a_token_that_is_refused_is_text_that_begins_with_error_and_200(keys: dict[str, str], rule: str) -> None:
    async with a_practice(signed_in=False) as practice:
        answer = await practice.post("GetToken", **keys)

    assert (answer.status_code, answer.text[:5], why(answer)) == (200, "error", rule)


async def test_the_router_knows_its_client_by_the_prefix_of_the_service_user() -> None:
    world = replace(example_world(), ubiquity="VHCP001PM:PMGA02^8^")

    async with a_practice(world, signed_in=False) as practice:
        valid = await practice.sign_in()
        keys = {"Username": world.service_user, "Password": world.service_password}
        bare = await practice.post("GetToken", **keys)
        at_the_clinic = await practice.http.post("/UnityPM/UnityService.svc/json/GetToken", json=keys)

    assert (practice.simulator.base_path, valid) == ("/UnityService.svc", "YES")
    assert (why(bare), why(at_the_clinic)) == ("token-refused", "")


async def test_nothing_is_done_before_the_user_is_authenticated() -> None:
    async with a_practice(signed_in=False) as practice:
        await practice.take_token()
        before = await practice.ask("GetServerInfo")
        [signed] = await practice.rows("GetUserAuthentication", p1=PASSWORD)
        after = await practice.ask("GetServerInfo")

    assert (before.status_code, why(before), signed, why(after)) == (200, "sign-in-first", {"ValidUser": "YES"}, "")
    assert error(before).startswith("Magic Error - Action: GetServerInfo - ")


async def test_a_token_serves_the_user_it_was_authenticated_for_and_no_other() -> None:
    async with a_practice() as practice:
        practice.user = OTHER_USER
        other = await practice.ask("GetResources")
        known = await practice.sign_in(OTHER_USER)
        nobody = await practice.sign_in("nobody")

    assert (why(other), known, nobody) == ("user-of-the-token", "YES", "NO")


async def test_three_wrong_passwords_lock_a_user_until_a_new_one_is_given() -> None:
    async with a_practice(signed_in=False) as practice:
        wrong = [await practice.sign_in(password="guessed") for _ in range(3)]
        locked = await practice.sign_in()
        practice.simulator.front_desk.renew_password(USER, "simulated-fresh")
        again = await practice.sign_in(password="simulated-fresh")

    assert (wrong, locked, again) == (["NO", "NO", "NO"], "NO", "YES")


async def test_a_password_that_ran_out_is_not_valid() -> None:
    async with a_practice() as practice:
        practice.simulator.front_desk.expire_password(USER)
        expired, other = await practice.sign_in(), await practice.sign_in(OTHER_USER)

    assert (expired, other) == ("NO", "YES")


async def test_a_token_lives_twenty_minutes_from_its_last_use() -> None:
    async with a_practice() as practice:
        practice.hands.turn(minutes=19)
        used = await practice.ask("Echo", p1="still here")
        practice.hands.turn(minutes=19)
        again = await practice.ask("Echo")
        practice.hands.turn(minutes=20)
        over = await practice.ask("Echo")

    assert (used.json(), why(again)) == ([{"echoinfo": [{"Echo": "still here"}]}], "")
    assert (over.status_code, error(over)) == (200, f"Magic Error - Action: Echo - {LOGGED_OUT}")


async def test_a_token_that_was_retired_or_never_given_is_logged_out() -> None:
    async with a_practice() as practice:
        appname = practice.simulator.practice.world.appname
        retired = await practice.post("RetireToken", Token=practice.token, Appname=appname)
        after = await practice.ask("Echo")
        older = await practice.post("RetireSecurityToken", Token=practice.token, Appname=appname)
        wrong = await practice.post("RetireToken", Token=practice.token)

    assert (retired.status_code, retired.text, why(after), older.status_code) == (200, "", "logged-out", 200)
    assert why(wrong) == "retire-fields"


async def test_a_licence_allows_so_many_sessions_until_one_is_retired_or_idle() -> None:
    async with a_practice(replace(example_world(), sessions=2)) as practice:
        second, third = await practice.take_token(), await practice.take_token()
        practice.hands.turn(minutes=21)
        later = await practice.take_token()

    assert [why(one) for one in (second, third, later)] == ["", "sessions-of-a-licence", ""]


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("POST", "/UnityPM/unityservice.svc/json/Magic", 404, "no-such-path"),
        ("POST", "/UnityService.svc/json/GetToken", 404, "no-such-path"),
        ("POST", "/UnityPM/unityservice.svc", 501, "not-simulated"),
        ("POST", "/Unity/UnityService.svc", 501, "not-simulated"),
        ("GET", "/fhirroute/fhir/CP00101/metadata", 501, "not-simulated"),
        ("GET", "/UnityPM/unityservice.svc/json/GetToken", 405, "post-alone"),
        ("POST", "/UnityPM/unityservice.svc/json/GetToken?x=1", 405, "post-alone"),
    ],
)
async def test_what_is_not_played_is_refused_and_says_why(method: str, path: str, status: int, rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.http.request(method, path)

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_addresses_are_read_in_any_case() -> None:
    async with a_practice() as practice:
        answer = await practice.http.post("/unitypm/UnityService.svc/JSON/magicjson", json=practice.body("Echo"))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "rule"),
    [({"Content-Type": "text/plain"}, "json-content-type"), ({"Authorization": "Bearer x"}, "unknown-header")],
)
async def test_a_call_with_other_headers_than_the_known_is_refused(headers: dict[str, str], rule: str) -> None:
    async with a_practice() as practice:
        path = f"{practice.simulator.base_path}/json/MagicJson"
        answer = await practice.http.post(path, json=practice.body("Echo"), headers=headers)

    assert (answer.status_code, why(answer)) == (400, rule)


@pytest.mark.parametrize("key", ["Data", "PatientID", "Parameter6", "Token"])
async def test_each_key_must_be_there_though_it_is_empty(key: str) -> None:
    async with a_practice() as practice:
        body = practice.body("Echo")
        del body[key]
        answer = await practice.post("MagicJson", **body)

    assert (answer.status_code, answer.text, why(answer)) == (500, f"Magic Error - {key} is missing.", "keys-missing")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("", "not-json"),
        ("[]", "not-json"),
        ('{"Action": "Echo", "Action": "Echo"}', "repeated-key"),
        ('{"Action": "Echo", "Parameter1": 5}', "text-alone"),
    ],
)
async def test_a_body_that_is_no_object_of_texts_is_refused(content: str, rule: str) -> None:
    async with a_practice() as practice:
        path = f"{practice.simulator.base_path}/json/MagicJson"
        answer = await practice.http.post(path, content=content, headers={"Content-Type": "application/json"})

    assert (answer.status_code in (400, 500), why(answer)) == (True, rule)


async def refusal(practice: Reached, action: str, **changed: str) -> str:
    return why(await practice.post("MagicJson", **(practice.body(action) | changed)))


async def test_what_an_action_is_not_known_to_take_must_be_empty() -> None:
    async with a_practice() as practice:
        refused = [
            await refusal(practice, "GetResources", Parameter1="GRAY"),
            await refusal(practice, "GetAvailableSchedule", Parameter5="30"),
            await refusal(practice, "GetResources", PatientID="33760"),
            await refusal(practice, "GetResources", Data="AA=="),
            await refusal(practice, "GetResources", Parameter7=""),
            await refusal(practice, "GetResources", Appname="Other.App"),
            await refusal(practice, "GetPatientDemographics"),
            await refusal(practice, "GetPatientDemographics", PatientID="1"),
        ]

    assert refused == [
        "parameter-not-taken",
        "parameter-not-taken",
        "parameter-not-taken",
        "parameter-not-taken",
        "unknown-key",
        "appname-refused",
        "patient-needed",
        "nothing-of-that-name",
    ]


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        ("GetOpenSlots", "not-licensed"),
        ("CancelAppointment", "not-licensed"),
        ("getresources", "not-licensed"),
        ("", "not-licensed"),
        ("SaveForcedAppointment", "action-not-simulated"),
        ("GetPatientPolicy", "action-not-simulated"),
    ],
)
async def test_an_action_that_is_not_in_the_reference_is_not_licensed(action: str, rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.ask(action)

    assert (answer.status_code, why(answer)) == (200, rule)
    assert (error(answer).endswith("Action is not valid for this license")) is (rule == "not-licensed")


async def test_an_app_can_do_what_it_was_certified_for_and_nothing_else() -> None:
    async with a_practice(replace(example_world(), licensed=frozenset({"GetResources"}))) as practice:
        certified, other = await practice.ask("GetResources"), await practice.ask("GetPractitioners")

    assert (why(certified), why(other)) == ("", "not-licensed")


async def test_the_server_tells_its_zone_by_its_windows_name_and_its_time() -> None:
    async with a_practice() as practice:
        [winter] = await practice.rows("GetServerInfo")
        practice.hands.turn(days=7)
        await practice.sign_in()
        [summer] = await practice.rows("GetServerInfo")

    assert winter["ServerTimeZone"] == "Mountain Standard Time"
    assert (winter["ServerTime"], winter["ServerDateTimeOffset"]) == (
        "2026-03-02T08:00:00",
        "2026-03-02T08:00:00.0000000-07:00",
    )
    assert summer["ServerDateTimeOffset"] == "2026-03-09T09:00:00.0000000-06:00"


@pytest.mark.parametrize(
    ("form", "status", "body"),
    [
        (Form.STATUS, 500, "The server has failed."),
        (Form.ERROR_ROW, 200, '[{"Error": "Magic Error - Action: SavePatient - The server has failed."}]'),
        (Form.BARE_TEXT, 200, '"Magic Error - Action: SavePatient - The server has failed."'),
        (Form.CRITICAL_ROW, 200, '[{"savepatientinfo": [{"STATUS": "Critical: The server has failed."}]}]'),
    ],
)
async def test_an_error_travels_in_each_of_the_forms_it_was_met_in(form: Form, status: int, body: str) -> None:
    async with a_practice(replace(example_world(), failing=form)) as practice:
        practice.simulator.faults.plan(Fails(when=When.AFTER_COMMIT), on="SavePatient")
        answer = await practice.ask("SavePatient", patient=ASH, p1=xml("patient", City="Provo"))

    assert (answer.status_code, answer.text) == (status, body)


async def test_a_practice_that_keeps_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "practice.json"

    async with a_practice(keep=keep) as practice:
        booked = await practice.booked(Notes="by phone")
        practice.simulator.front_desk.cancel(9_901)
        token = practice.token
    async with a_practice(keep=keep, signed_in=False) as again:
        again.token = token
        there, gone = await again.visit(booked), await again.visit(9_901)

    assert (booked, there["Comment"], there["patientID"], gone["Status"]) == ("9906", "by phone", str(ASH), "X")


async def test_the_published_example_of_open_times_is_answered_as_it_stands() -> None:
    world = replace(
        example_world(monday=date(2026, 5, 11)),
        appname="Acme.Sched.TestApp",
        logins=(Login(user="demo1", password=PASSWORD),),
    )

    async with a_practice(world, now=datetime(2026, 5, 11, 15, tzinfo=UTC), signed_in=False) as practice:
        assert await practice.sign_in("demo1") == "YES"
        rows = await practice.rows("GetAvailableSchedule", p1="GRAY", p2="05/12/2026", p3="05/14/2026", p4="MAIN")

    assert {
        "Available_Date": "05/12/2026",
        "Available_Time": "09:30",
        "Resource_Abbreviation": "GRAY",
        "Scheduling_Location_Abbreviation": "MAIN",
        "Duration": "15",
    } in rows


async def test_a_server_that_is_started_and_stopped_says_so() -> None:
    async with a_practice(signed_in=False) as practice:
        came = iter(["lifespan.startup", "lifespan.shutdown"])
        said: list[object] = []

        async def receive() -> dict[str, object]:
            return {"type": next(came)}

        async def send(message: MutableMapping[str, object]) -> None:
            said.append(message["type"])

        await practice.simulator({"type": "lifespan"}, receive, send)

    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_all_that_was_asked_is_heard_by_its_action() -> None:
    async with a_practice() as practice:
        await practice.ask("GetResources")
        await practice.http.get("/nowhere")

    heard = practice.simulator.heard
    assert [(one.call, one.status) for one in heard] == [
        ("GetToken", 200),
        ("GetUserAuthentication", 200),
        ("GetResources", 200),
        ("", 404),
    ]


def rules_in_the_code() -> Iterator[tuple[str, str]]:
    for path in FOLDER.glob("simulator*.py"):
        text = path.read_text()
        for kind, rule in re.findall(r'\b(documented|seen|guess)\(\s*"([a-z0-9-]+)"', text):
            yield rule, kind
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
