"""A desk and the simulated business: found, held, booked, given way, cancelled, read."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.systems.boulevard.a_desk import (
    CONSULTATION,
    DANA,
    DOWNTOWN,
    FILLER,
    LAKESIDE,
    LASER,
    LENA,
    NEUROTOXIN,
    NEW,
    NOW,
    NUMBERS,
    RAVI,
    RILEY,
    TOUCH_UP,
    ZONE,
    a_desk,
    a_practice,
    told,
)

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.ids import AppointmentId, PractitionerId, ServiceId
from frontdesk.domain.practice import Policies
from frontdesk.ports.abilities import (
    ConfirmsVisits,
    FindsPatients,
    HearsNotices,
    ListsCatalogue,
    MarksVisits,
    TakesNotes,
    TellsChanges,
    UpdatesPatients,
)
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, System, Taken
from frontdesk.proving.simulator_transport import Application, InProcess
from frontdesk.systems.boulevard import simulator_example as example
from frontdesk.systems.boulevard.simulator_rows import urn
from frontdesk.systems.boulevard.simulator_world import does, location, service, shift, staff
from frontdesk.systems.manifest import Ability, connector


async def test_it_is_a_system_with_the_abilities_of_its_manifest() -> None:
    manifest, _ = connector("boulevard")
    async with a_desk() as desk:
        system: System = desk.system
        for port in (ListsCatalogue, FindsPatients, UpdatesPatients, ConfirmsVisits, MarksVisits, TakesNotes):
            assert isinstance(system, port)
        assert isinstance(system, TellsChanges)
        assert isinstance(system, HearsNotices)

    assert {Ability.HOLD, Ability.RESCHEDULE} <= set(manifest.can)
    assert set(manifest.cannot) == {Ability.BUSY, Ability.DOCUMENT, Ability.COVERAGE}


async def test_what_is_free_is_what_boulevard_shows_with_each_who_does_it() -> None:
    async with a_desk() as desk:
        found = await desk.slots(NEUROTOXIN, day="2026-03-03")

    by_person = {person: [told(one) for one in found if one.practitioner == person] for person in (DANA, LENA)}
    assert by_person[DANA][:4] == ["09:00", "09:15", "09:30", "10:30"]
    assert "10:15" not in by_person[DANA]
    assert by_person[LENA][0] == "08:00"
    assert {(one.practitioner, one.location, one.during.length) for one in found} == {
        (DANA, DOWNTOWN, timedelta(minutes=30)),
        (LENA, LAKESIDE, timedelta(minutes=45)),
    }


async def test_slots_come_soonest_first_and_name_no_room() -> None:
    async with a_desk() as desk:
        found = await desk.slots(CONSULTATION, days=5)

    assert [one.during.start for one in found] == sorted(one.during.start for one in found)
    assert {one.room for one in found} == {None}
    assert all([claim.id for claim in one.claims] == [one.practitioner] for one in found)


async def test_only_the_practitioner_and_the_place_asked_for_are_found() -> None:
    async with a_desk() as desk:
        ravi = await desk.slots(CONSULTATION, practitioner=RAVI)
        lake = await desk.slots(CONSULTATION, location=LAKESIDE)
        neither = await desk.slots(CONSULTATION, practitioner=RAVI, location=LAKESIDE)

    assert {one.practitioner for one in ravi} == {RAVI}
    assert {one.location for one in lake} == {LAKESIDE}
    assert neither == []


async def test_the_practices_own_rules_hold_as_well() -> None:
    practice = a_practice(Policies(lead_time=timedelta(days=30)))
    dana = replace(practice.practitioners[0], roles=frozenset({"consults"}))

    async with a_desk(practice=practice) as desk:
        assert await desk.slots() == []
    async with a_desk(practice=replace(a_practice(), practitioners=(dana, *practice.practitioners[1:]))) as desk:
        assert {one.practitioner for one in await desk.slots()} == {LENA}


async def test_every_slot_found_can_be_booked_as_it_stands() -> None:
    async with a_desk() as desk:
        for number, slot in enumerate((await desk.slots(CONSULTATION, days=3))[::12]):
            booked = await desk.book(slot, key=f"book:{number}")

            assert isinstance(booked, Booked)
            assert (booked.appointment.during, booked.appointment.practitioner) == (slot.during, slot.practitioner)
            assert (booked.appointment.location, booked.appointment.service) == (slot.location, slot.service)


async def test_a_service_that_is_booked_online_at_one_place_is_found_there() -> None:
    async with a_desk() as desk:
        found = await desk.slots(FILLER, days=4)

    assert {(one.practitioner, one.location, one.during.length) for one in found} == {
        (DANA, DOWNTOWN, timedelta(minutes=75))
    }


@pytest.mark.parametrize(
    ("wanted", "says"), [(TOUCH_UP, "not booked online"), (ServiceId("peel"), "no id"), (LASER, "has no service")]
)
async def test_a_service_that_cannot_be_booked_says_what_a_person_must_do(wanted: ServiceId, says: str) -> None:
    practice = a_practice()
    practice = replace(practice, services=(*practice.services, replace(practice.services[0], id=ServiceId("peel"))))
    numbers = replace(NUMBERS, services={**NUMBERS.services, LASER: "urn:blvd:Service:gone"})

    async with a_desk(practice=practice, numbers=numbers) as desk:
        with pytest.raises(NotPermitted, match=says):
            await desk.slots(wanted)


async def test_a_business_that_wants_a_card_offers_nothing() -> None:
    world = example.example_world()
    world = replace(world, locations=(location(1, "Downtown", payment_required=True), world.locations[1]))

    async with a_desk(world) as desk:
        with pytest.raises(NotPermitted, match="wants a card"):
            await desk.slots()


async def test_a_service_where_nobody_can_be_chosen_is_not_offered() -> None:
    world = example.example_world()
    plain = service(2, "Neurotoxin 30", 30, 35000, category=1, online=(example.DOWNTOWN,), no_preference=True)
    others = [one for one in world.services if one["id"] != plain["id"]]

    async with a_desk(replace(world, services=(plain, *others))) as desk:
        with pytest.raises(NotPermitted, match="cannot be told who"):
            await desk.slots()


@dataclass
class Rounds:
    """Counts how often the desk waits for the other side: a request that leaves while none is on its way begins one."""

    calls: int = 0
    rounds: int = 0
    under_way: int = 0

    def carrying(self, application: Application) -> InProcess:
        counts = self

        class Counting(InProcess):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                counts.calls += 1
                counts.rounds += counts.under_way == 0
                counts.under_way += 1
                try:
                    answer = await super().handle_async_request(request)
                    await asyncio.sleep(0.02)  # so that those that leave together are on their way together
                finally:
                    counts.under_way -= 1
                return answer

        return Counting(application)


async def test_twenty_people_and_two_weeks_are_four_rounds_of_few_calls() -> None:
    practice, world, seen = a_practice(), example.example_world(), Rounds()
    numbers = range(1, 21)
    people = tuple(replace(practice.practitioners[0], id=PractitionerId(f"p{number}")) for number in numbers)
    world = replace(
        world,
        staff=tuple(
            staff(number, "P", f"{number}", does(example.NEUROTOXIN, 30, 100), places=(example.DOWNTOWN,))
            for number in numbers
        ),
        shifts=tuple(
            shift(
                100 * number + day, day, "09:00:00", "12:00:00", staff=urn("Staff", number), location=example.DOWNTOWN
            )
            for number in numbers
            for day in range(7)
        ),
        timeblocks=(),
        appointments=(),
    )
    theirs = replace(
        NUMBERS,
        locations={DOWNTOWN: example.DOWNTOWN},
        staff={person.id: urn("Staff", number) for number, person in enumerate(people, 1)},
    )

    async with a_desk(
        world, practice=replace(practice, practitioners=people), numbers=theirs, carried_by=seen.carrying
    ) as desk:
        found = await desk.slots(days=14)

    assert {one.practitioner for one in found} == {person.id for person in people}
    assert seen.rounds == 4
    assert seen.calls <= 12


async def test_a_time_is_held_for_one_given_back_and_held_again() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        first = await desk.system.hold(slot, key="hold:1", until=NOW)
        other = await desk.system.hold(slot, key="hold:2", until=NOW)
        offered = [told(one) for one in await desk.slots(practitioner=DANA)]
        assert isinstance(first, Held)
        await desk.system.release(first.appointment.id)
        again = await desk.system.hold(slot, key="hold:3", until=NOW)

    assert isinstance(other, Taken)
    assert "10:30" not in offered
    assert isinstance(again, Held)
    assert first.appointment.status is Status.PENDING
    assert first.appointment.held_until is not None
    assert first.appointment.held_until > NOW


async def test_the_same_hold_twice_is_one_hold() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        first = await desk.system.hold(slot, key="hold:1", until=NOW)
        desk.hands.turn(minutes=2)
        again = await desk.system.hold(slot, key="hold:1", until=NOW)

    assert isinstance(first, Held)
    assert isinstance(again, Held)
    assert again.appointment.id == first.appointment.id


async def test_a_hold_that_ran_out_is_booked_while_the_time_is_free() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        held = await desk.system.hold(slot, key="hold:1", until=NOW)
        assert isinstance(held, Held)
        desk.hands.turn(hours=2)
        booked = await desk.system.book(slot, patient=RILEY.id, key="book:1", held=held.appointment.id)

    assert isinstance(booked, Booked)


async def test_a_hold_that_ran_out_gives_way_to_whoever_came_between() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        held = await desk.system.hold(slot, key="hold:1", until=NOW)
        assert isinstance(held, Held)
        desk.hands.turn(hours=2)
        desk.simulator.front_desk.book(
            client=example.AVERY,
            staff=example.DANA,
            service=example.NEUROTOXIN,
            location=example.DOWNTOWN,
            at="2026-03-05T10:30:00",
        )
        booked = await desk.system.book(slot, patient=RILEY.id, key="book:1", held=held.appointment.id)

    assert isinstance(booked, Taken)
    assert len(desk.standing()) == 1


@pytest.mark.parametrize("held", ["", "not a cart", "urn:blvd:Cart:1", "urn:blvd:Cart:1|t_1", "9021"])
async def test_what_is_not_held_is_left_as_it_is(held: str) -> None:
    async with a_desk() as desk:
        await desk.system.release(AppointmentId(held))
        booked = await desk.system.book(await desk.slot(), patient=RILEY.id, key="book:1", held=AppointmentId(held))

    assert isinstance(booked, Booked)


async def test_a_visit_out_of_a_hold_is_the_patients_and_says_who_booked_it() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        held = await desk.system.hold(slot, key="hold:1", until=NOW)
        assert isinstance(held, Held)
        booked = await desk.system.book(slot, patient=RILEY.id, key="book:1", held=held.appointment.id)

    assert isinstance(booked, Booked)
    assert booked.appointment.patient == RILEY.id
    [row] = desk.standing()
    assert row["clientId"] == example.RILEY
    assert "Frontdesk" in str(row["notes"])


async def test_a_known_patient_is_booked_on_their_file_and_a_new_one_gets_one() -> None:
    async with a_desk() as desk:
        before = len(list(desk.simulator.business.clients))
        await desk.book(await desk.slot("10:30"), RILEY, key="book:1")
        await desk.book(await desk.slot("11:30"), NEW, key="book:2")
        await desk.book(await desk.slot("13:30"), NEW, key="book:3")

    whose = [row["clientId"] for row in desk.standing()]
    assert whose[0] == example.RILEY
    assert whose[1] == whose[2] == desk.charts.kept[NEW.id]
    assert len(list(desk.simulator.business.clients)) == before + 1


async def test_a_time_that_is_gone_opens_no_file() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        await desk.book(slot, RILEY)
        before = len(list(desk.simulator.business.clients))

        assert isinstance(await desk.book(slot, NEW, key="book:2"), Taken)

    assert len(list(desk.simulator.business.clients)) == before
    assert desk.charts.kept.get(NEW.id) is None


async def test_the_same_key_books_once_and_is_found_by_it() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        first, again = await desk.book(slot), await desk.book(slot)
        found = await desk.system.look_up(slot, patient=RILEY.id, key="book:1")
        other = await desk.system.look_up(await desk.slot("13:00"), patient=RILEY.id, key="book:2")
        stranger = await desk.system.look_up(slot, patient=NEW.id, key="book:1")

    assert first == again == Booked(appointment=found)  # type: ignore[arg-type]
    assert len(desk.standing()) == 1
    assert isinstance(other, Missing)
    assert isinstance(stranger, Missing)


async def test_a_visit_that_staff_moved_is_still_its_keys() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        booked = await desk.book(slot)
        assert isinstance(booked, Booked)
        desk.simulator.front_desk.move(booked.appointment.id, at="2026-03-06T15:00:00")
        again = await desk.book(slot)

    assert isinstance(again, Booked)
    assert again.appointment.id == booked.appointment.id
    assert told_at(again.appointment) == "2026-03-06 15:00"


async def test_a_visit_is_read_as_it_stands() -> None:
    async with a_desk() as desk:
        desk.charts.kept[RILEY.id] = example.RILEY
        found = await desk.system.read(AppointmentId(example.ON_WEDNESDAY))
        off = await desk.system.read(AppointmentId(example.CALLED_OFF))

    assert isinstance(found, Appointment)
    assert (found.service, found.practitioner, found.patient) == (LASER, RAVI, RILEY.id)
    assert told_at(found) == "2026-03-04 11:00"
    assert isinstance(off, Appointment)
    assert (off.status, off.reason) == (Status.CANCELLED, Cancellation.PATIENT)


@pytest.mark.parametrize("id", ["4711", "", "urn:blvd:Appointment:nobody", "urn:blvd:Client:1"])
async def test_what_is_no_visit_is_missing(id: str) -> None:
    async with a_desk() as desk:
        assert isinstance(await desk.system.read(AppointmentId(id)), Missing)
        assert isinstance(await desk.system.cancel(AppointmentId(id), reason=Cancellation.PATIENT), Missing)
        assert isinstance(await desk.system.confirm(AppointmentId(id)), Missing)
        assert not await desk.system.add_note(AppointmentId(id), "x", key="n")


async def test_a_patients_visits_are_listed_soonest_first_cancelled_ones_too() -> None:
    async with a_desk() as desk:
        late = await desk.book(await desk.slot("13:00"), key="book:1")
        early = await desk.book(await desk.slot("10:30"), key="book:2")
        assert isinstance(late, Booked)
        assert isinstance(early, Booked)
        await desk.system.cancel(late.appointment.id, reason=Cancellation.PATIENT)
        found = await desk.system.appointments_of([RILEY.id, NEW.id])

    new = [one for one in found if one.id in {late.appointment.id, early.appointment.id}]
    assert [one.status for one in new] == [Status.BOOKED, Status.CANCELLED]
    assert [one.during.start for one in found] == sorted(one.during.start for one in found)
    assert {one.patient for one in found} == {RILEY.id}


async def test_a_cancelled_visit_is_out_with_its_reason_and_its_time_is_free() -> None:
    async with a_desk() as desk:
        slot = await desk.slot()
        booked = await desk.book(slot)
        assert isinstance(booked, Booked)
        out = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        again = await desk.system.cancel(booked.appointment.id, reason=Cancellation.PATIENT)
        offered = await desk.slots()

    assert isinstance(out, Cancelled)
    assert isinstance(again, Cancelled)
    assert slot.during in [one.during for one in offered]
    row = desk.simulator.business.appointments.get(booked.appointment.id)
    assert row is not None
    assert row["cancellation"]["reason"] == "CLIENT_CANCEL"  # type: ignore[index,call-overload]
    assert "patient" in str(row["cancellation"]["notes"])  # type: ignore[index,call-overload]


async def test_a_visit_that_has_begun_is_not_cancelled() -> None:
    async with a_desk() as desk:
        desk.simulator.front_desk.mark_arrived(example.ON_WEDNESDAY)
        with pytest.raises(Refused, match="has begun"):
            await desk.system.cancel(AppointmentId(example.ON_WEDNESDAY), reason=Cancellation.PATIENT)


async def test_the_catalogue_lists_places_people_and_services_with_who_gives_them() -> None:
    async with a_desk() as desk:
        listed = await desk.system.catalogue()

    assert [one.name for one in listed.locations] == ["Downtown", "Lakeside"]
    assert {one.name: one.active for one in listed.practitioners}["Alex Former"] is False
    consultation = next(one for one in listed.services if one.name == "Consultation")
    assert consultation.length == timedelta(minutes=30)
    assert consultation.lengths == {example.LENA: timedelta(minutes=45)}
    assert set(consultation.practitioners or ()) == {example.DANA, example.RAVI, example.LENA}
    assert {one.name: one.bookable for one in listed.services}["Touch-up"] is False
    assert listed.rooms == ()


async def test_the_catalogue_is_listed_even_where_nothing_can_be_booked_online() -> None:
    world = example.example_world()
    places = (location(1, "Downtown", payment_required=True), location(2, "Lakeside", online=False))

    async with a_desk(replace(world, locations=places)) as desk:
        listed = await desk.system.catalogue()

    assert len(listed.services) == 6
    assert {one.bookable for one in listed.services} == {False}
    assert {one.practitioners for one in listed.services} == {None}


@pytest.mark.parametrize(("night", "hours"), [("2026-03-08", {0, 1, 3, 4, 5}), ("2026-11-01", {0, 2, 3, 4, 5})])
async def test_in_a_night_when_the_clock_is_changed_no_time_means_another(night: str, hours: set[int]) -> None:
    world = example.example_world()
    row = location(1, "Downtown", opens=0, closes=6, lead_minutes=0)
    always = {**row, "hours": [row["hours"][1]] * 7}  # type: ignore[index,call-overload]
    shifts = tuple(
        shift(100 + day, day, "00:00:00", "06:00:00", staff=example.DANA, location=example.DOWNTOWN) for day in range(7)
    )
    world = replace(world, locations=(always, world.locations[1]), shifts=shifts, timeblocks=(), appointments=())
    practice = a_practice()
    places = tuple(
        replace(one, hours={day: (replace_start(stretch),) for day, (stretch,) in one.hours.items()})
        for one in practice.locations
    )

    async with a_desk(
        world, practice=replace(practice, locations=places), now=datetime.fromisoformat(f"{night}T00:00:00+00:00")
    ) as desk:
        found = await desk.slots(day=night)
        for number, slot in enumerate(found[::3]):
            booked = await desk.book(slot, key=f"book:{number}")
            assert isinstance(booked, Booked)
            assert booked.appointment.during == slot.during

    assert {one.during.start.astimezone(ZONE).hour for one in found} == hours


def replace_start(stretch: object) -> object:
    """The same stretch, from midnight on."""
    return replace(stretch, start=datetime.min.time())  # type: ignore[type-var]


def told_at(visit: Appointment) -> str:
    """When it begins, as the clock on the wall shows it."""
    return f"{visit.during.start.astimezone(UTC).astimezone(ZONE):%Y-%m-%d %H:%M}"
