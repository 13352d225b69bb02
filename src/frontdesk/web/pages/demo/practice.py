"""The one practice that the demo shows."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException

from frontdesk.domain.practice import Location, Practice, Weekday
from frontdesk.domain.time import wall
from frontdesk.web.catalogue import words_in
from frontdesk.web.wall_clock import day_and_clock
from frontdesk.wiring import Frontdesk

ENGLISH = words_in("en")
"""What the staff's own pages are written in."""


async def demo_practice(desk: Frontdesk) -> Practice:
    """The demo's practice. Raises: HTTPException 404 where none was applied yet."""
    async with desk.storage.directory() as directory:
        known = await directory.practices()
    if not known:
        raise HTTPException(404)
    return await desk.practice(known[0][0])


def zone_of(practice: Practice) -> ZoneInfo:
    """The zone whose wall clock the demo's pages show."""
    return practice.locations[0].zone


def desk_time(desk: Frontdesk, practice: Practice) -> str:
    """What the desk's clock shows at the practice: "Tuesday, May 26 at 9:47 PM"."""
    return day_and_clock(desk.clock.now(), zone_of(practice), ENGLISH)


def local_now(desk: Frontdesk, practice: Practice) -> datetime:
    """The wall clock at the practice, by the desk's clock."""
    return wall(desk.clock.now(), zone_of(practice))


def is_open(location: Location, now: datetime) -> bool:
    """Whether somebody is there."""
    here = wall(now, location.zone)
    if here.date() in location.closures:
        return False
    today = location.hours.get(Weekday(here.weekday()), ())
    return any(hours.start <= here.time() and (here.time() < hours.end or hours.end == time(0)) for hours in today)
