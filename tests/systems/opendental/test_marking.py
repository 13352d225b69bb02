"""What is written to a visit beside its time: confirmed, arrived, missed, and notes; each once, and read back."""

import pytest
from tests.clinic import at
from tests.systems.opendental.a_book import Book, Office, a_row, an_office, once
from tests.wire.loopback import HangsUp, Reply, Says

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Came
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused
from frontdesk.ports.system import Missing
from frontdesk.systems.opendental.mapping import MISSED
from frontdesk.wire.foreign import Unreadable

V = AppointmentId("18")


def visit_18(**rest: object) -> Book:
    fields = {name: rest.pop(name) for name in list(rest) if name[0].isupper()}
    return Book(appointments=[a_row(**fields)], **rest)


def status(found: Appointment | Missing) -> Status | None:
    return found.status if isinstance(found, Appointment) else None


async def arrived(office: Office) -> Appointment | Missing:
    office.clock.shows = at("2026-05-28 09:56").start
    return await office.system.mark(V, Came.ARRIVED)


async def test_a_visit_is_confirmed_as_the_office_has_set_it_up() -> None:
    async with an_office(visit_18()) as office:
        first = await office.system.confirm(V)
        again = await office.system.confirm(V)

    assert status(first) is Status.BOOKED
    assert first == again
    assert office.book.row(18)["confirmed"] == "Appointment Confirmed"
    assert office.server.asked[1].json == {"confirmVal": "Confirmed"}


async def test_the_arrival_of_a_patient_is_not_written_over_by_a_confirmation() -> None:
    came = visit_18(DateTimeArrived="2026-05-28 09:50:00", Confirmed=22)
    async with an_office(came) as office:
        found = await office.system.confirm(V)

    assert status(found) is Status.ARRIVED
    assert office.book.row(18)["Confirmed"] == 22


async def test_a_confirmation_whose_reply_was_lost_is_read_back() -> None:
    async with an_office(visit_18(after=once("PUT", "/appointments/18/Confirm", HangsUp()))) as office:
        assert status(await office.system.confirm(V)) is Status.BOOKED
    async with an_office(visit_18(before=once("PUT", "/appointments/18/Confirm", HangsUp()))) as office:
        with pytest.raises(OutcomeUnknown):
            await office.system.confirm(V)


@pytest.mark.parametrize("gone", ["Broken", "UnschedList"])
async def test_what_is_off_the_book_is_neither_confirmed_nor_marked(gone: str) -> None:
    async with an_office(visit_18(AptStatus=gone)) as office:
        with pytest.raises(Refused, match="not on Open Dental's book"):
            await office.system.confirm(V)
        for came in Came:
            with pytest.raises(Refused, match="not on Open Dental's book"):
                await office.system.mark(V, came)


async def test_an_unknown_status_is_reported() -> None:
    async with an_office(visit_18(AptStatus="Teleported")) as office:
        with pytest.raises(Unreadable):
            await office.system.confirm(V)


async def test_what_is_no_visit_is_missing() -> None:
    async with an_office() as office:
        for id in (V, AppointmentId("x")):
            assert await office.system.confirm(id) == Missing()
            assert await office.system.mark(id, Came.ARRIVED) == Missing()
            assert await office.system.mark(id, Came.MISSED) == Missing()
            assert not await office.system.add_note(id, "Comes late", key="n1")


async def test_an_arrival_is_written_as_the_clock_on_the_wall_shows_it() -> None:
    async with an_office(visit_18()) as office:
        first = await arrived(office)
        again = await arrived(office)

    assert status(first) is Status.ARRIVED
    assert first == again
    assert office.book.row(18)["DateTimeArrived"] == "2026-05-28 09:56:00"
    assert office.asked("PUT", "/appointments/18") == 1


async def test_an_arrival_at_midnight_is_not_written_as_none() -> None:
    async with an_office(visit_18(AptDateTime="2026-05-28 00:00:00")) as office:
        office.clock.shows = at("2026-05-28 00:00").start
        found = await office.system.mark(V, Came.ARRIVED)

    assert status(found) is Status.ARRIVED
    assert office.book.row(18)["DateTimeArrived"] == "2026-05-28 00:00:01"


@pytest.mark.parametrize(
    ("reply", "fault"), [(Says(), Refused), (HangsUp(), OutcomeUnknown), (Says(status=403), NotPermitted)]
)
async def test_an_arrival_that_does_not_show_is_not_told(reply: Reply, fault: type[Fault]) -> None:
    async with an_office(visit_18(before=once("PUT", "/appointments/18", reply))) as office:
        with pytest.raises(fault):
            await arrived(office)


async def test_an_arrival_whose_reply_was_lost_is_read_back() -> None:
    async with an_office(visit_18(after=once("PUT", "/appointments/18", HangsUp()))) as office:
        assert status(await arrived(office)) is Status.ARRIVED


@pytest.mark.parametrize("by_procedure", [True, False])
async def test_a_missed_visit_stays_on_the_book_broken_and_is_read_as_missed(by_procedure: bool) -> None:
    async with an_office(visit_18(breaks_by_procedure=by_procedure)) as office:
        first = await office.system.mark(V, Came.MISSED)
        again = await office.system.mark(V, Came.MISSED)

    assert status(first) is Status.NOSHOW
    assert first == again
    assert office.book.row(18)["AptStatus"] == "Broken"
    breaks = [one.json for one in office.server.asked if one.path.endswith("/Break")]
    with_procedure = {"sendToUnscheduledList": "false", "breakType": "Missed"}
    assert breaks == [with_procedure] if by_procedure else [with_procedure, {"sendToUnscheduledList": "false"}]


async def test_a_visit_that_staff_broke_is_cancelled_since_nothing_says_that_it_was_missed() -> None:
    async with an_office(visit_18(AptStatus="Broken")) as office:
        assert status(await office.system.read(V)) is Status.CANCELLED


async def test_a_missed_visit_whose_replies_were_lost_is_read_back() -> None:
    spoiled = [once("PUT", "/appointments/18/Note", HangsUp()), once("PUT", "/appointments/18/Break", HangsUp())]
    lost = visit_18(breaks_by_procedure=True, after=lambda asked: spoiled[0](asked) or spoiled[1](asked))
    async with an_office(lost) as office:
        assert status(await office.system.mark(V, Came.MISSED)) is Status.NOSHOW

    assert office.book.row(18)["Note"].count(MISSED) == 1


@pytest.mark.parametrize("path", ["/appointments/18/Note", "/appointments/18/Break"])
async def test_a_missed_visit_of_which_nothing_shows_is_unknown_and_marked_the_next_time(path: str) -> None:
    async with an_office(visit_18(before=once("PUT", path, HangsUp()))) as office:
        with pytest.raises(OutcomeUnknown):
            await office.system.mark(V, Came.MISSED)
        again = await office.system.mark(V, Came.MISSED)

    assert status(again) is Status.NOSHOW
    assert office.book.row(18)["Note"].count(MISSED) == 1


async def test_whoever_came_has_not_missed_the_visit() -> None:
    for came in ({"DateTimeArrived": "2026-05-28 09:50:00"}, {"AptStatus": "Complete"}):
        async with an_office(visit_18(**came)) as office:
            with pytest.raises(Refused, match="the patient came"):
                await office.system.mark(V, Came.MISSED)
            assert status(await office.system.mark(V, Came.ARRIVED)) in {Status.ARRIVED, Status.FULFILLED}


async def test_a_note_is_added_once_for_each_key_and_what_stood_there_stays() -> None:
    async with an_office(visit_18(Note="Prefers the window.")) as office:
        for key in ("n1", "n1", "n2"):
            assert await office.system.add_note(V, "Comes with a wheelchair", key=key)

    note = office.book.row(18)["Note"]
    assert note.startswith("Prefers the window.")
    assert note.count("Comes with a wheelchair") == 2


async def test_a_note_whose_reply_was_lost_is_read_back_and_not_added_twice() -> None:
    async with an_office(visit_18(after=once("PUT", "/appointments/18/Note", HangsUp()))) as office:
        assert await office.system.add_note(V, "Comes late", key="n1")
        assert await office.system.add_note(V, "Comes late", key="n1")

    assert office.book.row(18)["Note"].count("Comes late") == 1


async def test_a_note_of_which_nothing_shows_is_unknown() -> None:
    async with an_office(visit_18(before=once("PUT", "/appointments/18/Note", HangsUp()))) as office:
        with pytest.raises(OutcomeUnknown):
            await office.system.add_note(V, "Comes late", key="n1")
