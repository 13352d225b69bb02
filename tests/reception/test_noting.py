"""What was said before a booking is noted on the visit, once, where the practice has switched it on."""

from dataclasses import replace

import pytest
from tests.reception.charting_desk import ChartingDesk, charting_desk
from tests.reception.test_filing import AFTER, MINUTES, told

from frontdesk.domain.practice import Practice
from frontdesk.proving.certifying.desk import Setting
from frontdesk.proving.certifying.what_holds import MONDAY, USUAL
from frontdesk.reception.noting import NOTE_AFTER
from frontdesk.reception.writing_back import NOT_NOTED
from frontdesk.standards.simulating.faults import CutsConnection, KeyRefused
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.write_backs import WAITS

TALK = (
    "Hi, I'd like a Botox consultation for the lines on my forehead",
    "First time",
    "Thursday afternoon",
    "the first one",
    "Maria Gonzalez, this number",
    "maria@example.com",
    "yes",
)
BORN = (*TALK[:-2], "April 5, 1990", *TALK[-2:])
"""To a system that opens no file without a birth date."""
HEALTH = "I'd like a HydraFacial. I've been on Accutane since April, just so it's on record"
THINNERS = "Is it a problem that I take blood thinners?"


def noting(practice: Practice) -> Practice:
    return replace(practice, policies=replace(practice.policies, note_on_visit=True))


SWITCHED_ON = Setting(now=MONDAY, change=noting)


async def noted(clinic: ChartingDesk) -> str:
    """The note of the one visit that stands."""
    [note] = clinic.notes()
    return note


async def test_what_was_said_before_a_booking_and_right_after_it_is_on_the_visit(storage: Storage) -> None:
    async with charting_desk(storage, "opendental", setting=SWITCHED_ON) as clinic:
        said = await clinic.says(*TALK, THINNERS)
        await clinic.writes()
        at_once = await noted(clinic)

        for wait in (NOTE_AFTER, *WAITS):
            await clinic.writes(wait)

        assert any(line.startswith("You're booked!") for line in said)
        assert "Arranged by" not in at_once
        note = await noted(clinic)
        assert note.count("Arranged by Frontdesk's assistant by text message, 2026-05-25 09:00 CDT.") == 1
        assert "Says that it is their first visit here." in note
        assert f"in these words: “{TALK[0]}”" in note
        assert f"Passed on for a clinician to read: “{THINNERS}”." in note
        assert await told(clinic) == [("opendental", "noted")]
        assert NOT_NOTED not in await clinic.tasks()


async def test_where_it_is_not_switched_on_nothing_is_noted(storage: Storage) -> None:
    async with charting_desk(storage, "opendental", setting=USUAL) as clinic:
        await clinic.says(*TALK)

        for wait in (NOTE_AFTER, *WAITS):
            await clinic.writes(wait)

        assert "Arranged by" not in await noted(clinic)
        assert await told(clinic) == []


async def test_where_it_was_switched_off_meanwhile_nothing_is_noted(storage: Storage) -> None:
    async with charting_desk(storage, "opendental", setting=SWITCHED_ON) as clinic:
        await clinic.says(*TALK)
        off = replace(clinic.desk.practice, policies=replace(clinic.desk.practice.policies, note_on_visit=False))
        await apply_practice(storage, off, [], now=clinic.desk.hands.now())

        await clinic.writes(NOTE_AFTER)

        assert "Arranged by" not in await noted(clinic)


async def test_a_visit_that_was_cancelled_by_then_is_not_noted_and_nobody_is_bothered(storage: Storage) -> None:
    async with charting_desk(storage, "opendental", setting=SWITCHED_ON) as clinic:
        await clinic.says(*TALK, "please cancel my appointment", "yes")

        for wait in (NOTE_AFTER, *WAITS):
            await clinic.writes(wait)

        assert clinic.notes() == []
        assert await told(clinic) == []
        assert NOT_NOTED not in await clinic.tasks()


async def test_each_of_two_visits_has_what_was_said_of_it(storage: Storage) -> None:
    second = (HEALTH, "Thursday afternoon", "the first one", "yes")
    async with charting_desk(storage, "opendental", setting=SWITCHED_ON) as clinic:
        await clinic.says(*TALK, *second)

        await clinic.writes(NOTE_AFTER)

        of_first, of_second = sorted(clinic.notes(), key=lambda note: HEALTH in note)
        assert f"in these words: “{TALK[0]}”" in of_first
        assert HEALTH not in of_first
        assert f"Told of their health: “{HEALTH}”." in of_second
        assert TALK[0] not in of_second


@pytest.mark.parametrize("system", ["opendental", "athenahealth"])
async def test_a_process_killed_at_any_point_leaves_one_note(storage: Storage, system: str) -> None:
    async with charting_desk(storage, system, setting=SWITCHED_ON) as clinic:
        await clinic.says(*(BORN if system == "athenahealth" else TALK))
        boundaries = await clinic.writes(NOTE_AFTER)
        wrong = []

        for point in range(boundaries):
            before = (await noted(clinic)).count("Arranged by")
            await clinic.notes_again()
            await clinic.writes(kill_at=point)
            await clinic.writes(MINUTES)
            if (await noted(clinic)).count("Arranged by") != before + 1:
                wrong.append(point)

        assert boundaries > 8
        assert wrong == []


async def test_a_note_whose_answer_was_lost_is_found(storage: Storage) -> None:
    async with charting_desk(storage, "opendental", setting=SWITCHED_ON) as clinic:
        await clinic.says(*TALK)
        clinic.desk.peer.faults.plan(CutsConnection(when=AFTER), on="PUT /appointments/{AptNum}/Note")

        for wait in (NOTE_AFTER, *WAITS):
            await clinic.writes(wait)

        assert (await noted(clinic)).count("Arranged by") == 1
        assert await clinic.tasks() == []


async def test_a_note_that_is_refused_is_put_before_a_person(storage: Storage) -> None:
    async with charting_desk(storage, "opendental", setting=SWITCHED_ON) as clinic:
        await clinic.says(*TALK)
        clinic.desk.peer.faults.plan(KeyRefused(), on="PUT /appointments/{AptNum}/Note", times=20)

        await clinic.writes(NOTE_AFTER)

        assert await clinic.tasks() == [NOT_NOTED]


async def test_a_fhir_system_that_takes_no_later_note_keeps_what_was_said_with_the_desk(storage: Storage) -> None:
    async with charting_desk(storage, "cerner", setting=SWITCHED_ON) as clinic:
        said = await clinic.says(*BORN)

        for wait in (NOTE_AFTER, *WAITS):
            await clinic.writes(wait)

        assert said[-1].startswith("You're booked!")
        assert await clinic.tasks() == []
        assert await told(clinic) == []
