"""What people at the hospital do in Millennium itself: book, move, cancel, mark, block time, merge patients."""

from datetime import datetime
from itertools import count

from frontdesk.standards.simulating.fhir_values import (
    Json,
    Resource,
    as_instant,
    elements_at,
    id_in,
    reference_to,
    text_at,
    without,
)
from frontdesk.systems.cerner.simulator_booking import filled_by, put_in
from frontdesk.systems.cerner.simulator_changing import cancelled, moved, with_patient_status
from frontdesk.systems.cerner.simulator_domain import Domain, location_of, patient_of, start_of
from frontdesk.systems.cerner.simulator_patients import with_element_ids
from frontdesk.systems.cerner.simulator_world import EXTENSION, extension


class FrontDesk:
    """The staff of the simulated domain. Each act is stamped with the clock and kept.

    Guess [staff-books-tentative]: what staff books, the patient has yet to confirm.
    """

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    def book(self, *, patient: str, slot: str) -> str:
        """The id of a visit in a free slot. Raises: LookupError where it is not free."""
        row = self._slot(slot)
        if row["status"] == "busy":
            raise LookupError(f"slot {slot} is not free")
        return self._put_in(row, patient)

    def overbook(self, *, patient: str, slot: str) -> str:
        """The id of a visit at the very time and place of another, as staff may book."""
        return self._put_in(self._slot(slot), patient)

    def move(self, appointment: str, *, slot: str) -> None:
        """Put a visit in another slot. Raises: LookupError where either does not allow it."""
        visit, row = self._visit(appointment), self._slot(slot)
        if visit["status"] != "booked" or row["status"] == "busy":
            raise LookupError(f"appointment {appointment} cannot be moved to {slot}")
        moved(self._domain, visit, row, {})
        self._domain.store.write()

    def cancel(self, appointment: str) -> None:
        """Cancel a visit; in reading, its reason is then of code set 14229. Raises: LookupError if it is over."""
        visit = self._visit(appointment)
        if visit["status"] not in ("booked", "proposed"):
            raise LookupError(f"appointment {appointment} is not to come")
        system = f"https://fhir.cerner.com/{self._domain.world.tenant}/codeSet/14229"
        reason: Resource = {"coding": [{"system": system, "code": "0", "userSelected": True}]}
        cancelled(self._domain, visit, {"cancelationReason": reason})
        self._domain.store.write()

    def grant(self, appointment: str, *, slot: str) -> None:
        """Give a request a time. Raises: LookupError where it is no request, or the slot not free."""
        visit, row = self._visit(appointment), self._slot(slot)
        if visit["status"] != "proposed" or row["status"] == "busy":
            raise LookupError(f"appointment {appointment} cannot be booked in {slot}")
        filled = filled_by(self._domain, row, patient=patient_of(visit), status="tentative")
        self._mark(visit, filled)

    def confirm(self, appointment: str) -> None:
        """Note that the patient will come."""
        visit = self._visit(appointment)
        self._mark(visit, with_patient_status(visit, "accepted"))

    def mark(self, appointment: str, status: str) -> None:
        """Set a status that staff may set at any time: arrived, checked-in, fulfilled, noshow, entered-in-error.

        Documented [no-show-read-only]: the API shows noshow, and cannot set it.
        """
        if status not in ("arrived", "checked-in", "fulfilled", "noshow", "entered-in-error"):
            raise LookupError(f"{status} is nothing to mark")
        self._mark(self._visit(appointment), {"status": status})

    def forbid_changes(self, appointment: str) -> None:
        """Let a visit neither be cancelled nor moved by the API."""
        visit = self._visit(appointment)
        held: list[Json] = [
            one
            for one in elements_at(visit, "extension")
            if one["url"] not in (f"{EXTENSION}/is-cancelable", f"{EXTENSION}/is-reschedulable")
        ]
        held += [extension(name, valueBoolean=False) for name in ("is-cancelable", "is-reschedulable")]
        self._mark(visit, {"extension": held})

    def open_for_change(self, reference: str) -> None:
        """Have something open, like "Appointment/7", so that the API finds it locked."""
        self._domain.locked.add(reference)

    def close(self, reference: str) -> None:
        """Close it again."""
        self._domain.locked.discard(reference)

    def spoil(self, reference: str) -> None:
        """Let a record lack its status, which FHIR requires."""
        self._domain.spoiled.add(reference)

    def mend(self, reference: str) -> None:
        """Give it back."""
        self._domain.spoiled.discard(reference)

    def block(self, *, actor: str, start: datetime, end: datetime) -> str:
        """The id of a block: a reference to a practitioner, or a general resource, has no time then."""
        made: Resource = {
            "resourceType": "Block",
            "actor": actor,
            "start": as_instant(start),
            "end": as_instant(end),
        }
        block = self._domain.store.create(made)
        self._settle()
        return text_at(block, "id")

    def unblock(self, block: str) -> None:
        """Take a block out."""
        self._domain.store.remove("Block", block)
        self._settle()

    def rebuild(self, *, location: str) -> None:
        """Make the schedule of a place anew. Guess [ids-do-not-last]: free slots come back under other ids."""
        numbers = count(90_000_000 + len(self._domain.store.all("Slot", at=None)))
        for row in self._domain.store.all("Slot"):
            if location_of(row) != location or row["status"] != "free":
                continue
            kind, place, _, minutes = text_at(row, "id").split("-")
            id = f"{kind}-{place}-{next(numbers)}-{minutes}"
            schedule = self._domain.get("Schedule", id_in(text_at(row, "schedule", "reference"), "Schedule"))
            self._domain.store.put({**without(schedule, "meta"), "id": id})
            self._domain.store.put({**without(row, "meta"), "id": id, "schedule": {"reference": f"Schedule/{id}"}})
            self._domain.store.remove("Schedule", text_at(row, "id"))
            self._domain.store.remove("Slot", text_at(row, "id"))
        self._settle()

    def add_slot(self, slot: Resource, schedule: Resource) -> None:
        """Offer one more slot, made by `simulator_world.slot`."""
        self._domain.store.put(without(schedule, "meta"))
        self._domain.store.put(without(slot, "meta"))
        self._settle()

    def change_patient(self, patient: str, changes: Resource) -> None:
        """Change elements of a patient, like the name or the telecom, each as a whole."""
        held = {**self._domain.get("Patient", patient), **changes}
        self._domain.store.put(with_element_ids(held))
        self._domain.store.write()

    def merge_patients(self, *, into: str, gone: str) -> None:
        """Join two patients. Documented [merged-are-linked]. Guess [visits-move]: the visits become the other's."""
        target = self._domain.get("Patient", into)
        for visit in self._domain.store.all("Appointment"):
            if patient_of(visit) == gone:
                people: list[Json] = [
                    {**one, "actor": {"reference": reference_to(target), "display": text_at(target, "name", 0, "text")}}
                    if text_at(one, "actor", "reference") == f"Patient/{gone}"
                    else one
                    for one in elements_at(visit, "participant")
                ]
                self._domain.store.change(visit, {"participant": people})
        link: Resource = {"other": {"reference": reference_to(target)}, "type": "replaced-by"}
        self._domain.store.change(self._domain.get("Patient", gone), {"active": False, "link": [link]})
        self._domain.store.write()

    def somebody_else(self, patient: str) -> str:
        """Any other patient's id. Raises: LookupError when there is none."""
        for one in self._domain.store.all("Patient"):
            if one["id"] != patient and one["active"] is True:
                return text_at(one, "id")
        raise LookupError("the world needs a second patient, for the front desk to book")

    def overtake(self, *, patient: str, slot: str) -> None:
        """Take the time that a call books: the slot while it is free, afterwards over the visit that is there."""
        row = self._domain.store.get("Slot", slot)
        if row is not None and start_of(row) > self._domain.now():
            self._put_in(row, patient)

    def _put_in(self, slot: Resource, patient: str) -> str:
        made = put_in(self._domain, slot, patient=patient, status="tentative")
        self._settle()
        return text_at(made, "id")

    def _mark(self, visit: Resource, changes: Resource) -> None:
        self._domain.store.change(visit, changes)
        self._settle()

    def _settle(self) -> None:
        self._domain.refresh()
        self._domain.store.write()

    def _slot(self, id: str) -> Resource:
        return self._domain.get("Slot", id)

    def _visit(self, id: str) -> Resource:
        return self._domain.get("Appointment", id)
