"""Resources read with checks: what matters is demanded, the rest is kept."""

from copy import deepcopy
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.standards.fhir_scheduling.resources import (
    AUSTIN,
    CANCELABLE,
    HALF_AN_HOUR,
    Json,
    a_patient,
    a_proposal,
    a_slot,
    a_visit,
    slot,
    visit,
)

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.standards.fhir_scheduling.appointments import (
    Answered,
    cancellation_reason,
    cancelled,
    moved,
    read_appointment,
)
from frontdesk.standards.fhir_scheduling.people import (
    Contact,
    phone_forms,
    reached_at,
    read_patient,
    read_practitioner,
    read_practitioner_role,
)
from frontdesk.standards.fhir_scheduling.places import read_healthcare_service, read_location
from frontdesk.standards.fhir_scheduling.reading import Unreadable, read_all
from frontdesk.standards.fhir_scheduling.slots import SlotStatus, read_schedule, read_slot
from frontdesk.standards.fhir_scheduling.values import Concept, Reference, reference_text, to

WITHHELD = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"},
    ]
}


def without(resource: Json, key: str) -> Json:
    return {name: value for name, value in resource.items() if name != key}


def test_a_slot_is_read_whole() -> None:
    read = read_slot(a_slot(serviceType=[{"coding": [{"system": "urn:clinic:svc", "code": "botox-30"}]}]))

    assert (read.id, read.version, read.status, read.during) == ("s10", "1", SlotStatus.FREE, HALF_AN_HOUR)
    assert read.schedule == to("Schedule", "sc1")
    assert read.services[0].code_in("urn:clinic:svc") == "botox-30"
    assert read.bookable


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (without(a_slot(), "id"), "Slot: id is missing"),
        (without(a_slot(), "start"), "Slot/s10: start is missing"),
        (a_slot(start="2027-01-05T09:00:00"), "Slot/s10: start is a time without an offset"),
        (a_slot(start="2027-01-05"), "Slot/s10: start is a date without a time of day"),
        (a_slot(end="2027-01-05T15:00:00Z"), "Slot/s10: end does not come after start"),
        (a_slot(status="open"), 'Slot/s10: status is "open"; the words known are free, busy'),
        (a_slot(status="Lena Rivera, 1988"), "Slot/s10: status is a text of 17 letters"),
        (a_slot(status=7), "Slot/s10: status is a number, and text was wanted"),
        (without(a_slot(), "schedule"), "Slot/s10: schedule is empty: nobody"),
        ({**without(a_slot(), "status"), "_status": WITHHELD}, r"status is withheld by the server \(masked\)"),
        (a_visit(), 'Slot: resourceType is "Appointment", and Slot was wanted'),
        ([], "Slot: the resource is a list of 0"),
        (a_slot(id="../x y"), None),
        (a_slot(serviceType={"text": "Botox"}), "serviceType is a group of fields, and a list was wanted"),
        (a_slot(serviceType=["Botox"]), "serviceType holds a text, and fields were wanted"),
        (a_slot(comment=["x"]), "comment is a list of 1, and text was wanted"),
        (a_slot(overbooked="yes"), "overbooked is a text, and true or false was wanted"),
    ],
)
def test_a_slot_that_cannot_be_trusted_is_told_with_its_place(raw: object, says: str | None) -> None:
    if says is None:
        assert read_slot(raw).id == "../x y"
        return

    with pytest.raises(Unreadable, match=says):
        read_slot(raw)


def test_one_bad_row_does_not_hide_the_others() -> None:
    read = read_all([a_slot("s1"), a_slot("s2", status="open"), a_slot("s3")], read_slot)

    assert [one.id for one in read.found] == ["s1", "s3"]
    assert [(one.row, one.place) for one in read.faults] == [("Slot/s2", "status")]


def test_a_schedule_says_whose_time_it_is_and_how_far_it_goes() -> None:
    raw: Json = {
        **{"resourceType": "Schedule", "id": "sc1"},
        "actor": [{"reference": "Practitioner/p1"}, {"display": "Laser room"}],
        "planningHorizon": {"start": "2027-01-05T06:00:00Z", "end": "2027-03-14"},
    }

    read = read_schedule(raw)

    assert read.active
    assert read.actors_of("Practitioner") == (to("Practitioner", "p1"),)
    assert read.actors[1] == Reference(display="Laser room")
    assert read.ends is not None
    assert read.ends.ends(AUSTIN) == datetime(2027, 3, 15, 5, tzinfo=UTC)
    with pytest.raises(Unreadable, match="Schedule/sc1: actor is empty"):
        read_schedule(without(raw, "actor"))


def test_a_visit_is_read_whole() -> None:
    read = visit(comment="door code 12", reasonCode=[{"text": "Botox consult"}])

    assert (read.id, read.version, read.status, read.during) == ("a5", "1", Status.BOOKED, HALF_AN_HOUR)
    assert [one.answered for one in read.participants] == [Answered.ACCEPTED, Answered.TENTATIVE]
    assert read.actors_of("Patient") == (to("Patient", "7"),)
    assert read.slots == (to("Slot", "s10"),)
    assert read.identifiers[0].token == "urn:receptionist:booking|B-88"
    assert (read.services[0].words, read.reasons[0].words, read.minutes) == ("Botox", "Botox consult", 30)
    assert "door code" not in repr(read)


@pytest.mark.parametrize("status", Status)
def test_every_status_of_r4_is_read(status: Status) -> None:
    assert visit(status=status.value).status is status


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (a_visit(status="confirmed"), 'Appointment/a5: status is "confirmed"; the words known are proposed'),
        (a_visit(participant=[]), "Appointment/a5: participant is empty"),
        (a_visit(participant=[{"status": "accepted"}]), r"participant\[0\].actor is missing"),
        (a_visit(participant=[{"actor": {"display": "x"}, "status": "yes"}]), r'participant\[0\].status is "yes"'),
        (without(without(a_visit(), "start"), "end"), "a visit that is booked has a time"),
        (without(a_visit(), "end"), "Appointment/a5: end is missing"),
        (a_visit(minutesDuration="30"), "minutesDuration is a text, and a whole number was wanted"),
    ],
)
def test_a_visit_that_cannot_be_trusted_is_told_with_its_place(raw: object, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_appointment(raw)


def test_a_cancelled_visit_may_have_no_time_and_says_why() -> None:
    raw = a_visit(status="cancelled", cancelationReason=cancellation_reason(Cancellation.PATIENT_MOVED_AWAY).as_json())

    read = read_appointment(without(without(raw, "start"), "end"))

    assert (read.during, read.cancellation) == (None, Cancellation.PATIENT_MOVED_AWAY)
    assert visit(status="cancelled", cancelationReason={"coding": [{"code": "pat"}]}).cancellation is None


def test_an_offer_of_find_holds_its_slot_and_absolute_references() -> None:
    offer = read_appointment(a_proposal())

    assert offer.status is Status.PROPOSED
    assert offer.slots == (Reference(contained="s1"),)
    assert offer.offered[0].during == HALF_AN_HOUR
    assert offer.offered[0].schedule.path == "Schedule/eSch1"
    assert offer.actors_of("Practitioner")[0].base == "https://epic.example/api/FHIR/STU3"


def test_a_reason_of_stu3_is_read_where_r4_has_none() -> None:
    assert visit(reason=[{"text": "Botox consult"}]).reasons == (Concept(text="Botox consult"),)


def test_an_update_keeps_whatever_the_server_had() -> None:
    strange = {"url": "https://vendor.example/own", "valueString": "kept"}
    raw = a_visit(extension=[strange], unheardOf={"a": [1]}, _comment=WITHHELD, text={"status": "generated"})
    before = deepcopy(raw)
    later = slot("s11", minutes_later=30)

    new = moved(read_appointment(raw), during=later.during, slots=(to("Slot", "s11"),))

    assert new["slot"] == [{"reference": "Slot/s11"}]
    assert (new["start"], new["end"]) == ("2027-01-05T15:30:00Z", "2027-01-05T16:00:00Z")
    same = set(raw) - {"slot", "start", "end"}
    assert {name: new[name] for name in same} == {name: raw[name] for name in same}
    assert raw == before


def test_what_was_said_of_a_replaced_value_goes_with_it() -> None:
    whole = read_slot(a_slot(_status=WITHHELD, _comment=WITHHELD)).become(SlotStatus.BUSY)

    assert whole["status"] == "busy"
    assert "_status" not in whole
    assert whole["_comment"] == WITHHELD


def test_a_cancelled_visit_keeps_its_time_and_gets_its_reason() -> None:
    whole = cancelled(visit(), cancellation_reason(Cancellation.PATIENT))

    assert (whole["status"], whole["start"]) == ("cancelled", "2027-01-05T09:00:00-06:00")
    assert read_appointment(whole).cancellation is Cancellation.PATIENT


def test_what_an_extension_says_of_a_visit_is_read() -> None:
    assert visit(extension=[{"url": CANCELABLE, "valueBoolean": False}]).yes_of(CANCELABLE) is False
    assert visit().yes_of(CANCELABLE) is None


def test_a_patient_goes_by_the_official_name() -> None:
    read = read_patient(a_patient(identifier=[{"assigner": {"display": "x"}}, {"system": "urn:mrn", "value": "T-1"}]))

    assert read.name is not None
    assert read.name.words == "Lena M Rivera"
    assert [one.value for one in read.contacts] == ["512-555-0148", "lena@example.org"]
    assert read.born is not None
    assert str(read.born.date) == "1988-04-12"
    assert (read.identifier_in("urn:mrn"), len(read.identifiers)) == ("T-1", 1)
    assert "Rivera" not in repr(read)


def test_how_a_patient_speaks_and_where_they_live_is_read() -> None:
    spoken = [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es"}]}}]
    home = {"use": "home", "line": ["100 Main St", None], "city": "Austin", "state": "TX", "postalCode": "78701"}

    read = read_patient(a_patient(communication=spoken, address=[home]))

    assert read.languages == ("es",)
    assert read.addresses[0].as_json() == {**home, "line": ["100 Main St"]}
    with pytest.raises(Unreadable, match=r"address\[0\].line is a text, and a list of texts was wanted"):
        read_patient(a_patient(address=[{**home, "line": "100 Main St"}]))
    with pytest.raises(Unreadable, match=r"line is a list of 1, and a list of texts was wanted"):
        read_patient(a_patient(address=[{**home, "line": [100]}]))


def test_a_chart_that_is_not_to_be_booked_on_says_so() -> None:
    merged = read_patient(a_patient(active=False, link=[{"other": {"reference": "Patient/9"}, "type": "replaced-by"}]))

    assert (merged.active, merged.replaced_by) == (False, to("Patient", "9"))
    assert read_patient(a_patient(deceasedDateTime="2026-12")).deceased
    assert not read_patient(a_patient(deceasedBoolean=False)).deceased


def test_a_birth_date_that_is_none_is_told_without_showing_it() -> None:
    with pytest.raises(Unreadable, match="Patient/7: birthDate is no date") as told:
        read_patient(a_patient(birthDate="12.4.1988"))

    assert "1988-04" not in str(told.value)
    assert "12.4" not in str(told.value)


def test_a_new_number_takes_the_place_of_the_one_of_its_kind() -> None:
    whole = reached_at(read_patient(a_patient()), Contact(system="phone", use="mobile", value="+15125550199"))

    assert [one.value for one in read_patient(whole).contacts] == ["lena@example.org", "+15125550199"]
    assert whole["name"] == a_patient()["name"]


def test_a_number_is_looked_for_as_charts_hold_it() -> None:
    assert phone_forms("+15125550148") == ("+15125550148", "5125550148", "512-555-0148", "(512) 555-0148")
    assert phone_forms("+4930123456") == ("+4930123456",)


def test_people_and_places_are_read() -> None:
    ada: Json = {"resourceType": "Practitioner", "id": "p1", "name": [{"text": "Ada Okafor, MD"}]}
    practitioner = read_practitioner(ada)
    role = read_practitioner_role(
        {
            **{"resourceType": "PractitionerRole", "id": "r1", "active": False},
            "practitioner": {"reference": "Practitioner/p1"},
            "location": [{"reference": "Location/1"}],
        }
    )
    zone = {"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "America/Chicago"}
    place: Json = {
        **{"resourceType": "Location", "id": "1", "status": "suspended", "name": "Main Clinic", "extension": [zone]},
        "address": {"line": ["100 Main St", None], "city": "Austin"},
    }
    service = read_healthcare_service({"resourceType": "HealthcareService", "id": "h1", "name": "Botox"})

    location = read_location(place)

    assert (practitioner.active, read_practitioner({**ada, "active": False}).active) == (True, False)
    assert [one.words for one in practitioner.names] == ["Ada Okafor, MD"]
    assert (role.active, role.practitioner, role.locations) == (False, to("Practitioner", "p1"), (to("Location", "1"),))
    assert (location.active, location.zone) == (False, ZoneInfo("America/Chicago"))
    assert location.address is not None
    assert location.address.lines == ("100 Main St",)
    assert (service.active, service.name) == (True, "Botox")
    with pytest.raises(Unreadable, match="is no time zone"):
        read_location({**place, "extension": [{**zone, "valueCode": "Central"}]})


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Slot/s10", to("Slot", "s10")),
        ("Slot/s10/_history/2", to("Slot", "s10")),
        ("https://e.example/r4/t/Slot/a.b-c", Reference(type="Slot", id="a.b-c", base="https://e.example/r4/t")),
        ("#s1", Reference(contained="s1")),
        ("#", None),
        ("urn:uuid:6f1d0000-0000-4000-8000-000000000000", None),
        ("https://e.example/r4/Slot?status=free", None),
    ],
)
def test_a_reference_points_where_it_says(text: str, reference: Reference | None) -> None:
    assert reference_text(text) == (reference or Reference(other=text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: (
            st.lists(one)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "status",
                        "participant",
                        "actor",
                        "reference",
                        "start",
                        "end",
                        "id",
                        "contained",
                        "meta",
                        "versionId",
                        "identifier",
                        "coding",
                        "slot",
                        "serviceType",
                        "extension",
                        "resourceType",
                    ]
                ),
                one,
            )
        ),
    )
)
def test_whatever_comes_is_read_or_told(raw: object) -> None:
    whole = a_visit() | (raw if isinstance(raw, dict) else {"participant": raw, "slot": raw, "start": raw})

    read = read_all([whole], read_appointment)

    assert all(one.participants and one.id for one in read.found)
    assert all(one.row.startswith("Appointment") for one in read.faults)
    assert len(read.found) + len(read.faults) == 1
