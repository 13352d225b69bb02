"""Says after a visit what the practice has approved to be said of its service: once, of visits that took place.

Whatever is looked at here may be looked at by several workers, and be broken off anywhere: the row is locked while the
words are stored, and says afterwards that they were.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from uuid import UUID, uuid5

from frontdesk.compliance.book import Book
from frontdesk.dialogue.says import AskToComeAgain, SayAftercare
from frontdesk.dialogue.state import Mode, State
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId, PracticeId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import instant, wall
from frontdesk.language.reminding import aftercare_letter
from frontdesk.ports.channel import Mail
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, Refused
from frontdesk.ports.system import System
from frontdesk.reception.coming_again import LATER_VISIT, asking_again, comes_again, has_later, why_not_again
from frontdesk.reception.reply import Turned, worded
from frontdesk.reception.unasked import Unasked, put_out, thread_to
from frontdesk.reception.whom import (
    NOBODY,
    Stays,
    Waits,
    Whom,
    takes_mail,
    whom_of,
    zone_of,
)
from frontdesk.scheduling.after_visits import Due, aftercare_due, again_due
from frontdesk.scheduling.reminding import A_DAY
from frontdesk.storage import after_visits, outbox
from frontdesk.storage.after_visits import AfterVisit, Saying
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage, Turn
from frontdesk.storage.practices import Practices
from frontdesk.storage.reminders import Ahead, Stage

TOOK_PLACE = frozenset({Status.BOOKED, Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED})
"""A visit that is over, and nobody has marked otherwise, took place: many desks mark only who did not come."""

ASSISTANT = Actor(kind=ActorKind.ASSISTANT, id="assistant")

GONE = "the visit did not take place as it was planned"
TOO_LATE = "it would have come too late to be of use"
NO_WORDS = "the practice has no words for it"
SAID = "the same was said of another visit that day"
HELD = "its words say more than the facts"


async def plan_after(db: Db, practice: Practice, visit: Ahead, *, now: datetime) -> None:
    """Plan what is said after a visit, as it is known now."""
    zone = zone_of(practice, visit.location)
    planned: dict[Saying, Due] = {}
    if visit.status in TOOK_PLACE and has_aftercare(practice, visit.service):
        planned[Saying.AFTERCARE] = aftercare_due(visit.end, practice.reminding.aftercare, zone=zone)
    service = comes_again(practice, visit.service) if visit.status in TOOK_PLACE else None
    if service is not None and service.care.again_after is not None:
        planned[Saying.AGAIN] = again_due(visit.end, service.care.again_after, zone=zone)
    await after_visits.keep_plan(db, visit, planned, now=now)


def has_aftercare(practice: Practice, service: ServiceId | None) -> bool:
    """Whether the practice has words on what to mind after it."""
    return any(one.id == service and one.care.aftercare for one in practice.services)


class AfterVisits:
    """What is said to patients after their visits."""

    def __init__(
        self,
        storage: Storage,
        practices: Practices,
        clock: Clock,
        system_of: Callable[[PracticeId], System],
        *,
        book: Book,
        new_id: Callable[[], UUID],
    ) -> None:
        """`book`: whether a text may go, and when."""
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._system_of = system_of
        self._book = book
        self._new_id = new_id

    async def say_due(self, id: PracticeId) -> int:
        """How many that were due were looked at. Each ends sent, skipped or ended, or is looked at later."""
        async with self._storage.practice(id) as db:
            practice = await self._practices.read(db)
            due = await after_visits.take_up(db, now=self._clock.now())
        for one in due:
            await self._say(practice, one)
        return len(due)

    async def still_wanted(self, turn: Turn, id: UUID) -> bool:
        """Whether what is in the outbox is none of these, or may still be said. One that may not is marked so.

        Raises: Fault (the calendar does not answer).
        """
        now = self._clock.now()
        async with turn.transaction() as db:
            one = await after_visits.sent_as(db, id)
        if one is None:
            return True
        found = await self._standing(turn.practice, one) if now < one.good_until else TOO_LATE
        async with turn.transaction() as db:
            why = found if isinstance(found, str) else None
            if why is None and one.saying is Saying.AGAIN:
                practice, whom = await self._practices.read(db), await whom_of(db, one.patient, one.conversation)
                why = await why_not_again(db, practice, one, whom.phone if whom else None, now=now)
            if why is not None:
                await after_visits.settle(db, one, Stage.SKIPPED, why=why, now=now)
        return why is None

    async def _standing(self, id: PracticeId, one: AfterVisit) -> Appointment | str:
        """The visit, where its calendar has it at that time and nobody has marked that it was missed; else why not.

        Raises: Fault.
        """
        system = self._system_of(id)
        try:
            found = await system.read(one.appointment)
            if not isinstance(found, Appointment) or found.status not in TOOK_PLACE or found.held_until is not None:
                return GONE
            if found.during.start != one.start:
                return GONE
            if one.saying is Saying.AGAIN and has_later(await system.appointments_of([one.patient]), one):
                return LATER_VISIT
        except Refused:
            return GONE
        return found

    async def _say(self, practice: Practice, one: AfterVisit) -> None:
        now = self._clock.now()
        async with self._storage.practice(practice.id) as db:
            if now >= one.good_until:
                await after_visits.settle(db, one, Stage.SKIPPED, why=TOO_LATE, now=now)
                return
            whom = await whom_of(db, one.patient, one.conversation)
            if whom is None:
                await after_visits.settle(db, one, Stage.SKIPPED, why=NOBODY, now=now)
                return
        try:
            found = await self._standing(practice.id, one)
        except Fault:
            return  # it is looked at again in a minute
        speaking = f"speak {whom.thread.id}" if whom.thread else f"remind {one.patient}"
        async with self._storage.alone(practice.id, speaking, by=ASSISTANT) as turn, turn.transaction() as db:
            if not await after_visits.lock_planned(db, one):
                return
            if isinstance(found, str):
                await after_visits.settle(db, one, Stage.ENDED, why=found, now=now)
            else:
                await self._tell(db, practice, whom, one, found, now=now)

    async def _tell(
        self, db: Db, practice: Practice, whom: Whom, one: AfterVisit, visit: Appointment, *, now: datetime
    ) -> None:
        """The words, and that they were sent, in one transaction."""
        if (why := await _why_not(db, practice, whom, one, visit, now=now)) is not None:
            await after_visits.settle(db, one, Stage.SKIPPED, why=why, now=now)
            return
        id = uuid5(practice.id, f"{one.saying.value} {one.appointment}")
        match await self._text(db, practice, whom, one, visit, id=id, now=now):
            case Waits(until=until):
                await after_visits.postpone(db, one, until=until)
            case None:
                await after_visits.settle(db, one, Stage.SENT, outbox=id, now=now)
            case Stays() if one.saying is Saying.AFTERCARE and await takes_mail(db, whom):
                mailed = await _mail(db, practice, whom, visit, key=f"{one.saying.value}-{id}", now=now)
                await after_visits.settle(db, one, Stage.SENT, outbox=mailed, now=now)
            case Stays(why=why):
                await after_visits.settle(db, one, Stage.SKIPPED, why=why, now=now)

    async def _text(
        self,
        db: Db,
        practice: Practice,
        whom: Whom,
        one: AfterVisit,
        visit: Appointment,
        *,
        id: UUID,
        now: datetime,
    ) -> Waits | Stays | None:
        """Put the text into the outbox, where it may go now; None: it is there."""
        thread = await thread_to(db, whom, new_id=self._new_id, now=now)
        if not isinstance(thread, Conversation):
            return thread
        if whom.thread is not None and one.saying is Saying.AGAIN and thread.state.mode is Mode.PERSON:
            return Waits(until=now + A_DAY)  # a person of the clinic is speaking with them
        turned = _turned(thread.state, whom, one, visit)
        words = worded(practice, thread, turned, now=now)
        if words.meant is not None:
            return Stays(why=HELD)
        kind = ContactKind.CARE if one.saying is Saying.AFTERCARE else ContactKind.MARKETING
        said = Unasked(
            id=id,
            whom=whom,
            conversation=thread,
            kind=kind,
            turned=turned,
            words=words,
            good_until=one.good_until,
        )
        return await put_out(db, self._book, practice, said, now=now)


async def _mail(db: Db, practice: Practice, whom: Whom, visit: Appointment, *, key: str, now: datetime) -> UUID:
    """The same as a mail; its id in the outbox."""
    letter = aftercare_letter(practice, visit, given=whom.patient.given, language=whom.patient.language)
    stream = ConversationId(uuid5(whom.patient.id, "reminders"))  # a mail has no thread, and keeps none waiting
    to = whom.patient.email or ""
    mail = Mail(key=key, sender=practice.email, to=to, subject=letter.subject, body=letter.body)
    return await outbox.put_unasked_mail(db, stream, whom.patient.id, mail, now=now)


async def _why_not(
    db: Db, practice: Practice, whom: Whom, one: AfterVisit, visit: Appointment, *, now: datetime
) -> str | None:
    """Why it is not said, for staff; None: it may be, as far as the practice and the patient want it."""
    if one.saying is Saying.AGAIN:
        return await why_not_again(db, practice, one, whom.phone, now=now)
    if not has_aftercare(practice, visit.service):
        return NO_WORDS
    zone = zone_of(practice, one.location)
    midnight = instant(wall(now, zone).date(), time(), zone).astimezone(UTC)
    return SAID if await after_visits.said_since(db, one, since=midnight) else None


def _turned(state: State, whom: Whom, one: AfterVisit, visit: Appointment) -> Turned:
    quiet = _nothing_asked(state)
    if one.saying is Saying.AFTERCARE:
        return Turned(state=quiet, says=(SayAftercare(visit=visit),))
    asking = asking_again(quiet, whom.patient, one.service)
    return Turned(state=asking, says=(AskToComeAgain(service=one.service),))


def _nothing_asked(state: State) -> State:
    """The conversation with no question open: an "ok" to these words is a yes to nothing that was asked before."""
    return replace(
        state,
        flow=None,
        asked=None,
        offered=(),
        passed_over=(),
        services_asked=(),
        readings=(),
        missed=0,
        stuck=0,
        known=replace(state.known, agreed=False),
    )
