"""What simulated FHIR servers share: versions, searches, pages, patches, and what a server says of itself."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from frontdesk.standards.simulating.fhir_capabilities import Offered, capability_statement, smart_configuration
from frontdesk.standards.simulating.fhir_outcomes import outcome_text
from frontdesk.standards.simulating.fhir_pages import Pages, searchset
from frontdesk.standards.simulating.fhir_patch import NotApplied, Wrong, patched, read_patch
from frontdesk.standards.simulating.fhir_search import (
    Kind,
    NotSearchable,
    Parameter,
    Trouble,
    any_fits,
    codings_of,
    names_of,
    read_search,
    starts,
    within,
)
from frontdesk.standards.simulating.fhir_store import Store, etag, matches, version_of
from frontdesk.standards.simulating.fhir_values import Resource, id_in, instant_of, text_at

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PERSON: Resource = {"resourceType": "Patient", "id": "7", "gender": "female"}
PARAMETERS = {
    "service-type": Parameter(kind=Kind.TOKEN, several=True),
    "start": Parameter(kind=Kind.DATE, times=2),
    "family": Parameter(kind=Kind.TEXT, modifiers=frozenset({"exact"})),
    "schedule.actor": Parameter(kind=Kind.REFERENCE, target="Practitioner", several=True),
    "status": Parameter(kind=Kind.TOKEN, several=True, choices=frozenset({"booked", "arrived"})),
    "_count": Parameter(kind=Kind.NUMBER),
}


class Hands:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_each_change_is_a_version_and_what_was_can_still_be_read() -> None:
    hands = Hands()
    store = Store([PERSON], clock=hands)
    first = store.get("Patient", "7")
    hands.now += timedelta(minutes=5)
    second = store.change(PERSON, {"gender": None, "birthDate": "1990-01-01"})

    assert first is not None
    assert (version_of(first), etag(second), text_at(second, "meta", "lastUpdated")) == (
        "0",
        'W/"1"',
        "2026-03-02T12:05:00Z",
    )
    assert "gender" not in second
    assert store.get("Patient", "7", at=NOON) == first
    assert store.all("Patient", at=NOON - timedelta(seconds=1)) == []
    assert (matches('W/"0"', second), matches('W/"1"', second), matches("", second)) == (False, True, False)


def test_a_store_gives_ids_that_nothing_has_and_comes_back_from_its_file(tmp_path: Path) -> None:
    keep = tmp_path / "server.json"
    store = Store([PERSON], clock=Hands(), first_id=6, keep=keep)
    made = [text_at(store.create({"resourceType": "Coverage"}), "id") for _ in range(2)]
    store.put({**PERSON, "gender": "other"})
    store.write()
    again = Store([], clock=Hands(), keep=keep)

    assert made == ["6", "8"]
    assert again.get("Patient", "7") == store.get("Patient", "7")
    assert text_at(again.create(PERSON), "id") == "9"
    with pytest.raises(ValueError, match="resourceType and an id"):
        store.put({"resourceType": "Slot"})


def test_what_was_taken_out_is_gone_and_was_there_before(tmp_path: Path) -> None:
    hands = Hands()
    store = Store([PERSON], clock=hands, keep=tmp_path / "server.json")
    hands.now += timedelta(minutes=5)
    store.remove("Patient", "7")
    store.remove("Patient", "nobody")
    store.write()
    again = Store([], clock=hands, keep=tmp_path / "server.json")

    assert (store.get("Patient", "7"), again.all("Patient")) == (None, [])
    assert text_at(again.get("Patient", "7", at=NOON), "gender") == "female"


def test_a_search_is_read_by_the_parameters_it_knows() -> None:
    search = read_search(
        "service-type=sys%7C1,sys%7C2&start=ge2026-03-02T09:00:00%2B01:00&start=lt2026-03-03"
        "&schedule.actor=Practitioner/5&family:exact=Lee&_count=5",
        PARAMETERS,
    )
    concept: Resource = {"coding": [{"system": "sys", "code": "2"}]}

    assert any_fits(search.tokens("service-type"), codings_of(concept))
    assert not any_fits(search.tokens("service-type"), codings_of([{"coding": [{"system": "other", "code": "2"}]}]))
    assert [bound.has_time for bound in search.bounds("start")] == [True, False]
    assert within(search.bounds("start"), datetime(2026, 3, 2, 8, tzinfo=UTC))
    assert not within(search.bounds("start"), datetime(2026, 3, 2, 7, 59, tzinfo=UTC))
    assert not within(search.bounds("start"), datetime(2026, 3, 3, tzinfo=UTC))
    assert (search.ids("schedule.actor", "Practitioner"), search.number("_count", 20)) == (["5"], 5)
    assert (starts(search, "family", ["Leeds"]), starts(search, "family", ["Lee"])) == (False, True)
    assert starts(read_search("family=le", PARAMETERS), "family", ["Leeds"])


@pytest.mark.parametrize(
    ("query", "trouble"),
    [
        ("colour=red", Trouble.UNKNOWN),
        ("family:contains=L", Trouble.MODIFIER),
        ("family=L&family=M", Trouble.REPEATED),
        ("family=L,M", Trouble.SEVERAL),
        ("family=", Trouble.VALUE),
        ("status=gone", Trouble.VALUE),
        ("start=2026-3-2", Trouble.VALUE),
        ("start=ge2026-03-02T09:00:00+01:00", Trouble.VALUE),
        ("start=ge2026-03-02T09:00:00", Trouble.VALUE),
        ("schedule.actor=Location/5", Trouble.VALUE),
        ("_count=0", Trouble.VALUE),
        ("family=%FF", Trouble.ENCODING),
    ],
)
def test_a_search_that_is_not_known_is_refused_and_says_why(query: str, trouble: Trouble) -> None:
    with pytest.raises(NotSearchable) as refused:
        read_search(query, PARAMETERS)

    assert refused.value.trouble is trouble


@pytest.mark.parametrize(
    ("sent", "early", "at", "late"),
    [
        ("eq2026-03-02", False, True, False),
        ("ge2026-03-02", False, True, True),
        ("gt2026-03-02", False, False, True),
        ("le2026-03-02", True, True, False),
        ("lt2026-03-02", True, False, False),
    ],
)
def test_a_prefix_bounds_a_day(sent: str, early: bool, at: bool, late: bool) -> None:
    bounds = read_search(f"start={sent}", PARAMETERS).bounds("start")

    found = [within(bounds, NOON + timedelta(days=days)) for days in (-1, 0, 1)]

    assert found == [early, at, late]


def test_only_names_that_are_current_count() -> None:
    old = {"family": "Before", "given": ["Ann"], "period": {"end": "2020-01-01T00:00:00Z"}}
    person: Resource = {"name": [{"family": "Now", "given": ["Ann", "Bea"]}, old]}

    assert names_of(person, "family", now=NOON) == ["Now"]
    assert names_of(person, "given", now=NOON) == ["Ann", "Bea"]


def test_references_are_read_in_each_of_their_forms() -> None:
    forms = ("7", "Patient/7", "https://server/r4/Patient/7", "Location/7")

    assert [id_in(one, "Patient") for one in forms] == ["7", "7", "7", ""]
    with pytest.raises(ValueError, match="offset"):
        instant_of("2026-03-02T09:00:00")


def slots(*numbers: int, version: str = "0") -> list[Resource]:
    return [{"resourceType": "Slot", "id": str(one), "meta": {"versionId": version}} for one in numbers]


@given(count=integers(0, 30), size=integers(1, 7))
def test_turning_the_pages_of_a_list_shows_each_once_and_in_order(count: int, size: int) -> None:
    pages, matching = Pages(), slots(*range(count))
    page = pages.first(matching, size=size, query="q")
    shown = [*page.matches]
    while page.after:
        page = pages.turn(page.after, matching, size=size)
        shown += page.matches

    assert shown == matching


def test_what_changes_while_pages_are_turned_comes_again_and_what_goes_is_not_shown() -> None:
    pages = Pages()
    first = pages.first(slots(1, 2, 3, 4), size=2, query="q")
    changed = [*slots(1, version="1"), *slots(2, 4, 5)]
    second = pages.turn(first.after, changed, size=2)
    third = pages.turn(second.after, changed, size=2)

    assert [text_at(one, "id") for one in second.matches] == ["1", "4"]
    assert [text_at(one, "id") for one in third.matches] == ["5"]
    assert (pages.turn(third.before, changed, size=2).matches, third.after) == (second.matches, "")
    assert (pages.query_of(first.after), pages.query_of("made up")) == ("q", None)


def test_a_bundle_leaves_out_what_is_empty() -> None:
    empty = searchset([], base="https://x/r4", links={"self": "https://x/r4/Slot"})
    full = searchset(slots(1), included=[PERSON], base="https://x/r4", links={}, total=1)

    assert "entry" not in empty
    assert [text_at(full, "entry", place, "search", "mode") for place in (0, 1)] == ["match", "include"]
    assert text_at(full, "entry", 0, "fullUrl") == "https://x/r4/Slot/1"


def test_a_patch_adds_replaces_removes_and_tests() -> None:
    person: Resource = {"telecom": [{"id": "A", "value": "1"}, {"id": "B", "value": "2"}], "gender": "female"}
    body = [
        {"op": "test", "path": "/telecom/0/id", "value": "A"},
        {"op": "replace", "path": "/telecom/0/value", "value": "9"},
        {"op": "remove", "path": "/telecom/1"},
        {"op": "add", "path": "/telecom/-", "value": {"id": "C"}},
        {"op": "add", "path": "/birthDate", "value": "1990-01-01"},
        {"op": "remove", "path": "/gender"},
    ]

    changed = patched(person, read_patch(json.dumps(body).encode()))

    assert changed == {"telecom": [{"id": "A", "value": "9"}, {"id": "C"}], "birthDate": "1990-01-01"}
    assert text_at(person, "telecom", 0, "value") == "1"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"op": "add"}, Wrong.NOT_A_PATCH),
        ([], Wrong.NOT_A_PATCH),
        ([{"op": "move", "path": "/gender", "value": 1}], Wrong.NOT_A_PATCH),
        ([{"op": "remove", "path": "/gender", "value": 1}], Wrong.NOT_A_PATCH),
        ([{"op": "replace", "path": "gender", "value": "male"}], Wrong.NOT_A_PATCH),
        ([{"op": "replace", "path": "/photo", "value": "x"}], Wrong.NO_SUCH_PLACE),
        ([{"op": "replace", "path": "/telecom/0/value", "value": "x"}], Wrong.NO_SUCH_PLACE),
        ([{"op": "test", "path": "/gender", "value": "male"}], Wrong.TEST_FAILED),
    ],
)
def test_a_patch_that_does_not_fit_is_refused(body: object, wrong: Wrong) -> None:
    with pytest.raises(NotApplied) as refused:
        patched(PERSON, read_patch(json.dumps(body).encode()))

    assert refused.value.wrong is wrong


@given(lists(integers(0, 9), max_size=5), integers(0, 6))
def test_an_element_that_is_put_in_and_taken_out_again_leaves_the_list_as_it_was(listed: list[int], at: int) -> None:
    at = min(at, len(listed))
    body = [{"op": "add", "path": f"/x/{at}", "value": 77}, {"op": "remove", "path": f"/x/{at}"}]

    assert patched({"x": listed}, read_patch(json.dumps(body).encode())) == {"x": listed}


def test_a_server_says_what_it_offers() -> None:
    offered = Offered(type="Slot", interactions=["read"], search=PARAMETERS, operations={"find": "https://x/def"})
    statement = capability_statement(
        [offered], url="https://x/r4", name="X", date="2026-03-02", version="4.0.1", token_url="https://x/token"
    )
    smart = smart_configuration(token_url="https://x/token", scopes=["system/Slot.read"], methods=[], capabilities=[])

    assert text_at(statement, "rest", 0, "resource", 0, "searchParam", 1, "type") == "date"
    assert text_at(statement, "rest", 0, "resource", 0, "operation", 0, "name") == "find"
    assert text_at(statement, "rest", 0, "security", "extension", 0, "extension", 0, "valueUri") == "https://x/token"
    assert text_at(smart, "token_endpoint_auth_signing_alg_values_supported", 1) == "ES384"
    assert json.loads(outcome_text("conflict", "taken"))["issue"] == [
        {"severity": "error", "code": "conflict", "diagnostics": "taken"}
    ]
