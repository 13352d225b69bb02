"""Reminders reach the right phone at the right time of the wall, once, and only of visits that stand."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from tests.clinic import a_practice
from tests.reception.reminded_desk import MARIA, PHONE, RemindedDesk, reminded_desk

from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import Reminding
from frontdesk.language.reminding import MOST
from frontdesk.standards.document import Entry
from frontdesk.standards.reminders_document import reminders_in
from frontdesk.storage import tasks
from frontdesk.storage.intakes import Intake, open_intake, submit_intake
from frontdesk.storage.patients import add_patient
from frontdesk.storage.reminders import Reminder, Stage

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("reminders.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)


def clinic(case: dict[str, Any]) -> Practice:
    entry = Entry.of({"ladder": case["ladder"]} if "ladder" in case else {}, place=(), faults=[])
    return replace(a_practice(), reminding=reminders_in(entry))


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
                case {"says": words}:
                    await at.says(words)
                case {"zone": zone}:
                    await at.moves_house(zone)
                case {"night": until}:
                    at.clock.at = at.instant(until)
                case _:
                    raise AssertionError(step)
        await at.lives_until(last + timedelta(days=1))

        reminders = [(when, body) for when, body in at.texts() if " C " in body]
        assert [when for when, _ in reminders] == [when for when, _ in case["texts"]]
        for (_, body), (_, words) in zip(reminders, case["texts"], strict=True):
            assert words in body
            assert len(body) <= MOST
            assert "cancel" not in body.casefold()
            assert "botox" not in body.casefold()
        async with at.desk.storage.practice(at.practice.id) as db:
            assert not [one for one in await tasks.open_tasks(db) if "deliver" in one.reason]


@pytest.fixture
async def reminded(database_url: str, tmp_path: Path) -> AsyncIterator[RemindedDesk]:
    """Maria was reminded on Tuesday at three of her visit tomorrow, Wednesday, at three."""
    practice = replace(a_practice(), reminding=Reminding(ladder=(timedelta(days=1),)))
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=practice) as at:
        await at.books("2026-06-10 15:00", await at.opens_thread())
        await at.lives_until(at.instant("2026-06-09 15:05"))
        assert [when for when, _ in at.texts()] == ["2026-06-09 15:00"]
        yield at


@pytest.mark.parametrize("yes", ["C", "c", "yes", "Yes!", "sure, see you then", "ok"])
async def test_a_yes_confirms_the_visit_that_the_reminder_was_about(reminded: RemindedDesk, yes: str) -> None:
    reply = await reminded.says(yes)

    assert "Wednesday, June 10 at 3:00 PM" in reply
    async with reminded.desk.storage.practice(reminded.practice.id) as db:
        row = await db.one("select count(*) as many from confirmation", ())
    assert row is not None
    assert row["many"] == 1


async def test_a_form_that_is_still_due_is_asked_for_and_its_link_comes_for_one_word(
    database_url: str, tmp_path: Path
) -> None:
    practice = replace(a_practice(), reminding=Reminding(ladder=(timedelta(days=2), timedelta(days=1))))
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=practice) as at:
        visit = await at.books("2026-06-10 15:00", await at.opens_thread())
        form = Intake(id=UUID(int=5), appointment=visit, patient=MARIA.id, expires=at.instant("2026-07-01 10:00"))
        async with at.desk.storage.practice(practice.id) as db:
            await open_intake(db, form, now=at.clock.at)
        await at.lives_until(at.instant("2026-06-08 15:05"))
        link = await at.says("FORM")
        async with at.desk.storage.practice(practice.id) as db:
            await submit_intake(db, form, "{}", now=at.clock.at)
        await at.lives_until(at.instant("2026-06-09 15:05"))
        first, second = [words for _, words in at.texts() if "Reply C" in words]

    assert "FORM for your open form" in first
    assert len(first) <= MOST
    assert "/intake/" in link
    assert "form" not in second.casefold()


async def test_who_cannot_come_moves_the_visit_in_the_same_thread(reminded: RemindedDesk) -> None:
    moved = await reminded.says("can't make Wednesday, can we do Thursday at 4pm?")

    assert "Thursday, June 11 at 4:00 PM" in moved
    assert "is now" in moved


async def test_who_only_cannot_come_is_asked_for_another_time_and_changes_nothing(reminded: RemindedDesk) -> None:
    reply = await reminded.says("can't make Wednesday")

    assert "?" in reply
    assert "who" not in reply.casefold()


async def test_who_wants_it_out_is_asked_once_and_then_it_is(reminded: RemindedDesk) -> None:
    asked = await reminded.says("I need to cancel")
    done = await reminded.says("yes")

    assert "Wednesday, June 10 at 3:00 PM" in asked
    assert "cancelled" in done.casefold() or "canceled" in done.casefold()
    async with reminded.desk.storage.practice(reminded.practice.id) as db:
        row = await db.one("select count(*) as standing from appointment where status = 'booked'", ())
    assert row is not None
    assert row["standing"] == 0


async def test_one_yes_confirms_all_visits_of_the_day(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00") as at:
        thread = await at.opens_thread()
        for when in ("2026-06-10 10:00", "2026-06-10 11:00", "2026-06-10 14:30"):
            await at.books(when, thread)
        await at.lives_until(at.instant("2026-06-09 10:05"))

        await at.says("C")

        async with at.desk.storage.practice(at.practice.id) as db:
            row = await db.one("select count(*) as many from confirmation", ())
        assert row is not None
        assert row["many"] == 3


async def test_the_reminder_gives_no_leave_to_speak_of_other_visits(reminded: RemindedDesk) -> None:
    await reminded.books("2026-07-10 15:00", None)

    reply = await reminded.says("when is my next appointment?")

    assert "July" not in reply


@pytest.mark.parametrize("words", ["running 10 late", "wrong person", "can I talk to somebody"])
async def test_what_needs_a_person_is_told_to_one(reminded: RemindedDesk, words: str) -> None:
    await reminded.says(words)

    async with reminded.desk.storage.practice(reminded.practice.id) as db:
        assert len(await tasks.open_tasks(db)) == 1


async def test_who_asks_who_writes_hears_it(reminded: RemindedDesk) -> None:
    reply = await reminded.says("who is this?")

    assert "Test Clinic" in reply
    assert "Wednesday, June 10 at 3:00 PM" in await reminded.says("C")


async def on_file(at: RemindedDesk, patient: Patient) -> Reminder:
    """A visit that the front desk entered for her, who never wrote; what became of its reminder of the day before."""
    async with at.desk.storage.practice(at.practice.id) as db:
        await add_patient(db, patient, now=at.clock.at)
    visit = await at.books("2026-06-10 15:00", None)
    await at.works()
    at.clock.at = at.instant("2026-06-09 15:00")
    await at.desk.reminding.remind(at.practice.id)
    return next(one for one in await at.reminders(visit) if one.before == timedelta(days=1))


async def test_who_never_wrote_and_allowed_no_texts_is_reminded_by_mail(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00") as at:
        reminder = await on_file(at, replace(MARIA, email="maria@example.com"))

        async with at.desk.storage.practice(at.practice.id) as db:
            rows = await db.all("select channel, id from outbox", ())
        assert reminder.stage is Stage.SENT
        assert [(row["channel"], row["id"]) for row in rows] == [("email", reminder.outbox)]


async def test_who_can_be_reached_by_nothing_is_skipped_with_the_reason(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00") as at:
        reminder = await on_file(at, MARIA)

        assert (reminder.stage, reminder.why) == (Stage.SKIPPED, "they never allowed messages")
        assert at.texts() == []


async def test_the_audit_knows_of_each_reminder(reminded: RemindedDesk) -> None:
    async with reminded.desk.storage.practice(reminded.practice.id) as db:
        rows = await db.all("select distinct what from audit_event where practice_id = %s", (db.practice,))

    assert "reminder.settled" in {row["what"] for row in rows}


async def test_several_workers_at_once_send_each_reminder_once(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00") as at:
        thread = await at.opens_thread()
        await at.books("2026-06-10 10:00", thread)
        await at.books("2026-06-10 11:00", thread)
        await asyncio.gather(*(at.desk.reminding.plan(at.practice.id) for _ in range(3)))
        at.clock.at = at.instant("2026-06-09 11:00")

        await asyncio.gather(*(at.desk.reminding.remind(at.practice.id) for _ in range(6)))
        await at.works()

        assert [text.to for _, text in at.carrier.took] == [PHONE]


async def test_what_waits_to_leave_when_the_visit_is_taken_out_never_leaves(database_url: str, tmp_path: Path) -> None:
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00") as at:
        visit = await at.books("2026-06-10 15:00", await at.opens_thread())
        await at.desk.reminding.plan(at.practice.id)
        at.clock.at = at.instant("2026-06-09 15:00")
        await at.desk.reminding.remind(at.practice.id)
        await at.cancels(visit, quietly=True)
        at.clock.at += timedelta(minutes=5)

        await at.works()

        assert [body for _, body in at.texts() if " C " in body] == []
        assert {one.stage for one in await at.reminders(visit)} <= {Stage.SKIPPED, Stage.ENDED}
