"""A desk whose practice's calendar is a simulated system, with forms to hand in and a process that a test may kill."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from tests.sample.test_questionnaires import FOLDER, everything_answered, read

from frontdesk.domain.ids import AppointmentId, PracticeId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.questionnaire import Questionnaire
from frontdesk.intake.parts import Filling
from frontdesk.language.model.engine import Engine
from frontdesk.language.understanding import understand
from frontdesk.ports.connecting import Connector
from frontdesk.proving.certifying.desk import Desk, Setting, a_desk
from frontdesk.proving.certifying.what_holds import USUAL
from frontdesk.proving.interrupted import Crashed
from frontdesk.reception.desk import Reception
from frontdesk.reception.intaking import form_id, hand_in
from frontdesk.reception.joined import Joined
from frontdesk.reception.writing_back import WritingBack
from frontdesk.sample.practice import smile
from frontdesk.standards.simulating.peer import Filed
from frontdesk.storage import conversations, tasks
from frontdesk.storage.clock import new_id
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.intakes import Intake, open_intake
from frontdesk.storage.practices import Practices
from frontdesk.storage.write_backs import What, WriteBack, put

FORM = read(FOLDER / "medspa-intake.json")
PHONE = "+15125550147"


@dataclass
class Strikes:
    """Counts boundaries, and kills whoever comes to the one that was asked for."""

    at: int | None = None
    passed: int = 0

    def here(self) -> None:
        """A boundary. Raises: Crashed."""
        self.passed += 1
        if self.passed - 1 == self.at:
            raise Crashed


@dataclass
class StruckStorage:
    """The storage, struck before each transaction is opened and after each stands."""

    storage: Storage
    strikes: Strikes

    @asynccontextmanager
    async def practice(self, id: PracticeId) -> AsyncIterator[Db]:
        self.strikes.here()
        async with self.storage.practice(id) as db:
            yield db
        self.strikes.here()


class StruckConnector:
    """The connector, struck before and after each call; what it has not, it has not."""

    def __init__(self, connector: Connector, strikes: Strikes) -> None:
        self._connector = connector
        self._strikes = strikes

    def __getattr__(self, name: str) -> object:
        its = getattr(self._connector, name)
        if not callable(its):
            return its

        async def struck(*given: object, **named: object) -> object:
            self._strikes.here()
            answer = await its(*given, **named)
            self._strikes.here()
            return answer

        return struck


@dataclass
class ChartingDesk:
    """A desk of the suite, with its job that writes back."""

    desk: Desk
    strikes: Strikes = field(default_factory=Strikes)

    async def says(self, *lines: str) -> list[str]:
        """What a patient who texts these lines was told in all."""
        desk, practice = self.desk, self.desk.practice.id
        reception = Reception(
            desk.storage,
            Practices(),
            desk.hands,
            new_id,
            lambda _: desk.system,
            understand=Engine(understand).understand,
            public_url="http://localhost:8000",
            born_needed=lambda _: desk.manifest.key in {"athenahealth", "cerner"},
        )
        for line in lines:
            received = await reception.receive(practice, ChannelKind.SMS, PHONE, line, provider_id=None)
            await reception.answer(practice, received.conversation)
        async with desk.storage.practice(practice) as db:
            said = await conversations.messages(db, received.conversation)
        return [one.text for one in said if one.author is Author.ASSISTANT]

    def notes(self) -> list[str]:
        """The notes of the visits that stand in the book, of the patient who texts."""
        charts = {one.chart.number for one in self.desk.peer.files() if one.chart.family == "Gonzalez"}
        return [one.note for one in self.desk.peer.visits() if one.chart in charts and one.status.takes_time]

    async def visited(self) -> tuple[Patient, AppointmentId]:
        """A patient who has booked."""
        person = await self.desk.patient()
        return person, await self.desk.booked((await self.desk.slots())[0], person)

    async def hands_in(self, person: Patient, visit: AppointmentId, form: Questionnaire = FORM) -> UUID:
        """Everything of a form is answered, signed and handed in; the form's id."""
        now = self.desk.hands.now()
        intake = Intake(id=new_id(), appointment=visit, patient=person.id, expires=now + timedelta(days=30))
        filling = Filling(forms=(form,), answers={form.id: everything_answered(form)})
        async with self.desk.storage.practice(self.desk.practice.id) as db:
            await open_intake(db, intake, now=now)
            assert await hand_in(db, intake, person, filling, [], language="en", now=now)
        return form_id(intake, form)

    async def asks_again(self, person: Patient, form: UUID) -> None:
        """The same form, to be written as if it were another."""
        one = WriteBack(id=new_id(), what=What.FORM, about=str(form), patient=person.id)
        async with self.desk.storage.practice(self.desk.practice.id) as db:
            await put(db, one, now=self.desk.hands.now())

    async def notes_again(self) -> None:
        """The note of the visit that was booked last, to be written as if it were another."""
        async with self.desk.storage.practice(self.desk.practice.id) as db:
            row = await db.one("select * from write_back where what = 'said' order by asked_at limit 1")
            assert row is not None
            ids = {"conversation": row["conversation_id"], "patient": row["patient_id"]}
            one = WriteBack(id=new_id(), what=What.SAID, about=row["about"], **ids)
            await put(db, one, now=self.desk.hands.now())

    async def writes(self, after: timedelta = timedelta(0), *, kill_at: int | None = None) -> int:
        """The job, from a process that is killed at that boundary; how many boundaries it came to."""
        self.desk.hands.turn(after)
        strikes = Strikes(at=kill_at)
        joined = Joined(
            key=self.desk.manifest.key,
            connector=StruckConnector(self.desk.connector, strikes),  # type: ignore[arg-type]
            calendar=self.desk.system,
        )
        storage: Storage = StruckStorage(self.desk.storage, strikes)  # type: ignore[assignment]
        try:
            while await WritingBack(storage, Practices(), self.desk.hands, lambda _: joined).write(
                self.desk.practice.id
            ):
                pass
        except Crashed:
            return kill_at or 0
        return strikes.passed

    def file_of(self, person: Patient) -> Filed:
        """The patient's file, as the system has it."""
        [found] = [one for one in self.desk.peer.files() if one.chart.family == person.family]
        return found

    async def tasks(self) -> list[str]:
        """What waits for a person."""
        async with self.desk.storage.practice(self.desk.practice.id) as db:
            return [task.reason for task in await tasks.open_tasks(db)]


@asynccontextmanager
async def charting_desk(storage: Storage, system: str, *, setting: Setting = USUAL) -> AsyncIterator[ChartingDesk]:
    """A desk connected to a simulated system of that name."""
    async with a_desk(storage, system, smile(), setting) as desk:
        async with storage.practice(desk.practice.id) as db:
            await connect(db, Connection(system=system, settings={}, numbers={}), now=desk.hands.now())
        yield ChartingDesk(desk=desk)
