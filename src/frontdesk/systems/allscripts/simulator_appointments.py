"""The book as it is read: by day, by patient, by number, and what changed."""

from collections.abc import Sequence
from datetime import datetime

from frontdesk.systems.allscripts.simulator_calls import Action, Asked, Whose, numbered, reading
from frontdesk.systems.allscripts.simulator_practice import (
    ARRIVED,
    BUMPED,
    CANCELLED,
    CONFIRMED,
    NO_SHOW,
    SCHEDULED,
    WAITING,
    Practice,
    patient_name,
)
from frontdesk.systems.allscripts.simulator_reading import day, days, moment
from frontdesk.systems.allscripts.simulator_refusals import guess
from frontdesk.systems.allscripts.simulator_rows import (
    Row,
    Shown,
    as_text,
    day_first,
    during,
    long_moment,
    number,
    short_moment,
    slashed,
    text,
    yes,
)

WORDS = {
    SCHEDULED: "Pending",
    CONFIRMED: "Confirmed",
    ARRIVED: "Arrived",
    CANCELLED: "Cancelled",
    NO_SHOW: "No Show",
    BUMPED: "Bumped",
    WAITING: "Wait Listed",
}
"""Seen [status-words]: Pending and Completed are. Guess [words-unseen]: the others are ours."""


def schedule(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The visits of a day or some days, of one patient where one is named.

    Seen [schedule-days]: a day, or two with "|" between, in Parameter1; or the first there and the last in Parameter2.
    Seen [schedule-picture]: Y or N in Parameter3; nobody here has a picture. Guess [schedule-filters]: Parameter4 is
    blank or All, Parameter5 names kinds of visit by abbreviation. Guess [off-is-listed]: a visit that was called off
    is listed with its status, in every list.
    """
    first, _, last = asked.parameter(1).partition("|")
    if last and asked.parameter(2):
        raise guess("schedule-days-twice", "The end date is given twice.")
    if not first:
        raise guess("days-needed", "A date is required.")
    begin, end = days(first, last or asked.parameter(2) or first)
    if asked.parameter(3) not in ("", "Y", "N"):
        raise guess("schedule-filters", "Parameter3 must be Y or N.")
    if asked.parameter(4) not in ("", "All"):
        raise guess("schedule-filters", "Parameter4 must be All.")
    kinds = [one for one in asked.parameter(5).split("|") if one]
    return [
        scheduled(practice, row)
        for row in by_start(practice)
        if begin <= during(row).start.date() <= end
        and (asked.patient is None or row["Patient_ID"] == asked.patient["Patient_ID"])
        and (not kinds or kind_of(practice, row)["Abbreviation"] in kinds)
    ]


def schedule_of_patient(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """Every visit of a patient, past and to come. Guess [schedule-rows]: the rows of GetSchedule here and below."""
    whose = asked.patient or {}
    return [scheduled(practice, row) for row in by_start(practice) if row["Patient_ID"] == whose["Patient_ID"]]


def appointment_by_id(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """One visit. Guess [by-id]: its id in Parameter1."""
    if not asked.parameter(1):
        raise guess("by-id", "An appointment id is required.")
    return [scheduled(practice, numbered(practice.appointments, asked.parameter(1).strip(), "Appointment"))]


def changed(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The visits of some days that changed since a moment. Seen [changed-parameters]: each may be blank.

    Guess [changed-days]: Parameter1 and 2 bound the day of the visit. Guess [changed-since]: what changed in the very
    second of Parameter3 is among them. Guess [changed-order]: by when it changed. Guess [changed-by-the-wall]: the
    server compares what its clock showed, so that in the hour that comes twice a change can look older than it is.
    """
    begin = day(asked.parameter(1)) if asked.parameter(1) else None
    end = day(asked.parameter(2)) if asked.parameter(2) else None
    if begin and end:
        days(asked.parameter(1), asked.parameter(2))
    since = moment(asked.parameter(3)) if asked.parameter(3) else None
    found = [
        row
        for row in practice.appointments
        if (begin is None or begin <= during(row).start.date())
        and (end is None or during(row).start.date() <= end)
        and (since is None or since <= datetime.fromisoformat(text(row, "changed")))
    ]
    found.sort(key=lambda row: (text(row, "changed"), number(row, "Appointment_ID")))
    return [_changed_row(practice, row) for row in found]


def scheduled(practice: Practice, row: Row, *, words: bool = False) -> Shown:
    """A visit as GetSchedule shows it. Seen [schedule-columns].

    Guess [letters-in-schedules]: Status is the letter here; with `words`, or `World.status_words`, it is a word. Guess
    [provider-is-resource]: ProviderID and Provider are of the resource, Practitioner_ID is empty for a room.
    """
    whose, start = practice.patient_of(row), during(row).start
    resource = practice.resources.at(number(row, "Resource_ID"))
    practitioner = practice.practitioners.get(_known(resource["Practitioner_ID"]))
    kind, letter = kind_of(practice, row), text(row, "status")
    done = "Completed" if text(row, "checked_out") else WORDS[letter]
    return {
        "AppointmentID": as_text(row["Appointment_ID"]),
        "patientID": as_text(row["Patient_ID"]),
        "Patient": patient_name(whose),
        "PatientFirstName": text(whose, "First_Name"),
        "PatientLastName": text(whose, "Last_Name"),
        "Patient_DOB": day_first(text(whose, "DOB")),
        "ApptTime": f"{start:%H:%M}",
        "ApptTime2": long_moment(text(row, "start")),
        "Duration": as_text(row["minutes"]),
        "Status": done if practice.world.status_words or words else letter,
        "statuscolor": "black",
        "type": text(kind, "Description"),
        "appttype": text(kind, "Abbreviation"),
        "ProviderID": as_text(resource["Resource_ID"]),
        "Provider": text(resource, "Description"),
        "Practitioner_ID": as_text(resource["Practitioner_ID"]),
        "Practitioner_Name": text(practitioner, "FullName") if practitioner else "",
        "LocationName": text(practice.locations.at(number(row, "Scheduling_Location_ID")), "Description"),
        "OrganizationID": "",
        "OrgName": "",
        "organizationMRN": text(whose, "Patient_Med_Rec_No"),
        "TimeIn": text(row, "checked_in")[11:16],
        "TimeStart": f"{start:%H:%M}",
        "TimeOut": text(row, "checked_out")[11:16],
        "Comment": text(row, "comments"),
        "SchedComment": text(row, "reason"),
        "SchedText": "",
        "Link_Control_Number": as_text(row["Appointment_ID"]),
        "base64image": "",
    }


def _changed_row(practice: Practice, row: Row) -> Shown:
    """A visit as GetAppointmentsByChangeDTTM shows it. Seen [changed-columns], one of them with its odd spelling."""
    whose, kind = practice.patient_of(row), kind_of(practice, row)
    resource = practice.resources.at(number(row, "Resource_ID"))
    attending = practice.practitioners.get(_known(resource["Practitioner_ID"])) or {}
    place = practice.locations.at(number(row, "Scheduling_Location_ID"))
    why = practice.cancellation_reasons.get(_known(row["cancellation_reason"])) or {}
    off = {True: why, False: {}}
    cancelled, bumped = off[row["status"] == CANCELLED], off[row["status"] == BUMPED]
    return {
        "Appointment_ID": as_text(row["Appointment_ID"]),
        "Status": text(row, "status"),
        "Appointment_DateTime": short_moment(text(row, "start")),
        "Duration": as_text(row["minutes"]),
        "Appointment_Type_ID": as_text(row["Appointment_Type_ID"]),
        "Appt_Type_Abbr": text(kind, "Abbreviation"),
        "Appt_Type_Desc": text(kind, "Description"),
        "Resource_ID": as_text(row["Resource_ID"]),
        "Resource_Abbr": text(resource, "Abbreviation"),
        "Scheduling_Department_ID": as_text(_department(practice, place)["Scheduling_Department_ID"]),
        "Scheduling_Location_ID": as_text(place["Scheduling_Location_ID"]),
        "Location_ID": as_text(place["Location_ID"]),
        "Patient_ID": as_text(row["Patient_ID"]),
        "Patient_Number": text(whose, "Patient_Number"),
        "Patient_First_Name": text(whose, "First_Name"),
        "Patient_Last_Name": text(whose, "Last_Name"),
        "Patient_DOB": slashed(text(whose, "DOB")),
        "Appt_Comments": text(row, "comments"),
        "DateTime_Scheduled": short_moment(text(row, "scheduled")),
        "DateTIme_Confirmed": short_moment(text(row, "confirmed")),
        "DateTime_Cancelled": short_moment(text(row, "cancelled")),
        "Cancellation_Reason_ID": as_text(cancelled.get("Cancellation_Reason_ID")),
        "Cancellation_Reason_Abbr": as_text(cancelled.get("Abbreviation")),
        "Cancellation_Reason_Desc": as_text(cancelled.get("Description")),
        "DateTime_NoShow": short_moment(text(row, "no_show")),
        "DateTime_Bumped": short_moment(text(row, "bumped")),
        "Bumped_Reason_ID": as_text(bumped.get("Cancellation_Reason_ID")),
        "Bumped_Reason_Abbr": as_text(bumped.get("Abbreviation")),
        "Bumped_Reason_Desc": as_text(bumped.get("Description")),
        "Check_In_Time": short_moment(text(row, "checked_in")),
        "Check_Out_Time": short_moment(text(row, "checked_out")),
        "Is_Forced_Appointment": as_text(yes(row, "forced")),
        "CoPayment_Amount": "",
        "Eligibility_Status": "",
        "Eligibility_Status_Coverage": "",
        "AttendingFirstName": as_text(attending.get("First_Name")),
        "AttendingLastName": as_text(attending.get("Last_Name")),
        "AttendingAbbreviation": as_text(attending.get("Abbreviation")),
        "Encounter_Number": "",
        "Link_Control_Number": as_text(row["Appointment_ID"]),
    }


def by_start(practice: Practice) -> list[Row]:
    """Every visit, soonest first."""
    return sorted(practice.appointments, key=lambda row: (text(row, "start"), number(row, "Appointment_ID")))


def kind_of(practice: Practice, row: Row) -> Row:
    """The kind of a visit."""
    return practice.appointment_types.at(number(row, "Appointment_Type_ID"))


def _department(practice: Practice, place: Row) -> Row:
    return next(row for row in practice.departments if row["Abbreviation"] == place["department"])


def _known(value: object) -> int | None:
    return value if isinstance(value, int) else None


ACTIONS: tuple[Action, ...] = (
    reading("GetSchedule", schedule, takes=(1, 2, 3, 4, 5), whose=Whose.ANYBODYS),
    reading("GetScheduleByPatientID", schedule_of_patient, whose=Whose.ONE_PATIENTS),
    reading("GetAppointmentById", appointment_by_id, takes=(1,)),
    reading("GetAppointmentsByChangeDTTM", changed, takes=(1, 2, 3)),
)
