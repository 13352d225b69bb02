"""The zones of Windows: each name leads to a zone that there is, and clocks are told apart in summer and winter."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from frontdesk.standards.windows_zones import WINDOWS, same_clock, zone_named

JANUARY = datetime(2026, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("name", WINDOWS)
def test_each_name_leads_to_a_zone(name: str) -> None:
    assert zone_named(name) == ZoneInfo(WINDOWS[name])


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("America/Denver", ZoneInfo("America/Denver")),
        ("", None),
        ("Clinic Time", None),
        ("../etc/passwd", None),
        ("America", None),
    ],
)
def test_names_of_iana_are_known_and_others_are_none(name: str, zone: ZoneInfo | None) -> None:
    assert zone_named(name) == zone


def test_two_clocks_are_the_same_only_if_they_are_all_the_year() -> None:
    denver, phoenix, boise = (ZoneInfo(f"America/{name}") for name in ("Denver", "Phoenix", "Boise"))

    assert same_clock(denver, boise, now=JANUARY)
    assert not same_clock(denver, phoenix, now=JANUARY)
