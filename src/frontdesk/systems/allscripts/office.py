"""Pure: what Unity shows as open, by when a visit may begin."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.time import Period
from frontdesk.standards.open_times import OpenTimes
from frontdesk.standards.wall_times import told_period
from frontdesk.systems.allscripts.mapping import Numbers
from frontdesk.systems.allscripts.times import clock_of, day_of
from frontdesk.wire.foreign import Foreign, Unreadable

_DAY = 24 * 60  # minutes


def open_times(rows: Iterable[Foreign], numbers: Numbers, zone: ZoneInfo) -> OpenTimes:
    """The rows of GetAvailableSchedule that are ours: what is open of whom and where.

    Whether Duration is that of a visit of the type or that of a step of the column is not published; either way the
    time is open from then on for so long. One that the wall clock shows twice, or not at all, is left out.
    Raises: Unreadable (a field is not as documented).
    """
    places = {name: id for id, name in numbers.locations.items()}
    people = {name: id for id, name in numbers.resources.items()}
    found: dict[tuple[PractitionerId, LocationId], dict[datetime, Period]] = {}
    shown: dict[tuple[str, str, str], Period | None] = {}  # twenty people's lists name the same times twenty times
    for row in rows:
        person = people.get(row.text("Resource_Abbreviation").strip())
        place = places.get(row.text("Scheduling_Location_Abbreviation").strip())
        if person is None or place is None:
            continue
        written = (row.text("Available_Date"), row.text("Available_Time"), str(row.fields.get("Duration")))
        if written not in shown:
            shown[written] = _during(row, zone)
        during = shown[written]
        if during is not None:
            starts = found.setdefault((person, place), {})
            known = starts.get(during.start)
            starts[during.start] = during if known is None or known.end < during.end else known
    return found


def _during(row: Foreign, zone: ZoneInfo) -> Period | None:
    minutes = row.integer("Duration")
    if not 0 < minutes <= _DAY:
        raise Unreadable(row.row, "Duration", f"is {minutes}, and minutes of one day were wanted")
    day, at = day_of(row, "Available_Date"), clock_of(row, "Available_Time")
    return told_period(day, at, timedelta(minutes=minutes), zone)
