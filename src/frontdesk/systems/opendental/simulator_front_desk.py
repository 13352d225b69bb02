"""What people at the office do in Open Dental itself, without the API: book, move, cancel, delete, change the hours."""

from collections.abc import Mapping
from datetime import datetime

from frontdesk.systems.opendental.simulator_appointments import BROKEN, UNSCHED
from frontdesk.systems.opendental.simulator_booking import book as book_by_call
from frontdesk.systems.opendental.simulator_calls import Asked, existing
from frontdesk.systems.opendental.simulator_office import Office
from frontdesk.systems.opendental.simulator_reading import Given
from frontdesk.systems.opendental.simulator_rows import Row, Scalar, Table, number, written


class FrontDesk:
    """The staff of the simulated office. Each act is stamped with the office's clock, and kept."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def book(
        self, *, patient: int, operatory: int, at: datetime | str, pattern: str = "/XX/", provider: int = 0
    ) -> int:
        """The number of a new visit. `at` is the wall clock."""
        values: dict[str, Scalar] = {"PatNum": patient, "Op": operatory, "AptDateTime": _wall(at), "Pattern": pattern}
        if provider:
            values["ProvNum"] = provider
        booked = book_by_call(self._office, Asked(body=Given(values=values))).body
        self._office.write()
        return self._office.appointments.last if booked else 0

    def move(self, appointment: int, *, at: datetime | str, operatory: int = 0) -> None:
        """Put a visit elsewhere on the book; 0 leaves it in its operatory."""
        changes: dict[str, Scalar] = {"AptDateTime": _wall(at), "AptStatus": "Scheduled"}
        if operatory:
            changes["Op"] = operatory
        self.change_appointment(appointment, changes)

    def cancel(self, appointment: int) -> None:
        """Send a visit to the Unscheduled List."""
        self.change_appointment(appointment, {"AptStatus": UNSCHED})

    def mark_missed(self, appointment: int) -> None:
        """Leave a visit on the book as broken."""
        self.change_appointment(appointment, {"AptStatus": BROKEN})

    def change_appointment(self, appointment: int, changes: Row) -> None:
        """Change columns of a visit."""
        self._change(self._office.appointments, appointment, "Appointment", changes)

    def delete_appointment(self, appointment: int) -> None:
        """Take a visit out of the database.

        Documented [deletions-unseen]: polling never shows it; only an AppointmentDeleted event does.
        """
        row = existing(self._office.appointments, appointment, "Appointment")
        self._office.appointments.remove(appointment)
        self._office.change(self._office.deleted_appointments, row, {})
        self._office.write()

    def change_patient(self, patient: int, changes: Row) -> None:
        """Change columns of a patient, the status too."""
        self._change(self._office.patients, patient, "Patient", changes)

    def merge_patients(self, *, into: int, gone: int) -> None:
        """Join two patients. Guess [merge-archives]: the visits move, the one merged stays behind as Archived."""
        for row in self._office.appointments:
            if row["PatNum"] == gone:
                self._office.change(self._office.appointments, row, {"PatNum": into})
        self.change_patient(gone, {"PatStatus": "Archived"})

    def add_schedule(self, row: Row) -> int:
        """The number of a new entry of the schedule, made by `simulator_world.hours` or `blockout`."""
        made = self._office.add(
            self._office.schedules, {name: value for name, value in row.items() if name != "ScheduleNum"}
        )
        self._office.write()
        return number(made, "ScheduleNum")

    def remove_schedule(self, schedule: int) -> None:
        """Take an entry of the schedule out."""
        self._office.schedules.remove(schedule)
        self._office.write()

    def somebody_else(self, patient: int) -> int:
        """Any other patient's number. Raises: LookupError when there is none."""
        for row in self._office.patients:
            if row["PatNum"] != patient and row["PatStatus"] == "Patient":
                return number(row, "PatNum")
        raise LookupError("the world needs a second patient, for the front desk to book")

    def _change(self, table: Table, number_: int, noun: str, changes: Mapping[str, Scalar]) -> None:
        self._office.change(table, existing(table, number_, noun), changes)
        self._office.write()


def _wall(at: datetime | str) -> str:
    return at if isinstance(at, str) else written(at)
