"""The risk of a missed visit makes two lists for people, once there is enough to learn from."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from tests.clinic import BOTOX, DANA, MAIN
from tests.storage.figures.a_week import JOHN, MARIA, day, live, visit

from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.reception.noshows import WORTH_A_CALL, learn_again, next_day, tell_whom_to_call
from frontdesk.reception.outcomes import Outcomes
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.noshow_models import coming_visits, last_model, past_visits, weights_of
from frontdesk.storage.tasks import open_tasks

MONDAY = day("05-11 13:00")
COMING = Period(start=day("05-12 00:00"), end=day("05-16 00:00"))


async def lived(db: Db, many: int) -> None:
    """Of what was booked five weeks ahead two of three were missed, of what was booked the day before one of thirty."""
    rows = []
    for number in range(many):
        start = datetime(2026, 1, 5, 16, tzinfo=UTC) + timedelta(hours=7 * number)
        far = number % 2 == 0
        missed = number % 3 != 0 if far else number % 30 == 1
        booked = start - (timedelta(days=35) if far else timedelta(days=1))
        patient = UUID(int=3000 + number)
        became = "missed" if missed else "came"
        rows.append((db.practice, f"old {number}", patient, BOTOX, MAIN, start, start, booked, became))
    async with db.connection.cursor() as cursor:
        await cursor.executemany(
            "insert into visit_outcome (practice_id, system, number, patient_id, service, location, starts_at, "
            "ends_at, booked_at, became) values (%s, '', %s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


async def to_come(db: Db) -> None:
    """Five visits of tomorrow were booked five weeks ahead, one of them is confirmed; one was booked today."""
    for number in range(5):
        await visit(db, f"far {number}", f"05-12 1{number}:00", booked="04-07 10:00", patient=MARIA)
    await visit(db, "near", "05-12 15:00", booked="05-11 09:00", patient=JOHN)
    await visit(db, "the day after", "05-13 10:00", booked="04-07 10:00", patient=JOHN)
    row = await db.one("select id from conversation where practice_id = %s limit 1", (db.practice,))
    assert row is not None
    await db.run(
        "insert into confirmation select practice_id, id::text, %s, %s from appointment where starts_at = %s",
        (row["id"], day("05-11 12:00"), day("05-12 14:00")),
    )


@pytest.fixture
async def clinic(storage: Storage) -> Practice:
    practice = await live(storage)
    async with storage.practice(practice.id) as db:
        await db.run("delete from appointment where practice_id = %s", (db.practice,))
        await to_come(db)
    return practice


async def test_with_few_outcomes_nobody_is_called_and_it_says_why(storage: Storage, clinic: Practice) -> None:
    async with storage.practice(clinic.id) as db:
        await lived(db, 100)
    learned = await learn_again(storage, clinic, now=MONDAY)
    async with storage.practice(clinic.id) as db:
        found = await next_day(db, clinic, now=MONDAY)
        told = await tell_whom_to_call(db, clinic, now=MONDAY)

    assert not learned.model.knows
    assert learned.model.base.of == 100
    assert found is not None
    assert (found.visits, found.calls, found.one_more) == (6, (), ())
    assert not told


async def test_the_desk_is_told_once_whom_a_call_may_help(storage: Storage, clinic: Practice) -> None:
    async with storage.practice(clinic.id) as db:
        await lived(db, 400)
    await learn_again(storage, clinic, now=MONDAY)
    async with storage.practice(clinic.id) as db:
        found = await next_day(db, clinic, now=MONDAY)
        told = [await tell_whom_to_call(db, clinic, now=at) for at in (day("05-11 11:59"), MONDAY, MONDAY)]
        tasks = [one for one in await open_tasks(db) if one.reason == WORTH_A_CALL]
        standing = await db.all("select distinct status from appointment where practice_id = %s", (db.practice,))

    assert found is not None
    assert str(found.day) == "2026-05-12"
    assert {one.visit.during.start for one in found.calls} == {day(f"05-12 1{hour}:00") for hour in range(4)}
    assert all("lead" in one.why for one in found.calls)
    assert all(one.risk > 0.5 for one in found.calls)
    [more] = found.one_more
    assert more.practitioner == DANA
    assert (more.visits, more.any_missed > 0.9) == (6, True)
    assert 2 < more.expected < 5
    assert told == [False, True, False]
    assert [one.urgent for one in tasks] == [False]
    assert [row["status"] for row in standing] == ["booked"]  # nothing follows from a risk by itself


async def test_what_was_learned_is_kept_with_names_and_read_back(storage: Storage, clinic: Practice) -> None:
    async with storage.practice(clinic.id) as db:
        before = await last_model(db)
        await lived(db, 400)
    learned = await learn_again(storage, clinic, now=MONDAY)
    async with storage.practice(clinic.id) as db:
        kept = await last_model(db)
        await db.run("update noshow_model set learned = jsonb_set(learned, '{features}', '[\"other\"]')")
        strange = await last_model(db)

    assert before is None
    assert kept is not None
    assert kept.model.base == learned.model.base
    assert kept.model.tried == learned.model.tried
    assert dict(weights_of(kept.model))["lead"] > 1
    assert strange is None
    shown = Outcomes(within=COMING, figures=(), experiments=(), learned=kept).all_figures()
    assert {one.name for one in shown} == {"base-rate", "calibration", "weight"}


async def test_what_is_known_of_a_visit_is_what_was_known_the_day_before(storage: Storage, clinic: Practice) -> None:
    rows = [
        ("1", "03-02 10:00", "came", None),
        ("2", "03-09 10:00", "missed", "03-09 08:00"),
        ("3", "03-16 10:00", "cancelled", None),
        ("4", "03-23 10:00", "came", "03-20 10:00"),
    ]
    async with storage.practice(clinic.id) as db:
        for number, when, became, confirmed in rows:
            await db.run(
                "insert into visit_outcome (practice_id, system, number, patient_id, location, starts_at, ends_at, "
                "confirmed_at, became) values (%s, '', %s, %s, %s, %s, %s, %s, %s)",
                (db.practice, number, MARIA, MAIN, day(when), day(when), day(confirmed) if confirmed else None, became),
            )
        known, missed = await past_visits(db, {MAIN: clinic.locations[0].zone}, until=MONDAY)
        coming = await coming_visits(db, {MAIN: clinic.locations[0].zone}, COMING)

    assert missed == [False, True, False]
    assert [(one.came, one.missed, one.first) for one in known] == [(0, 0, True), (1, 0, False), (1, 1, False)]
    assert [one.confirmed for one in known] == [False, False, True]  # on the morning itself comes too late to know
    assert [one.start.hour for one in known] == [10, 10, 10]
    hers = [one.known for one in coming if one.patient == MARIA]
    assert {(one.came, one.missed, one.first) for one in hers} == {(2, 1, False)}
    assert [one.confirmed for one in hers] == [False, False, False, False, True]
