"""Whatever staff do there, however late, twice or brokenly it is told: in the end copy and patient know the truth."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from tests.clinic import at
from tests.reception.elsewhere import NAME, Elsewhere
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk

from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import Told
from frontdesk.ports.faults import Unreachable

WEEK = at("2026-05-25 00:00", minutes=7 * 24 * 60)
STARTS = [
    at(f"2026-05-{day} {hour:02}:{minute}") for day in (28, 29) for hour in range(9, 19) for minute in ("00", "30")
]
STEPS = 40


@pytest.mark.parametrize("seed", range(4))
async def test_in_the_end_the_copy_is_the_book_and_the_patient_was_told(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    chance, system = Random(seed), Elsewhere(PRACTICE)
    async with joined_desk(database_url, tmp_path, system) as clinic:
        await clinic.says(*TALK)
        [own] = system.book_

        for number in range(STEPS):
            await step(clinic, system, chance, number)
        system.behind, system.faults = 0, []
        for _ in range(5):
            await clinic.later(minutes=1)
        followed = {visit.id: visit.during for visit in await clinic.mirror(WEEK)}
        await clinic.later(hours=24)  # the list of everything finds what was told nowhere
        listed = {visit.id: visit.during for visit in await clinic.mirror(WEEK)}

        book = {id: visit.during for id, visit in system.book_.items() if visit.status.takes_time}
        assert {id: during for id, during in followed.items() if id in system.book_} == book
        assert listed == book
        [promise] = [one for one in await clinic.promises() if one.appointment == own]
        assert promise.is_kept_by(system.book_.get(own))


async def step(clinic: JoinedDesk, system: Elsewhere, chance: Random, number: int) -> None:
    """Staff do something, and the desk hears of it in one of the ways in which it may."""
    free = [one for one in STARTS if not any(one.overlaps(visit.during) for visit in system.book_.values())]
    standing = [id for id, visit in system.book_.items() if visit.status.takes_time]
    id = chance.choice(standing) if standing else None
    match chance.randrange(6):
        case 0 | 1:
            system.enter(free_one(chance, free))
        case 2 | 3 if id is not None:
            system.drag(id, free_one(chance, free))
        case 4 if id is not None:
            system.take_out(id)
        case 5 if id is not None:
            del system.book_[id]  # told nowhere
    if chance.random() < 0.2:
        system.faults.append(Unreachable("no answer"))
    system.behind = chance.choice((0, 0, 1, 2))
    await hear(clinic, chance, number, id)
    await clinic.later(seconds=chance.choice((5, 30, 60, 90)))
    system.behind = 0


async def hear(clinic: JoinedDesk, chance: Random, number: int, id: AppointmentId | None) -> None:
    """A notice now and then: some twice, some that say nothing."""
    visits = (id,) if id is not None else ()
    match chance.randrange(4):
        case 0:
            told = [Told(id=f"n-{number}", visits=visits)] * 2
        case 1:
            told = [Told(id=f"n-{number}", everything=True)]
        case _:
            return
    await clinic.desk.following.heard(PRACTICE.id, NAME, told)
    if chance.random() < 0.5:
        clinic.clock.shows += timedelta(seconds=1)
        await clinic.work()


def free_one(chance: Random, free: list[Period]) -> Period:
    return chance.choice(free or STARTS)
