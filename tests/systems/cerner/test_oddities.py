"""What is odd about Millennium: versions, locks, rules on a visit, slots without lasting ids, codes that are absent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.systems.cerner.a_desk import (
    BOOKING,
    CHANGING,
    CHICAGO,
    FOLLOW_UP,
    RIVERA,
    ROBIN,
    Desk,
    a_desk,
    a_slot,
    at,
    day_of,
)

from frontdesk.domain.appointment import Cancellation, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.faults import NotPermitted, Refused, Unreachable
from frontdesk.ports.system import Cancelled, Missing, Moved
from frontdesk.standards.simulating.fhir_values import Resource, elements_at
from frontdesk.systems.cerner import simulator_example as example
from frontdesk.systems.cerner.simulator_world import slot

NEW_TIME = a_slot(at("2026-03-06 10:00"))
THURSDAY = day_of("2026-03-05")


def changed(desk: Desk, kind: str, id: str, **changes: Any) -> Resource:
    """A resource with other elements, as a new version."""
    return desk.simulator.domain.store.change(desk.simulator.domain.get(kind, id), changes)


async def test_a_version_that_grew_old_on_the_way_is_read_again_and_asked_once_more() -> None:
    async with a_desk() as desk:
        id = (await desk.booked()).appointment.id
        desk.meanwhile.first["PATCH"] = lambda: changed(desk, "Appointment", id, patientInstruction="Bring your card")
        outcome = await desk.system.cancel(id, reason=Cancellation.PATIENT)

    assert isinstance(outcome, Cancelled)
    assert desk.asked(CHANGING) == 2
    assert (desk.row(id)["status"], desk.row(id)["patientInstruction"]) == ("cancelled", "Bring your card")


async def test_what_staff_did_on_the_way_is_not_undone() -> None:
    async with a_desk() as desk:
        id = (await desk.booked()).appointment.id
        desk.meanwhile.first["PATCH"] = lambda: desk.simulator.front_desk.mark(id, "checked-in")
        with pytest.raises(Refused, match="checked-in"):
            await desk.system.move(id, NEW_TIME, key="move:1", held=None)

    assert desk.row(id)["status"] == "checked-in"
    assert desk.charts_at(NEW_TIME.during) == []


async def test_a_visit_that_somebody_has_open_stands_and_is_changed_later() -> None:
    async with a_desk() as desk:
        id = (await desk.booked()).appointment.id
        desk.simulator.front_desk.open_for_change(f"Appointment/{id}")
        with pytest.raises(Unreachable, match="has it open"):
            await desk.system.cancel(id, reason=Cancellation.PATIENT)
        with pytest.raises(Unreachable, match="has it open"):
            await desk.system.move(id, NEW_TIME, key="move:1", held=None)
        desk.simulator.front_desk.close(f"Appointment/{id}")
        outcome = await desk.system.move(id, NEW_TIME, key="move:1", held=None)

    assert isinstance(outcome, Moved)


async def test_a_visit_whose_rules_forbid_it_is_neither_moved_nor_cancelled() -> None:
    async with a_desk() as desk:
        id = (await desk.booked()).appointment.id
        desk.simulator.front_desk.forbid_changes(id)
        with pytest.raises(Refused, match="cancelled"):
            await desk.system.cancel(id, reason=Cancellation.PATIENT)
        with pytest.raises(Refused, match="moved"):
            await desk.system.move(id, NEW_TIME, key="move:1", held=None)

    assert desk.asked(CHANGING) == 0
    assert desk.row(id)["status"] == "booked"


@pytest.mark.parametrize("status", ["arrived", "checked-in", "fulfilled", "noshow"])
async def test_a_visit_that_has_begun_is_for_staff_whatever_the_interface_would_take(status: str) -> None:
    async with a_desk() as desk:
        id = (await desk.booked()).appointment.id
        desk.simulator.front_desk.mark(id, status)
        read = await desk.system.read(id)
        for asked in (
            desk.system.cancel(id, reason=Cancellation.PATIENT),
            desk.system.move(id, NEW_TIME, key="move:1", held=None),
        ):
            with pytest.raises(Refused, match=status):
                await asked

    assert not isinstance(read, Missing)
    assert read.status.value == status
    assert desk.asked(CHANGING) == 0


async def test_what_was_entered_in_error_is_no_visit_any_more() -> None:
    async with a_desk() as desk:
        id = (await desk.booked()).appointment.id
        desk.simulator.front_desk.mark(id, "entered-in-error")
        read = await desk.system.read(id)
        moved = await desk.system.move(id, NEW_TIME, key="move:1", held=None)
        found = await desk.slots(THURSDAY)

    assert not isinstance(read, Missing)
    assert (read.status, moved) == (Status.ENTERED_IN_ERROR, Missing())
    assert a_slot() in found


async def test_a_status_that_is_none_is_reported_and_never_guessed() -> None:
    async with a_desk() as desk:
        id = (await desk.booked()).appointment.id
        changed(desk, "Appointment", id, status="half-booked")
        with pytest.raises(Refused, match="status"):
            await desk.system.read(id)
        others = await desk.system.appointments_of([ROBIN.id])

    assert id not in {one.id for one in others}
    assert len(others) == 2


async def test_a_visit_that_lacks_what_fhir_wants_is_told_and_nothing_is_concluded_from_it() -> None:
    async with a_desk() as desk:
        id = (await desk.booked()).appointment.id
        desk.simulator.front_desk.spoil(f"Appointment/{id}")
        with pytest.raises((Unreachable, Refused)):
            await desk.system.read(id)
        desk.simulator.front_desk.mend(f"Appointment/{id}")
        desk.hands.turn(minutes=2)

        assert not isinstance(await desk.system.read(id), Missing)


async def test_a_visit_whose_type_has_no_code_has_no_service() -> None:
    async with a_desk() as desk:
        visits = [
            one
            for one in desk.simulator.domain.store.all("Appointment")
            if one["serviceType"] == [example.UNCODED]
        ]  # fmt: skip
        found = await desk.system.read(AppointmentId(str(visits[0]["id"])))

    assert not isinstance(found, Missing)
    assert found.service is None


async def test_a_request_for_staff_is_no_visit_of_the_patient() -> None:
    async with a_desk() as desk:
        await desk.booked()
        before = await desk.system.appointments_of([ROBIN.id])
        desk.simulator.domain.store.create(
            {
                "resourceType": "Appointment",
                "status": "proposed",
                "participant": [{"actor": {"reference": f"Patient/{example.ROBIN}"}, "status": "needs-action"}],
                "requestedPeriod": [{"start": "2026-03-05T15:00:00Z", "end": "2026-03-05T18:00:00Z"}],
            }
        )

        assert await desk.system.appointments_of([ROBIN.id]) == before


async def test_two_slots_at_one_time_are_offered_once_and_the_second_is_booked_where_the_first_is_gone() -> None:
    async with a_desk() as desk:
        twin = slot(
            kind=example.TYPES[example.FOLLOW_UP],
            location=example.DOWNTOWN,
            practitioner=example.RIVERA,
            number=1,
            at=a_slot().during.start,
            minutes=30,
            zone=CHICAGO,
        )
        desk.simulator.front_desk.add_slot(*twin)
        offered = await desk.slots(at("2026-03-05 09:30"), practitioner=RIVERA)
        booked = await desk.booked()
        after = await desk.slots(at("2026-03-05 09:30"), practitioner=RIVERA)

    assert offered == [a_slot()]
    assert booked.appointment.during == a_slot().during
    assert after == []


async def test_a_booking_that_shows_another_time_than_its_slot_is_not_told_as_booked() -> None:
    async with a_desk() as desk:
        found = await desk.slots(at("2026-03-05 09:30"))
        later = desk.slot_at(at("2026-03-05 10:30"))
        desk.meanwhile.first["POST"] = lambda: None  # the token's
        await desk.slots(at("2026-03-05 09:30"))
        mine = desk.slot_at(a_slot().during)
        moved = desk.simulator.domain.get("Slot", later)
        desk.meanwhile.first["POST"] = lambda: changed(desk, "Slot", mine, start=moved["start"], end=moved["end"])
        with pytest.raises(Exception, match="its book shows otherwise"):
            await desk.book(found[0])

    assert desk.asked(BOOKING) == 1


async def test_a_location_that_the_site_did_not_open_shows_no_time() -> None:
    shut = replace(example.example_world(), opened=frozenset({f"Location/{example.LAKESIDE}"}))
    async with a_desk(shut) as desk:
        assert await desk.slots(THURSDAY, practitioner=RIVERA) == []


async def test_a_hospital_that_does_not_let_the_app_in_is_for_a_person() -> None:
    async with a_desk(replace(example.example_world(), enabled=False)) as desk:
        with pytest.raises(NotPermitted):
            await desk.slots(THURSDAY)


async def test_a_scope_that_is_missing_is_for_a_person() -> None:
    world = example.example_world()
    async with a_desk(replace(world, scopes=world.scopes - {"system/Appointment.write"})) as desk:
        with pytest.raises(NotPermitted, match="invalid_scope"):
            await desk.book()

    assert desk.charts_at(a_slot().during) == []


async def test_tokens_are_not_asked_for_more_often_than_once_a_minute() -> None:
    async with a_desk(replace(example.example_world(), throttles_tokens=True)) as desk:
        for _ in range(6):
            assert await desk.slots(THURSDAY)
            desk.hands.turn(minutes=5)

    assert desk.asked("POST /token") == 3


async def test_what_is_confirmed_from_the_start_is_not_asked_again() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        confirmed = await desk.system.confirm(booked.appointment.id)

    assert confirmed == booked.appointment
    assert desk.asked(CHANGING) == 0


async def test_a_cancelled_visit_is_not_confirmed() -> None:
    async with a_desk() as desk:
        id = desk.simulator.front_desk.book(patient=example.ROBIN, slot=desk.slot_at(a_slot().during))
        desk.simulator.front_desk.cancel(id)
        with pytest.raises(Refused, match="not confirmed"):
            await desk.system.confirm(AppointmentId(id))


async def test_a_comment_bears_our_mark_and_nothing_of_the_patient() -> None:
    async with a_desk() as desk:
        booked = await desk.booked()
        row = desk.row(booked.appointment.id)

    said = str(row["comment"])
    assert said.startswith("Booked by Frontdesk ")
    assert "Robin" not in said
    assert [one["status"] for one in elements_at(row, "participant")] == ["accepted"] * 3


async def test_a_long_search_is_cut_into_days_that_overlap_nowhere() -> None:
    async with a_desk() as desk:
        whole = await desk.slots(day_of("2026-03-02", 14))
        days = [one for day in range(14) for one in await desk.slots(_day(day))]

    assert whole == days


def _day(number: int) -> Any:
    whole = day_of("2026-03-02")
    return type(whole)(start=whole.start + timedelta(days=number), end=whole.end + timedelta(days=number))


async def test_the_visits_service_is_known_by_its_type() -> None:
    async with a_desk() as desk:
        id = desk.simulator.front_desk.book(patient=example.ROBIN, slot=desk.slot_at(a_slot().during))
        found = await desk.system.read(AppointmentId(id))

    assert not isinstance(found, Missing)
    assert found.service == FOLLOW_UP
