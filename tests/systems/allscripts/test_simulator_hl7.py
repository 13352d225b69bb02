"""The simulated HL7 v2 interface: notices and orders, read and built by other hands, in this process and over TLS."""

import ssl
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import hl7
import pytest
import trustme
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message
from tests.systems.allscripts.simulated import a_practice

from frontdesk.ports.faults import OutcomeUnknown, Unreachable
from frontdesk.standards.simulating.faults import CutsConnection, Fails, GoesSilent, Maintenance, Slow, When
from frontdesk.systems.allscripts.simulator_example import (
    ASH,
    GRAYS,
    MAIN,
    PATIENT_CALLED,
    PROCEDURE,
    ROOM,
    example_world,
)
from frontdesk.systems.allscripts.simulator_mllp import listening, telling
from frontdesk.systems.allscripts.simulator_practice import Interface, Orders, World

AUTHORITY = trustme.CA()
LISTENER, SENDER = AUTHORITY.issue_cert("localhost", "127.0.0.1"), AUTHORITY.issue_cert("practice.example.com")


def order(event: str = "S12", **fields: str) -> bytes:
    """The worked example's order of a visit with Dr. Gray; a field like SCH_1, or a whole segment, can be another."""
    segments = {
        "MSH": rf"MSH|^~\&|FRONTDESK|CLINIC|PM|CLINIC|20260302080000||SIU^{event}^SIU_S12|MSG0001|P|2.5.1",
        "SCH": "SCH|A-9001||||||NEW^New problem|NEWPAT^New patient|30|min|^^30^20260305103000^20260305110000"
        "|||||ACME^Agent|||||||||BOOKED",
        "PID": "PID|1||33760^^^PM||Rowan^Ash||19900203|F|||5 Elm St^^Provo^UT^84601||8015550102",
        "PV1": "PV1|1|O|MAIN",
        "RGS": "RGS|1|A",
        "AIS": "AIS|1|A|NEWPAT^New patient|20260305103000|||30|min",
        "AIL": "AIL|1|A|MAIN^Main office",
        "AIP": "AIP|1|A|31^Gray^Dana|||20260305103000|||30|min",
    }
    for name, value in fields.items():
        segment, _, place = name.partition("_")
        if not place:
            segments[segment] = value
            continue
        parts = segments[segment].split("|")
        offset = int(place) - (segment == "MSH")
        parts += [""] * (offset + 1 - len(parts))
        parts[offset] = value
        segments[segment] = "|".join(parts)
    return "\r".join(one for one in segments.values() if one).encode() + b"\r"


def request(event: str = "S01", control: str = "MSG0001", **fields: str) -> bytes:
    """The same by SRM."""
    arq = (
        "ARQ|A-9001||||||NEW^New problem|NEWPAT^New patient|30|min|20260305103000^20260305110000||||9^AGENT||||9^AGENT"
    )
    header = rf"MSH|^~\&|FRONTDESK|CLINIC|PM|CLINIC|20260302080000||SRM^{event}^SRM_S01|{control}|P|2.5.1"
    return order(**({"MSH": header, "SCH": arq} | fields))


def takes(orders: Orders, **more: bool) -> World:
    return replace(example_world(), interface=Interface(orders=orders, **more))


def said(answer: bytes | None) -> tuple[str, str]:
    """MSA-1 and the rule of a refusal, by another hand's reader."""
    read = hl7.parse((answer or b"").decode())
    errors = [str(one[7]).partition(";")[0] for one in read if str(one[0]) == "ERR"]
    return str(read.segment("MSA")[1]), "".join(errors)


class Listener:
    """A listener that keeps what it hears, and acknowledges it with one code after the other."""

    def __init__(self, *codes: str) -> None:
        self.codes = list(codes)
        self.heard: list[hl7.Message] = []

    async def __call__(self, octets: bytes) -> bytes:
        message = hl7.parse(octets.decode())
        self.heard.append(message)
        code = self.codes.pop(0) if self.codes else "AA"
        if code == "":
            raise Unreachable("nobody is there")
        return str(message.create_ack(ack_code=code)).encode()

    @property
    def events(self) -> list[str]:
        return [str(one.segment("MSH")[9][0][1]) for one in self.heard]


async def test_each_change_is_told_by_its_event_in_the_order_of_the_changes() -> None:
    listener = Listener()

    async with a_practice() as practice:
        booked = await practice.booked()
        await practice.ask("SetAppointmentStatus", p1=booked, p2="C")
        desk = practice.simulator.front_desk
        desk.move(int(booked), at="2026-03-06T09:00")
        desk.mark_missed(int(booked))
        desk.cancel(9_901, reason=PATIENT_CALLED)
        desk.change_patient(ASH, {"Last_Name": "Birch"})
        sent = await practice.simulator.deliver(listener)
        again = await practice.simulator.deliver(listener)

    assert listener.events == ["S12", "S14", "S13", "S26", "S15", "A31"]
    assert (sent, again) == (6, 0)


async def test_a_notice_says_who_when_what_where_and_with_whom() -> None:
    listener = Listener()

    async with a_practice() as practice:
        await practice.booked(Notes="left | right & ^ here", ReasonForVisit="Cough")
        practice.simulator.front_desk.book(
            patient=ASH, resource=ROOM, type=PROCEDURE, location=MAIN, at="2026-03-06T09:00"
        )
        await practice.simulator.deliver(listener)

    seen, room = listener.heard
    sch, pid = seen.segment("SCH"), seen.segment("PID")
    assert (str(sch[2]), str(sch[25]), str(sch[11][0][3]), str(sch[7][0][1])) == (
        "9906^PM",
        "Booked",
        "20260305103000",
        "Cough",
    )
    assert (str(pid[3]), str(pid[5]), str(pid[7])) == ("33760^^^PM^PI", "Rowan^Ash", "19900203")
    assert seen.unescape(str(seen.segment("NTE")[3])) == "left | right & ^ here"
    assert (str(seen.segment("AIP")[3]), str(room.segment("AIG")[3])) == ("31^Gray^Dana", "PROCRM^Procedure room")


async def test_another_hands_standard_finds_each_notice_valid_but_for_the_reason_it_leaves_out() -> None:
    async with a_practice() as practice:
        desk = practice.simulator.front_desk
        desk.book(patient=ASH, resource=ROOM, type=PROCEDURE, location=MAIN, at="2026-03-06T09:00")
        desk.cancel(9_901, reason=PATIENT_CALLED)
        desk.change_patient(ASH, {"City": "Provo"})
        texts = [str(row["text"]) for row in practice.simulator.practice.messages]

    filled = [one.replace("SCH||9906^PM||||||", "SCH||9906^PM||||NEW||") for one in texts]
    assert [parse_message(one, validation_level=VALIDATION_LEVEL.STRICT).validate() for one in filled] == [True] * 3
    assert "SCH||9906^PM||||||" in texts[0]


async def test_a_visit_that_is_ordered_is_acknowledged_booked_and_told_with_both_ids() -> None:
    listener = Listener()

    async with a_practice() as practice:
        answer = await practice.simulator.hear(order())
        [visit] = await practice.rows("GetSchedule", p1="03/05/2026", patient=ASH)
        await practice.simulator.deliver(listener)

    assert said(answer) == ("AA", "")
    assert b"ACK^S12^ACK" in (answer or b"")
    assert (visit["AppointmentID"], visit["ApptTime"], visit["SchedComment"]) == ("9906", "10:30", "New problem")
    assert (str(listener.heard[0].segment("SCH")[1]), str(listener.heard[0].segment("SCH")[2])) == (
        "A-9001^FRONTDESK",
        "9906^PM",
    )


async def test_a_note_of_an_order_is_kept_with_the_visit() -> None:
    async with a_practice() as practice:
        await practice.simulator.hear(order(NTE=r"NTE|1||Call before \T\ after"))

        assert (await practice.visit(9_906))["Comment"] == "Call before & after"


async def test_the_published_example_of_an_order_is_taken_as_it_stands() -> None:
    example = (
        r"MSH|^~\&|SCHED|ACME|PM|CLINIC|20260510100000||SIU^S12^SIU_S12|MSG0001|P|2.5.1",
        "SCH|A-9001||||||NEW PROBLEM^New problem|NEWPAT^New patient|30|min|^^30^20260512093000^20260512100000"
        "|||||ACME^Agent|||||||||BOOKED",
        "PID|1||33760^^^PM||Rowan^Ash||19900203|F|||5 Elm St^^Provo^UT^84601||8015550102",
        "PV1|1|O|MAIN",
        "RGS|1|A",
        "AIS|1|A|NEWPAT^New patient|20260512093000|||30|min",
        "AIL|1|A|MAIN^Main office",
        "AIP|1|A|31^Gray^Dana|||20260512093000|||30|min",
    )
    world = replace(example_world(monday=date(2026, 5, 11)), interface=Interface(theirs=("SCHED", "ACME")))

    async with a_practice(world, now=datetime(2026, 5, 11, 15, tzinfo=UTC)) as practice:
        answer = await practice.simulator.hear("\r".join(example).encode())
        visit = await practice.visit(9_906)

    assert said(answer) == ("AA", "")
    assert (visit["ApptTime2"], visit["patientID"], visit["Provider"]) == (
        "5/12/2026 9:30:00 AM",
        str(ASH),
        "Dana Gray, MD",
    )


async def test_the_same_control_id_again_is_answered_the_same_and_done_once() -> None:
    async with a_practice() as practice:
        answers = [await practice.simulator.hear(order()) for _ in range(2)]
        other = await practice.simulator.hear(order(MSH_10="MSG0002"))

    assert answers[0] == answers[1]
    assert (said(other), b"|205^" in (other or b"")) == (("AE", "hl7-refusals"), True)
    assert len(practice.simulator.practice.appointments) == 6


async def test_an_ordered_visit_is_moved_and_called_off_by_the_id_of_either_side() -> None:
    async with a_practice() as practice:
        hear = practice.simulator.hear
        await hear(order())
        later = "^^30^20260305113000^20260305120000"
        moved = await hear(order("S13", MSH_10="M2", SCH_11=later))
        shifted = await hear(
            order("S13", MSH_10="M3", SCH_1="", SCH_2="9906^PM", SCH_11="^^30^20260305193000+0000^20260305200000+0000")
        )
        visit = await practice.visit(9_906)
        gone = await hear(order("S15", MSH_10="M4", SCH_6="PTCALL^Patient called", RGS="", AIS="", AIL="", AIP=""))
        change = (await practice.changes())["9906"]

    assert [said(one)[0] for one in (moved, shifted, gone)] == ["AA", "AA", "AA"]
    assert (visit["ApptTime"], change["Status"], change["Cancellation_Reason_ID"]) == ("12:30", "X", "4")


@pytest.mark.parametrize(
    ("sent", "code", "rule"),
    [
        (order(MSH_10=""), "AR", "hl7-refusals"),
        (order(MSH_11="T"), "AR", "hl7-refusals"),
        (order(MSH_12="2.8"), "AR", "hl7-refusals"),
        (order(MSH_3="SOMEBODY"), "AR", "hl7-known-sender"),
        (order(MSH_15="AL"), "AR", "original-mode-alone"),
        (order("S14"), "AR", "orders-as-bought"),
        (order(MSH_9="ADT^A28^ADT_A05"), "AR", "no-adt-in"),
        (request(), "AR", "orders-as-bought"),
        (b"hello", "AR", "not-hl7"),
        (b"\xff\xfe", "AR", "not-hl7"),
        (order(SCH=""), "AE", "hl7-structure"),
        (order(RGS=""), "AE", "hl7-structure"),
        (order(ZZ="ZZ1|x"), "AE", "hl7-segments"),
        (order(SCH_1=""), "AE", "hl7-refusals"),
        (order(SCH_11="^^30"), "AE", "hl7-refusals"),
        (order(SCH_11="^^30^20261305103000"), "AE", "hl7-refusals"),
        (order(SCH_9="45"), "AE", "hl7-lengths"),
        (order(SCH_10="s"), "AE", "hl7-lengths"),
        (order(PID_3="1^^^PM"), "AE", "hl7-refusals"),
        (order(PID_3="33760^^^OTHER"), "AE", "hl7-refusals"),
        (order(AIP_3="99^Nobody"), "AE", "nothing-of-that-name"),
        (order(SCH_11="^^30^20260303100000^20260303103000"), "AE", "not-available"),
        (order("S13", SCH_1="A-1"), "AE", "hl7-refusals"),
        (order("S15", SCH_1="", SCH_2="9905^PM"), "AE", "over-is-over"),
    ],
)
async def test_an_order_that_cannot_be_is_refused_and_nothing_is_booked(sent: bytes, code: str, rule: str) -> None:
    async with a_practice() as practice:
        answer = await practice.simulator.hear(sent)

    assert said(answer) == (code, rule)
    assert len(practice.simulator.practice.appointments) == 5
    assert [one.status for one in practice.simulator.heard][-1] == {"AE": 400, "AR": 503}[code]


async def test_a_silent_engine_says_yes_to_what_is_not_done() -> None:
    async with a_practice(takes(Orders.SIU, silent=True)) as practice:
        refused = await practice.simulator.hear(order(SCH_11="^^30^20260303100000^20260303103000"))
        rejected = await practice.simulator.hear(order(MSH_10="M2", MSH_11="T"))

    assert (said(refused), said(rejected)) == (("AA", ""), ("AR", "hl7-refusals"))
    assert len(practice.simulator.practice.appointments) == 5


async def test_a_request_is_answered_with_the_visit_and_an_order_is_not_taken_then() -> None:
    async with a_practice(takes(Orders.SRM)) as practice:
        hear = practice.simulator.hear
        booked = hl7.parse((await hear(request()) or b"").decode())
        moved = hl7.parse((await hear(request("S03", "M2", SCH_11="20260305113000^20260305120000")) or b"").decode())
        taken = await hear(request("S01", "M3", SCH_1="A-9002", SCH_11="20260305113000^20260305120000"))
        gone = hl7.parse((await hear(request("S04", "M4")) or b"").decode())
        unasked = await hear(order(MSH_10="M5"))

    assert [str(one.segment("SCH")[25]) for one in (booked, moved, gone)] == ["Booked", "Booked", "Cancelled"]
    assert (str(booked.segment("MSH")[9]), str(booked.segment("SCH")[2])) == ("SRR^S01^SRR_S01", "9906^PM")
    assert str(moved.segment("AIS")[4]) == "20260305113000"
    assert (said(taken), said(unasked)) == (("AE", "not-available"), ("AR", "orders-as-bought"))


async def test_an_interface_that_was_not_bought_tells_nothing_and_takes_nothing() -> None:
    async with a_practice(takes(Orders.NONE, tells=False)) as practice:
        await practice.booked()
        answer = await practice.simulator.hear(order())

    assert (said(answer), len(practice.simulator.practice.messages)) == (("AR", "orders-as-bought"), 0)


async def test_a_notice_that_was_not_heard_is_sent_again_as_it_was_before_those_behind_it() -> None:
    listener = Listener("", "AR", "AA", "AE")

    async with a_practice() as practice:
        practice.simulator.front_desk.confirm(9_901)
        practice.simulator.front_desk.cancel(9_902)
        sent = [await practice.simulator.deliver(listener) for _ in range(4)]

    assert (sent, listener.events) == ([1, 1, 2, 0], ["S14", "S14", "S14", "S15"])
    assert str(listener.heard[0]) == str(listener.heard[2])
    assert [row["state"] for row in practice.simulator.practice.messages] == ["sent", "parked"]


async def test_a_notice_is_given_up_after_five_tries() -> None:
    listener = Listener(*[""] * 9)

    async with a_practice() as practice:
        practice.simulator.front_desk.confirm(9_901)
        sent = [await practice.simulator.deliver(listener) for _ in range(6)]

    assert sent == [1, 1, 1, 1, 1, 0]


async def test_notices_come_twice_late_and_upside_down() -> None:
    listener = Listener()

    async with a_practice() as practice:
        simulator = practice.simulator
        simulator.front_desk.confirm(9_901)
        simulator.front_desk.cancel(9_901)
        simulator.mail.late = timedelta(minutes=5)
        early = await simulator.deliver(listener)
        practice.hands.turn(minutes=5)
        simulator.mail.newest_first = True
        simulator.faults.repeated_events = 2
        late = await simulator.deliver(listener)

    assert (early, late, listener.events) == (0, 4, ["S15", "S15", "S14", "S14"])


async def test_an_order_meets_the_faults_that_a_connection_can() -> None:
    async with a_practice() as practice:
        faults, hear = practice.simulator.faults, practice.simulator.hear
        faults.plan(CutsConnection(when=When.BEFORE_COMMIT), on="SIU^S12")
        faults.plan(GoesSilent(when=When.AFTER_COMMIT), on="SIU^S12")
        faults.plan(Slow(by=timedelta(seconds=9)), on="SIU^S12")
        lost = [await hear(order()) for _ in range(2)]
        booked = len(practice.simulator.practice.appointments)
        found = await hear(order())
        faults.plan(Maintenance())
        with pytest.raises(ValueError, match="plan another fault"):
            await hear(order())

    assert (lost, booked, said(found)) == ([None, None], 6, ("AA", ""))
    assert practice.hands.waited == [timedelta(seconds=9)]


@pytest.mark.parametrize(("when", "visits"), [(When.BEFORE_COMMIT, 5), (When.AFTER_COMMIT, 6)])
async def test_an_order_that_a_failing_server_rejects_is_answered_when_it_comes_again(when: When, visits: int) -> None:
    async with a_practice() as practice:
        practice.simulator.faults.plan(Fails(when=when), on="SIU^S12")
        rejected = await practice.simulator.hear(order())
        booked = len(practice.simulator.practice.appointments)
        again = await practice.simulator.hear(order())

    assert (said(rejected), booked, said(again)) == (("AR", "hl7-fails"), visits, ("AA", ""))
    assert len(practice.simulator.practice.appointments) == 6


async def test_orders_and_notices_travel_over_tls_between_two_that_show_certificates() -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    LISTENER.configure_cert(serving)
    AUTHORITY.configure_trust(serving)
    serving.verify_mode = ssl.CERT_REQUIRED
    sending = ssl.create_default_context()
    SENDER.configure_cert(sending)
    AUTHORITY.configure_trust(sending)

    async with (
        a_practice() as practice,
        a_practice(takes(Orders.SIU, tells=False)) as other,
        listening(practice.simulator, tls=serving) as port,
        telling("localhost", port, tls=sending) as line,
    ):
        answer = await line.exchange(order())
        practice.simulator.front_desk.book(patient=ASH, resource=GRAYS, type=201, location=MAIN, at="2026-03-06T09:00")
        async with listening(other.simulator) as theirs, telling("127.0.0.1", theirs) as plain:
            sent = await practice.simulator.deliver(plain.exchange)

    assert said(answer) == ("AA", "")
    assert (sent, [one.call for one in other.simulator.heard][2:]) == (1, ["SIU^S12"])


async def test_a_line_goes_silent_where_a_fault_lets_nothing_come_back() -> None:
    async with a_practice() as practice, listening(practice.simulator) as port, telling("127.0.0.1", port) as line:
        practice.simulator.faults.plan(GoesSilent(when=When.AFTER_COMMIT))
        with pytest.raises(OutcomeUnknown):
            await line.exchange(order(), seconds=0.2)
        again = await line.exchange(order(), seconds=5)

    assert (said(again), len(practice.simulator.practice.appointments)) == (("AA", ""), 6)
