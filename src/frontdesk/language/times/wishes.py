"""What is said about time, made into wishes: real dates and hours, in the future, with every reading kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import product

from frontdesk.domain.faults import Impossible
from frontdesk.domain.practice import Weekday
from frontdesk.domain.time import wall
from frontdesk.domain.wish import Window, Wish
from frontdesk.language.context import Context
from frontdesk.language.times.calendar_days import DAY, coming, day_of_month, week_of
from frontdesk.language.times.clauses import Clause, Said
from frontdesk.language.times.pieces import (
    Clock,
    DayNumber,
    DayPiece,
    Days,
    Meant,
    Part,
    Side,
    TimePiece,
    Weekdays,
    Which,
)

MOST_READINGS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stretch:
    first: date | None = None
    last: date | None = None
    weekdays: frozenset[Weekday] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hours:
    earliest: time | None = None
    latest: time | None = None
    done_by: time | None = None
    at: time | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Limit:
    """Days told to bound a wish: `window` where nothing else is wished for, else what is, from `first` to `last`.

    None of `beyond` will do.
    """

    window: Window
    beyond: Window
    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether that day lies inside."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


def wishes(said: Said, context: Context) -> tuple[Wish, ...]:
    """Every reading of what was said, the likeliest first; () when nothing about the future was said."""
    wanted: list[list[tuple[Window, ...]]] = []
    excluded: list[list[tuple[Window, ...]]] = []
    limits = _limits(said, context)
    inside = _within(context, limits)
    for clause in (one for one in said.clauses if not one.bounds):
        (excluded if clause.negated else wanted).append(_windows(clause, inside))
    wanted = _limited(wanted, limits)
    if not (wanted or excluded):
        return (Wish(),) if said.soonest else ()
    found: list[Wish] = []
    for choice in product(*wanted, *excluded):
        keep = _from_then_on(_flat(choice[: len(wanted)]))
        avoid = _flat([*choice[len(wanted) :], tuple(limit.beyond for limit in limits)])
        wish = Wish(windows=keep, excluded=avoid)
        if (keep or avoid or said.soonest) and wish not in found:
            found.append(wish)
    return tuple(_in_the_future(found, context)[:MOST_READINGS])


def _limits(said: Said, context: Context) -> list[_Limit]:
    """What "she leaves on the 31st" and "June 5 is too late" say of all other days."""
    found: list[_Limit] = []
    for group in (group for clause in said.clauses if clause.bounds for group in clause.days):
        stretches = _days(group, context)
        limit = _limit(stretches[0], group[-1].side, context.today) if stretches else None
        if limit is not None:
            found.append(limit)
    return found


def _limit(stretch: _Stretch, side: Side | None, today: date) -> _Limit | None:
    first, last = stretch.first, stretch.last
    if first is None or last is None:
        return None
    match side:
        case Side.STAYING:
            return _Limit(window=Window(first=first, last=last), beyond=Window(first=last + DAY), last=last)
        case Side.AFTER:
            return _Limit(window=Window(first=last + DAY), beyond=Window(last=last), first=last + DAY)
        case Side.LEAVING:
            return _Limit(window=Window(first=today, last=last), beyond=Window(first=last + DAY), last=last)
        case _ if first > today:
            ahead = Window(first=today, last=first - DAY)
            return _Limit(window=ahead, beyond=Window(first=first), last=first - DAY)
        case _:
            return None


def _within(context: Context, limits: Sequence[_Limit]) -> Context:
    """The context as it is where only these days count: a Friday on offer beyond them is not the one that is meant."""
    if not limits:
        return context
    days = [wall(slot.during.start, context.zone).date() for slot in context.offered]
    pairs = zip(context.offered, days, strict=True)
    return replace(context, offered=tuple(slot for slot, day in pairs if all(one.holds(day) for one in limits)))


def _limited(wanted: list[list[tuple[Window, ...]]], limits: Sequence[_Limit]) -> list[list[tuple[Window, ...]]]:
    """What is wished for, as far as it lies inside the limits; what bounds it, where nothing else is."""
    if not limits:
        return wanted
    inside = [[tuple(_inside(windows, limits)) for windows in choices] for choices in wanted]
    inside = [choices for choices in inside if any(choices)]
    return inside or [[tuple(_inside([limits[0].window], limits)) or (limits[0].window,)]]


def _inside(windows: Iterable[Window], limits: Sequence[_Limit]) -> Iterable[Window]:
    for window in windows:
        first = max((one for one in (window.first, *(limit.first for limit in limits)) if one), default=None)
        last = min((one for one in (window.last, *(limit.last for limit in limits)) if one), default=None)
        if first is None or last is None or first <= last:
            yield replace(window, first=first, last=last)


def _flat(chosen: Iterable[tuple[Window, ...]]) -> tuple[Window, ...]:
    return tuple(dict.fromkeys(window for windows in chosen for window in windows))


def _from_then_on(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """ "Wednesdays at one, starting June 10": the weekdays from that day on, and no other day."""
    begins = [one for one in windows if one.first and one == Window(first=one.first)]
    others = tuple(one for one in windows if one not in begins)
    if len(begins) != 1 or not others or any(one.first or one.last or not one.weekdays for one in others):
        return windows
    return tuple(replace(one, first=begins[0].first) for one in others)


def _in_the_future(found: list[Wish], context: Context) -> list[Wish]:
    ahead = [wish for wish in found if not wish.windows or any(_is_ahead(one, context) for one in wish.windows)]
    return ahead or found[:1]


def _is_ahead(window: Window, context: Context) -> bool:
    if window.last is None or window.last > context.today:
        return True
    if window.last < context.today:
        return False
    end = window.at or window.latest or window.done_by
    return end is None or end == time(0) or end > context.clock


def _windows(clause: Clause, context: Context) -> list[tuple[Window, ...]]:
    day_choices = [_days(group, context) for group in clause.days] or [[_Stretch()]]
    found: list[tuple[Window, ...]] = []
    for days in product(*day_choices):
        time_choices = [_hours(group, _opening(days, context), context) for group in clause.times] or [[_Hours()]]
        for hours in product(*time_choices):
            both = (window for day in days for hour in hours if (window := _window(day, hour)))
            windows = tuple(_as_spoken_of(window, clause.days, context) for window in both)
            if windows:
                found.append(windows)
    return found or [()]


def _as_spoken_of(window: Window, days: Sequence[Sequence[DayPiece]], context: Context) -> Window:
    """ "Wednesday at nine", where next week's Wednesday at nine was spoken of last: that one."""
    day = context.spoken_of
    if day is None or day < context.today or window.at is None or window.at != context.spoken_at:
        return window
    named = Weekdays(days=frozenset({Weekday(day.weekday())}), which=Which.COMING)
    plain = any(len(group) == 1 and replace(group[0], span=named.span) == named for group in days)
    return window.on(day) if plain and window.first == coming(Weekday(day.weekday()), context.today) else window


def _window(day: _Stretch, hours: _Hours) -> Window | None:
    try:
        return Window(
            first=day.first,
            last=day.last,
            weekdays=day.weekdays,
            earliest=hours.earliest,
            latest=hours.latest,
            done_by=hours.done_by,
            at=hours.at,
        )
    except Impossible:
        return None


def _days(group: Sequence[DayPiece], context: Context) -> list[_Stretch]:
    names = [one for one in group if isinstance(one, Weekdays)]
    dates = _dates(group, context.today)
    if dates and dates.last and dates.last < context.today:
        return []
    if not names:
        return [_from_today(dates, context.today)] if dates else []
    weekdays = frozenset(day for one in names for day in one.days)
    if dates is None:
        return _named(weekdays, names[-1].which, context)
    return _named_within(weekdays, dates, context.today)


def _dates(group: Sequence[DayPiece], today: date) -> Days | None:
    """The days named by date in a group: a day's number is looked for inside the stretch beside it."""
    stretches = [one for one in group if isinstance(one, Days)]
    numbers = [one for one in group if isinstance(one, DayNumber)]
    whole = stretches[0] if stretches else None
    for other in stretches[1:]:
        whole = _shared(whole, other) if whole else other
    for number in numbers:
        begin = max(today, whole.first) if whole and whole.first else today
        found = day_of_month(number.number, begin)
        if found:
            whole = Days(first=found, last=found)
    return whole


def _shared(one: Days, other: Days) -> Days:
    first = max((day for day in (one.first, other.first) if day), default=None)
    last = min((day for day in (one.last, other.last) if day), default=None)
    return other if first and last and first > last else Days(first=first, last=last)


def _from_today(dates: Days, today: date) -> _Stretch:
    first = max(dates.first, today) if dates.first else today if dates.last else None
    return _Stretch(first=first, last=dates.last)


def _named(weekdays: frozenset[Weekday], which: Which, context: Context) -> list[_Stretch]:
    offered = [wall(slot.during.start, context.zone).date() for slot in context.offered]
    meant = sorted(day for day in offered if Weekday(day.weekday()) in weekdays)
    if which is Which.NEXT:  # "next Tuesday", said on a Tuesday, is not today
        meant = [day for day in meant if day != context.today]
    if which is Which.THIS:  # "this Friday", where one of next week is on offer
        meant = [day for day in meant if day <= context.today + 7 * DAY]
    if meant:
        return [_Stretch(first=meant[0], last=meant[-1], weekdays=weekdays if meant[0] != meant[-1] else frozenset())]
    if which is Which.EVERY or len(weekdays) > 1:
        return [_Stretch(weekdays=weekdays)]
    (weekday,) = weekdays
    soonest = coming(weekday, context.today)
    if which is not Which.NEXT:
        return [_on(soonest)]
    monday = week_of(context.today + 7 * DAY).first
    assert monday is not None, "a week has a first day"
    following = monday + weekday.value * DAY
    return [_on(following)] if following == soonest else [_on(following), _on(soonest)]


def _on(day: date) -> _Stretch:
    return _Stretch(first=day, last=day)


def _named_within(weekdays: frozenset[Weekday], dates: Days, today: date) -> list[_Stretch]:
    first = max(dates.first or today, today)
    if dates.last is None or (dates.last - first).days >= 7 or len(weekdays) > 1:
        return [_Stretch(first=first, last=dates.last, weekdays=weekdays)]
    fitting = [first + offset * DAY for offset in range((dates.last - first).days + 1)]
    fitting = [day for day in fitting if Weekday(day.weekday()) in weekdays]
    if fitting:
        return [_on(fitting[0])]
    (weekday,) = weekdays
    near = coming(weekday, max(first - 4 * DAY, today))
    return [_on(near), _on(first)] if dates.first == dates.last else [_on(coming(weekday, today))]


def _opening(days: Sequence[_Stretch], context: Context) -> tuple[time, time]:
    """The earliest opening and the latest closing on these days of the week, over all locations."""
    named = {Weekday(day.first.weekday()) for day in days if day.first and day.first == day.last}
    open_then = [
        stretch
        for location in context.practice.locations
        for weekday, stretches in location.hours.items()
        if not named or weekday in named
        for stretch in stretches
    ]
    if not open_then:
        return time(8), time(20)
    closes = max(time.max if stretch.end == time(0) else stretch.end for stretch in open_then)
    return min(stretch.start for stretch in open_then), closes


def _hours(group: Sequence[TimePiece], opening: tuple[time, time], context: Context) -> list[_Hours]:
    parts = [one for one in group if isinstance(one, Part)]
    earliest = max((one.earliest for one in parts if one.earliest), default=None)
    latest = min((one.latest for one in parts if one.latest), default=None)
    readings = [_Hours(earliest=earliest, latest=latest)]
    for meant in (one for one in group if isinstance(one, Meant)):
        readings = [
            _both(before, choice) for before in readings for choice in _meant(meant, earliest, latest, opening, context)
        ]
    return readings


def _both(before: _Hours, choice: _Hours) -> _Hours:
    if choice.at:
        return choice
    return _Hours(
        earliest=max((one for one in (before.earliest, choice.earliest) if one), default=None),
        latest=min((one for one in (before.latest, choice.latest) if one), default=None),
        done_by=choice.done_by or before.done_by,
    )


def _meant(
    meant: Meant, earliest: time | None, latest: time | None, opening: tuple[time, time], context: Context
) -> list[_Hours]:
    if meant.last:
        first, last = _range(meant.first, meant.last, opening)
        return [_Hours(earliest=first, latest=last)]
    closing_counts = meant.side in (Side.BEFORE, Side.BY, Side.DONE_BY)
    offered = {wall(slot.during.start, context.zone).time() for slot in context.offered}
    choices = _likely(meant.first, earliest, latest, opening, offered, closing_counts=closing_counts)
    if meant.side is None:
        return [_Hours(at=choice) for choice in choices]
    return [_sided(meant.side, _usual(choices))]


def _sided(side: Side, at: time) -> _Hours:
    if side in (Side.AFTER, Side.FROM):
        return _Hours(earliest=at)
    return _Hours(done_by=at) if side is Side.DONE_BY else _Hours(latest=at)


def _likely(
    clock: Clock,
    earliest: time | None,
    latest: time | None,
    opening: tuple[time, time],
    offered: set[time],
    *,
    closing_counts: bool,
) -> tuple[time, ...]:
    candidates = clock.candidates
    if len(candidates) == 1:
        return candidates
    for narrower in (
        [one for one in candidates if one in offered],
        [
            one
            for one in candidates
            if (earliest or latest) and (earliest or time(0)) <= one < (latest or time.max)
            if not closing_counts or opening[0] < one  # "mornings, I work at 1" ends no visit at one at night
        ],
        [one for one in candidates if opening[0] < one <= opening[1]]
        if closing_counts
        else [one for one in candidates if opening[0] <= one < opening[1]],
    ):
        if narrower:
            return tuple(narrower)
    return (_usual(candidates),)


def _usual(candidates: Sequence[time]) -> time:
    """What a clinic's caller means by a bare hour: eight to eleven in the morning, else after noon."""
    if len(candidates) == 1:
        return candidates[0]
    return candidates[0] if 8 <= candidates[0].hour <= 11 else candidates[-1]


def _range(first: Clock, last: Clock, opening: tuple[time, time]) -> tuple[time, time]:
    if len(first.candidates) == 1:
        start = first.candidates[0]
    elif len(last.candidates) == 1:
        before = [one for one in first.candidates if one < last.candidates[0]]
        start = max(before, default=first.candidates[0])
    else:
        likely = _likely(first, None, None, opening, set(), closing_counts=False)
        start = _usual(likely)
    after = [one for one in last.candidates if one > start or one == time(0)]
    return start, min(after, default=last.candidates[-1])
