"""A zone's rules, held against the zone itself."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from frontdesk.standards.vtimezone import vtimezone

ZONES = [
    *("America/Chicago", "America/New_York", "America/Phoenix", "America/Anchorage", "Pacific/Honolulu"),
    *("Europe/Berlin", "Europe/Dublin", "Asia/Jerusalem", "Australia/Lord_Howe", "America/Santiago"),
    *("Africa/Casablanca", "Asia/Kolkata", "America/Havana"),
]


def renamed(zone: str, around: datetime) -> icalendar.Timezone:
    """The rules under a name that no program knows, so that nothing but the rules can answer."""
    told = vtimezone(ZoneInfo(zone), around)
    told["tzid"] = f"Custom/{zone}"
    return icalendar.Timezone.from_ical(told.to_ical())


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("month", [1, 3, 5, 7, 9, 11])
def test_the_rules_tell_the_zones_own_time_at_the_visit(zone: str, month: int) -> None:
    around = datetime(2026, month, 15, 17, 0, tzinfo=UTC)

    rules = renamed(zone, around).to_tz(lookup_tzid=False)

    shown = around.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown.replace(tzinfo=rules).utcoffset() == around.astimezone(ZoneInfo(zone)).utcoffset()


def test_a_yearly_rule_is_told_as_a_rule() -> None:
    text = vtimezone(ZoneInfo("America/Chicago"), datetime(2026, 5, 28, tzinfo=UTC)).to_ical().decode()

    assert "BEGIN:DAYLIGHT\r\nDTSTART:20260308T020000\r\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n" in text
    assert "BEGIN:STANDARD\r\nDTSTART:20251102T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n" in text


def test_a_last_sunday_is_not_taken_for_a_fourth_one() -> None:
    text = vtimezone(ZoneInfo("Europe/Berlin"), datetime(2026, 5, 28, tzinfo=UTC)).to_ical().decode()

    assert "BYDAY=-1SU;BYMONTH=3" in text
    assert "BYDAY=-1SU;BYMONTH=10" in text


def test_a_zone_that_never_changes_has_one_part_and_no_rule() -> None:
    told = vtimezone(ZoneInfo("America/Phoenix"), datetime(2026, 5, 28, tzinfo=UTC))

    assert [part.name for part in told.subcomponents] == ["STANDARD"]
    assert told.subcomponents[0]["tzoffsetto"].td == timedelta(hours=-7)
    assert "rrule" not in told.subcomponents[0]


def test_a_zone_without_a_yearly_rule_gets_its_onsets_and_no_rule() -> None:
    text = vtimezone(ZoneInfo("Africa/Casablanca"), datetime(2026, 5, 28, tzinfo=UTC)).to_ical().decode()

    assert "DTSTART:20260322T020000" in text
    assert "RRULE" not in text
