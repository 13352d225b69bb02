"""Pages of a search: what is in them, and where the next one may be."""

import pytest
from tests.standards.fhir_scheduling.resources import BASE, Json, a_bundle, a_patient, a_slot, outcome, says

from frontdesk.standards.fhir_scheduling.asking import Ask, Does
from frontdesk.standards.fhir_scheduling.bundles import Astray, Page, Paging, each_once, read_page
from frontdesk.standards.fhir_scheduling.outcomes import Kind, Severity
from frontdesk.standards.fhir_scheduling.reading import Unreadable

FIND = Ask(method="POST", path="/Appointment/$find", does=Does.READS, body={"resourceType": "Parameters"})
SLOTS = Ask(method="GET", path="/Slot", does=Does.READS, query=(("status", "free"),))


def page(next: str = "") -> Page:
    return read_page(says(a_bundle(a_slot(), next=next)), "Slot")


def test_entries_are_told_by_what_they_are_and_not_by_their_place() -> None:
    schedule: Json = {"resourceType": "Schedule", "id": "sc1"}
    remark = outcome("not-supported", severity="warning", words="sort is ignored")

    read = read_page(says(a_bundle(remark, schedule, a_slot(), total=1)), "Slot")

    assert [one["id"] for one in read.matches] == ["s10"]
    assert read.of("Schedule") == (schedule,)
    assert [one.severity for one in read.remarks] == [Severity.WARNING]
    assert (read.total, read.next, read.asked) == (1, "", f"{BASE}/Slot?status=free")


def test_one_of_the_type_that_only_came_along_is_no_match() -> None:
    bundle = a_bundle(a_slot())
    bundle["entry"] = [{"resource": a_slot(), "search": {"mode": "include"}}]

    read = read_page(says(bundle), "Slot")

    assert (read.matches, len(read.included)) == ((), 1)


def test_a_search_that_was_done_in_part_says_so() -> None:
    halted = read_page(says(a_bundle(a_slot(), outcome("timeout", severity="fatal"))), "Slot")
    remarked = read_page(says(a_bundle(a_slot(), outcome("not-supported", severity="warning"))), "Slot")

    assert halted.wrong is not None
    assert halted.wrong.kind is Kind.STRUGGLING
    assert remarked.wrong is None


def test_an_empty_page_is_an_answer() -> None:
    nothing_found = outcome("processing", severity="warning", vendor="4101")

    assert read_page(says(a_bundle(total=0)), "Slot").matches == ()
    assert read_page(says(a_bundle(nothing_found, total=0)), "Appointment").remarks[0].codes[0].code == "4101"


@pytest.mark.parametrize(
    "body",
    [None, "a maintenance page", [], a_patient(), a_bundle(type="transaction-response"), a_bundle(entry=[{}])],
)
def test_what_is_no_page_is_told(body: object) -> None:
    with pytest.raises(Unreadable):
        read_page(says(body), "Slot")


def test_the_next_page_is_asked_for_as_the_server_wrote_it_with_the_same_body() -> None:
    first = Paging(ask=FIND, base=BASE)

    second = first.after(page(next=f"{BASE}/Appointment/$find?-pageContext=a%2Bb&-pageDirection=NEXT"))

    assert second is not None
    assert second.ask.target == "/Appointment/$find?-pageContext=a%2Bb&-pageDirection=NEXT"
    assert (second.ask.method, second.ask.body, second.ask.path) == ("POST", FIND.body, "/Appointment/$find")
    assert second.after(page()) is None


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("Slot?page=2", "/Slot?page=2"),
        ("/r4/Slot?page=2", "/Slot?page=2"),
        (f"{BASE}?_getpages=77", "/?_getpages=77"),
        ("Slot?a=x|y%2Bz&b=Søn 1", "/Slot?a=x|y%2Bz&b=S%C3%B8n%201"),
        ("http://fhir.clinic.example/r4/Slot?page=2", "/Slot?page=2"),
        ("https://FHIR.clinic.example:443/r4/Slot?page=2", "/Slot?page=2"),
    ],
)
def test_a_next_page_of_the_same_server_is_found_however_it_is_written(link: str, target: str) -> None:
    second = Paging(ask=SLOTS, base=BASE).after(page(next=link))

    assert second is not None
    assert second.ask.target == target


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/r4/Slot?page=2",
        "https://fhir.clinic.example.elsewhere.example/r4/Slot",
        "https://fhir.clinic.example@elsewhere.example/r4/Slot",
        "https://someone@fhir.clinic.example/r4/Slot",
        "https://fhir.clinic.example:8443/r4/Slot",
        "https://fhir.clinic.example/r4-of-another-tenant/Slot",
        "https://fhir.clinic.example/r4/../admin",
        "https://fhir.clinic.example/r4/%2e%2e/admin",
        "//elsewhere.example/r4/Slot",
        "file:///r4/Slot",
    ],
)
def test_a_next_page_elsewhere_is_not_followed(link: str) -> None:
    with pytest.raises(Astray):
        Paging(ask=SLOTS, base=BASE).after(page(next=link))


def test_pages_that_go_round_in_a_circle_are_left() -> None:
    second = Paging(ask=SLOTS, base=BASE).after(page(next="Slot?page=2"))
    assert second is not None

    with pytest.raises(Astray, match="read before"):
        second.after(page(next="Slot?page=2"))
    with pytest.raises(Astray, match="read before"):
        second.after(page(next="Slot?status=free"))


def test_a_list_without_an_end_is_left() -> None:
    paging: Paging | None = Paging(ask=SLOTS, base=BASE, most=3)
    for number in (2, 3):
        assert paging is not None
        paging = paging.after(page(next=f"Slot?page={number}"))

    assert paging is not None
    with pytest.raises(Astray, match="more than 3 pages"):
        paging.after(page(next="Slot?page=4"))


def test_one_that_came_twice_counts_once_in_its_newest_state() -> None:
    old = a_slot(meta={"lastUpdated": "2027-01-04T10:00:00Z"})
    new = a_slot(meta={"lastUpdated": "2027-01-04T10:00:01+00:00"}, status="busy")
    undated = a_slot("s11", meta={})

    assert each_once([new, undated, old]) == (new, undated)
    assert each_once([undated, {**undated, "status": "busy"}])[0]["status"] == "busy"
