"""Open Dental's own words over a real socket: signed, paged, and never guessed at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.systems.opendental.a_book import a_row, payload
from tests.wire.loopback import Answers, Asked, HangsUp, Loopback, Reply, Says, a_client, a_server

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.systems.opendental.client import PAGE, Client, Keys, _stretches
from frontdesk.wire.foreign import Unreadable

KEYS = Keys(developer="dev1", customer="office1")
MAY_26 = date(2026, 5, 26)


@asynccontextmanager
async def connected(answers: Answers, *, at_once: int = 1) -> AsyncIterator[tuple[Client, Loopback]]:
    async with a_server(answers) as server, a_client(server.address + "/api/v1") as http:
        yield Client(http, KEYS, at_once=at_once), server


def rows(count: int) -> list[dict[str, object]]:
    return [a_row(AptNum=number) for number in range(1, count + 1)]


def pages(count: int, most: int = PAGE) -> Answers:
    """So many rows, in pages of at most `most`."""
    kept = rows(count)

    def answer(asked: Asked) -> Reply:
        offset = int(asked.query.get("Offset", 0))
        return Says(body=kept[offset : offset + most])

    return answer


async def test_every_call_is_signed_with_both_keys() -> None:
    async with connected(lambda _: Says(body=[])) as (client, server):
        await client.operatories()

    assert server.asked[0].headers["authorization"] == "ODFHIR dev1/office1"
    assert server.asked[0].headers["content-type"] == "application/json"
    assert "dev1" not in repr(KEYS)


@pytest.mark.parametrize("key", ["", "two words", "with/slash", "ключ", "line\nbreak"])
def test_a_key_that_no_header_can_carry_is_told_at_once(key: str) -> None:
    with pytest.raises(Impossible, match=r"systems\.opendental\.customer_key"):
        Keys(developer="dev1", customer=key)


@pytest.mark.parametrize(
    ("count", "asked"),
    [(0, [""]), (99, [""]), (100, ["", "100"]), (101, ["", "100"]), (350, ["", "100", "200", "300"])],
)
async def test_pages_are_turned_until_one_is_not_full(count: int, asked: list[str]) -> None:
    async with connected(pages(count)) as (client, server):
        read = await client.appointments(MAY_26, MAY_26)

    assert [row.integer("AptNum") for row in read] == list(range(1, count + 1))
    assert [one.query.get("Offset", "") for one in server.asked] == asked


async def test_the_larger_pages_of_an_office_are_read_whole() -> None:
    async with connected(pages(1250, most=1000)) as (client, _):
        read = await client.appointments(MAY_26, MAY_26)

    assert len(read) == 1250


async def test_a_row_that_moves_while_pages_are_turned_is_read_once() -> None:
    kept = rows(150)

    def answer(asked: Asked) -> Reply:
        offset = int(asked.query.get("Offset", 0))
        page = kept[offset : offset + 100]
        kept.insert(0, a_row(AptNum=1000 + offset))  # somebody enters a visit meanwhile
        return Says(body=page)

    async with connected(answer) as (client, _):
        read = await client.appointments(MAY_26, MAY_26)

    assert [row.integer("AptNum") for row in read] == list(range(1, 151))


async def test_a_list_that_begins_anew_is_not_taken_for_the_whole() -> None:
    kept = rows(100)
    async with connected(lambda _: Says(body=kept)) as (client, server):
        with pytest.raises(Unreadable, match="begins anew"):
            await client.appointments(MAY_26, MAY_26)

    assert len(server.asked) == 2


async def test_a_row_without_its_number_is_not_left_out_in_silence() -> None:
    nameless = a_row()
    del nameless["AptNum"]
    async with connected(lambda _: Says(body=[nameless])) as (client, _):
        with pytest.raises(Unreadable, match="AptNum is missing"):
            await client.appointments(MAY_26, MAY_26)


async def test_a_long_range_is_read_in_stretches_side_by_side() -> None:
    async with connected(lambda _: Says(body=[]), at_once=4) as (client, server):
        await client.appointments(MAY_26, MAY_26 + timedelta(days=27))

    ranges = sorted((one.query["dateStart"], one.query["dateEnd"]) for one in server.asked)
    assert ranges == [
        ("2026-05-26", "2026-06-01"),
        ("2026-06-02", "2026-06-08"),
        ("2026-06-09", "2026-06-15"),
        ("2026-06-16", "2026-06-22"),
    ]


@given(days=st.integers(0, 70), most=st.integers(1, 8))
def test_stretches_have_every_day_once(days: int, most: int) -> None:
    last = MAY_26 + timedelta(days=days)

    stretches = _stretches(MAY_26, last, most)

    covered = [begin + timedelta(days=n) for begin, end in stretches for n in range((end - begin).days + 1)]
    assert covered == [MAY_26 + timedelta(days=n) for n in range(days + 1)]
    assert len(stretches) <= most


async def test_a_fault_in_one_stretch_is_the_fault_of_all() -> None:
    def answer(asked: Asked) -> Reply:
        return Says(status=401) if asked.query["dateStart"] == "2026-06-02" else Says(body=[], seconds=5)

    async with connected(answer, at_once=4) as (client, _):
        with pytest.raises(NotPermitted):
            await client.appointments(MAY_26, MAY_26 + timedelta(days=27))


async def test_a_visit_that_is_not_there_is_none_and_a_list_that_is_not_there_is_a_fault() -> None:
    async with connected(lambda _: Says(status=404, body=b"Appointment not found")) as (client, _):
        assert await client.appointment(18) is None
        with pytest.raises(Refused):
            await client.appointments(MAY_26, MAY_26)


async def test_one_patients_rows_are_asked_by_number() -> None:
    async with connected(lambda _: Says(body=[payload("appointment")])) as (client, server):
        [row] = await client.appointments_of(17)
        await client.appointments_of(17, first=MAY_26, last=MAY_26)

    assert row.row == "appointment 18"
    assert [one.query for one in server.asked] == [
        {"PatNum": "17"},
        {"PatNum": "17", "dateStart": "2026-05-26", "dateEnd": "2026-05-26"},
    ]


async def test_a_new_row_gives_its_number() -> None:
    async with connected(lambda _: Says(status=201, body=a_row(AptNum=9021))) as (client, server):
        number = await client.create_appointment({"PatNum": 17, "Op": 5})

    assert number == 9021
    assert (server.asked[0].method, server.asked[0].path) == ("POST", "/api/v1/appointments")
    assert server.asked[0].json == {"PatNum": 17, "Op": 5}


@pytest.mark.parametrize(
    "reply",
    [
        Says(status=201),
        Says(status=201, body={"PatNum": 17}),
        Says(status=201, body=[1]),
        Says(status=201, body=b"<html>saved</html>"),
        Says(status=504),
        HangsUp(),
    ],
    ids=str,
)
async def test_an_entry_that_was_not_plainly_made_is_unknown(reply: Reply) -> None:
    async with connected(lambda _: reply) as (client, server):
        with pytest.raises(OutcomeUnknown):
            await client.create_appointment({"PatNum": 17})

    assert len(server.asked) == 1


async def test_breaking_and_noting_say_what_open_dental_wants() -> None:
    async with connected(lambda _: Says()) as (client, server):
        await client.break_appointment(9021)
        await client.add_note(9021, "Cancelled through Frontdesk: patient asked")

    assert [(one.method, one.path, one.json) for one in server.asked] == [
        ("PUT", "/api/v1/appointments/9021/Break", {"sendToUnscheduledList": "true"}),
        ("PUT", "/api/v1/appointments/9021/Note", {"Note": "Cancelled through Frontdesk: patient asked"}),
    ]


async def test_a_silent_office_is_unreachable_for_reading() -> None:
    async with connected(lambda _: HangsUp()) as (client, server):
        with pytest.raises(Unreachable):
            await client.schedules(MAY_26, MAY_26)

    assert len(server.asked) == 3
