"""Free times that were asked for a moment ago serve those who look, and nobody who takes one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinic import BOTOX, DANA, NOW, a_slot, at
from tests.reception.elsewhere import NAME, Elsewhere
from tests.reception.joined_desk import PRACTICE, TALK, JoinedDesk, joined_desk

from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.time import Period
from frontdesk.domain.wish import Wish
from frontdesk.ports.abilities import Told
from frontdesk.ports.faults import Fault, OutcomeUnknown
from frontdesk.ports.system import Choice, Held, SlotRequest, Taken
from frontdesk.reception.joined import EVERY, asked_every
from frontdesk.reception.kept_times import MOST, KeptTimes

FRESH = timedelta(seconds=30)
WEEK = SlotRequest(service=BOTOX, within=Period(start=NOW, end=NOW + timedelta(days=7)))
TEN, SIX = at("2026-05-28 10:00"), at("2026-05-28 18:00")


@pytest.fixture
async def clinic(database_url: str, tmp_path: Path) -> AsyncIterator[JoinedDesk]:
    async with joined_desk(database_url, tmp_path, Elsewhere(PRACTICE), fresh=FRESH) as made:
        yield made


async def starts(clinic: JoinedDesk) -> set[Period]:
    return {slot.during for slot in await clinic.calendar.find_slots(WEEK)}


def test_what_was_asked_is_found_until_it_is_half_a_minute_old() -> None:
    kept = KeptTimes(FRESH)
    kept.keep(WEEK, [a_slot(TEN)], asked=NOW)

    at_the_end = kept.find(WEEK, stale_at=None, now=NOW + FRESH)
    after = kept.find(WEEK, stale_at=None, now=NOW + FRESH + timedelta(milliseconds=1))

    assert at_the_end is not None
    assert (at_the_end.asked, at_the_end.slots) == (NOW, (a_slot(TEN),))
    assert after is None


def test_a_part_of_what_was_asked_is_cut_from_it_and_more_is_not_there() -> None:
    kept = KeptTimes(FRESH)
    kept.keep(WEEK, [a_slot(TEN), a_slot(SIX)], asked=NOW)
    part = replace(WEEK, within=Period(start=TEN.start, end=TEN.end))
    sooner = replace(WEEK, within=Period(start=NOW - timedelta(days=1), end=WEEK.within.end))
    longer = replace(WEEK, within=Period(start=NOW, end=WEEK.within.end + timedelta(days=1)))

    found = kept.find(part, stale_at=None, now=NOW)

    assert found is not None
    assert found.slots == (a_slot(TEN),)
    assert [kept.find(more, stale_at=None, now=NOW) for more in (sooner, longer)] == [None, None]


@pytest.mark.parametrize("other", [{"practitioner": DANA}, {"until": NOW}])
def test_another_question_is_another_answer(other: dict[str, object]) -> None:
    kept = KeptTimes(FRESH)
    kept.keep(WEEK, [a_slot(TEN)], asked=NOW)

    assert kept.find(replace(WEEK, **other), stale_at=None, now=NOW) is None  # type: ignore[arg-type]


def test_an_answer_that_was_asked_for_before_a_change_is_not_used_whenever_it_came() -> None:
    kept = KeptTimes(FRESH)
    kept.keep(WEEK, [a_slot(TEN)], asked=NOW)

    stale = kept.find(WEEK, stale_at=NOW, now=NOW + timedelta(seconds=1))
    fresh = kept.find(WEEK, stale_at=NOW - timedelta(seconds=1), now=NOW + timedelta(seconds=1))

    assert stale is None
    assert fresh is not None


def test_what_was_known_longest_goes_where_too_much_is_kept() -> None:
    kept, many = KeptTimes(FRESH), [a_slot(TEN)] * (MOST // 2)
    whose = [replace(WEEK, practitioner=PractitionerId(f"p{number}")) for number in range(3)]
    for second, wanted in enumerate(whose):
        kept.keep(wanted, many, asked=NOW + timedelta(seconds=second))

    found = [kept.find(one, stale_at=None, now=NOW + timedelta(seconds=3)) is not None for one in whose]

    assert found == [False, True, True]


def test_following_takes_a_tenth_of_what_the_vendor_allows_and_a_minute_at_least() -> None:
    a_thousand_a_day = timedelta(days=1) / 1000

    assert asked_every(None) == asked_every(timedelta(seconds=1)) == EVERY
    assert asked_every(a_thousand_a_day) == timedelta(minutes=14, seconds=24)


async def test_two_wishes_in_a_row_cost_one_question(clinic: JoinedDesk) -> None:
    few = replace(WEEK, few=Choice(wish=Wish(practitioner=DANA), count=3))

    first = await clinic.calendar.find_slots(WEEK)
    clinic.clock.shows += timedelta(seconds=5)
    later = replace(few, within=Period(start=clinic.clock.shows, end=WEEK.within.end + timedelta(seconds=5)))
    second = await clinic.calendar.find_slots(later)

    assert first == second != []
    assert clinic.system.asked == ["find_slots"]


async def test_what_is_held_on_our_side_is_left_out_of_what_was_kept(clinic: JoinedDesk) -> None:
    before = await starts(clinic)
    held = await clinic.calendar.hold(a_slot(TEN), key="k", until=NOW + timedelta(minutes=5))
    asked = clinic.system.asked.count("find_slots")

    after = await starts(clinic)

    assert isinstance(held, Held)
    assert TEN in before - after
    assert clinic.system.asked.count("find_slots") == asked == 2


async def test_whoever_takes_a_time_looks_again_and_what_was_wrong_is_not_shown_any_more(clinic: JoinedDesk) -> None:
    before = await starts(clinic)
    clinic.system.enter(TEN)
    still = await starts(clinic)

    held = await clinic.calendar.hold(a_slot(TEN), key="k", until=NOW + timedelta(minutes=5))

    assert TEN in before & still
    assert isinstance(held, Taken)
    assert TEN not in await starts(clinic)


async def test_a_booking_ends_what_was_kept_however_it_ends(clinic: JoinedDesk) -> None:
    await clinic.says(*TALK)
    [visit] = clinic.system.book_.values()
    await starts(clinic)
    assert visit.patient is not None
    clinic.system.faults.append(OutcomeUnknown("no reply"))
    asked = clinic.system.asked.count("find_slots")
    with pytest.raises(Fault):
        await clinic.calendar.book(a_slot(TEN), patient=visit.patient, key="other", held=None)

    await starts(clinic)

    assert clinic.system.asked.count("find_slots") == asked + 1


async def test_a_visit_that_is_cancelled_is_free_at_once(clinic: JoinedDesk) -> None:
    visit = clinic.system.enter(TEN)
    before = await starts(clinic)

    await clinic.calendar.cancel(visit, reason=Cancellation.PATIENT)

    assert TEN not in before
    assert TEN in await starts(clinic)


@pytest.mark.parametrize("how", ["a notice", "an answer with changes"])
async def test_what_changes_there_ends_what_was_kept_in_every_process(clinic: JoinedDesk, how: str) -> None:
    await clinic.later(seconds=1)
    before = await starts(clinic)
    clinic.system.enter(TEN)

    if how == "a notice":
        await clinic.desk.following.heard(PRACTICE.id, NAME, [Told(id="n-1")])
    else:
        await clinic.later(minutes=1)

    assert TEN in before
    assert TEN not in await starts(clinic)
