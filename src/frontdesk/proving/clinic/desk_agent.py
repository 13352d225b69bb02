"""Our own desk under test: a practice of its own for each task, jobs done at once, texts and mail kept here."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import uuid4

from frontdesk.domain.audit import Actor, ActorKind, Purpose
from frontdesk.domain.consent import Use
from frontdesk.domain.ids import ConversationId, PracticeId, ServiceId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import Practice, Understanding
from frontdesk.domain.time import Period
from frontdesk.ports.channel import Accepted, Mail, Text
from frontdesk.ports.system import SlotRequest
from frontdesk.proving.clinic.agent import Change, Charted, Job, Reply, Sent, Stands, Waiting, World
from frontdesk.proving.clinic.task import Task
from frontdesk.proving.clinic.world_before import change_world, enter_world
from frontdesk.sample.practice import smile
from frontdesk.storage.audit import acting
from frontdesk.storage.audit_proof import Whole, prove
from frontdesk.storage.clock import VirtualClock
from frontdesk.storage.consents import latest_at
from frontdesk.storage.conversations import messages
from frontdesk.storage.inventory import every_event, every_patient, every_visit, every_waiting
from frontdesk.storage.jobs import Work, take_all
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.tasks import open_tasks
from frontdesk.wiring import Frontdesk
from frontdesk.work.due import enqueue_due_in
from frontdesk.work.worker import DOES

_LEFT_ALONE = {Work.RETAIN, Work.ROTATE}
"""What runs by night and has nothing to do with a conversation."""
_LONG = timedelta(hours=1)
"""After so long a silence, what became due meanwhile is done before the patient writes."""


@dataclass(kw_only=True)
class Post:
    """What left the desk in one conversation. Implements `ports.Carrier` and `ports.PostOffice`."""

    texts: list[Text] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)

    async def send(self, text: Text) -> Accepted:
        """Keep a text; a known key once."""
        if text.key not in {one.key for one in self.texts}:
            self.texts.append(text)
        return Accepted(receipt=text.key)

    async def post(self, mail: Mail) -> Accepted:
        """Keep a mail; a known key once."""
        if mail.key not in {one.key for one in self.mails}:
            self.mails.append(mail)
        return Accepted(receipt=mail.key)


class DeskAgent:
    """The desk, on a clock that stands still between messages. One task at a time.

    `desk` is the one that is tested: whatever leaves it is kept here.
    """

    def __init__(self, desk: Frontdesk, clock: VirtualClock, *, understanding: Understanding) -> None:
        self._post: dict[PracticeId, Post] = {}
        self.desk = replace(
            desk, carrier_of=lambda practice: self._post[practice], post_office_of=lambda practice: self._post[practice]
        )
        self._clock = clock
        self._understanding = understanding

    async def begin(self, task: Task) -> "DeskSession":
        """A practice like the sample one, in the state that the task describes."""
        id = PracticeId(uuid4())
        sample = smile()
        practice = replace(
            sample,
            id=id,
            key=f"clinic-{id}",
            policies=replace(sample.policies, understanding=self._understanding),
        )
        self._clock.at = task.now - timedelta(days=30)
        await apply_practice(self.desk.storage, practice, [], now=self._clock.now())
        keys = await enter_world(self.desk.storage, practice, task, now=self._clock.now())
        self._post[id] = Post()
        return DeskSession(
            desk=self.desk, clock=self._clock, practice=practice, task=task, post=self._post[id], visits=keys
        )


@dataclass(kw_only=True)
class DeskSession:
    """One practice with one patient. Implements `agent.Session`."""

    desk: Frontdesk
    clock: VirtualClock
    practice: Practice
    task: Task
    post: Post
    visits: dict[str, str]
    """The ids of the visits of before, by the task's keys."""
    conversation: ConversationId | None = None
    seen: int = 0

    async def say(self, text: str, at: datetime) -> list[Reply]:
        """What the desk answers, once every job that the message led to is done."""
        await self._until(at)
        received = await self.desk.reception.receive(
            self.practice.id, ChannelKind(self.task.channel), self.task.address, text, provider_id=None
        )
        if received.conversation != self.conversation:
            self.conversation, self.seen = received.conversation, 0
        await self.work()
        return await self._new_replies()

    async def change(self, change: Change, at: datetime) -> list[Reply]:
        """What the desk writes unasked after a change at the front desk."""
        await self._until(at)
        await change_world(self.desk.storage, self.practice, change, now=self.clock.now())
        await self.work()
        return await self._new_replies()

    async def look(self) -> World:
        """All that stands in the practice, its audit proven."""
        async with self.desk.storage.practice(self.practice.id) as db:
            visits, charts, tasks = await every_visit(db), await every_patient(db), await open_tasks(db)
            waiting = await every_waiting(db)
            ended = await latest_at(db, Use.MESSAGES, ChannelKind(self.task.channel), self.task.address)
            events = await every_event(db)
        names = {chart.id: chart.name for chart in charts}
        return World(
            visits=tuple(
                Stands(
                    id=visit.id,
                    patient=str(visit.patient) if visit.patient else None,
                    service=visit.service or "",
                    practitioner=visit.practitioner,
                    start=visit.during.start,
                    status=visit.status.value,
                )
                for visit in visits
            ),
            charts=tuple(
                Charted(id=str(one.id), name=one.name, phone=one.phone, email=one.email, born=one.birth_date)
                for one in charts
            ),
            tasks=tuple(Job(reason=one.reason, urgent=one.urgent) for one in tasks),
            waitlist=tuple(Waiting(name=names[one.patient], service=one.service) for one in waiting),
            messages_ended=ended is not None and not ended.allowed,
            texts=tuple(Sent(to=one.to, body=one.body) for one in self.post.texts),
            mails=tuple(
                Sent(to=parseaddr(one.to)[1] or one.to, body=f"{one.subject}\n{one.body}") for one in self.post.mails
            ),
            events=tuple(one.what for one in events),
            proven=isinstance(await prove(self.desk.storage, self.practice.id), Whole),
        )

    async def is_free(self, service: str, start: datetime) -> bool | None:
        """Whether the calendar has that time for the service."""
        system = self.desk.system_of(self.practice.id)
        asked = SlotRequest(service=ServiceId(service), within=Period(start=start, end=start + timedelta(hours=4)))
        return any(slot.during.start == start for slot in await system.find_slots(asked))

    async def end(self) -> None:
        """Nothing is kept open; the database is thrown away as a whole."""

    async def _until(self, at: datetime) -> None:
        """Let the time pass, and do what becomes due in it."""
        is_long = at - self.clock.at > _LONG and self.conversation is not None
        self.clock.at = max(at, self.clock.at)
        if is_long:
            await enqueue_due_in(self.desk, self.practice.id)
            await self.work()

    async def work(self) -> None:
        """Every job there is, until none is left."""
        while True:
            async with self.desk.storage.practice(self.practice.id) as db:
                waiting = await take_all(db.connection)
            if not waiting:
                return
            for job in waiting:
                if job.work not in _LEFT_ALONE:
                    desk = Actor(kind=ActorKind.DESK, id=job.work.value, purpose=Purpose.TREATMENT, via="job")
                    with acting(desk):
                        await DOES[job.work](self.desk, job)

    async def _new_replies(self) -> list[Reply]:
        if self.conversation is None:
            return []
        async with self.desk.storage.practice(self.practice.id) as db:
            written = await messages(db, self.conversation, after=self.seen)
        self.seen = max((one.seq for one in written), default=self.seen)
        delivered = {text.key for text in self.post.texts}
        return [
            Reply(text=one.text, buttons=one.buttons)
            for one in written
            if one.author is not Author.PATIENT and (self.task.channel != "sms" or str(one.id) in delivered)
        ]
