"""Visits by layer 2: a patient's, all, to come or past, and a provider's."""

from collections.abc import Iterable, Sequence

from frontdesk.systems.epic.simulator_calls import Answer, Asked, Call, asking
from frontdesk.systems.epic.simulator_hospital import BOOKED, LAYER2_STATUS, Hospital, name_of, start_of
from frontdesk.systems.epic.simulator_ids import (
    DEPARTMENT_IDS,
    PATIENT_IDS,
    PROVIDER_IDS,
    VISIT_TYPE_IDS,
    contact_ids,
    department_by,
    patient_by,
    provider_by,
    shown,
    typed,
    within,
)
from frontdesk.systems.epic.simulator_reading import (
    TYPED,
    Given,
    a_list,
    an_object,
    either_day,
    needed,
    one_of,
    words,
)
from frontdesk.systems.epic.simulator_rows import Row, clock, lines, slashed, text


def of_patient(hospital: Hospital, asked: Asked) -> Answer:
    """A patient's visits. Seen [all-statuses-when-asked]: only with `IncludeAllStatuses` "1" those not to come.

    Guess [user-not-needed]: UserID may be left out, as a token names the user. Guess [open-span]: so may the days.
    """
    patient = patient_by(hospital, *typed(asked.given, "PatientID"))
    rows = _in_span(hospital, hospital.of_patient(text(patient, "patient")), asked.given)
    if asked.given.text("IncludeAllStatuses") != "1":
        rows = [row for row in rows if row["status"] == BOOKED]
    return _listed(hospital, rows)


def to_come(hospital: Hospital, asked: Asked) -> Answer:
    """A patient's visits that are to come. Guess [future-is-scheduled]: those not cancelled, from now on."""
    patient = patient_by(hospital, *typed(asked.given, "PatientID"))
    rows = hospital.of_patient(text(patient, "patient"))
    return _listed(hospital, [row for row in rows if row["status"] == BOOKED and start_of(row) >= hospital.now()])


def past(hospital: Hospital, asked: Asked) -> Answer:
    """A patient's visits that began before now. Guess [past-shows-all-statuses]."""
    patient = patient_by(hospital, *within(asked.given, "Patient"))
    rows = hospital.of_patient(text(patient, "patient"))
    return _listed(hospital, [row for row in rows if start_of(row) < hospital.now()])


def of_providers(hospital: Hospital, asked: Asked) -> Answer:
    """The visits of providers in departments, each with its patient. Seen [provider-rows-name-patients].

    Guess [provider-rows-to-come]: those not cancelled, of all statuses else.
    """
    needed(asked.given, "StartDate", "EndDate", "Providers")
    rows: list[Row] = []
    for one in asked.given.many("Providers"):
        needed(one, "ID", "IDType")
        provider = provider_by(hospital, one.text("ID"), one.text("IDType"))
        found = hospital.visits.find(provider=provider["provider"])
        if "DepartmentID" in one:
            where = department_by(hospital, *typed(one, "DepartmentID"))
            found = [row for row in found if row["department"] == where["department"]]
        rows += [row for row in found if row["status"] != "cancelled"]
    rows = sorted(_in_span(hospital, rows, asked.given), key=start_of)
    return Answer(body={"Appointments": [{**_shown(hospital, row), **_patient(hospital, row)} for row in rows]})


def _listed(hospital: Hospital, rows: Iterable[Row]) -> Answer:
    return Answer(body={"Appointments": [_shown(hospital, row) for row in rows], "Error": ""})


def _shown(hospital: Hospital, row: Row) -> dict[str, object]:
    """A visit. Seen [rows-of-visits]: everything as text, `Date` M/D/YYYY, times with a leading blank."""
    wall = hospital.wall(text(row, "department"), start_of(row))
    provider = hospital.row(hospital.providers, text(row, "provider"))
    department = hospital.row(hospital.departments, text(row, "department"))
    kind = hospital.row(hospital.visit_types, text(row, "visittype"))
    whom = {
        "ProviderName": provider["name"],
        "DepartmentName": department["name"],
        "Time": clock(wall),
        "Duration": str(row["minutes"]),
        "ProviderIDs": shown(provider, PROVIDER_IDS),
        "DepartmentIDs": shown(department, DEPARTMENT_IDS),
    }
    return {
        "Date": slashed(wall.date()),
        "AppointmentStartTime": clock(wall),
        "AppointmentDuration": str(row["minutes"]),
        "AppointmentStatus": LAYER2_STATUS[text(row, "status")],
        "VisitTypeName": kind["name"],
        "AppointmentNotes": lines(row, "notes"),
        "ContactIDs": contact_ids(row),
        "VisitTypeIDs": shown(kind, VISIT_TYPE_IDS),
        "Providers": [whom],
    }


def _patient(hospital: Hospital, row: Row) -> dict[str, object]:
    patient = hospital.row(hospital.patients, text(row, "patient"))
    return {"PatientName": name_of(patient), "PatientIDs": shown(patient, PATIENT_IDS)}


def _in_span(hospital: Hospital, rows: Sequence[Row], given: Given) -> list[Row]:
    first, last = given.day("StartDate"), given.day("EndDate")
    days = [(hospital.wall(text(row, "department"), start_of(row)).date(), row) for row in rows]
    return [row for day, row in days if (first is None or first <= day) and (last is None or day <= last)]


PATIENT = {"PatientID": words, "PatientIDType": words}
USER = {"UserID": words, "UserIDType": words}
SPAN = {"StartDate": either_day, "EndDate": either_day}
PROVIDERS = a_list(an_object(dict.fromkeys(("ID", "IDType", "DepartmentID", "DepartmentIDType"), words)))

CALLS: tuple[Call, ...] = (
    asking(
        "/2013/Scheduling/Patient/GETPATIENTAPPOINTMENTS/GetPatientAppointments",
        of_patient,
        {**USER, **PATIENT, **SPAN, "IncludeAllStatuses": one_of("0", "1")},
    ),
    asking(
        "/2017B/PatientAccess/Patient/GetFutureAppointments/Epic/Patient/Scheduling2017b/GetFutureAppointments",
        to_come,
        PATIENT,
    ),
    asking("/2015/PatientAccess/External/GetPastAppointments/Scheduling/Past", past, {"Patient": an_object(TYPED)}),
    asking(
        "/2013/Scheduling/Provider/GetProviderAppointments/Scheduling/Provider/Appointments",
        of_providers,
        {**USER, **SPAN, "Providers": PROVIDERS},
    ),
)
