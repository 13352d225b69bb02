"""What the hospital is told by HL7: who came, who did not, what is cancelled. An acknowledgement proves nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.systems.desk_parts import DeskCharts, DeskClock
from tests.systems.epic.a_desk import CENTRAL, LENA, NUMBERING, Desk, a_desk, a_practice, a_slot, at
from tests.systems.epic.simulated import NOW, Hands
from tests.wire.loopback import NoLimit

from frontdesk.domain.appointment import Appointment, Cancellation, Status
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.practice import Practice
from frontdesk.ports.abilities import Came, MarksVisits
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused
from frontdesk.ports.system import Cancelled, Missing
from frontdesk.scheduling.slots import find_slots
from frontdesk.standards.hl7.acknowledging import AckCode, ErrorCode, Objection, acknowledge
from frontdesk.standards.hl7.message import read_message
from frontdesk.standards.simulating.faults import Fails, GoesSilent, KeyRefused, When
from frontdesk.systems.epic.interface import Interface, interface_of
from frontdesk.systems.epic.orders import Names, Order, Tells, written
from frontdesk.systems.epic.simulator import Simulator
from frontdesk.systems.epic.simulator_wire import ear
from frontdesk.systems.manifest import Ability, connector
from frontdesk.wire.mllp_stand_in import InProcessLine

NAMES = Names.of("FRONTDESK|CLINIC|EPIC|RIVERBEND", arrived="")
ARRIVING, MISSING, CANCELLING = "MLLP SIU^S14", "MLLP SIU^S26", "MLLP SIU^S15"
Line = Callable[[bytes], Awaitable[bytes | None]]


def over(line: Line) -> Callable[[Simulator, DeskClock], Interface]:
    """An interface over a line of the test's own."""
    return lambda _, clock: Interface(line=InProcessLine(line, system="Epic"), names=NAMES, clock=clock)


def opened(simulator: Simulator, clock: DeskClock) -> Interface:
    """The interface of the simulated hospital."""
    return Interface(line=InProcessLine(simulator.receive, system="Epic"), names=NAMES, clock=clock)


def says(code: AckCode) -> Line:
    """Acknowledges, and does nothing."""

    async def line(octets: bytes) -> bytes:
        objecting = (
            None if code.accepts else Objection(error=ErrorCode.UNKNOWN_KEY, place="SCH-2", says="No such visit")
        )
        heard = read_message(octets, unmarked="iso8859_1")
        return acknowledge(heard, code, at=NOW, control_id="A1", objecting=objecting).octets

    return line


async def due(desk: Desk) -> AppointmentId:
    """A visit that has begun a minute ago."""
    booked = await desk.booked()
    desk.hands.turn(seconds=(a_slot().during.start - desk.hands.now).total_seconds() + 60)
    return booked.appointment.id


def status_of(found: Appointment | Missing) -> Status | None:
    return found.status if isinstance(found, Appointment) else None


def test_an_order_names_the_visit_by_its_contact_number_and_nobody() -> None:
    order = Order(tells=Tells.ARRIVED, contact="256594373", during=at("2027-03-09 10:00"), zone=CENTRAL)

    octets = written(order, NAMES, at=datetime(2027, 3, 9, 16, 2, tzinfo=UTC), control_id="abc")

    assert octets.decode("ascii").rstrip("\r").split("\r") == [
        "MSH|^~\\&|FRONTDESK|CLINIC|EPIC|RIVERBEND|20270309100200-0600||SIU^S14|abc|P|2.3",
        "SCH|256594373|256594373|||||||30|MIN|^^^20270309100000|||||||||FRONTDESK|||||Started",
        "RGS|1",
    ]


@pytest.mark.parametrize(("came", "stands"), [(Came.ARRIVED, Status.ARRIVED), (Came.MISSED, Status.NOSHOW)])
async def test_who_came_is_told_over_a_real_line_and_read_back(came: Came, stands: Status) -> None:
    there: list[Interface] = []

    async def line(octets: bytes) -> bytes:
        return await there[0].line.exchange(octets)

    async with a_desk(interface=over(line)) as desk:
        listener = ear(desk.simulator)
        address = f"localhost:{await listener.open()}"
        there += filter(None, [interface_of({**SETTINGS, "orders_to": address}, outside(desk.hands))])

        visit = await due(desk)
        marked = await desk.system.mark(visit, came)
        again = await desk.system.mark(visit, came)
        orders = [one.call for one in desk.simulator.heard if one.call.startswith("MLLP")]
        await there[0].line.close()
        await listener.close()

    assert (status_of(marked), status_of(again)) == (stands, stands)
    assert orders == [ARRIVING if came is Came.ARRIVED else MISSING]


async def test_what_is_acknowledged_and_not_shown_is_not_known() -> None:
    async with a_desk(interface=over(says(AckCode.ACCEPTED))) as desk:
        visit = await due(desk)
        with pytest.raises(OutcomeUnknown, match="acknowledged"):
            await desk.system.mark(visit, Came.ARRIVED)
        now = await desk.system.read(visit)

    assert status_of(now) is Status.BOOKED


async def test_an_order_that_is_refused_is_for_staff_and_says_nothing_of_the_patient() -> None:
    async with a_desk(interface=over(says(AckCode.ERROR))) as desk:
        visit = await due(desk)
        with pytest.raises(Refused, match=r"\(code 204\)") as refused:
            await desk.system.mark(visit, Came.ARRIVED)

    assert LENA.family not in str(refused.value)


async def test_what_is_no_acknowledgement_proves_nothing() -> None:
    async def line(_: bytes) -> bytes:
        return b"<html>502 Bad Gateway</html>"

    async with a_desk(interface=over(line)) as desk:
        visit = await due(desk)
        with pytest.raises(OutcomeUnknown, match="no acknowledgement"):
            await desk.system.mark(visit, Came.ARRIVED)


@pytest.mark.parametrize("fault", [Fails(when=When.AFTER_COMMIT), GoesSilent(when=When.AFTER_COMMIT)])
async def test_what_was_done_and_answered_wrongly_is_what_the_visit_shows(fault: Fails | GoesSilent) -> None:
    async with a_desk(interface=opened) as desk:
        visit = await due(desk)
        desk.simulator.faults.plan(fault, on=ARRIVING)
        marked = await desk.system.mark(visit, Came.ARRIVED)

    assert status_of(marked) is Status.ARRIVED


async def test_nobody_is_told_as_missed_before_their_time() -> None:
    async with a_desk(interface=opened) as desk:
        booked = await desk.booked()
        with pytest.raises(Refused, match="yet to come"):
            await desk.system.mark(booked.appointment.id, Came.MISSED)

        assert desk.asked(MISSING) == 0


async def test_a_visit_that_is_not_there_is_missing() -> None:
    async with a_desk(interface=opened) as desk:
        assert await desk.system.mark(AppointmentId("eNone.1"), Came.ARRIVED) == Missing()


async def test_where_the_service_for_cancelling_is_not_ours_it_is_cancelled_by_hl7() -> None:
    async with a_desk(interface=opened) as desk:
        visit = (await desk.booked()).appointment.id
        desk.simulator.faults.plan(KeyRefused(), on=NUMBERING, times=4)
        cancelled = await desk.system.cancel(visit, reason=Cancellation.PATIENT)
        desk.mend()
        now = await desk.system.read(visit)

    assert isinstance(cancelled, Cancelled)
    assert status_of(now) is Status.CANCELLED
    assert desk.asked(CANCELLING) == 1


async def test_where_nothing_comes_of_that_either_it_is_not_told_as_cancelled() -> None:
    async with a_desk(interface=over(says(AckCode.ACCEPTED))) as desk:
        visit = (await desk.booked()).appointment.id
        desk.simulator.faults.plan(KeyRefused(), on=NUMBERING, times=4)
        with pytest.raises(OutcomeUnknown, match="does not show it"):
            await desk.system.cancel(visit, reason=Cancellation.PATIENT)


async def test_without_the_interface_staff_enter_it_and_the_manifest_says_so() -> None:
    manifest, _ = connector("epic")
    async with a_desk() as desk:
        system: MarksVisits = desk.system
        with pytest.raises(NotPermitted, match="Staff enter them"):
            await system.mark(await due(desk), Came.ARRIVED)

    assert Ability.ARRIVAL not in manifest.given({"orders_to": ""}).can
    assert "staff check patients in" in manifest.given({}).cannot[Ability.ARRIVAL]
    assert Ability.ARRIVAL in manifest.given({"orders_to": "hl7.hospital.example:2575"}).can
    assert Ability.ARRIVAL not in manifest.whole.cannot


SETTINGS = {"orders_names": "FRONTDESK|CLINIC|EPIC|", "orders_arrived": "Started"}


def outside(hands: Hands) -> Outside:
    async def read_practice() -> Practice:
        return a_practice()

    return Outside(
        budget=NoLimit(),
        practice=read_practice,
        charts=DeskCharts(replace(LENA)),
        free_times=find_slots,
        clock=DeskClock(hands),
        gate=None,
    )


def test_no_address_is_no_interface() -> None:
    assert interface_of({**SETTINGS, "orders_to": " "}, outside(Hands(NOW))) is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"orders_to": "hl7.hospital.example"}, "a host and a port"),
        ({"orders_to": "localhost:1", "orders_names": "FRONTDESK|EPIC"}, "names both ends"),
        ({"orders_to": "hl7.hospital.example:2575", "orders_authority": "no PEM"}, "as PEM text"),
        (
            {"orders_to": "hl7.hospital.example:2575", "orders_certificate": "/nowhere.pem"},
            "no file of our certificate",
        ),
    ],
)
def test_a_setting_that_is_none_is_named(given: dict[str, str], says: str) -> None:
    with pytest.raises(Impossible, match=says):
        interface_of({**SETTINGS, **given}, outside(Hands(NOW)))


def test_orders_leave_this_machine_through_a_gate_only() -> None:
    with pytest.raises(NotPermitted, match="no gate"):
        interface_of({**SETTINGS, "orders_to": "hl7.hospital.example:2575"}, outside(Hands(NOW)))
