"""Making a visit, moving it, and giving it another status."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.systems.allscripts.simulator_calls import Action, Asked, named, numbered, writing
from frontdesk.systems.allscripts.simulator_notices import Event, tell_of_visit
from frontdesk.systems.allscripts.simulator_practice import (
    ARRIVED,
    BUMPED,
    CANCELLED,
    CONFIRMED,
    NO_SHOW,
    SCHEDULED,
    WAITING,
    Practice,
    does,
)
from frontdesk.systems.allscripts.simulator_reading import Elements, clock_time, day, elements, positive
from frontdesk.systems.allscripts.simulator_refusals import documented, guess
from frontdesk.systems.allscripts.simulator_rows import Json, Row, Shown, Stretch, as_text, during, number
from frontdesk.systems.allscripts.simulator_times import blocks_of, busy, hours_of

APPOINTMENT = (
    *("AppointmentID", "PatientID", "AppointmentDate", "AppointmentTime", "Duration", "ProviderID", "LocationID"),
    *("AppointmentType", "ReasonForVisit", "Notes"),
)
"""Guess [appointment-elements]: an integrator's own guess, and AppointmentID, by which a visit is moved (inferred)."""

TOLD_AS = {CANCELLED: Event.CANCELLED, BUMPED: Event.CANCELLED, NO_SHOW: Event.NO_SHOW}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A place in the book that somebody wants. `itself` is the visit's own number where it is on the book already."""

    during: Stretch
    resource: Row
    location: Row
    kind: Row
    patient: Row
    itself: int = 0

    def check(self, practice: Practice) -> None:
        """Nothing, where it can be had. Raises: Declined.

        Guess [not-available]: the words for a time that is taken; they are not published. Documented
        [blocks-enforced]: nor can a block be booked over. Guess [outside-the-hours]. Guess [off-the-grid]: a start
        between the steps is taken all the same. Guess [past-time]. Guess [restricted]: a kind the resource does not
        take. Guess [twice-a-patient]: a patient may have two visits at one time.
        """
        mine = number(self.resource, "Resource_ID")
        if not does(self.resource, number(self.kind, "Appointment_Type_ID")):
            raise guess("restricted", "The appointment type is not allowed for this resource.")
        if self.during.start <= practice.wall():
            raise guess("past-time", "The appointment is in the past.")
        if any(during(row).overlaps(self.during) for row in blocks_of(practice, mine)):
            raise documented("blocks-enforced", "The requested time is blocked.")
        place = self.location["Scheduling_Location_ID"]
        if not any(during(row).holds(self.during) and row["location"] == place for row in hours_of(practice, mine)):
            raise guess("outside-the-hours", "The resource is not scheduled at this time and location.")
        if any(one.overlaps(self.during) for one in busy(practice, mine, ignoring=self.itself)):
            raise guess("not-available", "The requested time is not available.")

    @property
    def columns(self) -> dict[str, Json]:
        """Its columns of a visit's row."""
        return {
            "start": self.during.start.strftime("%Y-%m-%dT%H:%M:%S"),
            "minutes": int((self.during.end - self.during.start).total_seconds() // 60),
            "Resource_ID": self.resource["Resource_ID"],
            "Scheduling_Location_ID": self.location["Scheduling_Location_ID"],
            "Appointment_Type_ID": self.kind["Appointment_Type_ID"],
            "Patient_ID": self.patient["Patient_ID"],
        }


def save_appointment(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The visit's id, now on the book or moved. Guess [saved-id]: named AppointmentID.

    Documented [no-idempotency]: the same request twice is two requests; the second finds the time taken.
    """
    given = elements(asked.parameter(1), "appointment", APPOINTMENT)
    old = None
    if given.text("AppointmentID"):
        old = changeable(numbered(practice.appointments, given.text("AppointmentID"), "Appointment"))
    wanted = wanted_of(practice, given, asked.patient, old)
    wanted.check(practice)
    words = {
        column: given.text(name)
        for name, column in (("ReasonForVisit", "reason"), ("Notes", "comments"))
        if name in given
    }
    saved = keep(practice, wanted, words)
    return [{"AppointmentID": as_text(saved["Appointment_ID"])}]


def keep(practice: Practice, wanted: Wanted, words: Row) -> Row:
    """A visit that is wanted and can be had, on the book.

    Guess [moved-is-scheduled]: a visit that is moved in time is no longer confirmed.
    """
    if not wanted.itself:
        made = practice.book({"reason": "", "comments": "", **wanted.columns, **words})
        tell_of_visit(practice, made, Event.NEW)
        return made
    before = practice.appointments.at(wanted.itself)
    moved = wanted.columns["start"] != before["start"]
    again: Row = {"status": SCHEDULED, "confirmed": "", "confirmation": None} if moved else {}
    saved = practice.change_visit(wanted.itself, {**wanted.columns, **words, **again})
    tell_of_visit(practice, saved, Event.MOVED if moved else Event.CHANGED)
    return saved


def wanted_of(practice: Practice, given: Elements, patient: Row | None, old: Row | None) -> Wanted:
    """What a SaveAppointment asks for. Raises: Declined.

    Guess [appointment-needs]: a new visit needs all but the reason and the notes; what a change does not send stays.
    Guess [same-patient]: PatientID outside and inside the XML must agree, and a visit stays its patient's.
    Guess [date-with-time]: the two are sent together.
    """
    whom = numbered(practice.patients, given.text("PatientID"), "Patient") if given.text("PatientID") else None
    whose = patient or whom or (practice.patient_of(old) if old else None)
    if whose is None:
        raise guess("appointment-needs", "PatientID is required.")
    for other in (whom, practice.patient_of(old) if old else None):
        if other is not None and other["Patient_ID"] != whose["Patient_ID"]:
            raise guess("same-patient", "The appointment is another patient's.")
    needed = ("AppointmentDate", "AppointmentTime", "Duration", "ProviderID", "LocationID", "AppointmentType")
    for name in needed:
        if old is None and not given.text(name):
            raise guess("appointment-needs", f"{name} is required.")
    if bool(given.text("AppointmentDate")) != bool(given.text("AppointmentTime")):
        raise guess("date-with-time", "AppointmentDate and AppointmentTime belong together.")
    held: Row = old or {}
    start = (
        datetime.combine(day(given.text("AppointmentDate")), clock_time(given.text("AppointmentTime")))
        if given.text("AppointmentDate")
        else during(held).start
    )
    minutes = positive(given.text("Duration"), "Duration") if given.text("Duration") else number(held, "minutes")

    return Wanted(
        during=Stretch(start=start, end=start + timedelta(minutes=minutes)),
        resource=(
            resource_named(practice, given.text("ProviderID"))
            if given.text("ProviderID")
            else practice.resources.at(number(held, "Resource_ID"))
        ),
        location=(
            named(practice.locations, given.text("LocationID"), "Location")
            if given.text("LocationID")
            else practice.locations.at(number(held, "Scheduling_Location_ID"))
        ),
        kind=(
            named(practice.appointment_types, given.text("AppointmentType"), "Appointment type")
            if given.text("AppointmentType")
            else practice.appointment_types.at(number(held, "Appointment_Type_ID"))
        ),
        patient=whose,
        itself=number(held, "Appointment_ID") if old else 0,
    )


def resource_named(practice: Practice, given: str) -> Row:
    """The resource that a ProviderID means. Raises: Declined.

    Guess [provider-means-resource]: a resource's number or abbreviation, or the number of a practitioner who has one.
    """
    for row in practice.resources:
        if row["Practitioner_ID"] is not None and given.strip() == str(row["Practitioner_ID"]):
            return row
    return named(practice.resources, given, "Resource")


def set_status(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The new status. Seen [status-parameters]: id, letter, date, time, confirmation result, cancellation reason.

    Guess [status-moment]: date and time are MMDD and HHMM where they are sent, and checked for that alone. Guess
    [reason-optional]. Guess [reason-for-its-status]: a reason goes with X or B, a result with C. Guess
    [off-the-waitlist]: a visit comes off the waitlist only where its time can be had.
    """
    if not asked.parameter(1) or not asked.parameter(2):
        raise guess("status-needs", "An appointment id and a status are required.")
    row = changeable(numbered(practice.appointments, asked.parameter(1).strip(), "Appointment"))
    letter = asked.parameter(2)
    if asked.patient is not None and asked.patient["Patient_ID"] != row["Patient_ID"]:
        raise guess("same-patient", "The appointment is another patient's.")
    if letter not in (SCHEDULED, CONFIRMED, ARRIVED, CANCELLED, NO_SHOW, BUMPED, WAITING):
        raise guess("letter-unknown", f"The status {letter} is not known.")
    for place, form in ((3, r"(0[1-9]|1[0-2])([0-2][0-9]|3[01])"), (4, r"([01][0-9]|2[0-3])[0-5][0-9]")):
        if asked.parameter(place) and not re.fullmatch(form, asked.parameter(place)):
            raise guess("status-moment", f"Parameter{place} must be {'MMDD' if place == 3 else 'HHMM'}.")
    more: dict[str, Json] = {}
    if asked.parameter(5):
        if letter != CONFIRMED:
            raise guess("reason-for-its-status", "A confirmation result goes with C.")
        more["confirmation"] = numbered(practice.confirmation_results, asked.parameter(5), "Confirmation result")[
            "Confirmation_Result_ID"
        ]
    if asked.parameter(6):
        if letter not in (CANCELLED, BUMPED):
            raise guess("reason-for-its-status", "A cancellation reason goes with X or B.")
        more["cancellation_reason"] = numbered(practice.cancellation_reasons, asked.parameter(6), "Reason")[
            "Cancellation_Reason_ID"
        ]
    if row["status"] == WAITING and letter != WAITING and letter not in TOLD_AS:
        wanted_of(practice, Elements(), None, row).check(practice)
    saved = practice.mark(number(row, "Appointment_ID"), letter, more)
    tell_of_visit(practice, saved, TOLD_AS.get(letter, Event.CHANGED))
    return [{"Status": letter}]


def changeable(row: Row) -> Row:
    """A visit that can still be changed. Raises: Declined. Guess [over-is-over]: not one called off, missed or done."""
    if row["status"] in (CANCELLED, NO_SHOW, BUMPED) or row["checked_out"]:
        raise guess("over-is-over", "The appointment can no longer be changed.")
    return row


ACTIONS: tuple[Action, ...] = (
    writing("SaveAppointment", save_appointment, takes=(1,)),
    writing("SetAppointmentStatus", set_status, takes=(1, 2, 3, 4, 5, 6)),
)
