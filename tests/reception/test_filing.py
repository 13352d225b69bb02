"""A form that was handed in reaches the chart once, or a person: against the simulated systems themselves."""

import json
from datetime import timedelta

import pytest
from tests.reception.charting_desk import ChartingDesk, charting_desk

from frontdesk.domain.ids import AppointmentId
from frontdesk.reception.writing_back import NOT_FILED, PERHAPS_FILED
from frontdesk.standards.simulating.faults import CutsConnection, Fails, Fault, KeyRefused, When
from frontdesk.storage.audit import read_row
from frontdesk.storage.database import Storage
from frontdesk.storage.write_backs import WAITS

MINUTES = timedelta(minutes=3)
"""After so long what a killed process had taken up is taken up by another."""
AFTER = When.AFTER_COMMIT


async def through(clinic: ChartingDesk) -> None:
    """The job again and again, until nothing can be tried any more."""
    for wait in (timedelta(0), *WAITS, MINUTES):
        await clinic.writes(wait)


async def told(clinic: ChartingDesk) -> list[tuple[str, str]]:
    """What the audit says of forms: the system, and what became of each."""
    async with clinic.desk.storage.practice(clinic.desk.practice.id) as db:
        rows = await db.all("select * from audit_event where what = 'chart.written' order by id")
    found = [json.loads(read_row(row).recorded.detail)["codes"] for row in rows]
    return [(one["system"], one["became"]) for one in found]


async def test_a_form_is_a_paper_in_the_patients_file_and_the_audit_says_so(storage: Storage) -> None:
    async with charting_desk(storage, "opendental") as clinic:
        person, visit = await clinic.visited()
        await clinic.hands_in(person, visit)

        await through(clinic)

        [paper] = clinic.file_of(person).papers
        assert "medspa-intake 2026-05-25.pdf" in paper
        assert await told(clinic) == [("opendental", "written")]
        assert await clinic.tasks() == []


def lines(clinic: ChartingDesk, visit: AppointmentId) -> int:
    """How often the form's first question stands in the visit's note."""
    return clinic.desk.ours()[visit].note.count("First name: algo")


@pytest.mark.parametrize("system", ["opendental", "athenahealth", "boulevard"])
async def test_a_process_killed_at_any_point_leaves_neither_none_nor_two(storage: Storage, system: str) -> None:
    async with charting_desk(storage, system) as clinic:
        person, visit = await clinic.visited()
        form = await clinic.hands_in(person, visit)
        boundaries = await clinic.writes()
        wrong = []

        def there() -> int:
            return len(clinic.file_of(person).papers) or lines(clinic, visit)

        for point in range(boundaries):
            before = there()
            await clinic.asks_again(person, form)
            await clinic.writes(kill_at=point)
            await clinic.writes(MINUTES)
            if there() != before + 1:
                wrong.append((point, there()))

        assert boundaries > 8
        assert wrong == []
        assert await clinic.tasks() == []


@pytest.mark.parametrize("fault", [Fails(when=AFTER), CutsConnection(when=AFTER)], ids=str)
async def test_a_paper_whose_answer_was_lost_is_found_and_not_filed_again(storage: Storage, fault: Fault) -> None:
    async with charting_desk(storage, "opendental") as clinic:
        person, visit = await clinic.visited()
        await clinic.hands_in(person, visit)
        clinic.desk.peer.faults.plan(fault, on="POST /documents/Upload")

        await through(clinic)

        assert len(clinic.file_of(person).papers) == 1
        assert await clinic.tasks() == []


async def test_without_a_way_for_papers_it_is_a_line_in_the_visits_note(storage: Storage) -> None:
    async with charting_desk(storage, "athenahealth") as clinic:
        person, visit = await clinic.visited()
        await clinic.hands_in(person, visit)

        await through(clinic)

        note = clinic.desk.ours()[visit].note
        assert lines(clinic, visit) == 1
        assert "Signed by Ana Ruiz" in note
        assert await told(clinic) == [("athenahealth", "noted")]
        assert await clinic.tasks() == []


async def test_a_fhir_system_that_takes_neither_leaves_it_to_a_person_and_takes_the_record(storage: Storage) -> None:
    async with charting_desk(storage, "cerner") as clinic:
        person, visit = await clinic.visited()
        await clinic.hands_in(person, visit)

        await through(clinic)

        assert await clinic.tasks() == [NOT_FILED]
        assert await told(clinic) == [("cerner", "by-hand")]
        assert person.email in [mail.casefold() for mail in clinic.file_of(person).chart.emails]


async def test_where_papers_cannot_be_looked_up_a_lost_answer_is_for_a_person(storage: Storage) -> None:
    async with charting_desk(storage, "mindbody") as clinic:
        person, visit = await clinic.visited()
        await clinic.hands_in(person, visit)
        clinic.desk.peer.faults.plan(CutsConnection(when=AFTER), on="POST /client/uploadclientdocument")

        await through(clinic)

        assert len(clinic.file_of(person).papers) == 1
        assert await clinic.tasks() == [PERHAPS_FILED]
        assert await told(clinic) == [("mindbody", "unsure")]


async def test_where_papers_cannot_be_looked_up_whoever_was_killed_leaves_one_or_a_person(storage: Storage) -> None:
    async with charting_desk(storage, "mindbody") as clinic:
        person, visit = await clinic.visited()
        form = await clinic.hands_in(person, visit)
        boundaries = await clinic.writes()
        wrong = []

        for point in range(boundaries):
            papers, waiting = len(clinic.file_of(person).papers), len(await clinic.tasks())
            await clinic.asks_again(person, form)
            await clinic.writes(kill_at=point)
            await clinic.writes(MINUTES)
            more, told_of = len(clinic.file_of(person).papers) - papers, len(await clinic.tasks()) - waiting
            if more > 1 or (more == 0 and not told_of):
                wrong.append((point, more, told_of))

        assert wrong == []


async def test_a_system_that_refuses_the_key_leaves_it_to_a_person_at_once(storage: Storage) -> None:
    async with charting_desk(storage, "opendental") as clinic:
        person, visit = await clinic.visited()
        await clinic.writes()
        await clinic.hands_in(person, visit)
        clinic.desk.peer.faults.plan(KeyRefused(), on="POST /documents/Upload", times=20)

        await clinic.writes()

        assert clinic.file_of(person).papers == ()
        assert await clinic.tasks() == [NOT_FILED]
