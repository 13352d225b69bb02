"""Pure: the one clock that all times of a site follow. Mindbody sends none with them.

How `Sites[].TimeZone` is spelt is not published, so both ways are read: IANA's names and those of Windows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from frontdesk.domain.time import wall
from frontdesk.ports.faults import NotPermitted
from frontdesk.wire.foreign import Foreign

WINDOWS: Mapping[str, str] = MappingProxyType(
    {
        "AUS Central Standard Time": "Australia/Darwin",
        "AUS Eastern Standard Time": "Australia/Sydney",
        "Alaskan Standard Time": "America/Anchorage",
        "Arabian Standard Time": "Asia/Dubai",
        "Atlantic Standard Time": "America/Halifax",
        "Canada Central Standard Time": "America/Regina",
        "Cen. Australia Standard Time": "Australia/Adelaide",
        "Central Standard Time": "America/Chicago",
        "China Standard Time": "Asia/Shanghai",
        "E. Australia Standard Time": "Australia/Brisbane",
        "Eastern Standard Time": "America/New_York",
        "GMT Standard Time": "Europe/London",
        "Hawaiian Standard Time": "Pacific/Honolulu",
        "Mountain Standard Time": "America/Denver",
        "New Zealand Standard Time": "Pacific/Auckland",
        "Newfoundland Standard Time": "America/St_Johns",
        "Pacific Standard Time": "America/Los_Angeles",
        "Romance Standard Time": "Europe/Paris",
        "Singapore Standard Time": "Asia/Singapore",
        "South Africa Standard Time": "Africa/Johannesburg",
        "US Eastern Standard Time": "America/Indiana/Indianapolis",
        "US Mountain Standard Time": "America/Phoenix",
        "W. Australia Standard Time": "Australia/Perth",
        "W. Europe Standard Time": "Europe/Berlin",
    }
)
"""Windows' names, as Unicode CLDR maps them, of the countries Mindbody is sold in."""
_HALF_A_YEAR = timedelta(days=183)


def clock_of(site: Foreign, ours: Sequence[ZoneInfo], *, now: datetime) -> ZoneInfo:
    """The zone of a site's clock; `ours` are those of our locations in it.

    A name that nobody knows says nothing: then our locations must keep one clock, and it is taken for the site's.
    Raises: NotPermitted (the site keeps a clock that none of our locations keeps, or nobody can say which).
    """
    name = site.text("TimeZone") if site.has("TimeZone") else ""
    theirs = _zone(name)
    if theirs is None:
        if not ours or any(not _same(ours[0], one, now) for one in ours):
            raise NotPermitted(
                "Mindbody does not say which clock the site keeps, and our locations keep several. Leave those of "
                "other zones out of the numbers."
            )
        return ours[0]
    if not any(_same(theirs, one, now) for one in ours):
        raise NotPermitted(
            f"The site keeps {theirs.key} in Mindbody, and no location of the practice's files does. "
            "Correct one of the two: every time would be told wrong."
        )
    return theirs


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(WINDOWS.get(name, name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _same(one: ZoneInfo, other: ZoneInfo, now: datetime) -> bool:
    """Whether two clocks show the same, in summer and in winter."""
    return all(wall(at, one).utcoffset() == wall(at, other).utcoffset() for at in (now, now + _HALF_A_YEAR))
