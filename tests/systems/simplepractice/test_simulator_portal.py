"""The booking page's vocabulary: its headers, its JSON:API, its pages, and the page that answers for any path."""

from dataclasses import replace

import httpx
import pytest
from tests.systems.simplepractice.simulated import Reached, a_practice, why

from frontdesk.systems.simplepractice.simulator_example import (
    BROOKS,
    COUPLES,
    GROUP,
    INTAKE,
    INTRO,
    LINDQVIST,
    ORTEGA,
    RIVERSIDE,
    SESSION,
    VIDEO,
    example_world,
)
from frontdesk.systems.simplepractice.simulator_world import service

HOME = "https://harbor-therapy.clientsecure.me/client-portal-api"


def ids(answer: httpx.Response) -> list[int]:
    """The ids of a list."""
    assert answer.status_code == 200, answer.text
    return [int(row["id"]) for row in answer.json()["data"]]


async def test_a_service_is_given_as_captured() -> None:
    async with a_practice() as practice:
        answer = await practice.ask("/cpt-codes", filter__clinicianId=ORTEGA)

    assert answer.headers["content-type"] == "application/vnd.api+json"
    assert answer.json()["data"][0] == {
        "id": "3866",
        "type": "cptCodes",
        "links": {"self": f"{HOME}/cpt-codes/3866"},
        "attributes": {
            "description": "Intake interview",
            "duration": 50,
            "rate": "150.0",
            "callToBook": "false",
            "requireCreditCardForNewClients": "unset",
        },
    }
    page = f"{HOME}/cpt-codes?page%5Bnumber%5D=1&page%5Bsize%5D=10"
    assert answer.json()["links"] == {"first": page, "last": page}


async def test_only_services_open_for_online_booking_are_listed_and_only_those_of_the_clinician() -> None:
    async with a_practice() as practice:
        every = ids(await practice.ask("/cpt-codes"))
        ortega = ids(await practice.ask("/cpt-codes", filter__clinicianId=ORTEGA))
        lindqvist = ids(await practice.ask("/cpt-codes", filter__clinicianId=LINDQVIST))
        nobody = ids(await practice.ask("/cpt-codes", filter__clinicianId=1000000000))

    assert every == [INTAKE, SESSION, COUPLES, INTRO, GROUP]
    assert (ortega, lindqvist, nobody) == ([INTAKE, SESSION, INTRO], [INTAKE, SESSION, INTRO, GROUP], [])


async def test_whether_a_service_wants_a_call_is_text() -> None:
    async with a_practice() as practice:
        answer = await practice.ask("/cpt-codes", filter__clinicianId=BROOKS)

    wants = {row["id"]: row["attributes"]["callToBook"] for row in answer.json()["data"]}
    assert wants == {"3866": "false", "3867": "false", "3868": "true", "3869": "false"}


async def test_offices_are_those_where_the_service_is_offered_and_the_video_office_has_no_address() -> None:
    async with a_practice() as practice:
        couples = await practice.ask("/offices", filter__clinicianId=BROOKS, filter__cptCodeId=COUPLES)
        intro = await practice.ask("/offices", filter__cptCodeId=INTRO)
        every = ids(await practice.ask("/offices"))
        never = ids(await practice.ask("/offices", filter__clinicianId=ORTEGA, filter__cptCodeId=COUPLES))

    assert (ids(couples), ids(intro), len(every), never) == ([RIVERSIDE], [VIDEO], 3, [])
    assert couples.json()["data"][0]["attributes"]["street"] == "7 Mill Ln, Floor 2"
    assert intro.json()["data"][0]["attributes"] == {
        "name": "Video Office",
        "phone": "(555) 010-2200",
        "isVideo": True,
        "geolocation": {"lat": "0.0", "lng": "0.0"},
        "isPublic": False,
    }


async def test_a_clinician_is_read_by_number() -> None:
    async with a_practice() as practice:
        answer, nobody = await practice.ask("/clinicians/2"), await practice.ask("/clinicians/99")

    assert answer.json()["data"]["type"] == "clinicians"
    assert answer.json()["data"]["attributes"] == {
        "firstName": "Rosa",
        "lastName": "Ortega",
        "middleName": "",
        "suffix": "LCSW",
        "phone": "(555) 010-2202",
    }
    assert (nobody.status_code, nobody.json()) == (404, {"errors": [{"title": "Record not found"}]})


async def a_practice_of_many_services(practice: Reached) -> list[list[int]]:
    """All pages of forty at ten to a page, and the one after them."""
    return [ids(await practice.ask("/cpt-codes", page__number=page)) for page in range(1, 6)]


async def test_a_list_is_read_page_by_page_without_a_total() -> None:
    many = tuple(
        service(5000 + count, f"Session {count}", 30, rate="10.0", clinicians=(ORTEGA,), offices=(VIDEO,))
        for count in range(40)
    )

    async with a_practice(replace(example_world(), services=many)) as practice:
        pages = await a_practice_of_many_services(practice)
        large = await practice.ask("/cpt-codes", page__size=50)
        first = (await practice.ask("/cpt-codes")).json()

    assert [len(page) for page in pages] == [10, 10, 10, 10, 0]
    assert ids(large) == [number for page in pages for number in page]
    assert first["links"]["last"] == f"{HOME}/cpt-codes?page%5Bnumber%5D=4&page%5Bsize%5D=10"
    assert set(first) == {"data", "links"}


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("page[size]=51", "page-out-of-range"),
        ("page[number]=0", "page-out-of-range"),
        ("filter[clinicianId]=Ortega", "value-of-wrong-kind"),
        ("filter[clinicianId]=2&filter[clinicianId]=3", "repeated-parameter"),
        ("filter[officeId]=2", "unknown-parameter"),
        ("cptCodeId=3866", "unknown-parameter"),
        ("include=offices", "unknown-parameter"),
    ],
)
async def test_a_parameter_that_is_not_known_is_never_ignored(query: str, rule: str) -> None:
    async with a_practice() as practice:
        headers = practice.simulator.portal_headers
        answer = await practice.http.get(f"/client-portal-api/cpt-codes?{query}", headers=headers)

    assert (answer.status_code, why(answer)) == (400, rule)


@pytest.mark.parametrize(
    ("name", "value", "title", "rule"),
    [
        ("Application-Build-Version", None, "Application build version is missing", "build-version-missing"),
        ("Accept", "application/json", "Accept must be application/vnd.api+json", "other-portal-headers"),
        ("Api-Version", "latest", "Api-Version must be a day, like 2019-01-17", "other-portal-headers"),
        ("Api-Version", None, "Api-Version must be a day, like 2019-01-17", "other-portal-headers"),
        ("Application-Platform", "ios", "Application-Platform must be web", "other-portal-headers"),
        ("Cookie", "simplepractice-session=simulated", "The header cookie is not known here.", "unknown-header"),
    ],
)
async def test_the_headers_of_the_booking_page_are_all_needed(
    name: str, value: str | None, title: str, rule: str
) -> None:
    async with a_practice() as practice:
        headers = {key: one for key, one in practice.simulator.portal_headers.items() if key != name}
        headers |= {name: value} if value else {}
        answer = await practice.http.get("/client-portal-api/offices", headers=headers)

    assert (answer.status_code, answer.json(), why(answer)) == (400, {"errors": [{"title": title}]}, rule)


@pytest.mark.parametrize("path", ["/availabilities", "/cards", "/slots", "/clinicians", "/offices/8377723/slots"])
async def test_a_path_that_is_no_call_is_answered_with_a_page_and_200(path: str) -> None:
    async with a_practice() as practice:
        answer = await practice.ask(path)

    assert (answer.status_code, why(answer)) == (200, "shell-for-any-path")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
