"""A desk and a simulated site: found, booked, moved, cancelled, confirmed, noted, on good days."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.systems.mindbody import a_desk as desks
from tests.systems.mindbody.a_desk import (
    BOOKING,
    BOTOX,
    CAMERON,
    CHANGING,
    DANA,
    LAKESIDE,
    LENA,
    MARIA,
    ROBIN,
    WRITTEN,
    a_desk,
    a_slot,
    at,
    at_the_lake,
    day_of,
    with_service,
)

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.ports.system import Booked, Cancelled, Missing, Moved, System, Taken
from frontdesk.systems.mindbody import simulator_example as example
from frontdesk.systems.mindbody.system import Mindbody
from frontdesk.wire.foreign import Unreadable

WEDNESDAY = day_of("2026-03-04")


async def test_it_is_a_system() -> None:
    async with a_desk() as desk:
        system: System = desk.system

    assert isinstance(system, Mindbody)


@pytest.mark.parametrize(
    ("changed", "numbers", "says"),
    [
        ({}, {"services": {"laser": 44}}, "no session type"),
        ({"assistants": ("nurse",)}, {}, "needs an assistant"),
        ({"device_kinds": ("laser",)}, {}, "needs a device"),
        ({"room_kinds": frozenset({"theatre"})}, {}, "No room that fits"),
    ],
)
async def test_a_service_that_cannot_be_booked_says_what_a_person_must_do(
    changed: dict[str, object], numbers: dict[str, object], says: str
) -> None:
    async with a_desk(practice=with_service(**changed), numbers={**WRITTEN, **numbers}) as desk:
        with pytest.raises(NotPermitted, match=says):
            await desk.slots(WEDNESDAY)
        with pytest.raises(NotPermitted, match=says):
            await desk.book()

        assert desk.asked(BOOKING) == []


async def test_a_site_without_rooms_is_booked_without_one() -> None:
    numbers = {name: listed for name, listed in WRITTEN.items() if name != "rooms"}
    async with a_desk(numbers=numbers) as desk:
        slot = (await desk.slots(WEDNESDAY))[0]
        visit = await desk.booked(slot)

        assert slot.room is None
        assert (await desk.visit(visit))["Resources"] == []


async def test_nothing_is_held_and_nothing_is_given_back() -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="hold it on the desk's own side"):
            await desk.system.hold(a_slot(), key="hold:1", until=desk.hands.now)
        await desk.system.release(AppointmentId("hold:1"))

        assert desk.simulator.heard == []


async def test_a_booked_visit_stands_in_the_book_as_it_was_told() -> None:
    async with a_desk() as desk:
        outcome = await desk.book()
        [row] = await desk.standing_at(a_slot())

    assert isinstance(outcome, Booked)
    assert (row["ClientId"], row["StaffId"], row["LocationId"], row["SessionTypeId"]) == ("100000011", 77, 1, 42)
    assert (row["StartDateTime"], row["EndDateTime"]) == ("2026-03-05T10:30:00", "2026-03-05T11:15:00")
    assert [one["Id"] for one in row["Resources"]] == [example.ROOM_A]
    visit = outcome.appointment
    assert (visit.id, visit.during, visit.status) == (str(row["Id"]), a_slot().during, Status.BOOKED)
    assert (visit.practitioner, visit.room, visit.patient) == (DANA, desks.ROOM_A, ROBIN.id)


async def test_a_length_of_our_own_is_kept() -> None:
    async with a_desk(practice=with_service(lengths={DANA: timedelta(minutes=20)})) as desk:
        slot = (await desk.slots(WEDNESDAY, practitioner=DANA))[0]
        row = await desk.visit(await desk.booked(slot))

    assert (row["StartDateTime"], row["EndDateTime"]) == ("2026-03-04T09:00:00", "2026-03-04T09:20:00")


async def test_a_new_patient_gets_a_file_and_a_known_one_keeps_theirs() -> None:
    async with a_desk() as desk:
        await desk.booked(a_slot(at("2026-03-05 10:30")), MARIA, key="1")
        await desk.booked(a_slot(at("2026-03-06 10:30")), MARIA, key="2")
        await desk.booked(a_slot(at("2026-03-09 10:30")), CAMERON, key="3")
        [file] = await desk.clients(SearchText="Gonzalez")

        assert (file["MobilePhone"], file["BirthDate"]) == ("3035550147", "1988-04-09T00:00:00")
        assert desk.charts.kept == {MARIA.id: str(file["UniqueId"]), CAMERON.id: "100000014"}
        [cameron] = await desk.standing_at(a_slot(at("2026-03-09 10:30")))
        assert cameron["ClientId"] == "VIP-7"
        assert len(desk.asked("POST /client/addclient")) == 1


@pytest.mark.parametrize("who", [DANA, LENA])
async def test_no_file_is_opened_for_a_time_that_is_gone(who: object) -> None:
    slot = a_slot() if who == DANA else at_the_lake("2026-03-05 09:00")
    async with a_desk() as desk:
        await desk.booked(slot, CAMERON, key="other")
        outcome = await desk.book(slot, MARIA)

        assert isinstance(outcome, Taken)
        assert desk.asked("POST /client/addclient") == []
        assert await desk.clients(SearchText="Gonzalez") == []


async def test_a_room_that_somebody_else_has_is_taken() -> None:
    async with a_desk() as desk:
        desk.simulator.front_desk.book(
            client=example.AVERY,
            staff=example.RAVI,
            session_type=example.LASER_FACE,
            location=example.DOWNTOWN,
            at="2026-03-05T10:30:00",
            resources=(example.ROOM_A,),
        )
        outcome = await desk.book()

    assert outcome == Taken(by=desks.Subject.ROOM)


async def test_a_time_that_the_clock_shows_twice_is_not_booked() -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="the clock is changed"):
            await desk.book(a_slot(at("2026-11-01 01:15")))

        assert desk.asked(BOOKING) == []


async def test_who_or_where_without_a_number_is_for_a_person() -> None:
    async with a_desk(numbers={**WRITTEN, "staff": {"ravi": 78}}) as desk:
        with pytest.raises(NotPermitted, match="dana or downtown has no number"):
            await desk.book()


async def test_a_visit_is_moved_in_place_and_once() -> None:
    new = a_slot(at("2026-03-06 14:00"))
    async with a_desk() as desk:
        visit = await desk.booked()
        first = await desk.system.move(visit, new, key="move:1", held=None)
        again = await desk.system.move(visit, new, key="move:1", held=None)

        assert isinstance(first, Moved)
        assert first == again
        assert (first.appointment.id, first.appointment.during) == (visit, new.during)
        assert await desk.standing_at(a_slot()) == []
        assert len(desk.asked(CHANGING)) == 1


async def test_a_visit_stays_where_it_is_when_the_new_time_is_taken() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        await desk.booked(a_slot(at("2026-03-06 14:00")), CAMERON, key="other")
        outcome = await desk.system.move(visit, a_slot(at("2026-03-06 14:15")), key="move:1", held=None)

        assert outcome == Taken(by=desks.Subject.PRACTITIONER)
        assert len(await desk.standing_at(a_slot())) == 1


async def test_a_visit_stays_where_it_is_when_mindbody_refuses_the_new_time() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        outcome = await desk.system.move(visit, a_slot(at("2026-03-05 18:00")), key="move:1", held=None)

        assert outcome == Taken(by=desks.Subject.PRACTITIONER)
        assert len(await desk.standing_at(a_slot())) == 1


async def test_a_visit_is_moved_over_its_own_time() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        outcome = await desk.system.move(visit, a_slot(at("2026-03-05 10:45")), key="move:1", held=None)

    assert isinstance(outcome, Moved)


async def test_to_another_location_a_visit_is_booked_anew_and_cancelled_here_once() -> None:
    new = replace(at_the_lake("2026-03-06 09:00"), service=BOTOX)
    async with a_desk() as desk:
        visit = await desk.booked()
        first = await desk.system.move(visit, new, key="move:1", held=None)
        again = await desk.system.move(visit, new, key="move:1", held=None)

        assert isinstance(first, Moved)
        assert first == again
        assert first.appointment.id != visit
        assert (first.appointment.location, first.appointment.patient) == (LAKESIDE, ROBIN.id)
        assert await desk.standing_at(a_slot()) == []
        assert len(await desk.standing_at(new)) == 1


async def test_to_another_location_that_is_taken_nothing_is_moved() -> None:
    new = replace(at_the_lake("2026-03-06 09:00"), service=BOTOX)
    async with a_desk() as desk:
        visit = await desk.booked()
        await desk.booked(new, CAMERON, key="other")
        outcome = await desk.system.move(visit, new, key="move:1", held=None)

        assert isinstance(outcome, Taken)
        assert len(await desk.standing_at(a_slot())) == 1


async def test_what_is_not_booked_any_more_is_not_moved() -> None:
    new = a_slot(at("2026-03-06 14:00"))
    async with a_desk() as desk:
        cancelled, arrived = await desk.booked(), await desk.booked(a_slot(at("2026-03-05 14:00")), CAMERON, key="2")
        desk.simulator.front_desk.cancel(int(cancelled))
        desk.simulator.front_desk.mark_arrived(int(arrived))

        assert await desk.system.move(cancelled, new, key="1", held=None) == Missing()
        assert await desk.system.move(AppointmentId("999999"), new, key="2", held=None) == Missing()
        with pytest.raises(Refused, match="the patient has come"):
            await desk.system.move(arrived, new, key="3", held=None)


async def test_a_cancelled_visit_stands_no_more_and_tells_staff_why() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        first = await desk.system.cancel(visit, reason=Cancellation.PATIENT_FEELS_BETTER)
        again = await desk.system.cancel(visit, reason=Cancellation.PATIENT_FEELS_BETTER)
        row = await desk.visit(visit)
        back = await desk.slots(day_of("2026-03-05"), practitioner=DANA)

        assert first == again
        assert isinstance(first, Cancelled)
        assert (first.appointment.status, first.appointment.reason) == (
            Status.CANCELLED,
            Cancellation.PATIENT_FEELS_BETTER,
        )
        assert row["Status"] == "Cancelled"
        assert "patient feels better" in row["Notes"]
        assert a_slot().during in [one.during for one in back]


async def test_a_site_on_which_cancelling_does_nothing_is_for_staff() -> None:
    async with a_desk(replace(example.example_world(), ignores_cancel=True)) as desk:
        visit = await desk.booked()
        with pytest.raises(Refused, match=r"it still stands\. Staff must"):
            await desk.system.cancel(visit, reason=Cancellation.PATIENT)

        assert len(await desk.standing_at(a_slot())) == 1


async def test_a_visit_that_has_taken_place_is_not_cancelled() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        done = {"AppointmentId": int(visit), "Execute": "complete"}
        assert (await desk.staff.post("/appointment/updateappointment", json=done)).status_code == 200
        with pytest.raises(Refused, match="has taken place"):
            await desk.system.cancel(visit, reason=Cancellation.PATIENT)


@pytest.mark.parametrize("id", ["999999", "not-a-number", "", "٣", "-1"])
async def test_what_is_no_visit_is_missing(id: str) -> None:
    async with a_desk() as desk:
        assert await desk.system.read(AppointmentId(id)) == Missing()
        assert await desk.system.cancel(AppointmentId(id), reason=Cancellation.PATIENT) == Missing()
        assert await desk.system.confirm(AppointmentId(id)) == Missing()
        assert not await desk.system.add_note(AppointmentId(id), "x", key="n")


async def test_what_staff_do_is_read() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        desk.simulator.front_desk.move(int(visit), at="2026-03-06T15:00:00")
        moved = await desk.system.read(visit)
        desk.simulator.front_desk.mark_arrived(int(visit))
        arrived = await desk.system.read(visit)
        desk.simulator.front_desk.mark_missed(int(visit))
        missed = await desk.system.read(visit)

    assert not isinstance(moved, Missing)
    assert not isinstance(arrived, Missing)
    assert not isinstance(missed, Missing)
    assert (moved.during.start, moved.patient) == (at("2026-03-06 15:00").start, ROBIN.id)
    assert (arrived.status, missed.status) == (Status.ARRIVED, Status.NOSHOW)


async def test_a_visit_of_nobody_we_know_is_read_without_a_patient() -> None:
    async with a_desk() as desk:
        found = await desk.system.read(AppointmentId("301"))

    assert not isinstance(found, Missing)
    assert found.patient is None


async def test_the_visits_of_patients_come_soonest_first_and_cancelled_ones_too() -> None:
    async with a_desk() as desk:
        late = await desk.booked(a_slot(at("2026-03-10 10:30")), key="1")
        soon = await desk.booked(a_slot(at("2026-03-05 10:30")), CAMERON, key="2")
        await desk.system.cancel(soon, reason=Cancellation.PATIENT)
        found = await desk.system.appointments_of([ROBIN.id, CAMERON.id, PatientId(UUID(int=9))])

    assert [(one.id, one.patient) for one in found if one.id in {late, soon}] == [
        (soon, CAMERON.id),
        (late, ROBIN.id),
    ]
    assert {one.patient for one in found} == {ROBIN.id, CAMERON.id}
    assert [one.during for one in found] == sorted(one.during for one in found)


async def test_nothing_is_asked_for_patients_without_files() -> None:
    async with a_desk() as desk:
        assert await desk.system.appointments_of([MARIA.id]) == []

        assert desk.simulator.heard == []


async def test_a_visit_is_confirmed_once() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        first = await desk.system.confirm(visit)
        again = await desk.system.confirm(visit)

        assert first == again
        assert (await desk.visit(visit))["Status"] == "Confirmed"
        assert len(desk.asked(CHANGING)) == 1
        desk.simulator.front_desk.cancel(int(visit))
        with pytest.raises(Refused, match="not booked, or not any more"):
            await desk.system.confirm(visit)


async def test_a_line_is_added_to_a_note_once_and_what_stood_there_stays() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        await desk.system.add_note(visit, "Comes with\n a wheelchair", key="n1")
        for _ in range(2):
            assert await desk.system.add_note(visit, "Prefers mornings", key="n2")
        note, row = (await desk.visit(visit))["Notes"], await desk.visit(visit)

        assert [line.partition(" [")[0] for line in note.splitlines()] == [
            "Comes with a wheelchair",
            "Prefers mornings",
        ]
        assert row["EndDateTime"] == "2026-03-05T11:15:00"
        with pytest.raises(Refused, match="without words"):
            await desk.system.add_note(visit, " \n", key="n3")


async def test_a_note_of_a_cancelled_visit_is_refused() -> None:
    async with a_desk() as desk:
        visit = await desk.booked()
        desk.simulator.front_desk.cancel(int(visit))
        with pytest.raises(Refused):
            await desk.system.add_note(visit, "too late", key="n1")


async def test_the_catalogue_lists_what_can_be_mapped() -> None:
    async with a_desk() as desk:
        listed = await desk.system.catalogue()

    assert [(one.number, one.name) for one in listed.locations] == [("1", "Downtown"), ("2", "Lakeside")]
    assert [one.name for one in listed.practitioners] == ["Dana Placeholder", "Ravi Specimen", "Lena Mockup"]
    assert [one.name for one in listed.rooms] == ["Room A", "Laser room", "Lake room"]
    services = {one.name: one for one in listed.services}
    assert "Stretching class" not in services
    assert services["Filler"].length == timedelta(minutes=60)
    assert services["Filler"].lengths == {"77": timedelta(minutes=75)}
    assert services["Laser, face"].practitioners == ("78", "79")
    assert (services["Botox"].bookable, services["Quick peel"].bookable) == (True, False)
    assert listed.payers == ()


async def test_a_login_that_may_not_see_pay_rates_does_not_say_who_does_what() -> None:
    async with a_desk(login=example.READER) as desk:
        listed = await desk.system.catalogue()

    assert {one.practitioners for one in listed.services} == {None}
    assert {one.length for one in listed.services if one.name == "Botox"} == {timedelta(minutes=45)}


async def test_a_login_that_may_only_read_books_nothing() -> None:
    async with a_desk(login=example.READER) as desk:
        with pytest.raises(NotPermitted, match="lacks a permission"):
            await desk.book()

        assert await desk.standing_at(a_slot()) == []


async def test_a_site_on_another_clock_than_the_practice_is_for_a_person() -> None:
    async with a_desk(replace(example.example_world(), time_zone="Central Standard Time")) as desk:
        with pytest.raises(NotPermitted, match="America/Chicago"):
            await desk.slots(WEDNESDAY)


async def test_the_site_s_clock_is_asked_for_once() -> None:
    async with a_desk(replace(example.example_world(), time_zone="Mountain Standard Time")) as desk:
        for _ in range(3):
            await desk.slots(WEDNESDAY)

        assert len(desk.asked("GET /site/sites")) == 1


@pytest.mark.parametrize(
    ("settings", "says"), [({"site": "glow"}, "systems.mindbody.site"), ({"username": ""}, "username")]
)
def test_settings_that_cannot_be_ones_are_told_at_once(settings: dict[str, str], says: str) -> None:
    whole = {"api_key": "k", "site": "-99", "username": "u", "password": "p"} | settings

    with pytest.raises(Impossible, match=says):
        desks.open_only(whole)


def test_an_address_that_would_carry_patients_in_the_open_is_refused() -> None:
    whole = {"address": "http://api.mindbody.example", "api_key": "k", "site": "1", "username": "u", "password": "p"}

    with pytest.raises(NotPermitted, match="https"):
        desks.open_only(whole)


async def test_a_visit_at_a_location_that_is_not_ours_is_reported_and_not_guessed() -> None:
    numbers = {**WRITTEN, "locations": {"downtown": 1}}
    async with a_desk(numbers=numbers) as desk:
        with pytest.raises(Unreadable, match="appointment 304"):
            await desk.system.read(AppointmentId("304"))
