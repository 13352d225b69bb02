"""What the simulated Epic tells by HL7, and what it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.systems.epic.simulated import NOW, Hands, Reached, a_hospital, a_world, proposals

from frontdesk.domain.time import Period
from frontdesk.standards.hl7.acknowledging import AckCode, ErrorCode, Objection, acknowledge, acknowledgement
from frontdesk.standards.hl7.message import Message, read_message
from frontdesk.standards.hl7.reading import told
from frontdesk.standards.hl7.site import VisitEvent
from frontdesk.standards.hl7.site_file import example
from frontdesk.standards.hl7.times import Zones
from frontdesk.standards.hl7.visit import VisitTold
from frontdesk.standards.simulating.faults import CutsConnection, Fails, GoesSilent, Overtaken, Slow, When
from frontdesk.systems.epic.simulator import Simulator
from frontdesk.systems.epic.simulator_example import (
    AVERY,
    AVERY_YOUNG,
    CONSULT,
    DEVICE,
    LENA,
    LINDQVIST,
    MAIN,
    OKAFOR,
    SCAN,
    example_world,
)
from frontdesk.systems.epic.simulator_notices import Courier
from frontdesk.systems.epic.simulator_wire import by, ear, mouth
from frontdesk.wire.mllp_server import Hearing, MllpServer

CONTACT = "256594301"


class Desk:
    """A listener that keeps what it hears and says `code` to it."""

    def __init__(self, *codes: AckCode | None) -> None:
        self.heard: list[Message] = []
        self._codes = list(codes)

    async def __call__(self, octets: bytes) -> bytes:
        message = read_message(octets, unmarked="iso8859_1")
        self.heard.append(message)
        code = self._codes.pop(0) if self._codes else AckCode.ACCEPTED
        if code is None:
            raise TimeoutError
        objecting = None if code.accepts else Objection(error=ErrorCode.INTERNAL, place="SCH-2", says="Not now")
        return acknowledge(message, code, at=NOW, control_id="D1", objecting=objecting).octets

    @property
    def events(self) -> list[str]:
        """What was heard, like SIU^S12 and a contact's number."""
        return [f"{one.kind}^{one.event}{_contact(one)}" for one in self.heard]


def _contact(message: Message) -> str:
    scheduled = message.first("SCH")
    return f" {scheduled.text(2)}" if scheduled else ""


async def test_a_booking_of_ours_comes_back_as_a_notice() -> None:
    desk = Desk()

    async with a_hospital() as hospital:
        await hospital.book()
        count = await hospital.simulator.deliver(desk)
        more = await hospital.simulator.deliver(desk)

    (message,) = desk.heard
    scheduled, stay = message.first("SCH"), message.first("PV1")
    assert (count, more, message.version, message.header.field(9).raw) == (1, 0, "2.3", "SIU^S12")
    assert scheduled is not None
    assert stay is not None
    assert scheduled.text(2) == stay.text(19) == "256594306"
    assert (scheduled.text(9), scheduled.text(10), scheduled.field(11).raw) == ("30", "MIN", "^^^20270309100000")
    assert (scheduled.text(1), scheduled.field(25).raw, stay.field(3).raw) == ("1", "1^SCH", f"^^^{MAIN}")


async def test_the_segments_stand_in_the_order_of_the_sample_and_a_device_starts_later() -> None:
    desk = Desk()

    async with a_hospital() as hospital:
        front = hospital.simulator.front_desk
        front.book(
            patient=LENA, provider=LINDQVIST, department=MAIN, visit_type=SCAN, at="2027-03-09T10:30", note="Left knee"
        )
        await hospital.simulator.deliver(desk)

    message = desk.heard[0]
    assert [one.name for one in message.segments] == [
        *("MSH", "SCH", "NTE", "PID", "PV1", "RGS", "AIS", "AIG", "AIP", "ZCH"),
    ]
    device, person = message.first("AIG"), message.first("AIP")
    assert device is not None
    assert person is not None
    assert device.raw.split("|")[3:] == [
        *(f"{DEVICE}^SCANNER", "EQUIPMENT", "", "", "", "20270309104000", "10", "MIN", "5", "MIN"),
    ]
    assert person.raw.split("|")[3:] == [
        *(f"{LINDQVIST}^Lindqvist^Sam", "", "", "20270309103000", "0", "MIN", "15", "MIN"),
    ]


async def test_the_profile_of_epics_notices_reads_what_is_told() -> None:
    desk = Desk()
    zones = Zones(by_location={MAIN: ZoneInfo("America/Chicago")})

    async with a_hospital() as hospital:
        hospital.simulator.front_desk.book(
            patient=LENA, provider=OKAFOR, department=MAIN, visit_type=CONSULT, at="2027-03-15T10:00", note="Says | ^"
        )
        await hospital.simulator.deliver(desk)

    read = told(desk.heard[0], example("epic-outgoing-2.3"), zones)
    assert isinstance(read, VisitTold)
    start = datetime(2027, 3, 15, 15, 0, tzinfo=UTC)
    assert (read.event, read.visit.number, read.findings) == (VisitEvent.BOOKED, "256594306", ())
    assert read.visit.during == Period(start=start, end=start + timedelta(minutes=45))
    assert (read.visit.service, read.visit.practitioner, read.visit.location) == (CONSULT, OKAFOR, MAIN)
    assert (read.visit.patients[0].chart, read.visit.notes) == ("202497", ("Says | ^",))


async def test_the_chart_stands_in_pid_3_or_pid_2_by_site() -> None:
    async def chart(field: int) -> str:
        desk = Desk()
        async with a_hospital(replace(a_world(), patient_field=field)) as hospital:
            await hospital.book()
            await hospital.simulator.deliver(desk)
        pid = desk.heard[0].first("PID")
        assert pid is not None
        return pid.field(field).raw

    assert (await chart(3), await chart(2)) == ("202497^^^^MR", "202497")


async def test_each_act_of_the_front_desk_has_its_event() -> None:
    desk = Desk()

    async with a_hospital() as hospital:
        front = hospital.simulator.front_desk
        front.note(CONTACT, "Brings a friend")
        moved = front.move(CONTACT, at="2027-03-09T11:00")
        front.mark_arrived(moved)
        front.mark_completed(moved)
        front.mark_missed("256594302")
        front.cancel("256594304")
        front.register(first="Jo", last="Walkin", born="1999-01-31", gender="other")
        front.change_patient(LENA, {"mobile": "512-555-0199"})
        front.merge_patients(into=AVERY, gone=AVERY_YOUNG)
        await hospital.simulator.deliver(desk)

    assert desk.events == [
        f"SIU^S14 {CONTACT}",
        f"SIU^S15 {CONTACT}",
        f"SIU^S13 {moved}",
        f"SIU^S14 {moved}",
        f"SIU^S14 {moved}",
        "SIU^S26 256594302",
        "SIU^S15 256594304",
        "ADT^A28",
        "ADT^A31",
        "ADT^A40",
    ]
    standing = [one.text(25, 2) for message in desk.heard for one in message.all("SCH")]
    assert standing == ["SCH", "CAN", "SCH", "ARR", "COMP", "NOS", "CAN"]


async def test_a_site_may_tell_by_requests_instead() -> None:
    desk = Desk()

    async with a_hospital(replace(a_world(), tells_by="SRM")) as hospital:
        front = hospital.simulator.front_desk
        front.move(CONTACT, at="2027-03-09T11:00")
        front.note("256594304", "Brings a friend")
        front.mark_missed("256594302")
        await hospital.simulator.deliver(desk)

    request = desk.heard[1].first("ARQ")
    assert [f"{one.kind}^{one.event}" for one in desk.heard] == ["SRM^S04", "SRM^S02", "SRM^S03", "SIU^S26"]
    assert request is not None
    assert (request.text(2), request.field(11).raw) == ("256594306", "20270309110000")


async def test_the_front_desk_cannot_do_what_does_not_fit_the_visit() -> None:
    async with a_hospital() as hospital:
        front = hospital.simulator.front_desk
        with pytest.raises(LookupError):
            front.mark_completed(CONTACT)
        with pytest.raises(LookupError):
            front.cancel("1")
        with pytest.raises(LookupError):
            front.block(provider=OKAFOR, at="2027-03-09T20:00")
        told = await hospital.simulator.deliver(Desk())

    assert told == 0


async def test_the_visits_of_a_merged_chart_are_the_others() -> None:
    async with a_hospital() as hospital:
        hospital.simulator.front_desk.merge_patients(into=LENA, gone=AVERY)
        rows = await hospital.visits(LENA)

    assert len(rows) == 3


async def test_the_end_of_the_day_marks_as_missed_whoever_never_came() -> None:
    desk = Desk()

    async with a_hospital() as hospital:
        hospital.hands.turn(days=2)
        hospital.simulator.front_desk.end_the_day()
        await hospital.simulator.deliver(desk)

    assert desk.events == ["SIU^S26 256594301", "SIU^S26 256594302"]


async def test_a_new_chart_is_told_of_with_its_number() -> None:
    desk = Desk()
    name = [{"family": "Müller", "given": ["Ann"]}]

    async with a_hospital() as hospital:
        body = {"resourceType": "Patient", "name": name, "birthDate": "1990-02-03", "gender": "female"}
        await hospital.post("/api/FHIR/R4/Patient", body)
        await hospital.simulator.deliver(desk)

    (message,) = desk.heard
    pid = message.first("PID")
    assert pid is not None
    assert (message.event, pid.field(3).raw, pid.text(5), pid.text(7)) == (
        "A28",
        "23258564^^^^MR",
        "Müller",
        "19900203",
    )


async def test_an_answer_that_is_about_another_message_is_none() -> None:
    async def another(octets: bytes) -> bytes:
        return (await Desk()(octets)).replace(b"E0000001", b"E0000009")

    async with a_hospital() as hospital:
        await hospital.book()
        counts = [await hospital.simulator.deliver(another) for _ in range(2)]

    assert counts == [1, 1]


@pytest.mark.parametrize("said", [None, AckCode.REJECTED, AckCode.NOT_KEPT])
async def test_a_notice_that_is_not_taken_is_sent_again_and_those_behind_it_wait(said: AckCode | None) -> None:
    desk = Desk(said)

    async with a_hospital() as hospital:
        await hospital.book()
        hospital.simulator.front_desk.cancel(CONTACT)
        first = await hospital.simulator.deliver(desk)
        then = await hospital.simulator.deliver(desk)

    assert (first, then) == (1, 2)
    assert desk.heard[0].octets == desk.heard[1].octets
    assert desk.events[1:] == ["SIU^S12 256594306", f"SIU^S15 {CONTACT}"]


async def test_a_notice_that_is_refused_for_what_it_says_is_put_aside() -> None:
    desk = Desk(AckCode.ERROR)

    async with a_hospital() as hospital:
        await hospital.book()
        hospital.simulator.front_desk.cancel(CONTACT)
        await hospital.simulator.deliver(desk)
        again = await hospital.simulator.deliver(desk)

    assert (desk.events, again) == (["SIU^S12 256594306", f"SIU^S15 {CONTACT}"], 0)


async def test_notices_can_be_late_doubled_or_the_newest_first() -> None:
    desk = Desk()

    async with a_hospital() as hospital:
        await hospital.book()
        hospital.simulator.front_desk.cancel(CONTACT)
        hospital.simulator.courier = Courier(late=timedelta(minutes=5), newest_first=True)
        early = await hospital.simulator.deliver(desk)
        hospital.hands.turn(minutes=5)
        hospital.simulator.faults.repeated_events = 2
        late = await hospital.simulator.deliver(desk)

    assert (early, late) == (0, 4)
    assert desk.events == [f"SIU^S15 {CONTACT}"] * 2 + ["SIU^S12 256594306"] * 2


SCH = "SCH|{number}|{csn}||||{reason}|ROUTINE|95014^OFFICE VISIT|30|MIN|^^^{start}||||||||||||||Booked"
ARQ = "ARQ|{number}|{csn}||||{reason}|ROUTINE|95014^OFFICE VISIT|30|MIN|{start}"
REST = (
    "NTE|1||By phone",
    "PID|1||202497^^^^MR||RIVERA^LENA||19880412|F",
    f"PV1|1|O|^^^{MAIN}",
    "RGS|1|A",
    "AIS|1|A|{kind}",
    f"AIP|1|A|{OKAFOR}^OKAFOR^ADA",
)


def an_order(
    event: str = "SIU^S12",
    *,
    control: str = "M1",
    version: str = "2.3",
    number: str = "B-88",
    csn: str = "",
    reason: str = "",
    start: str = "20270309100000",
    kind: str = "95014",
    without: str = "",
) -> bytes:
    """An order of ours, by default a booking of LENA on Tuesday at ten."""
    header = f"MSH|^~\\&|FRONTDESK|CLINIC|EPIC|HOSP|20270308070000||{event}|{control}|P|{version}"
    head = SCH if event.startswith("SIU") else ARQ
    lines = [header, head, *(line for line in REST if not without or not line.startswith(without))]
    text = "\r".join(lines).format(number=number, csn=csn, reason=reason, start=start, kind=kind)
    return f"{text}\r".encode()


async def said(hospital: Reached, octets: bytes) -> tuple[AckCode | None, str]:
    """How an order was answered, and in which words."""
    answer = await hospital.simulator.receive(octets)
    assert answer is not None
    heard = acknowledgement(read_message(answer))
    assert heard is not None
    return heard.code, heard.says or next((error.says for error in heard.errors), "")


@pytest.mark.parametrize("event", ["SIU^S12", "SRM^S01"])
async def test_an_order_books_and_the_notice_that_comes_back_has_our_number(event: str) -> None:
    desk = Desk()

    async with a_hospital() as hospital:
        code, _ = await said(hospital, an_order(event))
        rows = await hospital.visits()
        await hospital.simulator.deliver(desk)

    scheduled = desk.heard[0].first("SCH")
    assert scheduled is not None
    assert (code, rows[-1]["AppointmentStartTime"]) == (AckCode.ACCEPTED, "10:00 AM")
    assert (rows[-1]["AppointmentNotes"], scheduled.text(1)) == (["By phone"], "B-88")


@pytest.mark.parametrize(("moves", "cancels"), [("SIU^S13", "SIU^S15"), ("SRM^S02", "SRM^S04"), ("SIU^S13", "SIU^S17")])
async def test_an_order_moves_by_a_new_visit_and_cancels_it(moves: str, cancels: str) -> None:
    desk = Desk()

    async with a_hospital() as hospital:
        await said(hospital, an_order())
        moved = await said(hospital, an_order(moves, control="M2", start="20270309170000-0000"))
        cancelled = await said(hospital, an_order(cancels, control="M3", reason="PATREQ^Patient request"))
        over = await said(hospital, an_order(cancels, control="M4"))
        rows = await hospital.visits()
        await hospital.simulator.deliver(desk)

    assert (moved[0], cancelled[0], over[0]) == (AckCode.ACCEPTED, AckCode.ACCEPTED, AckCode.ERROR)
    assert [(row["AppointmentStartTime"], row["AppointmentStatus"]) for row in rows[1:]] == [
        ("10:00 AM", "Canceled"),
        ("11:00 AM", "Canceled"),
    ]
    assert desk.events == [
        *("SIU^S12 256594306", "SIU^S15 256594306", "SIU^S13 256594307", "SIU^S15 256594307"),
    ]


async def test_an_order_notes_and_marks_as_missed_by_our_number_or_the_hospitals() -> None:
    async with a_hospital() as hospital:
        await said(hospital, an_order())
        noted = await said(hospital, an_order("SIU^S14", control="M2"))
        missed = await said(hospital, an_order("SIU^S26", control="M3", number="x", csn="256594306"))
        rows = await hospital.visits()

    assert (noted[0], missed[0]) == (AckCode.ACCEPTED, AckCode.ACCEPTED)
    assert (rows[-1]["AppointmentNotes"], rows[-1]["AppointmentStatus"]) == (["By phone", "By phone"], "No Show")


@pytest.mark.parametrize(
    ("word", "stands"), [("2^ARR", "Arrived"), ("Complete", "Completed"), ("Noshow", "No Show"), ("4^CAN", "Canceled")]
)
async def test_a_change_of_status_by_an_order_stays_on_the_same_visit(word: str, stands: str) -> None:
    async with a_hospital() as hospital:
        await said(hospital, an_order())
        change = an_order("SIU^S14", control="M2").replace(b"Booked", word.encode())
        changed = await said(hospital, change)
        odd = await said(hospital, an_order("SIU^S14", control="M3").replace(b"Booked", b"Hopeful"))
        rows = await hospital.visits()

    assert (changed[0], odd, len(rows)) == (AckCode.ACCEPTED, (AckCode.ERROR, "This status is not known"), 2)
    assert rows[-1]["AppointmentStatus"] == stands


async def test_a_visit_that_is_over_keeps_its_status() -> None:
    async with a_hospital() as hospital:
        await said(hospital, an_order())
        await said(hospital, an_order("SIU^S15", control="M2"))
        answer = await said(hospital, an_order("SIU^S14", control="M3"))

    assert answer == (AckCode.ERROR, "The visit is over")


async def test_a_change_to_an_unknown_visit_makes_one_where_the_site_has_it_so() -> None:
    async with a_hospital() as hospital:
        usual = await said(hospital, an_order("SIU^S14"))
    async with a_hospital(replace(a_world(), makes_when_changed=True)) as other:
        made = await said(other, an_order("SIU^S14"))
        rows = await other.visits()

    assert (usual[0], made[0], len(rows)) == (AckCode.ERROR, AckCode.ACCEPTED, 2)


@pytest.mark.parametrize(
    ("order", "code", "words"),
    [
        (an_order(version="2.7"), AckCode.REJECTED, "This version is not taken"),
        (an_order("SQM^S25"), AckCode.REJECTED, "This event is not taken"),
        (an_order("SIU^S18"), AckCode.REJECTED, "This event is not taken"),
        (an_order(without="PID").replace(b"\rSCH|", b"\rSCX|"), AckCode.ERROR, "SCH is needed"),
        (an_order(number=""), AckCode.ERROR, "The visit's number is needed"),
        (an_order(kind="BOTOX"), AckCode.ERROR, "A visit type of this site is needed"),
        (an_order(without="AIP"), AckCode.ERROR, "A provider of this site is needed"),
        (an_order(without="PV1"), AckCode.ERROR, "A department of this site is needed"),
        (an_order(without="PID"), AckCode.ERROR, "A patient of this site is needed"),
        (an_order(start="20270309"), AckCode.ERROR, "A start is needed"),
        (an_order(start="20270309091500"), AckCode.ERROR, "Requested time is no longer free"),
        (an_order("SIU^S15"), AckCode.ERROR, "No visit has this number"),
    ],
)
async def test_an_order_that_cannot_be_carried_out_is_answered_so(order: bytes, code: AckCode, words: str) -> None:
    async with a_hospital() as hospital:
        answer = await said(hospital, order)
        rows = await hospital.visits()

    assert (answer, len(rows)) == ((code, words), 1)


async def test_an_order_sent_twice_is_carried_out_once_and_a_number_is_used_once() -> None:
    async with a_hospital() as hospital:
        first = await hospital.simulator.receive(an_order())
        again = await hospital.simulator.receive(an_order())
        other = await said(hospital, an_order(control="M2", start="20270309110000"))
        rows = await hospital.visits()

    assert (first == again, len(rows), other) == (True, 2, (AckCode.ERROR, "This number has a visit"))


@pytest.mark.parametrize("when", [When.BEFORE_COMMIT, When.AFTER_COMMIT])
async def test_faults_strike_orders_too(when: When) -> None:
    done = when is When.AFTER_COMMIT

    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(Fails(when=when), on="MLLP SIU^S12")
        failed = await said(hospital, an_order())
        counts = [len(await hospital.visits())]
        for control, fault in (("M2", CutsConnection(when=when)), ("M3", GoesSilent(when=when))):
            hospital.simulator.faults.plan(fault, on="MLLP SRM^S01")
            order = an_order("SRM^S01", control=control, number=control, start=f"20270309{control[1]}00000")
            later = order.replace(b"20270309200000", b"20270309110000").replace(b"20270309300000", b"20270309130000")
            assert await hospital.simulator.receive(later) is None
            counts.append(len(await hospital.visits()))

    assert (failed[0], counts) == (AckCode.ERROR, [2, 3, 4] if done else [1, 1, 1])


@pytest.mark.parametrize(("when", "ours"), [(When.BEFORE_COMMIT, AckCode.ERROR), (When.AFTER_COMMIT, AckCode.ACCEPTED)])
async def test_the_front_desk_can_take_the_time_of_an_order(when: When, ours: AckCode) -> None:
    async with a_hospital() as hospital:
        hospital.simulator.faults.plan(Overtaken(when=when, patient=AVERY), on="MLLP SIU^S12")
        hospital.simulator.faults.plan(Slow(by=timedelta(seconds=40)), on="MLLP SIU^S15")
        answer = await said(hospital, an_order())
        rows = await hospital.visits(AVERY)
        await said(hospital, an_order("SIU^S15", control="M2"))

    assert (answer[0], [row["AppointmentStartTime"] for row in rows][1]) == (ours, "10:00 AM")
    assert hospital.hands.waited == [timedelta(seconds=40)]


async def test_a_visit_booked_by_fhir_can_be_called_off_by_hl7() -> None:
    async with a_hospital() as hospital:
        proposal = str(proposals(await hospital.found())[0]["id"])
        await hospital.book_by_fhir(proposal)
        code, _ = await said(hospital, an_order("SIU^S15", number="256594306", csn="256594306"))
        rows = await hospital.visits()

    assert (code, rows[-1]["AppointmentStatus"]) == (AckCode.ACCEPTED, "Canceled")


def by_octets(desk: Desk) -> Callable[[bytes], Awaitable[bytes | None]]:
    async def keep(octets: bytes) -> bytes | None:
        return await desk(octets)

    return keep


async def test_both_interfaces_speak_mllp() -> None:
    hands, desk = Hands(), Desk()
    simulator = Simulator(example_world(), clock=hands, wait=hands.wait)
    hearing = Hearing(keep=by_octets(desk), failed=lambda _: None, too_long=lambda _: None, known_by=lambda _: None)
    theirs, ours = ear(simulator), MllpServer(hearing, system="the desk")
    sender, answer = mouth("127.0.0.1", await theirs.open()), b""
    teller = mouth("127.0.0.1", await ours.open())
    try:
        answer = await sender.exchange(an_order(), seconds=5)
        count = await simulator.deliver(by(teller, seconds=5))
        await ours.close()
        simulator.front_desk.cancel("256594306")
        unheard = await simulator.deliver(by(teller, seconds=1))
    finally:
        await asyncio.gather(sender.close(), teller.close(), theirs.close(), ours.close())

    heard = acknowledgement(read_message(answer))
    assert heard is not None
    assert (heard.code, heard.answers, count, unheard) == (AckCode.ACCEPTED, "M1", 1, 1)
    assert desk.events == ["SIU^S12 256594306"]
