"""What is asked to find times, visits, people."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.standards.fhir_scheduling.resources import (
    BOTOX,
    HALF_AN_HOUR,
    LENA,
    NUMBER,
    OKAFOR,
    THAT_DAY,
    a_bundle,
    a_proposal,
    a_slot,
    a_visit,
    says,
)

from frontdesk.domain.appointment import Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.standards.fhir_scheduling.asking import Ask, Does, NotOffered, Release, read
from frontdesk.standards.fhir_scheduling.bundles import read_page
from frontdesk.standards.fhir_scheduling.dialect import CERNER_R4, EPIC_STU3, PLAIN_R4, Dialect
from frontdesk.standards.fhir_scheduling.finding import (
    Wanted,
    free_times,
    offers_in,
    patients_called,
    patients_reached,
    slots_in,
    visit_with,
    visits_at,
    visits_of,
)
from frontdesk.standards.fhir_scheduling.values import Coding, Identifier, Reference, to, token

WANTED = Wanted(within=THAT_DAY, services=(BOTOX,), practitioners=(OKAFOR, to("Practitioner", "p2")))
DAY = [("start", "ge2027-01-05T06:00:00Z"), ("start", "lt2027-01-06T06:00:00Z")]


def asked(ask: Ask | NotOffered) -> list[tuple[str, str]]:
    assert isinstance(ask, Ask), ask
    return parse_qsl(urlsplit(ask.target).query, strict_parsing=True)


def test_a_plain_server_is_asked_for_its_free_slots() -> None:
    ask = free_times(PLAIN_R4, WANTED)

    assert asked(ask) == [
        ("service-type", "urn:clinic:svc|botox-30"),
        ("schedule.actor", "Practitioner/p1,Practitioner/p2"),
        *DAY,
        ("status", "free"),
        ("_sort", "start"),
        ("_include", "Slot:schedule"),
        ("_count", "50"),
    ]
    assert isinstance(ask, Ask)
    assert (ask.method, ask.does, ask.sent_headers["Prefer"]) == ("GET", Does.READS, "handling=strict")


def test_oracle_is_asked_in_its_own_words_and_never_without_a_service() -> None:
    at_main = Wanted(within=THAT_DAY, services=(BOTOX,), locations=(to("Location", "21304876"),))

    assert asked(free_times(CERNER_R4, at_main)) == [
        ("service-type", "urn:clinic:svc|botox-30"),
        ("-location", "Location/21304876"),
        *DAY,
        ("_include", "Slot:schedule"),
        ("_count", "50"),
    ]
    assert isinstance(free_times(CERNER_R4, Wanted(within=THAT_DAY)), NotOffered)
    by_schedule = Wanted(within=THAT_DAY, services=(BOTOX,), schedules=(to("Schedule", "sc1"),))
    assert isinstance(free_times(CERNER_R4, by_schedule), NotOffered)


def test_epic_is_asked_by_its_operation() -> None:
    patient = {"resourceType": "Patient", "identifier": [{"value": "eQ1x.Lr7"}]}

    ask = free_times(EPIC_STU3, Wanted(within=THAT_DAY, services=(BOTOX,), practitioners=(OKAFOR,), patient=patient))

    assert isinstance(ask, Ask)
    assert (ask.method, ask.target, ask.does) == ("POST", "/Appointment/$find?_count=50", Does.READS)
    assert (ask.release, ask.sent_headers["Accept"]) == (Release.STU3, "application/fhir+json")
    assert ask.body == {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "startTime", "valueDateTime": "2027-01-05T06:00:00Z"},
            {"name": "endTime", "valueDateTime": "2027-01-06T06:00:00Z"},
            {"name": "patient", "resource": patient},
            {"name": "serviceType", "valueCodeableConcept": {"coding": [BOTOX.as_json()]}},
        ],
    }
    assert isinstance(free_times(EPIC_STU3, WANTED), NotOffered)


def test_only_free_slots_of_the_time_that_was_asked_for_are_offered() -> None:
    rows = (a_slot("s1"), a_slot("s2", minutes_later=30), a_slot("s3", status="busy"), a_slot("s4", status="odd"))

    read_slots = slots_in(read_page(says(a_bundle(*rows)), "Slot"), Wanted(within=HALF_AN_HOUR))

    assert [one.id for one in read_slots.found] == ["s1"]
    assert [one.row for one in read_slots.faults] == ["Slot/s4"]
    elsewhere = Wanted(within=HALF_AN_HOUR, schedules=(to("Schedule", "sc2"),))
    assert slots_in(read_page(says(a_bundle(*rows)), "Slot"), elsewhere).found == ()


def test_only_what_is_proposed_is_an_offer() -> None:
    page = read_page(says(a_bundle(a_proposal(), a_visit())), "Appointment")
    earlier = Period(start=THAT_DAY.start, end=HALF_AN_HOUR.start)

    def offered(**fields: object) -> list[str]:
        return [one.id for one in offers_in(page, Wanted(**{"within": THAT_DAY, **fields})).found]

    assert offered() == offered(practitioners=(to("Practitioner", "ePr1"), OKAFOR)) == ["eTmp.001"]
    assert offered(within=earlier) == offered(practitioners=(OKAFOR,)) == []
    assert offered(locations=(to("Location", "1"),)) == []


def test_visits_are_asked_for_by_whom_when_and_how_they_stand() -> None:
    ask = visits_of(LENA, THAT_DAY, [Status.BOOKED, Status.PENDING], release=Release.STU3)

    day = [("date", "ge2027-01-05T06:00:00Z"), ("date", "lt2027-01-06T06:00:00Z")]
    assert asked(ask) == [("patient", "Patient/7"), *day, ("status", "booked,pending"), ("_count", "50")]
    assert ask.release is Release.STU3
    assert asked(visits_at([to("Location", "1")], THAT_DAY))[0] == ("location", "Location/1")
    assert asked(visit_with(NUMBER))[0] == ("identifier", "urn:receptionist:booking|B-88")


def test_people_are_asked_for_by_what_is_known_of_them() -> None:
    assert asked(patients_called("O'Brien & Søn", born=date(1988, 4, 12)))[:2] == [
        ("family", "O'Brien & Søn"),
        ("birthdate", "1988-04-12"),
    ]
    assert patients_reached("phone", "+15125550148").target == "/Patient?phone=%2B15125550148&_count=50"
    with pytest.raises(Impossible):
        patients_called("")


def test_what_separates_values_is_escaped_in_a_code() -> None:
    assert token("urn:x", "a,b|c$d\\e") == "urn:x|a\\,b\\|c\\$d\\\\e"
    assert Coding(code="botox-30").token == "botox-30"
    assert Identifier(value="T-1").token == "T-1"


def test_only_what_has_an_id_is_read_and_none_reaches_another_path() -> None:
    assert read(Reference(type="Slot", id="a/../b?c")).target == "/Slot/a%2F..%2Fb%3Fc"
    with pytest.raises(Impossible):
        read(Reference(display="Laser room"))


@pytest.mark.parametrize("dialect", [PLAIN_R4, CERNER_R4])
def test_every_search_of_slots_has_both_ends_with_a_zone(dialect: Dialect) -> None:
    bounds = [value for name, value in asked(free_times(dialect, WANTED)) if name == "start"]

    assert [one[:2] for one in bounds] == ["ge", "lt"]
    assert all(one.endswith("Z") for one in bounds)
