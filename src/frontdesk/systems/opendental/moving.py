"""One visit moved in place, in a book that looks for no overlap and knows no key of ours.

So it looks before it writes, and first adds to the visit's note by which key it moves, and from where; so a run that
was cut short goes on where it stopped, and a visit that met somebody at its new time finds back. The note is added to
and never written anew: line ends come back as spaces, and staff write in it too.
"""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.practice import Service
from frontdesk.domain.time import wall
from frontdesk.ports.faults import OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Taken
from frontdesk.systems.opendental.book import Book
from frontdesk.systems.opendental.mapping import Visit
from frontdesk.systems.opendental.marking import add_line
from frontdesk.systems.opendental.marks import mark_of
from frontdesk.systems.opendental.office import in_the_way, there_before_move
from frontdesk.systems.opendental.place import Place, moved, moved_since, place, place_in


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Which visit is to stand where. `key` names the intent; the mark in the note shows that it was carried out."""

    book: Book
    number: int
    slot: Slot
    key: str

    @property
    def mark(self) -> str:
        """What this intent leaves in the visit's note."""
        return mark_of(f"move {self.key}")

    @property
    def service(self) -> Service:
        """What is done at the visit."""
        return self.book.practice.service(self.slot.service)

    async def run(self) -> Visit | Taken | None:
        """The visit at its new time, alone there; None: it is not booked any more.

        One that was moved on since this key moved it, by staff or by another key, comes back as it stands.
        Raises: Refused, Unreachable (it stands as it was), OutcomeUnknown, NotPermitted, Unreadable.
        """
        found = await self.book.visit(self.number)
        if found is None or (found.strange is None and found.standing is not Status.BOOKED):
            return None
        if found.strange is not None:
            raise found.strange
        noted = place_in(found.note, self.mark)
        if noted is not None and moved_since(found.note, self.mark):
            return found
        if self._is_there(found):
            return found if noted is None else await self._settle(noted)
        if noted is not None and noted.starts != self._shown(found):
            return found
        self._movable(found)
        office = await self.book.office(self.slot.during, without=self.number)
        by = in_the_way(self.slot, self.service, office=office, numbers=self.book.numbers, practice=self.book.practice)
        if by is not None:
            return Taken(by=by)
        return await self._settle(await self._write(found))

    def _is_there(self, found: Visit) -> bool:
        """Whether it stands where it is wanted."""
        room = self.book.numbers.room_of(found.operatory)
        practitioner = self.book.numbers.practitioner_of(found.providers[0][0]) if found.providers else None
        return (found.during, practitioner, room[0] if room else None) == (
            self.slot.during,
            self.slot.practitioner,
            self.slot.room,
        )

    def _shown(self, found: Visit) -> datetime:
        """When its operatory is needed, on the office's wall."""
        zone = self.book.practice.location(found.location).zone
        return wall(found.whole.start, zone).replace(tzinfo=None, fold=0)

    def _movable(self, found: Visit) -> None:
        """Raises: Refused (what the book holds of it is more than a slot says)."""
        if found.service != self.slot.service:
            raise Refused(f"Visit {self.number} is not known to be for {self.slot.service}; a person must move it.")
        whose = self.book.numbers.practitioner_of(found.providers[0][0]) if found.providers else None
        if whose is not None and found.during.length != self.service.length_with(whose):
            raise Refused(f"Staff gave visit {self.number} a length of its own; a person must move it.")
        if len(found.providers) > 1:
            raise Refused(f"Visit {self.number} keeps two providers busy; a person must move it.")

    async def _write(self, found: Visit) -> Place:
        """Move it; where it was. Where that is left open, the book decides whether it was moved.

        Raises: Unreachable (staff changed it meanwhile, and nothing was done), OutcomeUnknown, Refused, NotPermitted.
        """
        row = await self.book.client.appointment(self.number)
        now = self.book.read(row) if row is not None else None
        if row is None or now is None or (now.whole, now.operatory) != (found.whole, found.operatory):
            raise Unreachable(f"Visit {self.number} was changed while it was to be moved. Look again.")
        before = place(row)
        if place_in(now.note, self.mark) != before:
            await add_line(self.number, f"{self.mark}: moves from {before.words}", before.words, self.book)
        there = moved(before, self.slot, numbers=self.book.numbers, practice=self.book.practice)
        await self._put(there)
        return before

    async def _settle(self, before: Place) -> Visit | Taken:
        """The visit as the book has it, alone at its time; or it goes back, since somebody was there before it."""
        book = self.book
        standing = await book.visit(self.number)
        if standing is None or standing.strange is not None or not standing.in_use:
            raise OutcomeUnknown(f"Open Dental says that it moved visit {self.number}, and its book does not show it.")
        if not self._is_there(standing):
            if self._shown(standing) == before.starts:
                raise OutcomeUnknown(f"Open Dental says that it moved visit {self.number}; it stands where it was.")
            return standing  # staff have moved it on already
        visits = await book.visits(standing.whole)
        by = there_before_move(standing, visits, numbers=book.numbers, practice=book.practice)
        if by is None:
            return standing
        await self._go_back(before)
        return Taken(by=by)

    async def _go_back(self, before: Place) -> None:
        """To where it was. Where somebody has taken that time meanwhile, staff are told in its note."""
        await self._put(before)
        await self.book.leave_word(self.number, "Frontdesk: somebody else had the new time first; it stays")
        back = await self.book.visit(self.number)
        if back is None or back.strange is not None:
            return
        others = await self.book.visits(back.whole)
        if there_before_move(back, others, numbers=self.book.numbers, practice=self.book.practice) is not None:
            await self.book.leave_word(self.number, "Frontdesk: this time was given away meanwhile; please look")

    async def _put(self, to: Place) -> None:
        """Raises: OutcomeUnknown (it does not stand there, and may still come to)."""
        try:
            await self.book.client.update_appointment(self.number, to.fields)
        except OutcomeUnknown:
            row = await self.book.client.appointment(self.number)
            if row is None or place(row) != to:
                raise
