"""A UID's VEVENTs as occurrences: the series, what was moved or cancelled in it, and what was added or taken out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from frontdesk.domain.time import Period
from frontdesk.standards.feed.moment import Length, Moment
from frontdesk.standards.feed.repeating import Effort, TooMuch, is_met, starts
from frontdesk.standards.feed.rule import Rule
from frontdesk.standards.feed.told import Told
from frontdesk.standards.feed.values import FeedFault, Key, Occurrence, Weight

MOST_OCCURRENCES = 5_000
"""Of one series in one window."""
_SLACK = timedelta(days=2)  # no clock is further from UTC, and no day longer
_MOMENT = timedelta(minutes=1)  # what has no length may be anything but nothing


@dataclass(kw_only=True, slots=True)
class Found:
    """What a UID comes to, in no order."""

    inside: list[Occurrence] = field(default_factory=list)
    beyond: list[Occurrence] = field(default_factory=list)
    faults: list[FeedFault] = field(default_factory=list)


def occurrences(uid: str, versions: Iterable[Told], *, within: Period, effort: Effort) -> Found:
    """All occurrences of one UID. Raises: TooMuch, OverflowError (the series cannot be followed)."""
    found = Found()
    newest = _newest(uid, versions, found, within)
    series = newest.pop(None, None)
    overrides = {original: one for original, one in newest.items() if original is not None}
    if series is None:
        for original, one in overrides.items():
            if one.onward:
                found.faults.append(_doubt(one, "it changes a series from one repetition on, which is not in the feed"))
            _sort(found, _alone(uid, one, original), within)
    elif not series.repeats and not overrides:
        _sort(found, _occurrence(series, Key(uid=uid), series.start, series.length), within)
    else:
        _of_series(uid, series, overrides, found, within=within, effort=effort)
    return found


def _newest(uid: str, versions: Iterable[Told], found: Found, within: Period) -> dict[datetime | None, Told]:
    """The newest VEVENT of each repetition, by its original start in UTC; None: the series itself.

    A feed holds each once. Of two, the greater SEQUENCE replaces the other; where that is the same, they may as well be
    two visits of a publisher that uses a UID twice, so the time of the one that is not read is told as lost.
    """
    newest: dict[datetime | None, Told] = {}
    for one in versions:
        key = one.recurrence.instant if one.recurrence else None
        other = newest.get(key)
        if other is None:
            newest[key] = one
            continue
        older, newer = (other, one) if one.version > other.version else (one, other)
        newest[key] = newer
        if older.sequence == newer.sequence and older.says != newer.says:
            found.faults.append(_lost(older, "two VEVENTs of one UID say different things; the newer was read", within))
    return newest


def _lost(one: Told, says: str, within: Period) -> FeedFault:
    start = one.start.instant
    end = max(one.length.end_of(one.start), start + _MOMENT)
    about = Period(start=start, end=max(end, within.end) if one.repeats else end)
    return FeedFault(weight=Weight.LOST, says=says, uid=one.uid, line=one.line, about=about)


def _of_series(
    uid: str, series: Told, overrides: dict[datetime, Told], found: Found, *, within: Period, effort: Effort
) -> None:
    onward = sorted(((original, one) for original, one in overrides.items() if one.onward), key=lambda pair: pair[0])
    reach = _reach(series, overrides)
    by_day = {
        one.recurrence.wall.date(): original
        for original, one in overrides.items()
        if one.recurrence is not None and one.recurrence.is_day != series.start.is_day
    }
    met = set()
    for original, (start, length) in _instances(series, within.widened(before=reach, after=reach), effort).items():
        own = original if original in overrides else by_day.get(start.wall.date())
        if own is not None and own not in met:
            met.add(own)
            _sort(found, _alone(uid, overrides[own], original), within)
            continue
        governing = next((one for since, one in reversed(onward) if since <= original), None)
        if governing is not None:
            start, length = _shifted(start, governing), governing.length
        occurrence = _occurrence(governing or series, Key(uid=uid, original=original), start, length)
        if occurrence.touches(within):
            found.inside.append(occurrence)
    for original in overrides.keys() - met:
        _sort(found, _alone(uid, overrides[original], original), within)


def _reach(series: Told, overrides: dict[datetime, Told]) -> timedelta:
    """How far outside a window a repetition may start and yet reach into it."""
    lengths = [series.length, *(one.length for one in overrides.values()), *(own for _, own in series.more if own)]
    shifts = [abs(one.start.instant - original) for original, one in overrides.items() if one.onward]
    return _SLACK + max(length.nominal for length in lengths) + max(shifts, default=timedelta(0))


def _shifted(start: Moment, governing: Told) -> Moment:
    """Where a repetition lies once an earlier one was moved together with all after it: as far from it on the wall."""
    of_changed = governing.recurrence or governing.start
    apart = _shown(start, governing.start) - _shown(of_changed, governing.start)
    return governing.start.at(governing.start.wall + apart)


def _shown(moment: Moment, on: Moment) -> datetime:
    return moment.wall if moment.clock is on.clock else on.on_its_clock(moment.instant)


def _instances(series: Told, stretch: Period, effort: Effort) -> dict[datetime, tuple[Moment, Length]]:
    """Every repetition whose start lies in a stretch, by its start in UTC, before any is moved."""
    since, last = series.start.on_its_clock(stretch.start), series.start.on_its_clock(stretch.end)
    found: dict[datetime, tuple[Moment, Length]] = {}
    if not series.rules and stretch.start <= series.start.instant <= stretch.end:
        found[series.start.instant] = series.start, series.length
    for rule in series.rules:
        for wall in _walls(rule, series.start, since, last, effort):
            start = series.start.at(wall)
            found[start.instant] = start, series.length
            if len(found) > MOST_OCCURRENCES:
                raise TooMuch(f"it has more than {MOST_OCCURRENCES} occurrences in the window")
    for start, length in series.more:
        if stretch.start <= start.instant <= stretch.end:
            found[start.instant] = start, length or series.length
    for rule in series.except_rules:
        walls = set(_walls(rule, series.start, since, last, effort))
        if not is_met(rule, series.start.wall, effort):
            walls.discard(series.start.wall)
        for wall in walls:
            found.pop(series.start.at(wall).instant, None)
    instants = {one.instant for one in series.fewer}
    days = {_day(one, series.start) for one in series.fewer if one.is_day or series.start.is_day}
    return {
        at: found[at] for at in sorted(found) if at not in instants and _day(found[at][0], series.start) not in days
    }


def _walls(rule: Rule, first: Moment, since: datetime, last: datetime, effort: Effort) -> Iterator[datetime]:
    return starts(
        rule, first.wall, since=since, last=last, is_over=lambda wall: _is_over(rule, first.at(wall)), effort=effort
    )


def _is_over(rule: Rule, start: Moment) -> bool:
    """Whether a start lies behind UNTIL. A day as UNTIL is meant with that day, whatever the letter of it."""
    until = rule.until
    if until is None:
        return False
    if until.is_utc:
        at = until.at.replace(tzinfo=UTC)
        if start.is_day:
            return start.wall.date() > max(until.at.date(), start.on_its_clock(at).date())
        return start.instant > at
    return start.wall.date() > until.at.date() if start.is_day or until.is_day else start.wall > until.at


def _day(moment: Moment, of: Moment) -> date:
    """The day that is meant by one of EXDATE's values on a series' own clock."""
    if moment.is_day or moment.clock is of.clock or moment.wall.time() == time():
        return moment.wall.date()
    return of.on_its_clock(moment.instant).date()


def _alone(uid: str, one: Told, original: datetime) -> Occurrence:
    return _occurrence(one, Key(uid=uid, original=original), one.start, one.length)


def _occurrence(one: Told, key: Key, start: Moment, length: Length) -> Occurrence:
    return Occurrence(
        key=key,
        start=start.instant,
        end=max(start.instant, length.end_of(start)),
        all_day=start.is_day,
        standing=one.standing,
        transparency=one.transparency,
        titled=one.titled,
        last_modified=one.last_modified,
        sequence=one.sequence,
    )


def _sort(found: Found, occurrence: Occurrence, within: Period) -> None:
    (found.inside if occurrence.touches(within) else found.beyond).append(occurrence)


def _doubt(one: Told, says: str) -> FeedFault:
    return FeedFault(weight=Weight.DOUBTED, says=says, uid=one.uid, line=one.line)
