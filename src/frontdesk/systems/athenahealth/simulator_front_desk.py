"""What people at the practice do in athenaOne itself: book, move, cancel, hold time, merge patients."""

from datetime import date

from frontdesk.standards.simulating.faults import Overtaken
from frontdesk.systems.athenahealth.simulator_booking import (
    cancel_check_in,
    check_in,
    check_out,
    off_the_book,
    put_in,
    start_check_in,
)
from frontdesk.systems.athenahealth.simulator_patients import change_patient
from frontdesk.systems.athenahealth.simulator_practice import FUTURE, OPEN, Practice
from frontdesk.systems.athenahealth.simulator_rows import Row, number
from frontdesk.systems.athenahealth.simulator_slots import hold

STAFF = "frontdesk1"


class FrontDesk:
    """The staff of the simulated practice. Each act is stamped with the clock, told of and kept."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    def book(self, *, patient: int, slot: int, kind: int = 0) -> None:
        """Put a patient in an open slot, held or not; 0 takes the slot's own type. Raises: LookupError if not open."""
        row = self._practice.appointment(slot)
        if row["status"] != OPEN:
            raise LookupError(f"appointment {slot} is no open slot")
        put_in(self._practice, row, patient=patient, kind=kind or number(row, "slottypeid"), reason=0, by=STAFF)
        self._practice.write()

    def overbook(self, *, patient: int, beside: int) -> int:
        """The number of a visit at the very time and provider of another, as staff may book."""
        row = self._practice.appointment(beside)
        kept = ("departmentid", "providerid", "day", "time", "duration")
        where: Row = {name: row[name] for name in kept}
        slot = self.add_slot({**where, "appointmenttypeid": row["slottypeid"]})
        self.book(patient=patient, slot=slot)
        return slot

    def move(self, appointment: int, *, slot: int) -> None:
        """Put a visit in another slot, as a reschedule does."""
        visit, row = self._practice.appointment(appointment), self._practice.appointment(slot)
        if row["status"] != OPEN or visit["status"] != FUTURE:
            raise LookupError(f"appointment {appointment} cannot be moved to {slot}")
        kind, reason = number(visit, "appointmenttypeid"), number(visit, "reasonid")
        patient = number(visit, "patientid")
        put_in(self._practice, row, patient=patient, kind=kind, reason=reason, by=STAFF)
        off_the_book(self._practice, visit, self._reason(), by=STAFF, moved_to=slot)
        self._practice.write()

    def cancel(self, appointment: int, *, reason: int = 0) -> None:
        """Cancel a visit; without a reason, for the first whose slot opens again. Raises: LookupError if it is over."""
        visit = self._practice.appointment(appointment)
        if visit["status"] != FUTURE:
            raise LookupError(f"appointment {appointment} is not to come")
        chosen = self._practice.tables["cancel_reasons"].get(reason) if reason else self._reason()
        if chosen is None:
            raise LookupError(f"there is no cancel reason {reason}")
        off_the_book(self._practice, visit, chosen, by=STAFF)
        self._practice.write()

    def mark_missed(self, appointment: int) -> None:
        """Cancel a visit as a no-show. Documented [no-show-is-a-reason]: there is no such status."""
        missed = next(row for row in self._practice.tables["cancel_reasons"] if row["noshow"])
        self.cancel(appointment, reason=number(missed, "appointmentcancelreasonid"))

    def start_check_in(self, appointment: int) -> None:
        """Note that the patient came."""
        start_check_in(self._practice, self._practice.appointment(appointment), STAFF)
        self._practice.write()

    def mark_arrived(self, appointment: int) -> None:
        """Check the patient in."""
        check_in(self._practice, self._practice.appointment(appointment), STAFF)
        self._practice.write()

    def undo_arrival(self, appointment: int) -> None:
        """Undo the check-in."""
        cancel_check_in(self._practice, self._practice.appointment(appointment), STAFF)
        self._practice.write()

    def mark_left(self, appointment: int) -> None:
        """Check the patient out."""
        check_out(self._practice, self._practice.appointment(appointment), STAFF)
        self._practice.write()

    def block(self, slot: int) -> None:
        """Hold a slot off the web."""
        hold(self._practice, self._practice.appointment(slot), wanted=True, by=STAFF)
        self._practice.write()

    def unblock(self, slot: int) -> None:
        """Let a held slot go."""
        hold(self._practice, self._practice.appointment(slot), wanted=False, by=STAFF)
        self._practice.write()

    def add_slot(self, where: Row) -> int:
        """The number of a new open slot; `where` has department, provider, day, time, duration and type."""
        blank: Row = {"status": OPEN, "opened": "web", "frozen": False, "patientid": 0, "reasonid": 0, "taken": ""}
        added = self._practice.add_slot({**blank, **where}, by=STAFF)
        self._practice.write()
        return number(added, "appointmentid")

    def close_day(self, *, provider: int, on: date) -> None:
        """Take every open slot of a provider's day out."""
        for row in self._practice.appointments:
            if (row["providerid"], row["day"], row["status"]) == (provider, on.isoformat(), OPEN):
                self._practice.appointments.remove(number(row, "appointmentid"))
                self._practice.tell("DeleteAppointment", row)
        self._practice.write()

    def change_patient(self, patient: int, changes: Row) -> None:
        """Change columns of a patient."""
        change_patient(self._practice, number(self._practice.patient(patient), "patientid"), changes)
        self._practice.write()

    def merge_patients(self, *, into: int, gone: int) -> None:
        """Join two patients. Guess [merge-deletes]: the visits move, the one merged stays behind as deleted."""
        for row in self._practice.appointments:
            if row["patientid"] == gone:
                self._practice.change(row, {"patientid": into}, event="UpdateAppointment", by=STAFF)
        merged = self._practice.patients.change(gone, {"status": "deleted"})
        self._practice.notify("Patient.merge", "patient", gone, merged)
        self._practice.write()

    def somebody_else(self, patient: int) -> int:
        """Any other patient's number. Raises: LookupError when there is none."""
        for row in self._practice.patients:
            if row["patientid"] != patient and row["status"] == "active":
                return number(row, "patientid")
        raise LookupError("the world needs a second patient, for the front desk to book")

    def overtake(self, fault: Overtaken, *, patient: int, slot: int) -> None:
        """Take the time that a call books: the slot while it is open, afterwards the same time over the visit."""
        other = int(fault.patient) if fault.patient else self.somebody_else(patient)
        row = self._practice.appointments.get(slot)
        if row is None:
            return
        if row["status"] == OPEN:
            self.book(patient=other, slot=slot)
        else:
            self.overbook(patient=other, beside=slot)

    def _reason(self) -> Row:
        return next(
            row
            for row in self._practice.tables["cancel_reasons"]
            if row["slotavailable"] and number(row, "appointmentcancelreasonid") > 0
        )
