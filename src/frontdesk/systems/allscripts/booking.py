"""One booking or cancellation in a schedule that holds no time, and of which nobody may say how it refuses one.

So whoever has the time is looked for before anything is written and again after; a visit bears the mark of its key in
its notes, and is found again by patient and time should the mark not be kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from frontdesk.domain.appointment import Cancellation, Slot, Status, Subject
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.ports.system import Taken
from frontdesk.standards.open_times import OpenTimes
from frontdesk.systems.allscripts.client import NAME, Client, Declined
from frontdesk.systems.allscripts.directory import Directory
from frontdesk.systems.allscripts.mapping import (
    CANCELLED,
    Numbers,
    Reads,
    Visit,
    mark_of,
    new_appointment,
    visit,
)
from frontdesk.systems.allscripts.office import open_times
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.together import together

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """One practice's schedule: the client, which of its words are ours, our files, its lists, its clock, and now."""

    client: Client
    numbers: Numbers
    practice: Practice
    directory: Directory
    zone: ZoneInfo
    now: datetime

    def read(self, rows: Iterable[Foreign]) -> list[Visit]:
        """Rows as visits. One whose status nobody knows counts as in use, and is told."""
        return [self._told(visit(row, self.directory, self.zone)) for row in rows]

    def followed(self, rows: Iterable[Foreign], reads: Reads) -> list[Visit]:
        """The same, of rows that are followed. One that cannot be read is told, and does not keep back the others."""
        found: list[Visit] = []
        for row in rows:
            try:
                found.append(self._told(reads(row, self.directory, self.zone)))
            except Unreadable as strange:
                _log.warning(
                    "a row was not understood and is not followed", system=NAME, row=row.row, field=strange.field
                )
        return found

    async def visit_of(self, number: str) -> Visit | None:
        """The visit of that number as it stands; None where there is none."""
        row = await self.client.appointment(number)
        return None if row is None else self.read([row])[0]

    async def read_back(self, number: str) -> Visit | None:
        """The same after something was asked to change it. Raises: OutcomeUnknown (it cannot be read)."""
        try:
            return await self.visit_of(number)
        except Fault as fault:
            raise OutcomeUnknown(f"Unity was asked to change visit {number}; it could not be read since.") from fault

    async def visits_on(self, patient: str) -> list[Visit]:
        """All visits of a patient's file, cancelled ones too."""
        return self.read(await self.client.schedule_of(patient))

    async def around(self, slot: Slot) -> list[Visit]:
        """Everybody's visits of a slot's days."""
        return self.read(await self.client.schedule(*self.days_of(slot.during)))

    async def is_free(self, slot: Slot) -> bool:
        """Whether a slot can be booked: Unity shows it as open, and nobody's visit is in its way. Both are read now."""
        first, last = self.days_of(slot.during)
        shown, visits = await together(
            self.client.open_times(
                first,
                last,
                type=self.numbers.types[slot.service],
                resource=self.numbers.resources[slot.practitioner],
                location=self.numbers.locations[slot.location],
            ),
            self.client.schedule(first, last),
        )
        found = open_times(shown, self.numbers, self.zone)
        return is_open(found, slot) and not self.in_the_way(slot, self.read(visits))

    def days_of(self, within: Period) -> tuple[date, date]:
        """The days on the server's clock of a stretch of time, the first and the last."""
        return wall(within.start, self.zone).date(), wall(within.end - timedelta.resolution, self.zone).date()

    def is_there(self, one: Visit, slot: Slot) -> bool:
        """Whether a visit stands at a slot's time with its practitioner; where it cannot tell its place, it may."""
        here = self.numbers.locations[slot.location]
        return (
            one.in_use
            and one.during == slot.during
            and self.numbers.resources[slot.practitioner] in one.columns
            and one.location in {here, ""}
        )

    def in_the_way(self, slot: Slot, visits: Iterable[Visit]) -> list[Visit]:
        """Those that keep a slot's practitioner busy then, at whichever location."""
        column = self.numbers.resources[slot.practitioner]
        return [one for one in visits if one.in_use and column in one.columns and one.whole.overlaps(slot.during)]

    def _told(self, one: Visit) -> Visit:
        if one.strange is not None:
            _log.warning(
                "a row was not understood and counts as in use",
                system=NAME,
                row=one.strange.row,
                field=one.strange.field,
            )
        return one


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What is to be booked, on which patient's file. `key` names the intent; the mark in the notes shows it."""

    book: Book
    slot: Slot
    patient: str
    key: str

    @property
    def mark(self) -> str:
        """What tells our visit from any other."""
        return mark_of(self.key)

    async def standing(self) -> Visit | None:
        """The visit that this key has booked already, as it stands now.

        It is the patient's at that time with that practitioner; or it bears our mark, and was cancelled or moved since.
        """
        visits = sorted(await self.book.visits_on(self.patient), key=lambda one: one.order)
        there = [one for one in visits if self.book.is_there(one, self.slot)]
        marked = [one for one in visits if self.mark in one.notes]
        found = [*(one for one in marked if one.in_use), *there, *marked]
        return found[0] if found else None

    async def write(self) -> Visit | Taken:
        """Enter the visit and read it back, alone at its time; Taken: somebody else has it.

        Raises: OutcomeUnknown (it is not in the schedule yet, and may still come), Refused, Unreachable, NotPermitted.
        """
        told = new_appointment(
            self.slot, patient=self.patient, numbers=self.book.numbers, zone=self.book.zone, mark=self.mark
        )
        try:
            number = await self.book.client.book(told)
        except OutcomeUnknown:
            found = await self.standing()
            if found is None:
                raise
            return await self.settle(found)
        except Declined:
            return await self._declined()
        made = await self.book.read_back(number)
        if made is None or not made.in_use or made.patient != self.patient:
            raise OutcomeUnknown(f"Unity says that it booked visit {number}, and its schedule does not show it so.")
        if not self.book.is_there(made, self.slot):
            await taken_out(made, self.book, why=Cancellation.OTHER_ERROR)
            raise Refused(
                "Unity entered a visit at another time or place than it was told; it was taken out. What "
                "SaveAppointment takes is a guess: correct it in the file of numbers."
            )
        return await self._alone(made)

    async def settle(self, own: Visit) -> Visit | Taken:
        """A visit that stands, alone at its time; or ours is taken out, since somebody was there first.

        One without our mark was entered by staff, and one they moved since is where they want it: both stay. What the
        same key has entered twice is taken out but for the first.
        """
        if not self.book.is_there(own, self.slot) or self.mark not in own.notes:
            return own
        return await self._alone(own)

    async def _alone(self, own: Visit) -> Visit | Taken:
        """The first visit of ours, where nobody else's was there before it; all others of ours are taken out."""
        rivals = self.book.in_the_way(self.slot, await self._around())
        ours = sorted((one for one in rivals if self._is_ours(one, own)), key=lambda one: one.order)
        for again in ours[1:]:
            await taken_out(again, self.book, why=Cancellation.OTHER_ERROR)
        first = ours[0] if ours else own
        before = [one for one in rivals if one not in ours and one.order < first.order]
        if not before:
            return first
        await taken_out(first, self.book, why=Cancellation.OTHER_ERROR)
        return Taken(by=Subject.PRACTITIONER)

    def _is_ours(self, one: Visit, own: Visit) -> bool:
        return one.number == own.number or (one.patient == self.patient and self.mark in one.notes)

    async def _declined(self) -> Visit | Taken:
        """What a no means: the words of a double booking are not published, so the schedule decides."""
        found = await self.standing()  # what is in the way may be ours, come late
        if found is not None and found.in_use:
            return await self.settle(found)
        if not await self.book.is_free(self.slot):
            return Taken(by=Subject.PRACTITIONER)
        raise Refused(
            "Unity shows the time as open and does not book it. Staff can; LastLogs on its server has the reason."
        )

    async def _around(self) -> Sequence[Visit]:
        try:
            return await self.book.around(self.slot)
        except Fault as fault:
            raise OutcomeUnknown("Unity has booked a visit, and its schedule could not be read since.") from fault


def is_open(found: OpenTimes, slot: Slot) -> bool:
    """Whether a visit may begin at a slot's start, and what is open lasts as long as it."""
    starts = found.get((slot.practitioner, slot.location), {})
    if slot.during.start not in starts:
        return False
    reached = slot.during.start
    for during in sorted(starts.values()):
        if during.start <= reached < during.end:
            reached = during.end
    return reached >= slot.during.end


async def taken_out(found: Visit, book: Book, *, why: Cancellation) -> None:
    """Cancel a visit and read it back.

    Raises: Refused (it stands, and staff must cancel it), OutcomeUnknown, Unreachable, NotPermitted.
    """
    await marked(found, CANCELLED, book, cancellation=book.numbers.reason(why))


async def marked(
    found: Visit, letter: str, book: Book, *, confirmation: str = "", cancellation: str = ""
) -> Visit | None:
    """A visit after its status was changed, read back; None: it is gone, which for a cancellation is as well.

    Raises: Refused (it stays as it was), OutcomeUnknown, Unreachable, NotPermitted.
    """
    lost: Fault | None = None
    try:
        await book.client.mark(
            found.number,
            letter,
            shown=wall(found.during.start, book.zone).replace(tzinfo=None),
            confirmation=confirmation,
            cancellation=cancellation,
        )
    except (OutcomeUnknown, Declined) as fault:
        lost = fault
    now = await book.read_back(found.number)
    if now is None or _bears(now, letter):
        return now
    raise lost or OutcomeUnknown(f"Unity says that it marked visit {found.number}; its schedule shows otherwise.")


def _bears(one: Visit, letter: str) -> bool:
    """Whether a visit stands as the letter wanted it."""
    match letter:
        case "X":
            return not one.in_use
        case "N":
            return one.standing is Status.NOSHOW
        case "C":
            return one.confirmed and one.in_use
        case _:
            return one.standing in {Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED}
