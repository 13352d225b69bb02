"""What the site tells of patients."""

from datetime import UTC, date, datetime

import pytest
from tests.standards.hl7.samples import (
    BOOKED,
    BY_EPIC,
    EPIC,
    MERGED,
    ONE_NUMBER,
    REGISTERED,
    STANDARD,
    tells,
    with_field,
    without,
)

from frontdesk.standards.hl7.datatypes import Address, ChartId, Mail, Name, Phone
from frontdesk.standards.hl7.patients import MergesTold, PatientEvent, PatientTold
from frontdesk.standards.hl7.people import Person
from frontdesk.standards.hl7.site import Site
from frontdesk.standards.hl7.visit import NotRead, VisitTold


def person_in(text: str, site: Site = STANDARD) -> Person:
    notice = tells(text, site)
    assert isinstance(notice, PatientTold), notice
    return notice.person


def test_a_registered_patient_is_read_whole() -> None:
    notice = tells(REGISTERED)

    assert isinstance(notice, PatientTold)
    person = notice.person
    assert (notice.event, notice.control_id, notice.findings) == (PatientEvent.PERSON_ADDED, "M0000", ())
    assert notice.sent == datetime(2027, 1, 4, 14, 59, tzinfo=UTC)
    assert person.chart == "MRN777"
    assert person.numbers == (
        (3, ChartId(id="X", authority="LAB", type="PI")),
        (3, ChartId(id="MRN777", authority="CLINIC", type="MR")),
        (2, ChartId(id="OLD1")),
    )
    assert person.name == Name(family="RIVERA", given="LENA", middle="Q", kind="L")
    assert [one.family for one in person.other_names] == ["MAIDEN"]
    assert (person.birth_date, person.sex, person.language) == (date(1988, 4, 12), "F", "spa")
    assert person.address == Address(street="100 MAIN ST", other="Apt 2", city="AUSTIN", state="TX", postcode="78701")
    assert person.reached_by == (
        Phone(number="5125550148", use="PRN", equipment="PH"),
        Mail(address="lena@example.org"),
        Phone(number="5125550149", use="MOBILE"),
    )
    assert [one.is_mobile for one in person.reached_by if isinstance(one, Phone)] == [False, True]
    assert person.deleted == frozenset()


@pytest.mark.parametrize("event", PatientEvent)
def test_each_event_says_what_happened_to_the_chart(event: PatientEvent) -> None:
    notice = tells(with_field(REGISTERED, "MSH", 9, f"ADT^{event.value}"))

    assert isinstance(notice, PatientTold)
    assert notice.event is event


def test_an_event_that_only_evn_names_is_read() -> None:
    notice = tells(with_field(REGISTERED, "MSH", 9, "ADT"))

    assert isinstance(notice, PatientTold)
    assert notice.event is PatientEvent.PERSON_ADDED


def test_what_is_to_be_deleted_is_told_from_what_is_not_mentioned() -> None:
    text = with_field(with_field(with_field(REGISTERED, "PID", 13, '""'), "PID", 7, '""'), "PID", 11, "")

    person = person_in(text)

    assert person.deleted == {"phones", "birth_date"}
    assert (person.reached_by, person.birth_date, person.address) == ((), None, None)


@pytest.mark.parametrize(
    ("written", "reached_by"),
    [
        ("^PRN^CP^^1^512^5550148", (Phone(number="+15125550148", use="PRN", equipment="CP"),)),
        ("^PRN^CP^^^512^5550148", (Phone(number="5125550148", use="PRN", equipment="CP"),)),
        ("(512)555-0148^PRN^CP^^1^512^5550148", (Phone(number="+15125550148", use="PRN", equipment="CP"),)),
        ("555-0148^PRN^PH^^^512^555-0148", (Phone(number="555-0148", use="PRN", equipment="PH"),)),
        ("(512) 555-0148", (Phone(number="(512) 555-0148"),)),
        ("^NET^Internet^lena@example.org", (Mail(address="lena@example.org"),)),
        ("lena@example.org^NET", (Mail(address="lena@example.org"),)),
        ("^NET^Internet", ()),
        ('""^BUSINESS', ()),
        ("^ORN^PH^^^^^^^^^512 555 0148", (Phone(number="512 555 0148", use="ORN", equipment="PH"),)),
    ],
)
def test_telephones_and_mail_are_told_apart(written: str, reached_by: tuple[Phone | Mail, ...]) -> None:
    assert person_in(with_field(REGISTERED, "PID", 13, written)).reached_by == reached_by


@pytest.mark.parametrize(
    ("field", "written", "place"),
    [(8, "1", "PID-8"), (7, "12.04.1988", "PID-7"), (7, "1988", "PID-7"), (3, "X^^^LAB^PI", "PID-3"), (3, "", "PID-3")],
)
def test_what_is_not_understood_of_a_patient_is_reported(field: int, written: str, place: str) -> None:
    notice = tells(with_field(REGISTERED, "PID", field, written))

    assert isinstance(notice, PatientTold)
    assert [(one.control_id, one.place) for one in notice.findings] == [("M0000", place)]


def test_a_name_that_slipped_into_another_field_is_not_shown() -> None:
    notice = tells(with_field(REGISTERED, "PID", 8, "RIVERA"))

    assert isinstance(notice, PatientTold)
    assert "RIVERA" not in str(notice.findings)


def test_the_charts_number_is_looked_for_where_the_site_has_it() -> None:
    assert person_in(with_field(REGISTERED, "MSH", 12, "2.4"), ONE_NUMBER).chart == "OLD1"
    assert person_in(with_field(REGISTERED, "PID", 2, ""), ONE_NUMBER).chart == "X"
    epic = tells(with_field(BY_EPIC, "PID", 3, ""), EPIC)
    assert isinstance(epic, VisitTold)
    assert epic.visit.patients[0].chart == "Z99"


def test_merged_charts_are_read_in_their_order() -> None:
    notice = tells(MERGED)

    assert isinstance(notice, MergesTold)
    assert [(one.kept.chart, one.gone) for one in notice.merges] == [("MRN1", "MRN2"), ("MRN3", "MRN4")]
    assert notice.merges[0].gone_numbers[1] == ChartId(id="X9", authority="LAB", type="PI")
    assert (notice.control_id, notice.findings) == ("M0009", ())


@pytest.mark.parametrize(
    "text",
    [
        without(MERGED, "MRG"),
        without(MERGED, "PID"),
        with_field(MERGED, "MRG", 1, ""),
        with_field(MERGED, "PID", 3, "X9^^^LAB^PI"),
        MERGED + "MRG|MRN5^^^CLINIC^MR\n",
    ],
)
def test_a_merge_that_does_not_name_two_charts_merges_nothing(text: str) -> None:
    notice = tells(text)

    assert isinstance(notice, NotRead)
    assert notice.control_id == "M0009"


@pytest.mark.parametrize(
    "text",
    [
        with_field(REGISTERED, "MSH", 9, "ADT^A01"),
        without(REGISTERED, "PID"),
        REGISTERED + "PID|2||MRN8^^^CLINIC^MR\n",
        with_field(BOOKED, "MSH", 9, "ORU^R01"),
    ],
)
def test_what_is_not_acted_on_is_reported(text: str) -> None:
    assert isinstance(tells(text), NotRead)
