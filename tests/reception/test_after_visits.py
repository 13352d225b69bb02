"""How to prepare and what to mind is said once, at the right time of the wall, and only of visits that take place."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
import yaml
from tests.clinic import BOTOX, a_practice
from tests.reception.reminded_desk import MARIA, PHONE, RemindedDesk, reminded_desk

from frontdesk.domain.appointment import Status
from frontdesk.domain.care import Care, CareWords
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import PRESETS, Reminding
from frontdesk.standards.document import Entry
from frontdesk.standards.reminders_document import reminders_in
from frontdesk.storage import tasks
from frontdesk.storage.after_visits import AfterVisit, after_visits_of
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.reminders import Stage
from frontdesk.storage.visits import By, change_status

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("after_visits.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
IN_SPANISH = CareWords(preparation="No tome alcohol el día anterior.", aftercare="No se acueste durante cuatro horas.")
CARE = Care(aftercare="Stay upright for four hours.", said_in=MappingProxyType({"es": IN_SPANISH}))
NO_REMINDERS = Reminding(ladder=PRESETS["none"])


def with_words(practice: Practice, preparation: str = "Skip alcohol the day before.", care: Care = CARE) -> Practice:
    services = tuple(
        replace(one, preparation=preparation, care=care) if one.id == BOTOX else one for one in practice.services
    )
    return replace(practice, services=services)


def clinic(case: dict[str, Any]) -> Practice:
    said = {name: case[name] for name in ("ladder", "preparation", "aftercare") if name in case}
    return with_words(replace(a_practice(), reminding=reminders_in(Entry.of(said, place=(), faults=[]))))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
async def test_her_phone_shows(case: dict[str, Any], database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, case["told"], practice=clinic(case)) as at:
        thread = await at.opens_thread(language=case.get("language", "en"))
        booked = [await at.books(when, thread) for when in case["visits"]]
        last = at.instant(max(case["visits"]))

        for step in case.get("then", ()):
            await at.lives_until(at.instant(step["at"]))
            match step:
                case {"move": when}:
                    await at.moves(booked[0], when)
                    last = max(last, at.instant(when))
                case {"cancel": _}:
                    await at.cancels(booked[0], quietly=True)
                case {"marks": status}:
                    await marks(at, booked[0], Status(status))
                case {"says": words}:
                    await at.says(words)
                case {"night": until}:
                    at.clock.at = at.instant(until)
                case {"without": _}:
                    plain = with_words(at.practice, preparation="", care=Care())
                    await apply_practice(at.desk.storage, plain, [], now=at.clock.at)
                case _:
                    raise AssertionError(step)
        await at.lives_until(last + timedelta(days=3))

        unasked = [(when, body) for when, body in at.texts() if body.endswith(("STOP ends texts.", "los textos."))]
        assert [when for when, _ in unasked] == [when for when, _ in case["texts"]]
        for (_, body), (_, words) in zip(unasked, case["texts"], strict=True):
            assert words in body
            assert body.startswith("Test Clinic")
            assert "botox" not in body.casefold()
        async with at.desk.storage.practice(at.practice.id) as db:
            assert not [one for one in await tasks.open_tasks(db) if "deliver" in one.reason]


async def marks(at: RemindedDesk, visit: AppointmentId, status: Status) -> None:
    """The front desk says what became of the visit."""
    async with at.desk.storage.practice(at.practice.id) as db:
        assert await change_status(db, UUID(visit), status, by=By.STAFF, now=at.clock.at)


async def said_after(at: RemindedDesk, visit: AppointmentId) -> AfterVisit:
    async with at.desk.storage.practice(at.practice.id) as db:
        [one] = await after_visits_of(db, visit)
    return one


def quiet_clinic(care: Care = CARE) -> Practice:
    return with_words(replace(a_practice(), reminding=NO_REMINDERS), care=care)


async def test_an_ok_to_what_she_is_told_is_no_yes_to_what_was_asked_before(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=quiet_clinic()) as at:
        await at.books("2026-06-10 15:00", await at.opens_thread())
        await at.says("I'd like to book a botox consultation for June 11 at 3pm")
        await at.lives_until(at.instant("2026-06-10 18:35"))

        await at.says("ok")

        async with at.desk.storage.practice(at.practice.id) as db:
            row = await db.one("select count(*) as many from appointment where status = 'booked'", ())
        assert row is not None
        assert row["many"] == 1


async def test_what_she_asks_about_it_is_told_to_a_person(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=quiet_clinic()) as at:
        await at.books("2026-06-10 15:00", await at.opens_thread())
        await at.lives_until(at.instant("2026-06-10 18:35"))

        await at.says("is it normal that my forehead is bruised and hurts?")

        async with at.desk.storage.practice(at.practice.id) as db:
            assert len(await tasks.open_tasks(db)) == 1


async def test_who_allowed_no_texts_is_told_by_mail(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=quiet_clinic()) as at:
        async with at.desk.storage.practice(at.practice.id) as db:
            await add_patient(db, replace(MARIA, email="maria@example.com"), now=at.clock.at)
        visit = await at.books("2026-06-10 15:00", None)
        await at.desk.reminding.plan(at.practice.id)
        at.clock.at = at.instant("2026-06-10 18:30")

        await at.desk.after_visits.say_due(at.practice.id)

        async with at.desk.storage.practice(at.practice.id) as db:
            rows = await db.all("select channel, id from outbox", ())
        assert [(row["channel"], row["id"]) for row in rows] == [("email", (await said_after(at, visit)).outbox)]


async def test_who_can_be_reached_by_nothing_is_skipped_with_the_reason(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=quiet_clinic()) as at:
        async with at.desk.storage.practice(at.practice.id) as db:
            await add_patient(db, MARIA, now=at.clock.at)
        visit = await at.books("2026-06-10 15:00", None)

        await at.lives_until(at.instant("2026-06-10 18:31"))

        found = await said_after(at, visit)
        assert (found.stage, found.why) == (Stage.SKIPPED, "they never allowed messages")


async def test_words_that_the_rules_keep_out_hold_no_reminder_back(database_url: str, tmp_path: Path) -> None:
    practice = with_words(a_practice(), preparation="Bring your prescription for the cream.")
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=practice) as at:
        await at.books("2026-06-10 15:00", await at.opens_thread())

        await at.lives_until(at.instant("2026-06-08 15:05"))

        [(when, body)] = at.texts()
        assert when == "2026-06-08 15:00"
        assert "prescription" not in body
        assert "Reply C" in body


async def test_several_workers_at_once_say_it_once(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=quiet_clinic()) as at:
        await at.books("2026-06-10 15:00", await at.opens_thread())
        await asyncio.gather(*(at.desk.reminding.plan(at.practice.id) for _ in range(3)))
        at.clock.at = at.instant("2026-06-10 18:30")

        await asyncio.gather(*(at.desk.after_visits.say_due(at.practice.id) for _ in range(6)))
        await at.works()

        assert [text.to for _, text in at.carrier.took] == [PHONE]


async def test_what_waits_to_leave_when_she_is_marked_as_missing_never_leaves(
    database_url: str, tmp_path: Path
) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=quiet_clinic()) as at:
        visit = await at.books("2026-06-10 15:00", await at.opens_thread())
        await at.desk.reminding.plan(at.practice.id)
        at.clock.at = at.instant("2026-06-10 18:30")
        await at.desk.after_visits.say_due(at.practice.id)
        await marks(at, visit, Status.NOSHOW)

        await at.works()

        assert at.texts() == []
        assert (await said_after(at, visit)).stage is Stage.SKIPPED


async def test_the_audit_knows_of_it(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=quiet_clinic()) as at:
        await at.books("2026-06-10 15:00", await at.opens_thread())
        await at.lives_until(at.instant("2026-06-10 18:31"))

        async with at.desk.storage.practice(at.practice.id) as db:
            rows = await db.all("select distinct what from audit_event where practice_id = %s", (db.practice,))
        assert "after-visit.settled" in {row["what"] for row in rows}
