"""What people at the hospital do in Epic itself: book, move, cancel, see patients through, hold time, merge charts."""

from dataclasses import replace
from datetime import date, datetime

from frontdesk.standards.simulating.faults import Overtaken
from frontdesk.systems.epic import simulator_visits as visits
from frontdesk.systems.epic.simulator_hospital import (
    ARRIVED,
    BOOKED,
    FULFILLED,
    MISSED,
    Hospital,
    start_of,
)
from frontdesk.systems.epic.simulator_rows import Row, text
from frontdesk.systems.epic.simulator_visits import Place
from frontdesk.systems.epic.simulator_world import openings


class FrontDesk:
    """The staff of the simulated hospital. Each act is stamped with the clock, told of and kept."""

    def __init__(self, hospital: Hospital) -> None:
        self._hospital = hospital

    def book(self, *, patient: str, provider: str, department: str, visit_type: str, at: str, note: str = "") -> str:
        """The CSN of a new visit at yyyy-mm-ddTHH:MM on the department's wall, whatever stands there."""
        place = Place(
            patient=patient,
            provider=provider,
            department=department,
            visit_type=visit_type,
            start=self._instant(department, at),
        )
        for table, key in (
            (self._hospital.patients, patient),
            (self._hospital.providers, provider),
            (self._hospital.visit_types, visit_type),
        ):
            self._hospital.row(table, key)
        csn = text(visits.book(self._hospital, place, note=note), "csn")
        self._hospital.write()
        return csn

    def move(self, csn: str, *, at: str) -> str:
        """The CSN of the visit at its new time: the old one is Canceled, as in Epic. Raises: LookupError if over."""
        old = self._hospital.row(self._hospital.visits, csn)
        department = text(old, "department")
        place = Place(
            patient=text(old, "patient"),
            provider=text(old, "provider"),
            department=department,
            visit_type=text(old, "visittype"),
            start=self._instant(department, at),
        )
        moved = text(visits.move(self._hospital, csn, place), "csn")
        self._hospital.write()
        return moved

    def cancel(self, csn: str, *, reason: str = "Patient request") -> None:
        """Call a visit off. Raises: LookupError where it is not to come."""
        visits.cancel(self._hospital, csn, reason=reason)
        self._hospital.write()

    def mark_arrived(self, csn: str) -> None:
        """Check the patient in."""
        self._stand(csn, ARRIVED, before=(BOOKED,))

    def mark_completed(self, csn: str) -> None:
        """Check the patient out."""
        self._stand(csn, FULFILLED, before=(ARRIVED,))

    def mark_missed(self, csn: str) -> None:
        """Note that the patient never came. Documented [missed-at-end-of-day]: Epic does so itself overnight."""
        self._stand(csn, MISSED, before=(BOOKED,))

    def end_the_day(self) -> None:
        """Mark every visit of days before as missed where nobody checked in."""
        for row in self._hospital.visits.find(status=BOOKED):
            department = text(row, "department")
            today = self._hospital.wall(department, self._hospital.now()).date()
            if self._hospital.wall(department, start_of(row)).date() < today:
                visits.stand(self._hospital, text(row, "csn"), MISSED)
        self._hospital.write()

    def note(self, csn: str, words: str) -> None:
        """Write one more note on a visit."""
        self._hospital.row(self._hospital.visits, csn)
        visits.add_note(self._hospital, csn, words)
        self._hospital.write()

    def block(self, *, provider: str, at: str, reason: str = "Meeting") -> None:
        """Hold a piece of a template, by yyyy-mm-ddTHH:MM on the wall. Raises: LookupError when there is none."""
        self._hold(f"{provider} {at}", reason)

    def unblock(self, *, provider: str, at: str) -> None:
        """Let a piece that is held go."""
        self._hold(f"{provider} {at}", "")

    def open_time(self, *, provider: str, department: str, day: date, first: str, last: str) -> None:
        """Add to a provider's template, from `first` to `last`, HH:MM."""
        for piece in openings(provider, department, day, first=first, last=last):
            self._hospital.openings.put({**piece, "changed": self._hospital.now().isoformat(), "before": "Not open"})
        self._hospital.write()

    def close_day(self, *, provider: str, day: date, reason: str = "Out of office") -> None:
        """Make a provider's whole day unavailable."""
        for piece in self._hospital.openings.find(provider=provider, day=day.isoformat()):
            self._hospital.openings.change(text(piece, "opening"), {"unavailable": reason})
        self._hospital.write()

    def register(self, **known: str) -> str:
        """The EPI id of a new patient; `known` is first, last, born, gender and any other of PATIENT_COLUMNS."""
        patient = text(visits.register(self._hospital, known), "patient")
        self._hospital.write()
        return patient

    def change_patient(self, patient: str, changes: Row) -> None:
        """Change columns of a patient."""
        visits.change_patient(self._hospital, patient, changes)
        self._hospital.write()

    def merge_patients(self, *, into: str, gone: str) -> None:
        """Join two charts."""
        visits.merge(self._hospital, into=into, gone=gone)
        self._hospital.write()

    def somebody_else(self, patient: str) -> str:
        """Any other patient's EPI id. Raises: LookupError when there is none."""
        for row in self._hospital.patients:
            if row["patient"] != patient and not row["mergedinto"]:
                return text(row, "patient")
        raise LookupError("the world needs a second patient, for the front desk to book")

    def overtake(self, fault: Overtaken, place: Place) -> None:
        """Take the time that a call books, for somebody else."""
        other = fault.patient or self.somebody_else(place.patient)
        visits.book(self._hospital, replace(place, patient=other))
        self._hospital.write()

    def _stand(self, csn: str, status: str, *, before: tuple[str, ...]) -> None:
        if self._hospital.row(self._hospital.visits, csn)["status"] not in before:
            raise LookupError(f"visit {csn} cannot become {status} now")
        visits.stand(self._hospital, csn, status)
        self._hospital.write()

    def _hold(self, piece: str, reason: str) -> None:
        row = self._hospital.row(self._hospital.openings, piece)
        changed = {"held": reason, "before": text(row, "held"), "changed": self._hospital.now().isoformat()}
        self._hospital.openings.change(piece, changed)
        self._hospital.write()

    def _instant(self, department: str, at: str) -> datetime:
        wall = datetime.fromisoformat(at)
        return self._hospital.at(department, wall.date(), f"{wall:%H:%M}")
