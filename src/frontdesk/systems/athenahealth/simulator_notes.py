"""What is put beside a visit or a patient: notes, tasks for staff, files, insurances, the wait list, custom fields."""

import base64
import binascii
import json
from collections.abc import Callable

from frontdesk.standards.simulating.refusals import documented, guess, seen
from frontdesk.systems.athenahealth.simulator_booking import add_note, living_patient
from frontdesk.systems.athenahealth.simulator_calls import Answer, Asked, Call, reading, writing
from frontdesk.systems.athenahealth.simulator_errors import NOT_VALID, not_valid, says
from frontdesk.systems.athenahealth.simulator_patients import insurance_shown
from frontdesk.systems.athenahealth.simulator_practice import API, OPEN, Practice
from frontdesk.systems.athenahealth.simulator_reading import (
    Fields,
    a_birth_date,
    a_number,
    a_phone,
    needed,
    numbers,
    one_of,
    words,
    yes_or_no,
)
from frontdesk.systems.athenahealth.simulator_rows import Row, as_stamp, number, text

SUBCLASSES = (
    *("ADMIN_CONSENT", "ADMIN_INSURANCECARD", "ADMIN_HIPAA", "ADMIN_SIGNEDFORMSLETTERS", "ADMIN_REFERRAL"),
    "ADMIN_BILLING",
)


def list_notes(practice: Practice, asked: Asked) -> Answer:
    """The notes of a visit."""
    _visit(practice, asked.number)
    rows = [
        {
            "noteid": str(note["noteid"]),
            "notetext": note["text"],
            "created": as_stamp(text(note, "created")),
            "createdby": note["createdby"],
            "displayonschedule": note["displayonschedule"],
        }
        for note in practice.tables["notes"]
        if note["appointmentid"] == asked.number
    ]
    return Answer(body={"notes": rows, "totalcount": len(rows)})


def write_note(practice: Practice, asked: Asked) -> Answer:
    """One more note on a visit. Seen [note-answer]: success as text."""
    needed(asked.given, "notetext")
    visit = _visit(practice, asked.number)
    on_schedule = asked.given.yes("displayonschedule")
    add_note(practice, asked.number, asked.given.text("notetext"), on_schedule=on_schedule)
    practice.change(visit, {}, event="UpdateAppointment", by=API)
    return Answer(body={"success": "true"})


def change_note(practice: Practice, asked: Asked) -> Answer:
    """A note written anew."""
    needed(asked.given, "notetext")
    note = _note(practice, asked)
    changes: dict[str, str | bool] = {"text": asked.given.text("notetext")}
    if "displayonschedule" in asked.given:
        changes["displayonschedule"] = asked.given.yes("displayonschedule")
    practice.tables["notes"].change(number(note, "noteid"), changes)
    return Answer(body={"success": "true"})


def delete_note(practice: Practice, asked: Asked) -> Answer:
    """A note taken away."""
    practice.tables["notes"].remove(number(_note(practice, asked), "noteid"))
    return Answer(body={"success": "true"})


def open_case(practice: Practice, asked: Asked) -> Answer:
    """A task for staff. Seen [case-answer]: success and patientcaseid."""
    given = asked.given
    needed(given, "departmentid", "documentsource", "documentsubclass")
    living_patient(practice, asked.number)
    practice.department(given.number("departmentid"))
    if "providerid" in given:
        practice.provider(given.number("providerid"))
    kept: Row = {name: value for name, value in given.values.items() if not isinstance(value, tuple)}
    case = practice.tables["documents"].add({"patientid": asked.number, "kind": "patientcase", **kept})
    return Answer(body={"success": True, "patientcaseid": case["documentid"]})


def file_document(practice: Practice, asked: Asked) -> Answer:
    """A file in the chart. Documented [document-is-base64]. Documented [document-after-check-in]: a visit is only named
    once it was checked in."""
    given = asked.given
    needed(given, "departmentid", "documentsubclass")
    living_patient(practice, asked.number)
    practice.department(given.number("departmentid"))
    try:
        base64.b64decode(given.text("attachmentcontents"), validate=True)
    except (binascii.Error, ValueError):
        raise documented("document-is-base64", 400, says(NOT_VALID, invalidfields=["attachmentcontents"])) from None
    if "appointmentid" in given and not practice.appointment(given.number("appointmentid")).get("checkedinat"):
        raise documented("document-after-check-in", 400, says(NOT_VALID, invalidfields=["appointmentid"]))
    kept: Row = {name: value for name, value in given.values.items() if not isinstance(value, tuple)}
    filed = practice.tables["documents"].add({"patientid": asked.number, "kind": "admin", **kept})
    return Answer(body={"documentid": str(filed["documentid"])})


def add_insurance(practice: Practice, asked: Asked) -> Answer:
    """A patient's new insurance, in an array. Seen [secondary-needs-primary]: else 400.

    Seen [policy-holder-names]: the policy holder's fields begin with "insurancepolicyholder".

    Documented [self-pay]: package 0. Guess [one-insurance-a-place]: a second one in the same place is refused.
    """
    given = asked.given
    needed(given, "insurancepackageid", "sequencenumber")
    living_patient(practice, asked.number)
    package, place = given.number("insurancepackageid"), given.number("sequencenumber")
    known = practice.tables["packages"].get(package)
    if package and known is None:
        raise not_valid("insurancepackageid", f"there is no package {package}")
    places = {row["sequencenumber"] for row in practice.tables["insurances"] if row["patientid"] == asked.number}
    if place == 2 and 1 not in places:
        raise seen("secondary-needs-primary", 400, says("A primary insurance is needed first."))
    if place not in (1, 2) or place in places:
        raise guess("one-insurance-a-place", 400, says(NOT_VALID, invalidfields=["sequencenumber"]))
    asides = ("updateappointments", "validateinsuranceidnumber")
    kept: Row = {
        name: value for name, value in given.values.items() if name not in asides and not isinstance(value, tuple)
    }
    plan = str(known["name"]) if known else "*SELF PAY*"
    row = practice.tables["insurances"].add({"patientid": asked.number, "insuranceplanname": plan, **kept})
    return Answer(body=[insurance_shown(row)])


def attach_insurances(practice: Practice, asked: Asked) -> Answer:
    """A visit with its patient's insurances. Guess [attach-answer]: what it says is not published."""
    visit = _visit(practice, asked.number)
    for name in ("primaryinsuranceid", "secondaryinsuranceid"):
        row = practice.tables["insurances"].get(asked.given.number(name)) if name in asked.given else None
        if name in asked.given and (row is None or row["patientid"] != visit["patientid"]):
            raise not_valid(name, "not an insurance of this patient")
    kept: Row = {name: value for name, value in asked.given.values.items() if not isinstance(value, tuple)}
    practice.change(visit, kept, event="UpdateAppointment", by=API)
    return Answer(body={"success": "true"})


def list_waiting(practice: Practice, asked: Asked) -> Answer:
    """The wait list. Guess [waitlist-filters]: by patient, department or provider; what the filters are is unknown."""
    names = [name for name in ("patientid", "departmentid", "providerid") if name in asked.given]
    rows = [
        {**row, "dayofweekids": [int(one) for one in text(row, "dayofweekids").split(",") if one],
         "created": as_stamp(text(row, "created"))}
        for row in practice.tables["waitlist"]
        if all(row.get(name) == asked.given.number(name) for name in names)
    ]  # fmt: skip
    return Answer(body={"totalcount": len(rows), "waitlistentries": rows})


def wait(practice: Practice, asked: Asked) -> Answer:
    """A place on the wait list. Documented [days-of-week]: 1 is Sunday, 7 Saturday."""
    given = asked.given
    needed(given, "patientid", "departmentid")
    living_patient(practice, given.number("patientid"))
    practice.department(given.number("departmentid"))
    if not all(1 <= one <= 7 for one in given.numbers("dayofweekids")):
        raise documented("days-of-week", 400, says(NOT_VALID, invalidfields=["dayofweekids"]))
    kept: Row = {name: value for name, value in given.values.items() if not isinstance(value, tuple)}
    days = ",".join(str(one) for one in given.numbers("dayofweekids"))
    row = practice.tables["waitlist"].add({**kept, "dayofweekids": days, "created": practice.now().isoformat()})
    return Answer(body={"waitlistid": row["waitlistid"]})


def set_custom_fields(of: str) -> Callable[[Practice, Asked], Answer]:
    """The answer to setting custom fields of a patient or an appointment.

    Documented [custom-field-counts]: those that may not be updated are counted, not refused. Guess
    [unknown-custom-field]: one that is not there is refused, and then none is set.
    """

    def answer(practice: Practice, asked: Asked) -> Answer:
        needed(asked.given, "customfields", *(("departmentid",) if of == "patient" else ()))
        if of == "patient":
            living_patient(practice, asked.number)
        else:
            _visit(practice, asked.number)
        chosen = [(practice.tables["custom_fields"].get(id_), value) for id_, value in _custom_values(asked)]
        fields = [(row, value) for row, value in chosen if row is not None and row["of"] == of]
        if len(fields) != len(chosen):
            raise guess("unknown-custom-field", 400, says(NOT_VALID, invalidfields=["customfields"]))
        allowed = [(row, value) for row, value in fields if not row["disallowupdate"]]
        values = practice.tables["custom_values"]
        for row, value in allowed:
            same: Row = {"of": of, "owner": asked.number, "customfieldid": row["customfieldid"]}
            for old in values:
                if same.items() <= old.items():
                    values.remove(number(old, "valueid"))
            values.add({**same, "value": value})
        counts = {"updatedCount": len(allowed), "disallowedCount": len(fields) - len(allowed)}
        return Answer(body={"success": True, **counts})

    return answer


def _custom_values(asked: Asked) -> list[tuple[int, str]]:
    try:
        sent: object = json.loads(asked.given.text("customfields"))
    except ValueError:
        sent = None
    if not isinstance(sent, list):
        raise documented("custom-fields-are-json", 400, says(NOT_VALID, invalidfields=["customfields"]))
    values = []
    for one in sent:
        if not isinstance(one, dict) or set(one) != {"customfieldid", "customfieldvalue"}:
            raise documented("custom-fields-are-json", 400, says(NOT_VALID, invalidfields=["customfields"]))
        values.append((a_number("customfieldid", str(one["customfieldid"])), str(one["customfieldvalue"])))
    return values


def _visit(practice: Practice, number_: int) -> Row:
    """A visit; an open slot is none. Raises: Refusal."""
    visit = practice.appointment(number_)
    if visit["status"] == OPEN:
        raise seen("appointment-not-available", 404, says("The appointment is not available."))
    return visit


def _note(practice: Practice, asked: Asked) -> Row:
    _visit(practice, asked.number)
    note = practice.tables["notes"].get(int(asked.ids[1]))
    if note is None or note["appointmentid"] != asked.number:
        raise guess("no-such-note", 404, says("The note is not available."))
    return note


NOTE: Fields = {"notetext": words, "displayonschedule": yes_or_no}
NOTES = "/appointments/{appointmentid}/notes"
CUSTOM: Fields = {"departmentid": a_number, "customfields": words}

CALLS: tuple[Call, ...] = (
    reading(NOTES, list_notes),
    writing("POST", NOTES, write_note, NOTE),
    writing("PUT", NOTES + "/{noteid}", change_note, NOTE),
    writing("DELETE", NOTES + "/{noteid}", delete_note),
    writing(
        "POST",
        "/patients/{patientid}/documents/patientcase",
        open_case,
        {
            **dict.fromkeys(("documentsource", "documentsubclass", "subject", "internalnote", "callbackname"), words),
            **dict.fromkeys(("departmentid", "providerid"), a_number),
            "callbacknumber": a_phone,
            "callbacknumbertype": words,
            "priority": one_of("1", "2"),
        },
    ),
    writing(
        "POST",
        "/patients/{patientid}/documents/admin",
        file_document,
        {
            **dict.fromkeys(("departmentid", "appointmentid"), a_number),
            **dict.fromkeys(("attachmentcontents", "attachmenttype", "originalfilename", "internalnote"), words),
            "documentsubclass": one_of(*SUBCLASSES),
            "autoclose": yes_or_no,
        },
    ),
    writing(
        "POST",
        "/patients/{patientid}/insurances",
        add_insurance,
        {
            **dict.fromkeys(("insurancepackageid", "sequencenumber", "relationshiptoinsuredid"), a_number),
            **dict.fromkeys(("insuranceidnumber", "policynumber"), words),
            **dict.fromkeys(("insurancepolicyholderfirstname", "insurancepolicyholderlastname"), words),
            "insurancepolicyholdersex": one_of("M", "F"),
            "insurancepolicyholderdob": a_birth_date,
            **dict.fromkeys(("updateappointments", "validateinsuranceidnumber"), yes_or_no),
        },
    ),
    writing(
        "PUT",
        "/appointments/{appointmentid}/insurances",
        attach_insurances,
        dict.fromkeys(("primaryinsuranceid", "secondaryinsuranceid"), a_number),
    ),
    reading(
        "/appointments/waitlist", list_waiting, dict.fromkeys(("patientid", "departmentid", "providerid"), a_number)
    ),
    writing(
        "POST",
        "/appointments/waitlist",
        wait,
        {
            **dict.fromkeys(("patientid", "departmentid", "providerid", "appointmenttypeid"), a_number),
            **dict.fromkeys(("appointmentid", "hourfrom", "hourto"), a_number),
            "allowanydepartment": yes_or_no,
            "dayofweekids": numbers,
            "priority": one_of("LOW", "NORMAL", "HIGH"),
            "note": words,
        },
    ),
    writing("PUT", "/patients/{patientid}/customfields", set_custom_fields("patient"), CUSTOM),
    writing("PUT", "/appointments/{appointmentid}/customfields", set_custom_fields("appointment"), CUSTOM),
)
