"""Whether the assistant speaks: by channel and by the hour, as the practice wants it."""

from datetime import datetime, timedelta

from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import AnswersWhen, Practice, Talks, Weekday
from frontdesk.domain.time import wall


def assistant_speaks(practice: Practice, channel: ChannelKind, *, now: datetime) -> bool:
    """Whether the assistant answers this channel now; a channel that is not named is answered always."""
    match answers_when(practice, channel, now=now):
        case AnswersWhen.ALWAYS | AnswersWhen.OVERFLOW | AnswersWhen.DRAFTS:
            return True
        case AnswersWhen.NEVER:
            return False
        case AnswersWhen.AFTER_HOURS:
            return not is_anywhere_open(practice, now=now)


def answers_when(practice: Practice, channel: ChannelKind, *, now: datetime) -> AnswersWhen:
    """How a channel is answered at this hour, on the first location's wall clock."""
    here = wall(now, practice.locations[0].zone)
    for hours in practice.coverage_hours:
        period = hours.during.on(here.date(), practice.locations[0].zone)
        if (
            (not hours.channels or channel in hours.channels)
            and (not hours.weekdays or Weekday(here.weekday()) in hours.weekdays)
            and period is not None
            and period.start <= now < period.end
        ):
            return hours.answers
    return practice.coverage.get(channel, AnswersWhen.ALWAYS)


def may_talk(practice: Practice, *, now: datetime) -> bool:
    """Whether patients may talk with the assistant in the web chat now: where it answers there, and answers at once."""
    if practice.talks is Talks.NEVER or (practice.talks is Talks.AFTER_HOURS and is_anywhere_open(practice, now=now)):
        return False
    match answers_when(practice, ChannelKind.WEBCHAT, now=now):
        case AnswersWhen.ALWAYS:
            return True
        case AnswersWhen.AFTER_HOURS | AnswersWhen.OVERFLOW:
            return not is_anywhere_open(practice, now=now)
        case AnswersWhen.NEVER | AnswersWhen.DRAFTS:
            return False


def people_first_until(practice: Practice, channel: ChannelKind, *, sent: datetime) -> datetime | None:
    """Until when people may answer a message before the assistant does; None: it answers at once."""
    if answers_when(practice, channel, now=sent) is not AnswersWhen.OVERFLOW or not is_anywhere_open(
        practice, now=sent
    ):
        return None
    return sent + practice.overflow_after


def is_anywhere_open(practice: Practice, *, now: datetime) -> bool:
    """Whether the doors of any location are open at this instant."""
    return any(is_open(practice, place.id, now=now) for place in practice.locations)


def after_open_hours(practice: Practice, length: timedelta, *, now: datetime) -> datetime:
    """When the first location has been open for so long from now on; it counts on through the days that follow.

    A location that is never open within two weeks counts as open always.
    """
    place = practice.locations[0]
    left, today = length, wall(now, place.zone).date()
    for day in (today + timedelta(days=ahead) for ahead in range(SEARCHED)):
        if day in place.closures:
            continue
        for stretch in sorted(place.hours.get(Weekday(day.weekday()), ()), key=lambda one: one.start):
            period = stretch.on(day, place.zone)
            if period is None or period.end <= now:
                continue
            begins = max(period.start, now)
            if period.end - begins >= left:
                return begins + left
            left -= period.end - begins
    return now + length


SEARCHED = 14
"""Days. A location that stays closed longer has told so in words of its own."""


def next_opening(practice: Practice, location: str, *, now: datetime) -> datetime | None:
    """When a location that is closed now opens its doors, UTC; None: it is open, or stays closed for two weeks."""
    if is_open(practice, location, now=now):
        return None
    place = next(one for one in practice.locations if one.id == location)
    today = wall(now, place.zone).date()
    for day in (today + timedelta(days=ahead) for ahead in range(SEARCHED)):
        if day in place.closures:
            continue
        opens = [
            period.start
            for stretch in place.hours.get(Weekday(day.weekday()), ())
            if (period := stretch.on(day, place.zone)) is not None and period.start > now
        ]
        if opens:
            return min(opens)
    return None


def is_open(practice: Practice, location: str, *, now: datetime) -> bool:
    """Whether a location's doors are open at this instant."""
    place = next(one for one in practice.locations if one.id == location)
    here = wall(now, place.zone)
    if here.date() in place.closures:
        return False
    for stretch in place.hours.get(Weekday(here.weekday()), ()):
        period = stretch.on(here.date(), place.zone)
        if period is not None and period.start <= now < period.end:
            return True
    return False
