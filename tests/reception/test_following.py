"""What staff change in another system reaches the copy and the patient, in whatever order it is told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from tests.clinic import NOW, at
from tests.reception.elsewhere import NAME, Elsewhere
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk

from frontdesk.domain.appointment import Status
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import Changes
from frontdesk.reception.following import MOST_READ
from frontdesk.storage import followed, mirror
from frontdesk.storage.audit import read_row
from frontdesk.storage.connections import disconnect
from frontdesk.storage.jobs import Work
from frontdesk.work.due import enqueue_due_in

TEN, ELEVEN, TWELVE = at("2026-05-28 10:00"), at("2026-05-28 11:00"), at("2026-05-28 12:00")
WEEK = at("2026-05-25 00:00", minutes=7 * 24 * 60)


@pytest.fixture
async def clinic(database_url: str, tmp_path: Path) -> AsyncIterator[JoinedDesk]:
    async with joined_desk(database_url, tmp_path, Elsewhere(PRACTICE)) as made:
        yield made


def there(clinic: JoinedDesk) -> Elsewhere:
    assert isinstance(clinic.system, Elsewhere)
    return clinic.system


async def times(clinic: JoinedDesk) -> list[Period]:
    return [visit.during for visit in await clinic.mirror(WEEK)]


async def test_everything_is_read_once_and_then_what_changes(clinic: JoinedDesk) -> None:
    there(clinic).enter(TEN)
    overlapping = there(clinic).enter(TEN)

    await clinic.later(seconds=1)
    first = await times(clinic)
    there(clinic).drag(overlapping, ELEVEN)
    await clinic.later(minutes=1)

    assert first == [TEN, TEN]
    assert await times(clinic) == [TEN, ELEVEN]
    assert there(clinic).asked == ["everything", "changes"]


async def test_it_is_asked_once_a_minute_and_not_by_two_at_once(clinic: JoinedDesk) -> None:
    for _ in range(3):
        await clinic.later(seconds=20)
    await asyncio.gather(*[clinic.desk.following.follow(PRACTICE.id) for _ in range(5)])

    assert there(clinic).asked == ["everything"]


async def test_a_move_is_told_to_the_patient_within_the_minute(clinic: JoinedDesk) -> None:
    booked = await clinic.says(*TALK)
    [visit] = there(clinic).book_
    await clinic.later(seconds=1)
    there(clinic).drag(visit, at("2026-05-28 19:00"))

    done = await clinic.later(minutes=1)

    assert booked.startswith("You're booked!")
    assert done == [Work.FOLLOW, Work.LOOK]
    assert "is now Thursday, May 28 at 7:00 PM" in (await clinic.heard())[-1]
    assert [one.during for one in await clinic.promises()] == [at("2026-05-28 19:00")]


@pytest.mark.parametrize("how", ["take_out", "delete"])
async def test_a_visit_that_is_gone_is_told_to_the_patient_as_cancelled(clinic: JoinedDesk, how: str) -> None:
    await clinic.says(*TALK)
    [visit] = there(clinic).book_
    await clinic.later(seconds=1)
    getattr(there(clinic), how)(visit)

    await clinic.later(minutes=1)

    assert await times(clinic) == []
    assert "is cancelled" in (await clinic.heard())[-1]


async def test_a_patient_is_not_told_of_what_they_did_themselves(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)

    done = await clinic.later(seconds=1)

    assert done == [Work.FOLLOW]
    assert len(await clinic.mirror(WEEK)) == 1
    assert sum("You're booked!" in words for words in await clinic.heard()) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["as they happened", "the newer first"])
async def test_of_two_rows_of_one_visit_the_one_that_is_read_counts(clinic: JoinedDesk, order: tuple[int, int]) -> None:
    visit = there(clinic).enter(TEN)
    await clinic.later(seconds=1)
    there(clinic).drag(visit, ELEVEN)
    older = there(clinic).book_[visit]
    there(clinic).drag(visit, TWELVE)
    rows = (older, there(clinic).book_[visit])
    there(clinic).late.scripted.append(Changes(visits=tuple(rows[place] for place in order), next="9"))

    await clinic.later(minutes=1)

    assert await times(clinic) == [TWELVE]


async def test_a_visit_that_is_told_both_as_standing_and_as_gone_is_read(clinic: JoinedDesk) -> None:
    visit = there(clinic).enter(TEN)
    row = there(clinic).book_[visit]
    there(clinic).late.scripted.append(Changes(visits=(row,), gone=(visit,), next="1"))

    await clinic.later(seconds=1)

    assert await times(clinic) == [TEN]
    assert there(clinic).asked == ["everything", "read"]


async def test_an_answer_that_comes_late_is_not_put_over_a_newer_one(clinic: JoinedDesk) -> None:
    visit = there(clinic).enter(TEN)
    older = there(clinic).book_[visit]
    there(clinic).drag(visit, ELEVEN)
    newer = there(clinic).book_[visit]
    first, second = NOW, NOW + timedelta(seconds=3)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        changed = [
            await mirror.keep_visits(db, NAME, [newer], asked=second, now=second),
            await mirror.keep_visits(db, NAME, [older], asked=first, now=second),
            await mirror.drop_gone(db, NAME, [visit], asked=first, now=second),
            await mirror.keep_visits(db, NAME, [newer], asked=second, now=second + timedelta(seconds=1)),
        ]

    assert changed == [[visit], [], [], []]
    assert await times(clinic) == [ELEVEN]


async def test_two_askings_that_overlap_leave_the_newer_state(clinic: JoinedDesk) -> None:
    visit = there(clinic).enter(TEN)
    there(clinic).late.until = slow = asyncio.Event()
    first = asyncio.create_task(clinic.desk.following.follow(PRACTICE.id))
    await there(clinic).late.asked.wait()
    there(clinic).drag(visit, ELEVEN)
    clinic.clock.shows += timedelta(minutes=1)
    second = asyncio.create_task(clinic.desk.following.follow(PRACTICE.id))

    slow.set()
    await asyncio.gather(first, second)

    assert await times(clinic) == [ELEVEN]


async def test_the_same_answer_twice_changes_nothing_more(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    [visit] = there(clinic).book_
    await clinic.later(seconds=1)
    there(clinic).drag(visit, at("2026-05-28 19:00"))
    await clinic.later(minutes=1)
    there(clinic).late.scripted += [there(clinic)._answer("0")] * 3

    done = [await clinic.later(minutes=1) for _ in range(3)]

    assert done == [[Work.FOLLOW]] * 3
    assert sum("is now Thursday" in words for words in await clinic.heard()) == 1


async def test_a_crash_after_the_rows_and_before_the_cursor_loses_nothing(clinic: JoinedDesk) -> None:
    """The transaction of both is broken off by the database itself, as when its process is killed between the two."""
    await clinic.later(seconds=1)
    visit = there(clinic).enter(TEN)
    await make_cursor_fail(clinic, "new.cursor is not null and new.read_at is distinct from old.read_at")
    with pytest.raises(Exception, match="killed here"):
        await clinic.later(minutes=1)
    before = await times(clinic)
    await make_cursor_fail(clinic, "false")

    await clinic.later(minutes=1)

    assert before == []
    assert await times(clinic) == [TEN]
    assert [one.id for one in await clinic.mirror(WEEK)] == [visit]


async def make_cursor_fail(clinic: JoinedDesk, when: str) -> None:
    owner = clinic.desk.storage.url.replace("role=frontdesk_app", "role=frontdesk")
    with psycopg.connect(owner) as connection:
        connection.execute(
            "create or replace function killed() returns trigger language plpgsql as $$ begin "
            f"if {when} then raise exception 'killed here'; end if; return new; end $$"
        )
        connection.execute(
            "create or replace trigger killed before update on followed for each row execute function killed()"
        )


async def test_where_what_to_ask_on_with_is_too_old_it_begins_anew(clinic: JoinedDesk) -> None:
    visit = there(clinic).enter(TEN)
    await clinic.later(seconds=1)
    there(clinic).drag(visit, ELEVEN)
    there(clinic).oldest = 99

    await clinic.later(minutes=1)

    assert there(clinic).asked[-2:] == ["changes", "everything"]
    assert await times(clinic) == [ELEVEN]
    assert (await clinic.stands()).failed_since is None


async def test_a_row_that_the_vendors_clock_hid_for_a_moment_is_not_missed(clinic: JoinedDesk) -> None:
    """`next` is already past a change that the answer does not show yet, for up to the overlap of two minutes."""
    await clinic.later(seconds=1)
    visit = there(clinic).enter(TEN)
    there(clinic).behind = 1
    hidden = [await clinic.later(minutes=1) for _ in range(2)]
    there(clinic).behind = 0

    await clinic.later(minutes=1)

    assert hidden == [[Work.FOLLOW]] * 2
    assert [one.id for one in await clinic.mirror(WEEK)] == [visit]


async def test_a_visit_that_was_deleted_without_a_word_is_found_by_the_daily_list(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    [visit] = there(clinic).book_
    there(clinic).enter(at("2026-05-29 10:00"))
    await clinic.later(seconds=1)
    del there(clinic).book_[visit]
    await clinic.later(minutes=1)
    before = len(await clinic.mirror(WEEK))

    await clinic.later(hours=24)

    assert before == 2
    assert await times(clinic) == [at("2026-05-29 10:00")]
    assert "is cancelled" in (await clinic.heard())[-1]


async def test_many_that_were_deleted_without_a_word_are_read_some_at_a_time(clinic: JoinedDesk) -> None:
    ids = [
        there(clinic).enter(at(f"2026-05-29 {9 + hour:02}:{minute:02}"))
        for hour in range(9)
        for minute in range(0, 50, 10)
    ]
    await clinic.later(seconds=1)
    for id in ids:
        del there(clinic).book_[id]

    done = await clinic.later(hours=24)

    assert await times(clinic) == []
    assert done.count(Work.FOLLOW) == 1 + -(-len(ids) // MOST_READ)


async def test_a_calendar_that_lives_here_is_not_followed(clinic: JoinedDesk) -> None:
    at_home = replace(clinic.desk, joined_of=lambda _: None)

    await enqueue_due_in(at_home, PRACTICE.id)

    assert await clinic.work() == []


async def test_a_worker_that_starts_has_everything_read(clinic: JoinedDesk) -> None:
    await clinic.later(seconds=1)

    await enqueue_due_in(clinic.desk, PRACTICE.id, since_start=True)
    await clinic.work()

    assert there(clinic).asked == ["everything", "everything"]


async def test_a_clock_that_goes_back_does_not_keep_newer_rows_out(clinic: JoinedDesk) -> None:
    visit = there(clinic).enter(TEN)
    await clinic.later(minutes=10)
    there(clinic).drag(visit, ELEVEN)
    clinic.clock.shows -= timedelta(minutes=5)
    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await followed.make_due(db, NAME, now=clinic.clock.now())

    await clinic.later(seconds=1)

    assert await times(clinic) == [ELEVEN]


async def test_whose_visits_came_stands_in_the_audit(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    [visit] = there(clinic).book_.values()

    await clinic.later(seconds=1)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        rows = await db.all("select * from audit_event where what = 'system.called' order by id")
    told = [row["subjects"] for row in rows if '"changes"' in str(read_row(row).recorded.detail)]
    assert told == [[visit.patient]]


async def test_nothing_is_kept_of_a_system_that_is_left(clinic: JoinedDesk) -> None:
    there(clinic).enter(TEN)
    await clinic.later(seconds=1)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        await disconnect(db)

    assert await times(clinic) == []
    assert (await clinic.stands()).read is None


async def test_a_visit_that_was_mirrored_as_cancelled_takes_no_time(clinic: JoinedDesk) -> None:
    visit = there(clinic).enter(TEN)
    there(clinic).take_out(visit)

    await clinic.later(seconds=1)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        row = await db.one("select status from mirrored_visit where number = %s", (visit,))
    assert row == {"status": Status.CANCELLED.value}
    assert await times(clinic) == []
