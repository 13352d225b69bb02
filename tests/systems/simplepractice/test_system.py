"""A desk and its practice's feeds: what is offered, who is busy, and that nothing is ever written."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs
from tests.clinic import ALEX, BOTOX, DANA, HAIR, MAIN, NOW, a_practice, a_slot, at
from tests.systems.simplepractice.some_feeds import SECRET_OF, There, a_feed, an_event, connected, starts
from tests.wire.loopback import Says

from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.ids import AppointmentId, PatientId, PractitionerId
from frontdesk.ports.abilities import TellsBusyTimes
from frontdesk.ports.connecting import Connector
from frontdesk.ports.faults import NotPermitted, Refused, Unreachable
from frontdesk.ports.system import SlotRequest
from frontdesk.systems.manifest import connector
from frontdesk.systems.simplepractice.system import connect

DAY = at("2026-05-28 00:00", minutes=24 * 60)
BOTOX_THURSDAY = SlotRequest(service=BOTOX, within=DAY)
HAIR_THURSDAY = SlotRequest(service=HAIR, within=DAY)
SOMEBODY = PatientId(UUID(int=147))


async def test_it_is_a_system_that_tells_busy_times_and_is_opened_by_its_manifests_name() -> None:
    async with connected(There()) as clinic:
        system: Connector = clinic.system

    assert isinstance(system, TellsBusyTimes)
    assert connector("simplepractice")[1] is connect


async def test_what_is_offered_lies_in_the_practices_own_hours_beside_what_is_busy() -> None:
    there = There({DANA: a_feed(an_event("2026-05-28 14:00"), an_event("2026-05-28 09:00", 30, uid=2))})
    async with connected(there) as clinic:
        found = await clinic.system.find_slots(BOTOX_THURSDAY)

    assert found[0].during == at("2026-05-28 09:30", minutes=30)
    assert found[-1].during == at("2026-05-28 19:30", minutes=30)
    assert not any(slot.during.overlaps(at("2026-05-28 14:00", minutes=50)) for slot in found)
    assert {"Thu 13:30", "Thu 15:00"} <= set(starts(found))


async def test_what_is_busy_in_one_calendar_is_free_in_another() -> None:
    there = There({DANA: a_feed(an_event("2026-05-28 09:00", 11 * 60))})
    async with connected(there) as clinic:
        danas = await clinic.system.find_slots(BOTOX_THURSDAY)
        alexs = await clinic.system.find_slots(HAIR_THURSDAY)

    assert danas == []
    assert alexs[0].during.start == at("2026-05-28 09:00").start


async def test_asked_for_just_one_time_it_says_whether_that_time_is_open() -> None:
    wanted = SlotRequest(service=BOTOX, within=at("2026-05-28 18:00"), practitioner=DANA, location=MAIN)
    async with connected(There()) as clinic:
        [open_one] = await clinic.system.find_slots(wanted)
        clinic.there.feeds[DANA] = a_feed(an_event("2026-05-28 17:45"))
        taken = await clinic.system.find_slots(wanted)

    assert open_one.during == at("2026-05-28 18:00")
    assert taken == []


async def test_who_has_no_link_is_not_offered_and_counts_as_busy() -> None:
    async with connected(There(), linked=[ALEX]) as clinic:
        alexs = await clinic.system.find_slots(HAIR_THURSDAY)
        danas = await clinic.system.find_slots(BOTOX_THURSDAY)
        [claim] = await clinic.system.busy(DAY)

    assert {slot.practitioner for slot in alexs} == {ALEX}
    assert danas == []
    assert claim.id == DANA
    assert claim.during.contains(DAY)


async def test_a_link_of_somebody_the_practice_does_not_know_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = PractitionerId("gone")
    monkeypatch.setitem(SECRET_OF, gone, "SecretOfGone")
    async with connected(There(), linked=[DANA, gone]) as clinic:
        with capture_logs() as lines:
            for _ in range(2):
                await clinic.system.find_slots(BOTOX_THURSDAY)

    [told] = [line for line in lines if line["log_level"] == "warning"]
    assert told["names"] == [gone]


async def test_where_no_link_is_of_the_practice_a_person_must_act(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = PractitionerId("gone")
    monkeypatch.setitem(SECRET_OF, gone, "SecretOfGone")
    async with connected(There(), linked=[gone]) as clinic:
        for asked in (clinic.system.find_slots(BOTOX_THURSDAY), clinic.system.busy(DAY)):
            with pytest.raises(NotPermitted, match="name nobody of the practice"):
                await asked

    assert clinic.socket.asked == []


def both_give_botox() -> There:
    practice = a_practice()
    people = tuple(replace(one, roles=frozenset({"nurse injector"})) for one in practice.practitioners)
    return There(practice=replace(practice, practitioners=people))


async def test_whose_feed_cannot_be_reached_is_left_out_and_the_others_are_offered() -> None:
    there = both_give_botox()
    there.feeds[DANA] = Says(status=503)
    async with connected(there) as clinic:
        found = await clinic.system.find_slots(BOTOX_THURSDAY)
        with pytest.raises(Unreachable, match="The feed of dana"):
            await clinic.system.find_slots(replace(BOTOX_THURSDAY, practitioner=DANA))

    assert {slot.practitioner for slot in found} == {ALEX}


async def test_a_revoked_link_is_told_even_where_others_could_be_offered() -> None:
    there = both_give_botox()
    there.feeds[DANA] = Says(status=404)
    async with connected(there) as clinic:
        with pytest.raises(NotPermitted, match=r"The feed of dana: .*Make a new one"):
            await clinic.system.find_slots(BOTOX_THURSDAY)
        others = await clinic.system.find_slots(replace(BOTOX_THURSDAY, practitioner=ALEX))

    assert {slot.practitioner for slot in others} == {ALEX}


async def test_who_cannot_be_read_is_busy_throughout_and_never_at_just_the_time_of_a_visit() -> None:
    during = at("2026-05-28 18:00")
    there = There({DANA: Says(status=503), ALEX: a_feed(an_event("2026-05-28 18:00", 30))})
    async with connected(there) as clinic:
        claims = {claim.id: claim.during for claim in await clinic.system.busy(during)}

    assert claims[DANA].contains(during.widened(before=timedelta(hours=20), after=timedelta(hours=20)))
    assert claims[ALEX] == during


async def test_where_no_feed_can_be_read_nothing_is_said_of_anybody() -> None:
    async with connected(There({DANA: Says(status=503), ALEX: Says(status=503)})) as clinic:
        with pytest.raises(Unreachable):
            await clinic.system.busy(DAY)


async def test_a_visit_that_staff_entered_is_seen_at_its_own_time() -> None:
    there = There()
    async with connected(there) as clinic:
        before = await clinic.system.busy(DAY)
        there.feeds[DANA] = a_feed(an_event("2026-05-28 18:00", 30))
        there.hands.turn(minutes=10)
        after = await clinic.system.busy(DAY)

    assert before == []
    assert [(claim.id, claim.during) for claim in after] == [(DANA, at("2026-05-28 18:00"))]


async def test_nothing_is_ever_written_and_nothing_is_asked_to_say_so() -> None:
    async with connected(There()) as clinic:
        system, visit = clinic.system, AppointmentId("5550001234")
        await system.release(visit)
        for refused in (
            system.hold(a_slot(), key="k", until=NOW),
            system.book(a_slot(), patient=SOMEBODY, key="k", held=None),
            system.look_up(a_slot(), patient=SOMEBODY, key="k"),
            system.move(visit, a_slot(), key="k", held=None),
            system.read(visit),
            system.appointments_of([SOMEBODY]),
            system.cancel(visit, reason=Cancellation.PATIENT),
        ):
            with pytest.raises(Refused, match="staff do it there"):
                await refused

    assert clinic.socket.asked == []


async def test_a_feed_is_only_read_and_nothing_of_a_patient_leaves() -> None:
    async with connected(There()) as clinic:
        await clinic.system.find_slots(BOTOX_THURSDAY)
        await clinic.system.busy(DAY)

    assert {(asked.method, asked.body) for asked in clinic.socket.asked} == {("GET", b"")}
    assert {asked.target for asked in clinic.socket.asked} == {f"/ical/{secret}" for secret in SECRET_OF.values()}


async def test_two_weeks_of_twenty_practitioners_take_one_call_each_ten_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = both_give_botox()
    crowd = [PractitionerId(f"p{number}") for number in range(20)]
    for who in crowd:
        monkeypatch.setitem(SECRET_OF, who, f"SecretOf{who}")
        events = [an_event(f"2026-{6 + n // 27:02d}-{1 + n % 27:02d} {9 + n % 9:02d}:00", uid=n) for n in range(150)]
        there.feeds[who] = Says(body=a_feed(*events), seconds=0.1)
    people = tuple(replace(there.practice.practitioners[0], id=who) for who in crowd)
    there.practice = replace(there.practice, practitioners=people)
    wanted = SlotRequest(service=BOTOX, within=at("2026-05-28 00:00", minutes=14 * 24 * 60))

    async with connected(there, linked=crowd) as clinic:
        found = await clinic.system.find_slots(wanted)

    assert (len(clinic.socket.asked), clinic.socket.connections) == (20, 10)
    assert {slot.practitioner for slot in found} == set(crowd)
