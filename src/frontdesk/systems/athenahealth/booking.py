"""One booking, move or cancellation in a schedule that refuses a slot twice, and knows no key of ours.

A slot can be booked once, so nothing is written double; what an answer leaves open is read from the schedule. The mark
of the key is in the note that goes with a booking.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from frontdesk.domain.appointment import Slot, Status, Subject
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused
from frontdesk.ports.system import Missing, Taken
from frontdesk.systems.athenahealth.client import NAME, Client, Did
from frontdesk.systems.athenahealth.mapping import Numbers, Visit, visit
from frontdesk.systems.athenahealth.office import Opening, read_open
from frontdesk.wire.foreign import Foreign

_log = structlog.get_logger()

_MOST_MOVES = 20
"""How often a visit may have been moved for it still to be followed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """One practice's schedule: the client, which of its numbers are ours, and the practice as its files have it."""

    client: Client
    numbers: Numbers
    practice: Practice

    async def visit_of(self, number: int) -> Visit | None:
        """The slot or visit of that number; None where there is none at a location of ours."""
        row = await self.client.appointment(number)
        return None if row is None else visit(row, self.numbers, self.practice)

    async def open_at(self, slot: Slot) -> list[Opening]:
        """The open slots that are that very time of that practitioner, read now."""
        which = self.numbers.which(slot.service)
        if which is None or slot.practitioner not in self.numbers.providers:
            raise NotPermitted(
                f"Service {slot.service} or practitioner {slot.practitioner} has no number in {NAME}. Give it one."
            )
        zone = self.practice.location(slot.location).zone
        rows = await self.client.open_slots(
            wall(slot.during.start, zone).date(),
            wall(slot.during.start, zone).date(),
            departments=[self.department(slot)],
            providers=[self.numbers.providers[slot.practitioner]],
            which=which,
        )
        return [one for one in self.openings_in(rows) if one.during == slot.during]

    def openings_in(self, rows: Iterable[Foreign]) -> tuple[Opening, ...]:
        """The open slots among these rows; those that cannot be read are told and not offered."""
        found = read_open(rows, self.numbers, self.practice)
        for fault in found.strange:
            _log.warning("a slot was not understood and is not offered", system=NAME, row=fault.row, field=fault.field)
        return found.openings

    def department(self, slot: Slot) -> int:
        """The department of a slot's location. Raises: NotPermitted."""
        if slot.location not in self.numbers.departments:
            raise NotPermitted(f"Location {slot.location} has no department in {NAME}. Give it one.")
        return self.numbers.departments[slot.location]

    async def read_back(self, number: int) -> Visit | None:
        """The same after something was asked to change it. Raises: OutcomeUnknown (it cannot be read)."""
        try:
            return await self.visit_of(number)
        except Fault as fault:
            raise OutcomeUnknown(f"{NAME} was asked to change visit {number}; it could not be read since.") from fault


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
        there = [one for one in read if one is not None and _is_at(one, slot, schedule)]
        for one in there:
            if in_use(one):
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
                _compare(now, one)
                return now
            is_open = now is not None and not now.is_visit
            if did is Did.DONE or (lost is not None and is_open):
                raise lost or OutcomeUnknown(f"{NAME} says that it booked {one.number}; its schedule shows otherwise.")
            for_staff = for_staff or (now is not None and is_open and not now.frozen)
        if for_staff:
            raise Refused(f"{NAME} shows the time open and does not book it: it is for staff alone. They can book it.")
        return Taken(by=Subject.PRACTITIONER)

    def _is_ours(self, one: Visit) -> bool:
        return one.patient == self.chart and in_use(one)

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


def mark_of(key: str) -> str:
    """The words by which a note shows the key of an intent."""
    return f"Frontdesk {hashlib.sha256(key.encode()).hexdigest()[:16]}"


def in_use(one: Visit) -> bool:
    """Whether somebody has the time; a status that nobody knows counts as if."""
    return one.strange is not None or (one.standing is not None and one.standing.takes_time)


async def followed(one: Visit, schedule: Schedule) -> Visit:
    """The visit that took its place, and so on; itself where none did, or where that is not to be seen."""
    for _ in range(_MOST_MOVES):
        after = await schedule.visit_of(one.moved_to) if one.moved_to is not None and not in_use(one) else None
        if after is None or not after.is_visit:
            return one
        one = after
    return one


async def moved(old: Visit, slot: Slot, schedule: Schedule) -> Visit | Taken | Missing:
    """The visit at its new time; Taken: it stands where it was. Once more after that, it finds what was done.

    Raises: Refused (the patient has come, or the slot is not for us), OutcomeUnknown, Unreachable, NotPermitted.
    """
    if old.standing is not Status.BOOKED:
        return await _moved_before(old, slot, schedule)
    if _is_at(old, slot, schedule):
        return old
    for_staff = False
    for one in await schedule.open_at(slot):
        lost: OutcomeUnknown | None = None
        did = Did.NOT_SO
        try:
            did = await schedule.client.reschedule(old.number, _moving(old, one.number, slot, schedule))
        except OutcomeUnknown as fault:
            lost = fault
        new = await schedule.read_back(one.number)
        if new is not None and new.patient == old.patient and in_use(new):
            await _let_go(old, schedule)
            _compare(new, one)
            return new
        is_open = new is not None and not new.is_visit
        if did is Did.DONE or (lost is not None and is_open):
            raise lost or OutcomeUnknown(f"{NAME} says that it moved {old.number}; its schedule shows otherwise.")
        now = await schedule.read_back(old.number)
        if now is None or now.standing is not Status.BOOKED:
            return Missing() if now is None else await _moved_before(now, slot, schedule)
        for_staff = for_staff or (new is not None and is_open and not new.frozen)
    if for_staff:
        raise Refused(f"{NAME} shows the time open and moves nothing to it: it is kept for staff. They can.")
    return Taken(by=Subject.PRACTITIONER)


async def taken_out(found: Visit, words: str, schedule: Schedule) -> None:
    """Cancel a visit that is booked, and read it back.

    Raises: Refused (it is checked in), OutcomeUnknown, Unreachable, NotPermitted (it stands).
    """
    fields = {"patientid": str(found.patient or ""), "cancellationreason": words}
    await _out(found.number, fields, schedule)


async def marked_missed(found: Visit, reason: int, schedule: Schedule) -> None:
    """Cancel a visit for the reason that the patient did not come: athenaOne has no other way to say so.

    Raises: as `taken_out`.
    """
    await _out(
        found.number, {"patientid": str(found.patient or ""), "appointmentcancelreasonid": str(reason)}, schedule
    )


async def _out(number: int, fields: dict[str, str], schedule: Schedule) -> None:
    lost: OutcomeUnknown | None = None
    did = Did.NOT_SO
    try:
        did = await schedule.client.cancel(number, fields)
    except OutcomeUnknown as fault:
        lost = fault
    left = await schedule.read_back(number)
    if left is None or not in_use(left):
        return
    if did is Did.NOT_SO and lost is None:
        raise Refused(f"{NAME} does not cancel visit {number}: it is checked in.")
    raise lost or OutcomeUnknown(f"{NAME} says that it cancelled visit {number}; its schedule shows it still.")


async def _moved_before(old: Visit, slot: Slot, schedule: Schedule) -> Visit | Missing:
    """What an earlier run has made of a visit that is not booked any more."""
    if in_use(old):
        raise Refused(f"Visit {old.number} is not moved: the patient has come, or its status is not known.")
    after = await followed(old, schedule)
    return after if in_use(after) and _is_at(after, slot, schedule) else Missing()


async def _let_go(old: Visit, schedule: Schedule) -> None:
    """That the old time is free; should it still stand beside the new one, it is cancelled."""
    left = await schedule.read_back(old.number)
    if left is not None and in_use(left):
        await taken_out(left, "Moved through Frontdesk", schedule)


def _is_at(one: Visit, slot: Slot, schedule: Schedule) -> bool:
    """Whether it starts there and then; how long it lasts is athenaOne's to say."""
    provider = schedule.numbers.providers.get(slot.practitioner)
    return (one.during.start, one.location, one.provider) == (slot.during.start, slot.location, provider)


def _compare(booked: Visit, opening: Opening) -> None:
    """Tell where a visit does not last as long as its slot did: whether slots are ever cut is not published."""
    if booked.during != opening.during:
        _log.warning("a visit lasts otherwise than its slot", system=NAME, appointment=booked.number)


def _moving(old: Visit, new: int, slot: Slot, schedule: Schedule) -> dict[str, str]:
    """The fields of a move. A type cannot be given: without a reason the old one stays."""
    which = schedule.numbers.which(slot.service) or {}
    return {
        "patientid": str(old.patient or ""),
        "newappointmentid": str(new),
        "reschedulereason": "Moved through Frontdesk",
        **({"reasonid": which["reasonid"]} if "reasonid" in which else {}),
    }
