"""A feed's text to its occurrences in UTC, with a fault for each VEVENT that is not read as it was meant."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period
from frontdesk.standards.feed.clocks import FeedClocks, place
from frontdesk.standards.feed.free_busy import busy
from frontdesk.standards.feed.moment import length
from frontdesk.standards.feed.repeating import Effort
from frontdesk.standards.feed.series import Found, occurrences
from frontdesk.standards.feed.text import Bad, Component, calendars
from frontdesk.standards.feed.told import Told, about, told, uid_of
from frontdesk.standards.feed.values import Feed, FeedFault, Weight

_STEPS_OF_A_FEED = 600_000  # two or three seconds; a feed of a thousand series needs a tenth
_STEPS_OF_A_SERIES = 100_000
_UNSEEN = {b"DTSTAMP", b"LAST-MODIFIED"}  # some publishers renew them at each reading


@dataclass(kw_only=True, slots=True)
class _Reading:
    """What was gathered so far."""

    within: Period
    effort: Effort
    by_uid: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    found: Found = field(default_factory=Found)


def read_feed(octets: bytes, *, zone: ZoneInfo, within: Period) -> Feed:
    """Everything that touches `within`, and what could not be read. `zone` is meant where the feed names none.

    Raises: UnreadableFeed (it is no calendar, was cut short, or is too large: nothing may be concluded from it).
    Source: RFC 5545; RFC 7986 for NAME and REFRESH-INTERVAL; MS-OXCICAL for X-PUBLISHED-TTL.
    """
    reading = _Reading(within=within, effort=Effort(left=_STEPS_OF_A_FEED))
    whole = calendars(octets)
    for calendar in whole:
        _read_calendar(calendar, zone, reading)
    for uid, versions in reading.by_uid.items():
        _read_series(uid, versions, reading)
    found = reading.found
    return Feed(
        name=next(filter(None, (_first(calendar, "NAME", "X-WR-CALNAME") for calendar in whole)), ""),
        zone=next(filter(None, map(_zone_of, whole)), zone),
        within=within,
        occurrences=tuple(sorted(found.inside, key=lambda one: (one.start, one.end, one.key.uid))),
        beyond=tuple(sorted(found.beyond, key=lambda one: (one.start, one.end, one.key.uid))),
        faults=tuple(found.faults),
        refresh=max(filter(None, map(_refresh, whole)), default=None),
        fingerprint=_fingerprint(whole),
    )


def _read_calendar(calendar: Component, zone: ZoneInfo, reading: _Reading) -> None:
    told_zone = _zone_of(calendar)
    if told_zone is None and _first(calendar, "X-WR-TIMEZONE"):
        _doubt(reading, "X-WR-TIMEZONE is known to nobody; the clinic's own zone is taken", line=calendar.line)
    clocks = FeedClocks(
        told_zone or zone,
        [one for one in calendar.inner if one.name == "VTIMEZONE"],
        within=reading.within,
        effort=reading.effort,
    )
    for component in calendar.inner:
        if component.name == "VEVENT":
            _read_one(component, clocks, told_zone, reading)
        elif component.name == "VFREEBUSY":
            _read_free_busy(component, clocks, reading)
    for says in dict.fromkeys(clocks.doubts):
        _doubt(reading, says, line=calendar.line)


def _read_one(component: Component, clocks: FeedClocks, local: ZoneInfo | None, reading: _Reading) -> None:
    uid = uid_of(component)
    try:
        one = told(component, clocks, local=local)
    except (Bad, OverflowError) as why:
        _lose(reading, component, clocks, why)
        return
    reading.by_uid[uid].append(one)
    for says in one.doubts:
        _doubt(reading, says, uid=uid, line=component.line)


def _read_free_busy(component: Component, clocks: FeedClocks, reading: _Reading) -> None:
    try:
        listed = list(busy(component, clocks))
    except (Bad, OverflowError) as why:
        _lose(reading, component, clocks, why)
        return
    for occurrence in listed:
        (reading.found.inside if occurrence.touches(reading.within) else reading.found.beyond).append(occurrence)


def _lose(reading: _Reading, component: Component, clocks: FeedClocks, why: Bad | OverflowError) -> None:
    reading.found.faults.append(
        FeedFault(
            weight=Weight.LOST,
            says=_words_of(why),
            uid=uid_of(component),
            line=component.line,
            about=about(component, clocks, within=reading.within),
        )
    )


def _read_series(uid: str, versions: list[Told], reading: _Reading) -> None:
    effort = reading.effort.share(_STEPS_OF_A_SERIES)
    try:
        found = occurrences(uid, versions, within=reading.within, effort=effort)
    except (Bad, OverflowError) as why:
        first = min(one.start.instant for one in versions)
        hidden = Period(start=min(first, reading.within.end - timedelta(minutes=1)), end=reading.within.end)
        reading.found.faults.append(
            FeedFault(weight=Weight.LOST, says=_words_of(why), uid=uid, line=versions[0].line, about=hidden)
        )
    else:
        reading.found.inside += found.inside
        reading.found.beyond += found.beyond
        reading.found.faults += found.faults
    reading.effort.return_(effort)


def _words_of(why: Bad | OverflowError) -> str:
    return str(why) if isinstance(why, Bad) else "a day or length lies beyond every calendar"


def _doubt(reading: _Reading, says: str, *, uid: str = "", line: int = 0) -> None:
    reading.found.faults.append(FeedFault(weight=Weight.DOUBTED, says=says, uid=uid, line=line))


def _zone_of(calendar: Component) -> ZoneInfo | None:
    known = place(_first(calendar, "X-WR-TIMEZONE"))
    if known is UTC:
        return ZoneInfo("UTC")
    return known if isinstance(known, ZoneInfo) else None


def _refresh(calendar: Component) -> timedelta | None:
    told_ones = []
    for name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"):
        try:
            told_ones.append(length(name, _first(calendar, name)))
        except Bad:
            continue
    return max((one.exact + timedelta(days=one.days) for one in told_ones), default=None)


def _first(calendar: Component, *names: str) -> str:
    """The value of the first of some properties that is there; "" where none is, or none can be read."""
    for name in names:
        try:
            lines = calendar.all(name)
        except Bad:
            continue
        if lines:
            return lines[0].value.strip()
    return ""


def _fingerprint(whole: list[Component]) -> str:
    blocks = [b"\n".join(_lines_of(calendar)) for calendar in whole]
    blocks += [b"\n".join(_said(component)) for calendar in whole for component in calendar.inner]
    return hashlib.sha256(b"\n\n".join(sorted(blocks))).hexdigest()


def _said(component: Component) -> Iterator[bytes]:
    yield component.name.encode("ascii", "replace")
    yield from _lines_of(component)
    for inner in component.inner:
        yield from _said(inner)


def _lines_of(component: Component) -> list[bytes]:
    return sorted(line.strip() for name, line in component.octets if name not in _UNSEEN)
