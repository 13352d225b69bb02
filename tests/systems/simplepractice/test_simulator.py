"""What every call of the simulated SimplePractice holds to: links, paths, methods, headers, queries, and its rules."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.systems.simplepractice.simulated import a_practice, begins, utc, why

from frontdesk.systems import simplepractice
from frontdesk.systems.simplepractice.simulator_example import (
    BROOKS,
    DANA,
    LINK_OF_ORTEGA,
    ORTEGA,
    SESSION,
    VIDEO,
    example_world,
)
from frontdesk.systems.simplepractice.simulator_practice import Revoked

FOLDER = Path(simplepractice.__file__).parent


async def test_who_has_the_link_reads_the_feed_and_nothing_else_is_asked_for() -> None:
    async with a_practice() as practice:
        answer = await practice.read()

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert not {"etag", "last-modified", "cache-control"} & set(answer.headers)


async def test_a_feed_is_read_in_full_whatever_the_reader_knows_already() -> None:
    async with a_practice() as practice:
        known = {"If-None-Match": '"v1"', "If-Modified-Since": "Mon, 02 Mar 2026 13:00:00 GMT"}
        answer = await practice.read(**known)

    assert (answer.status_code, answer.text.count("BEGIN:VEVENT")) == (200, 17)


@pytest.mark.parametrize("secret", ["SimulatedSecretLinkOfNobody", LINK_OF_ORTEGA.lower(), LINK_OF_ORTEGA[:-1]])
async def test_a_link_that_is_none_is_refused(secret: str) -> None:
    async with a_practice() as practice:
        answer = await practice.read(secret)

    assert (answer.status_code, why(answer)) == (404, "link-revoked")
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("revoked", "status"),
    [(Revoked.NOT_FOUND, 404), (Revoked.GONE, 410), (Revoked.FORBIDDEN, 403), (Revoked.SIGN_IN_PAGE, 200)],
)
async def test_a_renewed_link_ends_the_old_one_in_any_way_that_systems_do(revoked: Revoked, status: int) -> None:
    async with a_practice(replace(example_world(), revoked=revoked)) as practice:
        practice.desk.renew_link(ORTEGA, "SimulatedSecretLinkAnew")
        old, new = await practice.read(), await practice.read("SimulatedSecretLinkAnew")

    assert (old.status_code, why(old), "BEGIN:VCALENDAR" in old.text) == (status, "link-revoked", False)
    assert (new.status_code, new.text.count("BEGIN:VEVENT")) == (200, 17)


async def test_a_calendar_that_is_shared_no_more_has_no_link() -> None:
    async with a_practice() as practice:
        practice.desk.stop_sharing(ORTEGA)
        answer, nothing = await practice.read(), await practice.http.get("/ical/")

    assert (answer.status_code, nothing.status_code, why(nothing)) == (404, 404, "no-such-path")


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("HEAD", f"/ical/{LINK_OF_ORTEGA}", 405, "read-only"),
        ("PUT", f"/ical/{LINK_OF_ORTEGA}", 405, "read-only"),
        ("POST", "/client-portal-api/offices", 405, "read-only"),
        ("GET", f"/ical/{LINK_OF_ORTEGA}.ics", 404, "no-such-path"),
        ("GET", f"/ical/{LINK_OF_ORTEGA}/feed", 404, "no-such-path"),
        ("GET", "/calendars", 404, "no-such-path"),
        ("GET", "/appointments/5550000101", 501, "not-simulated"),
        ("GET", "/request/service", 501, "not-simulated"),
        ("POST", "/client-portal-api/sign-in-tokens", 501, "not-simulated"),
        ("GET", "/client-portal-api/environment", 501, "not-simulated"),
        ("GET", "/client-portal-api/appointments/1", 501, "not-simulated"),
    ],
)
async def test_what_is_not_played_is_refused_and_says_why(method: str, path: str, status: int, rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.http.request(method, path)

    assert (answer.status_code, why(answer)) == (status, rule)


@pytest.mark.parametrize(
    ("query", "headers", "rule"),
    [
        ("?start=20260301", {}, "unknown-parameter"),
        ("", {"Authorization": "Bearer simulated"}, "unknown-header"),
        ("", {"Cookie": "simplepractice-session=simulated"}, "unknown-header"),
    ],
)
async def test_a_feed_takes_no_parameters_and_no_login(query: str, headers: dict[str, str], rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.http.get(f"/ical/{LINK_OF_ORTEGA}{query}", headers=headers)

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_a_read_with_a_body_is_refused() -> None:
    async with a_practice() as practice:
        answer = await practice.http.request("GET", f"/ical/{LINK_OF_ORTEGA}", content=b"{}")

    assert (answer.status_code, why(answer)) == (400, "body-where-none-belongs")


async def test_the_simulator_answers_at_the_front_desk_what_stands_in_the_feed() -> None:
    async with a_practice() as practice:
        visit = practice.desk.book(
            client=DANA, clinician=ORTEGA, service=SESSION, office=VIDEO, at="2026-03-06T15:00", minutes=30
        )
        event = (await practice.events())[str(visit)]

    assert (begins(event), str(event["SUMMARY"])) == (utc("2026-03-06T20:00"), "D.Q. Appointment")


async def test_a_practice_that_keeps_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "practice.json"

    async with a_practice(keep=keep) as practice:
        visit = practice.desk.book(client=DANA, clinician=ORTEGA, service=SESSION, office=VIDEO, at="2026-03-06T15:00")
        practice.desk.cancel(5550000101)
        practice.desk.renew_link(ORTEGA, "SimulatedSecretLinkAnew")
        asked = practice.desk.requests.ask(
            "Kim", "Newcomer", clinician=BROOKS, service=SESSION, office=VIDEO, at="2026-03-09T10:00"
        )
    async with a_practice(keep=keep) as again:
        events = await again.events("SimulatedSecretLinkAnew")
        accepted = again.desk.requests.accept(asked)

    assert (str(visit) in events, "5550000101" in events) == (True, False)
    assert accepted == visit + 2


async def test_a_file_that_is_none_of_ours_is_not_taken(tmp_path: Path) -> None:
    keep = tmp_path / "practice.json"
    keep.write_text('{"clinicians": {"last": "x", "rows": []}}')

    with pytest.raises(TypeError, match="clinicians lacks its rows"):
        async with a_practice(keep=keep):
            pass


async def test_all_that_was_asked_is_heard() -> None:
    async with a_practice() as practice:
        await practice.read()
        await practice.ask("/offices", filter__clinicianId=3)
        await practice.http.get("/nowhere")

    assert [(one.call, one.query, one.status) for one in practice.simulator.heard] == [
        ("GET /ical/{secret}", "", 200),
        ("GET /client-portal-api/offices", "filter%5BclinicianId%5D=3", 200),
        ("", "", 404),
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
