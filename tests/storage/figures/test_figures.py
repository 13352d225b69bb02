"""Every figure of a week that was put in by hand is what one counts by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.clinic import BOTOX, a_practice, an_appointment
from tests.storage.figures.a_week import JOHN, MARIA, NOW, WEEK, day, id_of, live, said, visit

from frontdesk.domain.appointment import Status
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.outcomes.figures import Figure
from frontdesk.reception.outcomes import Outcomes, outcomes, plain_prices
from frontdesk.storage.connections import Connection, connect
from frontdesk.storage.database import Storage
from frontdesk.storage.due import Due, what_is_due
from frontdesk.storage.figures.gathering import drop_old, gather, lesson_is_due, lesson_was_learned
from frontdesk.storage.figures.missed import missed
from frontdesk.storage.figures.resolved import resolved
from frontdesk.storage.forget import forget_person
from frontdesk.storage.mirror import forget_mirror, keep_visits
from frontdesk.storage.patient_file import Person


async def figures_of(storage: Storage, practice: Practice) -> tuple[Outcomes, dict[tuple[str, str], Figure]]:
    async with storage.practice(practice.id) as db:
        found = await outcomes(db, practice, WEEK, now=NOW)
    return found, {(one.name, one.part): one for one in found.figures}


def counted(figures: dict[tuple[str, str], Figure], name: str, part: str = "") -> tuple[float, float]:
    figure = figures[name, part]
    return figure.numerator, figure.denominator


async def test_each_figure_of_the_week_is_what_is_counted_by_hand(storage: Storage) -> None:
    practice = await live(storage)

    found, figures = await figures_of(storage, practice)

    # kept and from the list came; missed and missed too did not
    assert counted(figures, "missed") == (2, 4)
    assert counted(figures, "missed-base", "stretch-before") == (1, 4)
    assert figures["missed-change", "stretch-before"].value == 0.25
    assert counted(figures, "cancelled-late") == (1, 5)
    assert counted(figures, "not-said") == (1, 5)
    assert counted(figures, "missed-week", "2026-05-04") == (2, 4)
    # one offer was taken, one ran out, one still waits for its answer
    assert counted(figures, "offers-taken") == (1, 2)
    # half an hour cancelled late, an hour in time, three quarters moved away
    assert counted(figures, "hours-filled") == (0.5, 2.25)
    # seven visits began; the hold, the blocked time and what was moved away are none of them
    assert counted(figures, "by-assistant") == (2, 7)
    # at 8:05 the clinic was closed, at 11:00 it was open
    assert counted(figures, "after-hours") == (1, 2)
    # the first talk; the second came back next day, then a person was asked for; of the third nothing was done
    assert counted(figures, "resolved") == (1, 4)
    assert counted(figures, "without-a-person") == (2, 4)
    assert counted(figures, "answered") == (4, 7)
    assert (figures["response-time", "p50"].value, *counted(figures, "response-time", "p50")) == (4, 2, 4)
    assert (figures["response-time", "p95"].value, *counted(figures, "response-time", "p95")) == (10, 4, 4)
    assert counted(figures, "handed-over") == (1, 3)
    assert counted(figures, "hand-off", "asked for a person") == (1, 3)
    assert counted(figures, "hours-recovered") == (0.5, 0.5)
    assert (figures["money-recovered", ""].value, *counted(figures, "money-recovered")) == (150, 1, 1)
    assert all(one.value is None or one.denominator for one in found.all_figures())


async def test_without_a_history_nothing_has_a_value_and_everything_says_of_what(storage: Storage) -> None:
    practice = await live(storage)
    async with storage.practice(practice.id) as db:
        await db.run("delete from booking where practice_id = %s", (db.practice,))
        await db.run("delete from opening_offer where practice_id = %s", (db.practice,))
        await db.run("delete from opening where practice_id = %s", (db.practice,))
        await db.run("delete from message where practice_id = %s", (db.practice,))
        await db.run("delete from task where practice_id = %s", (db.practice,))
        await db.run("delete from appointment where practice_id = %s", (db.practice,))

    found, _ = await figures_of(storage, practice)

    assert {one.denominator for one in found.figures} == {0}
    assert {one.value for one in found.figures} == {None}


async def test_outcomes_follow_what_the_desk_marks_and_outlive_the_patient(storage: Storage) -> None:
    practice = await live(storage)
    async with storage.practice(practice.id) as db:
        first = await gather(db, notice=timedelta(days=1), now=NOW)
        again = await gather(db, notice=timedelta(days=1), now=NOW)
        await db.run(
            "update appointment set status = 'noshow', changed_at = %s where id = %s", (NOW, id_of("nobody said"))
        )
        await db.run("update appointment set status = 'entered-in-error' where id = %s", (id_of("missed"),))
        marked = await gather(db, notice=timedelta(days=1), now=NOW)
        lost = await missed(db, WEEK)
        due = [
            Due.OUTCOMES in await what_is_due(db, now=NOW + after, untouched_since=NOW, looked_since=NOW)
            for after in (timedelta(minutes=59), timedelta(hours=1))
        ]
        lessons = [await lesson_is_due(db, now=NOW)]
        await lesson_was_learned(db, now=NOW)
        lessons += [await lesson_is_due(db, now=NOW + timedelta(days=days)) for days in (29, 30)]
        removed = await drop_old(db, before=WEEK.start)

    assert (first, again, marked) == (11, 0, 1)
    assert (lost[0].numerator, lost[0].denominator) == (2, 4)  # one is known now, one never was
    assert due == [False, True]
    assert lessons == [True, False, True]  # never, a day short of a month, a month
    assert removed == 4


async def test_what_was_before_the_first_reminder_is_the_base_once_it_is_enough(storage: Storage) -> None:
    practice = await live(storage)
    async with storage.practice(practice.id) as db:
        for number in range(30):
            status = "noshow" if number < 10 else "fulfilled"
            when = f"03-{1 + number % 28:02} {9 + number // 28:02}:00"
            await visit(db, f"old {number}", when, became=status, patient=JOHN, booked="02-20 09:00")
        await db.run(
            "insert into reminder (practice_id, appointment_id, starts_at, before, patient_id, due_at, good_until, "
            "state, changed_at) values (%s, 'x', %s, '1 day', %s, %s, %s, 'sent', %s)",
            (db.practice, NOW, JOHN, NOW, NOW, day("04-20 09:00")),
        )
        await gather(db, notice=timedelta(days=1), now=NOW)
        base = (await missed(db, WEEK))[1]

    assert (base.part, base.numerator, base.denominator) == ("before-reminders", 10, 30)


@pytest.mark.parametrize(
    ("price", "amount"),
    [("$150", 150.0), ("$1,200.50", 1200.5), ("95", 95.0), ("$12 per unit", None), ("from $99", None), ("", None)],
)
def test_only_one_plain_amount_is_a_price(price: str, amount: float | None) -> None:
    practice = a_practice()
    priced = replace(practice, services=(replace(practice.services[0], price=price),))

    assert plain_prices(priced).get(BOTOX) == amount


async def test_a_connected_calendars_visits_count_by_their_copy_and_outlive_it(storage: Storage) -> None:
    practice = await live(storage)
    statuses = (Status.FULFILLED, Status.ARRIVED, Status.NOSHOW, Status.BOOKED, Status.CANCELLED, Status.PENDING)
    async with storage.practice(practice.id) as db:
        await connect(db, Connection(system="opendental", settings={"k": "v"}, numbers={}), now=day("05-01 09:00"))
        copies = [
            replace(
                an_appointment(id=str(number)),
                during=Period(start=day(f"05-05 1{number}:00"), end=day(f"05-05 1{number}:30")),
                status=status,
                patient=MARIA,
            )
            for number, status in enumerate(statuses)
        ]
        await keep_visits(db, "opendental", copies, asked=day("05-05 09:00"), now=day("05-05 09:00"))
        await keep_visits(db, "elsewhere", copies, asked=day("05-05 09:00"), now=day("05-05 09:00"))
        kept = await gather(db, notice=timedelta(days=1), now=NOW)
        await forget_mirror(db)
        again = await gather(db, notice=timedelta(days=1), now=NOW)
        found = {one.name: (one.numerator, one.denominator) for one in await missed(db, WEEK)}

    assert (kept, again) == (5, 0)  # the sixth only asks for a time
    assert found["missed"] == (1, 3)
    assert found["not-said"] == (1, 4)
    assert found["cancelled-late"] == (1, 4)


async def test_a_forgotten_patients_visits_count_on_as_nobodys(storage: Storage) -> None:
    practice = await live(storage)
    async with storage.practice(practice.id) as db:
        await gather(db, notice=timedelta(days=1), now=NOW)
        await db.run(
            "insert into experiment_assignment values (%s, 'fewer', %s, 'other', 'x', %s)", (db.practice, MARIA, NOW)
        )
        before = await missed(db, WEEK)
        await forget_person(db, Person(patient=MARIA, conversations=()))
        await gather(db, notice=timedelta(days=1), now=NOW)
        after = await missed(db, WEEK)
        left = await db.all("select patient_id from visit_outcome where patient_id = %s", (MARIA,))
        arms = await db.all("select arm from experiment_assignment where patient_id <> %s", (MARIA,))

    assert after == before
    assert left == []
    assert [row["arm"] for row in arms] == ["other"]


async def test_what_a_person_had_to_change_afterwards_was_not_done_right(storage: Storage) -> None:
    practice = await live(storage)
    async with storage.practice(practice.id) as db:
        await db.run(
            "update appointment set status = 'entered-in-error', changed_by = 'staff', changed_at = %s where id = %s",
            (day("05-05 16:00"), id_of("kept")),
        )

        found = await resolved(db, WEEK, now=NOW)

    assert [(one.numerator, one.denominator) for one in found] == [(0, 4), (1, 4)]


async def test_another_contact_on_another_channel_counts_too(storage: Storage) -> None:
    practice = await live(storage)
    async with storage.practice(practice.id) as db:
        await db.run("update conversation set patient_id = %s where id = %s", (MARIA, id_of("third")))
        early = await resolved(db, WEEK, now=NOW)
        await said(db, "third", 0, "05-06 20:00")
        found = await resolved(db, WEEK, now=NOW)

    # the first talk ended on Monday at 11:00: 72 hours reach to Thursday at 11:00, when she wrote elsewhere
    assert [(one.numerator, one.denominator) for one in early] == [(0, 4), (1, 4)]
    assert [(one.numerator, one.denominator) for one in found] == [(0, 5), (1, 5)]
