"""`find_slots` in many small worlds, clock changes included, against an enumeration that is plainly right."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scheduling.reference import every_slot, is_worked
from tests.scheduling.worlds import a_device, a_practice, a_room, a_service

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Location, Policies, Practice, Practitioner, Service, Shift, Weekday
from frontdesk.domain.time import DayTime, Period, instant
from frontdesk.domain.wish import Window, Wish
from frontdesk.scheduling.busy_time import NOTHING_BUSY
from frontdesk.scheduling.nearest import nearest, nearest_starts
from frontdesk.scheduling.search import search_for
from frontdesk.scheduling.slots import find_slots
from frontdesk.scheduling.starts import free_starts
from frontdesk.scheduling.timetable import timetable

CLOCK_CHANGES = {
    "America/Chicago": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/Santiago": (date(2026, 4, 5), date(2026, 9, 6)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Kathmandu": (date(2026, 5, 28), date(2024, 2, 29)),
}
"""Nights in which the clock is changed, in both directions, at midnight or later, by an hour or by half of one."""

ZONES = st.sampled_from(sorted(CLOCK_CHANGES)).map(ZoneInfo)
FIVES = st.integers(min_value=0, max_value=287).map(lambda fives: time(fives * 5 // 60, fives * 5 % 60))
SOME_MINUTES = st.sampled_from([5, 10, 15, 20, 30, 45, 60, 90])
WHOLE_DAY = DayTime(start=time(0), end=time(0))

T = TypeVar("T")


def mostly(usual: T, *rare: T) -> st.SearchStrategy[T]:
    """A value that is most often the usual one, so that most worlds have something to find."""
    return st.sampled_from([usual] * (3 * len(rare)) + list(rare))


PLACES = mostly("here", "there")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    practice: Practice
    service: Service
    within: Period
    busy: list[Claim]
    now: datetime

    def answer(self) -> list[Slot]:
        return find_slots(self.practice, service=self.service.id, within=self.within, busy=self.busy, now=self.now)


@st.composite
def day_times(draw: st.DrawFn) -> DayTime:
    start, end = sorted((draw(FIVES), draw(FIVES)))
    return DayTime(start=start, end=end if end > start else time(0))


NIGHT, DAY = DayTime(start=time(0), end=time(4)), DayTime(start=time(9), end=time(20))
STRETCHES = st.one_of(mostly(WHOLE_DAY, NIGHT, DAY), mostly(WHOLE_DAY, DAY), day_times())


@st.composite
def locations(draw: st.DrawFn, id: str, day: date, zone: ZoneInfo) -> Location:
    hours = {one: tuple(draw(st.lists(STRETCHES, min_size=1, max_size=2))) for one in Weekday}
    closures = {day: "closed"} if draw(mostly(False, True)) and draw(st.booleans()) else {}
    return Location(id=LocationId(id), name=id, zone=zone, address="", phone="", hours=hours, closures=closures)


@st.composite
def shifts(draw: st.DrawFn, day: date) -> Shift:
    return Shift(
        location=LocationId(draw(PLACES)),
        weekdays=draw(mostly(frozenset(Weekday), frozenset({Weekday(day.weekday())}))),
        during=draw(STRETCHES),
        breaks=tuple(draw(st.lists(day_times(), max_size=1))) if draw(mostly(False, True)) else (),
        first=draw(mostly(None, day)),
        last=draw(mostly(None, day)),
    )


@st.composite
def practitioners(draw: st.DrawFn, id: str, day: date) -> Practitioner:
    return Practitioner(
        id=PractitionerId(id),
        name=id,
        title="",
        roles=frozenset(draw(mostly(("nurse",), ("nurse", "laser"), ("physician",)))),
        shifts=tuple(draw(st.lists(shifts(day), min_size=1, max_size=2))),
        away=((day, day),) if draw(mostly(False, True)) and draw(st.booleans()) else (),
    )


@st.composite
def services(draw: st.DrawFn) -> Service:
    length = draw(SOME_MINUTES)
    lengths = {PractitionerId("dana"): timedelta(minutes=draw(SOME_MINUTES))} if draw(st.booleans()) else {}
    return a_service(
        minutes=length,
        before=draw(st.sampled_from([0, 5, 15])),
        after=draw(st.sampled_from([0, 10, 15])),
        lengths=MappingProxyType(lengths),
        room_kinds=frozenset(draw(mostly(("treatment",), (), ("consultation",)))),
        device_kinds=tuple(draw(st.sampled_from([(), ("laser",), ("laser", "ipl"), ("laser", "laser")]))),
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    zone, other = draw(ZONES), draw(ZONES)
    day = draw(st.sampled_from(CLOCK_CHANGES[zone.key])) + timedelta(days=draw(st.integers(-1, 1)))
    service = draw(services())
    rooms = [
        a_room(
            f"room-{n}",
            kinds=draw(mostly(("treatment", "consultation"), ("treatment",), ("consultation",))),
            capacity=draw(mostly(1, 2)),
            location=draw(PLACES),
        )
        for n in range(draw(st.integers(1, 2)))
    ]
    devices = [
        a_device(
            f"device-{n}",
            kind=draw(mostly(("laser", "ipl", "laser", "laser")[n], "laser")),
            fixed_in=where.id if where else None,
            location=where.location if where else draw(PLACES),
        )
        for n, where in enumerate(draw(st.lists(mostly(None, *rooms), min_size=2, max_size=4)))
    ]
    practice = a_practice(
        locations=(draw(locations("here", day, zone)), draw(locations("there", day, other))),
        practitioners=tuple(draw(practitioners(id, day)) for id in ("dana", "kim")[: draw(st.integers(1, 2))]),
        rooms=tuple(rooms),
        devices=tuple(devices),
        services=(service,),
        policies=Policies(
            lead_time=timedelta(minutes=draw(mostly(0, 120))),
            horizon=timedelta(hours=draw(mostly(1440, 16))),
            grid=timedelta(minutes=draw(st.sampled_from([10, 15, 30, 60]))),
        ),
    )
    midnight = instant(day, time(0), zone)
    start = midnight + timedelta(minutes=draw(st.integers(-120, 120)))
    within = Period(start=start, end=start + timedelta(hours=draw(st.sampled_from([6, 12, 26]))))
    now = midnight + timedelta(minutes=draw(mostly(-600, -60, 60)))
    busy = draw(st.lists(claims(practice, midnight), max_size=8))
    return Question(practice=practice, service=service, within=within, busy=busy, now=now)


@st.composite
def claims(draw: st.DrawFn, practice: Practice, midnight: datetime) -> Claim:
    """A claim of any length at any second: calendars elsewhere keep to no grid."""
    subject, id, lanes = draw(
        st.sampled_from(
            [(Subject.PRACTITIONER, one.id, 1) for one in practice.practitioners]
            + [(Subject.ROOM, one.id, one.capacity) for one in practice.rooms]
            + [(Subject.DEVICE, one.id, 1) for one in practice.devices]
        )
    )
    start = midnight + timedelta(seconds=draw(st.integers(-3 * 3600, 26 * 3600)))
    during = Period(start=start, end=start + timedelta(seconds=draw(st.integers(1, 4 * 3600))))
    return Claim(subject=subject, id=id, during=during, lane=draw(st.integers(1, lanes)))


@given(questions())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_valid_is_missing_and_nothing_else_is_offered(asked: Question) -> None:
    order = {person.id: number for number, person in enumerate(asked.practice.practitioners)}

    found = sorted(asked.answer(), key=lambda slot: (slot.during.start, order[slot.practitioner]))

    assert found == every_slot(
        asked.practice, service=asked.service, within=asked.within, busy=asked.busy, now=asked.now
    )


@given(questions())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_offered_slot_keeps_every_rule(asked: Question) -> None:
    for slot in asked.answer():
        person = asked.practice.practitioner(slot.practitioner)
        location = asked.practice.location(slot.location)
        moments = [
            slot.during.start,
            slot.during.start + slot.during.length / 2,
            slot.during.end - timedelta(minutes=1),
        ]

        assert person.roles & asked.service.roles
        assert slot.during.start >= asked.now + asked.practice.policies.lead_time
        assert all(is_worked(person, location, moment) for moment in moments)
        assert not any(
            (claim.subject, claim.id, claim.lane) == (held.subject, held.id, held.lane)
            and claim.during.overlaps(held.during)
            for claim in slot.claims
            for held in asked.busy
        )


@given(questions())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_question_has_the_same_answer_soonest_first(asked: Question) -> None:
    found = asked.answer()

    assert found == asked.answer()
    assert all(one.during.start <= later.during.start for one, later in pairwise(found))
    assert len({(slot.during.start, slot.practitioner) for slot in found}) == len(found)


@given(questions(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_the_claims_does_not_matter(asked: Question, chance: Random) -> None:
    shuffled = list(asked.busy)
    chance.shuffle(shuffled)

    again = find_slots(asked.practice, service=asked.service.id, within=asked.within, busy=shuffled, now=asked.now)

    assert again == asked.answer()


@given(questions())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_slot_that_is_booked_is_not_found_again(asked: Question) -> None:
    for slot in asked.answer()[:3]:
        later = find_slots(
            asked.practice,
            service=asked.service.id,
            within=asked.within,
            busy=[*asked.busy, *slot.claims],
            now=asked.now,
        )

        assert not any(one.practitioner == slot.practitioner and one.during.overlaps(slot.during) for one in later)
        assert not any(
            (claim.subject, claim.id, claim.lane) == (held.subject, held.id, held.lane)
            and claim.during.overlaps(held.during)
            for one in later
            for claim in one.claims
            for held in slot.claims
        )


@st.composite
def wishes(draw: st.DrawFn, day: date) -> Wish:
    window = Window(
        first=draw(st.sampled_from([None, day, day + timedelta(days=30)])),
        earliest=draw(mostly(None, time(10), time(23, 30))),
        done_by=draw(mostly(None, time(12))),
        at=draw(mostly(None, time(9))),
    )
    excluded = (Window(earliest=time(12)),) if draw(mostly(False, True)) else ()
    return Wish(windows=(window,), excluded=excluded, practitioner=PractitionerId(draw(mostly("dana", "kim", "marsh"))))


@given(questions(), st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_nearest_starts_are_the_nearest_of_all_slots(asked: Question, data: st.DataObject) -> None:
    wish = data.draw(wishes(asked.within.start.date()))
    search = search_for(asked.practice, asked.service, asked.within, now=asked.now)
    table = timetable(asked.practice, asked.within)
    busy = NOTHING_BUSY.and_of(asked.busy, table.ruler)
    zones = {location.id: location.zone for location in asked.practice.locations}

    found = nearest_starts(free_starts(search, table, busy), wish, table, busy, count=3)

    of_all = nearest(asked.answer(), wish, zones=zones, count=3)
    assert [slot.during.start for slot in found] == sorted(slot.during.start for slot in of_all)
