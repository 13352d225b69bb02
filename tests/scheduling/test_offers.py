from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scheduling.worlds import CHICAGO, a_practice, at, moment

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.scheduling.offers import Chosen, offers

PRACTICE = a_practice()
EVENING = Window(earliest=time(17), latest=time(0))
SATURDAY = date(2026, 5, 30)
THURSDAY = date(2026, 5, 28)
ANY_TIME = Wish()


def free(*starts: str, who: str = "dana", minutes: int = 30) -> list[Slot]:
    """Slots at "28 18:00" of May (June where the day is below 20)."""
    return [_slot(f"2026-{'05' if int(start[:2]) >= 20 else '06'}-{start}", who, minutes) for start in starts]


def _slot(start: str, who: str, minutes: int) -> Slot:
    during = at(start, minutes=minutes)
    return Slot(
        service=ServiceId("peel"),
        location=LocationId("here"),
        practitioner=PractitionerId(who),
        room=RoomId("room-1"),
        devices=(),
        during=during,
        claims=(Claim(subject=Subject.PRACTITIONER, id=who, during=during),),
    )


def chosen(slots: Sequence[Slot], wish: Wish, *, count: int = 2, passed_over: Sequence[datetime] = ()) -> Chosen:
    return offers(slots, wish, practice=PRACTICE, count=count, passed_over=passed_over)


def times(found: Chosen) -> list[str]:
    return [f"{wall(slot.during.start, CHICAGO):%d %H:%M}" for slot in found.slots]


def test_an_open_wish_has_the_earliest_start_of_the_soonest_days() -> None:
    found = chosen(free("28 09:00", "28 09:30", "29 10:00", "30 11:00"), ANY_TIME)

    assert times(found) == ["28 09:00", "29 10:00"]
    assert found.exact


def test_evenings_have_the_earliest_evening_start_of_different_days() -> None:
    slots = free("28 09:00", "28 16:45", "28 18:00", "28 19:00", "29 12:00", "02 09:00", "02 18:30", "02 19:30")

    found = chosen(slots, Wish(windows=(EVENING,)))

    assert times(found) == ["28 18:00", "02 18:30"]
    assert found.exact


def test_a_wish_for_one_day_is_spread_over_its_hours() -> None:
    slots = free("28 09:00", "28 09:30", "28 12:45", "28 16:00", "28 16:30", "29 09:00")

    found = chosen(slots, Wish(windows=(Window(first=THURSDAY, last=THURSDAY),)), count=3)

    assert times(found) == ["28 09:00", "28 12:45", "28 16:30"]


def test_one_offer_for_one_day_is_its_earliest() -> None:
    slots = free("28 18:00", "28 19:00", "28 19:30")

    found = chosen(slots, Wish(windows=(Window(first=THURSDAY, last=THURSDAY, earliest=time(17)),)), count=1)

    assert times(found) == ["28 18:00"]


def test_where_one_day_only_fits_it_gives_all_the_offers() -> None:
    found = chosen(free("28 18:00", "28 18:15", "28 19:30", "29 09:00"), Wish(windows=(EVENING,)))

    assert times(found) == ["28 18:00", "28 19:30"]


def test_a_day_with_few_times_leaves_more_offers_to_the_next() -> None:
    found = chosen(free("28 18:00", "02 18:00", "02 18:30", "02 19:00"), Wish(windows=(EVENING,)), count=3)

    assert times(found) == ["28 18:00", "02 18:00", "02 19:00"]


def test_a_clock_time_named_is_the_time_offered() -> None:
    slots = free("28 14:30", "28 15:00", "28 15:30")

    found = chosen(slots, Wish(windows=(Window(first=THURSDAY, last=THURSDAY, at=time(15)),)))

    assert times(found) == ["28 15:00"]
    assert found.exact


def test_a_clock_time_taken_has_the_nearest_of_that_day_and_that_time_of_another() -> None:
    slots = free("28 10:00", "28 15:30", "28 17:00", "29 15:00", "30 15:00")

    found = chosen(slots, Wish(windows=(Window(first=THURSDAY, last=THURSDAY, at=time(15)),)))

    assert times(found) == ["28 15:30", "29 15:00"]
    assert not found.exact


def test_a_full_evening_has_another_evening_and_another_hour_of_that_day() -> None:
    slots = free("28 09:00", "28 16:00", "29 10:00", "02 18:30", "04 18:00")

    found = chosen(slots, Wish(windows=(Window(first=THURSDAY, last=THURSDAY, earliest=time(17)),)))

    assert times(found) == ["28 16:00", "02 18:30"]
    assert not found.exact


def test_a_full_day_has_the_days_on_either_side() -> None:
    slots = free("26 09:00", "27 09:00", "27 10:00", "29 11:00", "30 09:00")

    found = chosen(slots, Wish(windows=(Window(first=THURSDAY, last=THURSDAY),)))

    assert times(found) == ["27 09:00", "29 11:00"]


def test_a_full_saturday_has_the_next_one_beside_the_nearest_day() -> None:
    slots = free("29 09:00", "29 11:00", "01 11:00", "06 13:00", "06 15:00")

    found = chosen(slots, Wish(windows=(Window(first=SATURDAY, last=SATURDAY, earliest=time(11)),)))

    assert times(found) == ["29 11:00", "06 13:00"]
    assert not found.exact


def test_a_weekday_that_is_full_has_the_days_next_to_it() -> None:
    wish = Wish(windows=(Window(weekdays=frozenset({Weekday.THURSDAY})),))

    found = chosen(free("30 09:00", "29 09:00", "01 09:00", "03 10:00"), wish)

    assert times(found) == ["29 09:00", "03 10:00"]


def test_what_was_excluded_comes_only_when_nothing_else_is_free() -> None:
    friday = Window(weekdays=frozenset({Weekday.FRIDAY}))
    wish = Wish(windows=(EVENING,), excluded=(friday,))

    with_others = chosen(free("29 18:00", "30 10:00"), wish, count=1)
    alone = chosen(free("29 18:00"), wish, count=1)

    assert (times(with_others), with_others.exact) == (["30 10:00"], False)
    assert (times(alone), alone.exact) == (["29 18:00"], False)


def test_beyond_a_day_that_bounds_the_wish_nothing_is_offered() -> None:
    leaves = date(2026, 5, 29)
    wish = Wish(windows=(Window(last=leaves),), excluded=(Window(first=leaves + timedelta(days=1)),))

    found = chosen(free("30 09:00", "03 10:00"), wish)

    assert (times(found), found.exact) == ([], False)


def test_a_practitioner_named_is_the_one_offered() -> None:
    slots = free("28 09:00") + free("28 10:00", "29 09:00", who="kim")

    found = chosen(slots, Wish(practitioner=PractitionerId("kim")))

    assert times(found) == ["28 10:00", "29 09:00"]
    assert {slot.practitioner for slot in found.slots} == {"kim"}


def test_only_others_free_is_not_exact() -> None:
    found = chosen(free("28 09:00", "29 09:00"), Wish(practitioner=PractitionerId("kim")))

    assert times(found) == ["28 09:00", "29 09:00"]
    assert not found.exact


def test_a_practitioner_busy_at_the_time_has_somebody_else_then_and_a_time_of_their_own() -> None:
    slots = free("28 18:00") + free("28 10:00", "02 18:30", who="kim")
    wish = Wish(windows=(Window(first=THURSDAY, last=THURSDAY, earliest=time(17)),), practitioner=PractitionerId("kim"))

    found = chosen(slots, wish)

    assert [(slot.practitioner, start) for slot, start in zip(found.slots, times(found), strict=True)] == [
        ("dana", "28 18:00"),
        ("kim", "02 18:30"),
    ]
    assert not found.exact


def test_starts_that_were_declined_are_not_offered_again() -> None:
    slots = free("28 18:00", "28 19:00", "02 18:30") + free("28 18:00", who="kim")

    found = chosen(slots, Wish(windows=(EVENING,)), passed_over=[moment("2026-05-28 18:00")])

    assert times(found) == ["28 19:00", "02 18:30"]


def test_where_nothing_fits_what_was_declined_is_not_offered_a_quarter_of_an_hour_later() -> None:
    slots = free("29 09:00", "29 09:15", "29 13:00", "30 10:00")
    wish = Wish(windows=(Window(first=THURSDAY, last=THURSDAY),))

    found = chosen(slots, wish, passed_over=[slots[0].during.start])

    assert times(found) == ["29 13:00", "30 10:00"]


def test_among_equal_starts_the_first_listed_is_offered() -> None:
    found = chosen(free("28 18:00", who="kim") + free("28 18:00", who="dana"), ANY_TIME)

    assert [slot.practitioner for slot in found.slots] == ["kim"]


def test_a_visit_that_must_be_over_by_a_time_is() -> None:
    wish = Wish(windows=(Window(first=THURSDAY, last=THURSDAY, earliest=time(15), done_by=time(17)),))

    found = chosen(free("28 14:00", "28 16:00", "28 16:45"), wish)

    assert times(found) == ["28 16:00"]


def test_nothing_free_is_nothing_offered() -> None:
    found = chosen([], ANY_TIME)

    assert found == Chosen(slots=(), exact=False)


clock_times = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))
days = st.integers(0, 13).map(lambda n: THURSDAY + timedelta(days=n))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    first = draw(st.none() | days)
    return Window(
        first=first,
        last=first and first + timedelta(days=draw(st.integers(0, 3))),
        weekdays=draw(st.frozensets(st.sampled_from(Weekday), max_size=2)),
        earliest=draw(st.none() | clock_times),
        latest=draw(st.none() | clock_times),
        done_by=draw(st.none() | clock_times),
        at=draw(st.none() | st.none() | clock_times),
    )


@st.composite
def free_slots(draw: st.DrawFn) -> list[Slot]:
    starts = draw(st.lists(st.tuples(days, clock_times, st.sampled_from(["dana", "kim"])), max_size=25, unique=True))
    return [_slot(f"{day} {clock:%H:%M}", who, 30) for day, clock, who in sorted(starts)]


wishes = st.builds(
    Wish,
    windows=st.lists(windows(), max_size=2).map(tuple),
    excluded=st.lists(windows(), max_size=1).map(tuple),
    practitioner=st.none() | st.just(PractitionerId("kim")),
)


@given(free_slots(), wishes, st.integers(1, 4), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_offers_are_free_times_in_order_and_fit_when_they_say_so(
    slots: list[Slot], wish: Wish, count: int, chance: Random
) -> None:
    declined = {slot.during.start for slot in slots if chance.random() < 0.2}
    left = [slot for slot in slots if slot.during.start not in declined]
    fitting = [
        slot for slot in left if wish.fits(slot.during, CHICAGO) and wish.practitioner in {None, slot.practitioner}
    ]

    found = chosen(slots, wish, count=count, passed_over=sorted(declined))

    offered = [slot.during.start for slot in found.slots]
    possible = {slot.during.start for slot in (fitting or left)}
    assert found == chosen(slots, wish, count=count, passed_over=sorted(declined))
    assert set(found.slots) <= set(fitting or left)
    assert found.exact == bool(fitting)
    assert offered == sorted(set(offered))
    assert len(offered) == min(count, len(possible))
