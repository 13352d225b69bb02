"""What is taken, read in one trip: the same as the claims say one by one."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from tests.clinic import BOTOX, MAIN, NOW, a_practice, a_slot, at

from frontdesk.domain.appointment import Claim, Status, Subject
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.time import Period
from frontdesk.ports.system import SlotRequest
from frontdesk.scheduling.busy_time import NOTHING_BUSY
from frontdesk.storage.busy import busy_within
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import Practices, apply_practice
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source, claims_within

PRACTICE = a_practice()
WEEK = at("2026-05-25 00:00", minutes=7 * 24 * 60)


class StillClock:
    """Shows the same instant for as long as it runs."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
async def clinic(storage: Storage) -> Storage:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    return storage


async def enter(storage: Storage, claims: list[Claim], *, held_until: datetime | None = None) -> None:
    """Claims of a visit that may overlap anything, as those from a calendar elsewhere do."""
    status = Status.PENDING if held_until else Status.BOOKED
    slot = replace(a_slot(), claims=tuple(claims))
    async with storage.practice(PRACTICE.id) as db:
        await claim(
            db, slot, id=uuid4(), status=status, source=Source.MIRROR, now=NOW, held_until=held_until, guarded=False
        )


async def test_one_trip_tells_what_the_claims_say_whatever_they_are(clinic: Storage) -> None:
    chance = Random(7)
    everybody = [(Subject.PRACTITIONER, one.id) for one in PRACTICE.practitioners]
    everything = [(Subject.ROOM, one.id) for one in PRACTICE.rooms] + [(Subject.DEVICE, "laser")]
    claims = []
    for number in range(60):
        subject, id = chance.choice(everybody + everything)
        start = WEEK.start + timedelta(seconds=chance.randrange(-100_000, 700_000))
        during = Period(start=start, end=start + timedelta(seconds=chance.randrange(1, 90_000)))
        claims.append(Claim(subject=subject, id=id, during=during, lane=number % 3 + 1))
    await enter(clinic, claims)

    read = await busy_within(clinic, PRACTICE.id, WEEK, now=NOW)
    async with clinic.practice(PRACTICE.id) as db:
        told = await claims_within(db, WEEK, now=NOW)

    ruler = Practices().timetable(PRACTICE, WEEK).ruler
    assert len(told) > 40
    assert NOTHING_BUSY.and_kept(read.kept(ruler), ruler) == NOTHING_BUSY.and_of(told, ruler)


async def test_a_hold_keeps_nothing_busy_once_it_ran_out(clinic: Storage) -> None:
    held = Claim(subject=Subject.PRACTITIONER, id="dana", during=at("2026-05-28 18:00"))
    await enter(clinic, [held], held_until=NOW + timedelta(minutes=15))

    standing = await busy_within(clinic, PRACTICE.id, WEEK, now=NOW)
    ran_out = await busy_within(clinic, PRACTICE.id, WEEK, now=NOW + timedelta(minutes=15))

    assert standing.row["subjects"] == ["dana"]
    assert ran_out.row["subjects"] == []


async def test_a_practice_that_was_never_applied_is_no_practice_without_visits(storage: Storage) -> None:
    with pytest.raises(LookupError, match="nothing was applied"):
        await busy_within(storage, PracticeId(uuid4()), WEEK, now=NOW)


async def test_a_timetable_is_laid_once_and_a_change_of_the_practice_is_seen_at_once(clinic: Storage) -> None:
    practices = Practices()
    calendar = Calendar(clinic, practices, PRACTICE.id, StillClock())
    wanted = SlotRequest(service=BOTOX, within=at("2026-05-28 09:00", minutes=480))
    first = await calendar.look(wanted)
    again = await calendar.look(replace(wanted, within=at("2026-05-28 12:00", minutes=60)))
    closed = replace(PRACTICE.location(MAIN), closures={at("2026-05-28 12:00").start.date(): "moving"})
    await apply_practice(clinic, replace(PRACTICE, locations=(closed,)), [], now=NOW)

    moving = await calendar.look(wanted)

    assert first.table is again.table
    assert first.times()
    assert moving.times() == []
