"""What patients told beside their visits reaches the connected system once, or a person."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.reception.elsewhere import Elsewhere, Quiet
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.ports.abilities import Insurance
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.system import Missing
from frontdesk.reception.writing_back import NOT_WRITTEN
from frontdesk.storage import write_backs
from frontdesk.storage.audit import read_row
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.due import Due, what_is_due
from frontdesk.storage.write_backs import WAITS, What, WriteBack

CONFIRMING = "yes I'll be there, please confirm my appointment"


class Writable(Elsewhere):
    """The calendar that takes more than visits. `files`: whether patients have one there."""

    files = True

    def note(self, *what: object) -> None:
        self._ask("write")
        self.written = [*getattr(self, "written", []), what]

    async def confirm(self, id: AppointmentId) -> Appointment | Missing:
        self.note("confirm", id)
        return self.book_.get(id) or Missing()

    async def update_patient(self, patient: PatientId) -> bool:
        if self.files:
            self.note("update", patient)
        return self.files

    async def add_coverage(self, patient: PatientId, insurance: Insurance) -> bool:
        self.note("cover", patient, insurance)
        return True


@pytest.fixture
async def system() -> Quiet:
    return Writable(PRACTICE)


@pytest.fixture
async def clinic(database_url: str, home: Path, system: Quiet) -> AsyncIterator[JoinedDesk]:
    async with joined_desk(database_url, home, system) as made:
        async with made.desk.storage.practice(PRACTICE.id) as db:
            await connect(db, Connection(system="elsewhere", settings={}, numbers={}), now=made.clock.shows)
        yield made


def written(clinic: JoinedDesk) -> list[tuple[object, ...]]:
    return list(getattr(clinic.system, "written", []))


async def the_patient(clinic: JoinedDesk) -> PatientId:
    (visit,) = clinic.system.book_.values()
    assert visit.patient is not None
    return visit.patient


async def wait(clinic: JoinedDesk, one: WriteBack) -> None:
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await write_backs.put(db, one, now=clinic.clock.shows)


async def demographics(clinic: JoinedDesk) -> WriteBack:
    patient = await the_patient(clinic)
    one = WriteBack(id=patient, what=What.DEMOGRAPHICS, about=str(patient), patient=patient)
    await wait(clinic, one)
    return one


async def work(clinic: JoinedDesk, *waits: timedelta) -> None:
    """The job at once, and again after each wait."""
    for pause in (timedelta(0), *waits):
        clinic.clock.shows += pause
        while await clinic.desk.writing_back.write(PRACTICE.id):
            pass


async def test_a_patient_who_says_that_they_come_is_confirmed_there_once(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    (visit,) = clinic.system.book_

    await clinic.says(CONFIRMING)
    await work(clinic, *WAITS)

    assert written(clinic) == [("confirm", visit)]
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        rows = await db.all("select * from audit_event where what = 'system.called' order by id")
    asked = [json.loads(read_row(row).recorded.detail)["codes"]["asked"] for row in rows]
    assert asked.count("confirm") == 1


@pytest.mark.parametrize("fault", [Unreachable("away"), OutcomeUnknown("the reply was lost")])
async def test_what_did_not_come_through_is_written_later(clinic: JoinedDesk, fault: Fault) -> None:
    await clinic.says(*TALK)
    one = await demographics(clinic)
    clinic.system.faults += [fault, fault]

    await work(clinic, *WAITS)

    assert written(clinic) == [("update", one.patient)]
    assert NOT_WRITTEN not in await clinic.tasks()


@pytest.mark.parametrize("fault", [Refused("no such field"), NotPermitted("not on this plan")])
async def test_what_is_refused_is_put_before_a_person_at_once(clinic: JoinedDesk, fault: Fault) -> None:
    await clinic.says(*TALK)
    await demographics(clinic)
    clinic.system.faults.append(fault)

    await work(clinic, *WAITS)

    assert written(clinic) == []
    assert (await clinic.tasks()).count(NOT_WRITTEN) == 1


async def test_a_system_that_stays_away_leaves_it_to_a_person_in_the_end(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    await demographics(clinic)
    clinic.system.faults += [Unreachable("away")] * (len(WAITS) + 1)

    await work(clinic, *WAITS, timedelta(days=1))

    assert written(clinic) == []
    assert (await clinic.tasks()).count(NOT_WRITTEN) == 1


async def test_a_patient_without_a_file_is_written_once_they_have_one(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    one = await demographics(clinic)
    assert isinstance(clinic.system, Writable)
    clinic.system.files = False
    await work(clinic)
    clinic.system.files = True

    await work(clinic, WAITS[0])

    assert written(clinic) == [("update", one.patient)]


async def test_an_insurance_reaches_the_file_of_whose_it_is(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    await clinic.says("My insurance is Aetna, member id W123456789")

    await work(clinic)

    told = [what for what in written(clinic) if what[0] == "cover"]
    assert told == [("cover", await the_patient(clinic), Insurance(payer="Aetna", member="W123456789"))]


class TestASystemThatTakesNothingMore:
    @pytest.fixture
    async def system(self) -> Quiet:
        return Elsewhere(PRACTICE)

    async def test_what_it_has_no_way_for_stays_with_the_desk(self, clinic: JoinedDesk) -> None:
        await clinic.says(*TALK)
        await clinic.says(CONFIRMING)
        await demographics(clinic)

        await work(clinic, *WAITS)

        assert NOT_WRITTEN not in await clinic.tasks()
        now = clinic.clock.shows
        async with clinic.desk.storage.practice(PRACTICE.id) as db:
            due = await what_is_due(db, now=now, untouched_since=now, looked_since=now)
        assert Due.WRITING not in due


async def test_a_practice_of_the_built_in_calendar_writes_nothing_back(database_url: str, home: Path) -> None:
    async with joined_desk(database_url, home, Writable(PRACTICE)) as clinic:
        await clinic.says(*TALK)
        await demographics(clinic)

        assert await clinic.desk.writing_back.write(PRACTICE.id) == 0
