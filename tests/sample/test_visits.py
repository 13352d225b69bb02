from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from frontdesk.domain.appointment import Status
from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.domain.practice import Practice, Weekday
from frontdesk.domain.time import DayTime, Period, wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DAYS_AHEAD, DAYS_BACK, DEFAULT_SEED, SampleVisit, plausible_visits
from frontdesk.scheduling.offers import offers
from frontdesk.scheduling.slots import find_slots

AUSTIN = ZoneInfo("America/Chicago")
NOW = datetime(2026, 5, 26, 21, 47, tzinfo=AUSTIN).astimezone(UTC)
BOTOX = ServiceId("botox-consultation")
EVENING = Window(earliest=time(17), latest=time(0))


@pytest.fixture(scope="module")
def practice() -> Practice:
    return smile()


@pytest.fixture(scope="module")
def visits(practice: Practice) -> list[SampleVisit]:
    return plausible_visits(practice, now=NOW, seed=DEFAULT_SEED)


def offered(
    practice: Practice, visits: Iterable[SampleVisit], window: Window = EVENING, *, now: datetime = NOW
) -> list[str]:
    busy = [claim for visit in visits if visit.status.takes_time for claim in visit.slot.claims]
    within = Period(start=now, end=now + timedelta(days=30))
    free = find_slots(practice, service=BOTOX, within=within, busy=busy, now=now)
    chosen = offers(free, Wish(windows=(window,)), practice=practice, count=2)
    return [f"{wall(slot.during.start, AUSTIN):%a %Y-%m-%d %H:%M}" for slot in chosen.slots]


def test_evenings_are_offered_as_thursday_at_six_and_tuesday_at_half_past_six(
    practice: Practice, visits: list[SampleVisit]
) -> None:
    assert offered(practice, visits) == ["Thu 2026-05-28 18:00", "Tue 2026-06-02 18:30"]


def test_that_thursday_evening_begins_with_six_o_clock(practice: Practice, visits: list[SampleVisit]) -> None:
    thursday = replace(
        EVENING, first=datetime(2026, 5, 28, tzinfo=UTC).date(), last=datetime(2026, 5, 28, tzinfo=UTC).date()
    )

    assert offered(practice, visits, thursday)[0] == "Thu 2026-05-28 18:00"


def test_the_offers_come_from_the_calendar_and_change_with_the_seed(practice: Practice) -> None:
    others = {tuple(offered(practice, plausible_visits(practice, now=NOW, seed=seed))) for seed in range(1, 9)}

    assert ("Thu 2026-05-28 18:00", "Tue 2026-06-02 18:30") not in others
    assert len(others) > 4


def test_the_offers_change_with_the_day(practice: Practice) -> None:
    later = NOW + timedelta(days=1)

    found = offered(practice, plausible_visits(practice, now=later, seed=DEFAULT_SEED), now=later)

    assert found != ["Thu 2026-05-28 18:00", "Tue 2026-06-02 18:30"]


def test_the_offers_change_with_a_shift(practice: Practice, visits: list[SampleVisit]) -> None:
    early = DayTime(start=time(10), end=time(18))
    kim = practice.practitioner(PractitionerId("kim-tran"))
    shifts = tuple(
        replace(shift, during=early, breaks=()) if Weekday.THURSDAY in shift.weekdays else shift for shift in kim.shifts
    )
    people = tuple(replace(one, shifts=shifts) if one.id == kim.id else one for one in practice.practitioners)

    found = offered(replace(practice, practitioners=people), visits)

    assert "Thu 2026-05-28 18:00" not in found


def test_a_time_that_the_front_desk_takes_is_no_longer_offered(practice: Practice, visits: list[SampleVisit]) -> None:
    busy = [claim for visit in visits for claim in visit.slot.claims]
    within = Period(start=NOW, end=NOW + timedelta(days=30))
    thursday_at_six = datetime(2026, 5, 28, 18, tzinfo=AUSTIN).astimezone(UTC)
    free = find_slots(practice, service=BOTOX, within=within, busy=busy, now=NOW)
    taken = [claim for slot in free if slot.during.start == thursday_at_six for claim in slot.claims]

    left = find_slots(practice, service=BOTOX, within=within, busy=[*busy, *taken], now=NOW)

    assert taken
    assert thursday_at_six not in {slot.during.start for slot in left}


def test_the_same_day_and_seed_give_the_same_visits(practice: Practice, visits: list[SampleVisit]) -> None:
    morning = datetime(2026, 5, 26, 8, 3, tzinfo=AUSTIN).astimezone(UTC)

    assert plausible_visits(practice, now=morning, seed=DEFAULT_SEED) == visits


@pytest.mark.parametrize("seed", [DEFAULT_SEED, 1, 2])
def test_no_two_visits_share_a_practitioner_a_room_or_a_device(practice: Practice, seed: int) -> None:
    made = plausible_visits(practice, now=NOW, seed=seed)

    claims = [claim for visit in made for claim in visit.slot.claims]

    assert len(made) > 300
    assert not [
        (one, other)
        for one, other in combinations(claims, 2)
        if (one.subject, one.id, one.lane) == (other.subject, other.id, other.lane)
        and one.during.overlaps(other.during)
    ]


def test_every_visit_has_a_suitable_practitioner_room_and_devices(
    practice: Practice, visits: list[SampleVisit]
) -> None:
    for visit in visits:
        slot = visit.slot
        service = practice.service(slot.service)
        start = wall(slot.during.start, AUSTIN)
        hours = practice.location(slot.location).hours[Weekday(start.weekday())]
        assert practice.practitioner(slot.practitioner).roles & service.roles
        assert slot.room is not None
        assert practice.room(slot.room).kinds & service.room_kinds
        assert tuple(practice.device(device).kind for device in slot.devices) == service.device_kinds
        assert any((whole := one.on(start.date(), AUSTIN)) and whole.contains(slot.during) for one in hours)


def test_visits_reach_from_a_week_back_to_two_weeks_ahead(visits: list[SampleVisit]) -> None:
    days = [(wall(visit.slot.during.start, AUSTIN).date() - NOW.astimezone(AUSTIN).date()).days for visit in visits]

    assert min(days) == -DAYS_BACK
    assert DAYS_AHEAD - 2 <= max(days) <= DAYS_AHEAD


def test_past_visits_took_place_or_did_not_and_the_rest_are_booked(visits: list[SampleVisit]) -> None:
    today = NOW.astimezone(AUSTIN).date()

    past = Counter(visit.status for visit in visits if wall(visit.slot.during.start, AUSTIN).date() < today)
    ahead = Counter(visit.status for visit in visits if wall(visit.slot.during.start, AUSTIN).date() >= today)

    assert set(past) == {Status.FULFILLED, Status.NOSHOW}
    assert past[Status.FULFILLED] > 10 * past[Status.NOSHOW]
    assert set(ahead) == {Status.BOOKED}


def test_near_days_are_fuller_evenings_are_popular_and_lunch_is_quiet(practice: Practice) -> None:
    made = [visit for seed in range(5) for visit in plausible_visits(practice, now=NOW, seed=seed)]
    starts = [wall(visit.slot.during.start, AUSTIN) for visit in made]
    day_of_month = Counter(start.date().isoformat() for start in starts)
    late_days = Counter(start.hour for start in starts if start.weekday() in {1, 3})

    assert day_of_month["2026-05-28"] > day_of_month["2026-06-04"]
    assert day_of_month["2026-06-02"] > day_of_month["2026-06-09"]
    assert late_days[17] > late_days[12]
    assert late_days[18] > late_days[12]


def test_patients_have_invented_names_of_some_variety(visits: list[SampleVisit]) -> None:
    names = {(visit.given, visit.family) for visit in visits}

    assert len(names) > 0.8 * len(visits)
    assert all(given and family for given, family in names)
