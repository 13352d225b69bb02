"""An experiment with the reminder ladder: who is in it, what they get, and when it ends."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.clinic import BOTOX, MAIN, a_practice
from tests.reception.reminded_desk import MARIA, reminded_desk
from tests.storage.figures.a_week import JOHN, NOW, WEEK, day, live, visit

from frontdesk.domain.appointment import Status
from frontdesk.domain.experiment import Arm, Counted, Experiment, Order
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import PRESETS, Ladder
from frontdesk.outcomes.experiments import Standing
from frontdesk.reception.experimenting import end_those_over, judged, ladder_for, order_for, wordings_for
from frontdesk.reception.outcomes import outcomes
from frontdesk.storage import experiments
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.figures.gathering import gather
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.reminders import Ahead

LADDER = PRESETS["3-days-and-1"]
TRIED = Experiment(id="fewer", ladder=LADDER, starts=date(2026, 6, 1), sample=40)


def clinic(*tried: Experiment) -> Practice:
    return replace(a_practice(), experiments=tried or (TRIED,))


def told_of(number: int, *, since: str = "06-01 10:00", start: str = "06-20 15:00") -> Ahead:
    return Ahead(
        appointment=AppointmentId(f"visit-{number}"),
        conversation=None,
        patient=PatientId(UUID(int=9000 + number)),
        start=day(start),
        end=day(start) + timedelta(minutes=30),
        status=Status.BOOKED,
        service=BOTOX,
        location=MAIN,
        since=day(since),
    )


async def ladder_of(db: Db, practice: Practice, visit: Ahead, at: str = "06-01 10:00") -> Ladder:
    return await ladder_for(db, practice, visit, now=day(at))


@pytest.fixture
async def tried(storage: Storage) -> Storage:
    await apply_practice(storage, clinic(), [], now=day("05-30 09:00"))
    return storage


async def test_patients_are_put_into_an_arm_once_and_their_visits_go_by_its_ladder(tried: Storage) -> None:
    practice = clinic()
    async with tried.practice(practice.id) as db:
        first = [await ladder_of(db, practice, told_of(number)) for number in range(60)]
        again = [await ladder_of(db, practice, told_of(number, start="07-04 09:00")) for number in range(60)]
        arms = await experiments.how_many_are_in(db, TRIED)
        which = [await experiments.arm_in(db, TRIED, told_of(number).patient) for number in range(60)]

    assert first == again
    assert [ladder == LADDER for ladder in first] == [arm is Arm.OTHER for arm in which]
    assert sum(arms.values()) == 60
    assert min(arms.values()) >= 18


@pytest.mark.parametrize(
    "visit",
    [
        told_of(1, since="05-31 23:00"),
        told_of(1, since="06-01 10:00", start="06-04 09:00"),
    ],
    ids=["told before it began", "so soon that a rung could not go"],
)
async def test_nobody_is_put_into_it_of_whom_chance_could_make_no_difference(tried: Storage, visit: Ahead) -> None:
    practice = clinic()
    async with tried.practice(practice.id) as db:
        ladder = await ladder_of(db, practice, visit)
        arms = await experiments.how_many_are_in(db, TRIED)

    assert ladder == practice.reminding.ladder
    assert sum(arms.values()) == 0


async def test_before_its_day_and_after_its_end_it_is_as_if_there_were_none(tried: Storage) -> None:
    practice = clinic()
    async with tried.practice(practice.id) as db:
        early = await ladder_of(db, practice, told_of(1), at="05-31 12:00")
        others = [number for number in range(20) if await ladder_of(db, practice, told_of(number)) == LADDER]
        await experiments.end(db, TRIED, Standing.DIFFERS.value, now=day("08-01 10:00"))
        late = [await ladder_of(db, practice, told_of(number)) for number in others]

    assert early == practice.reminding.ladder
    assert others
    assert set(late) == {practice.reminding.ladder}


@pytest.mark.parametrize(
    ("arm", "shown"),
    [
        ("other", ["2026-06-05 15:00"]),
        ("usual", ["2026-06-08 15:00", "2026-06-09 15:00", "2026-06-10 13:00"]),
    ],
)
async def test_her_phone_shows_the_ladder_of_her_arm(
    arm: str, shown: list[str], database_url: str, tmp_path: Path
) -> None:
    practice = clinic(replace(TRIED, ladder=(timedelta(days=5),)))
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=practice) as at:
        async with at.desk.storage.practice(practice.id) as db:
            await db.run(
                "insert into experiment_assignment values (%s, 'fewer', %s, %s, 'earlier', %s)",
                (db.practice, MARIA.id, arm, at.clock.at),
            )
        await at.books("2026-06-10 15:00", await at.opens_thread())
        await at.lives_until(at.instant("2026-06-11 15:05"))

        assert [when for when, _ in at.texts()] == shown


WORDS = "{practice}: we are happy to see you {when}. Is C right for you? STOP ends texts."
WORDED = Experiment(id="words", wording=(("en", WORDS),), starts=date(2026, 6, 1), sample=40)


@pytest.mark.parametrize(
    ("arm", "words"),
    [
        ("other", "Test Clinic: we are happy to see you Wednesday, June 10 at 3:00 PM. Is C right for you?"),
        ("usual", "Test Clinic: your visit is Wednesday, June 10 at 3:00 PM. Reply C to confirm"),
    ],
)
async def test_her_phone_shows_the_words_of_her_arm_at_the_usual_times(
    arm: str, words: str, database_url: str, tmp_path: Path
) -> None:
    practice = clinic(WORDED)
    async with reminded_desk(database_url, tmp_path, "2026-06-01 10:00", practice=practice) as at:
        async with at.desk.storage.practice(practice.id) as db:
            await db.run(
                "insert into experiment_assignment values (%s, 'words', %s, %s, 'earlier', %s)",
                (db.practice, MARIA.id, arm, at.clock.at),
            )
        await at.books("2026-06-10 15:00", await at.opens_thread())
        await at.lives_until(at.instant("2026-06-11 15:05"))

        assert [when for when, _ in at.texts()] == ["2026-06-08 15:00", "2026-06-09 15:00", "2026-06-10 13:00"]
        assert all(text.startswith(words) for _, text in at.texts())


async def test_patients_are_put_into_the_arms_of_a_wording_when_their_reminders_are_planned(storage: Storage) -> None:
    practice = clinic(WORDED)
    await apply_practice(storage, practice, [], now=day("05-30 09:00"))
    async with storage.practice(practice.id) as db:
        ladders = {await ladder_of(db, practice, told_of(number)) for number in range(60)}
        arms = await experiments.how_many_are_in(db, WORDED)
        patients = [told_of(number).patient for number in range(60)]
        tried = await wordings_for(db, practice, patients, now=day("06-01 10:00"))
        await experiments.end(db, WORDED, Standing.NO_DIFFERENCE.value, now=day("06-02 10:00"))
        after = await wordings_for(db, practice, patients, now=day("06-02 10:00"))

    assert ladders == {practice.reminding.ladder}
    assert sum(arms.values()) == 60
    assert len(tried) == arms[Arm.OTHER] >= 18
    assert after == {}


ORDERED = Experiment(
    id="order", order=Order.LONGEST_FIRST, starts=date(2026, 5, 1), sample=40, counts=Counted.NOT_FILLED
)


async def test_times_that_come_free_are_put_into_the_arms_of_an_order_and_count_when_they_begin(
    storage: Storage,
) -> None:
    practice = clinic(ORDERED)
    await apply_practice(storage, practice, [], now=day("05-01 09:00"))
    ids = [UUID(int=5000 + number) for number in range(60)]
    async with storage.practice(practice.id) as db:
        orders = [await order_for(db, practice, id, now=day("05-02 10:00")) for id in ids]
        again = [await order_for(db, practice, id, now=day("05-03 10:00")) for id in ids]
        for number, id in enumerate(ids[:50]):  # of the last ten nothing was offered after all
            other = orders[number] is Order.LONGEST_FIRST
            await db.run(
                "insert into opening (practice_id, id, service, practitioner, starts_at, ends_at, slot, opened_at, "
                "next_at, stands) values (%s, %s, 'botox', %s, %s, %s, '{}', %s, %s, %s)",
                (
                    db.practice,
                    id,
                    f"somebody {number}",
                    day("05-06 10:00") if number < 48 else day("07-06 10:00"),
                    day("05-06 11:00") if number < 48 else day("07-06 11:00"),
                    day("05-02 10:00"),
                    day("05-02 10:00"),
                    "filled" if other else "over",
                ),
            )
        shown = await judged(db, ORDERED, now=day("05-07 10:00"))
        usual = await experiments.not_filled(db, since=day("05-01 00:00"), before=day("05-07 00:00"))
        found = await outcomes(db, practice, WEEK, now=day("05-07 10:00"))

    assert orders == again
    assert set(orders) == set(Order)
    assert (shown.standing, shown.known, shown.looks) == (Standing.DIFFERS, 48, 1)
    assert usual.of == 48
    [one] = found.experiments
    assert one.sees is not None  # told by what was filled before, not by what was missed


async def test_one_with_the_waitlist_runs_beside_one_with_reminders(storage: Storage) -> None:
    practice = clinic(replace(ORDERED, starts=date(2026, 6, 1)), TRIED)
    await apply_practice(storage, practice, [], now=day("05-30 09:00"))
    async with storage.practice(practice.id) as db:
        for number in range(8):
            await ladder_of(db, practice, told_of(number))
            await order_for(db, practice, UUID(int=5000 + number), now=day("06-01 10:00"))
        many = [sum((await experiments.how_many_are_in(db, one)).values()) for one in practice.experiments]

    assert many == [8, 8]


@pytest.mark.parametrize(
    ("tries", "said"),
    [
        ({}, "one thing is tried"),
        ({"ladder": LADDER, "order": Order.LONGEST_FIRST}, "one thing is tried"),
        ({"order": Order.LONGEST_FIRST}, "not-filled"),
        ({"wording": (("en", "{practice} {when}"),)}, "STOP"),
        ({"wording": (("en", "{practice} {when} CANCEL? STOP ends texts"),)}, "CANCEL"),
        ({"wording": (("en", "See you {when}! STOP ends texts"),)}, "practice"),
        ({"wording": (("en", "{practice} {when} {price STOP"),)}, "practice"),
    ],
)
def test_what_cannot_be_tried_is_refused(tries: dict[str, Any], said: str) -> None:
    with pytest.raises(Impossible, match=said):
        Experiment(id="odd", starts=date(2026, 6, 1), sample=40, **tries)


async def test_everyone_counts_in_the_arm_they_were_put_into_and_a_difference_ends_it(storage: Storage) -> None:
    practice = await live(storage)
    tried = replace(TRIED, starts=date(2026, 4, 1), sample=40)
    practice = replace(practice, experiments=(tried,))
    async with storage.practice(practice.id) as db:
        for number in range(24):
            patient, name = PatientId(UUID(int=7000 + number)), f"tried {number}"
            await visit(db, name, f"05-08 {9 + number // 6:02}:{number % 6}0", patient=JOHN, minutes=5)
            arm = "usual" if number % 2 else "other"
            if number < 22:  # of the last two nobody has said what came of them
                became = "noshow" if arm == "usual" else "cancelled" if number == 0 else "fulfilled"
                await db.run(
                    "update appointment set status = %s, changed_at = starts_at - interval '3 days' "
                    "where starts_at = %s",
                    (became, day(f"05-08 {9 + number // 6:02}:{number % 6}0")),
                )
            await db.run(
                "insert into experiment_assignment select practice_id, 'fewer', %s, %s, id::text, created_at "
                "from appointment where starts_at = %s",
                (patient, arm, day(f"05-08 {9 + number // 6:02}:{number % 6}0")),
            )
        await gather(db, notice=timedelta(days=1), now=NOW)
        shown = await judged(db, tried, now=NOW)
        ended = [await end_those_over(db, practice, now=NOW) for _ in range(2)]
        found = await outcomes(db, practice, WEEK, now=NOW)

    assert (shown.standing, shown.known, shown.looks) == (Standing.DIFFERS, 22, 1)
    assert shown.first is not None
    assert shown.second is not None
    assert (shown.first.hits, shown.first.of) == (10, 10)
    assert (shown.second.hits, shown.second.of) == (0, 10)  # the one who cancelled is still in it
    assert ended == [1, 0]
    [one] = found.experiments
    assert one.over is not None
    assert one.over.standing == "differs"
    parts = Counter(figure.name for figure in found.all_figures() if figure.query == "experiments")
    assert parts == {"known": 1, "usual-arm": 1, "other-arm": 1, "change": 1}


def test_a_sample_that_can_show_nothing_is_refused() -> None:
    with pytest.raises(Impossible, match="40"):
        Experiment(id="small", ladder=LADDER, starts=date(2026, 6, 1), sample=10, counts=Counted.NO_SHOW)
