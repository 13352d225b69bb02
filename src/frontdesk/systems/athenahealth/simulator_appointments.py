"""Reading the book: one visit, the booked schedule of departments, a patient's own visits."""

from frontdesk.systems.athenahealth.simulator_calls import Answer, Asked, Call, Rows, listing, reading
from frontdesk.systems.athenahealth.simulator_errors import not_valid
from frontdesk.systems.athenahealth.simulator_patients import insurances_of
from frontdesk.systems.athenahealth.simulator_patients import shown as patient_shown
from frontdesk.systems.athenahealth.simulator_practice import (
    CANCELLED,
    CHARGED,
    CHECKED_IN,
    CHECKED_OUT,
    FUTURE,
    OPEN,
    Practice,
    Rollout,
)
from frontdesk.systems.athenahealth.simulator_reading import (
    Fields,
    Given,
    a_date,
    a_moment,
    a_number,
    needed,
    numbers,
    one_of,
    yes_or_no,
)
from frontdesk.systems.athenahealth.simulator_rows import Row, as_date, as_stamp, instant_of, number, text

STAMPS = {
    "scheduledat": "scheduleddatetime",
    "modifiedat": "lastmodified",
    "cancelledat": "cancelleddatetime",
    "startedat": "startcheckin",
    "checkedinat": "checkindatetime",
    "checkedoutat": "checkoutdatetime",
}
NAMES = {"scheduledby": "scheduledby", "modifiedby": "lastmodifiedby", "cancelledby": "cancelledby"}


def one_appointment(practice: Practice, asked: Asked) -> Answer:
    """One visit, or one open slot. Seen [one-in-an-array]."""
    return Answer(body=[shown(practice, practice.appointment(asked.number), asked.given)])


def list_booked(practice: Practice, asked: Asked) -> Answer:
    """The booked schedule of one department, of several, or of all. Guess [order-of-visits]: by day, time and number.

    Guess [departments-with-commas]: of several, by a list with commas, which only that call takes.
    """
    given = asked.given
    needed(given, "startdate", "enddate")
    if given.text("enddate") < given.text("startdate"):
        raise not_valid("enddate", "it lies before startdate")
    for one in given.numbers("departmentid"):
        practice.department(one)
    rows = [row for row in practice.appointments if row["status"] != OPEN and _wanted(row, given)]
    return Answer(body=Rows(plural="appointments", rows=[shown(practice, row, given) for row in in_order(rows)]))


def list_of_patient(practice: Practice, asked: Asked) -> Answer:
    """A patient's visits. Documented [future-by-default]: to come and not cancelled, unless asked otherwise."""
    practice.patient(asked.number)
    given = asked.given
    rows = [row for row in practice.appointments if row["status"] != OPEN and row["patientid"] == asked.number]
    if not given.yes("showcancelled"):
        rows = [row for row in rows if row["status"] != CANCELLED]
    if not given.yes("showpast"):
        rows = [row for row in rows if practice.start_of(row) >= practice.now()]
    rows = [row for row in rows if _in_span(text(row, "day"), given.text("startdate"), given.text("enddate"))]
    return Answer(body=Rows(plural="appointments", rows=[shown(practice, row, given) for row in in_order(rows)]))


def in_order(rows: list[Row]) -> list[Row]:
    """Rows by day, time and number."""
    return sorted(rows, key=lambda row: (text(row, "day"), text(row, "time"), number(row, "appointmentid")))


def shown(practice: Practice, row: Row, given: Given) -> dict[str, object]:
    """A slot or visit as reads show it. Seen [absent-when-empty]: what has no value is not there at all."""
    kind = practice.type(number(row, "appointmenttypeid"))
    full: dict[str, object] = {
        "appointmentid": str(row["appointmentid"]),
        "date": as_date(text(row, "day")),
        "starttime": row["time"],
        "duration": row["duration"],
        "departmentid": str(row["departmentid"]),
        "providerid": str(row["providerid"]),
        "renderingproviderid": row["providerid"],
        "supervisingproviderid": row.get("supervisingproviderid", ""),
        "patientid": str(row["patientid"] or ""),
        "appointmentstatus": row["status"],
        "appointmenttype": kind["name"],
        "appointmenttypeid": str(row["appointmenttypeid"]),
        "patientappointmenttypename": kind["patientdisplayname"],
        "templateappointmentid": str(row["slot"]),
        "templateappointmenttypeid": str(row["slottypeid"]),
        "frozenyn": "true" if row["frozen"] else "",
        "urgentyn": str(row.get("urgent", "")),
        "rescheduledappointmentid": row.get("rescheduledto", ""),
        "encounterid": row.get("encounterid", ""),
        **{name: as_stamp(str(row.get(column, ""))) for column, name in STAMPS.items()},
        **{name: row.get(column, "") for column, name in NAMES.items()},
        **_cancelled(practice, row),
        **_confirmation(practice, row),
    }
    if row["status"] != OPEN and ("showcopay" not in given or given.yes("showcopay")):
        full["copay"] = 0
    notes = [note for note in practice.tables["notes"] if note["appointmentid"] == row["appointmentid"]]
    if notes:
        full["appointmentnotes"] = [
            {"id": note["noteid"], "text": note["text"], "displayonschedule": note["displayonschedule"]}
            for note in notes
        ]
    if given.yes("showpatientdetail") and row["patientid"]:
        full["patient"] = patient_shown(practice, practice.patient(number(row, "patientid")))
    if given.yes("showinsurance") and row["patientid"]:
        full["insurances"] = insurances_of(practice, number(row, "patientid"))
    return {name: value for name, value in full.items() if value != ""}


def _cancelled(practice: Practice, row: Row) -> dict[str, object]:
    reason = practice.tables["cancel_reasons"].get(number(row, "cancelreasonid")) if row.get("cancelreasonid") else None
    if reason is None:
        return {}
    return {
        "cancelreasonid": str(reason["appointmentcancelreasonid"]),
        "cancelreasonname": reason["name"],
        "cancelreasonnoshow": reason["noshow"],
        "cancelreasonslotavailable": reason["slotavailable"],
    }


def _confirmation(practice: Practice, row: Row) -> dict[str, object]:
    found = practice.tables["confirmations"].get(number(row, "confirmation")) if row.get("confirmation") else None
    if found is None:
        return {}
    return {"appointmentconfirmationid": str(found["statusid"]), "appointmentconfirmationname": found["name"]}


def _wanted(row: Row, given: Given) -> bool:
    """Whether a visit is asked for. Documented [cancelled-when-asked]: cancelled ones only with showcancelled.

    Guess [modified-bounds-included], on the east coast's clock. Guess [status-asked-beats-cancelled]: the status x
    asked for by name shows cancelled visits too.
    """
    if row["status"] == CANCELLED and not given.yes("showcancelled") and given.text("appointmentstatus") != CANCELLED:
        return False
    same = {"providerid": "providerid", "patientid": "patientid", "appointmenttypeid": "appointmenttypeid"}
    if any(name in given and row[column] != given.number(name) for name, column in same.items()):
        return False
    if "departmentid" in given and number(row, "departmentid") not in given.numbers("departmentid"):
        return False
    if "appointmentstatus" in given and row["status"] != given.text("appointmentstatus"):
        return False
    scheduled = as_stamp(str(row.get("scheduledat", "")))[:10]
    on = f"{scheduled[6:]}-{scheduled[:2]}-{scheduled[3:5]}"
    return (
        _in_span(text(row, "day"), given.text("startdate"), given.text("enddate"))
        and _in_span(on, given.text("scheduledstartdate"), given.text("scheduledenddate"))
        and _in_span(
            text(row, "modifiedat"), _utc(given.text("startlastmodified")), _utc(given.text("endlastmodified"))
        )
    )


def _one_department(name: str, raw: str) -> tuple[int, ...]:
    return (a_number(name, raw),)


def _in_span(value: str, first: str, last: str) -> bool:
    return (not first or first <= value) and (not last or value <= last)


def _utc(wall: str) -> str:
    return instant_of(wall).isoformat() if wall else ""


SHOWING: Fields = dict.fromkeys(("showpatientdetail", "showinsurance", "showcopay"), yes_or_no)
_BOOKED: Fields = {
    **SHOWING,
    **dict.fromkeys(("startdate", "enddate", "scheduledstartdate", "scheduledenddate"), a_date),
    **dict.fromkeys(("startlastmodified", "endlastmodified"), a_moment),
    **dict.fromkeys(("providerid", "patientid", "appointmenttypeid"), a_number),
    "departmentid": _one_department,
    "appointmentstatus": one_of(FUTURE, CHECKED_IN, CHECKED_OUT, CHARGED, CANCELLED),
    "showcancelled": yes_or_no,
}

CALLS: tuple[Call, ...] = (
    listing("/appointments/booked", list_booked, _BOOKED, rollout=Rollout.BOOKED),
    listing(
        "/appointments/booked/multipledepartment",
        list_booked,
        {**_BOOKED, "departmentid": numbers},
        rollout=Rollout.BOOKED,
    ),
    reading("/appointments/{appointmentid}", one_appointment, SHOWING, rollout=Rollout.DETAILS),
    listing(
        "/patients/{patientid}/appointments",
        list_of_patient,
        {
            **dict.fromkeys(("showpast", "showcancelled"), yes_or_no),
            **dict.fromkeys(("startdate", "enddate"), a_date),
        },
    ),
)
