"""What every call of the simulated Open Dental holds to: keys, headers, names, pages, pace, faults, and its rules."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.systems.opendental.simulated import an_office, why

from frontdesk.systems import opendental
from frontdesk.systems.opendental.simulator import ErrorBody
from frontdesk.systems.opendental.simulator_example import example_world
from frontdesk.systems.opendental.simulator_office import Mode, Permission

FOLDER = Path(opendental.__file__).parent
BOOKING = "POST /appointments"


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"Authorization": "ODFHIR simulated-developer/another"}, "key-pair"),
        ({"Authorization": "Bearer simulated-customer"}, "key-pair"),
        ({"Content-Type": "application/fhir+json"}, "content-type"),
        ({"Content-Type": "application/json; charset=utf-8"}, "content-type"),
        ({"Idempotency-Key": "7f"}, "unknown-header"),
    ],
)
async def test_a_call_with_other_headers_than_the_published_is_refused(given: dict[str, str], rule: str) -> None:
    async with an_office() as office:
        answer = await office.http.get("/providers", headers=given)

    assert (answer.status_code in (400, 401), why(answer)) == (True, rule)


async def test_a_call_without_a_content_type_is_refused_even_where_it_has_no_body() -> None:
    async with an_office() as office:
        del office.http.headers["Content-Type"]

        answer = await office.http.get("/providers")

    assert (answer.status_code, why(answer)) == (400, "content-type")


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("GET", "/appointment", 404, "no-such-path"),
        ("GET", "/Appointments", 404, "no-such-path"),
        ("GET", "/appointments/", 404, "no-such-path"),
        ("PUT", "/appointments/101/break", 404, "no-such-path"),
        ("GET", "/appointments/first", 400, "number-in-path"),
        ("DELETE", "/appointments/101", 404, "no-such-method"),
        ("DELETE", "/patients/11", 404, "no-such-method"),
        ("GET", "/recalls", 501, "not-simulated"),
        ("GET", "/appointments/SlotsWebSched", 501, "not-simulated"),
        ("GET", "/patients?SiteNum=1", 501, "not-simulated"),
        ("GET", "/schedules?DateFormatString=MM/dd/yyyy", 501, "not-simulated"),
    ],
)
async def test_what_is_not_played_is_refused_and_says_why(method: str, path: str, status: int, rule: str) -> None:
    async with an_office() as office:
        answer = await office.http.request(method, path)

    assert (answer.status_code, why(answer)) == (status, rule)


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/appointments?patnum=11", "unknown-name"),
        ("/appointments?startDate=2026-03-02", "unknown-name"),
        ("/appointments?PatNum=11&PatNum=12", "repeated-name"),
        ("/appointments?PatNum=eleven", "value-of-wrong-kind"),
        ("/appointments?PatNum=", "value-of-wrong-kind"),
        ("/appointments?AptStatus=scheduled", "words-not-numbers"),
        ("/appointments?AptStatus=1", "words-not-numbers"),
        ("/appointments?date=03/02/2026", "time-format"),
        ("/appointments?date=2026-02-30", "time-format"),
        ("/appointments?dateStart=2026-03-02", "days-asked-oddly"),
        ("/appointments?dateStart=2026-03-05&dateEnd=2026-03-02", "days-asked-oddly"),
        ("/appointments?DateTStamp=2026-03-02T10:00:00Z", "moment-wording"),
        ("/providers?DateTStamp=2026-03-02", "moment-wording"),
        ("/patients?DateTStamp=2026-03-02%2010:00:00", "no-stamp-in-search"),
        ("/patients?hideInactive=True", "booleans-as-text"),
    ],
)
async def test_a_parameter_that_is_not_published_is_never_ignored(path: str, rule: str) -> None:
    async with an_office() as office:
        answer = await office.http.get(path)

    assert (answer.status_code, why(answer)) == (400, rule)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('{"Note": "Called", "note": "twice"}', "unknown-name"),
        ('{"Note": "Called", "Note": "twice"}', "repeated-name"),
        ('{"Note": 5}', "value-of-wrong-kind"),
        ('{"Note": "  "}', "empty-value"),
        ("{}", "required-fields"),
        ('["Called"]', "body-not-json"),
        ("Called", "body-not-json"),
        ("", "body-not-json"),
    ],
)
async def test_a_body_that_is_not_published_is_never_ignored(body: str, rule: str) -> None:
    async with an_office() as office:
        answer = await office.http.put("/appointments/101/Note", content=body)

        assert (answer.status_code, why(answer)) == (400, rule)
        assert (await office.row("/appointments/101"))["Note"] == ""


async def test_a_get_with_a_body_is_refused() -> None:
    async with an_office() as office:
        answer = await office.http.request("GET", "/providers", content="{}")

    assert (answer.status_code, why(answer)) == (400, "body-where-none-belongs")


async def test_a_key_without_the_permission_reads_but_does_not_book() -> None:
    world = replace(example_world(), permissions=frozenset({Permission.READ_ALL, Permission.COMM}))

    async with an_office(world) as office:
        read = await office.http.get("/appointments/101")
        noted = await office.http.put("/appointments/101/Note", json={"Note": "Called"})
        booked = await office.book()

    assert (read.status_code, noted.status_code) == (200, 200)
    assert (booked.status_code, why(booked)) == (401, "permission-missing")


async def test_an_office_with_an_old_version_refuses_what_came_later() -> None:
    async with an_office(replace(example_world(), version="22.4.1")) as office:
        method = await office.http.get("/providers/1")
        field = await office.book(PatternSecondary="//////")
        known = await office.book(Priority="ASAP")

    assert (method.status_code, why(method)) == (400, "version-of-method")
    assert (field.status_code, why(field)) == (400, "version-of-field")
    assert known.status_code == 201


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        (ErrorBody.PLAIN_TEXT, "Schedule not found"),
        (ErrorBody.JSON_STRING, '"Schedule not found"'),
        (ErrorBody.JSON_OBJECT, '{"message": "Schedule not found"}'),
    ],
)
async def test_an_explanation_comes_in_the_shape_that_is_chosen(shape: ErrorBody, says: str) -> None:
    async with an_office(error_body=shape) as office:
        answer = await office.http.get("/schedules/5")

    assert (answer.status_code, answer.text) == (404, says)
    assert answer.headers["x-simulator"] == "not-found-wording; documented, worded as published"


@pytest.mark.parametrize(("mode", "largest"), [(Mode.REMOTE, 100), (Mode.SERVICE, 100), (Mode.LOCAL, 1000)])
async def test_a_list_is_cut_at_the_hard_limit_and_read_on_by_offset(mode: Mode, largest: int) -> None:
    first = example_world().appointments[0]
    many = tuple({**first, "AptNum": 1000 + count} for count in range(250))

    async with an_office(replace(example_world(), appointments=many), mode=mode) as office:
        page = await office.rows("/appointments")
        above = await office.rows("/appointments", Limit=5000)
        few = await office.rows("/appointments", Offset=245, Limit=3)
        last = await office.rows("/appointments", Offset=240)
        beyond = await office.rows("/appointments", Offset=250)

    assert len(page) == len(above) == min(250, largest)
    assert [row["AptNum"] for row in few] == [1245, 1246, 1247]
    assert (len(last), beyond) == (10, [])


@pytest.mark.parametrize(
    ("permissions", "apart"),
    [
        ({Permission.READ_ALL}, timedelta(seconds=5)),
        ({Permission.READ_ALL, Permission.COMM}, timedelta(seconds=1)),
        ({Permission.READ_ALL, Permission.ENTERPRISE}, timedelta(milliseconds=500)),
    ],
)
async def test_remote_calls_are_held_apart_by_what_the_key_may_do(
    permissions: set[Permission], apart: timedelta
) -> None:
    world = replace(example_world(), permissions=frozenset(permissions))

    async with an_office(world, mode=Mode.REMOTE) as office:
        for _ in range(3):
            await office.rows("/providers")
        office.hands.turn(minutes=1)
        await office.rows("/providers")

    assert office.hands.waited == [apart, apart]


async def test_too_many_calls_at_once_are_told_when_to_come_back() -> None:
    async with an_office(mode=Mode.REMOTE) as office:
        await office.rows("/providers")

        answers = await asyncio.gather(*(office.http.get("/providers") for _ in range(15)))

    refused = [answer for answer in answers if answer.status_code == 429]
    assert [why(answer) for answer in refused] == ["too-many-requests"] * 4
    assert {answer.headers["retry-after"] for answer in refused} == {"10"}


@pytest.mark.parametrize("mode", [Mode.SERVICE, Mode.LOCAL])
async def test_calls_inside_the_office_are_not_held_apart(mode: Mode) -> None:
    async with an_office(mode=mode) as office:
        await asyncio.gather(*(office.rows("/providers") for _ in range(20)))

    assert office.hands.waited == []


async def test_an_office_that_keeps_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "office.json"

    async with an_office(keep=keep) as office:
        await office.book()
        office.simulator.front_desk.delete_appointment(101)
    async with an_office(keep=keep) as again:
        there = [row["AptNum"] for row in await again.rows("/appointments")]
        gone = await again.book()

    assert there == [102, 103, 104, 105, 106]
    assert gone.json()["AptNum"] == 107


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

    assert set(table.items()) == set(rules_in_the_code())


def test_the_table_counts_its_own_rules() -> None:
    counted = dict(re.findall(r"^\| (documented|seen|guess): [^|]+ \| (\d+) \|", read_table(), flags=re.MULTILINE))
    kinds = re.findall(r"^\| [a-z0-9-]+ \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE)

    assert {kind: int(count) for kind, count in counted.items()} == {kind: kinds.count(kind) for kind in set(kinds)}


def read_table() -> str:
    return (FOLDER / "SIMULATOR.md").read_text()
