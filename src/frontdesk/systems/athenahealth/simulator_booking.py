"""Writing in the book: booking a slot, moving, cancelling, changing and confirming a visit, and its day at the desk."""

from collections.abc import Callable, Mapping

from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.athenahealth.simulator_appointments import shown
from frontdesk.systems.athenahealth.simulator_calls import Answer, Asked, Call, reading, writing
from frontdesk.systems.athenahealth.simulator_catalogue import existing_reason, mapped_type
from frontdesk.systems.athenahealth.simulator_errors import (
    NOT_VALID,
    needs_type_or_reason,
    no_patient,
    not_valid,
    over_already,
    says,
    taken,
)
from frontdesk.systems.athenahealth.simulator_practice import (
    API,
    CANCELLED,
    CHECKED_IN,
    CHECKED_OUT,
    FUTURE,
    OPEN,
    Practice,
)
from frontdesk.systems.athenahealth.simulator_reading import Fields, Given, a_number, needed, words, yes_or_no
from frontdesk.systems.athenahealth.simulator_rows import Row, Scalar, number
from frontdesk.systems.athenahealth.simulator_slots import fills

FROM_API = -5
"""Seen [default-cancel-reason]: "CANCELLED FROM API", after which the time is open again."""

TOLD = (
    *("date", "appointmentid", "starttime", "departmentid", "appointmentstatus", "patientid", "duration"),
    *("appointmenttypeid", "appointmenttype", "providerid", "patientappointmenttypename"),
)
"""What the answer to a booking shows of the visit. Seen [booking-answer]."""


def book(practice: Practice, asked: Asked) -> Answer:
    """A visit in an open slot, as one row in an array. Documented [duration-from-slot]: it lasts as long as the slot.

    Guess [lead-time-only-listed]: how far ahead and whether it is past is not looked at. Guess [reason-kind-unchecked]:
    nor whether the reason is for new patients.
    """
    given = asked.given
    needed(given, "patientid")
    slot = _free(practice, asked.number, given)
    kind = _kind(practice, given, slot)
    patient = living_patient(practice, given.number("patientid"))
    if "departmentid" in given and given.number("departmentid") != slot["departmentid"]:
        raise guess(
            "department-of-the-slot", 400, says(NOT_VALID, detailedmessage="The slot is in another department.")
        )
    is_new = not any(
        row["patientid"] == patient["patientid"] and row.get("checkedinat") for row in practice.appointments
    )
    booked = put_in(practice, slot, patient=number(patient, "patientid"), kind=kind, reason=given.number("reasonid"))
    if "urgentyn" in given:
        practice.appointments.change(asked.number, {"urgent": str(given.yes("urgentyn")).lower()})
    # Seen [booking-note]: what the caller says becomes a note. Guess [insurance-note]: and so does insuranceinfo.
    for name, before in (("bookingnote", "Reported reason for booking: "), ("insuranceinfo", "Insurance: ")):
        if given.text(name):
            add_note(practice, asked.number, f"API appointment created.  {before}{given.text(name)}")
    if is_new and not given.yes("nopatientcase"):
        # Documented [case-for-new-patient]. Guess [who-is-new]: whoever was never checked in.
        subject = "New patient booked through the API"
        row = {"patientid": patient["patientid"], "kind": "patientcase", "subject": subject}
        practice.tables["documents"].add({**row, "departmentid": slot["departmentid"]})
    return Answer(body=[_told(practice, booked)])


def reschedule(practice: Practice, asked: Asked) -> Answer:
    """The visit in its new slot. Documented [reschedule-cancels]: the old one is cancelled and names the new one."""
    given = asked.given
    needed(given, "newappointmentid", "patientid")
    old = _future_visit(practice, asked.number, given)
    slot = _free(practice, given.number("newappointmentid"), given)
    # Documented [reschedule-keeps-reason]: the old one unless another is given, and with it the old type.
    named = "reasonid" in given
    kind = _kind(practice, given, slot) if named else _fitting(practice, number(old, "appointmenttypeid"), slot)
    reason = given.number("reasonid") if named else number(old, "reasonid")
    chosen = _cancel_reason(practice, given)
    moved = put_in(practice, slot, patient=number(old, "patientid"), kind=kind, reason=reason)
    off_the_book(practice, old, chosen, by=API, moved_to=number(moved, "appointmentid"))
    if given.text("reschedulereason"):
        add_note(
            practice, asked.number, f"API appointment reschedule. Reported reason: {given.text('reschedulereason')}"
        )
    return Answer(body=[_told(practice, moved)])


def cancel(practice: Practice, asked: Asked) -> Answer:
    """Seen [cancel-answer]: {"status":"x"}. Documented [no-show-is-a-reason]: a missed visit is cancelled too."""
    given = asked.given
    needed(given, "patientid")
    visit = _future_visit(practice, asked.number, given)
    off_the_book(practice, visit, _cancel_reason(practice, given), by=API)
    if given.text("cancellationreason"):
        why = given.text("cancellationreason")
        add_note(practice, asked.number, f"API appointment cancellation. Reported reason for cancellation: {why}")
    return Answer(body={"status": CANCELLED})


def change(practice: Practice, asked: Asked) -> Answer:
    """A visit's provider, department or type, where it stands. Seen [update-answer]: status 1, or 200 and why not."""
    given, visit = asked.given, practice.appointment(asked.number)
    if not given.values:
        raise not_valid("providerid", "something to change is needed")
    if visit["status"] in (OPEN, CANCELLED):
        return Answer(body={"status": "Appointment is not booked"})
    tables = {"departmentid": "departments", "appointmenttypeid": "types"}
    for name in given.values:
        if practice.tables[tables.get(name, "providers")].get(given.number(name)) is None:
            return Answer(body={"status": f"Invalid {name.upper()} input"})
    columns = {"schedulingproviderid": "providerid"}  # Guess [scheduling-provider]: it is the provider of the visit.
    changes: Row = {columns.get(name, name): given.number(name) for name in given.values}
    practice.change(visit, changes, event="UpdateAppointment", by=API)
    return Answer(body={"status": 1})


def confirm(practice: Practice, asked: Asked) -> Answer:
    """A visit's confirmation status. Guess [confirm-answer]: what it says is not published."""
    needed(asked.given, "appointmentconfirmationid")
    visit, chosen = practice.appointment(asked.number), asked.given.number("appointmentconfirmationid")
    if practice.tables["confirmations"].get(chosen) is None:
        raise not_valid("appointmentconfirmationid", f"there is no status {chosen}")
    if visit["status"] in (OPEN, CANCELLED):
        raise guess("only-visits-are-confirmed", 404, says("The appointment is not available."))
    practice.change(visit, {"confirmation": chosen}, event="UpdateAppointment", by=API)
    return Answer(body={"success": "true"})


def at_the_desk(step: Callable[[Practice, Row, str], None], message: str) -> Callable[[Practice, Asked], Answer]:
    """The answer to a step of the visit's day. Seen [check-in-answer]: success and a message."""

    def answer(practice: Practice, asked: Asked) -> Answer:
        step(practice, practice.appointment(asked.number), API)
        return Answer(body={"success": True, "message": message})

    return answer


def start_check_in(practice: Practice, visit: Row, by: str) -> None:
    """Note that somebody came. Documented [check-in-begun]: the status stays f. Raises: Refusal where it is over."""
    if visit["status"] != FUTURE or visit.get("startedat"):
        raise over_already()
    practice.change(visit, {"startedat": practice.now().isoformat()}, event="UpdateAppointment", by=by)


def check_in(practice: Practice, visit: Row, by: str) -> None:
    """Check somebody in. Guess [check-in-any-time]: on any day, begun or not. Raises: Refusal where it is over."""
    if visit["status"] != FUTURE:
        raise over_already()
    now = practice.now().isoformat()
    changes: dict[str, Scalar] = {"status": CHECKED_IN, "checkedinat": now, "startedat": visit.get("startedat") or now}
    if practice.type(number(visit, "appointmenttypeid"))["createencounteroncheckin"]:
        changes["encounterid"] = str(30_000 + number(visit, "appointmentid"))
    practice.change(visit, changes, event="CheckIn", by=by)


def cancel_check_in(practice: Practice, visit: Row, by: str) -> None:
    """Undo a check-in, begun or done. Guess [cancel-check-in]: the visit is as it was before."""
    if visit["status"] not in (FUTURE, CHECKED_IN) or not visit.get("startedat"):
        raise guess("cancel-check-in", 404, says("This appointment has not been checked in"))
    changes: Row = {"status": FUTURE, "startedat": "", "checkedinat": "", "encounterid": ""}
    practice.change(visit, changes, event="UpdateAppointment", by=by)


def check_out(practice: Practice, visit: Row, by: str) -> None:
    """Check somebody out. Guess [check-out-after-check-in]."""
    if visit["status"] != CHECKED_IN:
        raise guess("check-out-after-check-in", 404, says("This appointment has not been checked in"))
    changes: Row = {"status": CHECKED_OUT, "checkedoutat": practice.now().isoformat()}
    practice.change(visit, changes, event="CheckOut", by=by)


def needs_of_check_in(practice: Practice, asked: Asked) -> Answer:
    """Which demographics are missing before check-in. Guess [check-in-sections]: one section holds them all."""
    visit = practice.appointment(asked.number)
    if visit["status"] in (OPEN, CANCELLED):
        raise over_already()
    patient = practice.patient(number(visit, "patientid"))
    fields = [
        {"field": name, "valid": bool(patient.get(name)), "error": "" if patient.get(name) else f"{name} is missing"}
        for name in practice.world.required_at_check_in
    ]
    complete = all(one["valid"] for one in fields)
    return Answer(body=[{"name": "demographics", "required": True, "complete": complete, "fields": fields}])


def put_in(practice: Practice, slot: Row, *, patient: int, kind: int, reason: int, by: str = API) -> Row:
    """A visit where a slot was open."""
    now = practice.now().isoformat()
    booked: Row = {"status": FUTURE, "patientid": patient, "appointmenttypeid": kind, "reasonid": reason, "taken": now}
    stamps: Row = {"scheduledat": now, "scheduledby": by, "frozen": False}
    return practice.change(slot, {**booked, **stamps}, event="ScheduleAppointment", by=by)


def off_the_book(practice: Practice, visit: Row, reason: Row, *, by: str, moved_to: int = 0) -> None:
    """Cancel a visit; its id stays with it. Guess [freed-time-is-a-new-slot]: and its time is open under a new id."""
    now = practice.now().isoformat()
    changes: dict[str, Scalar] = {"status": CANCELLED, "cancelledat": now, "cancelledby": by}
    changes["cancelreasonid"] = reason["appointmentcancelreasonid"]
    if moved_to:
        changes["rescheduledto"] = str(moved_to)
    cancelled = practice.change(visit, changes, event="CancelAppointment", by=by)
    if moved_to:
        # Guess [reschedule-tells-both]: the queue hears of a cancelled and a booked visit, a webhook of the move too.
        practice.tell("RescheduleAppointment", cancelled)
    if reason["slotavailable"]:
        kept = ("departmentid", "providerid", "day", "time", "duration", "opened")
        freed: Row = {name: visit[name] for name in kept}
        blank: Row = {"status": OPEN, "frozen": False, "patientid": 0, "reasonid": 0, "taken": ""}
        practice.add_slot({**freed, **blank, "appointmenttypeid": visit["slottypeid"]}, by=by)


def add_note(practice: Practice, appointment: int, what: str, *, on_schedule: bool = False, by: str = API) -> None:
    """One more note on a visit."""
    note: Row = {"appointmentid": appointment, "text": what, "displayonschedule": on_schedule}
    practice.tables["notes"].add({**note, "created": practice.now().isoformat(), "createdby": by})


def living_patient(practice: Practice, number_: int) -> Row:
    """A patient who can be booked. Guess [deleted-patients-unseen]: a deleted one is as if never there."""
    patient = practice.patient(number_)
    if patient["status"] == "deleted":
        raise no_patient()
    return patient


def _free(practice: Practice, number_: int, given: Given) -> Row:
    """An open slot. Raises: Refusal 409 for one that is taken, frozen, not there, or not open to the caller.

    Guess [frozen-refuses]: whether a frozen slot can be booked is unknown. Documented [staff-slots]: what is not open
    to the web needs ignoreschedulablepermission, and may refuse even then.
    """
    slot = practice.appointments.get(number_)
    if slot is None or slot["status"] != OPEN or slot["frozen"] or slot["opened"] == "nobody":
        raise taken()
    if slot["opened"] != "web" and not given.yes("ignoreschedulablepermission"):
        raise taken()
    return slot


def _kind(practice: Practice, given: Given, slot: Row) -> int:
    """The type to book. Raises: Refusal for one that the slot does not take."""
    if ("reasonid" in given) == ("appointmenttypeid" in given):
        if "reasonid" in given:
            raise guess("reason-or-type", 400, says(NOT_VALID, detailedmessage="Either reasonid or appointmenttypeid."))
        raise needs_type_or_reason()
    kind = given.number("appointmenttypeid")
    if "reasonid" in given:
        reason = number(existing_reason(practice, given.number("reasonid")), "reasonid")
        ids = {"department": number(slot, "departmentid"), "provider": number(slot, "providerid")}
        kind = mapped_type(practice, reason=reason, **ids)
        if not kind:
            raise guess("reason-of-another", 400, says(NOT_VALID, detailedmessage="Not a reason of this provider."))
    return _fitting(practice, kind, slot)


def _fitting(practice: Practice, kind: int, slot: Row) -> int:
    """The type, where the slot takes it. Documented [template-type-replaced]: a template's own type is none to book.

    Guess [type-must-fit]: another type than the slot's is refused unless the slot is generic or a template's.
    """
    if practice.type(kind)["templatetypeonly"]:
        raise documented("template-type-replaced", 400, says(NOT_VALID, detailedmessage="A template type."))
    if not fills(practice, kind, slot):
        raise guess("type-must-fit", 400, says(NOT_VALID, detailedmessage="Another type than the slot's."))
    return kind


def _future_visit(practice: Practice, number_: int, given: Given) -> Row:
    """A visit to come, of the patient named. Guess [cancel-only-future]: with the words recorded for check-in."""
    visit = practice.appointment(number_)
    if visit["status"] != FUTURE:
        raise over_already()
    if visit["patientid"] != given.number("patientid"):
        raise guess("visit-of-another", 404, says("The appointment is not available."))
    return visit


def _cancel_reason(practice: Practice, given: Given) -> Row:
    chosen = given.number("appointmentcancelreasonid") or FROM_API
    reason = practice.tables["cancel_reasons"].get(chosen)
    if reason is None:
        raise not_valid("appointmentcancelreasonid", f"there is no reason {chosen}")
    return reason


def _told(practice: Practice, visit: Row) -> Mapping[str, object]:
    full = shown(practice, visit, Given())
    return {name: full[name] for name in TOLD}


_BOOKING: Fields = {
    **dict.fromkeys(("patientid", "reasonid", "appointmenttypeid", "departmentid"), a_number),
    **dict.fromkeys(("bookingnote", "insuranceinfo"), words),
    **dict.fromkeys(
        ("ignoreschedulablepermission", "nopatientcase", "donotsendconfirmationemail", "urgentyn"), yes_or_no
    ),
}
_MOVING: Fields = {
    **dict.fromkeys(("patientid", "appointmentcancelreasonid"), a_number),
    **dict.fromkeys(("ignoreschedulablepermission", "nopatientcase"), yes_or_no),
}
_CHANGING = ("providerid", "schedulingproviderid", "supervisingproviderid", "departmentid", "appointmenttypeid")
ONE = "/appointments/{appointmentid}"

CALLS: tuple[Call, ...] = (
    writing("PUT", ONE, book, _BOOKING),
    writing(
        "PUT",
        f"{ONE}/reschedule",
        reschedule,
        {**_MOVING, **dict.fromkeys(("newappointmentid", "reasonid"), a_number), "reschedulereason": words},
    ),
    writing("PUT", f"{ONE}/cancel", cancel, {**_MOVING, "cancellationreason": words}),
    writing("PUT", "/appointments/booked/{appointmentid}", change, dict.fromkeys(_CHANGING, a_number)),
    writing("PUT", f"{ONE}/confirmationstatus", confirm, {"appointmentconfirmationid": a_number}),
    reading(f"{ONE}/checkin", needs_of_check_in),
    writing("POST", f"{ONE}/startcheckin", at_the_desk(start_check_in, "Check-in has been started.")),
    writing("POST", f"{ONE}/checkin", at_the_desk(check_in, "The appointment has been checked in.")),
    writing("POST", f"{ONE}/cancelcheckin", at_the_desk(cancel_check_in, "Check-in has been cancelled.")),
    writing("POST", f"{ONE}/checkout", at_the_desk(check_out, "The appointment has been checked out.")),
)
