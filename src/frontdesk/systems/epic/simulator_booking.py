"""Booking and calling off by layer 2: a dry run, a booking with insurance, and the two ways to cancel."""

from datetime import UTC, date

from frontdesk.systems.epic.simulator_calls import Answer, Asked, Call, Surface, acting
from frontdesk.systems.epic.simulator_days import department_shown, visit_type_shown
from frontdesk.systems.epic.simulator_errors import make_failed, not_layer2
from frontdesk.systems.epic.simulator_hospital import BOOKED, Hospital, name_of, start_of
from frontdesk.systems.epic.simulator_ids import (
    PATIENT_IDS,
    PROVIDER_IDS,
    contact_ids,
    department_by,
    patient_by,
    provider_by,
    shown,
    typed,
    visit_type_by,
    within,
)
from frontdesk.systems.epic.simulator_reading import (
    TYPED,
    Given,
    Shape,
    a_list,
    an_object,
    either_day,
    hyphens,
    needed,
    wall_time,
    words,
    yes_or_no,
)
from frontdesk.systems.epic.simulator_rows import Row, fhir_id, lines, text
from frontdesk.systems.epic.simulator_visits import Place, book, cancel, obstacle, warnings


def schedule(hospital: Hospital, asked: Asked) -> Answer:
    """The visit booked, or looked at. Seen [review-only]: with `IsReviewOnly` true all is checked and nothing booked.

    Seen [ids-in-the-query]: the call of 2018 takes the ids in its query, that of 2014 in its body.
    """
    told = _told(asked)
    place = _place(hospital, told)
    _check(hospital, place)
    review = told.yes("IsReviewOnly")
    insurance = asked.given.given("Insurance")
    visit: Row | None = None
    if not review:
        visit = book(hospital, place, note="\n".join(asked.given.texts("Comments")))
        _insure(hospital, place.patient, insurance)
    return Answer(body=_answered(hospital, place, visit))


def place_of(hospital: Hospital, asked: Asked) -> Place | None:
    """The time that a booking is after."""
    told = _told(asked)
    return None if told.yes("IsReviewOnly") else _place(hospital, told)


def cancel_by_contact(hospital: Hospital, asked: Asked) -> Answer:
    """Seen [cancel-of-2014]: an object without anything in it. Guess [cancel-refused]: where it is too late, or the
    visit is not to come, an exception."""
    given = asked.given
    patient = patient_by(hospital, *within(given, "Patient"))
    visit = _visit(hospital, patient, *within(given, "Contact"))
    if not _may_cancel(hospital, visit):
        raise not_layer2("cancel-refused", "The appointment cannot be cancelled.")
    cancel(hospital, text(visit, "csn"), reason=given.text("Reason"))
    return Answer(body={})


def cancel_openly(hospital: Hospital, asked: Asked) -> Answer:
    """Seen [cancel-of-2012]: `IsSuccess`, false where the site refuses: too close, or that type.

    Guess [too-close]: two hours before, unless the world says otherwise; and a visit that is not to come.
    """
    given = asked.given
    patient = patient_by(hospital, *typed(given, "PatientID"))
    visit = _visit(hospital, patient, *typed(given, "ContactID"))
    if not _may_cancel(hospital, visit):
        return Answer(body={"IsSuccess": False})
    cancel(hospital, text(visit, "csn"))
    return Answer(body={"IsSuccess": True})


def _told(asked: Asked) -> Given:
    return asked.address if asked.address.values else asked.given


def _place(hospital: Hospital, told: Given) -> Place:
    needed(told, "Date", "Time")
    department = department_by(hospital, *typed(told, "DepartmentID"))
    where, day = text(department, "department"), told.day("Date") or date.min
    return Place(
        patient=text(patient_by(hospital, *typed(told, "PatientID")), "patient"),
        provider=text(provider_by(hospital, *typed(told, "ProviderID")), "provider"),
        department=where,
        visit_type=text(visit_type_by(hospital, *typed(told, "VisitTypeID")), "visittype"),
        start=hospital.at(where, day, told.text("Time")).astimezone(UTC),
    )


def _check(hospital: Hospital, place: Place) -> None:
    """Nothing, where it can be booked. Raises: Refusal.

    Seen [slottaken]: another visit stands there. Seen [no-longer-available]: 25, for all else that keeps a time from
    being open. Seen [epic-warns]: 27, 34, or several. Guess [new-patients-only]: 34 for
    a first visit of somebody who was here.
    """
    hindered = obstacle(hospital, place)
    if hindered == "slottaken":
        raise make_failed("slottaken", "CADENCE CHECK(S) FAILED: slottaken Details:20")
    if hindered:
        raise make_failed("no-longer-available", "APTWARN ERROR Details:25")
    numbers = warnings(hospital, place)
    was_here = any(visit["status"] == "fulfilled" for visit in hospital.of_patient(place.patient))
    if was_here and hospital.row(hospital.visit_types, place.visit_type)["newonly"]:
        numbers.append("34")
    if numbers:
        raise make_failed("epic-warns", f"APTWARN ERROR Details:{', '.join(numbers)}")


def _insure(hospital: Hospital, patient: str, insurance: Given) -> None:
    """Guess [insurance-becomes-coverage]: what is sent of an insurance is kept with the patient."""
    if not insurance.values:
        return
    number = str(max(7000, *(int(text(row, "coverage")) for row in hospital.coverages), 0) + 1)
    born = insurance.day("SubscriberDateOfBirth")
    hospital.coverages.put(
        {
            "coverage": number,
            "fhirid": fhir_id("Coverage", number),
            "patient": patient,
            "payer": insurance.text("InsuranceName") or insurance.text("PayorID"),
            "payerid": insurance.text("PayorID"),
            "payeridtype": insurance.text("PayorIDType"),
            "subscriberid": insurance.text("SubscriberID"),
            "member": insurance.text("MemberNumber"),
            "group": insurance.text("GroupNumber"),
            "subscriber": insurance.text("SubscriberName"),
            "subscriberborn": born.isoformat() if born else "",
        }
    )


def _answered(hospital: Hospital, place: Place, visit: Row | None) -> dict[str, object]:
    """Seen [booked-answer]. Guess [review-has-no-contact]: a dry run has no ContactIDs, for there is no visit."""
    provider = hospital.row(hospital.providers, place.provider)
    department = hospital.row(hospital.departments, place.department)
    kind = hospital.row(hospital.visit_types, place.visit_type)
    patient = hospital.row(hospital.patients, place.patient)
    wall = hospital.wall(place.department, place.start)
    told = {
        "Date": wall.date().isoformat(),
        "Time": f"{wall:%H:%M:%S}",
        "DurationInMinutes": kind["minutes"],
        "PatientInstructions": lines(kind, "advice"),
        "Warnings": [],
        "Provider": {"DisplayName": provider["name"], "IDs": shown(provider, PROVIDER_IDS)},
        "Department": department_shown(department),
        "VisitType": visit_type_shown(kind),
        "Patient": {"Name": name_of(patient), "IDs": shown(patient, PATIENT_IDS)},
        "ContactIDs": contact_ids(visit) if visit else [],
        "ScheduledTime": f"{hospital.wall(place.department, hospital.now()):%Y-%m-%dT%H:%M:%S}",
    }
    return {"Appointment": told, "InsuranceQueryKey": "", "InsuranceQueryErrorCode": ""}


def _visit(hospital: Hospital, patient: Row, contact: str, kind: str) -> Row:
    """Guess [contact-of-the-patient]: a contact is only known together with its patient."""
    visit = hospital.visits.get(contact) if kind == "CSN" else None
    if visit is None or visit["patient"] != patient["patient"]:
        raise not_layer2("contact-of-the-patient", "Contact: this patient has no such contact.")
    return visit


def _may_cancel(hospital: Hospital, visit: Row) -> bool:
    world = hospital.world
    in_time = start_of(visit) - hospital.now() >= world.cancel_notice
    return visit["status"] == BOOKED and in_time and visit["visittype"] not in world.not_cancelled_outside


INSURANCE: Shape = {
    **dict.fromkeys(("MemberNumber", "GroupNumber", "InsuranceName", "PayorID", "PayorIDType"), words),
    **dict.fromkeys(("SubscriberName", "SubscriberID"), words),
    "SubscriberDateOfBirth": either_day,
}
BOOKING: Shape = {
    **dict.fromkeys(("PatientID", "PatientIDType", "DepartmentID", "DepartmentIDType"), words),
    **dict.fromkeys(("VisitTypeID", "VisitTypeIDType", "ProviderID", "ProviderIDType"), words),
    "Date": hyphens,
    "Time": wall_time,
    "IsReviewOnly": yes_or_no,
}
BESIDE: Shape = {"Comments": a_list(words), "Insurance": an_object(INSURANCE)}
OPENLY = "/PatientAccess/External/ScheduleAppointmentWithInsurance"

CALLS: tuple[Call, ...] = (
    Call(
        method="POST",
        path=f"/2018{OPENLY}/Scheduling2018/Open/ScheduleWithInsurance",
        answer=schedule,
        surface=Surface.LAYER2,
        scope="Scheduling.write",
        address=BOOKING,
        body=BESIDE,
        takes=place_of,
        writes=True,
    ),
    Call(
        method="POST",
        path=f"/2014{OPENLY}/Scheduling/Open/ScheduleWithInsurance",
        answer=schedule,
        surface=Surface.LAYER2,
        scope="Scheduling.write",
        body={**BOOKING, **BESIDE},
        takes=place_of,
        writes=True,
    ),
    acting(
        "/2014/PatientAccess/External/CancelAppointment/Scheduling/Cancel",
        cancel_by_contact,
        {"Patient": an_object(TYPED), "Contact": an_object(TYPED), "Reason": words},
    ),
    acting(
        "/2012/PatientAccess/External/CancelAppointment/Scheduling/Open/Cancel",
        cancel_openly,
        dict.fromkeys(("PatientID", "PatientIDType", "ContactID", "ContactIDType"), words),
    ),
)
