"""Somebody else's rows, read with checks: what is not as promised is reported with its row and shows no patient."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from frontdesk.ports.faults import Refused
from frontdesk.wire.foreign import Foreign, Unreadable

CHICAGO = ZoneInfo("America/Chicago")


def a_row(**fields: object) -> Foreign:
    return Foreign.of({"AptNum": 9021, **fields}, what="appointment", id="AptNum")


def test_each_kind_of_field_is_read_as_what_it_is() -> None:
    row = a_row(
        Note="", Op="5", ProvNum=2, Flag="True", Other=False, Day="2026-03-09", At="08:30:00", ops="5, 6", none=""
    )

    assert row.text("Note") == ""
    assert (row.integer("Op"), row.integer("ProvNum")) == (5, 2)
    assert (row.yes("Flag"), row.yes("Other")) == (True, False)
    assert row.day("Day") == date(2026, 3, 9)
    assert row.clock("At") == time(8, 30)
    assert (row.integers("ops"), row.integers("none")) == ((5, 6), ())
    assert (row.has("Op"), row.has("none"), row.has("missing")) == (True, False, False)


def test_a_wall_clock_becomes_the_instant_of_its_zone() -> None:
    row = a_row(AptDateTime="2026-07-09 08:30:00")

    assert row.wall_time("AptDateTime", CHICAGO) == datetime(2026, 7, 9, 13, 30, tzinfo=UTC)


def test_a_time_that_is_shown_twice_is_its_first_showing_and_one_that_is_skipped_lies_after_the_jump() -> None:
    twice, skipped = a_row(at="2026-11-01 01:30:00"), a_row(at="2026-03-08 02:30:00")

    assert twice.wall_time("at", CHICAGO) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert skipped.wall_time("at", CHICAGO) == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


def test_an_unknown_word_is_reported_with_its_row() -> None:
    row = a_row(AptStatus="Teleported")

    with pytest.raises(Unreadable) as fault:
        row.word("AptStatus", {"Scheduled": 1, "Complete": 2})

    assert str(fault.value).startswith(
        'appointment 9021: AptStatus is "Teleported"; the words known are Scheduled, Complete.'
    )
    assert (fault.value.row, fault.value.field) == ("appointment 9021", "AptStatus")
    assert isinstance(fault.value, Refused)


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda row: row.text("number"), id="text"),
        pytest.param(lambda row: row.text("missing"), id="missing"),
        pytest.param(lambda row: row.integer("name"), id="integer"),
        pytest.param(lambda row: row.integer("yes"), id="a yes is no number"),
        pytest.param(lambda row: row.integer("fraction"), id="fraction"),
        pytest.param(lambda row: row.integers("name"), id="integers"),
        pytest.param(lambda row: row.yes("name"), id="yes"),
        pytest.param(lambda row: row.day("name"), id="day"),
        pytest.param(lambda row: row.clock("name"), id="clock"),
        pytest.param(lambda row: row.wall("zoned"), id="a zone is more than was promised"),
        pytest.param(lambda row: row.wall_time("name", CHICAGO), id="wall time"),
        pytest.param(lambda row: row.word("long", {"Scheduled": 1}), id="word"),
    ],
)
def test_what_does_not_fit_is_told_without_showing_it(read) -> None:
    row = a_row(
        number=5,
        name="Robin Testcase 1991",
        yes=True,
        fraction=1.5,
        zoned="2026-03-09T08:00:00Z",
        long="Robin Testcase, born 1991, likes long walks",
    )

    with pytest.raises(Unreadable) as fault:
        read(row)

    assert "appointment 9021" in str(fault.value)
    assert "Robin" not in str(fault.value)
    assert "Robin" not in repr(row)


def test_a_list_is_read_row_by_row_and_anything_else_is_reported() -> None:
    rows = Foreign.list_of([{"AptNum": 1}, {"AptNum": "2"}], what="appointment", id="AptNum")

    assert [row.row for row in rows] == ["appointment 1", "appointment 2"]
    for wrong in ({"AptNum": 1}, None, "none", [["AptNum", 1]]):
        with pytest.raises(Unreadable):
            Foreign.list_of(wrong, what="appointment", id="AptNum")
