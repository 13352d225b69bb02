"""Reminds patients of their visits: by what they were told or a connected system has, and by the calendar once more.

Whatever is looked at here may be looked at by several workers, and be broken off anywhere: the row of a reminder is
locked while its words are stored, and says afterwards that they were. Reminders that are due at the same time are
looked at, and told, together: what they need is asked for once, and stands or falls as one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from frontdesk.compliance.book import Book
from frontdesk.dialogue.reminded import asked_about
from frontdesk.dialogue.says import SayReminder
from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.care import MOST_WORDS
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId, PracticeId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import Called
from frontdesk.domain.time import instant, wall
from frontdesk.language.reminding import reminder_letter
from frontdesk.ports.channel import Mail, ToCall
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, Refused
from frontdesk.ports.system import ReadsTogether, System
from frontdesk.reception.after_visits import plan_after
from frontdesk.reception.experimenting import ladder_for, wordings_for
from frontdesk.reception.links import sign_link
from frontdesk.reception.reply import Turned, worded
from frontdesk.reception.unasked import Unasked, put_all_out, threads_to
from frontdesk.reception.whom import (
    NOBODY,
    Of,
    Stays,
    Waits,
    Whom,
    takes_mail,
    whom_of_each,
    zone_of,
)
from frontdesk.reception.whom_to_call import called_now, may_call, to_call
from frontdesk.scheduling.reminding import rungs
from frontdesk.storage import bookings, outbox, reminders
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db, Storage, Turn
from frontdesk.storage.intakes import Intake, forms_due
from frontdesk.storage.patients import ids_of_phones
from frontdesk.storage.practices import Practices
from frontdesk.storage.reminders import Ahead, Day, Key, Reminder, Settled, Stage

READ_LATELY = timedelta(minutes=2)
"""What was read in the calendar so long ago is still believed when the words are handed over."""

ASSISTANT = Actor(kind=ActorKind.ASSISTANT, id="assistant")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """A reminder with the visit as its calendar has it, and whose it is."""

    reminder: Reminder
    visit: Appointment
    patient: Patient


@dataclass(frozen=True, kw_only=True, slots=True)
class _Beside:
    """The same rung of another visit of that day, told at the same number, and whose it is."""

    reminder: Reminder
    patient: Patient


@dataclass(frozen=True, kw_only=True, slots=True)
class _Looked:
    """A reminder that may be told, to whom, and what is told with it."""

    one: Reminder
    whom: Whom
    beside: tuple[_Beside, ...]

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """All that are told at once."""
        return self.one, *(each.reminder for each in self.beside)

    @property
    def speaking(self) -> str:
        """What nobody else may do while it is told."""
        return f"speak {self.whom.thread.id}" if self.whom.thread else f"remind {self.one.patient}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Telling:
    """What is told at once at one number: the visits that stand, the soonest first, with what goes with them.

    `prepare`: the services of which it says how to prepare; `form`: one that is still to be filled in.
    """

    id: UUID
    one: Reminder
    whom: Whom
    told: tuple[_Told, ...]
    prepare: tuple[ServiceId, ...] = ()
    form: Intake | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Who comes to each visit, where they are of several people; () where all are of one."""
        several = len({each.patient.id for each in self.told}) > 1
        return tuple(each.patient.given for each in self.told) if several else ()


def calls_nobody(_practice: PracticeId) -> str | None:
    """No practice calls anybody."""
    return None


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
        public_url: str,
        calls_in: Callable[[PracticeId], str | None] = calls_nobody,
    ) -> None:
        """`book`: whether a text may go, and when. `public_url`: where the pages of links are.

        `calls_in`: the language in which the practice can call somebody; None: it cannot.
        """
        self._calls_in = calls_in
        self._storage = storage
        self._practices = practices
        self._clock = clock
        self._system_of = system_of
        self._book = book
        self._new_id = new_id
        self._public_url = public_url

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
        now = self._clock.now()
        async with self._storage.practice(id) as db:
            practice = await self._practices.read(db)
            due = await reminders.take_up(db, now=now)
            looked = await _look(db, practice, due, now=now) if due else []
        if looked:
            standing = await self._read(id, [each for one in looked for each in one.reminders])
            await self._tell_all(practice, [one for one in looked if one.one.key in standing], standing, now=now)
        return len(due)

    async def still_wanted(self, turn: Turn, id: UUID) -> bool:
        """Whether what is in the outbox is no reminder, or one of visits that all stand as it says, and not too late.

        One that is not wanted is marked so; what it tells of beside that is planned again.

        Raises: Fault (the calendar does not answer).
        """
        now = self._clock.now()
        async with turn.transaction() as db:
            told = (await reminders.sent_as(db, [id]))[id]
            known = await reminders.ahead(db, [one.appointment for one in told]) if told else {}
        standing = [one for one in told if await self._is_wanted(turn.practice, one, known.get(one.appointment))]
        if len(standing) == len(told):
            return True
        async with turn.transaction() as db:
            for one in standing:
                await reminders.plan_again(db, one, now=now)
            gone = [one for one in told if one not in standing]
            await reminders.settle(
                db, [Settled(reminder=one, stage=Stage.SKIPPED, why=NOT_WANTED) for one in gone], now=now
            )
        return False

    async def _is_wanted(self, id: PracticeId, one: Reminder, visit: Ahead | None) -> bool:
        """Whether it may still go. Raises: Fault."""
        now = self._clock.now()
        if stands_as_read(one, visit, now=now):
            return True
        if visit is None or not reminders.is_of(one, visit) or now >= one.good_until:
            return False
        return await self._standing(id, one) is not None

    async def _standing(self, id: PracticeId, one: Reminder) -> Appointment | None:
        """The visit, where its calendar has it at that time and the patient is still to come. Raises: Fault."""
        try:
            found = await self._system_of(id).read(one.appointment)
        except Refused:
            return None
        return found if isinstance(found, Appointment) and _stands(found, one) else None

    async def _read(self, id: PracticeId, all_: Sequence[Reminder]) -> dict[Key, Appointment]:
        """The visits that stand; the others' reminders are ended, and their patients hear of what became of them.

        Left out is also one whose calendar does not answer: it is looked at again in a minute.
        """
        wanted = {one.key: one for one in all_}
        standing: dict[Key, Appointment] = {}
        gone: list[Reminder] = []
        system = self._system_of(id)
        if isinstance(system, ReadsTogether):
            found = await system.read_all(list({one.appointment for one in wanted.values()}))
            for key, one in wanted.items():
                visit = found.get(one.appointment)
                if visit is not None and _stands(visit, one):
                    standing[key] = visit
                else:
                    gone.append(one)
        else:
            for key, one in wanted.items():
                try:
                    visit = await self._standing(id, one)
                except Fault:
                    continue
                if visit is not None:
                    standing[key] = visit
                else:
                    gone.append(one)
        if gone:
            now = self._clock.now()
            async with self._storage.practice(id) as db:
                await reminders.settle(
                    db, [Settled(reminder=one, stage=Stage.ENDED, why=GONE) for one in gone], now=now
                )
                await bookings.look_now(db, [one.appointment for one in gone], now=now)
        return standing

    async def _tell_all(
        self, practice: Practice, looked: Sequence[_Looked], standing: Mapping[Key, Appointment], *, now: datetime
    ) -> None:
        """Each is told, together with all others that are no concern of the same people."""
        left = list(looked)
        while left:
            together, left = _apart(left)
            async with self._storage.practice(practice.id, by=ASSISTANT) as db:
                free = await db.take_alone([one.speaking for one in together])
                quiet = [one for one in together if one.speaking in free]
                await self._tell(db, practice, quiet, standing, now=now)
            for one in together:
                if one.speaking not in free:  # somebody is speaking there: it waits for them
                    alone = self._storage.alone(practice.id, one.speaking, by=ASSISTANT)
                    async with alone as turn, turn.transaction() as db:
                        await self._tell(db, practice, [one], standing, now=now)

    async def _tell(
        self,
        db: Db,
        practice: Practice,
        looked: Sequence[_Looked],
        standing: Mapping[Key, Appointment],
        *,
        now: datetime,
    ) -> None:
        """The words, the state that an answer is read in, and that it was sent, in one transaction."""
        if not looked:
            return
        planned = await reminders.lock_planned(db, [each for one in looked for each in one.reminders])
        tellings = [_telling(practice, one, standing, planned) for one in looked if one.one.key in planned]
        tellings = await _with_what_goes_along(db, practice, tellings, now=now)
        called = await self._call(db, practice, tellings, first=True, now=now)
        left = [one for one in tellings if not isinstance(called.get(one.id), Waits | UUID)]
        texted = await self._text(db, practice, left, now=now)
        again = [  # words that the rules keep out hold no reminder back
            replace(one, prepare=()) for one in left if isinstance(texted[one.id], Stays) and one.prepare
        ]
        texted |= await self._text(db, practice, again, now=now)
        untexted = [one for one in left if isinstance(texted[one.id], Stays) and one.id not in called]
        called |= await self._call(db, practice, untexted, first=False, now=now)
        bare = {one.id for one in again}
        settled: list[Settled] = []
        for one in tellings:
            called_as = called.get(one.id)
            match called_as if isinstance(called_as, Waits | UUID) else texted[one.id]:
                case Waits(until=until):
                    await reminders.postpone(db, one.one, until=until)
                case UUID() as call:
                    settled += _settled(replace(one, prepare=()), Stage.SENT, outbox=call)
                case Stays(why=why):
                    for each in _by_patient(practice, one):
                        if await takes_mail(db, each.whom):
                            mailed = await self._mail(db, practice, each, now=now)
                            settled += _settled(each, Stage.SENT, outbox=mailed)
                        else:
                            settled += _settled(replace(each, prepare=()), Stage.SKIPPED, why=why)
                case None:
                    sent = replace(one, prepare=()) if one.id in bare else one
                    settled += _settled(sent, Stage.SENT, outbox=one.id)
        await reminders.settle(db, settled, now=now)

    async def _call(
        self, db: Db, practice: Practice, tellings: Sequence[_Telling], *, first: bool, now: datetime
    ) -> dict[UUID, Waits | Stays | UUID]:
        """Put calls into the outbox for those whom the practice calls; `first`: before a text is tried.

        Their id there, or why none is placed now; left out is whoever is not called.
        """
        calls = practice.reminding.calls
        language = self._calls_in(practice.id) if calls.to is not Called.NOBODY and tellings else None
        spoken = [one for one in tellings if one.whom.patient.language == language]
        wanted = await called_now(db, practice, [(one.one, one.whom) for one in spoken], first=first)
        outcomes: dict[UUID, Waits | Stays | UUID] = {}
        for one in [one for one in spoken if one.one.key in wanted]:
            visits = [each.visit for each in one.told]
            call = to_call(practice, one.whom, visits, book=self._book, now=now)
            match await may_call(db, self._book, practice, call, one.whom.thread, now=now):
                case ToCall() as may:
                    id = uuid5(one.id, f"call {one.one.calls}")
                    await outbox.put_unasked_call(db, id, one.whom.patient.id, may, now=now)
                    outcomes[one.id] = id
                case Waits(until=until) if until >= one.one.good_until:
                    outcomes[one.id] = Stays(why="it could be called only when it is of no use any more")
                case other:
                    outcomes[one.id] = other
        return outcomes

    async def _text(
        self, db: Db, practice: Practice, tellings: Sequence[_Telling], *, now: datetime
    ) -> dict[UUID, Waits | Stays | None]:
        """Put the texts into the outbox with the state that their answers are read in, where they may go now.

        None: it is there.
        """
        outcomes: dict[UUID, Waits | Stays | None] = {}
        said: list[Unasked] = []
        if not tellings:
            return outcomes
        threads = await threads_to(db, [one.whom for one in tellings], new_id=self._new_id, now=now)
        alone = [one.whom.patient.id for one in tellings if len(one.told) == 1]
        tried = await wordings_for(db, practice, alone, now=now) if alone and practice.experiments else {}
        for one, thread in zip(tellings, threads, strict=True):
            if not isinstance(thread, Conversation):
                outcomes[one.id] = thread
                continue
            visits = tuple(each.visit for each in one.told)
            say = SayReminder(visits=visits, names=one.names, form=one.form is not None, prepare=one.prepare)
            if len(visits) == 1 and (trying := tried.get(one.whom.patient.id)) is not None:
                say = replace(say, wording=trying.words_in(thread.state.language) or "")
            state = asked_about(thread.state, one.whom.patient, visits, names=one.names)
            turned = Turned(state=state, says=(say,))
            said.append(
                Unasked(
                    id=one.id,
                    whom=one.whom,
                    conversation=thread,
                    kind=ContactKind.CARE if one.prepare else ContactKind.REMINDER,
                    turned=turned,
                    words=worded(practice, thread, turned, now=now),
                    good_until=one.one.good_until,
                )
            )
        put = await put_all_out(db, self._book, practice, said, now=now)
        return outcomes | {one.id: outcome for one, outcome in zip(said, put, strict=True)}

    async def _mail(self, db: Db, practice: Practice, one: _Telling, *, now: datetime) -> UUID:
        """The reminder as a mail, with the way to the form that is still to be filled in; its id in the outbox."""
        patient = one.whom.patient
        link = ""
        if one.form is not None:
            token = sign_link(db.keyring, practice.id, one.form.id, purpose="intake", expires=one.form.expires)
            link = f"{self._public_url}/intake/{token}"
        letter = reminder_letter(
            practice,
            [each.visit for each in one.told],
            prepare=one.prepare,
            form=link,
            given=patient.given,
            language=patient.language,
            now=now,
        )
        stream = ConversationId(uuid5(patient.id, "reminders"))  # a mail has no thread, and keeps none waiting
        key, to = f"reminder-{one.id}", patient.email or ""
        mail = Mail(key=key, sender=practice.email, to=to, subject=letter.subject, body=letter.body)
        return await outbox.put_unasked_mail(db, stream, patient.id, mail, now=now)


GONE = "the visit does not stand as it did"
NOT_WANTED = "the visit is gone or near, and the reminder had not left yet"
TOO_LATE = "it would have come too late to be of use"


def stands_as_read(one: Reminder, visit: Ahead | None, *, now: datetime) -> bool:
    """Whether its calendar need not be asked once more: it was lately, and nobody was told otherwise since."""
    fits = visit is not None and reminders.is_of(one, visit)
    return fits and now < one.good_until and now - one.changed <= READ_LATELY


async def _look(db: Db, practice: Practice, due: Sequence[Reminder], *, now: datetime) -> list[_Looked]:
    """Those that may be told, with all that it takes; what became of the others is kept."""
    known = await reminders.ahead(db, [one.appointment for one in due])
    settled: list[Settled] = []
    of_visits: list[tuple[Reminder, Ahead]] = []
    for one in due:
        visit = known.get(one.appointment)
        if visit is None or not reminders.is_of(one, visit):
            settled.append(Settled(reminder=one, stage=Stage.ENDED, why=GONE))
        elif now >= one.good_until:
            settled.append(Settled(reminder=one, stage=Stage.SKIPPED, why=TOO_LATE))
        else:
            of_visits.append((one, visit))
    whoms = await whom_of_each(db, [Of(patient=each.patient, conversation=each.conversation) for _, each in of_visits])
    phones = {whom.phone for whom in whoms if whom is not None and whom.phone}
    of_phone = await ids_of_phones(db, phones) if phones else {}
    days = [
        _day_of(practice, one, visit, of_phone.get((whom and whom.phone) or "", frozenset()), now=now)
        for (one, visit), whom in zip(of_visits, whoms, strict=True)
    ]
    beside = await reminders.planned_beside(db, days) if days else []
    told_with = await _told_with(db, whoms, beside)
    looked: list[_Looked] = []
    for (one, _), whom, others in zip(of_visits, whoms, told_with, strict=True):
        if whom is None:
            settled.append(Settled(reminder=one, stage=Stage.SKIPPED, why=NOBODY))
        else:
            looked.append(_Looked(one=one, whom=whom, beside=others))
    await reminders.settle(db, settled, now=now)
    return looked


def _day_of(practice: Practice, one: Reminder, visit: Ahead, of_phone: frozenset[PatientId], *, now: datetime) -> Day:
    first, last = _day(one.start, zone_of(practice, visit.location))
    return Day(reminder=one, first=max(first, now), last=last, patients=of_phone | {one.patient})


async def _told_with(
    db: Db, whoms: Sequence[Whom | None], beside: Sequence[Sequence[Reminder]]
) -> list[tuple[_Beside, ...]]:
    """Of each, in their order, what is told with it: others' visits only where they are reminded at the same number.

    The number of a family's file may be one, and a visit have been booked from another phone.
    """
    of_others = [
        other
        for whom, others in zip(whoms, beside, strict=True)
        for other in others
        if whom is not None and other.patient != whom.patient.id
    ]
    known = await reminders.ahead(db, [one.appointment for one in of_others]) if of_others else {}
    visits = list(known.values())
    reached = await whom_of_each(db, [Of(patient=one.patient, conversation=one.conversation) for one in visits])
    whom_of_visit = dict(zip((one.appointment for one in visits), reached, strict=True))
    told: list[tuple[_Beside, ...]] = []
    for whom, others in zip(whoms, beside, strict=True):
        found: list[_Beside] = []
        for other in others if whom is not None else ():
            if whom is not None and other.patient == whom.patient.id:
                found.append(_Beside(reminder=other, patient=whom.patient))
                continue
            theirs = whom_of_visit.get(other.appointment)
            if theirs is not None and whom is not None and theirs.phone == whom.phone:
                found.append(_Beside(reminder=other, patient=theirs.patient))
        told.append(tuple(found))
    return told


def _apart(looked: Sequence[_Looked]) -> tuple[list[_Looked], list[_Looked]]:
    """Those that are told together, of whom no two have the patient or the phone in common, and the others."""
    together: list[_Looked] = []
    left: list[_Looked] = []
    known: set[object] = set()
    for one in looked:
        marks = {one.one.patient, *([one.whom.phone] if one.whom.phone else [])}
        (left if marks & known else together).append(one)
        known |= marks
    return together, left


def _telling(
    practice: Practice, looked: _Looked, standing: Mapping[Key, Appointment], planned: frozenset[Key]
) -> _Telling:
    all_ = (_Beside(reminder=looked.one, patient=looked.whom.patient), *looked.beside)
    told = sorted(
        (
            _Told(reminder=one.reminder, visit=standing[one.reminder.key], patient=one.patient)
            for one in all_
            if one.reminder.key in planned and one.reminder.key in standing
        ),
        key=lambda each: (each.visit.during.start, each.patient.given),
    )
    visits = " ".join(f"{each.visit.id} {each.reminder.start.isoformat()}" for each in told)
    id = uuid5(practice.id, f"reminder {looked.one.before} {visits}")
    return _Telling(id=id, one=looked.one, whom=looked.whom, told=tuple(told))


def _by_patient(practice: Practice, telling: _Telling) -> list[_Telling]:
    """The same for each of its patients alone: a mail goes to one of them, and names nobody else's visit."""
    patients = {each.patient.id: each.patient for each in telling.told}
    if len(patients) < 2:
        return [telling]
    found: list[_Telling] = []
    for patient in patients.values():
        told = tuple(each for each in telling.told if each.patient.id == patient.id)
        services = {each.visit.service for each in told}
        form = telling.form if telling.form is not None and telling.form.patient == patient.id else None
        found.append(
            replace(
                telling,
                id=uuid5(practice.id, f"{telling.id} {patient.id}"),
                one=told[0].reminder,
                whom=replace(telling.whom, patient=patient),
                told=told,
                prepare=tuple(one for one in telling.prepare if one in services),
                form=form,
            )
        )
    return found


async def _with_what_goes_along(
    db: Db, practice: Practice, tellings: Sequence[_Telling], *, now: datetime
) -> list[_Telling]:
    """The same with how to prepare, and with the form of their visits that was not handed in."""
    visits = [each.visit for one in tellings for each in one.told]
    forms = await forms_due(db, [visit.id for visit in visits]) if visits else {}
    said_of = [visit.id for visit in visits if has_preparation(practice, visit.service)]
    prepared = await reminders.prepared(db, said_of) if said_of else frozenset[AppointmentId]()
    return [
        replace(
            one,
            prepare=_to_prepare(practice, one.told, prepared, now=now),
            form=next((forms[each.visit.id] for each in one.told if each.visit.id in forms), None),
        )
        for one in tellings
    ]


def _settled(telling: _Telling, stage: Stage, *, why: str = "", outbox: UUID | None = None) -> list[Settled]:
    return [
        Settled(
            reminder=each.reminder,
            stage=stage,
            why=why,
            outbox=outbox,
            prepares=each.visit.service in telling.prepare,
        )
        for each in telling.told
    ]


def _to_prepare(
    practice: Practice, told: Sequence[_Told], prepared: frozenset[AppointmentId], *, now: datetime
) -> tuple[ServiceId, ...]:
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
        if service not in found and each.visit.id not in prepared:
            found.append(service)
    return tuple(found)


def has_preparation(practice: Practice, service: ServiceId | None) -> bool:
    """Whether the practice has words on how to prepare for it that a text can carry."""
    return any(one.id == service and 0 < len(one.preparation) <= MOST_WORDS for one in practice.services)


def _stands(found: Appointment, one: Reminder) -> bool:
    expected = found.status is Status.BOOKED and found.held_until is None
    return expected and found.during.start == one.start


def _day(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The midnights around an instant on the wall."""
    day = wall(at, zone).date()
    midnight = datetime.min.time()
    return instant(day, midnight, zone).astimezone(UTC), instant(day + timedelta(days=1), midnight, zone)
