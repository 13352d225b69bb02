"""What people at the practice do in the practice management system itself, without Unity."""

from collections.abc import Mapping
from datetime import datetime

from frontdesk.systems.allscripts.simulator_notices import Event, tell_of_patient, tell_of_visit
from frontdesk.systems.allscripts.simulator_practice import (
    ARRIVED,
    BUMPED,
    CANCELLED,
    CONFIRMED,
    NO_SHOW,
    SCHEDULED,
    Flavour,
    Practice,
)
from frontdesk.systems.allscripts.simulator_rows import Json, Row, number, stored


class FrontDesk:
    """The staff of the simulated practice. Each act is told to the interface, and kept.

    Guess [staff-may-override]: nothing keeps them from a time that is taken, blocked or outside the hours. Patients
    and visits are named by their numbers, times are the wall clock. Raises: KeyError for one that is not there.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    def book(
        self, *, patient: int, resource: int, type: int, location: int, at: datetime | str, minutes: int = 0
    ) -> int:
        """The number of a new visit. With no `minutes` it lasts as long as its kind does."""
        practice = self._practice
        kind, who = practice.appointment_types.at(type), practice.patients.at(patient)
        row: dict[str, Json] = {
            "start": stored(_wall(at)),
            "minutes": minutes or number(kind, "Duration"),
            "Patient_ID": number(who, "Patient_ID"),
            "Resource_ID": number(practice.resources.at(resource), "Resource_ID"),
            "Scheduling_Location_ID": number(practice.locations.at(location), "Scheduling_Location_ID"),
            "Appointment_Type_ID": type,
            "reason": "",
            "comments": "",
        }
        made = practice.book(row)
        self._told(made, Event.NEW)
        return number(made, "Appointment_ID")

    def move(self, appointment: int, *, at: datetime | str, resource: int = 0) -> None:
        """Put a visit elsewhere, as long as it was; 0 leaves it where it is."""
        where: Row = {"Resource_ID": resource} if resource else {}
        self._change(appointment, {"start": stored(_wall(at)), **where}, Event.MOVED)

    def cancel(self, appointment: int, *, reason: int | None = None) -> None:
        """Call a visit off."""
        self._mark(appointment, CANCELLED, Event.CANCELLED, {"cancellation_reason": reason})

    def bump(self, appointment: int, *, reason: int | None = None) -> None:
        """Call a visit off on the practice's side. Seen [bumped-by-the-practice]."""
        self._mark(appointment, BUMPED, Event.CANCELLED, {"cancellation_reason": reason})

    def confirm(self, appointment: int) -> None:
        """Note that the patient will come."""
        self._mark(appointment, CONFIRMED, Event.CHANGED)

    def mark_arrived(self, appointment: int) -> None:
        """Check a patient in."""
        self._mark(appointment, ARRIVED, Event.CHANGED)

    def check_out(self, appointment: int) -> None:
        """Note that the visit is over. Guess [checked-out]: the letter stays; Check_Out_Time says so."""
        self._change(appointment, {"checked_out": self._practice.stamp()}, Event.CHANGED)

    def mark_missed(self, appointment: int) -> None:
        """Note that the patient did not come."""
        self._mark(appointment, NO_SHOW, Event.NO_SHOW)

    def reinstate(self, appointment: int) -> None:
        """Put a visit that was called off back on the book."""
        self._change(appointment, {"status": SCHEDULED, "cancelled": "", "bumped": ""}, Event.CHANGED)

    def block(self, resource: int, *, start: datetime | str, minutes: int, says: str = "Blocked") -> int:
        """The number of a new block, in which a resource cannot be booked."""
        row: Row = {"resource": resource, "start": stored(_wall(start)), "minutes": minutes, "says": says}
        made = self._practice.blocks.add(row)
        self._practice.write()
        return number(made, "id")

    def unblock(self, block: int) -> None:
        """Take a block out."""
        self._practice.blocks.remove(block)
        self._practice.write()

    def change_patient(self, patient: int, changes: Row) -> None:
        """Change columns of a patient, like the name."""
        row = self._practice.patients.change(patient, changes)
        tell_of_patient(self._practice, row, new=False)
        self._practice.write()

    def expire_password(self, user: str, flavour: Flavour = Flavour.PM) -> None:
        """Let a user's password run out, as it does about every 90 days."""
        for row in self._practice.users:
            if row["user"] == user and row["flavour"] == flavour.name:
                self._practice.users.change(number(row, "id"), {"expired": True})
        self._practice.write()

    def renew_password(self, user: str, password: str, flavour: Flavour = Flavour.PM) -> None:
        """Give a user a password, and unlock them."""
        for row in self._practice.users:
            if row["user"] == user and row["flavour"] == flavour.name:
                fresh: Row = {"password": password, "expired": False, "failures": 0}
                self._practice.users.change(number(row, "id"), fresh)
        self._practice.write()

    def end_sessions(self) -> None:
        """Sign everybody out, as a restart of the server does."""
        self._practice.sessions.clear()
        self._practice.write()

    def somebody_else(self, patient: int) -> int:
        """Any other patient's number. Raises: LookupError when there is none."""
        for row in self._practice.patients:
            if row["Patient_ID"] != patient:
                return number(row, "Patient_ID")
        raise LookupError("the world needs a second patient, for the front desk to book")

    def _mark(self, appointment: int, letter: str, event: Event, more: Row | None = None) -> None:
        self._told(self._practice.mark(appointment, letter, more), event)

    def _change(self, appointment: int, changes: Mapping[str, Json], event: Event) -> None:
        self._told(self._practice.change_visit(appointment, changes), event)

    def _told(self, row: Row, event: Event) -> None:
        tell_of_visit(self._practice, row, event)
        self._practice.write()


def _wall(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at
