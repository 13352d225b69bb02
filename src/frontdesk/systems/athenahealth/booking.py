"""One booking in a schedule that refuses a slot twice, not a time, and knows no key of ours.

A slot can be booked once, so nothing is written double; what an answer leaves open is read from the schedule. The mark
of the key is in the note that goes with a booking. Where slots overlap, ours gives way to whoever was first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.domain.appointment import Slot, Status, Subject
from frontdesk.domain.time import wall
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.systems.athenahealth.changing import followed, taken_out
from frontdesk.systems.athenahealth.client import NAME, Did
from frontdesk.systems.athenahealth.mapping import Visit, visit
from frontdesk.systems.athenahealth.office import Opening, side_by_side
from frontdesk.systems.athenahealth.schedule import Schedule, compare, is_at, mark_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What is to be booked, on which chart. `key` names the intent; the mark in the note shows it."""

    schedule: Schedule
    slot: Slot
    chart: int
    key: str

    @property
    def mark(self) -> str:
        """What tells our visit from any other of the patient."""
        return mark_of(self.key)

    async def standing(self) -> Visit | None:
        """The visit that this key has booked already, as it stands now.

        It is the patient's at that time with that practitioner; or it bears our mark, and was cancelled or moved since.
        """
        schedule, slot = self.schedule, self.slot
        day = wall(slot.during.start, schedule.practice.location(slot.location).zone).date()
        rows = await schedule.client.appointments_of(self.chart, first=day, last=day)
        read = (visit(row, schedule.numbers, schedule.practice) for row in rows)
        there = [one for one in read if one is not None and is_at(one, slot, schedule)]
        for one in there:
            if one.in_use:
                return one
        for one in there:
            if one.is_visit and await self._is_marked(one):
                return await followed(one, schedule)
        return None

    async def write(self, found: Sequence[Opening]) -> Visit | Taken:
        """Book the first of these slots that is still to be had, and read it back.

        Where the answer is lost the slot shows what became of it. One that is still open may yet be booked.
        Raises: OutcomeUnknown, Refused (it is open, and not for us), Unreachable, NotPermitted.
        """
        for_staff = False
        for one in found:
            before = await self.schedule.visit_of(one.number)  # also: whether it could be read back
            if before is not None and self._is_ours(before):
                return before  # another run of this key was faster
            if before is None or before.is_visit:
                continue
            lost: OutcomeUnknown | None = None
            did = Did.NOT_SO
            try:
                did = await self.schedule.client.book(one.number, self._fields())
            except OutcomeUnknown as fault:
                lost = fault
            now = await self.schedule.read_back(one.number)
            if now is not None and self._is_ours(now):
                compare(now, one)
                return now
            is_open = now is not None and not now.is_visit
            if did is Did.DONE or (lost is not None and is_open):
                raise lost or OutcomeUnknown(f"{NAME} says that it booked {one.number}; its schedule shows otherwise.")
            for_staff = for_staff or (now is not None and is_open and not now.frozen)
        if for_staff:
            raise Refused(f"{NAME} shows the time open and does not book it: it is for staff alone. They can book it.")
        return Taken(by=Subject.PRACTITIONER)

    async def settle(self, booked: Visit) -> Visit | Taken:
        """The visit, alone at its time; or ours is cancelled, since somebody had the time first in another slot.

        First is whoever was entered in an earlier second, or in the same: athenaOne tells no more. One that does not
        bear our mark was booked by staff, and stays; so does one that is no more to come.
        """
        if booked.standing is not Status.BOOKED or not await self._is_marked(booked):
            return booked
        schedule = self.schedule
        person = schedule.numbers.practitioner_of(booked.provider)
        if person is None:
            return booked
        day = wall(booked.during.start, schedule.practice.location(booked.location).zone).date()
        try:
            visits = await schedule.standing(day, day)
        except Fault as fault:
            raise OutcomeUnknown(f"Visit {booked.number} is booked; who else has its time is not known.") from fault
        before = [one for one in visits if one.number != booked.number and one.entered <= booked.entered]
        own = Opening(
            number=booked.number,
            provider=booked.provider,
            practitioner=person,
            location=booked.location,
            during=booked.during,
        )
        if side_by_side([own], before, schedule.practice):
            return booked
        try:
            await taken_out(booked, "Frontdesk: somebody else had this time first", schedule)
        except Fault as fault:
            raise OutcomeUnknown(f"Visit {booked.number} is to give way, and stands as yet.") from fault
        return Taken(by=Subject.PRACTITIONER)

    def _is_ours(self, one: Visit) -> bool:
        return one.patient == self.chart and one.in_use

    def _fields(self) -> dict[str, str]:
        return {
            "patientid": str(self.chart),
            "departmentid": str(self.schedule.department(self.slot)),
            **(self.schedule.numbers.which(self.slot.service) or {}),
            "bookingnote": f"Booked by {self.mark}",
            "donotsendconfirmationemail": "true",  # the desk confirms; two mails would be one too many
        }

    async def _is_marked(self, one: Visit) -> bool:
        if any(self.mark in note for note in one.notes):
            return True
        notes = await self.schedule.client.notes(one.number) if not one.notes else []
        return any(self.mark in note.text("notetext") for note in notes)
