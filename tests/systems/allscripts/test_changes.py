"""What staff do is followed by asking, and heard of by HL7: nothing is lost, and no message is believed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.systems.allscripts.a_desk import ASH, MARIA, PAYLOADS, SECRET, WRITTEN, Desk, a_desk, a_slot, at
from tests.systems.allscripts.test_oddities import saying

from frontdesk.domain.appointment import Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Changes, Notice, Told
from frontdesk.ports.faults import Refused, Unreachable
from frontdesk.standards.simulating.faults import Maintenance
from frontdesk.systems.allscripts import simulator_example as example

URL = "https://desk.example/notices"
SIU = (PAYLOADS / "siu_s12.hl7").read_bytes()


def standing(told: Changes) -> dict[str, Status]:
    return {str(one.id): one.status for one in told.visits}


def staff_book(desk: Desk, when: str) -> str:
    return str(
        desk.simulator.front_desk.book(
            patient=example.CAMERON,
            resource=example.GRAYS,
            location=example.MAIN,
            type=example.NEW_PATIENT,
            at=datetime.fromisoformat(when),
        )
    )


async def test_to_begin_with_all_visits_from_a_day_ago_on_are_told() -> None:
    async with a_desk() as desk:
        await desk.booked(a_slot(at("2026-03-18 09:00")))
        told = await desk.system.changes(None)

    assert standing(told) == {
        "9901": Status.BOOKED,
        "9902": Status.BOOKED,
        "9903": Status.BOOKED,
        "9904": Status.BOOKED,
        "9905": Status.CANCELLED,
        "9906": Status.BOOKED,
    }
    assert {str(one.id): one.patient for one in told.visits}["9906"] == ASH.id


async def test_what_staff_book_move_cancel_and_mark_is_told_and_asked_again_nothing_is_lost() -> None:
    async with a_desk() as desk:
        mine = (await desk.booked()).appointment.id
        begin = await desk.system.changes(None)
        desk.hands.turn(minutes=5)
        new = staff_book(desk, "2026-03-06 10:00")
        desk.simulator.front_desk.move(int(mine), at=datetime.fromisoformat("2026-03-06 15:00"))
        desk.simulator.front_desk.cancel(9901)
        desk.simulator.front_desk.mark_missed(9904)
        desk.simulator.front_desk.bump(9902)
        desk.hands.turn(minutes=5)
        told, again = await desk.system.changes(begin.next), await desk.system.changes(begin.next)
        desk.hands.turn(minutes=5)
        quiet = await desk.system.changes(told.next)

    assert standing(told) == {
        new: Status.BOOKED,
        str(mine): Status.BOOKED,
        "9901": Status.CANCELLED,
        "9902": Status.CANCELLED,
        "9904": Status.NOSHOW,
    }
    assert {one.id: one.during for one in told.visits}[mine] == at("2026-03-06 15:00")
    assert again == told
    assert (quiet.visits, quiet.gone) == ((), ())


async def test_a_change_of_the_minute_in_which_was_asked_is_told_the_next_time() -> None:
    async with a_desk() as desk:
        begin = await desk.system.changes(None)
        new = staff_book(desk, "2026-03-06 10:00")
        desk.hands.turn(seconds=30)
        told = await desk.system.changes(begin.next)

    assert new in standing(told)


async def test_a_change_in_the_hour_that_is_shown_twice_is_told() -> None:
    first_pass = datetime(2026, 11, 1, 7, 50, tzinfo=UTC)  # 01:50 in Denver, before the clock is set back
    async with a_desk(now=first_pass) as desk:
        begin = await desk.system.changes(None)
        desk.hands.turn(minutes=20)  # it shows 01:10
        new = staff_book(desk, "2026-11-06 10:00")
        desk.hands.turn(minutes=1)
        told = await desk.system.changes(begin.next)

    assert new in standing(told)


async def test_visits_at_other_places_are_left_out() -> None:
    async with a_desk(numbers=WRITTEN | {"locations": {"main": "MAIN"}}) as desk:
        told = await desk.system.changes(None)

    assert "9904" not in standing(told)
    assert "9901" in standing(told)


@pytest.mark.parametrize("action", ["GetSchedule", "GetAppointmentsByChangeDTTM"])
async def test_one_row_that_cannot_be_read_does_not_keep_back_the_others(action: str) -> None:
    def spoiled(said: Any) -> bytes:
        [listed] = said[0].values()
        for row in listed:
            row["Duration"] = "0" if "9902" in row.values() else row["Duration"]
        return json.dumps(said).encode()

    async with a_desk(between=saying(action, spoiled)) as desk:
        begin = await desk.system.changes(None)
        desk.simulator.front_desk.confirm(9901)
        desk.simulator.front_desk.confirm(9902)
        told = await desk.system.changes(begin.next)

    whole, partly = (told, begin) if action == "GetSchedule" else (begin, told)
    assert {"9901", "9902"} <= standing(whole).keys()
    assert "9901" in standing(partly)
    assert "9902" not in standing(partly)


@pytest.mark.parametrize("since", ["", "yesterday", "2026-03-02T15:00:00"])
async def test_a_mark_that_is_none_of_ours_is_a_no(since: str) -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="begin anew"):
            await desk.system.changes(since)


async def test_changes_that_cannot_be_read_are_not_taken_for_none() -> None:
    async with a_desk() as desk:
        begin = await desk.system.changes(None)
        desk.simulator.faults.plan(Maintenance(), on="GetAppointmentsByChangeDTTM", times=9)
        with pytest.raises(Unreachable):
            await desk.system.changes(begin.next)


def a_notice(body: bytes = SIU, *, secret: str | None = SECRET) -> Notice:
    headers = {} if secret is None else {"authorization": f"Bearer {secret}"}
    return Notice(url=URL, headers=headers, body=body, received_at=datetime(2026, 5, 10, 16, tzinfo=UTC))


def edited(old: bytes, new: bytes) -> bytes:
    assert old in SIU
    return SIU.replace(old, new)


ADT = SIU.replace(b"SIU^S12^SIU_S12", b"ADT^A08^ADT_A01")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (SIU, [Told(id="PM CLINIC MSG0001", visits=(AppointmentId("9915"),))]),
        (edited(b"SIU^S12", b"SIU^S15"), [Told(id="PM CLINIC MSG0001", visits=(AppointmentId("9915"),))]),
        (edited(b"A-9001|9915", b"9915|"), [Told(id="PM CLINIC MSG0001", visits=(AppointmentId("9915"),))]),
        (edited(b"A-9001|9915", b"|V-7"), [Told(id="PM CLINIC MSG0001", everything=True)]),
        (edited(b"A-9001|9915", b"|"), [Told(id="PM CLINIC MSG0001", everything=True)]),
        (ADT, [Told(id="PM CLINIC MSG0001", charts=("33760",))]),
        (
            ADT.replace(b"A08", b"A40").replace(b"PV1|1|O|MAIN", b"MRG|33999"),
            [Told(id="PM CLINIC MSG0001", charts=("33760", "33999"))],
        ),
        (edited(b"|MSG0001|P|", b"|MSG0001|T|"), []),
        (edited(b"SIU^S12^SIU_S12", b"ACK"), []),
        (edited(b"\r", b"\r\n"), [Told(id="PM CLINIC MSG0001", visits=(AppointmentId("9915"),))]),
    ],
)
async def test_a_message_says_what_it_is_about_and_no_more(body: bytes, told: list[Told]) -> None:
    async with a_desk() as desk:
        assert desk.system.hear(a_notice(body)) == told
        assert desk.system.hear(a_notice(body)) == told
        assert desk.simulator.heard == []


@pytest.mark.parametrize("secret", [None, "", "another", SECRET + "x", SECRET.upper(), "ключ"])
async def test_a_message_without_the_secret_is_not_heard(secret: str | None) -> None:
    async with a_desk() as desk:
        with pytest.raises(Refused, match="without the secret"):
            desk.system.hear(a_notice(secret=secret))


async def test_where_no_secret_was_agreed_on_nothing_is_heard() -> None:
    async with a_desk(settings={"notice_secret": ""}) as desk:
        for secret in ("", SECRET):
            with pytest.raises(Refused):
                desk.system.hear(a_notice(secret=secret))


async def test_what_is_no_hl7_is_a_no() -> None:
    async with a_desk() as desk:
        for body in (b"", b"{}", b"PID|1"):
            with pytest.raises(Refused, match="not HL7"):
                desk.system.hear(a_notice(body))


async def test_what_the_simulated_practice_tells_by_hl7_is_about_the_visit_that_changed() -> None:
    told: list[Told] = []
    async with a_desk() as desk:

        async def post(octets: bytes) -> bytes:
            told.extend(desk.system.hear(a_notice(octets)))
            control = octets.split(b"|")[9]
            return rb"MSH|^~\&|FRONTDESK|CLINIC|PM|CLINIC|20260302||ACK|A1|P|2.5.1" + b"\rMSA|AA|" + control + b"\r"

        booked = await desk.booked(patient=MARIA)
        desk.simulator.front_desk.cancel(int(booked.appointment.id))
        await desk.simulator.deliver(post)

    assert [(one.charts, one.visits) for one in told] == [
        ((desk.charts.kept[MARIA.id],), ()),
        ((), (booked.appointment.id,)),
        ((), (booked.appointment.id,)),
    ]
    assert len({one.id for one in told}) == 3
