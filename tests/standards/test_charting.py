"""A patient's file is found before one is opened, and never a second one opened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.charting import Opened, chart_for, chart_there

MARIA = Patient(id=PatientId(uuid4()), given="Maria", family="Gonzalez", phone="+15125550147")


@dataclass
class Desk:
    """What the desk remembers of files."""

    kept: dict[PatientId, str] = field(default_factory=dict)

    async def demographics(self, patient: PatientId) -> Patient:
        assert patient == MARIA.id
        return MARIA

    async def chart_of(self, patient: PatientId) -> str | None:
        return self.kept.get(patient)

    async def patient_of(self, chart: str) -> PatientId | None:
        return next((patient for patient, number in self.kept.items() if number == chart), None)

    async def keep(self, patient: PatientId, chart: str) -> None:
        self.kept[patient] = chart


@dataclass
class Office:
    """Somebody's files. `loses_replies`: a file is opened, and nobody hears of it."""

    files: list[Chart] = field(default_factory=list)
    loses_replies: bool = False
    opens_nothing: bool = False

    async def find(self, sought: Patient) -> Sequence[Chart]:
        return list(self.files)

    async def open(self, person: Patient) -> str:
        number = str(len(self.files) + 1)
        if not self.opens_nothing:
            self.files.append(
                Chart(number=number, given=(person.given,), family=person.family, phones=(person.phone or "",))
            )
        if self.loses_replies:
            raise OutcomeUnknown("the reply was lost")
        return number


async def test_a_file_that_is_there_is_found_and_kept() -> None:
    desk, office = Desk(), Office()
    await office.open(MARIA)

    found = await chart_for(MARIA.id, charts=desk, find=office.find, open=office.open, system="Acme")

    assert found == Opened(number="1", new=False)
    assert (len(office.files), desk.kept) == (1, {MARIA.id: "1"})


async def test_a_file_that_is_kept_is_asked_for_no_more() -> None:
    desk, office = Desk({MARIA.id: "9"}), Office()

    found = await chart_for(MARIA.id, charts=desk, find=office.find, open=office.open, system="Acme")

    assert found == Opened(number="9", new=False)
    assert office.files == []


async def test_a_new_patient_gets_one_file() -> None:
    desk, office = Desk(), Office()

    first = await chart_for(MARIA.id, charts=desk, find=office.find, open=office.open, system="Acme")
    again = await chart_for(MARIA.id, charts=desk, find=office.find, open=office.open, system="Acme")

    assert (first, again) == (Opened(number="1", new=True), Opened(number="1", new=False))
    assert len(office.files) == 1


async def test_a_lost_reply_opens_no_second_file() -> None:
    desk, office = Desk(), Office(loses_replies=True)

    found = await chart_for(MARIA.id, charts=desk, find=office.find, open=office.open, system="Acme")

    assert found.number == "1"
    assert len(office.files) == 1


async def test_where_it_is_not_known_whether_a_file_was_opened_nothing_is_kept() -> None:
    desk, office = Desk(), Office(loses_replies=True, opens_nothing=True)

    with pytest.raises(OutcomeUnknown):
        await chart_for(MARIA.id, charts=desk, find=office.find, open=office.open, system="Acme")

    assert desk.kept == {}


async def test_two_files_of_one_person_are_for_staff_to_merge() -> None:
    desk, office = Desk(), Office()
    await office.open(MARIA)
    await office.open(MARIA)

    with pytest.raises(Refused, match="Acme has 2 files"):
        await chart_there(MARIA.id, charts=desk, find=office.find, system="Acme")


async def test_looking_opens_nothing() -> None:
    desk, office = Desk(), Office()

    assert await chart_there(MARIA.id, charts=desk, find=office.find, system="Acme") is None
    assert office.files == []
