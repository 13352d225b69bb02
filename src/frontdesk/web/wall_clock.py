"""How a wall clock's time is written for people. The zone is always a location's."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.time import wall
from frontdesk.web.catalogue import Words


def clock(moment: datetime, zone: ZoneInfo, words: Words) -> str:
    """The time of day: "6:30 PM", in Spanish "6:30 p. m."."""
    shown = wall(moment, zone)
    half = words("clock.morning" if shown.hour < 12 else "clock.afternoon")
    return f"{shown.hour % 12 or 12}:{shown.minute:02} {half}"


def day(moment: date, words: Words) -> str:
    """The day: "Thursday, May 28", in Spanish "jueves 28 de mayo"."""
    return words(
        "clock.day",
        weekday=words.several("clock.weekdays")[moment.weekday()],
        month=words.several("clock.months")[moment.month - 1],
        day=str(moment.day),
    )


def day_and_clock(moment: datetime, zone: ZoneInfo, words: Words) -> str:
    """Day and time: "Thursday, May 28 at 6:30 PM"."""
    return words("clock.at", day=day(wall(moment, zone).date(), words), clock=clock(moment, zone, words))


def near_day(moment: date, today: date, words: Words) -> str:
    """The day as people call it close by: "Today", "Yesterday", else its date."""
    if moment == today:
        return words("clock.today")
    if moment == today - timedelta(days=1):
        return words("clock.yesterday")
    return day(moment, words)
