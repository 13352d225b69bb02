"""Which clock a TZID means: the time-zone database by every name it goes by, else the feed's own VTIMEZONE."""

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from frontdesk.domain.time import Period
from frontdesk.standards.feed.repeating import Effort, starts
from frontdesk.standards.feed.rule import Rule, rule
from frontdesk.standards.feed.text import Bad, Component, Property

_NOT_PLACES = {"localtime", "Factory", "posixrules"}
_FIXED = re.compile(r"(?:UTC|GMT)([+-])(\d{1,2}):?(\d{2})?")
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?")
_LONGEST_NAME = 200
_DAY = timedelta(days=1)
_STEPS = 100_000  # of one VTIMEZONE; Outlook's begin in 1601 and need a quarter
_MOST_DAYS = 800  # of a window in which a VTIMEZONE is held against the database
_AFTER = timedelta(days=400)  # of a VTIMEZONE beyond the window: a series' start may lie anywhere before it
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a time on the wall
_FOR_EVER = datetime(9999, 1, 1)  # noqa: DTZ001 - a time on the wall


class Observed(tzinfo):
    """A clock by the onsets of a VTIMEZONE: (when in UTC, the offset before, the offset after), in order."""

    def __init__(self, onsets: list[tuple[datetime, timedelta, timedelta]]) -> None:
        self._offsets = [onsets[0][1], *(after for _, _, after in onsets)]
        self._instants = [at for at, _, _ in onsets]
        self._first = [at + max(before, after) for at, before, after in onsets]
        self._second = [at + min(before, after) for at, before, after in onsets]

    def utcoffset(self, shown: datetime | None) -> timedelta:
        """As PEP 495 has it: fold 0 is the first showing of what is shown twice; what is skipped is told as before."""
        at = _EPOCH if shown is None else shown.replace(tzinfo=None, fold=0)
        edges = self._second if shown is not None and shown.fold else self._first
        return self._offsets[bisect_right(edges, at)]

    def fromutc(self, moment: datetime) -> datetime:
        """What the clock shows at an instant."""
        at = moment.replace(tzinfo=None)
        shown = (at + self._offsets[bisect_right(self._instants, at)]).replace(tzinfo=self)
        return shown if shown - self.utcoffset(shown) == at.replace(tzinfo=self) else shown.replace(fold=1)

    def dst(self, shown: datetime | None) -> timedelta | None:
        """Not told apart."""
        return None

    def tzname(self, shown: datetime | None) -> str | None:
        """Not known."""
        return None


class FeedClocks:
    """The clocks of one VCALENDAR. `home`: where a time names none. `doubts` grows as clocks are asked for."""

    def __init__(self, home: ZoneInfo, defined: list[Component], *, within: Period, effort: Effort) -> None:
        self._home = home
        self._within = within
        self._effort = effort
        self._known: dict[str, tzinfo] = {"": home}
        self.doubts: list[str] = []
        self._defined: dict[str, Component] = {}
        for component in defined:
            try:
                name = component.one("TZID")
            except Bad:
                name = None
            if name is None:
                self.doubts.append("a VTIMEZONE has no TZID that can be read; it is passed over")
            else:
                self._defined[name.value.strip()] = component

    def __call__(self, name: str) -> tzinfo:
        """The clock of a TZID; the feed's home, with a doubt, where nobody knows it."""
        name = name.strip().strip('"')
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> tzinfo:
        known = place(name)
        own = self._own(name)
        if known is not None:
            if own is not None and self._differ(known, own):
                self.doubts.append(
                    "a VTIMEZONE tells other offsets than the time-zone database for its TZID; the database is followed"
                )
            return known
        if own is None:
            self.doubts.append("a TZID is known to nobody, and no VTIMEZONE tells it; the clinic's own zone is taken")
        return own or self._home

    def _own(self, name: str) -> tzinfo | None:
        if name not in self._defined:
            return None
        effort = self._effort.share(_STEPS)
        try:
            return observed(self._defined[name], until=self._within.end + _AFTER, effort=effort)
        except (Bad, OverflowError):
            self.doubts.append("a VTIMEZONE cannot be read; it is passed over")
            return None
        finally:
            self._effort.return_(effort)

    def _differ(self, known: tzinfo, own: tzinfo) -> bool:
        days = min(self._within.length // _DAY + 1, _MOST_DAYS)
        moments = (self._within.start + day * _DAY for day in range(days))
        return any(moment.astimezone(known).utcoffset() != moment.astimezone(own).utcoffset() for moment in moments)


def place(name: str) -> tzinfo | None:
    """A zone of the time-zone database, by its own name, Windows' name (CLDR), or an offset; None when it is none."""
    if not name or len(name) > _LONGEST_NAME:
        return None
    places = _places()
    parts = name.split("/")
    for told in (name, "/".join(parts[-3:]), "/".join(parts[-2:])):  # "/vendor/20270101/Area/City"
        if found := places.get(told.casefold()):
            return UTC if found == "UTC" else ZoneInfo(found)
    if windows := WINDOWS_TO_OLSON.get(name):
        return ZoneInfo(windows)
    if fixed := _FIXED.fullmatch(name.upper()):
        offset = timedelta(hours=int(fixed[2]), minutes=int(fixed[3] or 0))
        return timezone(offset if fixed[1] == "+" else -offset) if offset < _DAY else None
    return None


@cache
def _places() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones() - _NOT_PLACES)}


def observed(component: Component, *, until: datetime, effort: Effort) -> Observed:
    """The clock that a VTIMEZONE describes, up to an instant. Raises: Bad, OverflowError."""
    onsets: dict[datetime, tuple[datetime, timedelta, timedelta]] = {}
    for part in component.inner:
        if part.name in {"STANDARD", "DAYLIGHT"}:
            before, after = _offset(part.one("TZOFFSETFROM")), _offset(part.one("TZOFFSETTO"))
            for wall in _onsets(part, before, until, effort):
                onsets[wall - before] = (wall - before, before, after)
    if not onsets:
        raise Bad("a VTIMEZONE has neither STANDARD nor DAYLIGHT")
    return Observed([onsets[at] for at in sorted(onsets)])


def _onsets(part: Component, before: timedelta, until: datetime, effort: Effort) -> list[datetime]:
    begin = part.one("DTSTART")
    if begin is None:
        raise Bad("a part of a VTIMEZONE has no DTSTART")
    first = _wall(begin.value)
    found = [first]
    for line in part.all("RDATE"):
        found += [_wall(value.partition("/")[0]) for value in line.value.split(",")]
    last = (until + before).replace(tzinfo=None)
    for line in part.all("RRULE"):
        repeats = rule(line.value)
        stop = min(last, _last_onset(repeats, before))
        found += starts(repeats, first, since=first, last=stop, is_over=lambda _: False, effort=effort)
    effort.spend(len(found))
    return found


def _last_onset(repeats: Rule, before: timedelta) -> datetime:
    """The latest wall time that the rule's UNTIL lets an onset have."""
    until = repeats.until
    if until is None:
        return _FOR_EVER
    if until.is_day:
        return until.at + _DAY - timedelta(seconds=1)
    return until.at + before if until.is_utc else until.at


def _wall(value: str) -> datetime:
    try:
        return datetime.strptime(value.strip().removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - an onset is a time on the wall
    except ValueError:
        raise Bad("an onset of a VTIMEZONE is no date-time") from None


def _offset(line: Property | None) -> timedelta:
    match = _OFFSET.fullmatch(line.value.strip()) if line else None
    if not match:
        raise Bad("a part of a VTIMEZONE has no TZOFFSETFROM or TZOFFSETTO such as -0600")
    size = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    if size >= _DAY:
        raise Bad("an offset of a VTIMEZONE is a day or more")
    return size if match[1] == "+" else -size
