"""One VEVENT as it was told: its start, length, repetitions and what else matters, read with checks."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period
from frontdesk.standards.feed.moment import Clocks, Length, Moment, length, moment, moments, utc_of
from frontdesk.standards.feed.rule import Rule, rule
from frontdesk.standards.feed.text import Bad, Component, Property
from frontdesk.standards.feed.values import Standing, Transparency

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_UTC = {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}
_UTC_NAMES = {name.upper() for name in _UTC}
_MOST_LISTED = 10_000  # dates of one VEVENT's RDATE and EXDATE


@dataclass(kw_only=True, slots=True)
class Told:
    """A VEVENT. `recurrence`: which repetition of its series it stands for; `onward`: and for all after it.

    `doubts` are what may be read otherwise.
    """

    uid: str
    line: int
    start: Moment
    length: Length
    recurrence: Moment | None = None
    onward: bool = False
    rules: list[Rule] = field(default_factory=list)
    except_rules: list[Rule] = field(default_factory=list)
    more: list[tuple[Moment, Length | None]] = field(default_factory=list)
    fewer: list[Moment] = field(default_factory=list)
    standing: Standing = Standing.UNSAID
    transparency: Transparency = Transparency.OPAQUE
    titled: bool = False
    sequence: int = 0
    last_modified: datetime | None = None
    stamp: datetime | None = None
    doubts: list[str] = field(default_factory=list)

    @property
    def repeats(self) -> bool:
        """Whether it is a series."""
        return bool(self.rules or self.more)

    @property
    def version(self) -> tuple[int, datetime]:
        """Of two that stand for the same, the greater is the newer (RFC 5546 2.1.5)."""
        return self.sequence, max(self.last_modified or _NEVER, self.stamp or _NEVER)

    @property
    def says(self) -> tuple[object, ...]:
        """All that anything is concluded from: two VEVENTs that say the same are one."""
        return self.start, self.length, self.rules, self.more, self.fewer, self.standing, self.transparency


def told(component: Component, clocks: Clocks, *, local: ZoneInfo | None) -> Told:
    """What a VEVENT says. `local`: X-WR-TIMEZONE, whose clock a series told in UTC follows.

    Raises: Bad, OverflowError (its time cannot be relied on).
    """
    begin = component.one("DTSTART")
    if begin is None:
        raise Bad("there is no DTSTART")
    start = moment(begin, begin.value, clocks)
    doubts: list[str] = []
    read = Told(
        uid=uid_of(component),
        line=component.line,
        start=start,
        length=_length(component, start, clocks, doubts),
        rules=[rule(line.value) for line in component.all("RRULE")],
        except_rules=[rule(line.value) for line in component.all("EXRULE")],
        more=[one for line in component.all("RDATE") for one in moments(line, clocks)],
        fewer=[one for line in component.all("EXDATE") for one, _ in moments(line, clocks)],
        standing=_standing(component, doubts),
        transparency=_transparency(component, doubts),
        titled=any(name == b"SUMMARY" and line.partition(b":")[2].strip() for name, line in component.octets),
        sequence=_sequence(component, doubts),
        last_modified=_stamp(component, "LAST-MODIFIED", clocks),
        stamp=_stamp(component, "DTSTAMP", clocks),
        doubts=doubts,
    )
    if len(read.more) + len(read.fewer) > _MOST_LISTED:
        raise Bad(f"more than {_MOST_LISTED} dates are listed")
    if any(also.is_day != start.is_day for also, _ in read.more):
        raise Bad("RDATE and DTSTART are not of one kind, days or times")
    _place_in_series(component, clocks, read)
    if "TZID" in begin.parameters and start.clock is UTC and begin.parameters["TZID"].upper() not in _UTC_NAMES:
        doubts.append("a time is told in UTC and in a zone; UTC is taken")
    if not any(name == b"UID" for name, _ in component.octets):
        doubts.append("there is no UID; one was made of what it says")
    if local is not None and local.key not in _UTC and start.clock is UTC and read.rules:
        _follow(local, read)
    return read


def uid_of(component: Component) -> str:
    """Its UID; one made of its times where it has none or one that cannot be read."""
    try:
        line = component.one("UID")
    except Bad:
        line = None
    if line is not None:
        return line.value.strip()
    lines = sorted(line for name, line in component.octets if name not in {b"UID", b"DTSTAMP", b"LAST-MODIFIED"})
    return "made-" + hashlib.sha256(b"\n".join(lines)).hexdigest()[:32]


def about(component: Component, clocks: Clocks, *, within: Period) -> Period | None:
    """The time that a VEVENT which cannot be read may take; None where not even its start can be told."""
    try:
        begin = component.one("DTSTART")
        if begin is None:
            return None
        start = moment(begin, begin.value, clocks).instant
        if any(name in {b"RRULE", b"RDATE"} for name, _ in component.octets):
            return Period(start=start, end=max(within.end, start + timedelta(days=1)))
        end = component.one("DTEND")
        other = moment(end, end.value, clocks).instant if end else start
        return Period(start=min(start, other), end=max(start + timedelta(days=1), other))
    except (Bad, OverflowError):
        return None


def _length(component: Component, start: Moment, clocks: Clocks, doubts: list[str]) -> Length:
    ends, lasts = component.one("DTEND"), component.one("DURATION")
    if ends is not None and lasts is not None:
        raise Bad("it ends both by DTEND and by DURATION")
    if lasts is not None:
        read = length("DURATION", lasts.value)
        if start.is_day and read.exact:
            doubts.append("a day lasts hours; they are counted from its midnight")
        return read
    if ends is None:
        return Length(days=1) if start.is_day else Length()
    end = moment(ends, ends.value, clocks)
    if end.is_day != start.is_day:
        raise Bad("DTSTART and DTEND are not of one kind, days or times")
    if start.is_day:
        return _days(start, end, doubts)
    return Length(exact=_exact(start, end, doubts))


def _days(start: Moment, end: Moment, doubts: list[str]) -> Length:
    days = (end.wall - start.wall).days
    if days < 0:
        raise Bad("it ends before it starts")
    if days == 0:
        doubts.append("a day ends on the day it starts, which would be no time; it is taken for that day")
    return Length(days=max(days, 1))


def _exact(start: Moment, end: Moment, doubts: list[str]) -> timedelta:
    """By the stop-watch, with sense made of the two nights on which a clock is changed."""
    exact = end.instant - start.instant
    nominal = end.wall - start.wall
    if exact > timedelta(0) or (exact == nominal == timedelta(0)):
        return exact
    if start.clock is end.clock and nominal > timedelta(0):
        doubts.append("it starts at a time that the clock skips; it is taken to start behind the jump and last as told")
        return nominal
    second = end.wall.replace(fold=1, tzinfo=end.clock).astimezone(UTC) - start.instant
    if second > timedelta(0):
        doubts.append("its end is shown twice by the clock, the first time before it starts; the second is taken")
        return second
    raise Bad("it ends before it starts")


def _place_in_series(component: Component, clocks: Clocks, read: Told) -> None:
    line = component.one("RECURRENCE-ID")
    if line is None:
        return
    read.recurrence = moment(line, line.value, clocks)
    read.onward = line.parameters.get("RANGE", "").upper() == "THISANDFUTURE"
    if read.repeats:
        raise Bad("it stands for one repetition and repeats itself")


def _follow(local: ZoneInfo, read: Told) -> None:
    """Let a series told in UTC follow a zone's clock, unless its rule names hours or days that are others there."""
    wall = read.start.instant.astimezone(local).replace(tzinfo=None)
    names_days = any(
        rule.weekdays or rule.month_days or rule.year_days or rule.weeks or rule.months for rule in read.rules
    )
    if any(rule.hours for rule in read.rules) or (names_days and wall.date() != read.start.wall.date()):
        read.doubts.append("a series is told in UTC beside X-WR-TIMEZONE; it is read by the letter")
        return
    read.start = Moment(wall=wall, clock=local)
    read.doubts.append("a series is told in UTC beside X-WR-TIMEZONE; it is taken to follow that zone's clock")


def _standing(component: Component, doubts: list[str]) -> Standing:
    word = _word(component, "STATUS")
    if word in Standing.__members__:
        return Standing[word]
    if word:
        doubts.append("STATUS is a word that RFC 5545 does not know; it is taken to stand")
    return Standing.UNSAID


def _transparency(component: Component, doubts: list[str]) -> Transparency:
    """TRANSP; where Outlook's own property says otherwise, the stricter of the two."""
    word, busy = _word(component, "TRANSP"), _word(component, "X-MICROSOFT-CDO-BUSYSTATUS")
    if word not in {"", "OPAQUE", "TRANSPARENT"}:
        doubts.append("TRANSP is a word that RFC 5545 does not know; it is taken to block")
    if word == "TRANSPARENT" and busy not in {"", "FREE"}:
        doubts.append("TRANSP says free and Outlook's own property busy; it is taken to block")
        return Transparency.OPAQUE
    return Transparency.TRANSPARENT if word == "TRANSPARENT" else Transparency.OPAQUE


def _sequence(component: Component, doubts: list[str]) -> int:
    word = _word(component, "SEQUENCE")
    if word.isdecimal() and len(word) < 10:
        return int(word)
    if word:
        doubts.append("SEQUENCE is no number; it is taken for 0")
    return 0


def _word(component: Component, name: str) -> str:
    """The word of a line in capitals; where there are several, the last one that is there."""
    found: list[Property] = [line for line in component.all(name) if line.value.strip()]
    return found[-1].value.strip().upper() if found else ""


def _stamp(component: Component, name: str, clocks: Clocks) -> datetime | None:
    lines = component.all(name)
    return utc_of(lines[-1], clocks) if lines else None
