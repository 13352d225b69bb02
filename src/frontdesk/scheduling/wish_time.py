"""A wish as the ticks at which a visit can begin: the windows on the wall clock of a location."""

from frontdesk.domain.wish import Window, Wish
from frontdesk.scheduling.wall_clock import WallClock


def wished(wish: Wish, clock: WallClock, length: int) -> int:
    """The ticks at which a visit of so many ticks fits the wish. The practitioner is not looked at."""
    ticks = clock.ruler.whole if not wish.windows else 0
    for window in wish.windows:
        ticks |= in_window(window, clock, length)
    for window in wish.excluded:
        ticks &= ~in_window(window, clock, length)
    return ticks


def in_window(window: Window, clock: WallClock, length: int) -> int:
    """The ticks at which a visit of so many ticks lies in one window."""
    ticks = clock.ruler.whole
    if window.first or window.last:
        ticks &= clock.from_day_to_day(window.first, window.last)
    if window.weekdays:
        of_week = 0
        for weekday in window.weekdays:
            of_week |= clock.weekdays[weekday]
        ticks &= of_week
    if window.earliest or window.latest:
        ticks &= clock.shows(window.earliest, window.latest)
    if window.done_by is not None:
        ticks &= clock.until(window.done_by) >> length & clock.same_day(length)
    if window.at is not None:
        ticks &= clock.at(window.at)
    return ticks
