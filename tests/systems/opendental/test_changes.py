"""What changed in the book is told by the office's own clock, in both hours of an autumn night."""

from datetime import timedelta

import pytest
from tests.clinic import at
from tests.systems.opendental.a_book import Book, Row, a_row, an_office

from frontdesk.domain.appointment import Status
from frontdesk.ports.faults import Refused

SINCE = "2026-05-26 21:00:00"


def changed(number: int, stamp: str = "2026-05-26 21:30:00", **fields: object) -> Row:
    return a_row(**{"AptNum": number, "DateTStamp": stamp, "serverDateTime": "2026-05-26 21:47:00", **fields})


async def test_what_was_changed_since_is_told_as_it_stands_and_what_to_ask_on_with() -> None:
    book = Book(appointments=[changed(1), changed(2, AptStatus="UnschedList"), changed(3, "2026-05-26 20:59:59")])
    async with an_office(book) as office:
        told = await office.system.changes(SINCE)
        again = await office.system.changes(SINCE)

    assert [(one.id, one.status) for one in told.visits] == [("1", Status.BOOKED), ("2", Status.CANCELLED)]
    assert told == again
    assert told.next == "2026-05-26 21:46:00"


async def test_where_nothing_changed_it_is_asked_on_from_where_it_was() -> None:
    async with an_office() as office:
        told = await office.system.changes(SINCE)

    assert (told.visits, told.gone, told.next) == ((), (), SINCE)


async def test_a_row_that_lost_its_time_or_became_a_note_is_gone() -> None:
    rows = [changed(1, AptDateTime="0001-01-01 00:00:00", AptStatus="UnschedList"), changed(2, AptStatus="PtNote")]
    async with an_office(Book(appointments=rows)) as office:
        told = await office.system.changes(SINCE)

    assert (told.visits, told.gone) == ((), ("1", "2"))


async def test_a_row_that_is_not_understood_holds_up_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [changed(1, AptStatus="Teleported"), changed(2, Pattern="???"), changed(3)]
    async with an_office(Book(appointments=rows)) as office:
        told = await office.system.changes(SINCE)

    assert [one.id for one in told.visits] == ["3"]
    reported = capsys.readouterr().out
    assert "appointment 1" in reported
    assert "appointment 2" in reported


async def test_to_begin_with_every_visit_from_a_day_ago_on_is_told() -> None:
    rows = [
        changed(1, AptDateTime="2026-05-24 10:00:00"),
        changed(2, AptDateTime="2026-05-25 10:00:00"),
        changed(3, AptDateTime="2027-05-25 10:00:00"),
        changed(4, AptStatus="PtNote"),
    ]
    async with an_office(Book(appointments=rows)) as office:
        told = await office.system.changes(None)

    assert [one.id for one in told.visits] == ["2", "3"]
    assert (told.gone, told.next) == ((), "2026-05-26 21:46:00")


async def test_an_empty_book_is_asked_on_by_our_clock_with_room_for_one_that_is_late() -> None:
    async with an_office() as office:
        told = await office.system.changes(None)

    assert told.next == "2026-05-26 21:32:00"


@pytest.mark.parametrize(
    ("server", "asks_from"),
    [
        ("2026-11-01 00:59:59", "2026-11-01 00:58:59"),
        ("2026-11-01 01:30:00", "2026-11-01 00:29:00"),
        ("2026-11-01 02:00:00", "2026-11-01 01:59:00"),
        ("2026-03-08 03:00:00", "2026-03-08 02:59:00"),
    ],
)
async def test_in_the_hour_that_comes_twice_it_is_asked_an_hour_earlier(server: str, asks_from: str) -> None:
    async with an_office(Book(appointments=[changed(1, server, serverDateTime=server)])) as office:
        told = await office.system.changes(SINCE if server > SINCE else "2026-03-01 00:00:00")

    assert told.next == asks_from


async def test_a_change_in_the_second_hour_of_the_autumn_night_is_not_lost() -> None:
    """The clock is set back from 02:00 to 01:00: 01:10 for the second time comes after 01:50 for the first time."""
    first = changed(1, "2026-11-01 01:50:00", serverDateTime="2026-11-01 01:50:00")
    async with an_office(Book(appointments=[first])) as office:
        office.clock.shows = at("2026-11-01 00:00").start + timedelta(hours=2)
        told = await office.system.changes("2026-11-01 00:30:00")
        office.book.appointments.append(changed(2, "2026-11-01 01:10:00", serverDateTime="2026-11-01 01:11:00"))
        on = await office.system.changes(told.next)

    assert "2" in [one.id for one in on.visits]


@pytest.mark.parametrize("since", ["", "yesterday", "2026-05-26", "2026-05-26T21:00:00+00:00"])
async def test_what_is_none_of_our_marks_is_refused(since: str) -> None:
    async with an_office() as office:
        with pytest.raises(Refused, match="Begin anew"):
            await office.system.changes(since)

    assert office.server.asked == []
