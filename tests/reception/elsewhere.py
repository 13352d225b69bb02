"""A small calendar of somebody else's: it tells what has changed, sends signed notices, and fails on demand."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from tests.clinic import NOW, a_slot

from frontdesk.domain.appointment import Appointment, Cancellation, Slot, Status, Subject
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import Changes, Notice, Told
from frontdesk.ports.faults import Fault, Refused
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.scheduling.slots import find_slots

KEY = b"the secret that both sides know"
NAME = "elsewhere"


class Quiet:
    """The calendar, which tells nobody anything by itself: a System and no more."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.book_: dict[AppointmentId, Appointment] = {}
        self.keys: dict[str, AppointmentId] = {}
        self.log: list[AppointmentId] = []
        self.asked: list[str] = []
        self.faults: list[Fault] = []
        self.hidden: set[str] = set()
        """Visits that it will not show."""
        self._numbers = count(501)

    # What staff do there.

    def enter(self, during: Period, *, patient: PatientId | None = None) -> AppointmentId:
        id = AppointmentId(str(next(self._numbers)))
        slot = a_slot(during)
        return self._write(
            Appointment(
                id=id,
                service=slot.service,
                location=slot.location,
                practitioner=slot.practitioner,
                room=slot.room,
                devices=(),
                during=during,
                status=Status.BOOKED,
                patient=patient,
            )
        )

    def drag(self, id: AppointmentId, to: Period) -> None:
        self._write(replace(self.book_[id], during=to))

    def take_out(self, id: AppointmentId) -> None:
        self._write(replace(self.book_[id], status=Status.CANCELLED))

    def delete(self, id: AppointmentId) -> None:
        del self.book_[id]
        self.log.append(id)

    # What the desk asks.

    async def close(self) -> None:
        self.asked.append("close")

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        self._ask("find_slots")
        busy = [
            claim
            for visit in self.book_.values()
            if visit.status.takes_time
            for claim in a_slot(visit.during).claims
            if claim.subject in {Subject.PRACTITIONER, Subject.ROOM}
        ]
        return find_slots(
            self.practice,
            service=wanted.service,
            within=wanted.within,
            busy=busy,
            now=NOW,
            practitioner=wanted.practitioner,
        )

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        raise Refused("no time is held there")

    async def release(self, held: AppointmentId) -> None:
        self._ask("release")

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        self._ask("book")
        if key not in self.keys:
            standing = (visit for visit in self.book_.values() if visit.status.takes_time)
            if any(visit.during.overlaps(slot.during) for visit in standing):
                return Taken(by=Subject.PRACTITIONER)
            self.keys[key] = self.enter(slot.during, patient=patient)
        return Booked(appointment=self.book_[self.keys[key]])

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        self._ask("look_up")
        id = self.keys.get(key)
        return self.book_[id] if id else Missing()

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        raise Refused("no visit is moved there")

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        self._ask("read")
        if id in self.hidden:
            raise Refused("this visit is not for you")
        return self.book_.get(id, Missing())

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        self._ask("appointments_of")
        return [visit for visit in self.book_.values() if visit.patient in patients]

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        self._ask("cancel")
        if id not in self.book_:
            return Missing()
        self.take_out(id)
        return Cancelled(appointment=self.book_[id])

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.faults:
            raise self.faults.pop(0)

    def _write(self, visit: Appointment) -> AppointmentId:
        self.book_[visit.id] = visit
        self.log.append(visit.id)
        return visit.id


@dataclass
class Late:
    """How answers come: `until` keeps the next one on its way, `scripted` are given instead of the truth."""

    until: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    scripted: list[Changes] = field(default_factory=list)


class Elsewhere(Quiet):
    """The same with the abilities `changes` and `notices`. What to ask on with is a place in its log."""

    def __init__(self, practice: Practice) -> None:
        super().__init__(practice)
        self.late = Late()
        self.behind = 0
        """Entries of the log that an answer does not show yet, although its `next` is past them: a clock is behind."""
        self.oldest = 0
        """What to ask on with is refused before this place."""

    async def changes(self, since: str | None) -> Changes:
        self._ask("changes" if since is not None else "everything")
        if since is not None and int(since) < self.oldest:
            raise Refused("that is too long ago")
        answer = self.late.scripted.pop(0) if self.late.scripted else self._answer(since)
        waiting, self.late.until = self.late.until, None
        self.late.asked.set()
        if waiting is not None:
            await waiting.wait()
        return answer

    def _answer(self, since: str | None) -> Changes:
        shown = self.log[: len(self.log) - self.behind]
        if since is None:
            visits = [self.book_[id] for id in dict.fromkeys(shown) if id in self.book_]
            later = [one for one in visits if one.during.end > NOW - timedelta(days=1)]
            return Changes(visits=tuple(later), next=str(len(self.log)))
        ids = dict.fromkeys(shown[int(since) :])
        return Changes(
            visits=tuple(self.book_[id] for id in ids if id in self.book_),
            gone=tuple(id for id in ids if id not in self.book_),
            next=str(len(self.log)),
        )

    def hear(self, notice: Notice) -> Sequence[Told]:
        if not hmac.compare_digest(notice.headers.get("x-signature", ""), signature(notice.url, notice.body)):
            raise Refused("this is not signed by the system")
        said = json.loads(notice.body)
        visits = tuple(map(AppointmentId, said.get("visits", ())))
        return [Told(id=said["id"], visits=visits, everything=said.get("everything", False))] if said else []


def signature(url: str, body: bytes) -> str:
    """What the system signs its notices with: address and body."""
    return hmac.new(KEY, url.encode() + b"\n" + body, hashlib.sha256).hexdigest()
