"""Unity's clock: named as Windows does, sworn to by an offset, and the same as our locations' or nothing is read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.systems.allscripts.a_desk import DENVER, payload

from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.systems.allscripts.following import asked_from
from frontdesk.systems.allscripts.times import clock_of, server_now, server_zone, shown_in, since
from frontdesk.wire.foreign import Foreign

MAY = datetime(2026, 5, 11, 14, 0, tzinfo=UTC)
PHOENIX, CHICAGO = ZoneInfo("America/Phoenix"), ZoneInfo("America/Chicago")


def server(**changed: str) -> Foreign:
    [wrapper] = payload("getserverinfo")
    return Foreign(row="server", fields=wrapper["getserverinfoinfo"][0] | changed)


def test_the_servers_zone_is_known_by_its_windows_name() -> None:
    assert server_zone(server(), [DENVER], now=MAY) == DENVER
    assert server_zone(server(ServerTimeZone="Mountain Daylight Time"), [DENVER], now=MAY) == DENVER


@pytest.mark.parametrize("ours", [[PHOENIX], [DENVER, CHICAGO], [CHICAGO]])
def test_a_location_that_keeps_another_clock_than_the_server_stops_everything(ours: list[ZoneInfo]) -> None:
    with pytest.raises(NotPermitted, match="leave that location out"):
        server_zone(server(), ours, now=MAY)


def test_a_clock_with_a_name_that_nobody_knows_is_that_of_our_locations_if_they_agree() -> None:
    assert server_zone(server(ServerTimeZone="Clinic Time"), [DENVER, DENVER], now=MAY) == DENVER
    with pytest.raises(NotPermitted):
        server_zone(server(ServerTimeZone=""), [DENVER, PHOENIX], now=MAY)


def test_an_offset_that_the_zone_does_not_have_stops_everything() -> None:
    winter = server(ServerDateTimeOffset="2026-05-11T07:00:00.0000000-07:00")

    with pytest.raises(NotPermitted, match="daylight saving"):
        server_zone(winter, [DENVER], now=MAY)


def test_the_servers_present_is_told_by_its_offset() -> None:
    assert server_now(server(), DENVER) == MAY
    assert server_now(server(ServerDateTimeOffset="5/11/2026"), DENVER) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("7/6/2015 9:00:00 AM", datetime.fromisoformat("2015-07-06 09:00")),
        ("03/09/2026 12:05AM", datetime.fromisoformat("2026-03-09 00:05")),
        ("03/09/2026 12:05PM", datetime.fromisoformat("2026-03-09 12:05")),
        ("2026-03-09T16:30:00", datetime.fromisoformat("2026-03-09 16:30")),
    ],
)
def test_each_way_of_writing_a_time_is_read(written: str, shown: datetime) -> None:
    assert shown_in(Foreign(row="x", fields={"at": written}), "at") == shown


@pytest.mark.parametrize("written", ["", "25:00", "9", "09:60", "0:30 PM", "13:00 AM", "noon"])
def test_what_is_no_time_of_day_is_reported(written: str) -> None:
    with pytest.raises(Refused, match="no time of day"):
        clock_of(Foreign(row="x", fields={"at": written}), "at")


@given(
    st.datetimes(
        min_value=datetime.fromisoformat("1900-01-01 00:00"), max_value=datetime.fromisoformat("2199-12-31 00:00")
    )
)
def test_a_time_that_is_written_is_read_as_it_was_meant(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)

    assert shown_in(Foreign(row="x", fields={"at": since(whole)}), "at") == whole


def test_changes_are_asked_for_a_little_early() -> None:
    then, now = datetime(2026, 5, 11, 14, 0, tzinfo=UTC), datetime(2026, 5, 11, 14, 5, tzinfo=UTC)

    assert asked_from(then, now, DENVER) == datetime.fromisoformat("2026-05-11 07:58")


def test_a_change_after_the_clock_was_set_back_is_not_missed() -> None:
    """At 07:30 UTC Denver shows 01:30 for the first time, at 08:10 it shows 01:10 for the second."""
    then, now = datetime(2026, 11, 1, 7, 30, tzinfo=UTC), datetime(2026, 11, 1, 8, 10, tzinfo=UTC)

    assert asked_from(then, now, DENVER) <= datetime.fromisoformat("2026-11-01 01:10")
