"""Writing in the appointment book: booking, moving, breaking, confirming, and adding a line to a note."""

from datetime import datetime

from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.opendental.simulator_appointments import (
    BROKEN,
    COMPLETE,
    SCHEDULED,
    STATUSES,
    UNSCHED,
    references,
    shown,
    usable_patient,
)
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call, existing, writing
from frontdesk.systems.opendental.simulator_office import CONFIRMED, Office, Permission
from frontdesk.systems.opendental.simulator_reading import (
    Field,
    Fields,
    Given,
    a_colour,
    a_moment,
    a_pattern,
    a_time,
    needed,
    one_of,
    some_words,
    words,
    yes_or_no,
)
from frontdesk.systems.opendental.simulator_reading import number as a_number
from frontdesk.systems.opendental.simulator_rows import NO_DATE, NO_TIME, Row, Scalar, number, text

CONFIRMATIONS = ("None", "Sent", "Confirmed", "Not Accepted", "Failed")
ARRIVALS = ("DateTimeArrived", "DateTimeSeated", "DateTimeDismissed")
DEFAULT_PATTERN = "/XX/"
BROKEN_CODES = {"Missed": "D9986", "Cancelled": "D9987"}


def book(office: Office, asked: Asked) -> Answer:
    """A new visit, booked wherever it is asked for.

    Guess [no-overlap-check]: the page speaks of none and dental books double-book on purpose. Guess
    [blockouts-not-enforced]: nor of blockouts, hours, an appointment type's blockout types, or times that are past.
    """
    given = asked.body
    needed(given, "PatNum", "Op", "AptDateTime")
    patient = usable_patient(office, given.number("PatNum") or 0)
    operatory = existing(office.operatories, given.number("Op") or 0, "Operatory")
    references(office, given)
    kind = _kind(office, given)
    pattern = given.text("Pattern") or (text(kind, "Pattern") if kind else "") or DEFAULT_PATTERN
    start = given.text("AptDateTime") or ""
    row: dict[str, Scalar] = {
        "PatNum": number(patient, "PatNum"),
        "AptStatus": given.text("AptStatus") or SCHEDULED,
        "Pattern": pattern,
        "Confirmed": given.number("Confirmed") or _first_confirmation(office),
        "TimeLocked": "false",
        "Op": number(operatory, "OperatoryNum"),
        "Note": given.text("Note") or "",
        # Documented [default-provider]: the patient's own, else the practice's.
        "ProvNum": given.number("ProvNum") or number(patient, "PriProv") or office.default_provider(),
        "ProvHyg": given.number("ProvHyg") or 0,
        "AptDateTime": start,
        "NextAptNum": 0,
        "UnschedStatus": 0,
        "IsNewPatient": given.text("IsNewPatient") or "false",
        "ProcDescript": text(kind, "CodeStr") if kind else "",  # Guess [codes-as-description].
        # Documented [default-clinic]: the operatory's, else the patient's.
        "ClinicNum": _clinic(given, operatory, patient),
        "IsHygiene": given.text("IsHygiene") or "false",
        **_arrivals(given, start),
        "InsPlan1": 0,
        "InsPlan2": 0,
        "DateTimeAskedToArrive": NO_TIME,
        "colorOverride": given.text("colorOverride") or (text(kind, "appointmentTypeColor") if kind else "0,0,0"),
        "AppointmentTypeNum": given.number("AppointmentTypeNum") or 0,
        "SecUserNumEntry": given.number("SecUserNumEntry") or 0,
        "SecDateTEntry": office.stamp(),
        "Priority": given.text("Priority") or "Normal",
        "PatternSecondary": _secondary(given, pattern),
        "ItemOrderPlanned": 0,
    }
    booked = office.add(office.appointments, row)
    _note_first_visit(office, patient, booked)
    _note_prospective(office, patient, operatory)
    # Documented [created-with-location]: 201, the address of what was created, and the object without the clock.
    return Answer(status=201, body=shown(office, booked), location=f"/appointments/{booked['AptNum']}")


def update(office: Office, asked: Asked) -> Answer:
    """A visit changed, moved or put back on the book. Documented [omitted-stays]: what is not sent stays."""
    row, given = existing(office.appointments, asked.number, "Appointment"), asked.body
    usable_patient(office, number(row, "PatNum"))
    if not given.values:
        raise guess("nothing-to-change", 400, "At least one field is required.")
    if "Op" in given:
        existing(office.operatories, given.number("Op") or 0, "Operatory")
    references(office, given)
    kind = _kind(office, given)
    changes: dict[str, Scalar] = {name: value for name, value in given.values.items() if name not in ARRIVALS}
    if kind and "Pattern" not in given and kind["Pattern"]:
        changes["Pattern"] = kind["Pattern"]
    if kind and "colorOverride" not in given:
        changes["colorOverride"] = kind["appointmentTypeColor"]
    start = str(changes.get("AptDateTime", row["AptDateTime"]))
    changes.update({name: f"{start[:10]} {given.text(name)}" for name in ARRIVALS if name in given})
    pattern = str(changes.get("Pattern", row["Pattern"]))
    if "PatternSecondary" in given or len(pattern) != len(text(row, "PatternSecondary")):
        changes["PatternSecondary"] = _secondary(given, pattern)
    changed = office.change(office.appointments, row, changes)
    _note_first_visit(office, existing(office.patients, number(row, "PatNum"), "Patient"), changed)
    return Answer(body=shown(office, changed))


def break_visit(office: Office, asked: Asked) -> Answer:
    """Nothing; the visit is off the book, or left there broken."""
    row, given = existing(office.appointments, asked.number, "Appointment"), asked.body
    needed(given, "sendToUnscheduledList")
    if row["AptStatus"] != SCHEDULED:
        raise documented("break-only-scheduled", 400, "Only appointments with an AptStatus of Scheduled can be broken.")
    kind = given.text("breakType")
    if kind is not None and office.preference("BrokenApptProcedure") in ("", "0"):
        raise documented("break-type-needs-setup", 400, "breakType requires a broken appointment procedure type.")
    # Documented [break-leaves-or-unschedules]. Guess [code-of-a-broken-visit]: the code shows in the description.
    unscheduled = given.text("sendToUnscheduledList") == "true"
    codes = ", ".join(filter(None, (text(row, "ProcDescript"), BROKEN_CODES.get(kind or "", ""))))
    status = UNSCHED if unscheduled else BROKEN
    office.change(office.appointments, row, {"AptStatus": status, "ProcDescript": codes})
    if office.preference("BrokenApptCommLog") == "1":  # Documented [break-may-log].
        office.add(office.commlogs, commlog(office, number(row, "PatNum"), "Broken appointment"))
    return Answer()


def add_note(office: Office, asked: Asked) -> Answer:
    """Nothing; the note has one more line. Documented [note-appends]: after a carriage return where one stood."""
    row = existing(office.appointments, asked.number, "Appointment")
    needed(asked.body, "Note")
    note = "\r\n".join(filter(None, (text(row, "Note"), asked.body.text("Note"))))
    office.change(office.appointments, row, {"Note": note})
    return Answer()


def confirm(office: Office, asked: Asked) -> Answer:
    """Nothing; the visit has another confirmation."""
    row, given = existing(office.appointments, asked.number, "Appointment"), asked.body
    if len(given.values) != 1:
        raise documented("confirm-one-field", 400, "Only one field is allowed, either confirmVal or defNum.")
    references(office, Given(values={"Confirmed": given.values["defNum"]}) if "defNum" in given else Given())
    chosen = given.number("defNum") or _confirmation(office, given.text("confirmVal") or "")
    office.change(office.appointments, row, {"Confirmed": chosen})
    return Answer()


def commlog(office: Office, patient: int, note: str) -> Row:
    """A line of the patient's communication log as the office itself writes it."""
    return {
        "PatNum": patient,
        "CommDateTime": office.stamp(),
        "CommType": 0,
        "Note": note,
        "Mode_": "None",
        "SentOrReceived": "Neither",
        "UserNum": 0,
        "CommSource": "User",
        "ProgramNum": 0,
        "DateTEntry": office.stamp(),
        "ReferralNum": 0,
    }


def _kind(office: Office, given: Given) -> Row | None:
    """The appointment type named; None for none.

    Documented [type-gives-pattern]: its pattern only where none is sent. Guess [type-without-pattern]: a type whose
    pattern is blank gives the default length, for the simulator keeps no procedure times to add up.
    """
    wanted = given.number("AppointmentTypeNum")
    return existing(office.appointment_types, wanted, "AppointmentType") if wanted else None


def _secondary(given: Given, pattern: str) -> str:
    """The second provider's pattern. Documented [secondary-as-long]: as long as the first, all "/" by default."""
    secondary = given.text("PatternSecondary") or "/" * len(pattern)
    if len(secondary) != len(pattern):
        raise documented("secondary-as-long", 400, "PatternSecondary must match the length of Pattern.")
    return secondary


def _arrivals(given: Given, start: str) -> dict[str, Scalar]:
    """When the patient came, sat down and left. Guess [arrival-day]: a time of day is one of the visit's day."""
    return {name: f"{start[:10]} {given.text(name)}" if name in given else NO_TIME for name in ARRIVALS}


def _clinic(given: Given, operatory: Row, patient: Row) -> int:
    asked = given.number("ClinicNum")
    return asked if asked is not None else number(operatory, "ClinicNum") or number(patient, "ClinicNum")


def _first_confirmation(office: Office) -> int:
    """What a new visit's confirmation is. Documented [first-confirmation]: the first of category 2."""
    first = office.definitions_of(CONFIRMED)
    return number(first[0], "DefNum") if first else 0


def _confirmation(office: Office, value: str) -> int:
    """The definition behind a confirmVal. Documented [confirm-values-are-set-up]: four are mapped by the office."""
    if value == "None":
        return _first_confirmation(office)
    if value not in office.world.confirm_values:
        raise guess("confirm-value-not-set-up", 400, f'The office has not set up the confirmation status "{value}".')
    return office.world.confirm_values[value]


def _note_first_visit(office: Office, patient: Row, booked: Row) -> None:
    """Keep a new patient's first visit. Documented [first-visit]: where no procedure is completed.

    Guess [completed-by-visits]: the simulator keeps no procedures; a completed visit stands for them.
    """
    if booked["IsNewPatient"] != "true":
        return
    if not any(row["PatNum"] == patient["PatNum"] and row["AptStatus"] == COMPLETE for row in office.appointments):
        first = datetime.fromisoformat(text(booked, "AptDateTime")).date().isoformat()
        if first != NO_DATE and patient["DateFirstVisit"] != first:
            office.change(office.patients, patient, {"DateFirstVisit": first})


def _note_prospective(office: Office, patient: Row, operatory: Row) -> None:
    """Documented [set-prospective]: whoever is put in such an operatory becomes Prospective."""
    if operatory["SetProspective"] == "true":
        current = existing(office.patients, number(patient, "PatNum"), "Patient")
        office.change(office.patients, current, {"PatStatus": "Prospective"})


_CHANGING: Fields = {
    "Pattern": Field(reads=a_pattern),
    "Confirmed": Field(reads=a_number),
    "Op": Field(reads=a_number),
    "Note": Field(reads=words),
    "ProvNum": Field(reads=a_number),
    "ProvHyg": Field(reads=a_number),
    "AptDateTime": Field(reads=a_moment),
    "ClinicNum": Field(reads=a_number),
    "IsHygiene": Field(reads=yes_or_no),
    "DateTimeArrived": Field(reads=a_time, since="25.2.10"),
    "DateTimeSeated": Field(reads=a_time, since="25.2.10"),
    "DateTimeDismissed": Field(reads=a_time, since="25.2.10"),
    "IsNewPatient": Field(reads=yes_or_no, since="21.3"),
    "Priority": Field(reads=one_of("Normal", "ASAP"), since="22.1"),
    "AppointmentTypeNum": Field(reads=a_number, since="22.1"),
    "colorOverride": Field(reads=a_colour, since="22.3.9"),
    "PatternSecondary": Field(reads=a_pattern, since="23.3.17"),
}
BOOKING: Fields = {
    **_CHANGING,
    "PatNum": Field(reads=a_number),
    "AptStatus": Field(reads=one_of(SCHEDULED, COMPLETE, UNSCHED, "PtNote", "PtNoteCompleted")),
    "SecUserNumEntry": Field(reads=a_number, since="25.1.27"),
}
UPDATING: Fields = {
    **_CHANGING,
    "AptStatus": Field(reads=one_of(*(word for word in STATUSES if word != "ASAP"))),
    "UnschedStatus": Field(reads=a_number, since="22.2"),
}

CALLS: tuple[Call, ...] = (
    writing("POST", "/appointments", book, Permission.APPOINTMENTS, body=BOOKING),
    writing("PUT", "/appointments/{AptNum}", update, Permission.APPOINTMENTS, body=UPDATING),
    writing(
        "PUT",
        "/appointments/{AptNum}/Break",
        break_visit,
        Permission.COMM,
        since="21.3",
        body={
            "sendToUnscheduledList": Field(reads=yes_or_no),
            "breakType": Field(reads=one_of(*BROKEN_CODES)),
        },
    ),
    writing("PUT", "/appointments/{AptNum}/Note", add_note, Permission.COMM, body={"Note": Field(reads=some_words)}),
    writing(
        "PUT",
        "/appointments/{AptNum}/Confirm",
        confirm,
        Permission.COMM,
        body={"confirmVal": Field(reads=one_of(*CONFIRMATIONS)), "defNum": Field(reads=a_number, since="21.2")},
    ),
)
