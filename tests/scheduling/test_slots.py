from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.scheduling.worlds import (
    CHICAGO,
    a_device,
    a_location,
    a_practice,
    a_practitioner,
    a_room,
    a_service,
    a_shift,
    at,
    busy_device,
    busy_person,
    busy_room,
    clock,
    moment,
)

from frontdesk.domain.appointment import Claim, Slot, Subject
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.practice import Policies, Practice, Weekday
from frontdesk.domain.time import Period, wall
from frontdesk.domain.visitor import Visitor
from frontdesk.scheduling.slots import find_slots

PEEL = ServiceId("peel")
THURSDAY = at("2026-05-28 00:00", minutes=24 * 60)
EARLY = moment("2026-05-28 00:00")


def slots(practice: Practice, busy: list[Claim] | None = None, *, within: Period = THURSDAY) -> list[Slot]:
    return find_slots(practice, service=PEEL, within=within, busy=busy or [], now=within.start)


def starts(found: list[Slot], zone: ZoneInfo = CHICAGO) -> list[str]:
    return [f"{wall(slot.during.start, zone):%H:%M}" for slot in found]


def hours(of: str) -> Practice:
    return a_practice(practitioners=(a_practitioner(shifts=(a_shift(of),)),))


def test_a_visit_fits_from_the_start_of_a_shift_to_its_end() -> None:
    practice = hours("10:00-12:00")

    assert starts(slots(practice)) == ["10:00", "10:30", "11:00", "11:30"]


def test_a_visit_lies_in_opening_hours_even_where_the_shift_is_longer() -> None:
    practice = a_practice(locations=(a_location(hours="09:00-10:00"),))

    assert starts(slots(practice)) == ["09:00", "09:30"]


def test_nobody_is_offered_in_a_break() -> None:
    practice = a_practice(practitioners=(a_practitioner(shifts=(a_shift("10:00-13:00", breaks=["11:15-11:40"]),)),))

    assert starts(slots(practice)) == ["10:00", "10:30", "12:00", "12:30"]


def test_whoever_is_known_to_be_elsewhere_is_offered_no_time_meanwhile() -> None:
    visitor = Visitor(elsewhere=(at("2026-05-28 10:40", minutes=30),))

    found = find_slots(
        hours("10:00-12:00"), service=PEEL, within=THURSDAY, busy=[], now=THURSDAY.start, visitor=visitor
    )

    assert starts(found) == ["10:00", "11:30"]


def test_nobody_is_offered_while_away_and_the_last_day_is_away_too() -> None:
    day = THURSDAY.start.date()
    practice = a_practice(practitioners=(a_practitioner(away=((day - timedelta(days=2), day),)),))

    assert slots(practice) == []


def test_a_closed_day_has_no_times() -> None:
    day = THURSDAY.start.date()
    practice = a_practice(locations=(a_location(closures={day: "Staff training"}),))

    assert slots(practice) == []


def test_a_service_that_the_practice_books_itself_has_no_times() -> None:
    practice = a_practice(services=(a_service(bookable=False),))

    assert slots(practice) == []


def test_only_a_qualified_practitioner_is_offered() -> None:
    doctor = a_practitioner("omar", roles=frozenset({"physician"}))
    practice = a_practice(practitioners=(doctor, a_practitioner("dana")))

    assert {slot.practitioner for slot in slots(practice)} == {"dana"}


def test_a_practitioner_asked_for_is_the_only_one_found() -> None:
    practice = a_practice(practitioners=(a_practitioner("dana"), a_practitioner("kim")), rooms=(a_room(capacity=2),))

    found = find_slots(practice, service=PEEL, within=THURSDAY, busy=[], now=EARLY, practitioner=PractitionerId("kim"))

    assert {slot.practitioner for slot in found} == {"kim"}


def test_a_practitioner_who_may_not_give_the_service_is_not_found_when_asked_for() -> None:
    practice = a_practice(
        practitioners=(a_practitioner("dana"), a_practitioner("omar", roles=frozenset({"physician"})))
    )

    found = find_slots(practice, service=PEEL, within=THURSDAY, busy=[], now=EARLY, practitioner=PractitionerId("omar"))

    assert found == []


def test_a_visit_of_somebody_else_takes_its_time_and_no_more() -> None:
    practice = hours("10:00-12:00")

    found = slots(practice, busy_person("dana", at("2026-05-28 10:30", minutes=30)))

    assert starts(found) == ["10:00", "11:00", "11:30"]


def test_a_visit_that_ends_a_second_late_takes_the_next_start() -> None:
    practice = hours("10:00-12:00")
    late = Period(start=moment("2026-05-28 10:00"), end=moment("2026-05-28 10:30:01"))

    assert starts(slots(practice, busy_person("dana", late))) == ["11:00", "11:30"]


def test_clean_up_holds_the_room_and_leaves_the_practitioner_free() -> None:
    practice = a_practice(
        practitioners=(a_practitioner(shifts=(a_shift("10:00-12:00"),)),),
        rooms=(a_room("room-1"), a_room("room-2")),
        services=(a_service(after=15),),
    )
    first = slots(practice)[0]

    second = slots(practice, list(first.claims))[0]

    assert first.claims == (
        *busy_person("dana", at("2026-05-28 10:00", minutes=30), location="here"),
        *busy_room("room-1", at("2026-05-28 10:00", minutes=45)),
    )
    assert second.during == at("2026-05-28 10:30", minutes=30)
    assert second.room == "room-2"


def test_set_up_needs_the_room_before_the_visit() -> None:
    practice = a_practice(
        practitioners=(a_practitioner(shifts=(a_shift("10:00-12:00"),)),), services=(a_service(before=15),)
    )

    found = slots(practice, busy_room("room-1", at("2026-05-28 10:15", minutes=10)))

    assert starts(found) == ["11:00", "11:30"]


def test_buffers_may_lie_outside_opening_hours() -> None:
    practice = a_practice(locations=(a_location(hours="09:00-10:00"),), services=(a_service(before=30, after=30),))

    assert starts(slots(practice)) == ["09:00", "09:30"]


def test_a_room_of_another_kind_or_another_location_does_not_serve() -> None:
    practice = a_practice(
        locations=(a_location("here"), a_location("there")),
        rooms=(a_room("room-1", kinds=["consultation"]), a_room("room-2", location="there")),
    )

    assert slots(practice) == []


def test_a_room_for_two_takes_the_second_visit_in_its_second_lane() -> None:
    practice = a_practice(practitioners=(a_practitioner("dana"), a_practitioner("kim")), rooms=(a_room(capacity=2),))
    first = slots(practice)[0]

    second = next(slot for slot in slots(practice, list(first.claims)) if slot.during == first.during)

    assert second.claims[1] == Claim(subject=Subject.ROOM, id="room-1", during=first.during, lane=2)
    assert starts(slots(practice, [*first.claims, *second.claims]))[0] == "09:30"


def test_a_claim_in_a_lane_that_the_room_does_not_have_holds_the_whole_room() -> None:
    practice = a_practice(
        practitioners=(a_practitioner(shifts=(a_shift("10:00-11:00"),)),), rooms=(a_room(capacity=2),)
    )

    found = slots(practice, busy_room("room-1", at("2026-05-28 10:00", minutes=30), lane=0))

    assert starts(found) == ["10:30"]


def test_a_service_without_a_room_is_given_without_one() -> None:
    practice = a_practice(rooms=(), services=(a_service(room_kinds=frozenset()),))

    first = slots(practice)[0]

    assert first.room is None
    assert [claim.subject for claim in first.claims] == [Subject.PRACTITIONER]


def test_each_device_kind_needs_a_free_device_with_buffers() -> None:
    practice = a_practice(
        practitioners=(a_practitioner(shifts=(a_shift("10:00-12:00"),)),),
        devices=(a_device("laser-1"), a_device("laser-2"), a_device("cooler-1", kind="cooler")),
        services=(a_service(device_kinds=("laser", "cooler"), after=10),),
    )

    found = slots(practice, busy_device("laser-1", at("2026-05-28 10:35", minutes=10)))

    assert [(start, slot.devices) for start, slot in zip(starts(found), found, strict=True)] == [
        ("10:00", ("laser-2", "cooler-1")),
        ("10:30", ("laser-2", "cooler-1")),
        ("11:00", ("laser-1", "cooler-1")),
        ("11:30", ("laser-1", "cooler-1")),
    ]


def test_two_devices_of_one_kind_are_two_devices() -> None:
    practice = a_practice(
        practitioners=(a_practitioner(shifts=(a_shift("10:00-11:00"),)),),
        devices=(a_device("laser-1"), a_device("laser-2")),
        services=(a_service(device_kinds=("laser", "laser")),),
    )

    found = slots(practice, busy_device("laser-2", at("2026-05-28 10:00", minutes=30)))

    assert [(slot.devices, slot.during.start) for slot in found] == [
        (("laser-1", "laser-2"), moment("2026-05-28 10:30"))
    ]


def test_a_device_fixed_in_a_room_is_used_in_that_room() -> None:
    practice = a_practice(
        rooms=(a_room("room-1"), a_room("room-2")),
        devices=(a_device("laser-1", fixed_in="room-2"),),
        services=(a_service(device_kinds=("laser",)),),
    )

    found = slots(practice, busy_room("room-2", at("2026-05-28 09:00", minutes=60)))

    assert starts(found)[0] == "10:00"
    assert {slot.room for slot in found} == {"room-2"}


def test_a_practitioner_with_a_length_of_their_own_has_it() -> None:
    practice = a_practice(
        practitioners=(a_practitioner(shifts=(a_shift("10:00-11:30"),)),),
        services=(a_service(minutes=30, lengths={PractitionerId("dana"): timedelta(minutes=60)}),),
    )

    found = slots(practice)

    assert starts(found) == ["10:00", "10:30"]
    assert {slot.during.length for slot in found} == {timedelta(minutes=60)}


def test_the_lead_time_is_kept_and_so_is_the_horizon() -> None:
    practice = a_practice(
        policies=Policies(lead_time=timedelta(hours=2), horizon=timedelta(hours=3), grid=timedelta(minutes=30))
    )

    found = find_slots(practice, service=PEEL, within=THURSDAY, busy=[], now=moment("2026-05-28 10:10"))

    assert starts(found) == ["12:30", "13:00"]


def test_two_shifts_that_touch_are_one_stretch_of_work() -> None:
    practice = a_practice(practitioners=(a_practitioner(shifts=(a_shift("10:00-10:40"), a_shift("10:40-11:00"))),))

    assert starts(slots(practice)) == ["10:00", "10:30"]


def test_alternating_weeks_are_worked_every_other_week() -> None:
    shift = a_shift(weekdays=frozenset({Weekday.THURSDAY}), first=moment("2026-05-21 00:00").date(), every_weeks=2)
    practice = a_practice(practitioners=(a_practitioner(shifts=(shift,)),))

    found = slots(practice, within=at("2026-05-21 00:00", minutes=21 * 24 * 60))

    assert {wall(slot.during.start, CHICAGO).day for slot in found} == {21, 4}


def test_somebody_with_a_lighter_day_stands_first_among_equal_starts() -> None:
    practice = a_practice(practitioners=(a_practitioner("dana"), a_practitioner("kim")), rooms=(a_room(capacity=2),))

    found = slots(practice, busy_person("dana", at("2026-05-28 15:00", minutes=30)))

    assert [slot.practitioner for slot in found if slot.during.start == moment("2026-05-28 09:00")] == ["kim", "dana"]


def test_the_load_of_another_day_does_not_count() -> None:
    practice = a_practice(practitioners=(a_practitioner("dana"), a_practitioner("kim")), rooms=(a_room(capacity=2),))

    found = slots(practice, busy_person("dana", at("2026-05-29 15:00", minutes=300)))

    assert [slot.practitioner for slot in found][:2] == ["dana", "kim"]


def test_a_location_asked_for_is_the_only_one_found() -> None:
    person = a_practitioner(shifts=(a_shift("09:00-12:00"), a_shift("13:00-15:00", location="there")))
    practice = a_practice(
        locations=(a_location("here"), a_location("there")),
        practitioners=(person,),
        rooms=(a_room("room-1"), a_room("room-2", location="there")),
    )

    found = find_slots(practice, service=PEEL, within=THURSDAY, busy=[], now=EARLY, location=LocationId("there"))

    assert starts(found) == ["13:00", "13:30", "14:00", "14:30"]
    assert {(slot.location, slot.room) for slot in found} == {("there", "room-2")}


def test_a_visit_lies_wholly_in_the_time_asked_for() -> None:
    found = slots(a_practice(), within=at("2026-05-28 10:10", minutes=60))

    assert starts(found) == ["10:30"]


def test_a_service_nobody_knows_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="tattoo"):
        find_slots(a_practice(), service=ServiceId("tattoo"), within=THURSDAY, busy=[], now=EARLY)


def night(day: str, *, of: str = "00:00-04:00", zone: str = "America/Chicago", grid: int = 30) -> list[str]:
    place = ZoneInfo(zone)
    practice = a_practice(
        locations=(a_location(hours="00:00-24:00", zone=place),),
        practitioners=(a_practitioner(shifts=(a_shift(of),)),),
        policies=Policies(lead_time=timedelta(0), grid=timedelta(minutes=grid)),
    )
    return starts(slots(practice, within=at(f"{day} 00:00", minutes=12 * 60, zone=place)), place)


def test_the_hour_that_spring_skips_has_no_times() -> None:
    assert night("2026-03-08") == ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30"]


def test_the_hour_that_autumn_shows_twice_has_its_times_twice() -> None:
    found = night("2026-11-01")

    assert found == ["00:00", "00:30", "01:00", "01:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]


def test_a_clock_changed_by_half_an_hour_keeps_the_grid_on_the_wall() -> None:
    forward = night("2026-10-04", zone="Australia/Lord_Howe", grid=60)
    back = night("2026-04-05", zone="Australia/Lord_Howe", grid=60)

    assert forward == ["00:00", "01:00", "03:00"]
    assert back == ["00:00", "01:00", "02:00", "03:00"]


def test_a_night_that_begins_at_one_is_a_day_like_others() -> None:
    assert night("2026-09-06", of="00:00-03:00", zone="America/Santiago") == ["01:00", "01:30", "02:00", "02:30"]


def test_a_zone_a_quarter_off_keeps_the_grid_of_its_own_clock() -> None:
    assert night("2026-05-28", of="10:00-11:00", zone="Asia/Kathmandu") == ["10:00", "10:30"]


def test_a_grid_that_does_not_divide_the_day_begins_anew_at_midnight() -> None:
    practice = a_practice(
        locations=(a_location(hours="00:00-24:00"),),
        practitioners=(a_practitioner(shifts=(a_shift("00:00-24:00"),)),),
        policies=Policies(lead_time=timedelta(0), grid=timedelta(minutes=50)),
    )

    found = starts(slots(practice, within=at("2026-05-28 22:00", minutes=240)))

    assert found == ["22:30", "23:20", "00:00", "00:50"]


def test_hours_in_two_stretches_leave_the_lunch_between_them_out() -> None:
    split = {day: (clock("09:00-10:00"), clock("13:00-14:00")) for day in Weekday}
    practice = a_practice(locations=(a_location(hours=split),))

    assert starts(slots(practice)) == ["09:00", "09:30", "13:00", "13:30"]
