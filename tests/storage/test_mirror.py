"""The copy of another system's visits: whose they are, how long they stay, and which notices still wait."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.clinic import NOW, a_practice, a_slot, an_appointment, at

from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.retention import Retention
from frontdesk.domain.time import Period
from frontdesk.storage import followed, mirror, retention
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.forget import forget_person
from frontdesk.storage.patient_file import person_of
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import apply_practice

PRACTICE = a_practice()
MARIA = Patient(id=PatientId(UUID(int=77)), given="Maria", family="Gonzalez", phone="+15125550147")
ONE, TWO = an_appointment(id="501", patient=MARIA.id), an_appointment(a_slot(at("2026-05-28 11:00")), id="502")
YEAR = Period(start=NOW - timedelta(days=180), end=NOW + timedelta(days=180))
EVERY = timedelta(minutes=1)


@pytest.fixture
async def db(storage: Storage) -> AsyncIterator[Db]:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    async with storage.practice(PRACTICE.id) as opened:
        await add_patient(opened, MARIA, now=NOW)
        yield opened


async def kept(db: Db) -> dict[str, PatientId | None]:
    return {one.id: one.patient for one in await mirror.mirrored_within(db, "there", YEAR)}


async def test_each_system_is_copied_by_itself_and_a_patients_visits_are_found(db: Db) -> None:
    await mirror.keep_visits(db, "there", [ONE, TWO], asked=NOW, now=NOW)
    await mirror.keep_visits(db, "elsewhere", [replace(ONE, during=TWO.during)], asked=NOW, now=NOW)

    assert await mirror.mirrored_within(db, "there", YEAR) == [TWO, ONE]
    assert await mirror.mirrored_of(db, "there", [MARIA.id]) == [ONE]
    assert [one.during for one in await mirror.mirrored_of(db, "elsewhere", [MARIA.id])] == [TWO.during]
    assert await mirror.count_mirrored(db, "there", since=ONE.during.start) == 1


async def test_only_what_is_new_or_different_has_changed(db: Db) -> None:
    later = NOW + timedelta(minutes=1)
    first = await mirror.keep_visits(db, "there", [ONE, TWO], asked=NOW, now=NOW)

    again = await mirror.keep_visits(db, "there", [ONE, replace(TWO, room=None)], asked=later, now=later)

    assert (sorted(first), again) == (["501", "502"], ["502"])


async def test_a_patient_who_is_forgotten_is_nobody_in_the_copy(db: Db) -> None:
    await mirror.keep_visits(db, "there", [ONE], asked=NOW, now=NOW)

    destroyed = await forget_person(db, await person_of(db, MARIA.id))

    assert destroyed["names on visits in another system"] == 1
    assert await kept(db) == {"501": None}


async def test_the_copy_of_a_visit_goes_a_month_after_it(db: Db) -> None:
    old = replace(ONE, id=AppointmentId("400"), during=at("2026-04-01 10:00"))
    recent = replace(ONE, id=AppointmentId("401"), during=at("2026-05-01 10:00"))
    await mirror.keep_visits(db, "there", [old, recent], asked=NOW, now=NOW)

    removed = await retention.remove_old(db, Retention(), now=NOW)

    assert removed["copies of visits elsewhere"] == 1
    assert set(await kept(db)) == {"401"}


async def test_a_notice_waits_until_each_visit_that_it_names_was_read(db: Db) -> None:
    ids = [AppointmentId("501"), AppointmentId("502")]
    fresh = [await followed.keep_notice(db, "there", "n-1", ids, everything=False, now=NOW) for _ in range(2)]
    first = await followed.begin_round(db, "there", every=EVERY, now=NOW)
    await followed.settle(db, "there", ["n-1"], left=ids[1:], now=NOW)
    second = await followed.begin_round(db, "there", every=EVERY, now=NOW + EVERY)
    await followed.settle(db, "there", ["n-1"], now=NOW)

    third = await followed.begin_round(db, "there", every=EVERY, now=NOW + 2 * EVERY)

    assert fresh == [True, False]
    assert first is not None
    assert second is not None
    assert third is not None
    assert [one.named for one in (first, second, third)] == [tuple(ids), ("502",), ()]


async def test_it_is_asked_on_from_what_was_answered_two_minutes_ago_at_least(db: Db) -> None:
    asked: list[str | None] = []
    for minute in range(8):
        begun = await followed.begin_round(db, "there", every=EVERY, now=NOW + minute * EVERY)
        assert begun is not None
        asked.append(begun.since)
        await followed.end_round(db, "there", begun, f"answer of minute {minute}")

    assert asked == [None, *[f"answer of minute {minute}" for minute in (0, 0, 0, 0, 2, 2, 4)]]
