"""Courses over any calendar: planned by its free times, booked whole or taken back whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from frontdesk.dialogue.effects import CourseFound, FindCourse
from frontdesk.domain.appointment import Cancellation, Slot
from frontdesk.domain.booking_rules import Apart
from frontdesk.domain.ids import ConversationId, MessageId, PatientId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.domain.visitor import Visitor
from frontdesk.domain.wish import Wish
from frontdesk.ports.system import Choice, SlotRequest, System
from frontdesk.reception.saga import Kept, Lost, Saga, Stands
from frontdesk.scheduling.offers import offers
from frontdesk.storage.bookings import Step

AGREED_TO = frozenset({Step.AGREED, Step.BOOKED, Step.VERIFIED, Step.TOLD})
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
TRIED = 4
"""So many first visits are tried, soonest first, before it is said that no course fits."""
USUAL_ROOM = timedelta(weeks=2)
"""How long after the least time the next visit may be, where a practice says only the least."""


def gap_of(wanted: FindCourse, practice: Practice) -> Apart | None:
    """What the patient said, else what the practice says of the service; None: neither did.

    What the rules forbid is not granted: the least is the larger of both.
    """
    rules = practice.service(wanted.service).rules
    rule = next((one for one in rules.spacing if wanted.service in one.since), None)
    least = rule.at_least if rule is not None else None
    if wanted.at_least is None:
        if rules.sessions_apart is not None:
            usual = rules.sessions_apart
            at_least = max(usual.at_least, least or timedelta(0))
            return Apart(at_least=at_least, at_most=max(usual.at_most, at_least))
        if least is None:
            return None
        most = rule.at_most if rule is not None and rule.at_most is not None else least + USUAL_ROOM
        return Apart(at_least=least, at_most=most)
    at_least = max(wanted.at_least * WEEK, least or timedelta(0))
    return Apart(at_least=at_least, at_most=max((wanted.at_most or wanted.at_least) * WEEK, at_least))


async def plan(
    system: System, practice: Practice, wanted: FindCourse, *, visitor: Visitor, now: datetime
) -> CourseFound:
    """The soonest course that keeps the gap, with one practitioner at one location, near the first's time of day.

    Raises: Fault.
    """
    gap = gap_of(wanted, practice)
    if gap is None:
        return CourseFound(plan=None)
    policies = practice.policies
    few = Choice(wish=wanted.wish, count=TRIED, passed_over=wanted.passed_over)
    within = Period(start=now, end=now + policies.horizon)
    found = await system.find_slots(SlotRequest(service=wanted.service, within=within, visitor=visitor, few=few))
    firsts = offers(found, wanted.wish, practice=practice, count=TRIED, passed_over=wanted.passed_over)
    if not firsts.exact:
        return CourseFound(plan=())
    for first in firsts.slots:
        visits = await _from(system, practice, first, wanted, gap, until=now + policies.series_horizon)
        if visits is not None:
            return CourseFound(plan=visits)
    return CourseFound(plan=())


async def _from(
    system: System, practice: Practice, first: Slot, wanted: FindCourse, gap: Apart, *, until: datetime
) -> tuple[Slot, ...] | None:
    visits = [first]
    while len(visits) < wanted.visits:
        following = await _after(system, practice, visits[-1], first, wanted.wish, gap, until=until)
        if following is None:
            return None
        visits.append(following)
    return tuple(visits)


async def _after(
    system: System, practice: Practice, last: Slot, first: Slot, wish: Wish, gap: Apart, *, until: datetime
) -> Slot | None:
    """The visit after the last one, as near to the first one's time of day as can be."""
    zone = practice.location(first.location).zone
    day = wall(last.during.start, zone).date()
    within = Period(
        start=instant(day + gap.at_least, time(0), zone), end=instant(day + gap.at_most + DAY, time(0), zone)
    )
    if until <= within.start:
        return None
    free = await system.find_slots(
        SlotRequest(
            service=first.service,
            within=within,
            practitioner=first.practitioner,
            location=first.location,
            until=until,
        )
    )
    began = wall(first.during.start, zone)
    fitting = [slot for slot in free if wish.of_any_day.fits(slot.during, zone)]
    return min(
        fitting,
        key=lambda slot: (*_unlike(wall(slot.during.start, zone), began), slot.during.start),
        default=None,
    )


def _unlike(moment: datetime, first: datetime) -> tuple[bool, int]:
    """How unlike the first visit another is: on another weekday, at another time of day."""
    return moment.weekday() != first.weekday(), abs(_minute(moment) - _minute(first))


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """The booking of a course: every time is held before the first is booked, so that all can be."""

    saga: Saga
    patient: PatientId
    conversation: ConversationId
    message: MessageId
    key: str
    until: datetime

    async def book(self, plan: Sequence[Slot]) -> tuple[Stands, ...] | Slot:
        """All visits as they stand, or the first time that is no longer free, with nothing left of the others.

        A repeat goes on where it stopped. Raises: Fault (what lies idle is then seen to by the job that looks for it).
        """
        held: dict[int, Kept] = {}
        for place, slot in enumerate(plan):
            begun = await self.saga.begun(self._key(place))
            if begun is not None and begun.step in AGREED_TO:
                continue
            kept = await self.saga.hold(
                slot, key=self._key(place), until=self.until, conversation=self.conversation, message=self.message
            )
            if isinstance(kept, Lost):
                await self._give_back(held)
                return slot
            held[place] = kept
        stands: list[Stands] = []
        for place, slot in enumerate(plan):
            outcome = await self.saga.book(
                slot,
                key=self._key(place),
                patient=self.patient,
                held=held[place].held if place in held else None,
                conversation=self.conversation,
                message=self.message,
            )
            if isinstance(outcome, Lost):
                await self._take_back(stands)
                await self._give_back({one: kept for one, kept in held.items() if one > place})
                return slot
            stands.append(outcome)
        return tuple(stands)

    async def _give_back(self, held: Mapping[int, Kept]) -> None:
        for place in held:
            begun = await self.saga.begun(self._key(place))
            if begun is not None:
                await self.saga.give_up(begun, Step.LAPSED)

    async def _take_back(self, stands: Sequence[Stands]) -> None:
        """What was booked before is cancelled: a part of a course was never agreed to."""
        for one in stands:
            await self.saga.cancel(
                one.appointment.id,
                key=f"{one.key}:undo",
                patient=self.patient,
                reason=Cancellation.OTHER,
                conversation=self.conversation,
                message=self.message,
            )

    def _key(self, place: int) -> str:
        return f"{self.key}:{place}"
