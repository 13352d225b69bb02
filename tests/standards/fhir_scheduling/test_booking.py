"""How a visit is booked, moved, cancelled and confirmed at each kind of server, and what its answer means."""

from dataclasses import replace

import pytest
from tests.standards.fhir_scheduling.resources import (
    CANCELABLE,
    HALF_AN_HOUR,
    LENA,
    NUMBER,
    THAT_DAY,
    Json,
    a_booking,
    a_bundle,
    a_proposal,
    a_slot,
    a_visit,
    outcome,
    says,
    slot,
    visit,
)

from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.faults import Impossible
from frontdesk.standards.fhir_scheduling.appointments import cancellation_reason, read_appointment
from frontdesk.standards.fhir_scheduling.asking import Ask, NotOffered, Release
from frontdesk.standards.fhir_scheduling.booking import Booked, Taken, book, hold, look_up, read_booked, release
from frontdesk.standards.fhir_scheduling.changing import Partly, create, is_transaction, read_written
from frontdesk.standards.fhir_scheduling.dialect import (
    CERNER_R4,
    EPIC_STU3,
    PLAIN_R4,
    BookOperation,
    Confirms,
    Parameter,
    Takes,
)
from frontdesk.standards.fhir_scheduling.finding import Wanted, free_times
from frontdesk.standards.fhir_scheduling.moving import cancel, confirm, move, read_changed
from frontdesk.standards.fhir_scheduling.outcomes import Kind, Trouble
from frontdesk.standards.fhir_scheduling.reading import Unreadable
from frontdesk.standards.fhir_scheduling.slots import Slot, read_slot
from frontdesk.standards.fhir_scheduling.values import Coding, Identifier, to

OFFER = read_appointment(a_proposal())
ORACLE_BOOKS = a_booking(actors=(), reason="Botox consult")
EPIC_BOOKS = a_booking(offered=OFFER, slots=())
LATER = slot("s11", minutes_later=30)


def bundle_of(ask: Ask | NotOffered) -> list[Json]:
    assert isinstance(ask, Ask), ask
    assert is_transaction(ask)
    assert (ask.method, ask.target) == ("POST", "/")
    assert isinstance(ask.body, dict)
    entries = ask.body["entry"]
    assert isinstance(entries, list)
    return entries


def steps_of(ask: Ask | NotOffered) -> list[Json]:
    assert isinstance(ask, Ask), ask
    assert ask.method == "PATCH"
    assert ask.sent_headers["Content-Type"] == "application/json-patch+json"
    return [dict(step) for step in ask.body or ()]


def answered(*entries: tuple[str, Json | None, str]) -> Json:
    """A transaction-response: status, resource and location of each."""
    return a_bundle(
        type="transaction-response",
        entry=[
            {
                "response": {"status": status, "etag": 'W/"2"', **({"location": location} if location else {})},
                **({"resource": resource} if resource else {}),
            }
            for status, resource, location in entries
        ],
    )


SLOT_DONE: tuple[str, Json | None, str] = ("200 OK", None, "Slot/s10/_history/2")


def test_a_plain_server_gets_visit_and_slots_as_one() -> None:
    entries = bundle_of(book(PLAIN_R4, a_booking(slots=(slot("s10"), slot("s12", version="9")))))

    requests = [one["request"] for one in entries]
    assert requests == [
        {"method": "POST", "url": "Appointment", "ifNoneExist": "identifier=urn:receptionist:booking|B-88"},
        {"method": "PUT", "url": "Slot/s10", "ifMatch": 'W/"1"'},
        {"method": "PUT", "url": "Slot/s12", "ifMatch": 'W/"9"'},
    ]
    appointment, first, _ = (one["resource"] for one in entries)
    assert appointment == {
        "resourceType": "Appointment",
        "identifier": [NUMBER.as_json()],
        "status": "booked",
        "start": "2027-01-05T15:00:00Z",
        "end": "2027-01-05T15:30:00Z",
        "minutesDuration": 30,
        "slot": [{"reference": "Slot/s10"}, {"reference": "Slot/s12"}],
        "comment": "Booked by phone",
        "participant": [
            {"actor": {"reference": "Patient/7"}, "required": "required", "status": "accepted"},
            {"actor": {"reference": "Practitioner/p1"}, "required": "required", "status": "accepted"},
        ],
    }
    assert isinstance(first, dict)
    assert (first["status"], first["schedule"]) == ("busy", {"reference": "Schedule/sc1"})


def test_oracle_gets_what_it_allows_and_no_more() -> None:
    ask = book(CERNER_R4, ORACLE_BOOKS)

    assert (ask.method, ask.target) == ("POST", "/Appointment")
    assert "If-None-Exist" not in ask.sent_headers
    assert ask.body == {
        "resourceType": "Appointment",
        "status": "booked",
        "reasonCode": [{"text": "Botox consult"}],
        "slot": [{"reference": "Slot/s10"}],
        "comment": "Booked by phone",
        "participant": [{"actor": {"reference": "Patient/7"}, "status": "accepted"}],
    }
    with pytest.raises(Impossible, match="exactly one slot"):
        book(CERNER_R4, a_booking(slots=(slot(), LATER), during=THAT_DAY))


def test_epic_gets_the_offer_it_made() -> None:
    ask = book(EPIC_STU3, EPIC_BOOKS)

    assert (ask.method, ask.target, ask.release) == ("POST", "/Appointment/$book", Release.STU3)
    assert ask.body == {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "patient", "valueIdentifier": {"value": "7"}},
            {"name": "appointment", "valueIdentifier": {"value": "eTmp.001"}},
            {"name": "appointmentNote", "valueString": "Booked by phone"},
        ],
    }
    with pytest.raises(Impossible):
        book(EPIC_STU3, a_booking())


def test_a_site_with_other_names_is_other_data() -> None:
    argonaut = replace(
        EPIC_STU3,
        name="Argonaut",
        book=BookOperation(
            visit=Parameter(name="appt-id", takes=Takes.URI),
            patient=Parameter(name="patient-id", takes=Takes.URI),
            note=Parameter(name="comment", takes=Takes.TEXT),
            at_visit=True,
        ),
    )

    ask = book(argonaut, EPIC_BOOKS)

    assert ask.target == "/Appointment/eTmp.001/$book"
    assert ask.body == {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "patient-id", "valueUri": "Patient/7"},
            {"name": "appt-id", "valueUri": "Appointment/eTmp.001"},
            {"name": "comment", "valueString": "Booked by phone"},
        ],
    }


def test_a_parameter_in_a_type_that_it_cannot_have_is_not_sent() -> None:
    assert EPIC_STU3.find is not None
    wrong = replace(EPIC_STU3, find=replace(EPIC_STU3.find, start=Parameter(name="start", takes=Takes.CONCEPT)))

    with pytest.raises(Impossible, match="start takes valueCodeableConcept"):
        free_times(wrong, Wanted(within=THAT_DAY, patient={"resourceType": "Patient"}))


def test_a_booking_that_worked_names_the_visit() -> None:
    ask = book(PLAIN_R4, a_booking())
    created = answered(("201 Created", a_visit(), "Appointment/a5/_history/1"), SLOT_DONE)
    bare = answered(("201 Created", None, "https://fhir.clinic.example/r4/Appointment/a5/_history/1"), SLOT_DONE)

    whole, named = read_booked(PLAIN_R4, ask, says(created)), read_booked(PLAIN_R4, ask, says(bare))

    assert isinstance(whole, Booked)
    assert (whole.at, whole.version) == (to("Appointment", "a5"), "2")
    assert whole.appointment is not None
    assert whole.appointment.during == HALF_AN_HOUR
    assert named == Booked(at=to("Appointment", "a5"), version="2")


def test_oracle_answers_with_headers_alone() -> None:
    answer = says(None, 201, location="https://h/r4/t/Appointment/20470011", etag='W/"0"')

    booked = read_booked(CERNER_R4, book(CERNER_R4, ORACLE_BOOKS), answer)

    assert booked == Booked(at=to("Appointment", "20470011"), version="0")


def test_epic_answers_with_the_visit() -> None:
    answer = says(a_bundle(a_visit("eAp.77"), outcome("informational", severity="information")))

    booked = read_booked(EPIC_STU3, book(EPIC_STU3, EPIC_BOOKS), answer)

    assert isinstance(booked, Booked)
    assert booked.at.id == "eAp.77"


def test_a_visit_that_epic_booked_stands_whatever_it_remarks_beside_it() -> None:
    answer = says(a_bundle(outcome("processing", vendor="59134"), a_visit("eAp.77")))

    assert isinstance(read_booked(EPIC_STU3, book(EPIC_STU3, EPIC_BOOKS), answer), Booked)


@pytest.mark.parametrize("status", [200, 400, 404])
def test_an_offer_that_epic_no_longer_knows_is_taken(status: int) -> None:
    refusal = outcome("not-found", severity="fatal", vendor="59144")

    for body in (refusal, a_bundle(refusal)) if status == 200 else (refusal,):
        taken = read_booked(EPIC_STU3, book(EPIC_STU3, EPIC_BOOKS), says(body, status))
        assert isinstance(taken, Taken)
        assert taken.because.findings[0].codes[0].code == "59144"


@pytest.mark.parametrize(("status", "code"), [(412, "conflict"), (409, "processing"), (410, "deleted")])
def test_a_slot_that_somebody_else_has_is_taken(status: int, code: str) -> None:
    taken = read_booked(PLAIN_R4, book(PLAIN_R4, a_booking()), says(outcome(code), status))

    assert isinstance(taken, Taken)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, Kind.SECURITY), (429, Kind.THROTTLED), (400, Kind.INVALID), (500, Kind.STRUGGLING), (404, Kind.NOT_FOUND)],
)
def test_another_refusal_is_not_taken_for_a_taken_time(status: int, kind: Kind) -> None:
    wrong = read_booked(PLAIN_R4, book(PLAIN_R4, a_booking()), says(None, status))

    assert isinstance(wrong, Trouble)
    assert wrong.kind is kind


def test_a_transaction_of_which_only_a_part_was_done_is_told() -> None:
    half = answered(("201 Created", a_visit(), "Appointment/a5"), ("412 Precondition Failed", None, ""))
    told = answered(("201 Created", a_visit(), "Appointment/a5"), ("412 Precondition Failed", None, ""))
    told["entry"][1]["response"]["outcome"] = outcome("multiple-matches")

    partly = read_booked(PLAIN_R4, book(PLAIN_R4, a_booking()), says(half))

    assert isinstance(partly, Partly)
    assert [one.at.path for one in partly.done] == ["Appointment/a5"]
    assert [one.kind for one in partly.troubles] == [Kind.CONFLICT]
    with_words = read_booked(PLAIN_R4, book(PLAIN_R4, a_booking()), says(told))
    assert isinstance(with_words, Partly)
    assert [one.kind for one in with_words.troubles] == [Kind.DUPLICATE]


@pytest.mark.parametrize(
    "body",
    [
        None,
        answered(("201 Created", a_visit(), "Appointment/a5")),
        answered(("201 Created", None, ""), SLOT_DONE),
        answered(("done", a_visit(), ""), SLOT_DONE),
        answered(("201 Created", None, "Patient/7"), SLOT_DONE),
        a_bundle(a_visit()),
    ],
)
def test_a_success_that_does_not_tell_what_was_done_is_no_success(body: object) -> None:
    with pytest.raises(Unreadable):
        read_booked(PLAIN_R4, book(PLAIN_R4, a_booking()), says(body))
    with pytest.raises(Unreadable):
        read_booked(CERNER_R4, book(CERNER_R4, ORACLE_BOOKS), says(None, 201))


def test_a_booking_of_which_nothing_was_heard_is_looked_up() -> None:
    oracle, epic = look_up(CERNER_R4, a_booking()), look_up(EPIC_STU3, EPIC_BOOKS)

    assert look_up(replace(CERNER_R4, create_once=True), a_booking()).query[0][0] == "identifier"
    assert look_up(PLAIN_R4, a_booking()).query[0] == ("identifier", "urn:receptionist:booking|B-88")
    assert [oracle.query[0], oracle.release] == [("patient", "Patient/7"), Release.R4]
    assert [epic.query[0], epic.release] == [("patient", "Patient/7"), Release.STU3]


def test_two_visits_in_answer_to_one_booking_are_told() -> None:
    with pytest.raises(Unreadable, match="holds 2 visits"):
        read_booked(EPIC_STU3, book(EPIC_STU3, EPIC_BOOKS), says(a_bundle(a_visit("a1"), a_visit("a2"))))


def test_a_hold_locks_the_slot_it_was_decided_on() -> None:
    held = read_slot(a_slot(status="busy-tentative"))
    plain, oracle = hold(PLAIN_R4, slot(version="3")), hold(CERNER_R4, slot(version="410v795030969834"))

    assert isinstance(plain, Ask)
    assert (plain.method, plain.target, plain.sent_headers["If-Match"]) == ("PUT", "/Slot/s10", 'W/"3"')
    assert isinstance(plain.body, dict)
    assert plain.body["status"] == "busy-tentative"
    assert isinstance(oracle, Ask)
    assert steps_of(oracle) == [{"op": "replace", "path": "/status", "value": "busy-tentative"}]
    assert oracle.sent_headers["If-Match"] == 'W/"410v795030969834"'
    assert steps_of(release(CERNER_R4, held)) == [{"op": "replace", "path": "/status", "value": "free"}]
    assert isinstance(hold(EPIC_STU3, slot()), NotOffered)


def test_a_slot_without_a_version_cannot_be_locked_and_is_not_booked() -> None:
    with pytest.raises(Impossible, match="no version"):
        book(PLAIN_R4, a_booking(slots=(slot(version=""),)))
    with pytest.raises(Impossible, match="slots of its own time"):
        a_booking(slots=(LATER,))


@pytest.mark.parametrize("status", ["busy", "busy-unavailable", "entered-in-error"])
def test_a_slot_that_is_not_free_is_not_touched(status: str) -> None:
    busy = read_slot(a_slot(status=status))

    with pytest.raises(Impossible, match="free, or held"):
        a_booking(slots=(busy,))
    with pytest.raises(Impossible, match="free, or held"):
        move(PLAIN_R4, visit(slot=[]), during=HALF_AN_HOUR, old=[], new=[busy])
    with pytest.raises(Impossible, match="only a free slot is held"):
        hold(PLAIN_R4, busy)
    with pytest.raises(Impossible, match="only a slot that is held"):
        release(PLAIN_R4, busy)


def test_a_visit_frees_no_slot_of_another() -> None:
    with pytest.raises(Impossible, match="slots of its own"):
        cancel(PLAIN_R4, visit(), slots=[LATER], reason=None)
    with pytest.raises(Impossible, match="slots of its own"):
        move(PLAIN_R4, visit(), during=LATER.during, old=[LATER], new=[slot("s12", minutes_later=30)])


@pytest.mark.parametrize("status", ["cancelled", "noshow", "entered-in-error", "proposed"])
def test_a_booking_that_ends_in_a_visit_without_a_time_is_no_booking(status: str) -> None:
    answer = answered(("200 OK", a_visit(status=status), "Appointment/a5"), SLOT_DONE)

    with pytest.raises(Unreadable, match=f"is {status} after a booking"):
        read_booked(PLAIN_R4, book(PLAIN_R4, a_booking()), says(answer))


def test_a_visit_moves_with_its_slots_and_keeps_those_it_has() -> None:
    held, new = slot("s10"), slot("s11", minutes_later=30, version="5")
    shared = read_slot(a_slot("s12", status="busy"))
    standing = visit(slot=[{"reference": "Slot/s10"}, {"reference": "Slot/s12"}])

    entries = bundle_of(move(PLAIN_R4, standing, during=new.during, old=[held, shared], new=[shared, new]))

    assert [(one["request"], one["resource"]["status"]) for one in entries if isinstance(one["resource"], dict)] == [
        ({"method": "PUT", "url": "Appointment/a5", "ifMatch": 'W/"1"'}, "booked"),
        ({"method": "PUT", "url": "Slot/s10", "ifMatch": 'W/"1"'}, "free"),
        ({"method": "PUT", "url": "Slot/s11", "ifMatch": 'W/"5"'}, "busy"),
    ]


def test_oracle_moves_a_visit_by_its_slot() -> None:
    ask = move(CERNER_R4, visit(), during=LATER.during, old=[slot()], new=[LATER])

    assert steps_of(ask) == [{"op": "replace", "path": "/slot", "value": [{"reference": "Slot/s11"}]}]


def test_epic_moves_and_cancels_nothing_by_fhir() -> None:
    moved = move(EPIC_STU3, visit(), during=LATER.during, old=[], new=[LATER])
    called_off = cancel(EPIC_STU3, visit(), slots=[], reason=None)

    assert isinstance(moved, NotOffered)
    assert "book the new time, then cancel" in moved.says
    assert isinstance(called_off, NotOffered)
    assert isinstance(confirm(EPIC_STU3, visit()), NotOffered)


def test_a_cancelled_visit_frees_its_slots_at_a_plain_server() -> None:
    entries = bundle_of(cancel(PLAIN_R4, visit(), slots=[slot(version="2")], reason=Cancellation.PATIENT))

    appointment, freed = (one["resource"] for one in entries)
    assert isinstance(appointment, dict)
    assert isinstance(freed, dict)
    assert (appointment["status"], freed["status"]) == ("cancelled", "free")
    assert read_appointment(appointment).cancellation is Cancellation.PATIENT


def test_oracle_cancels_by_patch() -> None:
    reason = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason", "code": "pat"}]
    }

    assert steps_of(cancel(CERNER_R4, visit(), slots=[slot()], reason=Cancellation.PATIENT)) == [
        {"op": "replace", "path": "/status", "value": "cancelled"},
        {"op": "add", "path": "/cancelationReason", "value": reason},
    ]
    assert steps_of(cancel(CERNER_R4, visit(), slots=[], reason=None)) == [
        {"op": "replace", "path": "/status", "value": "cancelled"}
    ]


def test_a_site_with_its_own_reasons_is_told_in_those() -> None:
    own = Coding(system="https://fhir.cerner.com/t/codeSet/14229", code="677")
    site = replace(CERNER_R4, cancelled_for={Cancellation.PATIENT: own})

    def reason(cancelled_for: Cancellation) -> object:
        return steps_of(cancel(site, visit(), slots=[], reason=cancelled_for))[1]["value"]

    assert reason(Cancellation.PATIENT) == {"coding": [own.as_json()]}
    assert reason(Cancellation.OTHER_WEATHER) == cancellation_reason(Cancellation.OTHER_WEATHER).as_json()


def test_a_visit_that_may_not_be_touched_is_left() -> None:
    locked = visit(extension=[{"url": CANCELABLE, "valueBoolean": False}])
    unmovable = visit(extension=[{"url": CERNER_R4.may_move, "valueBoolean": False}])

    assert isinstance(cancel(CERNER_R4, locked, slots=[], reason=None), NotOffered)
    assert isinstance(move(CERNER_R4, unmovable, during=LATER.during, old=[], new=[LATER]), NotOffered)
    assert isinstance(cancel(CERNER_R4, visit(status="fulfilled"), slots=[], reason=None), NotOffered)
    assert isinstance(cancel(PLAIN_R4, visit(status="noshow"), slots=[], reason=None), NotOffered)
    gone = visit(status="cancelled")
    assert isinstance(move(PLAIN_R4, gone, during=LATER.during, old=[], new=[LATER]), NotOffered)
    assert isinstance(confirm(PLAIN_R4, gone), NotOffered)


def test_a_confirmation_is_the_patients_and_nobody_elses() -> None:
    assert steps_of(confirm(PLAIN_R4, visit())) == [
        {"op": "replace", "path": "/participant/1/status", "value": "accepted"},
    ]
    assert steps_of(confirm(CERNER_R4, visit())) == [{"op": "replace", "path": "/patient-status", "value": "accepted"}]
    responding = confirm(replace(PLAIN_R4, confirms=Confirms.RESPONSE), visit())
    assert isinstance(responding, Ask)
    assert (responding.target, responding.body) == (
        "/AppointmentResponse",
        {
            "resourceType": "AppointmentResponse",
            "appointment": {"reference": "Appointment/a5"},
            "actor": {"reference": "Patient/7"},
            "participantStatus": "accepted",
        },
    )
    nobody = visit(participant=[{"actor": {"display": "Laser room"}, "status": "accepted"}])
    assert isinstance(confirm(PLAIN_R4, nobody), NotOffered)


def test_what_became_of_a_change_is_read() -> None:
    patching = cancel(CERNER_R4, visit(), slots=[], reason=None)
    together = cancel(PLAIN_R4, visit(), slots=[slot()], reason=None)
    assert isinstance(patching, Ask)
    assert isinstance(together, Ask)
    done = answered(("200 OK", a_visit(status="cancelled"), ""), SLOT_DONE)

    assert read_changed(patching, visit(), says(None, etag='W/"1"')) == Booked(at=to("Appointment", "a5"), version="1")
    outcome_of_both = read_changed(together, visit(), says(done))
    assert isinstance(outcome_of_both, Booked)
    assert outcome_of_both.appointment is not None
    assert outcome_of_both.appointment.status.value == "cancelled"
    stale = read_changed(patching, visit(), says(outcome("conflict"), 409))
    assert isinstance(stale, Trouble)
    assert stale.kind is Kind.CONFLICT


def test_a_create_that_found_another_is_told_apart() -> None:
    patient: Json = {"resourceType": "Patient", "id": "7", "meta": {"versionId": "1"}}

    new, found = (read_written(says(patient, status), "Patient") for status in (201, 200))

    assert not isinstance(new, Trouble)
    assert not isinstance(found, Trouble)
    assert (new.at, new.created, new.version) == (LENA, True, "1")
    assert (found.at, found.created) == (LENA, False)


def test_a_condition_fits_into_a_header() -> None:
    number = Identifier(system="urn:x", value="Zoë & Søn|1")
    ask = create({"resourceType": "Patient"}, only_if_none=number)

    assert ask.sent_headers["If-None-Exist"] == "identifier=urn:x|Zo%C3%AB%20%26%20S%C3%B8n%5C|1"
    assert ask.octets == b'{"resourceType": "Patient"}'


def test_nothing_of_a_visit_is_shown_by_its_values() -> None:
    ask = book(PLAIN_R4, a_booking(comment="Lena has a latex allergy"))

    assert "latex" not in repr(ask)
    assert "latex" not in repr(a_booking(comment="Lena has a latex allergy"))
    assert "Slot/s10" not in repr(read_booked(PLAIN_R4, ask, says(outcome("conflict", words="Slot/s10"), 412)))


def test_slots_stay_as_they_were_when_a_change_is_asked() -> None:
    before: Slot = slot()

    hold(PLAIN_R4, before)

    assert before.source["status"] == "free"
