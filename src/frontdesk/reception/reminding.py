"""Reminds patients of their visits: by what they were told or a connected system has, and by the calendar once more.

Whatever is looked at here may be looked at by several workers, and be broken off anywhere: the row of a reminder is
locked while its words are stored, and says afterwards that they were.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from frontdesk.compliance.book import Book
from frontdesk.dialogue.says import SayReminder
from frontdesk.dialogue.state import Ask, Known, State
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.care import MOST_WORDS
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId, PracticeId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import instant, wall
from frontdesk.language.reminding import reminder_letter
from frontdesk.ports.channel import Mail
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, Refused
from frontdesk.ports.system import System
from frontdesk.reception.after_visits import plan_after
from frontdesk.reception.experimenting import ladder_for
from frontdesk.reception.reply import Turned, worded
from frontdesk.reception.unasked import Unasked, put_out, thread_to
from frontdesk.reception.whom import (
    NOBODY,
    Stays,
    Waits,
    Whom,
    ended_texts,
    whom_of,
    zone_of,
)
from frontdesk.scheduling.reminding import rungs
from frontdesk.storage import bookings, outbox, reminders
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage, Turn
from frontdesk.storage.intakes import intake_of
from frontdesk.storage.practices import Practices
from frontdesk.storage.reminders import Ahead, Reminder, Stage

READ_LATELY = timedelta(minutes=2)
"""What was read in the calendar so long ago is still believed when the words are handed over."""

ASSISTANT = Actor(kind=ActorKind.ASSISTANT, id="assistant")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """A reminder with the visit as its calendar has it."""

    reminder: Reminder
    visit: Appointment


@dataclass(frozen=True, kw_only=True, slots=True)
class _Goes:
    """The text is in the outbox; it says how to prepare for these."""

    prepares: tuple[ServiceId, ...]


class Reminding:
    """What is done so that patients come to their visits, or say in time that they will not."""

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

    async def plan(self, id: PracticeId) -> int:
        """How many visits' reminders, and what is said after them, were planned anew. Safe to repeat at any time."""
        now = self._clock.now()
        async with self._storage.practice(id) as db:
            practice = await self._practices.read(db)
            visits = await reminders.take_to_plan(db)
            for visit in visits:
                stands = visit.status is Status.BOOKED and visit.start > now
                ladder = await ladder_for(db, practice, visit, now=now) if stands else ()
                if stands and has_preparation(practice, visit.service):
                    ladder = practice.reminding.with_preparation(ladder)
                planned = rungs(visit.start, ladder, zone=zone_of(practice, visit.location), told=visit.since)
                await reminders.keep_plan(db, visit, planned, now=now)
                await plan_after(db, practice, visit, now=now)
        return len(visits)

    async def remind(self, id: PracticeId) -> int:
        """How many reminders that were due were looked at. Each ends sent, skipped or ended, or is looked at later."""
        async with self._storage.practice(id) as db:
            practice = await self._practices.read(db)
            due = await reminders.take_up(db, now=self._clock.now())
        for one in due:
            await self._remind(practice, one)
        return len(due)

    async def still_wanted(self, turn: Turn, id: UUID) -> bool:
        """Whether what is in the outbox is no reminder, or one of visits that all stand as it says, and not too late.

        One that is not wanted is marked so; what it tells of beside that is planned again.

        Raises: Fault (the calendar does not answer).
        """
        now = self._clock.now()
        async with turn.transaction() as db:
            told = await reminders.sent_as(db, id)
            known = [(one, await reminders.ahead(db, one.appointment)) for one in told]
        standing = [one for one, visit in known if await self._is_wanted(turn.practice, one, visit)]
        if len(standing) == len(told):
            return True
        async with turn.transaction() as db:
            for one in told:
                if one in standing:
                    await reminders.plan_again(db, one, now=now)
                else:
                    await reminders.settle(db, one, Stage.SKIPPED, why=NOT_WANTED, now=now)
        return False

    async def _is_wanted(self, id: PracticeId, one: Reminder, visit: Ahead | None) -> bool:
        """Whether it may still go. Raises: Fault."""
        now = self._clock.now()
        if visit is None or not _is_of(one, visit) or now >= one.good_until:
            return False
        return now - one.changed <= READ_LATELY or await self._standing(id, one) is not None

    async def _standing(self, id: PracticeId, one: Reminder) -> Appointment | None:
        """The visit, where its calendar has it at that time and the patient is still to come. Raises: Fault."""
        try:
            found = await self._system_of(id).read(one.appointment)
        except Refused:
            return None
        expected = isinstance(found, Appointment) and found.status is Status.BOOKED and found.held_until is None
        stands = expected and isinstance(found, Appointment) and found.during.start == one.start
        return found if stands and isinstance(found, Appointment) else None

    async def _remind(self, practice: Practice, one: Reminder) -> None:
        now = self._clock.now()
        async with self._storage.practice(practice.id) as db:
            ahead = await reminders.ahead(db, one.appointment)
            if ahead is None or not _is_of(one, ahead):
                await reminders.settle(db, one, Stage.ENDED, why=GONE, now=now)
                return
            if now >= one.good_until:
                await reminders.settle(db, one, Stage.SKIPPED, why=TOO_LATE, now=now)
                return
            whom = await whom_of(db, ahead.patient, ahead.conversation)
            if whom is None:
                await reminders.settle(db, one, Stage.SKIPPED, why=NOBODY, now=now)
                return
            first, last = _day(one.start, zone_of(practice, ahead.location))
            beside = await reminders.planned_beside(db, one, first=max(first, now), last=last)
        try:
            told = [_Told(reminder=each, visit=visit) for each, visit in await self._read(practice.id, [one, *beside])]
        except Fault:
            return  # it is looked at again in a minute
        if all(each.reminder != one for each in told):
            return
        told.sort(key=lambda each: each.visit.during.start)
        speaking = f"speak {whom.thread.id}" if whom.thread else f"remind {one.patient}"
        async with self._storage.alone(practice.id, speaking, by=ASSISTANT) as turn:
            await self._tell(turn, practice, whom, one, told, now=now)

    async def _read(self, id: PracticeId, all_: Sequence[Reminder]) -> list[tuple[Reminder, Appointment]]:
        """Those whose visits stand; the others are ended, and their patients hear of what became of them."""
        standing: list[tuple[Reminder, Appointment]] = []
        for each in all_:
            visit = await self._standing(id, each)
            if visit is not None:
                standing.append((each, visit))
                continue
            async with self._storage.practice(id) as db:
                await reminders.settle(db, each, Stage.ENDED, why=GONE, now=self._clock.now())
                await bookings.look_now(db, [each.appointment], now=self._clock.now())
        return standing

    async def _tell(
        self, turn: Turn, practice: Practice, whom: Whom, one: Reminder, told: Sequence[_Told], *, now: datetime
    ) -> None:
        """The words, the state that an answer is read in, and that it was sent, in one transaction."""
        async with turn.transaction() as db:
            told = [each for each in told if await reminders.lock_planned(db, each.reminder)]
            if all(each.reminder != one for each in told):
                return
            visits = " ".join(f"{each.visit.id} {each.reminder.start.isoformat()}" for each in told)
            id = uuid5(practice.id, f"reminder {one.before} {visits}")
            prepare = await _to_prepare(db, practice, told, now=now)
            went = await self._text(db, practice, whom, one, told, prepare, id=id, now=now)
            if isinstance(went, Stays) and prepare:  # words that the rules keep out hold no reminder back
                went = await self._text(db, practice, whom, one, told, (), id=id, now=now)
            match went:
                case Waits(until=until):
                    await reminders.postpone(db, one, until=until)
                case _Goes(prepares=prepares):
                    await _settle(db, told, Stage.SENT, outbox=id, prepares=prepares, now=now)
                case Stays() if whom.patient.email and not await ended_texts(db, whom):
                    key = f"reminder-{id}"
                    mailed = await _mail(db, practice, whom.patient, told, prepare, key=key, now=now)
                    await _settle(db, told, Stage.SENT, outbox=mailed, prepares=prepare, now=now)
                case Stays(why=why):
                    await _settle(db, told, Stage.SKIPPED, why=why, now=now)

    async def _text(
        self,
        db: Db,
        practice: Practice,
        whom: Whom,
        one: Reminder,
        told: Sequence[_Told],
        prepare: tuple[ServiceId, ...],
        *,
        id: UUID,
        now: datetime,
    ) -> _Goes | Waits | Stays:
        """Put the text into the outbox with the state that its answer is read in, where it may go now."""
        thread = await thread_to(db, whom, new_id=self._new_id, now=now)
        if not isinstance(thread, Conversation):
            return thread
        visits = tuple(each.visit for each in told)
        turned = Turned(
            state=_reminded(thread.state, whom.patient, list(visits)),
            says=(SayReminder(visits=visits, form=await _form_waits(db, told), prepare=prepare),),
        )
        kind = ContactKind.CARE if prepare else ContactKind.REMINDER
        words = worded(practice, thread, turned, now=now)
        said = Unasked(id=id, kind=kind, turned=turned, words=words, good_until=one.good_until)
        kept_back = await put_out(db, self._book, practice, whom, thread, said, now=now)
        return kept_back or _Goes(prepares=prepare)


GONE = "the visit does not stand as it did"
NOT_WANTED = "the visit is gone or near, and the reminder had not left yet"
TOO_LATE = "it would have come too late to be of use"


async def _settle(
    db: Db,
    told: Sequence[_Told],
    stage: Stage,
    *,
    now: datetime,
    why: str = "",
    outbox: UUID | None = None,
    prepares: tuple[ServiceId, ...] = (),
) -> None:
    for each in told:
        said = each.visit.service in prepares
        await reminders.settle(db, each.reminder, stage, why=why, outbox=outbox, prepares=said, now=now)


async def _to_prepare(db: Db, practice: Practice, told: Sequence[_Told], *, now: datetime) -> tuple[ServiceId, ...]:
    """The services that this reminder says how to prepare for: once of each visit, and not on the day itself.

    What has to be done the day before would come too late then.
    """
    found: list[ServiceId] = []
    for each in told:
        service, zone = each.visit.service, zone_of(practice, each.visit.location)
        in_time = wall(now, zone).date() < wall(each.reminder.start, zone).date()
        wanted = in_time and practice.reminding.prepares_at(each.reminder.before)
        if service is None or not wanted or not has_preparation(practice, service):
            continue
        if service not in found and not await reminders.is_prepared(db, each.visit.id):
            found.append(service)
    return tuple(found)


def has_preparation(practice: Practice, service: ServiceId | None) -> bool:
    """Whether the practice has words on how to prepare for it that a text can carry."""
    return any(one.id == service and 0 < len(one.preparation) <= MOST_WORDS for one in practice.services)


async def _form_waits(db: Db, told: Sequence[_Told]) -> bool:
    """Whether one of the visits has a form that was not handed in."""
    forms = [await intake_of(db, each.visit.id) for each in told]
    return any(form is not None and form.submitted is None for form in forms)


async def _mail(
    db: Db,
    practice: Practice,
    patient: Patient,
    told: Sequence[_Told],
    prepare: tuple[ServiceId, ...],
    *,
    key: str,
    now: datetime,
) -> UUID:
    """The reminder as a mail; its id in the outbox."""
    visits = [each.visit for each in told]
    letter = reminder_letter(practice, visits, prepare=prepare, given=patient.given, language=patient.language, now=now)
    stream = ConversationId(uuid5(patient.id, "reminders"))  # a mail has no thread, and keeps none waiting
    mail = Mail(key=key, sender=practice.email, to=patient.email or "", subject=letter.subject, body=letter.body)
    await outbox.put_mail(db, stream, patient.id, mail, now=now)
    return uuid5(stream, key)


def _reminded(state: State, patient: Patient, visits: Sequence[Appointment]) -> State:
    """The conversation with the visits asked about: whoever has the number may speak of these, and of no others."""
    known = state.known
    ids = tuple(visit.id for visit in visits)
    return replace(
        state,
        flow=None,
        asked=Ask.REMINDED,
        known=Known(
            given=known.given or patient.given,
            family=known.family or patient.family,
            phone=known.phone or patient.phone,
            email=known.email or patient.email,
            every=len(visits) > 1,
        ),
        offered=(),
        passed_over=(),
        services_asked=(),
        readings=(),
        missed=0,
        stuck=0,
        last=visits[0].slot or state.last,
        booked=(*(id for id in state.booked if id not in ids), *ids),
        proof=None,
        visits=tuple(visits),
        visit=visits[0] if len(visits) == 1 else None,
    )


def _is_of(one: Reminder, visit: Ahead) -> bool:
    return visit.status is Status.BOOKED and visit.start == one.start


def _day(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The midnights around an instant on the wall."""
    day = wall(at, zone).date()
    midnight = datetime.min.time()
    return instant(day, midnight, zone).astimezone(UTC), instant(day + timedelta(days=1), midnight, zone)
