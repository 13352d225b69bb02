"""The zones of Windows by their names, for systems whose server tells its clock so."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from frontdesk.domain.time import wall

WINDOWS: Mapping[str, str] = MappingProxyType(
    {
        "Alaskan Standard Time": "America/Anchorage",
        "Aleutian Standard Time": "America/Adak",
        "Atlantic Standard Time": "America/Halifax",
        "Canada Central Standard Time": "America/Regina",
        "Central Standard Time": "America/Chicago",
        "Eastern Standard Time": "America/New_York",
        "Hawaiian Standard Time": "Pacific/Honolulu",
        "Mountain Standard Time": "America/Denver",
        "Newfoundland Standard Time": "America/St_Johns",
        "Pacific Standard Time": "America/Los_Angeles",
        "SA Western Standard Time": "America/Puerto_Rico",
        "US Eastern Standard Time": "America/Indiana/Indianapolis",
        "US Mountain Standard Time": "America/Phoenix",
        "UTC": "UTC",
        "West Pacific Standard Time": "Pacific/Guam",
    }
)
"""Of the United States with their territories and of Canada, each by the first place that Unicode CLDR maps it to."""
_HALF_A_YEAR = timedelta(days=183)


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that name, Windows' or IANA's; None for one that is not known here."""
    try:
        return ZoneInfo(WINDOWS.get(name, name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def same_clock(one: ZoneInfo, other: ZoneInfo, *, now: datetime) -> bool:
    """Whether two clocks show the same, in summer and in winter."""
    return all(wall(at, one).utcoffset() == wall(at, other).utcoffset() for at in (now, now + _HALF_A_YEAR))
